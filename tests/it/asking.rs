//! Questions put to the engine in the oracle's words.

use std::collections::BTreeMap;

use alcada::{
    Identifier, Instant, Interval, Name, Permission, Snapshot, Target,
    query::{self, Answer, Answers},
};

use crate::engine::request;
use crate::oracle::{self, Ask, Open, World, answers, answers_between, sufficient};

/// The target of a question, in the engine's words.
pub fn target(target: &oracle::Target) -> Target<'_> {
    match target {
        oracle::Target::InUnit(unit) => Target::InUnit(unit),
        oracle::Target::About { person, tenant } => Target::About(person, tenant.as_deref()),
        oracle::Target::Record { unit, person } => Target::Record { unit, person },
        oracle::Target::Anywhere => Target::Anywhere,
        oracle::Target::Everywhere => Target::Everywhere,
    }
}

/// Answers with people or with names, asked for on the channel of the request.
pub enum Asked<'s> {
    People(Answers<'s, Identifier>),
    Names(Answers<'s, Name>),
}

pub fn ask<'s>(snapshot: &'s Snapshot, open: &Open, ask: &Ask, at: Instant) -> Asked<'s> {
    let permission = Permission::parse(&ask.permission).unwrap();
    let asked = match open {
        Open::Who => Asked::People(snapshot.who_can(permission, target(&ask.target), at)),
        Open::Whose(tenant) => {
            Asked::People(snapshot.records_visible_to(&ask.who, permission, tenant.as_deref(), at))
        }
        Open::Where => Asked::Names(snapshot.where_can(&ask.who, permission, at)),
        Open::What => Asked::Names(snapshot.what_can(&ask.who, target(&ask.target), at)),
    };
    match (asked, &ask.channel) {
        (asked, None) => asked,
        (Asked::People(answers), Some(channel)) => Asked::People(answers.on_channel(channel)),
        (Asked::Names(answers), Some(channel)) => Asked::Names(answers.on_channel(channel)),
    }
}

impl Asked<'_> {
    /// The answers in the order in which they come.
    pub fn list(self) -> Vec<(String, Option<Instant>)> {
        fn one<T: From<Name> + ToString>(answer: Answer<'_, T>) -> (String, Option<Instant>) {
            (answer.name().to_string(), answer.until())
        }
        match self {
            Asked::People(answers) => answers.map(one).collect(),
            Asked::Names(answers) => answers.map(one).collect(),
        }
    }
}

fn ask_between(
    snapshot: &Snapshot,
    open: &Open,
    ask: &Ask,
    from: Instant,
    until: Instant,
) -> Option<Vec<(String, Vec<Interval>)>> {
    fn list<T: From<Name> + ToString>(
        answers: query::Stretches<'_, T>,
        channel: Option<&str>,
    ) -> Vec<(String, Vec<Interval>)> {
        let one =
            |query::Stretch { name, stretches }: query::Stretch<T>| (name.to_string(), stretches);
        match channel {
            Some(channel) => answers.on_channel(channel).map(one).collect(),
            None => answers.map(one).collect(),
        }
    }
    let permission = Permission::parse(&ask.permission).unwrap();
    let channel = ask.channel.as_deref();
    Some(match open {
        Open::Who => {
            list(snapshot.who_can_between(permission, target(&ask.target), from, until), channel)
        }
        Open::Where => list(snapshot.where_can_between(&ask.who, permission, from, until), channel),
        Open::What => {
            list(snapshot.what_can_between(&ask.who, target(&ask.target), from, until), channel)
        }
        Open::Whose(_) => return None,
    })
}

/// Every question that can be made of a request by leaving a part of it open.
pub fn openings(ask: &Ask) -> [Open; 4] {
    let tenant = match &ask.target {
        oracle::Target::About { tenant, .. } => tenant.clone(),
        _ => None,
    };
    [Open::Who, Open::Where, Open::What, Open::Whose(tenant)]
}

fn map<V>(list: Vec<(String, V)>) -> BTreeMap<String, V> {
    let count = list.len();
    let map: BTreeMap<String, V> = list.into_iter().collect();
    assert_eq!(map.len(), count, "an answer comes twice");
    map
}

/// The engine's answers at an instant, and over the stretch to another, are the oracle's.
pub fn agree(world: &World, snapshot: &Snapshot, asked: &Ask, at: Instant, until: Instant) {
    for open in openings(asked) {
        let given = map(ask(snapshot, &open, asked, at).list());
        assert_eq!(given, answers(world, &open, asked, at), "{open:?} of {asked:?} at {at}");
        // Where hours bind, every week is a stretch or more: not from the beginning of time.
        let from = at.max(until.plus_seconds(-14 * 24 * 3600));
        if let Some(given) = ask_between(snapshot, &open, asked, from, until) {
            let expected = answers_between(world, &open, asked, from, until);
            assert_eq!(map(given), expected, "{open:?} of {asked:?} from {from} until {until}");
        }
    }
    let given = snapshot.why_all(&request(asked), at);
    let mut expected = sufficient(world, asked, at);
    for grant in &given {
        let place = expected.iter().position(|other| same_grant(world, other, grant));
        let place =
            place.unwrap_or_else(|| panic!("{grant:?} does not suffice for {asked:?} at {at}"));
        expected.remove(place);
    }
    assert!(expected.is_empty(), "{expected:?} suffice for {asked:?} at {at}, too");
    assert_eq!(
        given.is_empty(),
        !snapshot.check(&request(asked), at).is_allow(),
        "{asked:?} at {at}"
    );
}

/// The oracle names every channel and tenant.
fn same_grant(world: &World, named: &alcada::Grant, given: &alcada::Grant) -> bool {
    let first = world.channels()[0];
    let channel = |grant: &alcada::Grant| grant.channel.as_deref().unwrap_or(first).to_owned();
    channel(named) == channel(given)
        && alcada::Grant { channel: None, ..named.clone() }
            == alcada::Grant { channel: None, ..given.clone() }
}
