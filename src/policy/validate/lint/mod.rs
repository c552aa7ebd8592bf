//! What a valid document probably does not mean.

mod administration;
mod roles;

pub(super) use roles::lint;
