//! `[[expect]]`: what a check says.

use serde::Deserialize;

use super::{Aim, Mismatch, Row, ending};
use crate::engine::{DenyReason, Request, Target};
use crate::facts::Snapshot;
use crate::model::Permission;
use crate::time::Instant;

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct Expected {
    who: String,
    to: String,
    channel: Option<String>,
    in_unit: Option<String>,
    about: Option<String>,
    tenant: Option<String>,
    #[serde(default)]
    anywhere: bool,
    at: Option<Instant>,
    answer: Answer,
    reason: Option<DenyReason>,
    until: Option<Instant>,
}

#[derive(Clone, Copy, PartialEq, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Answer {
    Allow,
    Deny,
}

impl Expected {
    fn request(&self) -> Result<Request<'_>, String> {
        let permission = Permission::parse(&self.to).map_err(|error| error.to_string())?;
        let request = Request::by(&self.who).to(permission);
        let Expected { in_unit, about, tenant, anywhere, .. } = self;
        let request = match (Aim { in_unit, about, tenant, anywhere: *anywhere }).target()? {
            Target::InUnit(unit) => request.in_unit(unit),
            Target::Record { unit, person } => request.in_unit(unit).about(person),
            Target::About(person, None) => request.about(person),
            Target::About(person, Some(tenant)) => request.about_in(person, tenant),
            Target::Anywhere => request.anywhere(),
            Target::Everywhere => request,
        };
        match (self.answer, &self.reason) {
            (Answer::Allow, Some(_)) => Err("an `allow` has no `reason`".into()),
            (Answer::Deny, None) => Err("a `deny` takes a `reason`".into()),
            _ => Ok(self.channel.as_ref().map_or(request, |channel| request.on_channel(channel))),
        }
    }
}

impl Row for Expected {
    const TABLE: &'static str = "expect";

    fn at(&self) -> Option<Instant> {
        self.at
    }

    fn mismatch(&self, snapshot: &Snapshot, at: Instant) -> Result<Option<Mismatch>, String> {
        let request = self.request()?;
        let got = snapshot.check(&request, at);
        if got.reason() == self.reason && got.until() == self.until {
            return Ok(None);
        }
        let words = |reason: Option<DenyReason>, until| {
            reason.map_or("allow".to_owned(), |reason| format!("deny, because {reason}")) + &ending(until)
        };
        Ok(Some(Mismatch {
            expected: words(self.reason, self.until),
            got: words(got.reason(), got.until()),
            explanation: Some(snapshot.explain(&request, at).to_string()),
        }))
    }
}
