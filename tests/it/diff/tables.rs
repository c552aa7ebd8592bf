//! Truth tables, complete: who may do what where when, by the oracle; and what a diff
//! claims of them, row by row.

use std::collections::BTreeSet;

use alcada::{
    Instant, Name, Scope,
    diff::{Diff, Difference},
};

use crate::oracle::{Ask, Target, World, has, outcome, reaches};

/// Person, permission, channel, what is asked about, when.
pub type Cell = (String, String, String, String, Instant);

/// What is asked about.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum About {
    Unit(Name),
    Everywhere,
    People(Scope),
}

/// The instants at which one of the two can differ from itself before, from one on: in
/// between nothing begins or ends in either.
pub fn instants(worlds: [&World; 2], at: Instant) -> Vec<Instant> {
    let mut all: Vec<Instant> =
        worlds.iter().flat_map(|world| world.boundaries()).filter(|&edge| edge > at).collect();
    all.push(at);
    all.sort_unstable();
    all.dedup();
    all
}

fn people(world: &World) -> BTreeSet<String> {
    world.grants.iter().map(|grant| grant.person.to_string()).collect()
}

/// What there is to ask about: units of either; groups and tenants of both, as what is said of
/// people is said of groups, whoever comes to be in them.
fn abouts(worlds: [&World; 2]) -> Vec<About> {
    let units: BTreeSet<Name> =
        worlds.iter().flat_map(|world| &world.units).map(|unit| unit.code.clone()).collect();
    let mut all: Vec<About> = units.iter().cloned().map(About::Unit).collect();
    let [one, other] = worlds;
    for group in &one.groups {
        if other.group(&group.tenant, &group.name).is_some() {
            let (tenant, group) = (Some(group.tenant.clone()), group.name.clone());
            all.push(About::People(Scope::Members { group, tenant }));
        }
    }
    let roots =
        one.units.iter().filter(|unit| unit.parent.is_none() && other.unit(&unit.code).is_some());
    let own = roots.map(|root| Scope::Own { tenant: Some(root.code.clone()) });
    all.extend(own.chain([Scope::Own { tenant: None }]).map(About::People));
    all.push(About::Everywhere);
    all
}

fn holds(
    world: &World,
    who: &str,
    permission: &str,
    channel: &str,
    about: &About,
    at: Instant,
) -> bool {
    let target = match about {
        About::Unit(unit) => Target::InUnit(unit.to_string()),
        About::Everywhere => Target::Everywhere,
        About::People(scope) => {
            let known = world.is_known(who) && world.in_catalogue_named(permission);
            return known
                && world.channels().contains(&channel)
                && reaches(world, who, permission, channel, scope, at);
        }
    };
    let ask = Ask {
        who: who.into(),
        permission: permission.into(),
        channel: Some(channel.into()),
        target,
    };
    outcome(world, &ask, at).is_ok()
}

impl World {
    fn in_catalogue_named(&self, permission: &str) -> bool {
        permission
            .split_once(':')
            .is_some_and(|(function, action)| self.in_catalogue(function, action))
    }
}

/// What holds in the second world and not in the first, of everything there is to ask.
pub fn gained([before, after]: [&World; 2], at: Instant) -> BTreeSet<Cell> {
    let mut table = BTreeSet::new();
    let (instants, abouts) = (instants([before, after], at), abouts([before, after]));
    for who in people(after) {
        for (function, action) in after.catalogue() {
            let permission = format!("{function}:{action}");
            // Whoever has no grant with it, on whatever channel, is allowed it nowhere.
            let mut theirs = after.grants.iter().filter(|grant| grant.person.as_str() == who);
            if !theirs.any(|grant| {
                has(after, after.tenant_of(&grant.scope), &grant.role, function, action)
            }) {
                continue;
            }
            for channel in after.channels() {
                for about in &abouts {
                    for &t in &instants {
                        if holds(after, &who, &permission, channel, about, t)
                            && !holds(before, &who, &permission, channel, about, t)
                        {
                            let about = format!("{about:?}");
                            table.insert((
                                who.clone(),
                                permission.clone(),
                                channel.to_owned(),
                                about,
                                t,
                            ));
                        }
                    }
                }
            }
        }
    }
    table
}

/// Whether a scope of a diff takes in what is asked about, in the trees of a world.
fn takes_in(world: &World, scope: &Scope, about: &About) -> bool {
    match (scope, about) {
        (_, About::Everywhere) => false,
        (Scope::Everywhere, About::Unit(unit)) => world.unit(unit).is_some(),
        (Scope::Everywhere, About::People(_)) => true,
        (_, About::Unit(unit)) => world.in_scope(unit, scope),
        (
            Scope::Members { group: above, tenant: Some(of) },
            About::People(Scope::Members { group, tenant: Some(tenant) }),
        ) => of == tenant && world.group_at_or_below(tenant, group, above),
        (Scope::Own { .. }, About::People(own)) => scope == own,
        _ => false,
    }
}

/// The rows of a list, expanded over the same; `world` is the one they hold in. Nothing is
/// claimed twice.
pub fn expanded(list: &[Difference], world: &World, other: &World, at: Instant) -> BTreeSet<Cell> {
    let mut table = BTreeSet::new();
    let (instants, abouts) = (instants([other, world], at), abouts([other, world]));
    for row in list {
        assert!(!row.people.is_empty() && !row.permissions.is_empty(), "{row:?}");
        assert!(row.everywhere || !row.reaches.is_empty(), "{row:?}");
        assert!(row.permissions.is_sorted() && row.roles.is_sorted(), "{row:?}");
        let mut cells = Vec::new();
        for about in &abouts {
            let within = |scope: &Scope| takes_in(world, scope, about);
            let reached = row
                .reaches
                .iter()
                .filter(|reach| within(&reach.scope) && !reach.except.iter().any(within));
            let count =
                reached.count() + usize::from(row.everywhere && *about == About::Everywhere);
            assert!(count < 2, "{about:?} twice in {row:?}");
            if count == 1 {
                cells.extend(
                    instants.iter().filter(|&&t| row.interval.contains(t)).map(|&t| (about, t)),
                );
            }
        }
        for person in row.people.iter() {
            for permission in &row.permissions {
                for (about, t) in &cells {
                    let cell =
                        (person.to_string(), permission.to_string(), row.channel.to_string());
                    let cell = (cell.0, cell.1, cell.2, format!("{about:?}"), *t);
                    assert!(table.insert(cell), "{about:?} at {t} in two rows: {row}");
                }
            }
        }
    }
    table
}

/// What a diff claims that is not so, and what is so that it does not claim.
pub fn wrong(diff: &Diff, before: &World, after: &World) -> Option<String> {
    let at = diff.at;
    if let Some(what) = wrong_hours(diff, before, after) {
        return Some(what);
    }
    // What is gained and lost is said apart from hours.
    let [before, after] =
        &[before, after].map(|world| World { enrolments: Vec::new(), ..world.clone() });
    for (word, list, worlds) in
        [("gained", &diff.gained, [before, after]), ("lost", &diff.lost, [after, before])]
    {
        let (told, so) = (expanded(list, worlds[1], worlds[0], at), gained(worlds, at));
        if told != so {
            let untrue: Vec<&Cell> = told.difference(&so).take(5).collect();
            let untold: Vec<&Cell> = so.difference(&told).take(5).collect();
            return Some(format!("{word}\n  untrue {untrue:#?}\n  untold {untold:#?}\n{diff}"));
        }
    }
    None
}

/// A person's hours: where, when, whether outside too; and whether decisions are bound to them.
fn hours(world: &World, who: &str) -> (bool, BTreeSet<(Option<Name>, String, bool)>) {
    let theirs = world.enrolments.iter().filter(|enrolment| enrolment.person.as_str() == who);
    let grids = theirs.filter_map(|e| {
        world.grids.iter().find(|grid| (&grid.tenant, &grid.name) == (&e.tenant, &e.grid))
    });
    let bounds: BTreeSet<_> = grids
        .map(|grid| (grid.tenant.clone(), grid.hours.to_string(), grid.allow_outside))
        .collect();
    (!bounds.is_empty() && world.policy.hours.enforced == alcada::policy::Enforced::Always, bounds)
}

fn wrong_hours(diff: &Diff, before: &World, after: &World) -> Option<String> {
    let enrolled = before
        .enrolments
        .iter()
        .chain(&after.enrolments)
        .map(|enrolment| enrolment.person.to_string());
    let so: BTreeSet<String> =
        enrolled.filter(|who| hours(before, who) != hours(after, who)).collect();
    let told: Vec<String> =
        diff.hours.iter().flat_map(|row| row.people.iter()).map(|who| who.to_string()).collect();
    let right = told.len() == so.len() && told.into_iter().collect::<BTreeSet<_>>() == so;
    (!right).then(|| format!("hours of {so:?}\n{diff}"))
}
