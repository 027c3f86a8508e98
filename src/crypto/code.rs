//! Codes and tokens that are shown once and stored only as a hash: activation codes for people,
//! opaque tokens for programs.
//!
//! Both carry at least 128 bits of randomness, so a plain SHA-256 is enough to store them: there is
//! nothing to guess. What a code is for goes into the hash, so that the hash of one kind of code is
//! never that of another.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use rand::CryptoRng;
use secrecy::{ExposeSecret, SecretString};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq as _;

use super::length_prefixed;

/// Crockford's base 32: no I, L, O or U, so nothing can be misread for something else.
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const GROUPS: usize = 7;
const GROUP: usize = 4;

/// What a code or token is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CodeKind {
    /// Typed once by a person, to take an account into use.
    Activation,
    /// Replaces a lost second factor, once.
    Recovery,
    /// In the cookie of a console session.
    Session,
    /// Opaque part of a refresh token.
    Refresh,
}

impl CodeKind {
    const fn label(self) -> &'static str {
        match self {
            Self::Activation => "activation",
            Self::Recovery => "recovery",
            Self::Session => "session",
            Self::Refresh => "refresh",
        }
    }
}

/// What is stored of a code or token: 64 hexadecimal digits.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct CodeHash(String);

impl CodeHash {
    /// The text to store and to look up by.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Compares with a stored text without telling, by the time it takes, where they differ.
    #[must_use]
    pub fn matches(&self, stored: &str) -> bool {
        self.0.as_bytes().ct_eq(stored.as_bytes()).into()
    }
}

impl fmt::Debug for CodeHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CodeHash(..)")
    }
}

/// A code for a person to type: 28 characters (140 bits) in seven groups, as in
/// `7K3M-0Q9D-...`.
#[must_use]
pub fn generate_code(rng: &mut dyn CryptoRng) -> SecretString {
    let mut random = [0u8; GROUPS * GROUP];
    rng.fill_bytes(&mut random);
    let mut text = String::with_capacity(GROUPS * (GROUP + 1));
    for (at, byte) in random.iter().enumerate() {
        if at > 0 && at % GROUP == 0 {
            text.push('-');
        }
        // 256 is a multiple of 32, so the lowest five bits are evenly spread.
        text.push(char::from(ALPHABET[usize::from(byte & 31)]));
    }
    text.into()
}

/// A token for a program to keep: 256 random bits in base64url.
#[must_use]
pub fn generate_token(rng: &mut dyn CryptoRng) -> SecretString {
    let mut random = [0u8; 32];
    rng.fill_bytes(&mut random);
    URL_SAFE_NO_PAD.encode(random).into()
}

/// The hash of a code as a person typed it: case, spaces and dashes do not count, and O, I and L
/// are read as the digits they were meant to be. `None` when it cannot be a code at all.
#[must_use]
pub fn hash_code(kind: CodeKind, typed: &str) -> Option<CodeHash> {
    if typed.len() > 200 {
        return None;
    }
    let mut plain = zeroize::Zeroizing::new(String::with_capacity(GROUPS * GROUP));
    for symbol in typed.chars() {
        match symbol.to_ascii_uppercase() {
            '-' | ' ' => {}
            'O' => plain.push('0'),
            'I' | 'L' => plain.push('1'),
            upper if upper.is_ascii() && ALPHABET.contains(&(upper as u8)) => plain.push(upper),
            _ => return None,
        }
    }
    (plain.len() == GROUPS * GROUP).then(|| hash(kind, &plain))
}

/// The hash of a token, exactly as it was given out.
#[must_use]
pub fn hash_token(kind: CodeKind, token: &SecretString) -> CodeHash {
    hash(kind, token.expose_secret())
}

fn hash(kind: CodeKind, text: &str) -> CodeHash {
    let bound =
        zeroize::Zeroizing::new(length_prefixed(&[b"zedenregister/code/v1", kind.label().as_bytes(), text.as_bytes()]));
    CodeHash(hex::encode(Sha256::digest(&*bound)))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use rand::SeedableRng as _;
    use rand::rngs::StdRng;

    use super::*;

    // ASVS 5.0: 6.5.4, 6.6.3, 11.5.1
    #[test]
    fn a_code_is_seven_groups_and_survives_how_people_type() {
        let mut rng = StdRng::seed_from_u64(1);
        let code = generate_code(&mut rng);
        let code = code.expose_secret();
        assert_eq!(code.split('-').map(str::len).collect::<Vec<_>>(), [4; 7]);
        let stored = hash_code(CodeKind::Activation, code).unwrap();
        for typed in [
            code.to_lowercase(),
            code.replace('-', " "),
            code.replace('-', ""),
            code.replace('0', "o").replace('1', "l"),
            format!("  {code} "),
        ] {
            assert!(hash_code(CodeKind::Activation, &typed).unwrap().matches(stored.as_str()));
        }
    }

    #[test]
    fn another_code_another_kind_and_no_code_do_not_match() {
        let mut rng = StdRng::seed_from_u64(1);
        let (one, two) = (generate_code(&mut rng), generate_code(&mut rng));
        let stored = hash_code(CodeKind::Activation, one.expose_secret()).unwrap();
        let other = hash_code(CodeKind::Activation, two.expose_secret()).unwrap();
        assert!(!other.matches(stored.as_str()));
        let kind = hash_code(CodeKind::Recovery, one.expose_secret()).unwrap();
        assert!(!kind.matches(stored.as_str()));
        let cut = &one.expose_secret()[..33];
        for bad in ["", "UUUU", cut, &"0".repeat(29), &"0".repeat(5000), "ééé"] {
            assert_eq!(hash_code(CodeKind::Activation, bad), None, "{bad}");
        }
        assert!(!stored.matches("") && !stored.matches(&stored.as_str()[..63]));
    }

    // ASVS 5.0: 7.2.3, 11.5.1
    #[test]
    fn tokens_are_256_bits_and_all_different() {
        let mut rng = StdRng::seed_from_u64(1);
        let tokens: BTreeSet<_> = (0..100).map(|_| generate_token(&mut rng).expose_secret().to_owned()).collect();
        assert_eq!(tokens.len(), 100);
        assert!(tokens.iter().all(|token| token.len() == 43));
    }

    // ASVS 5.0: 6.5.2, 16.2.5
    #[test]
    fn a_hash_does_not_hold_the_token_and_debug_shows_nothing() {
        let token = SecretString::from("abc".to_owned());
        let hash = hash_token(CodeKind::Session, &token);
        assert_eq!(hash.as_str().len(), 64);
        assert_ne!(hash.as_str(), hash_token(CodeKind::Refresh, &token).as_str());
        assert_eq!(format!("{hash:?}"), "CodeHash(..)");
    }
}
