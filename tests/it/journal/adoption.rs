//! R34: opening a journal under another policy carries the facts over by name.

use alcada::{
    Authority, Change, Event, Facts, Grant, Permission, Registration, Request, Revision,
    facts::{Basis, CustomRole, Place},
    history::AsOf,
    journal::MemoryJournal,
    policy::Role,
};

use super::authority::{at, policy};

const BEFORE: &str = r#"
    version = 1
    visions = ["city", "school"]
    channels = ["standard", "support"]
    affiliations = ["exercise", "mandate"]
    functions.notes.actions = ["read", "write"]
    functions.alarms.actions = ["clear"]
    unit-kinds = { city = { vision = "city" }, school = { vision = "school" } }
    unit-sets.schools.kinds = ["school"]
    kinds = { staff = {}, guest = {} }
    roles.clerk.permissions = ["notes:*"]
    roles.reader.permissions = ["notes:read"]
    roles.watch.permissions = ["alarms:clear"]
    administration.seats = { clerk = "tenant", watch = "tenant" }
"#;

/// The same in other words: everything has another name or is gone.
const AFTER: &str = r#"
    version = 1
    visions = ["town", "site"]
    channels = ["desk", "support"]
    affiliations = ["post"]
    functions.papers.actions = ["view", "edit"]
    unit-kinds = { town = { vision = "town" }, site = { vision = "site" } }
    unit-sets.sites.kinds = ["site"]
    kinds = { employee = {}, guest = {} }
    roles.registrar.permissions = ["papers:*"]
    roles.reader.permissions = ["papers:view"]
    administration.seats = { registrar = "tenant" }
    [renamed]
    roles = { clerk = "registrar" }
    permissions = { "notes:read" = "papers:view", "notes:write" = "papers:edit" }
    kinds = { staff = "employee" }
    unit-kinds = { city = "town", school = "site" }
    affiliations = { exercise = "post" }
    channels = { standard = "desk" }
    unit-sets = { schools = "sites" }
    visions = { city = "town", school = "site" }
    [retired]
    roles = ["watch"]
    permissions = ["alarms:clear"]
    affiliations = ["mandate"]
"#;

fn name(text: &str) -> alcada::Name {
    alcada::Name::new(text).unwrap()
}

fn facts() -> Facts {
    let mut facts = Facts::from_toml(
        r#"
        version = 1
        units = [{ code = "sp", kind = "city" }, { code = "a", kind = "school", parent = "sp" }]
        people = [
            { person = "ana", tenant = "sp", kind = "staff" },
            { person = "bo", tenant = "sp", kind = "guest", unit = "a" },
        ]
        affiliations = [
            { person = "ana", kind = "exercise", unit = "a" },
            { person = "ana", kind = "mandate", unit = "a" },
        ]
        roles = [
            { tenant = "sp", name = "own", role = { permissions = ["notes:read", "alarms:clear"],
              includes = ["clerk", "watch"], except = ["notes:write"], visions = ["city"], kinds = ["staff"] } },
            { tenant = "sp", name = "nightly", role = { permissions = ["notes:read"] } },
        ]
        grants = [
            { person = "ana", role = "clerk", scope = { subtree = "sp" } },
            { person = "ana", role = "own", scope = { subtree = "sp" }, channel = "support" },
            { person = "bo", role = "watch", scope = { subtree = "sp" } },
            { person = "bo", role = "nightly", scope = { unit = "a" }, channel = "standard" },
        ]
        restrictions = [
            { name = "x", subject = { role = "clerk" }, permissions = ["notes:write"], scope = { unit = "a" } },
            { name = "y", subject = { role = "watch" }, permissions = ["*:*"], scope = { unit = "a" } },
            { name = "z", subject = { person = "bo" }, permissions = ["notes:*"], scope = { unit = "a" } },
            { name = "w", subject = { person = "bo" }, permissions = ["alarms:clear"], scope = { unit = "a" } },
        ]
        seats = [{ tenant = "sp", role = "clerk", seats = 2 }, { tenant = "sp", role = "watch", seats = 1 }]
        requests = [
            { name = "q", tenant = "sp", by = "bo", grant = { person = "bo", role = "clerk", scope = { unit = "a" } } },
            { name = "r", tenant = "sp", by = "bo", grant = { person = "bo", role = "watch", scope = { unit = "a" } } },
        ]
        "#,
    )
    .unwrap();
    let based =
        |kind: &str| Basis::Affiliation { kind: name(kind), place: Place::Set(name("schools")) };
    for kind in ["exercise", "mandate"] {
        let grant = Grant::role("reader").to("ana").only_in("a").unwrap();
        facts.grants.push(Grant { basis: based(kind), ..grant });
    }
    facts
}

fn before() -> (MemoryJournal, Authority) {
    let journal = MemoryJournal::new();
    let authority = Authority::open(journal.clone(), policy(BEFORE), at(0)).unwrap();
    authority.import(&facts()).unwrap();
    (journal, authority)
}

fn expected() -> Facts {
    Facts::from_toml(
        r#"
        version = 1
        standing = true
        units = [{ code = "a", kind = "site", parent = "sp" }, { code = "sp", kind = "town" }]
        people = [
            { person = "ana", tenant = "sp", kind = "employee" },
            { person = "bo", tenant = "sp", kind = "guest", unit = "a" },
        ]
        affiliations = [{ person = "ana", kind = "post", unit = "a" }]
        roles = [
            { tenant = "sp", name = "nightly", role = { permissions = ["papers:view"] } },
            { tenant = "sp", name = "own", role = { permissions = ["papers:view"],
              includes = ["registrar"], except = ["papers:edit"], visions = ["town"], kinds = ["employee"] } },
        ]
        grants = [
            { person = "ana", role = "own", scope = { subtree = "sp" }, channel = "support" },
            { person = "ana", role = "reader", scope = { unit = "a" },
              basis = { affiliation = { kind = "post", place = { set = "sites" } } } },
            { person = "ana", role = "registrar", scope = { subtree = "sp" } },
            { person = "bo", role = "nightly", scope = { unit = "a" } },
        ]
        restrictions = [
            { name = "x", subject = { role = "registrar" }, permissions = ["papers:edit"], scope = { unit = "a" } },
            { name = "z", subject = { person = "bo" }, permissions = ["notes:*", "papers:view", "papers:edit"], scope = { unit = "a" } },
        ]
        seats = [{ tenant = "sp", role = "registrar", seats = 2 }]
        requests = [
            { name = "q", tenant = "sp", by = "bo", grant = { person = "bo", role = "registrar", scope = { unit = "a" }, channel = "desk" } },
        ]
        "#,
    )
    .unwrap()
}

#[test]
fn r34_words_that_are_renamed_go_on_and_those_retired_end_their_rows() {
    let (journal, old) = before();
    let new = Authority::open(journal.clone(), policy(AFTER), at(5)).unwrap();
    let mut found = new.snapshot().facts();
    found.restrictions.iter_mut().for_each(|r| r.permissions.sort());
    let mut wanted = expected();
    wanted.restrictions.iter_mut().for_each(|r| r.permissions.sort());
    assert_eq!(found, wanted);
    new.snapshot().verify().unwrap();
    assert_eq!(new.snapshot().people(), 2);

    // One entry says so, with the policy whole.
    let entries = new.read_from(Revision(3), 9).unwrap();
    assert_eq!(entries.len(), 1);
    assert_eq!((entries[0].command.as_str(), entries[0].at), ("adopt-policy", at(5)));
    let again = Authority::open(journal.clone(), policy(AFTER), at(9)).unwrap();
    assert_eq!(again.revision(), Revision(3), "the same policy is not adopted twice");
    assert_eq!(again.snapshot().facts(), new.snapshot().facts());

    // What was before is read by the policy of before.
    let edit =
        |permission| Request::by("ana").to(Permission::parse(permission).unwrap()).in_unit("sp");
    let then = new.as_of(AsOf::Instant(at(4))).unwrap();
    assert!(then.check(&edit("notes:write"), at(4)).is_allow());
    assert_eq!(then.facts(), old.snapshot().facts());
    let now = new.as_of(AsOf::Instant(at(5))).unwrap();
    assert!(now.check(&edit("papers:edit"), at(5)).is_allow());
    assert!(!now.check(&edit("notes:write"), at(5)).is_allow());

    // A replica that was opened under the policy of before goes on by the new one.
    let resolved = old.resolve(&edit("notes:write")).unwrap();
    assert_eq!(old.catch_up().unwrap(), Revision(3));
    assert_eq!(old.snapshot().facts(), new.snapshot().facts());
    assert_eq!(
        old.check_resolved(&resolved, at(5)).reason(),
        Some(alcada::DenyReason::ForeignHandle)
    );
    old.apply(Change::of([&Event::UnitClosed { unit: name("a") }]).at(at(6))).unwrap();
    new.checkpoint().unwrap();
    new.catch_up().unwrap();
    let fresh = Authority::open(journal, policy(AFTER), at(9)).unwrap();
    for authority in [&old, &new] {
        assert_eq!(authority.snapshot().facts(), fresh.snapshot().facts());
    }
}

#[test]
fn r34_words_that_are_gone_but_named_refuse_to_open_all_at_once() {
    let (journal, _) = before();
    let bare = AFTER.split("[renamed]").next().unwrap();
    let error = Authority::open(journal.clone(), policy(bare), at(5)).unwrap_err();
    assert!(error.is_policy(), "{error}");
    let text = error.to_string();
    for word in [
        "`clerk` of roles, in 5 rows",
        "`watch` of roles, in 5 rows",
        "`notes:read` of permissions, in 2 rows",
        "`notes:write` of permissions, in 2 rows",
        "`alarms:clear` of permissions, in 2 rows",
        "`staff` of kinds, in 2 rows",
        "`city` of unit-kinds, in 1 row",
        "`school` of unit-kinds, in 1 row",
        "`exercise` of affiliations, in 2 rows",
        "`mandate` of affiliations, in 2 rows",
        "`standard` of channels",
        "`schools` of unit-sets, in 2 rows",
        "`city` of visions, in 1 row",
        "renamed",
        "retired",
    ] {
        assert!(text.contains(word), "{word} in {text}");
    }
    // Nothing was adopted.
    assert_eq!(Authority::open(journal, policy(BEFORE), at(5)).unwrap().revision(), Revision(2));
}

#[test]
fn r34_what_is_added_to_a_policy_is_adopted_without_a_word() {
    let (journal, old) = before();
    let more = BEFORE.replace("[\"clear\"]", "[\"clear\", \"raise\"]").replace(
        "watch.permissions",
        "aaa.permissions = [\"alarms:*\"]\n    roles.watch.permissions",
    );
    let new = Authority::open(journal, policy(&more), at(5)).unwrap();
    assert_eq!(new.snapshot().facts(), old.snapshot().facts());
    assert_eq!(new.revision(), Revision(3));
    new.snapshot().verify().unwrap();
}

/// A name that an earlier adoption took away may have become a tenant's own since.
#[test]
fn r34_a_role_of_a_tenant_is_never_renamed_by_a_policy() {
    let (journal, _) = before();
    let new = Authority::open(journal.clone(), policy(AFTER), at(5)).unwrap();
    let own = Role {
        permissions: vec![alcada::policy::Pattern::parse("papers:view").unwrap()],
        ..Role::default()
    };
    let created =
        Event::RoleCreated(CustomRole { tenant: name("sp"), name: name("clerk"), role: own });
    let granted = Event::Granted(Grant::role("clerk").to("bo").in_and_below("sp").unwrap());
    new.apply(Change::of([&created, &granted]).at(at(6))).unwrap();
    let facts = new.snapshot().facts();
    let next = AFTER.replace("functions.papers", "name = \"next\"\n    functions.papers");
    let next = Authority::open(journal.clone(), policy(&next), at(7)).unwrap();
    assert_eq!(next.snapshot().facts(), facts);
    // And one that takes the name back stands in its way, and says so.
    let back = AFTER
        .replace("roles.reader", "roles.clerk.permissions = [\"papers:view\"]\n    roles.reader");
    let back = back.replace("roles = { clerk = \"registrar\" }", "");
    let error = Authority::open(journal, policy(&back), at(8)).unwrap_err();
    assert!(error.to_string().contains("`clerk` already"), "{error}");
}

#[test]
fn an_erased_person_stays_erased_under_another_policy() {
    let (journal, old) = before();
    old.apply(Change::of([&Event::PersonErased { person: "ana".try_into().unwrap() }]).at(at(1)))
        .unwrap();
    let new = Authority::open(journal.clone(), policy(AFTER), at(5)).unwrap();
    let ana =
        Registration::of("ana").unwrap().in_tenant("sp").unwrap().of_kind("employee").unwrap();
    new.apply(Change::of([&Event::PersonRegistered(ana)]).at(at(6))).unwrap();
    assert_eq!(new.snapshot().people(), 3);
    let again = Authority::open(journal, policy(AFTER), at(9)).unwrap();
    assert_eq!(again.snapshot().facts(), new.snapshot().facts());
    assert!(again.snapshot().facts().affiliations.is_empty());
}
