//! The review of flags: each step names the version of the flag it was decided on.

use super::paths::OneFlag;
use crate::access::Ctx;
use crate::api::tags::REVIEW;
use crate::api::{Answer, Call, Done, Empty, Operation};
use crate::app::App;
use crate::ids::FlagId;
use crate::register::Refusal;
use crate::register::review::{self, AuthorityDecisionInput, FlagStory, Proposal, Reason, Snooze, Verdict};
use crate::register::view::FlagSummary;
use serde_json::json;

pub(super) fn operations() -> Vec<Operation> {
    let because = || json!({"reason": "Gebeld op 14 januari, geen gehoor."});
    vec![
        Operation::get("/flags/{flagId}/steps", "listFlagSteps", "Read what happened to a flag")
            .tag(REVIEW)
            .answers(story),
        Operation::post("/flags/{flagId}/reviews", "takeUpFlag", "Take a flag up").tag(REVIEW).changes(take_up),
        Operation::post("/flags/{flagId}/evidence-requests", "awaitEvidence", "Wait for evidence")
            .tag(REVIEW)
            .changes(await_evidence)
            .example("asked", json!({"reason": "Ontslagbrief gevraagd aan het ziekenhuis."})),
        Operation::post("/flags/{flagId}/evidence-receipts", "receiveEvidence", "Go on with the evidence that came")
            .tag(REVIEW)
            .changes(receive_evidence)
            .example("came", json!({"reason": "Ontslagbrief ontvangen."})),
        Operation::post("/flags/{flagId}/proposals", "proposeOutcome", "Propose an outcome")
            .tag(REVIEW)
            .about("The human raising of a flag. Whoever proposes does not decide.")
            .changes(propose)
            .example("warning", json!({"outcome": {"type": "warning"}, "reason": "Twee dagen te laat, eerste keer."}))
            .example(
                "excuse",
                json!({"outcome": {"type": "acceptableExcuse", "excuse": "illness", "evidence": "Ontslagbrief"},
                    "reason": "Lag op de laatste dag in het ziekenhuis."}),
            ),
        Operation::post("/flags/{flagId}/decisions", "decideFlag", "Confirm a proposal or send it back")
            .tag(REVIEW)
            .about("By another person than whoever proposed. A confirmed referral goes to the authorities at once.")
            .changes(decide)
            .example("confirm", json!({"confirm": true, "reason": "Het bewijs is volledig."})),
        Operation::post("/flags/{flagId}/acknowledgements", "acknowledgeReferral", "Acknowledge a referral")
            .tag(REVIEW)
            .about("For the authority of the caller's role. The flag is acknowledged when every authority did.")
            .changes(acknowledge),
        Operation::post("/flags/{flagId}/authority-decisions", "recordAuthorityDecision", "Tell what was decided")
            .tag(REVIEW)
            .about("By the authority itself; also after the flag was closed.")
            .changes(answer)
            .example("noAction", json!({"outcome": "no_action", "decidedOn": "2026-01-19"})),
        Operation::post("/flags/{flagId}/closures", "closeFlag", "Close a flag")
            .tag(REVIEW)
            .changes(close)
            .example("told", because()),
        Operation::post("/flags/{flagId}/reopenings", "reopenFlag", "Take a closed flag up again")
            .tag(REVIEW)
            .changes(reopen)
            .example("newEvidence", json!({"reason": "Nieuw bewijs."})),
        Operation::put("/flags/{flagId}/snooze", "snoozeFlag", "Put a flag away until a day")
            .tag(REVIEW)
            .about("It is hidden from worklists; its term runs on and no figure changes. Without a day it comes back.")
            .changes(snooze)
            .example("friday", json!({"until": "2026-01-16", "reason": "Wacht op terugbelverzoek."})),
    ]
}

type Step<B = Empty> = Call<OneFlag, Empty, B>;

impl<B> Step<B> {
    fn named(&self) -> (&App, &Ctx, FlagId, i64) {
        (&self.app, &self.ctx, self.path.flag_id, self.if_match.unwrap_or_default())
    }
}

fn moved(flag: Result<FlagSummary, Refusal>) -> Done<FlagSummary> {
    let flag = flag?;
    Ok(Answer::new(flag).version(flag.version))
}

async fn story(call: Step) -> Done<FlagStory> {
    let told = review::story(&call.app, &call.ctx, call.path.flag_id).await?;
    let version = told.flag.version;
    Ok(Answer::new(told).version(version))
}

async fn take_up(call: Step) -> Done<FlagSummary> {
    let (app, ctx, flag, version) = call.named();
    moved(review::take_up(app, ctx, flag, version).await)
}

async fn await_evidence(call: Step<Reason>) -> Done<FlagSummary> {
    let (app, ctx, flag, version) = call.named();
    moved(review::await_evidence(app, ctx, flag, version, call.body.clone()).await)
}

async fn receive_evidence(call: Step<Reason>) -> Done<FlagSummary> {
    let (app, ctx, flag, version) = call.named();
    moved(review::receive_evidence(app, ctx, flag, version, call.body.clone()).await)
}

async fn propose(call: Step<Proposal>) -> Done<FlagSummary> {
    let (app, ctx, flag, version) = call.named();
    moved(review::propose(app, ctx, flag, version, call.body.clone()).await)
}

async fn decide(call: Step<Verdict>) -> Done<FlagSummary> {
    let (app, ctx, flag, version) = call.named();
    moved(review::decide(app, ctx, flag, version, call.body.clone()).await)
}

async fn acknowledge(call: Step) -> Done<FlagSummary> {
    let (app, ctx, flag, version) = call.named();
    moved(review::acknowledge(app, ctx, flag, version).await)
}

async fn answer(call: Step<AuthorityDecisionInput>) -> Done<FlagSummary> {
    let (app, ctx, flag, version) = call.named();
    moved(review::answer(app, ctx, flag, version, call.body.clone()).await)
}

async fn close(call: Step<Reason>) -> Done<FlagSummary> {
    let (app, ctx, flag, version) = call.named();
    moved(review::close(app, ctx, flag, version, call.body.clone()).await)
}

async fn reopen(call: Step<Reason>) -> Done<FlagSummary> {
    let (app, ctx, flag, version) = call.named();
    moved(review::reopen(app, ctx, flag, version, call.body.clone()).await)
}

async fn snooze(call: Step<Snooze>) -> Done<FlagSummary> {
    let (app, ctx, flag, version) = call.named();
    moved(review::snooze(app, ctx, flag, version, call.body.clone()).await)
}
