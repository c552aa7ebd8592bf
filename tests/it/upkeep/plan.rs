//! Revocation plans, drawn and carried out (contract S12, S13, T5, U7, R15, R16, R36).

use std::sync::{Arc, Mutex};

use alcada::{
    Actor, Command, Entry, Event, Facts, Instant,
    admin::Rule,
    plan::{
        self, Covers, Current, Evidence, Grounds, LastSeen, LastUse, Plan, RevocationRule, Source,
    },
};

use crate::administration::desk::Desk;
use crate::given::{day, name, person};

const SCHOOLS: &str = r#"
    version = 1
    visions = ["city", "district", "school"]
    channels = ["standard", "support"]
    affiliations = ["exercise", "association", "visit"]
    functions.expenses.actions = ["view", "edit"]
    functions.users.actions = ["assign"]
    functions.doors.actions = ["configure"]
    unit-kinds = { city = { vision = "city" }, district = { vision = "district" }, school = { vision = "school" } }
    kinds = { staff = {}, visitor = {} }
    roles.clerk = { permissions = ["expenses:*"], visions = ["school"] }
    roles.viewer = { permissions = ["expenses:view"], visions = ["school", "district"] }
    roles.chief = { permissions = ["users:assign", "expenses:*", "doors:*"] }
    roles.technician = { permissions = ["doors:configure"] }
    administration.administrator = "chief"
    support = { channel = "support", roles = ["clerk"] }
    guards = [
        { commands = ["grant", "revoke", "suspend", "carry-out-plan"], permission = "users:assign" },
    ]
"#;

const FACTS: &str = r#"
    version = 1
    units = [
        { code = "sp", kind = "city" }, { code = "d1", kind = "district", parent = "sp" },
        { code = "s1", kind = "school", parent = "d1" }, { code = "s2", kind = "school", parent = "d1" },
        { code = "d2", kind = "district", parent = "sp" }, { code = "s3", kind = "school", parent = "d2" },
    ]
    people = [
        { person = "ana", tenant = "sp", kind = "staff", unit = "s1" }, { person = "bia", tenant = "sp", kind = "staff", unit = "s2" },
        { person = "caio", tenant = "sp", kind = "staff", unit = "d1" }, { person = "vera", tenant = "sp", kind = "visitor" },
        { person = "root", kind = "staff" }, { person = "chief", tenant = "sp", kind = "staff" },
    ]
    grants = [
        { person = "root", role = "chief", scope = "everywhere" },
        { person = "chief", role = "chief", scope = { subtree = "sp" } },
    ]
"#;

/// The schools with these lines of `[revocation]`, and these further facts.
fn schools(revocation: &str, facts: &str) -> Desk {
    let desk = Desk::policy(&format!("{SCHOOLS}\n[revocation]\n{revocation}"));
    desk.authority.import(&Facts::from_toml(FACTS).unwrap()).unwrap();
    desk.authority.import(&Facts::from_toml(&format!("version = 1\n{facts}")).unwrap()).unwrap();
    Desk { now: day(10), ..desk }
}

fn resting(who: &str, role: &str, unit: &str, kind: &str) -> String {
    format!(
        r#"{{ person = "{who}", role = "{role}", scope = {{ unit = "{unit}" }}, basis = {{ affiliation = {{ kind = "{kind}", place = {{ unit = "{unit}" }} }} }} }},"#
    )
}

fn affiliated(who: &str, unit: &str, until: Option<Instant>) -> String {
    let until = until.map_or(String::new(), |until| format!(r#", until = "{until}""#));
    format!(r#"{{ person = "{who}", kind = "exercise", unit = "{unit}"{until} }},"#)
}

/// Who loses what, and by which rule, a word each.
fn drawn(plan: &Plan) -> Vec<String> {
    let drawn = plan.rows.iter().map(|row| match &row.link {
        plan::Link::Grant(grant) => {
            format!("{} {} {} {}", grant.person, grant.role, unit(&grant.scope), row.rule)
        }
        plan::Link::Registration { person, tenant } => format!("{person} {tenant} {}", row.rule),
    });
    drawn.collect()
}

fn unit(scope: &alcada::Scope) -> String {
    match scope {
        alcada::Scope::Unit(unit) | alcada::Scope::Subtree(unit) => unit.to_string(),
        _ => "elsewhere".to_owned(),
    }
}

fn register(current: &[(&str, &str)]) -> Source {
    let current = current.iter().map(|(who, unit)| Current::new(who, "exercise", unit).unwrap());
    Source::affiliations("register", ["exercise"], current).unwrap()
}

fn plan(desk: &Desk, sources: impl IntoIterator<Item = Source>) -> Plan {
    desk.snapshot().plan(&Evidence::of(sources), desk.now)
}

/// Two clerks in exercise at their schools, one of whose exercise ends on day 5.
fn clerks() -> String {
    let grants =
        [resting("ana", "clerk", "s1", "exercise"), resting("bia", "clerk", "s2", "exercise")]
            .concat();
    let affiliations =
        [affiliated("ana", "s1", None), affiliated("bia", "s2", Some(day(5)))].concat();
    format!("affiliations = [{affiliations}]\ngrants = [{grants}]")
}

#[test]
fn s12_the_routine_draws_what_no_fact_and_no_source_upholds() {
    let desk = schools("affiliation-ended = true", &clerks());
    // Without any source, an end on record is known.
    let alone = plan(&desk, []);
    assert_eq!(drawn(&alone), ["bia clerk s2 affiliation-ended"]);
    assert_eq!(alone.rows[0].reason(), format!("`exercise` at `s2` ended {}", day(5)));
    // A source that lists bia upholds her; that it does not list ana ends hers.
    let told = plan(&desk, [register(&[("bia", "s2")]).covering(Covers::everything())]);
    assert_eq!(drawn(&told), ["ana clerk s1 affiliation-ended"]);
    assert_eq!(told.rows[0].reason(), "`exercise` at `s1` is listed by `register` no longer");
    assert!(told.silent.is_empty());
    // The same as JSON, and it reads back.
    let text = serde_json::to_string(&told).unwrap();
    assert_eq!(serde_json::from_str::<Plan>(&text).unwrap(), told);
    let table = told.to_string();
    assert!(
        table
            .contains("  ana  affiliation-ended  `clerk` in `s1`  `exercise` at `s1` is listed by"),
        "{table}"
    );
}

#[test]
fn s12_an_unreachable_or_incomplete_source_revokes_nobody_and_is_named() {
    let desk = schools("affiliation-ended = true", &clerks());
    let outage = plan(&desk, [Source::unreachable("register").unwrap()]);
    assert_eq!(
        drawn(&outage),
        ["bia clerk s2 affiliation-ended"],
        "R36: a known end takes effect during an outage"
    );
    assert_eq!(outage.silent[0].to_string(), "`register` could not be reached");
    // A list of another district says nothing of this one.
    let elsewhere = plan(&desk, [register(&[]).covering(Covers::units(["d2"]).unwrap())]);
    assert_eq!(drawn(&elsewhere), ["bia clerk s2 affiliation-ended"]);
    assert_eq!(elsewhere.silent[0].unanswered, Some(1));
    assert!(
        elsewhere.to_string().contains("`register` had nothing to say once; that revoked nobody")
    );
    // Nor does one of other kinds of affiliation, nor one that covers nothing.
    let other = Source::affiliations("association", ["association"], [])
        .unwrap()
        .covering(Covers::everything());
    assert_eq!(drawn(&plan(&desk, [other, register(&[])])), ["bia clerk s2 affiliation-ended"]);
    // Of ana alone, or of her district, it does.
    for covers in [
        Covers::people(["ana"]).unwrap(),
        Covers::units(["d1"]).unwrap(),
        Covers::units(["s1"]).unwrap(),
    ] {
        let told = plan(&desk, [register(&[("bia", "s2")]).covering(covers)]);
        assert_eq!(drawn(&told), ["ana clerk s1 affiliation-ended"]);
    }
}

#[test]
fn s12_what_was_never_on_record_takes_a_source_that_covers_the_whole_place() {
    let grants = r#"grants = [{ person = "caio", role = "viewer", scope = { subtree = "d1" },
        basis = { affiliation = { kind = "exercise", place = { subtree = "d1" } } } }]"#;
    let desk = schools("affiliation-ended = true", grants);
    assert!(plan(&desk, []).is_empty());
    assert!(plan(&desk, [register(&[]).covering(Covers::units(["s1", "s2"]).unwrap())]).is_empty());
    assert!(
        plan(&desk, [register(&[("caio", "s2")]).covering(Covers::units(["d1"]).unwrap())])
            .is_empty()
    );
    let told = plan(&desk, [register(&[("caio", "s3")]).covering(Covers::units(["d1"]).unwrap())]);
    assert_eq!(drawn(&told), ["caio viewer d1 affiliation-ended"]);
    assert_eq!(told.rows[0].reason(), "`register` lists no affiliation that it could rest on");
}

#[test]
fn s12_support_and_what_is_given_directly_are_skipped_and_r16_standing_grants_too() {
    let support = r#"grants = [
        { person = "ana", role = "clerk", scope = { unit = "s1" }, channel = "support", from = "2026-03-01T00:00:00Z",
            basis = { affiliation = { kind = "exercise", place = { unit = "s1" } } } },
        { person = "bia", role = "clerk", scope = { unit = "s2" }, basis = "direct" },
        { person = "caio", role = "viewer", scope = { unit = "d1" } },
    ]"#;
    let gone = || [register(&[]).covering(Covers::everything()), known_ends()];
    let desk = schools("affiliation-ended = true", support);
    assert!(plan(&desk, gone()).is_empty());
    // Unless the policy says more: every kind of affiliation is to be covered then.
    let desk = schools("affiliation-ended = true\nstanding-too = true", support);
    assert!(plan(&desk, [register(&[]).covering(Covers::everything())]).is_empty());
    assert_eq!(
        drawn(&plan(&desk, gone())),
        ["caio viewer d1 affiliation-ended", "chief chief sp affiliation-ended"][..1]
    );
    // The tenant's only administrator stays, and is named.
    assert_eq!(plan(&desk, gone()).held_back[0].person(), &person("chief"));
    // Support has a rule of its own.
    let desk = schools("support-days = 9", support);
    assert_eq!(drawn(&plan(&desk, [])), ["ana clerk s1 support-old"]);
    let desk = schools("support-days = 10", support);
    assert!(plan(&desk, []).is_empty());
}

/// A source that knows of every kind, and covers everything, and lists nobody.
fn known_ends() -> Source {
    Source::affiliations("all", ["exercise", "association", "visit"], [])
        .unwrap()
        .covering(Covers::everything())
}

#[test]
fn s12_a_plan_is_a_dry_run_and_carried_out_it_leaves_nothing_to_draw() {
    let desk = schools("affiliation-ended = true", &clerks());
    let sources = || [register(&[]).covering(Covers::everything())];
    let before = desk.snapshot().facts();
    let dry = plan(&desk, sources());
    assert_eq!(dry, plan(&desk, sources()), "twice it says the same");
    assert_eq!(desk.snapshot().facts(), before, "and changes nothing");
    assert_eq!(drawn(&dry), ["ana clerk s1 affiliation-ended", "bia clerk s2 affiliation-ended"]);
    let events = desk.does(&Actor::user("chief"), dry.clone());
    let revoked: Vec<plan::Link> = events
        .into_iter()
        .map(|event| match event {
            Event::Revoked(grant) => plan::Link::Grant(grant),
            other => panic!("{other:?}"),
        })
        .collect();
    assert!(dry.rows.iter().map(|row| &row.link).eq(&revoked), "exactly its rows");
    assert!(plan(&desk, sources()).is_empty());
    assert!(
        plan(&desk, [register(&[("ana", "s1")]).covering(Covers::everything())]).is_empty(),
        "R15: final"
    );
    // A second time, the rows would be drawn no longer.
    assert!(matches!(desk.refuses(&Actor::user("chief"), dry).rule, Rule::PlanOutdated { .. }));
}

#[test]
fn r36_a_plan_is_refused_when_the_world_moved_under_one_of_its_rows_alone() {
    let desk = schools("affiliation-ended = true", &clerks());
    let drawn = plan(&desk, [register(&[]).covering(Covers::everything())]);
    let chief = Actor::user("chief");
    // What none of its rows is about may change.
    let other = desk.fork();
    let other = Desk { now: day(11), ..other };
    other.does(&Actor::host(), alcada::Grant::role("viewer").to("caio").only_in("d1").unwrap());
    other.does(&chief, drawn.clone());
    // Bia is in exercise again.
    let returned = Desk { now: day(11), ..desk.fork() };
    let back = alcada::facts::Affiliation {
        person: person("bia"),
        kind: name("exercise"),
        unit: name("s2"),
        from: Some(day(9)),
        until: None,
    };
    returned.does(&Actor::host(), Command::RecordAffiliation(back));
    let refusal = returned.refuses(&chief, drawn.clone());
    assert_eq!(refusal.subject, Some(person("bia")));
    assert!(
        refusal.to_string().contains("would be taken back no longer; draw the plan again"),
        "{refusal}"
    );
    // Without that row, the others are as they were.
    let rest = Plan {
        rows: drawn.rows.iter().filter(|row| row.person() != &person("bia")).cloned().collect(),
        ..drawn
    };
    returned.does(&chief, rest);
}

#[test]
fn r36_a_rule_that_the_policy_does_not_have_draws_nothing_whatever_a_plan_says() {
    let drawn = plan(&schools("affiliation-ended = true", &clerks()), []);
    let off = schools("", &clerks());
    assert!(plan(&off, []).is_empty());
    assert!(matches!(off.refuses(&Actor::host(), drawn).rule, Rule::PlanOutdated { .. }));
}

#[test]
fn s12_a_sudden_mass_stops_and_asks() {
    let sources = || [register(&[]).covering(Covers::everything())];
    for (limit, stops) in [
        ("at-most = 1", true),
        ("at-most = 2", false),
        ("at-most-percent = 39", true),
        ("at-most-percent = 40", false),
    ] {
        let desk = schools(&format!("affiliation-ended = true\n{limit}"), &clerks());
        let drawn = plan(&desk, sources());
        assert_eq!((drawn.people(), drawn.mass.is_some()), (2, stops), "{limit}");
        // The plan's own word is not asked.
        let unmarked = Plan { mass: None, ..drawn };
        if stops {
            assert!(matches!(desk.refuses(&Actor::host(), unmarked.clone()).rule, Rule::Mass(_)));
        }
        desk.does(&Actor::host(), Command::CarryOut { plan: unmarked, confirmed: true });
    }
}

#[test]
fn r26_a_plan_takes_its_guard_over_every_row() {
    let desk = schools("affiliation-ended = true", &clerks());
    desk.does(&Actor::host(), alcada::Grant::role("chief").to("caio").in_and_below("s1").unwrap());
    let drawn = plan(&desk, [register(&[]).covering(Covers::everything())]);
    let caio = Actor::user("caio").working_at("s1");
    assert!(matches!(desk.refuses(&caio, drawn.clone()).rule, Rule::OutsideWorkingUnit { .. }));
    assert!(matches!(desk.refuses(&Actor::user("ana"), drawn).rule, Rule::NotPermitted { .. }));
    let here = desk.snapshot().plan_within(
        "s1",
        &Evidence::of([register(&[]).covering(Covers::everything())]),
        desk.now,
    );
    assert_eq!(self::drawn(&here), ["ana clerk s1 affiliation-ended"]);
    desk.does(&caio, here);
    let nowhere = desk.snapshot().plan_within("nowhere", &Evidence::none(), desk.now);
    assert!(nowhere.is_empty());
}

#[test]
fn t5_a_review_lists_technicians_still_present_after_their_visit() {
    let facts = |visit: &str| {
        format!(
            r#"
            affiliations = [{{ person = "vera", kind = "visit", unit = "s1"{visit} }}]
            grants = [
                {{ person = "vera", role = "technician", scope = {{ unit = "s1" }}, until = "{}" }},
                {{ person = "vera", role = "technician", scope = {{ unit = "s2" }} }},
                {{ person = "bia", role = "technician", scope = {{ unit = "s2" }}, until = "{}" }},
                {{ person = "bia", role = "viewer", scope = {{ unit = "s2" }}, until = "{}" }},
            ]"#,
            day(9),
            day(11),
            day(9)
        )
    };
    let rule = r#"visit = { roles = ["technician"], affiliation = "visit" }"#;
    // The visit goes on: what has an end of its own is over with it.
    let desk = schools(rule, &facts(""));
    let past = plan(&desk, []);
    assert_eq!(drawn(&past), ["vera technician s1 visit-over"]);
    assert_eq!(past.rows[0].evidence, Grounds::PastEnd { until: day(9) });
    // The visit is over, and with it all that was given for it; removal is by hand, in one act.
    let desk = schools(rule, &facts(&format!(r#", until = "{}""#, day(8))));
    let over = plan(&desk, []);
    assert_eq!(drawn(&over), ["vera technician s1 visit-over", "vera technician s2 visit-over"]);
    desk.does(&Actor::user("chief"), over);
    assert!(plan(&desk, []).is_empty());
    // By kind: everything a visitor holds.
    let desk = schools(r#"visit = { kinds = ["visitor"] }"#, &facts(""));
    assert_eq!(drawn(&plan(&desk, [])), ["vera technician s1 visit-over"]);
    assert!(plan(&Desk { now: day(8), ..desk }, []).is_empty());
}

#[test]
fn s13_losing_the_last_unit_of_a_vision_takes_the_roles_of_that_vision_alone() {
    let facts = |more: &str| {
        let ended =
            [affiliated("ana", "s1", Some(day(3))), affiliated("ana", "s2", Some(day(4)))].concat();
        format!(
            r#"affiliations = [{ended}{more}]
            grants = [
                {{ person = "ana", role = "clerk", scope = {{ unit = "s1" }} }},
                {{ person = "ana", role = "viewer", scope = {{ unit = "s1" }} }},
                {{ person = "ana", role = "viewer", scope = {{ unit = "d1" }} }},
                {{ person = "ana", role = "technician", scope = {{ unit = "s1" }} }},
                {{ person = "bia", role = "clerk", scope = {{ unit = "s2" }} }},
            ]"#
        )
    };
    let lost = |more: &str| drawn(&plan(&schools("vision-lost = true", &facts(more)), []));
    // Both schools are lost: the role of schools goes, and that of schools and districts, which
    // nothing upholds at either; roles of every vision stay, and whoever had no unit to lose.
    assert_eq!(lost(""), ["ana clerk s1 vision-lost", "ana viewer s1 vision-lost"]);
    // A district remains, and so the role of both visions.
    assert_eq!(lost(&affiliated("ana", "d2", None)), ["ana clerk s1 vision-lost"]);
    // A school remains, anywhere.
    assert!(lost(&affiliated("ana", "s3", None)).is_empty());
    assert!(lost(&affiliated("ana", "s3", Some(day(12)))).is_empty());
}

#[test]
fn u7_those_who_left_or_were_not_seen_for_so_long_are_listed_and_deactivated() {
    let facts = format!(
        "affiliations = [{}]",
        [affiliated("ana", "s1", Some(day(3))), affiliated("bia", "s2", None)].concat()
    );
    let desk = schools("left = true\nunseen-days = 5", &facts);
    assert_eq!(drawn(&plan(&desk, [])), ["ana sp left"]);
    let seen = |since: u32, last: &[(&str, u32)]| {
        let last = last.iter().map(|(who, on)| LastSeen { person: person(who), at: day(*on) });
        Source::seen("door", day(since), last).unwrap()
    };
    let last = [("bia", 5), ("caio", 4), ("chief", 10)];
    let listed = plan(&desk, [seen(1, &last).covering(Covers::units(["sp"]).unwrap())]);
    assert_eq!(drawn(&listed), ["ana sp left", "caio sp unseen", "vera sp unseen"]);
    assert_eq!(listed.rows[1].reason(), format!("by `door` last on {}", day(4)));
    assert_eq!(listed.rows[2].reason(), format!("by `door` not once since {}", day(1)));
    // A door that has not been watched for so long knows nothing of who was not seen.
    assert_eq!(
        drawn(&plan(&desk, [seen(6, &last).covering(Covers::everything())])),
        ["ana sp left"]
    );
    // Nor of those it does not cover; and whoever any source has seen, was seen.
    let covers = Covers::people(["caio", "vera"]).unwrap();
    let two = [seen(1, &last).covering(covers), seen(6, &[("vera", 9)])];
    assert_eq!(drawn(&plan(&desk, two)), ["ana sp left", "caio sp unseen"]);
    desk.does(&Actor::user("root"), listed.clone());
    let suspended: Vec<String> =
        desk.snapshot().facts().suspended.iter().map(|s| s.person.to_string()).collect();
    assert_eq!(suspended, ["ana", "caio", "vera"]);
    assert!(plan(&desk, [seen(1, &last).covering(Covers::everything())]).is_empty());
    // The last administrator is not deactivated, though nobody saw them.
    let alone = plan(&desk, [seen(1, &[]).covering(Covers::everything())]);
    assert_eq!((drawn(&alone), alone.held_back.len()), (vec!["bia sp unseen".to_owned()], 1));
    assert!(
        alone
            .to_string()
            .contains("held back, so that no tenant is without an administrator:\n  chief  unseen")
    );
    desk.does(&Actor::user("root"), alone);
    let only = plan(&desk, [seen(1, &[]).covering(Covers::everything())]);
    assert!(only.is_empty());
    let forced = Plan { rows: only.held_back.clone(), ..only };
    assert!(matches!(desk.refuses(&Actor::host(), forced).rule, Rule::LastAdministrator { .. }));
}

#[test]
fn u7_x3_of_two_administrators_one_stays() {
    let desk = schools(
        "unseen-days = 5",
        r#"grants = [{ person = "ana", role = "chief", scope = { subtree = "sp" } }]"#,
    );
    let nobody = || {
        [Source::seen("door", day(0), [])
            .unwrap()
            .covering(Covers::people(["ana", "chief"]).unwrap())]
    };
    let both = plan(&desk, nobody());
    assert_eq!(
        (drawn(&both), both.held_back[0].person()),
        (vec!["ana sp unseen".to_owned()], &person("chief"))
    );
    // By the time it is carried out, the other one has left: the row is left out, and the next plan
    // names it.
    desk.does(
        &Actor::host(),
        Command::Suspend { person: person("chief"), tenant: Some(name("sp")) },
    );
    assert!(matches!(desk.refuses(&Actor::host(), both).rule, Rule::LastAdministrator { .. }));
    assert_eq!(plan(&desk, nobody()).held_back[0].person(), &person("ana"));
}

/// A plan by which ana, caio and the chief have not been seen, where ana and the chief are the
/// administrators; the chief, who was held back, is suspended meanwhile.
fn one_administrator_less() -> (Desk, Plan) {
    let desk = schools(
        "unseen-days = 5",
        r#"grants = [{ person = "ana", role = "chief", scope = { subtree = "sp" } }]"#,
    );
    let covers = Covers::people(["ana", "caio", "chief"]).unwrap();
    let drawn = plan(&desk, [Source::seen("door", day(0), []).unwrap().covering(covers)]);
    assert_eq!(self::drawn(&drawn), ["ana sp unseen", "caio sp unseen"]);
    desk.does(
        &Actor::host(),
        Command::Suspend { person: person("chief"), tenant: Some(name("sp")) },
    );
    (desk, drawn)
}

#[test]
fn r36_a_row_that_x3_forbids_only_when_it_is_carried_out_is_left_out_and_named() {
    let (desk, drawn) = one_administrator_less();
    let told = Arc::new(Mutex::new(Vec::new()));
    let listener = Arc::clone(&told);
    desk.authority.on_entry(move |entry| listener.lock().unwrap().push(entry.clone()));
    let entry =
        desk.authority.execute(&Actor::user("root"), drawn.clone(), "weekly", desk.now).unwrap();
    // The row itself, with its evidence; and not the one that the plan itself names as held back.
    assert_eq!(entry.held_back, drawn.rows[..1]);
    assert!(
        matches!(&entry.events[..], [Event::PersonSuspended { person: who, .. }] if *who == person("caio"))
    );
    assert!(
        format!("{entry:?}").contains("held_back") && !format!("{entry:?}").contains("\"ana\""),
        "{entry:?}"
    );
    // The entry says what changed, to listeners and to those who read it later. A plan names what
    // still stands.
    assert_eq!(*told.lock().unwrap(), std::slice::from_ref(&entry.entry));
    let json = serde_json::to_string(&entry.entry).unwrap();
    assert_eq!(serde_json::from_str::<Entry>(&json).unwrap(), entry.entry);
    let read = desk.authority.read_from(entry.revision, 1).unwrap().remove(0);
    assert_eq!(read, entry.entry);
    let covers = Covers::people(["ana"]).unwrap();
    let next = plan(&desk, [Source::seen("door", day(0), []).unwrap().covering(covers)]);
    assert_eq!((next.rows.len(), &next.held_back[..]), (0, &drawn.rows[..1]));
}

#[test]
fn r36_a_proposal_names_what_is_left_out_too_and_other_entries_nothing() {
    let (desk, drawn) = one_administrator_less();
    let proposal = desk.authority.propose(&Actor::host(), drawn.clone(), "", desk.now).unwrap();
    assert_eq!(proposal.held_back(), &drawn.rows[..1]);
    assert_eq!(desk.authority.commit(proposal).unwrap().held_back, drawn.rows[..1]);
    let resume = Command::Resume { person: person("caio"), tenant: Some(name("sp")) };
    assert!(
        desk.authority.execute(&Actor::host(), resume, "", desk.now).unwrap().held_back.is_empty()
    );
    // A plan of which everything can be done.
    let rest = Plan { rows: drawn.rows[1..].to_vec(), ..drawn };
    assert!(
        desk.authority.execute(&Actor::host(), rest, "", desk.now).unwrap().held_back.is_empty()
    );
}

#[test]
fn s12_grants_never_used_go_by_a_feed_of_uses() {
    let facts = format!(
        r#"grants = [
            {{ person = "ana", role = "clerk", scope = {{ unit = "s1" }} }},
            {{ person = "ana", role = "viewer", scope = {{ unit = "s1" }} }},
            {{ person = "bia", role = "clerk", scope = {{ unit = "s2" }}, from = "{}" }},
        ]"#,
        day(8)
    );
    let desk = schools("unused-days = 5", &facts);
    assert!(plan(&desk, []).is_empty());
    let used = |who: &str, role: &str, unit: &str, on: u32| LastUse {
        grant: alcada::Grant::role(role).to(who).only_in(unit).unwrap(),
        at: day(on),
    };
    let feed = |last: Vec<LastUse>| Source::used("log", day(0), last).unwrap();
    let told = plan(
        &desk,
        [feed(vec![used("ana", "clerk", "s1", 6), used("ana", "viewer", "s1", 4)])
            .covering(Covers::units(["d1"]).unwrap())],
    );
    assert_eq!(
        drawn(&told),
        ["ana viewer s1 unused"],
        "what is younger than that was not unused for so long"
    );
    assert_eq!(told.rows[0].rule, RevocationRule::Unused);
    let uncovered = plan(&desk, [feed(vec![]).covering(Covers::units(["d2"]).unwrap())]);
    assert!(uncovered.is_empty());
    assert_eq!(uncovered.silent[0].unanswered, Some(4), "two of ana's, and the chief's and root's");
}

#[test]
fn s12_a_hostile_plan_is_refused_whole() {
    let desk = schools("affiliation-ended = true", &clerks());
    let drawn = plan(&desk, []);
    let twice = Plan { rows: [drawn.rows.clone(), drawn.rows.clone()].concat(), ..drawn.clone() };
    assert!(desk.refuses(&Actor::host(), twice).to_string().contains("has a row twice"));
    let many =
        Plan { rows: vec![drawn.rows[0].clone(); alcada::plan::MAX_ROWS + 1], ..drawn.clone() };
    assert!(desk.refuses(&Actor::host(), many).to_string().contains("65536"));
    let empty = Plan { rows: vec![], ..drawn.clone() };
    assert!(desk.refuses(&Actor::host(), empty).to_string().contains("names nothing to change"));
    let mut row = drawn.rows[0].clone();
    let plan::Link::Grant(grant) = &mut row.link else { panic!() };
    grant.role = name("ghost");
    assert!(matches!(
        desk.refuses(&Actor::host(), Plan { rows: vec![row], ..drawn }).rule,
        Rule::PlanOutdated { .. }
    ));
}
