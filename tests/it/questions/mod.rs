//! Questions with a part of the request left open: who, where, what, about whom.

mod hours;
mod incits;
mod leaders;
mod order;
mod pages;
mod worlds;
