//! Changing things by commands: who may issue them, what stands against them, and
//! that nothing goes round the rules.

mod desk;
mod escalation;
mod school;
