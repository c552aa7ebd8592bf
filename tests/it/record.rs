//! The record: facts as a document, entries, replay, checkpoints, erasing, adoption.

mod facts;
