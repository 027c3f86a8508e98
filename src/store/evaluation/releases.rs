//! Releases of statistics.

use chrono::NaiveDate;
use diesel::prelude::{
    ExpressionMethods, Insertable, OptionalExtension, QueryDsl, Queryable, RunQueryDsl, Selectable, SelectableHelper,
};

use crate::clock::UtcTime;
use crate::each_backend;
use crate::ids::{AccountId, ReleaseId};
use crate::store::registrations::moved;
use crate::store::schema::{registrations, releases};
use crate::store::{Change, Conn, StoreError};
use crate::vocabulary::{MicrodataRefusal, ReleaseState, Stage};

/// A release.
#[derive(Debug, Clone, PartialEq, Queryable, Selectable, Insertable)]
#[diesel(table_name = releases)]
#[diesel(check_for_backend(diesel::pg::Pg, diesel::sqlite::Sqlite))]
#[allow(missing_docs, reason = "columns are explained in the migrations and in docs/data-classes.md")]
pub struct ReleaseRow {
    pub id: ReleaseId,
    pub seq: Option<i64>,
    pub state: ReleaseState,
    pub first_quarter: String,
    pub last_quarter: String,
    pub valid_on: NaiveDate,
    pub requested_by: AccountId,
    pub requested_at: UtcTime,
    pub decided_by: Option<AccountId>,
    pub decided_at: Option<UtcTime>,
    pub known_at: Option<UtcTime>,
    pub plan_doc: Option<String>,
    pub made_at: Option<UtcTime>,
    pub code: Option<String>,
    pub manifest: Option<String>,
    pub signature: Option<String>,
    pub signed_by: Option<String>,
    pub record_enc: Option<String>,
    pub microdata: bool,
    pub microdata_refused: Option<MicrodataRefusal>,
    pub pseudonyms_enc: Option<String>,
}

/// The release with this id.
pub fn release_find(conn: &mut Conn, id: ReleaseId) -> Result<Option<ReleaseRow>, StoreError> {
    Ok(releases::table.find(id).select(ReleaseRow::as_select()).first(conn).optional()?)
}

/// A release without what it holds.
#[derive(Debug, Clone, PartialEq, Queryable, Selectable)]
#[diesel(table_name = releases)]
#[diesel(check_for_backend(diesel::pg::Pg, diesel::sqlite::Sqlite))]
#[allow(missing_docs, reason = "columns are explained in the migrations and in docs/data-classes.md")]
pub struct ReleaseListed {
    pub id: ReleaseId,
    pub state: ReleaseState,
    pub first_quarter: String,
    pub last_quarter: String,
    pub valid_on: NaiveDate,
    pub requested_by: AccountId,
    pub requested_at: UtcTime,
    pub decided_by: Option<AccountId>,
    pub decided_at: Option<UtcTime>,
    pub known_at: Option<UtcTime>,
    pub made_at: Option<UtcTime>,
    pub microdata: bool,
    pub microdata_refused: Option<MicrodataRefusal>,
}

/// The releases, the last asked for first, at most `limit`.
pub fn release_list(conn: &mut Conn, limit: i64) -> Result<Vec<ReleaseListed>, StoreError> {
    Ok(releases::table
        .select(ReleaseListed::as_select())
        .order((releases::requested_at.desc(), releases::id.desc()))
        .limit(limit)
        .load(conn)?)
}

/// The releases that were made before the one numbered `before`, or all that were made, the first one first.
pub fn release_list_made(conn: &mut Conn, before: Option<i64>) -> Result<Vec<ReleaseRow>, StoreError> {
    let mut query = releases::table
        .filter(releases::state.eq(ReleaseState::Made))
        .select(ReleaseRow::as_select())
        .order(releases::seq)
        .into_boxed();
    if let Some(before) = before {
        query = query.filter(releases::seq.lt(before));
    }
    Ok(query.load(conn)?)
}

/// The releases that were approved and not made yet, the first asked for first.
pub fn release_list_approved(conn: &mut Conn) -> Result<Vec<ReleaseId>, StoreError> {
    Ok(releases::table
        .filter(releases::state.eq(ReleaseState::Approved))
        .select(releases::id)
        .order((releases::requested_at, releases::id))
        .load(conn)?)
}

/// The release that was made last.
pub fn release_last_made(conn: &mut Conn) -> Result<Option<ReleaseRow>, StoreError> {
    Ok(releases::table
        .filter(releases::state.eq(ReleaseState::Made))
        .select(ReleaseRow::as_select())
        .order(releases::seq.desc())
        .first(conn)
        .optional()?)
}

/// The kinds of offence of the registrations that were there at an instant, each once.
pub fn offence_class_list(conn: &mut Conn, known_at: UtcTime) -> Result<Vec<String>, StoreError> {
    Ok(registrations::table
        .filter(registrations::created_at.le(known_at))
        .select(registrations::offence_class)
        .distinct()
        .order(registrations::offence_class)
        .load(conn)?)
}

/// How many registrations of an instant were destroyed since or before.
pub fn destroyed_count(conn: &mut Conn, known_at: UtcTime) -> Result<u64, StoreError> {
    let count: i64 = registrations::table
        .filter(registrations::created_at.le(known_at))
        .filter(registrations::stage.eq(Stage::Destroyed))
        .count()
        .get_result(conn)?;
    Ok(count.unsigned_abs())
}

impl Change for ReleaseRow {
    fn apply(&self, conn: &mut Conn) -> Result<(), StoreError> {
        each_backend!(conn, |c| diesel::insert_into(releases::table).values(self).execute(c))?;
        Ok(())
    }
}

/// What somebody decided on a release that was asked for.
#[derive(Debug, Clone)]
#[allow(missing_docs, reason = "columns are explained in the migrations")]
pub struct ReleaseDecided {
    pub id: ReleaseId,
    pub state: ReleaseState,
    pub decided_by: AccountId,
    pub decided_at: UtcTime,
    pub known_at: Option<UtcTime>,
    pub plan_doc: Option<String>,
}

impl Change for ReleaseDecided {
    fn apply(&self, conn: &mut Conn) -> Result<(), StoreError> {
        let read = releases::table.find(self.id).filter(releases::state.eq(ReleaseState::Requested));
        let changed = diesel::update(read)
            .set((
                releases::state.eq(self.state),
                releases::decided_by.eq(self.decided_by),
                releases::decided_at.eq(self.decided_at),
                releases::known_at.eq(self.known_at),
                releases::plan_doc.eq(self.plan_doc.as_deref()),
            ))
            .execute(conn)?;
        moved(changed)
    }
}

/// An approved release was made.
#[derive(Debug, Clone)]
#[allow(missing_docs, reason = "columns are explained in the migrations")]
pub struct ReleaseMade {
    pub id: ReleaseId,
    pub seq: i64,
    pub made_at: UtcTime,
    pub code: String,
    pub manifest: String,
    pub signature: String,
    pub signed_by: String,
    pub record_enc: String,
    pub microdata_refused: Option<MicrodataRefusal>,
    pub pseudonyms_enc: Option<String>,
}

impl Change for ReleaseMade {
    fn apply(&self, conn: &mut Conn) -> Result<(), StoreError> {
        let read = releases::table.find(self.id).filter(releases::state.eq(ReleaseState::Approved));
        let changed = diesel::update(read)
            .set((
                releases::state.eq(ReleaseState::Made),
                releases::seq.eq(self.seq),
                releases::made_at.eq(self.made_at),
                releases::code.eq(&self.code),
                releases::manifest.eq(&self.manifest),
                releases::signature.eq(&self.signature),
                releases::signed_by.eq(&self.signed_by),
                releases::record_enc.eq(&self.record_enc),
                releases::microdata_refused.eq(self.microdata_refused),
                releases::pseudonyms_enc.eq(self.pseudonyms_enc.as_deref()),
            ))
            .execute(conn)?;
        moved(changed)
    }
}
