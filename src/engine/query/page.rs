//! [`Page`]: some of the answers at a time, with all pages of one revision of the facts.

use std::fmt;
use std::hash::BuildHasher;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::answers::{Answer, Answers};
use super::span::Span;
use crate::facts::Revision;
use crate::model::Name;
use crate::time::Instant;

/// Some of the answers to a question, and the token for the page after them.
#[derive(Serialize)]
#[serde(bound = "T: From<Name> + Serialize")]
#[non_exhaustive]
pub struct Page<'s, T> {
    /// The answers, in the order that the question states.
    pub answers: Vec<Answer<'s, T>>,
    /// The token with which to ask for the next page; `None` if there are no more answers.
    pub next: Option<PageToken>,
}

impl<T: From<Name> + fmt::Debug> fmt::Debug for Page<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Page").field("answers", &self.answers).field("next", &self.next).finish()
    }
}

/// Where a page ended: the question, the instant, the revision of the facts, and the last answer.
///
/// A token is written as an opaque text, which a host may give to its users. A token that comes
/// back need not be trusted: with a forged one, users reach nothing but answers to the question
/// that the host asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct PageToken {
    /// The line of snapshots whose ids `after` is of.
    lineage: u32,
    revision: Revision,
    /// A hash of the question.
    question: u64,
    at: Instant,
    /// The bare id of the last answer on the page.
    after: u32,
}

/// Why a page cannot be given.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NoPage {
    /// The facts have changed since the page before. Pages of different revisions could repeat or
    /// skip answers.
    #[error("the facts have changed since the page before; start again with the first")]
    Gone,
    /// The token belongs to another question, or to another instant.
    #[error(
        "the page before was of another question; ask the same at `PageToken::at`, \
         or start with the first page"
    )]
    OtherQuestion,
    /// The text is not a [`PageToken`].
    #[error("the text is no token of a page; use what `Page::next` gave")]
    NoToken,
}

impl PageToken {
    /// The instant at which the page was asked for, and at which the next page must be.
    #[must_use]
    pub fn at(&self) -> Instant {
        self.at
    }

    /// The revision of the facts that the page was taken from.
    #[must_use]
    pub fn revision(&self) -> Revision {
        self.revision
    }
}

impl<'s, T> Answers<'s, T> {
    /// The next `size` answers after a page, or the first ones; a `size` of 0 is taken as 1. All
    /// pages together hold every answer once.
    ///
    /// The snapshot must have the revision of the page before, and the question must be the one
    /// that the page before answered, at the instant of that page.
    ///
    /// ```
    /// # use alcada::{Instant, Permission, Policy, Snapshot, Target};
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let policy = Policy::from_toml("version = 1\nfunctions.f.actions = ['a']")?;
    /// # let snapshot = Snapshot::new(policy);
    /// # let (permission, now) = (Permission::new("f:a"), Instant::now());
    /// let ask = |at| snapshot.who_can(permission, Target::Everywhere, at);
    /// let mut page = ask(now).page(None, 100)?;
    /// while let Some(next) = page.next {
    ///     page = ask(next.at()).page(Some(&next), 100)?;
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// - [`NoPage::Gone`] if the facts have changed: start again with the first page.
    /// - [`NoPage::OtherQuestion`] if the token belongs to another question or another instant.
    ///
    /// # Complexity
    /// That of the answers on the page: the pages before it cost nothing.
    pub fn page(mut self, after: Option<&PageToken>, size: usize) -> Result<Page<'s, T>, NoPage> {
        let (state, at) = (self.question.state, self.at);
        // A fixed seed, so that a token is good in another process too.
        let question = foldhash::fast::FixedState::with_seed(0)
            .hash_one((self.question.open, self.question.request));
        if let Some(token) = after {
            if (token.lineage, token.revision) != (state.lineage, state.revision) {
                return Err(NoPage::Gone);
            }
            if (token.question, token.at) != (question, at) {
                return Err(NoPage::OtherQuestion);
            }
        }
        self.run = &[];
        self.candidates =
            Some(self.question.candidates(Span::at(at), after.map(|token| token.after)));
        let answers: Vec<Answer<'s, T>> = self.by_ref().take(size.max(1)).collect();
        let more = self.next().is_some();
        let last = answers.last().filter(|_| more).map(|answer| answer.id.get());
        let token = |after| PageToken {
            lineage: state.lineage,
            revision: state.revision,
            question,
            at,
            after,
        };
        Ok(Page { answers, next: last.map(token) })
    }
}

impl fmt::Display for PageToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let PageToken { lineage, revision, question, at, after } = self;
        // Instants before 1970 in two's complement, so that each token has one text.
        write!(f, "{lineage:x}.{:x}.{question:x}.{:x}.{after:x}", revision.0, at.as_micros())
    }
}

impl FromStr for PageToken {
    type Err = NoPage;

    fn from_str(text: &str) -> Result<PageToken, NoPage> {
        let mut words = text.split('.').map(|word| {
            let plain =
                (1..=16).contains(&word.len()) && word.bytes().all(|b| b.is_ascii_hexdigit());
            u64::from_str_radix(word, 16).ok().filter(|_| plain).ok_or(NoPage::NoToken)
        });
        let mut word = || words.next().unwrap_or(Err(NoPage::NoToken));
        let (lineage, revision, question, at, after) =
            (word()?, word()?, word()?, word()?, word()?);
        let short = |word: u64| u32::try_from(word).map_err(|_| NoPage::NoToken);
        let token = PageToken {
            lineage: short(lineage)?,
            revision: Revision(revision),
            question,
            at: Instant::from_micros(at.cast_signed()),
            after: short(after)?,
        };
        if words.next().is_some() { Err(NoPage::NoToken) } else { Ok(token) }
    }
}

impl Serialize for PageToken {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for PageToken {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<PageToken, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}
