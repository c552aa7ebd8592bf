//! [`Finding`]: what a lint found, as data and as text.

use std::collections::BTreeMap;
use std::fmt;

use serde::Serialize;

use crate::admin::{Command, Listed, Rule};
use crate::model::{Grant, Identifier, Name};
use crate::policy::Severity;
use crate::time::Instant;

/// Something about the facts that somebody should look at: the lint, its details, and the command
/// that mends it.
///
/// The text masks people, and names roles, units and permissions in full. [`lint`](Finding::lint)
/// is data, and names people in clear.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub struct Finding {
    /// The tenant in which it was found; `None` for the platform.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tenant: Option<Name>,
    /// The lint, with its details.
    #[serde(flatten)]
    pub lint: Lint,
    /// The command that mends it. Like any command, it is decided by all rules when somebody issues
    /// it. `None` if a person has to choose what to do.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mend: Option<Command>,
}

/// What a [`Finding`] is about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "code", rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Lint {
    /// The policy names an administrator's role, and nobody holds it in the tenant
    /// ([R31](crate::docs::contract#r31)).
    TenantWithoutAdministrator {
        /// The first instant without an administrator.
        from: Instant,
    },
    /// A person holds roles that may not be held together ([R33](crate::docs::contract#r33)): from
    /// a feed, or since before the policy said so.
    RolesClash {
        /// The person.
        person: Identifier,
        /// The rule that a command would be refused by: an exclusive role, or a separation.
        rule: Rule,
        /// The grants that break the rule together.
        grants: Vec<Grant>,
    },
    /// More people hold a role than it has seats ([R32](crate::docs::contract#r32)).
    SeatsExceeded {
        /// The broken rule: the role, where, how many hold it, and from when on.
        rule: Rule,
    },
    /// A tenant's own role has permissions that the policy reserves
    /// ([R11](crate::docs::contract#r11)).
    RoleReserved {
        /// The broken rule: the role and the permissions.
        rule: Rule,
    },
    /// A grant that no command could give, because of the visions or kinds that its role names, or
    /// of a ceiling ([D13](crate::docs::contract#d13), [R8](crate::docs::contract#r8),
    /// [R9](crate::docs::contract#r9)).
    GrantUnfit {
        /// The grant.
        grant: Grant,
        /// The rule that a command would be refused by.
        rule: Rule,
    },
    /// A tenant has only one administrator. If they are gone, nobody in the tenant can make
    /// another.
    OneAdministrator {
        /// The administrator.
        person: Identifier,
    },
    /// A person holds grants at many units. Units below another one, and grants in support, do not
    /// count.
    ManyUnits {
        /// The person.
        person: Identifier,
        /// The units that the grants name, without those below another one; sorted.
        units: Vec<Name>,
    },
    /// A person may sign in at no time: none of the grids that bind the person ever opens.
    LockedOut {
        /// The person.
        person: Identifier,
        /// The grids, sorted.
        grids: Vec<Name>,
    },
    /// Nobody leads a group, so no grant over its people has an effect.
    GroupWithoutLeader {
        /// The group.
        group: Name,
        /// The number of members.
        members: usize,
    },
    /// A grant that allows nothing, whatever is asked.
    GrantIdle {
        /// The grant.
        grant: Grant,
        /// Why the grant has no effect.
        idle: Idle,
    },
    /// A grant that allows nothing beyond what another grant of its holder allows for as long.
    GrantCovered {
        /// The grant that adds nothing.
        grant: Grant,
        /// The grant that covers it.
        by: Box<Grant>,
    },
    /// Nobody holds a role, nor a role that includes it. For a role of the policy: nobody in any
    /// tenant.
    RoleUnheld {
        /// The role.
        role: Name,
        /// The tenant's own roles that include the role, and must be deleted before it.
        #[serde(skip_serializing_if = "Vec::is_empty")]
        included_by: Vec<Name>,
    },
    /// Nobody is enrolled in a grid.
    GridUnused {
        /// The grid.
        grid: Name,
    },
    /// A person is registered in a tenant, has no grant there, and leads no group there.
    PersonWithoutRole {
        /// The person.
        person: Identifier,
    },
    /// A restriction that takes nothing away.
    RestrictionIdle {
        /// The name of the restriction.
        restriction: Name,
        /// Why the restriction has no effect.
        idle: Idle,
    },
}

/// Why a grant or a restriction has no effect.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Idle {
    /// The grant or restriction has ended.
    Over,
    /// The role or restriction has no permissions.
    Empty,
    /// The grant is over the people of a group that its holder does not lead
    /// ([R17](crate::docs::contract#r17)).
    NotLeading,
}

impl Lint {
    /// The name of the lint, which does not change from version to version.
    ///
    /// ```
    /// use alcada::report::Lint;
    /// let lint = Lint::GroupWithoutLeader { group: "north".try_into()?, members: 3 };
    /// assert_eq!(lint.code(), "group-without-leader");
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

    /// How bad a finding is: an error if the facts break a rule of the policy, a warning otherwise.
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

    /// The person whom a finding is about; `None` if it is about something else, such as a role, a
    /// group or a tenant.
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

    /// The rank of the lint in the order of findings: that of the variants.
    fn rank(&self) -> u8 {
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

/// The findings of all lints.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub struct Findings {
    /// The findings: errors first; findings of one code together, sorted by tenant and by person.
    pub listed: Vec<Finding>,
    /// For each code, the number of findings beyond those listed.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub more: BTreeMap<&'static str, usize>,
}

impl Findings {
    /// Whether nothing was found.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.listed.is_empty()
    }

    /// The findings that are about a person.
    pub fn about<'f>(&'f self, person: &'f str) -> impl Iterator<Item = &'f Finding> {
        self.listed.iter().filter(move |finding| {
            finding.lint.subject().is_some_and(|subject| subject.as_str() == person)
        })
    }

    /// Sorts the findings as [`listed`](Self::listed) states.
    pub(super) fn sort(&mut self) {
        self.listed.sort_by_cached_key(|finding| {
            let lint = &finding.lint;
            (lint.rank(), finding.tenant.clone(), lint.subject().cloned(), lint.to_string())
        });
    }
}

/// Each finding on lines of its own, and then the numbers of those not listed.
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
            Lint::GrantUnfit { grant, rule } => write!(f, "{}: {rule}", GrantInWords(grant)),
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
                    "nobody leads the group `{group}` of {members} members; name a leader, \
                     or delete it"
                )
            }
            Lint::GrantIdle { grant, idle } => {
                write!(f, "{} has no effect: {}; revoke it", GrantInWords(grant), idle.of("role"))
            }
            Lint::GrantCovered { grant, by } => {
                write!(f, "{} adds nothing to {}; revoke it", GrantInWords(grant), GrantInWords(by))
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
    /// The reason as text; `what` is the thing that may have no permissions.
    fn of(self, what: &str) -> String {
        match self {
            Idle::Over => "its time is over".into(),
            Idle::Empty => format!("there are no permissions in the {what}"),
            Idle::NotLeading => "its holder does not lead the group".into(),
        }
    }
}

/// A grant as text, with the person masked.
struct GrantInWords<'a>(&'a Grant);

impl fmt::Display for GrantInWords<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Grant { person, role, scope, channel, from, until, .. } = self.0;
        write!(f, "`{role}` of `{}` {}", person.masked(), scope.acted_on())?;
        channel.iter().try_for_each(|channel| write!(f, " on `{channel}`"))?;
        from.iter().try_for_each(|from| write!(f, " from {from}"))?;
        until.iter().try_for_each(|until| write!(f, " until {until}"))
    }
}
