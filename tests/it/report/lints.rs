//! The lints, each by hand: what provokes a finding, what mends it, and that it is gone then.

use alcada::{
    Actor, Command, Grant, Scope, Snapshot,
    admin::Rule,
    facts::SeatContract,
    policy::{Role, Severity},
    report::{Finding, Findings, Idle, Lint, Lints},
};

use crate::given::{Given, day, members, name, names, on_person, patterns, person, subtree, unit};

const POLICY: &str = r#"
    visions = ["city", "school"]
    channels = ["standard", "support"]
    affiliations = ["exercise"]
    functions = { notes = { actions = ["read", "write"] }, users = { actions = ["assign"] }, calls = { actions = ["hear"], leader-only = true } }
    unit-kinds = { city = { vision = "city" }, school = { vision = "school" } }
    kinds = { staff = {}, guest = { channels = ["standard"] } }
    roles.chief.permissions = ["*:*"]
    roles.clerk = { permissions = ["notes:write"], includes = ["reader"] }
    roles.reader.permissions = ["notes:read"]
    roles.hearer.permissions = ["calls:hear"]
    roles.payer.permissions = ["notes:write"]
    roles.approver.permissions = ["users:assign"]
    roles.technician.permissions = ["notes:read"]
    roles.teacher = { permissions = ["notes:write"], visions = ["school"], kinds = ["staff"] }
    ceilings = [{ kinds = ["guest"], permissions = ["*:read"] }]
    separation = [{ name = "pay-and-approve", roles = ["payer", "approver"], per = "unit" }]
    guards = [{ commands = ["grant"], permission = "users:assign" }]
    [administration]
    administrator = "chief"
    exclusive = ["technician"]
    reserved = ["users:assign"]
    seats = { hearer = "tenant" }
"#;

/// A city with two schools, two administrators and a visitor's kind; nothing to be said of it but
/// the built-in roles that nobody holds.
fn city() -> Given {
    let city = Given::policy(POLICY)
        .unit_of("city", "sp", "")
        .unit_of("school", "a", "sp")
        .unit_of("school", "b", "sp");
    let city = city
        .person_of("staff", "c1", "sp")
        .person_of("staff", "c2", "sp")
        .person_of("staff", "maria", "sp");
    let city = city.grant(Grant::role("chief").to("c1").in_and_below("sp"));
    let city = city.grant(Grant::role("chief").to("c2").in_and_below("sp"));
    city.grant(Grant::role("reader").to("maria").only_in("a"))
}

fn of_city() -> Lints {
    Lints::of_tenant(name("sp"))
}

fn found(given: &Given) -> Findings {
    given.snapshot.lint(&of_city(), day(2))
}

/// The only finding.
#[track_caller]
fn only(given: &Given) -> Finding {
    let found = found(given);
    assert_eq!(found.listed.len(), 1, "{found}");
    found.listed[0].clone()
}

/// After the command that mends it, decided as every other, it is gone and nothing else is there.
#[track_caller]
fn mended(given: &Given, finding: &Finding) -> Snapshot {
    let mut snapshot = given.snapshot.clone();
    let mend = finding.mend.as_ref().expect("there is a remedy");
    let events = snapshot.decide(&Actor::host(), mend, "", day(2)).unwrap();
    snapshot.apply_all(&events).unwrap();
    assert_eq!(snapshot.lint(&of_city(), day(2)), Findings::default());
    snapshot
}

fn grant(grant: Result<Grant, alcada::facts::InvalidName>) -> Grant {
    grant.unwrap()
}

#[test]
fn a_tidy_tenant_has_no_findings() {
    assert!(found(&city()).is_empty());
    assert_eq!(
        city().snapshot.lint(&Lints::of_tenant(name("nowhere")), day(2)),
        Findings::default()
    );
}

#[test]
fn roles_that_nobody_holds() {
    // `own` is held through `wide`; `spare` by nobody, and `part` only by `spare`.
    let part = Role { permissions: patterns(&["notes:read"]), ..Role::default() };
    let including = |role: &str| Role { includes: names(&[role]), ..Role::default() };
    let given = city().role("sp", "own", part.clone()).role("sp", "wide", including("own"));
    let given = given.grant(Grant::role("wide").to("maria").only_in("b"));
    assert!(found(&given).is_empty());
    let given = given.role("sp", "part", part).role("sp", "spare", including("part"));
    let found = found(&given);
    let [first, second] = &found.listed[..] else { panic!("{found}") };
    assert_eq!(first.lint, Lint::RoleUnheld { role: name("part"), included_by: names(&["spare"]) });
    assert_eq!(first.mend, None);
    assert_eq!(second.lint, Lint::RoleUnheld { role: name("spare"), included_by: vec![] });
    assert_eq!(second.mend, Some(Command::DeleteRole { tenant: name("sp"), role: name("spare") }));
    let events =
        given.snapshot.decide(&Actor::host(), second.mend.as_ref().unwrap(), "", day(2)).unwrap();
    let left = events.into_iter().fold(given, Given::and);
    mended(&left, &only(&left));
}

#[test]
fn built_in_roles_that_nobody_holds_are_the_platforms_to_look_at() {
    let found = city().snapshot.lint(&Lints::default(), day(2));
    let roles: Vec<String> = found
        .listed
        .iter()
        .map(|finding| match &finding.lint {
            Lint::RoleUnheld { role, .. } if finding.tenant.is_none() && finding.mend.is_none() => {
                role.to_string()
            }
            other => panic!("{other}"),
        })
        .collect();
    assert_eq!(roles, ["approver", "clerk", "hearer", "payer", "teacher", "technician"]);
}

#[test]
fn grants_that_add_nothing_to_another() {
    // By a role that includes it, in a wider scope, for longer.
    let wide = || {
        city().grant(
            Grant::role("clerk")
                .to("maria")
                .in_and_below("sp")
                .map(|g| Grant { until: Some(day(9)), ..g }),
        )
    };
    let given = wide();
    assert!(found(&given).is_empty(), "it ends before the other does");
    let brief = grant(Grant::role("reader").to("maria").until(day(9)).in_and_below("b"));
    let given = wide().grant(Ok(brief.clone()));
    let finding = only(&given);
    let Lint::GrantCovered { grant: covered, by } = &finding.lint else { panic!("{finding}") };
    assert_eq!((covered, by.role.as_str()), (&brief, "clerk"));
    assert_eq!(
        (finding.mend.clone(), finding.lint.severity()),
        (Some(Command::revoke(brief)), Severity::Warning)
    );
    mended(&given, &finding);

    // Another channel, another scope, a later end, more permissions: each adds something.
    for more in [
        Grant::role("reader").to("maria").on_channel("support").only_in("a"),
        Grant::role("reader").to("maria").only_in("b"),
        Grant::role("payer").to("maria").only_in("a"),
        Grant::role("reader").to("maria").own(),
    ] {
        assert!(found(&city().grant(more.clone())).is_empty(), "{more:?}");
    }
}

#[test]
fn of_two_grants_that_say_the_same_the_first_stays() {
    let given = city().grant(Grant::role("technician").to("c1").only_in("a"));
    let given = given
        .grant(Grant::role("clerk").to("maria").only_in("a"))
        .grant(Grant::role("reader").to("maria").until(day(5)).only_in("a"));
    let covered: Vec<(String, String)> = found(&given)
        .listed
        .iter()
        .filter_map(|finding| match &finding.lint {
            Lint::GrantCovered { grant, by } => {
                Some((grant.person.to_string() + " " + grant.role.as_str(), by.role.to_string()))
            }
            _ => None,
        })
        .collect();
    // Both of Maria's are covered by the one that is left, and Carl's by what he holds over all.
    let expected =
        [("c1 technician", "chief"), ("maria reader", "clerk"), ("maria reader", "clerk")];
    assert_eq!(covered, expected.map(|(one, by)| (one.to_owned(), by.to_owned())));
}

#[test]
fn a_grant_on_an_affiliation_is_covered_by_one_that_rests_on_no_more() {
    let place = |unit: &str| alcada::facts::Place::Unit(name(unit));
    let below = |unit: &str| alcada::facts::Place::Subtree(name(unit));
    let resting = |place| {
        Grant::role("reader")
            .to("maria")
            .while_affiliated(name("exercise"), place)
            .in_and_below("sp")
    };
    let base = || {
        let given = city()
            .and(alcada::Event::Revoked(grant(Grant::role("reader").to("maria").only_in("a"))));
        given.affiliated("maria", "exercise", "a", None, None)
    };
    // At the unit is at it or below the root; not the other way about.
    let finding = only(&base().grant(resting(below("sp"))).grant(resting(place("a"))));
    let Lint::GrantCovered { grant: covered, .. } = finding.lint else { panic!("{finding}") };
    assert_eq!(covered, grant(resting(place("a"))));
    // Resting on nothing covers what rests on something, and never the reverse, whatever the
    // affiliations are.
    let standing = || Grant::role("reader").to("maria").in_and_below("sp");
    let finding = only(&base().grant(standing()).grant(resting(below("sp"))));
    let Lint::GrantCovered { grant: covered, .. } = finding.lint else { panic!("{finding}") };
    assert_eq!(covered, grant(resting(below("sp"))));
    assert!(found(&base().grant(resting(place("a"))).grant(resting(place("b")))).is_empty());
}

#[test]
fn r17_a_grant_over_units_does_not_cover_what_is_for_leaders() {
    let given = city().group("sp", "north", "", "maria", &["c1"]);
    let given = given.grant(Grant::role("chief").to("maria").only_in("sp"));
    let listens = Grant::role("reader").to("maria").scoped(members("sp", "north"));
    // Maria's unit is the root alone: it does not take in its people everywhere.
    assert!(found(&given.clone().grant(listens)).is_empty());
    let given = given.grant(Grant::role("approver").to("c2").in_and_below("sp"));
    let given = given.and(alcada::Event::SeatsContracted {
        tenant: name("sp"),
        role: name("hearer"),
        unit: None,
        seats: 9,
    });
    let given = given.group("sp", "south", "", "c2", &[]);
    // The whole tenant takes in every group, but for leaders' functions.
    let given = given.grant(Grant::role("reader").to("c2").scoped(members("sp", "south")));
    let given = given.grant(Grant::role("hearer").to("c2").scoped(members("sp", "south")));
    let covered: Vec<String> = found(&given)
        .listed
        .iter()
        .map(|finding| match &finding.lint {
            Lint::GrantCovered { grant, .. } => grant.role.to_string(),
            other => panic!("{other}"),
        })
        .collect();
    assert_eq!(covered, ["approver", "reader"]);
}

#[test]
fn r10_a_role_that_is_restricted_covers_less() {
    let given = city().grant(Grant::role("clerk").to("maria").only_in("a"));
    assert_eq!(only(&given).lint.code(), "grant-covered");
    let restricted = crate::given::on_role("r", "clerk", &["notes:read"], subtree("sp"));
    assert!(found(&given.restrict(restricted)).is_empty());
}

#[test]
fn r33_roles_that_a_feed_gave_together_against_a_separation() {
    let payer = || Grant::role("payer").to("maria").in_and_below("sp");
    let approver = || Grant::role("approver").to("maria").only_in("b");
    let given = city().grant(payer()).grant(approver());
    let finding = only(&given);
    let Lint::RolesClash { person: who, rule, grants } = &finding.lint else { panic!("{finding}") };
    assert_eq!((who, finding.lint.severity()), (&person("maria"), Severity::Error));
    assert_eq!(grants, &[grant(payer()), grant(approver())]);
    let roles = names(&["approver", "payer"]);
    let expected =
        Rule::Separation { set: name("pay-and-approve"), roles, at_most: 1, unit: Some(name("b")) };
    assert_eq!(rule, &expected);
    // What came last goes.
    assert_eq!(finding.mend, Some(Command::revoke(grant(approver()))));
    mended(&given, &finding);
    // At different units they may be held together.
    let apart = city().grant(Grant::role("payer").to("maria").only_in("a")).grant(approver());
    assert!(found(&apart).is_empty());
}

#[test]
fn t4_r33_an_exclusive_role_that_a_feed_gave_beside_others() {
    let technician = || Grant::role("technician").to("maria").only_in("b");
    let given = city().grant(technician());
    let finding = only(&given);
    let Lint::RolesClash { rule, grants, .. } = &finding.lint else { panic!("{finding}") };
    assert_eq!(rule, &Rule::Exclusive { role: name("technician"), with: name("reader") });
    assert_eq!(grants.len(), 2);
    assert_eq!(finding.mend, Some(Command::revoke(grant(technician()))));
    mended(&given, &finding);
    // The other way about: the technician was there first.
    let given = city()
        .person_of("staff", "tom", "sp")
        .grant(Grant::role("technician").to("tom").only_in("b"));
    let given = given.grant(Grant::role("reader").to("tom").only_in("a"));
    let finding = only(&given);
    assert_eq!(
        finding.mend,
        Some(Command::revoke(grant(Grant::role("reader").to("tom").only_in("a"))))
    );
    mended(&given, &finding);
    // One after the other is no clash.
    let visit = Grant::role("technician").to("tom").from(day(5)).only_in("b");
    let given = city().person_of("staff", "tom", "sp").grant(visit);
    assert!(
        found(&given.grant(Grant::role("reader").to("tom").until(day(5)).only_in("a"))).is_empty()
    );
}

#[test]
fn u1_r32_more_seats_taken_than_contracted() {
    let given = city().grant(Grant::role("hearer").to("maria").only_in("a"));
    let finding = only(&given);
    let Lint::SeatsExceeded { rule: Rule::Seats { contracted: 0, needed: 1, .. } } = &finding.lint
    else {
        panic!("{finding}")
    };
    let SeatContract { tenant, role, unit, .. } =
        SeatContract { tenant: name("sp"), role: name("hearer"), unit: None, seats: 1 };
    let given = given.and(alcada::Event::SeatsContracted { tenant, role, unit, seats: 1 });
    assert!(found(&given).is_empty());
}

#[test]
fn d13_r8_grants_that_a_command_would_not_give_any_more() {
    // A role edited since, a kind changed since: what stands, stays, and is named.
    let own = |role: Role| Role { permissions: patterns(&["notes:read"]), ..role };
    let given = city()
        .role("sp", "aide", own(Role::default()))
        .grant(Grant::role("aide").to("maria").only_in("sp"));
    let given = given.grant(Grant::role("aide").to("maria").only_in("b"));
    let edited = alcada::facts::CustomRole {
        tenant: name("sp"),
        name: name("aide"),
        role: own(Role { visions: names(&["school"]), ..Role::default() }),
    };
    let given = given.and(alcada::Event::RoleEdited(edited));
    let finding = only(&given);
    let Lint::GrantUnfit { rule: Rule::Vision { .. }, .. } = &finding.lint else {
        panic!("{finding}")
    };
    mended(&given, &finding);

    let kind = |kind: &str| alcada::Event::PersonKindChanged {
        person: person("maria"),
        tenant: Some(name("sp")),
        kind: name(kind),
    };
    let given = city().grant(Grant::role("teacher").to("maria").only_in("a")).and(kind("guest"));
    let finding = only(&given);
    let Lint::GrantUnfit { rule: Rule::Kind { .. }, .. } = &finding.lint else {
        panic!("{finding}")
    };
    mended(&given, &finding);

    let given = city()
        .grant(Grant::role("reader").to("maria").on_channel("support").only_in("a"))
        .and(kind("guest"));
    let finding = only(&given);
    let Lint::GrantUnfit { rule: Rule::Channel { .. }, .. } = &finding.lint else {
        panic!("{finding}")
    };
    mended(&given, &finding);
}

#[test]
fn r9_grants_that_a_ceiling_cuts() {
    let given =
        city().person_of("guest", "gast", "sp").grant(Grant::role("clerk").to("gast").only_in("a"));
    let finding = only(&given);
    let Lint::GrantUnfit { rule, .. } = &finding.lint else { panic!("{finding}") };
    assert_eq!(rule, &Rule::Ceiling { role: name("clerk"), cut: names(&["notes:write"]) });
    assert_eq!(finding.mend, None, "what is left of it is as it should be");
    let given =
        city().person_of("guest", "gast", "sp").grant(Grant::role("payer").to("gast").only_in("a"));
    let finding = only(&given);
    let events =
        given.snapshot.decide(&Actor::host(), finding.mend.as_ref().unwrap(), "", day(2)).unwrap();
    let left = events.into_iter().fold(given, Given::and);
    assert_eq!(only(&left).lint, Lint::PersonWithoutRole { person: person("gast") });
}

#[test]
fn grants_from_which_nothing_follows() {
    let idle = |given: &Given| {
        let finding = only(given);
        mended(given, &finding);
        match finding.lint {
            Lint::GrantIdle { idle, .. } => idle,
            other => panic!("{other}"),
        }
    };
    assert_eq!(
        idle(&city().grant(Grant::role("clerk").to("maria").until(day(2)).only_in("a"))),
        Idle::Over
    );
    let leads = city().group("sp", "north", "", "c1", &["maria"]);
    assert_eq!(
        idle(&leads.grant(Grant::role("clerk").to("maria").scoped(members("sp", "north")))),
        Idle::NotLeading
    );
    let bare = city().role("sp", "bare", Role::default());
    assert!(
        found(&bare.clone().grant(Grant::role("bare").to("maria").only_in("b")))
            .listed
            .iter()
            .any(|finding| matches!(finding.lint, Lint::GrantIdle { idle: Idle::Empty, .. }))
    );
}

#[test]
fn x3_r31_tenants_without_an_administrator_or_with_one_alone() {
    let revoked = |given: Given, who: &str| {
        given.and(alcada::Event::Revoked(grant(Grant::role("chief").to(who).in_and_below("sp"))))
    };
    let one = revoked(city(), "c2").grant(Grant::role("reader").to("c2").only_in("a"));
    let finding = only(&one);
    assert_eq!(finding.lint, Lint::OneAdministrator { person: person("c1") });
    assert_eq!((finding.mend.clone(), finding.lint.severity()), (None, Severity::Warning));
    let none = revoked(one.clone(), "c1").grant(Grant::role("reader").to("c1").only_in("a"));
    let finding = only(&none);
    assert_eq!(finding.lint, Lint::TenantWithoutAdministrator { from: day(2) });
    assert_eq!(finding.lint.severity(), Severity::Error);
    // One who ends leaves none from then on.
    let ends = none.grant(Grant::role("chief").to("c2").until(day(8)).in_and_below("sp"));
    let found = found(&ends);
    assert!(
        found
            .listed
            .iter()
            .any(|finding| finding.lint == Lint::TenantWithoutAdministrator { from: day(8) }),
        "{found}"
    );
}

#[test]
fn o4_groups_that_nobody_leads() {
    let given = city().group("sp", "north", "", "", &["maria", "c1"]);
    let finding = only(&given);
    assert_eq!(
        (finding.lint, finding.mend),
        (Lint::GroupWithoutLeader { group: name("north"), members: 2 }, None)
    );
    let given = city().group("sp", "void", "", "", &[]);
    let finding = only(&given);
    assert_eq!(
        finding.mend,
        Some(Command::DeleteGroup { tenant: name("sp"), group: name("void") })
    );
    mended(&given, &finding);
    // With one below it, it is not to be deleted.
    let given = given.group("sp", "inner", "void", "c1", &[]);
    assert_eq!(only(&given).mend, None);
}

#[test]
fn t2_people_who_are_registered_and_hold_nothing() {
    let given = city().person_of("staff", "ana", "sp");
    let finding = only(&given);
    assert_eq!(finding.lint, Lint::PersonWithoutRole { person: person("ana") });
    assert_eq!(
        finding.mend,
        Some(Command::RemovePerson { person: person("ana"), tenant: Some(name("sp")) })
    );
    mended(&given, &finding);
    // Who is there for a leader, or is known to work there, is not to be removed for that.
    assert_eq!(only(&given.clone().group("sp", "north", "", "c1", &["ana"])).mend, None);
    assert_eq!(only(&given.clone().affiliated("ana", "exercise", "a", None, None)).mend, None);
    assert_eq!(
        only(&given.clone().affiliated("ana", "exercise", "a", None, day(1))).mend,
        finding.mend
    );
    assert!(
        found(&given.group("sp", "north", "", "ana", &[])).is_empty(),
        "whoever leads holds something"
    );
}

#[test]
fn people_with_access_at_many_units() {
    let given = (0..4).fold(city(), |given, n| given.unit_of("school", &format!("s{n}"), "a"));
    let given = (0..4).fold(given, |given, n| {
        given.grant(Grant::role("clerk").to("maria").only_in(format!("s{n}")))
    });
    let many =
        |given: &Given, many_units| given.snapshot.lint(&Lints { many_units, ..of_city() }, day(2));
    assert!(many(&given, 5).is_empty());
    let found = many(&given, 4);
    let units = names(&["a", "s0", "s1", "s2", "s3"]);
    assert_eq!(found.listed[0].lint, Lint::ManyUnits { person: person("maria"), units });
    assert_eq!(found.listed.len(), 1, "{found}");
    // What lies below another counts with it.
    let given = given.grant(Grant::role("hearer").to("maria").in_and_below("a"));
    assert!(many(&given, 1).about("maria").all(|finding| finding.lint.code() != "many-units"));
}

#[test]
fn s10_units_in_support_do_not_count_as_many() {
    let policy = r#"
        channels = ["standard", "support"]
        functions.notes.actions = ["read"]
        roles.helper.permissions = ["notes:read"]
        support = { channel = "support", roles = ["helper"] }
    "#;
    let given = Given::policy(policy).tenant("sp").person("maria", "sp");
    let units = ["a", "b", "c"];
    let given = units.iter().fold(given, |given, unit| {
        given
            .unit(unit, "sp")
            .grant(Grant::role("helper").to("maria").on_channel("support").only_in(unit))
    });
    let many = |given: &Given| given.snapshot.lint(&Lints { many_units: 2, ..of_city() }, day(2));
    assert!(many(&given).is_empty());
    let given = units
        .iter()
        .fold(given, |given, unit| given.grant(Grant::role("helper").to("maria").only_in(unit)));
    assert_eq!(
        many(&given).listed[0].lint,
        Lint::ManyUnits { person: person("maria"), units: names(&units) }
    );
}

#[test]
fn r11_a_role_of_the_tenant_that_holds_what_is_reserved() {
    let own = Role { permissions: patterns(&["notes:read", "users:assign"]), ..Role::default() };
    let given = city().role("sp", "own", own).grant(Grant::role("own").to("maria").only_in("b"));
    let finding = only(&given);
    let Lint::RoleReserved { rule: Rule::Reserved { permissions, .. } } = &finding.lint else {
        panic!("{finding}")
    };
    assert_eq!(permissions, &names(&["users:assign"]));
    mended(&given, &finding);
}

#[test]
fn d3_restrictions_that_restrict_nothing() {
    let over = alcada::facts::Restriction {
        until: Some(day(2)),
        ..on_person("old", "maria", &["notes:read"], unit("a"))
    };
    let given = city().restrict(over);
    let finding = only(&given);
    assert_eq!(finding.lint, Lint::RestrictionIdle { restriction: name("old"), idle: Idle::Over });
    mended(&given, &finding);
    let given = city().restrict(on_person("blank", "maria", &["*:paint"], unit("a")));
    let finding = only(&given);
    assert_eq!(
        finding.lint,
        Lint::RestrictionIdle { restriction: name("blank"), idle: Idle::Empty }
    );
    mended(&given, &finding);
}

#[test]
fn o5_grids_without_people_and_people_without_hours() {
    let grid = |name: &str, hours: &str| {
        let hours = hours.parse().unwrap();
        let tenant = Some(crate::given::name("sp"));
        alcada::hours::Grid {
            tenant,
            name: crate::given::name(name),
            hours,
            allow_outside: false,
            hand_over: false,
        }
    };
    let enrolled = |grid: &str| alcada::Event::Enrolled {
        tenant: Some(name("sp")),
        grid: name(grid),
        person: person("maria"),
    };
    let given = city().and(alcada::Event::GridCreated(grid("shut", "sun off 08:00-12:00; UTC")));
    let finding = only(&given);
    assert_eq!(finding.lint, Lint::GridUnused { grid: name("shut") });
    mended(&given, &finding);
    let given = given.and(enrolled("shut"));
    let finding = only(&given);
    assert_eq!(
        (finding.lint, finding.mend),
        (Lint::LockedOut { person: person("maria"), grids: names(&["shut"]) }, None)
    );
    // One that opens suffices (G4).
    let given = given
        .and(alcada::Event::GridCreated(grid("day", "mon-fri 08:00-18:00; UTC")))
        .and(enrolled("day"));
    assert!(found(&given).is_empty());
}

#[test]
fn past_so_many_of_a_code_findings_are_counted() {
    let given = (0..7).fold(city(), |given, n| given.person_of("staff", &format!("p{n}"), "sp"));
    let found = given.snapshot.lint(&Lints { at_most: 3, ..of_city() }, day(2));
    assert_eq!((found.listed.len(), found.more.get("person-without-role")), (3, Some(&4)));
    assert!(found.to_string().ends_with("4 more of `person-without-role` are not shown"));
}

#[test]
fn a_finding_masks_people_in_words_and_names_them_as_data() {
    let given = city().person_of("staff", "7210418", "sp");
    let finding = only(&given);
    let text = "warning[person-without-role] in `sp`: `*****18` is registered and holds nothing; give a role, or remove them\n  help: `remove-person` mends it";
    assert_eq!(finding.to_string(), text);
    let data = serde_json::to_value(&finding).unwrap();
    assert_eq!(data["code"], finding.lint.code());
    assert_eq!(
        (&data["person"], &data["mend"]["command"]),
        (&"7210418".into(), &"remove-person".into())
    );
    let _: Scope = subtree("sp");
}

#[test]
fn the_code_of_each_lint_is_its_tag() {
    let grant = grant(Grant::role("reader").to("ana").only_in("a"));
    let rule = Rule::Oneself;
    let (who, role, none) = (person("ana"), name("reader"), Vec::new());
    let all = [
        Lint::TenantWithoutAdministrator { from: day(1) },
        Lint::RolesClash { person: who.clone(), rule: rule.clone(), grants: vec![] },
        Lint::SeatsExceeded { rule: rule.clone() },
        Lint::RoleReserved { rule: rule.clone() },
        Lint::GrantUnfit { grant: grant.clone(), rule },
        Lint::OneAdministrator { person: who.clone() },
        Lint::ManyUnits { person: who.clone(), units: vec![] },
        Lint::LockedOut { person: who.clone(), grids: vec![] },
        Lint::GridUnused { grid: role.clone() },
        Lint::GroupWithoutLeader { group: role.clone(), members: 0 },
        Lint::GrantIdle { grant: grant.clone(), idle: Idle::Over },
        Lint::GrantCovered { grant: grant.clone(), by: Box::new(grant) },
        Lint::RoleUnheld { role: role.clone(), included_by: none },
        Lint::PersonWithoutRole { person: who },
        Lint::RestrictionIdle { restriction: role, idle: Idle::Empty },
    ];
    for lint in all {
        assert_eq!(serde_json::to_value(&lint).unwrap()["code"], lint.code());
    }
}

/// What is asked for is not taken away: a remedy would end the request with it (ruling R12).
#[test]
fn u3_whoever_waits_for_a_role_and_a_role_that_is_waited_for_have_no_remedy() {
    let own = Role { permissions: patterns(&["notes:read"]), ..Role::default() };
    let given = city().role("sp", "own", own).person_of("staff", "nina", "sp");
    let asked = grant(Grant::role("own").to("nina").only_in("a"));
    let mends = |given: &Given| -> Vec<(&str, bool)> {
        let found = found(given).listed;
        found.iter().map(|finding| (finding.lint.code(), finding.mend.is_some())).collect()
    };
    assert_eq!(mends(&given), [("role-unheld", true), ("person-without-role", true)]);
    let request = alcada::facts::RoleRequest {
        name: name("r1"),
        tenant: name("sp"),
        by: person("c1"),
        grant: asked,
        until: None,
    };
    let given = given.and(alcada::Event::RoleRequested(request));
    assert_eq!(mends(&given), [("role-unheld", false), ("person-without-role", false)]);
}

/// Anywhere is asked of each grant by the hours of its own tenant (D10): what is held
/// everywhere does not stand in for what is held in a tenant whose hours are others.
#[test]
fn d10_a_grant_in_a_tenant_adds_its_hours_to_one_held_everywhere() {
    let grid = |tenant: Option<&str>, name: &str, hours: &str| alcada::hours::Grid {
        tenant: tenant.map(self::name),
        name: self::name(name),
        hours: hours.parse().unwrap(),
        allow_outside: false,
        hand_over: false,
    };
    let enrolled = |tenant: Option<&str>, grid: &str| alcada::Event::Enrolled {
        tenant: tenant.map(name),
        grid: name(grid),
        person: person("maria"),
    };
    let given = city().and(alcada::Event::PersonRegistered(alcada::Registration {
        person: person("maria"),
        tenant: None,
        kind: Some(name("staff")),
        unit: None,
    }));
    let given = given.grant(Grant::role("reader").to("maria").everywhere());
    let codes =
        |given: &Given| found(given).listed.iter().map(|f| f.lint.code()).collect::<Vec<_>>();
    assert_eq!(codes(&given), ["grant-covered"]);
    let given = given
        .and(alcada::Event::GridCreated(grid(None, "night", "mon-fri 20:00-23:00; UTC")))
        .and(alcada::Event::GridCreated(grid(Some("sp"), "day", "mon-fri 08:00-18:00; UTC")))
        .and(enrolled(None, "night"))
        .and(enrolled(Some("sp"), "day"));
    assert!(codes(&given).is_empty(), "{}", found(&given));
}
