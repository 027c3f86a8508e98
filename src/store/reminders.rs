//! Reminders: that one was decided on, of which duty, for which day, by which way.

use std::collections::HashMap;

use diesel::prelude::{ExpressionMethods, QueryDsl, RunQueryDsl, SelectableHelper};

use super::conn::Conn;
use super::error::StoreError;
use super::rows::{DutyRow, ReminderRow};
use super::schema::{duties, reminders};
use crate::ids::{DutyId, OutboxId};
use crate::vocabulary::DeliveryChannel;

/// The reminders of these duties, the oldest first.
pub fn reminder_list_of_duties(conn: &mut Conn, of: &[DutyId]) -> Result<Vec<ReminderRow>, StoreError> {
    let mut rows = Vec::new();
    for chunk in of.chunks(1_000) {
        let found: Vec<ReminderRow> = reminders::table
            .filter(reminders::duty_id.eq_any(chunk))
            .select(ReminderRow::as_select())
            .order((reminders::created_at, reminders::id))
            .load(conn)?;
        rows.extend(found);
    }
    Ok(rows)
}

/// The reminders that these rows of the outbox carry, each with its duty as it stands now.
pub fn reminder_find_many_of_outbox(
    conn: &mut Conn,
    carried_by: &[OutboxId],
) -> Result<HashMap<OutboxId, (ReminderRow, DutyRow)>, StoreError> {
    let mut found = HashMap::with_capacity(carried_by.len());
    for chunk in carried_by.chunks(1_000) {
        let rows: Vec<(ReminderRow, DutyRow)> = reminders::table
            .inner_join(duties::table)
            .filter(reminders::outbox_id.eq_any(chunk))
            .select((ReminderRow::as_select(), DutyRow::as_select()))
            .load(conn)?;
        found.extend(rows.into_iter().map(|(reminder, duty)| (reminder.outbox_id, (reminder, duty))));
    }
    Ok(found)
}

/// Whether the same reminder, of the same duty, date and window, goes by this way as well.
pub fn reminder_goes_by(conn: &mut Conn, same: &ReminderRow, by: DeliveryChannel) -> Result<bool, StoreError> {
    let found: i64 = reminders::table
        .filter(reminders::duty_id.eq(same.duty_id))
        .filter(reminders::due_on.eq(same.due_on))
        .filter(reminders::reminder_window.eq(same.reminder_window))
        .filter(reminders::channel.eq(by))
        .count()
        .get_result(conn)?;
    Ok(found > 0)
}
