//! casbin in two models: RBAC with domains as its manual has it, every permission of
//! a role a policy line; and with a role manager of one's own, for which its trait is made.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use ::casbin::rhai::ImmutableString;
use ::casbin::{CoreApi, DefaultModel, Enforcer, MemoryAdapter, MgmtApi, Result, RoleManager};
use parking_lot::RwLock;

use super::{Given, Names, Peer, at_once, chain, given};
use crate::support::city::World;
use crate::support::floor::Afternoon;

/// The unit and those above it come with the request, as the host knows its tree;
/// the cheap comparison comes first, as the manual advises.
const DOMAINS: &str = "
[request_definition]
r = sub, unit, district, city, act
[policy_definition]
p = sub, act
[role_definition]
g = _, _, _
[policy_effect]
e = some(where (p.eft == allow))
[matchers]
m = r.act == p.act && (g(r.sub, p.sub, r.unit) || g(r.sub, p.sub, r.district) || g(r.sub, p.sub, r.city))
";

/// RBAC with domains.
pub struct Domains {
    enforcer: Enforcer,
    /// The domains of a unit: itself, its district and what is granted below, the city.
    above: HashMap<String, [ImmutableString; 3]>,
}

impl Domains {
    pub fn new(world: &World) -> Domains {
        let mut enforcer = enforcer(DOMAINS);
        let lines = world.roles.iter().flat_map(|role| {
            let permissions = role.permissions.iter();
            permissions.map(|&p| vec![role.name.clone(), world.permissions[usize::from(p)].clone()])
        });
        at_once(enforcer.add_policies(lines.collect())).expect("policies are added");
        at_once(enforcer.add_grouping_policies(given(world).map(|grant| line(&grant)).collect()))
            .expect("and grants");
        let above = |unit: u32| {
            let chain = chain(world, unit);
            // A school's own domain, then those of what is granted below its district and its
            // city; a district's and the city's own are left out where there is no place for
            // them: here nothing is granted at one of them alone.
            let below = |above: usize| {
                let from_city = chain.len().checked_sub(above);
                from_city
                    .and_then(|at| chain.get(at))
                    .map_or("-".into(), |code| format!("below:{code}").into())
            };
            (chain[0].to_owned(), [chain[0].into(), below(2), below(1)])
        };
        Domains { enforcer, above: (0..world.units.len() as u32).map(above).collect() }
    }
}

fn line(grant: &Given) -> Vec<String> {
    let domain = if grant.below { format!("below:{}", grant.unit) } else { grant.unit.clone() };
    vec![grant.person.clone(), grant.role.clone(), domain]
}

impl Peer for Domains {
    fn check(&mut self, (person, permission, unit): Names<'_>) -> bool {
        let [unit, district, city] = &self.above[unit];
        let request =
            (person, unit.as_str(), district.as_str(), city.as_str(), permission.as_str());
        self.enforcer.enforce(request).expect("the request fits the model")
    }

    fn grant(&mut self, grant: &Given) {
        at_once(self.enforcer.add_grouping_policy(line(grant))).expect("the grant is added");
    }
}

/// The whole question is put to the role manager.
const MANAGED: &str = "
[request_definition]
r = sub, unit, act
[policy_definition]
p = sub, act
[role_definition]
g = _, _, _
[policy_effect]
e = some(where (p.eft == allow))
[matchers]
m = g(r.sub, r.act, r.unit)
";

/// A role manager of one's own over the afternoon's maps.
pub struct Managed {
    enforcer: Enforcer,
}

struct Manager {
    facts: Afternoon,
    roles: HashSet<String>,
}

impl Managed {
    pub fn new(world: &World) -> Managed {
        let mut enforcer = enforcer(MANAGED);
        let roles = world.roles.iter().map(|role| role.name.clone()).collect();
        // The links are in the maps already, and need not be built a second time; the
        // model keeps its own list of the grants, from which it would save them.
        enforcer.enable_auto_build_role_links(false);
        at_once(enforcer.add_grouping_policies(given(world).map(|grant| line(&grant)).collect()))
            .expect("grants");
        let manager = Manager { facts: Afternoon::new(world), roles };
        enforcer.set_role_manager(Arc::new(RwLock::new(manager))).expect("the role manager is set");
        enforcer.enable_auto_build_role_links(true);
        Managed { enforcer }
    }
}

impl Peer for Managed {
    fn check(&mut self, (person, permission, unit): Names<'_>) -> bool {
        self.enforcer
            .enforce((person, unit, permission.as_str()))
            .expect("the request fits the model")
    }

    fn grant(&mut self, grant: &Given) {
        at_once(self.enforcer.add_grouping_policy(line(grant))).expect("the grant is added");
    }
}

impl RoleManager for Manager {
    fn clear(&mut self) {}

    fn add_link(&mut self, person: &str, role: &str, domain: Option<&str>) {
        let domain = domain.unwrap_or_default();
        let (unit, below) =
            domain.strip_prefix("below:").map_or((domain, false), |unit| (unit, true));
        if self.roles.contains(role) {
            self.facts.add(person, role, unit, below);
        }
    }

    fn matching_fn(
        &mut self,
        _: Option<fn(&str, &str) -> bool>,
        _: Option<fn(&str, &str) -> bool>,
    ) {
    }

    fn delete_link(&mut self, _: &str, _: &str, _: Option<&str>) -> Result<()> {
        Ok(())
    }

    fn has_link(&self, person: &str, permission: &str, unit: Option<&str>) -> bool {
        self.facts.check((person, permission, unit.unwrap_or_default()))
    }

    fn get_roles(&self, _: &str, _: Option<&str>) -> Vec<String> {
        Vec::new()
    }

    fn get_users(&self, _: &str, _: Option<&str>) -> Vec<String> {
        Vec::new()
    }
}

fn enforcer(model: &str) -> Enforcer {
    let model = at_once(DefaultModel::from_str(model)).expect("the model is valid");
    at_once(Enforcer::new(model, MemoryAdapter::default())).expect("an empty enforcer")
}
