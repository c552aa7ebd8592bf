//! [`Refusal`]: why a command was not carried out, as data that a caller can match.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::plan::{self, Mass, RevocationRule};
use crate::engine::DenyReason;
use crate::facts::Fault;
use crate::model::{CommandWord, Identifier, Name, Scope};
use crate::time::Instant;

/// Why a command was not carried out: the rule against it, the person the rule concerns, and what
/// is missing. A refused command changes nothing.
///
/// The text tells the actor what to do next. It names people masked, and roles, units and
/// permissions in full: show it to the actor, not to the person the command is about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[error("`{command}` is refused{}: {rule}", of_whom(subject.as_ref()))]
pub struct Refusal {
    /// The command that was refused.
    pub command: CommandWord,
    /// The person the rule concerns. `None` if the rule concerns nobody in particular.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subject: Option<Identifier>,
    /// The rule against the command, with what is missing.
    pub rule: Rule,
}

fn of_whom(subject: Option<&Identifier>) -> String {
    subject.map_or_else(String::new, |subject| format!(" for `{}`", subject.masked()))
}

/// A rule that a command broke. `decide` reports the first one, in the [order of its
/// questions](crate::docs::contract#in-which-order-a-command-is-judged).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "rule", rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Rule {
    /// The command names something that does not exist, or that has a shape which the policy or the
    /// facts do not allow.
    Misfit {
        /// What is wrong.
        message: String,
        /// What would be right. `None` if nothing better than the message can be said.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        help: Option<String>,
    },
    /// The policy's guards name no permission for this command on a subject of this kind.
    Unguarded,
    /// The actor does not hold the guard's permission over everything that the command touches
    /// ([contract R26](crate::docs::contract#r26)).
    NotPermitted {
        /// The guard's permission.
        permission: Name,
        /// Where the command takes the permission.
        scope: Scope,
        /// The reason that a check of the permission would give.
        reason: DenyReason,
    },
    /// The command touches something that lies neither at the unit worked at nor below it
    /// ([contract R27](crate::docs::contract#r27)).
    OutsideWorkingUnit {
        /// The unit the actor works at.
        unit: Name,
        /// What the command touches.
        scope: Scope,
    },
    /// The command would do for the actor what nobody does for themselves ([contract
    /// R6](crate::docs::contract#r6), [contract R26](crate::docs::contract#r26)).
    Oneself,
    /// A grant would begin in the past, or be over already ([contract
    /// R19](crate::docs::contract#r19)).
    Past {
        /// The earliest instant (UTC) at which a grant can begin.
        now: Instant,
    },
    /// The role is not granted at that vision ([contract D13](crate::docs::contract#d13)).
    Vision {
        /// The role to give.
        role: Name,
        /// The vision of the scope. `None` if the scope has none.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        vision: Option<Name>,
        /// The visions at which the role is granted.
        visions: Vec<Name>,
    },
    /// The role is not held by principals of that kind ([contract R8](crate::docs::contract#r8)).
    Kind {
        /// The role to give.
        role: Name,
        /// The subject's kind. `None` if the policy has no name for it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        kind: Option<Name>,
        /// The kinds that may hold the role.
        kinds: Vec<Name>,
    },
    /// Principals of the subject's kind do not act on the grant's channel ([contract
    /// D13](crate::docs::contract#d13)).
    Channel {
        /// The role to give.
        role: Name,
        /// The channel of the grant.
        channel: Name,
        /// The channels on which the subject's kind acts.
        channels: Vec<Name>,
    },
    /// No row of the policy's eligibility lets the actor, from the unit worked at, give this role
    /// to the subject ([contract R16](crate::docs::contract#r16)).
    NotEligible {
        /// The role to give.
        role: Name,
        /// The scope of the grant.
        scope: Box<Scope>,
        /// Affiliations that the subject lacks: with any one of them a row would fit.
        wanting: Vec<Wanting>,
        /// Whether the grant is accepted if it is given directly
        /// ([`Basis::Direct`](crate::facts::Basis::Direct)).
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        direct: bool,
    },
    /// A ceiling on the subject's kind would cut permissions from the grant ([contract
    /// R9](crate::docs::contract#r9)).
    Ceiling {
        /// The role to give.
        role: Name,
        /// The permissions that the ceiling would cut.
        cut: Vec<Name>,
    },
    /// A tenant's own role would hold permissions that the policy reserves ([contract
    /// R11](crate::docs::contract#r11)).
    Reserved {
        /// The tenant's role.
        role: Name,
        /// The reserved permissions in it.
        permissions: Vec<Name>,
    },
    /// An exclusive role would be held together with another role ([contract
    /// T4](crate::docs::contract#t4), [contract R33](crate::docs::contract#r33)).
    Exclusive {
        /// The exclusive role.
        role: Name,
        /// A role that would be held at the same time.
        with: Name,
    },
    /// Too many roles of a set that the policy keeps apart would be held at once ([contract
    /// R33](crate::docs::contract#r33)).
    Separation {
        /// The name of the set.
        set: Name,
        /// The roles of the set that would be held.
        roles: Vec<Name>,
        /// How many roles of the set may be held at once.
        at_most: usize,
        /// The unit at which they would meet. `None` for a set kept apart by tenant.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        unit: Option<Name>,
    },
    /// The command would give more than the actor holds ([contract X2](crate::docs::contract#x2)).
    Escalation {
        /// The part that the actor does not hold.
        remainder: Vec<Uncovered>,
    },
    /// More people would hold a seated role than seats are contracted ([contract
    /// U1](crate::docs::contract#u1), [contract R32](crate::docs::contract#r32)).
    Seats {
        /// The seated role.
        role: Name,
        /// The tenant of the seats.
        tenant: Name,
        /// The unit of the seats. `None` for a role seated by tenant.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        unit: Option<Box<Name>>,
        /// The number of seats contracted.
        contracted: u32,
        /// The number of seats needed at once.
        needed: u32,
        /// The first instant (UTC) at which so many are needed.
        at: Instant,
    },
    /// The tenant would be without an administrator ([contract X3](crate::docs::contract#x3),
    /// [contract R31](crate::docs::contract#r31)).
    LastAdministrator {
        /// The tenant.
        tenant: Name,
        /// The first instant (UTC) without an administrator.
        from: Instant,
    },
    /// The tenant has an administrator already, so it cannot be bootstrapped ([contract
    /// U2](crate::docs::contract#u2)).
    HasAdministrator {
        /// The tenant.
        tenant: Name,
    },
    /// The person is not an administrator of the tenant.
    NotAdministrator {
        /// The tenant.
        tenant: Name,
    },
    /// The request has expired: it can no longer be approved.
    RequestExpired {
        /// The name of the request.
        request: Name,
        /// The first instant (UTC) at which it could no longer be approved.
        until: Instant,
    },
    /// The policy's rules no longer draw a row of the plan ([contract
    /// R36](crate::docs::contract#r36)).
    PlanOutdated {
        /// The rule that drew the row.
        by: RevocationRule,
        /// The grant or registration that the row would take back.
        link: Box<plan::Link>,
    },
    /// The deadline of the campaign has passed ([contract U7](crate::docs::contract#u7)): no
    /// answers are accepted, and a campaign cannot open with it.
    DeadlinePassed {
        /// The name of the campaign.
        campaign: Name,
        /// The first instant (UTC) at which answers are refused.
        deadline: Instant,
    },
    /// The campaign is answered by leaders of each holder, and the actor leads no group of this
    /// holder.
    NotReviewer {
        /// The name of the campaign.
        campaign: Name,
    },
    /// Grants of the campaign are still open, so that it cannot be closed before its deadline.
    ReviewOpen {
        /// The name of the campaign.
        campaign: Name,
        /// The number of open grants.
        open: usize,
        /// The first instant (UTC) at which the campaign can be closed all the same.
        deadline: Instant,
    },
    /// The plan concerns more people than the policy lets pass without a confirmation.
    Mass(Mass),
}

/// A rule against a command, and the person it concerns. The person is `None` if the rule concerns
/// nobody in particular.
pub(super) type Objection = (Option<Identifier>, Rule);

/// The objection that a command names something wrong, about nobody in particular.
pub(super) fn unattributed(fault: Fault) -> Objection {
    (None, fault.into())
}

impl From<Fault> for Rule {
    fn from(Fault { message, help, .. }: Fault) -> Rule {
        Rule::Misfit { message, help }
    }
}

/// An affiliation that a person lacks, and with which a row of the policy's eligibility would fit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Wanting {
    /// The kind of affiliation.
    pub affiliation: Name,
    /// Where the affiliation must be.
    pub place: crate::model::Place,
}

/// A part of what a command would give that the actor does not hold, in permission, scope, channel
/// and time ([contract X2](crate::docs::contract#x2), [contract R28](crate::docs::contract#r28)).
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Uncovered {
    /// The role through which the permissions would be held.
    pub role: Name,
    /// The permissions that are not covered.
    pub permissions: Vec<Name>,
    /// Where the permissions would be held. For power over one person: `Own`, of that person.
    pub scope: Scope,
    /// The person over whom power would be given. `None` if the scope alone says where.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub about: Option<Identifier>,
    /// The channel of the power.
    pub channel: Name,
    /// The first instant (UTC) not covered.
    pub from: Instant,
    /// The first instant (UTC) covered again, or at which the grant ends. `None` if neither comes.
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
                "the policy names no permission for it, so that only the host can do it; add a \
                 row to `guards`",
            ),
            Rule::NotPermitted { reason: DenyReason::UnknownPrincipal, .. } => {
                f.write_str("the actor is not registered anywhere; register them first")
            }
            Rule::NotPermitted { reason: DenyReason::UnknownChannel, .. } => f.write_str(
                "the actor comes by a channel that is not in the policy; name one of its \
                 channels",
            ),
            Rule::NotPermitted { reason: DenyReason::UnknownUnit, .. } => {
                f.write_str("the actor works at a unit that does not exist; name one that does")
            }
            Rule::NotPermitted { permission, scope, reason } => {
                write!(
                    f,
                    "it takes `{permission}` {}, and {reason}; {}",
                    scope.acted_on(),
                    instead(*reason),
                )
            }
            Rule::OutsideWorkingUnit { unit, scope } => {
                write!(
                    f,
                    "it is done {}, and you work at `{unit}`; work at a unit above both",
                    scope.acted_on(),
                )
            }
            Rule::Oneself => f.write_str("nobody does that for themselves; ask somebody else to"),
            Rule::Past { now } => {
                write!(
                    f,
                    "a grant can't begin before, or end by, {now}; let it begin now and end later"
                )
            }
            Rule::Vision { role, vision, visions } => {
                let vision = vision
                    .as_ref()
                    .map_or("no vision".into(), |vision| format!("the vision `{vision}`"));
                write!(
                    f,
                    "the role `{role}` can't be granted at {vision}; it is granted at {}",
                    Listed(visions),
                )
            }
            Rule::Kind { role, kind, kinds } => {
                let kind =
                    kind.as_ref().map_or("that kind".into(), |kind| format!("the kind `{kind}`"));
                write!(
                    f,
                    "the role `{role}` can't be held by {kind}; it is held by {}",
                    Listed(kinds),
                )
            }
            Rule::Channel { role, channel, channels } => write!(
                f,
                "`{role}` on channel `{channel}` would never be in effect for that kind, which \
                 acts on {} alone; give it there",
                Listed(channels)
            ),
            Rule::NotEligible { role, scope, wanting, direct } => {
                write!(
                    f,
                    "`{role}` {} is not yours to give, working where you work",
                    scope.acted_on(),
                )?;
                if let Some((first, rest)) = wanting.split_first() {
                    write!(f, ", unless the person has {first}")?;
                    rest.iter().try_for_each(|wanting| write!(f, ", or {wanting}"))?;
                }
                f.write_str(match (wanting.is_empty(), direct) {
                    (true, false) => {
                        "; choose another role or unit, or ask somebody who works at a wider one"
                    }
                    (false, false) => "; have that recorded first",
                    (true, true) => "; give it directly",
                    (false, true) => "; have that recorded first, or give it directly",
                })
            }
            Rule::Ceiling { role, cut } => {
                write!(
                    f,
                    "a ceiling on the person's kind would cut {} from `{role}`; give a role \
                     without them",
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
                "`{role}` can't be held together with another role, and `{with}` is; revoke one \
                 of them, or say that it replaces the other"
            ),
            Rule::Separation { set, roles, at_most, unit } => {
                let place = unit.as_ref().map_or(String::new(), |unit| format!(" at `{unit}`"));
                write!(
                    f,
                    "of the set `{set}` at most {at_most} may be held at once{place}, and it \
                     would be {}; revoke one first",
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
                    "`{role}` has {contracted} {seats} in `{tenant}`{place}, and {needed} would \
                     be held from {at}; revoke one, or contract more"
                )
            }
            Rule::LastAdministrator { tenant, from } => {
                write!(
                    f,
                    "`{tenant}` would be without an administrator from {from}; make somebody else \
                     one first"
                )
            }
            Rule::HasAdministrator { tenant } => {
                write!(
                    f,
                    "`{tenant}` has an administrator, who can make others; or replace them, with \
                     an attestation"
                )
            }
            Rule::NotAdministrator { tenant } => {
                write!(f, "that is no administrator of `{tenant}`; name somebody who is")
            }
            Rule::PlanOutdated { by, link } => {
                write!(f, "by `{by}`, {link} would be taken back no longer; draw the plan again")
            }
            Rule::DeadlinePassed { campaign, deadline } => {
                write!(
                    f,
                    "the campaign `{campaign}` ends {deadline}; close it, or open one that ends \
                     later"
                )
            }
            Rule::NotReviewer { campaign } => {
                write!(
                    f,
                    "in the campaign `{campaign}` those who lead the person answer; ask one of \
                     them to"
                )
            }
            Rule::ReviewOpen { campaign, open, deadline } => {
                let grants = if *open == 1 { "grant is" } else { "grants are" };
                write!(
                    f,
                    "in the campaign `{campaign}` {open} {grants} open; answer, or close it from \
                     {deadline} on"
                )
            }
            Rule::Mass(mass) => write!(f, "{mass}; look at the plan, and say that it is confirmed"),
            Rule::RequestExpired { request, until } => {
                write!(
                    f,
                    "the request `{request}` could be approved until {until}; let it be asked again"
                )
            }
        }
    }
}

/// What to do about a denial of the guard, by its reason.
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

/// Up to eight names in backticks, then how many more there are.
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
