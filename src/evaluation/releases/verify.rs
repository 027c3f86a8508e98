//! Whether files are those that were issued: the signature over the manifest, and the checksum of every file it lists.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;
use sha2::{Digest, Sha256};

use crate::crypto::keyring::Release;
use crate::crypto::signing::Verifier;
use crate::statistics::formats::files::FileSummary;

/// What is wrong with files.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Wrong {
    /// The signature is not that of a key for releases over this manifest.
    #[error("the signature does not belong to the manifest")]
    Signature,
    /// The manifest is none.
    #[error("the manifest cannot be read")]
    Manifest,
    /// A file is missing.
    #[error("{0} is missing")]
    Missing(String),
    /// A file is not as it was issued.
    #[error("{0} is not as it was issued")]
    Altered(String),
}

#[derive(Deserialize)]
struct Listed {
    files: Vec<FileSummary>,
}

/// The signature file: the name of the key and the signature in base64.
pub fn signature_file(key: &str, signature: &str) -> String {
    format!("{key} {signature}\n")
}

/// Everything that is wrong. `read` gives a file by its name.
pub fn verify(
    manifest: &[u8],
    signature: &str,
    keys: &Verifier<Release>,
    read: impl Fn(&str) -> Option<Vec<u8>>,
) -> Vec<Wrong> {
    let signed = signature.trim().split_once(' ').and_then(|(key, text)| Some((key, STANDARD.decode(text).ok()?)));
    if !signed.is_some_and(|(key, bytes)| keys.verify_bytes(key, manifest, &bytes)) {
        return vec![Wrong::Signature];
    }
    let Ok(listed) = serde_json::from_slice::<Listed>(manifest) else { return vec![Wrong::Manifest] };
    let wrong = |file: FileSummary| match read(&file.name) {
        None => Some(Wrong::Missing(file.name)),
        Some(content) if hex::encode(Sha256::digest(&content)) != file.sha256 => Some(Wrong::Altered(file.name)),
        Some(_) => None,
    };
    listed.files.into_iter().filter_map(wrong).collect()
}
