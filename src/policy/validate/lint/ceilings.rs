//! The warning about roles of which ceilings leave nothing.
//!
//! Roles times ceilings times kinds times visions may be more than can be looked at in any bearable
//! time, so that the work here has a budget.

use std::collections::HashMap;

use fixedbitset::FixedBitSet;

use crate::model::{Name, Role};
use crate::policy::diagnostic::{Diagnostic, Report, code, path};
use crate::policy::document::Document;
use crate::policy::validate::catalogue::Catalogue;
use crate::policy::validate::inclusion::Uncut;

/// How many words of bit sets may be looked at: some hundred milliseconds of work. Thousands of
/// roles times as many ceilings times kinds and visions would take minutes.
const CEILING_BUDGET: usize = 20_000_000;

/// Warns of each role of which ceilings leave nothing to some kind that may hold it, at some vision
/// at which it may be granted.
pub(super) fn ceilings_leave_something(
    document: &Document,
    roles: &[(&Name, &Role, &Uncut)],
    catalogue: &Catalogue<'_>,
    report: &mut Report,
) {
    if document.ceilings.is_empty() {
        return;
    }
    let mut budget = CEILING_BUDGET;
    let words = (catalogue.len() / 64).saturating_add(1);
    let ceilings: Vec<FixedBitSet> = document
        .ceilings
        .iter()
        .map(|ceiling| {
            let mut listed = catalogue.empty();
            for pattern in &ceiling.permissions {
                catalogue.take_in(pattern, &mut listed);
            }
            listed
        })
        .collect();
    // A policy without kinds, or without visions, is judged as if it had one without a name.
    let kinds = or_nameless(document.kinds.keys());
    let visions = or_nameless(document.visions.iter());
    // The roles that are emptied, by the set of ceilings that apply together. Many pairs of a kind
    // and a vision have one set in common, which is then worked out once.
    let mut emptied: HashMap<FixedBitSet, FixedBitSet> = HashMap::new();
    let by_kind = applicable(document, &kinds, |ceiling| ceiling.0);
    let by_vision = applicable(document, &visions, |ceiling| ceiling.1);
    let mut findings: Vec<Emptied> = vec![Emptied::default(); roles.len()];
    'kinds: for (kind, of_kind) in kinds.iter().zip(&by_kind) {
        let mut at: HashMap<usize, Vec<Option<&Name>>> = HashMap::new();
        for (vision, of_vision) in visions.iter().zip(&by_vision) {
            let mut together = of_kind.clone();
            together.intersect_with(of_vision);
            // To note one emptied role costs about as much as to compare 2000 permissions.
            let noting = roles.len().saturating_mul(32);
            let cost = if emptied.contains_key(&together) {
                noting
            } else {
                noting.saturating_add(
                    words.saturating_mul(ceilings.len().saturating_add(roles.len())),
                )
            };
            let Some(left) = budget.checked_sub(cost) else {
                let message =
                    "there are too many roles, kinds and visions to see all that ceilings empty";
                report.push(Diagnostic::warning(code::CEILINGS_NOT_EXAMINED, "ceilings", message));
                break 'kinds;
            };
            budget = left;
            let emptied = emptied
                .entry(together)
                .or_insert_with_key(|together| emptied_by(together, &ceilings, roles));
            for index in emptied.ones() {
                let Some((_, role, _)) = roles.get(index) else { continue };
                if may(&role.kinds, *kind) && may(&role.visions, *vision) {
                    at.entry(index).or_default().push(*vision);
                }
            }
        }
        for (index, at) in at {
            if let (Some(finding), Some((_, role, _))) = (findings.get_mut(index), roles.get(index))
            {
                let possible =
                    if role.visions.is_empty() { visions.len() } else { role.visions.len() };
                finding.add(*kind, if at.len() == possible { &[] } else { &at });
            }
        }
    }
    for ((name, _, _), finding) in roles.iter().zip(&findings) {
        finding.report(name, report);
    }
}

/// Where ceilings empty one role.
#[derive(Clone, Debug, Default)]
struct Emptied {
    /// The first few kinds in words, each with its visions unless it is all of them.
    places: Vec<String>,
    /// How many kinds there are beyond the first few.
    more: usize,
    /// Whether any of the kinds has a name: then `kinds` of the role would help.
    kinds: bool,
    /// Whether it is emptied at some visions only: then `visions` of the role would help.
    visions: bool,
}

impl Emptied {
    fn add(&mut self, kind: Option<&Name>, visions: &[Option<&Name>]) {
        const SHOWN: usize = 5;
        self.kinds |= kind.is_some();
        self.visions |= !visions.is_empty();
        if self.places.len() == SHOWN {
            self.more = self.more.saturating_add(1);
            return;
        }
        let mut place = kind.map_or_else(String::new, |kind| format!(" to the kind `{kind}`"));
        for (count, vision) in visions.iter().flatten().enumerate() {
            place.push_str(if count == 0 { " at the vision " } else { " or " });
            place.push_str(&format!("`{vision}`"));
        }
        self.places.push(place);
    }

    fn report(&self, name: &Name, report: &mut Report) {
        if self.places.is_empty() {
            return;
        }
        let more = match self.more {
            0 => String::new(),
            1 => ", nor to 1 more kind".to_owned(),
            n => format!(", nor to {n} more kinds"),
        };
        let message = format!(
            "ceilings leave nothing of the role `{name}`{}{more}",
            self.places.join(", nor")
        );
        let problem =
            Diagnostic::warning(code::ROLE_EMPTIED_BY_CEILING, path(["roles", name]), message);
        let help = match (self.kinds, self.visions) {
            (true, false) => "list in its `kinds` those that may hold it, or widen the ceiling",
            (true, true) => {
                "list in its `kinds` and `visions` where it may be held, or widen the ceiling"
            }
            (false, true) => "list in its `visions` where it may be held, or widen the ceiling",
            (false, false) => "widen the ceiling, or remove the role",
        };
        report.push(problem.help(help));
    }
}

/// The names; if there are none, one place for what has no name.
fn or_nameless<'d>(names: impl Iterator<Item = &'d Name>) -> Vec<Option<&'d Name>> {
    let names: Vec<_> = names.map(Some).collect();
    if names.is_empty() { vec![None] } else { names }
}

/// Whether a list of names allows a name. An empty list allows all names.
fn may(listed: &[Name], name: Option<&Name>) -> bool {
    listed.is_empty() || name.is_some_and(|name| listed.contains(name))
}

/// For each name, the set of ceilings that apply to it by one of their lists, which `list` picks.
fn applicable<'d>(
    document: &'d Document,
    names: &[Option<&Name>],
    list: impl Fn((&'d [Name], &'d [Name])) -> &'d [Name],
) -> Vec<FixedBitSet> {
    let mut sets = vec![FixedBitSet::with_capacity(document.ceilings.len()); names.len()];
    let numbers: HashMap<&Name, usize> = names
        .iter()
        .enumerate()
        .filter_map(|(number, name)| name.map(|name| (name, number)))
        .collect();
    for (index, ceiling) in document.ceilings.iter().enumerate() {
        let listed = list((&ceiling.kinds, &ceiling.visions));
        if listed.is_empty() {
            sets.iter_mut().for_each(|set| set.insert(index));
        }
        for number in listed.iter().filter_map(|name| numbers.get(name)) {
            if let Some(set) = sets.get_mut(*number) {
                set.insert(index);
            }
        }
    }
    sets
}

/// The roles that grant something, and of which these ceilings together leave nothing.
fn emptied_by(
    together: &FixedBitSet,
    ceilings: &[FixedBitSet],
    roles: &[(&Name, &Role, &Uncut)],
) -> FixedBitSet {
    let mut emptied = FixedBitSet::with_capacity(roles.len());
    let mut applied = together.ones().filter_map(|index| ceilings.get(index));
    let Some(mut left) = applied.next().cloned() else { return emptied };
    applied.for_each(|ceiling| left.intersect_with(ceiling));
    for (index, (_, _, uncut)) in roles.iter().enumerate() {
        if !uncut.permissions.is_clear() && uncut.permissions.is_disjoint(&left) {
            emptied.insert(index);
        }
    }
    emptied
}
