//! Accidents of identity: what happens to who somebody is.
//!
//! | module | what it does |
//! | --- | --- |
//! | [`merge`] | two registrations of one person become one, and two again |
//! | [`chain_number`] | a replaced chain number, with the ones before |
//! | [`death`] | ends duties and reminders, for the person as a whole; and takes that back |
//! | [`representative`] | a lawyer, guardian or interpreter who acts for the person |
//!
//! A lost password or second factor is a matter of accounts: [`crate::access::recovery`].

pub mod chain_number;
pub mod death;
mod joining;
pub mod merge;
pub mod representative;
mod takeover;

use crate::access::Ctx;
use crate::ids::{OutboxId, RegistrationId};
use crate::store::rows::OutboxRow;
use crate::vocabulary::{DeliveryChannel, OutboxKind, OutboxState};

/// Tells whoever was given data of a registration that something about it changed. Names ids and no person.
fn event(ctx: &Ctx, name: &str, registration: RegistrationId, about: String) -> OutboxRow {
    let id = OutboxId::fresh();
    OutboxRow {
        id,
        kind: OutboxKind::Event,
        registration_id: Some(registration),
        reference_id: about,
        event: name.to_owned(),
        channel: DeliveryChannel::Webhook,
        state: OutboxState::Pending,
        attempts: 0,
        next_try_at: ctx.now.system,
        leased_by: None,
        leased_until: None,
        purpose_ends_on: None,
        message_id: id.to_string(),
        handed_over_at: None,
        delivered_at: None,
        last_code: None,
        created_at: ctx.now.legal,
        updated_at: ctx.now.legal,
    }
}
