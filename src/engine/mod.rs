//! Deciding and explaining. No clock, no input or output, no error: the instant is
//! an argument, and every question has an answer.

mod batch;
mod case;
mod check;
mod coverage;
mod decision;
mod diff;
mod entrance;
mod explain;
mod explain_in;
mod findings;
mod hours;
mod narrowing;
mod query;
mod remedy;
mod request;
mod truth;
mod words;

pub use coverage::{Coverage, Reach};
pub use decision::{Decision, Denied, DenyReason};
pub use diff::{Diff, Difference, HoursDifference, People};
pub(crate) use diff::{Told, Who};
pub(crate) use entrance::Entrance;
pub use explain::Explanation;
pub use findings::{GrantFinding, GridFinding, RestrictionFinding, Stage};
pub(crate) use narrowing::Narrowing;
pub use query::{
    Answer, AnswerBetween, Answers, AnswersBetween, Inheritance, InvalidPageToken, NoPage, Page, PageToken,
};
pub use request::{Asking, Request, ResolvedRequest, Target};
