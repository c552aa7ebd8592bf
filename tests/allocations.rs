//! Contract: a check never allocates (contract R25). A test binary of its
//! own, because it counts what the whole process allocates on its thread.

use alcada::{DenyReason, Facts, Instant, Permission, Policy, Request, Session, Snapshot};

const POLICY: &str = r#"
    version = 1
    visions = ["city", "school"]
    channels = ["standard", "support"]
    affiliations = ["exercise"]
    functions.notes = { actions = ["read", "write"], leader-only = false }
    functions.calls = { actions = ["hear"], leader-only = true }
    kinds.staff = {}
    kinds.guest = {}
    unit-kinds = { city = { vision = "city" }, school = { vision = "school" } }
    unit-sets.schools = { kinds = ["school"] }
    roles.reader.permissions = ["notes:read", "calls:hear"]
    roles.writer = { includes = ["reader"], permissions = ["notes:write"] }
    ceilings = [{ kinds = ["guest"], permissions = ["notes:read"] }]
"#;

const FACTS: &str = r#"
    version = 1
    units = [{ code = "sp", kind = "city" }, { code = "a school with a long name of its own", kind = "school", parent = "sp" },
             { code = "s2", kind = "school", parent = "sp" }, { code = "rio", kind = "city" }]
    people = [
        { person = "ana", tenant = "sp", kind = "staff" },
        { person = "3f2504e0-4f89-41d3-9a0c-0305e82c3301", tenant = "sp", kind = "staff" },
        { person = "a.principal.with.a.long.name@school.example", tenant = "sp", kind = "guest" },
        { person = "held", tenant = "sp", kind = "staff" },
        { person = "gone", tenant = "sp", kind = "staff" },
        { person = "bare", tenant = "sp", kind = "staff" },
        { person = "clocked", tenant = "sp", kind = "staff" },
        { person = "shut", tenant = "sp", kind = "staff" },
        { person = "round the clock", tenant = "sp", kind = "staff" },
        { person = "twice", tenant = "sp", kind = "staff" },
        { person = "twice", tenant = "rio", kind = "staff" },
    ]
    affiliations = [
        { person = "ana", kind = "exercise", unit = "s2", until = "2026-06-01T00:00:00Z" },
        { person = "ana", kind = "exercise", unit = "s2", from = "2026-07-01T00:00:00Z" },
    ]
    grids = [
        { tenant = "sp", name = "day", hours = "mon-fri 07:00-19:00; America/Sao_Paulo" },
        { tenant = "sp", name = "night", hours = "mon-sun 19:00-07:00; America/Sao_Paulo" },
        { tenant = "sp", name = "never", hours = "mon off 07:00-08:00; UTC" },
    ]
    enrolments = [
        { tenant = "sp", grid = "day", person = "clocked" },
        { tenant = "sp", grid = "never", person = "shut" },
        { tenant = "sp", grid = "day", person = "round the clock" },
        { tenant = "sp", grid = "night", person = "round the clock" },
    ]
    groups = [{ tenant = "sp", name = "g", leader = "ana", members = ["held"] }]
    suspended = [{ person = "gone" }]
    grants = [
        { person = "ana", role = "writer", scope = { unit = "s2" }, basis.affiliation = { kind = "exercise", place.set = "schools" } },
        { person = "ana", role = "reader", scope = { subtree = "sp" }, channel = "support" },
        { person = "ana", role = "reader", scope = { members = { group = "g" } } },
        { person = "ana", role = "reader", scope = { own = {} }, from = "2026-01-01T00:00:00Z", until = "2026-02-01T00:00:00Z" },
        { person = "3f2504e0-4f89-41d3-9a0c-0305e82c3301", role = "writer", scope = { subtree = "sp" } },
        { person = "a.principal.with.a.long.name@school.example", role = "writer", scope = { subtree = "sp" } },
        { person = "held", role = "writer", scope = { subtree = "sp" } },
        { person = "clocked", role = "writer", scope = { subtree = "sp" } },
        { person = "shut", role = "writer", scope = { subtree = "sp" } },
        { person = "round the clock", role = "writer", scope = { unit = "s2" }, until = "2030-01-01T00:00:00Z" },
        { person = "gone", role = "writer", scope = { subtree = "sp" } },
    ]
    restrictions = [
        { name = "x", subject = { person = "held" }, permissions = ["notes:write"], scope = { unit = "s2" }, until = "2026-05-01T00:00:00Z" },
        { name = "y", subject = { role = "reader" }, permissions = ["notes:read"], scope = { unit = "s2" }, from = "2026-04-01T00:00:00Z" },
    ]
"#;

#[test]
fn r25_neither_allow_nor_any_denial_allocates() {
    let mut snapshot = Snapshot::new(Policy::from_toml(POLICY).unwrap());
    snapshot.import(&toml::from_str::<Facts>(FACTS).unwrap()).unwrap();
    let instants: Vec<Instant> = ["2026-01-15", "2026-04-15", "2026-06-15", "2026-08-15"]
        .map(|day| format!("{day}T00:00:00Z").parse().unwrap())
        .into();
    let people = [
        "ana",
        "3f2504e0-4f89-41d3-9a0c-0305e82c3301",
        "a.principal.with.a.long.name@school.example",
        "held",
        "gone",
        "bare",
        "clocked",
        "shut",
        "round the clock",
        "who",
    ];
    let units = ["sp", "s2", "a school with a long name of its own", "nowhere"];
    let mut requests = Vec::new();
    for person in people {
        for permission in ["notes:read", "notes:write", "calls:hear", "notes:shred"] {
            let asked = Request::by(person).to(Permission::parse(permission).unwrap());
            requests.extend([
                asked,
                asked.anywhere(),
                asked.about("held"),
                asked.about("ana"),
                asked.about_in("held", "sp"),
            ]);
            requests.extend([
                asked.about("twice"),
                asked.about("who"),
                asked.about_in("held", "none such"),
            ]);
            requests.extend(units.map(|unit| asked.in_unit(unit)));
            requests.extend(units.map(|unit| asked.in_unit(unit).on_channel("support")));
            requests.extend(units.map(|unit| asked.in_unit(unit).about("held")));
            requests.push(asked.in_unit("s2").on_channel("none such"));
        }
    }
    let mut reasons: Vec<Option<DenyReason>> = Vec::with_capacity(64);
    let mut untils = 0;
    let (other, mut foreign) = (Snapshot::new(Policy::from_toml(POLICY).unwrap()), None);
    for request in &requests {
        for &at in &instants {
            let mut decision = snapshot.check(request, at);
            let counted = allocation_counter::measure(|| {
                decision = snapshot.check(request, at);
                if let Ok(resolved) = snapshot.resolve(request) {
                    decision = snapshot.check_resolved(&resolved, at);
                    foreign = other.check_resolved(&resolved, at).reason();
                }
            });
            assert_eq!(counted.count_total, 0, "{request:?} at {at}: {decision:?}");
            untils += usize::from(decision.until().is_some());
            if !reasons.contains(&decision.reason()) {
                reasons.push(decision.reason());
            }
        }
    }
    // What was counted were decisions of every sort.
    assert_eq!(foreign, Some(DenyReason::ForeignHandle));
    assert!(untils > 20, "{untils}");
    for reason in [
        None,
        Some(DenyReason::UnknownPermission),
        Some(DenyReason::UnknownPrincipal),
        Some(DenyReason::UnknownUnit),
        Some(DenyReason::UnknownChannel),
        Some(DenyReason::UnknownTenant),
        Some(DenyReason::UnknownPerson),
        Some(DenyReason::AmbiguousPerson),
        Some(DenyReason::Suspended),
        Some(DenyReason::Restricted),
        Some(DenyReason::RoleRestricted),
        Some(DenyReason::NotInForce),
        Some(DenyReason::WrongChannel),
        Some(DenyReason::OtherScope),
        Some(DenyReason::Ceiling),
        Some(DenyReason::NotPermitted),
        Some(DenyReason::OutOfHours),
    ] {
        assert!(reasons.contains(&reason), "{reason:?} is not among {reasons:?}");
    }
}

#[test]
fn r25_nor_does_any_within_a_session() {
    let mut snapshot = Snapshot::new(Policy::from_toml(POLICY).unwrap());
    snapshot.import(&toml::from_str::<Facts>(FACTS).unwrap()).unwrap();
    let at: Instant = "2026-04-15T00:00:00Z".parse().unwrap();
    let mut reasons: Vec<Option<DenyReason>> = Vec::with_capacity(64);
    for person in ["ana", "3f2504e0-4f89-41d3-9a0c-0305e82c3301", "held", "gone", "who"] {
        for chosen in [
            r#""channel":"standard""#,
            r#""channel":"support","tenant":"sp""#,
            r#""channel":"standard","unit":"s2""#,
            r#""channel":"standard","vision":"city","roles":["writer","reader"]"#,
            r#""channel":"standard","unit":"a school with a long name of its own","roles":["writer"]"#,
            r#""channel":"standard","unit":"nowhere""#,
        ] {
            let session =
                format!(r#"{{"person":"{person}",{chosen},"at":"2026-03-01T00:00:00Z"}}"#);
            let session: Session = serde_json::from_str(&session).unwrap();
            for permission in ["notes:read", "notes:write", "calls:hear"] {
                let asked = Request::by(person).to(Permission::parse(permission).unwrap());
                for request in [
                    asked,
                    asked.anywhere(),
                    asked.about("held"),
                    asked.in_unit("s2"),
                    asked.in_unit("sp"),
                ] {
                    let mut decision = snapshot.check_session(&session, &request, at);
                    let counted = allocation_counter::measure(|| {
                        decision = snapshot.check_session(&session, &request, at)
                    });
                    assert_eq!(counted.count_total, 0, "{request:?} in {session:?}: {decision:?}");
                    if !reasons.contains(&decision.reason()) {
                        reasons.push(decision.reason());
                    }
                }
            }
        }
    }
    for reason in [
        None,
        Some(DenyReason::Session),
        Some(DenyReason::Restricted),
        Some(DenyReason::WrongChannel),
    ] {
        assert!(reasons.contains(&reason), "{reason:?} is not among {reasons:?}");
    }
}
