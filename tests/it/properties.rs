//! What holds in every world: the engine is the oracle, by every way of asking it
//! and by every way of coming to the same facts.

use alcada::{
    DenyReason, Event, Grant, Identifier, Instant, Name, Permission, Request, Scope, Snapshot,
    facts::{Basis, Outcome, Subject},
};
use proptest::prelude::*;

use crate::arbitrary::bytes;
use crate::engine::{Answer, answer, empty, fold, json, request};
use crate::oracle::{Aim, Ask, Target, World, apply, coverage, covers, decide, has, restricts};
use crate::worlds::world_from_bytes;

/// So many worlds; `PROPTEST_CASES` scales them, 256 being as many as said.
pub fn worlds(count: u32) -> ProptestConfig {
    let cases = ProptestConfig::default().cases.saturating_mul(count) / 256;
    ProptestConfig { cases: cases.max(1), failure_persistence: None, ..ProptestConfig::default() }
}

/// How the engine answers in a world made by these events, or how it fails to.
fn engine_says(world: &World, events: &[Event], ask: &Ask, at: Instant) -> Answer {
    answer(fold(world, events).check(&request(ask), at))
}

/// A disagreement in as few facts as still show it.
fn smallest(world: &World, events: &[Event], ask: &Ask, at: Instant) -> String {
    let fitting = |events: &[Event]| -> (World, Vec<Event>) {
        let mut small = World::new(world.policy.clone());
        let fit = events.iter().filter(|e| apply(&mut small, e).is_ok()).cloned().collect();
        (small, fit)
    };
    let mut events = events.to_vec();
    let mut n = 0;
    while n < events.len() {
        let mut fewer = events.clone();
        fewer.remove(n);
        let (small, fewer) = fitting(&fewer);
        if engine_says(&small, &fewer, ask, at) == decide(&small, ask, at) {
            n += 1
        } else {
            events = fewer
        }
    }
    let (small, events) = fitting(&events);
    let mut text = format!("{ask:?}\nat {at}\n");
    text += &format!(
        "oracle {:?}\nengine {:?}\n",
        decide(&small, ask, at),
        engine_says(&small, &events, ask, at)
    );
    events.iter().for_each(|event| text += &format!("{}\n", json(event)));
    text + &toml::to_string(&world.policy).unwrap()
}

fn same(
    world: &World,
    snapshot: &Snapshot,
    events: &[Event],
    ask: &Ask,
    at: Instant,
) -> Result<Answer, TestCaseError> {
    let expected = decide(world, ask, at);
    let given = answer(snapshot.check(&request(ask), at));
    if given != expected {
        return Err(TestCaseError::fail(smallest(world, events, ask, at)));
    }
    Ok(given)
}

fn before(at: Instant) -> Instant {
    Instant::from_micros(at.as_micros() - 1)
}

proptest! {
    #![proptest_config(worlds(256))]

    /// D4, D11, D15, X5: every decision, its reason and its `until` are those of the oracle, by
    /// every way of asking.
    #[test]
    fn check_is_the_oracle_by_every_way_of_asking(bytes in bytes()) {
        let mut made = world_from_bytes(&bytes);
        let events = made.world.events();
        let snapshot = fold(&made.world, &events);
        let asks: Vec<(Ask, Instant)> = (0..200).map(|n| made.ask(n)).collect();
        let boundaries = made.world.boundaries();
        for (ask, at) in &asks {
            let asked = request(ask);
            let (outcome, until) = same(&made.world, &snapshot, &events, ask, *at)?;
            // Resolved first.
            let decision = snapshot.check(&asked, *at);
            match snapshot.resolve(&asked) {
                Ok(resolved) => prop_assert_eq!(snapshot.check_resolved(&resolved, *at), decision),
                Err(denied) => {
                    prop_assert_eq!(decision.reason(), Some(denied.reason));
                    prop_assert_eq!(until, None);
                }
            }
            // Explained.
            prop_assert_eq!(snapshot.explain(&asked, *at).decision, decision);
            // D11: constant until then, and different then.
            let allowed = |t: Instant| snapshot.check(&asked, t).is_allow();
            for &t in boundaries.iter().filter(|&&t| t > *at && until.is_none_or(|until| t < until)) {
                prop_assert_eq!(allowed(t), outcome.is_ok());
            }
            if let Some(until) = until {
                prop_assert!(until > *at);
                prop_assert_eq!(allowed(before(until)), outcome.is_ok());
                prop_assert_eq!(allowed(until), outcome.is_err());
            }
        }
        // All at once, at one instant.
        let requests: Vec<Request> = asks.iter().map(|(ask, _)| request(ask)).collect();
        for (_, at) in asks.iter().take(3) {
            let one_by_one: Vec<_> = requests.iter().map(|r| snapshot.check(r, *at)).collect();
            prop_assert_eq!(snapshot.check_all(&requests, *at), one_by_one);
        }
    }
}

proptest! {
    #![proptest_config(worlds(96))]

    #[test]
    fn d12_no_grant_ever_turns_allow_into_deny(bytes in bytes()) {
        let mut made = world_from_bytes(&bytes);
        let snapshot = fold(&made.world, &made.log);
        let asks: Vec<(Ask, Instant)> = (0..60).map(|n| made.ask(n)).collect();
        for n in 0..6 {
            let Some(grant) = made.grant(n) else { continue };
            let mut more = snapshot.clone();
            if more.apply(&grant).is_err() {
                continue;
            }
            for (ask, at) in &asks {
                let asked = request(ask);
                if let (Ok(()), until) = answer(snapshot.check(&asked, *at)) {
                    let (now, later) = answer(more.check(&asked, *at));
                    prop_assert_eq!(now, Ok(()), "{:?} at {}, by {}", ask, at, json(&grant));
                    prop_assert!(later.is_none_or(|l| until.is_some_and(|u| u <= l)), "{:?} at {}", ask, at);
                }
            }
        }
    }

    #[test]
    fn d14_what_happens_in_a_tenant_changes_no_answer_about_another(bytes in bytes()) {
        let mut made = world_from_bytes(&bytes);
        let mut snapshot = fold(&made.world, &made.log);
        let roots: Vec<String> =
            made.world.units.iter().filter(|u| u.parent.is_none()).map(|u| u.code.to_string()).collect();
        let sealed = roots[made.below(0, roots.len())].clone();
        let elsewhere = |world: &World, ask: &Ask| match &ask.target {
            Target::InUnit(unit) | Target::Record { unit, .. } => {
                world.tenant_of_unit(unit).is_some_and(|t| *t != *sealed)
            }
            Target::About { tenant: Some(tenant), .. } => world.is_tenant(tenant) && *tenant != sealed,
            _ => false,
        };
        let mut asks: Vec<(Ask, Instant)> =
            (0..150).map(|n| made.ask(n)).collect::<Vec<_>>();
        asks.retain(|(ask, _)| elsewhere(&made.world, ask));
        let answers = |snapshot: &Snapshot| -> Vec<(bool, Option<Instant>)> {
            let one = |(ask, at): &(Ask, Instant)| snapshot.check(&request(ask), *at);
            asks.iter().map(one).map(|d| (d.is_allow(), d.until())).collect()
        };
        let expected = answers(&snapshot);
        for n in 0..60 {
            let event = made.change(n);
            if tenant_of(&made.world, &event).as_deref() == Some(sealed.as_str()) && snapshot.apply(&event).is_ok() {
                prop_assert!(apply(&mut made.world, &event).is_ok());
                prop_assert_eq!(&answers(&snapshot), &expected, "{}", json(&event));
            }
        }
    }

    #[test]
    fn coverage_is_where_check_allows(bytes in bytes()) {
        let mut made = world_from_bytes(&bytes);
        let snapshot = fold(&made.world, &made.log);
        for n in 0..8 {
            let (Ask { who, permission, .. }, at) = made.ask(n);
            let world = &made.world;
            let asked = Permission::parse(&permission).unwrap();
            let covered = snapshot.coverage(&who, asked, at);
            let leader_only = permission.split_once(':').and_then(|(f, _)| world.policy.functions.get(f));
            let leader_only = leader_only.is_some_and(|f| f.leader_only);
            for (target, allowed) in coverage(world, &who, &permission, at) {
                // About a person, unit scopes are not expanded.
                let aim = match &target {
                    Target::InUnit(unit) => Aim::InUnit(unit),
                    Target::Record { unit, person } => Aim::Record { unit, person },
                    Target::Everywhere => Aim::Everywhere,
                    Target::About { .. } | Target::Anywhere => continue,
                };
                let reached = covered.reaches.iter().any(|reach| {
                    covers(world, &reach.scope, &who, aim, leader_only, at)
                        && !reach.except.iter().any(|e: &Scope| restricts(world, e, &who, aim, at))
                });
                prop_assert_eq!(
                    reached, allowed, "{} {} {:?} at {}: {:?} in\n{}", who, permission, target, at, covered,
                    world.events().iter().map(json).collect::<Vec<_>>().join("\n")
                );
            }
            // Exact: the same until then, and different then.
            let reaches = |t: Instant| snapshot.coverage(&who, asked, t).reaches;
            let openings = world.openings(&who, at, world.next_offset(&who, at));
            for t in world.boundaries().into_iter().chain(openings).filter(|&t| t > at) {
                match covered.until() {
                    Some(until) if t > until => {}
                    Some(until) if t == until => prop_assert_ne!(reaches(t), covered.reaches.clone()),
                    _ => prop_assert_eq!(reaches(t), covered.reaches.clone(), "{} {} at {}", who, permission, t),
                }
            }
            if let Some(until) = covered.until() {
                prop_assert!(until > at);
                prop_assert_ne!(reaches(until), covered.reaches.clone());
                prop_assert_eq!(reaches(before(until)), covered.reaches.clone());
            }
        }
    }

    /// X4: facts changed one event at a time are the fold of the events.
    #[test]
    fn applied_one_by_one_is_the_fold_and_old_snapshots_stay(bytes in bytes()) {
        let mut made = world_from_bytes(&bytes);
        let mut log = made.log.clone();
        let mut snapshot = fold(&made.world, &log);
        // Handles resolved now stay right in every later snapshot.
        let early: Vec<(Ask, Instant)> = (0..20).map(|n| made.ask(500 + n)).collect();
        let handles: Vec<Option<_>> = early.iter().map(|(ask, _)| snapshot.resolve(&request(ask)).ok()).collect();
        let mut kept = Vec::new();
        // But for those of the erased: who has the name afterwards is somebody else.
        let mut erased = Vec::new();
        for n in 0..48 {
            let event = made.change(n);
            if let Event::PersonErased { person } = &event {
                erased.push(person.to_string());
            }
            let expected = apply(&mut made.world, &event);
            let given = snapshot.apply(&event);
            prop_assert_eq!(
                given.is_ok(), expected.is_ok(), "{} is {:?} by the engine, after\n{}", json(&event), given,
                log.iter().map(json).collect::<Vec<_>>().join("\n")
            );
            if expected.is_ok() {
                log.push(event);
            }
            prop_assert!(snapshot.verify().is_ok(), "{:?}", snapshot.verify().err());
            if n % 8 == 7 {
                let asks: Vec<(Ask, Instant)> = (0..20).map(|i| made.ask(1000 * (n + 1) + i)).collect();
                let mut answers = Vec::new();
                for (ask, at) in &asks {
                    answers.push(same(&made.world, &snapshot, &log, ask, *at)?);
                }
                kept.push((snapshot.clone(), asks, answers));
                for ((ask, at), handle) in early.iter().zip(&handles) {
                    let named = |name: &String| *name == ask.who || names(&ask.target, name);
                    if let Some(handle) = handle.as_ref().filter(|_| !erased.iter().any(named)) {
                        prop_assert_eq!(snapshot.check_resolved(handle, *at), snapshot.check(&request(ask), *at));
                    }
                }
            }
        }
        // By another road to the same facts.
        let events = made.world.events();
        let rebuilt = fold(&made.world, &events);
        prop_assert!(rebuilt.verify().is_ok());
        for event in closings(&made.world) {
            let expected = apply(&mut made.world.clone(), &event).is_ok();
            prop_assert_eq!(snapshot.clone().apply(&event).is_ok(), expected, "{}", json(&event));
            prop_assert_eq!(rebuilt.clone().apply(&event).is_ok(), expected, "{}", json(&event));
        }
        for n in 0..40 {
            let (ask, at) = made.ask(n);
            let _ = same(&made.world, &rebuilt, &events, &ask, at)?;
            let (one, other) = (snapshot.check(&request(&ask), at), rebuilt.check(&request(&ask), at));
            prop_assert_eq!(answer(one), answer(other));
        }
        for handle in handles.iter().flatten() {
            let decision = rebuilt.check_resolved(handle, Instant::MIN);
            prop_assert_eq!(decision.reason(), Some(DenyReason::ForeignHandle));
        }
        for (old, asks, answers) in kept {
            prop_assert!(old.verify().is_ok());
            for ((ask, at), expected) in asks.iter().zip(answers) {
                prop_assert_eq!(answer(old.check(&request(ask), *at)), expected);
            }
        }
    }

    /// R5: of events of which one does not fit nothing is applied.
    #[test]
    fn apply_all_is_all_or_nothing(bytes in bytes()) {
        let mut made = world_from_bytes(&bytes);
        let asks: Vec<(Ask, Instant)> = (0..20).map(|n| made.ask(n)).collect();
        let mut snapshot = fold(&made.world, &made.log);
        for n in 0..6 {
            let events: Vec<Event> = (0..4).map(|i| made.change(10 * n + i)).collect();
            let mut world = made.world.clone();
            let fits = events.iter().all(|event| apply(&mut world, event).is_ok());
            let given = snapshot.apply_all(&events);
            prop_assert_eq!(given.is_ok(), fits, "{:?}", events.iter().map(json).collect::<Vec<_>>());
            if fits {
                made.world = world;
            }
            prop_assert!(snapshot.verify().is_ok());
            for (ask, at) in &asks {
                prop_assert_eq!(answer(snapshot.check(&request(ask), *at)), decide(&made.world, ask, *at));
            }
        }
        let mut again = empty(&made.world);
        prop_assert!(again.apply_all(&made.world.events()).is_ok());
        for (ask, at) in &asks {
            prop_assert_eq!(answer(again.check(&request(ask), *at)), decide(&made.world, ask, *at));
        }
    }

    #[test]
    fn d15_the_change_set_allows_and_none_of_it_is_idle(bytes in bytes()) {
        let mut made = world_from_bytes(&bytes);
        let snapshot = fold(&made.world, &made.log);
        for n in 0..60 {
            let (ask, at) = made.ask(n);
            let asked = request(&ask);
            let explanation = snapshot.explain(&asked, at);
            let Some(changes) = explanation.changes else { continue };
            let listed = || {
                let list = |events: &[Event]| events.iter().map(json).collect::<Vec<_>>().join("\n");
                let policy = toml::to_string(&made.world.policy).unwrap();
                format!("{}\nis to repair\n{}\nunder\n{policy}", list(&changes), list(&made.world.events()))
            };
            if explanation.decision.is_allow() {
                prop_assert!(changes.is_empty(), "{:?} is allowed, yet\n{}", ask, listed());
                continue;
            }
            prop_assert!(changes.len() <= 8);
            let after = |changes: &[&Event]| {
                let mut changed = snapshot.clone();
                changes.iter().all(|event| changed.apply(event).is_ok()).then(|| changed.check(&asked, at).is_allow())
            };
            prop_assert_eq!(after(&changes.iter().collect::<Vec<_>>()), Some(true), "{:?} at {}\n{}", ask, at, listed());
            for left_out in 0..changes.len() {
                let fewer = changes.iter().enumerate().filter(|(i, _)| *i != left_out).map(|(_, event)| event);
                let fewer: Vec<&Event> = fewer.collect();
                prop_assert_ne!(after(&fewer), Some(true), "{:?} at {}\n{}", ask, at, listed());
            }
        }
    }
}

/// What closes each request that may be open.
fn closings(world: &World) -> Vec<Event> {
    let roots = world.units.iter().filter(|u| u.parent.is_none()).map(|u| &u.code);
    let outcome = Outcome::Expired;
    let close = |tenant: &Name, n: u8| Event::RequestClosed {
        tenant: tenant.clone(),
        request: Name::new(format!("q{n}")).unwrap(),
        outcome,
    };
    roots.flat_map(|tenant| (0..20).map(|n| close(tenant, n)).collect::<Vec<_>>()).collect()
}

/// Whether a target names the person.
fn names(target: &Target, who: &str) -> bool {
    matches!(target, Target::About { person, .. } | Target::Record { person, .. } if person == who)
}

/// The tenant that a change belongs to; none where it may matter elsewhere, as a
/// registration does by making a person known.
fn tenant_of(world: &World, event: &Event) -> Option<String> {
    let of_unit = |unit: &str| world.tenant_of_unit(unit).map(ToString::to_string);
    let of_scope = |scope: &Scope| match scope {
        Scope::Own { tenant: None } | Scope::Members { tenant: None, .. } => None,
        scope => world.tenant_of(scope).map(str::to_owned),
    };
    match event {
        Event::UnitAdded(unit) => unit.parent.as_ref().and_then(|p| of_unit(p)),
        Event::UnitMoved { unit, .. } | Event::UnitClosed { unit } => of_unit(unit),
        Event::PersonSuspended { tenant, .. }
        | Event::PersonResumed { tenant, .. }
        | Event::PersonKindChanged { tenant, .. }
        | Event::RestrictionLifted { tenant, .. } => tenant.as_ref().map(ToString::to_string),
        Event::AffiliationRecorded(affiliation) => of_unit(&affiliation.unit),
        Event::AffiliationEnded { unit, .. } => of_unit(unit),
        Event::GroupCreated(group) => Some(group.tenant.to_string()),
        Event::GroupMoved { tenant, .. }
        | Event::GroupDeleted { tenant, .. }
        | Event::LeaderSet { tenant, .. }
        | Event::MemberAdded { tenant, .. }
        | Event::MemberRemoved { tenant, .. }
        | Event::RoleDeleted { tenant, .. }
        | Event::PersonPlaced { tenant, .. }
        | Event::SeatsContracted { tenant, .. }
        | Event::RequestClosed { tenant, .. } => Some(tenant.to_string()),
        Event::GridCreated(grid) | Event::GridEdited(grid) => {
            grid.tenant.as_ref().map(ToString::to_string)
        }
        Event::GridDeleted { tenant, .. }
        | Event::Enrolled { tenant, .. }
        | Event::Unenrolled { tenant, .. } => tenant.as_ref().map(ToString::to_string),
        Event::RoleRequested(request) => Some(request.tenant.to_string()),
        Event::Attested(attestation) => Some(attestation.tenant.to_string()),
        Event::RoleCreated(role) | Event::RoleEdited(role) => Some(role.tenant.to_string()),
        Event::Granted(grant) | Event::Revoked(grant) => of_scope(&grant.scope),
        Event::RestrictionImposed(restriction) => of_scope(&restriction.scope),
        _ => None,
    }
}

proptest! {
    #![proptest_config(worlds(32))]

    #[test]
    fn d15_no_new_grant_would_do_where_none_is_named_nor_with_fewer_changes(bytes in bytes()) {
        let mut made = world_from_bytes(&bytes);
        let snapshot = fold(&made.world, &made.log);
        for n in 0..40 {
            let (ask, at) = made.ask(n);
            let explanation = snapshot.explain(&request(&ask), at);
            let known = snapshot.resolve(&request(&ask)).is_ok();
            if !known || explanation.decision.is_allow() {
                continue;
            }
            let mut world = made.world.clone();
            match &explanation.changes {
                // Anywhere, the nearest grant is cleared even where a new one elsewhere is less to do.
                Some(changes) if changes.len() > 1 && ask.target != Target::Anywhere => {}
                Some(_) => continue,
                // Then not even with every blocker of the person's out of the way.
                None => {
                    world.suspended.retain(|(p, _)| p.as_str() != ask.who);
                    world.enrolments.retain(|e| e.person.as_str() != ask.who);
                    world.restrictions.retain(|r| !matches!(&r.subject, Subject::Person(p) if p.as_str() == ask.who));
                }
            }
            for grant in candidates(&world, &ask) {
                let mut more = world.clone();
                let allows = apply(&mut more, &grant).is_ok() && decide(&more, &ask, at).0.is_ok();
                prop_assert!(
                    !allows, "{:?} at {}: {} would do, not\n{:?}\nin\n{}", ask, at, json(&grant),
                    explanation.changes.map(|changes| changes.iter().map(json).collect::<Vec<_>>()),
                    made.world.events().iter().map(json).collect::<Vec<_>>().join("\n")
                );
            }
        }
    }
}

/// Every standing grant to the asker, on the channel asked by, of a role with the permission.
fn candidates(world: &World, ask: &Ask) -> Vec<Event> {
    let who = Identifier::new(&ask.who).unwrap();
    let (function, action) = ask.permission.split_once(':').unwrap();
    let channel = Some(Name::new(ask.channel.as_deref().unwrap_or(world.channels()[0])).unwrap());
    let mut all = Vec::new();
    for registration in world.registrations.iter().filter(|r| r.person == who) {
        let mut scopes = Vec::new();
        let tenant = registration.tenant.clone();
        if let Some(tenant) = &tenant {
            let units = world
                .units
                .iter()
                .map(|u| &u.code)
                .filter(|u| world.tenant_of_unit(u) == Some(tenant));
            scopes.extend(units.flat_map(|u| [Scope::Unit(u.clone()), Scope::Subtree(u.clone())]));
            let groups = world.groups.iter().filter(|g| g.tenant == *tenant);
            scopes.extend(
                groups.map(|g| Scope::Members {
                    group: g.name.clone(),
                    tenant: Some(tenant.clone()),
                }),
            );
            scopes.push(Scope::Own { tenant: Some(tenant.clone()) });
        } else {
            scopes.extend([Scope::Everywhere, Scope::Own { tenant: None }]);
        }
        let own =
            world.roles.iter().filter(|r| Some(&r.tenant) == tenant.as_ref()).map(|r| &r.name);
        for role in world.policy.roles.keys().chain(own) {
            if has(world, tenant.as_deref(), role, function, action) {
                all.extend(scopes.iter().map(|scope| {
                    let (person, role, scope) = (who.clone(), role.clone(), scope.clone());
                    let channel = channel.clone();
                    Event::Granted(Grant {
                        person,
                        role,
                        scope,
                        channel,
                        basis: Basis::Standing,
                        from: None,
                        until: None,
                    })
                }));
            }
        }
    }
    all
}
