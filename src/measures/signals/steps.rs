//! What a person does with a signal. Each step is appended; where the signal then stands is what the rules make of them all.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::shown::{SignalView, open};
use super::{actor, follow, stands};
use crate::access::{Action, Ctx, decide_without_subject};
use crate::app::App;
use crate::audit::{Deed, ObjectRef};
use crate::ids::{MeasureId, RegistrationId};
use crate::instruments::signals::{CloseReason, SignalEvent};
use crate::measures::record::{events, key_of, step_row};
use crate::register::permit::permit;
use crate::register::{Refusal, unit};
use crate::store::measures::{MeasureMoved, measure_find, measure_step_list};
use crate::store::registrations::registration_find;
use crate::store::{Conn, Decided, Scope, WriteSet};
use crate::vocabulary::{MeasureKind, Regime};

/// Why something is done to a signal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SignalReasons {
    /// The reasons.
    #[schema(min_length = 3, max_length = 2_000)]
    pub reasons: String,
}

/// To whom a signal belongs, as a person found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct MatchSignal {
    /// The registration.
    pub registration_id: RegistrationId,
    /// What the match rests on.
    #[schema(min_length = 3, max_length = 2_000)]
    pub reasons: String,
}

/// How a signal ends.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CloseSignal {
    /// Why it is closed.
    pub reason: CloseReason,
    /// The reasons in words.
    #[schema(min_length = 3, max_length = 2_000)]
    pub reasons: String,
}

/// Under what the identity of who reported is demanded.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct DemandReporter {
    /// The provision.
    #[schema(min_length = 3, max_length = 200, example = "Sv art. 126nd")]
    pub provision: String,
}

/// A step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SignalStep {
    /// Somebody takes it up.
    TakeUp,
    /// It belongs to a registration.
    Match(MatchSignal),
    /// It does not, after all.
    Unmatch(SignalReasons),
    /// It is closed.
    Close(CloseSignal),
    /// It is opened again.
    Reopen(SignalReasons),
    /// Whoever reported wants to be unknown from now on.
    ForgetReporter,
    /// A prosecutor demands to know who reported.
    DemandReporter(DemandReporter),
}

impl SignalStep {
    const fn action(&self) -> Action {
        match self {
            Self::DemandReporter(_) => Action::SignalDemandReporter,
            Self::TakeUp
            | Self::Match(_)
            | Self::Unmatch(_)
            | Self::Close(_)
            | Self::Reopen(_)
            | Self::ForgetReporter => Action::SignalJudge,
        }
    }

    const fn code(&self) -> &'static str {
        match self {
            Self::TakeUp => "taken_up",
            Self::Match(_) => "matched",
            Self::Unmatch(_) => "unmatched",
            Self::Close(_) => "closed",
            Self::Reopen(_) => "reopened",
            Self::ForgetReporter => "anonymity_asked",
            Self::DemandReporter(_) => "identity_demanded",
        }
    }

    fn event(&self, ctx: &Ctx) -> SignalEvent {
        let (on, by) = (ctx.today(Regime::NlPilot.zone()), actor(ctx));
        match self.clone() {
            Self::TakeUp => SignalEvent::TakenUp { on, by },
            Self::Match(found) => {
                SignalEvent::Matched { on, by, registration: found.registration_id.to_string(), reasons: found.reasons }
            }
            Self::Unmatch(why) => SignalEvent::Unmatched { on, by, reasons: why.reasons },
            Self::Close(end) => SignalEvent::Closed { on, by, reason: end.reason, reasons: end.reasons },
            Self::Reopen(why) => SignalEvent::Reopened { on, by, reasons: why.reasons },
            Self::ForgetReporter => SignalEvent::AnonymityAsked { on, by },
            Self::DemandReporter(demand) => SignalEvent::IdentityDemanded { on, by, provision: demand.provision },
        }
    }

    /// The registration the signal belongs to after this step.
    fn registration(&self, before: Option<RegistrationId>) -> Option<RegistrationId> {
        match self {
            Self::Match(found) => Some(found.registration_id),
            Self::Unmatch(_) => None,
            // What was found unfounded is not kept with a registration.
            Self::Close(end) if end.reason == CloseReason::Unfounded => None,
            Self::TakeUp | Self::Close(_) | Self::Reopen(_) | Self::ForgetReporter | Self::DemandReporter(_) => before,
        }
    }
}

/// Does one thing with a signal. `version` is the one the caller has read.
///
/// # Errors
/// [`Refusal::NotFound`]; [`Refusal::Conflict`] when it does not fit where the signal stands; [`Refusal::VersionMoved`].
pub async fn take_step(
    app: &App,
    ctx: &Ctx,
    id: MeasureId,
    version: i64,
    step: SignalStep,
) -> Result<SignalView, Refusal> {
    let deed = Deed::of(step.action(), ObjectRef::measure(id)).with_fields(&[step.code()]);
    let deed = match &step {
        SignalStep::Match(found) => Deed { registration: Some(found.registration_id), ..deed },
        _ => deed,
    };
    let key = key_of(app, ctx, MeasureKind::Signal, id, &deed).await?;
    let (writer, strongbox, rules, book) = (ctx.clone(), key.clone(), app.measures.clone(), app.rules.clone());
    unit::write(app, ctx, Scope::Alone, deed, Some(key), move |conn| {
        decide_without_subject(&writer.actor, step.action(), writer.purpose).allowed()?;
        let mut row = measure_find(conn, MeasureKind::Signal, id)?.ok_or(Refusal::NotFound)?;
        if row.version != version {
            return Err(Refusal::VersionMoved);
        }
        if let SignalStep::Match(found) = &step {
            is_there(conn, &writer, found.registration_id)?;
        }
        let stored = measure_step_list(conn, id)?;
        let mut history: Vec<SignalEvent> = events(&stored, &strongbox)?;
        let event = step.event(&writer);
        history.push(event.clone());
        let today = writer.today(Regime::NlPilot.zone());
        let signal = stands(&history, &rules, book.calendar(), today)?;
        follow(&mut row, &signal);
        row.registration_id = step.registration(row.registration_id);
        if step == SignalStep::ForgetReporter {
            row.reporter_enc = None;
        }
        let next = step_row(&writer, id, stored.len(), step.code(), &event, &strongbox)?;
        let mut steps = stored;
        steps.push(next.clone());
        let mut writes = WriteSet { measure_record_steps: vec![next], ..WriteSet::default() };
        writes.changes.push(Box::new(MeasureMoved { row: row.clone() }));
        row.version += 1;
        let answer = open(&writer, &row, &steps, &signal, &rules, &strongbox)?;
        Ok(Decided::new(writes, answer))
    })
    .await
}

/// The registration is there and in force, and whoever matches may open it.
fn is_there(conn: &mut Conn, ctx: &Ctx, registration: RegistrationId) -> Result<(), Refusal> {
    let fault = || Refusal::field("/registrationId", "no_such_registration", "There is no such registration in force.");
    let row = registration_find(conn, registration)?.ok_or_else(fault)?;
    permit(ctx, Action::RegistrationRead, &row).map_err(|_| fault())
}
