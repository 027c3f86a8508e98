//! Notices of journeys: a notified journey reaches every desk that hears of it, and so does each thing that becomes known
//! of it afterwards. Desks acknowledge what they read.

mod report;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

pub use report::{LeadTimeReport, lead_times};

use super::ProposalRules;
use super::told::explained;
use crate::access::{self, Action, Ctx};
use crate::app::App;
use crate::audit::{Deed, ObjectRef};
use crate::clock::UtcTime;
use crate::ids::{AccountId, FactId, RegistrationId, TravelNoticeId};
use crate::instruments::grounds::Language;
use crate::instruments::routing::{DeskKind, Notice, NoticeKind, Trip, TripEvent, TripState, route};
use crate::law::{Absence, What};
use crate::register::fact::FactBody;
use crate::register::file::NewFact;
use crate::register::permit::permit_sent;
use crate::register::{Refusal, unit};
use crate::store::registrations::registration_find;
use crate::store::travel_notices::{
    NoticeAcknowledged, NoticesWanted, TravelNoticeRow, TripHappeningRow, travel_notice_find, travel_notice_page,
    trip_happening_list,
};
use crate::store::{Conn, Decided, Scope, WriteSet};
use crate::vocabulary::{Role, TravelNoticeKind};

/// A notice of a journey to one desk.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct TravelNoticeView {
    /// The notice.
    pub id: TravelNoticeId,
    /// Whose journey.
    pub registration_id: RegistrationId,
    /// The journey.
    pub travel_plan_id: FactId,
    /// Its number among the notices of the journey, from 1.
    pub number: i64,
    /// The code of the desk.
    #[schema(example = "lo-manila")]
    pub desk: String,
    /// The name of the desk.
    pub desk_name: DeskName,
    /// What it says.
    pub kind: TravelNoticeKind,
    /// The day on which what it says became known.
    pub told_on: NaiveDate,
    /// Day of departure, as it was then known.
    pub departure_on: NaiveDate,
    /// Planned day of return.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub return_on: Option<NaiveDate>,
    /// The destinations the desk is told of, two letters each.
    pub countries: Vec<String>,
    /// Whether the police unit is asked to consider a warning. Nothing follows by itself.
    pub consider_warning: bool,
    /// Why it went to this desk: `steps` with codes, and their `explanation`.
    #[schema(value_type = Object)]
    pub why: Value,
    /// When a person of the desk acknowledged it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub acknowledged_at: Option<UtcTime>,
    /// Who acknowledged it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub acknowledged_by: Option<AccountId>,
    /// Whether it went to the Interpol bureau, which acknowledges its own notices. Not published: the desk says it.
    #[serde(skip)]
    pub bureau: bool,
}

/// The name of a desk.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct DeskName {
    /// In Dutch.
    pub nl: String,
    /// In English.
    pub en: String,
}

/// One page of notices.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct TravelNoticePage {
    /// The notices, the oldest first.
    pub items: Vec<TravelNoticeView>,
    /// Where the next page starts; absent on the last one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next: Option<TravelNoticeId>,
}

impl TravelNoticeView {
    fn of(row: &TravelNoticeRow, proposals: &ProposalRules) -> Result<Self, Refusal> {
        let steps: Value = serde_json::from_str(&row.steps).map_err(|e| Refusal::Rules(e.to_string()))?;
        let why = explained(&serde_json::json!({ "steps": steps }), &proposals.routing_words)?;
        let desk = proposals.routes.all().filter_map(|routes| routes.desk(&row.desk)).last();
        let named = |language| desk.map_or(row.desk.as_str(), |desk| desk.name(language)).to_owned();
        Ok(Self {
            id: row.id,
            registration_id: row.registration_id,
            travel_plan_id: row.trip_id,
            number: row.number,
            desk: row.desk.clone(),
            desk_name: DeskName { nl: named(Language::Nl), en: named(Language::En) },
            kind: row.kind,
            told_on: row.told_on,
            departure_on: row.departs_on,
            return_on: row.returns_on,
            countries: row.countries.split_whitespace().map(str::to_owned).collect(),
            consider_warning: row.consider_warning,
            why,
            acknowledged_at: row.acknowledged_at,
            acknowledged_by: row.acknowledged_by,
            bureau: row.bureau,
        })
    }
}

/// What desks are told because of a fact about a journey. Called in the unit of work that records the fact.
///
/// # Errors
/// The store; rules that refuse what is on file.
pub fn tell(
    proposals: &ProposalRules,
    ctx: &Ctx,
    conn: &mut Conn,
    registration: RegistrationId,
    fact: &NewFact,
    today: NaiveDate,
    writes: &mut WriteSet,
) -> Result<(), Refusal> {
    let trip = fact.root();
    let known = trip_happening_list(conn, trip)?;
    let mut events = happenings(&known)?;
    let before = match events.is_empty() {
        true => None,
        false => route(&events, &proposals.routes, &proposals.countries, today).ok(),
    };
    let Some(event) = event_of(proposals, fact, before.as_ref().map(|routed| (&routed.trip, routed.state)), today)
    else {
        return Ok(());
    };
    events.push(event.clone());
    // What the rules cannot route, such as a day before their first version, keeps nobody from reporting.
    let Ok(routed) = route(&events, &proposals.routes, &proposals.countries, today) else { return Ok(()) };
    writes.trip_happenings.push(happening_row(ctx, registration, trip, known.len(), &event, today)?);
    let told = before.map_or(0, |routed| routed.notices.len());
    for notice in routed.notices.iter().skip(told) {
        writes.travel_notices.push(notice_row(proposals, ctx, registration, trip, &routed.trip, notice)?);
    }
    Ok(())
}

/// What a fact says of a journey, if it is news to those who were told before.
fn event_of(
    proposals: &ProposalRules,
    fact: &NewFact,
    before: Option<(&Trip, TripState)>,
    today: NaiveDate,
) -> Option<TripEvent> {
    match (fact.body(), before) {
        (FactBody::Withdrawn, Some((_, TripState::Notified))) if fact.is_notified() => {
            Some(TripEvent::Cancelled { on: today })
        }
        (FactBody::Withdrawn, Some((_, TripState::Notified))) => Some(TripEvent::Wrong { on: today }),
        (FactBody::Happened { event }, _) => {
            let What::Absence(Absence { from, until, .. }) = event.what else { return None };
            let destinations = match (fact.destinations(), before) {
                (Some(named), _) => abroad(proposals, named, today),
                (None, Some((trip, _))) => trip.destinations.clone(),
                (None, None) => Vec::new(),
            };
            let trip = Trip { departs: from, returns: until, destinations };
            match before {
                _ if trip.destinations.is_empty() => None,
                None if fact.is_notified() && !fact.is_correction() => Some(TripEvent::Notified { on: today, trip }),
                Some((earlier, TripState::Notified)) if *earlier != trip => {
                    Some(TripEvent::Changed { on: today, trip })
                }
                Some(_) | None => None,
            }
        }
        _ => None,
    }
}

/// The countries a journey goes to: each once, and not the Netherlands, where an address abroad may name it.
fn abroad(proposals: &ProposalRules, named: &[String], today: NaiveDate) -> Vec<String> {
    let trip = Trip { departs: today, returns: None, destinations: named.to_vec() };
    trip.countries(today, &proposals.countries).into_iter().filter(|code| code != "NL").collect()
}

fn happenings(rows: &[TripHappeningRow]) -> Result<Vec<TripEvent>, Refusal> {
    let parse = |row: &TripHappeningRow| serde_json::from_str(&row.happening);
    rows.iter().map(parse).collect::<Result<_, _>>().map_err(|e| Refusal::Rules(e.to_string()))
}

fn happening_row(
    ctx: &Ctx,
    registration: RegistrationId,
    trip: FactId,
    known: usize,
    event: &TripEvent,
    today: NaiveDate,
) -> Result<TripHappeningRow, Refusal> {
    Ok(TripHappeningRow {
        trip_id: trip,
        seq: i64::try_from(known + 1).unwrap_or(i64::MAX),
        registration_id: registration,
        happened_on: today,
        happening: serde_json::to_string(event).map_err(|e| Refusal::Rules(e.to_string()))?,
        recorded_at: ctx.now.legal,
    })
}

fn notice_row(
    proposals: &ProposalRules,
    ctx: &Ctx,
    registration: RegistrationId,
    trip_id: FactId,
    trip: &Trip,
    notice: &Notice,
) -> Result<TravelNoticeRow, Refusal> {
    let desk = proposals.routes.at(notice.on).ok().and_then(|routes| routes.desk(&notice.recipient));
    Ok(TravelNoticeRow {
        id: TravelNoticeId::fresh(),
        registration_id: registration,
        trip_id,
        number: i64::from(notice.number),
        desk: notice.recipient.clone(),
        bureau: desk.is_some_and(|desk| desk.kind == DeskKind::InterpolBureau),
        kind: match notice.kind {
            NoticeKind::New => TravelNoticeKind::New,
            NoticeKind::Changed => TravelNoticeKind::Changed,
            NoticeKind::NoLongerConcerned => TravelNoticeKind::NoLongerConcerned,
            NoticeKind::Cancelled => TravelNoticeKind::Cancelled,
            NoticeKind::Wrong => TravelNoticeKind::Wrong,
        },
        told_on: notice.on,
        departs_on: trip.departs,
        returns_on: trip.returns,
        countries: notice.countries.join(" "),
        consider_warning: notice.suggestion.is_some(),
        steps: serde_json::to_string(&notice.steps).map_err(|e| Refusal::Rules(e.to_string()))?,
        told_at: ctx.now.legal,
        acknowledged_by: None,
        acknowledged_at: None,
        acknowledged_on: None,
    })
}

/// Which notices are asked for.
#[derive(Debug, Clone, Copy, Default)]
pub struct NoticeFilter {
    /// Only those of one registration.
    pub registration: Option<RegistrationId>,
    /// Only those acknowledged, or only those not.
    pub acknowledged: Option<bool>,
    /// Those after this one.
    pub after: Option<TravelNoticeId>,
    /// How many at most.
    pub limit: i64,
}

/// The notices within reach, the oldest first. The bureau sees those that went to it.
///
/// # Errors
/// [`Refusal::Forbidden`] with the reason.
pub async fn notices(app: &App, ctx: &Ctx, filter: NoticeFilter) -> Result<TravelNoticePage, Refusal> {
    let deed = Deed::of(Action::TravelNoticeRead, ObjectRef::none());
    let (reader, proposals) = (ctx.clone(), app.proposals.clone());
    unit::read(app, ctx, deed, move |conn| {
        let reach = access::reach(&reader.actor, Action::TravelNoticeRead, reader.purpose);
        reach.allowed()?;
        let NoticeFilter { registration, acknowledged, after, limit } = filter;
        let bureau_only = reader.actor.role == Role::Lirc;
        let wanted = NoticesWanted { reach, bureau_only, registration, acknowledged, after, limit: limit + 1 };
        let mut rows = travel_notice_page(conn, &wanted)?;
        let more = i64::try_from(rows.len()).unwrap_or(i64::MAX) > limit;
        if more {
            rows.pop();
        }
        let next = rows.last().filter(|_| more).map(|row| row.id);
        let items = rows.iter().map(|row| TravelNoticeView::of(row, &proposals)).collect::<Result<_, _>>()?;
        Ok(TravelNoticePage { items, next })
    })
    .await
}

/// A person of the desk acknowledges a notice, once.
///
/// # Errors
/// [`Refusal::Conflict`] when it went to another desk or was acknowledged already.
pub async fn acknowledge(app: &App, ctx: &Ctx, id: TravelNoticeId) -> Result<TravelNoticeView, Refusal> {
    let found = app.store.read(move |conn| travel_notice_find(conn, id)).await.map_err(Refusal::Store)?;
    let deed = Deed::of(Action::TravelNoticeAcknowledge, ObjectRef::travel_notice(id));
    let Some(found) = found else { return unit::read(app, ctx, deed, |_| Err(Refusal::NotFound)).await };
    let deed = Deed { registration: Some(found.registration_id), ..deed };
    let (writer, proposals) = (ctx.clone(), app.proposals.clone());
    let scope = Scope::Registration(found.registration_id);
    unit::write(app, ctx, scope, deed, None, move |conn| {
        let mut row = travel_notice_find(conn, id)?.ok_or(Refusal::NotFound)?;
        let registration = registration_find(conn, row.registration_id)?.ok_or(Refusal::NotFound)?;
        let to = if row.bureau { vec![Role::Lirc] } else { Vec::new() };
        permit_sent(&writer, Action::TravelNoticeAcknowledge, &registration, to)?;
        if row.bureau && writer.actor.role != Role::Lirc {
            return Err(Refusal::Conflict {
                code: "other_desk",
                detail: "This notice went to the Interpol bureau: somebody there acknowledges it.",
            });
        }
        if row.acknowledged_at.is_some() {
            return Err(Refusal::Conflict {
                code: "already_acknowledged",
                detail: "This notice was acknowledged already.",
            });
        }
        let on = writer.today(registration.regime.zone());
        let (by, at) = (writer.actor.account, writer.now.legal);
        row.acknowledged_by = Some(by);
        row.acknowledged_at = Some(at);
        row.acknowledged_on = Some(on);
        let number = u32::try_from(row.number).unwrap_or(u32::MAX);
        let event = TripEvent::Acknowledged { on, notice: number, recipient: row.desk.clone() };
        let known = trip_happening_list(conn, row.trip_id)?.len();
        let happening = happening_row(&writer, row.registration_id, row.trip_id, known, &event, on)?;
        let writes = WriteSet {
            trip_happenings: vec![happening],
            changes: vec![Box::new(NoticeAcknowledged { id, by, at, on })],
            ..WriteSet::default()
        };
        Ok(Decided::new(writes, TravelNoticeView::of(&row, &proposals)?))
    })
    .await
}
