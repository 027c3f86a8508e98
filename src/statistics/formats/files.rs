//! Where files go and what is known of each afterwards: its size and checksum, taken while it is written.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::io::{self, Write};
use std::sync::{Arc, Mutex, PoisonError};

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::row::Fault;

/// A place for files. Several are open at once: the rows of a dataset go into every format as they come.
pub trait Folder {
    /// A file that is being written; what is not flushed when it is dropped may be lost.
    type File: Write + Send;

    /// A new file.
    ///
    /// # Errors
    /// When it cannot be made.
    fn create(&mut self, name: &str) -> io::Result<Self::File>;
}

/// What a file is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Part {
    /// The rows themselves.
    Data,
    /// What the rows mean.
    Description,
    /// A program that reads the rows.
    Script,
}

/// A file that was written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct FileSummary {
    /// Its name.
    pub name: String,
    /// What it is for.
    pub part: Part,
    /// The dataset it belongs to; none when it is about all of them.
    pub dataset: Option<String>,
    /// Its media type.
    pub media_type: Cow<'static, str>,
    /// Its size.
    pub bytes: u64,
    /// SHA-256 of its bytes, in lower-case hexadecimal.
    pub sha256: String,
    /// How many rows of data it holds; none when it holds no rows.
    pub rows: Option<u64>,
}

/// Why files could not be written.
#[derive(Debug, thiserror::Error)]
pub enum WriteFailure {
    /// A row does not fit the description.
    #[error(transparent)]
    Fault(#[from] Fault),
    /// A file could not be made or written.
    #[error("`{name}` could not be written")]
    File {
        /// Its name.
        name: String,
        /// Why.
        source: io::Error,
    },
}

impl WriteFailure {
    /// Of a file, for whatever reason its writer gives.
    pub(super) fn of<E: Into<io::Error>>(name: &str) -> impl FnOnce(E) -> Self {
        move |error| Self::File { name: name.to_owned(), source: error.into() }
    }
}

/// Counts and hashes what is written.
#[derive(Debug)]
pub(super) struct Sealed<W> {
    inner: W,
    bytes: u64,
    hash: Sha256,
}

impl<W: Write> Sealed<W> {
    pub(super) fn new(inner: W) -> Self {
        Self { inner, bytes: 0, hash: Sha256::new() }
    }

    /// The summary of the file, when everything is written.
    pub(super) fn finish(mut self, label: Label<'_>, rows: Option<u64>) -> Result<FileSummary, WriteFailure> {
        self.inner.flush().map_err(WriteFailure::of(&label.name))?;
        Ok(FileSummary {
            name: label.name,
            part: label.part,
            dataset: label.dataset.map(str::to_owned),
            media_type: Cow::Borrowed(label.media_type),
            bytes: self.bytes,
            sha256: hex::encode(self.hash.finalize()),
            rows,
        })
    }
}

impl<W: Write> Write for Sealed<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.inner.write(bytes)?;
        self.hash.update(&bytes[..written]);
        self.bytes += written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}

/// What is known of a file before it is written.
#[derive(Debug, Clone)]
pub(super) struct Label<'a> {
    pub(super) name: String,
    pub(super) part: Part,
    pub(super) media_type: &'static str,
    pub(super) dataset: Option<&'a str>,
}

/// Writes a file that is at hand as a whole.
pub(super) fn write_whole<D: Folder>(
    folder: &mut D,
    label: Label<'_>,
    content: &str,
) -> Result<FileSummary, WriteFailure> {
    let file = folder.create(&label.name).map_err(WriteFailure::of(&label.name))?;
    let mut file = Sealed::new(file);
    file.write_all(content.as_bytes()).map_err(WriteFailure::of(&label.name))?;
    file.finish(label, None)
}

/// A folder in memory: for tables, which are small.
#[derive(Debug, Clone, Default)]
pub struct Memory {
    files: Arc<Mutex<BTreeMap<String, Vec<u8>>>>,
}

impl Memory {
    /// The files so far, by name.
    pub fn files(&self) -> BTreeMap<String, Vec<u8>> {
        self.files.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// A file of [`Memory`].
#[derive(Debug)]
pub struct MemoryFile {
    name: String,
    files: Arc<Mutex<BTreeMap<String, Vec<u8>>>>,
}

impl Folder for Memory {
    type File = MemoryFile;

    fn create(&mut self, name: &str) -> io::Result<MemoryFile> {
        let mut files = self.files.lock().unwrap_or_else(PoisonError::into_inner);
        if files.insert(name.to_owned(), Vec::new()).is_some() {
            return Err(io::ErrorKind::AlreadyExists.into());
        }
        Ok(MemoryFile { name: name.to_owned(), files: Arc::clone(&self.files) })
    }
}

impl Write for MemoryFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let mut files = self.files.lock().unwrap_or_else(PoisonError::into_inner);
        files.entry(self.name.clone()).or_default().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
