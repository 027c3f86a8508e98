//! Walking through a list: it is frozen when it is shown, so that what is done on the way does not change it.
//!
//! What is kept is the address of the list and of everything on it: ids and codes only.

use serde::{Deserialize, Serialize};

use super::act::Act;
use crate::access::console;
use crate::console::visit::Staff;
use crate::ids::{DisputeId, FlagId, NotificationId, RegistrationId, SupervisionFindingId, VisitId};
use crate::register::Refusal;
use crate::store::console::Remembered;

/// A list as it was shown.
#[derive(Debug, Default, Serialize, Deserialize)]
struct Frozen {
    from: String,
    places: Vec<String>,
}

/// The page of a flag.
pub fn of_flag(id: FlagId) -> String {
    format!("/console/flags/{id}")
}

/// The page of a dispute.
pub fn of_dispute(registration: RegistrationId, id: DisputeId) -> String {
    format!("/console/registrations/{registration}/disputes/{id}")
}

/// The page on which a second person decides about a report.
pub fn of_receipt(registration: RegistrationId, id: NotificationId) -> String {
    format!("/console/registrations/{registration}/receipts/{id}")
}

/// The page on which is said what came of a home visit.
pub fn of_visit(registration: RegistrationId, id: VisitId) -> String {
    format!("/console/registrations/{registration}/act/{}/{id}", Act::LogVisit)
}

/// The page on which is said what came of looking at a finding.
pub fn of_finding(registration: RegistrationId, id: SupervisionFindingId) -> String {
    format!("/console/registrations/{registration}/act/{}/{id}", Act::LookAtFinding)
}

/// Keeps the pages on the list at `from`, in their order.
///
/// # Errors
/// What the store says.
pub async fn freeze(staff: &Staff<'_>, from: &str, places: Vec<String>) -> Result<(), Refusal> {
    let list = serde_json::to_string(&Frozen { from: from.to_owned(), places }).unwrap_or_default();
    if staff.signed.remembered.worklist.as_deref() == Some(list.as_str()) {
        return Ok(());
    }
    console::remember(staff.app(), staff.signed.session, Remembered::Worklist(list)).await
}

/// Where one is in the frozen list.
pub struct Walk {
    /// The list.
    pub back: String,
    /// What stands before this.
    pub previous: Option<String>,
    /// What stands behind it.
    pub next: Option<String>,
    /// Its place in the list, from 1, and how many there are.
    pub place: Option<(usize, usize)>,
}

impl Walk {
    /// The place of the page at `address` in the list that was frozen last.
    pub fn of(staff: &Staff<'_>, address: &str) -> Self {
        let kept = staff.signed.remembered.worklist.as_deref();
        let list: Frozen = kept.and_then(|list| serde_json::from_str(list).ok()).unwrap_or_default();
        let at = list.places.iter().position(|place| place == address);
        Self {
            previous: at.and_then(|at| list.places.get(at.checked_sub(1)?).cloned()),
            next: at.and_then(|at| list.places.get(at + 1).cloned()),
            place: at.map(|at| (at + 1, list.places.len())),
            back: list.from,
        }
    }
}
