//! Journeys abroad: notified, amended, cancelled, ended.

use serde_json::json;

use super::examples;
use super::paths::{OneRegistration, OneTrip};
use crate::api::tags::NOTIFICATIONS;
use crate::api::{Answer, Call, Done, Empty, Operation};
use crate::register::input::{ReturnReport, TravelCancellation, TravelReport};
use crate::register::notify::{NotificationAnswer, Report, TripAmendment, TripCancellation, TripReturn, notify};
use crate::register::view::{self, TravelPlanList};
use crate::vocabulary::{Channel, DutyKind};

pub(super) fn operations() -> Vec<Operation> {
    vec![
        Operation::post(
            "/registrations/{registrationId}/travel-plans",
            "notifyTravel",
            "Notify a journey, before leaving",
        )
        .tag(NOTIFICATIONS)
        .reports(DutyKind::Travel)
        .creates(plan)
        .example("twoWeeks", examples::journey("2026-03-02", "2026-03-16")),
        Operation::get("/registrations/{registrationId}/travel-plans", "listTravelPlans", "List journeys")
            .tag(NOTIFICATIONS)
            .answers(list),
        Operation::post(
            "/registrations/{registrationId}/travel-plans/{travelPlanId}/amendments",
            "amendTravel",
            "Change a notified journey",
        )
        .tag(NOTIFICATIONS)
        .reports(DutyKind::Travel)
        .creates(amend)
        .example("backLater", examples::journey("2026-01-12", "2026-01-26")),
        Operation::post(
            "/registrations/{registrationId}/travel-plans/{travelPlanId}/cancellations",
            "cancelTravel",
            "Cancel a notified journey",
        )
        .tag(NOTIFICATIONS)
        .reports(DutyKind::Travel)
        .creates(cancel)
        .example("off", json!({"reason": "Gaat niet door"})),
        Operation::post(
            "/registrations/{registrationId}/travel-plans/{travelPlanId}/returns",
            "endTravel",
            "Notify the return from a journey",
        )
        .tag(NOTIFICATIONS)
        .reports(DutyKind::Return)
        .creates(end)
        .example("back", examples::report(json!({"returnedOn": "2026-01-13", "address": examples::home()}))),
    ]
}

async fn plan(call: Call<OneRegistration, Empty, TravelReport>) -> Done<NotificationAnswer> {
    let report = call.body.clone();
    super::notifications::give(&call, report).await
}

async fn list(call: Call<OneRegistration>) -> Done<TravelPlanList> {
    let id = call.path.registration_id.find(&call.app, &call.ctx).await?;
    Ok(Answer::new(view::travel_plans(&call.app, &call.ctx, id).await?))
}

/// Gives a report about a journey that is in the file.
async fn about<R: Report, B>(call: &Call<OneTrip, Empty, B>, report: R) -> Done<NotificationAnswer> {
    let id = call.path.registration_id.find(&call.app, &call.ctx).await?;
    let given = notify(&call.app, &call.ctx, id, report, Channel::Api).await?;
    let place = format!("/registrations/{id}/notifications/{}", given.id);
    Ok(Answer::new(given).at(place))
}

async fn amend(call: Call<OneTrip, Empty, TravelReport>) -> Done<NotificationAnswer> {
    let report = TripAmendment { trip: call.path.travel_plan_id, plan: call.body.clone() };
    about(&call, report).await
}

async fn cancel(call: Call<OneTrip, Empty, TravelCancellation>) -> Done<NotificationAnswer> {
    let report = TripCancellation { trip: call.path.travel_plan_id, cancellation: call.body.clone() };
    about(&call, report).await
}

async fn end(call: Call<OneTrip, Empty, ReturnReport>) -> Done<NotificationAnswer> {
    let report = TripReturn { trip: call.path.travel_plan_id, report: call.body.clone() };
    about(&call, report).await
}
