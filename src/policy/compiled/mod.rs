//! compiled

mod administration;
mod compile;
mod load;
mod operations;
mod permissions;
mod policy;
mod rules;

pub use policy::Policy;

#[cfg(test)]
pub(crate) use rules::RequirementRules;
pub(crate) use rules::{EligibilityRules, RequirementAt, RoleRules, SeparationRules};
