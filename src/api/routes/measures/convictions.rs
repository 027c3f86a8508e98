//! Convictions from abroad, and requests for convictions.

use serde_json::json;

use crate::api::routes::paths::{MeasuresAfter, OneEcrisRequest, OneForeignConviction, OneRegistration, entries};
use crate::api::tags::MEASURES;
use crate::api::{Answer, Call, Done, Empty, Operation};
use crate::measures::convictions::{
    self, Correction, Deletion, ForeignConvictionPage, ForeignConvictionView, Informed, NewForeignConviction, Supply,
    SupplyView, Verify,
};
use crate::measures::requests::{self, EcrisRequestPage, EcrisRequestView, NewEcrisRequest, OnDay, RequestStep};

pub(super) fn operations() -> Vec<Operation> {
    [records(), follow(), requests_()].into_iter().flatten().collect()
}

fn records() -> Vec<Operation> {
    vec![
        Operation::post(
            "/registrations/{registrationId}/foreign-convictions",
            "addForeignConviction",
            "Record a conviction from abroad",
        )
        .tag(MEASURES)
        .about(
            "What an ECRIS notice says of a Dutch national comes in; what was supplied for screening or for criminal \
             proceedings does not (403 `purpose_refused`), and ECRIS-TCN is not in operation (403 `not_available`): neither is \
             kept, and both stand in the audit. What a person or a liaison officer tells is kept unverified and carries \
             nothing until a second person verifies it.",
        )
        .creates(add)
        .example("selfDeclared", of_channel("self_declared", "De betrokkene"))
        .example("liaisonOfficer", of_channel("liaison_officer", "Liaison Manila")),
        Operation::get(
            "/registrations/{registrationId}/foreign-convictions",
            "listForeignConvictions",
            "Read the convictions from abroad of a file",
        )
        .tag(MEASURES)
        .answers(list),
        Operation::get(
            "/registrations/{registrationId}/foreign-convictions/{foreignConvictionId}",
            "readForeignConviction",
            "Open a conviction from abroad",
        )
        .tag(MEASURES)
        .answers(read),
    ]
}

fn of_channel(channel: &str, provenance: &str) -> serde_json::Value {
    json!({"channel": channel, "receivedOn": "2026-01-12", "country": "PH", "judgmentOn": "2015-02-02",
        "offence": {"classified": {"system": "dutch", "article": "245"}, "committedOn": "2014-06-01"},
        "provenance": provenance, "particulars": "Rechtbank Manila, vier jaar gevangenisstraf"})
}

fn follow() -> Vec<Operation> {
    vec![
        Operation::post(
            "/registrations/{registrationId}/foreign-convictions/{foreignConvictionId}/verifications",
            "verifyForeignConviction",
            "Verify a conviction that was only told",
        )
        .tag(MEASURES)
        .about("By somebody else than whoever recorded it.")
        .changes(verify)
        .example("document", json!({"how": "court_document", "reasons": "Vonnis, gelegaliseerd, gezien op de ambassade"})),
        Operation::post(
            "/registrations/{registrationId}/foreign-convictions/{foreignConvictionId}/corrections",
            "correctForeignConviction",
            "Correct a conviction from abroad",
        )
        .tag(MEASURES)
        .about("Whoever received it in the time of after-care must be told.")
        .changes(correct)
        .example(
            "judgment",
            json!({"replacement": of_channel("self_declared", "De betrokkene"), "reasons": "Datum van het vonnis hersteld"}),
        ),
        Operation::post(
            "/registrations/{registrationId}/foreign-convictions/{foreignConvictionId}/deletions",
            "deleteForeignConviction",
            "Delete a conviction from abroad",
        )
        .tag(MEASURES)
        .changes(delete)
        .example("quashed", json!({"reasons": "Vernietigd in hoger beroep"})),
        Operation::post(
            "/registrations/{registrationId}/foreign-convictions/{foreignConvictionId}/supplies",
            "supplyForeignConviction",
            "Supply a conviction from abroad to somebody",
        )
        .tag(MEASURES)
        .about("When the law allows it; else 403 `pass_on_blocked` with every ground. The day begins a year of after-care.")
        .changes(supply)
        .example(
            "prosecution",
            json!({"to": "Openbaar Ministerie", "kind": "prosecution", "use": "supervision", "basis": "Sv art. 6:3:14",
                "met": ["human_review"]}),
        ),
        Operation::post(
            "/registrations/{registrationId}/foreign-convictions/{foreignConvictionId}/after-care",
            "informRecipient",
            "Say that a recipient was told of every change so far",
        )
        .tag(MEASURES)
        .changes(inform)
        .example("told", json!({"to": "Openbaar Ministerie"})),
    ]
}

fn requests_() -> Vec<Operation> {
    vec![
        Operation::post("/ecris-requests", "addEcrisRequest", "Record a request for convictions")
            .tag(MEASURES)
            .about(
                "Answers by which working day it is answered and what must be supplied. A request through ECRIS-TCN comes to \
                 `not_available`, one for this register to `refused`; both are recorded, and stand in the audit as refused.",
            )
            .creates(add_request)
            .example(
                "workWithChildren",
                json!({"system": "ecris", "purpose": "work_with_children", "receivedOn": "2026-01-12",
                    "authority": "Bundesamt für Justiz", "convictions":
                    [{"id": "a", "article": "245", "committedOn": "2014-06-01"}]}),
            )
            .example(
                "thirdCountry",
                json!({"system": "ecris_tcn", "purpose": "criminal_proceedings", "receivedOn": "2026-01-12",
                    "authority": "eu-LISA"}),
            ),
        Operation::get("/ecris-requests", "listEcrisRequests", "List requests for convictions, the last first")
            .tag(MEASURES)
            .answers(list_requests),
        Operation::get("/ecris-requests/{ecrisRequestId}", "readEcrisRequest", "Open a request for convictions")
            .tag(MEASURES)
            .answers(read_request),
        Operation::post(
            "/ecris-requests/{ecrisRequestId}/supplements",
            "supplementEcrisRequest",
            "Record that the identity was completed",
        )
        .tag(MEASURES)
        .about("The term begins on that day.")
        .changes(supplement)
        .example("completed", json!({"on": "2026-01-12"})),
        Operation::post("/ecris-requests/{ecrisRequestId}/answers", "answerEcrisRequest", "Record the answer to a request")
            .tag(MEASURES)
            .changes(answer)
            .example("answered", json!({"on": "2026-01-12"})),
    ]
}

async fn add(call: Call<OneRegistration, Empty, NewForeignConviction>) -> Done<ForeignConvictionView> {
    let id = call.path.registration_id.find(&call.app, &call.ctx).await?;
    let made = convictions::add(&call.app, &call.ctx, id, call.body).await?;
    let (place, version) = (format!("/registrations/{id}/foreign-convictions/{}", made.id), made.version);
    Ok(Answer::new(made).at(place).version(version))
}

async fn list(call: Call<OneRegistration, MeasuresAfter>) -> Done<ForeignConvictionPage> {
    let id = call.path.registration_id.find(&call.app, &call.ctx).await?;
    let page = convictions::list(&call.app, &call.ctx, id, call.query.after, entries(call.query.limit)).await?;
    let next = page.next.map(|id| id.to_string());
    Ok(Answer::new(page).next(next))
}

async fn read(call: Call<OneForeignConviction>) -> Done<ForeignConvictionView> {
    let id = call.path.registration_id.find(&call.app, &call.ctx).await?;
    let seen = convictions::read(&call.app, &call.ctx, id, call.path.foreign_conviction_id).await?;
    let version = seen.version;
    Ok(Answer::new(seen).version(version))
}

/// The handlers of the steps differ only in what they call.
macro_rules! step {
    ($name:ident, $body:ty) => {
        async fn $name(call: Call<OneForeignConviction, Empty, $body>) -> Done<ForeignConvictionView> {
            let id = call.path.registration_id.find(&call.app, &call.ctx).await?;
            let (record, known) = (call.path.foreign_conviction_id, call.if_match.unwrap_or_default());
            let done = convictions::$name(&call.app, &call.ctx, id, record, known, call.body).await?;
            let version = done.version;
            Ok(Answer::new(done).version(version))
        }
    };
}

step!(verify, Verify);
step!(correct, Correction);
step!(delete, Deletion);
step!(inform, Informed);

async fn supply(call: Call<OneForeignConviction, Empty, Supply>) -> Done<SupplyView> {
    let id = call.path.registration_id.find(&call.app, &call.ctx).await?;
    let (record, known) = (call.path.foreign_conviction_id, call.if_match.unwrap_or_default());
    let done = convictions::supply(&call.app, &call.ctx, id, record, known, call.body).await?;
    let version = done.record.version;
    Ok(Answer::new(done).version(version))
}

async fn add_request(call: Call<Empty, Empty, NewEcrisRequest>) -> Done<EcrisRequestView> {
    let made = requests::add(&call.app, &call.ctx, call.body).await?;
    let (place, version) = (format!("/ecris-requests/{}", made.id), made.version);
    Ok(Answer::new(made).at(place).version(version))
}

async fn list_requests(call: Call<Empty, MeasuresAfter>) -> Done<EcrisRequestPage> {
    let limit = entries(call.query.limit);
    let page = requests::list(&call.app, &call.ctx, Vec::new(), call.query.after, limit).await?;
    let next = page.next.map(|id| id.to_string());
    Ok(Answer::new(page).next(next))
}

async fn read_request(call: Call<OneEcrisRequest>) -> Done<EcrisRequestView> {
    let seen = requests::read(&call.app, &call.ctx, call.path.ecris_request_id).await?;
    let version = seen.version;
    Ok(Answer::new(seen).version(version))
}

async fn followed(call: Call<OneEcrisRequest, Empty, OnDay>, step: RequestStep) -> Done<EcrisRequestView> {
    let (id, known) = (call.path.ecris_request_id, call.if_match.unwrap_or_default());
    let done = requests::follow(&call.app, &call.ctx, id, known, step, call.body).await?;
    let version = done.version;
    Ok(Answer::new(done).version(version))
}

async fn supplement(call: Call<OneEcrisRequest, Empty, OnDay>) -> Done<EcrisRequestView> {
    followed(call, RequestStep::Supplement).await
}

async fn answer(call: Call<OneEcrisRequest, Empty, OnDay>) -> Done<EcrisRequestView> {
    followed(call, RequestStep::Answer).await
}
