//! What becomes of a message after an attempt, or instead of one: its next state, the record of the attempt, and how
//! long until the next.

use chrono::Duration;
use rand::{Rng, RngExt};
use scheduler::RunReport;

use crate::access::Action;
use crate::audit::{Deed, ObjectRef, Outcome as DeedOutcome};
use crate::clock::UtcTime;
use crate::ids::RegistrationId;
use crate::notify::Outcome;
use crate::store::outbox::OutboxSettled;
use crate::store::rows::{DeliveryAttemptRow, OutboxRow};
use crate::vocabulary::{DeliveryChannel, DeliveryOutcome, OutboxKind, OutboxState};

/// The waits after the first, second, ... failed attempt, in seconds, before jitter: those of Standard Webhooks,
/// 75 hours in all. After the last there is no further attempt.
const WAITS: [i64; 9] = [5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400];

/// Why a message is not sent.
#[derive(Clone, Copy)]
pub(super) enum Instead {
    /// It serves nobody any more.
    NoLonger(&'static str),
    /// It never can be.
    Never(&'static str),
    /// Something it needs cannot be had for now.
    Later(&'static str),
}

/// What becomes of a row, and the attempt that led to it.
pub(super) struct Settlement {
    pub(super) row: OutboxSettled,
    pub(super) attempt: Option<DeliveryAttemptRow>,
    registration: Option<RegistrationId>,
    kind: OutboxKind,
    channel: DeliveryChannel,
}

impl Settlement {
    fn of(row: &OutboxRow, state: OutboxState, now: UtcTime) -> Self {
        Self {
            row: OutboxSettled {
                id: row.id,
                held_by: row.leased_by.clone(),
                attempts_read: row.attempts,
                attempts: row.attempts,
                state,
                next_try_at: now,
                code: None,
                now,
            },
            attempt: None,
            registration: row.registration_id,
            kind: row.kind,
            channel: row.channel,
        }
    }

    /// Whether a reminder by e-mail ends here, so that a letter may take its place.
    pub(super) fn asks_for_a_letter(&self) -> bool {
        let reminder = self.kind == OutboxKind::Reminder && self.channel == DeliveryChannel::Email;
        reminder && self.row.state == OutboxState::Dead
    }

    /// The end of a row that nobody holds.
    pub(super) fn without_attempt(row: &OutboxRow, state: OutboxState, code: &str, now: UtcTime) -> Self {
        let mut settlement = Self::of(row, state, now);
        settlement.row.code = Some(code.to_owned());
        settlement
    }

    /// Claimed and not tried: as it was before.
    pub(super) fn given_back(row: &OutboxRow, prior: OutboxState, now: UtcTime) -> Self {
        let mut settlement = Self::of(row, prior, now);
        settlement.row.attempts = row.attempts - 1;
        settlement
    }

    pub(super) fn instead(row: &OutboxRow, instead: Instead, now: UtcTime) -> Self {
        let (state, code, wait) = match instead {
            Instead::NoLonger(code) => (OutboxState::Superseded, code, Duration::zero()),
            Instead::Never(code) => (OutboxState::Dead, code, Duration::zero()),
            Instead::Later(code) => (OutboxState::Retrying, code, Duration::minutes(1)),
        };
        let mut settlement = Self::given_back(row, state, now);
        settlement.row.next_try_at = now.plus(wait);
        settlement.row.code = Some(code.to_owned());
        settlement
    }

    /// After an attempt that began at `started_at`.
    pub(super) fn after(
        row: &OutboxRow,
        started_at: UtcTime,
        outcome: &Outcome,
        now: UtcTime,
        rng: &mut impl Rng,
    ) -> Self {
        let next = wait_after(row.attempts, rng);
        let (state, ended, code) = match (outcome, next) {
            (Outcome::HandedOver { code }, _) => (OutboxState::HandedOver, DeliveryOutcome::HandedOver, code),
            (Outcome::Failed { code, retryable: true }, Some(_)) => {
                (OutboxState::Retrying, DeliveryOutcome::Failed, code)
            }
            (Outcome::Failed { code, retryable: true }, None) => (OutboxState::Dead, DeliveryOutcome::Failed, code),
            (Outcome::Failed { code, retryable: false }, _) => (OutboxState::Dead, DeliveryOutcome::Rejected, code),
            (Outcome::Unknown { code }, Some(_)) => (OutboxState::Unknown, DeliveryOutcome::Unknown, code),
            (Outcome::Unknown { code }, None) => (OutboxState::Dead, DeliveryOutcome::Unknown, code),
        };
        let mut settlement = Self::of(row, state, now);
        settlement.row.next_try_at = now.plus(next.unwrap_or_else(Duration::zero));
        settlement.row.code = Some(code.clone());
        settlement.attempt = Some(DeliveryAttemptRow {
            outbox_id: row.id,
            attempt: row.attempts,
            started_at,
            ended_at: now,
            outcome: ended,
            code: code.clone(),
        });
        settlement
    }

    /// What the audit says of it: contact details were used to hand a reminder over, or an authority was told.
    pub(super) fn deed(&self) -> Option<Deed> {
        let (attempt, registration) = (self.attempt.as_ref()?, self.registration?);
        let outcome = match attempt.outcome {
            DeliveryOutcome::HandedOver => DeedOutcome::Done,
            DeliveryOutcome::Failed => DeedOutcome::Failed("failed"),
            DeliveryOutcome::Rejected => DeedOutcome::Failed("rejected"),
            DeliveryOutcome::Unknown => DeedOutcome::Failed("unknown"),
        };
        let deed = |action| Deed::on(action, ObjectRef::outbox(self.row.id), registration).ended(outcome);
        Some(match self.kind {
            OutboxKind::Reminder if self.channel == DeliveryChannel::Letter => {
                deed(Action::ReminderSend).with_fields(&["contact", "name", "address"])
            }
            OutboxKind::Reminder => deed(Action::ReminderSend).with_fields(&["contact"]),
            OutboxKind::Event => deed(Action::ReferralNotice),
        })
    }

    pub(super) fn count(&self, report: &mut RunReport) {
        match self.row.state {
            OutboxState::HandedOver | OutboxState::Delivered => report.made += 1,
            OutboxState::Dead => {
                tracing::error!(outbox = %self.row.id, code = self.row.code, "a message was given up");
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

/// How long to wait after failed attempt number `attempt` (from 1), up to a fifth longer so that what failed together
/// does not return together; `None` after the last one.
fn wait_after(attempt: i64, rng: &mut impl Rng) -> Option<Duration> {
    let nth = usize::try_from(attempt - 1).ok()?;
    let wait = Duration::try_seconds(*WAITS.get(nth)?)?;
    let jitter = wait.num_milliseconds() / 5;
    Some(wait + Duration::milliseconds(rng.random_range(0..=jitter)))
}

/// How long to wait for the next attempt when the first one was `elapsed` ago: until the next of the same instants, up to
/// a fifth of that wait longer. Attempts in between do not use the instants up. `None` after the last one.
pub(in crate::jobs) fn wait_since_first(elapsed: Duration, rng: &mut impl Rng) -> Option<Duration> {
    let mut instant = Duration::zero();
    for seconds in WAITS {
        let wait = Duration::seconds(seconds);
        instant += wait;
        if instant > elapsed {
            let jitter = Duration::milliseconds(rng.random_range(0..=wait.num_milliseconds() / 5));
            return Some(instant - elapsed + jitter);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use rand::SeedableRng;
    use rand::rngs::StdRng;

    use super::*;

    #[test]
    fn waits_grow_are_spread_and_end() {
        let mut rng = StdRng::seed_from_u64(7);
        for (nth, seconds) in WAITS.iter().enumerate() {
            let wait = wait_after(nth as i64 + 1, &mut rng).expect("another attempt");
            assert!(wait >= Duration::seconds(*seconds) && wait <= Duration::seconds(*seconds * 6 / 5), "{wait}");
        }
        assert_eq!(wait_after(WAITS.len() as i64 + 1, &mut rng), None);
        let spread: std::collections::HashSet<_> = (0..50).filter_map(|_| wait_after(2, &mut rng)).collect();
        assert!(spread.len() > 40, "what failed together does not return together");
        assert!(WAITS.iter().sum::<i64>() >= 72 * 3_600, "three days of trying");
        let first = wait_since_first(Duration::zero(), &mut rng).expect("a wait");
        assert!(first >= Duration::seconds(5) && first <= Duration::seconds(6), "{first}");
        let last = Duration::seconds(WAITS.iter().sum());
        assert!(wait_since_first(last - Duration::seconds(1), &mut rng).is_some());
        assert_eq!(wait_since_first(last, &mut rng), None);
    }
}
