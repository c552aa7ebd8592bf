//! A random policy with rules of every sort, over a catalogue so small that they collide.

use std::collections::BTreeMap;

use alcada::{
    Name, Policy,
    admin::CommandWord,
    policy::{
        self, Ceiling, Eligibility, Extent, Guard, Pattern, Requirement, RequirementPlace,
        Revocation, Separation, Silence, SupportRules, Visit,
    },
};

use super::{name, names};
use crate::worlds::Source;

/// What every one of them has.
const COMMON: &str = r#"
version = 1
visions = ["city", "district", "school"]
affiliations = ["exercise", "loan"]
functions.users.actions = ["assign", "edit"]
functions.spend.actions = ["view", "pay", "release"]
functions.calls = { actions = ["listen"], leader-only = true }
functions.team.actions = ["escalate"]
unit-kinds.city.vision = "city"
unit-kinds.district.vision = "district"
unit-kinds.school.vision = "school"
unit-sets.offices = { kinds = ["city", "district"] }
unit-sets.odd.prefixes = ["a/1", "b/2"]
kinds.staff = {}
kinds.visitor = {}
roles.boss.permissions = ["users:*", "spend:*", "calls:*"]
roles.chief = { permissions = ["users:*", "spend:view"], includes = ["reader"] }
roles.reader.permissions = ["spend:view"]
roles.payer = { permissions = ["spend:pay"], includes = ["reader"] }
roles.releaser.permissions = ["spend:release"]
roles.listener = { permissions = ["calls:listen"], except = ["spend:view"] }
roles.technician = { permissions = ["spend:view", "spend:pay"], kinds = ["visitor"] }
roles.local = { permissions = ["spend:pay", "spend:view"], visions = ["district", "school"] }
roles.clerk.permissions = ["users:*"]
roles.dean = { permissions = ["users:assign", "team:escalate"] }
"#;

/// The one with this number.
pub fn policy(number: u64) -> policy::Document {
    let mut source = Source { raw: &[], seed: number, state: number };
    let s = &mut source;
    let mut policy =
        Policy::from_toml(COMMON).unwrap_or_else(|error| panic!("{error}")).document().clone();
    policy.channels = names(&["standard", "support"][..[0, 1, 2, 2][s.below(4)]]);
    if s.percent(30) {
        let channels = policy.channels.iter().rev().take(1).cloned().collect();
        policy.kinds.get_mut("visitor").unwrap().channels = channels;
    }
    if s.percent(40) {
        policy.roles.get_mut("local").unwrap().includes = names(&["releaser"]);
    }
    if s.percent(20) {
        policy.roles.get_mut("reader").unwrap().kinds = names(&["staff"]);
    }
    policy.revocation = Revocation {
        at_most: s.percent(40).then_some(1),
        affiliation_ended: true,
        standing_too: s.percent(50),
        visit: Some(Visit { roles: names(&["technician", "reader", "local"]), ..Visit::default() }),
        left: s.percent(50),
        unseen_days: Some(2),
        ..Revocation::default()
    };
    policy.review.silence = [Silence::Keep, Silence::Revoke][s.below(2)];
    if policy.channels.len() > 1 && s.percent(70) {
        let roles =
            s.some_of(&names(&["reader", "payer", "listener", "local", "chief", "clerk"]), 60);
        let support = SupportRules { channel: name("support"), roles };
        policy.support = Some(support).filter(|support| !support.roles.is_empty());
    }
    guards(&mut policy, s);
    eligibility(&mut policy, s);
    let roles: Vec<Name> = policy.roles.keys().cloned().collect();
    for _ in 0..s.below(3) {
        let ceiling = Ceiling {
            kinds: if s.percent(70) { names(&["visitor"]) } else { Vec::new() },
            visions: if s.percent(50) { s.some_of(&policy.visions, 40) } else { Vec::new() },
            permissions: [
                ["users:*", "spend:view"],
                ["*:view", "spend:pay"],
                ["spend:*", "users:assign"],
            ][s.below(3)]
            .iter()
            .map(|text| Pattern::parse(text).unwrap())
            .collect(),
        };
        if !ceiling.kinds.is_empty() || !ceiling.visions.is_empty() {
            policy.ceilings.push(ceiling);
        }
    }
    for set in 0..s.below(3) {
        let mut of = s.some_of(&names(&["payer", "releaser", "reader", "listener", "local"]), 60);
        if of.len() < 2 {
            of = names(&["payer", "releaser"]);
        }
        let at_most = 1 + u32::from(of.len() > 2 && s.percent(40));
        let per = if s.percent(50) { Extent::Unit } else { Extent::Tenant };
        policy.separation.push(Separation {
            name: name(format!("set{set}")),
            roles: of,
            at_most,
            per,
        });
    }
    let rules = &mut policy.administration;
    rules.administrator = s.percent(75).then(|| name(["boss", "dean", "chief"][s.below(3)]));
    rules.escalate = s.percent(35).then(|| name("team:escalate"));
    let reserved = ["spend:release", "team:*", "calls:*", "users:edit"];
    rules.reserved =
        s.some_of(&reserved, 30).iter().map(|text| Pattern::parse(text).unwrap()).collect();
    rules.exclusive = s.some_of(&names(&["technician", "technician", "releaser"][1..]), 45);
    for role in ["payer", "reader", "local", "boss"] {
        if s.percent(25) {
            let per = if s.percent(50) { Extent::Unit } else { Extent::Tenant };
            rules.seats.insert(name(role), per);
        }
    }
    let mut assigns: BTreeMap<Name, Vec<Name>> = BTreeMap::new();
    for role in ["boss", "chief", "reader", "dean"] {
        let may = if s.percent(35) { s.some_of(&roles, 30) } else { Vec::new() };
        if !may.is_empty() {
            assigns.insert(name(role), may);
        }
    }
    rules.assigns = assigns;
    policy
}

fn guards(policy: &mut policy::Document, s: &mut Source) {
    let mut assigning = Vec::new();
    let mut editing = Vec::new();
    let mut paying = Vec::new();
    for word in CommandWord::ALL {
        match s.below(16) {
            0 => {}
            1 => paying.push(name(word.as_str())),
            2..7 => editing.push(name(word.as_str())),
            _ => assigning.push(name(word.as_str())),
        }
    }
    if s.percent(40) {
        let commands = s.some_of(&assigning, 30);
        let row = Guard { commands, permission: name("spend:pay"), kinds: names(&["visitor"]) };
        policy.guards.extend(Some(row).filter(|row| !row.commands.is_empty()));
    }
    for (commands, permission) in
        [(paying, "spend:pay"), (editing, "users:edit"), (assigning, "users:assign")]
    {
        let row = Guard { commands, permission: name(permission), kinds: Vec::new() };
        policy.guards.extend(Some(row).filter(|row| !row.commands.is_empty()));
    }
}

fn eligibility(policy: &mut policy::Document, s: &mut Source) {
    if !s.percent(40) {
        return;
    }
    let roles: Vec<Name> = policy.roles.keys().cloned().collect();
    for _ in 0..1 + s.below(4) {
        let requires = s.percent(55).then(|| Requirement {
            affiliation: name(["exercise", "loan"][s.below(2)]),
            at: match s.below(4) {
                0 => RequirementPlace::Unit,
                1 => RequirementPlace::Set(name("offices")),
                _ => RequirementPlace::UnitOrBelow,
            },
        });
        policy.eligibility.push(Eligibility {
            working_at: if s.percent(50) { s.some_of(&policy.visions, 50) } else { Vec::new() },
            kinds: if s.percent(40) { names(&["staff"]) } else { Vec::new() },
            units: if s.percent(50) { s.some_of(&policy.visions, 60) } else { Vec::new() },
            roles: if s.percent(35) { s.some_of(&roles, 50) } else { Vec::new() },
            direct: requires.is_none() && s.percent(50),
            requires,
        });
    }
    if s.percent(60) {
        policy
            .eligibility
            .push(Eligibility { working_at: names(&["city"]), ..Eligibility::default() });
    }
}
