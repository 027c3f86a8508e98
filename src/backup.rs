//! Copies of an installation that can be relied on: made while it runs, encrypted, and refused when one bit of them is
//! not what it was.
//!
//! There are two archives and never one: the register, and the keys of the persons in it. Whoever erases a person
//! destroys a key; an archive that held both would bring that person back. The folder of long-lived keys is in neither:
//! without it no archive can be read.
//!
//! | module | what it is |
//! | --- | --- |
//! | [`archive`] | the form of an archive: header, encrypted pieces, checksum |
//! | [`source`] | where the bytes come from: SQLite's online backup, PostgreSQL's base backup with its WAL |
//! | [`restore`] | putting them back, into a place that is empty |
//! | [`after`] | what a restored register must be told: who was erased since, and how much of the audit is lost |

pub mod after;
pub mod archive;
pub mod restore;
pub mod source;

use crate::text_enum;

text_enum! {
    /// What an archive holds.
    pub enum Part {
        /// The register.
        Register => "register",
        /// The wrapped keys of persons.
        KeyStore => "key_store",
    }
}

text_enum! {
    /// What made the bytes in an archive, and reads them again.
    pub enum Form {
        /// One SQLite file.
        Sqlite => "sqlite",
        /// The tar of a PostgreSQL base backup, with the WAL that belongs to it.
        Postgresql => "postgresql",
    }
}

/// Why a backup or a restore was not made.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    /// The archive.
    #[error(transparent)]
    Archive(#[from] archive::ArchiveError),
    /// The database.
    #[error(transparent)]
    Store(#[from] crate::store::StoreError),
    /// A file.
    #[error("{}: {source}", .path.display())]
    Io {
        /// Which.
        path: std::path::PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// A program of PostgreSQL.
    #[error("{program}: {said}")]
    Program {
        /// Which.
        program: String,
        /// What it said.
        said: String,
    },
    /// It would not be a backup, or would overwrite something.
    #[error("{0}")]
    Refused(String),
}

impl BackupError {
    fn io(path: &std::path::Path) -> impl FnOnce(std::io::Error) -> Self {
        let path = path.to_owned();
        // What an archive says of itself comes through a reader: it is told as it was meant.
        move |source| match archive::said(source) {
            Ok(error) => Self::Archive(error),
            Err(source) => Self::Io { path, source },
        }
    }
}
