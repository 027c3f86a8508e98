//! Headers by which a client states conditions: `Idempotency-Key`, `If-Match`, `Purpose`.

use rocket::http::Status;
use rocket::request::Request;
use sha2::{Digest, Sha256};

use super::problem::Problem;
use crate::access::Idempotency;
use crate::register::FieldError;
use crate::vocabulary::Purpose;

/// Longest key a client may choose.
const MAX_KEY: usize = 128;

/// The key by which the client may repeat this request.
///
/// # Errors
/// The fault, when it is missing or not a key.
pub fn idempotency_key(request: &Request<'_>) -> Result<String, FieldError> {
    let Some(sent) = request.headers().get_one("idempotency-key") else {
        return Err(FieldError::new(
            "Idempotency-Key",
            "required",
            "Send a new random key with each new request, and the same key when you repeat it.",
        ));
    };
    // The standard writes it as a quoted string; most clients leave the quotes out.
    let key = sent.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).unwrap_or(sent);
    let allowed = |b: u8| b.is_ascii_alphanumeric() || b"-_.:".contains(&b);
    if key.is_empty() || key.len() > MAX_KEY || !key.bytes().all(allowed) {
        return Err(FieldError::new(
            "Idempotency-Key",
            "wrong_form",
            "Use 1 to 128 letters, digits and the signs - _ . : only.",
        ));
    }
    Ok(key.to_owned())
}

/// The key with the digest by which another request under the same key is told apart.
pub fn idempotency(request: &Request<'_>, key: String, body: &serde_json::Value) -> Idempotency {
    let mut digest = Sha256::new();
    // NUL occurs in none of the parts.
    digest.update(format!("{}\0{}\0{body}", request.method(), request.uri()));
    Idempotency { key, request_digest: hex::encode(digest.finalize()) }
}

/// The version the client knows, from a strong entity tag as this API gives them.
///
/// # Errors
/// 428 when the header is missing, which is not a fault of the input.
pub fn if_match(request: &Request<'_>) -> Result<Result<i64, FieldError>, Problem> {
    let Some(sent) = request.headers().get_one("if-match") else {
        return Err(Problem::new(
            Status::PreconditionRequired,
            "version_required",
            "Read it first and send its ETag in If-Match, so that nobody's change is lost.",
        ));
    };
    let tag = sent.trim();
    // If-Match compares strongly (RFC 9110 13.1.1): a weak tag never matches.
    if tag.starts_with("W/\"") {
        return Ok(Ok(i64::MIN));
    }
    let version = tag.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).and_then(|tag| tag.parse().ok());
    Ok(version.ok_or_else(|| {
        FieldError::new("If-Match", "wrong_form", "Send exactly one ETag of this resource, with its quotes.")
    }))
}

/// The entity tag of a version.
pub fn etag(version: i64) -> String {
    format!("\"{version}\"")
}

/// Why the client asks, when it says so.
///
/// # Errors
/// The fault, when it is not one of the known purposes.
pub fn purpose(request: &Request<'_>) -> Result<Option<Purpose>, FieldError> {
    let sent = request.headers().get_one("purpose").map(str::parse).transpose();
    sent.map_err(|_| {
        let known: Vec<&str> = Purpose::ALL.iter().map(|purpose| purpose.as_str()).collect();
        FieldError::new("Purpose", "not_one_of", format!("Expected one of {}.", known.join(", ")))
    })
}
