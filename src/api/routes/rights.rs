//! What a person asks of the register as their right.

use serde_json::json;

use super::paths::{OneRegistration, OneRightsRequest, RightsRequestsAfter, entries};
use crate::api::tags::RIGHTS;
use crate::api::{Answer, Call, Done, Empty, Operation};
use crate::rights::complete_file::{self, CompleteFile};
use crate::rights::requests::{
    self, NewRightsRequest, RightsDecision, RightsDone, RightsExtension, RightsRequestPage, RightsRequestView,
    RightsStep,
};

pub(super) fn operations() -> Vec<Operation> {
    vec![
        Operation::get(
            "/registrations/{registrationId}/complete-file",
            "readCompleteFile",
            "Read the complete file about a person",
        )
        .tag(RIGHTS)
        .about(
            "For the person, and for the privacy officer who answers them with the purpose `data_subject_right`. What \
             somebody must look through first is counted in `heldBack` and given by the privacy officer.",
        )
        .answers(whole),
        Operation::post(
            "/registrations/{registrationId}/rights-requests",
            "askAsRight",
            "Ask something as one's right",
        )
        .tag(RIGHTS)
        .about(
            "Access to what is held back, rectification, completion, erasure, restriction or objection. The answer \
                 says by when there is a decision. Staff record a request that came by letter, with `receivedOn`.",
        )
        .creates(add)
        .example(
            "rectification",
            json!({"kind": "rectification", "about": "Mijn geboortedatum", "wanted": "Het moet 2 maart 1970 zijn."}),
        ),
        Operation::get(
            "/registrations/{registrationId}/rights-requests",
            "listRightsRequests",
            "Read what the person asked as their right, the last first",
        )
        .tag(RIGHTS)
        .answers(of_file),
        Operation::get("/rights-requests", "listWaitingRightsRequests", "List what must be decided or carried out")
            .tag(RIGHTS)
            .about("For the privacy officer, the first due first, without what the requests say.")
            .answers(waiting),
        Operation::put(
            "/registrations/{registrationId}/rights-requests/{rightsRequestId}/extension",
            "extendRightsRequest",
            "Make the term of a request longer, once, where the law knows a longer term",
        )
        .tag(RIGHTS)
        .changes(extend)
        .example("complex", json!({"reasons": "Er zijn stukken nodig van een andere organisatie."})),
        Operation::put(
            "/registrations/{registrationId}/rights-requests/{rightsRequestId}/decision",
            "decideRightsRequest",
            "Decide on a request",
        )
        .tag(RIGHTS)
        .changes(decide)
        .example("granted", json!({"outcome": "granted", "reasons": "De akte van geboorte zegt hetzelfde."}))
        .example(
            "refused",
            json!({"outcome": "refused", "grounds": ["correct"], "reasons": "De akte van geboorte zegt iets anders."}),
        ),
        Operation::put(
            "/registrations/{registrationId}/rights-requests/{rightsRequestId}/execution",
            "carryOutRightsRequest",
            "Record that what was granted was done",
        )
        .tag(RIGHTS)
        .changes(carry_out)
        .example("corrected", json!({"what": "De geboortedatum is verbeterd; de politie heeft bericht gekregen."})),
        Operation::put(
            "/registrations/{registrationId}/rights-requests/{rightsRequestId}/lifting",
            "liftRestriction",
            "Record that a restriction is over",
        )
        .tag(RIGHTS)
        .about("The person is told before it is lifted.")
        .changes(lift)
        .example("over", json!({"what": "Het is uitgezocht; de persoon heeft bericht gekregen."})),
        Operation::post(
            "/registrations/{registrationId}/rights-requests/{rightsRequestId}/withdrawals",
            "withdrawRightsRequest",
            "Take back what one asked",
        )
        .tag(RIGHTS)
        .changes(withdraw),
    ]
}

async fn whole(call: Call<OneRegistration>) -> Done<CompleteFile> {
    let id = call.path.registration_id.find(&call.app, &call.ctx).await?;
    Ok(Answer::new(complete_file::read(&call.app, &call.ctx, id).await?))
}

async fn add(call: Call<OneRegistration, Empty, NewRightsRequest>) -> Done<RightsRequestView> {
    let id = call.path.registration_id.find(&call.app, &call.ctx).await?;
    let made = requests::add(&call.app, &call.ctx, id, call.body).await?;
    let version = made.version;
    Ok(Answer::new(made).at(format!("/registrations/{id}/rights-requests")).version(version))
}

async fn of_file(call: Call<OneRegistration, RightsRequestsAfter>) -> Done<RightsRequestPage> {
    let id = call.path.registration_id.find(&call.app, &call.ctx).await?;
    let page = requests::of_file(&call.app, &call.ctx, id, call.query.after, entries(call.query.limit)).await?;
    let next = page.next.map(|id| id.to_string());
    Ok(Answer::new(page).next(next))
}

async fn waiting(call: Call<Empty, RightsRequestsAfter>) -> Done<RightsRequestPage> {
    let page = requests::waiting(&call.app, &call.ctx, call.query.after, entries(call.query.limit)).await?;
    let next = page.next.map(|id| id.to_string());
    Ok(Answer::new(page).next(next))
}

async fn stepped<B>(call: Call<OneRightsRequest, Empty, B>, step: fn(B) -> RightsStep) -> Done<RightsRequestView> {
    let id = call.path.registration_id.find(&call.app, &call.ctx).await?;
    let (request, known) = (call.path.rights_request_id, call.if_match.unwrap_or_default());
    let done = requests::step(&call.app, &call.ctx, id, request, known, step(call.body)).await?;
    let version = done.version;
    Ok(Answer::new(done).version(version))
}

async fn extend(call: Call<OneRightsRequest, Empty, RightsExtension>) -> Done<RightsRequestView> {
    stepped(call, RightsStep::Extend).await
}

async fn decide(call: Call<OneRightsRequest, Empty, RightsDecision>) -> Done<RightsRequestView> {
    stepped(call, RightsStep::Decide).await
}

async fn carry_out(call: Call<OneRightsRequest, Empty, RightsDone>) -> Done<RightsRequestView> {
    stepped(call, RightsStep::CarryOut).await
}

async fn lift(call: Call<OneRightsRequest, Empty, RightsDone>) -> Done<RightsRequestView> {
    stepped(call, RightsStep::Lift).await
}

async fn withdraw(call: Call<OneRightsRequest>) -> Done<RightsRequestView> {
    stepped(call, |_| RightsStep::Withdraw).await
}
