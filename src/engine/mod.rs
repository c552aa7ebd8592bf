//! Deciding and explaining. No clock, no input or output, no error: the instant is
//! an argument, and every question has an answer.

mod check;
mod coverage;
mod decision;
mod diff;
mod explain;
mod hand_over;
mod query;
mod request;
mod session;

pub use coverage::{Coverage, Reach};
pub use decision::{Decision, Denied, DenyReason};
pub use diff::{Diff, Difference, HoursDifference, People};
pub(crate) use diff::{DifferenceInWords, PeopleInWords};
pub use explain::{Explanation, GrantFinding, GridFinding, RestrictionFinding, Stage};
pub use hand_over::{HandOver, HandOverBook, MAX_HAND_OVERS, SignedOut, Transfer, Work};
pub use query::{Answer, Answers, Inheritance, NoPage, Page, PageToken, Stretch, Stretches};
pub use request::{Request, ResolvedRequest, Target};
pub use session::{Session, SignIn, SignInReason, SignInRefused};
