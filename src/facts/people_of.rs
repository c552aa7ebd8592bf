//! The people that an event names, each of them: what a record replaces by
//! numbers, so that a person can be forgotten and the record stays.

use smol_str::format_smolstr;

use super::Event;
use crate::model::{
    Affiliation, Attestation, Campaign, Grant, Group, Identifier, Name, Registration, Restriction,
    ReviewAnswer, ReviewItem, RoleRequest, Subject,
};
use crate::store::PersonId;

/// One match for both, so that an event can't be in one and not in the other.
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
    /// Calls back with every person the event names, in the order of its parts.
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

    /// The same, to put another identifier in its place.
    pub fn each_person_mut(&mut self, each: &mut impl FnMut(&mut Identifier)) {
        walk!(self, each, iter_mut);
    }

    /// Calls back with every text that somebody wrote about people, in the order of
    /// the event's parts: what can be forgotten beside names.
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

/// A person as records write one.
pub(crate) fn numbered(id: PersonId) -> Identifier {
    Identifier::from(Name::trusted(format_smolstr!("#{id}")))
}

/// The number that a record writes so.
pub(crate) fn number_of(person: &Identifier) -> Option<PersonId> {
    let digits = person.as_str().strip_prefix('#')?;
    // One way to write each: no sign, no zero in front.
    let plain = digits.bytes().all(|digit| digit.is_ascii_digit())
        && (digits == "0" || !digits.starts_with('0'));
    digits.parse().ok().filter(|_| plain).map(PersonId::from_raw)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_written_in_one_way() {
        for id in [0, 7, 17, u32::MAX].map(PersonId::from_raw) {
            assert_eq!(number_of(&numbered(id)), Some(id));
        }
        for text in ["17", "#", "#+7", "#07", "#-1", "#4294967296", "# 7", "##7", "#x"] {
            assert_eq!(number_of(&Identifier::new(text).unwrap()), None, "{text}");
        }
    }
}
