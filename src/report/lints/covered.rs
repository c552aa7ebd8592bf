//! Finds the grants of a person that add nothing to another one: not in permissions, scope,
//! channel, time or basis, nor in what administration makes of the role.

use std::sync::Arc;

use fixedbitset::FixedBitSet;

use crate::facts::{BasisId, Detail, Head, Person, PlaceId, ScopeId, State, Word};
use crate::policy::RoleRules;
use crate::store::RoleId;

/// A grant with all that lints ask of it.
pub(super) struct LintedGrant<'s> {
    pub(super) word: Word,
    pub(super) detail: Detail,
    pub(super) role: RoleId,
    pub(super) kind: u16,
    pub(super) rules: &'s RoleRules,
    /// The permissions after ceilings.
    pub(super) permissions: Arc<FixedBitSet>,
    /// Whether the grant can ever allow anything: it has not ended, has permissions, is not barred
    /// from its channel, and is not over a group that its holder does not lead.
    pub(super) is_live: bool,
}

/// Pairs of indexes: each grant of a person that adds nothing, and a grant that covers it and adds
/// something itself. Of several grants that cover each other, the first is kept.
///
/// # Complexity
/// O(grants²).
pub(super) fn covered(
    state: &State,
    person: Person<'_>,
    grants: &[LintedGrant<'_>],
    at: i64,
) -> Vec<(usize, usize)> {
    let numbered = || grants.iter().enumerate().filter(|(_, grant)| grant.is_live);
    let mut idle = FixedBitSet::with_capacity(grants.len());
    for (n, one) in numbered() {
        let covered = numbered().any(|(m, other)| {
            m != n
                && covers(state, person, other, one, at)
                && (m < n || !covers(state, person, one, other, at))
        });
        idle.set(n, covered);
    }
    let found = idle.ones().filter_map(|n| {
        let one = grants.get(n)?;
        let by = numbered()
            .find(|(m, other)| !idle.contains(*m) && covers(state, person, other, one, at));
        by.map(|(m, _)| (n, m))
    });
    found.collect()
}

/// Whether `one` allows everything that `other` allows, from an instant on.
fn covers(
    state: &State,
    person: Person<'_>,
    one: &LintedGrant<'_>,
    other: &LintedGrant<'_>,
    at: i64,
) -> bool {
    one.word.channel() == other.word.channel()
        && one.detail.from <= other.detail.from.max(at)
        && other.detail.until <= one.detail.until
        && rests_on_no_more(state, one.detail.basis, other.detail.basis)
        && state.scope_contains(one.word.scope(), other.word.scope(), person)
        && other.permissions.is_subset(&one.permissions)
        && reaches_people(state, one, other)
        && administers(state, one, other)
        && counts_anywhere(state, person, one, other)
        && !is_cut_elsewhere(state, one, other, at)
}

/// Whether the basis `one` is met whenever `other` is, whatever affiliations the person has.
/// Today's affiliations do not count, since an affiliation that ended may come again.
fn rests_on_no_more(state: &State, one: Option<BasisId>, other: Option<BasisId>) -> bool {
    let (Some(one), Some(other)) = (one, other) else { return one.is_none() };
    one.kind == other.kind
        && match (one.place, other.place) {
            (PlaceId::Subtree(top), PlaceId::Unit(unit) | PlaceId::Subtree(unit)) => {
                state.units.covers(top, unit)
            }
            (one, other) => one == other,
        }
}

/// Whether `one` covers `other` in requests about people. There, scopes of units do not reach
/// permissions that are for leaders alone.
fn reaches_people(state: &State, one: &LintedGrant<'_>, other: &LintedGrant<'_>) -> bool {
    let by_unit = |grant: &LintedGrant<'_>| {
        matches!(grant.word.scope(), ScopeId::Unit(_) | ScopeId::Subtree(_))
    };
    !by_unit(one) || by_unit(other) || other.permissions.is_disjoint(state.policy.leader_only())
}

/// Whether `one` counts whenever `other` does in requests for any place at all. Such a request
/// judges each grant by the hours and suspensions of the tenant of its scope, which is the platform
/// for a grant everywhere.
fn counts_anywhere(
    state: &State,
    person: Person<'_>,
    one: &LintedGrant<'_>,
    other: &LintedGrant<'_>,
) -> bool {
    let head = person.index.head;
    state.tenant_of(one.word.scope()) == state.tenant_of(other.word.scope())
        || head.grids() == 0 && !head.has(Head::SUSPENDED_SOMEWHERE)
}

/// Whether `one` covers `other` in what the role itself means for administration: its seats, the
/// roles it may assign, and being an administrator.
fn administers(state: &State, one: &LintedGrant<'_>, other: &LintedGrant<'_>) -> bool {
    let policy = &state.policy;
    let counts = |role: RoleId| !policy.assigns(role).is_empty() || policy.is_tracked(role);
    let same = one.role == other.role && one.word.scope() == other.word.scope();
    (policy.administrator() != Some(other.role) || same)
        && other
            .rules
            .closure
            .iter()
            .all(|role| !counts(*role) || one.rules.closure.binary_search(role).is_ok())
}

/// Whether a restriction takes from `one` what it leaves to `other`: it restricts a role that only
/// `one` includes, and permissions that `other` has.
fn is_cut_elsewhere(
    state: &State,
    one: &LintedGrant<'_>,
    other: &LintedGrant<'_>,
    at: i64,
) -> bool {
    let alone =
        one.rules.closure.iter().filter(|role| other.rules.closure.binary_search(role).is_err());
    let mut restrictions = alone.filter_map(|role| state.role_restrictions.get(role)).flatten();
    restrictions.any(|restriction| {
        restriction.until > at && !restriction.permissions.is_disjoint(&other.permissions)
    })
}
