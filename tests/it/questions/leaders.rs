//! Leaders (O4): the people about whom a leader sees records, and those who see a person's records.

use alcada::{Event, Facts, Instant, Name, Permission, Policy, Snapshot, Target};

const VIEW: Permission = Permission::new("reports:view");
const CARE: Permission = Permission::new("care:view");
const NOW: Instant = Instant::from_micros(1_772_452_800_000_000);

fn desk() -> Snapshot {
    let policy = r#"
        version = 1
        functions.reports = { actions = ["view"], leader-only = true }
        functions.care.actions = ["view"]
        affiliations = ["exercise"]
        roles.leader.permissions = ["*:view"]
        roles.nurse.permissions = ["care:view"]
    "#;
    let mut facts = Snapshot::new(Policy::from_toml(policy).unwrap());
    let rows = r#"
        version = 1
        units = [{ code = "t" }, { code = "ward", parent = "t" }, { code = "u" }]
        people = [
            { person = "boss", tenant = "t" }, { person = "lea", tenant = "t" }, { person = "leo", tenant = "t" },
            { person = "ana", tenant = "t" }, { person = "rui", tenant = "t" }, { person = "eva", tenant = "t" },
            { person = "eva", tenant = "u" },
        ]
        groups = [
            { tenant = "t", name = "all", leader = "boss" },
            { tenant = "t", name = "north", parent = "all", leader = "lea", members = ["ana", "eva"] },
            { tenant = "t", name = "south", parent = "all", leader = "leo", members = ["rui"] },
        ]
        affiliations = [{ person = "rui", kind = "exercise", unit = "ward", until = "2026-03-03T00:00:00Z" }]
        grants = [
            { person = "boss", role = "leader", scope = { members = { group = "all", tenant = "t" } } },
            { person = "lea", role = "leader", scope = { members = { group = "north", tenant = "t" } } },
            { person = "leo", role = "leader", scope = { members = { group = "south", tenant = "t" } } },
            { person = "ana", role = "leader", scope = { own = { tenant = "t" } } },
            { person = "leo", role = "nurse", scope = { unit = "ward" } },
        ]
    "#;
    facts.import(&Facts::from_toml(rows).unwrap()).unwrap();
    facts
}

fn seen(
    facts: &Snapshot,
    by: &str,
    permission: Permission<'_>,
    tenant: Option<&str>,
) -> Vec<String> {
    facts
        .records_visible_to(by, permission, tenant, NOW)
        .map(|answer| answer.name().to_string())
        .collect()
}

fn sees(facts: &Snapshot, permission: Permission<'_>, person: &str) -> Vec<String> {
    let target = Target::About(person, Some("t"));
    facts.who_can(permission, target, NOW).map(|answer| answer.name().to_string()).collect()
}

#[test]
fn o4_a_leader_sees_the_records_of_the_groups_below_and_no_sibling() {
    let mut facts = desk();
    let t = Some("t");
    assert_eq!(seen(&facts, "boss", VIEW, t), ["boss", "lea", "leo", "ana", "rui", "eva"]);
    assert_eq!(seen(&facts, "lea", VIEW, t), ["lea", "ana", "eva"]);
    assert_eq!(seen(&facts, "leo", VIEW, t), ["leo", "rui"]);
    assert_eq!(seen(&facts, "ana", VIEW, t), ["ana"]);
    assert_eq!(seen(&facts, "rui", VIEW, t), [] as [&str; 0]);
    // About somebody of several tenants, the check asks which.
    assert_eq!(seen(&facts, "lea", VIEW, None), ["lea", "ana"]);
    assert_eq!(seen(&facts, "lea", VIEW, Some("u")), [] as [&str; 0]);
    let unknown = facts.records_visible_to("lea", VIEW, Some("v"), NOW).unknown();
    assert_eq!(unknown, Some(alcada::DenyReason::UnknownTenant));
    let name = |text: &str| Name::new(text).unwrap();
    let moved =
        Event::MemberAdded { tenant: name("t"), group: name("south"), person: name("ana").into() };
    facts.apply(&moved).unwrap();
    assert_eq!(seen(&facts, "leo", VIEW, t), ["leo", "ana", "rui"]);
}

#[test]
fn o4_who_sees_a_persons_record() {
    let facts = desk();
    assert_eq!(sees(&facts, VIEW, "ana"), ["boss", "lea", "ana"]);
    assert_eq!(sees(&facts, VIEW, "rui"), ["boss", "leo"]);
    assert_eq!(sees(&facts, VIEW, "boss"), ["boss"]);
    let ambiguous = facts.who_can(VIEW, Target::About("eva", None), NOW);
    assert_eq!(ambiguous.unknown(), Some(alcada::DenyReason::AmbiguousPerson));
    assert_eq!(ambiguous.count(), 0);
}

#[test]
fn o4_places_count_where_the_function_is_not_for_leaders_alone() {
    let facts = desk();
    // Rui is of the ward until midnight; leo nurses there, and leads him too.
    let until = facts
        .who_can(CARE, Target::About("rui", Some("t")), NOW)
        .map(|answer| (answer.name().to_string(), answer.until()));
    assert_eq!(until.collect::<Vec<_>>(), [("boss".to_owned(), None), ("leo".to_owned(), None)]);
    assert_eq!(seen(&facts, "leo", CARE, Some("t")), ["leo", "rui"]);
    let name = |text: &str| Name::new(text).unwrap();
    let mut facts = facts;
    facts
        .apply(&Event::LeaderSet { tenant: name("t"), group: name("south"), leader: None })
        .unwrap();
    let midnight: Instant = "2026-03-03T00:00:00Z".parse().unwrap();
    let only = facts
        .records_visible_to("leo", CARE, Some("t"), NOW)
        .map(|answer| (answer.name().to_string(), answer.until()));
    assert_eq!(only.collect::<Vec<_>>(), [("rui".to_owned(), Some(midnight))]);
    let stretches =
        facts.who_can_between(CARE, Target::About("rui", Some("t")), midnight, Instant::MAX);
    assert_eq!(stretches.map(|answer| answer.name.to_string()).collect::<Vec<_>>(), ["boss"]);
}
