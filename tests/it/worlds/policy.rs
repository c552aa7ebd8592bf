//! A random policy, which is valid.

use alcada::{
    Name,
    policy::{
        self, Ceiling, Enforced, Extent, Function, IdentifierScheme, Kind, Pattern, Role,
        SupportRules, UnitKind, UnitSet,
    },
};

use super::{Source, name, names};

const ACTIONS: [&str; 3] = ["view", "edit", "sign off"];

pub fn policy(s: &mut Source, size: &dyn Fn(usize, u8) -> usize) -> policy::Document {
    s.section(0, 0);
    let mut policy = policy::Document { version: 1, ..policy::Document::default() };
    policy.visions = names(&["wide", "middle", "narrow"][..[0, 2, 3, 1][s.below(4)]]);
    policy.channels = names(&["standard", "support", "app"][..[0, 1, 2, 3][s.below(4)]]);
    policy.affiliations = names(&["exercise", "member", "guest"][..size(0, 3)]);
    for f in 0..2 + size(1, 3) {
        let actions = names(&ACTIONS[..1 + s.below(3)]);
        let leader_only = s.percent(20);
        policy.functions.insert(
            name(format!("f{f}")),
            Function { actions, leader_only, ..Function::default() },
        );
    }
    if policy.visions.is_empty() {
        for kind in &["office", "school"][..s.below(3)] {
            policy.unit_kinds.insert(name(kind), UnitKind { vision: None });
        }
    } else {
        for (i, kind) in ["office", "school", "annex", "depot"].iter().enumerate() {
            let vision = policy.visions.get(i).or(policy.visions.last()).cloned();
            policy.unit_kinds.insert(name(kind), UnitKind { vision });
        }
    }
    let unit_kinds: Vec<Name> = policy.unit_kinds.keys().cloned().collect();
    for set in ["central", "outer"] {
        let mut set_of = UnitSet {
            kinds: s.some_of(&unit_kinds, 50),
            prefixes: s.some_of(&names(&["a", "b", "a/1"]), 50),
        };
        if set_of.kinds.is_empty() && set_of.prefixes.is_empty() {
            set_of.prefixes = names(&["a"]);
        }
        policy.unit_sets.insert(name(set), set_of);
    }
    let channels = policy.channels.clone();
    for kind in &["staff", "numbered", "outsider"][..s.below(4)] {
        let identifier =
            if *kind == "numbered" { IdentifierScheme::Digits(3) } else { IdentifierScheme::Any };
        let channels = if s.percent(30) { s.some_of(&channels, 60) } else { Vec::new() };
        policy.kinds.insert(name(kind), Kind { identifier, channels });
    }
    let kinds: Vec<Name> = policy.kinds.keys().cloned().collect();
    for role in 0..2 + size(2, 5) {
        s.section(0, 1 + role as u64);
        let count = 1 + s.below(3);
        let permissions = patterns(&policy, s, count);
        let earlier: Vec<Name> = policy.roles.keys().cloned().collect();
        let includes = s.some_of(&earlier, 35);
        let except =
            if s.percent(30) { pattern(&policy, s).into_iter().collect() } else { Vec::new() };
        let visions = if s.percent(20) { s.some_of(&policy.visions, 60) } else { Vec::new() };
        let kinds = if s.percent(15) { s.some_of(&kinds, 60) } else { Vec::new() };
        let role_of = Role { label: None, permissions, includes, except, visions, kinds };
        policy.roles.insert(name(format!("r{role}")), role_of);
    }
    s.section(0, 200);
    for role in policy.roles.keys() {
        if s.percent(25) {
            let per_unit = s.percent(50) && !policy.unit_kinds.is_empty();
            let per = if per_unit { Extent::Unit } else { Extent::Tenant };
            policy.administration.seats.insert(role.clone(), per);
        }
    }
    if s.percent(8) {
        policy.hours.enforced = Enforced::SignIn;
    }
    let roles: Vec<Name> = policy.roles.keys().cloned().collect();
    if policy.channels.len() > 1 && s.percent(40) {
        let roles = s.some_of(&policy.roles.keys().cloned().collect::<Vec<Name>>(), 50);
        let channel = policy.channels[1 + s.below(policy.channels.len() - 1)].clone();
        policy.support =
            Some(SupportRules { channel, roles }).filter(|support| !support.roles.is_empty());
    }
    policy.administration.administrator = s.percent(40).then(|| s.pick(&roles).cloned()).flatten();
    for ceiling in 0..size(3, 3).saturating_sub(1) {
        s.section(0, 100 + ceiling as u64);
        let count = 2 + s.below(4);
        policy.ceilings.push(Ceiling {
            kinds: s.some_of(&kinds, 40),
            visions: s.some_of(&policy.visions, 40),
            permissions: patterns(&policy, s, count),
        });
    }
    policy
}

/// A pattern that matches something of the catalogue.
pub fn pattern(policy: &policy::Document, s: &mut Source) -> Option<Pattern> {
    let functions: Vec<&Name> = policy.functions.keys().collect();
    let function = *s.pick(&functions)?;
    let action = s.pick(&policy.functions[function].actions)?;
    let text = match s.below(6) {
        0 | 1 => format!("{function}:*"),
        2 => format!("*:{action}"),
        3 => "*:*".to_owned(),
        _ => format!("{function}:{action}"),
    };
    Pattern::parse(text).ok()
}

/// So many patterns at most, each once.
fn patterns(policy: &policy::Document, s: &mut Source, count: usize) -> Vec<Pattern> {
    let mut patterns: Vec<Pattern> = (0..count).filter_map(|_| pattern(policy, s)).collect();
    patterns.sort();
    patterns.dedup();
    patterns
}
