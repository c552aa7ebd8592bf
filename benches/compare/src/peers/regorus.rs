//! regorus: the rules in Rego, the facts in `data`, compiled for its virtual machine;
//! and the same in its interpreter.

use std::collections::BTreeMap;

use ::regorus::languages::rego::compiler::Compiler;
use ::regorus::rvm::vm::RegoVM;
use ::regorus::{Engine, Value};

use super::{Given, Names, Peer, chain, given};
use crate::support::city::World;

/// A person's grants are found by key, a role's permissions and the units above a
/// unit are objects: OPA's guide calls it "use objects over arrays".
const RULES: &str = "
package authz

default allow := false

allow if {
    some grant in data.grants[input.person]
    covers(grant)
    data.roles[grant.role][input.permission]
}

covers(grant) if grant.unit == input.unit

covers(grant) if {
    grant.below
    data.above[input.unit][grant.unit]
}
";

const ALLOW: &str = "data.authz.allow";

fn engine() -> Engine {
    let mut engine = Engine::new();
    engine.add_policy("authz.rego".to_owned(), RULES.to_owned()).expect("the rules are valid");
    engine
}

fn object<K: Into<Value>>(entries: impl IntoIterator<Item = (K, Value)>) -> Value {
    Value::from(
        entries
            .into_iter()
            .map(|(key, value)| (key.into(), value))
            .collect::<BTreeMap<Value, Value>>(),
    )
}

fn facts(world: &World) -> Value {
    let mut grants: BTreeMap<Value, Value> = BTreeMap::new();
    for grant in given(world) {
        let held = grants.entry(grant.person.as_str().into()).or_insert_with(Value::new_array);
        held.as_array_mut().expect("an array").push(row(&grant));
    }
    let roles = world.roles.iter().map(|role| {
        let permissions = role.permissions.iter();
        let listed =
            permissions.map(|&p| (world.permissions[usize::from(p)].as_str(), Value::from(true)));
        (role.name.as_str(), object(listed))
    });
    let above = (0..world.units.len() as u32).map(|unit| {
        let chain = chain(world, unit);
        (chain[0].to_owned(), object(chain.into_iter().map(|code| (code, Value::from(true)))))
    });
    object([("grants", Value::from(grants)), ("roles", object(roles)), ("above", object(above))])
}

fn row(grant: &Given) -> Value {
    object([
        ("role", Value::from(grant.role.as_str())),
        ("unit", Value::from(grant.unit.as_str())),
        ("below", Value::from(grant.below)),
    ])
}

fn input((person, permission, unit): Names<'_>) -> Value {
    object([
        ("person", Value::from(person)),
        ("permission", permission.as_str().into()),
        ("unit", unit.into()),
    ])
}

fn add(facts: &mut Value, grant: &Given) {
    let grants =
        facts.as_object_mut().expect("an object").get_mut(&Value::from("grants")).expect("grants");
    let held =
        grants.as_object_mut().expect("an object").get_mut(&Value::from(grant.person.as_str()));
    held.expect("everyone holds something").as_array_mut().expect("an array").push(row(grant));
}

/// The virtual machine, kept and used again.
pub struct Machine {
    machine: RegoVM,
    facts: Value,
}

impl Machine {
    pub fn new(world: &World) -> Machine {
        let compiled = engine().compile_with_entrypoint(&ALLOW.into()).expect("the rule compiles");
        let program =
            Compiler::compile_from_policy(&compiled, &[ALLOW]).expect("for the machine too");
        let mut machine = RegoVM::new();
        machine.load_program(program);
        machine.set_max_instructions(usize::MAX);
        let facts = facts(world);
        machine.set_data(facts.clone()).expect("facts and rules do not collide");
        Machine { machine, facts }
    }
}

impl Peer for Machine {
    fn check(&mut self, ask: Names<'_>) -> bool {
        self.machine.set_input(input(ask));
        self.machine.execute().expect("the rule runs") == Value::from(true)
    }

    /// The machine lets go of the facts first, so that they change in place: nobody
    /// can ask meanwhile.
    fn grant(&mut self, grant: &Given) {
        self.machine.set_data(Value::new_object()).expect("no facts at all");
        add(&mut self.facts, grant);
        self.machine.set_data(self.facts.clone()).expect("facts and rules do not collide");
    }
}

/// The interpreter.
pub struct Interpreter {
    engine: Engine,
    facts: Value,
}

impl Interpreter {
    pub fn new(world: &World) -> Interpreter {
        let mut engine = engine();
        let facts = facts(world);
        engine.add_data(facts.clone()).expect("the facts are an object");
        Interpreter { engine, facts }
    }
}

impl Peer for Interpreter {
    fn check(&mut self, ask: Names<'_>) -> bool {
        self.engine.set_input(input(ask));
        self.engine.eval_rule(ALLOW.to_owned()).expect("the rule runs") == Value::from(true)
    }

    fn grant(&mut self, grant: &Given) {
        self.engine.clear_data();
        add(&mut self.facts, grant);
        self.engine.add_data(self.facts.clone()).expect("the facts are an object");
    }
}
