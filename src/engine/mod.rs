//! Deciding and explaining. There is no clock, no input or output and no error here: the instant is
//! an argument, and every question has an answer.

mod check;
mod coverage;
mod decision;
mod diff;
mod explain;
mod hand_over;
mod query;
mod request;
pub(crate) mod session;

pub use coverage::{Coverage, Reach};
pub use decision::{Decision, Denied, DenyReason};
pub use diff::{Diff, Difference, HoursDifference, People};
pub(crate) use diff::{DifferenceInWords, PeopleInWords};
pub use explain::{Explanation, GrantFinding, GridFinding, RestrictionFinding, Stage};
pub use hand_over::{HandOver, HandOverBook, MAX_HAND_OVERS, SignedOut, Transfer, Work};
pub use query::{Answer, Answers, Inheritance, NoPage, Page, PageToken, Stretch, Stretches};
pub use request::{Request, ResolvedRequest, Target};
pub use session::{Session, SignIn};
