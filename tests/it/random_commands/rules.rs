//! What must hold after every command, each rule asked of the facts alone.

use std::collections::BTreeSet;

use alcada::{
    Command, Event, Grant, Instant, Name, Scope,
    facts::Basis,
    plan,
    policy::{Extent, Silence},
    review::{self, Reviewers, Verdict},
};

use super::held::{acts, administers, closure, instants, is_cut, runs, seated, uncut};
use super::{Accepted, Act, Run};
use crate::oracle::{Aim, World, covers};

type Holds = Result<(), String>;

fn ensure(holds: bool, what: impl FnOnce() -> String) -> Holds {
    if holds { Ok(()) } else { Err(what()) }
}

/// What costs little: a fuzz target asks these too.
pub fn cheap(run: &Run, accepted: &Accepted, act: &Act) -> Holds {
    run.snapshot.verify().map_err(|damage| damage.to_string())?;
    seats(&run.world, act.now)?;
    administrators(&accepted.world, &run.world, act.now)
}

/// All of them.
pub fn all(run: &Run, accepted: &Accepted, act: &Act) -> Holds {
    cheap(run, accepted, act)?;
    exclusive(&run.world, act.now)?;
    separated(&run.world, act.now)?;
    given(&run.world, accepted, act)?;
    supported(&run.world, accepted, act)?;
    guarded(accepted, act)?;
    taken_back(run, accepted, act)?;
    reviewed(accepted, act)?;
    explained(&run.world, accepted, act)
}

/// U1: at no instant from now on do more hold a seated role than is contracted.
fn seats(world: &World, now: Instant) -> Holds {
    let instants = instants(&[world], now);
    for (role, per) in &world.policy.administration.seats {
        for tenant in world.units.iter().filter(|unit| unit.parent.is_none()).map(|unit| &unit.code)
        {
            let there = world.units.iter().map(|unit| &unit.code);
            let places: Vec<Option<&Name>> = match per {
                Extent::Tenant => vec![None],
                Extent::Unit => there
                    .filter(|unit| world.tenant_of_unit(unit) == Some(tenant))
                    .map(Some)
                    .collect(),
            };
            for unit in places {
                let contract = world.seats.iter().find(|contract| {
                    contract.role == *role
                        && contract.tenant == *tenant
                        && contract.unit.as_ref() == unit
                });
                let contracted = contract.map_or(0, |contract| contract.seats) as usize;
                let worst = instants
                    .iter()
                    .map(|&at| seated(world, role, tenant, unit, at))
                    .max()
                    .unwrap_or(0);
                ensure(worst <= contracted, || {
                    format!("{worst} hold {role} in {tenant} {unit:?}, {contracted} may")
                })?;
            }
        }
    }
    Ok(())
}

/// X3: whatever instant from now on had an administrator has one.
fn administrators(before: &World, after: &World, now: Instant) -> Holds {
    let people: BTreeSet<&str> =
        before.grants.iter().chain(&after.grants).map(|grant| grant.person.as_str()).collect();
    for tenant in before.units.iter().filter(|unit| unit.parent.is_none()).map(|unit| &unit.code) {
        for at in instants(&[before, after], now) {
            let any = |world: &World| people.iter().any(|who| administers(world, who, tenant, at));
            ensure(!any(before) || any(after), || {
                format!("{tenant} loses its administrator at {at}")
            })?;
        }
    }
    Ok(())
}

/// Everybody's grants in every tenant, and on the platform.
fn by_person(world: &World) -> Vec<(Option<&str>, Vec<&Grant>)> {
    let mut all: std::collections::BTreeMap<(&str, Option<&str>), Vec<&Grant>> = Default::default();
    for grant in &world.grants {
        all.entry((grant.person.as_str(), world.tenant_of(&grant.scope))).or_default().push(grant);
    }
    all.into_iter().map(|((_, tenant), grants)| (tenant, grants)).collect()
}

/// T4: whoever holds an exclusive role, or one that includes it, holds no other at the same time.
fn exclusive(world: &World, now: Instant) -> Holds {
    let exclusive = &world.policy.administration.exclusive;
    for at in instants(&[world], now) {
        for (tenant, grants) in by_person(world) {
            let held: BTreeSet<&Name> =
                grants.iter().filter(|grant| runs(grant, at)).map(|grant| &grant.role).collect();
            let all: BTreeSet<Name> =
                held.iter().flat_map(|role| closure(world, tenant, role)).collect();
            if let Some(alone) = exclusive.iter().find(|role| all.contains(*role)) {
                ensure(held.len() == 1, || format!("{alone} with others of {held:?} at {at}"))?;
            }
        }
    }
    Ok(())
}

/// R33: of a separated set nobody holds too many at once.
fn separated(world: &World, now: Instant) -> Holds {
    for set in &world.policy.separation {
        for at in instants(&[world], now) {
            for (tenant, grants) in by_person(world) {
                let places: Vec<Option<&Name>> = match set.per {
                    Extent::Tenant => vec![None],
                    Extent::Unit => world.units.iter().map(|unit| Some(&unit.code)).collect(),
                };
                for place in places {
                    let here = |grant: &&&Grant| {
                        runs(grant, at)
                            && place.is_none_or(|unit| world.in_scope(unit, &grant.scope))
                    };
                    let roles: BTreeSet<Name> = grants
                        .iter()
                        .filter(here)
                        .flat_map(|grant| closure(world, tenant, &grant.role))
                        .collect();
                    let held = set.roles.iter().filter(|role| roles.contains(*role)).count();
                    ensure(held <= set.at_most as usize, || {
                        format!(
                            "{} of {} at {place:?} by {} at {at}",
                            held,
                            set.name,
                            grants[0].person.as_str()
                        )
                    })?;
                }
            }
        }
    }
    Ok(())
}

/// A grant whose scope names its tenant: none named, it is the only one that its person is of.
fn resolved(world: &World, grant: &Grant) -> Grant {
    let theirs =
        world.registrations.iter().filter(|registration| registration.person == grant.person);
    let tenants: Vec<&Name> =
        theirs.filter_map(|registration| registration.tenant.as_ref()).collect();
    let scope = match (&grant.scope, tenants.as_slice()) {
        (Scope::Own { tenant: None }, [only]) => Scope::Own { tenant: Some((*only).clone()) },
        (scope, _) => scope.clone(),
    };
    Grant { scope, ..grant.clone() }
}

/// D13, R9, R19, R16: what a command gives fits, is cut by no ceiling, and is not past.
fn given(world: &World, accepted: &Accepted, act: &Act) -> Holds {
    for event in &accepted.events {
        let Event::Granted(grant) = event else { continue };
        let grant = &resolved(world, grant);
        let tenant = world.tenant_of(&grant.scope);
        let role = world.role(tenant, &grant.role).ok_or("a grant of no role")?;
        let kind = world
            .registration(grant.person.as_str(), tenant)
            .and_then(|person| person.kind.as_ref());
        let vision = world.vision_of(&grant.scope);
        ensure(
            role.visions.is_empty() || role.visions.iter().any(|of| Some(of.as_str()) == vision),
            || format!("{} is not given at {vision:?}", grant.role),
        )?;
        ensure(
            role.kinds.is_empty() || kind.is_some_and(|kind| role.kinds.contains(kind)),
            || format!("{} is not held by {kind:?}", grant.role),
        )?;
        for (function, action) in uncut(world, grant) {
            ensure(!is_cut(world, grant, (&function, &action)), || {
                format!("{function}:{action} of {grant:?} is cut")
            })?;
        }
        let kept = match &act.command {
            Command::SetValidity { grant: old, .. } => old.from == grant.from,
            // Open already, it goes on.
            Command::OpenSupport { .. } => accepted.events.iter().any(
                |event| matches!(event, Event::Revoked(old) if (&old.scope, old.from) == (&grant.scope, grant.from)),
            ),
            _ => false,
        };
        ensure(kept || grant.from.is_none_or(|from| from >= act.now), || {
            format!("{grant:?} begins before {}", act.now)
        })?;
        ensure(grant.until.is_none_or(|until| until > act.now), || {
            format!("{grant:?} is over at {}", act.now)
        })?;
    }
    installed(world, accepted, act)?;
    eligible(accepted, act)
}

/// R31: whoever is made a tenant's administrator is one, unless suspended, restricted, kept out by
/// grids, or of a kind that does not act on the first channel.
fn installed(world: &World, accepted: &Accepted, act: &Act) -> Holds {
    let (Command::Bootstrap(new) | Command::ReplaceAdministrator { new, .. }) = &act.command else {
        return Ok(());
    };
    let tenant = new.tenant.as_ref().ok_or("an administrator of the platform")?;
    let (mut free, who) = (world.clone(), new.person.as_str());
    free.restrictions.clear();
    free.suspended.clear();
    free.enrolments.clear();
    free.policy.kinds.values_mut().for_each(|kind| kind.channels.clear());
    for at in instants(&[world, &accepted.world], act.now) {
        ensure(administers(&free, who, tenant, at), || {
            format!("not an administrator of {tenant} at {at}")
        })?;
    }
    Ok(())
}

/// R16: with rows in the policy, some row that fits allows what a user gives, on its basis.
fn eligible(accepted: &Accepted, act: &Act) -> Holds {
    let world = &accepted.world;
    let policy = &world.policy;
    let exempt = matches!(
        act.command,
        Command::SetValidity { .. }
            | Command::OpenSupport { .. }
            | Command::Bootstrap(_)
            | Command::ReplaceAdministrator { .. }
    );
    if policy.eligibility.is_empty() || act.actor.is_host() || exempt {
        return Ok(());
    }
    let changed =
        accepted.events.iter().any(|event| matches!(event, Event::PersonKindChanged { .. }));
    for event in &accepted.events {
        let Event::Granted(grant) = event else { continue };
        let grant = &resolved(world, grant);
        let tenant = world.tenant_of(&grant.scope);
        let working = act.actor.unit().or(tenant);
        let vision =
            |unit: &str| world.vision_of(&Scope::Unit(super::name(unit))).map(str::to_owned);
        let works = match working {
            Some(unit) => vision(unit),
            None => policy.visions.first().map(|vision| vision.to_string()),
        };
        let unit = match &grant.scope {
            Scope::Unit(unit) | Scope::Subtree(unit) => Some(unit),
            _ => None,
        };
        let kind = world
            .registration(grant.person.as_str(), tenant)
            .and_then(|person| person.kind.as_ref());
        let fits = policy.eligibility.iter().any(|row| {
            let basis = match &row.requires {
                None if row.direct => grant.basis == Basis::Direct,
                None => grant.basis != Basis::Direct,
                Some(requirement) => {
                    let Basis::Affiliation { kind, .. } = &grant.basis else { return false };
                    let from = grant.from.map_or(act.now, |from| from.max(act.now));
                    *kind == requirement.affiliation && rests(world, grant, from)
                }
            };
            basis
                && (row.working_at.is_empty()
                    || row.working_at.iter().any(|of| works.as_deref() == Some(of.as_str())))
                && (changed
                    || row.kinds.is_empty()
                    || kind.is_some_and(|kind| row.kinds.contains(kind)))
                && (row.roles.is_empty() || row.roles.contains(&grant.role))
                && (row.units.is_empty()
                    || unit.is_some_and(|unit| {
                        row.units.iter().any(|of| vision(unit).as_deref() == Some(of.as_str()))
                    }))
        });
        ensure(fits, || format!("no row fits {grant:?} by {:?}", act.actor))?;
    }
    Ok(())
}

/// S10, R14, R18: on the channel of support stand its roles alone, opened and closed by commands of
/// its own, at units, on what the opener's own grant rests on; and nothing else changes with them.
fn supported(after: &World, accepted: &Accepted, act: &Act) -> Holds {
    let before = &accepted.world;
    let Some(support) = &before.policy.support else { return Ok(()) };
    let is_support = |grant: &Grant| grant.channel.as_ref() == Some(&support.channel);
    let open = |world: &World| -> Vec<Grant> {
        world.grants.iter().filter(|g| is_support(g)).cloned().collect()
    };
    let (old, new) = (open(before), open(after));
    let opens = matches!(act.command, Command::OpenSupport { .. });
    for grant in new.iter().filter(|grant| !old.contains(grant)) {
        ensure(support.roles.contains(&grant.role), || {
            format!("{} is no role of support", grant.role)
        })?;
        ensure(opens, || format!("{grant:?} by another command than open-support"))?;
        ensure(matches!(grant.scope, Scope::Unit(_)), || format!("{grant:?} is not of a unit"))?;
        ensure(rests(before, grant, act.now), || {
            format!("{grant:?} rests on what its holder has not")
        })?;
        let Some(who) = act.actor.id() else { continue };
        let channel = act.actor.channel().unwrap_or(before.channels()[0]);
        let from = before.grants.iter().any(|own| {
            own.person.as_str() == who
                && own.basis == grant.basis
                && own.channel.as_deref() == Some(channel)
        });
        ensure(from, || format!("{grant:?} rests on what no grant of {who} rests on"))?;
    }
    if opens || matches!(act.command, Command::CloseSupport { .. }) {
        let others = |world: &World| -> Vec<Grant> {
            world.grants.iter().filter(|g| !is_support(g)).cloned().collect()
        };
        ensure(others(before) == others(after), || {
            "support touches what is not support".to_owned()
        })?;
        for grant in
            old.iter().filter(|grant| opens && runs(grant, act.now) && !new.contains(grant))
        {
            let goes_on = new.iter().any(|more| {
                let same = Grant { until: grant.until, ..more.clone() } == *grant;
                same && (more.until.is_none() || more.until > grant.until)
            });
            ensure(goes_on, || format!("opening takes {grant:?} away"))?;
        }
    }
    Ok(())
}

/// Whether an affiliation that the grant rests on is in force.
pub fn rests(world: &World, grant: &Grant, at: Instant) -> bool {
    use alcada::facts::Place;
    let Basis::Affiliation { kind, place } = &grant.basis else { return true };
    world.affiliations.iter().any(|affiliation| {
        affiliation.person == grant.person
            && affiliation.kind == *kind
            && crate::oracle::within(affiliation.from, affiliation.until, at)
            && world.tenant_of_unit(&affiliation.unit).map(Name::as_str)
                == world.tenant_of(&grant.scope)
            && match place {
                Place::Unit(unit) => affiliation.unit == *unit,
                Place::Subtree(unit) => world.at_or_below(&affiliation.unit, unit),
                Place::Set(set) => world.in_set(&affiliation.unit, set),
            }
    })
}

/// A grant of the actor's that can be used from somewhere and now: not suspended, on a channel
/// its kind acts on, not run out, covering the unit worked at.
pub fn usable(world: &World, act: &Act, grant: &Grant) -> bool {
    let tenant = world.tenant_of(&grant.scope);
    let who = grant.person.as_str();
    act.actor.id() == Some(who)
        && !world.is_suspended(who, None)
        && !(tenant.is_some() && world.is_suspended(who, tenant))
        && acts(world, grant)
        && match &grant.scope {
            Scope::Unit(_) | Scope::Subtree(_) => {
                let unit = act.actor.unit().or(tenant);
                unit.is_some_and(|unit| world.in_scope(unit, &grant.scope))
            }
            Scope::Members { .. } | Scope::Own { .. } => {
                let unit =
                    act.actor.unit().map(|unit| world.tenant_of_unit(unit).map(Name::as_str));
                unit.is_none_or(|of| of == tenant)
            }
            Scope::Everywhere => true,
        }
}

/// R36: carrying a plan out does what its rows say, in their order, but for administrators, who are
/// named, and nothing else.
fn taken_back(run: &Run, accepted: &Accepted, act: &Act) -> Holds {
    let mut named = accepted.held_back.iter().peekable();
    let Command::CarryOut { plan, .. } = &act.command else {
        return ensure(named.next().is_none(), || {
            "something is held back by another command".into()
        });
    };
    let administrator = accepted.world.policy.administration.administrator.as_ref();
    let mut done = accepted.events.iter().peekable();
    for row in &plan.rows {
        let is_it = |event: &&Event| match (event, &row.link) {
            (Event::Revoked(revoked), plan::Link::Grant(grant)) => revoked == grant,
            (
                Event::PersonSuspended { person, tenant: Some(of) },
                plan::Link::Registration { person: who, tenant },
            ) => (person, of) == (who, tenant),
            _ => false,
        };
        let is_an_administrators = match &row.link {
            plan::Link::Grant(grant) => Some(&grant.role) == administrator,
            plan::Link::Registration { person, .. } => {
                let mut held = accepted.world.grants.iter().filter(|grant| grant.person == *person);
                held.any(|grant| {
                    administrator
                        .is_some_and(|role| closure_of(&accepted.world, grant).contains(role))
                })
            }
        };
        let carried_out = done.next_if(is_it).is_some();
        ensure(carried_out || is_an_administrators, || format!("{row:?} is not carried out"))?;
        ensure(carried_out || named.next() == Some(row), || {
            format!("{row:?} is left out and not named")
        })?;
    }
    ensure(named.next().is_none(), || {
        format!("what is carried out is held back: {:?}", accepted.held_back)
    })?;
    ensure(done.next().is_none(), || format!("more than the plan says: {:?}", accepted.events))?;
    let (before, after) = (&accepted.world, &run.world);
    ensure(before.grants.len() - after.grants.len() <= plan.rows.len(), || {
        "more grants are gone than rows".into()
    })
}

fn closure_of(world: &World, grant: &Grant) -> BTreeSet<Name> {
    closure(world, world.tenant_of(&grant.scope), &grant.role)
}

/// U7: nobody answers about their own, or too late; what is revoked is what was said to be; a
/// campaign with open grants is not closed early, and what silence means is the policy's.
fn reviewed(accepted: &Accepted, act: &Act) -> Holds {
    let world = &accepted.world;
    let find = |tenant: &Name, name: &Name| {
        world
            .campaigns
            .iter()
            .find(|open| open.tenant == *tenant && open.name == *name)
            .ok_or("no such campaign")
    };
    let revoked: Vec<&Grant> = accepted
        .events
        .iter()
        .filter_map(|event| match event {
            Event::Revoked(grant) => Some(grant),
            _ => None,
        })
        .collect();
    match &act.command {
        Command::Review { tenant, campaign, answers } => {
            let open = find(tenant, campaign)?;
            ensure(act.now < open.deadline, || "an answer after the deadline".into())?;
            let own =
                |answer: &review::Answer| act.actor.id() == Some(answer.grant.person.as_str());
            ensure(!answers.iter().any(own), || "somebody reviews their own".into())?;
            let said = answers
                .iter()
                .filter(|answer| answer.verdict == Verdict::Revoke)
                .map(|answer| &answer.grant);
            ensure(said.eq(revoked), || "what is revoked is not what was said".into())?;
            let leads = |person: &str| {
                let groups = world.groups.iter().filter(|group| group.tenant == *tenant);
                let mut of = groups.filter(|group| {
                    group.leader.iter().chain(&group.members).any(|p| p.as_str() == person)
                });
                act.actor.id().is_none_or(|id| of.any(|group| world.leads(id, tenant, &group.name)))
            };
            let led = answers.iter().all(|answer| leads(answer.grant.person.as_str()));
            ensure(led || open.reviewers == Reviewers::Administrators, || {
                "a reviewer who leads nobody".into()
            })
        }
        Command::CloseCampaign { tenant, campaign } => {
            let open = find(tenant, campaign)?;
            let held = |grant: &Grant| accepted.facts.grants.contains(grant);
            let silent: Vec<&Grant> = open
                .items
                .iter()
                .filter(|item| item.answer.is_none())
                .map(|item| &item.grant)
                .filter(|g| held(g))
                .collect();
            ensure(act.now >= open.deadline || silent.is_empty(), || "closed early".into())?;
            match world.policy.review.silence {
                Silence::Keep => ensure(revoked.is_empty(), || "silence revokes".into()),
                Silence::Revoke => {
                    let administrator = world.policy.administration.administrator.as_ref();
                    let stays = |grant: &&Grant| !revoked.contains(grant);
                    let other = silent
                        .into_iter()
                        .filter(stays)
                        .find(|grant| Some(&grant.role) != administrator);
                    ensure(other.is_none(), || format!("silence keeps {other:?}"))
                }
            }
        }
        _ => Ok(()),
    }
}

/// The tenant of the grid that a command is about; none: the platform.
fn grids_tenant(command: &Command) -> Option<&Option<Name>> {
    match command {
        Command::CreateGrid(grid) | Command::EditGrid(grid) => Some(&grid.tenant),
        Command::DeleteGrid { tenant, .. }
        | Command::Enrol { tenant, .. }
        | Command::Unenrol { tenant, .. } => Some(tenant),
        _ => None,
    }
}

/// R23: whether a command changes the hours of whoever issued it.
fn is_for_oneself(world: &World, command: &Command, who: &str) -> bool {
    match command {
        Command::Enrol { people, .. } | Command::Unenrol { people, .. } => {
            people.iter().any(|p| p.as_str() == who)
        }
        Command::EditGrid(grid) => {
            let mut enrolled =
                world.enrolments.iter().filter(|e| e.tenant == grid.tenant && e.grid == grid.name);
            enrolled.any(|e| e.person.as_str() == who)
        }
        Command::RemovePerson { person, tenant } => {
            person.as_str() == who
                && world.enrolments.iter().any(|e| e.tenant == *tenant && e.person.as_str() == who)
        }
        _ => false,
    }
}

/// R26: a user's command takes a permission that they have now, on their channel, where they work.
fn guarded(accepted: &Accepted, act: &Act) -> Holds {
    let world = &accepted.world;
    let Some(who) = act.actor.id() else { return Ok(()) };
    if let Command::WithdrawRequest { tenant, request } = &act.command {
        let open =
            world.requests.iter().find(|open| open.tenant == *tenant && open.name == *request);
        if open.is_some_and(|open| open.by.as_str() == who) {
            return Ok(());
        }
    }
    ensure(!is_for_oneself(world, &act.command, who), || format!("{who} changed their own hours"))?;
    if let Some(tenant) = grids_tenant(&act.command) {
        let tenant = tenant.as_ref().map(Name::as_str);
        ensure(world.is_within_hours(who, tenant, act.now), || {
            format!("{who} acted outside hours in {tenant:?}")
        })?;
    }
    // What is one's own in support ends freely.
    let others: Vec<Scope> = accepted
        .events
        .iter()
        .filter_map(|event| match event {
            Event::Revoked(grant) => {
                let suspended = world.is_suspended(who, None)
                    || world.is_suspended(who, world.tenant_of(&grant.scope));
                Some(grant.scope.clone()).filter(|_| grant.person.as_str() != who || suspended)
            }
            _ => None,
        })
        .collect();
    if matches!(act.command, Command::CloseSupport { .. }) && others.is_empty() {
        return Ok(());
    }
    let word = act.command.word();
    let channel = act.actor.channel().unwrap_or(world.channels()[0]);
    let rows: Vec<&Name> = world
        .policy
        .guards
        .iter()
        .filter(|row| row.commands.iter().any(|command| command.as_str() == word.as_str()))
        .map(|row| &row.permission)
        .collect();
    ensure(!rows.is_empty(), || format!("{word} is guarded by nothing"))?;
    let has_one = world.grants.iter().filter(|grant| usable(world, act, grant)).any(|grant| {
        grant.channel.as_deref() == Some(channel)
            && runs(grant, act.now)
            && rests(world, grant, act.now)
            && rows.iter().any(|permission| {
                let (function, action) = permission.as_str().split_once(':').unwrap();
                crate::oracle::has(
                    world,
                    world.tenant_of(&grant.scope),
                    &grant.role,
                    function,
                    action,
                ) && !is_cut(world, grant, (function, action))
            })
    });
    ensure(has_one, || format!("{word} by somebody without any of {rows:?}"))?;
    // Over units, every one of them.
    let units: Vec<Scope> = match &act.command {
        Command::OpenSupport { units, .. } => units.iter().cloned().map(Scope::Unit).collect(),
        Command::CloseSupport { .. } => others,
        _ => Vec::new(),
    };
    let over: Vec<&Scope> = match &act.command {
        Command::OpenSupport { .. } | Command::CloseSupport { .. } => units.iter().collect(),
        Command::Grant { grants, .. } | Command::Revoke { grants } => {
            grants.iter().map(|grant| &grant.scope).collect()
        }
        Command::SetValidity { grant, .. } => vec![&grant.scope],
        _ => Vec::new(),
    };
    for scope in over {
        for unit in
            world.units.iter().map(|unit| &unit.code).filter(|unit| world.in_scope(unit, scope))
        {
            let aim = Aim::InUnit(unit);
            let covered =
                world.grants.iter().filter(|grant| usable(world, act, grant)).any(|grant| {
                    grant.channel.as_deref() == Some(channel)
                        && runs(grant, act.now)
                        && covers(world, &grant.scope, who, aim, false, act.now)
                        && rows.iter().any(|permission| {
                            let (function, action) = permission.as_str().split_once(':').unwrap();
                            crate::oracle::has(
                                world,
                                world.tenant_of(&grant.scope),
                                &grant.role,
                                function,
                                action,
                            )
                        })
                });
            ensure(covered, || {
                format!("{word} reaches {unit}, where the actor has none of {rows:?}")
            })?;
            let below = act.actor.unit().is_none_or(|top| world.at_or_below(unit, top));
            ensure(below, || format!("{word} reaches {unit}, outside of where the actor works"))?;
        }
    }
    Ok(())
}

fn name_of_channel(world: &World, act: &Act) -> Name {
    super::name(act.actor.channel().unwrap_or(world.channels()[0]))
}

/// Provenance, link by link: each permission that a grant has and nobody had by that role
/// there before is one that the actor has by a grant, or by a role that may assign the
/// grant's role, or by the escalate permission. Where chains begin, the host is, or a
/// tenant's first administrator.
fn explained(after: &World, accepted: &Accepted, act: &Act) -> Holds {
    let before = &accepted.world;
    if act.actor.is_host()
        || matches!(act.command, Command::Bootstrap(_) | Command::ReplaceAdministrator { .. })
    {
        return Ok(());
    }
    let rules = &before.policy.administration;
    let usable: Vec<&Grant> =
        before.grants.iter().filter(|grant| usable(before, act, grant)).collect();
    let in_tenant = |link: &Grant, tenant: Option<&str>| {
        link.scope == Scope::Everywhere || before.tenant_of(&link.scope) == tenant
    };
    let has_it = |link: &Grant, function: &str, action: &str| {
        crate::oracle::has(before, before.tenant_of(&link.scope), &link.role, function, action)
            && !is_cut(before, link, (function, action))
    };
    #[allow(clippy::type_complexity)]
    let mut wanted: Vec<(Option<&str>, &Name, String, String, Option<&Name>)> = Vec::new();
    for grant in &after.grants {
        let tenant = after.tenant_of(&grant.scope);
        let old: BTreeSet<(String, String)> = before
            .grants
            .iter()
            .filter(|old| {
                old.person == grant.person
                    && old.role == grant.role
                    && old.scope == grant.scope
                    && old.channel == grant.channel
            })
            .flat_map(|old| {
                uncut(before, old).into_iter().filter(|(f, a)| !is_cut(before, old, (f, a)))
            })
            .collect();
        for (function, action) in uncut(after, grant) {
            let new = !old.contains(&(function.clone(), action.clone()));
            if new && !is_cut(after, grant, (&function, &action)) && acts(after, grant) {
                wanted.push((tenant, &grant.role, function, action, grant.channel.as_ref()));
            }
        }
    }
    let by = name_of_channel(before, act);
    for (tenant, role, function, action, channel) in wanted {
        // Support is another channel to a place: the actor must hold it on the channel they came
        // by.
        let channel =
            if matches!(act.command, Command::OpenSupport { .. }) { Some(&by) } else { channel };
        let holds = usable.iter().any(|link| {
            link.channel.as_ref() == channel
                && in_tenant(link, tenant)
                && has_it(link, &function, &action)
        });
        let assigns = usable.iter().any(|link| {
            let of = closure(before, before.tenant_of(&link.scope), &link.role);
            in_tenant(link, tenant)
                && of.iter().any(|of| rules.assigns.get(of).is_some_and(|may| may.contains(role)))
        });
        let escalates =
            rules.escalate.as_ref().and_then(|escalate| escalate.as_str().split_once(':'));
        let escalates = escalates.is_some_and(|(f, a)| {
            usable
                .iter()
                .any(|link| in_tenant(link, tenant) && runs(link, act.now) && has_it(link, f, a))
        });
        ensure(holds || assigns || escalates, || {
            format!(
                "nothing explains {function}:{action} by {role} in {tenant:?} on {channel:?}, given by {:?}",
                act.actor
            )
        })?;
    }
    Ok(())
}
