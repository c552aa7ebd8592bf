//! A valid policy, its words numbered.

mod administration;
mod policy;

pub use policy::Policy;

#[cfg(test)]
pub(crate) use administration::RequirementRules;
pub(crate) use administration::{EligibilityRules, RequirementAt, SeparationRules};
pub(crate) use policy::RoleRules;
