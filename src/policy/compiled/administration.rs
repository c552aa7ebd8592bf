//! What a policy says of administration: how it is numbered, and the questions about it.

use fixedbitset::FixedBitSet;

use super::policy::Policy;
use super::rules::{
    AdministrationRules, EligibilityRules, GuardRules, RequirementAt, RequirementRules,
    SeparationRules,
};
use crate::model::{CommandWord, Name, Permission};
use crate::policy::document::{Extent, RequirementPlace};
use crate::store::{Order, PermissionId, RoleId};

impl AdministrationRules {
    /// Numbers what the document of a policy says of administration. The policy's other words must
    /// be numbered, and its roles worked out.
    pub(crate) fn of(policy: &Policy) -> AdministrationRules {
        let document = policy.document();
        let permission =
            |name: &Name| Permission::parse(name).ok().and_then(|wanted| policy.permission(wanted));
        let kinds = |names: &[Name]| -> Vec<u16> {
            names.iter().filter_map(|name| policy.kind(name)).collect()
        };
        let visions = |names: &[Name]| -> Vec<u8> {
            names.iter().filter_map(|name| policy.vision(name)).collect()
        };
        let roles = |names: &[Name]| -> Vec<RoleId> {
            let mut ids: Vec<RoleId> = names.iter().filter_map(|name| policy.role(name)).collect();
            ids.order();
            ids.dedup();
            ids
        };
        let mut guards: Vec<Vec<GuardRules>> =
            CommandWord::ALL.iter().map(|_| Vec::new()).collect();
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
                Some(RequirementRules {
                    affiliation: policy.affiliation(&requirement.affiliation)?,
                    at,
                })
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
        let mut tracked: FixedBitSet = administrator.iter().map(|&role| role.index()).collect();
        for (name, extent) in &written.seats {
            let Some(role) = policy.role(name) else { continue };
            tracked.grow_and_insert(role.index());
            if let Some(seat) = seats.get_mut(role.index()) {
                *seat = Some(*extent);
            }
        }
        for (name, assigned) in &written.assigns {
            if let Some(slot) = policy.role(name).and_then(|role| assigns.get_mut(role.index())) {
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
            exclusive: roles(&written.exclusive).into_iter().map(|role| role.index()).collect(),
            seats,
            assigns,
            tracked,
        }
    }
}

impl Policy {
    /// The permission that a command takes for a subject of this kind, which is that of the first
    /// guard that names the command and fits the kind. Guards that list kinds fit no command
    /// without a subject. `None` if no guard fits.
    ///
    /// O(guards that name the command).
    pub(crate) fn guard(&self, word: CommandWord, kind: Option<u16>) -> Option<PermissionId> {
        let fits = |row: &&GuardRules| {
            row.kinds.is_empty() || kind.is_some_and(|kind| row.kinds.contains(&kind))
        };
        let rows = self.administration().guards.get(word as usize)?;
        rows.iter().find(fits).map(|row| row.permission)
    }

    /// The permissions that a command takes for subjects of any kind, in the order of the guards.
    pub(crate) fn guards_of(&self, word: CommandWord) -> impl Iterator<Item = PermissionId> + '_ {
        self.administration()
            .guards
            .get(word as usize)
            .into_iter()
            .flatten()
            .map(|row| row.permission)
    }

    /// The rows of eligibility. If there are any, a grant by a command must match one of them.
    pub(crate) fn eligibility(&self) -> &[EligibilityRules] {
        &self.administration().eligibility
    }

    /// The sets of roles of which one person may hold only so many.
    pub(crate) fn separations(&self) -> &[SeparationRules] {
        &self.administration().separations
    }

    /// The built-in role whose last holder in a tenant cannot lose it. `None` if there is no such
    /// rule.
    pub(crate) fn administrator(&self) -> Option<RoleId> {
        self.administration().administrator
    }

    /// The permission whose holders may give what they do not hold. `None` if nobody may.
    pub(crate) fn escalate(&self) -> Option<PermissionId> {
        self.administration().escalate
    }

    /// The permissions that no role of a tenant's own making may contain.
    pub(crate) fn reserved(&self) -> &FixedBitSet {
        &self.administration().reserved
    }

    /// Whether holders of a role may hold no other role in the tenant. It tells of this role alone,
    /// not of roles that include it: the caller walks those.
    pub(crate) fn is_exclusive(&self, role: RoleId) -> bool {
        self.administration().exclusive.contains(role.index())
    }

    /// Within what the holders of a role are counted against contracted seats. `None` if the role
    /// takes no seats.
    pub(crate) fn seats(&self, role: RoleId) -> Option<Extent> {
        self.administration().seats.get(role.index()).copied().flatten()
    }

    /// The roles that holders of a role may give without holding what is in them, sorted. It tells
    /// of this role alone, not of roles that it includes: the caller walks those.
    pub(crate) fn assigns(&self, role: RoleId) -> &[RoleId] {
        self.administration().assigns.get(role.index()).map_or(&[], Vec::as_slice)
    }

    /// Whether there are any roles that may not be held together.
    pub(crate) fn has_constraints(&self) -> bool {
        !self.administration().separations.is_empty() || !self.administration().exclusive.is_clear()
    }

    /// Whether a role is exclusive or belongs to a separation.
    pub(crate) fn is_constrained(&self, role: RoleId) -> bool {
        self.is_exclusive(role) || self.separations().iter().any(|set| set.roles.contains(&role))
    }

    /// Whether the facts keep, by tenant, who holds a role: they do for seated roles and for the
    /// administrator's.
    pub(crate) fn is_tracked(&self, role: RoleId) -> bool {
        self.administration().tracked.contains(role.index())
    }
}
