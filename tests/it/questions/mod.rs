//! Questions with a part of the request left open: who, where, what, whose.

mod hours;
mod leaders;
mod order;
mod pages;
mod review;
mod worlds;
