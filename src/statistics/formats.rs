//! What a release consists of as files, and how each is written.
//!
//! | module | what it is for |
//! | --- | --- |
//! | [`dataset`] | what a file of rows holds: columns with types, labels, codes |
//! | [`row`] | one row, held against its description; rows in order of their key |
//! | [`protected`] | tables and curves after disclosure control, as datasets |
//! | [`release`] | all files of a dataset in one pass over its rows; those about a whole release |
//! | [`files`] | where files go, and their sizes and checksums |
//! | [`manifest`] | what a release is made of and from, in the bytes that are signed |
//! | [`archive`] | the files in one ZIP |
//! | [`csv_file`], `parquet_file`, `json_stat` | the rows |
//! | `csvw`, `data_package`, `dcat`, `codebook` | what the rows mean |
//! | `scripts` | programs that read the CSV: R, SPSS, Stata |
//!
//! Everything here is written from what is given, byte for byte the same each time: rows in order of their key,
//! numbers with fixed digits, no clock, no chance, no language of the machine. Rows go by one at a time; nothing keeps
//! them. What may leave the house is decided by [`super::disclosure`] before anything comes here.

pub mod archive;
mod codebook;
pub mod csv_file;
mod csvw;
mod data_package;
pub mod dataset;
mod dcat;
pub mod files;
mod json_stat;
pub mod manifest;
mod parquet_file;
pub mod protected;
pub mod release;
pub mod row;
#[cfg(test)]
mod sample;
mod scripts;
