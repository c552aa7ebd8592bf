//! A school network's finances (SIG_Escola): rows S1, S3–S9 and S13 of the requirements.

use std::collections::BTreeSet;

use alcada::{
    Actor, Command, DenyReason, Event, Grant, Instant, Refusal, Registration, Scope, Snapshot,
    admin::{NotOffered, Rule, Wanting},
    facts::{Basis, Place},
};

use super::desk::{Desk, at, registration};
use crate::given::{ask, day, name, names, person};

const POLICY: &str = include_str!("../../../examples/school_finance/policy.toml");

/// A school, its neighbour, their district; another district with a school.
const SCHOOL: &str = "094765";
const NEIGHBOUR: &str = "000191";
const DISTRICT: &str = "108100";
const FAR_SCHOOL: &str = "000094";
const FAR_DISTRICT: &str = "108200";
/// A bureau of the department itself, and one whose code does not begin as it must.
const BUREAU: &str = "160010";
const DEPOT: &str = "200010";

/// Who keeps the users of the school, of the district, of the city.
const SECRETARY: &str = "7000001";
const SUPERVISOR: &str = "7000002";
const COORDINATOR: &str = "7000003";
/// Somebody on the staff, and two who are not.
const STAFF: &str = "7210418";
const PARENT: &str = "52998224725";
const OTHER_PARENT: &str = "11144477735";

fn city() -> Desk {
    Desk::policy(POLICY)
        .unit("department", "SME", "")
        .unit("bureau", BUREAU, "SME")
        .unit("bureau", DEPOT, "SME")
        .unit("directorate", DISTRICT, "SME")
        .unit("school", SCHOOL, DISTRICT)
        .unit("school", NEIGHBOUR, DISTRICT)
        .unit("directorate", FAR_DISTRICT, "SME")
        .unit("school", FAR_SCHOOL, FAR_DISTRICT)
        .person("staff", SECRETARY, "SME")
        .person("staff", SUPERVISOR, "SME")
        .person("staff", COORDINATOR, "SME")
        .person("staff", STAFF, "SME")
        .person("non-staff", PARENT, "SME")
        .person("non-staff", OTHER_PARENT, "SME")
        .grant(Grant::role("ue-registrar").to(SECRETARY).only_in(SCHOOL))
        .grant(Grant::role("dre-registrar").to(SUPERVISOR).in_and_below(DISTRICT))
        .grant(Grant::role("sme-registrar").to(COORDINATOR).in_and_below("SME"))
}

fn secretary() -> Actor {
    at(SECRETARY, SCHOOL)
}

fn supervisor() -> Actor {
    at(SUPERVISOR, DISTRICT)
}

fn coordinator() -> Actor {
    at(COORDINATOR, "SME")
}

impl Desk {
    fn exercise(self, who: &str, unit: &str) -> Desk {
        self.affiliated(who, "exercise", unit, None, None)
    }

    fn member(self, who: &str, unit: &str) -> Desk {
        self.affiliated(who, "association", unit, None, None)
    }
}

fn role(role: &str, who: &str, unit: &str) -> Command {
    Grant::role(role).to(who).only_in(unit).unwrap().into()
}

fn directly(role: &str, who: &str, unit: &str) -> Command {
    Grant::role(role).to(who).directly().only_in(unit).unwrap().into()
}

/// What the only grant among events rests on.
#[track_caller]
fn basis(events: &[Event]) -> Basis {
    match events {
        [Event::Granted(grant)] => grant.basis.clone(),
        other => panic!("{other:?}"),
    }
}

fn resting(affiliation: &str, place: Place) -> Basis {
    Basis::Affiliation { kind: name(affiliation), place }
}

fn in_exercise(unit: &str) -> Basis {
    resting("exercise", Place::Unit(name(unit)))
}

fn in_association(unit: &str) -> Basis {
    resting("association", Place::Unit(name(unit)))
}

/// What the affiliations that a refusal asks for are.
#[track_caller]
fn wanting(refusal: &Refusal) -> Vec<(&str, &Place)> {
    match &refusal.rule {
        Rule::NotEligible { wanting, .. } => wanting
            .iter()
            .map(|Wanting { affiliation, place }| (affiliation.as_str(), place))
            .collect(),
        rule => panic!("{rule}"),
    }
}

/// The roles offered at the unit itself.
fn offered(facts: &Snapshot, actor: &Actor, subject: &str, unit: &str) -> Vec<String> {
    let offers = facts.offers(actor, subject, unit, day(1)).unwrap();
    let here = offers
        .roles
        .iter()
        .filter(|offer| offer.scope == Scope::Unit(name(unit)) && offer.answer.is_ok());
    here.map(|offer| offer.role.to_string()).collect()
}

/// The units at and below one where something is offered, each with what it would rest on.
fn units(facts: &Snapshot, actor: &Actor, subject: &str, top: &str) -> Vec<(String, Basis)> {
    let offers = facts.offers(actor, subject, top, day(1)).unwrap();
    offers
        .units
        .into_iter()
        .filter_map(|offer| Some((offer.unit.to_string(), offer.answer.ok()?)))
        .collect()
}

const OF_SCHOOLS: [&str; 5] = ["reader", "ue-clerk", "ue-registrar", "ue-treasurer", "ue-viewer"];
const OF_DISTRICTS: [&str; 4] = ["dre-analyst", "dre-registrar", "dre-viewer", "reader"];

#[test]
fn the_policy_says_nothing_doubtful() {
    assert_eq!(city().snapshot().policy().warnings(), []);
}

#[test]
fn s1_staff_have_seven_digits_and_others_a_cpf() {
    let city = city();
    let at_school = |kind: &str, who: &str| Registration {
        unit: Some(name(SCHOOL)),
        ..registration(kind, who, "SME")
    };
    city.does(&secretary(), at_school("staff", "7000009"));
    city.does(&secretary(), at_school("non-staff", "12345678909"));
    for (kind, who, why) in [
        (
            "staff",
            "700000",
            "`register` is refused: `****00` is not an identifier of 7 digits; write 7 digits and nothing else",
        ),
        (
            "staff",
            "70000A1",
            "`register` is refused: `*****A1` is not an identifier of 7 digits; write 7 digits and nothing else",
        ),
        (
            "non-staff",
            "529.982.247-25",
            "`register` is refused: `************25` is not an identifier of 11 digits; write 11 digits and nothing else",
        ),
        (
            "non-staff",
            "52998224726",
            "`register` is refused: `*********26` is not a CPF: its check digits are wrong",
        ),
    ] {
        let refusal = city.refuses(&secretary(), at_school(kind, who));
        assert_eq!(refusal.to_string(), why);
        // Nor does a log have it.
        assert!(!format!("{refusal:?}").contains(who), "{refusal:?}");
    }
    // Somebody's kind can't be changed to one that their identifier is not of.
    let kind = Some(name("non-staff"));
    let edit =
        Command::EditPerson { person: person(STAFF), tenant: Some(name("SME")), kind, unit: None };
    assert!(matches!(city.refuses(&coordinator(), edit).rule, Rule::Misfit { .. }));
}

#[test]
fn s3_the_groups_offered_depend_on_the_vision_worked_in_and_the_unit() {
    let city = city().exercise(STAFF, SCHOOL).exercise(STAFF, DISTRICT).exercise(STAFF, BUREAU);
    let facts = city.snapshot();
    assert_eq!(offered(&facts, &secretary(), STAFF, SCHOOL), OF_SCHOOLS);
    assert_eq!(offered(&facts, &secretary(), STAFF, DISTRICT), Vec::<String>::new());
    assert_eq!(offered(&facts, &supervisor(), STAFF, SCHOOL), OF_SCHOOLS);
    assert_eq!(offered(&facts, &supervisor(), STAFF, DISTRICT), OF_DISTRICTS);
    assert_eq!(offered(&facts, &supervisor(), STAFF, "SME"), Vec::<String>::new());
    assert_eq!(offered(&facts, &coordinator(), STAFF, SCHOOL), OF_SCHOOLS);
    assert_eq!(offered(&facts, &coordinator(), STAFF, DISTRICT), OF_DISTRICTS);
    assert_eq!(
        offered(&facts, &coordinator(), STAFF, "SME"),
        ["reader", "sme-registrar", "sme-viewer"]
    );
    // Each that is not offered says why.
    let offers = facts.offers(&secretary(), STAFF, SCHOOL, day(1)).unwrap();
    let district = offers.roles.iter().find(|offer| offer.role == name("dre-viewer")).unwrap();
    assert_eq!(
        district.answer.clone().unwrap_err().to_string(),
        "the role `dre-viewer` can't be granted at the vision `UE`; it is granted at `DRE`"
    );
    let offers = facts.offers(&coordinator(), STAFF, "SME", day(1)).unwrap();
    let administrator =
        offers.roles.iter().find(|offer| offer.role == name("sme-administrator")).unwrap();
    assert!(matches!(administrator.answer, Err(Rule::Escalation { .. })), "{administrator:?}");
    // What is offered is what is granted.
    for offer in &offers.roles {
        let grant = Grant::role(offer.role.as_str()).to(STAFF).scoped(offer.scope.clone()).unwrap();
        assert_eq!(
            facts.decide(&coordinator(), &grant.into(), "", day(1)).is_ok(),
            offer.answer.is_ok(),
            "{offer:?}"
        );
    }
}

#[test]
fn s3_the_units_offered_are_those_of_the_person() {
    let city = city().exercise(STAFF, SCHOOL).exercise(STAFF, FAR_SCHOOL).member(PARENT, NEIGHBOUR);
    let facts = city.snapshot();
    let below = |unit: &str| resting("exercise", Place::Subtree(name(unit)));
    let offered = |actor: &Actor, who: &str, top: &str| units(&facts, actor, who, top);
    let some = |units: &[(&str, Basis)]| -> Vec<(String, Basis)> {
        units.iter().map(|(unit, basis)| ((*unit).to_owned(), basis.clone())).collect()
    };
    assert_eq!(offered(&secretary(), STAFF, SCHOOL), some(&[(SCHOOL, in_exercise(SCHOOL))]));
    assert_eq!(
        offered(&supervisor(), STAFF, DISTRICT),
        some(&[(DISTRICT, below(DISTRICT)), (SCHOOL, in_exercise(SCHOOL))])
    );
    assert_eq!(
        offered(&supervisor(), PARENT, DISTRICT),
        some(&[(NEIGHBOUR, in_association(NEIGHBOUR))])
    );
    // The city adds any unit, and the person's own are told apart from those added.
    let listed = offered(&coordinator(), STAFF, "SME")
        .into_iter()
        .filter(|(_, basis)| *basis != Basis::Direct);
    assert_eq!(
        listed.collect::<Vec<_>>(),
        some(&[(SCHOOL, in_exercise(SCHOOL)), (FAR_SCHOOL, in_exercise(FAR_SCHOOL))])
    );
    // Each that is not offered says why.
    let offers = facts.offers(&supervisor(), PARENT, DISTRICT, day(1)).unwrap();
    let answer = |unit: &str| {
        offers.units.iter().find(|offer| offer.unit == name(unit)).unwrap().answer.clone()
    };
    assert_eq!(answer(DISTRICT), Err(NotOffered::NotEligible(vec![])));
    let member = Wanting { affiliation: name("association"), place: Place::Unit(name(SCHOOL)) };
    assert_eq!(answer(SCHOOL), Err(NotOffered::NotEligible(vec![member])));
}

#[test]
fn s4_a_school_registers_its_staff_and_the_current_members_of_its_association() {
    let city = city().exercise(STAFF, SCHOOL).member(PARENT, SCHOOL);
    assert_eq!(
        basis(&city.does(&secretary(), role("ue-clerk", STAFF, SCHOOL))),
        in_exercise(SCHOOL)
    );
    assert_eq!(
        basis(&city.does(&secretary(), role("ue-viewer", PARENT, SCHOOL))),
        in_association(SCHOOL)
    );
    city.allows(ask(STAFF, "expenses:edit").in_unit(SCHOOL));
    city.allows(ask(PARENT, "expenses:view").in_unit(SCHOOL));
    let refusal = city.refuses(&secretary(), role("ue-viewer", OTHER_PARENT, SCHOOL));
    assert_eq!(wanting(&refusal), [("association", &Place::Unit(name(SCHOOL)))]);
}

#[test]
fn s4_staff_not_in_exercise_at_the_school_are_refused_even_if_members() {
    let city = city().exercise(STAFF, NEIGHBOUR).member(STAFF, SCHOOL);
    let refusal = city.refuses(&secretary(), role("ue-viewer", STAFF, SCHOOL));
    assert_eq!(wanting(&refusal), [("exercise", &Place::Unit(name(SCHOOL)))]);
    // Nor can the basis be chosen.
    let grant = Grant::role("ue-viewer")
        .to(STAFF)
        .while_affiliated(name("association"), Place::Unit(name(SCHOOL)));
    wanting(&city.refuses(&secretary(), grant.only_in(SCHOOL).unwrap()));
    let grant = Grant::role("ue-viewer")
        .to(STAFF)
        .while_affiliated(name("exercise"), Place::Unit(name(NEIGHBOUR)));
    wanting(&city.refuses(&secretary(), grant.only_in(SCHOOL).unwrap()));
}

#[test]
fn s4_a_school_gives_no_other_unit() {
    let city = city().exercise(STAFF, SCHOOL).exercise(STAFF, NEIGHBOUR).exercise(STAFF, DISTRICT);
    for (group, unit) in
        [("ue-viewer", NEIGHBOUR), ("ue-viewer", FAR_SCHOOL), ("dre-viewer", DISTRICT)]
    {
        let refusal = city.refuses(&secretary(), role(group, STAFF, unit));
        assert!(matches!(refusal.rule, Rule::OutsideWorkingUnit { .. }), "{refusal}");
        // Nor does it by saying that one works there.
        let refusal = city.refuses(&at(SECRETARY, unit), role(group, STAFF, unit));
        assert!(
            matches!(refusal.rule, Rule::NotPermitted { reason: DenyReason::OtherScope, .. }),
            "{refusal}"
        );
    }
    wanting(&city.refuses(&secretary(), directly("ue-viewer", OTHER_PARENT, SCHOOL)));
}

#[test]
fn s5_a_district_registers_its_staff_and_its_schools() {
    let city = city().exercise(STAFF, SCHOOL).member(PARENT, NEIGHBOUR);
    // In exercise at a school of the district: for the district, and for that school.
    let district = basis(&city.does(&supervisor(), role("dre-analyst", STAFF, DISTRICT)));
    assert_eq!(district, resting("exercise", Place::Subtree(name(DISTRICT))));
    assert_eq!(
        basis(&city.does(&supervisor(), role("ue-clerk", STAFF, SCHOOL))),
        in_exercise(SCHOOL)
    );
    let refusal = city.refuses(&supervisor(), role("ue-clerk", STAFF, NEIGHBOUR));
    assert_eq!(wanting(&refusal), [("exercise", &Place::Unit(name(NEIGHBOUR)))]);
    // Members for their schools, and never for the district itself, whatever the group.
    assert_eq!(
        basis(&city.does(&supervisor(), role("ue-viewer", PARENT, NEIGHBOUR))),
        in_association(NEIGHBOUR)
    );
    assert_eq!(wanting(&city.refuses(&supervisor(), role("dre-viewer", PARENT, DISTRICT))), []);
}

#[test]
fn s5_whoever_has_no_unit_in_the_district_gets_none_from_it() {
    let city = city().exercise(STAFF, FAR_SCHOOL).exercise(SECRETARY, DISTRICT);
    wanting(&city.refuses(&supervisor(), role("dre-viewer", STAFF, DISTRICT)));
    let refusal = city.refuses(&supervisor(), role("ue-viewer", STAFF, FAR_SCHOOL));
    assert!(matches!(refusal.rule, Rule::OutsideWorkingUnit { .. }), "{refusal}");
    // In exercise at the district itself is as good for the district, and no reason for a school.
    city.does(&supervisor(), role("dre-viewer", SECRETARY, DISTRICT));
    wanting(&city.refuses(&supervisor(), role("ue-viewer", SECRETARY, SCHOOL)));
}

#[test]
fn s5_the_district_is_lost_with_the_last_unit_in_it() {
    let city = city().affiliated(STAFF, "exercise", SCHOOL, None, Some(day(10))).affiliated(
        STAFF,
        "exercise",
        NEIGHBOUR,
        None,
        Some(day(20)),
    );
    city.does(&supervisor(), role("dre-viewer", STAFF, DISTRICT));
    let city = city.on(day(10));
    city.allows(ask(STAFF, "accounts:view").in_unit(DISTRICT));
    let city = city.on(day(20));
    city.denies(ask(STAFF, "accounts:view").in_unit(DISTRICT), DenyReason::NotInForce);
}

#[test]
fn s6_the_city_registers_staff_for_all_their_units_and_members_for_all_theirs() {
    let city = city()
        .exercise(STAFF, SCHOOL)
        .exercise(STAFF, FAR_DISTRICT)
        .member(PARENT, SCHOOL)
        .member(PARENT, FAR_SCHOOL);
    for (group, who, unit, expected) in [
        ("ue-clerk", STAFF, SCHOOL, in_exercise(SCHOOL)),
        ("dre-analyst", STAFF, FAR_DISTRICT, in_exercise(FAR_DISTRICT)),
        ("ue-clerk", PARENT, SCHOOL, in_association(SCHOOL)),
        ("ue-treasurer", PARENT, FAR_SCHOOL, in_association(FAR_SCHOOL)),
    ] {
        assert_eq!(basis(&city.does(&coordinator(), role(group, who, unit))), expected);
    }
    // A district is no unit of exercise for having a school of it: that is the district's to see.
    let refusal = city.refuses(&coordinator(), role("dre-viewer", STAFF, DISTRICT));
    assert_eq!(wanting(&refusal), [("exercise", &Place::Unit(name(DISTRICT)))]);
}

#[test]
fn s6_the_city_itself_is_for_those_in_exercise_in_its_administration() {
    let administration = Place::Set(name("administration"));
    // A bureau of the kind and with the beginning that are asked for.
    let bureau = city().exercise(STAFF, BUREAU);
    let given = basis(&bureau.does(&coordinator(), role("sme-viewer", STAFF, "SME")));
    assert_eq!(given, resting("exercise", administration.clone()));
    bureau.allows(ask(STAFF, "parameters:view").in_unit("SME"));
    bureau.does(
        &Actor::host(),
        Command::EndAffiliation {
            person: person(STAFF),
            kind: name("exercise"),
            unit: name(BUREAU),
            at: day(1),
        },
    );
    bureau.denies(ask(STAFF, "parameters:view").in_unit("SME"), DenyReason::NotInForce);
    // The right kind with another code; another kind; the department's own root.
    for unit in [DEPOT, SCHOOL, DISTRICT, "SME"] {
        let city = city().exercise(STAFF, unit);
        let refusal = city.refuses(&coordinator(), role("sme-viewer", STAFF, "SME"));
        assert_eq!(wanting(&refusal), [("exercise", &administration)], "{unit}");
    }
}

#[test]
fn s6_any_other_unit_can_be_added_directly_without_those_checks() {
    let city = city().affiliated(STAFF, "exercise", SCHOOL, None, Some(day(10)));
    for (group, who, unit) in [
        ("ue-clerk", STAFF, FAR_SCHOOL),
        ("dre-analyst", STAFF, DISTRICT),
        ("sme-viewer", STAFF, "SME"),
        ("ue-treasurer", PARENT, SCHOOL),
        ("dre-viewer", PARENT, DISTRICT),
        ("sme-viewer", PARENT, "SME"),
    ] {
        // Nobody adds a unit by mistake: it has to be said.
        let refusal = city.refuses(&coordinator(), role(group, who, unit));
        assert!(matches!(refusal.rule, Rule::NotEligible { direct: true, .. }), "{refusal}");
        assert_eq!(basis(&city.does(&coordinator(), directly(group, who, unit))), Basis::Direct);
    }
    // What is listed for a person is not added: it stays a unit of theirs, and ends with that.
    assert_eq!(
        basis(&city.does(&coordinator(), directly("ue-clerk", STAFF, SCHOOL))),
        in_exercise(SCHOOL)
    );
    // Below the city nothing is added.
    for actor in [secretary(), supervisor()] {
        let refusal = city.refuses(&actor, directly("ue-viewer", OTHER_PARENT, SCHOOL));
        assert!(matches!(refusal.rule, Rule::NotEligible { direct: false, .. }), "{refusal}");
    }
    let city = city.on(day(11));
    city.denies(ask(STAFF, "expenses:edit").in_unit(SCHOOL), DenyReason::NotInForce);
    city.allows(ask(STAFF, "expenses:edit").in_unit(FAR_SCHOOL));
    // An offer says which it would be.
    let facts = city.snapshot();
    let offers = facts.offers(&coordinator(), OTHER_PARENT, SCHOOL, day(11)).unwrap();
    let clerk = offers.roles.iter().find(|offer| offer.role == name("ue-clerk")).unwrap();
    assert_eq!(clerk.answer, Ok(Basis::Direct));
}

#[test]
fn s7_above_the_schools_non_staff_only_view() {
    let city = city().member(PARENT, SCHOOL);
    for group in OF_SCHOOLS {
        city.does(&coordinator(), role(group, PARENT, SCHOOL));
    }
    city.does(&coordinator(), directly("dre-viewer", PARENT, DISTRICT));
    city.does(&coordinator(), directly("sme-viewer", PARENT, "SME"));
    for (group, unit, beyond) in [
        ("dre-analyst", DISTRICT, vec![name("accounts:analyse")]),
        ("dre-registrar", DISTRICT, names(&["support:open", "users:assign", "users:register"])),
        ("sme-registrar", "SME", names(&["support:open", "users:assign", "users:register"])),
    ] {
        match city.refuses(&coordinator(), directly(group, PARENT, unit)).rule {
            Rule::Ceiling { role, cut } => {
                assert_eq!(role, name(group));
                assert_eq!(cut.into_iter().collect::<BTreeSet<_>>(), beyond.into_iter().collect());
            }
            rule => panic!("{rule}"),
        }
    }
    // Not even by the host.
    let refusal = city.refuses(&Actor::host(), role("dre-analyst", PARENT, DISTRICT));
    assert!(matches!(refusal.rule, Rule::Ceiling { .. }), "{refusal}");
}

#[test]
fn s8_who_may_register_whom_where() {
    let city = city()
        .exercise(STAFF, SCHOOL)
        .exercise(STAFF, DISTRICT)
        .exercise(STAFF, BUREAU)
        .member(PARENT, SCHOOL);
    let facts = city.snapshot();
    let [school, district, city] = [SCHOOL, DISTRICT, "SME"];
    for (actor, who, may) in [
        (secretary(), STAFF, vec![school]),
        (secretary(), PARENT, vec![school]),
        (supervisor(), STAFF, vec![school, district]),
        (supervisor(), PARENT, vec![school]),
        (coordinator(), STAFF, vec![school, district, city]),
        (coordinator(), PARENT, vec![school, district, city]),
    ] {
        for unit in [school, district, city] {
            let listed = facts.decide(&actor, &role("reader", who, unit), "", day(1));
            let added = facts.decide(&actor, &directly("reader", who, unit), "", day(1));
            assert_eq!(
                listed.is_ok() || added.is_ok(),
                may.contains(&unit),
                "{actor:?} for {who} at {unit}"
            );
        }
    }
}

#[test]
fn s9_membership_counts_in_the_current_composition_alone() {
    let mandate = |from: Instant, until: Instant| {
        city().affiliated(PARENT, "association", SCHOOL, from.into(), until.into())
    };
    // A mandate that is over, or has not begun, is none.
    for city in [mandate(day(0), day(1)), mandate(day(2), day(30))] {
        wanting(&city.refuses(&secretary(), role("ue-viewer", PARENT, SCHOOL)));
    }
    // For a mandate to come, access can be given from its beginning.
    let city = mandate(day(2), day(30));
    city.does(
        &secretary(),
        Grant::role("ue-viewer").to(PARENT).from(day(2)).only_in(SCHOOL).unwrap(),
    );
    city.denies(ask(PARENT, "expenses:view").in_unit(SCHOOL), DenyReason::NotInForce);
    let city = city.on(day(2));
    city.allows(ask(PARENT, "expenses:view").in_unit(SCHOOL));
    // The composition changes while the mandate lasts: access ends at that instant, without anybody revoking it.
    let left = Command::EndAffiliation {
        person: person(PARENT),
        kind: name("association"),
        unit: name(SCHOOL),
        at: day(10),
    };
    let city = city.with(left).on(day(10));
    city.denies(ask(PARENT, "expenses:view").in_unit(SCHOOL), DenyReason::NotInForce);
    // Elected again: what was given then, and not taken away, is in force again (R15).
    let city =
        city.affiliated(PARENT, "association", SCHOOL, Some(day(20)), Some(day(40))).on(day(20));
    city.allows(ask(PARENT, "expenses:view").in_unit(SCHOOL));
}

#[test]
fn s13_losing_the_last_unit_of_a_level_takes_the_groups_of_that_level_away() {
    let until = |n: u32| Some(day(n));
    let city = city()
        .affiliated(STAFF, "exercise", SCHOOL, None, until(10))
        .affiliated(STAFF, "exercise", NEIGHBOUR, None, until(20))
        .affiliated(STAFF, "exercise", FAR_DISTRICT, None, until(30));
    for unit in [SCHOOL, NEIGHBOUR] {
        city.does(&coordinator(), role("ue-clerk", STAFF, unit));
        // A group of several visions.
        city.does(&coordinator(), role("reader", STAFF, unit));
    }
    city.does(&coordinator(), role("dre-analyst", STAFF, FAR_DISTRICT));
    city.does(&coordinator(), role("reader", STAFF, FAR_DISTRICT));
    let has = |desk: &Desk| {
        let anywhere = |permission| {
            let decision = desk
                .snapshot()
                .check(&crate::engine::request(&ask(STAFF, permission).anywhere()), desk.now);
            decision.is_allow()
        };
        // Of schools; of districts; of either.
        [anywhere("expenses:edit"), anywhere("accounts:analyse"), anywhere("parameters:view")]
    };
    assert_eq!(has(&city), [true, true, true]);
    // One school is left.
    let city = city.on(day(10));
    city.denies(ask(STAFF, "expenses:edit").in_unit(SCHOOL), DenyReason::NotInForce);
    assert_eq!(has(&city), [true, true, true]);
    // The last school is lost: with it the schools' groups, and only those.
    let city = city.on(day(20));
    assert_eq!(has(&city), [false, true, true]);
    city.denies(ask(STAFF, "parameters:view").in_unit(NEIGHBOUR), DenyReason::NotInForce);
    city.allows(ask(STAFF, "parameters:view").in_unit(FAR_DISTRICT));
    // The last of its visions is lost.
    let city = city.on(day(30));
    assert_eq!(has(&city), [false, false, false]);
}
