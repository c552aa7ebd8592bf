//! A record that is damaged, or belongs to another journal: an error that names the revision.

use std::sync::Arc;

use alcada::{
    Authority, Change, Error, Revision,
    journal::{Addition, Journal, JournalError, MemoryJournal, Record},
};

use super::authority::{POLICY, at, open, policy, reader, register};

fn journal() -> MemoryJournal {
    let journal = MemoryJournal::new();
    let authority = open(&journal);
    authority.apply(Change::of(&[register("ana")]).because("hired").at(at(1))).unwrap();
    authority.apply(Change::of(&[reader("ana")]).at(at(2))).unwrap();
    authority.apply(Change::of(&[register("bo")]).at(at(3))).unwrap();
    journal
}

/// A journal that tells something else of one record, and of names.
struct Damaged {
    journal: MemoryJournal,
    change: Box<dyn Fn(Record) -> Option<Record> + Send + Sync>,
    names: usize,
}

impl Journal for Damaged {
    fn append(&self, addition: &Addition) -> Result<(), JournalError> {
        self.journal.append(addition)
    }
    fn read_from(
        &self,
        revision: Revision,
        at_most: usize,
    ) -> Result<Vec<Arc<Record>>, JournalError> {
        let records = self.journal.read_from(revision, at_most)?;
        Ok(records
            .into_iter()
            .filter_map(|record| (self.change)((*record).clone()))
            .map(Arc::new)
            .collect())
    }
    fn names_from(&self, number: u32) -> Result<Vec<Option<alcada::Identifier>>, JournalError> {
        Ok(self.journal.names_from(number)?.into_iter().take(self.names).collect())
    }
    fn put_checkpoint(
        &self,
        checkpoint: Arc<alcada::journal::Checkpoint>,
    ) -> Result<(), JournalError> {
        self.journal.put_checkpoint(checkpoint)
    }
    fn checkpoint(
        &self,
        at_most: Revision,
    ) -> Result<Option<Arc<alcada::journal::Checkpoint>>, JournalError> {
        self.journal.checkpoint(at_most)
    }
}

fn fails(names: usize, change: impl Fn(Record) -> Option<Record> + Send + Sync + 'static) -> Error {
    let damaged = Damaged { journal: journal(), change: Box::new(change), names };
    let error = Authority::open(damaged, policy(POLICY), at(9)).unwrap_err();
    assert!(error.is_journal(), "{error}");
    error
}

/// A record with a part of its text replaced.
fn replaced(
    revision: u64,
    from: &'static str,
    to: &'static str,
) -> impl Fn(Record) -> Option<Record> + Send + Sync {
    move |record| {
        if record.revision() != Revision(revision) {
            return Some(record);
        }
        let text = serde_json::to_string(&record).unwrap();
        assert!(text.contains(from), "{text}");
        Some(Record::from_json(&text.replace(from, to)).unwrap())
    }
}

/// X1: no damage in a journal makes reading it panic.
#[test]
fn a_damaged_record_is_an_error_that_names_the_revision() {
    let gap = fails(9, |record| (record.revision() != Revision(3)).then_some(record));
    assert_eq!(gap.revision(), Some(Revision(3)));
    assert!(gap.to_string().contains("revision 4"), "{gap}");
    let unfit = fails(9, replaced(3, "reader", "raeder"));
    assert_eq!(unfit.revision(), Some(Revision(3)));
    assert!(
        unfit.to_string().contains("events[0]") && unfit.to_string().contains("`raeder`"),
        "{unfit}"
    );
    for (revision, from, to) in [
        (3, "#0", "#7"),
        (3, "#0", "ana"),
        (3, "#0", "#00"),
        (2, "#0", "#1"),
        (4, "#1", "#0"),
        (3, "14:00", "12:30"),
        (1, "\\\"version\\\":1", "\\\"version\\\":7"),
        (1, "notes:read", "notes:fly"),
    ] {
        let error = fails(9, replaced(revision, from, to));
        assert_eq!(error.revision(), Some(Revision(revision)), "{from} to {to}: {error}");
    }
    let nameless = fails(1, Some);
    assert_eq!(nameless.revision(), Some(Revision(4)), "{nameless}");
    assert!(nameless.to_string().contains("no name for the number"), "{nameless}");
    let headless = fails(9, |record| (record.revision() != Revision(1)).then_some(record));
    assert_eq!(headless.revision(), Some(Revision(1)));
}

#[test]
fn a_record_of_a_later_program_is_an_error_that_names_the_revision() {
    let text = serde_json::to_string(&*journal().read_from(Revision(3), 1).unwrap()[0]).unwrap();
    for (from, to) in
        [("\"record\":1", "\"record\":2"), ("granted/1", "granted/9"), ("\"at\"", "\"on\"")]
    {
        let error = Record::from_json(&text.replace(from, to)).unwrap_err();
        assert!(matches!(error, JournalError::Damaged { .. }));
        assert_eq!(error.revision(), Some(Revision(3)), "{error}");
    }
    for text in ["", "{}", "[]", "null", "{\"record\":1}"] {
        assert!(matches!(Record::from_json(text), Err(JournalError::Damaged { .. })), "{text}");
    }
    // Read past that check, it is refused where it is replayed.
    let text = text.replace("\"record\":1", "\"record\":2");
    let error = fails(9, move |record| {
        Some(if record.revision() == Revision(3) {
            serde_json::from_str(&text).unwrap()
        } else {
            record
        })
    });
    assert_eq!(error.revision(), Some(Revision(3)));
}

#[test]
fn a_journal_that_fails_is_an_error_and_nothing_has_changed() {
    struct Broken(MemoryJournal);
    impl Journal for Broken {
        fn append(&self, addition: &Addition) -> Result<(), JournalError> {
            if addition.record.revision() > Revision(2) {
                return Err(JournalError::failed("the disk is full"));
            }
            self.0.append(addition)
        }
        fn read_from(
            &self,
            revision: Revision,
            at_most: usize,
        ) -> Result<Vec<Arc<Record>>, JournalError> {
            self.0.read_from(revision, at_most)
        }
        fn names_from(&self, number: u32) -> Result<Vec<Option<alcada::Identifier>>, JournalError> {
            self.0.names_from(number)
        }
        fn put_checkpoint(&self, _: Arc<alcada::journal::Checkpoint>) -> Result<(), JournalError> {
            Err(JournalError::failed("the disk is full"))
        }
        fn checkpoint(
            &self,
            _: Revision,
        ) -> Result<Option<Arc<alcada::journal::Checkpoint>>, JournalError> {
            Ok(None)
        }
    }
    let authority = Authority::open(Broken(MemoryJournal::new()), policy(POLICY), at(0)).unwrap();
    authority.apply(Change::of(&[register("ana")]).at(at(1))).unwrap();
    let error = authority.apply(Change::of(&[reader("ana")]).at(at(1))).unwrap_err();
    assert!(error.is_journal() && error.to_string().contains("the disk is full"), "{error}");
    assert!(std::error::Error::source(&error).is_some());
    assert_eq!(authority.revision(), Revision(2));
    assert!(authority.snapshot().facts().grants.is_empty());
    assert!(authority.checkpoint().unwrap_err().is_journal());
}
