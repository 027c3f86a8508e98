//! What becomes of an event after an attempt: its next state, the record of the attempt, what it says of the receiver, and
//! how long until the next.

use chrono::Duration;
use rand::Rng;
use scheduler::RunReport;

use super::super::relay::wait_since_first;
use super::ASK_EVERY;
use crate::access::Action;
use crate::audit::{Deed, ObjectRef, Outcome as DeedOutcome};
use crate::clock::UtcTime;
use crate::events::client::Answer;
use crate::ids::{RegistrationId, WebhookDeliveryId};
use crate::store::WriteSet;
use crate::store::events::EventTakenOver;
use crate::store::webhooks::{DeliveryRow, DeliverySettled, ReceiverAnswers, ReceiverFails, WebhookAttemptRow};
use crate::vocabulary::{DeliveryOutcome, OutboxState};

/// One attempt.
pub(super) struct Tried {
    pub(super) started_at: UtcTime,
    pub(super) ended_at: UtcTime,
    pub(super) answer: Answer,
}

/// What becomes of a delivery, and the attempt that led to it.
#[derive(Clone)]
pub(super) struct Settlement {
    row: DeliverySettled,
    attempt: Option<WebhookAttemptRow>,
    gone: bool,
    registration: Option<RegistrationId>,
}

impl Settlement {
    /// Claimed and not tried: as it was before.
    pub(super) fn given_back(read: DeliveryRow, prior: OutboxState, now: UtcTime) -> Self {
        let row = DeliverySettled {
            attempts: read.attempts - 1,
            state: prior,
            next_try_at: now,
            first_tried_at: read.first_tried_at,
            code: None,
            now,
            read,
        };
        Self { row, attempt: None, gone: false, registration: None }
    }

    /// After an attempt.
    pub(super) fn after(
        read: DeliveryRow,
        registration: Option<RegistrationId>,
        tried: &Tried,
        rng: &mut impl Rng,
    ) -> Self {
        let (first, now) = (read.first_tried_at.unwrap_or(tried.started_at), tried.ended_at);
        let scheduled = wait_since_first(now.since(first), rng);
        let (outcome, code, asked) = match &tried.answer {
            Answer::Taken { code } => (DeliveryOutcome::HandedOver, code.as_str(), None),
            Answer::Failed { code, wait } => (DeliveryOutcome::Failed, code.as_str(), *wait),
            Answer::Gone => (DeliveryOutcome::Rejected, "http_410", None),
            Answer::Unknown { code } => (DeliveryOutcome::Unknown, *code, None),
        };
        let state = match (outcome, scheduled) {
            (DeliveryOutcome::HandedOver, _) => OutboxState::HandedOver,
            (DeliveryOutcome::Rejected, _) | (_, None) => OutboxState::Dead,
            (DeliveryOutcome::Failed, Some(_)) => OutboxState::Retrying,
            (DeliveryOutcome::Unknown, Some(_)) => OutboxState::Unknown,
        };
        let asked = asked.and_then(|wait| Duration::from_std(wait).ok()).unwrap_or_else(Duration::zero);
        let wait = scheduled.unwrap_or_else(Duration::zero).max(asked);
        let attempt = WebhookAttemptRow {
            delivery_id: read.id,
            attempt: read.attempts,
            started_at: tried.started_at,
            ended_at: now,
            outcome,
            code: code.to_owned(),
        };
        let row = DeliverySettled {
            attempts: read.attempts,
            state,
            next_try_at: now.plus(wait),
            first_tried_at: Some(first),
            code: Some(code.to_owned()),
            now,
            read,
        };
        Self { row, attempt: Some(attempt), gone: tried.answer == Answer::Gone, registration }
    }

    pub(super) fn id(&self) -> WebhookDeliveryId {
        self.row.read.id
    }

    /// Everything to write but the audit entry.
    pub(super) fn writes(&self) -> WriteSet {
        let mut writes = WriteSet::default();
        let (subscription, now) = (self.row.read.subscription_id, self.row.now);
        writes.changes.push(Box::new(self.row.clone()));
        match self.attempt.as_ref().map(|attempt| attempt.outcome) {
            Some(DeliveryOutcome::HandedOver) => {
                writes.changes.push(Box::new(EventTakenOver { id: self.row.read.outbox_id, at: now }));
                writes.changes.push(Box::new(ReceiverAnswers { subscription, now }));
            }
            Some(_) => {
                let ask_at = now.plus(ASK_EVERY);
                writes.changes.push(Box::new(ReceiverFails { subscription, now, ask_at, gone: self.gone }));
            }
            None => {}
        }
        writes.webhook_attempts.extend(self.attempt.clone());
        writes
    }

    /// What the audit says of it. A message that never left is no disclosure, and one that may have is.
    pub(super) fn deed(&self, recipient: &'static str) -> Option<Deed> {
        let attempt = self.attempt.as_ref()?;
        let outcome = match attempt.outcome {
            DeliveryOutcome::HandedOver => DeedOutcome::Done,
            DeliveryOutcome::Failed => DeedOutcome::Failed("failed"),
            DeliveryOutcome::Rejected => DeedOutcome::Failed("rejected"),
            DeliveryOutcome::Unknown => DeedOutcome::Failed("unknown"),
        };
        let object = ObjectRef::outbox(self.row.read.outbox_id);
        let deed = Deed::of(Action::EventSend, object).ended(outcome);
        Some(Deed { registration: self.registration, recipient: Some(recipient), ..deed })
    }

    pub(super) fn count(&self, report: &mut RunReport) {
        match self.row.state {
            OutboxState::HandedOver | OutboxState::Delivered => report.made += 1,
            OutboxState::Dead => {
                tracing::error!(delivery = %self.row.read.id, code = self.row.code, "an event was given up");
                report.failed += 1;
            }
            OutboxState::Retrying | OutboxState::Unknown if self.attempt.is_some() => report.failed += 1,
            OutboxState::Pending
            | OutboxState::InFlight
            | OutboxState::Retrying
            | OutboxState::Unknown
            | OutboxState::Superseded => report.skipped += 1,
        }
    }
}
