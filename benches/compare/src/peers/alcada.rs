//! alcada itself, through the Authority as a host calls it.

use ::alcada::{Authority, Event, Grant, Policy, Request};

use super::{Given, Names, Peer};
use crate::support::city::{NOW, Terms, World};

pub struct Alcada {
    authority: Authority,
}

impl Alcada {
    pub fn new(world: &World) -> Alcada {
        let policy = Policy::from_document(world.policy()).expect("the policy is valid");
        let authority = Authority::in_memory(policy);
        authority
            .apply_all(&world.events(Terms::Plain).collect::<Vec<Event>>())
            .expect("the facts fit");
        Alcada { authority }
    }
}

impl Peer for Alcada {
    fn check(&mut self, (person, permission, unit): Names<'_>) -> bool {
        self.authority.check(&Request::by(person).to(permission).in_unit(unit), NOW).is_allow()
    }

    fn grant(&mut self, grant: &Given) {
        let given = Grant::role(&grant.role).to(&grant.person);
        let given =
            if grant.below { given.in_and_below(&grant.unit) } else { given.only_in(&grant.unit) };
        self.authority.apply(&Event::Granted(given.expect("names"))).expect("the grant fits");
    }
}
