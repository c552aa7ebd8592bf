//! Review campaigns (contract U7).

use alcada::{
    Actor, Authority, Change, Command, Event, Facts, Grant, Instant, Name, Policy, Revision, Scope,
    admin::Rule,
    journal::{Journal, MemoryJournal},
    review::{self, Progress, Reviewers, Verdict},
};

use crate::administration::desk::{Desk, at};
use crate::given::{day, name, person};

const POLICY: &str = r#"
    version = 1
    functions.desk.actions = ["ask", "approve"]
    functions.team.actions = ["manage", "review"]
    unit-kinds = { institution = {}, office = {} }
    roles.boss = { permissions = ["team:*", "desk:*"] }
    roles.key-user.permissions = ["desk:ask"]
    roles.buyer.permissions = ["desk:approve"]
    roles.lead.permissions = ["team:review"]
    administration.administrator = "boss"
    guards = [
        { commands = ["open-campaign", "close-campaign", "revoke", "remove-person", "grant", "delete-group", "create-group"], permission = "team:manage" },
        { commands = ["review"], permission = "team:review" },
    ]
"#;

const FACTS: &str = r#"
    version = 1
    units = [{ code = "i", kind = "institution" }, { code = "o", kind = "office", parent = "i" }, { code = "j", kind = "institution" }]
    people = [
        { person = "boss", tenant = "i" }, { person = "ana", tenant = "i" }, { person = "bia", tenant = "i" },
        { person = "lea", tenant = "i" }, { person = "tom", tenant = "i" }, { person = "eve", tenant = "j" },
    ]
    groups = [
        { tenant = "i", name = "all", leader = "tom", members = ["lea"] },
        { tenant = "i", name = "desk", parent = "all", leader = "lea", members = ["ana", "bia"] },
    ]
    grants = [
        { person = "boss", role = "boss", scope = { subtree = "i" } },
        { person = "ana", role = "key-user", scope = { unit = "o" } },
        { person = "ana", role = "buyer", scope = { unit = "i" } },
        { person = "bia", role = "key-user", scope = { unit = "o" } },
        { person = "bia", role = "buyer", scope = { unit = "o" }, until = "2026-03-05T00:00:00Z" },
        { person = "lea", role = "lead", scope = { members = { group = "desk", tenant = "i" } } },
        { person = "tom", role = "lead", scope = { members = { group = "all", tenant = "i" } } },
        { person = "eve", role = "key-user", scope = { unit = "j" } },
    ]
"#;

fn desk(silence: &str) -> Desk {
    let desk = Desk::policy(&format!("{POLICY}\nreview.silence = \"{silence}\""));
    desk.authority.import(&Facts::from_toml(FACTS).unwrap()).unwrap();
    Desk { now: day(10), ..desk }
}

fn boss() -> Actor {
    at("boss", "i")
}

fn opening(scope: Scope, roles: &[&str], reviewers: Reviewers) -> Command {
    let roles = roles.iter().map(|role| name(role)).collect();
    Command::OpenCampaign {
        tenant: name("i"),
        name: name("spring"),
        scope,
        roles,
        reviewers,
        deadline: day(20),
    }
}

fn whole() -> Scope {
    Scope::Subtree(name("i"))
}

fn answer(answers: Vec<review::Answer>) -> Command {
    Command::Review { tenant: name("i"), campaign: name("spring"), answers }
}

fn close() -> Command {
    Command::CloseCampaign { tenant: name("i"), campaign: name("spring") }
}

fn grant(who: &str, role: &str, unit: &str) -> Grant {
    Grant::role(role).to(who).only_in(unit).unwrap()
}

fn progress(desk: &Desk) -> Progress {
    desk.snapshot().campaign("i", "spring").unwrap()
}

/// Open, kept, revoked, gone.
fn counts(desk: &Desk) -> (usize, usize, usize, usize) {
    let progress = progress(desk);
    (progress.open.len(), progress.kept, progress.revoked, progress.gone)
}

#[test]
fn u7_a_campaign_puts_the_grants_in_force_at_a_scope_before_reviewers() {
    let campaign = desk("keep");
    campaign.does(&boss(), opening(whole(), &[], Reviewers::Administrators));
    let open = progress(&campaign).open;
    let listed: Vec<(String, String)> =
        open.iter().map(|grant| (grant.person.to_string(), grant.role.to_string())).collect();
    let listed: Vec<(&str, &str)> =
        listed.iter().map(|(who, role)| (who.as_str(), role.as_str())).collect();
    // What is over is not in it, nor what is of another tenant.
    let all = [
        ("ana", "key-user"),
        ("ana", "buyer"),
        ("bia", "key-user"),
        ("boss", "boss"),
        ("lea", "lead"),
        ("tom", "lead"),
    ];
    assert_eq!(listed, all);
    assert_eq!(campaign.snapshot().campaigns("i"), [name("spring")]);
    assert!(
        campaign.snapshot().campaigns("j").is_empty()
            && campaign.snapshot().campaign("j", "spring").is_none()
    );
    assert!(
        campaign.snapshot().campaign("i", "autumn").is_none()
            && campaign.snapshot().campaigns("x").is_empty()
    );
    // A part of it: a unit, some roles, a group's people.
    for (scope, roles, count) in [
        (Scope::Unit(name("o")), &[][..], 2),
        (Scope::Subtree(name("o")), &["buyer", "key-user"][..], 2),
        (whole(), &["buyer"][..], 1),
        (Scope::Members { group: name("desk"), tenant: Some(name("i")) }, &[][..], 4),
    ] {
        let part = desk("keep");
        part.does(&boss(), opening(scope, roles, Reviewers::Administrators));
        assert_eq!(progress(&part).open.len(), count);
    }
    // The same name again, nothing to review, a deadline that has passed, a scope that is no place.
    assert!(
        campaign
            .refuses(&boss(), opening(whole(), &[], Reviewers::Leaders))
            .to_string()
            .contains("spring")
    );
    let none = Scope::Unit(name("o"));
    assert!(
        desk("keep")
            .refuses(&boss(), opening(none, &["lead"], Reviewers::Leaders))
            .to_string()
            .contains("nothing to review")
    );
    let late = Desk { now: day(20), ..desk("keep") };
    let passed = late.refuses(&boss(), opening(whole(), &[], Reviewers::Leaders));
    assert_eq!(passed.rule, Rule::DeadlinePassed { campaign: name("spring"), deadline: day(20) });
    assert!(passed.to_string().ends_with("open one that ends later"), "{passed}");
    desk("keep").refuses(&Actor::host(), opening(Scope::Everywhere, &[], Reviewers::Leaders));
    desk("keep").refuses(&Actor::host(), opening(Scope::Unit(name("j")), &[], Reviewers::Leaders));
    assert!(matches!(
        desk("keep").refuses(&Actor::user("ana"), opening(whole(), &[], Reviewers::Leaders)).rule,
        Rule::NotPermitted { .. }
    ));
}

#[test]
fn u7_what_is_revoked_ends_in_the_same_act_and_progress_is_told_at_any_time() {
    let desk = desk("keep");
    desk.does(&boss(), opening(whole(), &["key-user", "buyer"], Reviewers::Administrators));
    assert_eq!(counts(&desk), (3, 0, 0, 0));
    let events = desk.does(
        &boss(),
        answer(vec![
            review::Answer::keep(grant("ana", "key-user", "o"), "still at the desk"),
            review::Answer::revoke(grant("ana", "buyer", "i"), "buys no more"),
        ]),
    );
    assert!(matches!(&events[..], [Event::ReviewAnswered { answers, .. }, Event::Revoked(gone)]
        if answers.len() == 2 && *gone == grant("ana", "buyer", "i")));
    assert_eq!(counts(&desk), (1, 1, 1, 0));
    // Revoked otherwise, a grant is gone; and comes back under review with itself.
    desk.does(&boss(), Command::revoke(grant("bia", "key-user", "o")));
    assert_eq!(counts(&desk), (0, 1, 1, 1));
    desk.does(&boss(), grant("bia", "key-user", "o"));
    assert_eq!(counts(&desk), (1, 1, 1, 0));
    // What was kept may be revoked later, until the deadline.
    desk.does(&boss(), answer(vec![review::Answer::revoke(grant("ana", "key-user", "o"), "left")]));
    assert_eq!(counts(&desk), (1, 0, 2, 0));
    // Those who leave take their grants with them.
    desk.does(
        &Actor::host(),
        Command::RemovePerson { person: person("bia"), tenant: Some(name("i")) },
    );
    assert_eq!(counts(&desk), (0, 0, 2, 1));
    assert!(progress(&desk).is_done());
    desk.does(&boss(), close());
    assert!(desk.snapshot().campaigns("i").is_empty());
    assert!(desk.refuses(&boss(), close()).to_string().contains("spring"));
}

#[test]
fn u7_nobody_reviews_their_own_and_only_what_is_under_review() {
    let desk = desk("keep");
    desk.does(&boss(), opening(whole(), &[], Reviewers::Administrators));
    let own = Grant::role("boss").to("boss").in_and_below("i").unwrap();
    assert_eq!(
        desk.refuses(&boss(), answer(vec![review::Answer::keep(own.clone(), "me")])).rule,
        Rule::Oneself
    );
    // Not even the host leaves a tenant without its administrator.
    let revoked = answer(vec![review::Answer::revoke(own, "gone")]);
    assert!(matches!(desk.refuses(&Actor::host(), revoked).rule, Rule::LastAdministrator { .. }));
    let known = || review::Answer::keep(grant("bia", "key-user", "o"), "");
    for answers in [
        vec![],
        vec![known(), known()],
        vec![review::Answer::keep(grant("bia", "key-user", "i"), "")],
        vec![review::Answer::keep(grant("bia", "ghost", "o"), "")],
        vec![review::Answer::keep(grant("bia", "key-user", "o"), "x".repeat(4097))],
    ] {
        desk.refuses(&boss(), answer(answers));
    }
    desk.does(&boss(), Command::revoke(grant("bia", "key-user", "o")));
    assert!(desk.refuses(&boss(), answer(vec![known()])).to_string().contains("or it is gone"));
    assert!(matches!(
        desk.refuses(&Actor::user("ana"), answer(vec![known()])).rule,
        Rule::NotPermitted { .. }
    ));
    // A leader is not asked, but their people are theirs to review all the same, by the guard they
    // hold.
    desk.does(
        &Actor::user("lea"),
        answer(vec![review::Answer::keep(grant("ana", "buyer", "i"), "mine")]),
    );
}

#[test]
fn u7_leaders_review_their_people() {
    let desk = desk("keep");
    desk.does(&boss(), opening(whole(), &[], Reviewers::Leaders));
    let reviewers = desk.snapshot().reviewers("i", "spring", desk.now).unwrap();
    let open: Vec<(&str, usize)> =
        reviewers.iter().map(|(who, open)| (who.as_str(), *open)).collect();
    assert_eq!(
        open,
        [("lea", 3), ("tom", 4)],
        "lea's own grant is tom's to review, and tom's nobody's"
    );
    let lea = Actor::user("lea");
    desk.does(&lea, answer(vec![review::Answer::keep(grant("ana", "buyer", "i"), "")]));
    let led = Grant::role("lead")
        .to("lea")
        .scoped(Scope::Members { group: name("desk"), tenant: Some(name("i")) });
    assert_eq!(
        desk.refuses(&lea, answer(vec![review::Answer::keep(led.clone().unwrap(), "")])).rule,
        Rule::Oneself
    );
    desk.does(&Actor::user("tom"), answer(vec![review::Answer::revoke(led.unwrap(), "")]));
    assert!(matches!(
        desk.refuses(&lea, answer(vec![review::Answer::keep(grant("bia", "key-user", "o"), "")]))
            .rule,
        Rule::NotPermitted { .. }
    ));
    // The administrator leads nobody.
    let refusal = desk
        .refuses(&boss(), answer(vec![review::Answer::keep(grant("bia", "key-user", "o"), "")]));
    assert_eq!(refusal.rule, Rule::NotReviewer { campaign: name("spring") });
    assert!(refusal.to_string().contains("those who lead the person answer"), "{refusal}");
}

#[test]
fn u7_at_the_deadline_the_policy_says_what_silence_means() {
    for silence in ["keep", "revoke"] {
        let desk = desk(silence);
        desk.does(&boss(), opening(whole(), &[], Reviewers::Administrators));
        desk.does(&boss(), answer(vec![review::Answer::keep(grant("ana", "buyer", "i"), "")]));
        let early = desk.refuses(&boss(), close());
        assert_eq!(
            early.rule,
            Rule::ReviewOpen { campaign: name("spring"), open: 5, deadline: day(20) }
        );
        assert!(
            early.to_string().contains("5 grants are open; answer, or close it from"),
            "{early}"
        );
        let over = Desk { now: day(20), ..desk };
        let late = over.refuses(
            &boss(),
            answer(vec![review::Answer::keep(grant("bia", "key-user", "o"), "")]),
        );
        assert!(matches!(late.rule, Rule::DeadlinePassed { .. }));
        let events = over.does(&boss(), close());
        let left: Vec<String> = over
            .snapshot()
            .facts()
            .grants
            .iter()
            .map(|grant| format!("{} {}", grant.person, grant.role))
            .collect();
        match silence {
            "keep" => assert_eq!((events.len(), left.len()), (1, 8)),
            // But for the last administrator (X3).
            _ => assert_eq!(left, ["ana buyer", "bia buyer", "boss boss", "eve key-user"]),
        }
    }
}

/// X3: of many administrators about whom nobody said anything one stays, whatever the others'
/// dates, and soon.
#[test]
fn x3_silence_about_many_administrators_takes_their_number_of_steps() {
    let desk = desk("revoke");
    let facts = desk.snapshot().facts();
    let mut more = Facts::new();
    let many = 1_500;
    for n in 0..many {
        let who = format!("b{n:04}");
        let known =
            facts.people.iter().find(|registered| registered.person == person("boss")).unwrap();
        more.people.push(alcada::Registration { person: person(&who), ..known.clone() });
        more.grants.push(Grant::role("boss").to(&who).in_and_below("i").unwrap());
    }
    desk.authority.import(&more).unwrap();
    desk.does(&boss(), opening(whole(), &["boss"], Reviewers::Administrators));
    let over = Desk { now: day(20), ..desk };
    let started = std::time::Instant::now();
    let events = over.does(&boss(), close());
    assert_eq!(events.len(), many + 1, "all but one, and the closing");
    assert!(started.elapsed() < std::time::Duration::from_secs(10), "{:?}", started.elapsed());
    let left = over.snapshot().facts().grants;
    let bosses: Vec<&str> =
        left.iter().filter(|grant| grant.role == *"boss").map(|g| g.person.as_str()).collect();
    assert_eq!(bosses, ["boss"], "the last in the order of the campaign");
}

#[test]
fn u7_a_campaign_is_in_the_facts_and_ends_with_the_group_it_is_about() {
    let desk = desk("keep");
    desk.does(&boss(), opening(whole(), &[], Reviewers::Administrators));
    desk.does(&boss(), answer(vec![review::Answer::keep(grant("ana", "buyer", "i"), "")]));
    let facts = desk.snapshot().facts();
    assert_eq!(facts.campaigns[0].items[1].answer, Some(Verdict::Keep));
    assert_eq!(Facts::from_toml(&toml::to_string(&facts).unwrap()).unwrap(), facts);
    let again = desk.fork();
    assert_eq!(again.snapshot().facts(), facts);
    again.snapshot().verify().unwrap();
    assert_eq!(counts(&again), counts(&desk));
    // R12: with its group, a campaign ends; of other scopes it goes on.
    let of_group = Command::OpenCampaign {
        tenant: name("i"),
        name: name("group"),
        scope: Scope::Members { group: name("desk"), tenant: Some(name("i")) },
        roles: vec![],
        reviewers: Reviewers::Leaders,
        deadline: day(20),
    };
    desk.does(&boss(), of_group);
    let both: [Name; 2] = [name("group"), name("spring")];
    assert_eq!(desk.snapshot().campaigns("i"), both);
    desk.does(&boss(), Command::DeleteGroup { tenant: name("i"), group: name("desk") });
    assert_eq!(desk.snapshot().campaigns("i"), [name("spring")]);
}

#[test]
fn u7_a_tenant_has_so_many_campaigns_open_and_no_more() {
    let desk = desk("keep");
    let numbered = |n: usize| Command::OpenCampaign {
        tenant: name("i"),
        name: name(&format!("c{n}")),
        scope: whole(),
        roles: vec![],
        reviewers: Reviewers::Administrators,
        deadline: Instant::MAX,
    };
    for n in 0..alcada::facts::limits::MAX_CAMPAIGNS {
        desk.does(&boss(), numbered(n));
    }
    let refusal = desk.refuses(&boss(), numbered(64));
    assert!(refusal.to_string().contains("64"), "{refusal}");
}

/// A policy with a role more, and a journal on which a review of it is under way.
fn under_way(journal: &MemoryJournal) -> Authority {
    let policy = format!("{POLICY}\nroles.visitor.permissions = [\"desk:ask\"]");
    let authority =
        Authority::open(journal.clone(), Policy::from_toml(&policy).unwrap(), day(0)).unwrap();
    let more = r#"grants = [
        { person = "ana", role = "visitor", scope = { unit = "o" } }, { person = "bia", role = "visitor", scope = { unit = "o" } },
    ]"#;
    authority.import(&Facts::from_toml(FACTS).unwrap()).unwrap();
    authority.import(&Facts::from_toml(&format!("version = 1\n{more}")).unwrap()).unwrap();
    let opening = opening(whole(), &["visitor", "key-user"], Reviewers::Administrators);
    authority.execute(&boss(), opening, "the yearly review", day(1)).unwrap();
    let kept = review::Answer::keep(grant("bia", "visitor", "o"), "bia is trusted");
    authority.execute(&boss(), answer(vec![kept]), "", day(2)).unwrap();
    authority
}

#[test]
fn r34_a_review_under_way_is_carried_over_to_another_policy() {
    let journal = MemoryJournal::new();
    let before = under_way(&journal).snapshot().campaign("i", "spring").unwrap();
    assert_eq!((before.open.len(), before.kept), (3, 1));
    // The role has another name: so it has in the review.
    let renamed = format!(
        "{POLICY}\nroles.guest.permissions = [\"desk:ask\"]\nrenamed.roles = {{ visitor = \"guest\" }}"
    );
    let authority =
        Authority::open(journal.clone(), Policy::from_toml(&renamed).unwrap(), day(3)).unwrap();
    let progress = authority.snapshot().campaign("i", "spring").unwrap();
    assert_eq!(
        (progress.open.len(), progress.kept, progress.campaign.roles),
        (3, 1, vec![name("guest"), name("key-user")])
    );
    assert!(progress.open.contains(&grant("ana", "guest", "o")));
    authority.snapshot().verify().unwrap();
    // It is retired: what it gave is gone.
    let retired = format!("{POLICY}\nretired.roles = [\"guest\"]");
    let authority = Authority::open(journal, Policy::from_toml(&retired).unwrap(), day(4)).unwrap();
    let progress = authority.snapshot().campaign("i", "spring").unwrap();
    assert_eq!((progress.open.len(), progress.kept, progress.gone), (2, 0, 2));
}

#[test]
fn u7_reasons_of_a_review_are_in_the_record_until_somebody_is_erased() {
    let journal = MemoryJournal::new();
    let authority = under_way(&journal);
    let entry = authority.read_from(authority.revision(), 1).unwrap().remove(0);
    assert!(
        matches!(&entry.events[..], [Event::ReviewAnswered { answers, .. }] if answers[0].reason == "bia is trusted")
    );
    assert_eq!((entry.command.as_str(), entry.affected.people), ("review", vec![person("bia")]));
    authority
        .apply(Change::of(&[Event::PersonErased { person: person("bia") }]).at(day(5)))
        .unwrap();
    let records = journal.read_from(Revision(1), usize::MAX).unwrap();
    let text: String =
        records.iter().map(|record| serde_json::to_string(&**record).unwrap()).collect();
    assert!(!text.contains("trusted") && !text.contains("bia"), "{text}");
    assert_eq!(authority.snapshot().campaign("i", "spring").unwrap().gone, 2);
    // Read again from the journal, the review is what it was.
    let policy = Policy::from_document(authority.snapshot().policy().document().clone()).unwrap();
    let again = Authority::open(journal, policy, day(6)).unwrap();
    assert_eq!(again.snapshot().facts(), authority.snapshot().facts());
}
