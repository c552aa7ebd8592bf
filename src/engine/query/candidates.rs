//! [`Candidates`]: the people, units or permissions that may answer a question, in order, each
//! once.

use super::cells::Cells;
use super::merge::Merge;
use crate::facts::State;
use crate::model::Name;
use crate::store::{PermissionId, PersonId, UnitId};

/// The id of a candidate: a person, a unit or a permission.
#[derive(Clone, Copy, Debug)]
pub(super) enum CandidateId {
    Person(PersonId),
    Unit(UnitId),
    Permission(PermissionId),
}

impl CandidateId {
    /// The id as a bare integer, for the token of a page.
    pub(super) fn get(self) -> u32 {
        match self {
            CandidateId::Person(id) => id.get(),
            CandidateId::Unit(id) => id.get(),
            CandidateId::Permission(id) => id.get(),
        }
    }

    /// The name of the person, the unit or the permission.
    pub(super) fn name(self, state: &State) -> Name {
        match self {
            CandidateId::Person(id) => state.person_names.name(id),
            CandidateId::Unit(id) => state.unit_names.name(id),
            CandidateId::Permission(id) => state.policy.permission_names().name(id),
        }
    }
}

/// A candidate, with the units that follow it and share its decision.
pub(super) struct Run<'s> {
    pub(super) first: CandidateId,
    /// The units after `first` for which every check decides as for `first`.
    pub(super) rest: &'s [UnitId],
    /// Whether the candidate is known to be an answer at every instant, so that no check is needed.
    pub(super) sure: bool,
}

/// An iterator over the candidates of a question, which needs the state at each step.
pub(super) enum Candidates<'s> {
    /// No candidates: a name of the question is unknown.
    None,
    /// The people with these indexes.
    All(std::ops::Range<usize>),
    /// These people.
    Listed(std::vec::IntoIter<PersonId>),
    /// The people in the indexes of holders by scope.
    Holders(Box<Merge<'s>>),
    /// Units, one cell at a time.
    Cells(Cells<'s>),
    /// The permissions in `all`; those in `sure` are answers without a check.
    Permissions { all: fixedbitset::IntoOnes, sure: fixedbitset::FixedBitSet },
}

impl<'s> Candidates<'s> {
    /// The next candidate.
    pub(super) fn next(&mut self, state: &'s State) -> Option<Run<'s>> {
        let alone = |first| Run { first, rest: &[], sure: false };
        let person = |id| alone(CandidateId::Person(id));
        match self {
            Candidates::None => None,
            Candidates::All(people) => people.next().and_then(PersonId::from_index).map(person),
            Candidates::Listed(people) => people.next().map(person),
            Candidates::Holders(merge) => merge.next(state).map(person),
            Candidates::Cells(cells) => {
                let (&first, rest) = cells.next(state)?.split_first()?;
                Some(Run { first: CandidateId::Unit(first), rest, sure: false })
            }
            Candidates::Permissions { all, sure } => {
                let permission = all.next()?;
                let first = CandidateId::Permission(PermissionId::from_index(permission)?);
                Some(Run { sure: sure.contains(permission), ..alone(first) })
            }
        }
    }
}
