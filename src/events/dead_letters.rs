//! Messages and events that were given up. They stay, alarm, and leave when an authorised person has them sent again.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::access::{Action, Ctx, decide_without_subject};
use crate::app::App;
use crate::audit::{Deed, ObjectRef};
use crate::clock::UtcTime;
use crate::ids::{DeadLetterId, OutboxId, WebhookDeliveryId, WebhookSubscriptionId};
use crate::register::{Refusal, unit};
use crate::store::outbox::{OutboxRevived, outbox_find_many, outbox_list_dead};
use crate::store::rows::OutboxRow;
use crate::store::webhooks::{DeliveryRevived, DeliveryRow, delivery_find, delivery_list_dead};
use crate::store::{Conn, Decided, Scope, StoreError, WriteSet};
use crate::vocabulary::{DeliveryChannel, OutboxState};

/// A message or an event that was given up: what it is and how it ended, and nothing of whom it is about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct DeadLetter {
    /// By which it is sent again.
    pub id: DeadLetterId,
    /// The way it was to go.
    pub channel: DeliveryChannel,
    /// What it tells of.
    pub event: String,
    /// Where it is now: `dead`, or `pending` once it is to be sent again.
    pub state: OutboxState,
    /// Attempts made.
    pub attempts: i64,
    /// How the last one ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_code: Option<String>,
    /// The subscription it was for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub subscription_id: Option<WebhookSubscriptionId>,
    /// When it was made.
    pub created_at: UtcTime,
    /// When it was given up.
    pub given_up_at: UtcTime,
}

/// A page of them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct DeadLetterPage {
    /// The oldest first.
    pub items: Vec<DeadLetter>,
    /// Where the next page starts; absent on the last one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next: Option<DeadLetterId>,
}

impl DeadLetter {
    fn of_message(row: &OutboxRow) -> Result<Self, Refusal> {
        Ok(Self {
            id: same(row.id.as_str())?,
            channel: row.channel,
            event: row.event.clone(),
            state: row.state,
            attempts: row.attempts,
            last_code: row.last_code.clone(),
            subscription_id: None,
            created_at: row.created_at,
            given_up_at: row.updated_at,
        })
    }

    fn of_delivery(row: &DeliveryRow, event: &OutboxRow) -> Result<Self, Refusal> {
        Ok(Self {
            id: same(row.id.as_str())?,
            channel: DeliveryChannel::Webhook,
            event: event.event.clone(),
            state: row.state,
            attempts: row.attempts,
            last_code: row.last_code.clone(),
            subscription_id: Some(row.subscription_id),
            created_at: row.created_at,
            given_up_at: row.updated_at,
        })
    }
}

/// The same id as that of another kind of thing.
fn same<T: std::str::FromStr>(id: &str) -> Result<T, Refusal> {
    id.parse().map_err(|_| Refusal::Store(StoreError::Corrupt("an id that is none".to_owned())))
}

/// Lists what was given up.
///
/// # Errors
/// [`Refusal::Forbidden`].
pub async fn list(app: &App, ctx: &Ctx, after: Option<DeadLetterId>, limit: i64) -> Result<DeadLetterPage, Refusal> {
    let deed = Deed::of(Action::DeadLetterRead, ObjectRef::none());
    let reader = ctx.clone();
    unit::read(app, ctx, deed, move |conn| {
        decide_without_subject(&reader.actor, Action::DeadLetterRead, reader.purpose).allowed()?;
        let (message, delivery) = match after {
            Some(after) => (Some(same(after.as_str())?), Some(same(after.as_str())?)),
            None => (None, None),
        };
        let messages = outbox_list_dead(conn, message, limit + 1)?;
        let deliveries = delivery_list_dead(conn, delivery, limit + 1)?;
        let of: Vec<OutboxId> = deliveries.iter().map(|row| row.outbox_id).collect();
        let events = outbox_find_many(conn, &of)?;
        let mut items: Vec<DeadLetter> = messages.iter().map(DeadLetter::of_message).collect::<Result<_, _>>()?;
        for row in &deliveries {
            if let Some(event) = events.iter().find(|event| event.id == row.outbox_id) {
                items.push(DeadLetter::of_delivery(row, event)?);
            }
        }
        items.sort_by_key(|letter| letter.id);
        let size = usize::try_from(limit).unwrap_or(0);
        let more = items.len() > size;
        items.truncate(size);
        let next = if more { items.last().map(|letter| letter.id) } else { None };
        Ok(DeadLetterPage { items, next })
    })
    .await
}

/// Has one sent again. An event is then tried for three days anew, a message to a person once.
///
/// # Errors
/// [`Refusal::NotFound`]; [`Refusal::Conflict`] `not_given_up`.
pub async fn resend(app: &App, ctx: &Ctx, id: DeadLetterId) -> Result<DeadLetter, Refusal> {
    let deed = Deed::of(Action::DeadLetterResend, ObjectRef::dead_letter(id));
    let actor = ctx.clone();
    unit::write(app, ctx, Scope::Append, deed, None, move |conn| {
        decide_without_subject(&actor.actor, Action::DeadLetterResend, actor.purpose).allowed()?;
        revive(conn, id, actor.now.system)
    })
    .await
}

fn revive(conn: &mut Conn, id: DeadLetterId, at: UtcTime) -> Result<Decided<DeadLetter>, Refusal> {
    let mut writes = WriteSet::default();
    let delivery: WebhookDeliveryId = same(id.as_str())?;
    let mut letter = match delivery_find(conn, delivery)? {
        Some(row) => {
            writes.changes.push(Box::new(DeliveryRevived { id: delivery, at }));
            let events = outbox_find_many(conn, &[row.outbox_id])?;
            DeadLetter::of_delivery(&row, events.first().ok_or(Refusal::NotFound)?)?
        }
        None => {
            let message: OutboxId = same(id.as_str())?;
            writes.changes.push(Box::new(OutboxRevived { id: message, at }));
            DeadLetter::of_message(outbox_find_many(conn, &[message])?.first().ok_or(Refusal::NotFound)?)?
        }
    };
    if letter.state != OutboxState::Dead {
        return Err(Refusal::Conflict {
            code: "not_given_up",
            detail: "This message was not given up, or is being sent again already.",
        });
    }
    letter.state = OutboxState::Pending;
    Ok(Decided::new(writes, letter))
}
