//! Requests for help.

use serde_json::json;

use crate::api::routes::paths::{MeasuresAfter, OneHelpRequest, OneRegistration, entries};
use crate::api::tags::MEASURES;
use crate::api::{Answer, Call, Done, Empty, Operation};
use crate::measures::help::{self, HelpEnd, HelpRequestPage, HelpRequestView, NewHelpRequest};

pub(super) fn operations() -> Vec<Operation> {
    vec![
        Operation::post("/registrations/{registrationId}/help-requests", "askForHelp", "Ask to be put in touch with help")
            .tag(MEASURES)
            .about(
                "Private to the registrant and the helper: no officer sees it, it stands in no timeline and counts for no duty.",
            )
            .creates(add)
            .example("stopItNow", json!({"provider": "stop_it_now", "reachableAt": "06 12345678, na 18 uur"})),
        Operation::get(
            "/registrations/{registrationId}/help-requests",
            "listHelpRequests",
            "Read one's own requests for help",
        )
        .tag(MEASURES)
        .about("For the registrant, and for the helper.")
        .answers(of_file),
        Operation::get("/help-requests", "listWaitingHelpRequests", "List the requests for help that wait")
            .tag(MEASURES)
            .about("For the helper: the privacy officer, who stands outside supervision. Without what they say.")
            .answers(waiting),
        Operation::post(
            "/registrations/{registrationId}/help-requests/{helpRequestId}/referrals",
            "passHelpRequestOn",
            "Say that a request for help was passed on",
        )
        .tag(MEASURES)
        .changes(pass_on),
        Operation::post(
            "/registrations/{registrationId}/help-requests/{helpRequestId}/withdrawals",
            "withdrawHelpRequest",
            "Take a request for help back",
        )
        .tag(MEASURES)
        .changes(withdraw),
    ]
}

async fn add(call: Call<OneRegistration, Empty, NewHelpRequest>) -> Done<HelpRequestView> {
    let id = call.path.registration_id.find(&call.app, &call.ctx).await?;
    let made = help::add(&call.app, &call.ctx, id, call.body).await?;
    let version = made.version;
    Ok(Answer::new(made).at(format!("/registrations/{id}/help-requests")).version(version))
}

async fn of_file(call: Call<OneRegistration, MeasuresAfter>) -> Done<HelpRequestPage> {
    let id = call.path.registration_id.find(&call.app, &call.ctx).await?;
    let page = help::of_file(&call.app, &call.ctx, id, call.query.after, entries(call.query.limit)).await?;
    let next = page.next.map(|id| id.to_string());
    Ok(Answer::new(page).next(next))
}

async fn waiting(call: Call<Empty, MeasuresAfter>) -> Done<HelpRequestPage> {
    let page = help::waiting(&call.app, &call.ctx, call.query.after, entries(call.query.limit)).await?;
    let next = page.next.map(|id| id.to_string());
    Ok(Answer::new(page).next(next))
}

async fn ended(call: Call<OneHelpRequest>, end: HelpEnd) -> Done<HelpRequestView> {
    let id = call.path.registration_id.find(&call.app, &call.ctx).await?;
    let (request, known) = (call.path.help_request_id, call.if_match.unwrap_or_default());
    let done = help::end(&call.app, &call.ctx, id, request, known, end).await?;
    let version = done.version;
    Ok(Answer::new(done).version(version))
}

async fn pass_on(call: Call<OneHelpRequest>) -> Done<HelpRequestView> {
    ended(call, HelpEnd::PassedOn).await
}

async fn withdraw(call: Call<OneHelpRequest>) -> Done<HelpRequestView> {
    ended(call, HelpEnd::Withdrawn).await
}
