//! The letter that takes the place of an e-mail: written in the transaction that says that the e-mail did not arrive, and
//! only while a letter can still be read in time.

use chrono::Days;

use super::reminders::message;
use crate::access::Action;
use crate::app::App;
use crate::audit::{Deed, ObjectRef};
use crate::clock::Now;
use crate::ids::{OutboxId, ReminderId};
use crate::notify::MailFace;
use crate::store::registrations::registration_find_many;
use crate::store::reminders::{reminder_find_many_of_outbox, reminder_goes_by};
use crate::store::rows::ReminderRow;
use crate::store::{Conn, StoreError, WriteSet};
use crate::vocabulary::{DeliveryChannel, DutyOutcome, Stage};

/// The letter in the place of the e-mail that row `of` stands for, decided by the part of this program called `by`.
/// Nothing when no letter leaves this house, when one goes already, when it would come after the strict date, or when what
/// it would remind of is done.
///
/// # Errors
/// The store, or an audit entry that cannot be written.
pub(crate) fn letter_instead(
    app: &App,
    conn: &mut Conn,
    of: OutboxId,
    by: &'static str,
    now: Now,
) -> Result<WriteSet, StoreError> {
    let none = WriteSet::default();
    if !app.config.letters.leave() {
        return Ok(none);
    }
    let Some((reminder, duty)) = reminder_find_many_of_outbox(conn, &[of])?.remove(&of) else { return Ok(none) };
    let Some(file) = registration_find_many(conn, &[duty.registration_id])?.pop() else { return Ok(none) };
    let today = now.today(file.regime.zone());
    let takes = Days::new(u64::from(app.config.policy.letter_days));
    let leaves_by = reminder.due_on.checked_sub_days(takes);
    let still_owed = duty.outcome == DutyOutcome::Pending && duty.due_on == Some(reminder.due_on);
    let in_time = leaves_by.is_some_and(|last| today <= last);
    if file.stage != Stage::Active || !still_owed || !in_time {
        return Ok(none);
    }
    if reminder_goes_by(conn, &reminder, DeliveryChannel::Letter)? {
        return Ok(none);
    }
    let told = |refusal: &dyn std::fmt::Display| StoreError::Statement(refusal.to_string());
    let face = MailFace::parse(&app.config.mail.from.to_string()).map_err(|error| told(&error))?;
    let id = ReminderId::fresh();
    let letter = message(&face, id, file.id, DeliveryChannel::Letter, leaves_by, now);
    let deed = Deed::on(Action::ReminderPlan, ObjectRef::duty(duty.id), file.id);
    let leaf = app.audit.leaf_of_system(by, now.system, &deed).map_err(|refusal| told(&refusal))?;
    let mut writes = WriteSet::default();
    writes.reminders.push(ReminderRow {
        id,
        duty_version: duty.version,
        channel: DeliveryChannel::Letter,
        planned_on: today,
        outbox_id: letter.id,
        created_at: now.legal,
        ..reminder
    });
    writes.outbox.push(letter);
    writes.audit.push(leaf);
    Ok(writes)
}
