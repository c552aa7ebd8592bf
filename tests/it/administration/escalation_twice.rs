//! Escalation decided a second time, by brute force: what everyone could do before a
//! command and after it, asked of the oracle, target by target and instant by instant.
//! Whatever somebody can do anew, the actor must have been able to do, or to assign.

use std::collections::BTreeMap;

use alcada::{Command, Grant, Instant, Name, Registration, Scope, admin::CommandWord};
use proptest::prelude::*;
use proptest::test_runner::{TestError, TestRunner};

use super::machine::{runs_of, story};
use crate::engine::request;
use crate::oracle::{Aim, Ask, Target, World, covers, has, outcome};
use crate::random_commands::held::{acts, closure, instants, runs};
use crate::random_commands::rules::{rests, usable};
use crate::random_commands::{Accepted, Act, Run};
use crate::worlds::Source;

const RUNS: u32 = 128;
const COMMANDS: usize = 60;

/// What has a root of trust of its own: the supplier's acts, registrations, and the feed of
/// affiliations (R5, R6).
fn is_exempt(act: &Act) -> bool {
    act.actor.is_host()
        || matches!(
            act.command,
            Command::Bootstrap(_)
                | Command::ReplaceAdministrator { .. }
                | Command::RecordAffiliation(_)
                | Command::EndAffiliation { .. }
                | Command::Register(_)
        )
}

/// Every target that there was before the command and is after it.
fn targets(before: &World, after: &World) -> Vec<Target> {
    let mut all = Vec::new();
    let units: Vec<&Name> = after
        .units
        .iter()
        .map(|unit| &unit.code)
        .filter(|code| before.unit(code).is_some())
        .collect();
    all.extend(units.iter().map(|unit| Target::InUnit(unit.to_string())));
    let mut people: Vec<&str> =
        after.registrations.iter().map(|registration| registration.person.as_str()).collect();
    people.sort_unstable();
    people.dedup();
    for person in people.into_iter().filter(|person| before.is_known(person)) {
        for registration in
            after.registrations.iter().filter(|registration| registration.person.as_str() == person)
        {
            // Without a tenant, whoever is of one is named there.
            let elsewhere = |r: &Registration| r.person.as_str() == person && r.tenant.is_some();
            let ambiguous =
                registration.tenant.is_none() && after.registrations.iter().any(elsewhere);
            if !ambiguous && before.registration(person, registration.tenant.as_deref()).is_some() {
                let tenant = registration.tenant.as_ref().map(Name::to_string);
                all.push(Target::About { person: person.to_owned(), tenant });
            }
        }
        all.extend(
            units
                .iter()
                .map(|unit| Target::Record { unit: unit.to_string(), person: person.to_owned() }),
        );
    }
    all
}

fn aim(target: &Target) -> Aim<'_> {
    match target {
        Target::InUnit(unit) => Aim::InUnit(unit),
        Target::About { person, tenant } => Aim::About { person, tenant: tenant.as_deref() },
        Target::Record { unit, person } => Aim::Record { unit, person },
        Target::Anywhere => Aim::Anywhere,
        Target::Everywhere => Aim::Everywhere,
    }
}

/// What somebody can do after a command, could not do before, and nothing covers.
fn uncovered(run: &Run, accepted: &Accepted, act: &Act) -> Option<String> {
    let (before, after) = (&accepted.world, &run.world);
    let who = act.actor.id().unwrap_or_default();
    // With no more than counts where the actor works (R27).
    let mut narrowed = before.clone();
    narrowed.grants.retain(|grant| grant.person.as_str() != who || usable(before, act, grant));
    // Hours are not compared (R28).
    narrowed.enrolments.clear();
    let mut at_any_hour = before.clone();
    at_any_hour.enrolments.clear();
    let (targets, instants) = (targets(before, after), instants(&[before, after], act.now));
    let mut held: BTreeMap<(&str, String, &str), Vec<&Grant>> = BTreeMap::new();
    for grant in &after.grants {
        let channel = grant.channel.as_deref().unwrap_or_default();
        for (function, action) in after.catalogue() {
            if has(after, after.tenant_of(&grant.scope), &grant.role, function, action) {
                held.entry((grant.person.as_str(), format!("{function}:{action}"), channel))
                    .or_default()
                    .push(grant);
            }
        }
    }
    for ((person, permission, channel), grants) in &held {
        for target in &targets {
            let ask = Ask {
                who: (*person).to_owned(),
                permission: permission.clone(),
                channel: Some((*channel).to_owned()),
                target: target.clone(),
            };
            for &at in &instants {
                // The engine first, which is fast; then the oracle, which is asked for the
                // judgement.
                let asked = request(&ask);
                let new = run.snapshot.check(&asked, at).is_allow()
                    && !accepted.snapshot.check(&asked, at).is_allow();
                if !new
                    || outcome(after, &ask, at).is_err()
                    || outcome(&at_any_hour, &ask, at).is_ok()
                {
                    continue;
                }
                let by_actor = |permission: &str, channel: &str, at: Instant| {
                    let (who, permission, channel) =
                        (who.to_owned(), permission.to_owned(), Some(channel.to_owned()));
                    outcome(
                        &narrowed,
                        &Ask { who, permission, channel, target: target.clone() },
                        at,
                    )
                    .is_ok()
                };
                let own = act.actor.channel().unwrap_or(before.channels()[0]);
                // Support is another channel to a place: the actor must hold it on the channel they
                // came by.
                let channel =
                    if matches!(act.command, Command::OpenSupport { .. }) { own } else { channel };
                let escalate = before.policy.administration.escalate.as_ref();
                // Whoever is at several units is shielded from the actor by a restriction over any
                // of them; what is given over another unit is judged by that unit alone.
                let shielded = |target: &Target| {
                    let Target::About { person, tenant } = target else { return false };
                    let mut unbound = narrowed.clone();
                    unbound
                        .restrictions
                        .retain(|r| !matches!(r.scope, Scope::Unit(_) | Scope::Subtree(_)));
                    let (who, permission, channel) =
                        (who.to_owned(), permission.clone(), Some(channel.to_owned()));
                    before.places(person, tenant.as_deref(), at).len() > 1
                        && outcome(
                            &unbound,
                            &Ask { who, permission, channel, target: target.clone() },
                            at,
                        )
                        .is_ok()
                };
                let covered = by_actor(permission, channel, at)
                    || shielded(target)
                    || escalate.is_some_and(|escalate| by_actor(escalate, own, act.now))
                    || grants
                        .iter()
                        .any(|grant| assignable(&narrowed, act, own, grant, aim(target), at));
                if !covered {
                    return Some(format!(
                        "{person} may {permission} on {channel} {target:?} at {at}"
                    ));
                }
            }
        }
    }
    None
}

/// Whether a role of the actor's may assign the grant's role, where its scope covers the target.
fn assignable(
    world: &World,
    act: &Act,
    channel: &str,
    grant: &Grant,
    aim: Aim<'_>,
    at: Instant,
) -> bool {
    world.grants.iter().filter(|link| usable(world, act, link)).any(|link| {
        let roles = closure(world, world.tenant_of(&link.scope), &link.role);
        let assigns = &world.policy.administration.assigns;
        link.channel.as_deref() == Some(channel)
            && roles
                .iter()
                .any(|role| assigns.get(role).is_some_and(|may| may.contains(&grant.role)))
            && runs(link, at)
            && rests(world, link, at)
            && acts(world, link)
            && (link.scope == Scope::Everywhere
                || covers(world, &link.scope, link.person.as_str(), aim, false, at))
    })
}

/// X2, R28: all that a command newly enables, found by asking the oracle before and after, its
/// actor could do or assign.
#[test]
fn whatever_a_command_enables_its_actor_could_do_or_assign() {
    let judged = std::sync::Mutex::new(BTreeMap::<CommandWord, usize>::new());
    let drawn = (
        any::<u64>(),
        prop::collection::vec(any::<u64>(), 0..12),
        prop::collection::vec(any::<u64>(), 1..2 * COMMANDS),
    );
    let outcome = TestRunner::new(runs_of(RUNS)).run(&drawn, |(number, host, commands)| {
        let mut run = Run::begin(number, &host);
        for command in commands {
            let turn = run.turn(&mut Source { raw: &[], seed: command, state: command }, false);
            let Ok(accepted) = &turn.outcome else { continue };
            if !is_exempt(&turn.act) {
                *judged.lock().unwrap().entry(turn.act.command.word()).or_default() += 1;
                if let Some(hole) = uncovered(&run, accepted, &turn.act) {
                    return Err(TestCaseError::fail(hole));
                }
            }
        }
        Ok(())
    });
    match outcome {
        Ok(()) => {}
        Err(TestError::Fail(reason, (number, host, commands))) => {
            panic!("{}", story(&reason, number, &host, &commands))
        }
        Err(error) => panic!("{error}"),
    }
    let judged = judged.into_inner().unwrap();
    if judged.values().sum::<usize>() > 1000 {
        let exempt = [
            "register",
            "record-affiliation",
            "end-affiliation",
            "bootstrap",
            "replace-administrator",
        ];
        for word in CommandWord::ALL.iter().filter(|word| !exempt.contains(&word.as_str())) {
            assert!(judged.contains_key(word), "no `{word}` was judged: {judged:?}");
        }
    }
}
