//! The integration tests: one binary, a module for each capability, every test on both databases.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test says what went wrong by failing")]

#[macro_use]
mod support;

mod accounts;
mod around;
mod audit;
mod backup;
mod console;
mod data_classes;
mod databases;
mod demo;
mod edge;
mod evaluation;
mod events;
mod jobs;
mod matrix;
mod measures;
mod outside;
mod proposals;
mod register;
mod review;
mod rights;
mod sign_in;
mod statistics;
mod supervision;
mod watch;
