//! Access grids and who is enrolled in them (contract D10, ruling R23, rows O5, O6), case by case:
//! the oracle and the engine alike.

use alcada::{
    Authority, DenyReason, Event, Facts, Grant, Identifier, Instant, Permission, Policy,
    Registration, Request, SignIn, Snapshot,
    facts::Enrolment,
    hours::{Grid, Zones},
};

use crate::given::{Given, ask, just_before, name, on_person, person, subtree};
use crate::oracle::Reason;

const POLICY: &str = r#"
    channels = ["desk", "phone"]
    functions.notes.actions = ["read", "write"]
    roles.clerk.permissions = ["notes:*"]
    roles.reader.permissions = ["notes:read"]
"#;
const READ: &str = "notes:read";

fn grid(tenant: &str, grid: &str, hours: &str) -> Grid {
    let (tenant, name) = ((!tenant.is_empty()).then(|| name(tenant)), name(grid));
    Grid { tenant, name, hours: hours.parse().unwrap(), allow_outside: false, hand_over: false }
}

impl Given {
    /// A grid, of the platform where no tenant is named.
    fn grid(self, tenant: &str, grid: &str, hours: &str) -> Given {
        self.and(Event::GridCreated(self::grid(tenant, grid, hours)))
    }

    fn enrol(self, tenant: &str, grid: &str, who: &str) -> Given {
        let (tenant, grid) = ((!tenant.is_empty()).then(|| name(tenant)), name(grid));
        self.and(Event::Enrolled { tenant, grid, person: person(who) })
    }

    fn unenrol(self, tenant: &str, grid: &str, who: &str) -> Given {
        let (tenant, grid) = ((!tenant.is_empty()).then(|| name(tenant)), name(grid));
        self.and(Event::Unenrolled { tenant, grid, person: person(who) })
    }
}

fn at(text: &str) -> Instant {
    text.parse().unwrap()
}

/// Two houses; Ana is a clerk of both, Bo of the first, Zoe everywhere.
fn houses() -> Given {
    Given::policy(POLICY)
        .tenant("one")
        .unit("room", "one")
        .tenant("two")
        .person("ana", "one")
        .person("ana", "two")
        .person("bo", "one")
        .platform("zoe")
        .person("zoe", "one")
        .grant(Grant::role("clerk").to("ana").in_and_below("one"))
        .grant(Grant::role("clerk").to("ana").in_and_below("two"))
        .grant(Grant::role("clerk").to("bo").in_and_below("one"))
        .grant(Grant::role("clerk").to("zoe").everywhere())
}

/// Monday at nine in São Paulo.
const MONDAY: &str = "2026-03-02T12:00:00Z";
const OFFICE: &str = "mon-fri 07:00-19:00; America/Sao_Paulo";

#[test]
fn d10_outside_the_hours_of_every_grid_it_is_denied_until_one_opens() {
    let given = houses().grid("one", "office", OFFICE).enrol("one", "office", "ana");
    let asked = || ask("ana", READ).in_unit("room");
    given.changes_at(asked(), at(MONDAY), at("2026-03-02T22:00:00Z"));
    given.allows(asked(), at(MONDAY));
    // Friday's end, until Monday: the weekend is off.
    let friday = at("2026-03-06T22:00:00Z");
    given.allows(asked(), just_before(friday));
    given.denies(asked(), friday, Reason::OutOfHours);
    given.changes_at(asked(), friday, at("2026-03-09T10:00:00Z"));
    // No grid, no limit.
    given.allows(ask("bo", READ).in_unit("room"), friday);
    let given = given.unenrol("one", "office", "ana");
    given.allows(asked(), friday);
    given.changes_at(asked(), friday, None);
}

#[test]
fn r23_a_tenants_grid_binds_there_and_the_platforms_everywhere() {
    let given = houses()
        .grid("one", "office", OFFICE)
        .grid("", "desk", OFFICE)
        .enrol("one", "office", "ana");
    let night = at("2026-03-03T03:00:00Z");
    given.denies(ask("ana", READ).in_unit("one"), night, Reason::OutOfHours);
    given.denies(ask("ana", READ).about("bo"), night, Reason::OutOfHours);
    given.denies(ask("ana", READ).record("one", "zoe"), night, Reason::OutOfHours);
    given.allows(ask("ana", READ).in_unit("two"), night);
    given.allows(ask("ana", READ).about_in("ana", "two"), night);
    let given = given.enrol("", "desk", "zoe");
    for asked in
        [ask("zoe", READ).in_unit("one"), ask("zoe", READ).in_unit("two"), ask("zoe", READ)]
    {
        given.denies(asked.clone(), night, Reason::OutOfHours);
        given.changes_at(asked, night, at("2026-03-03T10:00:00Z"));
    }
    // Whoever is not registered where a grid is, is not enrolled in it.
    given.refuses(Event::Enrolled { tenant: None, grid: name("desk"), person: person("ana") });
    given.refuses(Event::Enrolled {
        tenant: Some(name("one")),
        grid: name("desk"),
        person: person("ana"),
    });
}

#[test]
fn g4_any_grid_that_is_open_admits_and_until_goes_past_the_seam() {
    let given = houses()
        .grid("one", "day", "mon-sun 07:00-19:00; America/Sao_Paulo")
        .grid("one", "late", "mon-thu 19:00-23:00; America/Sao_Paulo")
        .enrol("one", "day", "ana")
        .enrol("one", "late", "ana");
    let asked = || ask("ana", READ).in_unit("room");
    given.changes_at(asked(), at(MONDAY), at("2026-03-03T02:00:00Z"));
    given.changes_at(asked(), at("2026-03-06T12:00:00Z"), at("2026-03-06T22:00:00Z"));
}

#[test]
fn r20_grids_that_fill_the_week_together_never_close_unless_a_zone_tears_them_apart() {
    let given = houses()
        .grid("one", "day", "mon-sun 07:00-19:00; UTC")
        .grid("one", "night", "mon-sun 19:00-07:00; UTC")
        .enrol("one", "day", "ana")
        .enrol("one", "night", "ana");
    given.changes_at(ask("ana", READ).in_unit("room"), at(MONDAY), None);
    // In Lisbon the summer begins on 29 March: from then on there is an hour between them.
    let given = houses()
        .grid("one", "day", "mon-sun 07:00-19:00; UTC")
        .grid("one", "night", "mon-sun 19:00-07:00; Europe/Lisbon")
        .enrol("one", "day", "ana")
        .enrol("one", "night", "ana");
    given.changes_at(ask("ana", READ).in_unit("room"), at(MONDAY), at("2026-03-29T06:00:00Z"));
}

/// R20: the steps through weeks that grids fill together are not taken through all grants.
#[test]
fn r20_grids_that_fill_the_week_in_small_pieces_cost_no_more_for_many_grants() {
    let mut snapshot = houses().snapshot;
    let half_hours = |half: u16| {
        let piece = |hour: u16| match half {
            0 => format!("mon-sun {hour:02}:00-{hour:02}:30"),
            _ => format!("mon-sun {hour:02}:30-{:02}:00", hour + 1),
        };
        (0..24).map(piece).collect::<Vec<_>>().join(", ")
    };
    let mut facts = Facts::new();
    facts.grids = vec![
        grid("one", "even", &format!("{}; UTC", half_hours(0))),
        grid("one", "odd", &format!("{}; UTC", half_hours(1))),
        grid("one", "east", "mon 08:00-09:00; Europe/Lisbon"),
        grid("one", "west", "mon 08:00-09:00; America/New_York"),
    ];
    facts.enrolments = ["even", "odd", "east", "west"]
        .map(|grid| Enrolment { tenant: Some(name("one")), grid: name(grid), person: person("bo") })
        .to_vec();
    let dated = |n: i64| {
        let grant =
            Grant::role("reader").to("bo").until(at("2200-01-01T00:00:00Z").plus_seconds(n));
        grant.in_and_below("one").unwrap()
    };
    facts.grants = (0..400).map(dated).collect();
    snapshot.import(&facts).unwrap();
    let request = Request::by("bo").to(Permission::parse(READ).unwrap()).in_unit("room");
    let started = std::time::Instant::now();
    let decision = snapshot.check(&request, at(MONDAY));
    assert_eq!((decision.is_allow(), decision.until()), (true, None));
    assert_eq!(snapshot.sign_in(&SignIn::of("bo"), at(MONDAY)).unwrap().until(), None);
    assert_eq!(snapshot.explain(&request, at(MONDAY)).decision, decision);
    assert_eq!(snapshot.coverage("bo", Permission::parse(READ).unwrap(), at(MONDAY)).until(), None);
    assert!(started.elapsed() < std::time::Duration::from_secs(20), "{:?}", started.elapsed());
}

#[test]
fn o6_a_grid_may_admit_outside_its_hours() {
    let allowing = Grid { allow_outside: true, ..grid("one", "office", OFFICE) };
    let given = houses().and(Event::GridCreated(allowing)).enrol("one", "office", "ana");
    given.allows(ask("ana", READ).in_unit("room"), at("2026-03-07T03:00:00Z"));
    given.changes_at(ask("ana", READ).in_unit("room"), at(MONDAY), None);
}

#[test]
fn o5_a_day_that_is_off_admits_nothing_though_hours_are_set_and_a_grid_may_never_open() {
    let given = houses()
        .grid("one", "office", "mon off 07:00-19:00, tue 07:00-19:00; UTC")
        .grid("one", "shut", "mon off 07:00-19:00; UTC")
        .enrol("one", "office", "ana")
        .enrol("one", "shut", "bo");
    given.denies(ask("ana", READ).in_unit("room"), at(MONDAY), Reason::OutOfHours);
    given.changes_at(ask("ana", READ).in_unit("room"), at(MONDAY), at("2026-03-03T07:00:00Z"));
    given.denies(ask("bo", READ).in_unit("room"), at(MONDAY), Reason::OutOfHours);
    given.changes_at(ask("bo", READ).in_unit("room"), at(MONDAY), None);
}

#[test]
fn r22_hours_are_the_last_that_a_denial_names() {
    let night = at("2026-03-03T03:00:00Z");
    let given = houses().grid("one", "office", OFFICE).enrol("one", "office", "bo");
    given.denies(ask("bo", READ).in_unit("two"), night, Reason::OtherScope);
    given.denies(ask("bo", READ).in_unit("room").on("phone"), night, Reason::WrongChannel);
    given.denies(ask("bo", READ), night, Reason::OtherScope);
    let restricted = given.clone().restrict(on_person("x", "bo", &[READ], subtree("one")));
    restricted.denies(ask("bo", READ).in_unit("room"), night, Reason::Restricted);
    given.clone().suspend("bo", "one").denies(
        ask("bo", READ).in_unit("room"),
        night,
        Reason::Suspended,
    );
    // Nothing opens to whoever holds nothing.
    given.changes_at(ask("bo", READ).in_unit("two"), night, None);
}

#[test]
fn d10_anywhere_counts_the_grants_of_tenants_that_are_open() {
    let given = houses()
        .grid("one", "office", OFFICE)
        .enrol("one", "office", "ana")
        .enrol("one", "office", "bo");
    let night = at("2026-03-03T03:00:00Z");
    given.allows(ask("ana", READ).anywhere(), night);
    given.denies(ask("bo", READ).anywhere(), night, Reason::OutOfHours);
    given.changes_at(ask("bo", READ).anywhere(), night, at("2026-03-03T10:00:00Z"));
    let given = given.restrict(on_person("x", "bo", &[READ], subtree("one")));
    given.denies(ask("bo", READ).anywhere(), night, Reason::Restricted);
}

#[test]
fn d10_everywhere_is_closed_wherever_one_is_enrolled() {
    let given = houses().grid("one", "office", OFFICE).enrol("one", "office", "zoe");
    let night = at("2026-03-03T03:00:00Z");
    given.denies(ask("zoe", READ), night, Reason::OutOfHours);
    given.allows(ask("zoe", READ).in_unit("two"), night);
    given.denies(ask("zoe", READ).in_unit("room"), night, Reason::OutOfHours);
    // An open grid of the platform admits in every tenant.
    let given = given.grid("", "always", "mon-sun 00:00-24:00; UTC").enrol("", "always", "zoe");
    given.allows(ask("zoe", READ), night);
    given.allows(ask("zoe", READ).in_unit("room"), night);
}

#[test]
fn d10_with_sign_in_enforcement_no_grid_binds_a_decision() {
    let given = Given::policy(&format!("{POLICY}\nhours.enforced = \"sign-in\"\n"))
        .tenant("one")
        .person("ana", "one")
        .grant(Grant::role("clerk").to("ana").in_and_below("one"))
        .grid("one", "shut", "mon off 07:00-19:00; UTC")
        .enrol("one", "shut", "ana");
    given.allows(ask("ana", READ).in_unit("one"), at(MONDAY));
    given.changes_at(ask("ana", READ).in_unit("one"), at(MONDAY), None);
}

#[test]
fn d11_dates_and_hours_end_whichever_is_first() {
    let until = at("2026-03-02T20:00:00Z");
    let given = Given::policy(POLICY)
        .tenant("one")
        .person("ana", "one")
        .grant(Grant::role("clerk").to("ana").until(until).in_and_below("one"))
        .grid("one", "office", OFFICE)
        .enrol("one", "office", "ana");
    given.changes_at(ask("ana", READ).in_unit("one"), at(MONDAY), until);
    // Denied by night, and by the time it opens the grant is over.
    given.denies(ask("ana", READ).in_unit("one"), at("2026-03-02T03:00:00Z"), Reason::OutOfHours);
    given.changes_at(
        ask("ana", READ).in_unit("one"),
        at("2026-03-02T03:00:00Z"),
        at("2026-03-02T10:00:00Z"),
    );
    given.denies(ask("ana", READ).in_unit("one"), until, Reason::NotInForce);
    given.changes_at(ask("ana", READ).in_unit("one"), until, None);
}

#[test]
fn an_edited_grid_binds_from_the_next_check_and_old_snapshots_keep_the_old_one() {
    let given = houses()
        .grid("one", "office", OFFICE)
        .enrol("one", "office", "ana")
        .enrol("one", "office", "bo");
    let night = at("2026-03-03T03:00:00Z");
    let old = given.snapshot.clone();
    let given = given.and(Event::GridEdited(grid(
        "one",
        "office",
        "mon-sun 20:00-06:00; America/Sao_Paulo",
    )));
    for who in ["ana", "bo"] {
        given.allows(ask(who, READ).in_unit("room"), night);
        given.denies(ask(who, READ).in_unit("room"), at(MONDAY), Reason::OutOfHours);
        let request = Request::by(who).to(Permission::parse(READ).unwrap()).in_unit("room");
        assert_eq!(old.check(&request, night).reason(), Some(DenyReason::OutOfHours));
    }
    old.verify().unwrap();
    given.refuses(Event::GridEdited(grid("one", "other", OFFICE)));
    given.refuses(Event::GridEdited(grid("", "office", OFFICE)));
}

#[test]
fn r12_r23_enrolments_end_with_the_registration_and_no_grid_is_deleted_under_them() {
    let given = houses()
        .grid("one", "office", OFFICE)
        .enrol("one", "office", "ana")
        .grid("", "desk", OFFICE);
    let delete = || Event::GridDeleted { tenant: Some(name("one")), grid: name("office") };
    given.refuses(delete());
    given.refuses(Event::GridCreated(grid("one", "office", OFFICE)));
    let removed = given
        .clone()
        .and(Event::PersonRemoved { person: person("ana"), tenant: Some(name("one")) });
    removed.clone().and(delete()).refuses(delete());
    let back =
        removed.person("ana", "one").grant(Grant::role("clerk").to("ana").in_and_below("one"));
    back.allows(ask("ana", READ).in_unit("room"), at("2026-03-03T03:00:00Z"));
    let elsewhere = given
        .clone()
        .and(Event::PersonRemoved { person: person("ana"), tenant: Some(name("two")) });
    elsewhere.refuses(delete());
    given
        .enrol("", "desk", "zoe")
        .and(Event::PersonErased { person: person("zoe") })
        .and(Event::GridDeleted { tenant: None, grid: name("desk") });
}

#[test]
fn g5_a_grid_of_no_known_zone_is_refused_with_a_suggestion() {
    let given = houses();
    let unknown = Event::GridCreated(grid("one", "office", "mon 07:00-19:00; America/Sao_Paolo"));
    given.refuses(unknown.clone());
    let error = given.snapshot.clone().apply(&unknown).unwrap_err().to_string();
    assert!(
        error.contains("`America/Sao_Paolo`")
            && error.contains("did you mean `America/Sao_Paulo`?"),
        "{error}"
    );
}

#[test]
fn people_in_more_sets_of_grids_than_have_a_number_are_bound_all_the_same() {
    let mut given = houses();
    let mut facts = Facts::new();
    let hours = |n: usize| format!("mon {n:02}:00-{:02}:00; UTC", n + 1);
    facts.grids = (0..12).map(|n| grid("one", &format!("g{n}"), &hours(n))).collect();
    let members = |set: usize| (0..12).filter(move |n| set >> n & 1 == 1);
    for set in 1..=2100usize {
        let who = format!("p{set}");
        let (person, tenant) = (person(&who), Some(name("one")));
        facts.people.push(Registration { person, tenant, kind: None, unit: None });
        facts.grants.push(Grant::role("reader").to(&who).in_and_below("one").unwrap());
        facts.enrolments.extend(members(set).map(|n| Enrolment {
            tenant: Some(name("one")),
            grid: name(&format!("g{n}")),
            person: Identifier::new(&who).unwrap(),
        }));
    }
    given.snapshot.import(&facts).unwrap();
    given.snapshot.verify().unwrap();
    let hour = |n: usize| at(&format!("2026-03-02T{n:02}:30:00Z"));
    let holds = |snapshot: &Snapshot, set: usize| {
        let who = format!("p{set}");
        let request = Request::by(&who).to(Permission::parse(READ).unwrap()).in_unit("room");
        (0..12).all(|n| snapshot.check(&request, hour(n)).is_allow() == (set >> n & 1 == 1))
    };
    assert!((1..=2100).all(|set| holds(&given.snapshot, set)));
    // Where a number is free again it is given again, and the others stay.
    for set in 1..=40usize {
        let gone =
            Event::PersonRemoved { person: person(&format!("p{set}")), tenant: Some(name("one")) };
        given.snapshot.apply(&gone).unwrap();
    }
    let moved =
        Event::Unenrolled { tenant: Some(name("one")), grid: name("g0"), person: person("p2099") };
    given.snapshot.apply(&moved).unwrap();
    given.snapshot.verify().unwrap();
    assert!(
        (41..=2098).chain([2100]).all(|set| holds(&given.snapshot, set))
            && holds(&given.snapshot, 2098)
    );
}

/// D10: whoever had no number for their set of grids takes nobody's away when they leave it.
#[test]
fn d10_a_set_of_grids_keeps_its_number_while_anybody_has_it() {
    let mut snapshot = houses().snapshot;
    let mut facts = Facts::new();
    let hours = |n: usize| if n < 2100 { "mon 08:00-09:00; UTC" } else { "tue 08:00-09:00; UTC" };
    facts.grids = (0..=2100).map(|n| grid("one", &format!("g{n}"), hours(n))).collect();
    let enrolment = |n: usize, who: &str| {
        let grid = name(&format!("g{n}"));
        Enrolment { tenant: Some(name("one")), grid, person: Identifier::new(who).unwrap() }
    };
    for n in 0..2100usize {
        let who = format!("p{n}");
        facts.people.push(Registration {
            person: person(&who),
            tenant: Some(name("one")),
            kind: None,
            unit: None,
        });
        facts.enrolments.push(enrolment(n, &who));
    }
    snapshot.import(&facts).unwrap();
    let mut change = |word: &str, n: usize, who: &str| {
        let json =
            format!(r#"{{"event":"{word}/1","tenant":"one","grid":"g{n}","person":"{who}"}}"#);
        snapshot.apply(&serde_json::from_str::<Event>(&json).unwrap()).unwrap();
        snapshot.verify().unwrap();
    };
    // The set of the last has no number; when one is free, Bo's, the same set, gets it.
    change("unenrolled", 0, "p0");
    change("enrolled", 2099, "bo");
    change("unenrolled", 2099, "p2099");
    change("enrolled", 2100, "p0");
    let request = Request::by("bo").to(Permission::parse(READ).unwrap()).in_unit("room");
    assert!(snapshot.check(&request, at("2026-03-02T08:30:00Z")).is_allow());
    assert!(!snapshot.check(&request, at("2026-03-03T08:30:00Z")).is_allow());
}

#[test]
fn an_explanation_names_the_grids_and_when_they_open_again() {
    let given = houses().grid("one", "office", OFFICE).enrol("one", "office", "ana");
    let request = Request::by("ana").to(Permission::parse(READ).unwrap()).in_unit("room");
    let friday = at("2026-03-06T23:00:00Z");
    let explanation = given.snapshot.explain(&request, friday);
    let told = explanation.to_string();
    assert!(
        told.contains("the grid `office` of `one` is closed; opens again Monday 07:00 in America/Sao_Paulo, 10:00 UTC"),
        "{told}"
    );
    assert!(told.contains("because it is outside the principal's hours"), "{told}");
    assert!(told.contains("the enrolment in the grid `office` ends"), "{told}");
    let [found] = &explanation.grids[..] else { panic!("{explanation:?}") };
    assert_eq!((found.open, found.until()), (false, Some(at("2026-03-09T10:00:00Z"))));
    let open = given.snapshot.explain(&request, at(MONDAY)).to_string();
    assert!(
        open.contains("is open; closes Monday 19:00 in America/Sao_Paulo, 22:00 UTC"),
        "{open}"
    );
    // Two that are closed and a third that is open: one enrolment more is the smallest change.
    let given = given.grid("one", "gate", OFFICE).enrol("one", "gate", "ana").grid(
        "one",
        "guard",
        "mon-sun 00:00-24:00; UTC",
    );
    let told = given.snapshot.explain(&request, friday).to_string();
    assert!(told.contains("there is an enrolment in the grid `guard`, which is open"), "{told}");
}

#[test]
fn an_authority_takes_zones_from_another_source() {
    let given = houses().grid("one", "office", OFFICE).enrol("one", "office", "ana");
    let authority = Authority::from(given.snapshot.clone());
    authority.use_zones(Zones::bundled()).unwrap();
    authority.snapshot().verify().unwrap();
    assert_eq!(authority.snapshot().zones().source(), Zones::bundled().source());
    let request = Request::by("ana").to(Permission::parse(READ).unwrap()).in_unit("room");
    assert_eq!(authority.check(&request, at(MONDAY)).until(), Some(at("2026-03-02T22:00:00Z")));
    let empty = Snapshot::with_zones(Policy::from_toml("version = 1").unwrap(), Zones::bundled());
    assert_eq!(empty.revision().0, 0);
}
