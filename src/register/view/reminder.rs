//! Reminders as people read them: what was decided, and how far the message came.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::super::file::File;
use super::super::permit::permit;
use super::super::refusal::Refusal;
use super::super::unit;
use crate::access::{Action, Ctx};
use crate::app::App;
use crate::audit::{Deed, ObjectRef};
use crate::clock::UtcTime;
use crate::ids::{DutyId, RegistrationId, ReminderId};
use crate::store::Conn;
use crate::store::flags::{ReminderProof, reminder_proofs};
use crate::vocabulary::{DeliveryChannel, DeliveryOutcome, OutboxState, ReminderWindow};

/// A reminder and its proof chain.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ReminderView {
    /// The reminder.
    pub id: ReminderId,
    /// The strict date it reminded of.
    pub due: NaiveDate,
    /// Before the day, or on it.
    pub window: ReminderWindow,
    /// The channel.
    pub channel: DeliveryChannel,
    /// The day for which it was planned.
    pub planned_on: NaiveDate,
    /// Where the message stands now.
    pub state: OutboxState,
    /// When the next system accepted it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub handed_over_at: Option<UtcTime>,
    /// When a receipt said that it arrived.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub delivered_at: Option<UtcTime>,
    /// Every attempt to hand it over.
    pub deliveries: Vec<DeliveryView>,
}

/// One attempt to hand a message over.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct DeliveryView {
    /// Which attempt.
    pub attempt: i64,
    /// When it began.
    pub started_at: UtcTime,
    /// How it ended.
    pub outcome: DeliveryOutcome,
    /// What the other side answered, as a code.
    pub code: String,
}

impl ReminderView {
    /// A stored reminder with its proof.
    pub fn of(proof: ReminderProof) -> Self {
        let ReminderProof { reminder, message, deliveries } = proof;
        Self {
            id: reminder.id,
            due: reminder.due_on,
            window: reminder.reminder_window,
            channel: reminder.channel,
            planned_on: reminder.planned_on,
            state: message.state,
            handed_over_at: message.handed_over_at,
            delivered_at: message.delivered_at,
            deliveries: deliveries
                .into_iter()
                .map(|row| DeliveryView {
                    attempt: row.attempt,
                    started_at: row.started_at,
                    outcome: row.outcome,
                    code: row.code,
                })
                .collect(),
        }
    }
}

/// The reminders of a registration's duties.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ReminderList {
    /// The reminders, by the date they reminded of.
    pub items: Vec<ReminderOfDuty>,
}

/// A reminder with the duty it is about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ReminderOfDuty {
    /// The duty.
    pub duty_id: DutyId,
    /// The reminder.
    #[serde(flatten)]
    pub reminder: ReminderView,
}

/// Reads the reminders of a registration.
///
/// # Errors
/// [`Refusal::NotFound`], [`Refusal::Forbidden`].
pub async fn reminders(app: &App, ctx: &Ctx, registration: RegistrationId) -> Result<ReminderList, Refusal> {
    let deed = Deed::on(Action::ReminderRead, ObjectRef::registration(registration), registration);
    let reader = ctx.clone();
    unit::read(app, ctx, deed, move |conn| {
        let file = File::load(conn, registration)?;
        permit(&reader, Action::ReminderRead, &file.registration)?;
        Ok(ReminderList { items: reminders_of(conn, &file)? })
    })
    .await
}

/// The reminders of a file, by the date they reminded of.
///
/// # Errors
/// What the store says.
pub(crate) fn reminders_of(conn: &mut Conn, file: &File) -> Result<Vec<ReminderOfDuty>, Refusal> {
    let duties: Vec<DutyId> = file.duties.iter().map(|duty| duty.id).collect();
    let mut items: Vec<ReminderOfDuty> = reminder_proofs(conn, &duties)?
        .into_iter()
        .flat_map(|(duty_id, proofs)| {
            proofs.into_iter().map(move |proof| ReminderOfDuty { duty_id, reminder: ReminderView::of(proof) })
        })
        .collect();
    items.sort_by_key(|item| (item.reminder.due, item.reminder.id));
    Ok(items)
}
