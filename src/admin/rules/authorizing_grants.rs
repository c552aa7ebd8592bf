//! By which grants an actor could give another: what the record is asked about (requirement X4).

use super::area::Area;
use super::issuer::Issuer;
use crate::facts::{Lookup, Snapshot};
use crate::model::Actor;
use crate::model::{CommandWord, Grant};
use crate::store::PersonId;
use crate::time::Instant;

impl Snapshot {
    /// The grants of an actor by any of which a command of this word could give a grant to somebody: those
    /// that its guard for such a person asks for, over all of the scope (rulings R26, R27). Both people by
    /// number, as one who was erased since has no name.
    pub(crate) fn authorizing_grants(
        &self,
        (id, actor): (PersonId, &Actor),
        command: &str,
        (holder, grant): (PersonId, &Grant),
        at: Instant,
    ) -> Vec<Grant> {
        let state = &*self.0;
        let names = Lookup::of(state);
        let asked = || {
            let scope = names.scope(&grant.scope, Some(&state.identifier(holder))).ok()?;
            let registered = state.person(holder)?.registration(state.tenant_of(scope));
            let permission =
                state.policy.guard(CommandWord::named(command)?, registered.map(|it| it.kind))?;
            Some((permission, Area::of(scope, holder), Issuer::of(state, id, actor, at).ok()?))
        };
        let Some((permission, area, issuer)) = asked() else { return Vec::new() };
        let who = state.identifier(id);
        let authorizing_grants = issuer.authorizing_grants(permission, area);
        authorizing_grants
            .map(|held| state.grant_named(held.word(), held.detail(), who.clone()))
            .collect()
    }
}
