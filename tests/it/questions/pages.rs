//! Pages: all pages of an answer are of one revision, one question and one instant.

use alcada::{
    Authority, Event, Facts, Identifier, Instant, Name, Permission, Policy, Registration, Snapshot,
    Target,
    query::{Answers, NoPage, Page, PageToken},
};

use crate::asking::Asked;

const READ: Permission = Permission::new("notes:read");
const NOW: Instant = Instant::from_micros(1_772_452_800_000_000);

/// All pages of so many answers, one after the other, each token through its text.
pub fn through<'s>(ask: &dyn Fn() -> Asked<'s>, size: usize) -> Vec<(String, Option<Instant>)> {
    fn take<T: From<Name> + ToString>(
        page: Result<Page<'_, T>, NoPage>,
        size: usize,
        list: &mut Vec<(String, Option<Instant>)>,
    ) -> Option<PageToken> {
        let page = page.unwrap();
        assert!(
            page.answers.len() == size || page.next.is_none(),
            "a page that is not full is the last one"
        );
        list.extend(page.answers.iter().map(|answer| (answer.name().to_string(), answer.until())));
        page.next
    }
    let (mut list, mut token): (Vec<_>, Option<PageToken>) = (Vec::new(), None);
    loop {
        token = match ask() {
            Asked::People(answers) => take(answers.page(token.as_ref(), size), size, &mut list),
            Asked::Names(answers) => take(answers.page(token.as_ref(), size), size, &mut list),
        };
        let Some(token) = &mut token else { return list };
        *token = token.to_string().parse().unwrap();
    }
}

fn team() -> Snapshot {
    let policy = r#"
        version = 1
        functions.notes.actions = ["read", "write"]
        roles.reader.permissions = ["notes:read"]
    "#;
    let mut facts = Snapshot::new(Policy::from_toml(policy).unwrap());
    let rows = r#"
        version = 1
        people = [{ person = "ana" }, { person = "rui" }, { person = "eva" }]
        grants = [
            { person = "eva", role = "reader", scope = "everywhere" },
            { person = "ana", role = "reader", scope = "everywhere" },
            { person = "rui", role = "reader", scope = "everywhere" },
        ]
    "#;
    facts.import(&Facts::from_toml(rows).unwrap()).unwrap();
    facts
}

fn readers(facts: &Snapshot, at: Instant) -> Answers<'_, Identifier> {
    facts.who_can(READ, Target::Everywhere, at)
}

#[test]
fn a_page_of_another_revision_is_gone() {
    let authority = Authority::from(team());
    let before = authority.snapshot();
    let token = readers(&before, NOW).page(None, 1).unwrap().next.unwrap();
    assert_eq!((token.at(), token.revision()), (NOW, before.revision()));
    authority.apply(Event::PersonRegistered(Registration::of("zoe").unwrap())).unwrap();
    let after = authority.snapshot();
    let gone = readers(&after, NOW).page(Some(&token), 1).unwrap_err();
    assert_eq!(gone, NoPage::Gone);
    assert_eq!(
        gone.to_string(),
        "the facts have changed since the page before; start again with the first"
    );
    // Whoever holds the old snapshot goes on with it.
    assert_eq!(
        readers(&before, NOW).page(Some(&token), 1).unwrap().answers[0].name().as_str(),
        "rui"
    );
    // Another authority's facts are others, whatever their revision.
    assert_eq!(readers(&team(), NOW).page(Some(&token), 1).unwrap_err(), NoPage::Gone);
}

#[test]
fn a_page_of_another_question_is_refused() {
    let facts = team();
    let token = readers(&facts, NOW).page(None, 1).unwrap().next.unwrap();
    let other = NoPage::OtherQuestion;
    assert_eq!(readers(&facts, NOW.plus_seconds(1)).page(Some(&token), 1).unwrap_err(), other);
    assert_eq!(
        facts.who_can(READ, Target::Anywhere, NOW).page(Some(&token), 1).unwrap_err(),
        other
    );
    assert_eq!(
        facts
            .who_can(Permission::new("notes:write"), Target::Everywhere, NOW)
            .page(Some(&token), 1)
            .unwrap_err(),
        other
    );
    assert_eq!(facts.where_can("ana", READ, NOW).page(Some(&token), 1).unwrap_err(), other);
    assert_eq!(readers(&facts, NOW).on_channel("telex").page(Some(&token), 1).unwrap_err(), other);
}

#[test]
fn pages_and_tokens_are_data() {
    let facts = team();
    let page = readers(&facts, NOW).page(None, 2).unwrap();
    let json = serde_json::to_value(&page).unwrap();
    assert_eq!(
        json["answers"],
        serde_json::json!([{ "name": "ana", "until": null }, { "name": "rui", "until": null }])
    );
    let token: PageToken = serde_json::from_value(json["next"].clone()).unwrap();
    assert_eq!(Some(token), page.next);
    // People are masked where they might end in a log.
    let debug = format!("{:?}", readers(&facts, NOW).page(None, 1).unwrap());
    assert!(debug.contains("`***`") && !debug.contains("ana"), "{debug}");
    // One page takes everything, and at least one answer is asked for.
    assert_eq!(readers(&facts, NOW).page(None, usize::MAX).unwrap().answers.len(), 3);
    assert_eq!(readers(&facts, NOW).page(None, 0).unwrap().answers.len(), 1);
    assert!(readers(&facts, NOW).page(None, 3).unwrap().next.is_none());
}

#[test]
fn x1_no_token_that_is_made_up_does_any_harm() {
    let facts = team();
    for text in [
        "",
        ".",
        "1.2.3.4",
        "1.2.3.4.5.6",
        "1.2.3.4.g",
        "+1.2.3.4.5",
        "1.2.3.4.100000000",
        "1.2.3.4.00000000000000005",
        "é.2.3.4.5",
    ] {
        assert!(text.parse::<PageToken>().is_err(), "{text}");
        assert!(serde_json::from_value::<PageToken>(text.into()).is_err(), "{text}");
    }
    let real = readers(&facts, NOW).page(None, 1).unwrap().next.unwrap().to_string();
    let (front, _) = real.rsplit_once('.').unwrap();
    for after in ["0", "1", "2", "ffff", "fffffffe", "ffffffff"] {
        let token: PageToken = format!("{front}.{after}").parse().unwrap();
        let page = readers(&facts, NOW).page(Some(&token), 5).unwrap();
        assert!(page.answers.len() < 3, "{after}");
    }
    let ends = ["7fffffffffffffff", "8000000000000000", "ffffffffffffffff", "0"];
    for at in ends {
        let mut words: Vec<&str> = real.split('.').collect();
        words[3] = at;
        let token: PageToken = words.join(".").parse().unwrap();
        assert_eq!(readers(&facts, NOW).page(Some(&token), 5).unwrap_err(), NoPage::OtherQuestion);
    }
}

/// Numbers of facts mean nothing to another run: what one gave, the next does not take for its own.
#[test]
fn a_page_of_another_run_of_the_program_is_gone() {
    let facts = team();
    let token = readers(&facts, NOW).page(None, 1).unwrap().next.unwrap();
    if std::env::var_os("ALCADA_TELL_TOKEN").is_some() {
        println!("\ntoken {token}");
        return;
    }
    let told = || -> PageToken {
        let mut run = std::process::Command::new(std::env::current_exe().unwrap());
        run.args([
            "--exact",
            "questions::pages::a_page_of_another_run_of_the_program_is_gone",
            "--nocapture",
        ]);
        let output = run.env("ALCADA_TELL_TOKEN", "1").output().unwrap();
        let text = String::from_utf8(output.stdout).unwrap();
        text.lines().find_map(|line| line.strip_prefix("token ")).unwrap().parse().unwrap()
    };
    let (one, other) = (told(), told());
    assert_eq!((one.revision(), one.at()), (token.revision(), token.at()));
    assert_ne!(one, other);
    assert_eq!(readers(&facts, NOW).page(Some(&one), 1).unwrap_err(), NoPage::Gone);
}
