//! Eligibility: which roles may be given to whom, from where, and on what basis (R16); and whether
//! a grant fits its role.

use super::issuer::Issuer;
use crate::admin::refusal::{Rule, Wanting};
use crate::facts::{BasisId, GrantId, PlaceId, ScopeId, State};
use crate::model::{Basis, Grant};
use crate::policy::{EligibilityRules, RequirementAt};
use crate::store::{ChannelId, PermissionId, PersonId, ids};

/// What the rows of eligibility are asked about.
#[derive(Clone, Copy)]
pub(in crate::admin) struct EligibilityQuery {
    /// The vision of the unit that the operator works at.
    pub(in crate::admin) vision: u8,
    /// The person who would get the grant, and that person's kind.
    pub(in crate::admin) person: PersonId,
    pub(in crate::admin) kind: u16,
    pub(in crate::admin) scope: ScopeId,
    /// The instant at which the grant would begin (microseconds).
    pub(in crate::admin) at: i64,
}

impl Issuer<'_> {
    /// The basis that a grant gets from the first row that fits. A row marked `direct` fits only a
    /// grant that is asked for directly. Without any row, and for the host, the grant keeps the
    /// basis that it asks for.
    pub(in crate::admin) fn basis(&self, grant: &Grant, id: GrantId) -> Result<Basis, Rule> {
        let rows = self.state.policy.eligibility();
        if rows.is_empty() || self.is_host() {
            return Ok(grant.basis.clone());
        }
        let state = self.state;
        let vision = self.vision(state.tenant_of(id.scope));
        let at = self.at.max(id.detail.from);
        let query =
            EligibilityQuery { vision, kind: id.kind, scope: id.scope, person: id.person, at };
        let (mut wanting, mut direct) = (Vec::new(), false);
        for row in rows.iter().filter(|row| row.roles.is_empty() || row.roles.contains(&id.role)) {
            let Some(basis) = state.basis_by_row(row, query, &mut wanting) else { continue };
            match (&grant.basis, &basis) {
                // A direct grant must be asked for explicitly, so that nobody gives one by mistake.
                (Basis::Standing, Basis::Direct) => direct = true,
                // A grant that an affiliation entitles to ends with the affiliation, even if it was
                // asked for directly.
                (Basis::Direct, Basis::Affiliation { .. }) => return Ok(basis),
                // A grant may ask for a narrower basis than the row gives.
                (Basis::Affiliation { .. }, Basis::Standing) => return Ok(grant.basis.clone()),
                (wanted, row) if wanted == row || *wanted == Basis::Standing => return Ok(basis),
                _ => {}
            }
        }
        Err(Rule::NotEligible {
            role: grant.role.clone(),
            scope: Box::new(grant.scope.clone()),
            wanting,
            direct,
        })
    }

    /// The basis that a grant of some role could get at a unit. `Err` lists the affiliations with
    /// any of which it could.
    pub(in crate::admin) fn basis_at_unit(
        &self,
        query: EligibilityQuery,
    ) -> Result<Basis, Vec<Wanting>> {
        let rows = self.state.policy.eligibility();
        if rows.is_empty() || self.is_host() {
            return Ok(Basis::Standing);
        }
        let mut wanting = Vec::new();
        let mut fitting =
            rows.iter().filter_map(|row| self.state.basis_by_row(row, query, &mut wanting));
        fitting.next().ok_or(wanting)
    }
}

impl State {
    /// The basis that a row gives; if only an affiliation is missing, it is added to `wanting`. The
    /// caller has checked the row's roles.
    fn basis_by_row(
        &self,
        row: &EligibilityRules,
        query: EligibilityQuery,
        wanting: &mut Vec<Wanting>,
    ) -> Option<Basis> {
        let EligibilityQuery { vision, kind, scope, person, at } = query;
        let at_unit = || match scope {
            ScopeId::Unit(unit) | ScopeId::Subtree(unit) => {
                row.units.contains(&self.policy.vision_of(self.unit_kind(unit)))
            }
            _ => false,
        };
        let fits = (row.working_at.is_empty() || row.working_at.contains(&vision))
            && (row.kinds.is_empty() || row.kinds.contains(&kind))
            && (row.units.is_empty() || at_unit());
        let requirement = match &row.requires {
            _ if !fits => return None,
            None if row.direct => return Some(Basis::Direct),
            None => return Some(Basis::Standing),
            Some(requirement) => requirement,
        };
        let place = match (requirement.at, scope) {
            (RequirementAt::Set(set), _) => PlaceId::Set(set),
            (RequirementAt::Unit, ScopeId::Unit(unit) | ScopeId::Subtree(unit)) => {
                PlaceId::Unit(unit)
            }
            (RequirementAt::UnitOrBelow, ScopeId::Unit(unit) | ScopeId::Subtree(unit)) => {
                PlaceId::Subtree(unit)
            }
            _ => return None,
        };
        let basis = BasisId { kind: requirement.affiliation, place };
        let tenant = self.tenant_of(scope);
        let affiliations =
            self.person(person).map(|person| person.affiliations()).unwrap_or_default();
        let named = self.basis_name(basis);
        if affiliations
            .iter()
            .any(|affiliated| affiliated.contains(at) && self.rests_on(basis, tenant, affiliated))
        {
            return Some(named);
        }
        if let Basis::Affiliation { kind: affiliation, place } = named {
            let more = Wanting { affiliation, place };
            if !wanting.contains(&more) {
                wanting.push(more);
            }
        }
        None
    }
}

/// Refuses grants on the support channel: support has a command of its own (R18).
pub(in crate::admin) fn not_on_support_channel(state: &State, id: GrantId) -> Result<(), Rule> {
    if state.policy.support_channel() != Some(id.channel) {
        return Ok(());
    }
    let message = "nothing is granted on the channel of support, nor query for".to_owned();
    Err(Rule::Misfit { message, help: Some("open it with `open-support`".to_owned()) })
}

/// Checks where and by whom the role of a grant may be held: vision, kind, channel (D13, R8), and
/// that no ceiling cuts it (R9).
pub(crate) fn grant_fits(state: &State, id: GrantId) -> Result<(), Rule> {
    let Some(rules) = state.role(id.role) else { return Ok(()) };
    let policy = &state.policy;
    let vision = state.vision_of(id.scope);
    let role = || rules.name.clone();
    if !rules.fits_vision(vision) {
        let visions = rules.role.visions.clone();
        return Err(Rule::Vision {
            role: role(),
            vision: policy.vision_name(vision).cloned(),
            visions,
        });
    }
    if !rules.fits_kind(id.kind) {
        let kind = policy.kinds().get(usize::from(id.kind)).map(|kind| kind.name.clone());
        return Err(Rule::Kind { role: role(), kind, kinds: rules.role.kinds.clone() });
    }
    if !policy.acts_on(id.kind, id.channel) {
        let named = |channel: &ChannelId| policy.channels().get(channel.index()).cloned();
        let channels = ids(16)
            .filter(|&channel| policy.acts_on(id.kind, channel))
            .filter_map(|c| named(&c))
            .collect();
        if let Some(channel) = named(&id.channel) {
            return Err(Rule::Channel { role: role(), channel, channels });
        }
    }
    if !policy.has_ceilings() {
        return Ok(());
    }
    let mut cut = rules.uncut.clone();
    cut.difference_with(&policy.cut(&rules.uncut, id.kind, vision));
    if !cut.is_clear() {
        let cut = cut
            .ones()
            .filter_map(PermissionId::from_index)
            .map(|id| policy.permission_names().name(id))
            .collect();
        return Err(Rule::Ceiling { role: role(), cut });
    }
    Ok(())
}
