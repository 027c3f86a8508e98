//! A checkpoint: a signed statement that the tree had this root at this size.
//!
//! The text is a C2SP *signed note* holding a *tlog-checkpoint*, so that witnesses and tools made for transparency logs
//! can read it:
//!
//! ```text
//! zedenregister.example/audit
//! 1042
//! Lqk2...=
//! time 2026-04-01T12:00:00Z
//! key checkpoint-20260401-9f31c0aa
//!
//! — zedenregister.example/audit 5vJ1Zm...
//! ```
//!
//! Origin, size and root; then two extension lines, which the signature covers as well: when it was signed and with
//! which key of the ring. The signature line holds the first four bytes of the key's C2SP identifier and the Ed25519
//! signature over everything up to and including the newline before the empty line. Lines of witnesses may follow it.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256};

use super::tree::Hash;
use crate::clock::UtcTime;
use crate::crypto::keyring::Checkpoint as CheckpointKey;
use crate::crypto::signing::{Signer, SigningError, Verifier};

/// More than any checkpoint has; a longer text is not read.
const MAX_NOTE: usize = 16 * 1024;
/// Signature type of Ed25519 in a C2SP key identifier.
const ED25519: u8 = 1;

/// Why a text is not a checkpoint, or not one to rely on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CheckpointError {
    /// Not the lines a checkpoint has.
    #[error("this is not a checkpoint: {0}")]
    Malformed(&'static str),
    /// Of another log, or of another installation of this one.
    #[error("the checkpoint is of another log than the one expected")]
    Origin,
    /// Signed with a key that is not in the set, or for another use.
    #[error("the checkpoint names a key that is not known for checkpoints")]
    UnknownKey,
    /// The text or the signature was altered.
    #[error("the signature does not belong to this checkpoint")]
    Signature,
}

/// The name of a log: one word without spaces or plus signs, such as `zedenregister.example/audit`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin(String);

impl Origin {
    /// # Errors
    /// [`CheckpointError::Malformed`].
    pub fn new(text: &str) -> Result<Self, CheckpointError> {
        let fits = |symbol: char| symbol.is_ascii_graphic() && symbol != '+';
        if text.is_empty() || text.len() > 200 || !text.chars().all(fits) {
            return Err(CheckpointError::Malformed("an origin is one word of ASCII without '+'"));
        }
        Ok(Self(text.to_owned()))
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// What a checkpoint states. A value of this type that came from [`Checkpoint::verify`] was signed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checkpoint {
    /// The log.
    pub origin: Origin,
    /// Number of entries.
    pub size: u64,
    /// Root over them.
    pub root: Hash,
    /// When it was signed, by the system clock, in whole seconds.
    pub at: UtcTime,
}

impl Checkpoint {
    /// The signed text.
    ///
    /// # Errors
    /// [`SigningError`].
    pub fn sign(&self, signer: &Signer<CheckpointKey>) -> Result<String, SigningError> {
        let text = self.text(signer.kid());
        let signature = signer.sign_bytes(text.as_bytes())?;
        let identified = [&key_identifier(&self.origin, signer.public())[..], &signature].concat();
        Ok(format!("{text}\n\u{2014} {} {}\n", self.origin.as_str(), STANDARD.encode(identified)))
    }

    /// The part that is signed.
    fn text(&self, kid: &str) -> String {
        format!(
            "{}\n{}\n{}\ntime {}\nkey {kid}\n",
            self.origin.as_str(),
            self.size,
            STANDARD.encode(self.root),
            whole_seconds(self.at),
        )
    }

    /// Reads a signed checkpoint and checks its signature with the published keys.
    ///
    /// # Errors
    /// [`CheckpointError`].
    pub fn verify(note: &str, origin: &Origin, keys: &Verifier<CheckpointKey>) -> Result<Self, CheckpointError> {
        if note.len() > MAX_NOTE {
            return Err(CheckpointError::Malformed("too long"));
        }
        let parted =
            note.split_once("\n\n").ok_or(CheckpointError::Malformed("no empty line before the signatures"))?;
        let (checkpoint, kid) = parse(parted.0)?;
        // What was parsed must be what was signed, to the byte: no other spelling of a number or a date.
        let signed = checkpoint.text(&kid);
        if signed.strip_suffix('\n') != Some(parted.0) {
            return Err(CheckpointError::Malformed("not in the one form a checkpoint has"));
        }
        if checkpoint.origin != *origin {
            return Err(CheckpointError::Origin);
        }
        let public = keys.public_key(&kid).ok_or(CheckpointError::UnknownKey)?;
        let identifier = key_identifier(origin, public);
        let mut ours = signatures(parted.1)?.into_iter().filter(|line| line.0 == origin.as_str());
        let good = ours.any(|(_, bytes)| {
            bytes.strip_prefix(&identifier[..]).is_some_and(|bytes| keys.verify_bytes(&kid, signed.as_bytes(), bytes))
        });
        if good { Ok(checkpoint) } else { Err(CheckpointError::Signature) }
    }
}

fn parse(text: &str) -> Result<(Checkpoint, String), CheckpointError> {
    let malformed = CheckpointError::Malformed;
    let lines: Vec<&str> = text.split('\n').collect();
    let [origin, size, root, time, key] = lines[..] else {
        return Err(malformed("it has five lines before the empty one"));
    };
    let root = STANDARD.decode(root).ok().and_then(|bytes| bytes.try_into().ok());
    let time = time.strip_prefix("time ").and_then(|at| chrono::DateTime::parse_from_rfc3339(at).ok());
    Ok((
        Checkpoint {
            origin: Origin::new(origin)?,
            size: size.parse().map_err(|_| malformed("the second line is not a size"))?,
            root: root.ok_or(malformed("the third line is not a root"))?,
            at: time.ok_or(malformed("the fourth line is not a time"))?.to_utc().into(),
        },
        key.strip_prefix("key ").ok_or(malformed("the fifth line is not a key"))?.to_owned(),
    ))
}

/// Name and bytes of each signature line.
fn signatures(lines: &str) -> Result<Vec<(&str, Vec<u8>)>, CheckpointError> {
    let malformed = CheckpointError::Malformed("a signature line is not '— name base64'");
    lines
        .strip_suffix('\n')
        .ok_or(malformed)?
        .split('\n')
        .map(|line| {
            let (name, bytes) =
                line.strip_prefix("\u{2014} ").and_then(|rest| rest.split_once(' ')).ok_or(malformed)?;
            Ok((name, STANDARD.decode(bytes).map_err(|_| malformed)?))
        })
        .collect()
}

/// First four bytes of `SHA-256(name || 0x0A || 0x01 || public key)`.
fn key_identifier(origin: &Origin, public: &[u8; 32]) -> [u8; 4] {
    let digest: Hash = Sha256::new()
        .chain_update(origin.as_str())
        .chain_update([b'\n', ED25519])
        .chain_update(public)
        .finalize()
        .into();
    [digest[0], digest[1], digest[2], digest[3]]
}

fn whole_seconds(at: UtcTime) -> String {
    at.utc().to_rfc3339_opts(chrono::SecondsFormat::Secs, true)
}

#[cfg(test)]
mod tests;
