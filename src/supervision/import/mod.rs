//! Reading what the probation service sends: one record per order, from JSON or CSV, streamed.
//!
//! Pure over a reader: what comes in is told apart into records that can be taken in and records that cannot, each with
//! every fault by line, field and reason; [`plan`] says what each would change. Storing is for the use case.
//!
//! - The JSON form is published as `api-spec/supervision-import.schema.json`, and that file is what records are held
//!   against: a file is a JSON array of records or one record after the other (JSON lines). `docs/supervision-import.md`
//!   describes the CSV form, whose rows are gathered into the same records.
//! - A record is one order with all that belongs to it: it is taken in whole or not at all.
//! - No fault repeats a value: a report of rejected rows holds no personal data.
//!
//! | question | file |
//! | --- | --- |
//! | where one record ends and the next begins | `json`, `table` |
//! | which CSV column is which member | `columns` |
//! | whether a record has the published form | `schema` |
//! | whether it can be so (rules, municipalities) | `check` |
//! | what taking it in would change | `plan` |

mod check;
mod columns;
mod fault;
mod json;
pub mod plan;
mod record;
mod schema;
mod table;
#[cfg(test)]
mod tests;

use std::io::Read;

use serde_json::Value;

pub use check::{Checked, Checker, Identity, digest};
pub use fault::{FileError, RowFault};
pub use record::{Record, RecordBreach, RecordCondition};

/// Longest record, in bytes. The longest order that can be thought of is a tenth of it.
pub const MAX_RECORD: usize = 1 << 20;
/// Faults told of one record; more help nobody.
pub const MAX_FAULTS: usize = 100;

/// The published form.
pub const SCHEMA: &str = include_str!("../../../api-spec/supervision-import.schema.json");

/// How a file is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// A JSON array of records, or one record after the other.
    Json,
    /// Rows of one table, the rows of an order after each other.
    Csv,
}

/// A record as it stands in the file, before anything is known about what it says.
#[derive(Debug, PartialEq)]
pub struct Raw {
    /// The line on which it begins, from 1.
    pub line: u64,
    /// What it says; null when that could not be read.
    pub document: Value,
    /// What could not be read.
    pub faults: Vec<RowFault>,
    /// Lines and column names of its parts, where the file is a table.
    places: Places,
}

/// Where the parts of a record stand: JSON Pointer of a part, its line, and the kind of row.
#[derive(Debug, Default, PartialEq)]
struct Places(Vec<(String, u64, &'static str)>);

/// The records of a file, one after the other, in memory that does not grow with the file.
pub struct Records<'r> {
    source: Source<'r>,
}

enum Source<'r> {
    Json(json::Splitter<Box<dyn Read + 'r>>),
    Csv(Box<table::Gatherer<Box<dyn Read + 'r>>>),
}

impl<'r> Records<'r> {
    /// The records of `file`.
    ///
    /// # Errors
    /// When the file is no such file at all: unreadable, or without the columns of the table.
    pub fn open(file: impl Read + 'r, format: Format) -> Result<Self, FileError> {
        let file: Box<dyn Read + 'r> = Box::new(file);
        let source = match format {
            Format::Json => Source::Json(json::Splitter::new(file)),
            Format::Csv => Source::Csv(Box::new(table::Gatherer::open(file)?)),
        };
        Ok(Self { source })
    }
}

impl Iterator for Records<'_> {
    type Item = Result<Raw, FileError>;

    fn next(&mut self) -> Option<Self::Item> {
        match &mut self.source {
            Source::Json(splitter) => splitter.next(),
            Source::Csv(gatherer) => gatherer.next(),
        }
    }
}
