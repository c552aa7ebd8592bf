//! Ways around the rules that were found by reading the code again, each in as few facts as show
//! it.

use std::time::{Duration, Instant as Clock};

use alcada::{
    Actor, Authority, Command, DenyReason, Event, Grant, Policy, Revision, Scope,
    admin::{CommandWord, Rule},
    facts::{Attestation, CustomRole},
    journal::{Journal, MemoryJournal},
    review::{self, Reviewers},
};

use super::desk::{Desk, REASON, registration};
use super::suspend;
use crate::given::{ask, day, members, name, on_person, on_role, own, person, subtree, unit};

fn every_command() -> String {
    let words: Vec<String> = CommandWord::ALL.iter().map(|word| format!("\"{word}\"")).collect();
    words.join(", ")
}

/// Clerks may issue everything, and hold nothing else.
fn clerks(more: &str) -> Desk {
    Desk::policy(&policy_of_clerks(more))
}

fn policy_of_clerks(more: &str) -> String {
    format!(
        "version = 1
         functions.users.actions = [\"edit\"]
         functions.f.actions = [\"a\", \"b\"]
         roles.clerk.permissions = [\"users:edit\"]
         roles.doer.permissions = [\"f:a\"]
         guards = [{{ commands = [{}], permission = \"users:edit\" }}]
         {more}",
        every_command()
    )
}

fn by(who: &str) -> Actor {
    Actor::user(who)
}

/// S4, T4: making room for a grant is not renewing one.
#[test]
fn t4_replacing_does_not_go_round_eligibility() {
    let desk = clerks(
        "visions = [\"v\"]
         unit-kinds.k.vision = \"v\"
         affiliations = [\"exercise\"]
         roles.alone.permissions = [\"f:b\"]
         eligibility = [{ requires = { affiliation = \"exercise\", at = \"unit\" } }]
         administration = { exclusive = [\"alone\"], assigns = { clerk = [\"alone\"] } }",
    );
    let desk = desk.unit("k", "t", "").person("", "ana", "t").person("", "x", "t");
    let desk = desk.grant(Grant::role("clerk").to("ana").in_and_below("t"));
    let desk = desk.grant(Grant::role("doer").to("x").only_in("t"));
    let command: Command = Grant::role("alone").to("x").only_in("t").unwrap().into();
    let refused = desk.refuses(&by("ana"), command.replacing());
    assert!(matches!(refused.rule, Rule::NotEligible { .. }), "{refused}");
}

/// R8, X2: somebody's kind in one tenant says nothing of their kind in another.
#[test]
fn r8_a_kind_that_changes_in_one_tenant_changes_no_grant_in_another() {
    let desk = clerks(
        "kinds = { staff = {}, visitor = {} }
         roles.alone = { permissions = [\"f:b\"], kinds = [\"visitor\"] }
         administration = { exclusive = [\"alone\"], assigns = { clerk = [\"alone\"] } }",
    );
    let mut desk = desk;
    for tenant in ["t", "u"] {
        desk =
            desk.unit("", tenant, "").person("staff", "ana", tenant).person("staff", "x", tenant);
        desk = desk.grant(Grant::role("clerk").to("ana").in_and_below(tenant));
    }
    let room: Grant = Grant::role("alone").to("x").only_in("t").unwrap();
    let power: Grant = Grant::role("doer").to("x").only_in("u").unwrap();
    desk.escalates(&by("ana"), power.clone());
    let both = Command::Grant { grants: vec![room, power], replacing: true };
    desk.escalates(&by("ana"), both);
}

fn two_tenants() -> Desk {
    let mut desk = clerks("")
        .with(registration("", "boss", None))
        .grant(Grant::role("clerk").to("boss").everywhere());
    for (tenant, clerk, other) in [("t", "ana", "x"), ("u", "eva", "y")] {
        desk = desk.unit("", tenant, "").person("", clerk, tenant).person("", other, tenant);
        desk = desk.grant(Grant::role("clerk").to(clerk).in_and_below(tenant));
    }
    desk
}

/// R1, D14: who is known on the platform, or registered elsewhere, is told to nobody who has
/// nothing to do with it.
#[test]
fn r1_a_refusal_does_not_tell_who_is_known_elsewhere() {
    let desk = two_tenants().grant(Grant::role("doer").to("y").only_in("u"));
    let desk = desk.restrict(on_person("r", "y", &["f:a"], subtree("u")));
    let desk = desk.group("u", "g", "", "y", &[]);
    let of = |who: &str| person(who);
    type Question = (&'static str, Box<dyn Fn(&str) -> Command>);
    let questions: Vec<Question> = vec![
        ("suspend", Box::new(move |who| Command::Suspend { person: of(who), tenant: None })),
        (
            "suspend there",
            Box::new(move |who| Command::Suspend { person: of(who), tenant: Some(name("u")) }),
        ),
        ("remove", Box::new(move |who| Command::RemovePerson { person: of(who), tenant: None })),
        (
            "remove there",
            Box::new(move |who| Command::RemovePerson { person: of(who), tenant: Some(name("u")) }),
        ),
        ("grant", Box::new(move |who| Grant::role("doer").to(who).only_in("u").unwrap().into())),
        (
            "members",
            Box::new(move |who| Command::AddMembers {
                tenant: name("u"),
                group: name("g"),
                people: vec![of(who)],
            }),
        ),
    ];
    for actor in ["ana", "x"] {
        for (what, command) in &questions {
            let answers = ["y", "nobody"].map(|who| {
                let refusal = desk.refuses(&by(actor), command(who));
                refusal.to_string().replace(person(who).masked().to_string().as_str(), "*")
            });
            assert_eq!(answers[0], answers[1], "{actor}: {what}");
        }
        let lift = |name: &str| Command::LiftRestriction {
            tenant: Some("u".try_into().unwrap()),
            name: name.try_into().unwrap(),
        };
        assert_eq!(
            desk.refuses(&by(actor), lift("r")).rule,
            desk.refuses(&by(actor), lift("s")).rule
        );
        let delete = |group: &str| Command::DeleteGroup { tenant: name("u"), group: name(group) };
        let answer = |group: &str| {
            desk.refuses(&by(actor), delete(group)).to_string().replace(&format!("`{group}`"), "_")
        };
        assert_eq!(answer("g"), answer("h"));
    }
}

/// R1, D14: nor is it by commands that name a place of one tenant and something of another's.
#[test]
fn r1_a_command_in_ones_own_tenant_tells_nothing_of_another() {
    let desk = Desk::policy(&format!(
        "{}\nchannels = [\"standard\", \"support\"]\nsupport = {{ channel = \"support\", roles = [\"doer\"] }}",
        policy_of_clerks("").trim_end()
    ));
    let mut desk = desk
        .with(registration("", "boss", None))
        .grant(Grant::role("clerk").to("boss").everywhere());
    for (tenant, clerk, other) in [("t", "ana", "x"), ("u", "eva", "y")] {
        desk = desk.unit("", tenant, "").person("", clerk, tenant).person("", other, tenant);
        desk = desk.grant(Grant::role("clerk").to(clerk).in_and_below(tenant));
        desk = desk.grant(Grant::role("doer").to(other).only_in(tenant));
    }
    let secret = CustomRole {
        tenant: name("u"),
        name: name("secret"),
        role: serde_json::from_str(r#"{"permissions":["f:a"]}"#).unwrap(),
    };
    let doer = |who: &str, unit: &str| Grant::role("doer").to(who).only_in(unit).unwrap();
    let asked = |name: &str, grant: Grant| Command::AskRole {
        name: name.try_into().unwrap(),
        tenant: "u".try_into().unwrap(),
        grant,
        until: None,
    };
    let open = |tenant: &str, roles: &[&str]| Command::OpenCampaign {
        tenant: name(tenant),
        name: name("c"),
        scope: Scope::Subtree(name("t")),
        roles: roles.iter().map(|role| name(role)).collect(),
        reviewers: Reviewers::Administrators,
        deadline: day(9),
    };
    let desk = desk.with(Command::CreateRole(secret)).unit("", "room", "u");
    let desk = desk.with(asked("wish", doer("eva", "u"))).with(open("t", &[]));
    let review = |who: &str, unit: &str| Command::Review {
        tenant: name("t"),
        campaign: name("c"),
        answers: vec![review::Answer::keep(doer(who, unit), "")],
    };
    let own = |unit: &str| Command::CloseSupport {
        tenant: name("u"),
        people: vec![person("ana")],
        units: vec![name(unit)],
    };
    let answer = |command: Command, words: &[&str]| {
        let told = desk.refuses(&by("ana"), command).to_string();
        words.iter().fold(told, |told, word| told.replace(&format!("`{word}`"), "_"))
    };
    let masked = |who: &str| person(who).masked().to_string();
    assert_eq!(
        answer(open("u", &["secret"]), &["secret"]),
        answer(open("u", &["other"]), &["other"])
    );
    assert_eq!(
        answer(asked("wish", doer("x", "t")), &["wish"]),
        answer(asked("hope", doer("x", "t")), &["hope"])
    );
    assert_eq!(
        answer(review("y", "u"), &[&masked("y")]),
        answer(review("nobody", "u"), &[&masked("nobody")])
    );
    assert_eq!(answer(own("room"), &["room"]), answer(own("attic"), &["attic"]));
}

/// D14: nor are the units and roles of a tenant.
#[test]
fn d14_offers_tell_nothing_of_other_tenants() {
    let desk = two_tenants();
    let offers = |who: &str, subject: &str| desk.authority.offers(&by(who), subject, "u", day(1));
    assert!(offers("eva", "y").is_ok() && offers("boss", "y").is_ok());
    let (known, unknown) = (offers("ana", "y").unwrap_err(), offers("ana", "x").unwrap_err());
    assert_eq!(known.rule, unknown.rule);
}

/// D14, R26: whoever holds something everywhere is not put out of action by a tenant that registers
/// them.
#[test]
fn d14_a_tenant_does_not_silence_the_platform() {
    let desk = two_tenants();
    desk.does(&by("ana"), registration("", "boss", "t"));
    desk.allows(ask("boss", "users:edit").in_unit("u"));
    let suspend = Command::Suspend { person: person("boss"), tenant: Some(name("t")) };
    desk.refuses(&by("ana"), suspend);
    desk.refuses(&by("ana"), on_person("r", "boss", &["users:edit"], subtree("t")));
    desk.refuses(&by("ana"), on_role("r", "clerk", &["users:edit"], subtree("t")));
    desk.does(&by("ana"), on_role("r", "doer", &["f:a"], subtree("t")));
    let remove = Command::RemovePerson { person: person("boss"), tenant: Some(name("t")) };
    desk.does(&by("ana"), remove);
}

/// X2: what is denied to somebody in a tenant does not end by removing and registering them there.
#[test]
fn x2_removal_frees_nobody() {
    for suspended in [true, false] {
        let desk = two_tenants()
            .person("", "boss", "t")
            .grant(Grant::role("doer").to("boss").everywhere());
        let desk = match suspended {
            true => desk.with(Command::Suspend { person: person("boss"), tenant: Some(name("t")) }),
            false => desk.restrict(on_person("r", "boss", &["f:a"], subtree("t"))),
        };
        let reason = if suspended { DenyReason::Suspended } else { DenyReason::Restricted };
        desk.denies(ask("boss", "f:a").in_unit("t"), reason);
        let remove = Command::RemovePerson { person: person("boss"), tenant: Some(name("t")) };
        desk.escalates(&by("ana"), remove.clone());
        // Nor by oneself.
        if !suspended {
            desk.refuses(&by("boss"), remove);
        }
    }
}

/// X4: why a request was denied is forgotten with whom it was about.
#[test]
fn x4_erasing_forgets_why_requests_were_closed() {
    let desk = two_tenants();
    let grant = Grant::role("doer").to("x").only_in("t").unwrap();
    desk.does(
        &by("ana"),
        Command::AskRole { name: name("q"), tenant: name("t"), grant, until: None },
    );
    let deny = Command::DenyRequest { tenant: name("t"), request: name("q") };
    desk.authority.execute(&by("boss"), deny, "x has a criminal record", day(1)).unwrap();
    desk.does(&by("boss"), Command::ErasePerson { person: person("x") });
    let entries = desk.authority.read_from(Revision(1), 1000).unwrap();
    assert!(entries.iter().all(|entry| !entry.reason.contains("criminal")));
    assert!(entries.iter().any(|entry| entry.reason == REASON));
}

/// X4: whoever is no longer registered anywhere can still be erased.
#[test]
fn x4_whoever_was_removed_can_be_erased() {
    let desk = two_tenants();
    desk.does(&by("ana"), Command::RemovePerson { person: person("x"), tenant: Some(name("t")) });
    desk.does(&by("boss"), Command::ErasePerson { person: person("x") });
    let entries = desk.authority.read_from(Revision(1), 1000).unwrap();
    assert!(!format!("{:?}", serde_json::to_string(&entries)).contains("\\\"x\\\""));
}

/// Many people in one command are looked at once each.
#[test]
fn x2_many_members_in_one_command_take_their_number_of_steps() {
    let crowd: Vec<String> = (0..2_000).map(|n| format!("p{n}")).collect();
    let desk = two_tenants().group("t", "g", "", "x", &[]);
    let people: Vec<Event> =
        crowd.iter().map(|who| Event::PersonRegistered(registration("", who, "t"))).collect();
    desk.authority.apply_all(&people).unwrap();
    let people = crowd.iter().map(|who| person(who)).collect();
    let began = Clock::now();
    let command = Command::AddMembers { tenant: name("t"), group: name("g"), people };
    desk.authority.execute(&by("ana"), command, "", day(1)).unwrap();
    assert!(began.elapsed() < Duration::from_secs(5), "{:?}", began.elapsed());
}

/// What was decided on one authority's facts is not published by another.
#[test]
fn x4_a_proposal_is_committed_where_it_was_made() {
    let authority = |who: &str| {
        let policy = Policy::from_toml(&policy_of_clerks("")).unwrap();
        let authority = Authority::open(MemoryJournal::new(), policy, day(0)).unwrap();
        authority.apply(Event::PersonRegistered(registration("", who, None))).unwrap();
        authority
    };
    let (one, other) = (authority("ana"), authority("eva"));
    let proposal = one.propose(&Actor::host(), registration("", "rui", None), "", day(1)).unwrap();
    assert!(other.commit(proposal).is_err());
    assert_eq!(other.snapshot().facts().people.len(), 1);
}

/// X2, R28: what somebody holds everywhere counts again where they are resumed.
#[test]
fn x2_resuming_gives_back_what_is_held_everywhere() {
    let desk =
        two_tenants().person("", "boss", "t").grant(Grant::role("doer").to("boss").everywhere());
    let desk = desk
        .with(registration("", "chief", None))
        .grant(Grant::role("clerk").to("chief").everywhere());
    let desk = desk.with(Command::Suspend { person: person("boss"), tenant: Some(name("t")) });
    let resume = Command::Resume { person: person("boss"), tenant: Some(name("t")) };
    desk.refuses(&by("ana"), resume.clone());
    desk.escalates(&by("chief"), resume.clone());
    desk.grant(Grant::role("doer").to("chief").everywhere()).does(&by("chief"), resume);
}

/// O2, T4: a long command takes its number of steps, whether it is carried out or refused.
#[test]
fn o2_many_grants_in_one_command_take_their_number_of_steps() {
    let crowd: Vec<String> = (0..2_000).map(|n| format!("p{n}")).collect();
    let desk = clerks(
        "roles.alone.permissions = [\"f:b\"]
         administration = { exclusive = [\"alone\"], assigns = { clerk = [\"alone\"] } }",
    );
    let desk = desk.unit("", "t", "").person("", "ana", "t");
    let desk = desk.grant(Grant::role("clerk").to("ana").in_and_below("t"));
    let people: Vec<Event> =
        crowd.iter().map(|who| Event::PersonRegistered(registration("", who, "t"))).collect();
    desk.authority.apply_all(&people).unwrap();
    let each = |role: &str| -> Vec<Grant> {
        crowd.iter().map(|who| Grant::role(role).to(who).scoped(own("t")).unwrap()).collect()
    };
    let began = Clock::now();
    assert_eq!(desk.escalates(&by("ana"), each("doer")).len(), 2_000);
    desk.does(&Actor::host(), each("doer"));
    desk.does(&by("ana"), Command::from(each("alone")).replacing());
    assert!(began.elapsed() < Duration::from_secs(8), "{:?}", began.elapsed());
}

/// U6, R31: whoever holds the role at a unit of the tenant is not its administrator, and makes no
/// room for one.
#[test]
fn u6_only_whoever_administers_the_tenant_is_replaced() {
    let desk =
        clerks("roles.chief.permissions = [\"f:b\"]\nadministration.administrator = \"chief\"");
    let desk = desk
        .with(registration("", "boss", None))
        .grant(Grant::role("clerk").to("boss").everywhere());
    let desk = desk.unit("", "t", "").unit("", "t/1", "t").person("", "x", "t");
    let desk = desk.with(Command::Bootstrap(registration("", "ana", "t")));
    let desk = desk.grant(Grant::role("chief").to("x").only_in("t/1"));
    let replace = |old: &str| Command::ReplaceAdministrator {
        old: person(old),
        new: registration("", "eva", "t"),
        attestation: Attestation {
            about: person("eva"),
            tenant: name("t"),
            given_by: "g".into(),
            capacity: "c".into(),
            verified_by: "v".into(),
            document: "d".into(),
        },
    };
    assert!(matches!(desk.refuses(&by("boss"), replace("x")).rule, Rule::NotAdministrator { .. }));
    desk.does(&by("boss"), replace("ana"));
}

/// X4: a checkpoint holds nobody's name, wherever the facts name people.
#[test]
fn x4_a_checkpoint_names_nobody() {
    let journal = MemoryJournal::new();
    let policy = policy_of_clerks(
        "affiliations = [\"exercise\"]\nroles.chief.permissions = [\"f:b\"]\nadministration.administrator = \"chief\"",
    );
    let authority =
        Authority::open(journal.clone(), Policy::from_toml(&policy).unwrap(), day(0)).unwrap();
    let desk = Desk { authority, now: day(1) }.unit("", "t", "");
    let desk = desk.person("", "zeno", "t").person("", "zita", "t").person("", "zora", "t");
    let desk = desk
        .with(registration("", "zack", None))
        .grant(Grant::role("clerk").to("zack").everywhere());
    let desk =
        desk.group("t", "g", "", "zeno", &["zita"]).affiliated("zita", "exercise", "t", None, None);
    let desk = desk.restrict(on_person("r", "zora", &["f:a"], own("t")));
    let desk = desk.grant(Grant::role("doer").to("zeno").scoped(members("t", "g")));
    let wish = Grant::role("doer").to("zora").scoped(own("t")).unwrap();
    desk.does(
        &by("zack"),
        Command::AskRole { name: name("q"), tenant: name("t"), grant: wish, until: None },
    );
    desk.does(&by("zack"), Command::Bootstrap(registration("", "zara", "t")));
    desk.does(&by("zack"), suspend("zita", "t"));
    let before = desk.snapshot().facts();
    desk.authority.checkpoint().unwrap();
    let checkpoint = journal.checkpoint(Revision(u64::MAX)).unwrap().unwrap();
    let text = serde_json::to_string(&*checkpoint).unwrap();
    assert!(!text.contains("\"z"), "{text}");
    let again =
        Authority::open(journal.clone(), Policy::from_toml(&policy).unwrap(), day(1)).unwrap();
    assert_eq!(again.snapshot().facts(), before);
    again.snapshot().verify().unwrap();
    desk.does(&by("zack"), Command::ErasePerson { person: person("zora") });
    let again = Authority::open(journal, Policy::from_toml(&policy).unwrap(), day(1)).unwrap();
    assert_eq!(again.snapshot().facts(), desk.snapshot().facts());
    assert!(!format!("{:?}", serde_json::to_string(&desk.snapshot().facts())).contains("zora"));
}

/// U1, R32: what was beyond the contract at one instant does not excuse what is at another.
#[test]
fn u1_seats_are_kept_at_every_instant() {
    let desk = clerks(
        "roles.key.permissions = [\"f:b\"]
         administration = { seats = { key = \"tenant\" }, assigns = { clerk = [\"key\"] } }",
    );
    let mut desk = desk.unit("", "t", "").person("", "ana", "t");
    desk = desk.grant(Grant::role("clerk").to("ana").in_and_below("t"));
    desk = desk.with(Command::ContractSeats {
        tenant: name("t"),
        role: name("key"),
        unit: None,
        seats: 1,
    });
    for who in ["a", "b", "c", "d", "e"] {
        desk = desk.person("", who, "t");
    }
    for who in ["a", "b", "c"] {
        let fed = Grant::role("key").to(who).until(day(5)).only_in("t").unwrap();
        desk.authority.apply(Event::Granted(fed)).unwrap();
    }
    desk.does(&by("ana"), Grant::role("key").to("d").from(day(10)).only_in("t").unwrap());
    let refused =
        desk.refuses(&by("ana"), Grant::role("key").to("e").from(day(10)).only_in("t").unwrap());
    assert!(matches!(refused.rule, Rule::Seats { needed: 2, .. }), "{refused}");
}

/// X4: a proposal is no way to write more than a record keeps.
#[test]
fn x4_a_proposal_has_a_reason_that_fits() {
    let desk = two_tenants();
    let long = "x".repeat(5_000);
    assert!(
        desk.authority
            .propose(&Actor::host(), registration("", "rui", None), &long, day(1))
            .is_err()
    );
}

/// T4, R33: what was held together at one time by a feed does not excuse what would be at another.
#[test]
fn r33_roles_are_kept_apart_at_every_instant() {
    for rule in [
        "separation = [{ name = \"s\", roles = [\"one\", \"two\"] }]",
        "administration.exclusive = [\"one\"]",
    ] {
        let desk = clerks(&format!(
            "roles.one.permissions = [\"f:a\"]
             roles.two.permissions = [\"f:b\"]
             administration.assigns = {{ clerk = [\"one\", \"two\"] }}
             {rule}",
        ));
        let desk = desk.unit("", "t", "").person("", "ana", "t").person("", "x", "t");
        let desk = desk.grant(Grant::role("clerk").to("ana").in_and_below("t"));
        for role in ["one", "two"] {
            let fed = Grant::role(role).to("x").until(day(5)).only_in("t").unwrap();
            desk.authority.apply(Event::Granted(fed)).unwrap();
        }
        desk.does(&by("ana"), Grant::role("one").to("x").from(day(10)).only_in("t").unwrap());
        let refused = desk
            .refuses(&by("ana"), Grant::role("two").to("x").from(day(10)).only_in("t").unwrap());
        assert!(
            matches!(refused.rule, Rule::Separation { .. } | Rule::Exclusive { .. }),
            "{refused}"
        );
    }
}

/// X2, R21: a restriction at one unit denies what is about people of it wherever else they have a
/// place.
#[test]
fn x2_a_restriction_elsewhere_holds_back_what_is_about_people_of_both_units() {
    let desk = clerks("affiliations = [\"loan\"]")
        .unit("", "t", "")
        .unit("", "t/1", "t")
        .unit("", "t/2", "t");
    let desk = desk.person("", "ana", "t").person("", "gil", "t");
    let desk = desk
        .with(registration("", "bia", "t").at_unit("t/1").unwrap())
        .affiliated("bia", "loan", "t/2", None, None);
    let desk = desk.grant(Grant::role("clerk").to("ana").in_and_below("t"));
    let desk = desk.grant(Grant::role("doer").to("gil").only_in("t/1"));
    let desk = desk.restrict(on_person("r", "gil", &["f:a"], unit("t/2")));
    desk.denies(ask("gil", "f:a").about("bia"), DenyReason::Restricted);
    let lift = Command::LiftRestriction { tenant: Some(name("t")), name: name("r") };
    desk.escalates(&by("ana"), lift.clone());
    // Whoever reaches them there gives what they hold.
    desk.grant(Grant::role("doer").to("ana").only_in("t/2"))
        .does(&by("ana").working_at("t/2"), lift);
}
