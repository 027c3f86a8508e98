//! The evaluation over the live register: histories, assignments, releases.

mod assignments;
mod histories;
mod releases;
mod simulation;
