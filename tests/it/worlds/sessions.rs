//! Random choices at signing in, most of which leave something of what a person holds.

use alcada::{Grant, Name, Scope};

use super::Source;
use super::changes::unit;
use crate::oracle::{Ask, Chosen, Target, World};

/// What somebody who will ask this may have chosen.
pub fn chosen(world: &World, s: &mut Source, ask: &Ask) -> Chosen {
    let first = world.channels()[0].to_owned();
    let channel = ask.channel.clone().unwrap_or(first);
    let mut chosen = Chosen { person: ask.who.clone(), channel, ..Chosen::default() };
    let theirs: Vec<&Grant> =
        world.grants.iter().filter(|g| g.person.as_str() == ask.who).collect();
    let near = s.pick(&theirs).copied();
    if s.percent(45) {
        let aimed = match &ask.target {
            Target::InUnit(unit) | Target::Record { unit, .. } if s.percent(60) => {
                world.unit(unit).map(|u| &u.code)
            }
            _ => None,
        };
        let held = match near.map(|grant| &grant.scope) {
            Some(Scope::Unit(unit) | Scope::Subtree(unit)) => Some(unit),
            _ => None,
        };
        let above = aimed.and_then(|code| world.unit(code)).and_then(|unit| unit.parent.as_ref());
        let from: Vec<&Name> = [aimed, above, held].into_iter().flatten().collect();
        chosen.unit = Some(match s.pick(&from) {
            Some(unit) => unit.to_string(),
            None => unit(world, s, None).to_string(),
        });
    }
    if s.percent(35) {
        let of_unit = chosen
            .unit
            .as_deref()
            .filter(|_| s.percent(90))
            .and_then(|unit| world.tenant_of_unit(unit));
        let of_grant = near.and_then(|grant| world.tenant_of(&grant.scope)).map(str::to_owned);
        let tenant = of_unit
            .map(Name::to_string)
            .or(of_grant)
            .unwrap_or_else(|| unit(world, s, None).to_string());
        chosen.tenant = Some(tenant);
    }
    if s.percent(20) {
        let vision = near.filter(|_| s.percent(70)).and_then(|grant| world.vision_of(&grant.scope));
        let any = s.pick(&world.policy.visions).map(Name::as_str);
        chosen.vision = vision.or(any).map(str::to_owned);
    }
    if s.percent(30) {
        let roles: Vec<String> = theirs.iter().map(|grant| grant.role.to_string()).collect();
        chosen.roles = s.some_of(&roles, 60);
        chosen.roles.sort();
        chosen.roles.dedup();
    }
    match s.below(60) {
        0 => "nobody".clone_into(&mut chosen.person),
        1 => "telex".clone_into(&mut chosen.channel),
        2 => chosen.unit = Some("nowhere".to_owned()),
        3 => chosen.tenant = Some("nowhere".to_owned()),
        4 => chosen.vision = Some("nowhere".to_owned()),
        5 => chosen.roles.push("nothing".to_owned()),
        6 => chosen.tenant = Some(unit(world, s, None).to_string()),
        _ => {}
    }
    chosen
}
