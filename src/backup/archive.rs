//! The form of an archive.
//!
//! A line that says what it is; a header in JSON with its length in front; pieces of at most a mebibyte, each with its
//! length and whether it is the last; and the SHA-256 of everything before it. A piece is encrypted under a key of this
//! archive alone (AES-256-GCM-SIV, as fields are), bound to the header, to its number and to being the last or not, so that
//! nothing can be changed, moved, left out or added. The key stands in the header, wrapped by the key ring.

use std::io::{self, Read, Write};

use chrono::{DateTime, Utc};
use rand::CryptoRng;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::{Form, Part};
use crate::crypto::field::{DataKey, FieldError, FieldPlace, WrappedDataKey};
use crate::crypto::keyring::{FieldKek, KeyRing, KeyRingError};
use crate::crypto::sha256_hex;
use crate::ids::PersonId;

const MAGIC: &[u8] = b"zedenregister backup 1\n";
/// Bytes encrypted together.
const PIECE: usize = 1 << 20;
/// No header is longer.
const MOST_HEADER: u32 = 1 << 16;
/// What encryption adds to a piece.
const OVERHEAD: usize = 28;

/// Why an archive is not one to rely on.
#[derive(Debug, thiserror::Error)]
pub enum ArchiveError {
    /// It does not begin as one.
    #[error("this is not a backup of this program, or its beginning is damaged")]
    NotABackup,
    /// It is not what was written.
    #[error("the backup is damaged: {0}; nothing was taken from it")]
    Damaged(&'static str),
    /// It ends too early.
    #[error("the backup is cut off; nothing was taken from it")]
    CutOff,
    /// The key folder does not hold the key that wraps the key of this archive.
    #[error("the key folder cannot open this backup: {0}")]
    WrongKeys(KeyRingError),
    /// Encryption refused.
    #[error("the backup cannot be encrypted: {0}")]
    Encryption(#[from] FieldError),
    /// The file system.
    #[error(transparent)]
    Io(io::Error),
}

impl From<io::Error> for ArchiveError {
    fn from(error: io::Error) -> Self {
        if error.kind() == io::ErrorKind::UnexpectedEof { Self::CutOff } else { Self::Io(error) }
    }
}

/// What an archive said through a reader, if it was the archive that said it.
///
/// # Errors
/// The error itself, when something else said it.
pub fn said(error: io::Error) -> Result<ArchiveError, io::Error> {
    error.downcast::<ArchiveError>()
}

/// What an archive says of itself. Nothing of it is secret, and nothing of it can be changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Header {
    /// What it holds.
    pub part: Part,
    /// In which form.
    pub form: Form,
    /// When it was begun.
    pub begun_at: DateTime<Utc>,
    /// The program that made it.
    pub program: String,
    /// How many audit entries the register had when it was begun; for the register.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub audit_entries: Option<i64>,
    /// The key of this archive, wrapped by the key ring.
    key: WrappedDataKey,
}

/// What is to be said of a new archive.
#[derive(Debug, Clone, Copy)]
pub struct About {
    /// What it holds.
    pub part: Part,
    /// In which form.
    pub form: Form,
    /// When it was begun.
    pub begun_at: DateTime<Utc>,
    /// How many audit entries the register has; for the register.
    pub audit_entries: Option<i64>,
}

/// Writes an archive.
pub struct Writer<W: Write, R: CryptoRng> {
    out: Hashed<W>,
    rng: R,
    key: DataKey,
    bound_to: String,
    piece: Vec<u8>,
    number: u64,
}

impl<W: Write, R: CryptoRng> Writer<W, R> {
    /// Begins an archive under the active key of `ring`.
    ///
    /// # Errors
    /// When there is no such key, or the header cannot be written.
    pub fn begin(out: W, ring: &KeyRing, about: About, mut rng: R) -> Result<Self, ArchiveError> {
        let key = DataKey::generate(&mut rng);
        let kek = ring.active::<FieldKek>().map_err(ArchiveError::WrongKeys)?;
        let header = Header {
            part: about.part,
            form: about.form,
            begun_at: about.begun_at,
            program: env!("CARGO_PKG_VERSION").to_owned(),
            audit_entries: about.audit_entries,
            key: key.wrap(PersonId::fresh(), &kek, &mut rng)?,
        };
        let header = serde_json::to_vec(&header).map_err(io::Error::from)?;
        let length = u32::try_from(header.len()).map_err(io::Error::other)?;
        let mut out = Hashed::new(out);
        out.write_all(MAGIC)?;
        out.write_all(&length.to_be_bytes())?;
        out.write_all(&header)?;
        Ok(Self { out, rng, key, bound_to: sha256_hex(&header), piece: Vec::with_capacity(PIECE), number: 0 })
    }

    /// Ends it with its last piece and its checksum.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn finish(mut self) -> Result<W, ArchiveError> {
        self.put(true)?;
        let digest = self.out.digest.finalize();
        self.out.inner.write_all(&digest)?;
        self.out.inner.flush()?;
        Ok(self.out.inner)
    }

    fn put(&mut self, last: bool) -> Result<(), ArchiveError> {
        let row = row_of(self.number, last);
        let place = FieldPlace { table: "backup", column: &self.bound_to, row: &row };
        let sealed = self.key.encrypt_piece(place, &self.piece, &mut self.rng)?;
        let length = u32::try_from(sealed.len()).map_err(io::Error::other)?;
        self.out.write_all(&[u8::from(last)])?;
        self.out.write_all(&length.to_be_bytes())?;
        self.out.write_all(&sealed)?;
        self.piece.clear();
        self.number += 1;
        Ok(())
    }
}

impl<W: Write, R: CryptoRng> Write for Writer<W, R> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.piece.len() == PIECE {
            self.put(false).map_err(io::Error::other)?;
        }
        let room = PIECE - self.piece.len();
        let taken = bytes.get(..room).unwrap_or(bytes);
        self.piece.extend_from_slice(taken);
        Ok(taken.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Reads an archive, and answers an error as soon as something is not what was written. Only who read to the end knows
/// that all of it is.
#[derive(Debug)]
pub struct Reader<R: Read> {
    input: Hashed<R>,
    header: Header,
    key: DataKey,
    bound_to: String,
    piece: Vec<u8>,
    at: usize,
    number: u64,
    ended: bool,
}

impl<R: Read> Reader<R> {
    /// Opens an archive with the keys of `ring`.
    ///
    /// # Errors
    /// When it is none, or these keys do not open it.
    pub fn open(input: R, ring: &KeyRing) -> Result<Self, ArchiveError> {
        let mut input = Hashed::new(input);
        let mut magic = [0; MAGIC.len()];
        input.read_exact(&mut magic)?;
        if magic != MAGIC {
            return Err(ArchiveError::NotABackup);
        }
        let mut length = [0; 4];
        input.read_exact(&mut length)?;
        let length = u32::from_be_bytes(length);
        if length > MOST_HEADER {
            return Err(ArchiveError::Damaged("its header has an impossible length"));
        }
        let mut text = vec![0; length as usize];
        input.read_exact(&mut text)?;
        let header: Header =
            serde_json::from_slice(&text).map_err(|_| ArchiveError::Damaged("its header cannot be read"))?;
        let kek = ring.by_kid::<FieldKek>(&header.key.kek).map_err(ArchiveError::WrongKeys)?;
        let key =
            header.key.unwrap_with(&kek).map_err(|_| ArchiveError::Damaged("its key was changed, or is another's"))?;
        let bound_to = sha256_hex(&text);
        Ok(Self { input, header, key, bound_to, piece: Vec::new(), at: 0, number: 0, ended: false })
    }

    /// What it says of itself. To be believed once the first piece was read.
    pub fn header(&self) -> &Header {
        &self.header
    }

    fn next(&mut self) -> Result<(), ArchiveError> {
        let mut front = [0; 5];
        self.input.read_exact(&mut front)?;
        let [last, length @ ..] = front;
        let length = u32::from_be_bytes(length) as usize;
        if last > 1 || !(OVERHEAD..=PIECE + OVERHEAD).contains(&length) {
            return Err(ArchiveError::Damaged("a piece has an impossible length"));
        }
        let mut sealed = vec![0; length];
        self.input.read_exact(&mut sealed)?;
        let row = row_of(self.number, last == 1);
        let place = FieldPlace { table: "backup", column: &self.bound_to, row: &row };
        let opened = self.key.decrypt_piece(place, &sealed);
        self.piece = opened.map_err(|_| ArchiveError::Damaged("a piece is not what was written"))?.to_vec();
        self.at = 0;
        self.number += 1;
        if last == 1 {
            self.end()?;
        }
        Ok(())
    }

    fn end(&mut self) -> Result<(), ArchiveError> {
        let expected = self.input.digest.clone().finalize();
        let mut found = [0; 32];
        self.input.inner.read_exact(&mut found)?;
        if found != expected[..] {
            return Err(ArchiveError::Damaged("its checksum is another"));
        }
        if self.input.inner.read(&mut [0; 1])? != 0 {
            return Err(ArchiveError::Damaged("something was added behind its end"));
        }
        self.ended = true;
        Ok(())
    }
}

impl<R: Read> Read for Reader<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.at == self.piece.len() {
            if self.ended {
                return Ok(0);
            }
            self.next().map_err(io::Error::other)?;
        }
        let rest = self.piece.get(self.at..).unwrap_or_default();
        let n = rest.len().min(buffer.len());
        if let (Some(to), Some(from)) = (buffer.get_mut(..n), rest.get(..n)) {
            to.copy_from_slice(from);
        }
        self.at += n;
        Ok(n)
    }
}

fn row_of(number: u64, last: bool) -> String {
    if last { format!("{number}/last") } else { number.to_string() }
}

/// Hashes what passes.
#[derive(Debug)]
struct Hashed<T> {
    inner: T,
    digest: Sha256,
}

impl<T> Hashed<T> {
    fn new(inner: T) -> Self {
        Self { inner, digest: Sha256::new() }
    }
}

impl<W: Write> Write for Hashed<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let n = self.inner.write(bytes)?;
        self.digest.update(bytes.get(..n).unwrap_or_default());
        Ok(n)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}

impl<R: Read> Read for Hashed<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let n = self.inner.read(buffer)?;
        self.digest.update(buffer.get(..n).unwrap_or_default());
        Ok(n)
    }
}
