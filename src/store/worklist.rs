//! The worklists: open flags with the section of the first page each stands in, counted and cut in the database.
//!
//! One statement asks for every section at once: the rows at its head and how many there are. What a section is stands
//! in the statement as a CASE, one for each kind of reader; what it means in words is for `register::review::today`.

use chrono::NaiveDate;
use diesel::sql_types::{BigInt, Bool, Date, Nullable, Text};
use diesel::{QueryableByName, RunQueryDsl, sql_query};

use super::conn::Conn;
use super::error::StoreError;
use crate::ids::{AccountId, FlagId, PersonId, RegistrationId, TeamId};
use crate::vocabulary::{DutyKind, FlagOutcome, FlagState, Role, WorkSection};

/// Whose work is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Whose {
    /// An officer's own flags, and those of colleagues the officer stands in for.
    Officer(AccountId, Vec<AccountId>),
    /// What waits for the lead of a team, and the lead's own flags.
    Lead(AccountId, TeamId),
    /// Referrals before an authority.
    Authority(Role),
}

/// A flag in a worklist.
#[derive(Debug, Clone, PartialEq, QueryableByName)]
#[allow(missing_docs, reason = "columns are explained in the migrations")]
pub struct WorkRow {
    #[diesel(sql_type = Text)]
    pub section: WorkSection,
    #[diesel(sql_type = Text)]
    pub id: FlagId,
    #[diesel(sql_type = Text)]
    pub registration_id: RegistrationId,
    #[diesel(sql_type = Text)]
    pub person_id: PersonId,
    #[diesel(sql_type = Text)]
    pub state: FlagState,
    #[diesel(sql_type = Nullable<Text>)]
    pub outcome: Option<FlagOutcome>,
    #[diesel(sql_type = Text)]
    pub owner_id: AccountId,
    #[diesel(sql_type = Text)]
    pub duty_kind: DutyKind,
    #[diesel(sql_type = Date)]
    pub first_failure_day: NaiveDate,
    #[diesel(sql_type = Nullable<Date>)]
    pub due_on: Option<NaiveDate>,
    #[diesel(sql_type = BigInt)]
    pub version: i64,
    #[diesel(sql_type = Bool)]
    pub answered: bool,
    #[diesel(sql_type = BigInt)]
    pub open_disputes: i64,
    #[diesel(sql_type = Nullable<Date>)]
    pub escalated_on: Option<NaiveDate>,
    /// Whether the reader still has to acknowledge; false for everybody but an authority.
    #[diesel(sql_type = Bool)]
    pub to_acknowledge: bool,
    /// How many rows the section has in all.
    #[diesel(sql_type = BigInt)]
    pub total: i64,
}

/// Which rows of a worklist.
#[derive(Debug, Clone)]
pub struct WorkQuery {
    /// Whose.
    pub whose: Whose,
    /// The legal day.
    pub today: NaiveDate,
    /// One section only.
    pub section: Option<WorkSection>,
    /// Behind this place in the section.
    pub after: Option<(NaiveDate, FlagId)>,
    /// Rows of each section.
    pub limit: i64,
}

/// The heads of the sections, each in the order of the last day of its terms.
pub fn work_list(conn: &mut Conn, wanted: &WorkQuery) -> Result<Vec<WorkRow>, StoreError> {
    let (own, section) = match &wanted.whose {
        Whose::Officer(me, covered) => (owned_by(*me, covered), OFFICER.to_owned()),
        Whose::Lead(me, team) => {
            // What can stand in one of the lead's sections at all, each from its own index over what is open; the rest
            // of the team's flags is never joined to anything.
            let own = format!(
                "f.id IN (SELECT id FROM flags WHERE state = 'proposed' AND team_id = '{team}'
                          UNION SELECT id FROM flags WHERE state <> 'closed' AND owner_id = '{me}'
                          UNION SELECT w.id FROM flags w
                          JOIN flag_escalations x ON x.flag_id = w.id AND x.term_step = w.term_step
                          WHERE w.state <> 'closed' AND w.team_id = '{team}')"
            );
            (own, LEAD.replace("$me", &format!("'{me}'")))
        }
        Whose::Authority(_) => ("f.outcome = 'referral'".to_owned(), AUTHORITY.to_owned()),
    };
    let waits = match &wanted.whose {
        Whose::Authority(role) => format!(
            "EXISTS (SELECT 1 FROM referrals w WHERE w.flag_id = f.id AND w.authority = '{role}' \
             AND w.acknowledged_at IS NULL)"
        ),
        Whose::Officer(..) | Whose::Lead(..) => "(1 = 0)".to_owned(),
    };
    let only = wanted.section.map_or_else(String::new, |section| format!(" AND section = '{section}'"));
    let behind = wanted
        .after
        .map_or_else(String::new, |(on, id)| format!(" AND (due_on > '{on}' OR (due_on = '{on}' AND id > '{id}'))"));
    // Ids, roles and sections are closed sets of letters and digits: nothing a person wrote stands in the statement.
    let statement = format!(
        "WITH looked_at AS (
             SELECT f.id, f.registration_id, r.person_id, f.state, f.outcome, f.owner_id, d.kind AS duty_kind,
                    f.first_failure_day, f.due_on, f.version, f.answered, f.open_disputes, f.proposed_by,
                    f.snoozed_until, e.escalated_on, {waits} AS to_acknowledge
             FROM flags f
             JOIN registrations r ON r.id = f.registration_id
             JOIN duties d ON d.id = f.duty_id
             LEFT JOIN flag_escalations e ON e.flag_id = f.id AND e.term_step = f.term_step
             WHERE f.state <> 'closed' AND {own} AND r.stage = 'active'
               AND (r.subject_last_day IS NULL OR r.subject_last_day >= $1)
         ), sectioned AS (SELECT looked_at.*, {section} AS section FROM looked_at),
         placed AS (
             SELECT sectioned.*, count(*) OVER (PARTITION BY section) AS total FROM sectioned
             WHERE section IS NOT NULL{only}
         ), headed AS (
             SELECT placed.*, row_number() OVER (PARTITION BY section ORDER BY due_on, id) AS place FROM placed
             WHERE due_on IS NOT NULL{behind}
         )
         SELECT section, id, registration_id, person_id, state, outcome, owner_id, duty_kind, first_failure_day,
                due_on, version, answered, open_disputes, escalated_on, to_acknowledge, total
         FROM headed WHERE place <= $2 ORDER BY section, place"
    );
    let statement = statement.replace("$today", "$1");
    let rows = match conn {
        Conn::Pg(pg) => sql_query(statement).bind::<Date, _>(wanted.today).bind::<BigInt, _>(wanted.limit).load(pg)?,
        Conn::Sqlite(sqlite) => sql_query(flags_first(&numbered(&statement)))
            .bind::<Date, _>(wanted.today)
            .bind::<BigInt, _>(wanted.limit)
            .load(sqlite)?,
    };
    Ok(rows)
}

/// SQLite writes the number of a value behind a question mark.
fn numbered(statement: &str) -> String {
    statement.replace("$1", "?1").replace("$2", "?2")
}

/// Has SQLite begin with the flags, whatever it believes of the number of registrations: it never moves a table across a
/// CROSS JOIN.
fn flags_first(statement: &str) -> String {
    statement.replace("JOIN registrations r ON", "CROSS JOIN registrations r ON")
}

fn owned_by(me: AccountId, covered: &[AccountId]) -> String {
    let all: Vec<String> = std::iter::once(&me).chain(covered).map(|id| format!("'{id}'")).collect();
    format!("f.owner_id IN ({})", all.join(", "))
}

/// When something is to be done, by its last day.
macro_rules! by_day {
    () => {
        "CASE WHEN due_on < $today THEN 'overdue' WHEN due_on = $today THEN 'today' ELSE 'this_week' END"
    };
}

/// What the officer in charge has to do with a flag, and what waits for others.
macro_rules! in_charge {
    () => {
        concat!(
            "WHEN open_disputes > 0 OR state = 'proposed' THEN 'waiting'
             WHEN state IN ('raised', 'in_review') THEN ",
            by_day!(),
            "
             WHEN state = 'acknowledged' AND answered THEN 'to_log'
             WHEN state = 'decided' AND outcome <> 'referral' THEN 'to_log'
             WHEN due_on < $today THEN 'overdue'
             ELSE 'waiting' "
        )
    };
}

const OFFICER: &str = concat!("CASE WHEN snoozed_until > $today THEN NULL ", in_charge!(), "END");

/// A lead sees what waits for a second person and what passed its term, also when its officer put it away; of the rest
/// the lead's own.
const LEAD: &str = concat!(
    "CASE WHEN state = 'proposed' AND open_disputes = 0 AND proposed_by <> $me THEN ",
    by_day!(),
    "
     WHEN escalated_on IS NOT NULL THEN 'overdue'
     WHEN owner_id <> $me OR snoozed_until > $today THEN NULL ",
    in_charge!(),
    "END"
);

/// An authority acknowledges, and later tells what it decided.
const AUTHORITY: &str = concat!(
    "CASE WHEN state IN ('decided', 'notified') AND to_acknowledge THEN ",
    by_day!(),
    "
     WHEN state = 'acknowledged' AND NOT answered THEN 'to_log'
     ELSE NULL END"
);
