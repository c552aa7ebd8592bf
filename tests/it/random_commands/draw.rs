//! Random commands: most fit the world as it is, about half of them are refused.

use alcada::{
    Actor, Command, Grant, Identifier, Instant, Name, Registration, Scope, Snapshot, Unit,
    admin::CommandWord,
    facts::{
        Affiliation, Attestation, Basis, CustomRole, Enrolment, Group, Place, Restriction, Subject,
    },
    hours::Grid,
    plan::{self, Covers, Current, Evidence, LastSeen, Source as Told},
    policy::{Extent, Pattern, Role},
    review::{self, Campaign, Reviewers, Verdict},
};

use super::{Act, name, whole};
use crate::oracle::World;
use crate::worlds::Source;

const PEOPLE: [&str; 8] = ["ana", "bia", "caio", "duda", "eva", "fabio", "gil", "root"];

/// What is accepted seldom, or matters most.
const OFTEN: [CommandWord; 20] = [
    CommandWord::Grant,
    CommandWord::Grant,
    CommandWord::Grant,
    CommandWord::EditPerson,
    CommandWord::MoveUnit,
    CommandWord::CreateRole,
    CommandWord::EditRole,
    CommandWord::EditRole,
    CommandWord::LiftRestriction,
    CommandWord::ApproveRequest,
    CommandWord::Bootstrap,
    CommandWord::ReplaceAdministrator,
    CommandWord::OpenSupport,
    CommandWord::CloseSupport,
    CommandWord::CloseSupport,
    CommandWord::Unenrol,
    CommandWord::Unenrol,
    CommandWord::Review,
    CommandWord::Review,
    CommandWord::CarryOutPlan,
];

/// Somebody, working somewhere, who wants something.
pub fn act(
    world: &World,
    snapshot: &Snapshot,
    now: Instant,
    source: &mut Source,
    host: bool,
) -> Act {
    let mut drawing = Drawing { world, snapshot, now, s: source, mine: Vec::new() };
    let word = match drawing.s.below(4) {
        0 => OFTEN[drawing.s.below(OFTEN.len())],
        _ => CommandWord::ALL[drawing.s.below(CommandWord::ALL.len())],
    };
    let actor = drawing.actor(host, word);
    // What is there to answer or to end is answered or ended; where there is nothing, it is begun.
    let support = world.policy.support.as_ref().map(|support| &support.channel);
    let nothing_open =
        support.is_none() || !world.grants.iter().any(|grant| grant.channel.as_ref() == support);
    let word = match word {
        CommandWord::CloseSupport if nothing_open && drawing.s.percent(90) => {
            CommandWord::OpenSupport
        }
        CommandWord::Unenrol if world.enrolments.is_empty() && drawing.s.percent(90) => {
            CommandWord::Enrol
        }
        CommandWord::Review if world.campaigns.is_empty() && drawing.s.percent(90) => {
            CommandWord::OpenCampaign
        }
        CommandWord::ApproveRequest | CommandWord::DenyRequest | CommandWord::WithdrawRequest
            if world.requests.is_empty() && drawing.s.percent(90) =>
        {
            CommandWord::AskRole
        }
        word => word,
    };
    let mut command = drawing.command(word);
    if drawing.s.percent(2) {
        command = drawing.many();
    }
    Act { actor, command, now }
}

struct Drawing<'a, 's> {
    world: &'a World,
    snapshot: &'a Snapshot,
    now: Instant,
    s: &'a mut Source<'s>,
    /// The scopes at which the actor holds anything.
    mine: Vec<Scope>,
}

impl Drawing<'_, '_> {
    fn actor(&mut self, host: bool, word: CommandWord) -> Actor {
        if host || self.s.percent(6) {
            return Actor::host();
        }
        let everywhere = matches!(
            word,
            CommandWord::AddTenant
                | CommandWord::ErasePerson
                | CommandWord::ContractSeats
                | CommandWord::Bootstrap
                | CommandWord::ReplaceAdministrator
                | CommandWord::AttestAdministrator
        );
        // Those who may issue much and hold little, more often than others.
        let clerks: Vec<&Grant> =
            self.world.grants.iter().filter(|grant| grant.role == *"clerk").collect();
        let clerk = self.s.pick(&clerks).filter(|_| self.s.percent(35)).copied();
        let bosses: Vec<&Grant> = self
            .world
            .grants
            .iter()
            .filter(|grant| ["boss", "chief"].contains(&grant.role.as_str()))
            .collect();
        let clerk = clerk.or(self.s.pick(&bosses).filter(|_| self.s.percent(50)).copied());
        let any = self.s.pick(&self.world.grants).filter(|_| self.s.percent(70));
        let seldom =
            matches!(word, CommandWord::Review | CommandWord::CloseSupport | CommandWord::Unenrol);
        if (everywhere && self.s.percent(60)) || (seldom && self.s.percent(35)) {
            return Actor::user("root");
        }
        let who = match clerk.or(any) {
            Some(grant) => grant.person.as_str().to_owned(),
            None if self.s.percent(3) => "nobody".to_owned(),
            None => PEOPLE[self.s.below(PEOPLE.len())].to_owned(),
        };
        let theirs = self.world.grants.iter().filter(|grant| grant.person.as_str() == who);
        self.mine = theirs.map(|grant| grant.scope.clone()).collect();
        let mut actor = Actor::user(&who);
        match self.s.below(10) {
            0 => actor = actor.working_at(self.unit(None)),
            1..5 => {
                if let Some(Scope::Unit(unit) | Scope::Subtree(unit)) = self.s.pick(&self.mine) {
                    actor = actor.working_at(unit);
                }
            }
            _ => {}
        }
        match self.s.below(12) {
            0 => actor = actor.on_channel("telex"),
            1..3 => {
                actor = actor
                    .on_channel(self.world.channels()[self.s.below(self.world.channels().len())])
            }
            _ => {}
        }
        actor
    }

    fn odd(&mut self) -> bool {
        self.s.percent(2)
    }

    fn unit(&mut self, tenant: Option<&Name>) -> Name {
        if self.odd() {
            return name("nowhere");
        }
        let mine: Vec<Name> = self
            .mine
            .iter()
            .filter_map(|scope| match scope {
                Scope::Unit(unit) | Scope::Subtree(unit) => Some(unit.clone()),
                _ => None,
            })
            .collect();
        let of = |code: &Name| tenant.is_none() || self.world.tenant_of_unit(code) == tenant;
        let inside: Vec<Name> = self
            .world
            .units
            .iter()
            .map(|unit| unit.code.clone())
            .filter(|code| of(code))
            .filter(|code| mine.iter().any(|top| self.world.at_or_below(code, top)))
            .collect();
        let all: Vec<Name> =
            self.world.units.iter().map(|unit| unit.code.clone()).filter(|code| of(code)).collect();
        let from = if self.s.percent(80) && !inside.is_empty() { inside } else { all };
        self.s.pick(&from).cloned().unwrap_or_else(|| name("nowhere"))
    }

    fn tenant(&mut self) -> Name {
        let unit = self.unit(None);
        if self.s.percent(3) {
            unit
        } else {
            self.world.tenant_of_unit(&unit).cloned().unwrap_or(unit)
        }
    }

    fn someone(&mut self) -> Identifier {
        let who = PEOPLE[self.s.below(PEOPLE.len())];
        Identifier::new(if self.odd() { "nobody" } else { who }).unwrap()
    }

    fn person_of(&mut self, tenant: &Name) -> Identifier {
        let there: Vec<Identifier> = self
            .world
            .registrations
            .iter()
            .filter(|registration| registration.tenant.as_ref() == Some(tenant))
            .map(|registration| registration.person.clone())
            .collect();
        match self.s.pick(&there) {
            Some(person) if !self.odd() => person.clone(),
            _ => self.someone(),
        }
    }

    fn registered(&mut self) -> (Identifier, Option<Name>) {
        let home = self
            .mine
            .iter()
            .filter(|scope| **scope != Scope::Everywhere)
            .filter_map(|s| self.world.tenant_of(s));
        let home: Vec<&str> = home.collect();
        let near: Vec<&Registration> = self
            .world
            .registrations
            .iter()
            .filter(|registration| {
                registration.tenant.as_deref().is_some_and(|tenant| home.contains(&tenant))
            })
            .collect();
        if let Some(found) = self.s.pick(&near).filter(|_| self.s.percent(75)) {
            return (found.person.clone(), found.tenant.clone());
        }
        match self.s.pick(&self.world.registrations) {
            Some(found) if !self.odd() => (found.person.clone(), found.tenant.clone()),
            _ => (self.someone(), Some(self.tenant())),
        }
    }

    fn kind(&mut self) -> Name {
        name(["staff", "visitor", "staff", "ghost"][self.s.below(100).min(99) / 33])
    }

    fn registration(&mut self) -> Registration {
        let tenant = (!self.s.percent(10)).then(|| self.tenant());
        let unit = if tenant.is_some() && self.s.percent(50) {
            Some(self.unit(tenant.as_ref()))
        } else {
            None
        };
        Registration { person: self.someone(), tenant, kind: Some(self.kind()), unit }
    }

    fn group(&mut self) -> (Name, Name) {
        match self.s.pick(&self.world.groups) {
            Some(group) if !self.odd() => (group.tenant.clone(), group.name.clone()),
            _ => (self.tenant(), name("north")),
        }
    }

    fn group_above(&mut self, tenant: &Name) -> Option<Name> {
        let there: Vec<Name> = self
            .world
            .groups
            .iter()
            .filter(|group| group.tenant == *tenant)
            .map(|group| group.name.clone())
            .collect();
        if self.s.percent(65) { self.s.pick(&there).cloned() } else { None }
    }

    fn group_name(&mut self) -> Name {
        name(["north", "south", "east", "west"][self.s.below(4)])
    }

    fn role_name(&mut self) -> Name {
        name(["own", "other", "third"][self.s.below(3)])
    }

    fn role_in(&mut self, tenant: Option<&Name>) -> Name {
        let mut roles: Vec<Name> = self.world.policy.roles.keys().cloned().collect();
        let own = self.world.roles.iter().filter(|role| Some(&role.tenant) == tenant);
        let own: Vec<Name> = own.map(|role| role.name.clone()).collect();
        (0..3).for_each(|_| roles.extend(own.iter().cloned()));
        self.s.pick(&roles).cloned().unwrap_or_else(|| name("reader"))
    }

    fn exact(&mut self) -> Pattern {
        let catalogue = self.world.catalogue();
        let (function, action) = *self.s.pick(&catalogue).unwrap();
        Pattern::parse(if self.odd() {
            "spend:burn".to_owned()
        } else {
            format!("{function}:{action}")
        })
        .unwrap()
    }

    fn scope(&mut self, tenant: Option<&Name>) -> Scope {
        let Some(tenant) = tenant else {
            return if self.s.percent(70) {
                Scope::Everywhere
            } else {
                Scope::Own { tenant: None }
            };
        };
        match self.s.below(12) {
            0..4 => Scope::Unit(self.unit(Some(tenant))),
            4..6 => match self.group_above(tenant) {
                Some(group) => Scope::Members { group, tenant: Some(tenant.clone()) },
                None => whole(tenant),
            },
            6 => Scope::Own { tenant: Some(tenant.clone()) },
            7 if self.s.percent(10) => Scope::Everywhere,
            _ => Scope::Subtree(self.unit(Some(tenant))),
        }
    }

    /// An instant some hours from now, rarely one that has passed.
    fn hours(&mut self, least: i64, span: usize) -> Instant {
        let hours = least + self.s.below(span) as i64;
        let hours = if self.s.percent(4) { -2 } else { hours };
        // Whole hours, so that things begin and end together.
        let micros = self.now.plus_seconds(3600 * (hours + 1)).as_micros();
        Instant::from_micros(micros - micros.rem_euclid(3_600_000_000))
    }

    fn interval(&mut self) -> (Option<Instant>, Option<Instant>) {
        let from = self.s.percent(25).then(|| self.hours(0, 6));
        let until = self.s.percent(40).then(|| self.hours(2, 12));
        (from, until)
    }

    fn channel(&mut self) -> Option<Name> {
        match self.s.below(20) {
            0 => Some(name("telex")).filter(|_| self.s.percent(20)),
            1..6 => Some(name(self.world.channels()[self.s.below(self.world.channels().len())])),
            _ => None,
        }
    }

    fn grant(&mut self) -> Grant {
        let (mut person, tenant) = self.registered();
        let scope = self.scope(tenant.as_ref());
        if let (Scope::Members { group, .. }, Some(tenant)) = (&scope, &tenant) {
            let leader = self.world.group(tenant, group).and_then(|group| group.leader.clone());
            person = leader.filter(|_| self.s.percent(60)).unwrap_or(person);
        }
        let basis = match self.s.below(10) {
            0..3 => self.basis(tenant.as_ref(), &scope),
            3 => Basis::Direct,
            _ => Basis::Standing,
        };
        let (from, until) = self.interval();
        // Beside one that stands: for another time, or on another basis.
        if let Some(grant) = self.s.pick(&self.world.grants).filter(|_| self.s.percent(12)).cloned()
        {
            return Grant {
                from,
                until,
                basis: if self.s.percent(50) { basis } else { grant.basis.clone() },
                ..grant
            };
        }
        Grant {
            person,
            role: self.role_in(tenant.as_ref()),
            scope,
            channel: self.channel(),
            basis,
            from,
            until,
        }
    }

    fn basis(&mut self, tenant: Option<&Name>, scope: &Scope) -> Basis {
        let at = match scope {
            Scope::Unit(unit) | Scope::Subtree(unit) if self.s.percent(60) => unit.clone(),
            _ => self.unit(tenant),
        };
        let place = match self.s.below(4) {
            0 => Place::Unit(at),
            1 => Place::Set(name(["offices", "odd"][self.s.below(2)])),
            _ => Place::Subtree(at),
        };
        Basis::Affiliation { kind: name(["exercise", "loan"][self.s.below(2)]), place }
    }

    /// A grant that stands, or nearly.
    fn standing(&mut self) -> Grant {
        let Some(grant) = self.s.pick(&self.world.grants).cloned() else { return self.grant() };
        if self.odd() { Grant { until: Some(self.now), ..grant } } else { grant }
    }

    fn custom(&mut self, tenant: Name, of: Name) -> CustomRole {
        let count = self.s.below(4);
        let own = self
            .world
            .roles
            .iter()
            .filter(|role| role.tenant == tenant)
            .map(|role| role.name.clone());
        let known: Vec<Name> = self.world.policy.roles.keys().cloned().chain(own).collect();
        // Often as it was, but for a little.
        let old = self.world.roles.iter().find(|role| role.tenant == tenant && role.name == of);
        let mut role = match old {
            Some(old) if self.s.percent(60) => old.role.clone(),
            _ => Role {
                permissions: (0..count).map(|_| self.exact()).collect(),
                includes: self.s.some_of(&known, 12),
                ..Role::default()
            },
        };
        match self.s.below(6) {
            0 => role.permissions.push(self.exact()),
            1 => drop(role.permissions.pop()),
            2 => role.includes.extend(self.s.pick(&known).cloned()),
            3 => drop(role.includes.pop()),
            4 => role.except = if role.except.is_empty() { vec![self.exact()] } else { Vec::new() },
            _ if self.s.percent(20) => role.kinds = super::names(&["staff"]),
            _ => {}
        }
        role.permissions.sort();
        role.permissions.dedup();
        role.includes.sort();
        role.includes.dedup();
        CustomRole { tenant, name: of, role }
    }

    fn attestation(&mut self, tenant: Name, about: Identifier) -> Attestation {
        let text = |text: &str| text.to_owned();
        let document = if self.odd() { String::new() } else { text("a deed") };
        Attestation {
            tenant,
            about,
            given_by: text("rosa"),
            capacity: text("director"),
            verified_by: text("call"),
            document,
        }
    }

    fn request(&mut self) -> (Name, Name) {
        match self.s.pick(&self.world.requests) {
            Some(found) if !self.odd() => (found.tenant.clone(), found.name.clone()),
            _ => (self.tenant(), name("q0")),
        }
    }

    /// Many people and many roles in one act.
    fn many(&mut self) -> Command {
        let tenant = self.tenant();
        let people: Vec<Identifier> =
            (0..1 + self.s.below(3)).map(|_| self.person_of(&tenant)).collect();
        let roles: Vec<Name> =
            (0..1 + self.s.below(3)).map(|_| self.role_in(Some(&tenant))).collect();
        let scope = self.scope(Some(&tenant));
        let people: Vec<&str> = people.iter().map(Identifier::as_str).collect();
        Command::assign(roles.iter().map(Name::as_str), people, &scope).unwrap()
    }

    fn on_person(&mut self, word: CommandWord) -> Command {
        let (person, tenant) = self.registered();
        match word {
            CommandWord::Suspend => {
                Command::Suspend { person, tenant: tenant.filter(|_| !self.s.percent(20)) }
            }
            CommandWord::Resume => match self.s.pick(&self.world.suspended).cloned() {
                Some((person, tenant)) => Command::Resume { person, tenant },
                None => Command::Resume { person, tenant },
            },
            CommandWord::RemovePerson if self.s.percent(50) => {
                Command::RemovePerson { person, tenant }
            }
            CommandWord::ErasePerson if self.s.percent(30) => Command::ErasePerson { person },
            CommandWord::EditPerson => {
                let kind = self.s.percent(55).then(|| self.kind());
                let unit = self.s.percent(55).then(|| self.unit(tenant.as_ref()));
                Command::EditPerson { person, tenant, kind, unit }
            }
            CommandWord::RecordAffiliation => {
                let unit = self.unit(tenant.as_ref());
                let (from, until) = self.interval();
                let kind = name(["exercise", "loan", "exercise", "friend"][self.s.below(100) / 33]);
                Command::RecordAffiliation(Affiliation { person, kind, unit, from, until })
            }
            CommandWord::EndAffiliation => match self.s.pick(&self.world.affiliations).cloned() {
                Some(Affiliation { person, kind, unit, .. }) => {
                    Command::EndAffiliation { person, kind, unit, at: self.hours(0, 4) }
                }
                None => Command::Register(self.registration()),
            },
            // Those who left come back.
            _ => Command::Register(self.registration()),
        }
    }

    fn on_group(&mut self, word: CommandWord) -> Command {
        let (tenant, group) = self.group();
        let people = |drawing: &mut Self, tenant: &Name| -> Vec<Identifier> {
            (0..1 + drawing.s.below(2)).map(|_| drawing.person_of(tenant)).collect()
        };
        match word {
            CommandWord::MoveGroup => {
                let parent = self.group_above(&tenant);
                Command::MoveGroup { tenant, group, parent }
            }
            CommandWord::DeleteGroup if self.s.percent(60) => {
                Command::DeleteGroup { tenant, group }
            }
            CommandWord::SetLeader => {
                let leader = self.s.percent(85).then(|| self.person_of(&tenant));
                Command::SetLeader { tenant, group, leader }
            }
            CommandWord::AddMembers => {
                let people = people(self, &tenant);
                Command::AddMembers { tenant, group, people }
            }
            CommandWord::RemoveMembers => {
                let members = self
                    .world
                    .group(&tenant, &group)
                    .map(|group| group.members.clone())
                    .unwrap_or_default();
                let people = match self.s.pick(&members) {
                    Some(member) => vec![member.clone()],
                    None => people(self, &tenant),
                };
                Command::RemoveMembers { tenant, group, people }
            }
            _ => {
                let tenant = if self.s.percent(50) { tenant } else { self.tenant() };
                let parent = self.group_above(&tenant);
                let leader = self.s.percent(75).then(|| self.person_of(&tenant));
                let members = if self.s.percent(60) { people(self, &tenant) } else { Vec::new() };
                Command::CreateGroup(Group {
                    name: self.group_name(),
                    tenant,
                    parent,
                    leader,
                    members,
                })
            }
        }
    }

    /// Hours that are open at most times, at none now and then, or always.
    fn new_grid(&mut self, tenant: Option<Name>) -> Grid {
        let hours = [
            "mon-sun 00:00-24:00; UTC",
            "mon-fri 06:00-22:00; UTC",
            "mon-sun 20:00-16:00; America/Sao_Paulo",
            "mon 02:00-05:00; Asia/Kolkata",
            "mon-sun 09:00-17:00; America/Toronto",
            "mon off 08:00-12:00; UTC",
        ][self.s.below(6)];
        let hours = if self.odd() { "mon 08:00-12:00; Mars/Olympus" } else { hours };
        let name = name(["day", "night", "desk"][self.s.below(3)]);
        let (allow_outside, hand_over) = (self.s.percent(10), self.s.percent(30));
        Grid { tenant, name, hours: hours.parse().unwrap(), allow_outside, hand_over }
    }

    fn on_grid(&mut self, word: CommandWord) -> Command {
        if let Some(Enrolment { tenant, grid, person }) =
            self.s.pick(&self.world.enrolments).cloned()
            && word == CommandWord::Unenrol
            && self.s.percent(85)
        {
            return Command::Unenrol { tenant, grid, people: vec![person] };
        }
        let Some(grid) =
            self.s.pick(&self.world.grids).filter(|_| word != CommandWord::CreateGrid).cloned()
        else {
            let tenant = (!self.s.percent(15)).then(|| self.tenant());
            return Command::CreateGrid(self.new_grid(tenant));
        };
        let Grid { tenant, name: of, .. } = grid;
        match word {
            CommandWord::EditGrid => {
                let edited = self.new_grid(tenant);
                Command::EditGrid(if self.odd() { edited } else { Grid { name: of, ..edited } })
            }
            CommandWord::DeleteGrid => Command::DeleteGrid { tenant, grid: of },
            CommandWord::Unenrol => {
                Command::Unenrol { tenant, grid: of, people: vec![self.someone()] }
            }
            _ => {
                let count = 1 + self.s.below(2);
                let people = (0..count).map(|_| match &tenant {
                    Some(tenant) => self.person_of(tenant),
                    None if self.s.percent(70) => Identifier::new("root").unwrap(),
                    None => self.someone(),
                });
                let people = people.collect();
                Command::Enrol { tenant, grid: of, people }
            }
        }
    }

    fn on_unit(&mut self, word: CommandWord) -> Command {
        let kind = Some(name(["city", "district", "school", "castle"][self.s.below(100) / 33]));
        let count = self.world.units.len();
        match word {
            CommandWord::AddTenant if count < 14 => {
                let code = name(["a", "b", "c"][self.s.below(3)]);
                Command::AddUnit(Unit { code, kind, parent: None, tenant: None })
            }
            CommandWord::AddUnit if count < 14 || self.s.percent(10) => {
                let parent = self.unit(None);
                let code = name(format!("{parent}/{}", 1 + self.s.below(4)));
                Command::AddUnit(Unit { code, kind, parent: Some(parent), tenant: None })
            }
            CommandWord::CloseUnit if self.s.percent(35) => {
                Command::CloseUnit { unit: self.unit(None) }
            }
            _ => {
                let unit = self.unit(None);
                let tenant = self.world.tenant_of_unit(&unit).cloned();
                Command::MoveUnit { unit, parent: self.unit(tenant.as_ref()) }
            }
        }
    }

    /// A plan of what sources of all sorts say, or some rows of it; some of them the world has left behind.
    fn carry_out(&mut self) -> Command {
        let everybody: Vec<Identifier> =
            self.world.registrations.iter().map(|r| r.person.clone()).collect();
        let seen = everybody.into_iter().filter(|_| self.s.percent(80));
        let seen: Vec<LastSeen> = seen.map(|person| LastSeen { person, at: self.now }).collect();
        let current: Vec<&Affiliation> =
            self.world.affiliations.iter().filter(|_| self.s.percent(70)).collect();
        let current =
            current.into_iter().map(|a| Current::new(a.person.as_str(), &a.kind, &a.unit).unwrap());
        let evidence = Evidence::of([
            Told::seen("door", self.now.plus_seconds(-10 * 86_400), seen)
                .unwrap()
                .covering(Covers::everything()),
            Told::affiliations("list", ["exercise", "loan"], current)
                .unwrap()
                .covering(Covers::everything()),
        ]);
        let mut plan = self.snapshot.plan(&evidence, self.now);
        if self.s.percent(60) && !plan.rows.is_empty() {
            let rows = 1 + self.s.below(2);
            let from = self.s.below(plan.rows.len());
            plan.rows = plan.rows.into_iter().skip(from).take(rows).collect();
        } else if self.s.percent(30) {
            plan.rows.append(&mut plan.held_back);
        }
        if self.s.percent(10)
            && let Some(plan::Row { link: plan::Link::Grant(grant), .. }) = plan.rows.first_mut()
        {
            grant.until = Some(self.now.plus_seconds(77));
        }
        Command::CarryOut { plan, confirmed: self.s.percent(35) }
    }

    fn on_campaign(&mut self, word: CommandWord) -> Command {
        let open = self.s.pick(&self.world.campaigns).cloned();
        match (word, open) {
            (CommandWord::Review, Some(Campaign { tenant, name, items, .. })) => {
                let most = 1 + self.s.below(2);
                let mut answers = Vec::new();
                let again = self.s.percent(10);
                for item in items.iter().filter(|item| item.answer.is_none() || again).take(most) {
                    let keep = self.s.percent(60);
                    let verdict = if keep { Verdict::Keep } else { Verdict::Revoke };
                    answers.push(review::Answer {
                        grant: item.grant.clone(),
                        verdict,
                        reason: "known".to_owned(),
                    });
                }
                Command::Review { tenant, campaign: name, answers }
            }
            (CommandWord::CloseCampaign, Some(Campaign { tenant, name, .. })) => {
                Command::CloseCampaign { tenant, campaign: name }
            }
            _ => {
                let tenant = self.tenant();
                let reviewers = [Reviewers::Leaders, Reviewers::Administrators][self.s.below(2)];
                let roles =
                    if self.s.percent(30) { vec![self.role_in(Some(&tenant))] } else { Vec::new() };
                let scope = self.scope(Some(&tenant));
                let (name, deadline) = (name(format!("c{}", self.s.below(6))), self.hours(0, 3));
                Command::OpenCampaign { tenant, name, scope, roles, reviewers, deadline }
            }
        }
    }

    fn restriction(&mut self) -> Restriction {
        let (person, tenant) = self.registered();
        let scope = self.scope(tenant.as_ref());
        let subject = if self.s.percent(55) {
            Subject::Person(person)
        } else {
            Subject::Role(self.role_in(tenant.as_ref()))
        };
        let pattern =
            ["spend:*", "*:view", "*:*", "users:*", "calls:*", "spend:pay"][self.s.below(6)];
        let permissions = vec![Pattern::parse(pattern).unwrap()];
        let (from, until) = self.interval();
        Restriction {
            name: name(format!("x{}", self.s.below(6))),
            subject,
            permissions,
            scope,
            from,
            until,
        }
    }

    fn tenant_matter(&mut self, word: CommandWord) -> Command {
        let tenant = self.tenant();
        match word {
            CommandWord::ContractSeats => {
                let seated: Vec<(Name, Extent)> = self
                    .world
                    .policy
                    .administration
                    .seats
                    .iter()
                    .map(|(role, per)| (role.clone(), *per))
                    .collect();
                let (role, per) =
                    self.s.pick(&seated).cloned().unwrap_or((name("reader"), Extent::Tenant));
                let unit = (per == Extent::Unit).then(|| self.unit(Some(&tenant)));
                Command::ContractSeats { tenant, role, unit, seats: self.s.below(4) as u32 }
            }
            CommandWord::Bootstrap => {
                let tenant = (!self.odd()).then_some(tenant);
                Command::Bootstrap(Registration { tenant, unit: None, ..self.registration() })
            }
            CommandWord::AttestAdministrator => {
                let about = self.administrator(&tenant);
                Command::AttestAdministrator(self.attestation(tenant, about))
            }
            _ => {
                let old = self.administrator(&tenant);
                let new = Registration {
                    tenant: Some(tenant.clone()),
                    unit: None,
                    ..self.registration()
                };
                let about = if self.odd() { old.clone() } else { new.person.clone() };
                Command::ReplaceAdministrator {
                    old,
                    new,
                    attestation: self.attestation(tenant, about),
                }
            }
        }
    }

    fn open_support(&mut self) -> Command {
        let (person, tenant) = self.registered();
        let own = self.world.grants.iter().filter(|grant| self.mine.contains(&grant.scope));
        let own: Vec<Identifier> = own.map(|grant| grant.person.clone()).collect();
        let person = self.s.pick(&own).filter(|_| self.s.percent(50)).cloned().unwrap_or(person);
        let units = (0..1 + self.s.below(3)).map(|_| self.unit(tenant.as_ref())).collect();
        let roles =
            self.world.policy.support.as_ref().map_or(&[][..], |support| support.roles.as_slice());
        let role = self.s.pick(roles).filter(|_| self.s.percent(93)).cloned();
        let role = role.unwrap_or_else(|| self.role_in(tenant.as_ref()));
        let until = self.s.percent(50).then(|| self.hours(2, 12));
        Command::OpenSupport { person, units, role, until }
    }

    fn close_support(&mut self) -> Command {
        let channel = self.world.policy.support.as_ref().map(|support| &support.channel);
        let open = self
            .world
            .grants
            .iter()
            .filter(|grant| channel.is_some() && grant.channel.as_ref() == channel);
        let open: Vec<Grant> = open.cloned().collect();
        let found = self.s.pick(&open).cloned();
        let tenant = found.as_ref().and_then(|grant| self.world.tenant_of(&grant.scope)).map(name);
        let tenant = tenant.unwrap_or_else(|| self.tenant());
        let people =
            found.iter().filter(|_| self.s.percent(60)).map(|grant| grant.person.clone()).collect();
        let units = match found.as_ref().map(|grant| &grant.scope) {
            Some(Scope::Unit(unit) | Scope::Subtree(unit)) if self.s.percent(60) => {
                vec![unit.clone()]
            }
            _ => (0..self.s.below(2)).map(|_| self.unit(Some(&tenant))).collect(),
        };
        Command::CloseSupport { tenant, people, units }
    }

    fn administrator(&mut self, tenant: &Name) -> Identifier {
        let role = self.world.policy.administration.administrator.as_ref();
        let holds = |grant: &&Grant| Some(&grant.role) == role && grant.scope == whole(tenant);
        let holders: Vec<Identifier> =
            self.world.grants.iter().filter(holds).map(|grant| grant.person.clone()).collect();
        match self.s.pick(&holders) {
            Some(holder) if self.s.percent(85) => holder.clone(),
            _ => self.person_of(tenant),
        }
    }

    fn command(&mut self, word: CommandWord) -> Command {
        match word {
            CommandWord::AddTenant
            | CommandWord::AddUnit
            | CommandWord::MoveUnit
            | CommandWord::CloseUnit => self.on_unit(word),
            CommandWord::Register
            | CommandWord::EditPerson
            | CommandWord::Suspend
            | CommandWord::Resume
            | CommandWord::RemovePerson
            | CommandWord::ErasePerson
            | CommandWord::RecordAffiliation
            | CommandWord::EndAffiliation => self.on_person(word),
            CommandWord::CreateGroup
            | CommandWord::MoveGroup
            | CommandWord::DeleteGroup
            | CommandWord::SetLeader
            | CommandWord::AddMembers
            | CommandWord::RemoveMembers => self.on_group(word),
            CommandWord::CreateGrid
            | CommandWord::EditGrid
            | CommandWord::DeleteGrid
            | CommandWord::Enrol
            | CommandWord::Unenrol => self.on_grid(word),
            CommandWord::CreateRole => {
                let (tenant, of) = (self.tenant(), self.role_name());
                Command::CreateRole(self.custom(tenant, of))
            }
            CommandWord::EditRole => match self.s.pick(&self.world.roles).cloned() {
                Some(old) => Command::EditRole(self.custom(old.tenant, old.name)),
                None => {
                    let (tenant, of) = (self.tenant(), self.role_name());
                    Command::CreateRole(self.custom(tenant, of))
                }
            },
            CommandWord::DeleteRole => match self.s.pick(&self.world.roles).cloned() {
                Some(old) if self.s.percent(60) => {
                    Command::DeleteRole { tenant: old.tenant, role: old.name }
                }
                _ => Command::DeleteRole { tenant: self.tenant(), role: name("reader") },
            },
            CommandWord::Revoke => Command::revoke(self.standing()),
            CommandWord::SetValidity => {
                let grant = self.standing();
                let (from, until) = self.interval();
                let from = if self.s.percent(50) { grant.from } else { from };
                Command::SetValidity { grant, from, until }
            }
            CommandWord::OpenSupport => self.open_support(),
            CommandWord::CloseSupport => self.close_support(),
            CommandWord::ImposeRestriction => Command::ImposeRestriction(self.restriction()),
            CommandWord::LiftRestriction => match self.s.pick(&self.world.restrictions).cloned() {
                Some(found) => {
                    let tenant = self.world.tenant_of(&found.scope).map(name);
                    Command::LiftRestriction { tenant, name: found.name }
                }
                None => Command::ImposeRestriction(self.restriction()),
            },
            CommandWord::ContractSeats
            | CommandWord::Bootstrap
            | CommandWord::ReplaceAdministrator
            | CommandWord::AttestAdministrator => self.tenant_matter(word),
            CommandWord::CarryOutPlan => self.carry_out(),
            CommandWord::OpenCampaign | CommandWord::Review | CommandWord::CloseCampaign => {
                self.on_campaign(word)
            }
            CommandWord::AskRole => {
                let grant = self.grant();
                let tenant = self.world.tenant_of(&grant.scope).map(name);
                let tenant = tenant.unwrap_or_else(|| self.tenant());
                let until = self.s.percent(40).then(|| self.hours(0, 4));
                Command::AskRole {
                    name: name(format!("q{}", self.s.below(8))),
                    tenant,
                    grant,
                    until,
                }
            }
            CommandWord::ApproveRequest => {
                let (tenant, request) = self.request();
                Command::ApproveRequest { tenant, request }
            }
            CommandWord::DenyRequest => {
                let (tenant, request) = self.request();
                Command::DenyRequest { tenant, request }
            }
            CommandWord::WithdrawRequest => {
                let (tenant, request) = self.request();
                Command::WithdrawRequest { tenant, request }
            }
            _ => Command::Grant { grants: vec![self.grant()], replacing: self.s.percent(15) },
        }
    }
}
