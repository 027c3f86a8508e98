//! Runs that take in supervision orders, and what became of each record of their files.

use diesel::prelude::{
    ExpressionMethods, Insertable, OptionalExtension, QueryDsl, Queryable, RunQueryDsl, Selectable, SelectableHelper,
};

use crate::clock::UtcTime;
use crate::each_backend;
use crate::ids::{SupervisionImportId, SupervisionOrderId};
use crate::store::registrations::moved;
use crate::store::schema::{supervision_import_rows, supervision_import_runs};
use crate::store::{Change, Conn, StoreError};
use crate::vocabulary::{ImportOutcome, ImportState};

/// One reading of a file.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = supervision_import_runs)]
#[diesel(check_for_backend(diesel::pg::Pg, diesel::sqlite::Sqlite))]
#[allow(missing_docs, reason = "columns are explained in the migrations and in docs/data-classes.md")]
pub struct ImportRunRow {
    pub id: SupervisionImportId,
    pub file_digest: String,
    pub state: ImportState,
    pub started_at: UtcTime,
    pub finished_at: Option<UtcTime>,
    pub records_done: i64,
    pub made: i64,
    pub changed: i64,
    pub unchanged: i64,
    pub rejected: i64,
}

/// What became of one record.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = supervision_import_rows)]
#[diesel(check_for_backend(diesel::pg::Pg, diesel::sqlite::Sqlite))]
#[allow(missing_docs, reason = "columns are explained in the migrations and in docs/data-classes.md")]
pub struct ImportedRow {
    pub run_id: SupervisionImportId,
    pub seq: i64,
    pub line: i64,
    pub outcome: ImportOutcome,
    pub order_id: Option<SupervisionOrderId>,
    pub faults: Option<String>,
}

/// The run that began to read a file and did not come to its end.
pub fn import_find_running(conn: &mut Conn, file_digest: &str) -> Result<Option<ImportRunRow>, StoreError> {
    Ok(supervision_import_runs::table
        .filter(supervision_import_runs::file_digest.eq(file_digest))
        .filter(supervision_import_runs::state.eq(ImportState::Running))
        .select(ImportRunRow::as_select())
        .first(conn)
        .optional()?)
}

/// A run by its id.
pub fn import_find(conn: &mut Conn, id: SupervisionImportId) -> Result<Option<ImportRunRow>, StoreError> {
    Ok(supervision_import_runs::table.find(id).select(ImportRunRow::as_select()).first(conn).optional()?)
}

/// The records of a run that were not taken in, behind the one at position `after`, in the order of the file, at most
/// `limit`.
pub fn import_rejected_list(
    conn: &mut Conn,
    run: SupervisionImportId,
    after: i64,
    limit: i64,
) -> Result<Vec<ImportedRow>, StoreError> {
    Ok(supervision_import_rows::table
        .filter(supervision_import_rows::run_id.eq(run))
        .filter(supervision_import_rows::outcome.eq(ImportOutcome::Rejected))
        .filter(supervision_import_rows::seq.gt(after))
        .select(ImportedRow::as_select())
        .order(supervision_import_rows::seq)
        .limit(limit)
        .load(conn)?)
}

/// A run began.
#[derive(Debug, Clone)]
pub struct ImportBegan(pub ImportRunRow);

impl Change for ImportBegan {
    fn apply(&self, conn: &mut Conn) -> Result<(), StoreError> {
        each_backend!(conn, |c| diesel::insert_into(supervision_import_runs::table).values(&self.0).execute(c))?;
        Ok(())
    }
}

/// A run has come this far, or to its end. Two that read the same file at once would both count from the same position:
/// the second is told, and nothing of its batch is kept.
#[derive(Debug, Clone)]
pub struct ImportCameTo {
    /// The position from which it went.
    pub from: i64,
    /// The run as it stands now.
    pub run: ImportRunRow,
    /// What became of the records in between.
    pub rows: Vec<ImportedRow>,
}

impl Change for ImportCameTo {
    fn apply(&self, conn: &mut Conn) -> Result<(), StoreError> {
        let run = &self.run;
        let from = supervision_import_runs::table
            .find(run.id)
            .filter(supervision_import_runs::records_done.eq(self.from))
            .filter(supervision_import_runs::state.eq(ImportState::Running));
        let changed = diesel::update(from)
            .set((
                supervision_import_runs::state.eq(run.state),
                supervision_import_runs::finished_at.eq(run.finished_at),
                supervision_import_runs::records_done.eq(run.records_done),
                supervision_import_runs::made.eq(run.made),
                supervision_import_runs::changed.eq(run.changed),
                supervision_import_runs::unchanged.eq(run.unchanged),
                supervision_import_runs::rejected.eq(run.rejected),
            ))
            .execute(conn)?;
        moved(changed)?;
        each_backend!(conn, |c| diesel::insert_into(supervision_import_rows::table).values(&self.rows).execute(c))?;
        Ok(())
    }
}
