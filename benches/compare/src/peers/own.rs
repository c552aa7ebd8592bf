//! What one writes oneself: the afternoon's maps, and the floor behind its names.

use super::{Given, Names, Peer};
use crate::support::floor::{Afternoon, NamedFloor};

impl Peer for Afternoon {
    fn check(&mut self, (person, permission, unit): Names<'_>) -> bool {
        Afternoon::check(self, (person, permission.as_str(), unit))
    }

    fn grant(&mut self, grant: &Given) {
        self.add(&grant.person, &grant.role, &grant.unit, grant.below);
    }
}

impl Peer for NamedFloor {
    fn check(&mut self, (person, permission, unit): Names<'_>) -> bool {
        NamedFloor::check(self, (person, permission.as_str(), unit))
    }

    fn grant(&mut self, _: &Given) {
        unimplemented!("the floor cannot change")
    }
}
