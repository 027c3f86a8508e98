//! What holds between rows of several tables, asked of the whole database at once: each rule is one statement that
//! selects what breaks it, by id.
//!
//! The statements are the same on both databases. References that the database knows itself are read from its own
//! catalogue, because a database that was put together from parts, or changed past this program, may break those too.

use diesel::prelude::{BoolExpressionMethods, ExpressionMethods, QueryDsl, RunQueryDsl};
use diesel::sql_types::{BigInt, Nullable, Text};
use diesel::{QueryableByName, sql_query};

use super::conn::Conn;
use super::error::StoreError;
use super::schema::{outbox, webhook_deliveries};
use super::write_set::Change;
use crate::clock::UtcTime;
use crate::text_enum;
use crate::vocabulary::OutboxState;

text_enum! {
    /// What is wrong with a row, or which row is missing.
    pub enum DefectKind {
        /// The rules know a duty that is not stored.
        DutyMissing => "duty_missing",
        /// The present version of a duty has no row with its explanation.
        DutyVersionMissing => "duty_version_missing",
        /// A duty says something else than its present version.
        DutyDiffersFromVersion => "duty_differs_from_version",
        /// Among the versions of a duty one is missing.
        DutyVersionGap => "duty_version_gap",
        /// A duty is past its last day, unmet, and has no flag.
        FlagMissing => "flag_missing",
        /// A flag rests on a version of its duty that is not there.
        FlagVersionMissing => "flag_version_missing",
        /// A flag stands in another file than its duty.
        FlagInOtherFile => "flag_in_other_file",
        /// The steps of a flag are not those it counts.
        FlagStepsDiffer => "flag_steps_differ",
        /// A flag stands where its last step did not bring it.
        FlagStateDiffers => "flag_state_differs",
        /// The owner of an open flag is nobody who can own one.
        FlagWithoutOwner => "flag_without_owner",
        /// A reminder that should have been planned is not there.
        ReminderMissing => "reminder_missing",
        /// A reminder rests on a version of its duty that is not there.
        ReminderVersionMissing => "reminder_version_missing",
        /// A message says that it carries a reminder, and there is none.
        MessageWithoutReminder => "message_without_reminder",
        /// A flag was raised, and other systems were never to be told.
        FlagEventMissing => "flag_event_missing",
        /// A term passed, and other systems were never to be told.
        TermEventMissing => "term_event_missing",
        /// A journey was notified, and other systems were never to be told.
        TravelEventMissing => "travel_event_missing",
        /// An event is said to have its place in the order, and has none.
        EventUnplaced => "event_unplaced",
        /// An event has its place, and is said to have none.
        EventUnmarked => "event_unmarked",
        /// In the order of events one is missing.
        EventGap => "event_gap",
        /// An event is to be sent that has no place in the order.
        DeliveryWithoutEvent => "delivery_without_event",
        /// A message is said to be on its way, and nobody carries it.
        MessageHeldByNobody => "message_held_by_nobody",
        /// An event is said to be on its way to a system, and nobody carries it.
        DeliveryHeldByNobody => "delivery_held_by_nobody",
        /// A message is said to have left, without the attempt that shows it.
        HandOverWithoutProof => "hand_over_without_proof",
        /// Among the facts of a file one is missing.
        FactGap => "fact_gap",
        /// A fact continues a chain that is not in its file.
        FactRootMissing => "fact_root_missing",
        /// An accepted report left no fact.
        ReportWithoutFact => "report_without_fact",
        /// The facts document of a file is not what its facts amount to.
        DocumentDiffers => "document_differs",
        /// A file cannot be read or computed.
        FileUnreadable => "file_unreadable",
        /// A file whose duties change by time was not assessed when it should have been.
        AssessmentOverdue => "assessment_overdue",
        /// The pieces of a document are not those it counts.
        DocumentPiecesMissing => "document_pieces_missing",
        /// The person of an account is not there.
        AccountWithoutPerson => "account_without_person",
        /// In the audit an entry is missing.
        AuditGap => "audit_gap",
        /// The audit counts another number of entries than there are.
        AuditMiscounted => "audit_miscounted",
        /// A row refers to another that is not there.
        Orphan => "orphan",
    }
}

/// One defect: ids and names of tables, nothing that anybody said.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Defect {
    /// What is wrong.
    pub kind: DefectKind,
    /// The row, by its id; of a missing row the one that calls for it.
    pub subject: String,
    /// The column that refers to nothing, for an orphan.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub place: Option<String>,
    /// The file it belongs to, where it belongs to one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub registration: Option<String>,
}

impl Defect {
    /// A defect of a file.
    pub fn in_file(kind: DefectKind, subject: impl Into<String>, registration: impl Into<String>) -> Self {
        Self { kind, subject: subject.into(), place: None, registration: Some(registration.into()) }
    }
}

/// Every rule that rows alone decide.
pub const RULES: &[(DefectKind, &str)] = &[
    (
        DefectKind::DutyVersionMissing,
        "SELECT d.id AS subject, d.registration_id AS registration FROM duties d WHERE NOT EXISTS \
         (SELECT 1 FROM duty_versions v WHERE v.duty_id = d.id AND v.version = d.version)",
    ),
    (
        DefectKind::DutyDiffersFromVersion,
        "SELECT d.id AS subject, d.registration_id AS registration FROM duties d \
         JOIN duty_versions v ON v.duty_id = d.id AND v.version = d.version \
         WHERE v.trigger_on <> d.trigger_on OR v.due_on IS DISTINCT FROM d.due_on \
         OR v.overdue_after IS DISTINCT FROM d.overdue_after OR v.outcome <> d.outcome \
         OR v.met_by IS DISTINCT FROM d.met_by OR v.met_on IS DISTINCT FROM d.met_on",
    ),
    (
        DefectKind::DutyVersionGap,
        "SELECT d.id AS subject, d.registration_id AS registration FROM duties d \
         JOIN (SELECT duty_id, count(*) AS n, max(version) AS last FROM duty_versions GROUP BY duty_id) v \
         ON v.duty_id = d.id WHERE v.n <> v.last AND v.last = d.version",
    ),
    (
        DefectKind::FlagVersionMissing,
        "SELECT f.id AS subject, f.registration_id AS registration FROM flags f WHERE NOT EXISTS \
         (SELECT 1 FROM duty_versions v WHERE v.duty_id = f.duty_id AND v.version = f.duty_version)",
    ),
    (
        DefectKind::FlagInOtherFile,
        "SELECT f.id AS subject, f.registration_id AS registration FROM flags f \
         JOIN duties d ON d.id = f.duty_id WHERE d.registration_id <> f.registration_id",
    ),
    (
        DefectKind::FlagStepsDiffer,
        "SELECT f.id AS subject, f.registration_id AS registration FROM flags f \
         LEFT JOIN (SELECT flag_id, count(*) AS n, max(seq) AS last FROM flag_steps GROUP BY flag_id) s \
         ON s.flag_id = f.id WHERE f.last_step <> coalesce(s.last, 0) OR f.last_step <> coalesce(s.n, 0)",
    ),
    (
        DefectKind::FlagStateDiffers,
        "SELECT f.id AS subject, f.registration_id AS registration FROM flags f \
         LEFT JOIN flag_steps s ON s.flag_id = f.id AND s.seq = f.last_step \
         WHERE f.state <> coalesce(s.to_state, CASE WHEN f.last_step = 0 THEN 'raised' ELSE f.state END)",
    ),
    (
        DefectKind::FlagWithoutOwner,
        "SELECT f.id AS subject, f.registration_id AS registration FROM flags f \
         LEFT JOIN accounts a ON a.id = f.owner_id WHERE f.state <> 'closed' AND (a.id IS NULL OR a.state = 'left' \
         OR a.role NOT IN ('supervision_officer', 'review_lead'))",
    ),
    (
        DefectKind::ReminderVersionMissing,
        "SELECT r.id AS subject, d.registration_id AS registration FROM reminders r \
         LEFT JOIN duties d ON d.id = r.duty_id WHERE NOT EXISTS \
         (SELECT 1 FROM duty_versions v WHERE v.duty_id = r.duty_id AND v.version = r.duty_version)",
    ),
    (
        DefectKind::MessageWithoutReminder,
        "SELECT o.id AS subject, o.registration_id AS registration FROM outbox o WHERE o.kind = 'reminder' \
         AND NOT EXISTS (SELECT 1 FROM reminders r WHERE r.outbox_id = o.id)",
    ),
    (
        DefectKind::FlagEventMissing,
        "SELECT f.id AS subject, f.registration_id AS registration FROM flags f WHERE NOT EXISTS \
         (SELECT 1 FROM outbox o WHERE o.event = 'flag.raised' AND o.reference_id = f.id AND o.channel = 'webhook')",
    ),
    (
        DefectKind::TermEventMissing,
        "SELECT e.flag_id || '/' || e.term_step AS subject, f.registration_id AS registration \
         FROM flag_escalations e JOIN flags f ON f.id = e.flag_id WHERE NOT EXISTS \
         (SELECT 1 FROM outbox o WHERE o.event = 'flag.term_passed' \
         AND o.reference_id = e.flag_id || '/' || e.term_step AND o.channel = 'webhook')",
    ),
    // Files are older than these events: only what was notified after the first of them calls for one. Facts that a
    // merge took over were told of in the file they came from.
    (
        DefectKind::TravelEventMissing,
        "SELECT f.id AS subject, f.registration_id AS registration FROM facts f WHERE f.kind = 'absence' \
         AND f.root_id = f.id AND f.corrects_id IS NULL AND f.notification_id IS NOT NULL \
         AND f.recorded_at > (SELECT min(created_at) FROM outbox WHERE event = 'travel.notified') \
         AND NOT EXISTS (SELECT 1 FROM merged_facts m WHERE m.fact_id = f.id) \
         AND NOT EXISTS (SELECT 1 FROM outbox o WHERE o.event = 'travel.notified' AND o.reference_id = f.id)",
    ),
    (
        DefectKind::EventUnplaced,
        "SELECT o.id AS subject, o.registration_id AS registration FROM outbox o \
         WHERE o.channel = 'webhook' AND o.sequenced_at IS NOT NULL \
         AND o.created_at >= (SELECT min(occurred_at) FROM events) \
         AND NOT EXISTS (SELECT 1 FROM events e WHERE e.outbox_id = o.id)",
    ),
    (
        DefectKind::EventUnmarked,
        "SELECT o.id AS subject, o.registration_id AS registration FROM outbox o \
         JOIN events e ON e.outbox_id = o.id WHERE o.sequenced_at IS NULL",
    ),
    (
        DefectKind::EventGap,
        "SELECT CAST(e.position AS TEXT) AS subject, e.registration_id AS registration FROM events e \
         WHERE e.position > 1 AND NOT EXISTS (SELECT 1 FROM events b WHERE b.position = e.position - 1)",
    ),
    (
        DefectKind::DeliveryWithoutEvent,
        "SELECT d.id AS subject, NULL AS registration FROM webhook_deliveries d \
         WHERE NOT EXISTS (SELECT 1 FROM events e WHERE e.outbox_id = d.outbox_id)",
    ),
    (
        DefectKind::MessageHeldByNobody,
        "SELECT o.id AS subject, o.registration_id AS registration FROM outbox o \
         WHERE o.state = 'in_flight' AND (o.leased_by IS NULL OR o.leased_until IS NULL)",
    ),
    (
        DefectKind::DeliveryHeldByNobody,
        "SELECT d.id AS subject, NULL AS registration FROM webhook_deliveries d \
         WHERE d.state = 'in_flight' AND (d.leased_by IS NULL OR d.leased_until IS NULL)",
    ),
    (
        DefectKind::HandOverWithoutProof,
        "SELECT o.id AS subject, o.registration_id AS registration FROM outbox o \
         WHERE o.channel <> 'webhook' AND o.state IN ('handed_over', 'delivered') AND (o.handed_over_at IS NULL \
         OR NOT EXISTS (SELECT 1 FROM delivery_attempts a WHERE a.outbox_id = o.id AND a.outcome = 'handed_over'))",
    ),
    (
        DefectKind::FactGap,
        "SELECT f.registration_id AS subject, f.registration_id AS registration FROM facts f \
         GROUP BY f.registration_id HAVING count(*) <> max(f.seq)",
    ),
    (
        DefectKind::FactRootMissing,
        "SELECT f.id AS subject, f.registration_id AS registration FROM facts f WHERE NOT EXISTS \
         (SELECT 1 FROM facts r WHERE r.id = f.root_id AND r.registration_id = f.registration_id)",
    ),
    (
        DefectKind::ReportWithoutFact,
        "SELECT n.id AS subject, n.registration_id AS registration FROM notifications n WHERE n.state = 'accepted' \
         AND NOT EXISTS (SELECT 1 FROM facts f WHERE f.notification_id = n.id)",
    ),
    (
        DefectKind::DocumentPiecesMissing,
        "SELECT d.id AS subject, d.registration_id AS registration FROM documents d \
         WHERE d.chunks <> (SELECT count(*) FROM document_chunks c WHERE c.document_id = d.id)",
    ),
    (
        DefectKind::AccountWithoutPerson,
        "SELECT a.id AS subject, NULL AS registration FROM accounts a WHERE a.person_id IS NOT NULL \
         AND NOT EXISTS (SELECT 1 FROM persons p WHERE p.id = a.person_id)",
    ),
    (
        DefectKind::AuditGap,
        "SELECT CAST(l.leaf_index AS TEXT) AS subject, NULL AS registration FROM audit_leaves l \
         WHERE l.leaf_index > 0 AND NOT EXISTS (SELECT 1 FROM audit_leaves b WHERE b.leaf_index = l.leaf_index - 1)",
    ),
    (
        DefectKind::AuditMiscounted,
        "SELECT CAST(c.size AS TEXT) AS subject, NULL AS registration FROM audit_counter c \
         WHERE c.size <> (SELECT coalesce(max(l.leaf_index) + 1, 0) FROM audit_leaves l)",
    ),
];

#[derive(QueryableByName)]
struct Found {
    #[diesel(sql_type = Text)]
    subject: String,
    #[diesel(sql_type = Nullable<Text>)]
    registration: Option<String>,
}

/// What breaks one of [`RULES`], at most `limit`.
pub fn defect_list(conn: &mut Conn, (kind, rule): (DefectKind, &str), limit: i64) -> Result<Vec<Defect>, StoreError> {
    let found: Vec<Found> = sql_query(format!(
        "SELECT CAST(subject AS TEXT) AS subject, CAST(registration AS TEXT) AS registration FROM ({rule}) AS found \
         ORDER BY 1 LIMIT {limit}"
    ))
    .load(conn)?;
    Ok(found
        .into_iter()
        .map(|row| Defect { kind, subject: row.subject, place: None, registration: row.registration })
        .collect())
}

/// A reference that the database knows.
#[derive(Debug, QueryableByName)]
pub struct Reference {
    #[diesel(sql_type = Text)]
    child: String,
    #[diesel(sql_type = Text)]
    column_name: String,
    #[diesel(sql_type = Text)]
    parent: String,
    #[diesel(sql_type = Text)]
    parent_column: String,
    #[diesel(sql_type = Text)]
    key: String,
}

const REFERENCES_POSTGRESQL: &str = "\
    SELECT c.relname::text AS child, a.attname::text AS column_name, p.relname::text AS parent, \
           b.attname::text AS parent_column, k.attname::text AS key \
    FROM pg_constraint r JOIN pg_class c ON c.oid = r.conrelid JOIN pg_class p ON p.oid = r.confrelid \
    JOIN pg_attribute a ON a.attrelid = r.conrelid AND a.attnum = r.conkey[1] \
    JOIN pg_attribute b ON b.attrelid = r.confrelid AND b.attnum = r.confkey[1] \
    JOIN pg_constraint i ON i.conrelid = r.conrelid AND i.contype = 'p' \
    JOIN pg_attribute k ON k.attrelid = i.conrelid AND k.attnum = i.conkey[1] \
    WHERE r.contype = 'f' AND cardinality(r.conkey) = 1 AND r.connamespace = current_schema()::regnamespace \
    ORDER BY 1, 2";

const REFERENCES_SQLITE: &str = "\
    SELECT m.name AS child, f.\"from\" AS column_name, f.\"table\" AS parent, coalesce(f.\"to\", 'id') AS parent_column, \
           (SELECT i.name FROM pragma_table_info(m.name) i WHERE i.pk = 1) AS key \
    FROM sqlite_master m JOIN pragma_foreign_key_list(m.name) f \
    WHERE m.type = 'table' AND NOT EXISTS \
          (SELECT 1 FROM pragma_foreign_key_list(m.name) g WHERE g.id = f.id AND g.seq > 0) \
    ORDER BY 1, 2";

/// Every reference between tables that the database itself should hold.
pub fn reference_list(conn: &mut Conn) -> Result<Vec<Reference>, StoreError> {
    let text = if conn.is_postgres() { REFERENCES_POSTGRESQL } else { REFERENCES_SQLITE };
    Ok(sql_query(text).load(conn)?)
}

/// Rows whose reference leads nowhere, at most `limit`.
pub fn orphan_list(conn: &mut Conn, of: &Reference, limit: i64) -> Result<Vec<Defect>, StoreError> {
    let Reference { child, column_name, parent, parent_column, key } = of;
    let found: Vec<Found> = sql_query(format!(
        "SELECT CAST(c.{key} AS TEXT) AS subject, NULL AS registration FROM {child} c WHERE c.{column_name} IS NOT NULL \
         AND NOT EXISTS (SELECT 1 FROM {parent} p WHERE p.{parent_column} = c.{column_name}) ORDER BY 1 LIMIT {limit}"
    ))
    .load(conn)?;
    let place = format!("{child}.{column_name}");
    Ok(found
        .into_iter()
        .map(|row| Defect {
            kind: DefectKind::Orphan,
            subject: row.subject,
            place: Some(place.clone()),
            registration: None,
        })
        .collect())
}

#[derive(QueryableByName)]
struct Counted {
    #[diesel(sql_type = BigInt)]
    n: i64,
}

/// How many registrations are in force, for a progress bar.
pub fn registration_count_active(conn: &mut Conn) -> Result<i64, StoreError> {
    Ok(sql_query("SELECT count(*) AS n FROM registrations WHERE stage = 'active'").get_result::<Counted>(conn)?.n)
}

/// Events that are said to have a place get it from the sequencer; those that have one are marked.
#[derive(Debug, Clone)]
pub struct EventsToPlace {
    /// Without a place, to be given one.
    pub unplaced: Vec<String>,
    /// With a place, to be marked.
    pub unmarked: Vec<String>,
    /// When.
    pub at: UtcTime,
}

impl Change for EventsToPlace {
    fn apply(&self, conn: &mut Conn) -> Result<(), StoreError> {
        for ids in self.unplaced.chunks(1_000) {
            diesel::update(outbox::table.filter(outbox::id.eq_any(ids)))
                .set(outbox::sequenced_at.eq(None::<UtcTime>))
                .execute(conn)?;
        }
        for ids in self.unmarked.chunks(1_000) {
            diesel::update(outbox::table.filter(outbox::id.eq_any(ids)))
                .set(outbox::sequenced_at.eq(self.at))
                .execute(conn)?;
        }
        Ok(())
    }
}

/// What nobody carries may have left or not: it is `unknown`, and tried again.
#[derive(Debug, Clone)]
pub struct Released {
    /// Messages.
    pub messages: Vec<String>,
    /// Events on their way to one system.
    pub deliveries: Vec<String>,
    /// When.
    pub at: UtcTime,
}

impl Change for Released {
    fn apply(&self, conn: &mut Conn) -> Result<(), StoreError> {
        for ids in self.messages.chunks(1_000) {
            let held = outbox::id.eq_any(ids).and(outbox::state.eq(OutboxState::InFlight));
            diesel::update(outbox::table.filter(held))
                .set((
                    outbox::state.eq(OutboxState::Unknown),
                    outbox::next_try_at.eq(self.at),
                    outbox::leased_by.eq(None::<String>),
                    outbox::leased_until.eq(None::<UtcTime>),
                    outbox::updated_at.eq(self.at),
                ))
                .execute(conn)?;
        }
        for ids in self.deliveries.chunks(1_000) {
            let held = webhook_deliveries::id.eq_any(ids).and(webhook_deliveries::state.eq(OutboxState::InFlight));
            diesel::update(webhook_deliveries::table.filter(held))
                .set((
                    webhook_deliveries::state.eq(OutboxState::Unknown),
                    webhook_deliveries::next_try_at.eq(self.at),
                    webhook_deliveries::leased_by.eq(None::<String>),
                    webhook_deliveries::leased_until.eq(None::<UtcTime>),
                    webhook_deliveries::updated_at.eq(self.at),
                ))
                .execute(conn)?;
        }
        Ok(())
    }
}
