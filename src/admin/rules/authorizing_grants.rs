//! By which grants an actor could give another grant: the journal's provenance asks this (X4).

use super::area::Area;
use super::issuer::Issuer;
use crate::facts::{Lookup, Snapshot};
use crate::model::Actor;
use crate::model::{CommandWord, Grant};
use crate::store::PersonId;
use crate::time::Instant;

impl Snapshot {
    /// The actor's grants that satisfied the guard of a command word over the whole scope of
    /// `grant` (R26, R27). Empty if there is none, or if something named is unknown.
    ///
    /// Actor and holder are given by id, because a principal erased since has no name.
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
        let actor_name = state.identifier(id);
        let authorizing_grants = issuer.authorizing_grants(permission, area);
        authorizing_grants
            .map(|held| state.grant_named(held.word(), held.detail(), actor_name.clone()))
            .collect()
    }
}
