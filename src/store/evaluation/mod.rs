//! What the evaluation reads and keeps: assignments to arms, and the rows that people's histories are made of,
//! and releases.

pub mod assignments;
pub mod histories;
pub mod releases;
