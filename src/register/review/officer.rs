//! What the officer in charge of a flag does with it. Each takes the version of the flag the officer has read.

use chrono::{Days, NaiveDate};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::case::{Note, Reason, step, words_fault};
use super::life::{NotNow, Step};
use super::outcome::Proposal;
use crate::access::{Action, Ctx};
use crate::app::App;
use crate::ids::FlagId;
use crate::register::view::FlagSummary;
use crate::register::{FieldError, Refusal};
use crate::vocabulary::{FlagState, FlagStepKind};

/// Takes up what the machine raised.
///
/// # Errors
/// `taken_up_already`; what every step can meet, see [`step`].
pub async fn take_up(app: &App, ctx: &Ctx, flag: FlagId, version: i64) -> Result<FlagSummary, Refusal> {
    step(app, ctx, Action::FlagReview, flag, version, |case, _| {
        case.advance(Step::TakeUp, FlagStepKind::TakenUp, Note::default())
    })
    .await
}

/// Waits for something that was asked of somebody; the reason says what and of whom.
///
/// # Errors
/// `not_taken_up`, `awaited_already`, `waits_for_decision`, `decided_already`.
pub async fn await_evidence(
    app: &App,
    ctx: &Ctx,
    flag: FlagId,
    version: i64,
    reason: Reason,
) -> Result<FlagSummary, Refusal> {
    reasoned(app, ctx, Action::FlagReview, flag, version, reason, Step::AwaitEvidence, FlagStepKind::EvidenceAwaited)
        .await
}

/// Goes on: what was waited for came, or will not come.
///
/// # Errors
/// `nothing_awaited`.
pub async fn receive_evidence(
    app: &App,
    ctx: &Ctx,
    flag: FlagId,
    version: i64,
    reason: Reason,
) -> Result<FlagSummary, Refusal> {
    let kind = FlagStepKind::EvidenceReceived;
    reasoned(app, ctx, Action::FlagReview, flag, version, reason, Step::ReceiveEvidence, kind).await
}

/// Proposes an outcome: the human raising of the flag. Somebody else decides.
///
/// # Errors
/// [`Refusal::Invalid`] when what it rests on is not in the file; `under_dispute`, `disputed_fact`, `not_taken_up`,
/// `waits_for_decision`, `decided_already`.
pub async fn propose(
    app: &App,
    ctx: &Ctx,
    flag: FlagId,
    version: i64,
    proposal: Proposal,
) -> Result<FlagSummary, Refusal> {
    let by = ctx.actor.account;
    step(app, ctx, Action::FlagRaise, flag, version, move |case, conn| {
        let note = proposal.note(case, conn)?;
        case.advance(Step::Propose(proposal.outcome.word(), by), FlagStepKind::Proposed, note)
    })
    .await
}

/// Closes a flag whose outcome is carried out: the person was told, or the authorities answered.
///
/// # Errors
/// `not_decided`, `not_acknowledged`, `no_answer`, `flag_closed`.
pub async fn close(app: &App, ctx: &Ctx, flag: FlagId, version: i64, reason: Reason) -> Result<FlagSummary, Refusal> {
    reasoned(app, ctx, Action::FlagClose, flag, version, reason, Step::Close, FlagStepKind::Closed).await
}

/// Takes a closed flag up again; its outcome no longer stands.
///
/// # Errors
/// `flag_not_closed`.
pub async fn reopen(app: &App, ctx: &Ctx, flag: FlagId, version: i64, reason: Reason) -> Result<FlagSummary, Refusal> {
    reasoned(app, ctx, Action::FlagReopen, flag, version, reason, Step::Reopen, FlagStepKind::Reopened).await
}

/// Until when a flag is put away.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Snooze {
    /// The day on which it comes back; absent to bring it back now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<NaiveDate>,
    /// Why.
    #[schema(min_length = 3, max_length = 2_000)]
    pub reason: String,
}

/// Hides a flag from worklists until a day. Its term runs on, and no figure changes.
///
/// # Errors
/// [`Refusal::Invalid`] when the day lies outside what policy allows; `flag_closed`.
pub async fn snooze(app: &App, ctx: &Ctx, flag: FlagId, version: i64, snooze: Snooze) -> Result<FlagSummary, Refusal> {
    let policy = app.review.clone();
    step(app, ctx, Action::FlagSnooze, flag, version, move |case, _| {
        if case.flag.state == FlagState::Closed {
            return Err(NotNow::Closed.into());
        }
        let today = case.today();
        let most = policy.most_snoozed_days(today);
        let mut faults: Vec<FieldError> = words_fault("/reason", &snooze.reason).into_iter().collect();
        faults.extend(snooze.until.and_then(|until| away_fault(until, today, most)));
        Refusal::unless_empty(faults)?;
        case.flag.snoozed_until = snooze.until;
        case.note(FlagStepKind::Snoozed, Note::because(&snooze.reason))
    })
    .await
}

fn away_fault(until: NaiveDate, today: NaiveDate, most: u32) -> Option<FieldError> {
    let last = today.checked_add_days(Days::new(most.into())).unwrap_or(today);
    (until <= today || until > last).then(|| {
        let detail = format!("Choose a day after today and at most {most} days ahead.");
        FieldError::new("/until", "out_of_range", detail)
    })
}

#[expect(clippy::too_many_arguments, reason = "everything one step is made of")]
async fn reasoned(
    app: &App,
    ctx: &Ctx,
    action: Action,
    flag: FlagId,
    version: i64,
    reason: Reason,
    machine: Step,
    kind: FlagStepKind,
) -> Result<FlagSummary, Refusal> {
    step(app, ctx, action, flag, version, move |case, _| {
        Refusal::unless_empty(words_fault("/reason", &reason.reason).into_iter().collect())?;
        case.advance(machine, kind, Note::because(&reason.reason))
    })
    .await
}
