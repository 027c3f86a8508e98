//! The second person: confirms what somebody else proposed, or sends it back.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::bundle;
use super::case::{Note, step, words_fault};
use super::life::Step;
use super::referral;
use crate::access::{Action, Ctx};
use crate::app::App;
use crate::ids::FlagId;
use crate::register::Refusal;
use crate::register::view::FlagSummary;
use crate::vocabulary::{FlagOutcome, FlagStepKind};

/// What the second person decides.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Verdict {
    /// True confirms the proposal; false sends it back.
    pub confirm: bool,
    /// Why.
    #[schema(min_length = 3, max_length = 2_000)]
    pub reason: String,
}

/// Decides on a proposal. Confirmed, a referral goes to the authorities in the same unit of work.
///
/// # Errors
/// [`Refusal::Forbidden`] for whoever proposed, in whatever role by now; `nothing_proposed`, `under_dispute`,
/// `disputed_fact`, `decided_already`; [`Refusal::VersionMoved`] when another was first.
pub async fn decide(
    app: &App,
    ctx: &Ctx,
    flag: FlagId,
    version: i64,
    verdict: Verdict,
) -> Result<FlagSummary, Refusal> {
    let by = ctx.actor.account;
    let (now, config, reader) = (ctx.now, app.config.clone(), ctx.clone());
    step(app, ctx, Action::FlagDecide, flag, version, move |case, conn| {
        Refusal::unless_empty(words_fault("/reason", &verdict.reason).into_iter().collect())?;
        let note = Note::because(&verdict.reason);
        if !verdict.confirm {
            return case.advance(Step::Reject(by), FlagStepKind::Rejected, note);
        }
        case.advance(Step::Confirm(by), FlagStepKind::Confirmed, note)?;
        if case.flag.outcome == Some(FlagOutcome::Referral) {
            bundle::keep(case, conn, &reader)?;
            referral::send(case, &config.mail, now);
        }
        Ok(())
    })
    .await
}
