//! The second factor: time-based one-time passwords (RFC 6238), as authenticator apps make them.
//!
//! SHA-1, six digits, 30 seconds: what every app supports; SHA-1 is sound inside HMAC. A code is
//! accepted one step early or late, and each step once: the caller stores the step that
//! [`TotpSecret::verify`] returns, in the same transaction as the sign-in.

use chrono::{DateTime, Utc};
use rand::CryptoRng;
use secrecy::{ExposeSecret, SecretBox, SecretString};
use totp_rs::{Algorithm, Builder, Secret, Totp, TotpError};

/// Seconds during which a code is shown.
pub const STEP_SECONDS: u64 = 30;
/// Steps a clock may be off, on either side.
const SKEW: u16 = 1;

/// Why a code was refused.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum TotpRefusal {
    /// Not a code of this step or its neighbours.
    #[error("the code is not right, or too old")]
    Wrong,
    /// The code, or a later one, has been used. A second use may be somebody looking on.
    #[error("the code has been used already")]
    Replayed,
}

/// Why a secret cannot be used.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum TotpSecretError {
    /// Damaged or too short.
    #[error("not a base32 secret of at least 128 bits")]
    Malformed,
    /// An issuer or account with a colon, or an empty account.
    #[error("the issuer and the account may hold no colon, and the account not be empty")]
    Label,
}

/// The secret shared with somebody's authenticator app: 160 bits. Stored encrypted, never hashed,
/// because it must be read to verify.
pub struct TotpSecret(SecretBox<Vec<u8>>);

impl TotpSecret {
    /// A new random secret.
    #[must_use]
    pub fn generate(rng: &mut dyn CryptoRng) -> Self {
        let mut bytes = vec![0u8; 20];
        rng.fill_bytes(&mut bytes);
        Self(SecretBox::new(Box::new(bytes)))
    }

    /// Reads what [`TotpSecret::to_base32`] wrote.
    ///
    /// # Errors
    /// [`TotpSecretError::Malformed`].
    pub fn from_base32(text: &SecretString) -> Result<Self, TotpSecretError> {
        let secret = Secret::try_from_base32(text.expose_secret()).map_err(|_| TotpSecretError::Malformed)?;
        if secret.as_bytes().len() < 16 {
            return Err(TotpSecretError::Malformed);
        }
        Ok(Self(SecretBox::new(Box::new(secret.as_bytes().to_vec()))))
    }

    /// The secret as an app takes it, to be encrypted and stored.
    #[must_use]
    pub fn to_base32(&self) -> SecretString {
        self.secret().to_base32().into()
    }

    fn secret(&self) -> Secret {
        Secret::new(self.0.expose_secret().clone().into_boxed_slice())
    }

    fn builder(&self) -> Builder {
        Builder::new()
            .with_algorithm(Algorithm::SHA1)
            .with_digits(6)
            .with_skew(SKEW)
            .with_step_duration(STEP_SECONDS)
            .with_secret(self.secret())
    }

    fn totp(&self) -> Totp {
        // The length was checked where the secret came from, the labels are not used here.
        self.builder().build_noncompliant()
    }

    /// The `otpauth://` address behind the QR code of the app.
    ///
    /// # Errors
    /// [`TotpSecretError::Label`].
    pub fn otpauth_uri(&self, issuer: &str, account: &str) -> Result<SecretString, TotpSecretError> {
        let uri =
            self.builder().with_issuer(Some(issuer)).with_account_name(account).build().and_then(|totp| totp.to_url());
        uri.map(SecretString::from).map_err(|error| match error {
            TotpError::SecretTooShort { .. } => TotpSecretError::Malformed,
            _ => TotpSecretError::Label,
        })
    }

    /// The code an app shows at `now`; for the demonstration and for tests.
    #[must_use]
    pub fn code_at(&self, now: DateTime<Utc>) -> String {
        self.totp().generate(seconds(now)).to_string()
    }

    /// Checks a typed code. `last_used` is the step returned by the last success, `None` if none.
    /// Returns the step to store.
    ///
    /// # Errors
    /// [`TotpRefusal`].
    pub fn verify(&self, typed: &str, now: DateTime<Utc>, last_used: Option<u64>) -> Result<u64, TotpRefusal> {
        let typed: String = typed.chars().filter(|symbol| *symbol != ' ').take(7).collect();
        let step = self.totp().check(&typed, seconds(now)).ok_or(TotpRefusal::Wrong)?;
        match last_used {
            Some(used) if step <= used => Err(TotpRefusal::Replayed),
            Some(_) | None => Ok(step),
        }
    }
}

impl std::fmt::Debug for TotpSecret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("TotpSecret(..)")
    }
}

/// Seconds since 1970; a clock set before that gives zero.
fn seconds(now: DateTime<Utc>) -> u64 {
    u64::try_from(now.timestamp()).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;
    use rand::SeedableRng as _;
    use rand::rngs::StdRng;

    use super::*;

    fn at(seconds: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(seconds, 0).unwrap()
    }

    fn rfc() -> TotpSecret {
        TotpSecret(SecretBox::new(Box::new(b"12345678901234567890".to_vec())))
    }

    /// RFC 6238, appendix B, SHA-1; the last six of its eight digits.
    // ASVS 5.0: 11.4.1
    #[test]
    fn the_codes_are_those_of_rfc_6238() {
        for (time, code) in
            [(59, "287082"), (1_111_111_109, "081804"), (1_234_567_890, "005924"), (20_000_000_000, "353130")]
        {
            assert_eq!(rfc().code_at(at(time)), code);
            assert_eq!(rfc().verify(code, at(time), None), Ok(time as u64 / 30));
        }
    }

    // ASVS 5.0: 6.5.5
    #[test]
    fn a_code_is_accepted_one_step_early_or_late_and_no_further() {
        let now = at(1_800_000_000);
        for (steps, accepted) in [(-2, false), (-1, true), (0, true), (1, true), (2, false)] {
            let code = rfc().code_at(now + TimeDelta::seconds(30 * steps));
            assert_eq!(rfc().verify(&code, now, None).is_ok(), accepted, "{steps} steps");
        }
    }

    // ASVS 5.0: 6.5.1
    #[test]
    fn a_code_works_once_and_an_older_one_not_after_it() {
        let now = at(1_800_000_000);
        let code = rfc().code_at(now);
        let used = rfc().verify(&code, now, None).unwrap();
        assert_eq!(rfc().verify(&code, now, Some(used)), Err(TotpRefusal::Replayed));
        let older = rfc().code_at(now - TimeDelta::seconds(30));
        assert_eq!(rfc().verify(&older, now, Some(used)), Err(TotpRefusal::Replayed));
        let later = now + TimeDelta::seconds(30);
        let next = rfc().code_at(later);
        assert_eq!(rfc().verify(&next, later, Some(used)), Ok(used + 1));
        // The clock goes back a day: what was used stays used.
        let yesterday = now - TimeDelta::days(1);
        let code = rfc().code_at(yesterday);
        assert_eq!(rfc().verify(&code, yesterday, Some(used)), Err(TotpRefusal::Replayed));
    }

    #[test]
    fn what_is_not_a_code_is_refused_and_spaces_are_not_held_against_anyone() {
        let now = at(59);
        for bad in ["", "28708", "2870822", "+28708", "２８７０８２", "abcdef", "287 083"] {
            assert_eq!(rfc().verify(bad, now, None), Err(TotpRefusal::Wrong), "{bad}");
        }
        assert_eq!(rfc().verify("287 082", now, None), Ok(1));
    }

    #[test]
    fn another_secret_does_not_pass() {
        let mut rng = StdRng::seed_from_u64(9);
        let other = TotpSecret::generate(&mut rng);
        let now = at(1_800_000_000);
        assert_eq!(other.verify(&rfc().code_at(now), now, None), Err(TotpRefusal::Wrong));
    }

    #[test]
    fn a_secret_is_stored_as_base32_and_short_or_damaged_ones_are_refused() {
        let mut rng = StdRng::seed_from_u64(9);
        let secret = TotpSecret::generate(&mut rng);
        let text = secret.to_base32();
        assert_eq!(text.expose_secret().len(), 32);
        let now = at(1_800_000_000);
        assert_eq!(TotpSecret::from_base32(&text).unwrap().code_at(now), secret.code_at(now));
        for bad in ["", "AAAA", "not base 32!"] {
            let refusal = TotpSecret::from_base32(&bad.to_owned().into()).err();
            assert_eq!(refusal, Some(TotpSecretError::Malformed), "{bad}");
        }
        assert!(!format!("{secret:?}").contains(text.expose_secret()));
    }

    // ASVS 5.0: 1.2.2
    #[test]
    fn the_address_for_the_app_names_issuer_and_account() {
        let uri = rfc().otpauth_uri("Zedenregister pilot", "j.bakker").unwrap();
        assert_eq!(
            uri.expose_secret(),
            "otpauth://totp/Zedenregister%20pilot:j.bakker\
             ?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Zedenregister%20pilot"
        );
        for (issuer, account) in [("a:b", "c"), ("a", "b:c"), ("a", "")] {
            assert_eq!(rfc().otpauth_uri(issuer, account).err(), Some(TotpSecretError::Label));
        }
    }
}
