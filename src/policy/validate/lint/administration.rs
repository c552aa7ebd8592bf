//! Warnings about guards, eligibility, separation, the administrator's role and support.

use std::collections::{BTreeMap, HashMap};

use fixedbitset::FixedBitSet;

use crate::model::{CommandWord, Name, Role};
use crate::policy::diagnostic::{Diagnostic, Report, at_index, code, path, row_path};
use crate::policy::document::{Document, Extent};
use crate::policy::validate::administration::ROW;
use crate::policy::validate::catalogue::Catalogue;
use crate::policy::validate::inclusion::Uncut;

pub(crate) fn lint(
    document: &Document,
    roles: &[(&Name, &Role, &Uncut)],
    catalogue: &Catalogue<'_>,
    report: &mut Report,
) {
    guards_exist(document, report);
    let numbers = Numbers::new(document);
    guards_are_reached(document, &numbers, report);
    eligibility_matches(document, &numbers, report);
    separations_have_units(document, report);
    administrator_reaches_roots(document, report);
    custom_roles_imitate_none(document, roles, catalogue, report);
    support_is_guarded(document, report);
}

/// Kinds and visions as bits, since each row of eligibility is compared with each role.
struct Numbers<'d> {
    kinds: HashMap<&'d str, usize>,
    visions: HashMap<&'d str, usize>,
}

impl<'d> Numbers<'d> {
    fn new(document: &'d Document) -> Numbers<'d> {
        let numbered =
            |names: &mut dyn Iterator<Item = &'d Name>| names.map(Name::as_str).zip(0..).collect();
        Numbers {
            kinds: numbered(&mut document.kinds.keys()),
            visions: numbered(&mut document.visions.iter()),
        }
    }

    fn kinds(&self, names: &[Name]) -> FixedBitSet {
        names.iter().filter_map(|name| self.kinds.get(name.as_str()).copied()).collect()
    }

    /// Visions as the bits of one word: a policy has at most 64.
    fn visions(&self, names: &[Name]) -> u64 {
        let bit = |name: &Name| self.visions.get(name.as_str()).map_or(0, |&n| 1u64 << (n & 63));
        names.iter().map(bit).fold(0, |all, bit| all | bit)
    }
}

/// Warns of a policy that has rules of administration, and no guard by which a command could pass.
fn guards_exist(document: &Document, report: &mut Report) {
    let at = if !document.administration.is_empty() {
        "administration"
    } else if !document.eligibility.is_empty() {
        "eligibility"
    } else {
        return;
    };
    if document.guards.is_empty() {
        let message = "no command has a guard, so nobody can issue one";
        let problem = Diagnostic::warning(code::NO_GUARDS, at, message);
        report.push(problem.help("say in `guards` which permission each command takes"));
    }
}

/// The kinds of subject that earlier guards of a command take.
enum Taken {
    All,
    Kinds(FixedBitSet),
}

/// Warns of guards whose commands and kinds are all taken by earlier guards.
fn guards_are_reached(document: &Document, numbers: &Numbers<'_>, report: &mut Report) {
    let mut taken: HashMap<&Name, Taken> = HashMap::new();
    for (index, guard) in document.guards.iter().enumerate() {
        let kinds = numbers.kinds(&guard.kinds);
        let mut reached = false;
        for command in &guard.commands {
            let before = taken.entry(command).or_insert_with(|| Taken::Kinds(FixedBitSet::new()));
            match before {
                Taken::All => {}
                _ if guard.kinds.is_empty() => {
                    reached = true;
                    *before = Taken::All;
                }
                Taken::Kinds(before) => {
                    reached |= !kinds.is_subset(before);
                    before.union_with(&kinds);
                }
            }
        }
        if !reached {
            let message = "this guard is never reached: earlier ones take all of its commands";
            let problem =
                Diagnostic::warning(code::GUARD_UNREACHABLE, at_index("guards", index), message);
            report.push(problem.help("put it before them, or remove it"));
        }
    }
}

/// Warns of rows of eligibility that no grant can match.
fn eligibility_matches(document: &Document, numbers: &Numbers<'_>, report: &mut Report) {
    if document.eligibility.is_empty() {
        return;
    }
    let of_units = document
        .unit_kinds
        .values()
        .flat_map(|kind| &kind.vision)
        .map(|name| numbers.visions(std::slice::from_ref(name)));
    let of_units = of_units.fold(0, |all, vision| all | vision);
    let roles: HashMap<&Name, (u64, FixedBitSet)> = document
        .roles
        .iter()
        .map(|(name, role)| (name, (numbers.visions(&role.visions), numbers.kinds(&role.kinds))))
        .collect();
    for (index, row) in document.eligibility.iter().enumerate() {
        let units = numbers.visions(&row.units);
        let kinds = numbers.kinds(&row.kinds);
        let may = |role: &Name| {
            roles.get(role).is_none_or(|(role_visions, role_kinds)| {
                (units == 0 || *role_visions == 0 || units & role_visions & of_units != 0)
                    && (kinds.is_clear() || role_kinds.is_clear() || !kinds.is_disjoint(role_kinds))
            })
        };
        let lacks_unit =
            |visions: &[Name]| !visions.is_empty() && numbers.visions(visions) & of_units == 0;
        let reason = if lacks_unit(&row.working_at) {
            "no unit kind has a vision of its `working-at`"
        } else if lacks_unit(&row.units) {
            "no unit kind has a vision of its `units`"
        } else if !row.roles.is_empty() && !row.roles.iter().any(may) {
            "each of its `roles` excludes its `units` or its `kinds`"
        } else {
            continue;
        };
        let message = format!("{ROW} matches nothing: {reason}");
        report.push(Diagnostic::warning(
            code::ELIGIBILITY_MATCHES_NOTHING,
            at_index("eligibility", index),
            message,
        ));
    }
}

/// Warns of separations that are counted per unit in a policy without unit kinds.
fn separations_have_units(document: &Document, report: &mut Report) {
    if !document.unit_kinds.is_empty() {
        return;
    }
    for (index, set) in document.separation.iter().enumerate() {
        if set.per == Extent::Unit {
            let message = format!(
                "the separation `{}` is counted per unit, but the policy has no unit kinds",
                set.name
            );
            let at = row_path("separation", index, "per");
            let problem = Diagnostic::warning(code::SEPARATION_WITHOUT_UNITS, at, message);
            report.push(problem.help("write `\"tenant\"`, or leave it out"));
        }
    }
}

/// Warns of an administrator's role that cannot be granted at the widest vision. An administrator
/// holds the role over the root and all below it, so such a tenant could have none.
fn administrator_reaches_roots(document: &Document, report: &mut Report) {
    let Some(name) = &document.administration.administrator else { return };
    let (Some(role), Some(widest)) = (document.roles.get(name), document.visions.first()) else {
        return;
    };
    if !role.visions.is_empty() && !role.visions.contains(widest) {
        let message = format!(
            "the administrator's role `{name}` cannot be granted at the widest vision `{widest}`"
        );
        let at = path(["administration", "administrator"]);
        let problem = Diagnostic::warning(code::ADMINISTRATOR_BELOW_ROOT, at, message);
        report.push(
            problem.help("an administrator holds it at the root: add the vision to the role, or let it name none"),
        );
    }
}

/// Warns of seated, exclusive and separated roles whose permissions a tenant could put into a role
/// of its own making: the rules look at the role, and would miss the holders of such a one.
fn custom_roles_imitate_none(
    document: &Document,
    roles: &[(&Name, &Role, &Uncut)],
    catalogue: &Catalogue<'_>,
    report: &mut Report,
) {
    const SHOWN: usize = 3;
    let administration = &document.administration;
    let mut bound: BTreeMap<&Name, Vec<&str>> = BTreeMap::new();
    let seated = administration.seats.keys().map(|role| (role, "seated"));
    let exclusive = administration.exclusive.iter().map(|role| (role, "exclusive"));
    let separated =
        document.separation.iter().flat_map(|set| &set.roles).map(|role| (role, "separated"));
    for (role, how) in seated.chain(exclusive).chain(separated) {
        let hows = bound.entry(role).or_default();
        if !hows.contains(&how) {
            hows.push(how);
        }
    }
    if bound.is_empty() {
        return;
    }
    let mut reserved = catalogue.empty();
    for pattern in &administration.reserved {
        catalogue.take_in(pattern, &mut reserved);
    }
    for (name, _, uncut) in roles {
        let Some(hows) = bound.get(name) else { continue };
        let unreserved: Vec<&(&str, &str)> = uncut
            .permissions
            .difference(&reserved)
            .filter_map(|n| catalogue.permissions().get(n))
            .collect();
        if unreserved.is_empty() {
            continue;
        }
        let mut listed: Vec<String> = unreserved
            .iter()
            .take(SHOWN)
            .map(|(function, action)| format!("`{function}:{action}`"))
            .collect();
        if let more @ 1.. = unreserved.len().saturating_sub(SHOWN) {
            listed.push(format!("{more} more"));
        }
        let message = format!(
            "a custom role may hold {} of the {} role `{name}`",
            enumerated(&listed),
            enumerated(hows)
        );
        let problem = Diagnostic::warning(code::ROLE_UNRESERVED, path(["roles", name]), message);
        report.push(
            problem.help("list in `administration.reserved` what only this role should give"),
        );
    }
}

/// Warns of support that no guard lets any actor open.
fn support_is_guarded(document: &Document, report: &mut Report) {
    let word = CommandWord::OpenSupport.as_str();
    let guarded = |name: &Name| name.as_str() == word;
    if document.support.is_some()
        && !document.guards.iter().any(|guard| guard.commands.iter().any(guarded))
    {
        let message = "no guard names `open-support`, so nobody but the host can open support";
        let problem = Diagnostic::warning(code::SUPPORT_UNGUARDED, "support", message);
        report.push(problem.help("say in `guards` which permission it takes"));
    }
}

/// Words as in `a, b and c`.
fn enumerated<S: AsRef<str>>(words: &[S]) -> String {
    let mut text = String::new();
    for (index, word) in words.iter().enumerate() {
        text.push_str(match index {
            0 => "",
            n if n.saturating_add(1) == words.len() => " and ",
            _ => ", ",
        });
        text.push_str(word.as_ref());
    }
    text
}
