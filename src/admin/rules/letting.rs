//! By which grants an actor could give another: what the record is asked about (requirement X4).

use super::reach::Reach;
use super::standing::Standing;
use crate::facts::{Lookup, Snapshot};
use crate::model::Actor;
use crate::model::{CommandWord, Grant};
use crate::store::PersonId;
use crate::time::Instant;

impl Snapshot {
    /// The grants of an actor by any of which a command of this word could give a grant to somebody: those
    /// that its guard for such a person asks for, over all of the scope (rulings R26, R27). Both people by
    /// number, as one who was erased since has no name.
    pub(crate) fn letting(
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
            Some((permission, Reach::of(scope, holder), Standing::of(state, id, actor, at).ok()?))
        };
        let Some((permission, reach, standing)) = asked() else { return Vec::new() };
        let who = state.identifier(id);
        let letting = standing.letting(permission, reach);
        letting
            .map(|holding| state.grant_named(holding.word(), holding.detail(), who.clone()))
            .collect()
    }
}
