//! What a token says about itself, and whether it is valid at a given instant.

use std::fmt;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// The registered claims (RFC 7519, section 4.1), each of them required except `nbf`, with the
/// claims `E` of the application beside them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TokenClaims<E> {
    /// Who made it.
    pub iss: String,
    /// For whom it is meant: exactly one audience, so that a token has one purpose.
    pub aud: String,
    /// Whom it is about.
    pub sub: String,
    /// Seconds since 1970 from which it is no longer valid.
    pub exp: i64,
    /// Seconds since 1970 before which it is not valid yet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub nbf: Option<i64>,
    /// Seconds since 1970 at which it was made.
    pub iat: i64,
    /// Names this token, for revocation.
    pub jti: String,
    /// The claims of the application.
    #[serde(flatten)]
    pub more: E,
}

/// Seconds that two clocks may differ: 0 to 5.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Leeway(i64);

impl Leeway {
    /// The clocks must agree.
    pub const NONE: Self = Self(0);
    /// The most that is tolerated.
    pub const MOST: Self = Self(5);

    /// `None` for more than five seconds: servers keep their clocks better than that.
    #[must_use]
    pub fn seconds(seconds: u8) -> Option<Self> {
        (seconds <= 5).then_some(Self(i64::from(seconds)))
    }
}

/// What a token must say to be accepted here and now.
#[derive(Debug, Clone, Copy)]
pub struct Expected<'a> {
    /// Who must have made it.
    pub issuer: &'a str,
    /// For whom it must be meant.
    pub audience: &'a str,
    /// How far clocks may differ.
    pub leeway: Leeway,
    /// The system clock.
    pub now: DateTime<Utc>,
}

/// Why a well-signed token is not accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TokenRefusal {
    /// Not the expected `iss`.
    #[error("the token was made by somebody else")]
    Issuer,
    /// Not the expected `aud`.
    #[error("the token is meant for another audience")]
    Audience,
    /// `exp` has passed.
    #[error("the token has expired")]
    Expired,
    /// `nbf` or `iat` lies ahead.
    #[error("the token is not valid yet")]
    NotYet,
    /// `sub` or `jti` is empty.
    #[error("the token names no subject or has no id")]
    Empty,
}

impl<E: fmt::Debug> TokenClaims<E> {
    /// Compares the claims with what is expected.
    ///
    /// # Errors
    /// [`TokenRefusal`], the first that applies.
    pub fn check(&self, expected: &Expected<'_>) -> Result<(), TokenRefusal> {
        let Expected { issuer, audience, leeway: Leeway(leeway), now } = *expected;
        let now = now.timestamp();
        let latest = now.saturating_add(leeway);
        if self.iss != issuer {
            return Err(TokenRefusal::Issuer);
        }
        if self.aud != audience {
            return Err(TokenRefusal::Audience);
        }
        if self.sub.is_empty() || self.jti.is_empty() {
            return Err(TokenRefusal::Empty);
        }
        if self.exp.saturating_add(leeway) <= now {
            return Err(TokenRefusal::Expired);
        }
        // A token from the future is refused even without `nbf`: some clock is wrong.
        if self.nbf.is_some_and(|from| from > latest) || self.iat > latest {
            return Err(TokenRefusal::NotYet);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
    struct Role {
        role: String,
    }

    fn token() -> TokenClaims<Role> {
        TokenClaims {
            iss: "zedenregister".to_owned(),
            aud: "v1".to_owned(),
            sub: "0198f3c2".to_owned(),
            exp: 1_000,
            nbf: Some(100),
            iat: 100,
            jti: "a".to_owned(),
            more: Role { role: "registrant".to_owned() },
        }
    }

    fn at(now: i64, leeway: u8) -> Expected<'static> {
        Expected {
            issuer: "zedenregister",
            audience: "v1",
            leeway: Leeway::seconds(leeway).unwrap(),
            now: DateTime::from_timestamp(now, 0).unwrap(),
        }
    }

    // ASVS 5.0: 9.2.1
    #[test]
    fn a_token_is_valid_from_its_first_second_until_before_its_last() {
        for (now, answer) in
            [(99, Err(TokenRefusal::NotYet)), (100, Ok(())), (999, Ok(())), (1_000, Err(TokenRefusal::Expired))]
        {
            assert_eq!(token().check(&at(now, 0)), answer, "at {now}");
        }
    }

    #[test]
    fn leeway_moves_both_ends_by_exactly_that_much() {
        for (now, answer) in
            [(94, Err(TokenRefusal::NotYet)), (95, Ok(())), (1_004, Ok(())), (1_005, Err(TokenRefusal::Expired))]
        {
            assert_eq!(token().check(&at(now, 5)), answer, "at {now}");
        }
        assert_eq!(Leeway::seconds(6), None);
    }

    // ASVS 5.0: 9.2.3, 9.2.4, 10.3.1
    #[test]
    fn another_issuer_audience_or_an_empty_subject_is_refused() {
        let refusal = |change: fn(&mut TokenClaims<Role>)| {
            let mut token = token();
            change(&mut token);
            token.check(&at(500, 0)).unwrap_err()
        };
        assert_eq!(refusal(|t| t.iss.push('x')), TokenRefusal::Issuer);
        assert_eq!(refusal(|t| t.aud = "console".to_owned()), TokenRefusal::Audience);
        assert_eq!(refusal(|t| t.sub.clear()), TokenRefusal::Empty);
        assert_eq!(refusal(|t| t.jti.clear()), TokenRefusal::Empty);
        assert_eq!(refusal(|t| t.iat = 501), TokenRefusal::NotYet);
        assert_eq!(refusal(|t| t.exp = i64::MIN), TokenRefusal::Expired);
    }

    #[test]
    fn every_required_claim_is_missed_when_it_is_not_there() {
        let whole = serde_json::to_value(token()).unwrap();
        for name in ["iss", "aud", "sub", "exp", "iat", "jti", "role"] {
            let mut part = whole.clone();
            part.as_object_mut().unwrap().remove(name);
            assert!(serde_json::from_value::<TokenClaims<Role>>(part).is_err(), "{name}");
        }
        let mut several = whole;
        several["aud"] = serde_json::json!(["v1", "console"]);
        assert!(serde_json::from_value::<TokenClaims<Role>>(several).is_err());
    }
}
