//! The last stage: a valid document, its words numbered and its roles worked out.
//!
//! The engine asks here and nowhere else in the policy. `rules` is plain data in numbers, `policy`
//! holds it all and translates between words and numbers, `compile` makes it, `load` is the way in,
//! and the other files answer questions. What makes a document valid must not be here: nothing is
//! compiled that has an error.

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
