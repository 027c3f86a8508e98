//! What a release consists of as files, and how each is written.
//!
//! | module | what it is for |
//! | --- | --- |
//! | [`dataset`] | what a file of rows holds: columns with types, labels, codes |
//! | [`row`] | one row, held against its description; rows in order of their key |
//! | [`protected`] | tables and curves after disclosure control, as datasets |
//!
//! Everything here is written from what is given, byte for byte the same each time: rows in order of their key,
//! numbers with fixed digits, no clock, no chance, no language of the machine. Rows go by one at a time; nothing keeps
//! them. What may leave the house is decided by [`super::disclosure`] before anything comes here.

pub mod dataset;
pub mod protected;
pub mod row;
#[cfg(test)]
mod sample;
