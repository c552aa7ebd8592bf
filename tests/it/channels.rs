//! Channels and sessions, case by case: who may sign in by which channel and when, what a session
//! allows, and what was lost since the last time.

use alcada::{
    Actor, DenyReason, Event, Facts, Grant, Identifier, Instant, Name, Permission, Policy, Request,
    Scope, Session, SignIn, Snapshot, session,
};
use insta::assert_snapshot;

use crate::given::{day, just_before, name, names, subtree, unit};

const VIEW: Permission<'_> = Permission::new("notes:view");
const EDIT: Permission<'_> = Permission::new("notes:edit");
const HEAR: Permission<'_> = Permission::new("calls:hear");

const POLICY: &str = r#"
    version = 1
    visions = ["city", "district", "school"]
    channels = ["standard", "support", "app"]
    affiliations = ["exercise"]
    functions.notes.actions = ["view", "edit"]
    functions.calls = { actions = ["hear"], leader-only = true }
    unit-kinds.city.vision = "city"
    unit-kinds.district.vision = "district"
    unit-kinds.school.vision = "school"
    kinds.staff.channels = ["standard", "support"]
    kinds.app-user.channels = ["app"]
    roles.reader.permissions = ["notes:view"]
    roles.editor.permissions = ["notes:*"]
    roles.lead.permissions = ["calls:hear", "notes:view"]
    guards = [{ commands = ["open-support"], permission = "notes:edit" }]
    support = { channel = "support", roles = ["reader"] }
"#;

const FACTS: &str = r#"
    version = 1
    units = [
        { code = "sp", kind = "city" }, { code = "d1", kind = "district", parent = "sp" },
        { code = "s1", kind = "school", parent = "d1" }, { code = "s2", kind = "school", parent = "d1" },
        { code = "d2", kind = "district", parent = "sp" }, { code = "s3", kind = "school", parent = "d2" },
        { code = "rio", kind = "city" },
    ]
    people = [
        { person = "ana", tenant = "sp", kind = "staff", unit = "s1" },
        { person = "bia", tenant = "sp", kind = "staff", unit = "s3" },
        { person = "bia", tenant = "rio", kind = "staff" },
        { person = "ivo", tenant = "sp", kind = "app-user" },
        { person = "root", kind = "staff" },
        { person = "gil", tenant = "sp", kind = "staff" },
    ]
    affiliations = [
        { person = "ana", kind = "exercise", unit = "s1", until = "2026-03-10T00:00:00Z" },
        { person = "ana", kind = "exercise", unit = "s2" },
    ]
    groups = [{ tenant = "sp", name = "team", leader = "ana", members = ["bia"] }]
    grants = [
        { person = "ana", role = "editor", scope.unit = "s1", basis.affiliation = { kind = "exercise", place.unit = "s1" } },
        { person = "ana", role = "reader", scope.unit = "s2", basis.affiliation = { kind = "exercise", place.unit = "s2" } },
        { person = "ana", role = "reader", scope.subtree = "d2", channel = "support", until = "2026-03-20T00:00:00Z" },
        { person = "ana", role = "lead", scope.members = { group = "team" } },
        { person = "ana", role = "reader", scope.own = {} },
        { person = "bia", role = "editor", scope.subtree = "sp" },
        { person = "bia", role = "reader", scope.subtree = "d1" },
        { person = "bia", role = "reader", scope.subtree = "rio", from = "2026-03-05T00:00:00Z" },
        { person = "ivo", role = "reader", scope.own = {}, channel = "app" },
        { person = "root", role = "editor", scope = "everywhere" },
        { person = "root", role = "lead", scope = "everywhere" },
    ]
"#;

fn city() -> Snapshot {
    under(POLICY)
}

fn under(policy: &str) -> Snapshot {
    let mut facts =
        Snapshot::new(Policy::from_toml(policy).unwrap_or_else(|error| panic!("{error}")));
    facts.import(&Facts::from_toml(FACTS).unwrap()).unwrap_or_else(|error| panic!("{error}"));
    facts
}

fn with(mut facts: Snapshot, more: &str) -> Snapshot {
    facts
        .import(&Facts::from_toml(&format!("version = 1\n{more}")).unwrap())
        .unwrap_or_else(|error| panic!("{error}"));
    facts
}

#[track_caller]
fn enters(facts: &Snapshot, sign_in: &SignIn<'_>, now: Instant) -> Session {
    facts.sign_in(sign_in, now).unwrap_or_else(|refused| panic!("{refused}"))
}

#[track_caller]
fn refused(
    facts: &Snapshot,
    sign_in: &SignIn<'_>,
    now: Instant,
) -> (session::Reason, Option<Instant>) {
    match facts.sign_in(sign_in, now) {
        Ok(session) => panic!("{session:?}"),
        Err(refused) => {
            let until = refused.until();
            (refused.reason, until)
        }
    }
}

fn reason(facts: &Snapshot, session: &Session, request: Request<'_>) -> Option<DenyReason> {
    let decision = facts.check_session(session, &request, day(1));
    assert_eq!(facts.explain_session(session, &request, day(1)).decision, decision);
    decision.reason()
}

#[test]
fn s11_standard_sign_in_lists_the_units_of_what_is_in_force_and_names_what_was_lost() {
    let facts = city();
    let first = enters(&facts, &SignIn::of("ana"), day(1));
    assert_eq!((first.units.clone(), first.lost.clone()), (vec![unit("s1"), unit("s2")], vec![]));
    assert_eq!((first.channel.as_str(), first.at, first.until()), ("standard", day(1), None));
    // The tie to the first school ends on the tenth.
    let same = enters(&facts, &SignIn::of("ana").after(&first), just_before(day(10)));
    assert_eq!((same.units.len(), same.lost.len()), (2, 0));
    let later = enters(&facts, &SignIn::of("ana").after(&same), day(10));
    assert_eq!((later.units.clone(), later.lost.clone()), (vec![unit("s2")], vec![unit("s1")]));
    // It is lost once: since the last time there is nothing new.
    assert_eq!(enters(&facts, &SignIn::of("ana").after(&later), day(11)).lost, []);
    // Whatever a session chooses, the list stays as it is.
    let chosen = enters(
        &facts,
        &SignIn::of("ana").in_unit("s2").with_roles(["reader"]).after(&same),
        day(10),
    );
    assert_eq!((chosen.units, chosen.lost), (later.units.clone(), later.lost.clone()));
    // A session of another person, or on another channel, has nothing to do with it.
    let support = enters(&facts, &SignIn::of("ana").on_channel("support").after(&first), day(1));
    assert_eq!((support.units, support.lost), (vec![subtree("d2")], vec![]));
    assert_eq!(enters(&facts, &SignIn::of("bia").after(&first), day(1)).lost, []);
}

#[test]
fn s11_who_lost_all_of_it_is_told_so() {
    let mut facts = city();
    let last = enters(&facts, &SignIn::of("ana").in_tenant("sp"), day(1));
    for grant in facts.facts().grants.into_iter().filter(|grant| grant.person.as_str() == "ana") {
        facts.apply(&Event::Revoked(grant)).unwrap();
    }
    let (reason, until) = refused(&facts, &SignIn::of("ana").after(&last), day(1));
    assert_eq!(
        reason,
        session::Reason::NothingInForce { role: None, lost: vec![unit("s1"), unit("s2")] }
    );
    assert_eq!(until, None);
}

#[test]
fn s11_what_is_narrower_or_wider_than_before_is_told_apart() {
    let facts = city();
    let wide = enters(&facts, &SignIn::of("bia").in_tenant("sp"), day(1));
    assert_eq!(wide.units, [subtree("d1"), subtree("sp")]);
    let mut fewer = facts.clone();
    fewer
        .apply(&Event::Revoked(Grant::role("editor").to("bia").in_and_below("sp").unwrap()))
        .unwrap();
    let narrow = enters(&fewer, &SignIn::of("bia").in_tenant("sp").after(&wide), day(1));
    assert_eq!(
        (narrow.units.clone(), narrow.lost.clone()),
        (vec![subtree("d1")], vec![subtree("sp")])
    );
    // What is taken in by what there is, is not lost.
    assert_eq!(enters(&facts, &SignIn::of("bia").in_tenant("sp").after(&narrow), day(1)).lost, []);
    // Of another tenant nothing is said.
    let rio = enters(&facts, &SignIn::of("bia"), day(5));
    assert_eq!(rio.units, [subtree("d1"), subtree("rio"), subtree("sp")]);
    assert_eq!(enters(&facts, &SignIn::of("bia").in_tenant("sp").after(&rio), day(5)).lost, []);
    assert_eq!(enters(&facts, &SignIn::of("root"), day(1)).units, [Scope::Everywhere]);
    assert_eq!(
        enters(&facts, &SignIn::of("root").in_tenant("rio"), day(1)).units,
        [subtree("rio")]
    );
}

#[test]
fn a3_an_app_user_comes_by_the_apps_channel_alone() {
    let facts = city();
    let (reason, until) = refused(&facts, &SignIn::of("ivo"), day(1));
    assert_eq!(
        (reason, until),
        (session::Reason::WrongChannel { channels: names(&["app"]) }, None)
    );
    let session = enters(&facts, &SignIn::of("ivo").on_channel("app"), day(1));
    assert_eq!(session.units, []); // what is one's own lies in no unit
    assert!(
        facts.check_session(&session, &Request::by("ivo").to(VIEW).about("ivo"), day(1)).is_allow()
    );
    let (reason, _) = refused(&facts, &SignIn::of("ana").on_channel("app"), day(1));
    assert_eq!(reason, session::Reason::WrongChannel { channels: names(&["standard", "support"]) });
}

/// D15: of what is held everywhere and was not chosen, a suspension where the session is says
/// nothing.
#[test]
fn d15_a_session_where_one_is_suspended_is_explained_as_it_is_decided() {
    let mut facts =
        with(city(), r#"people = [{ person = "root", tenant = "sp", kind = "staff" }]"#);
    let suspended = r#"{"event":"person-suspended/1","person":"root","tenant":"sp"}"#;
    facts.apply(&serde_json::from_str::<Event>(suspended).unwrap()).unwrap();
    let kept = r#"{"person":"root","channel":"standard","tenant":"sp","roles":["reader"],"at":"2026-03-01T00:00:00Z"}"#;
    let session: Session = serde_json::from_str(kept).unwrap();
    assert_eq!(
        reason(&facts, &session, Request::by("root").to(VIEW).anywhere()),
        Some(DenyReason::Session)
    );
}

/// D13: of several kinds, the channels of all are told.
#[test]
fn d13_who_comes_by_no_such_channel_is_told_each_channel_of_theirs() {
    let facts = with(city(), r#"people = [{ person = "ivo", tenant = "rio", kind = "staff" }]"#);
    let channels = |names: &[&str]| session::Reason::WrongChannel {
        channels: names.iter().map(|n| name(n)).collect(),
    };
    let by = |door| SignIn::of("ivo").on_channel(door);
    assert_eq!(refused(&facts, &by("support").in_tenant("sp"), day(1)), (channels(&["app"]), None));
    assert_eq!(
        refused(&facts, &by("app").in_tenant("rio"), day(1)),
        (channels(&["standard", "support"]), None)
    );
    let more = POLICY.replace(r#""support", "app"]"#, r#""support", "app", "panel"]"#);
    let facts =
        with(under(&more), r#"people = [{ person = "ivo", tenant = "rio", kind = "staff" }]"#);
    assert_eq!(
        refused(&facts, &by("panel"), day(1)),
        (channels(&["standard", "support", "app"]), None)
    );
}

#[test]
fn a5_whoever_is_suspended_is_not_let_in_and_whoever_is_in_can_do_nothing() {
    let facts = city();
    let session = enters(&facts, &SignIn::of("bia"), day(1));
    let read = Request::by("bia").to(VIEW).in_unit("s1");
    assert!(facts.check_session(&session, &read, day(1)).is_allow());
    let suspended = |tenant: Option<Name>| {
        let mut facts = facts.clone();
        facts
            .apply(&Event::PersonSuspended { person: Identifier::new("bia").unwrap(), tenant })
            .unwrap();
        facts
    };
    let altogether = suspended(None);
    assert_eq!(
        refused(&altogether, &SignIn::of("bia"), day(1)),
        (session::Reason::Suspended, None)
    );
    assert_eq!(reason(&altogether, &session, read), Some(DenyReason::Suspended));
    let in_sp = suspended(Some(name("sp")));
    assert_eq!(
        refused(&in_sp, &SignIn::of("bia").in_tenant("sp"), day(1)),
        (session::Reason::Suspended, None)
    );
    assert_eq!(
        refused(&in_sp, &SignIn::of("bia").in_unit("s1"), day(1)),
        (session::Reason::Suspended, None)
    );
    // Elsewhere they have something, from the fifth on.
    assert_eq!(
        refused(&in_sp, &SignIn::of("bia"), day(1)),
        (session::Reason::Suspended, Some(day(5)))
    );
    assert_eq!(enters(&in_sp, &SignIn::of("bia"), day(5)).units, [subtree("rio")]);
    enters(&in_sp, &SignIn::of("bia").in_tenant("rio"), day(5));
}

/// D11: suspended where they have something now, they have something elsewhere from the fifth on.
#[test]
fn d11_who_is_suspended_where_they_have_anything_is_told_when_they_may_sign_in_elsewhere() {
    let mut facts = city();
    let suspended = r#"{"event":"person-suspended/1","person":"bia","tenant":"sp"}"#;
    facts.apply(&serde_json::from_str::<Event>(suspended).unwrap()).unwrap();
    let opens: Instant = "2026-03-05T00:00:00Z".parse().unwrap();
    let told = facts.sign_in(&SignIn::of("bia"), day(1)).unwrap_err();
    assert_eq!((&told.reason, told.until()), (&session::Reason::Suspended, Some(opens)));
    assert_eq!(
        told.to_string(),
        format!("the person is suspended; they would be let in at {opens}")
    );
    assert!(facts.sign_in(&SignIn::of("bia"), just_before(opens)).is_err());
    assert!(facts.sign_in(&SignIn::of("bia"), opens).is_ok());
    assert_eq!(
        refused(&facts, &SignIn::of("bia").in_tenant("sp"), day(1)),
        (session::Reason::Suspended, None)
    );
}

#[test]
fn what_is_chosen_must_be_there() {
    let facts = city();
    let ana = || SignIn::of("ana");
    for (sign_in, expected) in [
        (SignIn::of("nobody"), session::Reason::UnknownPerson),
        (ana().on_channel("telex"), session::Reason::UnknownChannel),
        (ana().in_tenant("nowhere"), session::Reason::UnknownTenant),
        (ana().in_tenant("s1"), session::Reason::UnknownTenant),
        (ana().in_tenant("rio"), session::Reason::UnknownPerson),
        (ana().in_unit("nowhere"), session::Reason::UnknownUnit),
        (ana().in_tenant("sp").in_unit("rio"), session::Reason::UnknownUnit),
        (ana().in_unit("rio"), session::Reason::UnknownPerson),
        (ana().in_vision("nowhere"), session::Reason::UnknownVision),
        (ana().with_roles(["reader", "nothing"]), session::Reason::UnknownRole { index: 1 }),
        (ana().with_roles(["reader", ""]), session::Reason::UnknownRole { index: 1 }),
        (ana().with_roles(["reader"; 65]), session::Reason::TooManyRoles),
        (ana().in_unit("s3"), session::Reason::NothingInForce { role: None, lost: vec![] }),
        (ana().in_vision("district"), session::Reason::NothingInForce { role: None, lost: vec![] }),
        (
            ana().in_unit("s2").with_roles(["reader", "editor"]),
            session::Reason::NothingInForce { role: Some(name("editor")), lost: vec![] },
        ),
        (SignIn::of("gil"), session::Reason::NothingInForce { role: None, lost: vec![] }),
    ] {
        assert_eq!(refused(&facts, &sign_in, day(1)), (expected, None), "{sign_in:?}");
    }
    // What is not in force yet says when.
    let rio = SignIn::of("bia").in_tenant("rio");
    let nothing = session::Reason::NothingInForce { role: None, lost: vec![] };
    assert_eq!(refused(&facts, &rio, day(1)), (nothing.clone(), Some(day(5))));
    enters(&facts, &rio, day(5));
    assert_snapshot!(facts.sign_in(&rio, day(1)).unwrap_err(), @"nothing is held in force there; they would be let in at 2026-03-05T00:00:00Z");
    assert_snapshot!(facts.sign_in(&SignIn::of("ivo"), day(1)).unwrap_err(), @"the person does not come by this channel; they come by `app`");
    assert_snapshot!(facts.sign_in(&ana().in_unit("s2").with_roles(["editor"]), day(1)).unwrap_err(), @"the role `editor` is not held in force there");
    assert_snapshot!(serde_json::to_string(&facts.sign_in(&rio, day(1)).unwrap_err()).unwrap(), @r#"{"reason":{"refused":"nothing-in-force"},"until":"2026-03-05T00:00:00Z"}"#);
}

#[test]
fn a_session_ends_by_itself_at_the_very_instant() {
    let facts = city();
    // On the channel of support, until support ends.
    assert_eq!(
        enters(&facts, &SignIn::of("ana").on_channel("support"), day(1)).until(),
        Some(day(20))
    );
    // In the unit of the tie, until it ends; in the tenant there is more.
    assert_eq!(
        enters(&facts, &SignIn::of("ana").in_unit("s1").with_roles(["editor"]), day(1)).until(),
        Some(day(10))
    );
    assert_eq!(
        enters(&facts, &SignIn::of("ana").in_vision("school").with_roles(["editor"]), day(1))
            .until(),
        Some(day(10))
    );
    assert_eq!(enters(&facts, &SignIn::of("ana").in_vision("school"), day(1)).until(), None);
}

#[test]
fn r27_a_unit_narrows_to_what_covers_it_and_to_what_lies_in_it_or_below() {
    let facts = city();
    let session = enters(&facts, &SignIn::of("bia").in_unit("d1"), day(1));
    assert_eq!(
        (session.tenant.clone(), session.unit.clone()),
        (Some(name("sp")), Some(name("d1")))
    );
    let bia = |wanted| Request::by("bia").to(wanted);
    for (request, expected) in [
        (bia(EDIT).in_unit("d1"), None),
        (bia(EDIT).in_unit("s2"), None),
        (bia(EDIT).in_unit("s3"), Some(DenyReason::Session)),
        (bia(EDIT).in_unit("sp"), Some(DenyReason::Session)),
        (bia(EDIT).in_unit("rio"), Some(DenyReason::OtherScope)),
        (bia(EDIT).anywhere(), None),
        (bia(HEAR).in_unit("s1"), Some(DenyReason::NotPermitted)),
        // About people: those who have a place there, like ana at the school; bia's own is
        // elsewhere.
        (bia(EDIT).about("ana"), None),
        (bia(EDIT).about_in("bia", "sp"), Some(DenyReason::Session)),
        (bia(EDIT).in_unit("s1").about("bia"), None),
        (bia(EDIT).everywhere(), Some(DenyReason::OtherScope)),
    ] {
        assert_eq!(reason(&facts, &session, request), expected, "{request:?}");
    }
    // Of two grants the one over the district alone counts at the school of another.
    let far = enters(&facts, &SignIn::of("bia").in_unit("s3").with_roles(["editor"]), day(1));
    assert_eq!(reason(&facts, &far, bia(VIEW).in_unit("s3")), None);
    let (reason, _) =
        refused(&facts, &SignIn::of("bia").in_unit("s3").with_roles(["reader"]), day(1));
    assert_eq!(
        reason,
        session::Reason::NothingInForce { role: Some(name("reader")), lost: vec![] }
    );
}

#[test]
fn r27_what_is_held_over_people_or_oneself_lies_in_no_unit_and_counts_in_its_tenant() {
    let facts = city();
    let session = enters(&facts, &SignIn::of("ana").in_unit("s2"), day(1));
    let ana = |wanted| Request::by("ana").to(wanted);
    assert_eq!(reason(&facts, &session, ana(HEAR).about_in("bia", "sp")), None);
    assert_eq!(reason(&facts, &session, ana(VIEW).about("ana")), None);
    assert_eq!(reason(&facts, &session, ana(VIEW).in_unit("s1")), Some(DenyReason::Session));
    let by_support = enters(&facts, &SignIn::of("ana").on_channel("support").in_unit("s3"), day(1));
    assert_eq!(reason(&facts, &by_support, ana(VIEW).in_unit("s3")), None);
    assert_eq!(reason(&facts, &by_support, ana(VIEW).in_unit("d2")), Some(DenyReason::Session));
    assert_eq!(reason(&facts, &by_support, ana(VIEW).about("ana")), Some(DenyReason::WrongChannel));
}

#[test]
fn r27_what_is_held_everywhere_is_held_where_one_chose_to_be() {
    let facts = city();
    let root = |wanted| Request::by("root").to(wanted);
    let session = enters(&facts, &SignIn::of("root").in_tenant("sp"), day(1));
    for (request, expected) in [
        (root(EDIT).in_unit("s3"), None),
        (root(EDIT).in_unit("rio"), Some(DenyReason::Session)),
        (root(EDIT).everywhere(), Some(DenyReason::Session)),
        (root(HEAR).about("ana"), None),
        (root(HEAR).about_in("bia", "rio"), Some(DenyReason::Session)),
        (root(EDIT).about("root"), Some(DenyReason::Session)), // of the platform
    ] {
        assert_eq!(reason(&facts, &session, request), expected, "{request:?}");
    }
    // A restriction over all of the tenant takes in all that is left of it there.
    let text = r#"restrictions = [{ name = "x", subject.person = "root", permissions = ["notes:edit"], scope = "everywhere" }]"#;
    let held = with(facts, text);
    assert_eq!(reason(&held, &session, root(EDIT).anywhere()), Some(DenyReason::Restricted));
}

#[test]
fn r27_a_vision_and_roles_narrow_to_their_own() {
    let facts = city();
    let bia = |wanted| Request::by("bia").to(wanted);
    // The grant over the city is of the city's vision, that over the district of the district's.
    let at_district = enters(&facts, &SignIn::of("bia").in_vision("district"), day(1));
    assert_eq!(reason(&facts, &at_district, bia(VIEW).in_unit("s1")), None);
    assert_eq!(reason(&facts, &at_district, bia(EDIT).in_unit("s1")), Some(DenyReason::Session));
    assert_eq!(reason(&facts, &at_district, bia(VIEW).in_unit("s3")), Some(DenyReason::Session));
    let as_reader = enters(&facts, &SignIn::of("bia").with_roles(["reader"]), day(1));
    assert_eq!(as_reader.roles, names(&["reader"]));
    assert_eq!(reason(&facts, &as_reader, bia(VIEW).in_unit("s1")), None);
    assert_eq!(reason(&facts, &as_reader, bia(EDIT).in_unit("s1")), Some(DenyReason::Session));
    let as_both =
        enters(&facts, &SignIn::of("bia").with_roles(["reader", "editor", "reader"]), day(1));
    assert_eq!(as_both.roles, names(&["editor", "reader"]));
    assert_eq!(reason(&facts, &as_both, bia(EDIT).in_unit("s1")), None);
}

/// R24: what is kept apart is what somebody holds; of what a feed brought together, a session takes
/// both.
#[test]
fn r24_a_session_keeps_no_roles_apart() {
    let policy = format!(
        "{POLICY}\nseparation = [{{ name = \"read-or-edit\", roles = [\"reader\", \"editor\"] }}]\nadministration.exclusive = [\"lead\"]"
    );
    let grants = r#"grants = [
        { person = "gil", role = "reader", scope.unit = "s1" },
        { person = "gil", role = "editor", scope.unit = "s2" },
        { person = "gil", role = "lead", scope.subtree = "d2" },
    ]"#;
    let facts = with(under(&policy), grants);
    for roles in [&["reader", "editor"][..], &["editor", "lead"], &["reader", "editor", "lead"]] {
        let session = enters(&facts, &SignIn::of("gil").with_roles(roles.iter().copied()), day(1));
        for (role, unit) in [("reader", "s1"), ("editor", "s2"), ("lead", "s3")] {
            let denied = reason(&facts, &session, Request::by("gil").to(VIEW).in_unit(unit));
            assert_eq!(denied.is_none(), roles.contains(&role), "{role} of {roles:?}: {denied:?}");
        }
    }
}

#[test]
fn a_session_is_of_one_person_by_one_channel() {
    let facts = city();
    let session = enters(&facts, &SignIn::of("bia"), day(1));
    let read = Request::by("bia").to(VIEW).in_unit("s1");
    assert_eq!(reason(&facts, &session, read), None);
    assert_eq!(reason(&facts, &session, read.on_channel("standard")), None);
    assert_eq!(reason(&facts, &session, read.on_channel("support")), Some(DenyReason::Session));
    assert_eq!(
        reason(&facts, &session, Request::by("root").to(VIEW).in_unit("s1")),
        Some(DenyReason::Session)
    );
    assert_eq!(
        reason(&facts, &session, Request::by("bia").to(VIEW).in_unit("x")),
        Some(DenyReason::UnknownUnit)
    );
    // What it does by command, it does where it is, on its channel.
    let working = enters(&facts, &SignIn::of("bia").in_unit("d1"), day(1)).actor();
    assert_eq!(working, Actor::user("bia").working_at("d1").on_channel("standard"));
    let in_tenant = enters(&facts, &SignIn::of("bia").in_tenant("sp"), day(1)).actor();
    assert_eq!(in_tenant, Actor::user("bia").working_at("sp").on_channel("standard"));
    assert_eq!(session.actor(), Actor::user("bia").on_channel("standard"));
    let read = Request::by("ana").to(VIEW).in_unit("s3").on_channel("support");
    assert!(facts.check(&read, day(1)).is_allow());
    assert!(
        !facts.check_session(&enters(&facts, &SignIn::of("ana"), day(1)), &read, day(1)).is_allow()
    );
}

#[test]
fn a_session_from_outside_is_believed_nothing() {
    let facts = city();
    let session = |text: &str| serde_json::from_str::<Session>(text);
    let at = r#""at":"2026-03-01T00:00:00Z""#;
    // It reads, and what it claims to reach it does not reach.
    let claims = format!(
        r#"{{"person":"ana","channel":"standard",{at},"units":["everywhere"],"until":"2100-01-01T00:00:00Z"}}"#
    );
    let claims = session(&claims).unwrap();
    assert_eq!(
        reason(&facts, &claims, Request::by("ana").to(VIEW).in_unit("s3")),
        Some(DenyReason::WrongChannel)
    );
    assert_eq!(
        reason(&facts, &claims, Request::by("ana").to(EDIT).in_unit("s2")),
        Some(DenyReason::OtherScope)
    );
    // Names that are no more, or never were, or do not go together.
    for part in [
        r#""channel":"telex""#,
        r#""channel":"standard","tenant":"nowhere""#,
        r#""channel":"standard","tenant":"s2""#,
        r#""channel":"standard","vision":"nowhere""#,
        r#""channel":"standard","unit":"nowhere""#,
        r#""channel":"standard","tenant":"rio","unit":"s2""#,
        r#""channel":"standard","roles":["nothing"]"#,
    ] {
        let session = session(&format!(r#"{{"person":"ana",{part},{at}}}"#)).unwrap();
        assert_eq!(
            reason(&facts, &session, Request::by("ana").to(VIEW).in_unit("s2")),
            Some(DenyReason::Session),
            "{part}"
        );
    }
    // What is no session at all, or too much of one.
    let many = |count: usize, item: &str| vec![item; count].join(",");
    for (text, reads) in [
        (format!(r#"{{"person":"ana","channel":"standard",{at},"admin":true}}"#), false),
        (format!(r#"{{"person":"","channel":"standard",{at}}}"#), false),
        (r#"{"person":"ana","channel":"standard"}"#.to_owned(), false),
        (
            format!(
                r#"{{"person":"ana","channel":"standard",{at},"roles":[{}]}}"#,
                many(64, r#""r""#)
            ),
            true,
        ),
        (
            format!(
                r#"{{"person":"ana","channel":"standard",{at},"roles":[{}]}}"#,
                many(65, r#""r""#)
            ),
            false,
        ),
        (
            format!(
                r#"{{"person":"ana","channel":"standard",{at},"units":[{}]}}"#,
                many(512, r#"{"unit":"s1"}"#)
            ),
            true,
        ),
        (
            format!(
                r#"{{"person":"ana","channel":"standard",{at},"units":[{}]}}"#,
                many(513, r#"{"unit":"s1"}"#)
            ),
            false,
        ),
        (
            format!(
                r#"{{"person":"ana","channel":"standard",{at},"lost":[{}]}}"#,
                many(513, r#"{"unit":"s1"}"#)
            ),
            false,
        ),
    ] {
        assert_eq!(session(&text).is_ok(), reads, "{text}");
    }
    // As the last session it names nothing that is not there.
    let mut odd = claims.clone();
    odd.units =
        vec![unit("nowhere"), unit("s3"), Scope::Own { tenant: None }, subtree("s1"), unit("s2")];
    let lost = enters(&facts, &SignIn::of("ana").after(&odd), day(1)).lost;
    assert_eq!(lost, [unit("s3"), subtree("s1")]);
    // Nor does anything show who it is of.
    assert!(!format!("{claims:?}{:?}", SignIn::of("ana.silva")).contains("ana"));
}

#[test]
fn what_is_granted_and_ended_meanwhile_is_seen_at_the_next_check() {
    let mut facts = city();
    let session = enters(&facts, &SignIn::of("ana").in_unit("s2"), day(1));
    let edit = Request::by("ana").to(EDIT).in_unit("s2");
    assert_eq!(reason(&facts, &session, edit), Some(DenyReason::OtherScope));
    let grant = Grant::role("editor").to("ana").only_in("s2").unwrap();
    facts.apply(&Event::Granted(grant.clone())).unwrap();
    assert_eq!(reason(&facts, &session, edit), None);
    facts.apply(&Event::Revoked(grant)).unwrap();
    assert_eq!(reason(&facts, &session, edit), Some(DenyReason::OtherScope));
}

/// A grid of the city's, weekdays from eight to six in São Paulo; the first of March 2026 is a
/// Sunday.
const GRID: &str = r#"
    grids = [{ tenant = "sp", name = "office", hours = "mon-fri 08:00-18:00, sat off 08:00-12:00; America/Sao_Paulo" }]
    enrolments = [{ tenant = "sp", grid = "office", person = "ana" }]
"#;

fn utc(text: &str) -> Instant {
    text.parse().unwrap()
}

#[test]
fn o5_outside_the_hours_nobody_is_let_in_and_is_told_when_they_may_sign_in() {
    let facts = with(city(), GRID);
    let monday = utc("2026-03-02T11:00:00Z");
    for at in
        [day(1), utc("2026-02-27T21:00:00Z"), utc("2026-02-28T12:00:00Z"), just_before(monday)]
    {
        let (reason, until) = refused(&facts, &SignIn::of("ana"), at);
        let session::Reason::OutOfHours { grid: Some(grid) } = reason else { panic!("{reason:?}") };
        assert_eq!((grid.grid, grid.tenant, grid.open), (name("office"), Some(name("sp")), false));
        assert_eq!(until, Some(monday));
    }
    let session = enters(&facts, &SignIn::of("ana"), monday);
    assert_eq!(session.until(), Some(utc("2026-03-02T21:00:00Z")));
    assert_snapshot!(facts.sign_in(&SignIn::of("ana"), day(1)).unwrap_err(), @"it is outside the person's hours: the grid `office` of `sp` is closed; opens again Monday 08:00 in America/Sao_Paulo, 11:00 UTC; they would be let in at 2026-03-02T11:00:00Z");
    // Who is in no grid has no limit; a grid of one tenant says nothing of another.
    enters(&facts, &SignIn::of("bia"), day(1));
    // Signing in counts what is held by then: in the first school nothing is, after the ninth.
    let school = || SignIn::of("ana").in_unit("s1").with_roles(["editor"]);
    assert_eq!(
        refused(&facts, &school(), utc("2026-03-08T00:00:00Z")).1,
        Some(utc("2026-03-09T11:00:00Z"))
    );
    let (reason, until) = refused(&facts, &school(), utc("2026-03-09T22:00:00Z"));
    assert_eq!((reason, until), (session::Reason::OutOfHours { grid: None }, None));
}

#[test]
fn o6_a_grid_may_let_in_outside_its_hours() {
    let facts = with(
        city(),
        &GRID.replace("name = \"office\",", "name = \"office\", allow-outside = true,"),
    );
    assert_eq!(enters(&facts, &SignIn::of("ana"), day(1)).until(), None);
    // Of several, any that is open admits (G4).
    let facts = with(
        with(city(), GRID),
        r#"
        grids = [{ tenant = "sp", name = "duty", hours = "sun 00:00-24:00; UTC" }]
        enrolments = [{ tenant = "sp", grid = "duty", person = "ana" }]
    "#,
    );
    assert_eq!(enters(&facts, &SignIn::of("ana"), day(1)).until(), Some(day(2)));
    let (reason, until) = refused(&facts, &SignIn::of("ana"), utc("2026-03-07T12:00:00Z"));
    let session::Reason::OutOfHours { grid: Some(grid) } = reason else { panic!("{reason:?}") };
    assert_eq!((grid.grid, until), (name("duty"), Some(day(8))));
}

#[test]
fn d10_hours_bind_the_sign_in_whether_or_not_they_bind_what_follows() {
    let monday = utc("2026-03-02T11:00:00Z");
    let evening = utc("2026-03-02T21:00:00Z");
    let read = Request::by("ana").to(VIEW).in_unit("s2");
    for (policy, in_the_evening, until) in [
        (POLICY.to_owned(), Some(DenyReason::OutOfHours), Some(evening)),
        (format!("{POLICY}\nhours.enforced = \"sign-in\""), None, None),
    ] {
        let facts = with(under(&policy), GRID);
        assert!(matches!(
            refused(&facts, &SignIn::of("ana"), day(1)).0,
            session::Reason::OutOfHours { .. }
        ));
        let session = enters(&facts, &SignIn::of("ana").in_unit("s2"), monday);
        assert_eq!(session.until(), until);
        assert_eq!(facts.check_session(&session, &read, just_before(evening)).reason(), None);
        assert_eq!(facts.check_session(&session, &read, evening).reason(), in_the_evening);
        assert!(matches!(
            refused(&facts, &SignIn::of("ana"), evening).0,
            session::Reason::OutOfHours { .. }
        ));
    }
}
