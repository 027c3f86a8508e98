//! What must hold of an ID token before a word of it is believed. Pure: keys and time are parameters.

use jsonwebtoken::jwk::{AlgorithmParameters, EllipticCurve, Jwk, JwkSet, PublicKeyUse};
use jsonwebtoken::{Algorithm, DecodingKey, Validation};
use serde_json::{Map, Value};

/// Seconds that our clock and the issuer's may differ.
const LEEWAY: i64 = 10;
/// The oldest an ID token may be when it arrives, in seconds: it was made for this exchange.
const OLDEST: i64 = 300;

/// What is expected of it.
#[derive(Debug, Clone, Copy)]
pub struct Wanted<'a> {
    /// Who must have made it.
    pub issuer: &'a str,
    /// For whom.
    pub client_id: &'a str,
    /// What we sent along.
    pub nonce: &'a str,
    /// The levels of assurance that suffice.
    pub levels: &'a [String],
    /// Where it tells roles; empty: nowhere.
    pub role_claim: &'a str,
    /// Now, in seconds since 1970.
    pub now: i64,
    /// The person must have proved to be there since then, in seconds since 1970.
    pub proved_since: Option<i64>,
}

/// Whom it vouches for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Vouched {
    /// The subject, which means something with the issuer only.
    pub subject: String,
    /// The values of the role claim.
    pub roles: Vec<String>,
    /// When they proved to be there, in seconds since 1970.
    pub proved_at: Option<i64>,
}

/// Why it is not believed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum IdTokenRefusal {
    /// Not a signed token, or one whose header asks for more than a key.
    #[error("not a signed token")]
    Malformed,
    /// `none`, a shared secret, or another algorithm than the key is for.
    #[error("the algorithm is not accepted")]
    Algorithm,
    /// No key of the issuer has that name.
    #[error("the key is not one of the issuer's")]
    UnknownKey,
    /// The signature is wrong.
    #[error("the signature is wrong")]
    Signature,
    /// Another `iss`.
    #[error("made by somebody else")]
    Issuer,
    /// Another `aud`, more than one, or another `azp`.
    #[error("made for somebody else")]
    Audience,
    /// `exp` has passed, or it was made too long ago or in the future.
    #[error("not valid now")]
    Time,
    /// Another `nonce`.
    #[error("not made for this sign-in")]
    Nonce,
    /// `acr` is missing or too weak.
    #[error("the level of assurance is too low")]
    Level,
    /// The person did not prove to be there anew.
    #[error("no fresh proof of being there")]
    Stale,
    /// `sub` is missing or not what a subject is.
    #[error("no subject")]
    Subject,
}

impl IdTokenRefusal {
    /// A word for the audit.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Malformed => "id_token_malformed",
            Self::Algorithm => "id_token_algorithm",
            Self::UnknownKey => "id_token_key",
            Self::Signature => "id_token_signature",
            Self::Issuer => "id_token_issuer",
            Self::Audience => "id_token_audience",
            Self::Time => "id_token_time",
            Self::Nonce => "id_token_nonce",
            Self::Level => "id_token_level",
            Self::Stale => "id_token_stale",
            Self::Subject => "id_token_subject",
        }
    }
}

/// Checks a token against the keys of the issuer.
///
/// # Errors
/// [`IdTokenRefusal`], the first that applies.
pub fn check(token: &str, keys: &JwkSet, wanted: &Wanted<'_>) -> Result<Vouched, IdTokenRefusal> {
    let claims = genuine(token, keys)?;
    let text = |name: &str| claims.get(name).and_then(Value::as_str);
    let number = |name: &str| claims.get(name).and_then(Value::as_i64);
    if text("iss") != Some(wanted.issuer) {
        return Err(IdTokenRefusal::Issuer);
    }
    let for_us = match claims.get("aud") {
        Some(Value::String(one)) => one == wanted.client_id,
        Some(Value::Array(several)) => several.len() == 1 && several[0].as_str() == Some(wanted.client_id),
        _ => false,
    };
    if !for_us || claims.get("azp").is_some_and(|azp| azp.as_str() != Some(wanted.client_id)) {
        return Err(IdTokenRefusal::Audience);
    }
    let (Some(expires), Some(made)) = (number("exp"), number("iat")) else { return Err(IdTokenRefusal::Time) };
    let now = wanted.now;
    if expires + LEEWAY <= now || made > now + LEEWAY || made + OLDEST < now {
        return Err(IdTokenRefusal::Time);
    }
    if text("nonce") != Some(wanted.nonce) {
        return Err(IdTokenRefusal::Nonce);
    }
    if !text("acr").is_some_and(|acr| wanted.levels.iter().any(|level| level == acr)) {
        return Err(IdTokenRefusal::Level);
    }
    let proved_at = number("auth_time").filter(|at| *at <= now + LEEWAY);
    if wanted.proved_since.is_some_and(|since| proved_at.is_none_or(|at| at + LEEWAY < since)) {
        return Err(IdTokenRefusal::Stale);
    }
    let subject = text("sub").filter(|sub| !sub.is_empty() && sub.len() <= 255).ok_or(IdTokenRefusal::Subject)?;
    Ok(Vouched { subject: subject.to_owned(), roles: roles(&claims, wanted.role_claim), proved_at })
}

/// The claims of a token that the issuer signed.
fn genuine(token: &str, keys: &JwkSet) -> Result<Map<String, Value>, IdTokenRefusal> {
    // The library knows no `none`: such a header is not read as one.
    let header = jsonwebtoken::decode_header(token).map_err(|_| IdTokenRefusal::Algorithm)?;
    if header.crit.is_some() || header.jwk.is_some() || header.jku.is_some() || header.x5u.is_some() {
        return Err(IdTokenRefusal::Malformed);
    }
    let kid = header.kid.as_deref().ok_or(IdTokenRefusal::UnknownKey)?;
    let key = keys.find(kid).ok_or(IdTokenRefusal::UnknownKey)?;
    if !is_for(key, header.alg) {
        return Err(IdTokenRefusal::Algorithm);
    }
    let decoding = DecodingKey::from_jwk(key).map_err(|_| IdTokenRefusal::UnknownKey)?;
    let mut validation = Validation::new(header.alg);
    validation.required_spec_claims.clear();
    (validation.validate_exp, validation.validate_nbf, validation.validate_aud) = (false, false, false);
    let read = jsonwebtoken::decode::<Map<String, Value>>(token, &decoding, &validation);
    read.map(|data| data.claims).map_err(|_| IdTokenRefusal::Signature)
}

/// Whether a key may have made a signature of this algorithm. Shared secrets never may: what both know proves nothing.
pub(crate) fn is_for(key: &Jwk, algorithm: Algorithm) -> bool {
    let family = match (&key.algorithm, algorithm) {
        (AlgorithmParameters::RSA(_), Algorithm::RS256 | Algorithm::PS256) => true,
        (AlgorithmParameters::EllipticCurve(ec), Algorithm::ES256) => ec.curve == EllipticCurve::P256,
        (AlgorithmParameters::OctetKeyPair(okp), Algorithm::EdDSA) => okp.curve == EllipticCurve::Ed25519,
        _ => false,
    };
    let common = &key.common;
    let named = common.key_algorithm.is_none_or(|named| named.to_string() == format!("{algorithm:?}"));
    let signs = common.public_key_use.as_ref().is_none_or(|usage| *usage == PublicKeyUse::Signature);
    family && named && signs
}

/// The values of the role claim, which may lie deeper: `realm_access.roles`.
fn roles(claims: &Map<String, Value>, path: &str) -> Vec<String> {
    let found = path.split('.').try_fold(None::<&Value>, |at, part| match at {
        None => claims.get(part).map(Some),
        Some(value) => value.get(part).map(Some),
    });
    match found.flatten() {
        Some(Value::String(one)) => vec![one.clone()],
        Some(Value::Array(several)) => several.iter().filter_map(Value::as_str).map(str::to_owned).collect(),
        _ => Vec::new(),
    }
}
