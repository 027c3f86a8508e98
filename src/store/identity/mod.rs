//! Accidents of identity: checks of who somebody is, registrations of one person, former chain numbers, representatives.

pub mod chain_numbers;
pub mod checks;
pub mod merges;
pub mod representatives;
