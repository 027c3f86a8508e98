//! What is heard of a message after it left: it arrived, it did not, or it is underway. Written on its row, with its audit
//! entry, and with the letter that takes its place.

use super::fallback::letter_instead;
use crate::access::Action;
use crate::app::App;
use crate::audit::{Deed, ObjectRef, Outcome as DeedOutcome};
use crate::clock::UtcTime;
use crate::ids::OutboxId;
use crate::store::outbox::{OutboxReceipted, outbox_find_many};
use crate::store::rows::{DeliveryAttemptRow, OutboxRow};
use crate::store::{Decided, Scope, StoreError, WriteSet};
use crate::vocabulary::{DeliveryChannel, DeliveryOutcome, OutboxKind, OutboxState};

/// What is heard of one message.
#[derive(Debug, Clone)]
pub(crate) struct Receipt {
    /// The row it stands for.
    pub(crate) id: OutboxId,
    /// Its `Message-ID`, where the receipt names it: it must be that of the row.
    pub(crate) message_id: Option<String>,
    /// What.
    pub(crate) heard: Heard,
    /// Such as `dsn_5_1_1`.
    pub(crate) code: String,
}

/// What became of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Heard {
    /// It does not arrive.
    Failed,
    /// It arrived.
    Delivered,
    /// It is on its way still.
    Underway,
}

/// What a receipt did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Settled {
    /// The message stands elsewhere now.
    Changed,
    /// It stands where it stood.
    AsItWas,
    /// It is no message of ours.
    NotOurs,
}

/// Writes a receipt down, for the part of this program called `by`.
///
/// # Errors
/// The store.
pub(crate) fn settle(app: &App, by: &'static str, receipt: Receipt) -> Result<Settled, StoreError> {
    let (app, now) = (app.clone(), app.clock.now());
    let store = app.store.clone();
    store.write_blocking(Scope::Append, move |conn| {
        let row = outbox_find_many(conn, &[receipt.id])?.pop();
        let ours = |row: &OutboxRow| receipt.message_id.as_ref().is_none_or(|id| *id == row.message_id);
        let Some(row) = row.filter(ours) else { return Ok(Decided::new(WriteSet::default(), Settled::NotOurs)) };
        let Some(state) = state_after(row.state, receipt.heard) else {
            return Ok(Decided::new(WriteSet::default(), Settled::AsItWas));
        };
        let mut writes = WriteSet::default();
        if state == OutboxState::Dead && row.kind == OutboxKind::Reminder && row.channel == DeliveryChannel::Email {
            writes = letter_instead(&app, conn, row.id, by, now)?;
        }
        if state == OutboxState::Dead {
            tracing::error!(outbox = %row.id, code = receipt.code, "a message did not arrive");
        }
        writes.changes.push(Box::new(changed(&row, state, &receipt, now.system)));
        // Where the answer was lost, this is the proof that it was taken over.
        if row.state == OutboxState::Unknown && state != row.state {
            writes.delivery_attempts.push(proof(&row, &receipt, now.system));
        }
        if let Some(deed) = deed(&row, state) {
            let leaf = app.audit.leaf_of_system(by, now.system, &deed);
            writes.audit.push(leaf.map_err(|refusal| StoreError::Statement(refusal.to_string()))?);
        }
        Ok(Decided::new(writes, if state == row.state { Settled::AsItWas } else { Settled::Changed }))
    })
}

/// Where a message stands after a receipt; `None` where a receipt says nothing any more.
const fn state_after(state: OutboxState, heard: Heard) -> Option<OutboxState> {
    match (state, heard) {
        (OutboxState::HandedOver | OutboxState::Unknown, Heard::Failed) => Some(OutboxState::Dead),
        (OutboxState::HandedOver | OutboxState::Unknown, Heard::Delivered) => Some(OutboxState::Delivered),
        (OutboxState::HandedOver | OutboxState::Unknown, Heard::Underway) => Some(state),
        // Settled otherwise, or being sent again at this moment: that attempt tells.
        (
            OutboxState::Pending
            | OutboxState::InFlight
            | OutboxState::Delivered
            | OutboxState::Retrying
            | OutboxState::Dead
            | OutboxState::Superseded,
            Heard::Failed | Heard::Delivered | Heard::Underway,
        ) => None,
    }
}

fn changed(row: &OutboxRow, state: OutboxState, receipt: &Receipt, now: UtcTime) -> OutboxReceipted {
    let proved = i64::from(row.state == OutboxState::Unknown && state != row.state);
    OutboxReceipted {
        id: row.id,
        read: row.state,
        attempts_read: row.attempts,
        attempts: row.attempts + proved,
        state,
        handed_over_at: row.handed_over_at.unwrap_or(now),
        code: receipt.code.clone(),
        now,
    }
}

fn proof(row: &OutboxRow, receipt: &Receipt, now: UtcTime) -> DeliveryAttemptRow {
    DeliveryAttemptRow {
        outbox_id: row.id,
        attempt: row.attempts + 1,
        started_at: now,
        ended_at: now,
        outcome: DeliveryOutcome::HandedOver,
        code: receipt.code.clone(),
    }
}

/// What the audit says of it; nothing of what is underway.
fn deed(row: &OutboxRow, state: OutboxState) -> Option<Deed> {
    let ended = match state {
        OutboxState::Dead => DeedOutcome::Failed("not_delivered"),
        OutboxState::Delivered => DeedOutcome::Done,
        OutboxState::Pending
        | OutboxState::InFlight
        | OutboxState::HandedOver
        | OutboxState::Retrying
        | OutboxState::Unknown
        | OutboxState::Superseded => return None,
    };
    let action = match row.kind {
        OutboxKind::Reminder => Action::ReminderSend,
        OutboxKind::Event => Action::ReferralNotice,
    };
    Some(Deed::on(action, ObjectRef::outbox(row.id), row.registration_id?).ended(ended))
}
