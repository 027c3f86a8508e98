//! Supervision under the Wet langdurig toezicht: orders, and where they meet the register.

#![allow(unused_qualifications, reason = "the derive of parameters repeats the types of the fields")]

use serde::Deserialize;
use serde_json::json;
use utoipa::IntoParams;

use super::RegistrationRef;
use super::paths::{OneRegistration, entries};
use crate::api::tags::SUPERVISION;
use crate::api::{Answer, Call, Done, Empty, Operation};
use crate::ids::{BreachReportId, SupervisionFindingId, SupervisionOrderId};
use crate::register::around::Reason;
use crate::supervision::import::Record;
use crate::supervision::intake::{self, BreachInput, BreachRecorded, OrderRecorded};
use crate::supervision::kept::{self, KeptFinding, KeptFindingPage};
use crate::supervision::rules::Decided;
use crate::supervision::view::{self, FindingsView, SupervisionView};
use crate::vocabulary::FindingState;

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
        .about("As of today, with what is kept of it. For somebody to look at: nothing follows from it by itself.")
        .answers(list_findings),
        Operation::get("/supervision-findings", "listKeptFindings", "List what was found, to be looked at")
            .tag(SUPERVISION)
            .about(
                "What the daily cross-checks found in the files you may open: those nobody has looked at, or with `state` those \
                 that were looked at (`looked_at`) or no longer hold (`ceased`).",
            )
            .answers(list_kept),
        Operation::put(
            "/registrations/{registrationId}/supervision-findings/{supervisionFindingId}/review",
            "reviewSupervisionFinding",
            "Say that you looked at a finding",
        )
        .tag(SUPERVISION)
        .about("With what came of it. The finding is then no longer put before anybody; it is closed when it no longer holds.")
        .changes(review)
        .example("lookedAt", json!({"reason": "Besproken met de toezichthouder: de reis gaat niet door."})),
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

/// One kept finding of a file.
#[derive(Debug, Clone, Copy, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase")]
#[into_params(rename_all = "camelCase")]
struct OneFinding {
    /// The file.
    #[param(inline)]
    registration_id: RegistrationRef,
    /// The finding.
    #[param(inline)]
    supervision_finding_id: SupervisionFindingId,
}

/// Which findings.
#[derive(Debug, Clone, Copy, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase")]
#[into_params(rename_all = "camelCase")]
struct Wanted {
    /// Where they stand; `open` when absent.
    #[serde(default)]
    #[param(inline)]
    state: Option<FindingState>,
    /// `next` of the page before.
    #[serde(default)]
    #[param(inline)]
    after: Option<SupervisionFindingId>,
    /// Entries on a page; 50 when absent.
    #[serde(default)]
    #[param(minimum = 1, maximum = 100)]
    limit: Option<i64>,
}

async fn list_kept(call: Call<Empty, Wanted>) -> Done<KeptFindingPage> {
    let Wanted { state, after, limit } = call.query;
    let page = kept::list(&call.app, &call.ctx, state.unwrap_or(FindingState::Open), after, entries(limit)).await?;
    let next = page.next.map(|id| id.to_string());
    Ok(Answer::new(page).next(next))
}

async fn review(call: Call<OneFinding, Empty, Reason>) -> Done<KeptFinding> {
    let id = call.path.registration_id.find(&call.app, &call.ctx).await?;
    let (finding, known) = (call.path.supervision_finding_id, call.if_match.unwrap_or_default());
    let done = kept::review(&call.app, &call.ctx, id, finding, known, call.body).await?;
    let version = done.version;
    Ok(Answer::new(done).version(version))
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
