//! The journal: facts as a document, entries, reading back, checkpoints, erasing, adoption.

mod adoption;
mod affected;
mod authority;
mod damage;
mod erasing;
mod facts;
mod golden;
mod history;
mod replay;
