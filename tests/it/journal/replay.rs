//! X4: the facts are what the records add up to, by whatever way they are read.

use std::sync::Arc;

use alcada::{
    Authority, Change, Event, Facts, Identifier, Instant, Policy, Revision, Snapshot,
    history::AsOf,
    journal::{Addition, Checkpoint, Journal, JournalError, MemoryJournal, Record},
};
use proptest::prelude::*;

use crate::arbitrary::bytes;
use crate::engine::{answer, fold, request};
use crate::oracle::{Ask, apply};
use crate::properties::worlds;
use crate::worlds::{Made, instant, world_from_bytes};

fn open(made: &Made<'_>, journal: &MemoryJournal) -> Authority {
    let policy = Policy::from_document(made.world.policy.clone()).unwrap();
    Authority::open(journal.clone(), policy, instant(0)).unwrap()
}

/// A journal that gives few records at a time, and no checkpoint.
struct Sparing(MemoryJournal);

impl Journal for Sparing {
    fn append(&self, addition: &Addition) -> Result<(), JournalError> {
        self.0.append(addition)
    }
    fn read_from(
        &self,
        revision: Revision,
        at_most: usize,
    ) -> Result<Vec<Arc<Record>>, JournalError> {
        self.0.read_from(revision, at_most.min(3))
    }
    fn names_from(&self, number: u32) -> Result<Vec<Option<Identifier>>, JournalError> {
        self.0.names_from(number)
    }
    fn put_checkpoint(&self, _: Arc<Checkpoint>) -> Result<(), JournalError> {
        Ok(())
    }
    fn checkpoint(&self, _: Revision) -> Result<Option<Arc<Checkpoint>>, JournalError> {
        Ok(None)
    }
}

fn records(journal: &MemoryJournal) -> Vec<Arc<Record>> {
    journal.read_from(Revision(1), usize::MAX).unwrap()
}

/// What is to be the same: the facts, whoever has which number, and what is decided.
fn same(one: &Snapshot, other: &Snapshot, asks: &[(Ask, Instant)]) -> Result<(), TestCaseError> {
    prop_assert_eq!(one.revision(), other.revision());
    prop_assert_eq!(one.people(), other.people());
    prop_assert_eq!(one.facts(), other.facts());
    other.verify().unwrap();
    for (ask, at) in asks {
        prop_assert_eq!(
            answer(one.check(&request(ask), *at)),
            answer(other.check(&request(ask), *at))
        );
    }
    Ok(())
}

proptest! {
    #![proptest_config(worlds(96))]

    #[test]
    fn x4_the_facts_are_the_fold_of_the_record(bytes in bytes()) {
        let mut made = world_from_bytes(&bytes);
        let mut plain = fold(&made.world, &made.log);
        let journal = MemoryJournal::new();
        let authority = open(&made, &journal);
        let follower = open(&made, &journal);
        // The first of it in a few great steps, then one by one.
        for chunk in made.log.chunks(1 + made.log.len() / 3) {
            authority.apply(Change::of(chunk).because("at first").at(instant(1))).unwrap();
        }
        let checkpoint = made.below(1, 30);
        let mut past: Vec<(Revision, Facts)> = Vec::new();
        let mut erased = false;
        for n in 0..40 {
            let event = made.change(n);
            let given = authority.apply(Change::of(std::slice::from_ref(&event)).at(instant(n / 8)));
            prop_assert_eq!(given.is_ok(), apply(&mut made.world, &event).is_ok());
            if given.is_ok() {
                plain.apply(&event).unwrap();
                if let Event::PersonErased { .. } = event {
                    (erased, past) = (true, Vec::new());
                }
            }
            if n == checkpoint {
                authority.checkpoint().unwrap();
            }
            if n % 10 == 9 {
                past.push((authority.revision(), authority.snapshot().facts()));
                follower.catch_up().unwrap();
            }
        }
        let asks: Vec<(Ask, Instant)> = (0..40).map(|n| made.ask(n)).collect();
        let now = authority.snapshot();
        prop_assert_eq!(now.facts(), plain.facts());
        prop_assert_eq!(now.people(), plain.people());
        follower.catch_up().unwrap();
        same(&now, &follower.snapshot(), &asks)?;

        // Opened at the checkpoint, and from the beginning, as text.
        let reopened = open(&made, &journal);
        same(&now, &reopened.snapshot(), &asks)?;
        let policy = Policy::from_document(made.world.policy.clone()).unwrap();
        let sparing = Authority::open(Sparing(journal.clone()), policy, instant(0)).unwrap();
        same(&now, &sparing.snapshot(), &asks)?;
        let copy = MemoryJournal::new();
        for record in records(&journal) {
            let text = serde_json::to_string(&*record).unwrap();
            let read = Record::from_json(&text).unwrap();
            prop_assert_eq!(&read, &*record);
            record.people().into_iter().for_each(|person| assert!((person as usize) < now.people()));
            let mut addition = Addition::of(read);
            if record.revision() == Revision(1) {
                // All names at once: those that later records bring are there already.
                addition.names = (0..).zip(journal.names_from(0).unwrap().into_iter())
                    .map(|(number, name)| (number, name.unwrap_or_else(|| format!("gone {number}").as_str().try_into().unwrap())))
                    .collect();
            }
            copy.append(&addition).unwrap();
        }
        let again = open(&made, &copy);
        if !erased {
            same(&now, &again.snapshot(), &asks)?;
        }

        // Everybody has the same number on each road: the next record is the same.
        let event = Event::PersonRegistered(made.world.registrations.first().map_or_else(
            || alcada::Registration::of("p0").unwrap(),
            |known| alcada::Registration { person: "one more".try_into().unwrap(), ..known.clone() },
        ));
        let kind_fits = authority.apply(Change::of([&event]).because("why").at(instant(9))).is_ok();
        if kind_fits && !erased {
            again.apply(Change::of([&event]).because("why").at(instant(9))).unwrap();
            prop_assert_eq!(records(&journal).pop(), records(&copy).pop());
        }

        // The past: what was recorded, under the names of now.
        for (revision, facts) in past {
            let then = authority.as_of(AsOf::Revision(revision)).unwrap();
            prop_assert_eq!(then.revision(), revision);
            prop_assert_eq!(then.facts(), facts);
        }
        let entries = authority.read_from(Revision(1), usize::MAX).unwrap();
        prop_assert_eq!(entries.len() as u64, authority.revision().0);
        prop_assert!(entries.windows(2).all(|two| two[0].at <= two[1].at && two[0].revision.0 + 1 == two[1].revision.0));
        for at in [0, 2, 4].map(instant) {
            let then = authority.as_of(AsOf::Instant(at)).unwrap();
            let last = entries.iter().rfind(|entry| entry.at <= at).unwrap();
            prop_assert_eq!(then.revision(), last.revision);
        }
    }
}
