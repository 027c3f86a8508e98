//! What other systems are told of journeys: that one was notified, and each time it is known otherwise.
//!
//! Whoever was told of a journey acts on it. So a correction reaches them whatever its cause: a change or cancellation by
//! the person, a return, a mistake that an officer puts right, a dispute that was upheld, a split of registrations.

use crate::access::Ctx;
use crate::events::message;
use crate::ids::RegistrationId;
use crate::law::What;
use crate::store::rows::OutboxRow;
use crate::vocabulary::EventKind;

use super::fact::{FactBody, FactsDocument};
use super::file::NewFact;

/// The event for a fact about a journey, if it is about one. `before` is what the file said until now.
pub(super) fn told(
    ctx: &Ctx,
    before: &FactsDocument,
    registration: RegistrationId,
    fact: &NewFact,
) -> Option<OutboxRow> {
    let root = fact.root();
    let known = before
        .law
        .events
        .iter()
        .any(|event| matches!(event.what, What::Absence(_)) && event.id.as_deref() == Some(root.as_str()));
    let kind = match fact.body() {
        FactBody::Withdrawn if known => EventKind::TravelWithdrawn,
        _ if fact.trip().is_none() => return None,
        _ if fact.is_correction() && known => EventKind::TravelChanged,
        _ if !fact.is_correction() && fact.is_notified() => EventKind::TravelNotified,
        _ => return None,
    };
    let about = match kind {
        EventKind::TravelNotified => root.to_string(),
        _ => format!("{root}/{}", fact.id()),
    };
    Some(message(kind.as_str(), Some(registration), about, ctx.now.system))
}
