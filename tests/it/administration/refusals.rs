//! Each rule that can stand against a command, provoked, and what the refusal tells the actor: what
//! is missing, and what to do next.

use std::collections::BTreeSet;

use alcada::{
    Actor, Command, Grant, Instant, Refusal, Scope,
    admin::{CommandWord, Rule},
    facts::{Attestation, GrantBuilder, Place},
    plan::Evidence,
    policy::Role,
    review::{self, Reviewers},
};
use insta::assert_snapshot;

use super::desk::{Desk, at, custom, registration};
use crate::given::{day, members, name, on_person, patterns, person, subtree, unit};

const POLICY: &str = r#"
    version = 1
    visions = ["city", "school"]
    channels = ["desk", "phone"]
    affiliations = ["works", "learns"]
    functions.users.actions = ["keep", "supply"]
    functions.notes.actions = ["read", "write", "burn"]
    unit-kinds.city = { vision = "city" }
    unit-kinds.school = { vision = "school" }
    unit-sets.offices.prefixes = ["c"]

    kinds.staff.identifier = { digits = 4 }
    kinds.guest.identifier = "any"
    kinds.caller.channels = ["phone"]

    roles.chief = { permissions = ["users:keep", "notes:read", "notes:write"], visions = ["city"] }
    roles.warden.permissions = ["users:keep", "notes:*"]
    roles.supplier.permissions = ["users:supply"]
    roles.reader = { permissions = ["notes:read"], visions = ["school"] }
    roles.writer = { permissions = ["notes:write"], includes = ["reader"], kinds = ["staff"] }
    roles.payer.permissions = ["notes:read"]
    roles.approver.permissions = ["notes:write"]
    roles.key.permissions = ["notes:read"]
    roles.lone.permissions = ["notes:read"]
    roles.burner.permissions = ["notes:burn"]

    ceilings = [{ kinds = ["guest"], permissions = ["notes:read"] }]
    revocation = { at-most = 1, visit = { roles = ["reader"] } }
    separation = [{ name = "pay-and-approve", roles = ["payer", "approver"] }]

    [[guards]]
    commands = [
        "grant", "revoke", "set-validity", "register", "suspend", "edit-person", "ask-role", "approve-request",
        "record-affiliation", "create-role", "lift-restriction", "move-group", "carry-out-plan", "open-campaign", "review",
        "close-campaign",
    ]
    permission = "users:keep"

    [[guards]]
    commands = ["bootstrap", "replace-administrator", "attest-administrator", "contract-seats"]
    permission = "users:supply"

    [[eligibility]]
    working-at = ["school"]
    kinds = ["staff"]
    requires = { affiliation = "works", at = "unit" }

    [[eligibility]]
    working-at = ["school"]
    roles = ["reader"]
    requires = { affiliation = "learns", at = "unit-or-below" }

    [[eligibility]]
    working-at = ["city"]
    roles = ["key"]
    requires = { affiliation = "works", at = { set = "offices" } }

    [[eligibility]]
    working-at = ["city"]
    kinds = ["staff"]

    [[eligibility]]
    working-at = ["city"]
    kinds = ["guest"]
    units = ["school"]
    direct = true

    [administration]
    administrator = "chief"
    reserved = ["notes:burn"]
    exclusive = ["lone"]
    seats = { key = "tenant", payer = "unit" }
"#;

/// The city's chief, who keeps users; the school's warden; the supplier; somebody; a guest.
const CHIEF: &str = "1001";
const WARDEN: &str = "1002";
const SUPPLIER: &str = "1003";
const SOMEBODY: &str = "1004";
const GUEST: &str = "guest";

fn city() -> Desk {
    Desk::policy(POLICY)
        .unit("city", "city", "")
        .unit("school", "school", "city")
        .unit("school", "other school", "city")
        .with(registration("staff", SUPPLIER, None))
        .grant(Grant::role("supplier").to(SUPPLIER).everywhere())
        .with(Command::Bootstrap(registration("staff", CHIEF, "city")))
        .person("staff", WARDEN, "city")
        .grant(Grant::role("warden").to(WARDEN).in_and_below("school"))
        .person("staff", SOMEBODY, "city")
        .person("guest", GUEST, "city")
}

fn chief() -> Actor {
    Actor::user(CHIEF)
}

fn warden() -> Actor {
    at(WARDEN, "school")
}

fn supplier() -> Actor {
    Actor::user(SUPPLIER)
}

fn give(role: &str) -> GrantBuilder {
    Grant::role(role).to(SOMEBODY)
}

fn at_school(role: &str) -> Grant {
    give(role).only_in("school").unwrap()
}

fn seats(role: &str, unit: Option<&str>, seats: u32) -> Command {
    Command::ContractSeats { tenant: name("city"), role: name(role), unit: unit.map(name), seats }
}

fn asked(until: Option<Instant>) -> Command {
    Command::AskRole { name: name("wish"), tenant: name("city"), grant: at_school("reader"), until }
}

fn attested(about: &str) -> Attestation {
    let [given_by, capacity, verified_by, document] =
        ["the mayor", "general direction", "in person", "decree 12"];
    let [given_by, capacity, verified_by, document] =
        [given_by, capacity, verified_by, document].map(str::to_owned);
    Attestation {
        tenant: name("city"),
        about: person(about),
        given_by,
        capacity,
        verified_by,
        document,
    }
}

fn suspend(who: &str) -> Command {
    Command::Suspend { person: person(who), tenant: Some(name("city")) }
}

/// O3, S1: nothing is given to somebody who is not registered, nor anybody registered whose
/// identifier is malformed.
#[test]
fn what_is_named_must_be_there_and_in_shape() {
    let city = city();
    let unknown = Grant::role("reader").to("1099").only_in("school").unwrap();
    assert_snapshot!(city.refuses(&chief(), unknown), @"`grant` is refused for `****`: `****` is not registered in tenant `city` (register the person there first)");
    assert_snapshot!(city.refuses(&chief(), give("raeder").only_in("school").unwrap()), @"`grant` is refused for `****`: there is no role `raeder` (did you mean `reader`?)");
    assert_snapshot!(city.refuses(&chief(), give("reader").only_in("shcool").unwrap()), @"`grant` is refused for `****`: there is no unit `shcool`");
    assert_snapshot!(city.refuses(&chief(), Command::revoke(at_school("reader"))), @"`revoke` is refused: `****` has no such grant of `reader` (a revocation names the grant in all its parts)");
    assert_snapshot!(city.refuses(&chief(), registration("staff", "10055", "city")), @"`register` is refused: `***55` is not an identifier of 4 digits; write 4 digits and nothing else");
    assert_snapshot!(city.refuses(&chief(), registration("staff", SOMEBODY, "city")), @"`register` is refused: there is a registration there of `****` already");
    let other = Command::ReplaceAdministrator {
        old: person(CHIEF),
        new: registration("staff", SOMEBODY, "city"),
        attestation: attested(WARDEN),
    };
    assert_snapshot!(city.refuses(&supplier(), other), @"`replace-administrator` is refused: the attestation is not about the new administrator in that tenant (attest who the new administrator is)");
    assert_snapshot!(city.refuses(&chief(), Command::Grant { grants: vec![], replacing: false }), @"`grant` is refused: the command names nothing to change (name at least one)");
}

#[test]
fn the_policy_must_name_a_permission_for_it() {
    let close = Command::CloseUnit { unit: name("school") };
    assert_snapshot!(city().refuses(&chief(), close), @"`close-unit` is refused: the policy names no permission for it, so that only the host can do it; add a row to `guards`");
}

/// R26, R27: a guard is held where the command reaches and where the actor works, by the channel
/// they came by.
#[test]
fn the_actor_must_hold_the_guard_where_they_work_and_where_it_reaches() {
    let city = city();
    assert_snapshot!(city.refuses(&Actor::user(SOMEBODY), at_school("reader")), @"`grant` is refused for `****`: it takes `users:keep` in `school`, and no role held has the permission; ask somebody who has it");
    assert_snapshot!(city.refuses(&Actor::user(WARDEN), at_school("reader")), @"`grant` is refused for `****`: it takes `users:keep` in `school`, and the permission is held elsewhere, not here; work at a unit where you have it, or ask somebody who has it there");
    assert_snapshot!(city.refuses(&warden().on_channel("phone"), at_school("reader")), @"`grant` is refused for `****`: it takes `users:keep` in `school`, and the permission is held here, on another channel; come by a channel on which you have it, or ask somebody who has it");
    assert_snapshot!(city.refuses(&warden().on_channel("fax"), at_school("reader")), @"`grant` is refused: the actor comes by a channel that is not in the policy; name one of its channels");
    assert_snapshot!(city.refuses(&at(WARDEN, "shcool"), at_school("reader")), @"`grant` is refused: the actor works at a unit that does not exist; name one that does");
    assert_snapshot!(city.refuses(&at("9999", "school"), at_school("reader")), @"`grant` is refused: the actor is not registered anywhere; register them first");
    let city = city.with(suspend(WARDEN));
    assert_snapshot!(city.refuses(&warden(), at_school("reader")), @"`grant` is refused for `****`: it takes `users:keep` in `school`, and the principal is suspended; ask somebody who has it");
}

/// R27: what a command touches lies in the unit worked at, or below it.
#[test]
fn what_it_touches_must_lie_where_the_actor_works() {
    let city = city();
    let elsewhere = give("reader").only_in("other school").unwrap();
    assert_snapshot!(city.refuses(&warden(), elsewhere), @"`grant` is refused for `****`: it is done in `other school`, and you work at `school`; work at a unit above both");
    assert_snapshot!(city.refuses(&at(CHIEF, "school"), give("payer").in_and_below("city").unwrap()), @"`grant` is refused for `****`: it is done in `city` and below, and you work at `school`; work at a unit above both");
    let city = city.with(super::desk::group("city", "team", "", SOMEBODY, &[]));
    let move_group = Command::MoveGroup { tenant: name("city"), group: name("team"), parent: None };
    assert_snapshot!(city.refuses(&warden(), move_group), @"`move-group` is refused: it is done in `city` and below, and you work at `school`; work at a unit above both");
}

/// R26: nobody lifts a restriction on themselves.
#[test]
fn nobody_does_for_themselves_what_takes_another() {
    let city = city().with(asked(None)).restrict(on_person(
        "quiet",
        CHIEF,
        &["notes:burn"],
        unit("school"),
    ));
    let lift = Command::LiftRestriction { tenant: Some(name("city")), name: name("quiet") };
    assert_snapshot!(city.refuses(&chief(), lift), @"`lift-restriction` is refused for `****`: nobody does that for themselves; ask somebody else to");
}

/// R19: a grant that a command makes is not dated into the past.
#[test]
fn no_grant_begins_before_now_or_is_over() {
    let city = city();
    assert_snapshot!(city.refuses(&chief(), give("payer").from(day(0)).only_in("school").unwrap()), @"`grant` is refused for `****`: a grant can't begin before, or end by, 2026-03-01T00:00:00Z; let it begin now and end later");
    assert_snapshot!(city.refuses(&chief(), give("payer").until(day(1)).only_in("school").unwrap()), @"`grant` is refused for `****`: a grant can't begin before, or end by, 2026-03-01T00:00:00Z; let it begin now and end later");
}

/// D13: a role that names visions is granted at units of those alone.
#[test]
fn the_role_must_be_one_of_that_vision() {
    assert_snapshot!(city().refuses(&chief(), give("reader").in_and_below("city").unwrap()), @"`grant` is refused for `****`: the role `reader` can't be granted at the vision `city`; it is granted at `school`");
}

/// R8: a role that names kinds is held by those alone.
#[test]
fn the_role_must_be_one_for_that_kind() {
    let grant = Grant::role("writer").to(GUEST).only_in("school").unwrap();
    assert_snapshot!(city().refuses(&chief(), grant), @"`grant` is refused for `***st`: the role `writer` can't be held by the kind `guest`; it is held by `staff`");
}

/// R16: with rows of eligibility, a grant needs one that fits and what it requires.
#[test]
fn some_row_of_eligibility_must_fit() {
    let city = city();
    // One affiliation or another would do; one in a set of units; none; or it can be given
    // directly.
    assert_snapshot!(city.refuses(&warden(), at_school("reader")), @"`grant` is refused for `****`: `reader` in `school` is not yours to give, working where you work, unless the person has `works` at `school`, or `learns` at `school` or below; have that recorded first");
    assert_snapshot!(city.refuses(&warden(), Grant::role("key").to(GUEST).only_in("school").unwrap()), @"`grant` is refused for `***st`: `key` in `school` is not yours to give, working where you work; choose another role or unit, or ask somebody who works at a wider one");
    assert_snapshot!(city.refuses(&chief(), Grant::role("key").to(GUEST).in_and_below("city").unwrap()), @"`grant` is refused for `***st`: `key` in `city` and below is not yours to give, working where you work, unless the person has `works` at a unit of `offices`; have that recorded first");
    assert_snapshot!(city.refuses(&chief(), Grant::role("reader").to(GUEST).only_in("school").unwrap()), @"`grant` is refused for `***st`: `reader` in `school` is not yours to give, working where you work; give it directly");
    assert_snapshot!(city.refuses(&chief(), Grant::role("key").to(GUEST).only_in("school").unwrap()), @"`grant` is refused for `***st`: `key` in `school` is not yours to give, working where you work, unless the person has `works` at a unit of `offices`; have that recorded first, or give it directly");
    let city = city.affiliated(SOMEBODY, "works", "school", None, None);
    let narrower = give("reader")
        .while_affiliated(name("learns"), Place::Unit(name("school")))
        .only_in("school");
    assert_snapshot!(city.refuses(&warden(), narrower.unwrap()), @"`grant` is refused for `****`: `reader` in `school` is not yours to give, working where you work, unless the person has `learns` at `school` or below; have that recorded first");
}

/// R9: a grant that a ceiling would cut is refused.
#[test]
fn no_ceiling_may_cut_it() {
    let grant = Grant::role("warden").to(GUEST).directly().only_in("school").unwrap();
    assert_snapshot!(city().refuses(&chief(), grant), @"`grant` is refused for `***st`: a ceiling on the person's kind would cut `notes:write`, `notes:burn`, `users:keep` from `warden`; give a role without them");
}

/// R11: no role of a tenant's own contains a reserved permission.
#[test]
fn a_tenants_role_holds_nothing_reserved() {
    let role = Role { permissions: patterns(&["notes:read", "notes:burn"]), ..Role::default() };
    assert_snapshot!(city().refuses(&chief(), Command::CreateRole(custom("city", "night", role))), @"`create-role` is refused: the role `night` may not hold `notes:burn`, which the policy reserves; leave it out");
}

/// T4, R33: an exclusive role is held beside no other.
#[test]
fn an_exclusive_role_is_held_alone() {
    let city = city().grant(Ok(at_school("reader")));
    assert_snapshot!(city.refuses(&chief(), at_school("lone")), @"`grant` is refused for `****`: `lone` can't be held together with another role, and `reader` is; revoke one of them, or say that it replaces the other");
}

/// R33: of a set that is kept apart, nobody holds more than the policy says.
#[test]
fn what_is_kept_apart_is_not_held_together() {
    let city = city().with(seats("payer", Some("school"), 5)).grant(Ok(at_school("approver")));
    assert_snapshot!(city.refuses(&chief(), at_school("payer")), @"`grant` is refused for `****`: of the set `pay-and-approve` at most 1 may be held at once, and it would be `approver`, `payer`; revoke one first");
}

/// X2, R28: the refusal tells what is not covered, in permission, scope, channel and time.
#[test]
fn nobody_gives_more_than_they_hold() {
    let city = city().grant(Grant::role("burner").to(CHIEF).until(day(9)).in_and_below("city"));
    assert_snapshot!(city.refuses(&chief(), at_school("burner")), @"`grant` is refused for `****`: it gives more than you hold: `notes:burn` in `school` on channel `desk`, through `burner`, from 2026-03-09T00:00:00Z; ask somebody who holds it");
    assert_snapshot!(city.refuses(&chief(), give("warden").on_channel("phone").own().unwrap()), @"`grant` is refused for `****`: it gives more than you hold: `notes:read`, `notes:write`, `notes:burn`, `users:keep` about `****` on channel `phone`, through `warden`, from 2026-03-01T00:00:00Z; ask somebody who holds it");
    let both = vec![at_school("burner"), give("burner").scoped(subtree("other school")).unwrap()];
    assert_snapshot!(city.refuses(&chief(), both), @"`grant` is refused for `****`: it gives more than you hold: `notes:burn` in `school` on channel `desk`, through `burner`, from 2026-03-09T00:00:00Z; `notes:burn` in `other school` and below on channel `desk`, through `burner`, from 2026-03-09T00:00:00Z; ask somebody who holds it");
    let city = city.with(super::desk::group("city", "team", "", SOMEBODY, &[]));
    assert_snapshot!(city.refuses(&chief(), give("burner").scoped(members("city", "team")).unwrap()), @"`grant` is refused for `****`: it gives more than you hold: `notes:burn` over the people of `team` on channel `desk`, through `burner`, from 2026-03-09T00:00:00Z; ask somebody who holds it");
}

/// U1, R32: no more seats are taken than are contracted, and no fewer contracted than are taken.
#[test]
fn seats_are_as_many_as_are_contracted() {
    let city = city()
        .with(seats("key", None, 1))
        .grant(Grant::role("key").to(CHIEF).until(day(5)).only_in("school"));
    let office = city.affiliated(SOMEBODY, "works", "city", None, None);
    assert_snapshot!(office.refuses(&chief(), at_school("key")), @"`grant` is refused: `key` has 1 seat in `city`, and 2 would be held from 2026-03-01T00:00:00Z; revoke one, or contract more");
    assert_snapshot!(office.refuses(&chief(), at_school("payer")), @"`grant` is refused: `payer` has 0 seats in `city`, unit `school`, and 1 would be held from 2026-03-01T00:00:00Z; revoke one, or contract more");
    assert_snapshot!(office.refuses(&supplier(), seats("key", None, 0)), @"`contract-seats` is refused: `key` has 0 seats in `city`, and 1 would be held from 2026-03-01T00:00:00Z; revoke one, or contract more");
}

/// X3: the last administrator is not suspended, not even by the host.
#[test]
fn a_tenant_keeps_an_administrator() {
    assert_snapshot!(city().refuses(&Actor::host(), suspend(CHIEF)), @"`suspend` is refused: `city` would be without an administrator from 2026-03-01T00:00:00Z; make somebody else one first");
}

/// U2: only a tenant without an administrator is given a first one.
#[test]
fn a_tenant_with_an_administrator_is_not_bootstrapped() {
    let again = Command::Bootstrap(registration("staff", SOMEBODY, "city"));
    assert_snapshot!(city().refuses(&supplier(), again), @"`bootstrap` is refused: `city` has an administrator, who can make others; or replace them, with an attestation");
}

/// U6: an attestation is about an administrator, and so is a replacement.
#[test]
fn only_an_administrator_is_replaced_or_attested() {
    let city = city();
    assert_snapshot!(city.refuses(&supplier(), Command::AttestAdministrator(attested(SOMEBODY))), @"`attest-administrator` is refused for `****`: that is no administrator of `city`; name somebody who is");
    let replace = Command::ReplaceAdministrator {
        old: person(WARDEN),
        new: registration("staff", SOMEBODY, "city"),
        attestation: attested(SOMEBODY),
    };
    assert_snapshot!(city.refuses(&supplier(), replace), @"`replace-administrator` is refused for `****`: that is no administrator of `city`; name somebody who is");
}

/// U4: a request that has run out is not approved.
#[test]
fn a_request_is_approved_in_time() {
    let city = city().with(asked(Some(day(3)))).on(day(3));
    let approve = Command::ApproveRequest { tenant: name("city"), request: name("wish") };
    assert_snapshot!(city.refuses(&chief(), approve), @"`approve-request` is refused for `****`: the request `wish` could be approved until 2026-03-03T00:00:00Z; let it be asked again");
}

#[test]
fn d13_a_channel_on_which_the_kind_does_not_act_takes_no_grant() {
    let city = city().person("caller", "0999", "city");
    let give = |grant: GrantBuilder| Command::from(grant.to("0999").only_in("city").unwrap());
    assert_snapshot!(city.refuses(&Actor::host(), give(Grant::role("approver"))), @"`grant` is refused for `****`: `approver` on channel `desk` would never be in effect for that kind, which acts on `phone` alone; give it there");
    city.does(&Actor::host(), give(Grant::role("approver").on_channel("phone")));
}

/// R36, S12: a plan of which a row would be drawn no longer is refused.
#[test]
fn a_plan_is_carried_out_as_it_was_drawn_and_no_mass_of_it_unasked() {
    let visit = |who: &str| Grant::role("reader").to(who).until(day(2)).only_in("school");
    let city = city().grant(visit(SOMEBODY)).grant(visit(GUEST)).on(day(3));
    let plan = city.snapshot().plan(&Evidence::none(), city.now);
    assert_snapshot!(city.refuses(&chief(), plan.clone()), @"`carry-out-plan` is refused: it concerns 2 people, and more than 1 are to be confirmed; look at the plan, and say that it is confirmed");
    let city = city.with(Command::revoke(visit(GUEST).unwrap()));
    let confirmed = Command::CarryOut { plan, confirmed: true };
    assert_snapshot!(city.refuses(&chief(), confirmed), @"`carry-out-plan` is refused for `***st`: by `visit-over`, `reader` in `school` would be taken back no longer; draw the plan again");
}

/// U7: a review is answered by its reviewers, and closed when all is answered or its deadline has
/// passed.
#[test]
fn a_review_is_answered_by_those_whom_it_asks_until_its_deadline_and_closed_then() {
    let (tenant, campaign) = (name("city"), name("spring"));
    let opening = Command::OpenCampaign {
        tenant: tenant.clone(),
        name: campaign.clone(),
        scope: unit("school"),
        roles: Vec::new(),
        reviewers: Reviewers::Leaders,
        deadline: day(5),
    };
    let city = city().grant(Ok(at_school("reader"))).with(opening.clone());
    let kept = vec![review::Answer::keep(at_school("reader"), "known")];
    let answer =
        Command::Review { tenant: tenant.clone(), campaign: campaign.clone(), answers: kept };
    assert_snapshot!(city.refuses(&chief(), answer), @"`review` is refused for `****`: in the campaign `spring` those who lead the person answer; ask one of them to");
    let close = Command::CloseCampaign { tenant, campaign };
    assert_snapshot!(city.refuses(&chief(), close), @"`close-campaign` is refused: in the campaign `spring` 2 grants are open; answer, or close it from 2026-03-05T00:00:00Z on");
    assert_snapshot!(city.on(day(5)).refuses(&chief(), opening), @"`open-campaign` is refused: the campaign `spring` ends 2026-03-05T00:00:00Z; close it, or open one that ends later");
}

/// Every rule there is has its text above.
#[test]
fn no_rule_is_without_a_test() {
    let written: BTreeSet<&str> = include_str!("../../../src/admin/refusal.rs")
        .split_once("pub enum Rule {")
        .and_then(|(_, rest)| rest.split_once("\n}"))
        .map(|(rules, _)| rules)
        .unwrap()
        .lines()
        .filter_map(|line| {
            line.strip_prefix("    ").filter(|line| line.starts_with(char::is_uppercase))
        })
        .map(|line| line.trim_end_matches([' ', '{', ',']))
        .collect();
    let provoked = BTreeSet::from([
        "Misfit",
        "Unguarded",
        "NotPermitted",
        "OutsideWorkingUnit",
        "Oneself",
        "Past",
        "Vision",
        "Kind",
        "Channel",
        "NotEligible",
        "Ceiling",
        "Reserved",
        "Exclusive",
        "Separation",
        "Escalation",
        "Seats",
        "LastAdministrator",
        "HasAdministrator",
        "NotAdministrator",
        "RequestExpired",
        "PlanOutdated",
        "DeadlinePassed",
        "NotReviewer",
        "ReviewOpen",
        "Mass(Mass)",
    ]);
    assert_eq!(written, provoked);
}

#[test]
fn a_refusal_is_data_that_reads_back_and_its_debug_form_names_nobody() {
    let city = city().grant(Grant::role("burner").to(CHIEF).until(day(9)).in_and_below("city"));
    let refusal = city.refuses(&chief(), give("burner").own().unwrap());
    let written = serde_json::to_string(&refusal).unwrap();
    assert_eq!(serde_json::from_str::<Refusal>(&written).unwrap(), refusal);
    assert!(written.contains(r#""rule":"escalation""#), "{written}");
    assert_eq!(refusal.command, CommandWord::Grant);
    assert_eq!(refusal.subject, Some(person(SOMEBODY)));
    assert!(
        matches!(&refusal.rule, Rule::Escalation { remainder } if remainder[0].about == Some(person(SOMEBODY)))
    );
    let own = Scope::Own { tenant: Some(name("city")) };
    assert!(matches!(&refusal.rule, Rule::Escalation { remainder } if remainder[0].scope == own));
    for text in [refusal.to_string(), format!("{refusal:?}")] {
        assert!(!text.contains(SOMEBODY), "{text}");
    }
}
