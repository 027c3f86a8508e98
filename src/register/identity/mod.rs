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
use crate::events::message;
use crate::ids::RegistrationId;
use crate::store::rows::OutboxRow;

/// Tells whoever was given data of a registration that something about it changed. Names ids and no person.
fn event(ctx: &Ctx, name: &str, registration: RegistrationId, about: String) -> OutboxRow {
    message(name, Some(registration), about, ctx.now.system)
}
