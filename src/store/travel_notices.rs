//! Notices of journeys to the desks that hear of them, and what was told of each journey.

use chrono::NaiveDate;
use diesel::prelude::{
    BoolExpressionMethods, ExpressionMethods, Insertable, OptionalExtension, QueryDsl, Queryable, RunQueryDsl,
    Selectable, SelectableHelper,
};

use crate::access::Reach;
use crate::clock::UtcTime;
use crate::ids::{AccountId, FactId, RegistrationId, TravelNoticeId};
use crate::store::registrations::moved;
use crate::store::schema::{registrations, travel_notices, trip_happenings};
use crate::store::{Change, Conn, StoreError};
use crate::vocabulary::{Stage, TravelNoticeKind};

/// What was told of a journey.
#[derive(Debug, Clone, PartialEq, Queryable, Selectable, Insertable)]
#[diesel(table_name = trip_happenings)]
#[diesel(check_for_backend(diesel::pg::Pg, diesel::sqlite::Sqlite))]
#[allow(missing_docs, reason = "columns are explained in the migrations and in docs/data-classes.md")]
pub struct TripHappeningRow {
    pub trip_id: FactId,
    pub seq: i64,
    pub registration_id: RegistrationId,
    pub happened_on: NaiveDate,
    pub happening: String,
    pub recorded_at: UtcTime,
}

/// A notice of a journey to one desk.
#[derive(Debug, Clone, PartialEq, Queryable, Selectable, Insertable)]
#[diesel(table_name = travel_notices)]
#[diesel(check_for_backend(diesel::pg::Pg, diesel::sqlite::Sqlite))]
#[allow(missing_docs, reason = "columns are explained in the migrations and in docs/data-classes.md")]
pub struct TravelNoticeRow {
    pub id: TravelNoticeId,
    pub registration_id: RegistrationId,
    pub trip_id: FactId,
    pub number: i64,
    pub desk: String,
    pub bureau: bool,
    pub kind: TravelNoticeKind,
    pub told_on: NaiveDate,
    pub departs_on: NaiveDate,
    pub returns_on: Option<NaiveDate>,
    pub countries: String,
    pub consider_warning: bool,
    pub steps: String,
    pub told_at: UtcTime,
    pub acknowledged_by: Option<AccountId>,
    pub acknowledged_at: Option<UtcTime>,
    pub acknowledged_on: Option<NaiveDate>,
}

/// What was told of a journey, in order.
pub fn trip_happening_list(conn: &mut Conn, trip: FactId) -> Result<Vec<TripHappeningRow>, StoreError> {
    Ok(trip_happenings::table
        .filter(trip_happenings::trip_id.eq(trip))
        .select(TripHappeningRow::as_select())
        .order(trip_happenings::seq)
        .load(conn)?)
}

/// What was told of every journey that was first told from one day to another, by journey and in order.
pub fn trip_happening_list_first_told(
    conn: &mut Conn,
    from: NaiveDate,
    until: NaiveDate,
) -> Result<Vec<TripHappeningRow>, StoreError> {
    let first = trip_happenings::table
        .filter(trip_happenings::seq.eq(1).and(trip_happenings::happened_on.between(from, until)))
        .select(trip_happenings::trip_id)
        .load::<FactId>(conn)?;
    Ok(trip_happenings::table
        .filter(trip_happenings::trip_id.eq_any(first))
        .select(TripHappeningRow::as_select())
        .order((trip_happenings::trip_id, trip_happenings::seq))
        .load(conn)?)
}

/// A notice.
pub fn travel_notice_find(conn: &mut Conn, id: TravelNoticeId) -> Result<Option<TravelNoticeRow>, StoreError> {
    Ok(travel_notices::table.find(id).select(TravelNoticeRow::as_select()).first(conn).optional()?)
}

/// Which notices a list is about.
#[derive(Debug, Clone)]
pub struct NoticesWanted {
    /// The files within reach.
    pub reach: Reach,
    /// Only those to the Interpol bureau.
    pub bureau_only: bool,
    /// Only those of one registration.
    pub registration: Option<RegistrationId>,
    /// Only those acknowledged, or only those not.
    pub acknowledged: Option<bool>,
    /// Those after this one.
    pub after: Option<TravelNoticeId>,
    /// How many at most.
    pub limit: i64,
}

/// Notices of files that have not ended, the oldest first.
pub fn travel_notice_page(conn: &mut Conn, wanted: &NoticesWanted) -> Result<Vec<TravelNoticeRow>, StoreError> {
    let mut query = travel_notices::table
        .inner_join(registrations::table)
        .filter(registrations::stage.eq(Stage::Active))
        .select(TravelNoticeRow::as_select())
        .order(travel_notices::id)
        .limit(wanted.limit)
        .into_boxed();
    query = match wanted.reach {
        Reach::Everything => query,
        Reach::Team(team) => query.filter(registrations::team_id.eq(team)),
        Reach::Officer(officer) => query.filter(registrations::officer_id.eq(officer)),
        Reach::Person(person) => query.filter(registrations::person_id.eq(person)),
        Reach::Nothing(_) => return Ok(Vec::new()),
    };
    if wanted.bureau_only {
        query = query.filter(travel_notices::bureau.eq(true));
    }
    if let Some(registration) = wanted.registration {
        query = query.filter(travel_notices::registration_id.eq(registration));
    }
    match wanted.acknowledged {
        Some(true) => query = query.filter(travel_notices::acknowledged_at.is_not_null()),
        Some(false) => query = query.filter(travel_notices::acknowledged_at.is_null()),
        None => {}
    }
    if let Some(after) = wanted.after {
        query = query.filter(travel_notices::id.gt(after));
    }
    Ok(query.load(conn)?)
}

/// A desk acknowledged a notice, once.
#[derive(Debug, Clone)]
#[allow(missing_docs, reason = "columns are explained in the migrations")]
pub struct NoticeAcknowledged {
    pub id: TravelNoticeId,
    pub by: AccountId,
    pub at: UtcTime,
    pub on: NaiveDate,
}

impl Change for NoticeAcknowledged {
    fn apply(&self, conn: &mut Conn) -> Result<(), StoreError> {
        let open = travel_notices::table.find(self.id).filter(travel_notices::acknowledged_at.is_null());
        let changed = diesel::update(open)
            .set((
                travel_notices::acknowledged_by.eq(self.by),
                travel_notices::acknowledged_at.eq(self.at),
                travel_notices::acknowledged_on.eq(self.on),
            ))
            .execute(conn)?;
        moved(changed)
    }
}
