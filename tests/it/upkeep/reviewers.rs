//! Who could answer in a review campaign (contract U7): those whose answer would be accepted.

use std::collections::BTreeMap;

use alcada::{
    Actor, Command, Facts, Grant, Identifier, Instant, Name, Policy, Scope, Snapshot,
    review::{self, Reviewers},
};
use proptest::prelude::*;

use crate::administration::desk::{Desk, at};
use crate::given::{day, name, person};
use crate::properties::worlds;
use crate::random_commands::{Act, Run};
use crate::worlds::Source;

const POLICY: &str = r#"
    version = 1
    channels = ["panel", "app"]
    kinds = { staff = {}, guest = {} }
    functions.desk.actions = ["ask"]
    functions.team.actions = ["review", "look"]
    functions.guests.actions = ["review"]
    unit-kinds = { institution = {}, office = {} }
    roles.boss.permissions = ["team:*"]
    roles.host.permissions = ["guests:review"]
    roles.asker.permissions = ["desk:ask"]
    roles.looker.permissions = ["team:look"]
    guards = [
        { commands = ["review"], permission = "guests:review", kinds = ["guest"] },
        { commands = ["review"], permission = "team:review" },
    ]
"#;

const FACTS: &str = r#"
    version = 1
    units = [{ code = "i", kind = "institution" }, { code = "o", kind = "office", parent = "i" },
        { code = "o2", kind = "office", parent = "o" }, { code = "j", kind = "institution" }]
    people = [
        { person = "ana", tenant = "i", kind = "staff" }, { person = "bia", tenant = "i", kind = "guest" },
        { person = "boss", tenant = "i", kind = "staff" }, { person = "chief", tenant = "i", kind = "staff" },
        { person = "door", tenant = "i", kind = "staff" }, { person = "gone", tenant = "i", kind = "staff" },
        { person = "late", tenant = "i", kind = "staff" }, { person = "lea", tenant = "i", kind = "staff" },
        { person = "phone", tenant = "i", kind = "staff" }, { person = "tom", tenant = "i", kind = "staff" },
        { person = "other", tenant = "j", kind = "staff" }, { person = "all", kind = "staff" },
    ]
    groups = [
        { tenant = "i", name = "top", leader = "tom", members = ["lea"] },
        { tenant = "i", name = "desk", parent = "top", leader = "lea", members = ["ana", "bia"] },
        { tenant = "i", name = "side", leader = "boss", members = ["ana"] },
    ]
    grants = [
        { person = "ana", role = "asker", scope = { unit = "o" } },
        { person = "ana", role = "asker", scope = { subtree = "i" } },
        { person = "bia", role = "asker", scope = { unit = "o2" } },
        { person = "tom", role = "asker", scope = { unit = "o2" } },
        { person = "boss", role = "boss", scope = { subtree = "i" } },
        { person = "chief", role = "boss", scope = { subtree = "o" } },
        { person = "door", role = "host", scope = { unit = "o2" } },
        { person = "gone", role = "boss", scope = { subtree = "i" } },
        { person = "late", role = "boss", scope = { subtree = "i" }, from = "2026-03-15T00:00:00Z" },
        { person = "lea", role = "boss", scope = { members = { group = "desk", tenant = "i" } } },
        { person = "phone", role = "looker", scope = { unit = "o" } },
        { person = "phone", role = "boss", scope = { unit = "o" }, channel = "app" },
        { person = "other", role = "boss", scope = { subtree = "j" } },
        { person = "all", role = "boss", scope = "everywhere" },
    ]
    suspended = [{ person = "gone", tenant = "i" }]
"#;

/// Half-way through a review of what those ask who ask.
fn desk(reviewers: Reviewers) -> Desk {
    let desk = Desk { now: day(10), ..Desk::policy(POLICY) };
    desk.authority.import(&Facts::from_toml(FACTS).unwrap()).unwrap();
    let (scope, roles) = (Scope::Subtree(name("i")), vec![name("asker")]);
    let (tenant, name, deadline) = (name("i"), name("spring"), day(20));
    desk.does(
        &Actor::host(),
        Command::OpenCampaign { tenant, name, scope, roles, reviewers, deadline },
    );
    desk
}

fn listed(snapshot: &Snapshot, now: Instant) -> Vec<(String, usize)> {
    let reviewers = snapshot.reviewers("i", "spring", now).unwrap();
    reviewers.into_iter().map(|(who, open)| (who.to_string(), open)).collect()
}

fn keep(tenant: &Name, campaign: &Name, grant: &Grant) -> Command {
    let answers = vec![review::Answer::keep(grant.clone(), "")];
    Command::Review { tenant: tenant.clone(), campaign: campaign.clone(), answers }
}

/// The same by trying, where no hours bind anybody: everybody, from everywhere, by every channel,
/// about everything that is open.
fn tried(
    snapshot: &Snapshot,
    tenant: &Name,
    campaign: &Name,
    now: Instant,
) -> BTreeMap<Identifier, usize> {
    let (mut facts, open) = (snapshot.facts(), snapshot.campaign(tenant, campaign).unwrap().open);
    facts.enrolments.clear();
    let mut always =
        Snapshot::new(Policy::from_document(snapshot.policy().document().clone()).unwrap());
    always.import(&facts).unwrap();
    let channels = snapshot.policy().document().channels.iter().map(Some);
    let channels: Vec<Option<&Name>> = channels.chain([None]).collect();
    let units: Vec<Option<&Name>> =
        facts.units.iter().map(|unit| Some(&unit.code)).chain([None]).collect();
    let mut tried = BTreeMap::new();
    for who in facts.people.iter().map(|registered| &registered.person) {
        let actors: Vec<Actor> = units
            .iter()
            .flat_map(|unit| channels.iter().map(move |channel| (unit, channel)))
            .map(|(unit, channel)| {
                let actor = Actor::user(who.as_str());
                let actor = unit.map_or(actor.clone(), |unit| actor.working_at(unit));
                channel.map_or(actor.clone(), |channel| actor.on_channel(channel))
            })
            .collect();
        let could = |grant: &&Grant| {
            let command = keep(tenant, campaign, grant);
            actors.iter().any(|actor| always.decide(actor, &command, "", now).is_ok())
        };
        let count = open.iter().filter(could).count();
        if count > 0 {
            tried.insert(who.clone(), count);
        }
    }
    tried
}

#[test]
fn u7_everybody_who_could_answer_is_listed_where_administrators_answer() {
    let desk = desk(Reviewers::Administrators);
    let now = listed(&desk.snapshot(), desk.now);
    let now: Vec<(&str, usize)> = now.iter().map(|(who, open)| (who.as_str(), *open)).collect();
    // Of the office, of guests, of a group, by the app alone; not those to come, suspended, of
    // elsewhere, or who only lead.
    assert_eq!(now, [("all", 3), ("boss", 3), ("chief", 2), ("door", 1), ("lea", 2), ("phone", 1)]);
    let snapshot = desk.snapshot();
    assert_eq!(
        snapshot.reviewers("i", "spring", desk.now).unwrap(),
        tried(&snapshot, &name("i"), &name("spring"), desk.now)
    );
    assert!(listed(&snapshot, day(15)).contains(&("late".to_owned(), 3)));
    // Those who answered are asked no more, and from the deadline on nobody is.
    desk.does(
        &at("chief", "o"),
        keep(&name("i"), &name("spring"), &Grant::role("asker").to("ana").only_in("o").unwrap()),
    );
    let left = listed(&desk.snapshot(), desk.now);
    assert!(
        left.contains(&("chief".to_owned(), 1)) && !left.iter().any(|(who, _)| who == "phone"),
        "{left:?}"
    );
    assert!(listed(&snapshot, day(20)).is_empty());
    for (tenant, campaign) in [("j", "spring"), ("i", "autumn"), ("nowhere", "spring"), ("", "")] {
        assert!(snapshot.reviewers(tenant, campaign, desk.now).is_none());
    }
}

#[test]
fn u7_of_leaders_those_are_listed_who_hold_the_guard_as_well() {
    let desk = desk(Reviewers::Leaders);
    let snapshot = desk.snapshot();
    // Tom leads them from above, and holds nothing by which to answer. Of guests lea holds no
    // guard; and what the boss holds over those they do not lead does not count.
    assert_eq!(listed(&snapshot, desk.now), [("boss".to_owned(), 2), ("lea".to_owned(), 2)]);
    assert_eq!(
        snapshot.reviewers("i", "spring", desk.now).unwrap(),
        tried(&snapshot, &name("i"), &name("spring"), desk.now)
    );
}

#[test]
fn u7_nobody_reviews_their_own_and_hours_are_not_asked() {
    let desk = desk(Reviewers::Administrators);
    let more = r#"version = 1
        grants = [{ person = "boss", role = "asker", scope = { unit = "i" } }]
        grids = [{ tenant = "i", name = "nights", hours = "mon-sun 00:00-00:01; UTC" }]
        enrolments = [{ tenant = "i", grid = "nights", person = "boss" }]"#;
    desk.authority.import(&Facts::from_toml(more).unwrap()).unwrap();
    desk.does(
        &Actor::host(),
        Command::OpenCampaign {
            tenant: name("i"),
            name: name("again"),
            scope: Scope::Unit(name("i")),
            roles: vec![name("asker")],
            reviewers: Reviewers::Administrators,
            deadline: day(20),
        },
    );
    let reviewers = desk.snapshot().reviewers("i", "again", desk.now).unwrap();
    let all = [(person("all"), 2), (person("boss"), 1), (person("lea"), 1)];
    assert_eq!(reviewers, all.into(), "not the boss, of their own");
    let noon = desk.now.plus_seconds(12 * 3_600);
    assert!(listed(&desk.snapshot(), noon).contains(&("boss".to_owned(), 3)));
}

proptest! {
    #![proptest_config(ProptestConfig { max_shrink_iters: 20, ..worlds(32) })]

    #[test]
    fn u7_reviewers_are_those_whose_answer_would_be_accepted(
        number in any::<u64>().no_shrink(),
        host in prop::collection::vec(any::<u64>().no_shrink(), 10..60),
        leaders in any::<bool>(),
        tenant in prop::sample::select(vec!["a", "b"]),
        scope in 0usize..4,
    ) {
        let mut world = Run::begin(number, &host);
        for &seed in host.iter().take(12) {
            world.turn(&mut Source { raw: &[], seed, state: !seed }, false);
        }
        let reviewers = if leaders { Reviewers::Leaders } else { Reviewers::Administrators };
        let below = name(if tenant == "a" { "a/1" } else { "b/1" });
        let north = Scope::Members { group: name("north"), tenant: Some(name(tenant)) };
        let scope = [Scope::Subtree(name(tenant)), Scope::Unit(name(tenant)), Scope::Subtree(below), north][scope].clone();
        let (roles, deadline) = (vec![], Instant::MAX);
        let command = Command::OpenCampaign { tenant: name(tenant), name: name("new"), scope, roles, reviewers, deadline };
        let now = world.now;
        // There may be nothing to review.
        let _ = world.issue(Act { actor: Actor::host(), command, now });
        let open = world.snapshot.campaigns(tenant);
        for campaign in &open {
            let listed = world.snapshot.reviewers(tenant, campaign, now).unwrap();
            prop_assert_eq!(listed, tried(&world.snapshot, &name(tenant), campaign, now), "{} of {}", campaign, tenant);
        }
    }
}
