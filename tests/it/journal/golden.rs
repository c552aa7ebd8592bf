//! The encoding of records: what was written once stays readable (`tests/data/journal.v1.jsonl` is
//! never edited, only added to).

use alcada::{
    Authority, Policy, Revision,
    journal::{Addition, Journal, MemoryJournal, Record},
};

use super::authority::at;

const V1: &str = include_str!("../../data/journal.v1.jsonl");

/// What they come to.
const FACTS: &str = r#"{"version":1,"standing":true,"units":[{"code":"a","kind":"school","parent":"sp"},{"code":"b","kind":"school","parent":"a"},{"code":"sp","kind":"city"}],"closed":["b"],"people":[{"person":"ana","tenant":"sp","kind":"staff"},{"person":"root","kind":"staff"}],"suspended":[{"person":"left"},{"person":"root"}],"groups":[{"tenant":"sp","name":"g"}],"grids":[{"tenant":"sp","name":"day","hours":"mon-fri 08:00-18:00; America/Sao_Paulo","hand-over":true}],"enrolments":[{"tenant":"sp","grid":"day","person":"ana"}],"grants":[{"person":"ana","role":"registrar","scope":{"unit":"sp"}},{"person":"root","role":"reader","scope":"everywhere"}],"seats":[{"tenant":"sp","role":"reader","seats":3}]}"#;

#[test]
fn every_record_ever_written_reads_back_and_is_written_the_same() {
    let journal = MemoryJournal::new();
    for line in V1.lines() {
        let addition: Addition =
            serde_json::from_str(line).unwrap_or_else(|error| panic!("{line}: {error}"));
        assert_eq!(serde_json::to_string(&addition).unwrap(), line);
        let text = serde_json::to_string(&*addition.record).unwrap();
        assert_eq!(Record::from_json(&text).unwrap(), *addition.record);
        journal.append(&addition).unwrap();
    }
    let records = journal.read_from(Revision(1), usize::MAX).unwrap();
    let text = serde_json::to_value(&*records[records.len() - 1]).unwrap();
    let policy = records
        .iter()
        .rev()
        .find_map(|r| Some(serde_json::to_value(&**r).unwrap()["policy"].as_str()?.to_owned()));
    let policy = Policy::from_json(&policy.unwrap()).unwrap();
    let authority = Authority::open(journal, policy, at(99)).unwrap();
    assert_eq!(
        authority.revision().0,
        text["revision"].as_u64().unwrap(),
        "nothing was adopted anew"
    );
    authority.snapshot().verify().unwrap();
    let facts = serde_json::to_string(&authority.snapshot().facts()).unwrap();
    assert_eq!(facts, FACTS);
    let entry = authority.read_from(Revision(25), 1).unwrap().remove(0);
    assert_eq!(
        (entry.command.as_str(), entry.actor.id(), entry.actor.unit()),
        ("grant", Some("root"), Some("sp"))
    );
}
