//! The people whom an event names, and the texts in it that somebody wrote about people.
//!
//! The journal puts numbers in the place of the names and keeps the texts apart, so that a person
//! can be forgotten and the journal stays whole. Every variant of [`Event`] has an arm here.

use super::Event;
use crate::model::{
    Affiliation, Attestation, Campaign, Grant, Group, Identifier, Registration, Restriction,
    ReviewAnswer, ReviewItem, RoleRequest, Subject,
};

/// One match serves the shared and the mutable walk, so that an event cannot be missing in one of
/// them.
macro_rules! walk {
    ($event:expr, $each:expr, $iter:ident) => {{
        let each = $each;
        match $event {
            Event::UnitAdded(_) | Event::UnitMoved { .. } | Event::UnitClosed { .. } => {}
            Event::PersonRegistered(Registration { person, .. })
            | Event::PersonKindChanged { person, .. }
            | Event::PersonPlaced { person, .. }
            | Event::PersonRemoved { person, .. }
            | Event::PersonErased { person }
            | Event::PersonSuspended { person, .. }
            | Event::PersonResumed { person, .. }
            | Event::AffiliationRecorded(Affiliation { person, .. })
            | Event::AffiliationEnded { person, .. }
            | Event::MemberAdded { person, .. }
            | Event::MemberRemoved { person, .. }
            | Event::Enrolled { person, .. }
            | Event::Unenrolled { person, .. }
            | Event::Granted(Grant { person, .. })
            | Event::Revoked(Grant { person, .. })
            | Event::RestrictionImposed(Restriction { subject: Subject::Person(person), .. }) => {
                each(person)
            }
            Event::GroupCreated(Group { leader, members, .. }) => {
                leader.$iter().for_each(&mut *each);
                members.$iter().for_each(&mut *each);
            }
            Event::RoleRequested(RoleRequest { by, grant: Grant { person, .. }, .. }) => {
                each(by);
                each(person);
            }
            Event::Attested(Attestation { about, .. }) => each(about),
            Event::CampaignOpened(Campaign { items, .. }) => {
                items.$iter().for_each(|ReviewItem { grant, .. }| {
                    let Grant { person, .. } = grant;
                    each(person)
                })
            }
            Event::ReviewAnswered { answers, .. } => {
                answers.$iter().for_each(|ReviewAnswer { grant, .. }| {
                    let Grant { person, .. } = grant;
                    each(person)
                })
            }
            Event::LeaderSet { leader, .. } => leader.$iter().for_each(&mut *each),
            Event::GroupMoved { .. }
            | Event::GroupDeleted { .. }
            | Event::GridCreated(_)
            | Event::GridEdited(_)
            | Event::GridDeleted { .. }
            | Event::RoleCreated(_)
            | Event::RoleEdited(_)
            | Event::RoleDeleted { .. }
            | Event::RestrictionImposed(Restriction { subject: Subject::Role(_), .. })
            | Event::SeatsContracted { .. }
            | Event::RequestClosed { .. }
            | Event::CampaignClosed { .. }
            | Event::RestrictionLifted { .. } => {}
        }
    }};
}

impl Event {
    /// Calls `each` with every person whom the event names, in the order of the parts of the event.
    ///
    /// ```
    /// use alcada::{Event, Registration};
    /// let event = Event::PersonRegistered(Registration::of("ana")?);
    /// let mut people = Vec::new();
    /// event.each_person(&mut |person| people.push(person.to_string()));
    /// assert_eq!(people, ["ana"]);
    /// # Ok::<(), alcada::Error>(())
    /// ```
    pub fn each_person(&self, each: &mut impl FnMut(&Identifier)) {
        walk!(self, each, iter);
    }

    /// Calls `each` with every person whom the event names, in the order of the parts of the event,
    /// so that another identifier can be put in the place of each.
    pub fn each_person_mut(&mut self, each: &mut impl FnMut(&mut Identifier)) {
        walk!(self, each, iter_mut);
    }

    /// Calls `each` with every text that somebody wrote about people, in the order of the parts of
    /// the event. Such texts can be forgotten, as names can.
    pub(crate) fn each_text_mut(&mut self, each: &mut impl FnMut(&mut String)) {
        match self {
            Event::Attested(Attestation { given_by, capacity, verified_by, document, .. }) => {
                [given_by, capacity, verified_by, document].into_iter().for_each(each);
            }
            Event::ReviewAnswered { answers, .. } => {
                answers.iter_mut().for_each(|answer| each(&mut answer.reason))
            }
            _ => {}
        }
    }
}
