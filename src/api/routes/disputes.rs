//! Disputes about facts, the decisions on them, and appeals.

use serde_json::json;

use super::paths::{OneDispute, OneRegistration};
use crate::api::tags::REVIEW;
use crate::api::{Answer, Call, Done, Empty, Operation};
use crate::register::review::Reason;
use crate::register::review::dispute::{self, DisputeInput, DisputeList, DisputeVerdict, DisputeView};

pub(super) fn operations() -> Vec<Operation> {
    vec![
        Operation::get("/registrations/{registrationId}/disputes", "listDisputes", "List disputes about facts")
            .tag(REVIEW)
            .answers(list),
        Operation::post("/registrations/{registrationId}/disputes", "disputeFact", "Dispute a fact")
            .tag(REVIEW)
            .about("By the person, or an officer for them. Flags that rest on the fact stand still until it is decided.")
            .creates(raise)
            .example(
                "moved",
                json!({"factId": "0190b7a2-6c1e-7d5a-9c43-2f6f0f0b1c11", "reason": "Ik ben niet op 5 januari verhuisd."}),
            ),
        Operation::post(
            "/registrations/{registrationId}/disputes/{disputeId}/decisions",
            "decideDispute",
            "Decide on a dispute or an appeal",
        )
        .tag(REVIEW)
        .about("By an official who is named; on an appeal by another than the one who rejected the dispute.")
        .changes(decide)
        .example("rejected", json!({"uphold": false, "reason": "De verhuizing staat in het bevolkingsregister."})),
        Operation::post(
            "/registrations/{registrationId}/disputes/{disputeId}/appeals",
            "appealDispute",
            "Appeal against the rejection of a dispute",
        )
        .tag(REVIEW)
        .changes(appeal)
        .example("again", json!({"reason": "Het bevolkingsregister loopt achter."})),
    ]
}

async fn list(call: Call<OneRegistration>) -> Done<DisputeList> {
    let id = call.path.registration_id.find(&call.app, &call.ctx).await?;
    Ok(Answer::new(dispute::list(&call.app, &call.ctx, id).await?))
}

async fn raise(call: Call<OneRegistration, Empty, DisputeInput>) -> Done<DisputeView> {
    let id = call.path.registration_id.find(&call.app, &call.ctx).await?;
    let made = dispute::raise(&call.app, &call.ctx, id, call.body).await?;
    let version = made.version;
    Ok(Answer::new(made).version(version).at(format!("/registrations/{id}/disputes")))
}

async fn decide(call: Call<OneDispute, Empty, DisputeVerdict>) -> Done<DisputeView> {
    let id = call.path.registration_id.find(&call.app, &call.ctx).await?;
    let version = call.if_match.unwrap_or_default();
    let done = dispute::decide(&call.app, &call.ctx, id, call.path.dispute_id, version, call.body).await?;
    let version = done.version;
    Ok(Answer::new(done).version(version))
}

async fn appeal(call: Call<OneDispute, Empty, Reason>) -> Done<DisputeView> {
    let id = call.path.registration_id.find(&call.app, &call.ctx).await?;
    let version = call.if_match.unwrap_or_default();
    let done = dispute::appeal(&call.app, &call.ctx, id, call.path.dispute_id, version, call.body).await?;
    let version = done.version;
    Ok(Answer::new(done).version(version))
}
