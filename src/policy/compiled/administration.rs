//! What a policy says of administration, its words numbered.

use fixedbitset::FixedBitSet;

use super::policy::Policy;
use super::rules::{
    AdministrationRules, EligibilityRules, GuardRules, RequirementAt, RequirementRules, SeparationRules,
};
use crate::model::{CommandWord, Name, Permission};
use crate::policy::document::{Extent, RequirementPlace};

impl AdministrationRules {
    /// Numbers what the policy's document says, once its other words are numbered.
    pub(crate) fn of(policy: &Policy) -> AdministrationRules {
        let document = policy.document();
        let permission = |name: &Name| Permission::parse(name).ok().and_then(|wanted| policy.permission(wanted));
        let kinds = |names: &[Name]| -> Vec<u16> { names.iter().filter_map(|name| policy.kind(name)).collect() };
        let visions = |names: &[Name]| -> Vec<u8> { names.iter().filter_map(|name| policy.vision(name)).collect() };
        let roles = |names: &[Name]| -> Vec<u32> {
            let mut ids: Vec<u32> = names.iter().filter_map(|name| policy.role(name)).collect();
            ids.sort_unstable();
            ids.dedup();
            ids
        };
        let mut guards: Vec<Vec<GuardRules>> = CommandWord::ALL.iter().map(|_| Vec::new()).collect();
        for guard in &document.guards {
            let Some(permission) = permission(&guard.permission) else { continue };
            for word in guard.commands.iter().filter_map(|word| CommandWord::named(word)) {
                if let Some(rows) = guards.get_mut(word as usize) {
                    rows.push(GuardRules { kinds: kinds(&guard.kinds), permission });
                }
            }
        }
        let eligibility = document.eligibility.iter().map(|row| EligibilityRules {
            working_at: visions(&row.working_at),
            kinds: kinds(&row.kinds),
            units: visions(&row.units),
            roles: roles(&row.roles),
            requires: row.requires.as_ref().and_then(|requirement| {
                let at = match &requirement.at {
                    RequirementPlace::Unit => RequirementAt::Unit,
                    RequirementPlace::UnitOrBelow => RequirementAt::UnitOrBelow,
                    RequirementPlace::Set(set) => RequirementAt::Set(policy.unit_set(set)?),
                };
                Some(RequirementRules { affiliation: policy.affiliation(&requirement.affiliation)?, at })
            }),
            direct: row.direct,
        });
        let separations = document.separation.iter().map(|set| SeparationRules {
            name: set.name.clone(),
            roles: roles(&set.roles),
            at_most: usize::try_from(set.at_most).unwrap_or(usize::MAX),
            per: set.per,
        });
        let written = &document.administration;
        let mut seats = vec![None; policy.roles().len()];
        let mut assigns = vec![Vec::new(); policy.roles().len()];
        let administrator = written.administrator.as_ref().and_then(|name| policy.role(name));
        let mut tracked: FixedBitSet = administrator.iter().map(|&role| role as usize).collect();
        for (name, extent) in &written.seats {
            let Some(role) = policy.role(name) else { continue };
            tracked.grow_and_insert(role as usize);
            if let Some(seat) = seats.get_mut(role as usize) {
                *seat = Some(*extent);
            }
        }
        for (name, assigned) in &written.assigns {
            if let Some(slot) = policy.role(name).and_then(|role| assigns.get_mut(role as usize)) {
                *slot = roles(assigned);
            }
        }
        AdministrationRules {
            guards,
            eligibility: eligibility.collect(),
            separations: separations.collect(),
            administrator,
            escalate: written.escalate.as_ref().and_then(permission),
            reserved: policy.expand(&written.reserved),
            exclusive: roles(&written.exclusive).into_iter().map(|role| role as usize).collect(),
            seats,
            assigns,
            tracked,
        }
    }
}

impl Policy {
    /// The permission that a command takes for a subject of this kind (ruling R26):
    /// of the first row that names it and fits the kind. Rows that list kinds fit no
    /// command without a subject. O(rows that name the command).
    pub(crate) fn guard(&self, word: CommandWord, kind: Option<u16>) -> Option<u32> {
        let fits = |row: &&GuardRules| row.kinds.is_empty() || kind.is_some_and(|kind| row.kinds.contains(&kind));
        let rows = self.administration().guards.get(word as usize)?;
        rows.iter().find(fits).map(|row| row.permission)
    }

    /// The permissions that a command takes, for whatever kind of subject, in the order of the rows.
    pub(crate) fn guards_of(&self, word: CommandWord) -> impl Iterator<Item = u32> + '_ {
        self.administration().guards.get(word as usize).into_iter().flatten().map(|row| row.permission)
    }

    /// The rows of which a grant must match one, if there are any (ruling R16).
    pub(crate) fn eligibility(&self) -> &[EligibilityRules] {
        &self.administration().eligibility
    }

    /// The sets of roles of which nobody holds too many (ruling R33).
    pub(crate) fn separations(&self) -> &[SeparationRules] {
        &self.administration().separations
    }

    /// The built-in role of which each tenant keeps a holder (ruling R31).
    pub(crate) fn administrator(&self) -> Option<u32> {
        self.administration().administrator
    }

    /// The permission that lifts requirement X2 where it is held.
    pub(crate) fn escalate(&self) -> Option<u32> {
        self.administration().escalate
    }

    /// The permissions that no custom role may contain (ruling R11).
    pub(crate) fn reserved(&self) -> &FixedBitSet {
        &self.administration().reserved
    }

    /// Whether a role excludes every other in its tenant (requirement T4). Of that
    /// role itself: the caller walks what includes it.
    pub(crate) fn is_exclusive(&self, role: u32) -> bool {
        self.administration().exclusive.contains(role as usize)
    }

    /// Within what the holders of a role are counted against a contract (ruling R32).
    pub(crate) fn seats(&self, role: u32) -> Option<Extent> {
        self.administration().seats.get(role as usize).copied().flatten()
    }

    /// The roles that holders of a role may give without holding what is in them
    /// (ruling R28), sorted. Of that role itself: the caller walks what it includes.
    pub(crate) fn assigns(&self, role: u32) -> &[u32] {
        self.administration().assigns.get(role as usize).map_or(&[], Vec::as_slice)
    }

    /// Whether anything may not be held together with something else.
    pub(crate) fn has_constraints(&self) -> bool {
        !self.administration().separations.is_empty() || !self.administration().exclusive.is_clear()
    }

    /// Whether a role excludes others, or is of a set that is kept apart.
    pub(crate) fn is_constrained(&self, role: u32) -> bool {
        self.is_exclusive(role) || self.separations().iter().any(|set| set.roles.contains(&role))
    }

    /// Whether the state keeps who holds a role by tenant: it is seated, or the administrator's.
    pub(crate) fn is_tracked(&self, role: u32) -> bool {
        self.administration().tracked.contains(role as usize)
    }
}
