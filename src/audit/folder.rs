//! The folder outside the database where checkpoints go, and with them the hashes of the entries they cover.
//!
//! A checkpoint alone proves *that* something changed. The leaf hashes beside it tell *what*: they are checked against
//! the signed root before they are believed, so whoever can write here still cannot make a false one. Per checkpoint:
//!
//! - `<size, 20 digits>.hashes`: 32 bytes for each entry since the previous checkpoint, which tells nothing about
//!   anybody (the entries hold keyed hashes and times, so they cannot be guessed from it);
//! - `<size, 20 digits>.checkpoint`: the signed text, written last, so that a checkpoint is never without its hashes.
//!
//! Both are written atomically and never replaced. A million entries take 32 MB.

use std::fs::{self, File, OpenOptions};
use std::io::{self, BufReader, Read as _, Write as _};
use std::path::{Path, PathBuf};

use super::checkpoint::{Checkpoint, CheckpointError, Origin};
use super::tree::Hash;
use super::verify::HashLog;
use crate::crypto::keyring::Checkpoint as CheckpointKey;
use crate::crypto::signing::Verifier;

/// Why the folder cannot be read or written.
#[derive(Debug, thiserror::Error)]
pub enum FolderError {
    /// The file system refused.
    #[error("{}: {source}", .path.display())]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// What it said.
        source: io::Error,
    },
    /// A checkpoint of this size is there already and says something else: the log has been rewritten.
    #[error("{} exists and holds another checkpoint of the same size", .0.display())]
    Differs(PathBuf),
    /// A file does not hold a checkpoint to rely on.
    #[error("{}: {source}", .path.display())]
    Checkpoint {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        source: CheckpointError,
    },
}

/// A folder of checkpoints and leaf hashes.
#[derive(Debug, Clone)]
pub struct CheckpointFolder {
    dir: PathBuf,
}

impl CheckpointFolder {
    /// The folder `dir`, which need not exist before the first [`CheckpointFolder::publish`].
    #[must_use]
    pub fn new(dir: &Path) -> Self {
        Self { dir: dir.to_owned() }
    }

    /// Writes a checkpoint, and `hashes`: those of the entries from the previous checkpoint's size up to its own.
    /// Publishing the same again changes nothing.
    ///
    /// # Errors
    /// [`FolderError::Io`]; [`FolderError::Differs`] when another checkpoint of this size was published.
    pub fn publish(&self, size: u64, note: &str, hashes: &[Hash]) -> Result<PathBuf, FolderError> {
        fs::create_dir_all(&self.dir).map_err(|source| io_error(&self.dir, source))?;
        let path = self.file(size, "checkpoint");
        match fs::read_to_string(&path) {
            Ok(there) if there == note => return Ok(path),
            // The same statement signed again (another second, another key) is no contradiction.
            Ok(there) if statement(&there) == statement(note) => return Ok(path),
            Ok(_) => return Err(FolderError::Differs(path)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(source) => return Err(io_error(&path, source)),
        }
        self.write(&self.file(size, "hashes"), &hashes.concat())?;
        self.write(&path, note.as_bytes())?;
        Ok(path)
    }

    fn file(&self, size: u64, extension: &str) -> PathBuf {
        self.dir.join(format!("{size:020}.{extension}"))
    }

    fn write(&self, path: &Path, content: &[u8]) -> Result<(), FolderError> {
        let temporary = partial(path);
        let written = OpenOptions::new()
            .write(true)
            .create(true)
            .truncate(true)
            .open(&temporary)
            .and_then(|mut file| file.write_all(content).and_then(|()| file.sync_all()))
            .and_then(|()| fs::rename(&temporary, path))
            .and_then(|()| File::open(&self.dir)?.sync_all());
        written.map_err(|source| io_error(path, source))
    }

    /// Every checkpoint in the folder up to `size`, by size, each with its signature checked.
    ///
    /// # Errors
    /// [`FolderError`]; a checkpoint that does not verify is named and not skipped.
    pub fn checkpoints(
        &self,
        up_to: u64,
        origin: &Origin,
        keys: &Verifier<CheckpointKey>,
    ) -> Result<Vec<Checkpoint>, FolderError> {
        let mut found = Vec::new();
        for (size, path) in self.files("checkpoint")? {
            if size > up_to {
                break;
            }
            found.push(read_checkpoint(&path, origin, keys)?);
        }
        Ok(found)
    }

    /// The newest checkpoint in the folder.
    ///
    /// # Errors
    /// [`FolderError`].
    pub fn newest(&self, origin: &Origin, keys: &Verifier<CheckpointKey>) -> Result<Option<Checkpoint>, FolderError> {
        let newest = self.files("checkpoint")?.pop();
        newest.map(|(_, path)| read_checkpoint(&path, origin, keys)).transpose()
    }

    /// Files with this extension and a size as their name, by size.
    fn files(&self, extension: &str) -> Result<Vec<(u64, PathBuf)>, FolderError> {
        let mut found = Vec::new();
        for entry in fs::read_dir(&self.dir).map_err(|source| io_error(&self.dir, source))? {
            let path = entry.map_err(|source| io_error(&self.dir, source))?.path();
            let stem = path.file_stem().and_then(|stem| stem.to_str());
            if path.extension().is_some_and(|found| found == extension)
                && let Some(size) = stem.and_then(|stem| stem.parse().ok())
            {
                found.push((size, path));
            }
        }
        found.sort();
        Ok(found)
    }
}

/// Reads one checkpoint file and checks its signature.
///
/// # Errors
/// [`FolderError`].
pub fn read_checkpoint(
    path: &Path,
    origin: &Origin,
    keys: &Verifier<CheckpointKey>,
) -> Result<Checkpoint, FolderError> {
    let note = fs::read_to_string(path).map_err(|source| io_error(path, source))?;
    Checkpoint::verify(&note, origin, keys).map_err(|source| FolderError::Checkpoint { path: path.to_owned(), source })
}

impl HashLog for CheckpointFolder {
    /// The hashes of all files in the order of their sizes. A file that is missing, cut or altered shows as another
    /// root, and then none of them is believed.
    fn hashes(&self) -> Box<dyn Iterator<Item = io::Result<Hash>> + '_> {
        match self.files("hashes") {
            Ok(files) => Box::new(HashFiles { waiting: files.into_iter(), reading: None, failed: false }),
            Err(error) => Box::new(std::iter::once(Err(io::Error::other(error)))),
        }
    }
}

/// The hashes of one file after another.
struct HashFiles {
    waiting: std::vec::IntoIter<(u64, PathBuf)>,
    reading: Option<BufReader<File>>,
    failed: bool,
}

impl HashFiles {
    fn read(&mut self) -> io::Result<Option<Hash>> {
        loop {
            if let Some(file) = &mut self.reading {
                let mut hash = [0; 32];
                match file.read_exact(&mut hash) {
                    Ok(()) => return Ok(Some(hash)),
                    Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => {}
                    Err(error) => return Err(error),
                }
            }
            match self.waiting.next() {
                Some((_, path)) => self.reading = Some(BufReader::new(File::open(path)?)),
                None => return Ok(None),
            }
        }
    }
}

impl Iterator for HashFiles {
    type Item = io::Result<Hash>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.failed {
            return None;
        }
        let hash = self.read().transpose();
        self.failed = !matches!(hash, Some(Ok(_)));
        hash
    }
}

/// Where a file is written before it gets its name: not the extension of anything that is read.
fn partial(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".part");
    name.into()
}

/// Origin, size and root of a note, without when and by which key it was signed.
fn statement(note: &str) -> Vec<&str> {
    note.split('\n').take(3).collect()
}

fn io_error(path: &Path, source: io::Error) -> FolderError {
    FolderError::Io { path: path.to_owned(), source }
}

#[cfg(test)]
mod tests;
