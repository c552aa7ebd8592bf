//! Who may be given what by whom: the policy's rows, asked for one grant (ruling R16).

use super::refusal::{Rule, Wanting};
use super::standing::Standing;
use crate::model::{Basis, Grant, Name, Place};
use crate::policy::{EligibilityRules, RequirementAt, RequirementRules};
use crate::state::{BasisId, GrantId, PlaceId, ScopeId, State};

impl Standing<'_> {
    /// The basis that a grant takes, by the first row that fits. Without any rows, and
    /// for the host, it is the one asked for.
    pub(super) fn basis(&self, grant: &Grant, id: GrantId) -> Result<Basis, Rule> {
        let rows = self.state.policy.eligibility();
        if rows.is_empty() || self.is_host() {
            return Ok(grant.basis.clone());
        }
        let vision = self.vision(self.state.tenant_of(id.scope));
        let mut wanting = Vec::new();
        for row in rows.iter().filter(|row| self.state.fits_row(row, vision, id)) {
            let basis = match &row.requires {
                None if row.direct => Basis::Direct,
                None => Basis::Standing,
                Some(requirement) => match self.state.required(requirement, id.scope) {
                    None => continue,
                    Some((basis, named)) => {
                        if !self.state.rests_now(basis, id, self.at) {
                            let Basis::Affiliation { kind, place } = named else { continue };
                            wanting.push(Wanting { affiliation: kind, place });
                            continue;
                        }
                        named
                    }
                },
            };
            match (&grant.basis, &basis) {
                // Whoever asks for a narrower basis than the row's gets it.
                (Basis::Affiliation { .. }, Basis::Standing) => return Ok(grant.basis.clone()),
                (asked, row) if asked == row || *asked == Basis::Standing => return Ok(basis),
                _ => {}
            }
        }
        wanting.dedup();
        Err(Rule::NotEligible { role: grant.role.clone(), scope: grant.scope.clone(), wanting })
    }
}

impl State {
    fn fits_row(&self, row: &EligibilityRules, vision: u8, id: GrantId) -> bool {
        let at_unit = || match id.scope {
            ScopeId::Unit(unit) | ScopeId::Subtree(unit) => {
                row.units.contains(&self.policy.vision_of(self.unit_kind(unit)))
            }
            _ => false,
        };
        (row.working_at.is_empty() || row.working_at.contains(&vision))
            && (row.kinds.is_empty() || row.kinds.contains(&id.kind))
            && (row.roles.is_empty() || row.roles.contains(&id.role))
            && (row.units.is_empty() || at_unit())
    }

    /// The basis that a requirement makes at a scope, by ids and by names; none: the scope has no unit to ask it of.
    fn required(&self, requirement: &RequirementRules, scope: ScopeId) -> Option<(BasisId, Basis)> {
        let unit = match scope {
            ScopeId::Unit(unit) | ScopeId::Subtree(unit) => Some(unit),
            _ => None,
        };
        let (place, named) = match requirement.at {
            RequirementAt::Unit => (PlaceId::Unit(unit?), Place::Unit(self.unit_names.name(unit?))),
            RequirementAt::UnitOrBelow => (PlaceId::Subtree(unit?), Place::Subtree(self.unit_names.name(unit?))),
            RequirementAt::Set(set) => (PlaceId::Set(set), Place::Set(self.policy.unit_set_name(set)?.clone())),
        };
        let kind: Name = self.policy.affiliation_name(requirement.affiliation)?.clone();
        let basis = BasisId { kind: requirement.affiliation, place };
        Some((basis, Basis::Affiliation { kind, place: named }))
    }

    /// Whether the subject has such an affiliation when the grant begins, and not before now.
    fn rests_now(&self, basis: BasisId, id: GrantId, at: i64) -> bool {
        let tenant = self.tenant_of(id.scope);
        let at = at.max(id.detail.from);
        let affiliations = self.person(id.person).map(|person| person.affiliations()).unwrap_or_default();
        affiliations.iter().any(|affiliated| affiliated.contains(at) && self.rests_on(basis, tenant, affiliated))
    }
}

/// What a role says of where and by whom it may be held, and what a ceiling would cut
/// (contract D13, rulings R8, R9).
pub(super) fn fits(state: &State, id: GrantId) -> Result<(), Rule> {
    let Some(rules) = state.role(id.role) else { return Ok(()) };
    let policy = &state.policy;
    let vision = state.vision_of(id.scope);
    let role = || rules.name.clone();
    if !rules.fits_vision(vision) {
        let visions = rules.role.visions.clone();
        return Err(Rule::Vision { role: role(), vision: policy.vision_name(vision).cloned(), visions });
    }
    if !rules.fits_kind(id.kind) {
        let kind = policy.kinds().get(usize::from(id.kind)).map(|kind| kind.name.clone());
        return Err(Rule::Kind { role: role(), kind, kinds: rules.role.kinds.clone() });
    }
    let mut cut = rules.uncut.clone();
    cut.difference_with(&policy.cut(&rules.uncut, id.kind, vision));
    if !cut.is_clear() {
        let cut = cut.ones().map(|permission| policy.permission_names().name(permission as u32)).collect();
        return Err(Rule::Ceiling { role: role(), cut });
    }
    Ok(())
}
