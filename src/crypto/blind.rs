//! The blind index: keyed hashes by which an encrypted column can be searched for equality, and the normal forms that
//! make two spellings of one thing equal.
//!
//! Owns the digests and the normal forms. Must not know tables. A digest is HMAC-SHA-256 over kind and value, cut to
//! 128 bits: without the key nobody can test a guess, and a digest of one kind never equals one of another.

use hmac::{Hmac, KeyInit as _, Mac as _};
use rphonetic::{Cologne, Encoder as _};
use sha2::Sha256;
use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::is_combining_mark;

use super::keyring::{BlindIndex as Purpose, Key, KeyRing, KeyRingError};
use super::length_prefixed;

/// What a digest is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// Citizen service number.
    Bsn,
    /// Chain number.
    Skn,
    /// Surname in its normal form.
    Surname,
    /// Sound of a surname.
    SurnamePhonetic,
    /// Surname in its normal form with the birth date.
    SurnameBirthDate,
    /// Birth date.
    BirthDate,
    /// Postcode and house number.
    PostcodeNumber,
    /// Telephone number.
    Phone,
    /// E-mail address.
    Email,
    /// A place within one registration.
    Place,
    /// The name by which somebody signs in.
    Username,
}

impl Kind {
    const fn domain(self) -> &'static [u8] {
        match self {
            Self::Bsn => b"bsn",
            Self::Skn => b"skn",
            Self::Surname => b"surname",
            Self::SurnamePhonetic => b"surname-phonetic",
            Self::SurnameBirthDate => b"surname-birth-date",
            Self::BirthDate => b"birth-date",
            Self::PostcodeNumber => b"postcode-number",
            Self::Phone => b"phone",
            Self::Email => b"email",
            Self::Place => b"place",
            Self::Username => b"username",
        }
    }
}

/// Makes digests with the active key.
pub struct BlindIndex {
    key: Key<Purpose>,
}

impl BlindIndex {
    /// With the active key of the ring. Another key gives other digests: rotating it means making the index anew.
    ///
    /// # Errors
    /// [`KeyRingError::NoActiveKey`].
    pub fn new(ring: &KeyRing) -> Result<Self, KeyRingError> {
        let key: Key<Purpose> = ring.active()?;
        key.secret()?;
        Ok(Self { key })
    }

    /// The digest of `value`: 32 hexadecimal digits. Values are compared as they are; bring them into their normal
    /// form first.
    pub fn digest(&self, kind: Kind, value: &str) -> String {
        // That the key has a secret was made sure of on opening; without one nothing is ever found.
        let Ok(secret) = self.key.secret() else { return String::new() };
        let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(secret) else { return String::new() };
        mac.update(&length_prefixed(&[b"zedenregister/blind/v1", kind.domain(), value.as_bytes()]));
        hex::encode(&mac.finalize().into_bytes()[..16])
    }
}

impl std::fmt::Debug for BlindIndex {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("BlindIndex").finish_non_exhaustive()
    }
}

/// Prefixes of Dutch surnames, which people write, leave out and misplace.
const PREFIXES: [&str; 16] =
    ["van", "von", "de", "den", "der", "het", "t", "ter", "ten", "te", "la", "le", "du", "op", "in", "el"];

/// A surname in one spelling: lower case, no accents, no prefixes, one space between parts, `y` for `ij`.
pub fn normalised_surname(surname: &str) -> String {
    let plain: String = surname
        .nfkd()
        .filter(|symbol| !is_combining_mark(*symbol))
        .map(|symbol| if symbol.is_alphanumeric() { symbol } else { ' ' })
        .collect::<String>()
        .to_lowercase()
        .replace("ij", "y");
    let parts: Vec<&str> = plain.split_whitespace().collect();
    let own: Vec<&str> = parts.iter().copied().filter(|part| !PREFIXES.contains(part)).collect();
    // Somebody called nothing but "De" keeps that name.
    if own.is_empty() { parts.join(" ") } else { own.join(" ") }
}

/// The sound of a surname by the Cologne rules, which were made for German and hear Dutch better than those made for
/// English do.
pub fn phonetic_surname(surname: &str) -> String {
    let normal = normalised_surname(surname).replace("ph", "f").replace("ck", "k").replace('y', "i");
    normal.split(' ').map(|part| Cologne.encode(part)).collect::<Vec<_>>().join(" ")
}

/// An e-mail address in one spelling.
pub fn normalised_email(email: &str) -> String {
    email.trim().to_lowercase()
}

/// A telephone number in one spelling: digits with a plus in front.
pub fn normalised_phone(phone: &str) -> String {
    let digits: String = phone.chars().filter(char::is_ascii_digit).collect();
    match digits.strip_prefix("00") {
        Some(international) => format!("+{international}"),
        None if phone.trim_start().starts_with('+') => format!("+{digits}"),
        None => match digits.strip_prefix('0') {
            Some(national) => format!("+31{national}"),
            None => format!("+{digits}"),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_of_one_surname_are_equal() {
        for spelling in ["van der Meij", "Meij", "MEY", "van der  Méij", "Meij, van der"] {
            assert_eq!(normalised_surname(spelling), "mey", "{spelling}");
        }
        assert_eq!(normalised_surname("Jansen-de Vries"), "jansen vries");
        assert_eq!(normalised_surname("De"), "de");
        assert_ne!(normalised_surname("Meijer"), normalised_surname("Meij"));
    }

    #[test]
    fn surnames_that_sound_alike_share_a_sound() {
        for (one, other) in [("Jansen", "Janssen"), ("Meijer", "Meyer"), ("Visser", "Fisser"), ("Bakker", "Backer")] {
            assert_eq!(phonetic_surname(one), phonetic_surname(other), "{one} {other}");
        }
        assert_ne!(phonetic_surname("Jansen"), phonetic_surname("Bakker"));
    }

    #[test]
    fn one_telephone_number_has_one_spelling() {
        for spelling in ["+31612345678", "0031 6 12345678", "06-12345678", "+31 (6) 1234 5678"] {
            assert_eq!(normalised_phone(spelling), "+31612345678", "{spelling}");
        }
    }
}
