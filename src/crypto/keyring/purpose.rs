//! What a key is for. Each purpose is a value (for files and command lines) and a type (for code),
//! so that a key for receipts given to something that signs tokens does not compile.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// What a key is for, as written in a key file and on the command line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum KeyPurpose {
    /// Wraps the data key of each person.
    FieldKek,
    /// Keyed hashes by which encrypted columns are searched.
    BlindIndex,
    /// Keyed hashes of persons in audit entries.
    AuditLeaf,
    /// Signs access and refresh tokens.
    Token,
    /// Signs receipts.
    Receipt,
    /// Signs checkpoints of the audit tree.
    Checkpoint,
    /// Signs releases of statistics.
    Release,
}

impl KeyPurpose {
    /// Every purpose, in the order in which they are listed.
    pub const ALL: [Self; 7] = [
        Self::FieldKek,
        Self::BlindIndex,
        Self::AuditLeaf,
        Self::Token,
        Self::Receipt,
        Self::Checkpoint,
        Self::Release,
    ];

    /// The name in files, file names and on the command line.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::FieldKek => "field-kek",
            Self::BlindIndex => "blind-index",
            Self::AuditLeaf => "audit-leaf",
            Self::Token => "token",
            Self::Receipt => "receipt",
            Self::Checkpoint => "checkpoint",
            Self::Release => "release",
        }
    }

    /// The one algorithm used for this purpose.
    #[must_use]
    pub const fn algorithm(self) -> KeyAlgorithm {
        match self {
            Self::FieldKek => KeyAlgorithm::Aes256GcmSiv,
            Self::BlindIndex | Self::AuditLeaf => KeyAlgorithm::HmacSha256,
            Self::Token | Self::Receipt | Self::Checkpoint | Self::Release => KeyAlgorithm::Ed25519,
        }
    }
}

impl fmt::Display for KeyPurpose {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A purpose that is not one of [`KeyPurpose::ALL`].
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("unknown key purpose; known are field-kek, blind-index, audit-leaf, token, receipt, checkpoint, release")]
pub struct UnknownPurpose;

impl FromStr for KeyPurpose {
    type Err = UnknownPurpose;

    fn from_str(text: &str) -> Result<Self, UnknownPurpose> {
        Self::ALL.into_iter().find(|purpose| purpose.as_str() == text).ok_or(UnknownPurpose)
    }
}

/// The algorithm a key is used with; written in each key file so that a change of algorithm is a
/// new key and never a reinterpretation of an old one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum KeyAlgorithm {
    /// AES-256-GCM-SIV (RFC 8452), 256-bit key.
    #[serde(rename = "aes-256-gcm-siv")]
    Aes256GcmSiv,
    /// HMAC with SHA-256 (RFC 2104), 256-bit key.
    #[serde(rename = "hmac-sha-256")]
    HmacSha256,
    /// Ed25519 signatures (RFC 8032), 32-byte seed.
    Ed25519,
}

impl KeyAlgorithm {
    /// The name written in key files.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Aes256GcmSiv => "aes-256-gcm-siv",
            Self::HmacSha256 => "hmac-sha-256",
            Self::Ed25519 => "ed25519",
        }
    }
}

mod sealed {
    pub trait Sealed {}
}

/// A purpose as a type. Only the seven types of this module implement it.
pub trait Purpose: sealed::Sealed + Send + Sync + 'static {
    /// The same purpose as a value.
    const PURPOSE: KeyPurpose;
}

/// A purpose whose key is a shared secret of 32 bytes.
pub trait Symmetric: Purpose {}

/// A purpose whose key is an Ed25519 pair.
pub trait Signing: Purpose {}

/// A purpose whose keys sign bytes as they are, and not JSON.
pub trait SignsBytes: Signing {}
impl SignsBytes for Checkpoint {}
impl SignsBytes for Release {}

macro_rules! purposes {
    ($($(#[$doc:meta])* $name:ident: $kind:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy)]
        pub enum $name {}
        impl sealed::Sealed for $name {}
        impl Purpose for $name {
            const PURPOSE: KeyPurpose = KeyPurpose::$name;
        }
        impl $kind for $name {}
    )+};
}

purposes! {
    /// Wraps the data key of each person.
    FieldKek: Symmetric,
    /// Keyed hashes by which encrypted columns are searched.
    BlindIndex: Symmetric,
    /// Keyed hashes of persons in audit entries.
    AuditLeaf: Symmetric,
    /// Signs access and refresh tokens.
    Token: Signing,
    /// Signs receipts.
    Receipt: Signing,
    /// Signs checkpoints of the audit tree.
    Checkpoint: Signing,
    /// Signs releases of statistics.
    Release: Signing,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_purpose_is_read_back_from_its_name() {
        for purpose in KeyPurpose::ALL {
            assert_eq!(purpose.as_str().parse(), Ok(purpose));
        }
        assert_eq!("tokens".parse::<KeyPurpose>(), Err(UnknownPurpose));
    }
}
