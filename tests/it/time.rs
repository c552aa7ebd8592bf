//! When: D7, D8, S9, S13, T5, R14, R15, R19.

use alcada::{
    Event, Grant, Interval,
    facts::{Affiliation, Basis, Place},
};

use crate::given::{Given, ask, day, just_before, name, person};
use crate::oracle::Reason;

const POLICY: &str = r#"
    affiliations = ["exercise", "member"]
    functions.notes = { actions = ["read"] }
    unit-kinds.school = {}
    unit-kinds.office = {}
    unit-sets.offices = { kinds = ["office"] }
    unit-sets.north = { prefixes = ["N-", "P-"] }
    unit-sets.north-offices = { kinds = ["office"], prefixes = ["N-"] }
    roles.reader = { permissions = ["notes:read"] }
"#;

/// net ─ N-elm (school), N-bureau (office), S-bureau (office), and N-elm ─ N-annex.
fn net() -> Given {
    Given::policy(POLICY)
        .unit_of("office", "net", "")
        .unit_of("school", "N-elm", "net")
        .unit_of("school", "N-annex", "N-elm")
        .unit_of("office", "N-bureau", "net")
        .unit_of("office", "S-bureau", "net")
        .person("ana", "net")
}

fn at(unit: &str) -> Place {
    Place::Unit(name(unit))
}

#[test]
fn d7_intervals_hold_their_start_and_not_their_end() {
    let given =
        net().grant(Grant::role("reader").to("ana").from(day(2)).until(day(4)).only_in("N-elm"));
    let read = || ask("ana", "notes:read").in_unit("N-elm");
    given.denies(read(), just_before(day(2)), Reason::NotInForce);
    given.allows(read(), day(2));
    given.allows(read(), just_before(day(4)));
    given.denies(read(), day(4), Reason::NotInForce);
    let grant = |from, until| {
        Grant::role("reader").to("ana").from(from).until(until).only_in("N-elm").unwrap()
    };
    given.refuses(Event::Granted(grant(day(2), day(2))));
    given.refuses(Event::Granted(grant(day(2), day(1))));

    let interval = Interval::new(day(2), day(4)).unwrap();
    let held = [just_before(day(2)), day(2), just_before(day(4)), day(4)];
    assert_eq!(held.map(|at| interval.contains(at)), [false, true, true, false]);
}

#[test]
fn d8_a_grant_is_in_force_only_while_its_basis_is() {
    let given = net().affiliated("ana", "exercise", "N-elm", day(1), day(5)).grant(
        Grant::role("reader")
            .to("ana")
            .while_affiliated(name("exercise"), at("N-elm"))
            .until(day(9))
            .only_in("N-elm"),
    );
    // In a unit a lane of the check answers that leaves out what only other targets need.
    let read = || ask("ana", "notes:read");
    for asked in [read().in_unit("N-elm"), read().anywhere()] {
        let read = || asked.clone();
        given.denies(read(), day(0), Reason::NotInForce);
        given.changes_at(read(), day(0), day(1));
        given.allows(read(), day(1));
        given.changes_at(read(), day(1), day(5));
        given.denies(read(), day(5), Reason::NotInForce);
        given.changes_at(read(), day(5), None);
    }
}

#[test]
fn d8_t5_nobody_waits_for_a_nightly_job() {
    let given = net().affiliated("ana", "exercise", "N-elm", None, None).grant(
        Grant::role("reader")
            .to("ana")
            .while_affiliated(name("exercise"), at("N-elm"))
            .only_in("N-elm"),
    );
    let read = || ask("ana", "notes:read").in_unit("N-elm");
    given.changes_at(read(), day(1), None);
    let (person, kind, unit) = (person("ana"), name("exercise"), name("N-elm"));
    let ended = given.and(Event::AffiliationEnded { person, kind, unit, at: day(3) });
    ended.changes_at(read(), day(1), day(3));
    ended.allows(read(), just_before(day(3)));
    ended.denies(read(), day(3), Reason::NotInForce);
}

/// Whether a grant at N-elm resting on the place holds with an exercise at the unit.
fn rests(place: Place, unit: &str) -> bool {
    let given = net().affiliated("ana", "exercise", unit, None, None).grant(
        Grant::role("reader").to("ana").while_affiliated(name("exercise"), place).only_in("N-elm"),
    );
    given.decide(&ask("ana", "notes:read").in_unit("N-elm"), day(1)).0.is_ok()
}

#[test]
fn r14_a_basis_has_a_place_of_its_own() {
    let set = |set: &str| Place::Set(name(set));
    let below = |unit: &str| Place::Subtree(name(unit));
    let units = ["net", "N-elm", "N-annex", "N-bureau", "S-bureau"];
    let holds = |place: Place| units.map(|unit| rests(place.clone(), unit));
    assert_eq!(holds(at("N-elm")), [false, true, false, false, false]);
    assert_eq!(holds(below("N-elm")), [false, true, true, false, false]);
    assert_eq!(holds(below("net")), [true; 5]);
    assert_eq!(holds(set("offices")), [true, false, false, true, true]);
    assert_eq!(holds(set("north")), [false, true, true, true, false]);
    assert_eq!(holds(set("north-offices")), [false, false, false, true, false]);
}

#[test]
fn r14_a_basis_asks_for_its_kind_of_affiliation() {
    let given = net().affiliated("ana", "member", "N-elm", None, None).grant(
        Grant::role("reader")
            .to("ana")
            .while_affiliated(name("exercise"), at("N-elm"))
            .only_in("N-elm"),
    );
    given.denies(ask("ana", "notes:read").in_unit("N-elm"), day(1), Reason::NotInForce);
}

#[test]
fn r14_an_everywhere_grant_rests_on_no_affiliation() {
    let basis = Basis::Affiliation { kind: name("exercise"), place: Place::Set(name("offices")) };
    let grant = Grant { basis, ..Grant::role("reader").to("sol").everywhere().unwrap() };
    net().platform("sol").refuses(Event::Granted(grant));
}

#[test]
fn r15_a_lapsed_grant_revives_with_its_affiliation_unless_revoked() {
    let grant = Grant::role("reader")
        .to("ana")
        .while_affiliated(name("exercise"), at("N-elm"))
        .only_in("N-elm");
    let given = net().affiliated("ana", "exercise", "N-elm", None, day(2)).grant(grant.clone());
    let read = || ask("ana", "notes:read").in_unit("N-elm");
    given.denies(read(), day(3), Reason::NotInForce);
    given.changes_at(read(), day(3), None);
    let back = given.clone().affiliated("ana", "exercise", "N-elm", day(4), None);
    back.changes_at(read(), day(3), day(4));
    back.allows(read(), day(4));
    let revoked = given.and(Event::Revoked(grant.unwrap())).affiliated(
        "ana",
        "exercise",
        "N-elm",
        day(4),
        None,
    );
    revoked.denies(read(), day(4), Reason::NotPermitted);
}

#[test]
fn s9_membership_counts_in_the_current_mandate_alone() {
    // Two mandates, with a gap between them.
    let given = net()
        .affiliated("ana", "member", "N-elm", day(1), day(3))
        .affiliated("ana", "member", "N-elm", day(5), day(7))
        .grant(
            Grant::role("reader")
                .to("ana")
                .while_affiliated(name("member"), at("N-elm"))
                .only_in("N-elm"),
        );
    let read = || ask("ana", "notes:read").in_unit("N-elm");
    for (n, allowed) in
        [(0, false), (1, true), (2, true), (3, false), (4, false), (5, true), (6, true), (7, false)]
    {
        assert_eq!(given.decide(&read(), day(n)).0.is_ok(), allowed, "on day {n}");
    }
    for (n, until) in [(0, Some(1)), (2, Some(3)), (3, Some(5)), (6, Some(7)), (7, None)] {
        given.changes_at(read(), day(n), until.map(day));
    }
}

#[test]
fn s9_mandates_that_touch_or_overlap_are_one() {
    let given = net()
        .affiliated("ana", "member", "N-elm", day(1), day(3))
        .affiliated("ana", "member", "N-elm", day(3), day(5))
        .affiliated("ana", "member", "N-annex", day(4), day(6))
        .grant(
            Grant::role("reader")
                .to("ana")
                .while_affiliated(name("member"), Place::Subtree(name("N-elm")))
                .only_in("N-elm"),
        );
    given.changes_at(ask("ana", "notes:read").in_unit("N-elm"), day(1), day(6));
}

#[test]
fn s13_a_grant_lost_at_one_unit_leaves_that_of_another() {
    let rest = |unit: &str| {
        Grant::role("reader").to("ana").while_affiliated(name("exercise"), at(unit)).only_in(unit)
    };
    let given = net()
        .affiliated("ana", "exercise", "N-elm", None, day(2))
        .affiliated("ana", "exercise", "N-bureau", None, None)
        .grant(rest("N-elm"))
        .grant(rest("N-bureau"));
    let read = |unit: &str| ask("ana", "notes:read").in_unit(unit);
    given.allows(read("N-elm"), day(1));
    given.denies(read("N-elm"), day(2), Reason::NotInForce);
    given.allows(read("N-bureau"), day(2));
    given.changes_at(read("N-bureau"), day(1), None);
    given.changes_at(ask("ana", "notes:read").anywhere(), day(1), None);
}

#[test]
fn r19_affiliations_may_be_dated_into_the_past_and_ended_there() {
    let given = net().affiliated("ana", "exercise", "N-elm", day(1), day(9)).grant(
        Grant::role("reader")
            .to("ana")
            .while_affiliated(name("exercise"), at("N-elm"))
            .only_in("N-elm"),
    );
    let end = |n| Event::AffiliationEnded {
        person: person("ana"),
        kind: name("exercise"),
        unit: name("N-elm"),
        at: day(n),
    };
    let read = || ask("ana", "notes:read").in_unit("N-elm");
    let cut = given.clone().and(end(4));
    cut.changes_at(read(), day(1), day(4));
    // Ending it later than it ends changes nothing; ending it before it begins drops it.
    cut.clone().and(end(6)).changes_at(read(), day(1), day(4));
    let dropped = cut.and(end(1));
    dropped.denies(read(), day(2), Reason::NotInForce);
    dropped.refuses(end(1));
    let empty = Affiliation {
        person: person("ana"),
        kind: name("exercise"),
        unit: name("N-elm"),
        from: Some(day(2)),
        until: Some(day(2)),
    };
    given.refuses(Event::AffiliationRecorded(empty));
}
