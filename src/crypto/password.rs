//! Passwords: argon2id (RFC 9106), and the same amount of work for an account that does not exist.
//!
//! Owns the parameters and the stored form (a PHC string, which carries its own parameters and
//! salt). Must not decide how often somebody may try; that is the lockout of the accounts.

use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher as _, PasswordVerifier as _};
use argon2::{Algorithm, Argon2, Params, Version};
use rand::CryptoRng;
use secrecy::{ExposeSecret, SecretString};

/// The longest password that is hashed, in bytes; longer ones are refused before any work is done.
pub const MAX_PASSWORD_BYTES: usize = 1024;

/// How much work one hash is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PasswordCost {
    /// KiB of memory.
    pub memory_kib: u32,
    /// Passes over it.
    pub passes: u32,
    /// Lanes; one, because the server has other work for its other cores.
    pub lanes: u32,
}

impl PasswordCost {
    /// 19 MiB and two passes: the first of OWASP's equivalent settings (Password Storage Cheat
    /// Sheet) and small enough for two sign-ins at once within the memory promised for a server.
    pub const STANDARD: Self = Self { memory_kib: 19 * 1024, passes: 2, lanes: 1 };

    /// The least that argon2 accepts. For tests only: it resists nobody.
    pub const FOR_TESTS: Self = Self { memory_kib: 8, passes: 1, lanes: 1 };
}

/// Why a password could not be hashed.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum PasswordError {
    /// Refused before any work is done.
    #[error("a password has at most {MAX_PASSWORD_BYTES} bytes")]
    TooLong,
    /// argon2 does not allow them.
    #[error("these argon2 parameters are not possible")]
    Cost,
    /// argon2 failed, for lack of memory.
    #[error("the password could not be hashed")]
    Hash,
}

/// Whether a password is the right one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PasswordVerdict {
    /// It is.
    Right,
    /// Right, but stored with other parameters than are used now: hash it again and store that.
    RightButOutdated,
    /// It is not, or there is no such account.
    Wrong,
}

impl PasswordVerdict {
    /// Whether the password was right.
    #[must_use]
    pub fn is_right(self) -> bool {
        match self {
            Self::Right | Self::RightButOutdated => true,
            Self::Wrong => false,
        }
    }
}

/// Hashes and verifies. Slow by design (tens of milliseconds): call it on a blocking thread and
/// outside any transaction.
pub struct Passwords {
    argon2: Argon2<'static>,
    cost: PasswordCost,
    /// A hash of a password nobody has, of the same cost, for accounts that do not exist.
    dummy: String,
}

impl Passwords {
    /// With a dummy hash of the same cost; so this takes as long as one hash.
    ///
    /// # Errors
    /// [`PasswordError::Cost`] when argon2 does not allow `cost`.
    pub fn new(cost: PasswordCost, rng: &mut dyn CryptoRng) -> Result<Self, PasswordError> {
        let params = Params::new(cost.memory_kib, cost.passes, cost.lanes, None).map_err(|_| PasswordError::Cost)?;
        let mut passwords =
            Self { argon2: Argon2::new(Algorithm::Argon2id, Version::V0x13, params), cost, dummy: String::new() };
        passwords.dummy = passwords.hash(&super::code::generate_token(rng), rng)?;
        Ok(passwords)
    }

    /// The text to store: `$argon2id$v=19$m=...`, with a random salt of 128 bits.
    ///
    /// # Errors
    /// [`PasswordError::TooLong`].
    pub fn hash(&self, password: &SecretString, rng: &mut dyn CryptoRng) -> Result<String, PasswordError> {
        let password = password.expose_secret().as_bytes();
        if password.len() > MAX_PASSWORD_BYTES {
            return Err(PasswordError::TooLong);
        }
        let mut salt = [0u8; 16];
        rng.fill_bytes(&mut salt);
        self.argon2
            .hash_password_with_salt(password, &salt)
            .map(|hash| hash.to_string())
            .map_err(|_| PasswordError::Hash)
    }

    /// Compares a password with the stored hash, `None` for an account that does not exist or has
    /// no password. The work is the same in each case, so that the time tells nobody which accounts
    /// there are.
    #[must_use]
    pub fn verify(&self, password: &SecretString, stored: Option<&str>) -> PasswordVerdict {
        let stored = stored.and_then(|text| PasswordHash::new(text).ok());
        let against = match &stored {
            Some(hash) => Some(hash.clone()),
            None => PasswordHash::new(&self.dummy).ok(),
        };
        let password = password.expose_secret().as_bytes();
        // A text that is too long is refused after the work, not before: it tells nothing either.
        let long = password.len() > MAX_PASSWORD_BYTES;
        let password = if long { &password[..MAX_PASSWORD_BYTES] } else { password };
        let equal = against.is_some_and(|hash| self.argon2.verify_password(password, &hash).is_ok());
        match stored {
            Some(hash) if equal && !long => self.judge(&hash),
            Some(_) | None => PasswordVerdict::Wrong,
        }
    }

    fn judge(&self, hash: &PasswordHash) -> PasswordVerdict {
        let current = hash.algorithm.as_str() == "argon2id"
            && Params::try_from(hash).is_ok_and(|params| {
                (params.m_cost(), params.t_cost(), params.p_cost())
                    == (self.cost.memory_kib, self.cost.passes, self.cost.lanes)
            });
        if current { PasswordVerdict::Right } else { PasswordVerdict::RightButOutdated }
    }
}

impl std::fmt::Debug for Passwords {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Passwords").field("cost", &self.cost).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use rand::SeedableRng as _;
    use rand::rngs::StdRng;

    use super::*;

    fn secret(text: &str) -> SecretString {
        text.to_owned().into()
    }

    fn cheap() -> (Passwords, StdRng) {
        let mut rng = StdRng::seed_from_u64(2);
        (Passwords::new(PasswordCost::FOR_TESTS, &mut rng).unwrap(), rng)
    }

    // ASVS 5.0: 6.2.8
    #[test]
    fn the_right_password_passes_and_any_other_does_not() {
        let (passwords, mut rng) = cheap();
        let stored = passwords.hash(&secret("zeven blauwe fietsen"), &mut rng).unwrap();
        assert!(stored.starts_with("$argon2id$v=19$m=8,t=1,p=1$"), "{stored}");
        let verdict = |typed: &str| passwords.verify(&secret(typed), Some(&stored));
        assert_eq!(verdict("zeven blauwe fietsen"), PasswordVerdict::Right);
        for wrong in ["", "zeven blauwe fietse", "Zeven blauwe fietsen", "zeven blauwe fietsen "] {
            assert_eq!(verdict(wrong), PasswordVerdict::Wrong, "{wrong}");
        }
    }

    #[test]
    fn two_hashes_of_one_password_differ() {
        let (passwords, mut rng) = cheap();
        let one = passwords.hash(&secret("x"), &mut rng).unwrap();
        assert_ne!(one, passwords.hash(&secret("x"), &mut rng).unwrap());
    }

    // ASVS 5.0: 6.3.8
    #[test]
    fn an_unknown_account_and_a_damaged_hash_are_wrong_whatever_is_typed() {
        let (passwords, _) = cheap();
        for stored in [None, Some(""), Some("$argon2id$v=19$"), Some("plain")] {
            assert_eq!(passwords.verify(&secret(""), stored), PasswordVerdict::Wrong);
            assert_eq!(passwords.verify(&secret("plain"), stored), PasswordVerdict::Wrong);
        }
    }

    // ASVS 5.0: 11.2.2
    #[test]
    fn a_hash_of_another_cost_still_passes_and_asks_to_be_replaced() {
        let (passwords, mut rng) = cheap();
        let stored = passwords.hash(&secret("x"), &mut rng).unwrap();
        let dearer = PasswordCost { memory_kib: 16, ..PasswordCost::FOR_TESTS };
        let dearer = Passwords::new(dearer, &mut rng).unwrap();
        assert_eq!(dearer.verify(&secret("x"), Some(&stored)), PasswordVerdict::RightButOutdated);
        assert_eq!(dearer.verify(&secret("y"), Some(&stored)), PasswordVerdict::Wrong);
    }

    // ASVS 5.0: 6.2.8, 6.2.9
    #[test]
    fn a_password_of_a_megabyte_is_refused_and_never_equal_to_its_beginning() {
        let (passwords, mut rng) = cheap();
        let longest = "a".repeat(MAX_PASSWORD_BYTES);
        let stored = passwords.hash(&secret(&longest), &mut rng).unwrap();
        let longer = secret(&"a".repeat(1 << 20));
        assert_eq!(passwords.hash(&longer, &mut rng), Err(PasswordError::TooLong));
        assert_eq!(passwords.verify(&longer, Some(&stored)), PasswordVerdict::Wrong);
        assert_eq!(passwords.verify(&secret(&longest), Some(&stored)), PasswordVerdict::Right);
    }

    #[test]
    fn impossible_parameters_are_refused() {
        let mut rng = StdRng::seed_from_u64(2);
        let cost = PasswordCost { memory_kib: 1, passes: 0, lanes: 0 };
        assert_eq!(Passwords::new(cost, &mut rng).err(), Some(PasswordError::Cost));
    }

    // ASVS 5.0: 11.4.2
    #[test]
    fn the_standard_cost_is_what_the_documents_say() {
        let mut rng = StdRng::seed_from_u64(2);
        let passwords = Passwords::new(PasswordCost::STANDARD, &mut rng).unwrap();
        assert!(passwords.dummy.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"));
    }
}
