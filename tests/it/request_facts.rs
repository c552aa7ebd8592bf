//! Seats contracted, roles asked for, places, attestations: their facts and what ends them.

use alcada::{
    DenyReason, Event, Facts, Grant, Instant, Name, Permission, Policy, Request, Scope, Snapshot,
    facts::{Basis, FactsError, Outcome, RoleRequest, SeatContract},
};

const POLICY: &str = r#"
    version = 1
    visions = ["city", "school"]
    channels = ["standard", "support"]
    functions.notes.actions = ["read", "write"]
    kinds.staff = {}
    kinds.guest = {}
    unit-kinds = { city = { vision = "city" }, school = { vision = "school" } }
    roles.reader.permissions = ["notes:read"]
    roles.clerk = { permissions = ["notes:write"], visions = ["school"], kinds = ["staff"] }
    roles.head.permissions = ["notes:*"]
    administration.seats = { reader = "tenant", clerk = "unit" }
"#;

const FACTS: &str = r#"
    version = 1
    units = [{ code = "sp", kind = "city" }, { code = "a", kind = "school", parent = "sp" }, { code = "b", kind = "school", parent = "sp" }, { code = "rj", kind = "city" }]
    people = [
        { person = "ana", tenant = "sp", kind = "staff" }, { person = "bo", tenant = "sp", kind = "guest" },
        { person = "cid", tenant = "rj", kind = "staff" }, { person = "root", kind = "staff" },
    ]
    groups = [{ tenant = "sp", name = "g", leader = "ana" }]
    roles = [{ tenant = "sp", name = "own", role = { permissions = ["notes:read"] } }]
    closed = ["b"]
"#;

fn snapshot() -> Snapshot {
    let mut snapshot = Snapshot::new(Policy::from_toml(POLICY).unwrap());
    snapshot.import(&Facts::from_toml(FACTS).unwrap()).unwrap();
    snapshot
}

fn event(json: &str) -> Event {
    serde_json::from_str(json).unwrap_or_else(|error| panic!("{json}: {error}"))
}

fn apply(snapshot: &mut Snapshot, json: &str) -> Result<(), FactsError> {
    let before = snapshot.revision();
    let outcome = snapshot.apply(&event(json));
    snapshot.verify().unwrap();
    assert_eq!(outcome.is_ok(), snapshot.revision() > before);
    outcome.map(|_| ())
}

fn refused(snapshot: &mut Snapshot, json: &str, words: &[&str]) -> FactsError {
    let error = apply(snapshot, json).unwrap_err();
    let text = error.to_string();
    assert!(words.iter().all(|word| text.contains(word)), "{text}");
    error
}

/// Somebody asks in `sp` for what a grant says.
fn asks(snapshot: &mut Snapshot, name: &str, by: &str, grant: &str) -> Result<(), FactsError> {
    let json =
        r#"{"event":"role-requested/1","tenant":"sp","name":"NAME","by":"BY","grant":GRANT}"#;
    apply(snapshot, &json.replace("NAME", name).replace("BY", by).replace("GRANT", grant))
}

/// Which of these requests of `sp` are open.
fn open<'n>(snapshot: &Snapshot, names: &[&'n str]) -> Vec<&'n str> {
    let close = |name: &str| Event::RequestClosed {
        tenant: Name::new("sp").unwrap(),
        request: Name::new(name).unwrap(),
        outcome: Outcome::Withdrawn,
    };
    names.iter().copied().filter(|name| snapshot.clone().apply(&close(name)).is_ok()).collect()
}

#[test]
fn seats_are_contracted_as_the_policy_counts_them() {
    let mut snapshot = snapshot();
    let json = |rest: &str| format!(r#"{{"event":"seats-contracted/1","tenant":"sp",{rest}}}"#);
    apply(&mut snapshot, &json(r#""role":"reader","seats":3"#)).unwrap();
    apply(&mut snapshot, &json(r#""role":"reader","seats":0"#)).unwrap();
    apply(&mut snapshot, &json(r#""role":"clerk","unit":"a","seats":1"#)).unwrap();
    refused(
        &mut snapshot,
        &json(r#""role":"head","seats":1"#),
        &["`head`", "administration.seats"],
    );
    refused(&mut snapshot, &json(r#""role":"own","seats":1"#), &["`own`"]);
    refused(
        &mut snapshot,
        &json(r#""role":"reader","unit":"a","seats":1"#),
        &["per tenant", "remove `unit`"],
    );
    refused(&mut snapshot, &json(r#""role":"clerk","seats":1"#), &["per unit", "add `unit`"]);
    refused(&mut snapshot, &json(r#""role":"clerk","unit":"rj","seats":1"#), &["`rj`", "`sp`"]);
    assert!(
        refused(&mut snapshot, &json(r#""role":"clerk","unit":"c","seats":1"#), &["`c`"])
            .is_absent()
    );
}

/// U4: a request by itself gives nothing.
#[test]
fn a_request_is_of_the_shape_of_its_grant_and_gives_nothing() {
    let mut snapshot = snapshot();
    let at_a = r#"{"person":"ana","role":"clerk","scope":{"unit":"a"}}"#;
    asks(&mut snapshot, "q", "ana", at_a).unwrap();
    let request = Request::by("ana").to(Permission::new("notes:write")).in_unit("a");
    assert_eq!(snapshot.check(&request, Instant::MIN).reason(), Some(DenyReason::NotPermitted));
    assert!(asks(&mut snapshot, "q", "ana", at_a).unwrap_err().is_present());
    for (grant, word) in [
        (r#"{"person":"ana","role":"clerk","scope":{"unit":"sp"}}"#, "`city`"),
        (r#"{"person":"bo","role":"clerk","scope":{"unit":"a"}}"#, "for its kind"),
        (r#"{"person":"cid","role":"reader","scope":{"unit":"rj"}}"#, "tenant `sp`"),
        (r#"{"person":"cid","role":"reader","scope":{"unit":"a"}}"#, "not registered"),
        (r#"{"person":"root","role":"reader","scope":"everywhere"}"#, "tenant `sp`"),
        (r#"{"person":"ana","role":"clerk","scope":{"unit":"b"}}"#, "closed"),
    ] {
        let error = asks(&mut snapshot, "other", "ana", grant).unwrap_err();
        assert!(error.to_string().contains(word), "{error}");
    }
    assert!(asks(&mut snapshot, "other", "cid", at_a).unwrap_err().is_absent());
    asks(&mut snapshot, "other", "root", at_a).unwrap();
    assert!(
        refused(
            &mut snapshot,
            r#"{"event":"request-closed/1","tenant":"sp","request":"r","outcome":"denied"}"#,
            &["no open request `r`"],
        )
        .is_absent()
    );
    assert_eq!(open(&snapshot, &["q", "r", "other"]), ["q", "other"]);
}

#[test]
fn r12_what_a_request_names_ends_it() {
    let mut base = snapshot();
    asks(&mut base, "role", "root", r#"{"person":"bo","role":"own","scope":{"unit":"a"}}"#)
        .unwrap();
    asks(
        &mut base,
        "group",
        "root",
        r#"{"person":"bo","role":"reader","scope":{"members":{"group":"g"}}}"#,
    )
    .unwrap();
    asks(&mut base, "for-ana", "bo", r#"{"person":"ana","role":"reader","scope":{"own":{}}}"#)
        .unwrap();
    let all = ["role", "group", "for-ana"];
    for (json, left) in [
        (r#"{"event":"role-deleted/1","tenant":"sp","role":"own"}"#, vec!["group", "for-ana"]),
        (r#"{"event":"group-deleted/1","tenant":"sp","group":"g"}"#, vec!["role", "for-ana"]),
        (r#"{"event":"person-removed/1","person":"ana","tenant":"sp"}"#, vec!["role", "group"]),
        (r#"{"event":"person-removed/1","person":"bo","tenant":"sp"}"#, vec![]),
        (r#"{"event":"person-removed/1","person":"root"}"#, vec!["for-ana"]),
        (r#"{"event":"person-removed/1","person":"cid","tenant":"rj"}"#, all.to_vec()),
    ] {
        let mut snapshot = base.clone();
        apply(&mut snapshot, json).unwrap();
        assert_eq!(open(&snapshot, &all), left, "{json}");
    }
    // Whoever is registered in the tenant too goes on asking there.
    apply(
        &mut base,
        r#"{"event":"person-registered/1","person":"root","tenant":"sp","kind":"staff"}"#,
    )
    .unwrap();
    apply(&mut base, r#"{"event":"person-removed/1","person":"root"}"#).unwrap();
    assert_eq!(open(&base, &all), all);
}

#[test]
fn a_registration_is_found_at_its_new_place() {
    let mut snapshot = snapshot();
    apply(
        &mut snapshot,
        r#"{"event":"granted/1","person":"ana","role":"reader","scope":{"unit":"a"}}"#,
    )
    .unwrap();
    let request = Request::by("ana").to(Permission::new("notes:read")).about("bo");
    assert!(!snapshot.check(&request, Instant::MIN).is_allow());
    apply(&mut snapshot, r#"{"event":"person-placed/1","person":"bo","tenant":"sp","unit":"a"}"#)
        .unwrap();
    assert!(snapshot.check(&request, Instant::MIN).is_allow());
    let json = |person: &str, unit: &str| {
        format!(
            r#"{{"event":"person-placed/1","person":"{person}","tenant":"sp","unit":"{unit}"}}"#
        )
    };
    refused(&mut snapshot, &json("bo", "b"), &["`b`", "closed"]);
    refused(&mut snapshot, &json("bo", "rj"), &["`rj`", "not of the tenant"]);
    assert!(refused(&mut snapshot, &json("cid", "a"), &["not registered"]).is_absent());
}

#[test]
fn r16_a_direct_grant_is_in_force_like_a_standing_one_and_another_grant() {
    let mut snapshot = snapshot();
    let direct = r#"{"event":"granted/1","person":"ana","role":"clerk","scope":{"unit":"a"},"basis":"direct"}"#;
    apply(&mut snapshot, direct).unwrap();
    let request = Request::by("ana").to(Permission::new("notes:write")).in_unit("a");
    let decision = snapshot.check(&request, Instant::MIN);
    assert!(decision.is_allow() && decision.until().is_none());
    assert_eq!(snapshot.explain(&request, Instant::MIN).grants[0].basis, Basis::Direct);
    let standing = direct.replace(r#","basis":"direct""#, "");
    assert!(
        refused(&mut snapshot, &standing.replace("granted", "revoked"), &["no such grant"])
            .is_absent()
    );
    apply(&mut snapshot, &standing).unwrap();
    apply(&mut snapshot, &direct.replace("granted", "revoked")).unwrap();
    assert!(snapshot.check(&request, Instant::MIN).is_allow());
    apply(&mut snapshot, &standing.replace("granted", "revoked")).unwrap();
    assert!(!snapshot.check(&request, Instant::MIN).is_allow());
}

#[test]
fn u6_an_attestation_is_whole_and_changes_nothing() {
    let mut snapshot = snapshot();
    let whole = r#"{"event":"attested/1","tenant":"sp","about":"ana","given-by":"Rosa","capacity":"head","verified-by":"by phone","document":"42"}"#;
    apply(&mut snapshot, whole).unwrap();
    refused(&mut snapshot, &whole.replace("Rosa", ""), &["`given-by`"]);
    let long = whole.replace("by phone", &"x".repeat(1025));
    assert!(refused(&mut snapshot, &long, &["`verified-by`", "1024"]).is_limit());
    assert!(
        refused(&mut snapshot, &whole.replace("\"ana\"", "\"cid\""), &["not registered"])
            .is_absent()
    );
    let debug = format!("{:?}", event(whole));
    assert!(!debug.contains("Rosa") && !debug.contains("ana\""), "{debug}");
}

#[test]
fn facts_bring_seats_and_requests_in_any_order() {
    let text = r#"
        version = 1
        requests = [{ name = "q", tenant = "sp", by = "ana", grant = { person = "ana", role = "clerk", scope = { unit = "b" } }, until = "2026-12-31T00:00:00Z" }]
        seats = [{ tenant = "sp", role = "clerk", unit = "b", seats = 2 }]
    "#;
    let more = Facts::from_toml(text).unwrap();
    assert_eq!(toml::from_str::<Facts>(&toml::to_string(&more).unwrap()).unwrap(), more);
    let SeatContract { seats, .. } = &more.seats[0];
    let RoleRequest { grant: Grant { scope, .. }, .. } = &more.requests[0];
    assert_eq!((*seats, scope), (2, &Scope::Unit(Name::new("b").unwrap())));
    let mut all = Facts::from_toml(FACTS).unwrap();
    (all.seats, all.requests) = (more.seats.clone(), more.requests.clone());
    let mut fresh = Snapshot::new(Policy::from_toml(POLICY).unwrap());
    fresh.import(&all).unwrap();
    fresh.verify().unwrap();
    assert_eq!(open(&fresh, &["q"]), ["q"]);
    // Once the unit is closed, nobody asks for anything there.
    let error = snapshot().import(&more).unwrap_err();
    assert_eq!(error.row(), Some("requests[0]"));
}
