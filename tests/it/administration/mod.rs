//! The rows of the five systems that are about administration, each through commands
//! alone: under the policies of the examples, so that what those show is what is proven.

mod administrators;
mod alert_line;
mod child_care;
mod contact_centre;
pub mod desk;
mod entries;
mod escalation;
mod escalation_twice;
mod holes;
mod hours;
mod last_seat;
mod machine;
mod refusals;
mod regressions;
mod rulings;
mod school;
mod supplier;
mod support;

use alcada::{
    Actor, Authority, Command, DenyReason, Event, Facts, Grant, Identifier, Instant, Name,
    Permission, Policy, Registration, Request, Scope, Unit, admin::Rule, facts::InvalidName,
};

use crate::given::{day, name, person};

/// A system under a policy, at an instant that the test moves.
/// Why every command of these tests is issued.
const WHY: &str = "as the test wants it";

struct System {
    authority: Authority,
    now: Instant,
}

impl System {
    /// Without facts; the policy says nothing that is doubtful.
    fn under(policy: &str) -> System {
        let policy = Policy::from_toml(policy).unwrap_or_else(|error| panic!("{error}"));
        assert!(policy.warnings().is_empty(), "{:?}", policy.warnings());
        System { authority: Authority::in_memory(policy), now: day(1) }
    }

    /// The actor issues a command; accepted, it is on record, and every index agrees.
    fn execute(
        &self,
        actor: &Actor,
        command: &Command,
    ) -> Result<Vec<Event>, (Option<Identifier>, Rule)> {
        let before = self.authority.snapshot();
        let decided = before.decide(actor, command, WHY, self.now);
        match self.authority.execute(actor, command.clone(), WHY, self.now) {
            Ok(entry) => {
                assert_eq!(decided.as_ref(), Ok(&entry.events), "deciding and executing differ");
                assert_eq!(
                    (&entry.actor, entry.command.as_str()),
                    (actor, command.word().as_str())
                );
                self.authority.snapshot().verify().unwrap();
                Ok(entry.entry.events)
            }
            Err(error) => {
                let refusal = error.refusal().unwrap_or_else(|| panic!("{error}")).clone();
                assert_eq!(decided.as_ref(), Err(&refusal), "deciding and executing differ");
                assert_eq!(refusal.command, command.word());
                assert_eq!(
                    self.authority.revision(),
                    before.revision(),
                    "a refusal leaves no trace"
                );
                Err((refusal.subject, refusal.rule))
            }
        }
    }

    #[track_caller]
    fn does(&self, actor: impl Into<By>, command: impl Into<Command>) -> Vec<Event> {
        let (By(actor), command) = (actor.into(), command.into());
        let outcome = self.execute(&actor, &command);
        outcome.unwrap_or_else(|(subject, rule)| panic!("{command:?} for {subject:?}: {rule}"))
    }

    /// The rule that stands against it.
    #[track_caller]
    fn refuses(&self, actor: impl Into<By>, command: impl Into<Command>) -> Rule {
        self.refuses_of(actor, command).1
    }

    /// The rule that stands against it, and whom it concerns.
    #[track_caller]
    fn refuses_of(
        &self,
        actor: impl Into<By>,
        command: impl Into<Command>,
    ) -> (Option<Identifier>, Rule) {
        let (By(actor), command) = (actor.into(), command.into());
        self.execute(&actor, &command).expect_err("it is accepted")
    }

    /// The refusal that says: the permission is not held there.
    #[track_caller]
    fn is_not_permitted(
        &self,
        actor: impl Into<By>,
        command: impl Into<Command>,
        permission: &str,
        scope: Scope,
        reason: DenyReason,
    ) {
        let permission = name(permission);
        assert_eq!(self.refuses(actor, command), Rule::NotPermitted { permission, scope, reason });
    }

    #[track_caller]
    fn allows(&self, who: &str, permission: &str, target: At<'_>) {
        assert_eq!(self.reason(who, permission, target), None, "{who} {permission} {target:?}");
    }

    #[track_caller]
    fn denies(&self, who: &str, permission: &str, target: At<'_>, reason: DenyReason) {
        assert_eq!(
            self.reason(who, permission, target),
            Some(reason),
            "{who} {permission} {target:?}"
        );
    }

    fn reason(&self, who: &str, permission: &str, target: At<'_>) -> Option<DenyReason> {
        let request = target.of(Request::by(who).to(Permission::parse(permission).unwrap()));
        let explanation = self.authority.explain(&request, self.now);
        let decision = self.authority.check(&request, self.now);
        assert_eq!(explanation.decision, decision, "{explanation}");
        decision.reason()
    }

    /// The permissions of the whole catalogue that somebody has for a target.
    fn held(&self, who: &str, target: At<'_>) -> Vec<String> {
        let snapshot = self.authority.snapshot();
        let functions = &snapshot.policy().document().functions;
        let all = functions.iter().flat_map(|(name, function)| {
            function.actions.iter().map(move |action| format!("{name}:{action}"))
        });
        let mut held: Vec<String> =
            all.filter(|permission| self.reason(who, permission, target).is_none()).collect();
        held.sort();
        held
    }

    fn facts(&self) -> Facts {
        self.authority.snapshot().facts()
    }

    /// What somebody was granted.
    fn grants_of(&self, who: &str) -> Vec<Grant> {
        self.facts().grants.into_iter().filter(|grant| grant.person.as_str() == who).collect()
    }
}

/// What a check is aimed at, by the first channel or another.
#[derive(Clone, Copy, Debug)]
enum At<'a> {
    Unit(&'a str),
    About(&'a str),
    Anywhere,
    On(&'a str, &'a At<'a>),
}

impl At<'_> {
    fn of<'r>(&'r self, request: Request<'r>) -> Request<'r> {
        match self {
            At::Unit(unit) => request.in_unit(unit),
            At::About(person) => request.about(person),
            At::Anywhere => request.anywhere(),
            At::On(channel, target) => target.of(request).on_channel(channel),
        }
    }
}

/// An actor, or a principal by name.
struct By(Actor);

impl From<&str> for By {
    fn from(who: &str) -> By {
        By(Actor::user(who))
    }
}

impl From<Actor> for By {
    fn from(actor: Actor) -> By {
        By(actor)
    }
}

fn tenant(code: &str, kind: Option<&str>) -> Unit {
    Unit { code: name(code), kind: kind.map(name), parent: None, tenant: None }
}

fn registration(who: &str, tenant: &str, kind: &str) -> Registration {
    Registration {
        person: person(who),
        tenant: Some(name(tenant)),
        kind: Some(name(kind)),
        unit: None,
    }
}

/// A role over the whole of a tenant.
fn role(role: &str, who: &str, tenant: &str) -> Grant {
    given(Grant::role(role).to(who).in_and_below(tenant))
}

fn given(grant: Result<Grant, InvalidName>) -> Grant {
    grant.unwrap()
}

fn whole(tenant: &str) -> Scope {
    Scope::Subtree(name(tenant))
}

fn suspend(who: &str, tenant: &str) -> Command {
    Command::Suspend { person: person(who), tenant: Some(name(tenant)) }
}

fn resume(who: &str, tenant: &str) -> Command {
    Command::Resume { person: person(who), tenant: Some(name(tenant)) }
}

fn remove(who: &str, tenant: &str) -> Command {
    Command::RemovePerson { person: person(who), tenant: Some(name(tenant)) }
}

fn named(names: &[&str]) -> Vec<Name> {
    crate::given::names(names)
}
