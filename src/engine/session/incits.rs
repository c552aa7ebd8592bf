//! The review functions of INCITS 359 about sessions.

use super::Session;
use crate::engine::Request;
use crate::facts::Snapshot;
use crate::model::{Name, Permission};
use crate::store::IntoSet;
use crate::time::Instant;

impl Snapshot {
    /// *SessionRoles*: the roles chosen when signing in, by name. If none were chosen, the roles
    /// that the principal is assigned in the session's tenant, or in every tenant of theirs.
    ///
    /// # Complexity
    /// O(grants × tenants of the person).
    #[must_use]
    pub fn session_roles(&self, session: &Session) -> Vec<Name> {
        if !session.roles.is_empty() {
            return session.roles.clone();
        }
        let person = session.person.as_str();
        if let Some(tenant) = &session.tenant {
            return self.assigned_roles(person, Some(tenant));
        }
        let state = &*self.0;
        let found = state.person_names.find(person).and_then(|id| state.person(id));
        let tenants = found
            .into_iter()
            .flat_map(|found| found.registrations())
            .map(|registered| registered.tenant);
        let roles = tenants
            .flat_map(|tenant| self.assigned_roles(person, state.tenant_name(tenant).as_deref()));
        roles.into_set().into_iter().collect()
    }

    /// *SessionPermissions*: the permissions that the principal has somewhere within the session at
    /// this instant: those for which [`check_session`](Snapshot::check_session) allows a request
    /// [`anywhere`](Request::anywhere), in the order of the catalogue.
    ///
    /// # Complexity
    /// A check for each permission of the policy.
    #[must_use]
    pub fn session_permissions(&self, session: &Session, at: impl Into<Instant>) -> Vec<Name> {
        let at = at.into();
        let allowed = |name: &Name| {
            Permission::parse(name).is_ok_and(|permission| {
                let request = Request::by(session.person.as_str()).to(permission).anywhere();
                self.check_session(session, &request, at).is_allow()
            })
        };
        self.0.policy.permissions().map(|(_, name)| name).filter(allowed).collect()
    }
}
