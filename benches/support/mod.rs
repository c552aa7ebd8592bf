//! What the benchmarks share: the worlds, the yardsticks, the machinery.

#![allow(dead_code, reason = "each benchmark uses a part of it")]

pub mod city;
pub mod floor;
pub mod measure;
pub mod rng;
