//! [`Command`]: what an actor wants changed. `decide` says whether the change is accepted.

use serde::{Deserialize, Serialize};

use super::plan::Plan;
use crate::facts::{Enrolment, SeatContract, Suspension};
use crate::model::{
    Affiliation, Attestation, CommandWord, CustomRole, Grant, Grid, Group, Identifier, InvalidName,
    Name, Registration, Restriction, ReviewAnswer, Reviewers, Scope, Unit,
};
use crate::time::Instant;

/// What an actor wants changed. A command is carried out as a whole or not at all.
///
/// The policy's `guards` name, for each command [word](Command::word), the permission that it
/// takes. The doc of each command says where the actor must hold that permission: "guarded over the
/// tenant" means over the tenant's root and all below it, "guarded everywhere" means with a grant
/// everywhere ([contract R26](crate::docs::contract#r26)). Only the host can issue a command that
/// the policy guards by nothing.
///
/// ```
/// use alcada::{Command, Grant};
/// let command: Command = Grant::role("clerk").to("7210418").only_in("094765")?.into();
/// assert_eq!(command.word().as_str(), "grant");
/// # Ok::<(), alcada::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "command", rename_all = "kebab-case", deny_unknown_fields)]
#[non_exhaustive]
pub enum Command {
    /// Adds a unit below its parent; a unit without a parent begins a tenant. Guarded over the
    /// parent and all below it; for a tenant, everywhere ([contract R3](crate::docs::contract#r3)).
    AddUnit(Unit),
    /// Moves a unit, with all below it, under another unit of its tenant. Guarded over both units
    /// with all below them.
    MoveUnit {
        /// The unit that moves.
        unit: Name,
        /// The unit's new parent.
        parent: Name,
    },
    /// Closes a unit: nothing new can be granted or placed there. Guarded at the unit.
    CloseUnit {
        /// The unit that closes.
        unit: Name,
    },
    /// Registers a principal. Guarded at the unit of the registration (the tenant's root unless
    /// another unit is named); for a registration on the platform, everywhere.
    Register(Registration),
    /// Changes the kind or the unit of a registration. Guarded at both units and, where the kind
    /// changes, over everything that the principal was granted in the tenant.
    EditPerson {
        /// The principal whose registration changes.
        person: Identifier,
        /// The tenant of the registration. `None` for one on the platform.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        tenant: Option<Name>,
        /// The new kind. `None` leaves the kind as it is.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        kind: Option<Name>,
        /// The new unit. `None` leaves the unit as it is.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        unit: Option<Name>,
    },
    /// Suspends a principal, in one tenant or altogether: every request is denied there ([contract
    /// D2](crate::docs::contract#d2)). Guarded at the unit of the registration and over everything
    /// that the principal was granted in the tenant; a suspension altogether is guarded everywhere.
    Suspend {
        /// The principal to suspend.
        person: Identifier,
        /// The tenant of the suspension. `None` suspends altogether.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        tenant: Option<Name>,
    },
    /// Ends a suspension. Guarded as [`Suspend`](Command::Suspend), and the actor must cover what
    /// the principal gets back ([contract X2](crate::docs::contract#x2)).
    Resume {
        /// The principal to resume.
        person: Identifier,
        /// The tenant of the suspension. `None` ends one altogether.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        tenant: Option<Name>,
    },
    /// Ends a registration with all that depends on it: grants, memberships, enrolments,
    /// restrictions ([contract R12](crate::docs::contract#r12)). Guarded as
    /// [`Suspend`](Command::Suspend).
    RemovePerson {
        /// The principal whose registration ends.
        person: Identifier,
        /// The tenant of the registration. `None` for one on the platform.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        tenant: Option<Name>,
    },
    /// Forgets a principal: every registration ends and the name is erased from the facts. The
    /// journal keeps its entries. Guarded everywhere.
    ErasePerson {
        /// The principal to forget.
        person: Identifier,
    },
    /// Records an affiliation: a dated tie between a person and a unit. The host's own feed of
    /// facts does this; affiliations are a root of trust ([contract R6](crate::docs::contract#r6)).
    /// Guarded at the unit; never for oneself.
    RecordAffiliation(Affiliation),
    /// Ends a person's affiliations of one kind at one unit. Guarded at the unit; never for
    /// oneself.
    EndAffiliation {
        /// The person whose affiliations end.
        person: Identifier,
        /// The kind of affiliation.
        kind: Name,
        /// The unit of the affiliations.
        unit: Name,
        /// The first instant (UTC) at which the affiliations no longer hold.
        at: Instant,
    },
    /// Creates a group with its leader and members. Guarded over the parent group; without a
    /// parent, over the whole tenant.
    CreateGroup(Group),
    /// Moves a group under another group, or to the top. Guarded over the group and its new parent;
    /// at the top, over the group and the whole tenant.
    MoveGroup {
        /// The tenant of the group.
        tenant: Name,
        /// The group that moves.
        group: Name,
        /// The group's new parent. `None` puts the group at the top.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        parent: Option<Name>,
    },
    /// Deletes a group that has no subgroups, together with the grants and restrictions scoped to
    /// it. Guarded over the group.
    DeleteGroup {
        /// The tenant of the group.
        tenant: Name,
        /// The group to delete.
        group: Name,
    },
    /// Sets or removes the leader of a group. Guarded over the group.
    SetLeader {
        /// The tenant of the group.
        tenant: Name,
        /// The group that is led.
        group: Name,
        /// The new leader. `None` leaves the group without one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        leader: Option<Identifier>,
    },
    /// Adds members to a group. Guarded over the group.
    AddMembers {
        /// The tenant of the group.
        tenant: Name,
        /// The group that gains members.
        group: Name,
        /// The people who become members.
        people: Vec<Identifier>,
    },
    /// Removes members from a group. Guarded over the group.
    RemoveMembers {
        /// The tenant of the group.
        tenant: Name,
        /// The group that loses members.
        group: Name,
        /// The people who cease to be members.
        people: Vec<Identifier>,
    },
    /// Creates an access grid. Guarded over the whole tenant; on the platform, everywhere.
    CreateGrid(Grid),
    /// Replaces the hours of a grid, for everybody enrolled in it. Guarded as
    /// [`CreateGrid`](Command::CreateGrid); refused to actors who are enrolled in it themselves
    /// ([contract R23](crate::docs::contract#r23)).
    EditGrid(Grid),
    /// Deletes a grid in which nobody is enrolled. Guarded as [`CreateGrid`](Command::CreateGrid).
    DeleteGrid {
        /// The tenant of the grid. `None` for one of the platform.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        tenant: Option<Name>,
        /// The grid to delete.
        grid: Name,
    },
    /// Enrols people in a grid, which binds them to its hours ([contract
    /// D10](crate::docs::contract#d10)): all of them or none ([contract
    /// O5](crate::docs::contract#o5)). Guarded as [`CreateGrid`](Command::CreateGrid); never for
    /// oneself ([contract R23](crate::docs::contract#r23)).
    Enrol {
        /// The tenant of the grid. `None` for one of the platform.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        tenant: Option<Name>,
        /// The grid that binds the people from now on.
        grid: Name,
        /// The people to enrol.
        people: Vec<Identifier>,
    },
    /// Ends enrolments in a grid. Guarded as [`Enrol`](Command::Enrol); never for oneself.
    Unenrol {
        /// The tenant of the grid. `None` for one of the platform.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        tenant: Option<Name>,
        /// The grid that binds the people no longer.
        grid: Name,
        /// The people whose enrolments end.
        people: Vec<Identifier>,
    },
    /// Creates a role of a tenant's own. Guarded over the whole tenant, where the actor must cover
    /// every permission of the role ([contract R29](crate::docs::contract#r29)).
    CreateRole(CustomRole),
    /// Replaces the definition of a tenant's own role, for everybody who holds it. Guarded as
    /// [`CreateRole`](Command::CreateRole).
    EditRole(CustomRole),
    /// Deletes a tenant's own role, together with its grants. Guarded over the whole tenant.
    DeleteRole {
        /// The tenant of the role.
        tenant: Name,
        /// The role to delete.
        role: Name,
    },
    /// Gives roles to one person or to many: all grants or none ([contract
    /// O2](crate::docs::contract#o2)). Guarded over the scope of each grant.
    Grant {
        /// The grants to give.
        grants: Vec<Grant>,
        /// Whether grants that exclude a given one, or are excluded by it, are revoked in the same
        /// act ([contract T4](crate::docs::contract#t4)). Where the given role is for one kind
        /// alone, the person becomes of that kind ([contract R8](crate::docs::contract#r8)).
        #[serde(default, skip_serializing_if = "is_false")]
        replacing: bool,
    },
    /// Ends grants at once; each is named with its role, scope, channel, basis and interval.
    /// Guarded over the scope of each grant.
    Revoke {
        /// The grants to revoke.
        grants: Vec<Grant>,
    },
    /// Changes the interval of a grant. Guarded over the scope of the grant; the actor must cover
    /// what the new interval adds ([contract X2](crate::docs::contract#x2)).
    SetValidity {
        /// The grant as it is held now, with its present interval.
        grant: Grant,
        /// The new first instant (UTC). `None` for a grant without a beginning.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        from: Option<Instant>,
        /// The new first instant (UTC) at which the grant is over. `None` for a grant without an
        /// end.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        until: Option<Instant>,
    },
    /// Opens support: grants somebody one of the policy's support roles at units, on the support
    /// channel ([contract S10](crate::docs::contract#s10)). The reason given with the command must
    /// not be empty. Guarded at each unit; the actor must cover the role's permissions there on the
    /// channel the command came by ([contract X2](crate::docs::contract#x2)).
    ///
    /// The support grants rest on what the actor's own authorizing grant rests on ([contract
    /// R14](crate::docs::contract#r14)). Support already open for as long or longer stays as it is;
    /// support that would end earlier is extended.
    OpenSupport {
        /// The person who gets support access: the actor or somebody else.
        person: Identifier,
        /// The units, each without the units below it.
        units: Vec<Name>,
        /// One of the policy's support roles ([contract R18](crate::docs::contract#r18)).
        role: Name,
        /// The first instant (UTC) at which the support is over. `None` for support without an end.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        until: Option<Instant>,
    },
    /// Ends support of some people at some units, and leaves grants on other channels alone.
    /// Guarded over the scope of each support grant that ends; actors end their own support without
    /// a guard.
    CloseSupport {
        /// The tenant of the units.
        tenant: Name,
        /// The people whose support ends. Empty: everybody's.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        people: Vec<Identifier>,
        /// The units at which support ends. Empty: all units of the tenant.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        units: Vec<Name>,
    },
    /// Imposes a restriction: a denial that no grant overrides ([contract
    /// D3](crate::docs::contract#d3)). Guarded over its scope.
    ImposeRestriction(Restriction),
    /// Lifts a restriction. Guarded over its scope; never for oneself. The actor must cover what
    /// becomes possible again ([contract X2](crate::docs::contract#x2)).
    LiftRestriction {
        /// The tenant of the restriction. `None` for one of the platform.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        tenant: Option<Name>,
        /// The name of the restriction.
        name: Name,
    },
    /// Contracts seats: how many people may hold a seated role in a tenant or at a unit ([contract
    /// U1](crate::docs::contract#u1)). Guarded everywhere ([contract
    /// R3](crate::docs::contract#r3)).
    ContractSeats {
        /// The tenant that gets the seats.
        tenant: Name,
        /// The seated role.
        role: Name,
        /// The unit of the seats, for a role that is seated by unit. `None` for a role seated by
        /// tenant.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        unit: Option<Name>,
        /// The number of seats. 0 ends the contract.
        seats: u32,
    },
    /// Asks for a role; nothing is given yet ([contract U3](crate::docs::contract#u3), [contract
    /// U4](crate::docs::contract#u4)). Guarded over the scope asked for.
    AskRole {
        /// The request's name, different from that of every open request of the tenant. Answers
        /// refer to it, so take a name that is never used again.
        name: Name,
        /// The tenant in which the request is kept.
        tenant: Name,
        /// The grant that is asked for.
        grant: Grant,
        /// The first instant (UTC) at which the request can no longer be approved. `None` if it
        /// does not expire.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        until: Option<Instant>,
    },
    /// Approves a request: gives what was asked for, by every rule that binds a grant. Guarded over
    /// the scope asked for; never for oneself.
    ApproveRequest {
        /// The tenant of the request.
        tenant: Name,
        /// The name of the request.
        request: Name,
    },
    /// Turns a request down; the reason is the command's own. Guarded over the scope asked for;
    /// never for oneself.
    DenyRequest {
        /// The tenant of the request.
        tenant: Name,
        /// The name of the request.
        request: Name,
    },
    /// Takes a request back. The principal who made it needs no guard; for others, guarded over the
    /// scope asked for.
    WithdrawRequest {
        /// The tenant of the request.
        tenant: Name,
        /// The name of the request.
        request: Name,
    },
    /// Gives a tenant its first administrator ([contract U2](crate::docs::contract#u2)), who is
    /// registered there if need be. Guarded everywhere ([contract R3](crate::docs::contract#r3)).
    Bootstrap(Registration),
    /// Replaces a tenant's administrator on the word of its legal representative ([contract
    /// U6](crate::docs::contract#u6)): in one act the old administrator loses the role and the new
    /// one gets it. Guarded everywhere ([contract R3](crate::docs::contract#r3)).
    ReplaceAdministrator {
        /// The administrator who loses the role.
        old: Identifier,
        /// The administrator who gets the role, registered if need be.
        new: Registration,
        /// The statement of the legal representative, about the new administrator.
        attestation: Attestation,
    },
    /// Records that an administrator's data was verified outside of the system. Guarded everywhere
    /// ([contract R3](crate::docs::contract#r3)).
    AttestAdministrator(Attestation),
    /// Carries out a revocation plan ([contract S12](crate::docs::contract#s12), [contract
    /// T5](crate::docs::contract#t5), [contract U7](crate::docs::contract#u7)). Guarded over the
    /// scope of every row that is a grant; for a registration, as [`Suspend`](Command::Suspend).
    /// Refused if the policy's rules no longer draw one of the rows.
    ///
    /// Rows that would leave a tenant without an administrator ([contract
    /// X3](crate::docs::contract#x3)) are left out, and named in
    /// [`held_back`](crate::Executed::held_back) ([contract R36](crate::docs::contract#r36)). The
    /// evidence in the plan is believed: an actor who may carry plans out may take back whatever is
    /// in one.
    CarryOut {
        /// The plan, unchanged since it was drawn.
        plan: Plan,
        /// Whether somebody has confirmed the plan, although it concerns more people than the
        /// policy lets pass without a confirmation.
        #[serde(default, skip_serializing_if = "is_false")]
        confirmed: bool,
    },
    /// Opens a review campaign: puts the grants in force at a scope before reviewers ([contract
    /// U7](crate::docs::contract#u7)). Guarded over the scope.
    OpenCampaign {
        /// The tenant of the campaign.
        tenant: Name,
        /// The campaign's name, different from that of every open campaign of the tenant.
        name: Name,
        /// Whose grants are reviewed: those at a unit, those at a unit and all below it, or those
        /// of a group's people.
        scope: Scope,
        /// The roles that are reviewed. Empty: every role.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        roles: Vec<Name>,
        /// Who answers: the leaders of each holder, or administrators.
        reviewers: Reviewers,
        /// The first instant (UTC) at which answers are refused.
        deadline: Instant,
    },
    /// Answers for grants of a campaign: each is kept or revoked. Never for one's own grants.
    /// Guarded over the scope of each grant or about its holder, depending on the campaign's
    /// reviewers. Revoked grants end in the same act.
    Review {
        /// The tenant of the campaign.
        tenant: Name,
        /// The name of the campaign.
        campaign: Name,
        /// The answers, one for each grant.
        answers: Vec<ReviewAnswer>,
    },
    /// Closes a campaign: from its deadline on, or earlier once no grant is open. Grants still open
    /// are kept or revoked, as `review.silence` in the policy says. Guarded over the campaign's
    /// scope.
    CloseCampaign {
        /// The tenant of the campaign.
        tenant: Name,
        /// The name of the campaign.
        campaign: Name,
    },
}

fn is_false(flag: &bool) -> bool {
    !flag
}

impl Command {
    /// Begins a command that opens support under one of the policy's support roles;
    /// [`SupportBuilder::in_units`] completes it.
    ///
    /// ```
    /// use alcada::Command;
    /// # let evening: alcada::Instant = "2026-03-02T22:00:00Z".parse()?;
    /// let support = Command::open_support("helper").to("maria").until(evening);
    /// let command = support.in_units(["094765"])?;
    /// # let _ = command;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn open_support(role: impl Into<String>) -> SupportBuilder {
        SupportBuilder { role: role.into(), person: String::new(), until: None }
    }

    /// A command that gives every one of the roles to every one of the people, all at one scope.
    ///
    /// ```
    /// use alcada::{Command, Scope};
    /// let scope = Scope::Unit("094765".try_into()?);
    /// let command = Command::assign(["clerk", "viewer"], ["7210418", "7210419"], &scope)?;
    /// # Ok::<(), alcada::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`InvalidName`] if a name is not a valid [`Name`].
    pub fn assign<'a>(
        roles: impl IntoIterator<Item = &'a str>,
        people: impl IntoIterator<Item = &'a str>,
        scope: &Scope,
    ) -> Result<Command, InvalidName> {
        let roles: Vec<&str> = roles.into_iter().collect();
        let mut grants = Vec::new();
        for person in people {
            for role in &roles {
                grants.push(Grant::role(*role).to(person).scoped(scope.clone())?);
            }
        }
        Ok(Command::Grant { grants, replacing: false })
    }

    /// A command that revokes one grant.
    #[must_use]
    pub fn revoke(grant: Grant) -> Command {
        Command::Revoke { grants: vec![grant] }
    }

    /// Turns a `Grant` command into one that revokes in the same act whatever excludes the given
    /// roles ([contract T4](crate::docs::contract#t4)). Any other command is returned unchanged.
    #[must_use]
    pub fn replacing(mut self) -> Command {
        if let Command::Grant { replacing, .. } = &mut self {
            *replacing = true;
        }
        self
    }

    /// The word by which guards of the policy, refusals and journal entries name this command.
    #[must_use]
    pub fn word(&self) -> CommandWord {
        match self {
            Command::AddUnit(Unit { parent: None, .. }) => CommandWord::AddTenant,
            Command::AddUnit(_) => CommandWord::AddUnit,
            Command::MoveUnit { .. } => CommandWord::MoveUnit,
            Command::CloseUnit { .. } => CommandWord::CloseUnit,
            Command::Register(_) => CommandWord::Register,
            Command::EditPerson { .. } => CommandWord::EditPerson,
            Command::Suspend { .. } => CommandWord::Suspend,
            Command::Resume { .. } => CommandWord::Resume,
            Command::RemovePerson { .. } => CommandWord::RemovePerson,
            Command::ErasePerson { .. } => CommandWord::ErasePerson,
            Command::RecordAffiliation(_) => CommandWord::RecordAffiliation,
            Command::EndAffiliation { .. } => CommandWord::EndAffiliation,
            Command::CreateGroup(_) => CommandWord::CreateGroup,
            Command::MoveGroup { .. } => CommandWord::MoveGroup,
            Command::DeleteGroup { .. } => CommandWord::DeleteGroup,
            Command::SetLeader { .. } => CommandWord::SetLeader,
            Command::AddMembers { .. } => CommandWord::AddMembers,
            Command::RemoveMembers { .. } => CommandWord::RemoveMembers,
            Command::CreateGrid(_) => CommandWord::CreateGrid,
            Command::EditGrid(_) => CommandWord::EditGrid,
            Command::DeleteGrid { .. } => CommandWord::DeleteGrid,
            Command::Enrol { .. } => CommandWord::Enrol,
            Command::Unenrol { .. } => CommandWord::Unenrol,
            Command::CreateRole(_) => CommandWord::CreateRole,
            Command::EditRole(_) => CommandWord::EditRole,
            Command::DeleteRole { .. } => CommandWord::DeleteRole,
            Command::Grant { .. } => CommandWord::Grant,
            Command::Revoke { .. } => CommandWord::Revoke,
            Command::SetValidity { .. } => CommandWord::SetValidity,
            Command::OpenSupport { .. } => CommandWord::OpenSupport,
            Command::CloseSupport { .. } => CommandWord::CloseSupport,
            Command::ImposeRestriction(_) => CommandWord::ImposeRestriction,
            Command::LiftRestriction { .. } => CommandWord::LiftRestriction,
            Command::ContractSeats { .. } => CommandWord::ContractSeats,
            Command::AskRole { .. } => CommandWord::AskRole,
            Command::ApproveRequest { .. } => CommandWord::ApproveRequest,
            Command::DenyRequest { .. } => CommandWord::DenyRequest,
            Command::WithdrawRequest { .. } => CommandWord::WithdrawRequest,
            Command::Bootstrap(_) => CommandWord::Bootstrap,
            Command::ReplaceAdministrator { .. } => CommandWord::ReplaceAdministrator,
            Command::AttestAdministrator(_) => CommandWord::AttestAdministrator,
            Command::CarryOut { .. } => CommandWord::CarryOutPlan,
            Command::OpenCampaign { .. } => CommandWord::OpenCampaign,
            Command::Review { .. } => CommandWord::Review,
            Command::CloseCampaign { .. } => CommandWord::CloseCampaign,
        }
    }
}

impl From<Grant> for Command {
    fn from(grant: Grant) -> Command {
        Command::Grant { grants: vec![grant], replacing: false }
    }
}

impl From<Vec<Grant>> for Command {
    fn from(grants: Vec<Grant>) -> Command {
        Command::Grant { grants, replacing: false }
    }
}

impl From<Plan> for Command {
    fn from(plan: Plan) -> Command {
        Command::CarryOut { plan, confirmed: false }
    }
}

/// Implements `From<row> for Command` for rows that people add one by one.
macro_rules! command_from {
    ($($row:ty => $command:ident),* $(,)?) => {$(
        impl From<$row> for Command {
            fn from(row: $row) -> Command {
                Command::$command(row)
            }
        }
    )*};
}

command_from! {
    Unit => AddUnit,
    Registration => Register,
    Affiliation => RecordAffiliation,
    Group => CreateGroup,
    Grid => CreateGrid,
    CustomRole => CreateRole,
    Restriction => ImposeRestriction,
    Attestation => AttestAdministrator,
}

impl From<Suspension> for Command {
    fn from(Suspension { person, tenant }: Suspension) -> Command {
        Command::Suspend { person, tenant }
    }
}

impl From<Enrolment> for Command {
    fn from(Enrolment { tenant, grid, person }: Enrolment) -> Command {
        Command::Enrol { tenant, grid, people: vec![person] }
    }
}

impl From<SeatContract> for Command {
    fn from(SeatContract { tenant, role, unit, seats }: SeatContract) -> Command {
        Command::ContractSeats { tenant, role, unit, seats }
    }
}

/// A command that opens support, under construction: made by [`Command::open_support`], completed
/// by [`in_units`](SupportBuilder::in_units).
#[derive(Clone, Debug)]
#[must_use = "support is opened by saying in which units: `in_units`"]
pub struct SupportBuilder {
    role: String,
    person: String,
    until: Option<Instant>,
}

impl SupportBuilder {
    /// The person who supports the units, by identifier.
    pub fn to(mut self, person: impl Into<String>) -> SupportBuilder {
        self.person = person.into();
        self
    }

    /// The first instant (UTC) at which the support is over. Without one, a command ends it.
    pub fn until(mut self, until: impl Into<Instant>) -> SupportBuilder {
        self.until = Some(until.into());
        self
    }

    /// The units that are supported, by code, which completes the command.
    ///
    /// # Errors
    /// When the role, the person or a unit is not a valid [`Name`]; also when no person was named.
    pub fn in_units<'u>(
        self,
        units: impl IntoIterator<Item = &'u str>,
    ) -> Result<Command, InvalidName> {
        Ok(Command::OpenSupport {
            person: Identifier::new(self.person)?,
            units: units.into_iter().map(Name::new).collect::<Result<_, _>>()?,
            role: Name::new(self.role)?,
            until: self.until,
        })
    }
}
