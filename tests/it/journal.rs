//! The record: facts as a document, entries, replay, checkpoints, erasing, adoption.

mod adoption;
mod affected;
mod authority;
mod damage;
mod erasing;
mod facts;
mod golden;
mod history;
mod replay;
