//! Looking back: who could do what on a past day, and who authorized it, up to the host.

use alcada::{
    Actor, Authority, Change, Command, Event, Facts, Grant, Identifier, Instant, Name, Permission,
    Policy, Registration, Request, Revision, Scope, Target,
    facts::{Attestation, CustomRole},
    history::{AsOf, Topic},
    journal::{Journal, MemoryJournal},
    policy::{Pattern, Role},
};

use super::authority::{at, policy};

const POLICY: &str = r#"
    version = 1
    visions = ["city", "school"]
    functions.users.actions = ["assign", "roles"]
    functions.notes.actions = ["read", "write"]
    unit-kinds.city.vision = "city"
    unit-kinds.school.vision = "school"
    roles.chief.permissions = ["*:*"]
    roles.dean.permissions = ["users:assign", "notes:*"]
    roles.reader.permissions = ["notes:read"]
    guards = [
        { commands = ["grant", "revoke", "register", "set-validity"], permission = "users:assign" },
        { commands = ["create-role", "edit-role"], permission = "users:roles" },
    ]
"#;

fn name(text: &str) -> Name {
    Name::new(text).unwrap()
}

fn person(text: &str) -> Identifier {
    Identifier::new(text).unwrap()
}

fn topic(text: &str) -> Topic {
    Topic::Person(person(text))
}

fn facts() -> Facts {
    Facts::from_toml(
        r#"
        version = 1
        units = [{ code = "sp", kind = "city" }, { code = "sp/1", kind = "school", parent = "sp" }]
        people = [
            { person = "ana", tenant = "sp" }, { person = "bia", tenant = "sp" },
            { person = "caio", tenant = "sp" }, { person = "duda", tenant = "sp" },
        ]
        grants = [{ person = "ana", role = "chief", scope = { subtree = "sp" } }]
        "#,
    )
    .unwrap()
}

/// The host makes ana chief; ana makes bia dean of the school; bia makes caio a reader there.
fn begun(journal: &MemoryJournal) -> Authority {
    let authority = Authority::open(journal.clone(), policy(POLICY), at(0)).unwrap();
    authority.import(&facts()).unwrap();
    let give = |by: &str, grant: Grant, why: &str, hours: i64| {
        authority.execute(&Actor::user(by).working_at("sp"), grant, why, at(hours)).unwrap();
    };
    give(
        "ana",
        Grant::role("dean").to("bia").in_and_below("sp/1").unwrap(),
        "she leads the school",
        1,
    );
    let bia = Actor::user("bia").working_at("sp/1");
    authority
        .execute(&bia, Grant::role("reader").to("caio").only_in("sp/1").unwrap(), "he helps", at(2))
        .unwrap();
    give("ana", Grant::role("reader").to("duda").in_and_below("sp").unwrap(), "for the audit", 3);
    authority
}

/// The recipe of the docs: who could do this on that day, and who let them.
#[test]
fn x4_who_could_do_this_on_that_day_and_who_let_them_up_to_the_host() {
    let journal = MemoryJournal::new();
    let authority = begun(&journal);
    // Since then everything was taken away again, and a checkpoint was written.
    let caios = Grant::role("reader").to("caio").only_in("sp/1").unwrap();
    let revoke = Command::Revoke { grants: vec![caios.clone()] };
    authority.execute(&Actor::user("ana").working_at("sp"), revoke, "he left", at(20)).unwrap();
    authority.checkpoint().unwrap();

    let day = at(10);
    let then = authority.as_of(AsOf::Instant(day)).unwrap();
    let request = |who| Request::by(who).to(Permission::new("notes:read")).in_unit("sp/1");
    let target = Target::InUnit("sp/1");
    let mut could: Vec<String> = then
        .who_can(Permission::new("notes:read"), target, day)
        .map(|answer| answer.name().to_string())
        .collect();
    could.sort();
    assert_eq!(could, ["ana", "bia", "caio", "duda"]);
    assert!(!authority.check(&request("caio"), at(21)).is_allow());

    let by = then.why_all(&request("caio"), day);
    assert_eq!(by, std::slice::from_ref(&caios));
    let chain = authority.provenance(&by[0], then.revision()).unwrap();
    let told: Vec<_> = chain
        .iter()
        .map(|link| (link.grant.person.as_str(), link.entry.actor.id(), link.entry.reason.as_str()))
        .collect();
    assert_eq!(
        told,
        [
            ("caio", Some("bia"), "he helps"),
            ("bia", Some("ana"), "she leads the school"),
            ("ana", None, ""),
        ]
    );
    assert_eq!(chain[0].by, [Grant::role("dean").to("bia").in_and_below("sp/1").unwrap()]);
    assert_eq!(chain[0].by[0], chain[1].grant);
    assert!(chain[2].by.is_empty() && chain[2].entry.command == "import");
    assert_eq!(chain[0].entry.at, at(2));
    // What was given later is not what it was then.
    assert!(authority.provenance(&caios, Revision(3)).is_err());
    let words = chain[0].to_string();
    assert!(
        words.contains("`caio` was given `reader` by `bia`") && words.contains("could as `dean`"),
        "{words}"
    );
}

#[test]
fn x4_a_history_goes_back_to_the_beginning_in_pieces() {
    let journal = MemoryJournal::new();
    let authority = begun(&journal);
    let all = authority.history(&topic("bia"), None, 100).unwrap();
    // She was given a role, and registered; what she did for others is theirs.
    let revisions: Vec<u64> = all.entries.iter().map(|entry| entry.revision.0).collect();
    assert_eq!((revisions.as_slice(), all.next), (&[3, 2][..], None));
    // Of the import only what concerns her.
    assert_eq!(all.entries[1].events.len(), 1);
    assert!(
        matches!(&all.entries[1].events[0], Event::PersonRegistered(r) if r.person.as_str() == "bia")
    );
    assert_eq!(all.entries[1].affected.people, [person("bia")]);

    let first = authority.history(&topic("bia"), None, 1).unwrap();
    assert_eq!((first.entries.len(), first.next), (1, Some(Revision(3))));
    let second = authority.history(&topic("bia"), first.next, 1).unwrap();
    assert_eq!(second.entries, all.entries[1..]);
    let third = authority.history(&topic("bia"), second.next, 1).unwrap();
    assert!(third.entries.is_empty() && third.next.is_none());

    let of = |topic: &Topic| -> Vec<u64> {
        authority
            .history(topic, None, 100)
            .unwrap()
            .entries
            .iter()
            .map(|entry| entry.revision.0)
            .collect()
    };
    assert_eq!(of(&Topic::Unit(name("sp/1"))), [4, 3, 2]);
    assert_eq!(of(&Topic::Unit(name("sp"))), [5, 2]);
    assert_eq!(of(&Topic::Role { tenant: Some(name("sp")), role: name("reader") }), [5, 4, 1]);
    assert_eq!(of(&Topic::Role { tenant: None, role: name("dean") }), [3, 1]);
    assert!(authority.history(&topic("nobody"), None, 1).is_err());
    assert!(Authority::in_memory(policy(POLICY)).history(&topic("ana"), None, 1).is_err());
}

#[test]
fn x4_the_history_of_a_role_tells_what_it_was_made_into_and_what_held_it_back() {
    let authority = begun(&MemoryJournal::new());
    let ana = Actor::user("ana").working_at("sp");
    let role = |permissions: &[&str]| {
        let permissions = permissions.iter().map(|text| Pattern::parse(text).unwrap()).collect();
        CustomRole {
            tenant: name("sp"),
            name: name("own"),
            role: Role { permissions, ..Role::default() },
        }
    };
    let own = Topic::Role { tenant: Some(name("sp")), role: name("own") };
    authority.execute(&ana, Command::CreateRole(role(&["notes:read"])), "new", at(4)).unwrap();
    authority
        .execute(&ana, Grant::role("own").to("duda").only_in("sp/1").unwrap(), "", at(4))
        .unwrap();
    authority.execute(&ana, Command::EditRole(role(&["notes:write"])), "wider", at(5)).unwrap();
    let restriction = alcada::facts::Restriction {
        name: name("x"),
        subject: alcada::facts::Subject::Role(name("own")),
        permissions: vec![Pattern::parse("notes:*").unwrap()],
        scope: Scope::Subtree(name("sp")),
        from: None,
        until: None,
    };
    authority
        .apply(Change::of(&[Event::RestrictionImposed(restriction)]).because("held back").at(at(6)))
        .unwrap();
    authority
        .apply(
            Change::of(&[Event::RestrictionLifted { tenant: Some(name("sp")), name: name("x") }])
                .because("again")
                .at(at(7)),
        )
        .unwrap();
    let history = authority.history(&own, None, 100).unwrap();
    let told: Vec<(&str, usize)> =
        history.entries.iter().map(|entry| (entry.reason.as_str(), entry.events.len())).collect();
    assert_eq!(told, [("again", 1), ("held back", 1), ("wider", 1), ("", 1), ("new", 1), ("", 0)]);

    // And what one of these did to whom.
    let (entry, diff) = authority.diff_of(history.entries[2].revision).unwrap();
    assert_eq!((entry.reason.as_str(), diff.at), ("wider", at(5)));
    let rows: Vec<_> = diff
        .gained
        .iter()
        .map(|row| (row.people.iter().collect::<Vec<_>>(), row.permissions.clone()))
        .collect();
    assert_eq!(rows, [(vec![person("duda")], vec![name("notes:write")])]);
    // She reads there as a reader: that she lost nothing.
    assert!(diff.lost.is_empty(), "{diff}");
    let (_, first) = authority.diff_of(Revision(1)).unwrap();
    assert!(first.is_empty());
    assert!(authority.diff_of(Revision(99)).is_err() && authority.diff_of(Revision(0)).is_err());
}

#[test]
fn x4_one_who_is_erased_stays_erased_in_every_history() {
    let journal = MemoryJournal::new();
    let authority = begun(&journal);
    authority
        .apply(
            Change::of(&[Event::PersonErased { person: person("bia") }])
                .because("bia asks for it")
                .at(at(8)),
        )
        .unwrap();
    let namesake = Registration::of("bia").unwrap().in_tenant("sp").unwrap();
    authority
        .apply(Change::of(&[Event::PersonRegistered(namesake)]).because("a namesake").at(at(9)))
        .unwrap();
    // The name is somebody else's now; the number tells what was.
    let of_name = authority.history(&topic("bia"), None, 100).unwrap();
    assert_eq!(of_name.entries.len(), 1);
    let of_number = authority.history(&topic("#1"), None, 100).unwrap();
    let told: Vec<(u64, &str)> =
        of_number.entries.iter().map(|e| (e.revision.0, e.reason.as_str())).collect();
    assert_eq!(told, [(6, ""), (3, ""), (2, "")]);
    let text = serde_json::to_string(&of_number.entries).unwrap();
    assert!(!text.contains("bia") && !text.contains("leads"), "{text}");
    // Her name is not told by what she let others do either.
    let caios = Grant::role("reader").to("caio").only_in("sp/1").unwrap();
    let chain = authority.provenance(&caios, authority.revision()).unwrap();
    let told: Vec<_> = chain.iter().map(|link| link.entry.actor.id()).collect();
    assert_eq!(told, [Some("#1"), Some("ana"), None]);
    assert_eq!(chain[1].grant.person.as_str(), "#1");
}

#[test]
fn x4_a_grant_is_found_by_the_words_of_its_day_through_the_adoption_of_a_policy() {
    let journal = MemoryJournal::new();
    begun(&journal);
    let renamed =
        POLICY.replace("roles.reader", "roles.lector").replace("roles.dean", "roles.head")
            + "\n[renamed]\nroles = { reader = \"lector\", dean = \"head\" }\n";
    let authority = Authority::open(journal, policy(&renamed), at(9)).unwrap();
    let caios = Grant::role("lector").to("caio").only_in("sp/1").unwrap();
    assert!(authority.snapshot().facts().grants.contains(&caios));
    let chain = authority.provenance(&caios, authority.revision()).unwrap();
    let told: Vec<_> =
        chain.iter().map(|link| (link.grant.role.as_str(), link.entry.revision.0)).collect();
    assert_eq!(told, [("reader", 4), ("dean", 3), ("chief", 2)]);
}

/// A journal gives fewer records than it is asked for; and what somebody wrote comes with the event
/// it belongs to.
#[test]
fn x4_a_history_longer_than_a_page_is_read_to_its_beginning() {
    struct Slow(MemoryJournal);
    impl Journal for Slow {
        fn append(
            &self,
            addition: &alcada::journal::Addition,
        ) -> Result<(), alcada::journal::JournalError> {
            self.0.append(addition)
        }
        fn read_from(
            &self,
            revision: Revision,
            at_most: usize,
        ) -> Result<Vec<std::sync::Arc<alcada::journal::Record>>, alcada::journal::JournalError>
        {
            self.0.read_from(revision, at_most.min(7))
        }
        fn names_from(
            &self,
            number: u32,
        ) -> Result<Vec<Option<Identifier>>, alcada::journal::JournalError> {
            self.0.names_from(number)
        }
        fn put_checkpoint(
            &self,
            checkpoint: std::sync::Arc<alcada::journal::Checkpoint>,
        ) -> Result<(), alcada::journal::JournalError> {
            self.0.put_checkpoint(checkpoint)
        }
        fn checkpoint(
            &self,
            at_most: Revision,
        ) -> Result<
            Option<std::sync::Arc<alcada::journal::Checkpoint>>,
            alcada::journal::JournalError,
        > {
            self.0.checkpoint(at_most)
        }
    }
    let authority = Authority::open(Slow(MemoryJournal::new()), policy(POLICY), at(0)).unwrap();
    authority.import(&facts()).unwrap();
    let attested = |about: &str, by: &str| {
        let (given_by, capacity) = (by.to_owned(), "director".to_owned());
        let (verified_by, document) = ("by phone".to_owned(), "a deed".to_owned());
        Event::Attested(Attestation {
            tenant: name("sp"),
            about: person(about),
            given_by,
            capacity,
            verified_by,
            document,
        })
    };
    authority
        .apply(
            Change::of(&[attested("ana", "one"), attested("bia", "two"), attested("ana", "three")])
                .at(at(1)),
        )
        .unwrap();
    for n in 0..1200 {
        let who = if n % 400 == 0 { "bia" } else { "caio" };
        let event = match n % 2 {
            0 => Event::PersonSuspended { person: person(who), tenant: Some(name("sp")) },
            _ => Event::PersonResumed { person: person(who), tenant: Some(name("sp")) },
        };
        if authority.apply(&event).is_err() {
            authority.apply(Change::of(&[]).because("nothing").at(at(1))).unwrap();
        }
    }
    let history = authority.history(&topic("bia"), None, 10).unwrap();
    let texts: Vec<&Event> = history.entries.iter().flat_map(|entry| &entry.events).collect();
    assert!(texts.contains(&&attested("bia", "two")), "{texts:?}");
    assert_eq!((history.entries.last().unwrap().revision, history.next), (Revision(2), None));
    let asked = Policy::from_toml(POLICY).unwrap();
    assert_eq!(
        authority.as_of(AsOf::Instant(Instant::MAX)).unwrap().policy().document(),
        asked.document()
    );
}

#[test]
fn x4_the_history_of_a_unit_tells_what_came_below_it() {
    let authority = begun(&MemoryJournal::new());
    let unit = alcada::Unit {
        code: name("sp/1/a"),
        kind: Some(name("school")),
        parent: Some(name("sp/1")),
        tenant: None,
    };
    authority.apply(Change::of(&[Event::UnitAdded(unit)]).because("a branch").at(at(8))).unwrap();
    let history = authority.history(&Topic::Unit(name("sp/1")), None, 1).unwrap();
    assert_eq!(history.entries[0].reason, "a branch");
}

/// A grant over a subtree is not given by what is held at its top alone, nor by what is held
/// somewhere else, nor by the guard for another kind of person (rulings R26, R27).
#[test]
fn x4_whoever_let_a_grant_be_given_is_told_by_the_grants_that_the_command_took() {
    let guards = r#"guards = [
        { commands = ["grant"], permission = "users:roles", kinds = ["guest"] },
        { commands = ["grant"], permission = "users:assign" },"#;
    let text = POLICY
        .replace("guards = [", guards)
        .replace("visions =", "kinds = { staff = {}, guest = {} }\nvisions =")
        + "\n[roles]\n";
    let text = text
        .replace("\n[roles]\n", "\n")
        .replace("roles.reader", "roles.porter.permissions = [\"users:roles\"]\n    roles.reader");
    let authority = Authority::open(MemoryJournal::new(), policy(&text), at(0)).unwrap();
    let facts = Facts::from_toml(
        r#"
        version = 1
        units = [
            { code = "sp", kind = "city" }, { code = "sp/1", kind = "school", parent = "sp" },
            { code = "rj", kind = "city" },
        ]
        people = [
            { person = "ana", tenant = "sp", kind = "staff" }, { person = "caio", tenant = "sp", kind = "staff" },
            { person = "ana", tenant = "rj", kind = "staff" },
        ]
        groups = [{ tenant = "sp", name = "g", leader = "caio" }]
        grants = [
            { person = "ana", role = "dean", scope = { unit = "sp" } },
            { person = "ana", role = "porter", scope = { subtree = "sp" } },
            { person = "ana", role = "dean", scope = { subtree = "rj" } },
            { person = "ana", role = "chief", scope = { subtree = "sp" } },
        ]
        "#,
    );
    authority.import(&facts.unwrap()).unwrap();
    let chief = Grant::role("chief").to("ana").in_and_below("sp").unwrap();
    let by = |grant: Grant| {
        authority.execute(&Actor::user("ana"), grant.clone(), "needed", at(1)).unwrap();
        authority.provenance(&grant, authority.revision()).unwrap()[0].by.clone()
    };
    assert_eq!(
        by(Grant::role("reader").to("caio").in_and_below("sp").unwrap()),
        std::slice::from_ref(&chief)
    );
    let of_group = Scope::Members { group: name("g"), tenant: Some(name("sp")) };
    assert_eq!(by(Grant::role("reader").to("caio").scoped(of_group).unwrap()), [chief]);
}

#[test]
fn x4_a_step_is_told_on_one_line_whatever_somebody_wrote() {
    let authority = begun(&MemoryJournal::new());
    let grant = Grant::role("reader").to("bia").only_in("sp").unwrap();
    authority
        .execute(&Actor::user("ana").working_at("sp"), grant.clone(), "why\nnot", at(9))
        .unwrap();
    let told = authority.provenance(&grant, authority.revision()).unwrap()[0].to_string();
    assert!(told.contains("because: why\\nnot") && !told.contains('\n'), "{told}");
}
