//! The evaluation over the live register: histories, assignments, releases.

mod assignments;
mod behind;
mod histories;
mod microdata;
mod releases;
mod simulation;
