//! How much waits, for metrics: each a count over a partial index, so that it costs what waits and not what is kept.

use chrono::NaiveDate;
use diesel::dsl::{min, sql};
use diesel::prelude::{ExpressionMethods, QueryDsl, RunQueryDsl};
use diesel::sql_types::Bool;

use super::conn::Conn;
use super::error::StoreError;
use super::schema::{flags, outbox, rights_requests};
use super::watch::watch_count_open;
use crate::clock::UtcTime;

/// The states of messages that are not at rest, written as in the index that finds them.
const WAITING: &str = "outbox.state IN ('pending', 'retrying', 'in_flight', 'unknown')";

/// What waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Figures {
    /// Messages that must still be sent.
    pub messages_waiting: i64,
    /// When the first of them should have been tried.
    pub first_message_due: Option<UtcTime>,
    /// Flags that are not closed.
    pub flags_open: i64,
    /// Those whose term has passed.
    pub flags_overdue: i64,
    /// Requests about rights that should have been decided.
    pub rights_overdue: i64,
    /// Findings of unusual use that nobody has looked at.
    pub watch_open: i64,
}

/// Counts what waits on this legal day.
pub fn figures(conn: &mut Conn, today: NaiveDate) -> Result<Figures, StoreError> {
    let waiting = || outbox::table.filter(sql::<Bool>(WAITING));
    let open = || flags::table.filter(sql::<Bool>("flags.state <> 'closed'"));
    let undecided = sql::<Bool>("rights_requests.state IN ('asked', 'granted', 'partly_granted')");
    Ok(Figures {
        messages_waiting: waiting().count().get_result(conn)?,
        first_message_due: waiting().select(min(outbox::next_try_at)).first(conn)?,
        flags_open: open().count().get_result(conn)?,
        flags_overdue: open().filter(flags::due_on.lt(today)).count().get_result(conn)?,
        rights_overdue: rights_requests::table
            .filter(undecided)
            .filter(rights_requests::state.eq("asked"))
            .filter(rights_requests::due.lt(today))
            .count()
            .get_result(conn)?,
        watch_open: watch_count_open(conn)?,
    })
}
