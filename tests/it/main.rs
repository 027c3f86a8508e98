//! The integration tests: one binary, a module for each capability, every test on both databases.

#[macro_use]
mod support;

mod databases;
mod jobs;
