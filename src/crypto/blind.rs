//! The blind index: keyed hashes by which an encrypted column can be searched for equality.
//!
//! Owns the digests, and in [`normal`] the forms that make two spellings of one thing equal. Must not know tables.
//! A digest is HMAC-SHA-256 over kind and value, cut to 128 bits: without the key nobody can test a guess, and a digest
//! of one kind never equals one of another. Digests are personal data all the same (they tell who shares a surname), and
//! are deleted when the person is erased.

mod normal;

use secrecy::{ExposeSecret, SecretBox};

use super::keyed_hash;
use super::keyring::{BlindIndex as Purpose, Key, KeyRing, KeyRingError};

pub use normal::{
    normalised_email, normalised_number, normalised_phone, normalised_surname, phonetic_surname, postcode_and_number,
    surname_parts,
};

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
    /// What a supervision order said when it was taken in.
    SupervisionContent,
    /// Whom an issuer vouches for: issuer and subject.
    Subject,
}

impl Kind {
    #[cfg(test)]
    const ALL: [Self; 13] = [
        Self::Bsn,
        Self::Skn,
        Self::Surname,
        Self::SurnamePhonetic,
        Self::SurnameBirthDate,
        Self::BirthDate,
        Self::PostcodeNumber,
        Self::Phone,
        Self::Email,
        Self::Place,
        Self::Username,
        Self::SupervisionContent,
        Self::Subject,
    ];

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
            Self::SupervisionContent => b"supervision-content",
            Self::Subject => b"subject",
        }
    }
}

/// Makes digests with the `blind-index` keys of the ring.
pub struct BlindIndex {
    active: SecretBox<[u8; 32]>,
    retired: Vec<SecretBox<[u8; 32]>>,
}

impl BlindIndex {
    /// With the keys of `ring`. Another active key gives other digests: after a rotation [`BlindIndex::every_digest`]
    /// still finds what was indexed before, until the index has been made anew and the old key is destroyed.
    ///
    /// # Errors
    /// [`KeyRingError::NoActiveKey`].
    pub fn new(ring: &KeyRing) -> Result<Self, KeyRingError> {
        let active = ring.active::<Purpose>()?;
        let others = ring.usable::<Purpose>().into_iter().filter(|key| key.kid() != active.kid());
        Ok(Self { active: copy(&active)?, retired: others.map(|key| copy(&key)).collect::<Result<_, _>>()? })
    }

    /// The digest of `value` to store: 32 hexadecimal digits. Values are compared as they are; bring them into their
    /// normal form first.
    #[must_use]
    pub fn digest(&self, kind: Kind, value: &str) -> String {
        digest(&self.active, kind, value)
    }

    /// Every digest under which `value` may be stored: that of the active key, then those of retired keys.
    #[must_use]
    pub fn every_digest(&self, kind: Kind, value: &str) -> Vec<String> {
        std::iter::once(&self.active).chain(&self.retired).map(|key| digest(key, kind, value)).collect()
    }
}

fn digest(key: &SecretBox<[u8; 32]>, kind: Kind, value: &str) -> String {
    let parts = [&b"zedenregister/blind/v1"[..], kind.domain(), value.as_bytes()];
    hex::encode(&keyed_hash(key.expose_secret(), &parts)[..16])
}

fn copy(key: &Key<Purpose>) -> Result<SecretBox<[u8; 32]>, KeyRingError> {
    let secret = key.secret()?;
    Ok(SecretBox::init_with_mut(|bytes: &mut [u8; 32]| bytes.copy_from_slice(secret)))
}

impl std::fmt::Debug for BlindIndex {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("BlindIndex").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use rand::SeedableRng as _;
    use rand::rngs::StdRng;

    use super::*;
    use crate::crypto::keyring::KeyPurpose;

    fn with_ring(test: impl FnOnce(KeyRing, StdRng)) {
        let temp = tempfile::tempdir().unwrap();
        let mut rng = StdRng::seed_from_u64(4);
        test(KeyRing::init(&temp.path().join("keys"), noon(), &mut rng).unwrap(), rng);
    }

    fn noon() -> chrono::DateTime<chrono::Utc> {
        "2026-04-01T12:00:00Z".parse().unwrap()
    }

    #[test]
    fn a_digest_is_128_bits_and_the_same_each_time() {
        with_ring(|ring, _| {
            let one = BlindIndex::new(&ring).unwrap().digest(Kind::Bsn, "999990019");
            assert_eq!(one, BlindIndex::new(&ring).unwrap().digest(Kind::Bsn, "999990019"));
            assert!(one.len() == 32 && one.bytes().all(|byte| byte.is_ascii_hexdigit()));
        });
    }

    #[test]
    fn no_kind_and_no_value_shares_a_digest_with_another() {
        with_ring(|ring, _| {
            let index = BlindIndex::new(&ring).unwrap();
            let all: BTreeSet<_> = Kind::ALL
                .into_iter()
                .flat_map(|kind| ["", "1", "11", "mey"].map(|value| index.digest(kind, value)))
                .collect();
            assert_eq!(all.len(), Kind::ALL.len() * 4);
        });
    }

    #[test]
    fn another_ring_gives_other_digests() {
        with_ring(|ours, _| {
            let temp = tempfile::tempdir().unwrap();
            let theirs = KeyRing::init(&temp.path().join("keys"), noon(), &mut StdRng::seed_from_u64(5)).unwrap();
            let digest = |ring: &KeyRing| BlindIndex::new(ring).unwrap().digest(Kind::Bsn, "999990019");
            assert_ne!(digest(&ours), digest(&theirs));
        });
    }

    #[test]
    fn what_was_indexed_before_a_rotation_is_still_found_until_the_old_key_is_destroyed() {
        with_ring(|mut ring, mut rng| {
            let before = BlindIndex::new(&ring).unwrap().digest(Kind::Surname, "mey");
            let old = ring.active::<Purpose>().unwrap().kid().as_str().to_owned();
            ring.rotate(KeyPurpose::BlindIndex, noon(), &mut rng).unwrap();
            let index = BlindIndex::new(&ring).unwrap();
            let after = index.digest(Kind::Surname, "mey");
            assert_ne!(after, before);
            assert_eq!(index.every_digest(Kind::Surname, "mey"), [after.clone(), before]);
            ring.destroy(KeyPurpose::BlindIndex, &old, noon()).unwrap();
            assert_eq!(BlindIndex::new(&ring).unwrap().every_digest(Kind::Surname, "mey"), [after]);
        });
    }
}
