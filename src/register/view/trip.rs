//! Journeys with their places, as they were notified last.

use std::collections::{BTreeSet, HashMap};

use serde_json::Value;

use super::super::file::{self, File};
use super::super::permit::permit;
use super::super::refusal::Refusal;
use super::super::unit;
use super::notification::{TravelPlan, plans_of};
use crate::access::{Action, Ctx};
use crate::app::App;
use crate::audit::{Deed, ObjectRef};
use crate::ids::{FactId, NotificationId, RegistrationId};
use crate::store::facts::fact_list;
use crate::store::notifications::notification_find_many;

/// A journey with its places.
#[derive(Debug, Clone, PartialEq)]
pub struct Trip {
    /// The journey.
    pub plan_of: TravelPlan,
    /// What was notified last of its places, as it was sent; empty for a journey that was never notified in advance.
    pub plan: Value,
    /// The countries it goes to, by code.
    pub countries: BTreeSet<String>,
}

/// Reads the journeys of a registration with their places, the last one first.
///
/// # Errors
/// [`Refusal::NotFound`], [`Refusal::Forbidden`].
pub async fn trips(app: &App, ctx: &Ctx, registration: RegistrationId) -> Result<Vec<Trip>, Refusal> {
    let deed = Deed::on(Action::NotificationRead, ObjectRef::registration(registration), registration)
        .with_fields(&["travelPlans", "content"]);
    let strongbox = file::strongbox(app, ctx, registration, &deed).await?;
    let reader = ctx.clone();
    unit::read(app, ctx, deed, move |conn| {
        let file = File::load(conn, registration)?;
        permit(&reader, Action::NotificationRead, &file.registration)?;
        let plans = plans_of(&file);
        // The last notification behind each journey that states its places.
        let roots: BTreeSet<FactId> = plans.iter().map(|plan| plan.id).collect();
        let mut said: HashMap<FactId, Vec<NotificationId>> = HashMap::new();
        for fact in fact_list(conn, registration)? {
            if let (true, Some(notification)) = (roots.contains(&fact.root_id), fact.notification_id) {
                said.entry(fact.root_id).or_default().push(notification);
            }
        }
        let ids: Vec<NotificationId> = said.values().flatten().copied().collect();
        let mut contents: HashMap<NotificationId, Value> = HashMap::new();
        for row in notification_find_many(conn, registration, &ids)? {
            let content = strongbox.open("notifications", "content_enc", row.id.as_str(), &row.content_enc)?;
            contents.insert(row.id, content);
        }
        let mut trips: Vec<Trip> = plans
            .into_iter()
            .map(|plan_of| {
                let said = said.get(&plan_of.id).into_iter().flatten().rev();
                let plan = said.filter_map(|id| contents.get(id)).find(|content| content.get("stops").is_some());
                let plan = plan.cloned().unwrap_or_else(|| Value::Object(serde_json::Map::new()));
                Trip { countries: countries_of(&plan), plan_of, plan }
            })
            .collect();
        trips.reverse();
        Ok(trips)
    })
    .await
}

/// Reads one journey.
///
/// # Errors
/// [`Refusal::NotFound`], [`Refusal::Forbidden`].
pub async fn trip(app: &App, ctx: &Ctx, registration: RegistrationId, id: FactId) -> Result<Trip, Refusal> {
    let found = trips(app, ctx, registration).await?.into_iter().find(|trip| trip.plan_of.id == id);
    found.ok_or(Refusal::NotFound)
}

fn countries_of(plan: &Value) -> BTreeSet<String> {
    let stops = plan.get("stops").and_then(Value::as_array).into_iter().flatten();
    stops.filter_map(|stop| stop.pointer("/address/country")?.as_str()).map(str::to_owned).collect()
}
