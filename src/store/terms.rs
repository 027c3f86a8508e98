//! Terms that passed: which flags have one that nobody was told of.

use chrono::NaiveDate;
use diesel::dsl::{exists, not, sql};
use diesel::prelude::{BoolExpressionMethods, ExpressionMethods, QueryDsl, RunQueryDsl, SelectableHelper};
use diesel::sql_types::Bool;

use super::conn::Conn;
use super::error::StoreError;
use super::rows::FlagRow;
use super::schema::{flag_escalations, flags, registrations};
use super::sweep::Position;
use crate::ids::FlagId;
use crate::vocabulary::Regime;

/// As the partial indexes of `flags` say it.
pub(super) const OPEN: &str = "flags.state <> 'closed'";

/// Open flags of registrations in force under `regime` whose running term ended before `today` and was not put before
/// the lead, in the order of that day; behind `after`, at most `limit`.
pub fn flag_list_past_term(
    conn: &mut Conn,
    regime: Regime,
    today: NaiveDate,
    after: Option<Position<FlagId>>,
    limit: i64,
) -> Result<Vec<FlagRow>, StoreError> {
    let told = flag_escalations::table
        .filter(flag_escalations::flag_id.eq(flags::id))
        .filter(flag_escalations::term_step.eq(flags::term_step));
    let mut query = flags::table
        .inner_join(registrations::table)
        .filter(sql::<Bool>(OPEN).and(flags::due_on.lt(today)))
        .filter(sql::<Bool>("registrations.stage = 'active'").and(registrations::regime.eq(regime)))
        .filter(registrations::subject_last_day.is_null().or(registrations::subject_last_day.ge(today)))
        .filter(not(exists(told)))
        .select(FlagRow::as_select())
        .order((flags::due_on, flags::id))
        .limit(limit)
        .into_boxed();
    if let Some(after) = after {
        query = query.filter(flags::due_on.ge(after.on)).filter(flags::due_on.gt(after.on).or(flags::id.gt(after.id)));
    }
    Ok(query.load(conn)?)
}
