//! Who has what, as tables: roles and their permissions; what a person can do, and what they hold.

use std::collections::{BTreeMap, BTreeSet};

use super::table::Table;
use crate::engine::{Coverage, Reach};
use crate::facts::{Detail, Head, NEVER, Person, ScopeId, Snapshot, State, Word};
use crate::model::{Basis, Name, Permission, Place, Scope};
use crate::store::{Order, PermissionId};
use crate::time::Instant;

impl Snapshot {
    /// Which role has which permission, before ceilings: an `x` where it has. The policy's own roles, and those of a tenant.
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

    /// What a person can do now, where, and until when: what [`coverage`](Snapshot::coverage) says of every
    /// permission on every channel, those with the same answer in one row. `calls:*` is every action of a function.
    /// In a tenant: as far as it lies in that one or everywhere, which is all that its administrators are to read (D14).
    ///
    /// No rows: nothing, or there is no such person.
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

    /// What a person was granted, whether it is in force now, and until when or from when. In a tenant: there, or everywhere.
    ///
    /// No rows: nothing, or there is no such person.
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
                state.standing_of(person, word, detail, at),
            ]);
        }
        table.rows.order();
        table
    }
}

impl State {
    /// Whether a scope is of a tenant, or takes it in.
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

    /// Whether a grant is in force, in words.
    fn standing_of(&self, person: Person<'_>, word: Word, detail: Detail, at: i64) -> String {
        let tenant = self.tenant_of(word.scope());
        let suspended = person.registration(tenant).is_some_and(|registered| registered.suspended);
        let kind = self.rights.effective(word.role()).map_or(u16::MAX, |effective| effective.kind);
        if suspended || person.record.head.has(Head::SUSPENDED) {
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

/// Permissions in one line: all of a function as `function:*`.
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

fn function_of(permission: &Name) -> &str {
    permission.split_once(':').map_or("", |(function, _)| function)
}

fn reach_in_words(reach: &Reach) -> String {
    let except: Vec<String> =
        reach.except.iter().map(|scope| scope.in_a_cell().to_string()).collect();
    match except.as_slice() {
        [] => reach.scope.in_a_cell().to_string(),
        except => format!("{} without {}", reach.scope.in_a_cell(), except.join(" and ")),
    }
}

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
