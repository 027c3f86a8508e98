//! Events: what other systems are told, in which order, and how they can be sure of it.
//!
//! An event is a row of the outbox, written with the change it tells of. A sequencer gives it a place in the order after
//! the commit, and every subscriber its share. It names ids and never says anything of a person: whoever is told opens the
//! object under its own rights.
//!
//! | module | what it is |
//! | --- | --- |
//! | [`envelope`] | the CloudEvents envelope of the Dutch government profile |
//! | [`signature`] | Standard Webhooks: how a receiver knows that an event is ours |
//! | [`address`] | which addresses may be called at all |
//! | [`client`] | one call to a receiver, with every way it can end |
//! | [`subscriptions`] | which systems are told of what |
//! | [`asyncapi`] | the published contract of events |
//! | [`feed`] | the events as a subscriber reads them for itself |
//! | [`dead_letters`] | messages that were given up, and having them sent again |

pub mod address;
pub mod asyncapi;
pub mod client;
pub mod dead_letters;
pub mod envelope;
pub mod feed;
pub mod signature;
pub mod subscriptions;

use crate::clock::UtcTime;
use crate::ids::{OutboxId, RegistrationId};
use crate::store::rows::OutboxRow;
use crate::vocabulary::{DeliveryChannel, OutboxKind, OutboxState};

/// The message that tells other systems of something. `about` names what it speaks of and, behind a slash, what tells two
/// events of one thing apart.
pub fn message(event: &str, registration: Option<RegistrationId>, about: String, at: UtcTime) -> OutboxRow {
    let id = OutboxId::fresh();
    OutboxRow {
        id,
        kind: OutboxKind::Event,
        registration_id: registration,
        reference_id: about,
        event: event.to_owned(),
        channel: DeliveryChannel::Webhook,
        state: OutboxState::Pending,
        attempts: 0,
        next_try_at: at,
        leased_by: None,
        leased_until: None,
        purpose_ends_on: None,
        message_id: id.to_string(),
        handed_over_at: None,
        delivered_at: None,
        last_code: None,
        created_at: at,
        updated_at: at,
    }
}
