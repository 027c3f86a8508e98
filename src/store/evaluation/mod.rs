//! What the evaluation reads and keeps: assignments to arms, the rows that people's histories are made of, releases, and
//! the files behind a figure.

pub mod assignments;
pub mod behind;
pub mod histories;
pub mod release_files;
pub mod releases;
