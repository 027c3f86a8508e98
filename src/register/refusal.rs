//! Why a use case did not do what was asked: one closed list, which the edge turns into problems.

use serde::Serialize;

use crate::ids::{AttemptId, RegistrationId};
use crate::store::StoreError;

/// One thing that is wrong with the input.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct FieldError {
    /// JSON Pointer to the member of the body, such as `/address/postcode`; a header or query parameter by its name.
    pub pointer: String,
    /// Stable code, such as `required`, `not_a_date`, `before_departure`.
    pub code: String,
    /// What is wrong and what to do, in English, without repeating the value.
    pub detail: String,
}

impl FieldError {
    /// An error at `pointer`.
    pub fn new(pointer: impl Into<String>, code: impl Into<String>, detail: impl Into<String>) -> Self {
        Self { pointer: pointer.into(), code: code.into(), detail: detail.into() }
    }
}

/// Why nothing was done, or why what was done is not what was asked.
#[derive(Debug, Clone, thiserror::Error)]
pub enum Refusal {
    /// There is no such thing, or the actor may not know that there is.
    #[error("not found")]
    NotFound,
    /// Nobody proved who they are. The text tells no more than the answer may.
    #[error("not signed in: {0}")]
    Unauthenticated(&'static str),
    /// The actor may not do this. The text says which rule and what would help; it names nobody.
    #[error("forbidden: {0}")]
    Forbidden(&'static str),
    /// The actor may do this, but must prove anew to be there before.
    #[error("a fresh second factor is needed")]
    ProofNeeded,
    /// The input is wrong; every fault is listed.
    #[error("{} field(s) are not valid", .0.len())]
    Invalid(Vec<FieldError>),
    /// The input of a notification lacks required content: it counts as not given, and that was recorded.
    #[error("the notification is incomplete and counts as not given")]
    Incomplete {
        /// The faults.
        errors: Vec<FieldError>,
        /// The recorded attempt.
        attempt: AttemptId,
        /// Its receipt, which says that it is not a notification.
        receipt: String,
    },
    /// The rules do not accept this channel for this duty; the attempt was recorded.
    #[error("this channel is not accepted for this notification")]
    ChannelNotAccepted {
        /// The recorded attempt.
        attempt: AttemptId,
        /// Its receipt, which says that it is not a notification.
        receipt: String,
        /// What to do instead.
        instead: String,
    },
    /// The thing is not in a state in which this can be done. Code and explanation.
    #[error("conflict: {code}")]
    Conflict {
        /// Stable code, such as `already_active`.
        code: &'static str,
        /// What is in the way and what to do.
        detail: &'static str,
    },
    /// The law does not allow it, whatever the role: data for another purpose, a system that is not in operation.
    #[error("barred: {code}")]
    Barred {
        /// Stable code, such as `purpose_refused`.
        code: &'static str,
        /// Why, with the provisions.
        detail: String,
        /// Every single ground.
        errors: Vec<FieldError>,
    },
    /// Something stands in the way of a proposal; everything that does is listed.
    #[error("{} thing(s) stand in the way", .0.len())]
    Blocked(Vec<FieldError>),
    /// `me` stands for more than one registration.
    #[error("the person has more than one active registration")]
    SeveralRegistrations(Vec<RegistrationId>),
    /// The version the caller knows is no longer the current one.
    #[error("changed since it was read")]
    VersionMoved,
    /// The keys that protect the person's data could not be used.
    #[error("keys: {0}")]
    Keys(String),
    /// The rules refuse the facts; a fault in what was recorded, not in this request.
    #[error("rules: {0}")]
    Rules(String),
    /// The database.
    #[error(transparent)]
    Store(StoreError),
}

impl From<StoreError> for Refusal {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl Refusal {
    /// A stable word for the audit; never content.
    pub fn code(&self) -> &'static str {
        match self {
            Self::NotFound => "not_found",
            Self::Unauthenticated(_) => "unauthenticated",
            Self::Forbidden(_) => "forbidden",
            Self::ProofNeeded => "proof_needed",
            Self::Invalid(_) => "invalid",
            Self::Incomplete { .. } => "incomplete",
            Self::ChannelNotAccepted { .. } => "channel_not_accepted",
            Self::Conflict { code, .. } | Self::Barred { code, .. } => code,
            Self::Blocked(_) => "blocked",
            Self::SeveralRegistrations(_) => "several_registrations",
            Self::VersionMoved => "version_moved",
            Self::Keys(_) => "keys",
            Self::Rules(_) => "rules",
            Self::Store(_) => "store",
        }
    }

    /// Goes on only when there are no faults.
    ///
    /// # Errors
    /// [`Refusal::Invalid`] with all of them.
    pub fn unless_empty(faults: Vec<FieldError>) -> Result<(), Self> {
        if faults.is_empty() { Ok(()) } else { Err(Self::Invalid(faults)) }
    }

    /// One invalid field.
    pub fn field(pointer: &str, code: &str, detail: &str) -> Self {
        Self::Invalid(vec![FieldError::new(pointer, code, detail)])
    }
}
