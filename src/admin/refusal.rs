//! [`Refusal`]: why a command was not carried out, as data that a caller can match.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::plan::{self, Mass, RevocationRule};
use crate::engine::DenyReason;
use crate::facts::Misfit;
use crate::model::{CommandWord, Identifier, Name, Scope};
use crate::time::Instant;

/// Why a command was not carried out: which rule stands against it, whom it
/// concerns, and what is missing. Nothing has changed.
///
/// Its text tells whoever issued the command what to do next. It names people
/// masked, and roles, units and permissions in full: show it to the actor, not to the subject.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[error("`{command}` is refused{}: {rule}", of_whom(subject.as_ref()))]
pub struct Refusal {
    /// Which command.
    pub command: CommandWord,
    /// Whom of the people it names the rule concerns.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subject: Option<Identifier>,
    /// Which rule, and what is missing.
    pub rule: Rule,
}

fn of_whom(subject: Option<&Identifier>) -> String {
    subject.map_or_else(String::new, |subject| format!(" for `{}`", subject.masked()))
}

/// The rule that stands against a command, in the order in which they are asked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "rule", rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Rule {
    /// What the command names is not there, or is not of a shape that the policy or the facts allow.
    Misfit {
        /// What is wrong.
        message: String,
        /// What would be right.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        help: Option<String>,
    },
    /// The policy names no permission for this command on such a subject.
    Unguarded,
    /// The actor does not hold the permission that the command takes, where it takes it (R26).
    NotPermitted {
        /// The permission.
        permission: Name,
        /// Where it takes it.
        scope: Scope,
        /// What a check says.
        reason: DenyReason,
    },
    /// What the command touches does not lie in the unit worked at, or below it (R27).
    OutsideWorkingUnit {
        /// The unit worked at.
        unit: Name,
        /// What the command touches.
        scope: Scope,
    },
    /// Nobody does this for themselves (R6, R26).
    Oneself,
    /// A grant may not begin in the past, nor be over already (R19).
    Past {
        /// The first instant that is not past.
        now: Instant,
    },
    /// The role is not granted at that vision (D13).
    Vision {
        /// The role.
        role: Name,
        /// The vision of the scope; none: it has none.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        vision: Option<Name>,
        /// The visions at which it is.
        visions: Vec<Name>,
    },
    /// The role is not held by that kind of principal (R8).
    Kind {
        /// The role.
        role: Name,
        /// The subject's kind.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        kind: Option<Name>,
        /// The kinds that may hold it.
        kinds: Vec<Name>,
    },
    /// The subject's kind does not act on the grant's channel (D13).
    Channel {
        /// The role.
        role: Name,
        /// The channel of the grant.
        channel: Name,
        /// The channels on which the subject's kind acts.
        channels: Vec<Name>,
    },
    /// No row of the policy's eligibility lets the actor, working there, give this to
    /// the subject (R16).
    NotEligible {
        /// The role.
        role: Name,
        /// Where it was to be given.
        scope: Box<Scope>,
        /// The rows that would fit but for an affiliation that the subject has not: any one of these would do.
        wanting: Vec<Wanting>,
        /// Whether it can be given directly.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        direct: bool,
    },
    /// A ceiling would cut the grant (R9).
    Ceiling {
        /// The role.
        role: Name,
        /// What would be cut.
        cut: Vec<Name>,
    },
    /// A tenant's role holds what the policy reserves (R11).
    Reserved {
        /// The role.
        role: Name,
        /// What it may not hold.
        permissions: Vec<Name>,
    },
    /// A role that excludes every other meets another (T4, R33).
    Exclusive {
        /// The role that excludes others.
        role: Name,
        /// One that it meets.
        with: Name,
    },
    /// Too many roles of a set that the policy keeps apart would be held at once (R33).
    Separation {
        /// The set.
        set: Name,
        /// Those of its roles that would be held.
        roles: Vec<Name>,
        /// How many may be.
        at_most: usize,
        /// The unit at which they meet, for a set kept apart by unit.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        unit: Option<Name>,
    },
    /// More would be given than the actor holds (X2).
    Escalation {
        /// What the actor does not hold of it.
        remainder: Vec<Uncovered>,
    },
    /// More would hold a seated role than the contract has seats (U1, R32).
    Seats {
        /// The role.
        role: Name,
        /// The tenant.
        tenant: Name,
        /// The unit, for a role seated by unit.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        unit: Option<Box<Name>>,
        /// The seats contracted.
        contracted: u32,
        /// How many would be held at once.
        needed: u32,
        /// From when.
        at: Instant,
    },
    /// The tenant would be without an administrator (X3, R31).
    LastAdministrator {
        /// The tenant.
        tenant: Name,
        /// From when.
        from: Instant,
    },
    /// The tenant has an administrator: there is nothing to bootstrap (U2).
    HasAdministrator {
        /// The tenant.
        tenant: Name,
    },
    /// The person is not an administrator of the tenant.
    NotAdministrator {
        /// The tenant.
        tenant: Name,
    },
    /// The request can no longer be approved.
    RequestExpired {
        /// The request.
        request: Name,
        /// The first instant at which it could not.
        until: Instant,
    },
    /// A row of a plan would be drawn no longer (R36).
    PlanOutdated {
        /// The rule that drew it.
        by: RevocationRule,
        /// What it would take back.
        link: Box<plan::Link>,
    },
    /// Nobody answers, or opens, a campaign of review after its deadline (U7).
    DeadlinePassed {
        /// The campaign.
        campaign: Name,
        /// The first instant at which nobody does.
        deadline: Instant,
    },
    /// The campaign is reviewed by those who lead the holder, and the actor does not.
    NotReviewer {
        /// The campaign.
        campaign: Name,
    },
    /// A campaign is not closed before its deadline while grants in it are open.
    ReviewOpen {
        /// The campaign.
        campaign: Name,
        /// How many are.
        open: usize,
        /// From when on it can be closed all the same.
        deadline: Instant,
    },
    /// A plan concerns more people than the policy lets pass unasked.
    Mass(Mass),
}

/// A rule that stands against a command, and the person whom it concerns, if it concerns one.
pub(super) type Objection = (Option<Identifier>, Rule);

/// An objection to what a command names that concerns nobody in particular.
pub(super) fn unattributed(misfit: Misfit) -> Objection {
    (None, misfit.into())
}

impl From<Misfit> for Rule {
    fn from(Misfit { message, help, .. }: Misfit) -> Rule {
        Rule::Misfit { message, help }
    }
}

/// An affiliation that would have made a row of the policy's eligibility fit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Wanting {
    /// Which kind of affiliation.
    pub affiliation: Name,
    /// Where it must be.
    pub place: crate::model::Place,
}

/// What an actor does not hold of what would be given (X2, R28): in permission, scope, channel and time.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Uncovered {
    /// The role through which it would be had.
    pub role: Name,
    /// The permissions.
    pub permissions: Vec<Name>,
    /// Where; about a person it is `Own`, of that person.
    pub scope: Scope,
    /// About whom, where the power is over one person.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub about: Option<Identifier>,
    /// On which channel.
    pub channel: Name,
    /// The first instant not covered.
    pub from: Instant,
    /// The first instant covered again, or at which the grant ends; none: never.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Instant>,
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Rule::Misfit { message, help } => {
                f.write_str(message)?;
                help.as_ref().map_or(Ok(()), |help| write!(f, " ({help})"))
            }
            Rule::Unguarded => f.write_str(
                "the policy names no permission for it, so that only the host can do it; add a row to `guards`",
            ),
            Rule::NotPermitted { reason: DenyReason::UnknownPrincipal, .. } => {
                f.write_str("the actor is not registered anywhere; register them first")
            }
            Rule::NotPermitted { reason: DenyReason::UnknownChannel, .. } => {
                f.write_str("the actor comes by a channel that is not in the policy; name one of its channels")
            }
            Rule::NotPermitted { reason: DenyReason::UnknownUnit, .. } => {
                f.write_str("the actor works at a unit that does not exist; name one that does")
            }
            Rule::NotPermitted { permission, scope, reason } => {
                write!(f, "it takes `{permission}` {}, and {reason}; {}", scope.acted_on(), instead(*reason))
            }
            Rule::OutsideWorkingUnit { unit, scope } => {
                write!(f, "it is done {}, and you work at `{unit}`; work at a unit above both", scope.acted_on())
            }
            Rule::Oneself => f.write_str("nobody does that for themselves; ask somebody else to"),
            Rule::Past { now } => {
                write!(f, "a grant can't begin before, or end by, {now}; let it begin now and end later")
            }
            Rule::Vision { role, vision, visions } => {
                let vision = vision.as_ref().map_or("no vision".into(), |vision| format!("the vision `{vision}`"));
                write!(f, "the role `{role}` can't be granted at {vision}; it is granted at {}", Listed(visions))
            }
            Rule::Kind { role, kind, kinds } => {
                let kind = kind.as_ref().map_or("that kind".into(), |kind| format!("the kind `{kind}`"));
                write!(f, "the role `{role}` can't be held by {kind}; it is held by {}", Listed(kinds))
            }
            Rule::Channel { role, channel, channels } => write!(
                f,
                "`{role}` on channel `{channel}` would never be in effect for that kind, which acts on {} alone; give it there",
                Listed(channels)
            ),
            Rule::NotEligible { role, scope, wanting, direct } => {
                write!(f, "`{role}` {} is not yours to give, working where you work", scope.acted_on())?;
                if let Some((first, rest)) = wanting.split_first() {
                    write!(f, ", unless the person has {first}")?;
                    rest.iter().try_for_each(|wanting| write!(f, ", or {wanting}"))?;
                }
                f.write_str(match (wanting.is_empty(), direct) {
                    (true, false) => "; choose another role or unit, or ask somebody who works at a wider one",
                    (false, false) => "; have that recorded first",
                    (true, true) => "; give it directly",
                    (false, true) => "; have that recorded first, or give it directly",
                })
            }
            Rule::Ceiling { role, cut } => {
                write!(
                    f,
                    "a ceiling on the person's kind would cut {} from `{role}`; give a role without them",
                    Listed(cut)
                )
            }
            Rule::Reserved { role, permissions } => {
                write!(
                    f,
                    "the role `{role}` may not hold {}, which the policy reserves; leave it out",
                    Listed(permissions)
                )
            }
            Rule::Exclusive { role, with } => write!(
                f,
                "`{role}` can't be held together with another role, and `{with}` is; revoke one of them, or say that it replaces the other"
            ),
            Rule::Separation { set, roles, at_most, unit } => {
                let place = unit.as_ref().map_or(String::new(), |unit| format!(" at `{unit}`"));
                write!(
                    f,
                    "of the set `{set}` at most {at_most} may be held at once{place}, and it would be {}; revoke one first",
                    Listed(roles)
                )
            }
            Rule::Escalation { remainder } => {
                f.write_str("it gives more than you hold:")?;
                remainder.iter().enumerate().try_for_each(|(n, uncovered)| {
                    f.write_str(if n == 0 { " " } else { "; " })?;
                    uncovered.fmt(f)
                })?;
                f.write_str("; ask somebody who holds it")
            }
            Rule::Seats { role, tenant, unit, contracted, needed, at } => {
                let place = unit.as_ref().map_or(String::new(), |unit| format!(", unit `{unit}`"));
                let seats = if *contracted == 1 { "seat" } else { "seats" };
                write!(
                    f,
                    "`{role}` has {contracted} {seats} in `{tenant}`{place}, and {needed} would be held from {at}; revoke one, or contract more"
                )
            }
            Rule::LastAdministrator { tenant, from } => {
                write!(f, "`{tenant}` would be without an administrator from {from}; make somebody else one first")
            }
            Rule::HasAdministrator { tenant } => {
                write!(f, "`{tenant}` has an administrator, who can make others; or replace them, with an attestation")
            }
            Rule::NotAdministrator { tenant } => {
                write!(f, "that is no administrator of `{tenant}`; name somebody who is")
            }
            Rule::PlanOutdated { by, link } => {
                write!(f, "by `{by}`, {link} would be taken back no longer; draw the plan again")
            }
            Rule::DeadlinePassed { campaign, deadline } => {
                write!(f, "the campaign `{campaign}` ends {deadline}; close it, or open one that ends later")
            }
            Rule::NotReviewer { campaign } => {
                write!(f, "in the campaign `{campaign}` those who lead the person answer; ask one of them to")
            }
            Rule::ReviewOpen { campaign, open, deadline } => {
                let grants = if *open == 1 { "grant is" } else { "grants are" };
                write!(f, "in the campaign `{campaign}` {open} {grants} open; answer, or close it from {deadline} on")
            }
            Rule::Mass(mass) => write!(f, "{mass}; look at the plan, and say that it is confirmed"),
            Rule::RequestExpired { request, until } => {
                write!(f, "the request `{request}` could be approved until {until}; let it be asked again")
            }
        }
    }
}

/// What helps against a denial of the guard.
fn instead(reason: DenyReason) -> &'static str {
    match reason {
        DenyReason::OtherScope => {
            "work at a unit where you have it, or ask somebody who has it there"
        }
        DenyReason::WrongChannel => {
            "come by a channel on which you have it, or ask somebody who has it"
        }
        _ => "ask somebody who has it",
    }
}

impl fmt::Display for Wanting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        use crate::model::Place;
        match &self.place {
            Place::Unit(unit) => write!(f, "`{}` at `{unit}`", self.affiliation),
            Place::Subtree(unit) => write!(f, "`{}` at `{unit}` or below", self.affiliation),
            Place::Set(set) => write!(f, "`{}` at a unit of `{set}`", self.affiliation),
        }
    }
}

impl fmt::Display for Uncovered {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ", Listed(&self.permissions))?;
        match &self.about {
            Some(person) => write!(f, "about `{}`", person.masked())?,
            None => self.scope.acted_on().fmt(f)?,
        }
        write!(f, " on channel `{}`, through `{}`, from {}", self.channel, self.role, self.from)?;
        self.until.map_or(Ok(()), |until| write!(f, " until {until}"))
    }
}

/// Names in backticks; past eight of them, how many more there are.
pub(crate) struct Listed<'a>(pub(crate) &'a [Name]);

impl fmt::Display for Listed<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const SHOWN: usize = 8;
        for (n, name) in self.0.iter().take(SHOWN).enumerate() {
            write!(f, "{}`{name}`", if n == 0 { "" } else { ", " })?;
        }
        match self.0.len().saturating_sub(SHOWN) {
            0 => Ok(()),
            more => write!(f, " and {more} more"),
        }
    }
}
