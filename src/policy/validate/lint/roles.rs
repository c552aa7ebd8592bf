//! Warnings about single roles and pairs of them, before ceilings.

use std::collections::{BTreeSet, HashMap};

use fixedbitset::FixedBitSet;

use crate::model::{Name, Role};
use crate::policy::diagnostic::{Diagnostic, Report, at_index, code, path};
use crate::policy::validate::catalogue::Catalogue;
use crate::policy::validate::inclusion::Uncut;

pub(super) fn exceptions_remove(
    roles: &[(&Name, &Role, &Uncut)],
    catalogue: &Catalogue<'_>,
    report: &mut Report,
) {
    for (name, role, uncut) in roles {
        for (index, pattern) in role.except.iter().enumerate() {
            let mut removed = catalogue.empty();
            // An exception that matches nothing at all gets another warning.
            if catalogue.take_in(pattern, &mut removed) && removed.is_disjoint(&uncut.gathered) {
                let at = at_index(&path(["roles", name, "except"]), index);
                let message =
                    format!("the exception `{pattern}` removes nothing that the role `{name}` has");
                report.push(Diagnostic::warning(code::EXCEPTION_REMOVES_NOTHING, at, message));
            }
        }
    }
}

pub(super) fn roles_grant(roles: &[(&Name, &Role, &Uncut)], report: &mut Report) {
    for (name, _, uncut) in roles {
        if uncut.permissions.is_clear() {
            let message = format!("the role `{name}` grants nothing");
            report.push(Diagnostic::warning(
                code::ROLE_GRANTS_NOTHING,
                path(["roles", name]),
                message,
            ));
        }
    }
}

/// Warns of two roles that are one: equal in their permissions, in where they can be granted and in
/// who may hold them.
pub(super) fn roles_differ(roles: &[(&Name, &Role, &Uncut)], report: &mut Report) {
    let mut seen: HashMap<(&FixedBitSet, BTreeSet<&Name>, BTreeSet<&Name>), &Name> = HashMap::new();
    for (name, role, uncut) in roles {
        if uncut.permissions.is_clear() {
            continue;
        }
        let key = (&uncut.permissions, role.visions.iter().collect(), role.kinds.iter().collect());
        let first = *seen.entry(key).or_insert(name);
        if first != *name {
            let message =
                format!("the role `{name}` grants exactly what the role `{first}` grants");
            let problem =
                Diagnostic::warning(code::ROLE_EQUALS_ANOTHER, path(["roles", name]), message);
            report.push(problem.help("keep one of the two, or let one include the other"));
        }
    }
}
