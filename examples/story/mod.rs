//! What the stories have in common: somebody does something or asks something, and
//! what they are told is printed. A story that goes otherwise than it is told fails.

use std::error::Error;

use alcada::{
    Actor, Authority, Command, Entry, Event, Instant, Policy, Request, journal::MemoryJournal,
};

pub type Outcome = Result<(), Box<dyn Error>>;

/// A program with an authority in it, the journal that it keeps, and its clock.
pub struct Story {
    pub authority: Authority,
    pub now: Instant,
    journal: MemoryJournal,
}

impl Story {
    pub fn begin(title: &str, policy: &str) -> Result<Story, Box<dyn Error>> {
        println!("{title}\n{}", "=".repeat(title.chars().count()));
        let (journal, now) = (MemoryJournal::new(), "2026-03-02T09:00:00Z".parse()?);
        Ok(Story { authority: open(&journal, policy, now)?, now, journal })
    }

    /// The program ends, and begins again on the same journal, under another policy.
    #[allow(dead_code)] // not every story needs all of this
    pub fn begin_again(&mut self, policy: &str) -> Outcome {
        self.authority = open(&self.journal, policy, self.now)?;
        Ok(())
    }

    /// Somebody has a command carried out.
    pub fn does(
        &self,
        who: &str,
        what: &str,
        command: impl Into<Command>,
    ) -> Result<Entry, Box<dyn Error>> {
        self.does_because(who, what, "", command)
    }

    /// The same, with a reason for the record.
    pub fn does_because(
        &self,
        who: &str,
        what: &str,
        reason: &str,
        command: impl Into<Command>,
    ) -> Result<Entry, Box<dyn Error>> {
        let entry = self.authority.execute(&actor(who), command, reason, self.now)?;
        println!("  {who} {what}: done");
        Ok(entry.into())
    }

    /// What a change consisted of.
    #[allow(dead_code)] // not every story needs all of this
    pub fn tells(&self, entry: &Entry) {
        println!("  as one change, revision {}:", entry.revision);
        for event in &entry.events {
            say(&match event {
                Event::PersonRegistered(registered) => {
                    format!("`{}` is registered", registered.person)
                }
                Event::PersonKindChanged { person, kind, .. } => {
                    format!("`{person}` is of the kind `{kind}`")
                }
                Event::Granted(grant) => {
                    format!("`{}` is granted to `{}`", grant.role, grant.person)
                }
                Event::Revoked(grant) => {
                    format!("`{}` is revoked from `{}`", grant.role, grant.person)
                }
                Event::Attested(attested) => {
                    format!("`{}` vouched for `{}`", attested.given_by, attested.about)
                }
                Event::CampaignClosed { campaign, .. } => {
                    format!("the review `{campaign}` is closed")
                }
                other => format!("{other:?}"),
            });
        }
    }

    /// Somebody tries to, and is told why it can't be.
    pub fn tries(&self, who: &str, what: &str, command: impl Into<Command>) -> Outcome {
        match self.authority.execute(&actor(who), command, "", self.now) {
            Ok(_) => Err(format!("{who} {what}: it was to be refused").into()),
            Err(error) => {
                let refusal = error.refusal().ok_or("it was to be refused")?;
                println!("  {who} {what}: refused");
                say(&refusal.to_string());
                // To the operator who wrote the name, it may be said in full.
                if let Some(subject) = &refusal.subject {
                    say(&format!("(it is about `{subject}`)"));
                }
                Ok(())
            }
        }
    }

    /// A question whose answer is yes.
    pub fn may(&self, question: &str, request: &Request<'_>) -> Outcome {
        let decision = self.authority.check(request, self.now);
        decision.require()?;
        match decision.until() {
            None => println!("  {question} Yes."),
            Some(until) => println!("  {question} Yes, until {until}."),
        }
        Ok(())
    }

    /// A question whose answer is no, and why.
    pub fn may_not(&self, question: &str, request: &Request<'_>) -> Outcome {
        let explanation = self.authority.explain(request, self.now);
        if explanation.decision.is_allow() {
            return Err(format!("{question} It was to be no").into());
        }
        println!("  {question} No:");
        explanation.to_string().lines().for_each(say);
        Ok(())
    }
}

fn open(journal: &MemoryJournal, policy: &str, now: Instant) -> Result<Authority, Box<dyn Error>> {
    let policy = Policy::from_toml(policy)?;
    for warning in policy.warnings() {
        println!("{warning}");
    }
    Ok(Authority::open(journal.clone(), policy, now)?)
}

pub fn heading(text: &str) {
    println!("\n{text}\n{}", "-".repeat(text.chars().count()));
}

/// `the host` is the program itself.
fn actor(who: &str) -> Actor {
    if who == "the host" { Actor::host() } else { Actor::user(who) }
}

/// Further in, and wrapped.
fn say(text: &str) {
    const WIDTH: usize = 100;
    let indent = text.chars().take_while(|c| *c == ' ').count() + 6;
    let mut line = String::new();
    for word in text.split_whitespace() {
        if !line.is_empty() && indent + line.chars().count() + 1 + word.chars().count() > WIDTH {
            println!("{:indent$}{line}", "");
            line.clear();
        }
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
    }
    println!("{:indent$}{line}", "");
}
