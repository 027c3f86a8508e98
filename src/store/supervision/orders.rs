//! Supervision orders, their conditions, suspensions and extensions, and breach reports. An order is written whole: what
//! belongs to it is replaced with it.

use chrono::NaiveDate;
use diesel::prelude::{
    ExpressionMethods, Insertable, OptionalExtension, QueryDsl, Queryable, RunQueryDsl, Selectable, SelectableHelper,
};
use serde::{Deserialize, Serialize};

use crate::clock::UtcTime;
use crate::each_backend;
use crate::ids::{BreachReportId, PersonId, SupervisionImportId, SupervisionOrderId};
use crate::store::evaluation::histories::{OrderVersionRow, order_version_keep};
use crate::store::registrations::moved;
use crate::store::schema::{
    breach_reports, supervision_conditions, supervision_extensions, supervision_orders, supervision_suspensions,
};
use crate::store::{Change, Conn, StoreError};
use crate::vocabulary::{
    BreachAdvice, BreachDecision, BreachSeverity, BreachSubject, ConditionCode, ObservedBy, SupervisionTitle,
    SuspensionReason,
};

/// A supervision order.
#[derive(Debug, Clone, PartialEq, Queryable, Selectable, Insertable)]
#[diesel(table_name = supervision_orders)]
#[diesel(check_for_backend(diesel::pg::Pg, diesel::sqlite::Sqlite))]
#[allow(missing_docs, reason = "columns are explained in the migrations and in docs/data-classes.md")]
pub struct OrderRow {
    pub id: SupervisionOrderId,
    pub person_id: PersonId,
    pub source: String,
    pub source_order: String,
    pub title: SupervisionTitle,
    pub organisation: String,
    pub facts_doc: String,
    pub about_enc: String,
    pub as_of: UtcTime,
    pub content_digest: String,
    pub run_id: SupervisionImportId,
    pub version: i64,
    pub created_at: UtcTime,
    pub updated_at: UtcTime,
}

/// A special condition.
#[derive(Debug, Clone, PartialEq, Queryable, Selectable, Insertable)]
#[diesel(table_name = supervision_conditions)]
#[diesel(check_for_backend(diesel::pg::Pg, diesel::sqlite::Sqlite))]
#[allow(missing_docs, reason = "columns are explained in the migrations and in docs/data-classes.md")]
pub struct ConditionRow {
    pub order_id: SupervisionOrderId,
    pub source_condition: String,
    pub code: ConditionCode,
    pub from_on: NaiveDate,
    pub until_on: Option<NaiveDate>,
    pub electronic_monitoring: bool,
    pub municipalities: String,
    pub notify_register: bool,
    pub text_enc: Option<String>,
}

/// Time during which the clock stood still.
#[derive(Debug, Clone, PartialEq, Queryable, Selectable, Insertable)]
#[diesel(table_name = supervision_suspensions)]
#[diesel(check_for_backend(diesel::pg::Pg, diesel::sqlite::Sqlite))]
#[allow(missing_docs, reason = "columns are explained in the migrations and in docs/data-classes.md")]
pub struct SuspensionRow {
    pub order_id: SupervisionOrderId,
    pub seq: i64,
    pub reason: SuspensionReason,
    pub from_on: NaiveDate,
    pub until_on: Option<NaiveDate>,
}

/// An extension.
#[derive(Debug, Clone, PartialEq, Queryable, Selectable, Insertable)]
#[diesel(table_name = supervision_extensions)]
#[diesel(check_for_backend(diesel::pg::Pg, diesel::sqlite::Sqlite))]
#[allow(missing_docs, reason = "columns are explained in the migrations and in docs/data-classes.md")]
pub struct ExtensionRow {
    pub order_id: SupervisionOrderId,
    pub seq: i64,
    pub decided_on: NaiveDate,
    pub unit: String,
    pub n: i64,
}

/// A breach report.
#[derive(Debug, Clone, PartialEq, Queryable, Selectable, Insertable)]
#[diesel(table_name = breach_reports)]
#[diesel(check_for_backend(diesel::pg::Pg, diesel::sqlite::Sqlite))]
#[allow(missing_docs, reason = "columns are explained in the migrations and in docs/data-classes.md")]
pub struct BreachRow {
    pub id: BreachReportId,
    pub order_id: SupervisionOrderId,
    pub source_breach: String,
    pub observed_on: NaiveDate,
    pub observed_by: ObservedBy,
    pub subject: BreachSubject,
    pub condition_code: Option<ConditionCode>,
    pub severity: BreachSeverity,
    pub reported_prosecution_at: Option<UtcTime>,
    pub reported_minister_at: Option<UtcTime>,
    pub advice: Option<BreachAdvice>,
    pub decision: Option<BreachDecision>,
    pub decided_on: Option<NaiveDate>,
    pub detention_unit: Option<String>,
    pub detention_n: Option<i64>,
    pub executed_days: Option<i64>,
    pub text_enc: Option<String>,
}

/// An order by its id.
pub fn order_find(conn: &mut Conn, id: SupervisionOrderId) -> Result<Option<OrderRow>, StoreError> {
    Ok(supervision_orders::table.find(id).select(OrderRow::as_select()).first(conn).optional()?)
}

/// The order a sender knows under this id.
pub fn order_find_by_source(conn: &mut Conn, source: &str, id: &str) -> Result<Option<OrderRow>, StoreError> {
    Ok(supervision_orders::table
        .filter(supervision_orders::source.eq(source))
        .filter(supervision_orders::source_order.eq(id))
        .select(OrderRow::as_select())
        .first(conn)
        .optional()?)
}

/// The orders of a person, the first taken in first.
pub fn order_list(conn: &mut Conn, person: PersonId) -> Result<Vec<OrderRow>, StoreError> {
    Ok(supervision_orders::table
        .filter(supervision_orders::person_id.eq(person))
        .select(OrderRow::as_select())
        .order(supervision_orders::id)
        .load(conn)?)
}

/// The orders of these people, the first taken in first.
pub fn order_list_of_many(conn: &mut Conn, people: &[PersonId]) -> Result<Vec<OrderRow>, StoreError> {
    Ok(supervision_orders::table
        .filter(supervision_orders::person_id.eq_any(people))
        .select(OrderRow::as_select())
        .order(supervision_orders::id)
        .load(conn)?)
}

/// The conditions of these orders, by order and by the sender's id.
pub fn condition_list(conn: &mut Conn, orders: &[SupervisionOrderId]) -> Result<Vec<ConditionRow>, StoreError> {
    Ok(supervision_conditions::table
        .filter(supervision_conditions::order_id.eq_any(orders))
        .select(ConditionRow::as_select())
        .order((supervision_conditions::order_id, supervision_conditions::source_condition))
        .load(conn)?)
}

/// The breach reports of these orders, by order and by day.
pub fn breach_list(conn: &mut Conn, orders: &[SupervisionOrderId]) -> Result<Vec<BreachRow>, StoreError> {
    Ok(breach_reports::table
        .filter(breach_reports::order_id.eq_any(orders))
        .select(BreachRow::as_select())
        .order((breach_reports::order_id, breach_reports::observed_on, breach_reports::id))
        .load(conn)?)
}

/// An order with everything that belongs to it, new or in the place of what was there.
#[derive(Debug, Clone)]
#[allow(missing_docs, reason = "columns are explained in the migrations")]
pub struct OrderTakenIn {
    /// As it is to stand; its version is 1 for a new order, else one more than the version that was read.
    pub order: OrderRow,
    pub conditions: Vec<ConditionRow>,
    pub suspensions: Vec<SuspensionRow>,
    pub extensions: Vec<ExtensionRow>,
    pub breaches: Vec<BreachRow>,
}

impl Change for OrderTakenIn {
    fn apply(&self, conn: &mut Conn) -> Result<(), StoreError> {
        if self.order.version == 1 {
            each_backend!(conn, |c| diesel::insert_into(supervision_orders::table).values(&self.order).execute(c))?;
        } else {
            self.replace(conn)?;
        }
        each_backend!(conn, |c| diesel::insert_into(supervision_conditions::table)
            .values(&self.conditions)
            .execute(c))?;
        each_backend!(conn, |c| diesel::insert_into(supervision_suspensions::table)
            .values(&self.suspensions)
            .execute(c))?;
        each_backend!(conn, |c| diesel::insert_into(supervision_extensions::table)
            .values(&self.extensions)
            .execute(c))?;
        each_backend!(conn, |c| diesel::insert_into(breach_reports::table).values(&self.breaches).execute(c))?;
        order_version_keep(conn, &version_of(&self.order, &self.breaches)?)
    }
}

/// A breach report as a version of an order keeps it: days and codes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[allow(missing_docs, reason = "columns are explained in the migrations")]
pub struct BreachKept {
    pub id: BreachReportId,
    pub observed_on: NaiveDate,
    pub subject: BreachSubject,
    pub condition_code: Option<ConditionCode>,
    pub severity: BreachSeverity,
    pub reported_prosecution_at: Option<UtcTime>,
    pub reported_minister_at: Option<UtcTime>,
    pub decision: Option<BreachDecision>,
    pub decided_on: Option<NaiveDate>,
}

impl From<&BreachRow> for BreachKept {
    fn from(row: &BreachRow) -> Self {
        Self {
            id: row.id,
            observed_on: row.observed_on,
            subject: row.subject,
            condition_code: row.condition_code,
            severity: row.severity,
            reported_prosecution_at: row.reported_prosecution_at,
            reported_minister_at: row.reported_minister_at,
            decision: row.decision,
            decided_on: row.decided_on,
        }
    }
}

/// The version of an order as it is kept for good.
fn version_of(order: &OrderRow, breaches: &[BreachRow]) -> Result<OrderVersionRow, StoreError> {
    let breaches: Vec<BreachKept> = breaches.iter().map(BreachKept::from).collect();
    Ok(OrderVersionRow {
        order_id: order.id,
        version: order.version,
        recorded_at: order.updated_at,
        facts_doc: order.facts_doc.clone(),
        breaches_doc: serde_json::to_string(&breaches).map_err(|error| StoreError::Statement(error.to_string()))?,
    })
}

impl OrderTakenIn {
    /// Keeps what is about to be replaced, where it was taken in before versions were kept.
    fn keep_replaced(&self, conn: &mut Conn) -> Result<(), StoreError> {
        let id = self.order.id;
        let before: Option<OrderRow> =
            supervision_orders::table.find(id).select(OrderRow::as_select()).first(conn).optional()?;
        let Some(before) = before else { return Ok(()) };
        let breaches = breach_list(conn, &[id])?;
        order_version_keep(conn, &version_of(&before, &breaches)?)
    }

    fn replace(&self, conn: &mut Conn) -> Result<(), StoreError> {
        self.keep_replaced(conn)?;
        let order = &self.order;
        let read = supervision_orders::table.find(order.id).filter(supervision_orders::version.eq(order.version - 1));
        let changed = diesel::update(read)
            .set((
                supervision_orders::person_id.eq(order.person_id),
                supervision_orders::title.eq(order.title),
                supervision_orders::organisation.eq(&order.organisation),
                supervision_orders::facts_doc.eq(&order.facts_doc),
                supervision_orders::about_enc.eq(&order.about_enc),
                supervision_orders::as_of.eq(order.as_of),
                supervision_orders::content_digest.eq(&order.content_digest),
                supervision_orders::run_id.eq(order.run_id),
                supervision_orders::version.eq(order.version),
                supervision_orders::updated_at.eq(order.updated_at),
            ))
            .execute(conn)?;
        moved(changed)?;
        diesel::delete(supervision_conditions::table.filter(supervision_conditions::order_id.eq(order.id)))
            .execute(conn)?;
        diesel::delete(supervision_suspensions::table.filter(supervision_suspensions::order_id.eq(order.id)))
            .execute(conn)?;
        diesel::delete(supervision_extensions::table.filter(supervision_extensions::order_id.eq(order.id)))
            .execute(conn)?;
        diesel::delete(breach_reports::table.filter(breach_reports::order_id.eq(order.id))).execute(conn)?;
        Ok(())
    }
}
