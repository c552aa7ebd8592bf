//! A supplier's support desk, used by institutions that know nothing of one another. It shows access
//! that an institution's administrator asks for and the supplier grants, as far as the contract has
//! seats, and a review of who still needs it.
//!
//! `cargo run --example support_desk`

mod story;

use alcada::{
    Command, Facts, Grant, Permission, Registration, Request, Revision, Scope, Unit,
    facts::Attestation,
    history::AsOf,
    review::{self, Reviewers},
};
use story::{Outcome, Story, heading};

const OPEN: Permission = Permission::new("tickets:open");
const APPROVE: Permission = Permission::new("quotes:approve");
const REGISTER: Permission = Permission::new("users:register");
const CONFIDENTIAL: Permission = Permission::new("confidential:view");

fn main() -> Outcome {
    let mut story = Story::begin(
        "UniSAC: who may speak for an institution",
        include_str!("support_desk.toml"),
    )?;

    heading("Two institutions are licensed");
    story.does(
        "the host",
        "registers sofia, of the supplier's team",
        Registration::of("sofia")?.of_kind("supplier")?,
    )?;
    story.does(
        "the host",
        "lets her license institutions",
        Grant::role("supplier-team").to("sofia").everywhere()?,
    )?;
    for (institution, administrator) in [("alfa", "adelia"), ("beta", "bento")] {
        let root = Unit {
            code: institution.try_into()?,
            kind: Some("institution".try_into()?),
            parent: None,
            tenant: None,
        };
        story.does("sofia", &format!("licenses `{institution}`"), root)?;
        story.does("sofia", "contracts two seats at the desk", contract(institution, 2)?)?;
        let first = Command::Bootstrap(user(administrator, institution, "user")?);
        story.does(
            "sofia",
            &format!("registers {administrator} as its first administrator"),
            first,
        )?;
    }
    let second = Command::Bootstrap(user("amanda", "alfa", "user")?);
    story.tries("adelia", "tries to do the same for amanda", second)?;

    heading("The administrator registers people");
    story.does("adelia", "registers ulisses", user("ulisses", "alfa", "user")?)?;
    story.does(
        "adelia",
        "lets him download updates",
        Grant::role("downloader").to("ulisses").in_and_below("alfa")?,
    )?;
    for who in ["karina", "kleber", "katia"] {
        story.does(
            "adelia",
            &format!("registers {who}, who is to have the desk"),
            user(who, "alfa", "key-user")?,
        )?;
        story.does("adelia", &format!("asks for a seat for {who}"), ask(who, "alfa")?)?;
    }
    story.may_not("May karina open a ticket?", &Request::by("karina").to(OPEN).in_unit("alfa"))?;

    heading("Asking is not getting");
    story.tries("adelia", "tries to approve what she asked for", approve("karina", "alfa")?)?;
    story.tries("adelia", "tries to give the seat without asking", seat("karina", "alfa")?)?;
    story.does("sofia", "approves karina", approve("karina", "alfa")?)?;
    story.does("sofia", "approves kleber", approve("kleber", "alfa")?)?;
    story.tries(
        "sofia",
        "tries to approve katia, the third for two seats",
        approve("katia", "alfa")?,
    )?;
    println!(
        "  the request of katia waits: {} open",
        story.authority.snapshot().facts().requests.len()
    );
    story.does(
        "adelia",
        "takes the seat of kleber, who changes departments",
        Command::revoke(seat("kleber", "alfa")?),
    )?;
    story.does("sofia", "approves katia", approve("katia", "alfa")?)?;
    story.does("adelia", "asks for kleber again", ask("kleber", "alfa")?)?;
    let denied = Command::DenyRequest { tenant: "alfa".try_into()?, request: "kleber".try_into()? };
    story.does_because("sofia", "denies it", "both seats of the contract are taken", denied)?;

    heading("A key user holds all of their institution, and nothing of another");
    story.may("May karina open a ticket?", &Request::by("karina").to(OPEN).in_unit("alfa"))?;
    story.may(
        "May she approve a quote in its name?",
        &Request::by("karina").to(APPROVE).in_unit("alfa"),
    )?;
    story
        .may_not("And in the name of beta?", &Request::by("karina").to(APPROVE).in_unit("beta"))?;
    let sofia = Request::by("sofia").to(CONFIDENTIAL).in_unit("alfa");
    story.may_not("Does sofia, who gave the seats, see what is confidential?", &sofia)?;
    story.tries(
        "adelia",
        "tries to register somebody at beta",
        user("ulisses", "beta", "user")?,
    )?;

    heading("The administrator is replaced, on the word of the general direction");
    let vera = || -> Result<Attestation, Box<dyn std::error::Error>> {
        Ok(Attestation {
            tenant: "alfa".try_into()?,
            about: "nadia".try_into()?,
            given_by: "Vera Lima".into(),
            capacity: "general direction".into(),
            verified_by: "from her professional mailbox, called back".into(),
            document: "ticket 4711".into(),
        })
    };
    let replace = |attestation| -> Result<Command, Box<dyn std::error::Error>> {
        Ok(Command::ReplaceAdministrator {
            old: "adelia".try_into()?,
            new: user("nadia", "alfa", "user")?,
            attestation,
        })
    };
    story.tries("adelia", "tries to choose her successor", replace(vera()?)?)?;
    let nobody = Attestation { given_by: String::new(), ..vera()? };
    story.tries("sofia", "tries to without saying on whose word", replace(nobody)?)?;
    let entry = story.does_because(
        "sofia",
        "replaces adelia by nadia",
        "ticket 4711",
        replace(vera()?)?,
    )?;
    story.tells(&entry);
    story.may("May nadia register people?", &Request::by("nadia").to(REGISTER).in_unit("alfa"))?;
    story.may_not("May adelia?", &Request::by("adelia").to(REGISTER).in_unit("alfa"))?;

    heading("Once a year, everybody's access is looked at");
    let deadline = story.now.plus_seconds(14 * 86_400);
    let campaign = Command::OpenCampaign {
        tenant: "alfa".try_into()?,
        name: "yearly".try_into()?,
        scope: Scope::Subtree("alfa".try_into()?),
        roles: Vec::new(),
        reviewers: Reviewers::Administrators,
        deadline,
    };
    story.does("nadia", "opens a review of two weeks", campaign)?;
    let review = |answers| -> Result<Command, Box<dyn std::error::Error>> {
        Ok(Command::Review { tenant: "alfa".try_into()?, campaign: "yearly".try_into()?, answers })
    };
    let own = Grant::role("administrator").to("nadia").in_and_below("alfa")?;
    story.tries(
        "nadia",
        "tries to keep what is hers",
        review(vec![review::Answer::keep(own, "I work here")])?,
    )?;
    let answers = vec![
        review::Answer::keep(seat("karina", "alfa")?, "answers for the office"),
        review::Answer::revoke(
            Grant::role("downloader").to("ulisses").in_and_below("alfa")?,
            "others install now",
        ),
    ];
    story.does(
        "nadia",
        "keeps karina's seat, and takes the updates from ulisses",
        review(answers)?,
    )?;
    let progress =
        story.authority.snapshot().campaign("alfa", "yearly").ok_or("the review is open")?;
    println!(
        "  {} kept, {} revoked, {} open",
        progress.kept,
        progress.revoked,
        progress.open.len()
    );
    let close =
        Command::CloseCampaign { tenant: "alfa".try_into()?, campaign: "yearly".try_into()? };
    story.tries("nadia", "tries to close it", close.clone())?;
    story.now = deadline;
    let entry = story.does("nadia", "closes it when the time is up, and silence revokes", close)?;
    story.tells(&entry);

    heading("What stands on record");
    for entry in
        story.authority.read_from(Revision(0), 100)?.iter().filter(|entry| !entry.reason.is_empty())
    {
        let who = entry.actor.id().unwrap_or("the host");
        println!("  {}  {who}: {}, because: {}", entry.revision, entry.command, entry.reason);
    }
    let then = story.authority.as_of(AsOf::Revision(Revision(entry.revision.0 - 1)))?;
    let adelia = then.check(&Request::by("adelia").to(REGISTER).in_unit("alfa"), story.now);
    println!(
        "  Could adelia register people just before? {}",
        if adelia.is_allow() { "Yes." } else { "No." }
    );
    let password = r#"
        version = 1
        people = [{ person = "ulisses", tenant = "alfa", password = "secret" }]
    "#;
    let error = Facts::from_toml(password).err().ok_or("there is no place for a password")?;
    println!("  and nowhere a password. Whoever sends one is told:");
    println!("      {}", error.to_string().lines().last().unwrap_or_default());
    Ok(())
}

fn user(
    who: &str,
    institution: &str,
    kind: &str,
) -> Result<Registration, alcada::facts::InvalidName> {
    Registration::of(who)?.in_tenant(institution)?.of_kind(kind)
}

fn seat(who: &str, institution: &str) -> Result<Grant, alcada::facts::InvalidName> {
    Grant::role("desk-user").to(who).in_and_below(institution)
}

fn contract(institution: &str, seats: u32) -> Result<Command, alcada::facts::InvalidName> {
    Ok(Command::ContractSeats {
        tenant: institution.try_into()?,
        role: "desk-user".try_into()?,
        unit: None,
        seats,
    })
}

fn ask(who: &str, institution: &str) -> Result<Command, Box<dyn std::error::Error>> {
    let (name, tenant) = (who.try_into()?, institution.try_into()?);
    Ok(Command::AskRole { name, tenant, grant: seat(who, institution)?, until: None })
}

fn approve(who: &str, institution: &str) -> Result<Command, alcada::facts::InvalidName> {
    Ok(Command::ApproveRequest { tenant: institution.try_into()?, request: who.try_into()? })
}
