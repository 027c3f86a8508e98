//! The outcomes that can be proposed, and what each must rest on in the file.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::case::{Case, Note, Words, words_fault};
use crate::ids::{AttemptId, FactId, FlagId, NotificationId, OutageId};
use crate::register::{FieldError, Refusal};
use crate::store::Conn;
use crate::store::facts::fact_find;
use crate::store::flags::flag_find;
use crate::store::notifications::{attempt_find, notification_find};
use crate::store::outages::outage_find;
use crate::vocabulary::{Excuse, FlagOutcome, NotificationState};

/// An outcome with what it rests on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "type", rename_all = "camelCase", deny_unknown_fields)]
pub enum ProposedOutcome {
    /// What was due had been notified after all.
    #[serde(rename_all = "camelCase")]
    CompliedAfterAll {
        /// The notification that shows it.
        notification_id: NotificationId,
    },
    /// There is an excuse.
    AcceptableExcuse {
        /// What kind.
        excuse: Excuse,
        /// What shows it.
        #[schema(min_length = 3, max_length = 2_000)]
        evidence: String,
    },
    /// The system failed, or an attempt was refused. One of the two is named.
    #[serde(rename_all = "camelCase")]
    TechnicalFailure {
        /// The attempt.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        attempt_id: Option<AttemptId>,
        /// The outage.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        outage_id: Option<OutageId>,
    },
    /// A warning.
    Warning {},
    /// A referral to the prosecution service and the execution authority.
    Referral {},
    /// The same failure stands in another flag of this registration.
    #[serde(rename_all = "camelCase")]
    Duplicate {
        /// That flag.
        of_flag_id: FlagId,
    },
    /// The facts are wrong.
    #[serde(rename_all = "camelCase")]
    WrongFacts {
        /// The fact, when it is one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        fact_id: Option<FactId>,
    },
}

/// A proposal for the second person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Proposal {
    /// What the flag should come to.
    pub outcome: ProposedOutcome,
    /// Why.
    #[schema(min_length = 3, max_length = 2_000)]
    pub reason: String,
}

impl ProposedOutcome {
    /// The word for it.
    pub const fn word(&self) -> FlagOutcome {
        match self {
            Self::CompliedAfterAll { .. } => FlagOutcome::CompliedAfterAll,
            Self::AcceptableExcuse { .. } => FlagOutcome::AcceptableExcuse,
            Self::TechnicalFailure { .. } => FlagOutcome::TechnicalFailure,
            Self::Warning {} => FlagOutcome::Warning,
            Self::Referral {} => FlagOutcome::Referral,
            Self::Duplicate { .. } => FlagOutcome::Duplicate,
            Self::WrongFacts { .. } => FlagOutcome::WrongFacts,
        }
    }

    fn basis_id(&self) -> Option<String> {
        match self {
            Self::CompliedAfterAll { notification_id } => Some(notification_id.to_string()),
            Self::TechnicalFailure { attempt_id: Some(id), .. } => Some(id.to_string()),
            Self::TechnicalFailure { outage_id, .. } => outage_id.map(|id| id.to_string()),
            Self::Duplicate { of_flag_id } => Some(of_flag_id.to_string()),
            Self::WrongFacts { fact_id } => fact_id.map(|id| id.to_string()),
            Self::AcceptableExcuse { .. } | Self::Warning {} | Self::Referral {} => None,
        }
    }

    /// What is not in the file that should be.
    fn fault(&self, case: &Case<'_>, conn: &mut Conn) -> Result<Option<FieldError>, Refusal> {
        let registration = case.registration.id;
        let missing = |pointer: &str, code: &str, detail: &str| Some(FieldError::new(pointer, code, detail));
        Ok(match self {
            Self::CompliedAfterAll { notification_id } => {
                let counts = notification_find(conn, registration, *notification_id)?
                    .is_some_and(|row| row.state == NotificationState::Accepted);
                let detail = "This registration has no notification with this id that counts.";
                if counts { None } else { missing("/outcome/notificationId", "no_such_notification", detail) }
            }
            Self::AcceptableExcuse { evidence, .. } => words_fault("/outcome/evidence", evidence),
            Self::TechnicalFailure { attempt_id: None, outage_id: None } => {
                missing("/outcome", "required", "Name the attempt or the outage it rests on.")
            }
            Self::TechnicalFailure { attempt_id, outage_id } => {
                let no_attempt = match attempt_id {
                    Some(id) => attempt_find(conn, registration, *id)?.is_none(),
                    None => false,
                };
                let no_outage = match outage_id {
                    Some(id) => outage_find(conn, *id)?.is_none(),
                    None => false,
                };
                if no_attempt {
                    missing("/outcome/attemptId", "no_such_attempt", "This registration has no such attempt.")
                } else if no_outage {
                    missing("/outcome/outageId", "no_such_outage", "There is no such outage.")
                } else {
                    None
                }
            }
            Self::Duplicate { of_flag_id } => {
                let other = flag_find(conn, *of_flag_id)?.filter(|flag| flag.registration_id == registration);
                let leads_on =
                    other.is_some_and(|flag| flag.id != case.flag.id && flag.outcome != Some(FlagOutcome::Duplicate));
                let detail = "Name another flag of this registration that is not a duplicate itself.";
                if leads_on { None } else { missing("/outcome/ofFlagId", "no_such_flag", detail) }
            }
            Self::WrongFacts { fact_id: Some(id) } if fact_find(conn, registration, *id)?.is_none() => {
                missing("/outcome/factId", "no_such_fact", "This registration has no such fact.")
            }
            Self::WrongFacts { .. } | Self::Warning {} | Self::Referral {} => None,
        })
    }
}

impl Proposal {
    /// What a step keeps of it, when everything it rests on is there.
    ///
    /// # Errors
    /// [`Refusal::Invalid`] with every fault.
    pub(super) fn note(&self, case: &Case<'_>, conn: &mut Conn) -> Result<Note, Refusal> {
        let mut faults: Vec<FieldError> = words_fault("/reason", &self.reason).into_iter().collect();
        faults.extend(self.outcome.fault(case, conn)?);
        Refusal::unless_empty(faults)?;
        let (excuse, evidence) = match &self.outcome {
            ProposedOutcome::AcceptableExcuse { excuse, evidence } => (Some(*excuse), Some(evidence.trim().to_owned())),
            ProposedOutcome::CompliedAfterAll { .. }
            | ProposedOutcome::TechnicalFailure { .. }
            | ProposedOutcome::Warning {}
            | ProposedOutcome::Referral {}
            | ProposedOutcome::Duplicate { .. }
            | ProposedOutcome::WrongFacts { .. } => (None, None),
        };
        let words = Words { reason: self.reason.trim().to_owned(), evidence };
        Ok(Note { words: Some(words), basis_id: self.outcome.basis_id(), excuse, hand_over: None })
    }
}
