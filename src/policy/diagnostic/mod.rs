//! What is wrong with a policy, and where: what the stages of the pipeline report with.
//!
//! Which rules there are is here, by their codes. What the rules say is in `parse` and `validate`.

pub(crate) mod code;
mod path;
mod problem;
mod report;

pub use problem::{Diagnostic, Position, Severity};

pub(crate) use path::{Segment, at_index, path, push_index, push_key, row_path, split_segment};
pub(crate) use report::{Report, quoted};
