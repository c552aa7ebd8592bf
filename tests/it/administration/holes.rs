//! What random campaigns once found, each in as few facts as show it.

use alcada::{Actor, Command, Grant, Refusal, Registration, Rule};

use crate::given::{Given, day};

impl Given {
    fn host(&self, command: impl Into<Command>) -> Result<Given, Refusal> {
        self.commanded(&Actor::host(), command)
    }

    fn commanded(&self, actor: &Actor, command: impl Into<Command>) -> Result<Given, Refusal> {
        let events = self.snapshot.decide(actor, &command.into(), day(1))?;
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
    let early = given.host(Grant::role("other").to("x").until(day(3)).only_in("t").unwrap()).unwrap();
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
    let newcomer = |kind: &str| Registration::of("x").unwrap().in_tenant("t").unwrap().of_kind(kind).unwrap();
    let refused = given.host(Command::Bootstrap(newcomer("visitor"))).err().unwrap();
    assert!(matches!(refused.rule, Rule::Ceiling { .. }), "{refused}");
    assert!(given.host(Command::Bootstrap(newcomer("staff"))).is_ok());
}

/// U2, R31: eligibility is for what administrators give, and would leave the tenant with one who does not count.
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
    let given =
        given.unit_of("k", "t", "").person("x", "t").person("y", "t").affiliated("x", "exercise", "t", None, None);
    for who in ["x", "y"] {
        let registration = Registration::of(who).unwrap().in_tenant("t").unwrap();
        let after = given.commanded(&Actor::user("supplier"), Command::Bootstrap(registration)).unwrap();
        let stands = Grant::role("chief").to(who).in_and_below("t").unwrap();
        assert!(after.snapshot.facts().grants.contains(&stands));
    }
}
