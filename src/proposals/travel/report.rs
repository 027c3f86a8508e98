//! How much warning notified journeys gave.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use super::happenings;
use crate::access::{self, Action, Ctx};
use crate::app::App;
use crate::audit::{Deed, ObjectRef};
use crate::ids::FactId;
use crate::instruments::routing::{report, route};
use crate::law;
use crate::register::{Refusal, unit};
use crate::store::travel_notices::{TripHappeningRow, trip_happening_list_first_told};
use crate::vocabulary::Regime;

/// How far back a report goes that names no first day.
const DAYS: i64 = 365;

/// How much warning journeys first notified in a period gave.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct LeadTimeReport {
    /// First day of the period.
    pub from: NaiveDate,
    /// Last day of the period.
    pub until: NaiveDate,
    /// The figures: `trips`, `cancelled`, `wrong`, trips per class of days between notification and departure in `classes`,
    /// `medianDays`, and per desk in `recipients` how many trips it was told of, how many it acknowledged, how many in time,
    /// and after how many days.
    #[schema(value_type = Object)]
    pub report: Value,
}

/// The report over journeys first notified from one day to another.
///
/// # Errors
/// A period that ends before it begins; [`Refusal::Forbidden`].
pub async fn lead_times(
    app: &App,
    ctx: &Ctx,
    from: Option<NaiveDate>,
    until: Option<NaiveDate>,
) -> Result<LeadTimeReport, Refusal> {
    let until = until.unwrap_or_else(|| ctx.today(Regime::NlPilot.zone()));
    let from = from.unwrap_or_else(|| law::day::plus_days(until, -DAYS));
    let deed = Deed::of(Action::TravelLeadTimeRead, ObjectRef::none());
    let (reader, proposals) = (ctx.clone(), app.proposals.clone());
    unit::read(app, ctx, deed, move |conn| {
        access::reach(&reader.actor, Action::TravelLeadTimeRead, reader.purpose).allowed()?;
        if until < from {
            return Err(Refusal::field("until", "before_from", "The last day lies before the first."));
        }
        let mut by_trip: BTreeMap<FactId, Vec<TripHappeningRow>> = BTreeMap::new();
        for row in trip_happening_list_first_told(conn, from, until)? {
            by_trip.entry(row.trip_id).or_default().push(row);
        }
        let mut trips = Vec::new();
        for rows in by_trip.values() {
            let as_of = rows.last().map_or(until, |row| row.happened_on);
            let routed = route(&happenings(rows)?, &proposals.routes, &proposals.countries, as_of)
                .map_err(|faults| Refusal::Rules(format!("{} fault(s) in a stored journey", faults.len())))?;
            trips.push(routed);
        }
        let figures = serde_json::to_value(report(&trips, from, until)).map_err(|e| Refusal::Rules(e.to_string()))?;
        Ok(LeadTimeReport { from, until, report: figures })
    })
    .await
}
