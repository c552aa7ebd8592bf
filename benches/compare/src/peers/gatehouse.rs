//! gatehouse holds no facts: its policies are Rust over the host's own. The host's
//! own are the afternoon's maps.

use std::sync::{Arc, RwLock};

use ::gatehouse::{EvaluationSession, PermissionChecker, PolicyBuilder, PolicyDomain};

use super::{Given, Names, Peer, at_once};
use crate::support::city::World;
use crate::support::floor::Afternoon;

struct School;

impl PolicyDomain for School {
    type Subject = String;
    type Action = String;
    type Resource = String;
    type Context = ();
}

pub struct Gatehouse {
    checker: PermissionChecker<School>,
    facts: Arc<RwLock<Afternoon>>,
}

impl Gatehouse {
    pub fn new(world: &World) -> Gatehouse {
        let facts = Arc::new(RwLock::new(Afternoon::new(world)));
        let seen = Arc::clone(&facts);
        let policy = PolicyBuilder::<School>::new("role at a unit")
            .when(move |person: &String, permission: &String, unit: &String, ()| {
                seen.read().is_ok_and(|facts| facts.check((person, permission, unit)))
            })
            .build();
        let mut checker = PermissionChecker::new();
        checker.add_policy(policy);
        Gatehouse { checker, facts }
    }
}

impl Peer for Gatehouse {
    fn check(&mut self, (person, permission, unit): Names<'_>) -> bool {
        let (person, permission, unit) =
            (person.to_owned(), permission.as_str().to_owned(), unit.to_owned());
        let session = EvaluationSession::empty();
        at_once(self.checker.bind(&session, &person, &permission, &()).check(&unit)).is_granted()
    }

    fn grant(&mut self, grant: &Given) {
        let mut facts = self.facts.write().expect("nothing panics under the lock");
        facts.add(&grant.person, &grant.role, &grant.unit, grant.below);
    }
}
