//! Defects that random commands once found, each in as few facts as show it.

use alcada::{
    Actor, Command, Grant, Refusal, Registration, Scope,
    admin::{CommandWord, Rule},
    facts::{CustomRole, Place},
    policy::Role,
};

use crate::given::{
    Given, ask, day, members, name, names, on_person, on_role, own, patterns, person, subtree, unit,
};
use crate::oracle::Reason;

impl Given {
    fn host(&self, command: impl Into<Command>) -> Result<Given, Refusal> {
        self.commanded(&Actor::host(), command)
    }

    fn commanded(&self, actor: &Actor, command: impl Into<Command>) -> Result<Given, Refusal> {
        let events = self.snapshot.decide(actor, &command.into(), "", day(1))?;
        Ok(events.into_iter().fold(self.clone(), Given::and))
    }
}

/// T4, R33.
#[test]
fn a_role_that_includes_an_exclusive_one_is_not_in_its_own_way() {
    let given = Given::policy(
        "functions.f.actions = [\"a\", \"b\"]
         roles.alone.permissions = [\"f:a\"]
         roles.with = { permissions = [\"f:b\"], includes = [\"alone\"] }
         roles.other.permissions = [\"f:b\"]
         administration.exclusive = [\"alone\"]",
    );
    let given = given.tenant("t").person("x", "t");
    let early =
        given.host(Grant::role("other").to("x").until(day(3)).only_in("t").unwrap()).unwrap();
    let late = Grant::role("with").to("x").from(day(3)).only_in("t").unwrap();
    assert!(given.host(late.clone()).is_ok());
    assert!(early.host(late).is_ok(), "the other is over by then");
    assert!(early.host(Grant::role("with").to("x").from(day(2)).only_in("t").unwrap()).is_err());
}

/// R9, R31: whoever is registered by the command that makes them an administrator is no exception.
#[test]
fn a_newcomer_is_not_made_an_administrator_whom_a_ceiling_cuts() {
    let given = Given::policy(
        "functions.f.actions = [\"a\"]
         kinds = { staff = {}, visitor = {} }
         roles.chief.permissions = [\"f:a\"]
         ceilings = [{ kinds = [\"visitor\"], permissions = [] }]
         administration.administrator = \"chief\"",
    );
    let given = given.tenant("t");
    let newcomer =
        |kind: &str| Registration::of("x").unwrap().in_tenant("t").unwrap().of_kind(kind).unwrap();
    let refused = given.host(Command::Bootstrap(newcomer("visitor"))).err().unwrap();
    assert!(matches!(refused.rule, Rule::Ceiling { .. }), "{refused}");
    assert!(given.host(Command::Bootstrap(newcomer("staff"))).is_ok());
}

/// U2, R31: eligibility is for what administrators give, and would leave the tenant with one who
/// does not count.
#[test]
fn the_first_administrator_stands_whatever_eligibility_requires() {
    let given = Given::policy(
        "functions.f.actions = [\"a\"]
         visions = [\"v\"]
         unit-kinds.k.vision = \"v\"
         affiliations = [\"exercise\"]
         roles.chief.permissions = [\"f:a\"]
         guards = [{ commands = [\"bootstrap\"], permission = \"f:a\" }]
         eligibility = [{ requires = { affiliation = \"exercise\", at = \"unit\" } }]
         administration.administrator = \"chief\"",
    );
    let given = given.platform("supplier").grant(Grant::role("chief").to("supplier").everywhere());
    let given = given
        .unit_of("k", "t", "")
        .person("x", "t")
        .person("y", "t")
        .affiliated("x", "exercise", "t", None, None);
    for who in ["x", "y"] {
        let registration = Registration::of(who).unwrap().in_tenant("t").unwrap();
        let after =
            given.commanded(&Actor::user("supplier"), Command::Bootstrap(registration)).unwrap();
        let stands = Grant::role("chief").to(who).in_and_below("t").unwrap();
        assert!(after.snapshot.facts().grants.contains(&stands));
    }
}

/// A policy whose clerk may issue everything and holds nothing else.
fn with_clerk(more: &str) -> Given {
    let words: Vec<String> = CommandWord::ALL.iter().map(|word| format!("\"{word}\"")).collect();
    Given::policy(&format!(
        "functions.users.actions = [\"edit\"]
         functions.f.actions = [\"a\", \"b\"]
         functions.l = {{ actions = [\"a\"], leader-only = true }}
         roles.clerk.permissions = [\"users:edit\"]
         roles.doer.permissions = [\"f:a\", \"l:a\"]
         roles.bound.permissions = [\"f:b\"]
         roles.reader.permissions = [\"f:b\"]
         roles.twin.permissions = [\"f:a\", \"l:a\"]
         guards = [{{ commands = [{}], permission = \"users:edit\" }}]
         {more}",
        words.join(", ")
    ))
}

fn escalates(refused: Result<Given, Refusal>) {
    let refused = refused.err().expect("refused");
    assert!(matches!(refused.rule, Rule::Escalation { .. }), "{refused}");
}

/// X2: whoever places a person gives power over them to those who hold it there.
#[test]
fn nobody_is_pulled_to_where_the_actor_holds_more() {
    let given = with_clerk("").tenant("t").unit("t/1", "t").unit("t/2", "t");
    let given = given.person("clerk", "t").person_at("x", "t", "t/1").person("boss", "t");
    let given = given.grant(Grant::role("clerk").to("clerk").in_and_below("t"));
    let given = given.grant(Grant::role("doer").to("clerk").in_and_below("t/2"));
    let given = given.grant(Grant::role("clerk").to("boss").in_and_below("t"));
    let given = given.grant(Grant::role("doer").to("boss").in_and_below("t"));
    let place = Command::EditPerson {
        person: person("x"),
        tenant: Some(name("t")),
        kind: None,
        unit: Some(name("t/2")),
    };
    given.denies(ask("clerk", "f:a").about("x"), day(1), Reason::OtherScope);
    escalates(given.commanded(&Actor::user("clerk"), place.clone()));
    // Who reached them before gives what they hold; and no unit scope reaches what is for leaders.
    let after = given.commanded(&Actor::user("boss"), place).unwrap();
    after.allows(ask("clerk", "f:a").about("x"), day(1));
    after.denies(ask("clerk", "l:a").about("x"), day(1), Reason::OtherScope);
}

/// X2, R10: a restriction on a role binds those that include it; a role edit frees whoever holds
/// one.
#[test]
fn a_role_does_not_shed_a_restriction_by_including_less() {
    let given = with_clerk("").tenant("t").person("clerk", "t").person("x", "t");
    let role = |includes: &[&str]| Role {
        permissions: patterns(&["f:a"]),
        includes: names(includes),
        ..Role::default()
    };
    let given = given.role("t", "own", role(&["bound"])).restrict(on_role(
        "r",
        "bound",
        &["f:*"],
        subtree("t"),
    ));
    let given = given.grant(Grant::role("clerk").to("clerk").in_and_below("t"));
    let given = given.grant(Grant::role("own").to("x").in_and_below("t"));
    given.denies(ask("x", "f:a").in_unit("t"), day(1), Reason::RoleRestricted);
    let edit =
        Command::EditRole(CustomRole { tenant: name("t"), name: name("own"), role: role(&[]) });
    escalates(given.commanded(&Actor::user("clerk"), edit.clone()));
    let given = given.grant(Grant::role("doer").to("clerk").in_and_below("t"));
    given
        .commanded(&Actor::user("clerk"), edit)
        .unwrap()
        .allows(ask("x", "f:a").in_unit("t"), day(1));
}

/// X2, R10: a restriction of the platform binds every tenant's roles that include the restricted
/// one.
#[test]
fn lifting_one_of_the_platform_frees_the_roles_of_tenants() {
    let given = with_clerk("").tenant("t").platform("clerk").person("x", "t");
    let own =
        Role { permissions: patterns(&["f:a"]), includes: names(&["bound"]), ..Role::default() };
    let given =
        given.role("t", "own", own).restrict(on_role("r", "bound", &["f:a"], Scope::Everywhere));
    let given = given.grant(Grant::role("clerk").to("clerk").everywhere());
    let given = given.grant(Grant::role("own").to("x").in_and_below("t"));
    given.denies(ask("x", "f:a").in_unit("t"), day(1), Reason::RoleRestricted);
    let lift = Command::LiftRestriction { tenant: None, name: name("r") };
    escalates(given.commanded(&Actor::user("clerk"), lift));
}

/// X2, R12: whoever is removed leaves groups that shielded the records about them, and is known
/// elsewhere.
#[test]
fn nobody_is_removed_from_under_a_restriction_over_their_group() {
    let given = with_clerk("")
        .tenant("t")
        .tenant("u")
        .person("clerk", "t")
        .person("x", "t")
        .person("y", "t");
    let given = given.person("y", "u").group("t", "g", "", "", &["y"]);
    let given = given.grant(Grant::role("clerk").to("clerk").in_and_below("t"));
    let given = given.grant(Grant::role("doer").to("x").in_and_below("t"));
    let given = given.restrict(on_person("r", "x", &["f:a"], members("t", "g")));
    given.denies(ask("x", "f:a").record("t", "y"), day(1), Reason::Restricted);
    let remove = Command::RemovePerson { person: person("y"), tenant: Some(name("t")) };
    escalates(given.commanded(&Actor::user("clerk"), remove));
}

/// X2, R17: what is for leaders no unit scope has over people, and so none lets others have it.
#[test]
fn a_unit_scope_does_not_free_what_is_for_leaders() {
    let given = with_clerk("")
        .tenant("t")
        .person("clerk", "t")
        .person("x", "t")
        .person("y", "t")
        .platform("z");
    let given = given.group("t", "g", "", "x", &["y"]);
    let given = given.grant(Grant::role("clerk").to("clerk").in_and_below("t"));
    let given = given.grant(Grant::role("twin").to("clerk").in_and_below("t"));
    let led = given.clone().grant(Grant::role("doer").to("x").scoped(members("t", "g")));
    let actor = Actor::user("clerk");
    let lift = || Command::LiftRestriction { tenant: Some(name("t")), name: name("r") };
    // From a role, held over a group's people.
    let bound = led.clone().restrict(on_role("r", "doer", &["l:a"], subtree("t")));
    bound.allows(ask("x", "f:a").about("y"), day(1));
    bound.denies(ask("x", "l:a").about("y"), day(1), Reason::RoleRestricted);
    let unbound = given.clone().restrict(on_role("r", "reader", &["l:a"], subtree("t")));
    unbound.commanded(&actor, lift()).unwrap();
    escalates(bound.commanded(&actor, lift()));
    // From a person, who holds it everywhere.
    let everywhere = given.clone().person("z", "t").grant(Grant::role("doer").to("z").everywhere());
    escalates(
        everywhere.restrict(on_person("r", "z", &["l:a"], subtree("t"))).commanded(&actor, lift()),
    );
    // By a role edit.
    let role =
        |permissions: &[&str]| Role { permissions: patterns(permissions), ..Role::default() };
    let edit = |permissions: &[&str]| {
        Command::EditRole(CustomRole {
            tenant: name("t"),
            name: name("own"),
            role: role(permissions),
        })
    };
    let own = given.role("t", "own", role(&[]));
    own.commanded(&actor, edit(&["f:a", "l:a"])).unwrap();
    let held = own.grant(Grant::role("own").to("x").scoped(members("t", "g")));
    held.commanded(&actor, edit(&["f:a"])).unwrap();
    escalates(held.commanded(&actor, edit(&["f:a", "l:a"])));
}

/// X2, R2: who is at two units is reached by what is held over either, and cut by a restriction
/// over either.
#[test]
fn a_restriction_over_one_unit_is_about_people_of_another_too() {
    let given =
        with_clerk("affiliations = [\"loan\"]").tenant("t").unit("t/1", "t").unit("t/2", "t");
    let given = given.person("clerk", "t").person("x", "t");
    let given = given.person_at("y", "t", "t/1").affiliated("y", "loan", "t/2", None, None);
    let given = given.grant(Grant::role("clerk").to("clerk").in_and_below("t"));
    let bound = given.clone().grant(Grant::role("doer").to("x").in_and_below("t/2"));
    let bound = bound.restrict(on_person("r", "x", &["f:a"], unit("t/1")));
    bound.denies(ask("x", "f:a").about("y"), day(1), Reason::Restricted);
    let lift = Command::LiftRestriction { tenant: Some(name("t")), name: name("r") };
    escalates(bound.commanded(&Actor::user("clerk"), lift.clone()));
    // Whoever reaches them by that unit lets others reach them by the other.
    let bound = bound.grant(Grant::role("twin").to("clerk").in_and_below("t/1"));
    bound.commanded(&Actor::user("clerk").working_at("t/1"), lift).unwrap();
}

/// X2, R28: what somebody holds on a basis is no excuse for giving it to them without.
#[test]
fn a_dormant_grant_does_not_excuse_a_standing_one() {
    let given =
        with_clerk("affiliations = [\"loan\"]").tenant("t").person("clerk", "t").person("x", "t");
    let given = given.grant(Grant::role("clerk").to("clerk").in_and_below("t"));
    let resting =
        Grant::role("doer").to("x").while_affiliated(name("loan"), Place::Unit(name("t")));
    let given = given.grant(resting.clone().only_in("t"));
    let actor = Actor::user("clerk");
    escalates(given.commanded(&actor, Grant::role("doer").to("x").only_in("t").unwrap()));
    // Nor, having one over a unit, one over all below it.
    let given = given.grant(Grant::role("twin").to("clerk").only_in("t"));
    let give =
        |scope: Scope| given.commanded(&actor, Grant::role("twin").to("x").scoped(scope).unwrap());
    give(unit("t")).unwrap();
    escalates(give(subtree("t")));
}

/// X2: who leads some gives power over these, not over others.
#[test]
fn a_leader_covers_the_people_of_the_group_alone() {
    let given = with_clerk("").tenant("t").person("clerk", "t").person("x", "t").person("y", "t");
    let given = given.group("t", "g", "", "clerk", &["y"]);
    let given = given.grant(Grant::role("clerk").to("clerk").in_and_below("t"));
    let given = given.grant(Grant::role("twin").to("clerk").scoped(members("t", "g")));
    let give = |who: &str| {
        given
            .commanded(&Actor::user("clerk"), Grant::role("doer").to(who).scoped(own("t")).unwrap())
    };
    give("y").unwrap();
    escalates(give("x"));
}
