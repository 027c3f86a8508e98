//! Invented people and how they come to life in a demonstration.
//!
//! [`life`] and what it is made of are pure: from a seed and a day to people and histories as plain data. [`play`]
//! plays them through the same use cases as the API, so no rule exists twice. Nobody in here is real: surnames say so,
//! places do not exist, numbers come from the test range.
//! [`cast`] is the staff, [`installation`] what a restart must find again.

pub mod beside;
pub mod bsn;
pub mod cast;
mod days;
pub mod installation;
pub mod life;
mod names;
pub mod people;
pub mod play;
pub mod proposals;
pub mod sentences;
pub mod supervision;

#[cfg(test)]
mod tests;
