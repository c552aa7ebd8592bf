//! [`Answers`]: the answers to a question at an instant, one at a time.

use std::fmt;
use std::marker::PhantomData;

use serde::{Serialize, Serializer};

use super::candidates::{CandidateId, Candidates, Run};
use super::question::Question;
use super::span::Span;
use crate::engine::decision::DenyReason;
use crate::facts::{Revision, State};
use crate::model::Name;
use crate::store::UnitId;
use crate::time::Instant;

/// The answers to a question at an instant, in the order that the question states. The iterator is
/// lazy: each answer is worked out when it is asked for.
///
/// `T` is the type of an answer's name: an [`Identifier`](crate::Identifier) for people, a [`Name`]
/// for units and permissions. The answers borrow the snapshot.
#[must_use = "answers are lazy: nothing is looked up before they are asked for"]
pub struct Answers<'s, T> {
    pub(super) question: Question<'s>,
    pub(super) at: Instant,
    /// The candidates that are left; `None` before the first answer.
    pub(super) candidates: Option<Candidates<'s>>,
    /// The next answers: units that share the decision of the answer before.
    pub(super) run: &'s [UnitId],
    /// The `until` of the answer before, and of all of `run`.
    until: Option<Instant>,
    kind: PhantomData<T>,
}

/// One answer: a person, a unit or a permission, and until when the check allows it.
#[derive(Clone, Copy)]
pub struct Answer<'s, T> {
    state: &'s State,
    pub(super) id: CandidateId,
    until: Option<Instant>,
    kind: PhantomData<T>,
}

impl<'s, T: From<Name>> Answer<'s, T> {
    /// The name of the person, the unit or the permission.
    #[must_use]
    pub fn name(&self) -> T {
        self.id.name(self.state).into()
    }
}

impl<T> Answer<'_, T> {
    /// The first instant at which the check denies this answer, if the facts stay as they are;
    /// `None` if it never does ([D11](crate::docs::contract#d11),
    /// [R38](crate::docs::contract#r38)).
    #[must_use]
    pub fn until(&self) -> Option<Instant> {
        self.until
    }
}

impl<T: From<Name> + fmt::Debug> fmt::Debug for Answer<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Answer").field("name", &self.name()).field("until", &self.until).finish()
    }
}

impl<T: From<Name> + Serialize> Serialize for Answer<'_, T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        use serde::ser::SerializeStruct;
        let mut answer = serializer.serialize_struct("Answer", 2)?;
        answer.serialize_field("name", &self.name())?;
        answer.serialize_field("until", &self.until)?;
        answer.end()
    }
}

impl<'s, T> Answers<'s, T> {
    /// Answers from the beginning.
    pub(super) fn new(question: Question<'s>, at: Instant) -> Answers<'s, T> {
        Answers { question, at, candidates: None, run: &[], until: None, kind: PhantomData }
    }

    /// Asks on this channel, instead of the policy's first, and starts from the beginning.
    pub fn on_channel(self, channel: &str) -> Answers<'s, T> {
        Answers::new(self.question.on_channel(channel), self.at)
    }

    /// Why there is no answer, if a name of the question is unknown: the reason that a check would
    /// give. `None` if all names are known.
    #[must_use]
    pub fn unknown(&self) -> Option<DenyReason> {
        self.question.request.err()
    }

    /// The revision of the snapshot that is asked.
    #[must_use]
    pub fn revision(&self) -> Revision {
        self.question.state.revision
    }
}

impl<'s, T> Iterator for Answers<'s, T> {
    type Item = Answer<'s, T>;

    #[inline]
    fn next(&mut self) -> Option<Answer<'s, T>> {
        let id = match self.run.split_first() {
            Some((&id, rest)) => {
                self.run = rest;
                CandidateId::Unit(id)
            }
            None => self.seek()?,
        };
        Some(Answer { state: self.question.state, id, until: self.until, kind: PhantomData })
    }
}

impl<T> Answers<'_, T> {
    /// The next candidate that the check allows. Sets `until` and `run` for it.
    fn seek(&mut self) -> Option<CandidateId> {
        let question = self.question;
        let (state, at) = (question.state, self.at);
        let candidates =
            self.candidates.get_or_insert_with(|| question.candidates(Span::at(at), None));
        loop {
            let Run { first, rest, sure } = candidates.next(state)?;
            if !sure {
                let decision = question.verdict(first, at)?;
                if !decision.is_allow() {
                    continue;
                }
                self.until = decision.until();
            } else {
                self.until = None;
            }
            self.run = rest;
            return Some(first);
        }
    }
}

/// Shows what was asked. It does not work out the answers, which would be costly and are personal
/// data.
impl<T> fmt::Debug for Answers<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Answers(at {}, revision {})", self.at, self.revision())
    }
}
