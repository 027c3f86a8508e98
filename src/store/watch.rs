//! What is unusual in how the register is used.

use diesel::prelude::{
    BoolExpressionMethods, ExpressionMethods, Insertable, OptionalExtension, QueryDsl, Queryable, RunQueryDsl,
    Selectable, SelectableHelper,
};
use diesel::sql_types::Bool;

use super::conn::Conn;
use super::error::StoreError;
use super::registrations::moved;
use super::schema::watch_findings;
use super::write_set::Change;
use crate::clock::UtcTime;
use crate::each_backend;
use crate::ids::{AccountId, WatchFindingId};
use crate::vocabulary::{WatchKind, WatchState};

/// A finding.
#[derive(Debug, Clone, PartialEq, Queryable, Selectable, Insertable)]
#[diesel(table_name = watch_findings)]
#[diesel(check_for_backend(diesel::pg::Pg, diesel::sqlite::Sqlite))]
#[allow(missing_docs, reason = "columns are explained in the migrations and in docs/data-classes.md")]
pub struct WatchFindingRow {
    pub id: WatchFindingId,
    pub kind: WatchKind,
    pub account_id: AccountId,
    pub hour: UtcTime,
    pub count: i64,
    pub state: WatchState,
    pub reviewed_by: Option<AccountId>,
    pub reviewed_at: Option<UtcTime>,
    pub version: i64,
    pub recorded_at: UtcTime,
}

/// One finding.
pub fn watch_find(conn: &mut Conn, id: WatchFindingId) -> Result<Option<WatchFindingRow>, StoreError> {
    Ok(watch_findings::table.find(id).select(WatchFindingRow::as_select()).first(conn).optional()?)
}

/// A page of findings, the last found first.
pub fn watch_page(
    conn: &mut Conn,
    open_only: bool,
    after: Option<WatchFindingId>,
    limit: i64,
) -> Result<Vec<WatchFindingRow>, StoreError> {
    let mut query = watch_findings::table
        .select(WatchFindingRow::as_select())
        .order(watch_findings::id.desc())
        .limit(limit)
        .into_boxed();
    if open_only {
        query = query.filter(diesel::dsl::sql::<Bool>("watch_findings.state = 'open'"));
    }
    if let Some(after) = after {
        query = query.filter(watch_findings::id.lt(after));
    }
    Ok(query.load(conn)?)
}

/// What was found before in these hours.
pub fn watch_list_since(conn: &mut Conn, hour: UtcTime) -> Result<Vec<WatchFindingRow>, StoreError> {
    Ok(watch_findings::table.filter(watch_findings::hour.ge(hour)).select(WatchFindingRow::as_select()).load(conn)?)
}

/// How many nobody has looked at.
pub fn watch_count_open(conn: &mut Conn) -> Result<i64, StoreError> {
    let open = diesel::dsl::sql::<Bool>("watch_findings.state = 'open'");
    Ok(watch_findings::table.filter(open).count().get_result(conn)?)
}

/// Something that was found; [`StoreError::Conflict`] when another process found it first.
pub struct WatchFound(pub WatchFindingRow);

impl Change for WatchFound {
    fn apply(&self, conn: &mut Conn) -> Result<(), StoreError> {
        each_backend!(conn, |c| diesel::insert_into(watch_findings::table).values(&self.0).execute(c))?;
        Ok(())
    }
}

/// More of the same in that hour. What somebody looked at already is left as it was.
pub struct WatchGrew {
    /// The finding.
    pub id: WatchFindingId,
    /// How many it is now.
    pub count: i64,
}

impl Change for WatchGrew {
    fn apply(&self, conn: &mut Conn) -> Result<(), StoreError> {
        let open = watch_findings::id.eq(self.id).and(watch_findings::state.eq(WatchState::Open));
        diesel::update(watch_findings::table.filter(open))
            .set((watch_findings::count.eq(self.count), watch_findings::version.eq(watch_findings::version + 1)))
            .execute(conn)?;
        Ok(())
    }
}

/// What came of looking at a finding. Its version is the one that was read.
pub struct WatchReviewed(pub WatchFindingRow);

impl Change for WatchReviewed {
    fn apply(&self, conn: &mut Conn) -> Result<(), StoreError> {
        let row = &self.0;
        let current = watch_findings::table.find(row.id).filter(watch_findings::version.eq(row.version));
        let changed = diesel::update(current)
            .set((
                watch_findings::state.eq(row.state),
                watch_findings::reviewed_by.eq(row.reviewed_by),
                watch_findings::reviewed_at.eq(row.reviewed_at),
                watch_findings::version.eq(row.version + 1),
            ))
            .execute(conn)?;
        moved(changed)
    }
}
