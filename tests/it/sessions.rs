//! Sessions in random worlds: who is let in, and what a session leaves of what a person holds.

use alcada::{Instant, Scope, Session, SignIn, session};
use proptest::prelude::*;

use crate::arbitrary::bytes;
use crate::engine::{answer, fold, json, request};
use crate::oracle::{Ask, Chosen, Target, World, apply, decide, decide_in, lasts, opens};
use crate::properties::worlds;
use crate::worlds::world_from_bytes;

/// A session such as a host may have kept, from before everything there is.
fn kept(chosen: &Chosen) -> Session {
    let Chosen { person, channel, tenant, vision, unit, roles } = chosen;
    let mut written = serde_json::json!({ "person": person, "channel": channel, "roles": roles, "at": Instant::MIN });
    for (key, value) in [("tenant", tenant), ("vision", vision), ("unit", unit)] {
        if let Some(value) = value {
            written[key] = value.as_str().into();
        }
    }
    serde_json::from_value(written).unwrap()
}

fn sign_in(chosen: &Chosen) -> SignIn<'_> {
    let mut sign_in = SignIn::of(&chosen.person).on_channel(&chosen.channel);
    if let Some(tenant) = &chosen.tenant {
        sign_in = sign_in.in_tenant(tenant);
    }
    if let Some(vision) = &chosen.vision {
        sign_in = sign_in.in_vision(vision);
    }
    if let Some(unit) = &chosen.unit {
        sign_in = sign_in.in_unit(unit);
    }
    sign_in.with_roles(chosen.roles.iter().map(String::as_str))
}

/// All there is to tell of a disagreement.
fn told(world: &World, chosen: &Chosen, ask: &Ask, at: Instant) -> String {
    let facts: Vec<String> = world.events().iter().map(json).collect();
    format!(
        "{chosen:?}\n{ask:?}\nat {at}\n{}\n{}",
        facts.join("\n"),
        toml::to_string(&world.policy).unwrap()
    )
}

fn before(at: Instant) -> Instant {
    Instant::from_micros(at.as_micros() - 1)
}

proptest! {
    #![proptest_config(worlds(192))]

    /// D11, R27: within a session too every decision and its `until` are the oracle's.
    #[test]
    fn check_in_is_the_oracle_until_included_and_explained_alike(bytes in bytes()) {
        let mut made = world_from_bytes(&bytes);
        let snapshot = fold(&made.world, &made.log);
        for n in 0..120 {
            let (ask, at) = made.ask(n);
            let chosen = made.chosen(n, &ask);
            let (world, session, asked) = (&made.world, kept(&chosen), request(&ask));
            let decision = snapshot.check_session(&session, &asked, at);
            let expected = decide_in(world, &chosen, &ask, at);
            prop_assert_eq!(answer(decision), expected, "{}", told(world, &chosen, &ask, at));
            prop_assert_eq!(
                snapshot.explain_session(&session, &asked, at).decision, decision, "{}", told(world, &chosen, &ask, at)
            );
            // A session never allows what is denied without it; but for anywhere, where what
            // reaches everywhere is asked about one tenant instead of the platform.
            if decision.is_allow() && ask.target != Target::Anywhere {
                let channel = Some(chosen.channel.clone());
                let plain = Ask { channel, ..ask };
                prop_assert!(snapshot.check(&request(&plain), at).is_allow());
            }
        }
    }

    #[test]
    fn a_session_of_everything_is_the_plain_check_by_its_channel(bytes in bytes()) {
        let mut made = world_from_bytes(&bytes);
        let snapshot = fold(&made.world, &made.log);
        for n in 0..120 {
            let (ask, at) = made.ask(n);
            let channel = ask.channel.clone().unwrap_or_else(|| made.world.channels()[0].to_owned());
            let chosen = Chosen { person: ask.who.clone(), channel, ..Chosen::default() };
            let asked = request(&ask);
            let decision = snapshot.check_session(&kept(&chosen), &asked, at);
            if chosen.channel == "telex" {
                prop_assert_eq!(decision.reason(), Some(alcada::DenyReason::Session));
                continue;
            }
            prop_assert_eq!(decision, snapshot.check(&asked, at));
            prop_assert_eq!(answer(decision), decide(&made.world, &ask, at));
        }
    }

    /// S11, D11: who is let in, with which units and until when, is the oracle's answer.
    #[test]
    fn sign_in_is_the_oracle_until_included(bytes in bytes()) {
        let mut made = world_from_bytes(&bytes);
        let snapshot = fold(&made.world, &made.log);
        for n in 0..120 {
            let (ask, at) = made.ask(n);
            let chosen = made.chosen(n, &ask);
            let world = &made.world;
            let outcome = snapshot.sign_in(&sign_in(&chosen), at);
            let (expected, turns) = opens(world, &chosen, at);
            match &outcome {
                Ok(session) => {
                    prop_assert_eq!(expected, Ok(()), "{}", told(world, &chosen, &ask, at));
                    prop_assert_eq!(session.until(), lasts(world, &chosen, at), "{}", told(world, &chosen, &ask, at));
                    let again: Session = serde_json::from_str(&serde_json::to_string(session).unwrap()).unwrap();
                    prop_assert_eq!(&again, session);
                    prop_assert_eq!(session.at, at);
                    listed(world, &chosen, session, at)?;
                }
                Err(refused @ session::Refused { reason: session::Reason::NothingInForce { .. }, .. }) => {
                    prop_assert!(expected == Err(crate::oracle::Reason::NotInForce), "{}", told(world, &chosen, &ask, at));
                    prop_assert_eq!(refused.until(), turns, "{}", told(world, &chosen, &ask, at));
                }
                Err(refused @ session::Refused { reason: session::Reason::OutOfHours { grid }, .. }) => {
                    prop_assert!(expected == Err(crate::oracle::Reason::OutOfHours), "{}", told(world, &chosen, &ask, at));
                    prop_assert_eq!(refused.until(), turns, "{}", told(world, &chosen, &ask, at));
                    // It may open by what begins where no grid binds.
                    prop_assert!(turns.is_some() || grid.is_none());
                }
                Err(refused @ session::Refused { reason: session::Reason::Suspended, .. }) => {
                    prop_assert_eq!(refused.until(), turns, "{}", told(world, &chosen, &ask, at));
                }
                Err(refused) => prop_assert_eq!(refused.until(), None),
            }
            // Exactly then signing in changes: it becomes possible, or it no longer is.
            if let Some(until) = outcome.as_ref().err().and_then(session::Refused::until) {
                prop_assert!(snapshot.sign_in(&sign_in(&chosen), until).is_ok());
                prop_assert!(snapshot.sign_in(&sign_in(&chosen), before(until)).is_err());
            }
        }
    }

    #[test]
    fn a_session_kept_while_the_facts_change_is_decided_by_the_facts_as_they_are(bytes in bytes()) {
        let mut made = world_from_bytes(&bytes);
        let mut snapshot = fold(&made.world, &made.log);
        let asks: Vec<(Ask, Instant)> = (0..24).map(|n| made.ask(n)).collect();
        let sessions: Vec<Chosen> = asks.iter().enumerate().map(|(n, (ask, _))| made.chosen(n, ask)).collect();
        for n in 0..30 {
            let event = made.change(n);
            if apply(&mut made.world, &event).is_ok() {
                prop_assert!(snapshot.apply(&event).is_ok(), "{}", json(&event));
            }
            if n % 6 < 5 {
                continue;
            }
            for ((ask, at), chosen) in asks.iter().zip(&sessions) {
                let decision = snapshot.check_session(&kept(chosen), &request(ask), *at);
                let expected = decide_in(&made.world, chosen, ask, *at);
                prop_assert_eq!(answer(decision), expected, "{}", told(&made.world, chosen, ask, *at));
            }
        }
    }

    #[test]
    fn what_ends_a_session_ends_all_that_can_be_done_in_it(bytes in bytes()) {
        let mut made = world_from_bytes(&bytes);
        let snapshot = fold(&made.world, &made.log);
        for n in 0..40 {
            let (ask, at) = made.ask(n);
            let chosen = made.chosen(n, &ask);
            let Ok(session) = snapshot.sign_in(&sign_in(&chosen), at) else { continue };
            let Some(until) = session.until() else { continue };
            for m in 0..40 {
                let (other, _) = made.ask(1000 + m);
                let other = Ask { who: ask.who.clone(), channel: None, ..other };
                let decision = snapshot.check_session(&session, &request(&other), until);
                prop_assert!(!decision.is_allow(), "{}", told(&made.world, &chosen, &other, until));
            }
        }
    }

    #[test]
    fn d15_within_a_session_the_change_set_allows(bytes in bytes()) {
        let mut made = world_from_bytes(&bytes);
        let snapshot = fold(&made.world, &made.log);
        for n in 0..60 {
            let (ask, at) = made.ask(n);
            let chosen = made.chosen(n, &ask);
            let (session, asked) = (kept(&chosen), request(&ask));
            let explanation = snapshot.explain_session(&session, &asked, at);
            let Some(changes) = explanation.changes.filter(|_| explanation.changes_left_out == 0) else { continue };
            let mut more = snapshot.clone();
            let applied = more.apply_all(&changes);
            let list = changes.iter().map(json).collect::<Vec<_>>().join("\n");
            prop_assert!(applied.is_ok(), "{:?}: {list}\n{}", applied, told(&made.world, &chosen, &ask, at));
            let allowed = more.check_session(&session, &asked, at).is_allow();
            prop_assert!(allowed, "{list}\n{}", told(&made.world, &chosen, &ask, at));
        }
    }
}

/// S11: where the session says they have anything, they have some grant in force on this channel,
/// and nowhere else.
fn listed(
    world: &World,
    chosen: &Chosen,
    session: &Session,
    at: Instant,
) -> Result<(), TestCaseError> {
    let whole = Chosen { vision: None, unit: None, roles: Vec::new(), ..chosen.clone() };
    let tenant =
        chosen.unit.as_deref().and_then(|unit| world.tenant_of_unit(unit)).map(ToString::to_string);
    let whole = Chosen { tenant: tenant.or(whole.tenant.clone()), ..whole };
    for unit in &world.units {
        let one = |grant: &alcada::Grant| {
            // As if it were the only one, of somebody who is within hours at all times.
            let mut alone = world.clone();
            alone.grants = vec![grant.clone()];
            alone.enrolments.clear();
            let left = whole.left(world, grant);
            let reaches = left
                .is_some_and(|left| left == Scope::Everywhere || world.in_scope(&unit.code, &left));
            reaches && opens(&alone, &whole, at).0.is_ok()
        };
        let theirs = world.grants.iter().filter(|grant| grant.person.as_str() == chosen.person);
        let expected = theirs.into_iter().any(one);
        let told_of =
            |scope: &Scope| *scope == Scope::Everywhere || world.in_scope(&unit.code, scope);
        prop_assert_eq!(
            session.units.iter().any(told_of),
            expected,
            "{} of {:?}",
            unit.code,
            session.units
        );
    }
    Ok(())
}
