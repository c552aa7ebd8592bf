//! Which grants of a person add nothing to another: in permission, scope, channel,
//! time and basis, and in what administration makes of the role.

use std::sync::Arc;

use fixedbitset::FixedBitSet;

use crate::facts::{BasisId, Detail, Head, Person, PlaceId, ScopeId, State, Word};
use crate::policy::RoleRules;
use crate::store::RoleId;

/// A grant, all that bears on what it allows at hand.
pub(super) struct Weighed<'s> {
    pub(super) word: Word,
    pub(super) detail: Detail,
    pub(super) role: RoleId,
    pub(super) kind: u16,
    pub(super) rules: &'s RoleRules,
    /// After ceilings.
    pub(super) permissions: Arc<FixedBitSet>,
    /// Whether anything can ever follow from it: it is not over, not empty, not barred
    /// from its channel, and its holder leads the group it is over.
    pub(super) is_live: bool,
}

/// For each grant of a person that adds nothing to another, which one that is: one that
/// adds something. Of several that say the same, the first stays.
///
/// # Complexity
/// O(grants²), of those of one person.
pub(super) fn covered(
    state: &State,
    person: Person<'_>,
    grants: &[Weighed<'_>],
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

/// Whether the one allows whatever the other allows, from this instant on.
fn covers(
    state: &State,
    person: Person<'_>,
    one: &Weighed<'_>,
    other: &Weighed<'_>,
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

/// Whether the one's basis is in force whenever the other's is. A grant that rests on
/// nothing now may rest on something again: that an affiliation is over counts for nothing.
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

/// About people, unit scopes don't reach functions for leaders, whatever they contain (ruling R17).
fn reaches_people(state: &State, one: &Weighed<'_>, other: &Weighed<'_>) -> bool {
    let by_unit =
        |grant: &Weighed<'_>| matches!(grant.word.scope(), ScopeId::Unit(_) | ScopeId::Subtree(_));
    !by_unit(one) || by_unit(other) || other.permissions.is_disjoint(state.policy.leader_only())
}

/// Whether the one counts wherever the other does: where any place at all is asked for, each by its own
/// tenant's hours and suspension (D10, R21), which of what is held everywhere are the platform's.
fn counts_anywhere(
    state: &State,
    person: Person<'_>,
    one: &Weighed<'_>,
    other: &Weighed<'_>,
) -> bool {
    let head = person.index.head;
    state.tenant_of(one.word.scope()) == state.tenant_of(other.word.scope())
        || head.grids() == 0 && !head.has(Head::SUSPENDED_SOMEWHERE)
}

/// Whether the one is as good as the other where the role itself counts: seats, what it
/// may assign, and being an administrator (rulings R28, R31, R32).
fn administers(state: &State, one: &Weighed<'_>, other: &Weighed<'_>) -> bool {
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

/// Whether a restriction on a role takes from the one what it leaves to the other (ruling R10).
fn is_cut_elsewhere(state: &State, one: &Weighed<'_>, other: &Weighed<'_>, at: i64) -> bool {
    let alone =
        one.rules.closure.iter().filter(|role| other.rules.closure.binary_search(role).is_err());
    let mut restrictions = alone.filter_map(|role| state.role_restrictions.get(role)).flatten();
    restrictions.any(|restriction| {
        restriction.until > at && !restriction.permissions.is_disjoint(&other.permissions)
    })
}
