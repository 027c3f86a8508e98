//! Which use case an act is.

use serde_json::Value;

use super::Act;
use super::flow::Place;
use crate::access::{Ctx, recovery};
use crate::console::ask::typed;
use crate::measures::{convictions, risk};
use crate::register::Refusal;
use crate::register::around::{contacts, notes, transfer, verification, visits};
use crate::register::identity::merge::{self, Proposed};
use crate::register::identity::{chain_number, death, representative};
use crate::rights::requests::{self, RightsStep};
use crate::supervision::kept;

/// What came of an act.
pub enum Taken {
    /// It is done.
    Done,
    /// It is done, and this is the code to hand over; it is shown once.
    Code(String),
}

/// Does it. `version` is the one that was read of what it is about.
///
/// # Errors
/// Whatever the use case refuses.
pub async fn take(place: &Place<'_>, ctx: &Ctx, version: i64, body: Value) -> Result<Taken, Refusal> {
    let (app, id) = (place.staff.app(), place.registration);
    match place.act {
        Act::PlanVisit => visits::plan(app, ctx, id, typed(body)?).await.map(drop)?,
        Act::LogVisit => visits::log(app, ctx, id, place.one()?, version, typed(body)?).await.map(drop)?,
        Act::VerifyAddress => verification::add(app, ctx, id, typed(body)?).await.map(drop)?,
        Act::AddContact => contacts::add(app, ctx, id, typed(body)?).await.map(drop)?,
        Act::AddNote => notes::add(app, ctx, id, typed(body)?).await.map(drop)?,
        Act::CorrectNote => {
            let corrects = Some(place.one()?);
            let note = notes::NewNote { corrects, ..typed(body)? };
            notes::add(app, ctx, id, note).await.map(drop)?;
        }
        Act::OfferTransfer => transfer::offer(app, ctx, id, typed(body)?).await.map(drop)?,
        Act::AnswerTransfer => transfer::answer(app, ctx, id, place.one()?, version, typed(body)?).await.map(drop)?,
        Act::WithdrawTransfer => {
            transfer::withdraw(app, ctx, id, place.one()?, version, typed(body)?).await.map(drop)?;
        }
        Act::RenewCode => {
            let made = recovery::issue_code_for_registrant(app, ctx, id, typed(body)?).await?;
            return Ok(made.activation_code.map_or(Taken::Done, Taken::Code));
        }
        Act::AddRepresentative => {
            let made = representative::add(app, ctx, id, typed(body)?).await?;
            return Ok(made.activation_code.map_or(Taken::Done, Taken::Code));
        }
        Act::EndRepresentative => {
            representative::end(app, ctx, id, place.one()?, version, typed(body)?).await.map(drop)?;
        }
        Act::ReplaceChainNumber => chain_number::replace(app, ctx, id, typed(body)?).await.map(drop)?,
        Act::RecordDeath => death::record(app, ctx, id, typed(body)?).await.map(drop)?,
        Act::CorrectDeath => death::correct(app, ctx, id, typed(body)?).await.map(drop)?,
        Act::ProposeMerge => merge::propose(app, ctx, id, typed(body)?).await.map(drop)?,
        Act::DecideMerge => {
            merge::decide(app, ctx, id, place.one()?, version, Proposed::Merge, typed(body)?).await.map(drop)?;
        }
        Act::ProposeSplit => {
            merge::propose_split(app, ctx, id, place.one()?, version, typed(body)?).await.map(drop)?;
        }
        Act::DecideSplit => {
            merge::decide(app, ctx, id, place.one()?, version, Proposed::Split, typed(body)?).await.map(drop)?;
        }
        Act::LookAtFinding => kept::review(app, ctx, id, place.one()?, version, typed(body)?).await.map(drop)?,
        Act::AssessRisk => risk::add(app, ctx, id, typed(body)?).await.map(drop)?,
        Act::AddConviction => convictions::add(app, ctx, id, typed(body)?).await.map(drop)?,
        Act::AddRightsRequest => requests::add(app, ctx, id, typed(body)?).await.map(drop)?,
        Act::ExtendRightsRequest => right(place, ctx, version, RightsStep::Extend(typed(body)?)).await?,
        Act::DecideRightsRequest => right(place, ctx, version, RightsStep::Decide(typed(body)?)).await?,
        Act::CarryOutRightsRequest => right(place, ctx, version, RightsStep::CarryOut(typed(body)?)).await?,
        Act::LiftRestriction => right(place, ctx, version, RightsStep::Lift(typed(body)?)).await?,
        Act::VerifyConviction => {
            convictions::verify(app, ctx, id, place.one()?, version, typed(body)?).await.map(drop)?;
        }
    }
    Ok(Taken::Done)
}

async fn right(place: &Place<'_>, ctx: &Ctx, version: i64, step: RightsStep) -> Result<(), Refusal> {
    requests::step(place.staff.app(), ctx, place.registration, place.one()?, version, step).await.map(drop)
}
