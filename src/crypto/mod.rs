//! Everything that holds or uses a secret: the key ring, field encryption, the blind index,
//! signatures, passwords and second factors.
//!
//! Owns: key files, algorithms and text forms of what they produce. Must not: read the clock (time
//! is a parameter), draw randomness of its own accord (a generator is a parameter), open a database,
//! or write a secret to a log, an error or a `Debug` text.
//! | module | what it makes |
//! |---|---|
//! | [`keyring`] | the folder of long-lived keys, one type per purpose so that they cannot be mixed |
//! | [`field`] | a data key per person, and personal data encrypted under it |
//! | [`blind`] | keyed hashes by which an encrypted column can still be searched |
//! | [`signing`] | JSON Web Signatures, signatures over checkpoints |
//! | [`claims`] | what a token says, and whether it is valid now |
//! | [`jwks`] | the public keys, as a document anyone can fetch |
//! | [`receipt`] | the signed proof a registrant keeps of what was handed in |
//! | [`password`] | argon2id hashes |
//! | [`totp`] | the second factor |
//! | [`code`] | activation codes and opaque tokens, stored only as hashes |

pub mod blind;
pub mod claims;
pub mod code;
pub mod field;
pub mod jwks;
pub mod keyring;
pub mod password;
pub mod receipt;
pub mod signing;
pub mod totp;

use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;
use zeroize::Zeroizing;

/// Joins `parts` so that no two different lists give the same bytes: each is preceded by its length.
///
/// Used wherever several values are bound together under one hash or one authentication tag;
/// a plain concatenation would let `("ab", "c")` pass for `("a", "bc")`.
pub(crate) fn length_prefixed(parts: &[&[u8]]) -> Vec<u8> {
    let mut joined = Vec::with_capacity(parts.iter().map(|part| part.len() + 8).sum());
    for part in parts {
        joined.extend_from_slice(&(part.len() as u64).to_be_bytes());
        joined.extend_from_slice(part);
    }
    joined
}

/// HMAC-SHA-256 over `parts`, each preceded by its length. The first part says what the hash is for.
pub(crate) fn keyed_hash(key: &[u8; 32], parts: &[&[u8]]) -> [u8; 32] {
    // HMAC itself fills a short key with zeros up to the block of its hash (RFC 2104, section 2).
    let mut block = Zeroizing::new([0; 64]);
    block[..32].copy_from_slice(key);
    let mut mac = Hmac::<Sha256>::new(&(*block).into());
    mac.update(&length_prefixed(parts));
    mac.finalize().into_bytes().into()
}

/// SHA-256 of `bytes`.
pub fn sha256(bytes: &[u8]) -> [u8; 32] {
    use sha2::{Digest as _, Sha256};
    Sha256::digest(bytes).into()
}

/// SHA-256 of `bytes`, in hexadecimal digits.
pub fn sha256_hex(bytes: &[u8]) -> String {
    hex::encode(sha256(bytes))
}

#[cfg(test)]
mod tests {
    use super::{keyed_hash, length_prefixed};

    /// Computed with Python's `hmac` module over the same bytes.
    // ASVS 5.0: 11.2.1, 11.4.1, 11.4.3
    #[test]
    fn the_keyed_hash_is_hmac_sha_256() {
        let hash = keyed_hash(&[0x0b; 32], &[b"a", b""]);
        assert_eq!(hex::encode(hash), "5f529f37812996d85599f269fbfa88a7e47f947b227966d40a28ac37c28acbd1");
    }

    #[test]
    fn the_border_between_parts_counts() {
        assert_ne!(length_prefixed(&[b"ab", b"c"]), length_prefixed(&[b"a", b"bc"]));
        assert_ne!(length_prefixed(&[b"ab"]), length_prefixed(&[b"ab", b""]));
    }
}
