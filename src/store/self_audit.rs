//! What the self-audit found: a row for each run and a row for each difference, ids and dates only.

use chrono::NaiveDate;
use diesel::prelude::{
    BoolExpressionMethods, ExpressionMethods, Insertable, OptionalExtension, QueryDsl, Queryable, RunQueryDsl,
    Selectable, SelectableHelper,
};

use super::conn::Conn;
use super::error::StoreError;
use super::schema::{self_audit_findings, self_audit_runs};
use super::write_set::Change;
use crate::clock::UtcTime;
use crate::ids::{DutyId, RegistrationId, SelfAuditRunId};
use crate::text_enum;
use crate::vocabulary::DutyKind;

text_enum! {
    /// What a difference between what is stored and what the rules say now does to a person.
    pub enum FindingClass {
        /// Stored longer or later than the rules say: somebody is held to more than they owe, or a failure is missed.
        TooLong => "too_long",
        /// Stored shorter or earlier than the rules say.
        TooShort => "too_short",
        /// The rules know a duty that is not stored.
        Missed => "missed",
        /// A duty is stored that the rules do not know.
        Spurious => "spurious",
        /// Another difference: an outcome, what met a duty, or its explanation.
        Other => "other",
        /// The file could not be computed.
        NotComputed => "not_computed",
    }
}

text_enum! {
    /// What a finding is about.
    pub enum FindingSubject {
        /// The first day of the registration.
        PeriodStart => "period_start",
        /// The last day of the registration.
        PeriodEnd => "period_end",
        /// The strict last day of a duty.
        Due => "due",
        /// The lenient last day of a duty.
        OverdueAfter => "overdue_after",
        /// What became of a duty.
        Outcome => "outcome",
        /// The explanation of a duty, its dates being the same.
        Explanation => "explanation",
        /// Whether there is such a duty.
        Duty => "duty",
        /// The file as a whole.
        File => "file",
    }
}

/// One run over every live file.
#[derive(Debug, Clone, PartialEq, Queryable, Selectable, Insertable)]
#[diesel(table_name = self_audit_runs)]
#[diesel(check_for_backend(diesel::pg::Pg, diesel::sqlite::Sqlite))]
#[allow(missing_docs, reason = "columns are explained in the migrations and in docs/data-classes.md")]
pub struct SelfAuditRunRow {
    pub id: SelfAuditRunId,
    pub as_of: NaiveDate,
    pub profile_set: String,
    pub started_at: UtcTime,
    pub finished_at: Option<UtcTime>,
    pub files: i64,
    pub duties: i64,
    pub too_long: i64,
    pub too_short: i64,
    pub missed: i64,
    pub spurious: i64,
    pub other: i64,
    pub not_computed: i64,
}

/// One difference.
#[derive(Debug, Clone, PartialEq, Queryable, Selectable, Insertable)]
#[diesel(table_name = self_audit_findings)]
#[diesel(check_for_backend(diesel::pg::Pg, diesel::sqlite::Sqlite))]
#[allow(missing_docs, reason = "columns are explained in the migrations and in docs/data-classes.md")]
pub struct SelfAuditFindingRow {
    pub run_id: SelfAuditRunId,
    pub seq: i64,
    pub registration_id: RegistrationId,
    pub duty_id: Option<DutyId>,
    pub duty_kind: Option<DutyKind>,
    pub class: FindingClass,
    pub subject: FindingSubject,
    pub stored_on: Option<NaiveDate>,
    pub computed_on: Option<NaiveDate>,
}

/// The run that was finished last.
pub fn self_audit_last(conn: &mut Conn) -> Result<Option<SelfAuditRunRow>, StoreError> {
    Ok(self_audit_runs::table
        .filter(self_audit_runs::finished_at.is_not_null())
        .select(SelfAuditRunRow::as_select())
        .order((self_audit_runs::started_at.desc(), self_audit_runs::id.desc()))
        .first(conn)
        .optional()?)
}

/// The findings of a run, behind the one numbered `after`, at most `limit`.
pub fn self_audit_finding_list(
    conn: &mut Conn,
    run: SelfAuditRunId,
    after: i64,
    limit: i64,
) -> Result<Vec<SelfAuditFindingRow>, StoreError> {
    Ok(self_audit_findings::table
        .filter(self_audit_findings::run_id.eq(run).and(self_audit_findings::seq.gt(after)))
        .select(SelfAuditFindingRow::as_select())
        .order(self_audit_findings::seq)
        .limit(limit)
        .load(conn)?)
}

/// Runs that began before `before`, for deletion, at most `limit`.
pub fn self_audit_list_old(conn: &mut Conn, before: UtcTime, limit: i64) -> Result<Vec<SelfAuditRunId>, StoreError> {
    Ok(self_audit_runs::table
        .filter(self_audit_runs::started_at.lt(before))
        .select(self_audit_runs::id)
        .order(self_audit_runs::started_at)
        .limit(limit)
        .load(conn)?)
}

/// A run has come this far, or to its end.
#[derive(Debug, Clone)]
pub struct SelfAuditCounted(pub SelfAuditRunRow);

impl Change for SelfAuditCounted {
    fn apply(&self, conn: &mut Conn) -> Result<(), StoreError> {
        let run = &self.0;
        diesel::update(self_audit_runs::table.find(run.id))
            .set((
                self_audit_runs::finished_at.eq(run.finished_at),
                self_audit_runs::files.eq(run.files),
                self_audit_runs::duties.eq(run.duties),
                self_audit_runs::too_long.eq(run.too_long),
                self_audit_runs::too_short.eq(run.too_short),
                self_audit_runs::missed.eq(run.missed),
                self_audit_runs::spurious.eq(run.spurious),
                self_audit_runs::other.eq(run.other),
                self_audit_runs::not_computed.eq(run.not_computed),
            ))
            .execute(conn)?;
        Ok(())
    }
}

/// A run is old enough to be forgotten, findings and all.
#[derive(Debug, Clone)]
pub struct SelfAuditForgotten(pub SelfAuditRunId);

impl Change for SelfAuditForgotten {
    fn apply(&self, conn: &mut Conn) -> Result<(), StoreError> {
        diesel::delete(self_audit_findings::table.filter(self_audit_findings::run_id.eq(self.0))).execute(conn)?;
        diesel::delete(self_audit_runs::table.find(self.0)).execute(conn)?;
        Ok(())
    }
}
