//! The engine, asked in the oracle's words.

use alcada::{Decision, DenyReason, Event, Instant, Permission, Policy, Request, Snapshot};

use crate::oracle::{Ask, Reason, Target, World};

/// A decision as the oracle gives it.
pub type Answer = (Result<(), Reason>, Option<Instant>);

/// No facts, under the world's policy.
pub fn empty(world: &World) -> Snapshot {
    Snapshot::new(Policy::from_document(world.policy.clone()).unwrap())
}

/// The events, all of which fit.
pub fn fold(world: &World, events: &[Event]) -> Snapshot {
    let mut snapshot = empty(world);
    for event in events {
        snapshot.apply(event).unwrap_or_else(|error| panic!("{error}: {}", json(event)));
    }
    snapshot
}

/// The events in full: `Debug` masks identifiers.
pub fn json(event: &Event) -> String {
    serde_json::to_string(event).unwrap()
}

pub fn request(ask: &Ask) -> Request<'_> {
    let request = Request::by(&ask.who).to(Permission::parse(&ask.permission).unwrap());
    let request = match &ask.target {
        Target::InUnit(unit) => request.in_unit(unit),
        Target::About { person, tenant: None } => request.about(person),
        Target::About { person, tenant: Some(tenant) } => request.about_in(person, tenant),
        Target::Record { unit, person } => request.in_unit(unit).about(person),
        Target::Anywhere => request.anywhere(),
        Target::Everywhere => request.everywhere(),
    };
    match &ask.channel {
        Some(channel) => request.on_channel(channel),
        None => request,
    }
}

pub fn answer(decision: Decision) -> Answer {
    let outcome =
        if decision.is_allow() { Ok(()) } else { Err(reason(decision.reason().unwrap())) };
    (outcome, decision.until())
}

pub fn reason(reason: DenyReason) -> Reason {
    match reason {
        DenyReason::UnknownPermission => Reason::UnknownPermission,
        DenyReason::UnknownPrincipal => Reason::UnknownPrincipal,
        DenyReason::UnknownChannel => Reason::UnknownChannel,
        DenyReason::UnknownUnit => Reason::UnknownUnit,
        DenyReason::UnknownTenant => Reason::UnknownTenant,
        DenyReason::UnknownPerson => Reason::UnknownPerson,
        DenyReason::AmbiguousPerson => Reason::AmbiguousPerson,
        DenyReason::Suspended => Reason::Suspended,
        DenyReason::Restricted => Reason::Restricted,
        DenyReason::OutOfHours => Reason::OutOfHours,
        DenyReason::NotPermitted => Reason::NotPermitted,
        DenyReason::Ceiling => Reason::Ceiling,
        DenyReason::OtherScope => Reason::OtherScope,
        DenyReason::WrongChannel => Reason::WrongChannel,
        DenyReason::NotInForce => Reason::NotInForce,
        DenyReason::Session => Reason::Session,
        DenyReason::RoleRestricted => Reason::RoleRestricted,
        other => panic!("{other:?} is no answer to a request by name"),
    }
}
