//! [`Finding`]: something about the facts that somebody should look at, as data.

use std::collections::BTreeMap;
use std::fmt;

use serde::Serialize;

use crate::admin::{Command, Listed, Rule};
use crate::model::{Grant, Identifier, Name};
use crate::policy::Severity;
use crate::time::Instant;

/// Something about the facts that somebody should look at: what it is, what shows
/// it, and the command that mends it.
///
/// Its text names people masked, roles, units and permissions in full. Whoever may see
/// them has them in [`lint`](Finding::lint), which is data.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub struct Finding {
    /// In which tenant; none: on the platform.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tenant: Option<Name>,
    /// What it is, with what shows it.
    #[serde(flatten)]
    pub lint: Lint,
    /// The command after which it is gone, for somebody to issue who may: it is decided
    /// by every rule. None: a person has to choose.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mend: Option<Command>,
}

/// What a [`Finding`] is about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "code", rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Lint {
    /// The policy names an administrator's role, and the tenant is without an administrator (R31).
    TenantWithoutAdministrator {
        /// From when on.
        from: Instant,
    },
    /// A person holds roles that may not be held together (R33): by a feed, or since before the policy said so.
    RolesClash {
        /// Who.
        person: Identifier,
        /// What a command would be told: an exclusive role, or a separation.
        rule: Rule,
        /// The grants that it is about.
        grants: Vec<Grant>,
    },
    /// More people hold a seated role than are contracted (R32).
    SeatsExceeded {
        /// How many, of which role, where, from when.
        rule: Rule,
    },
    /// A role of the tenant holds what the policy reserves (R11).
    RoleReserved {
        /// Which role, and what of it.
        rule: Rule,
    },
    /// A grant that a command would not give: its role's visions or kinds, or a ceiling, are against it (D13, R8, R9).
    GrantUnfit {
        /// Which.
        grant: Grant,
        /// What a command would be told.
        rule: Rule,
    },
    /// A tenant has one administrator: whatever befalls them, nobody in it can make another.
    OneAdministrator {
        /// Who.
        person: Identifier,
    },
    /// A person holds something at many places, none of them part of another; units in support don't count.
    ManyUnits {
        /// Who.
        person: Identifier,
        /// The units that their grants name, those apart that lie below another; sorted.
        units: Vec<Name>,
    },
    /// A person is let in at no time: none of the grids that bind them ever opens.
    LockedOut {
        /// Who.
        person: Identifier,
        /// The grids, sorted.
        grids: Vec<Name>,
    },
    /// Nobody leads a group: no grant over its people alone is in effect.
    GroupWithoutLeader {
        /// Which.
        group: Name,
        /// How many are members of it.
        members: usize,
    },
    /// A grant from which nothing follows, whatever is asked.
    GrantIdle {
        /// Which.
        grant: Grant,
        /// Why.
        idle: Idle,
    },
    /// A grant that allows nothing that another of the same person does not allow too, for as long.
    GrantCovered {
        /// Which.
        grant: Grant,
        /// The other.
        by: Box<Grant>,
    },
    /// Nobody holds a role, itself or by one that includes it. One of the policy's own is held nowhere.
    RoleUnheld {
        /// Which.
        role: Name,
        /// The roles of the tenant that include it, and must go before it.
        #[serde(skip_serializing_if = "Vec::is_empty")]
        included_by: Vec<Name>,
    },
    /// Nobody is enrolled in a grid.
    GridUnused {
        /// Which.
        grid: Name,
    },
    /// A person is registered, holds nothing there, and leads nobody.
    PersonWithoutRole {
        /// Who.
        person: Identifier,
    },
    /// A restriction that restricts nothing.
    RestrictionIdle {
        /// Its name.
        restriction: Name,
        /// Why.
        idle: Idle,
    },
}

/// Why something has no effect.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Idle {
    /// Its time is over.
    Over,
    /// There are no permissions in it.
    Empty,
    /// It is over the people of a group that its holder does not lead (R17).
    NotLeading,
}

impl Lint {
    /// What lint it is, in a word that stays the same from version to version.
    ///
    /// ```
    /// assert_eq!(alcada::report::Lint::GroupWithoutLeader { group: "north".try_into()?, members: 3 }.code(), "group-without-leader");
    /// # Ok::<(), alcada::facts::InvalidName>(())
    /// ```
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Lint::TenantWithoutAdministrator { .. } => "tenant-without-administrator",
            Lint::RolesClash { .. } => "roles-clash",
            Lint::SeatsExceeded { .. } => "seats-exceeded",
            Lint::RoleReserved { .. } => "role-reserved",
            Lint::GrantUnfit { .. } => "grant-unfit",
            Lint::OneAdministrator { .. } => "one-administrator",
            Lint::ManyUnits { .. } => "many-units",
            Lint::LockedOut { .. } => "locked-out",
            Lint::GroupWithoutLeader { .. } => "group-without-leader",
            Lint::GrantIdle { .. } => "grant-idle",
            Lint::GrantCovered { .. } => "grant-covered",
            Lint::RoleUnheld { .. } => "role-unheld",
            Lint::GridUnused { .. } => "grid-unused",
            Lint::PersonWithoutRole { .. } => "person-without-role",
            Lint::RestrictionIdle { .. } => "restriction-idle",
        }
    }

    /// How bad it is: an error where a rule of the policy does not hold of the facts.
    #[must_use]
    pub const fn severity(&self) -> Severity {
        match self {
            Lint::TenantWithoutAdministrator { .. }
            | Lint::RolesClash { .. }
            | Lint::SeatsExceeded { .. }
            | Lint::RoleReserved { .. }
            | Lint::GrantUnfit { .. } => Severity::Error,
            Lint::OneAdministrator { .. }
            | Lint::ManyUnits { .. }
            | Lint::LockedOut { .. }
            | Lint::GroupWithoutLeader { .. }
            | Lint::GrantIdle { .. }
            | Lint::GrantCovered { .. }
            | Lint::RoleUnheld { .. }
            | Lint::GridUnused { .. }
            | Lint::PersonWithoutRole { .. }
            | Lint::RestrictionIdle { .. } => Severity::Warning,
        }
    }

    /// The person it is about; none: it is about a role, a group or a tenant.
    #[must_use]
    pub fn subject(&self) -> Option<&Identifier> {
        match self {
            Lint::RolesClash { person, .. }
            | Lint::OneAdministrator { person }
            | Lint::ManyUnits { person, .. }
            | Lint::LockedOut { person, .. }
            | Lint::PersonWithoutRole { person } => Some(person),
            Lint::GrantUnfit { grant, .. }
            | Lint::GrantIdle { grant, .. }
            | Lint::GrantCovered { grant, .. } => Some(&grant.person),
            Lint::TenantWithoutAdministrator { .. }
            | Lint::SeatsExceeded { .. }
            | Lint::RoleReserved { .. }
            | Lint::GroupWithoutLeader { .. }
            | Lint::RoleUnheld { .. }
            | Lint::GridUnused { .. }
            | Lint::RestrictionIdle { .. } => None,
        }
    }

    /// The place of its variant: the order in which findings stand.
    fn place(&self) -> u8 {
        match self {
            Lint::TenantWithoutAdministrator { .. } => 0,
            Lint::RolesClash { .. } => 1,
            Lint::SeatsExceeded { .. } => 2,
            Lint::RoleReserved { .. } => 3,
            Lint::GrantUnfit { .. } => 4,
            Lint::OneAdministrator { .. } => 5,
            Lint::ManyUnits { .. } => 6,
            Lint::LockedOut { .. } => 7,
            Lint::GroupWithoutLeader { .. } => 8,
            Lint::GrantIdle { .. } => 9,
            Lint::GrantCovered { .. } => 10,
            Lint::RoleUnheld { .. } => 11,
            Lint::GridUnused { .. } => 12,
            Lint::PersonWithoutRole { .. } => 13,
            Lint::RestrictionIdle { .. } => 14,
        }
    }
}

/// What lints found.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub struct Findings {
    /// The findings: errors first, those of a code together, tenants and people in the order of their names.
    pub listed: Vec<Finding>,
    /// How many more there are of a code, past those listed.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub more: BTreeMap<&'static str, usize>,
}

impl Findings {
    /// Whether there is nothing to be said.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.listed.is_empty()
    }

    pub(super) fn sort(&mut self) {
        self.listed.sort_by_cached_key(|finding| {
            let lint = &finding.lint;
            (lint.place(), finding.tenant.clone(), lint.subject().cloned(), lint.to_string())
        });
    }
}

/// Each finding, and how many more there are.
impl fmt::Display for Findings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (n, finding) in self.listed.iter().enumerate() {
            write!(f, "{}{finding}", if n == 0 { "" } else { "\n" })?;
        }
        self.more
            .iter()
            .try_for_each(|(code, more)| write!(f, "\n{more} more of `{code}` are not shown"))
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}[{}]", self.lint.severity(), self.lint.code())?;
        self.tenant.iter().try_for_each(|tenant| write!(f, " in `{tenant}`"))?;
        write!(f, ": {}", self.lint)?;
        self.mend.iter().try_for_each(|mend| write!(f, "\n  help: `{}` mends it", mend.word()))
    }
}

impl fmt::Display for Lint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Lint::TenantWithoutAdministrator { from } => {
                write!(f, "there is no administrator from {from}; make somebody one")
            }
            Lint::RolesClash { person, rule, .. } => write!(f, "of `{}`: {rule}", person.masked()),
            Lint::SeatsExceeded { rule } | Lint::RoleReserved { rule } => rule.fmt(f),
            Lint::GrantUnfit { grant, rule } => write!(f, "{}: {rule}", Given(grant)),
            Lint::OneAdministrator { person } => {
                write!(
                    f,
                    "`{}` alone is administrator; make somebody else one too",
                    person.masked()
                )
            }
            Lint::ManyUnits { person, units } => write!(
                f,
                "`{}` holds something at {} units, {}; see which of them are still needed",
                person.masked(),
                units.len(),
                Listed(units)
            ),
            Lint::LockedOut { person, grids } => write!(
                f,
                "`{}` is let in at no time: {} never open; give a grid hours, or take them out",
                person.masked(),
                Listed(grids)
            ),
            Lint::GridUnused { grid } => {
                write!(f, "nobody is enrolled in the grid `{grid}`; delete it if nobody will be")
            }
            Lint::GroupWithoutLeader { group, members } => {
                write!(
                    f,
                    "nobody leads the group `{group}` of {members} members; name a leader, or delete it"
                )
            }
            Lint::GrantIdle { grant, idle } => {
                write!(f, "{} has no effect: {}; revoke it", Given(grant), idle.of("role"))
            }
            Lint::GrantCovered { grant, by } => {
                write!(f, "{} adds nothing to {}; revoke it", Given(grant), Given(by))
            }
            Lint::RoleUnheld { role, included_by } => {
                write!(f, "nobody holds the role `{role}`")?;
                match included_by.as_slice() {
                    [] => f.write_str("; delete it if nobody will"),
                    others => write!(
                        f,
                        ", which {} includes; delete that first if nobody will",
                        Listed(others)
                    ),
                }
            }
            Lint::PersonWithoutRole { person } => {
                write!(
                    f,
                    "`{}` is registered and holds nothing; give a role, or remove them",
                    person.masked()
                )
            }
            Lint::RestrictionIdle { restriction, idle } => {
                write!(
                    f,
                    "the restriction `{restriction}` has no effect: {}; lift it",
                    idle.of("restriction")
                )
            }
        }
    }
}

impl Idle {
    fn of(self, what: &str) -> String {
        match self {
            Idle::Over => "its time is over".into(),
            Idle::Empty => format!("there are no permissions in the {what}"),
            Idle::NotLeading => "its holder does not lead the group".into(),
        }
    }
}

/// A grant in words.
struct Given<'a>(&'a Grant);

impl fmt::Display for Given<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Grant { person, role, scope, channel, from, until, .. } = self.0;
        write!(f, "`{role}` of `{}` {}", person.masked(), scope.acted_on())?;
        channel.iter().try_for_each(|channel| write!(f, " on `{channel}`"))?;
        from.iter().try_for_each(|from| write!(f, " from {from}"))?;
        until.iter().try_for_each(|until| write!(f, " until {until}"))
    }
}
