//! [`Page`]: some of the answers at a time, all of one state of the facts.

use std::fmt;
use std::hash::BuildHasher;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::answers::{Answer, Answers};
use super::span::Span;
use crate::facts::Revision;
use crate::model::Name;
use crate::time::Instant;

/// Some of the answers, and where the next ones begin.
#[derive(Serialize)]
#[serde(bound = "T: From<Name> + Serialize")]
#[non_exhaustive]
pub struct Page<'s, T> {
    /// The answers, in the order of the question.
    pub answers: Vec<Answer<'s, T>>,
    /// What to ask the next page with; none: there are no more answers.
    pub next: Option<PageToken>,
}

impl<T: From<Name> + fmt::Debug> fmt::Debug for Page<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Page").field("answers", &self.answers).field("next", &self.next).finish()
    }
}

/// Where a page ended: of which question, at which instant, of which state of the facts.
///
/// It is written as an opaque text, which a host may hand to its users. What comes
/// back is not trusted: it can't reach anything but answers to the question asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct PageToken {
    lineage: u32,
    revision: Revision,
    question: u64,
    at: Instant,
    after: u32,
}

/// Why there is no such page.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NoPage {
    /// The facts have changed since the page before: pages of different states do not
    /// add up.
    #[error("the facts have changed since the page before; start again with the first")]
    Gone,
    /// The token is of another question, or of another instant.
    #[error(
        "the page before was of another question; ask the same at `PageToken::at`, or start with the first page"
    )]
    OtherQuestion,
    /// The text is no [`PageToken`].
    #[error("the text is no token of a page; use what `Page::next` gave")]
    NoToken,
}

impl PageToken {
    /// The instant of the pages before: the next one is asked at the same.
    #[must_use]
    pub fn at(&self) -> Instant {
        self.at
    }

    /// The state of the facts of the pages before.
    #[must_use]
    pub fn revision(&self) -> Revision {
        self.revision
    }
}

impl<'s, T> Answers<'s, T> {
    /// So many answers after a page, or the first ones; at least one is asked for. All
    /// pages together are all answers, each once.
    ///
    /// The snapshot must be of the revision of the page before, and the question the
    /// same, its instant included.
    ///
    /// ```
    /// # use alcada::{Instant, Permission, Policy, Snapshot, Target};
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let snapshot = Snapshot::new(Policy::from_toml("version = 1\nfunctions.f.actions = ['a']")?);
    /// # let (permission, now) = (Permission::new("f:a"), Instant::now());
    /// let mut page = snapshot.who_can(permission, Target::Everywhere, now).page(None, 100)?;
    /// while let Some(next) = page.next {
    ///     page = snapshot.who_can(permission, Target::Everywhere, next.at()).page(Some(&next), 100)?;
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// [`NoPage::Gone`] when the facts have changed: start again.
    /// [`NoPage::OtherQuestion`] when the token is of another question.
    ///
    /// # Complexity
    /// That of the answers on the page, whatever stands before it.
    pub fn page(mut self, after: Option<&PageToken>, size: usize) -> Result<Page<'s, T>, NoPage> {
        let (state, at) = (self.question.state, self.at);
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
        // In two's complement, so that there is one way to write each.
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
