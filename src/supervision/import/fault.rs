//! What is wrong with a file, and what is wrong with one record.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// One fault of a record. Repeats no value.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct RowFault {
    /// The line, from 1: of the record, or of the row where the file is a table.
    pub line: u64,
    /// The member, e.g. `conditions[2].until`, or the column of a table; empty for the whole record.
    pub field: String,
    /// What kind of fault, stable.
    pub code: String,
    /// What is wrong, for whoever sent it.
    pub reason: String,
}

impl RowFault {
    /// A fault.
    pub fn new(line: u64, field: impl Into<String>, code: &str, reason: impl Into<String>) -> Self {
        Self { line, field: field.into(), code: code.to_owned(), reason: reason.into() }
    }
}

/// Why the reading of a file stops.
#[derive(Debug, thiserror::Error)]
pub enum FileError {
    /// It cannot be read on.
    #[error("the file cannot be read on after line {line}: {why}")]
    Unreadable {
        /// The last line that was read.
        line: u64,
        /// Why, in the words of the system.
        why: std::io::Error,
    },
    /// It is no table of this kind.
    #[error("line 1: {column}: {reason}")]
    Header {
        /// The column.
        column: String,
        /// Why.
        reason: &'static str,
    },
}
