//! Units: added, moved, closed.

use std::sync::Arc;

use super::Writer;
use crate::facts::error::{Cause, Fault};
use crate::facts::index::forest::MAX_DEPTH;
use crate::facts::rows::{Tenant, UnitFacts};
use crate::model::{Name, Unit};
use crate::store::{TREE_MAX, UnitId};

impl Writer<'_> {
    pub(super) fn add_unit(&mut self, unit: &Unit) -> Result<(), Fault> {
        let Unit { code, kind, parent, tenant } = unit;
        if self.state.unit_names.find(code).is_some() {
            return Err(Fault::present("unit", code));
        }
        let kind = match (kind, self.state.policy.has_unit_kinds()) {
            (Some(name), true) => {
                self.state.policy.unit_kind(name).ok_or_else(|| Fault::absent("unit kind", name))?
            }
            (None, true) => {
                return Err(
                    Fault::shape(format!("the unit `{code}` has no kind")).help("add `kind`")
                );
            }
            (Some(name), false) => {
                let message = format!(
                    "the unit `{code}` has the kind `{name}`, and the policy has no unit kinds"
                );
                return Err(Fault::shape(message).help("remove `kind`"));
            }
            (None, false) => u16::MAX,
        };
        let (owner, above) = match parent {
            Some(parent) => {
                let above = self.lookup().open_unit(parent)?;
                let owner = self.state.units.node(above).owner;
                if let Some(expected) = tenant
                    && self.state.tenant_name(owner).as_ref() != Some(expected)
                {
                    return Err(Fault::shape(format!(
                        "the unit `{code}` is said to be of tenant `{expected}`, and its parent `{parent}` is not"
                    )));
                }
                if self.state.units.path(above).count() >= MAX_DEPTH {
                    return Err(Fault::limit("levels of units", MAX_DEPTH));
                }
                (owner, above)
            }
            None => {
                if let Some(named) = tenant.as_ref().filter(|&tenant| tenant != code) {
                    let fault = match self.state.tenant(named) {
                        Some(_) => Fault::shape(format!(
                            "the unit `{code}` would be a second root for tenant `{named}`"
                        )),
                        None => Fault::absent("tenant", named),
                    };
                    return Err(fault
                        .help("a tenant has one root, and its code is the tenant's name; give the unit a `parent`"));
                }
                if self.state.tenants.len() >= TREE_MAX {
                    return Err(Fault::limit("tenants", TREE_MAX));
                }
                (self.state.tenants.next_key()?, UnitId::NONE)
            }
        };
        let id = self.state.unit_names.intern(code)?;
        self.state.units.push(owner, above)?;
        self.state.unit_facts.push(UnitFacts {
            kind,
            closed: false,
            sets: self.state.policy.sets_of(kind, code),
        })?;
        if above == UnitId::NONE {
            self.state.tenants.push(Arc::new(Tenant { root: id, ..Tenant::default() }))?;
        }
        self.write_tenant(owner, |tenant| tenant.units.insert(id));
        self.changed_units.insert(owner);
        Ok(())
    }

    pub(super) fn move_unit(&mut self, unit: &Name, parent: &Name) -> Result<(), Fault> {
        let (id, above) = (self.lookup().unit(unit)?, self.lookup().open_unit(parent)?);
        let (node, target) = (*self.state.units.node(id), *self.state.units.node(above));
        if node.parent == UnitId::NONE {
            return Err(Fault::shape(format!(
                "the unit `{unit}` is the root of a tenant and can't be moved"
            )));
        }
        if node.owner != target.owner {
            return Err(Fault::shape(format!(
                "the units `{unit}` and `{parent}` are of different tenants"
            )));
        }
        if self.state.units.path(above).any(|above| above == id) {
            return Err(Fault::new(
                Cause::Cycle,
                format!("the unit `{parent}` lies in `{unit}`, which can't move under it"),
            ));
        }
        let units = self
            .state
            .tenants
            .get(node.owner)
            .map(|tenant| tenant.units.clone())
            .unwrap_or_default();
        let height = units
            .iter()
            .filter_map(|&below| self.state.units.path(below).position(|up| up == id))
            .max();
        let depth = self.state.units.path(above).count().saturating_add(height.unwrap_or(0));
        if depth >= MAX_DEPTH {
            return Err(Fault::limit("levels of units", MAX_DEPTH));
        }
        self.state.units.set_parent(id, above);
        self.changed_units.insert(node.owner);
        Ok(())
    }

    pub(super) fn close_unit(&mut self, unit: &Name) -> Result<(), Fault> {
        let id = self.lookup().unit(unit)?;
        if let Some(facts) = self.state.unit_facts.get_mut(id) {
            facts.closed = true;
        }
        Ok(())
    }
}
