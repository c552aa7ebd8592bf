//! Cedar in two models of its manual: the person in roles, with the units each is held
//! at as attributes; and role-at-a-unit groups with the person in them.

use std::collections::{HashMap, HashSet};
use std::str::FromStr;

use cedar_policy::{
    Authorizer, Context, Decision, Entities, Entity, EntityId, EntityTypeName, EntityUid,
    PolicySet, Request, RestrictedExpression,
};

use super::{Given, Names, Peer, chain, given};
use crate::support::city::World;

struct Types {
    person: EntityTypeName,
    action: EntityTypeName,
    unit: EntityTypeName,
    role: EntityTypeName,
    group: EntityTypeName,
}

impl Types {
    fn new() -> Types {
        let name = |text| EntityTypeName::from_str(text).expect("a type's name");
        Types {
            person: name("Person"),
            action: name("Action"),
            unit: name("Unit"),
            role: name("Role"),
            group: name("RoleAt"),
        }
    }
}

fn uid(of: &EntityTypeName, id: impl AsRef<str>) -> EntityUid {
    EntityUid::from_type_name_and_id(of.clone(), EntityId::new(id))
}

fn ask(
    types: &Types,
    policies: &PolicySet,
    entities: &Entities,
    (person, permission, unit): Names<'_>,
) -> bool {
    let (person, action, unit) = (
        uid(&types.person, person),
        uid(&types.action, permission.as_str()),
        uid(&types.unit, unit),
    );
    let request = Request::new(person, action, unit, Context::empty(), None)
        .expect("a request without a schema");
    Authorizer::new().is_authorized(&request, policies, entities).decision() == Decision::Allow
}

/// Actions, each in the groups of the roles that list it: a role is a policy.
fn actions<'a>(world: &'a World, types: &'a Types) -> impl Iterator<Item = Entity> + 'a {
    let of_roles = world
        .roles
        .iter()
        .map(|role| Entity::new_no_attrs(uid(&types.action, &role.name), HashSet::new()));
    let permissions = (0..).zip(&world.permissions).map(|(number, permission)| {
        let listing = world.roles.iter().filter(move |role| role.permissions.contains(&number));
        let parents = listing.map(|role| uid(&types.action, &role.name)).collect();
        Entity::new_no_attrs(uid(&types.action, permission), parents)
    });
    of_roles.chain(permissions)
}

/// A policy a role; `who` is what its head says of the principal.
fn policies(
    world: &World,
    who: impl Fn(&str) -> String,
    condition: impl Fn(&str) -> String,
) -> PolicySet {
    let text: String = world
        .roles
        .iter()
        .map(|role| {
            let attribute = role.name.replace('-', "_");
            let when = condition(&attribute);
            let who = who(&role.name);
            format!(
                "permit({who}, action in Action::\"{}\", resource) when {{ {when} }};\n",
                role.name
            )
        })
        .collect();
    PolicySet::from_str(&text).expect("the policies are valid")
}

fn set(uids: impl IntoIterator<Item = EntityUid>) -> RestrictedExpression {
    RestrictedExpression::new_set(uids.into_iter().map(RestrictedExpression::new_entity_uid))
}

/// A person is in their roles and has, for each, the units it is held at; the tree is
/// Cedar's own hierarchy.
pub struct Attributes {
    types: Types,
    policies: PolicySet,
    /// Empty only while a change is made.
    entities: Option<Entities>,
    held: HashMap<String, Vec<Given>>,
}

impl Attributes {
    pub fn new(world: &World) -> Attributes {
        let types = Types::new();
        // The role stands in the head, so that most policies are passed over there.
        let who = |role: &str| format!("principal in Role::\"{role}\"");
        let policies = policies(world, who, |role| {
            format!(
                "(principal has {role}_below && resource in principal.{role}_below) \
                 || (principal has {role}_at && principal.{role}_at.contains(resource))"
            )
        });
        let mut held: HashMap<String, Vec<Given>> = HashMap::new();
        for grant in given(world) {
            held.entry(grant.person.clone()).or_default().push(grant);
        }
        let units = (0..world.units.len() as u32).map(|unit| {
            let mut chain = chain(world, unit).into_iter().map(|code| uid(&types.unit, code));
            let unit = chain.next().expect("a chain begins with the unit");
            Entity::new_no_attrs(unit, chain.take(1).collect())
        });
        let people = held.iter().map(|(id, grants)| attributed(&types, id, grants));
        let entities =
            Entities::from_entities(actions(world, &types).chain(units).chain(people), None);
        let entities = Some(entities.expect("the entities are consistent"));
        Attributes { types, policies, entities, held }
    }
}

fn attributed(types: &Types, id: &str, grants: &[Given]) -> Entity {
    let mut units: HashMap<String, Vec<EntityUid>> = HashMap::new();
    for grant in grants {
        let attribute = format!(
            "{}_{}",
            grant.role.replace('-', "_"),
            if grant.below { "below" } else { "at" }
        );
        units.entry(attribute).or_default().push(uid(&types.unit, &grant.unit));
    }
    let attributes = units.into_iter().map(|(attribute, units)| (attribute, set(units))).collect();
    let roles = grants.iter().map(|grant| uid(&types.role, &grant.role)).collect();
    Entity::new(uid(&types.person, id), attributes, roles).expect("the attributes are values")
}

impl Peer for Attributes {
    fn check(&mut self, names: Names<'_>) -> bool {
        let entities = self.entities.as_ref().expect("no change is being made");
        ask(&self.types, &self.policies, entities, names)
    }

    fn grant(&mut self, grant: &Given) {
        let grants = self.held.entry(grant.person.clone()).or_default();
        grants.push(grant.clone());
        let person = attributed(&self.types, &grant.person, grants);
        let entities = self.entities.take().expect("no change is being made");
        self.entities =
            Some(entities.upsert_entities([person], None).expect("the entities are consistent"));
    }
}

/// A person is in the groups "role at a unit" and "role below a unit"; a unit names,
/// for each role, the groups that reach it.
pub struct Groups {
    types: Types,
    policies: PolicySet,
    entities: Option<Entities>,
    held: HashMap<String, Vec<Given>>,
}

impl Groups {
    pub fn new(world: &World) -> Groups {
        let types = Types::new();
        let policies = policies(
            world,
            |_| "principal".to_owned(),
            |role| format!("principal in resource.{role}"),
        );
        let mut held: HashMap<String, Vec<Given>> = HashMap::new();
        for grant in given(world) {
            held.entry(grant.person.clone()).or_default().push(grant);
        }
        let units = (0..world.units.len() as u32).map(|unit| {
            let chain = chain(world, unit);
            let attributes = world.roles.iter().map(|role| {
                let at = uid(&types.group, format!("{} at {}", role.name, chain[0]));
                let below = chain
                    .iter()
                    .map(|code| uid(&types.group, format!("{} below {code}", role.name)));
                (role.name.replace('-', "_"), set([at].into_iter().chain(below)))
            });
            let unit = uid(&types.unit, chain[0]);
            Entity::new(unit, attributes.collect(), HashSet::new())
                .expect("the attributes are values")
        });
        let people = held.iter().map(|(id, grants)| grouped(&types, id, grants));
        let entities =
            Entities::from_entities(actions(world, &types).chain(units).chain(people), None);
        let entities = Some(entities.expect("the entities are consistent"));
        Groups { types, policies, entities, held }
    }
}

fn grouped(types: &Types, id: &str, grants: &[Given]) -> Entity {
    let group = |grant: &Given| {
        let reach = if grant.below { "below" } else { "at" };
        uid(&types.group, format!("{} {reach} {}", grant.role, grant.unit))
    };
    Entity::new_no_attrs(uid(&types.person, id), grants.iter().map(group).collect())
}

impl Peer for Groups {
    fn check(&mut self, names: Names<'_>) -> bool {
        let entities = self.entities.as_ref().expect("no change is being made");
        ask(&self.types, &self.policies, entities, names)
    }

    fn grant(&mut self, grant: &Given) {
        let grants = self.held.entry(grant.person.clone()).or_default();
        grants.push(grant.clone());
        let person = grouped(&self.types, &grant.person, grants);
        let entities = self.entities.take().expect("no change is being made");
        self.entities =
            Some(entities.upsert_entities([person], None).expect("the entities are consistent"));
    }
}
