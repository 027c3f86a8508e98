//! What officials establish about a person, and corrections.

use super::examples;
use super::paths::{OneFact, OneRegistration};
use crate::api::tags::FACTS;
use crate::api::{Answer, Call, Done, Empty, Operation};
use crate::register::conviction::{self, ConvictionInput, DecisionInput};
use crate::register::custody::{self, CustodyInput};
use crate::register::notice::{self, NoticeInput};
use crate::register::record::{self, Correction, FactAnswer};
use crate::register::view::{self, FactList};
use serde_json::json;

pub(super) fn operations() -> Vec<Operation> {
    vec![
        Operation::get("/registrations/{registrationId}/facts", "listFacts", "List the facts of a registration")
            .tag(FACTS)
            .answers(list),
        Operation::post(
            "/registrations/{registrationId}/facts/{factId}/corrections",
            "correctFact",
            "Correct a fact by a new one",
        )
        .tag(FACTS)
        .creates(correct)
        .example(
            "otherDay",
            json!({"reason": "Datum verkeerd overgenomen", "replacement": {"type": "otherDay", "on": "2026-01-05"}}),
        ),
        Operation::post("/registrations/{registrationId}/convictions", "addConviction", "Add a conviction")
            .tag(FACTS)
            .creates(add_conviction)
            .example("imprisonment", examples::conviction()),
        Operation::post(
            "/registrations/{registrationId}/convictions/{factId}/decisions",
            "decideConviction",
            "Record a later decision on a conviction",
        )
        .tag(FACTS)
        .creates(decide_conviction)
        .example("quashed", json!({"type": "quashed", "on": "2026-01-12"}))
        .example("varied", json!({"type": "varied", "on": "2026-01-12", "sentences": [{"kind": "fine"}]})),
        Operation::post("/registrations/{registrationId}/custody-periods", "addCustody", "Record a spell of custody")
            .tag(FACTS)
            .creates(add_custody)
            .example("remand", json!({"kind": "remand", "from": "2026-01-05"})),
        Operation::post("/registrations/{registrationId}/notices", "addNotice", "Record what an official established")
            .tag(FACTS)
            .creates(add_notice)
            .example("noHome", json!({"type": "noHomeNotice", "on": "2026-01-05"})),
    ]
}

fn made(fact: FactAnswer, registration: crate::ids::RegistrationId) -> Done<FactAnswer> {
    Ok(Answer::new(fact).at(format!("/registrations/{registration}/facts")))
}

async fn list(call: Call<OneRegistration>) -> Done<FactList> {
    let id = call.path.registration_id.find(&call.app, &call.ctx).await?;
    Ok(Answer::new(view::facts(&call.app, &call.ctx, id).await?))
}

async fn correct(call: Call<OneFact, Empty, Correction>) -> Done<FactAnswer> {
    let id = call.path.registration_id.find(&call.app, &call.ctx).await?;
    made(record::correct(&call.app, &call.ctx, id, call.path.fact_id, call.body).await?, id)
}

async fn add_conviction(call: Call<OneRegistration, Empty, ConvictionInput>) -> Done<FactAnswer> {
    let id = call.path.registration_id.find(&call.app, &call.ctx).await?;
    made(conviction::add(&call.app, &call.ctx, id, call.body).await?, id)
}

async fn decide_conviction(call: Call<OneFact, Empty, DecisionInput>) -> Done<FactAnswer> {
    let id = call.path.registration_id.find(&call.app, &call.ctx).await?;
    made(conviction::decide(&call.app, &call.ctx, id, call.path.fact_id, call.body).await?, id)
}

async fn add_custody(call: Call<OneRegistration, Empty, CustodyInput>) -> Done<FactAnswer> {
    let id = call.path.registration_id.find(&call.app, &call.ctx).await?;
    made(custody::add(&call.app, &call.ctx, id, call.body).await?, id)
}

async fn add_notice(call: Call<OneRegistration, Empty, NoticeInput>) -> Done<FactAnswer> {
    let id = call.path.registration_id.find(&call.app, &call.ctx).await?;
    made(notice::add(&call.app, &call.ctx, id, call.body).await?, id)
}
