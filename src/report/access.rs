//! Tables of access: the permissions of roles, what a person can do, and a person's grants.

use std::collections::{BTreeMap, BTreeSet};

use super::table::Table;
use crate::engine::{Coverage, Reach};
use crate::facts::{Detail, Head, NEVER, Person, ScopeId, Snapshot, State, Word};
use crate::model::{Basis, Name, Permission, Place, Scope};
use crate::store::{Order, PermissionId};
use crate::time::Instant;

impl Snapshot {
    /// A table of permissions and roles, with an `x` where the role has the permission before
    /// ceilings: the policy's roles and, if a tenant is given, its own.
    ///
    /// # Complexity
    /// O(permissions × roles).
    #[must_use]
    pub fn role_matrix(&self, tenant: Option<&str>) -> Table {
        let roles = self.roles_of(tenant);
        let mut table = Table::headed(&["permission"]);
        table.head.extend(roles.iter().map(|(_, rules)| rules.name.to_string()));
        let mut permissions: Vec<(Name, PermissionId)> =
            self.0.policy.permissions().map(|(id, name)| (name, id)).collect();
        permissions.order();
        for (name, id) in permissions {
            let has = roles
                .iter()
                .map(|(_, rules)| if rules.uncut.contains(id.index()) { "x" } else { "" });
            table.rows.push([name.as_str()].into_iter().chain(has).map(str::to_owned).collect());
        }
        table
    }

    /// A table of what a person can do at an instant, where, and until when: the
    /// [`coverage`](Snapshot::coverage) of every permission on every channel. Permissions with
    /// equal coverage share a row; `calls:*` is every action of a function. If a tenant is given,
    /// only what lies in it or is held everywhere, which is all that its administrators may read
    /// ([D14](crate::docs::contract#d14)).
    ///
    /// No rows if the person can do nothing or does not exist.
    ///
    /// # Complexity
    /// O(permissions × channels) coverages.
    #[must_use]
    pub fn access_of(&self, person: &str, tenant: Option<&str>, now: impl Into<Instant>) -> Table {
        let (state, now) = (&*self.0, now.into());
        let here = |scope: &Scope| tenant.is_none_or(|tenant| state.lies_in(scope, tenant));
        let mut table = Table::headed(&["permissions", "channel", "where", "until"]);
        let catalogue: Vec<Name> = state.policy.permissions().map(|(_, name)| name).collect();
        for channel in state.policy.channels() {
            let mut rows: Vec<(Coverage, BTreeSet<&Name>)> = Vec::new();
            for name in &catalogue {
                let Ok(permission) = Permission::parse(name) else { continue };
                let mut coverage = self.coverage_on(person, permission, channel, now);
                coverage.reaches.retain(|reach| here(&reach.scope));
                coverage
                    .reaches
                    .iter_mut()
                    .for_each(|reach| reach.except.retain(|scope| here(scope)));
                if coverage.is_nowhere() {
                    continue;
                }
                match rows.iter_mut().find(|(known, _)| *known == coverage) {
                    Some((_, permissions)) => {
                        permissions.insert(name);
                    }
                    None => rows.push((coverage, BTreeSet::from([name]))),
                }
            }
            let mut written: Vec<Vec<String>> = Vec::with_capacity(rows.len());
            for (Coverage { reaches, until }, permissions) in rows {
                let places: Vec<String> = reaches.iter().map(reach_in_words).collect();
                written.push(vec![
                    joined(&permissions, &catalogue),
                    channel.to_string(),
                    places.join("; "),
                    until.map_or_else(String::new, |until| until.to_string()),
                ]);
            }
            written.order();
            table.rows.extend(written);
        }
        table
    }

    /// A table of a person's grants: whether each is in force at an instant, and until when or from
    /// when. If a tenant is given, only grants in it or everywhere.
    ///
    /// No rows if the person has no grants or does not exist.
    ///
    /// # Complexity
    /// O(grants × affiliations of the person).
    #[must_use]
    pub fn grants_of(&self, person: &str, tenant: Option<&str>, now: impl Into<Instant>) -> Table {
        let (state, at) = (&*self.0, now.into().as_micros());
        let mut table = Table::headed(&["role", "where", "channel", "rests on", "in force"]);
        let found = state.person_names.find(person).and_then(|id| Some((id, state.person(id)?)));
        let Some((id, person)) = found.filter(|(_, person)| person.is_known()) else {
            return table;
        };
        for (word, detail) in person.grants() {
            let grant = state.grant_named(word, detail, state.identifier(id));
            if tenant.is_some_and(|tenant| !state.lies_in(&grant.scope, tenant)) {
                continue;
            }
            let channel = state.policy.channels().get(word.channel().index());
            table.rows.push(vec![
                grant.role.to_string(),
                grant.scope.in_a_cell().to_string(),
                channel.map_or_else(String::new, Name::to_string),
                basis_in_words(&grant.basis),
                state.force_in_words(person, word, detail, at),
            ]);
        }
        table.rows.order();
        table
    }
}

impl State {
    /// Whether a scope lies in a tenant or is everywhere.
    fn lies_in(&self, scope: &Scope, tenant: &str) -> bool {
        match scope {
            Scope::Unit(unit) | Scope::Subtree(unit) => {
                let owner = self.unit_names.find(unit).map(|unit| self.units.node(unit).owner);
                owner.is_some() && owner == self.tenant(tenant)
            }
            Scope::Members { tenant: of, .. } | Scope::Own { tenant: of } => {
                of.as_deref() == Some(tenant)
            }
            Scope::Everywhere => true,
        }
    }

    /// Whether a grant is in force at an instant, and until when or from when, as text.
    fn force_in_words(&self, person: Person<'_>, word: Word, detail: Detail, at: i64) -> String {
        let tenant = self.tenant_of(word.scope());
        let suspended = person.registration(tenant).is_some_and(|registered| registered.suspended);
        let kind = self.rights.effective(word.role()).map_or(u16::MAX, |effective| effective.kind);
        if suspended || person.index.head.has(Head::SUSPENDED) {
            return "no: suspended".into();
        }
        if !self.policy.acts_on(kind, word.channel()) {
            return "no: not for this kind of person on this channel".into();
        }
        if matches!(word.scope(), ScopeId::Members(group) if !self.leads(person, group)) {
            return "no: does not lead the group".into();
        }
        let spans = self.grant_intervals(person, word, detail);
        match spans.iter().find(|&(_, until)| until > at) {
            Some((from, NEVER)) if from <= at => "yes".into(),
            Some((from, until)) if from <= at => format!("until {}", Instant::from_micros(until)),
            Some((from, _)) => format!("from {}", Instant::from_micros(from)),
            None if detail.until > at => "no: without the affiliation".into(),
            None => "no: over".into(),
        }
    }
}

/// Permissions on one line. All actions of a function, if there are several, are `function:*`.
fn joined(permissions: &BTreeSet<&Name>, catalogue: &[Name]) -> String {
    let mut functions: BTreeMap<&str, Vec<&Name>> = BTreeMap::new();
    for name in permissions {
        functions.entry(function_of(name)).or_default().push(name);
    }
    let mut words: Vec<String> = Vec::new();
    for (function, actions) in functions {
        let all = catalogue.iter().filter(|name| function_of(name) == function).count();
        if actions.len() == all && all > 1 {
            words.push(format!("{function}:*"));
        } else {
            words.extend(actions.into_iter().map(Name::to_string));
        }
    }
    words.join(", ")
}

/// The function of a permission's name.
fn function_of(permission: &Name) -> &str {
    permission.split_once(':').map_or("", |(function, _)| function)
}

/// A scope and its exceptions as text.
fn reach_in_words(reach: &Reach) -> String {
    let except: Vec<String> =
        reach.except.iter().map(|scope| scope.in_a_cell().to_string()).collect();
    match except.as_slice() {
        [] => reach.scope.in_a_cell().to_string(),
        except => format!("{} without {}", reach.scope.in_a_cell(), except.join(" and ")),
    }
}

/// The basis of a grant as text; empty for a grant that stands by itself.
fn basis_in_words(basis: &Basis) -> String {
    match basis {
        Basis::Standing => String::new(),
        Basis::Direct => "given directly".into(),
        Basis::Affiliation { kind, place: Place::Unit(unit) } => format!("{kind} at {unit}"),
        Basis::Affiliation { kind, place: Place::Subtree(unit) } => {
            format!("{kind} at {unit} or below")
        }
        Basis::Affiliation { kind, place: Place::Set(set) } => format!("{kind} at a unit of {set}"),
    }
}
