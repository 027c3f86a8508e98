//! The scheduler as its users notice it: what runs, when, how often, and what does not.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

mod clocks;
mod fleet;
mod health;
mod recovery;
mod runs;
mod schedules;
mod sim;
mod stores;
mod threads;
mod timelines;
mod year;
