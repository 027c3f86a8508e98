//! `application/problem+json` (RFC 9457): the one shape in which this API says no.
//!
//! A problem carries what a client may know: a stable `code`, what is wrong and what to do. What only an operator may
//! know (database texts, key faults) goes to the log under the request's id and never into the answer.

use rocket::http::{ContentType, Status};
use rocket::request::Request;
use rocket::response::{self, Responder, Response};
use serde::Serialize;
use utoipa::ToSchema;

use crate::ids::{AttemptId, RegistrationId};
use crate::register::{FieldError, Refusal};
use crate::store::StoreError;

/// The media type of every error.
pub const PROBLEM_JSON: &str = "application/problem+json";

/// Seconds after which a client may try again when the store was busy.
const RETRY_WHEN_BUSY: u32 = 1;
/// Seconds after which a client may try again when the database or the keys were out of reach.
const RETRY_WHEN_DOWN: u32 = 5;

/// Why a request was not done. Boxed: it travels as the error of nearly every function here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem(Box<Details>);

/// A problem as RFC 9457 prescribes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Problem)]
pub struct Details {
    /// The HTTP status code.
    #[schema(minimum = 400, maximum = 599, example = 400)]
    pub status: u16,
    /// The name of the status, in English.
    #[schema(example = "Bad Request")]
    pub title: String,
    /// What is wrong and what to do, in English, without repeating what was sent.
    #[schema(example = "2 members of the request are not valid; see errors.")]
    pub detail: String,
    /// Stable word for programs: does not change within a major version.
    #[schema(example = "invalid_input")]
    pub code: String,
    /// Everything that is wrong with the input, all at once.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<FieldError>,
    /// The attempt that was recorded because this does not count as a notification.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub attempt: Option<AttemptId>,
    /// Signed proof of that attempt; says itself that it is not a notification.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub receipt: Option<String>,
    /// What to do instead, where another way is open.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub instead: Option<String>,
    /// The registrations `me` may stand for.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub registrations: Vec<RegistrationId>,
    /// Headers that belong to the status.
    #[serde(skip)]
    pub(crate) headers: Vec<(&'static str, String)>,
}

impl Problem {
    /// A problem with nothing but status, code and explanation.
    pub fn new(status: Status, code: impl Into<String>, detail: impl Into<String>) -> Self {
        Self(Box::new(Details {
            status: status.code,
            title: status.reason_lossy().to_owned(),
            detail: detail.into(),
            code: code.into(),
            errors: Vec::new(),
            attempt: None,
            receipt: None,
            instead: None,
            registrations: Vec::new(),
            headers: Vec::new(),
        }))
    }

    /// 400 with every fault of the input.
    pub fn invalid(errors: Vec<FieldError>) -> Self {
        let detail = match errors.len() {
            1 => "One part of the request is not valid; see errors.".to_owned(),
            many => format!("{many} parts of the request are not valid; see errors."),
        };
        Self::new(Status::BadRequest, "invalid_input", detail).naming(errors)
    }

    /// 401: no token, or one that is not accepted.
    pub fn unauthorized(code: &'static str, detail: impl Into<String>) -> Self {
        // RFC 6750: without a token the challenge names no error.
        let challenge = match code {
            "token_missing" => r#"Bearer realm="zedenregister""#.to_owned(),
            _ => r#"Bearer realm="zedenregister", error="invalid_token""#.to_owned(),
        };
        Self::new(Status::Unauthorized, code, detail).with("WWW-Authenticate", challenge)
    }

    /// 404, also where the actor may not know that the thing exists.
    pub fn not_found() -> Self {
        Self::new(Status::NotFound, "not_found", "There is nothing here, or nothing that you may see.")
    }

    /// 405 with the methods that are allowed here.
    pub fn method_not_allowed(allow: String) -> Self {
        Self::new(
            Status::MethodNotAllowed,
            "method_not_allowed",
            "This method is not allowed here; see the header Allow.",
        )
        .with("Allow", allow)
    }

    /// 500 that says nothing but that it is on us.
    pub fn internal() -> Self {
        Self::new(
            Status::InternalServerError,
            "internal_error",
            "Something went wrong on our side. It was logged under the Request-Id of this answer.",
        )
    }

    /// 503 with the time after which to try again.
    pub fn unavailable(code: &'static str, detail: &'static str, retry_after: u32) -> Self {
        Self::new(Status::ServiceUnavailable, code, detail).with("Retry-After", retry_after.to_string())
    }

    /// Adds a header that belongs to this problem.
    #[must_use]
    pub fn with(self, name: &'static str, value: String) -> Self {
        self.but(|problem| problem.headers.push((name, value)))
    }

    /// Names what is wrong, one by one.
    #[must_use]
    pub fn naming(self, errors: Vec<FieldError>) -> Self {
        self.but(|problem| problem.errors = errors)
    }

    /// What it says.
    pub fn details(&self) -> &Details {
        &self.0
    }

    fn but(mut self, change: impl FnOnce(&mut Details)) -> Self {
        change(&mut self.0);
        self
    }

    /// The recorded attempt, with the proof of it.
    fn attempted(self, recorded: AttemptId, proof: String) -> Self {
        self.but(|problem| {
            problem.attempt = Some(recorded);
            problem.receipt = Some(proof);
        })
    }
}

/// A reason as a sentence.
fn sentence(why: &str) -> String {
    let mut letters = why.chars();
    let first = letters.next().into_iter().flat_map(char::to_uppercase);
    first.chain(letters).chain((!why.ends_with('.')).then_some('.')).collect()
}

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::NotFound => Self::not_found(),
            Refusal::Unauthenticated(why) => Self::unauthorized("not_signed_in", sentence(why)),
            // RFC 9470: the client proves the second factor anew, or signs in anew, and repeats the request.
            Refusal::ProofNeeded => Self::new(
                Status::Unauthorized,
                "proof_needed",
                "This asks for a fresh second factor: prove it with POST /v1/session-proofs and repeat the request.",
            )
            .with(
                "WWW-Authenticate",
                r#"Bearer realm="zedenregister", error="insufficient_user_authentication""#.to_owned(),
            ),
            Refusal::Forbidden(why) => Self::new(Status::Forbidden, "forbidden", sentence(why)),
            Refusal::Invalid(errors) => Self::invalid(errors),
            Refusal::Incomplete { errors, attempt, receipt } => Self::invalid(errors)
                .but(|problem| {
                    "notification_incomplete".clone_into(&mut problem.code);
                    "The notification lacks required content and counts as not given; see errors. The attempt was \
                     recorded."
                        .clone_into(&mut problem.detail);
                })
                .attempted(attempt, receipt),
            Refusal::ChannelNotAccepted { attempt, receipt, instead } => Self::new(
                Status::Conflict,
                "channel_not_accepted",
                "The rules do not accept this channel for this notification. The attempt was recorded; it is not a \
                 notification.",
            )
            .but(|problem| problem.instead = Some(instead))
            .attempted(attempt, receipt),
            Refusal::Conflict { code, detail } => Self::new(Status::Conflict, code, detail),
            Refusal::Barred { code, detail, errors } => Self::new(Status::Forbidden, code, detail).naming(errors),
            Refusal::Blocked(errors) => Self::new(
                Status::Conflict,
                "blocked",
                "Something stands in the way: see errors, which name everything that does and why.",
            )
            .but(|problem| problem.errors = errors),
            Refusal::SeveralRegistrations(registrations) => Self::new(
                Status::Conflict,
                "several_registrations",
                "You have more than one active registration: use the id of the one you mean.",
            )
            .but(|problem| problem.registrations = registrations),
            Refusal::VersionMoved => Self::new(
                Status::PreconditionFailed,
                "version_moved",
                "This was changed since you read it: read it again and decide anew.",
            ),
            Refusal::Keys(cause) => {
                tracing::error!(%cause, "keys could not be used");
                Self::unavailable("keys_unavailable", "Protected data cannot be read or written now.", RETRY_WHEN_DOWN)
            }
            Refusal::Rules(cause) => {
                tracing::warn!(%cause, "the rules refuse the recorded facts");
                Self::new(
                    Status::Conflict,
                    "facts_refused",
                    "The facts on file cannot be assessed with this: an officer must correct them first.",
                )
            }
            Refusal::Store(cause) => cause.into(),
        }
    }
}

impl From<StoreError> for Problem {
    fn from(cause: StoreError) -> Self {
        match cause {
            StoreError::Busy | StoreError::Contended(_) => {
                Self::unavailable("busy", "Too many requests are waiting.", RETRY_WHEN_BUSY)
            }
            StoreError::Unavailable(_) | StoreError::Closed => {
                tracing::error!(%cause, "store");
                Self::unavailable(
                    "database_unavailable",
                    "The database does not answer. Repeat the request with the same Idempotency-Key to learn whether \
                     it was done.",
                    RETRY_WHEN_DOWN,
                )
            }
            StoreError::Conflict(_) => {
                tracing::warn!(%cause, "store");
                Self::new(
                    Status::Conflict,
                    "changed_meanwhile",
                    "Another request changed the same thing first: read it again and decide anew.",
                )
            }
            StoreError::Corrupt(_) | StoreError::Statement(_) | StoreError::Refused(_) => {
                tracing::error!(%cause, "store");
                Self::internal()
            }
        }
    }
}

#[rocket::async_trait]
impl<'r> Responder<'r, 'static> for Problem {
    fn respond_to(self, _: &'r Request<'_>) -> response::Result<'static> {
        let body = serde_json::to_vec(&self.0).map_err(|_| Status::InternalServerError)?;
        let mut response = Response::build();
        response
            .status(Status::new(self.0.status))
            .header(ContentType::new("application", "problem+json"))
            .sized_body(body.len(), std::io::Cursor::new(body));
        for (name, value) in self.0.headers {
            response.raw_header(name, value);
        }
        response.ok()
    }
}
