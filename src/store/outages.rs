//! Times in which the system could not be reached, recorded by people: read before anybody is called late.

use diesel::prelude::{
    BoolExpressionMethods, ExpressionMethods, OptionalExtension, QueryDsl, RunQueryDsl, SelectableHelper,
};

use super::conn::Conn;
use super::error::StoreError;
use super::rows::OutageRow;
use super::schema::outages;
use super::write_set::Change;
use crate::clock::UtcTime;
use crate::ids::OutageId;

/// The outage with this id.
pub fn outage_find(conn: &mut Conn, id: OutageId) -> Result<Option<OutageRow>, StoreError> {
    Ok(outages::table.find(id).select(OutageRow::as_select()).first(conn).optional()?)
}

/// Outages that touch the time from `from` until `until`, those without a known end included, the earliest first.
pub fn outage_list_between(conn: &mut Conn, from: UtcTime, until: UtcTime) -> Result<Vec<OutageRow>, StoreError> {
    Ok(outages::table
        .filter(outages::started_at.lt(until))
        .filter(outages::ended_at.is_null().or(outages::ended_at.gt(from)))
        .select(OutageRow::as_select())
        .order((outages::started_at, outages::id))
        .load(conn)?)
}

/// Outages, the latest first, behind `before`, at most `limit`.
pub fn outage_list(
    conn: &mut Conn,
    before: Option<(UtcTime, OutageId)>,
    limit: i64,
) -> Result<Vec<OutageRow>, StoreError> {
    let mut query = outages::table
        .select(OutageRow::as_select())
        .order((outages::started_at.desc(), outages::id.desc()))
        .limit(limit)
        .into_boxed();
    if let Some((started_at, id)) = before {
        query = query
            .filter(outages::started_at.lt(started_at).or(outages::started_at.eq(started_at).and(outages::id.lt(id))));
    }
    Ok(query.load(conn)?)
}

/// The end of an outage becomes known.
#[derive(Debug, Clone)]
pub struct OutageEnded {
    /// Which.
    pub id: OutageId,
    /// When it ended.
    pub ended_at: UtcTime,
}

impl Change for OutageEnded {
    fn apply(&self, conn: &mut Conn) -> Result<(), StoreError> {
        let open = outages::table.filter(outages::id.eq(self.id).and(outages::ended_at.is_null()));
        let changed = diesel::update(open).set(outages::ended_at.eq(self.ended_at)).execute(conn)?;
        if changed == 1 { Ok(()) } else { Err(StoreError::Conflict("outage".to_owned())) }
    }
}
