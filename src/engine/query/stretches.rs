//! [`Stretches`]: the answers to a question over a stretch of time, one at a time.

use std::fmt;
use std::marker::PhantomData;

use serde::Serialize;

use super::candidates::{CandidateId, Candidates, Run};
use super::question::Question;
use super::span::Span;
use crate::engine::decision::DenyReason;
use crate::model::Name;
use crate::store::UnitId;
use crate::time::{Instant, Interval};

/// The answers to a question over a stretch of time, in the order that the question states. The
/// iterator is lazy: each answer is worked out when it is asked for.
#[must_use = "answers are lazy: nothing is looked up before they are asked for"]
pub struct Stretches<'s, T> {
    question: Question<'s>,
    span: Span,
    /// The candidates that are left; `None` before the first answer.
    candidates: Option<Candidates<'s>>,
    /// The next answers: units that share the decisions of the answer before.
    run: &'s [UnitId],
    /// The intervals of the answer before, and of all of `run`.
    stretches: Vec<Interval>,
    kind: PhantomData<T>,
}

/// One answer over a stretch of time: a person, a unit or a permission, and when the check allows
/// it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Stretch<T> {
    /// The name of the person, the unit or the permission.
    pub name: T,
    /// The intervals, within the stretch asked about, in which the check allows it: at least one,
    /// in order, with gaps between them.
    pub stretches: Vec<Interval>,
}

impl<'s, T> Stretches<'s, T> {
    /// Answers from the beginning.
    pub(super) fn new(question: Question<'s>, span: Span) -> Stretches<'s, T> {
        Stretches {
            question,
            span,
            candidates: None,
            run: &[],
            stretches: Vec::new(),
            kind: PhantomData,
        }
    }

    /// Asks on this channel, instead of the policy's first, and starts from the beginning.
    pub fn on_channel(self, channel: &str) -> Stretches<'s, T> {
        Stretches::new(self.question.on_channel(channel), self.span)
    }

    /// Why there is no answer, if a name of the question is unknown: the reason that a check would
    /// give. `None` if all names are known.
    #[must_use]
    pub fn unknown(&self) -> Option<DenyReason> {
        self.question.request.err()
    }

    /// The next candidate that the check allows at some instant of the span. Sets `stretches` and
    /// `run` for it.
    fn seek(&mut self) -> Option<CandidateId> {
        let (question, span) = (self.question, self.span);
        let candidates = self.candidates.get_or_insert_with(|| question.candidates(span, None));
        loop {
            let Run { first, rest, .. } = candidates.next(question.state)?;
            self.stretches = question.stretches(first, span);
            if !self.stretches.is_empty() {
                self.run = rest;
                return Some(first);
            }
        }
    }
}

impl<T: From<Name>> Iterator for Stretches<'_, T> {
    type Item = Stretch<T>;

    fn next(&mut self) -> Option<Stretch<T>> {
        let id = match self.run.split_first() {
            Some((&id, rest)) => {
                self.run = rest;
                CandidateId::Unit(id)
            }
            None => self.seek()?,
        };
        Some(Stretch {
            name: id.name(self.question.state).into(),
            stretches: self.stretches.clone(),
        })
    }
}

/// Shows what was asked. It does not work out the answers, which would be costly and are personal
/// data.
impl<T> fmt::Debug for Stretches<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Span { from, until } = self.span;
        let (from, until) = (Instant::from_micros(from), Instant::from_micros(until));
        write!(f, "Stretches({from} and {until}, revision {})", self.question.state.revision)
    }
}
