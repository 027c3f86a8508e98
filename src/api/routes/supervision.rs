//! Supervision under the Wet langdurig toezicht: orders, and where they meet the register.

#![allow(unused_qualifications, reason = "the derive of parameters repeats the types of the fields")]

use serde::Deserialize;
use serde_json::json;
use utoipa::IntoParams;

use super::paths::OneRegistration;
use crate::api::tags::SUPERVISION;
use crate::api::{Answer, Call, Done, Empty, Operation};
use crate::ids::{BreachReportId, SupervisionOrderId};
use crate::supervision::import::Record;
use crate::supervision::intake::{self, BreachInput, BreachRecorded, OrderRecorded};
use crate::supervision::rules::Decided;
use crate::supervision::view::{self, FindingsView, SupervisionView};

pub(super) fn operations() -> Vec<Operation> {
    vec![
        Operation::get(
            "/registrations/{registrationId}/supervision-orders",
            "listSupervisionOrders",
            "Read the supervision orders of a person",
        )
        .tag(SUPERVISION)
        .about("State, dates with their explanation, conditions and breach reports, as of today.")
        .answers(list_orders),
        Operation::get(
            "/registrations/{registrationId}/supervision-findings",
            "listSupervisionFindings",
            "See where supervision and the register meet or collide",
        )
        .tag(SUPERVISION)
        .about("For somebody to look at: nothing is stored, and nothing follows from it by itself.")
        .answers(list_findings),
        Operation::post("/supervision-orders", "recordSupervisionOrder", "Record a supervision order")
            .tag(SUPERVISION)
            .about(
                "The record that a file of the probation service holds, one at a time: `source` and `orderId` name the order \
                 for good, the person is named by chain number, and the same record sent again changes nothing. A later record \
                 takes the place of the whole order; one that is older than what is kept is refused.",
            )
            .creates(record_order)
            .example("measure", example_order()),
        Operation::post(
            "/supervision-orders/{orderId}/breach-reports",
            "reportBreach",
            "Report a breach of a supervision order",
        )
        .tag(SUPERVISION)
        .about(
            "The same `breachId` sent again, with more in it, is the same report: so it is told that the Minister was told as \
             well. A report that was decided on is not changed.",
        )
        .creates(report_breach)
        .example(
            "location",
            json!({
                "breachId": "M-2026-1", "observedOn": "2026-01-06", "observedBy": "probation", "subject": "condition",
                "condition": "h", "severity": "serious", "reportedProsecutionAt": "2026-01-06T10:00:00+01:00",
                "reportedMinisterAt": "2026-01-06T10:05:00+01:00", "advice": "warning", "text": "Gezien in het verboden gebied.",
            }),
        ),
        Operation::post(
            "/supervision-orders/{orderId}/breach-reports/{breachReportId}/decisions",
            "recordBreachDecision",
            "Record what was decided on a breach report",
        )
        .tag(SUPERVISION)
        .about("Once for each report, and only when the prosecution service was told.")
        .creates(decide_breach)
        .example("warning", json!({"on": "2026-01-09", "what": "written_warning"})),
    ]
}

/// One supervision order.
#[derive(Debug, Clone, Copy, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase")]
#[into_params(rename_all = "camelCase")]
struct OneOrder {
    /// The order.
    #[param(inline)]
    order_id: SupervisionOrderId,
}

/// One breach report of a supervision order.
#[derive(Debug, Clone, Copy, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase")]
#[into_params(rename_all = "camelCase")]
struct OneBreach {
    /// The order.
    #[param(inline)]
    order_id: SupervisionOrderId,
    /// The report.
    #[param(inline)]
    breach_report_id: BreachReportId,
}

fn example_order() -> serde_json::Value {
    json!({
        "source": "RN", "orderId": "T-2026-1", "asOf": "2026-01-10T08:00:00+01:00", "skn": "1234567",
        "caseNumber": "05/654321-19", "court": "Rechtbank Voorbeeldstad", "organisation": "RN", "level": "2",
        "judgment": {"finalOn": "2019-06-01", "offenceOn": "2018-06-01", "offenceGroup": "listed_sexual"},
        "course": {
            "kind": "measure", "preceding": "prison", "precedingEndsOn": "2025-12-01",
            "events": [
                {"type": "execution_requested", "on": "2025-10-15", "ground": "new_offence", "adviceOn": "2025-10-01"},
                {"type": "execution_ordered", "on": "2025-12-15", "length": {"unit": "years", "n": 3}},
            ],
        },
        "conditions": [{"conditionId": "1", "code": "h", "from": "2025-12-15", "municipalities": ["0344"]}],
    })
}

async fn record_order(call: Call<Empty, Empty, Record>) -> Done<OrderRecorded> {
    let made = intake::record_order(&call.app, &call.ctx, call.body).await?;
    let place = made.registration_id.map(|id| format!("/registrations/{id}/supervision-orders"));
    Ok(Answer::new(made).at(place.unwrap_or_else(|| "/supervision-orders".to_owned())))
}

async fn report_breach(call: Call<OneOrder, Empty, BreachInput>) -> Done<BreachRecorded> {
    breach(intake::report_breach(&call.app, &call.ctx, call.path.order_id, call.body).await?)
}

async fn decide_breach(call: Call<OneBreach, Empty, Decided>) -> Done<BreachRecorded> {
    let OneBreach { order_id, breach_report_id } = call.path;
    breach(intake::decide_breach(&call.app, &call.ctx, order_id, breach_report_id, call.body).await?)
}

fn breach(made: BreachRecorded) -> Done<BreachRecorded> {
    let place = made.registration_id.map(|id| format!("/registrations/{id}/supervision-orders"));
    Ok(Answer::new(made).at(place.unwrap_or_else(|| "/supervision-orders".to_owned())))
}

async fn list_orders(call: Call<OneRegistration>) -> Done<SupervisionView> {
    let id = call.path.registration_id.find(&call.app, &call.ctx).await?;
    Ok(Answer::new(view::orders(&call.app, &call.ctx, id).await?))
}

async fn list_findings(call: Call<OneRegistration>) -> Done<FindingsView> {
    let id = call.path.registration_id.find(&call.app, &call.ctx).await?;
    Ok(Answer::new(view::findings(&call.app, &call.ctx, id).await?))
}
