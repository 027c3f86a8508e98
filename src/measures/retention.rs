//! The time of a signal is over: first it is locked, later it is destroyed. Of a destroyed signal it is left that there was
//! one, where it came from and when it ended; its text, who reported and every reason are gone.

use chrono::NaiveDate;

use crate::access::Action;
use crate::app::App;
use crate::audit::{Deed, ObjectRef};
use crate::clock::UtcTime;
use crate::register::Refusal;
use crate::store::WriteSet;
use crate::store::measures::{MeasureMoved, MeasureRow, MeasureStepsDestroyed};

/// The part of the program that does this, in the audit.
const PART: &str = "retention";

/// What is done on a day to one whose time is over, with its audit entry.
///
/// # Errors
/// [`Refusal::Keys`] when the audit entry cannot be made.
pub fn end(app: &App, mut row: MeasureRow, today: NaiveDate, at: UtcTime) -> Result<WriteSet, Refusal> {
    let destroyed = row.destroy_on.is_some_and(|day| day <= today);
    let what = if destroyed { "destroyed" } else { "removed" };
    let deed = Deed::of(Action::SignalRetire, ObjectRef::measure(row.id)).with_fields(&[what]);
    let deed = Deed { registration: row.registration_id, ..deed };
    let mut writes = WriteSet { audit: vec![app.audit.leaf_of_system(PART, at, &deed)?], ..WriteSet::default() };
    what.clone_into(&mut row.state);
    row.due = None;
    if destroyed {
        (row.content_enc, row.reporter_enc, row.registration_id) = (None, None, None);
        writes.changes.push(Box::new(MeasureStepsDestroyed(row.id)));
    }
    writes.changes.push(Box::new(MeasureMoved { row }));
    Ok(writes)
}
