//! [`Plan`]: what access should be taken back because it no longer holds, row by row, each with its
//! evidence. `print` has the words for people.

use serde::{Deserialize, Serialize};

use crate::facts::Event;
use crate::model::{Affiliation, Grant, Identifier, Name};
use crate::time::Instant;

/// The most rows that a plan holds. A plan with more to take back holds the first of them and says
/// how many are [`beyond`](Plan::beyond); the next plan, after this one is carried out, has those.
pub const MAX_ROWS: usize = 65_536;

/// What access should be taken back at an instant. A plan changes nothing by itself;
/// [`Command::CarryOut`](crate::Command::CarryOut) does what it says.
///
/// Its `Display` form is a table for people, with identifiers in full.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Plan {
    /// The instant that the plan is drawn for.
    pub at: Instant,
    /// What to take back, in the order of people, then rules, then links. Each link is there once,
    /// by the first rule that draws it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub rows: Vec<Row>,
    /// Rows that are not carried out because a tenant would be without an administrator ([contract
    /// X3](crate::docs::contract#x3)).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub held_back: Vec<Row>,
    /// The sources that could not be reached or did not cover something they were asked about.
    /// Their silence takes back nothing.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub silent: Vec<SilentSource>,
    /// Set if the plan concerns more people than the policy lets pass without a confirmation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mass: Option<Mass>,
    /// How many rows there are beyond the [most](MAX_ROWS) that a plan holds.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub beyond: usize,
}

fn is_zero(count: &usize) -> bool {
    *count == 0
}

/// One grant or registration to take back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Row {
    /// The rule that draws the row.
    pub rule: RevocationRule,
    /// The grant or registration that is taken back.
    pub link: Link,
    /// Why it is taken back. The `Display` form says so in words.
    pub evidence: Grounds,
}

/// What a row of a plan takes back. A step of a provenance is another
/// [`Link`](crate::history::Link).
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Link {
    /// A grant: it is revoked, and does not come back with its basis ([contract
    /// R15](crate::docs::contract#r15)).
    Grant(Grant),
    /// A registration: the person is suspended in the tenant, and can be resumed.
    Registration {
        /// The person to suspend.
        person: Identifier,
        /// The tenant of the registration.
        tenant: Name,
    },
}

/// The rules that draw rows of a plan, in the order in which they are asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum RevocationRule {
    /// Every affiliation that the grant rests on is over ([contract
    /// S12](crate::docs::contract#s12)).
    AffiliationEnded,
    /// The visit is over ([contract T5](crate::docs::contract#t5)).
    VisitOver,
    /// The person has lost their last unit at the grant's vision ([contract
    /// S13](crate::docs::contract#s13)).
    VisionLost,
    /// The grant was not used for `unused-days`.
    Unused,
    /// The support was opened `support-days` ago or earlier.
    SupportOld,
    /// The person left: every affiliation in the tenant is over ([contract
    /// U7](crate::docs::contract#u7)).
    Left,
    /// The person was not seen for `unseen-days` ([contract U7](crate::docs::contract#u7)).
    Unseen,
}

/// The evidence for a row.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "finding", deny_unknown_fields, rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Grounds {
    /// Every affiliation that could count is over.
    Over {
        /// The affiliations on record. Empty if there is none.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        ended: Vec<Ended>,
        /// With no affiliation on record: the source that covers every unit where one could be, and
        /// lists none. `None` otherwise.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        source: Option<Name>,
    },
    /// The grant's own end has passed.
    PastEnd {
        /// The first instant (UTC) at which the grant is over.
        until: Instant,
    },
    /// A source that would know has not seen the person, or a use of the grant, for too long.
    NotSince {
        /// The source that would know.
        source: Name,
        /// The first instant (UTC) from which the source would know.
        since: Instant,
        /// When the person was last seen or the grant last used. `None` if not once since `since`.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        last: Option<Instant>,
    },
    /// The grant began too long ago.
    Began {
        /// The first instant (UTC) of the grant.
        from: Instant,
    },
}

/// An affiliation on record that is over.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Ended {
    /// The affiliation as it is on record.
    pub affiliation: Affiliation,
    /// The source that covers the affiliation and no longer lists it. `None` if its own end has
    /// passed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<Name>,
}

/// A source of facts that did not answer, at least in part, and therefore took back nothing there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct SilentSource {
    /// The name of the source.
    pub source: Name,
    /// How many questions the source did not cover. `None` if it could not be reached at all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unanswered: Option<usize>,
}

/// How many people a plan concerns, where the policy asks for a confirmation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Mass {
    /// The tenant of which the plan concerns too many people. `None` if it concerns too many
    /// altogether.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tenant: Option<Name>,
    /// The number of people concerned, in the tenant or altogether.
    pub people: usize,
    /// The number of people that pass without a confirmation.
    pub at_most: usize,
}

impl Row {
    /// The person whose grant or registration is taken back.
    #[must_use]
    pub fn person(&self) -> &Identifier {
        self.link.person()
    }

    /// The evidence in words.
    #[must_use]
    pub fn reason(&self) -> String {
        self.evidence.to_string()
    }
}

impl Link {
    /// The person whose grant or registration it is.
    #[must_use]
    pub fn person(&self) -> &Identifier {
        match self {
            Link::Grant(grant) => &grant.person,
            Link::Registration { person, .. } => person,
        }
    }

    /// The event that takes the link back.
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
    /// A plan without rows, for the earliest instant.
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

    /// Whether the plan takes back nothing.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// The number of people whom the rows concern.
    #[must_use]
    pub fn people(&self) -> usize {
        self.rows.iter().map(Row::person).collect::<std::collections::HashSet<_>>().len()
    }
}
