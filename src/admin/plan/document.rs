//! [`Plan`]: what access should be taken back because it no longer holds, row by row, each with
//! its evidence. Words for people are in `print`.

use serde::{Deserialize, Serialize};

use crate::facts::Event;
use crate::model::{Affiliation, Grant, Identifier, Name};
use crate::time::Instant;

/// The most rows that a plan holds. One of more holds the first, and says how many there
/// are beyond: once it is carried out, the next plan has those.
pub const MAX_ROWS: usize = 65_536;

/// What access should be taken back at an instant: a dry run in itself, which changes
/// nothing. [`Command::CarryOut`](crate::Command::CarryOut) does exactly what it says.
///
/// Its `Display` form is a table for people, with identifiers in full.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Plan {
    /// The instant it is for.
    pub at: Instant,
    /// What is to be taken back: by person, then rule, then what it is; each link once, by the first rule that draws it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub rows: Vec<Row>,
    /// Rows that would leave a tenant without an administrator (contract X3): they are not carried out.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub held_back: Vec<Row>,
    /// The sources that could not be reached, or had nothing to say of something that was asked: they revoke nobody.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub silent: Vec<SilentSource>,
    /// Whether it concerns more people than the policy lets pass unasked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mass: Option<Mass>,
    /// How many more rows there are than a plan holds.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub beyond: usize,
}

fn is_zero(count: &usize) -> bool {
    *count == 0
}

/// One thing to take back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Row {
    /// The rule that draws it.
    pub rule: RevocationRule,
    /// What is taken back.
    pub link: Link,
    /// Why; its `Display` form is the reason in words.
    pub evidence: Grounds,
}

/// What a row takes back.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Link {
    /// A grant: it is revoked, and does not revive (ruling R15).
    Grant(Grant),
    /// A registration: the person is suspended in the tenant, and can be resumed.
    Registration {
        /// Who.
        person: Identifier,
        /// In which tenant.
        tenant: Name,
    },
}

/// The rules by which a plan is drawn, in the order in which they are asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum RevocationRule {
    /// What the grant rests on is over (requirement S12).
    AffiliationEnded,
    /// The visit is over (T5).
    VisitOver,
    /// The last unit at a vision is lost (S13).
    VisionLost,
    /// The grant was not used for so long.
    Unused,
    /// Support that has stood for so long.
    SupportOld,
    /// The person left: every affiliation in the tenant is over (U7).
    Left,
    /// The person was not seen for so long (U7).
    Unseen,
}

/// The evidence for a row.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "finding", deny_unknown_fields, rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Grounds {
    /// Every affiliation that could count is over.
    Over {
        /// Those on record; none: there is none.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        ended: Vec<Ended>,
        /// With none on record, the source that covers all the places where one could be, and lists none.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        source: Option<Name>,
    },
    /// The grant itself is over.
    PastEnd {
        /// The first instant without it.
        until: Instant,
    },
    /// A source that would know has not seen it for too long.
    NotSince {
        /// The source.
        source: Name,
        /// From when on it would know.
        since: Instant,
        /// When it was last; none: not since then.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        last: Option<Instant>,
    },
    /// The grant has stood since.
    Began {
        /// From when on.
        from: Instant,
    },
}

/// An affiliation on record that is over.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Ended {
    /// As it is on record.
    pub affiliation: Affiliation,
    /// The source that covers it and no longer lists it; none: its own end has passed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<Name>,
}

/// A source of facts that revoked nobody, at least in part.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct SilentSource {
    /// Its name.
    pub source: Name,
    /// How many times it was asked and does not cover what it was asked of; none: it could not be reached at all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unanswered: Option<usize>,
}

/// That a plan concerns more people than the policy lets pass unasked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Mass {
    /// The tenant of whose people it is too great a part; none: it is too many altogether.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tenant: Option<Name>,
    /// How many people it concerns, there.
    pub people: usize,
    /// How many it may without being confirmed.
    pub at_most: usize,
}

impl Row {
    /// Whom it concerns.
    #[must_use]
    pub fn person(&self) -> &Identifier {
        self.link.person()
    }

    /// The reason, in words.
    #[must_use]
    pub fn reason(&self) -> String {
        self.evidence.to_string()
    }
}

impl Link {
    /// Whose it is.
    #[must_use]
    pub fn person(&self) -> &Identifier {
        match self {
            Link::Grant(grant) => &grant.person,
            Link::Registration { person, .. } => person,
        }
    }

    /// What takes it back.
    pub(crate) fn event(&self) -> Event {
        match self {
            Link::Grant(grant) => Event::Revoked(grant.clone()),
            Link::Registration { person, tenant } => {
                Event::PersonSuspended { person: person.clone(), tenant: Some(tenant.clone()) }
            }
        }
    }
}

impl Plan {
    /// A plan of nothing, for the first instant there is.
    pub(crate) fn empty() -> Plan {
        Plan {
            at: Instant::MIN,
            rows: Vec::new(),
            held_back: Vec::new(),
            silent: Vec::new(),
            mass: None,
            beyond: 0,
        }
    }

    /// Whether nothing is to be taken back.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// How many people its rows concern.
    #[must_use]
    pub fn people(&self) -> usize {
        self.rows.iter().map(Row::person).collect::<std::collections::HashSet<_>>().len()
    }
}
