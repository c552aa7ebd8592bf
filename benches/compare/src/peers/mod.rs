//! The peers, each used as its documentation recommends, behind one small trait.

pub mod alcada;
pub mod casbin;
pub mod cedar;
pub mod gatehouse;
pub mod own;
pub mod regorus;

use ::alcada::Permission;

use crate::support::city::{Held, World};

/// Person, permission, unit. The permission is one that was read as such before, as
/// it is in a host that writes it as a constant.
pub type Names<'a> = (&'a str, Permission<'a>, &'a str);

/// A library that holds the world.
pub trait Peer {
    /// May this person do this in this unit? All that is needed to ask by names counts.
    fn check(&mut self, ask: Names<'_>) -> bool;

    /// Gives one grant, so that the next check sees it.
    fn grant(&mut self, grant: &Given);
}

/// A grant by names.
#[derive(Clone, Debug)]
pub struct Given {
    pub person: String,
    pub role: String,
    pub unit: String,
    pub below: bool,
}

impl Given {
    pub fn new(world: &World, person: u32, held: Held) -> Given {
        Given {
            person: world.people.get(person).to_owned(),
            role: world.roles[usize::from(held.role)].name.clone(),
            unit: world.units[held.unit as usize].code.clone(),
            below: held.below,
        }
    }
}

/// Every grant there is, person by person.
pub fn given(world: &World) -> impl Iterator<Item = Given> + '_ {
    (0..world.people.len() as u32).flat_map(move |person| {
        world.held(person).iter().map(move |&held| Given::new(world, person, held))
    })
}

/// A unit's code and those above it, the nearest first.
pub fn chain(world: &World, unit: u32) -> Vec<&str> {
    let row = |unit: u32| &world.units[unit as usize];
    std::iter::successors(Some(unit), |&unit| row(unit).parent)
        .map(|unit| row(unit).code.as_str())
        .collect()
}

/// Runs a future that waits for nothing: nothing here touches a file or a network,
/// and an executor would only add to what a peer is charged.
pub fn at_once<T>(future: impl Future<Output = T>) -> T {
    let mut future = std::pin::pin!(future);
    let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    match future.as_mut().poll(&mut context) {
        std::task::Poll::Ready(value) => value,
        std::task::Poll::Pending => unreachable!("nothing here waits"),
    }
}
