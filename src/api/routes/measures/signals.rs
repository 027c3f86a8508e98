//! Signals.

#![allow(unused_qualifications, reason = "the derive of parameters repeats the types of the fields")]

use serde::Deserialize;
use serde_json::json;
use utoipa::{IntoParams, ToSchema};

use crate::api::routes::paths::{MeasuresAfter, OneRegistration, OneSignal, entries};
use crate::api::tags::MEASURES;
use crate::api::{Answer, Call, Done, Empty, Operation};
use crate::ids::MeasureId;
use crate::measures::signals::{
    self, CloseSignal, DemandReporter, MatchSignal, NewSignal, SignalPage, SignalReasons, SignalReceipt, SignalStep,
    SignalView, take_step,
};

pub(super) fn operations() -> Vec<Operation> {
    [intake(), steps()].into_iter().flatten().collect()
}

fn intake() -> Vec<Operation> {
    vec![
        Operation::post("/signals", "receiveSignal", "Take a signal in")
            .tag(MEASURES)
            .about(
                "From the public hotline, the police, a liaison officer or a partner in the chain. A signal is no fact: it \
                 enters no file by itself. Who reported is kept apart from what was reported.",
            )
            .creates(receive)
            .example(
                "hotline",
                json!({"origin": "hotline", "text": "Zou begeleider zijn bij een jeugdkamp.", "reporter":
                    {"as": "intermediary", "intermediary": "Meldpunt", "reference": "M-2026-14"}}),
            )
            .example(
                "anonymous",
                json!({"origin": "police", "receivedOn": "2026-01-12", "text": "Gezien op Schiphol.",
                    "reporter": {"as": "anonymous"}}),
            ),
        Operation::get("/signals", "listSignals", "List signals, the last received first")
            .tag(MEASURES)
            .about("For the desk, without what they say.")
            .answers(list),
        Operation::get("/signals/{signalId}", "readSignal", "Open a signal")
            .tag(MEASURES)
            .about(
                "What was reported, and of who reported what the reader may know: the desk, and a prosecutor who demanded it; \
                 nobody else, whatever else they may read.",
            )
            .answers(read),
        Operation::get(
            "/registrations/{registrationId}/signals",
            "listMatchedSignals",
            "List the signals that a person matched to a file",
        )
        .tag(MEASURES)
        .answers(of_file),
    ]
}

fn steps() -> Vec<Operation> {
    let because = || json!({"reasons": "Gebeld met de intermediair"});
    vec![
        Operation::post("/signals/{signalId}/triage", "takeUpSignal", "Take a signal up")
            .tag(MEASURES)
            .about("Within the term of triage, in working days.")
            .changes(take_up),
        Operation::post("/signals/{signalId}/matches", "matchSignal", "Match a signal to a registration")
            .tag(MEASURES)
            .about("Only a person does, with what the match rests on.")
            .changes(match_)
            .example(
                "found",
                json!({"registrationId": "0190b7a2-6c1e-7d5a-9c43-2f6f0f0b1c11", "reasons": "Naam en geboortedatum"}),
            ),
        Operation::post("/signals/{signalId}/match-withdrawals", "unmatchSignal", "Undo a match")
            .tag(MEASURES)
            .changes(unmatch)
            .example("mistake", because()),
        Operation::post("/signals/{signalId}/closures", "closeSignal", "Close a signal")
            .tag(MEASURES)
            .about("What was found unfounded is not kept with a registration.")
            .changes(close)
            .example("nothing", json!({"reason": "nothing_to_do", "reasons": "Geen aanknopingspunt"})),
        Operation::post("/signals/{signalId}/reopenings", "reopenSignal", "Open a closed signal again")
            .tag(MEASURES)
            .changes(reopen)
            .example("new", because()),
        Operation::post(
            "/signals/{signalId}/anonymity",
            "forgetReporter",
            "Forget who reported, because they asked to be unknown",
        )
        .tag(MEASURES)
        .about("The identity is erased; it cannot be demanded afterwards.")
        .changes(forget),
        Operation::post(
            "/signals/{signalId}/identity-demands",
            "demandReporter",
            "Demand to know who reported, under a provision",
        )
        .tag(MEASURES)
        .about("For a prosecutor, who sees the identity from then on.")
        .changes(demand)
        .example("demand", json!({"provision": "Sv art. 126nd"})),
    ]
}

async fn receive(call: Call<Empty, Empty, NewSignal>) -> Done<SignalReceipt> {
    let made = signals::receive(&call.app, &call.ctx, call.body).await?;
    let (place, version) = (format!("/signals/{}", made.id), made.version);
    Ok(Answer::new(made).at(place).version(version))
}

/// Where a signal can stand, for lists.
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum Standing {
    /// Nobody took it up.
    Received,
    /// A person looks at it.
    InTriage,
    /// Matched to a registration.
    Matched,
    /// Closed.
    Closed,
    /// Locked.
    Removed,
    /// Destroyed.
    Destroyed,
}

impl Standing {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Received => "received",
            Self::InTriage => "in_triage",
            Self::Matched => "matched",
            Self::Closed => "closed",
            Self::Removed => "removed",
            Self::Destroyed => "destroyed",
        }
    }
}

/// A page of signals.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase")]
#[into_params(rename_all = "camelCase")]
struct Signals {
    /// Only in this state; in any when absent.
    #[serde(default)]
    #[param(inline)]
    state: Option<Standing>,
    /// `next` of the page before.
    #[serde(default)]
    #[param(inline)]
    after: Option<MeasureId>,
    /// Entries on a page; 50 when absent.
    #[serde(default)]
    #[param(minimum = 1, maximum = 100)]
    limit: Option<i64>,
}

async fn list(call: Call<Empty, Signals>) -> Done<SignalPage> {
    let states = call.query.state.map(|state| state.as_str().to_owned()).into_iter().collect();
    let limit = entries(call.query.limit);
    let page = signals::list(&call.app, &call.ctx, states, call.query.after, limit).await?;
    let next = page.next.map(|id| id.to_string());
    Ok(Answer::new(page).next(next))
}

async fn read(call: Call<OneSignal>) -> Done<SignalView> {
    let seen = signals::read(&call.app, &call.ctx, call.path.signal_id).await?;
    let version = seen.version;
    Ok(Answer::new(seen).version(version))
}

async fn of_file(call: Call<OneRegistration, MeasuresAfter>) -> Done<SignalPage> {
    let id = call.path.registration_id.find(&call.app, &call.ctx).await?;
    let page = signals::of_file(&call.app, &call.ctx, id, call.query.after, entries(call.query.limit)).await?;
    let next = page.next.map(|id| id.to_string());
    Ok(Answer::new(page).next(next))
}

async fn step<B>(call: Call<OneSignal, Empty, B>, step: impl FnOnce(B) -> SignalStep) -> Done<SignalView> {
    let known = call.if_match.unwrap_or_default();
    let done = take_step(&call.app, &call.ctx, call.path.signal_id, known, step(call.body)).await?;
    let version = done.version;
    Ok(Answer::new(done).version(version))
}

async fn take_up(call: Call<OneSignal>) -> Done<SignalView> {
    step(call, |_| SignalStep::TakeUp).await
}

async fn match_(call: Call<OneSignal, Empty, MatchSignal>) -> Done<SignalView> {
    step(call, SignalStep::Match).await
}

async fn unmatch(call: Call<OneSignal, Empty, SignalReasons>) -> Done<SignalView> {
    step(call, SignalStep::Unmatch).await
}

async fn close(call: Call<OneSignal, Empty, CloseSignal>) -> Done<SignalView> {
    step(call, SignalStep::Close).await
}

async fn reopen(call: Call<OneSignal, Empty, SignalReasons>) -> Done<SignalView> {
    step(call, SignalStep::Reopen).await
}

async fn forget(call: Call<OneSignal>) -> Done<SignalView> {
    step(call, |_| SignalStep::ForgetReporter).await
}

async fn demand(call: Call<OneSignal, Empty, DemandReporter>) -> Done<SignalView> {
    step(call, SignalStep::DemandReporter).await
}
