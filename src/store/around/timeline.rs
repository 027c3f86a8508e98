//! Everything that happened in a file, kind by kind, in one order: the last first. No text is read, so nothing is
//! decrypted.

use chrono::NaiveDate;
use chrono_tz::Tz;
use diesel::prelude::{BoolExpressionMethods, ExpressionMethods, NullableExpressionMethods, QueryDsl, RunQueryDsl};

use crate::clock::UtcTime;
use crate::ids::{AccountId, PersonId, RegistrationId};
use crate::store::schema::{
    address_verifications, attempts, breach_reports, case_notes, contact_log, documents, facts, flags, home_visits,
    measure_records, merges, notifications, outbox, registrations, representatives, supervision_orders, transfers,
};
use crate::store::{Conn, StoreError};
use crate::vocabulary::{MeasureKind, OutboxKind, TimelineKind};

/// Which part of the order is wanted.
#[derive(Debug, Clone)]
pub struct Span {
    /// At this instant or later.
    pub from: Option<UtcTime>,
    /// Before this instant.
    pub until: Option<UtcTime>,
    /// Behind this entry: its instant and id.
    pub after: Option<(UtcTime, String)>,
    /// At most so many of each kind.
    pub limit: i64,
}

impl Span {
    /// Whether an entry stands in this part, its length apart.
    fn holds(&self, moment: &Moment) -> bool {
        self.from.is_none_or(|from| moment.at >= from)
            && self.until.is_none_or(|until| moment.at < until)
            && self.after.as_ref().is_none_or(|(at, id)| (moment.at, &moment.id) < (*at, id))
    }
}

/// One thing that happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Moment {
    /// Of which kind.
    pub kind: TimelineKind,
    /// When.
    pub at: UtcTime,
    /// The thing itself.
    pub id: String,
    /// The day it is about, where that is another than that of `at`.
    pub on: Option<NaiveDate>,
    /// Who did or recorded it.
    pub by: Option<AccountId>,
    /// What it is, in the words of its kind.
    pub what: String,
    /// What came of it, in the words of its kind.
    pub state: Option<String>,
    /// Whether it is a note only few may read.
    pub sensitive: bool,
}

/// Selects one kind: its instant, its id and further columns; `$make` turns those into a moment.
macro_rules! moments {
    ($conn:ident, $span:ident, $table:ident, $of:expr, $at:ident, $id:ident, ($($column:ident),+), $make:expr) => {{
        let mut query = $table::table
            .filter($of)
            .select(($table::$at, $table::$id, $($table::$column),+))
            .order(($table::$at.desc(), $table::$id.desc()))
            .limit($span.limit)
            .into_boxed();
        if let Some(from) = $span.from {
            query = query.filter($table::$at.ge(from));
        }
        if let Some(until) = $span.until {
            query = query.filter($table::$at.lt(until));
        }
        if let Some((at, id)) = $span.after.clone() {
            query = query.filter($table::$at.lt(at).or($table::$at.eq(at).and($table::$id.lt(id))));
        }
        query.load($conn)?.into_iter().map($make).collect()
    }};
}

/// The last entries of one kind in a file within `span`. Days begin by the clock of `zone`.
pub fn timeline_list(
    conn: &mut Conn,
    kind: TimelineKind,
    file: RegistrationId,
    span: &Span,
    zone: Tz,
) -> Result<Vec<Moment>, StoreError> {
    /// Instant, id, who, what, what came of it.
    type Five = (UtcTime, String, AccountId, String, String);
    /// Without who.
    type Four = (UtcTime, String, String, String);
    let plain = |at, id, what| Moment { kind, at, id, on: None, by: None, what, state: None, sensitive: false };
    let five = |(at, id, by, what, state): Five| Moment { by: Some(by), state: Some(state), ..plain(at, id, what) };
    let four = |(at, id, what, state): Four| Moment { state: Some(state), ..plain(at, id, what) };
    macro_rules! of_file {
        ($table:ident, $at:ident, ($($column:ident),+), $make:expr) => {
            moments!(conn, span, $table, $table::registration_id.eq(file), $at, id, ($($column),+), $make)
        };
    }
    macro_rules! of_measures {
        ($kind:expr) => {{
            let of = measure_records::registration_id.eq(file).and(measure_records::kind.eq($kind));
            moments!(
                conn,
                span,
                measure_records,
                of.assume_not_null(),
                recorded_at,
                id,
                (recorded_by, label, state, happened_on),
                |(at, id, by, what, state, on): (UtcTime, String, AccountId, String, String, NaiveDate)| Moment {
                    on: Some(on),
                    ..five((at, id, by, what, state))
                }
            )
        }};
    }
    Ok(match kind {
        TimelineKind::Notification => of_file!(notifications, received_at, (recorded_by, kind, state), five),
        TimelineKind::Fact => {
            of_file!(facts, recorded_at, (asserted_by, kind, source, valid_on), |(at, id, by, what, state, on): (
                UtcTime,
                String,
                AccountId,
                String,
                String,
                Option<NaiveDate>
            )| Moment {
                on,
                ..five((at, id, by, what, state))
            })
        }
        TimelineKind::Attempt => of_file!(attempts, occurred_at, (recorded_by, duty_kind, kind), five),
        TimelineKind::Reminder => {
            let of = outbox::registration_id.eq(file).and(outbox::kind.eq(OutboxKind::Reminder));
            moments!(conn, span, outbox, of, created_at, reference_id, (channel, state), four)
        }
        TimelineKind::Flag => of_file!(flags, raised_at, (state, first_failure_day), |(at, id, state, on): (
            UtcTime,
            String,
            String,
            NaiveDate
        )| Moment {
            on: Some(on),
            state: Some(state),
            ..plain(at, id, "raised".to_owned())
        }),
        TimelineKind::HomeVisit => {
            of_file!(home_visits, happens_at, (officer_id, state, planned_on), |(at, id, by, state, on): (
                UtcTime,
                String,
                AccountId,
                String,
                NaiveDate
            )| Moment {
                on: Some(on),
                ..five((at, id, by, "home_visit".to_owned(), state))
            })
        }
        TimelineKind::AddressVerification => of_file!(
            address_verifications,
            recorded_at,
            (recorded_by, source, result, verified_on),
            |(at, id, by, what, state, on): (UtcTime, String, AccountId, String, String, NaiveDate)| Moment {
                on: Some(on),
                ..five((at, id, by, what, state))
            }
        ),
        TimelineKind::Contact => of_file!(contact_log, happened_at, (recorded_by, counterpart, outcome), five),
        TimelineKind::Note => of_file!(case_notes, written_at, (written_by, sensitive), |(at, id, by, sensitive): (
            UtcTime,
            String,
            AccountId,
            bool
        )| Moment {
            by: Some(by),
            sensitive,
            ..plain(at, id, "note".to_owned())
        }),
        TimelineKind::Document => of_file!(documents, uploaded_at, (uploaded_by, category, kind), five),
        TimelineKind::Transfer => of_file!(transfers, offered_at, (offered_by, state), |(at, id, by, state): (
            UtcTime,
            String,
            AccountId,
            String
        )| five((
            at,
            id,
            by,
            "transfer".to_owned(),
            state
        ))),
        TimelineKind::Merge => moments!(
            conn,
            span,
            merges,
            merges::surviving_id.eq(file),
            proposed_at,
            id,
            (proposed_by, state),
            |(at, id, by, state): (UtcTime, String, AccountId, String)| five((at, id, by, "merge".to_owned(), state))
        ),
        TimelineKind::Representative => of_file!(representatives, recorded_at, (recorded_by, kind, scope), five),
        TimelineKind::SupervisionOrder => moments!(
            conn,
            span,
            supervision_orders,
            supervision_orders::person_id.eq(person_of(conn, file)?),
            created_at,
            id,
            (title, organisation),
            four
        ),
        TimelineKind::Breach => breaches(conn, file, span, zone)?,
        TimelineKind::RiskAssessment => of_measures!(MeasureKind::RiskAssessment),
        TimelineKind::ForeignConviction => of_measures!(MeasureKind::ForeignConviction),
    })
}

fn person_of(conn: &mut Conn, file: RegistrationId) -> Result<PersonId, StoreError> {
    Ok(registrations::table.find(file).select(registrations::person_id).first(conn)?)
}

/// Breaches are known by the day on which they were seen, not by an instant: they stand at the beginning of that day. One
/// person has few, so the part that is wanted is cut out here.
fn breaches(conn: &mut Conn, file: RegistrationId, span: &Span, zone: Tz) -> Result<Vec<Moment>, StoreError> {
    let orders: Vec<String> = supervision_orders::table
        .filter(supervision_orders::person_id.eq(person_of(conn, file)?))
        .select(supervision_orders::id)
        .load(conn)?;
    let rows: Vec<(String, NaiveDate, String, String)> = breach_reports::table
        .filter(breach_reports::order_id.eq_any(orders))
        .select((breach_reports::id, breach_reports::observed_on, breach_reports::subject, breach_reports::severity))
        .load(conn)?;
    let told = |(id, on, what, severity)| Moment {
        kind: TimelineKind::Breach,
        at: UtcTime::start_of_day(on, zone),
        id,
        on: Some(on),
        by: None,
        what,
        state: Some(severity),
        sensitive: false,
    };
    let mut moments: Vec<Moment> = rows.into_iter().map(told).filter(|moment| span.holds(moment)).collect();
    moments.sort_by(|a, b| (b.at, &b.id).cmp(&(a.at, &a.id)));
    moments.truncate(usize::try_from(span.limit).unwrap_or_default());
    Ok(moments)
}
