//! Administration: who may change what, and how that is proven.

mod escalation_twice;
mod holes;
mod machine;
