//! Explanations in sentences that can be read aloud.

use std::fmt;

use super::explanation::Explanation;
use super::findings::{GrantFinding, GridFinding, RestrictionFinding, Stage};
use super::wall::TimeOfDay;
use crate::engine::decision::DenyReason;
use crate::engine::request::{Request, Target};
use crate::facts::{Event, State};
use crate::model::{Basis, MAX_NAME_BYTES, Place};
use crate::time::Instant;

/// A name as it came with a request, which nothing has validated: control characters are escaped,
/// and the text is cut at the length of the longest name.
pub(super) fn quoted(text: &str) -> String {
    let escaped = text.chars().take(MAX_NAME_BYTES).flat_map(|c| {
        let plain = (!c.is_control()).then_some(c);
        plain.into_iter().chain(c.escape_default().take(if plain.is_some() {
            0
        } else {
            usize::MAX
        }))
    });
    escaped.collect()
}

impl State {
    /// The target of a request, in words.
    pub(super) fn target_words(&self, request: &Request<'_>) -> String {
        let unit = |code: &str| {
            let kind = self
                .unit_names
                .find(code)
                .and_then(|unit| self.policy.unit_kind_name(self.unit_kind(unit)));
            let code = quoted(code);
            kind.map_or_else(|| format!("unit `{code}`"), |kind| format!("{kind} `{code}`"))
        };
        match request.target {
            Target::InUnit(code) => format!("in {}", unit(code)),
            Target::About(person, None) => format!("about `{}`", quoted(person)),
            Target::About(person, Some(tenant)) => {
                format!("about `{}` in tenant `{}`", quoted(person), quoted(tenant))
            }
            Target::Record { unit: code, person } => {
                format!("on a record of `{}` in {}", quoted(person), unit(code))
            }
            Target::Anywhere => "anywhere".to_owned(),
            Target::Everywhere => "everywhere".to_owned(),
        }
    }
}

/// Displays the interval of a grant or a restriction.
struct When<'a>(&'a Option<Instant>, &'a Option<Instant>);

impl fmt::Display for When<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|from| write!(f, ", from {from}"))?;
        self.1.iter().try_for_each(|until| write!(f, ", until {until}"))
    }
}

impl fmt::Display for GrantFinding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let GrantFinding { role, through, scope, channel, basis, from, until, stage } = self;
        write!(f, "the role `{role}`")?;
        if through.len() > 1 {
            let way: Vec<String> = through.iter().skip(1).map(|role| format!("`{role}`")).collect();
            write!(f, " (which includes {})", way.join(", which includes "))?;
        }
        write!(f, " {}{}", scope, When(from, until))?;
        if let Basis::Affiliation { kind, place } = basis {
            match place {
                Place::Unit(unit) => write!(f, ", while in `{kind}` at `{unit}`")?,
                Place::Subtree(unit) => write!(f, ", while in `{kind}` at `{unit}` or below")?,
                Place::Set(set) => write!(f, ", while in `{kind}` at a unit of `{set}`")?,
            }
        }
        match stage {
            Stage::NotPermitted => f.write_str(": its permissions do not contain this one"),
            Stage::Ceiling => f.write_str(": a ceiling takes this permission from it"),
            Stage::OtherScope => f.write_str(": it does not reach here"),
            Stage::WrongChannel => {
                write!(
                    f,
                    ": it answers on channel `{channel}`, or the principal's kind does not act there"
                )
            }
            Stage::NotInForce => f.write_str(": it is not in force at this time"),
            Stage::Session => f.write_str(": the session does not take it in"),
            Stage::RoleRestricted => f.write_str(": a restriction on the role holds it back"),
            Stage::Suspended => f.write_str(": the principal is suspended in its tenant"),
            Stage::OutOfHours => f.write_str(": it is outside the principal's hours in its tenant"),
            Stage::Restricted => f.write_str(": a restriction takes in all that it reaches"),
            Stage::Passes => f.write_str(": it suffices"),
        }
    }
}

impl fmt::Display for GridFinding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let GridFinding { tenant, grid, open, until, local, zone } = self;
        let of = tenant
            .as_ref()
            .map_or_else(|| "of the platform".to_owned(), |tenant| format!("of `{tenant}`"));
        write!(f, "the grid `{grid}` {of} is {}", if *open { "open" } else { "closed" })?;
        let Some((until, local)) = until.as_ref().zip(local.as_ref()) else {
            return f.write_str(if *open { " at all times" } else { " and never opens" });
        };
        let turns = if *open { "closes" } else { "opens again" };
        write!(f, "; {turns} {local} in {zone}, {} UTC", TimeOfDay(until.as_micros()))
    }
}

/// The most grants and the most grids that the text names. The data has all of them.
const TOLD: usize = 5;

impl fmt::Display for Explanation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Explanation {
            principal,
            permission,
            target,
            channel,
            at,
            decision,
            kind,
            grants,
            restrictions,
            grids,
            changes,
            changes_left_out,
        } = self;
        let answer = if decision.is_allow() { "ALLOW" } else { "DENY" };
        write!(f, "{answer}: `{principal}`")?;
        kind.iter().try_for_each(|kind| write!(f, " ({kind})"))?;
        writeln!(f, " asks for `{permission}` {target}, on channel `{channel}`, at {at}")?;
        if let Some(reason) = decision.reason() {
            writeln!(f, "  because {reason}")?;
        }
        match (decision.is_allow(), decision.until()) {
            (true, Some(until)) => writeln!(f, "  until {until}, if nobody changes anything")?,
            (false, Some(until)) => {
                writeln!(f, "  this would change at {until}, if nobody changes anything")?
            }
            (_, None) => {}
        }
        for restriction in restrictions {
            let RestrictionFinding { name, role, scope, from, until, .. } = restriction;
            let subject = role
                .as_ref()
                .map_or_else(|| "the principal".to_owned(), |role| format!("the role `{role}`"));
            writeln!(f, "  restriction `{name}` on {subject}, {}{}", scope, When(from, until))?;
        }
        grids.iter().take(TOLD).try_for_each(|grid| writeln!(f, "  {grid}"))?;
        for grant in grants.iter().take(TOLD) {
            writeln!(f, "  {grant}")?;
        }
        if grants.len() > TOLD {
            writeln!(f, "  and {} more grants, none nearer", grants.len().saturating_sub(TOLD))?;
        }
        if grants.is_empty() && !matches!(decision.reason(), Some(DenyReason::UnknownPrincipal)) {
            writeln!(f, "  no grants")?;
        }
        if changes.is_none() && !decision.is_allow() {
            writeln!(f, "  no change of facts alone would allow it")?;
        }
        if let Some(changes) = changes {
            writeln!(f, "  it would be allowed after:")?;
            changes.iter().try_for_each(|change| writeln!(f, "    {}", Change(change)))?;
            if *changes_left_out > 0 {
                writeln!(f, "    and {changes_left_out} more changes")?;
            }
        }
        Ok(())
    }
}

/// Displays a change that an explanation proposes.
struct Change<'e>(&'e Event);

impl fmt::Display for Change<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Event::PersonResumed { tenant: Some(tenant), .. } => {
                write!(f, "the suspension in `{tenant}` is over")
            }
            Event::PersonResumed { tenant: None, .. } => f.write_str("the suspension is over"),
            Event::RestrictionLifted { name, .. } => {
                write!(f, "the restriction `{name}` is lifted")
            }
            Event::AffiliationRecorded(affiliation) => {
                write!(
                    f,
                    "the affiliation `{}` at `{}` is recorded",
                    affiliation.kind, affiliation.unit
                )
            }
            Event::Unenrolled { grid, .. } => write!(f, "the enrolment in the grid `{grid}` ends"),
            Event::Enrolled { grid, .. } => {
                write!(f, "there is an enrolment in the grid `{grid}`, which is open")
            }
            Event::Granted(grant) => {
                write!(f, "the role `{}` is granted {}", grant.role, &grant.scope)?;
                grant.channel.iter().try_for_each(|channel| write!(f, ", on channel `{channel}`"))
            }
            other => write!(f, "{}", other.word()),
        }
    }
}
