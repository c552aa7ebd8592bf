//! [`Command`]: what an actor wants changed. Whether it may be is said by `decide`.

use serde::{Deserialize, Serialize};

use super::plan::Plan;
use crate::facts::{Enrolment, SeatContract, Suspension};
use crate::model::{
    Affiliation, Attestation, CommandWord, CustomRole, Grant, Grid, Group, Identifier, InvalidName,
    Name, Registration, Restriction, ReviewAnswer, Reviewers, Scope, Unit,
};
use crate::time::Instant;

/// What an actor wants changed: one act, all of it or nothing.
///
/// Which permission each takes is the policy's to say (`guards`), by its
/// [`word`](Command::word); where it must be held is said here, with each. A command
/// that the policy guards by nothing can be issued by nobody but the host.
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
    /// A unit is added: below its parent, or, without one, a tenant with it.
    /// Guarded over the parent and all below it; a tenant everywhere (R3).
    AddUnit(Unit),
    /// A unit, and all below it, is hung under another of its tenant. Guarded over
    /// both with all below them.
    MoveUnit {
        /// Which.
        unit: Name,
        /// The unit above it from now on.
        parent: Name,
    },
    /// A unit takes nothing new. Guarded at the unit.
    CloseUnit {
        /// Which.
        unit: Name,
    },
    /// A principal is registered. Guarded at the unit of the registration (the
    /// tenant's root unless another is named); on the platform everywhere.
    Register(Registration),
    /// A registration is of another kind, or at another unit. Guarded at both units
    /// and, where the kind changes, over all that the person was granted there.
    EditPerson {
        /// Who.
        person: Identifier,
        /// In which tenant; none: on the platform.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        tenant: Option<Name>,
        /// The kind from now on; left out: as it is.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        kind: Option<Name>,
        /// The unit from now on; left out: as it is.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        unit: Option<Name>,
    },
    /// A principal is denied everything, in a tenant or altogether (D2). Guarded at
    /// the unit of the registration and over all the person was granted there; altogether: everywhere.
    Suspend {
        /// Who.
        person: Identifier,
        /// In which tenant; none: altogether.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        tenant: Option<Name>,
    },
    /// That is over. Guarded as [`Suspend`](Command::Suspend), and what the person gets back must be covered (X2).
    Resume {
        /// Who.
        person: Identifier,
        /// In which tenant; none: altogether.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        tenant: Option<Name>,
    },
    /// A registration ends, with all that goes with it (R12). Guarded as [`Suspend`](Command::Suspend).
    RemovePerson {
        /// Who.
        person: Identifier,
        /// In which tenant; none: on the platform.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        tenant: Option<Name>,
    },
    /// A principal is forgotten: every registration ends and the name is erased;
    /// the record keeps its entries. Guarded everywhere.
    ErasePerson {
        /// Who.
        person: Identifier,
    },
    /// A dated tie between a person and a unit is put on record: the host's feed of
    /// facts, and a root of trust (R6). Guarded at the unit; never for oneself.
    RecordAffiliation(Affiliation),
    /// A person's affiliations of a kind at a unit end. Guarded at the unit; never for oneself.
    EndAffiliation {
        /// Who.
        person: Identifier,
        /// Which kind.
        kind: Name,
        /// Where.
        unit: Name,
        /// The first instant without it.
        at: Instant,
    },
    /// A group is made, with its leader and members. Guarded over the group above,
    /// or over the whole tenant.
    CreateGroup(Group),
    /// A group is hung under another, or under none. Guarded over both groups; under none: over the whole tenant.
    MoveGroup {
        /// The tenant.
        tenant: Name,
        /// Which.
        group: Name,
        /// The group above it from now on.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        parent: Option<Name>,
    },
    /// A group without subgroups ends, with what is scoped to it. Guarded over the group.
    DeleteGroup {
        /// The tenant.
        tenant: Name,
        /// Which.
        group: Name,
    },
    /// Who leads a group from now on. Guarded over the group.
    SetLeader {
        /// The tenant.
        tenant: Name,
        /// Which group.
        group: Name,
        /// The leader; none: nobody.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        leader: Option<Identifier>,
    },
    /// People come into a group. Guarded over the group.
    AddMembers {
        /// The tenant.
        tenant: Name,
        /// Which group.
        group: Name,
        /// Who.
        people: Vec<Identifier>,
    },
    /// People leave a group. Guarded over the group.
    RemoveMembers {
        /// The tenant.
        tenant: Name,
        /// Which group.
        group: Name,
        /// Who.
        people: Vec<Identifier>,
    },
    /// There is an access grid. Guarded over the whole tenant; on the platform everywhere.
    CreateGrid(Grid),
    /// A grid is this from now on, for all who are enrolled in it. Guarded as
    /// [`CreateGrid`](Command::CreateGrid); never by one of those (R23).
    EditGrid(Grid),
    /// A grid ends in which nobody is enrolled. Guarded as [`CreateGrid`](Command::CreateGrid).
    DeleteGrid {
        /// The tenant; none: the platform.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        tenant: Option<Name>,
        /// Which.
        grid: Name,
    },
    /// People are bound by a grid, all or none (D10, O5). Guarded as
    /// [`CreateGrid`](Command::CreateGrid); never for oneself (R23).
    Enrol {
        /// The grid's tenant; none: the platform.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        tenant: Option<Name>,
        /// Which grid.
        grid: Name,
        /// Who.
        people: Vec<Identifier>,
    },
    /// People are bound by a grid no longer. Guarded as [`Enrol`](Command::Enrol); never for oneself.
    Unenrol {
        /// The grid's tenant; none: the platform.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        tenant: Option<Name>,
        /// Which grid.
        grid: Name,
        /// Who.
        people: Vec<Identifier>,
    },
    /// A tenant gets a role of its own. Guarded over the whole tenant; all it holds must be covered there (R29).
    CreateRole(CustomRole),
    /// A tenant's role is this from now on, for all who hold it. Guarded as [`CreateRole`](Command::CreateRole).
    EditRole(CustomRole),
    /// A tenant's role ends, with its grants. Guarded over the whole tenant.
    DeleteRole {
        /// The tenant.
        tenant: Name,
        /// Which.
        role: Name,
    },
    /// Roles are given: to one or to many, all or none (O2). Each is guarded over its scope.
    Grant {
        /// What is given to whom, where, until when.
        grants: Vec<Grant>,
        /// Whether what excludes a grant, or is excluded by it, is revoked in the same act
        /// (T4); where the role is for one kind alone, the person is of that kind from then on (R8).
        #[serde(default, skip_serializing_if = "is_false")]
        replacing: bool,
    },
    /// Grants end at once, each named in all its parts. Each is guarded over its scope.
    Revoke {
        /// Which.
        grants: Vec<Grant>,
    },
    /// A grant holds for another interval from now on. Guarded over its scope;
    /// what is more than before must be covered (X2).
    SetValidity {
        /// Which, in all its parts.
        grant: Grant,
        /// From when; left out: as long ago as there is.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        from: Option<Instant>,
        /// Until when; left out: without an end.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        until: Option<Instant>,
    },
    /// Units are opened to somebody by the channel of support (S10), for a reason: the command's own, which
    /// may not be empty. Guarded at each unit; what the role can do there must be covered on the channel that
    /// the actor comes by (X2). It rests on what the grant rests on by which the actor may open it (R14). What is
    /// open for as long already stays as it is; what would end earlier goes on.
    OpenSupport {
        /// To whom: the operator themself, or another.
        person: Identifier,
        /// Which units, each alone.
        units: Vec<Name>,
        /// One of the policy's roles of support (R18).
        role: Name,
        /// Until when; left out: without an end.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        until: Option<Instant>,
    },
    /// Support ends: of these people, at these units. Guarded over each unit, or each with all below it, that
    /// ends; what is one's own ends freely. Nothing on another channel is touched.
    CloseSupport {
        /// In which tenant.
        tenant: Name,
        /// Of whom; none named: of everybody.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        people: Vec<Identifier>,
        /// At which units; none named: at all of the tenant.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        units: Vec<Name>,
    },
    /// Something is denied whatever grants say (D3). Guarded over its scope.
    ImposeRestriction(Restriction),
    /// A restriction is lifted: never for oneself; what that allows must be covered (X2). Guarded over its scope.
    LiftRestriction {
        /// The tenant of its scope; none: the platform.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        tenant: Option<Name>,
        /// Its name.
        name: Name,
    },
    /// So many may hold a seated role in a tenant, or at a unit (U1). Guarded everywhere (R3).
    ContractSeats {
        /// The tenant.
        tenant: Name,
        /// Which role.
        role: Name,
        /// At which unit, for a role seated by unit.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        unit: Option<Name>,
        /// How many; 0 ends the contract.
        seats: u32,
    },
    /// A role is asked for; nothing is given yet (U3, U4). Guarded over the scope asked for.
    AskRole {
        /// The request's name, unlike that of any open one of the tenant. It is answered
        /// by it: take one that is never used again.
        name: Name,
        /// The tenant.
        tenant: Name,
        /// What is asked for.
        grant: Grant,
        /// The first instant at which it can no longer be approved.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        until: Option<Instant>,
    },
    /// A request is granted, by every rule that binds a grant. Guarded over the scope asked for; never for oneself.
    ApproveRequest {
        /// The tenant.
        tenant: Name,
        /// Which.
        request: Name,
    },
    /// A request is turned down; the reason is the command's. Guarded over the scope asked for; never for oneself.
    DenyRequest {
        /// The tenant.
        tenant: Name,
        /// Which.
        request: Name,
    },
    /// A request is taken back: by whoever asked, freely; by others guarded over the scope asked for.
    WithdrawRequest {
        /// The tenant.
        tenant: Name,
        /// Which.
        request: Name,
    },
    /// A tenant gets its first administrator (U2), registered if need be. Guarded everywhere (R3).
    Bootstrap(Registration),
    /// A tenant's administrator is replaced on the word of its legal representative
    /// (U6): the old one loses the role and the new one gets it, in one act. Guarded everywhere (R3).
    ReplaceAdministrator {
        /// Who loses the role.
        old: Identifier,
        /// Who gets it, registered if need be.
        new: Registration,
        /// On whose word.
        attestation: Attestation,
    },
    /// The data of an administrator was verified outside of the system. Guarded everywhere (R3).
    AttestAdministrator(Attestation),
    /// What a revocation plan draws is taken back (S12, T5, U7). Guarded over every row's scope, and for a
    /// registration as [`Suspend`](Command::Suspend). Refused when one of its rows would be drawn
    /// no longer; rows that contract X3 forbids are left out, and named in the entry's
    /// [`held_back`](crate::Executed::held_back) (R36). The evidence is the plan's
    /// own: whoever may carry a plan out may take back what is in it.
    CarryOut {
        /// As it was drawn.
        plan: Plan,
        /// That it may concern as many people as it does, though the policy asks first.
        #[serde(default, skip_serializing_if = "is_false")]
        confirmed: bool,
    },
    /// The grants in force at a scope are put before reviewers (U7). Guarded over the scope.
    OpenCampaign {
        /// The tenant.
        tenant: Name,
        /// The campaign's name, unlike that of any open one of the tenant.
        name: Name,
        /// Grants at a unit, at it and below, or those of a group's people.
        scope: Scope,
        /// Of these roles; none listed: of any.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        roles: Vec<Name>,
        /// Who answers.
        reviewers: Reviewers,
        /// The first instant at which nobody answers any more.
        deadline: Instant,
    },
    /// Grants of a campaign are kept or revoked: never one's own. Each is guarded over its scope or about its
    /// holder, as the campaign says who reviews; what is revoked, is revoked in the same act.
    Review {
        /// The tenant.
        tenant: Name,
        /// Which campaign.
        campaign: Name,
        /// What is said of each.
        answers: Vec<ReviewAnswer>,
    },
    /// A campaign is closed: from its deadline on, and before where nothing is open. What is open then is kept or
    /// revoked, as the policy says of silence (`review.silence`). Guarded over its scope.
    CloseCampaign {
        /// The tenant.
        tenant: Name,
        /// Which campaign.
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
    /// let command = Command::open_support("helper").to("maria").until(evening).in_units(["094765"])?;
    /// # let _ = command;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn open_support(role: impl Into<String>) -> SupportBuilder {
        SupportBuilder { role: role.into(), person: String::new(), until: None }
    }

    /// One role or many, given to one person or many, each at the same scope.
    ///
    /// ```
    /// use alcada::{Command, Scope};
    /// let scope = Scope::Unit("094765".try_into()?);
    /// let command = Command::assign(["clerk", "viewer"], ["7210418", "7210419"], &scope)?;
    /// # Ok::<(), alcada::Error>(())
    /// ```
    ///
    /// # Errors
    /// When one of the names is not a [`Name`].
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

    /// A revocation of one grant.
    #[must_use]
    pub fn revoke(grant: Grant) -> Command {
        Command::Revoke { grants: vec![grant] }
    }

    /// The same command, with whatever stands against it by exclusion revoked in the same act (T4).
    #[must_use]
    pub fn replacing(mut self) -> Command {
        if let Command::Grant { replacing, .. } = &mut self {
            *replacing = true;
        }
        self
    }

    /// Its word: what the policy's guards call it.
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

/// A command for each row whose addition people ask for.
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

    /// The first instant, in UTC, at which the support is over. Left out: it ends by a command.
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
