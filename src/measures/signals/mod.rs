//! Signals: reports from the public hotline, the police, liaison officers and partners in the chain. A signal is no fact: it
//! never enters the facts of a file, no duty and no flag rests on it, and a person matches it to a registration.
//!
//! Its text and who reported stand apart, under a key of the signal's own. The desk (the execution authority) takes signals
//! up; others see at most the text of what was matched, and never who reported, unless a prosecutor demanded that.

mod shown;
mod steps;

pub use shown::{ReporterShown, SignalPage, SignalStepView, SignalView, list, of_file, read};
pub use steps::{CloseSignal, DemandReporter, MatchSignal, SignalReasons, SignalStep, take_step};

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::record::{TABLE, fresh_key, step_row};
use super::rules::{MeasureRules, governing};
use crate::access::{Action, Ctx, decide_without_subject};
use crate::app::App;
use crate::audit::{Deed, ObjectRef};
use crate::ids::MeasureId;
use crate::instruments::signals::{
    Actor, ActorKind, Origin, Refusal as Impossible, RefusalCode, Reporter, Signal, SignalEvent, SignalState, replay,
};
use crate::law::Calendar;
use crate::register::{Refusal, unit};
use crate::store::measures::MeasureRow;
use crate::store::{Decided, Scope, WriteSet};
use crate::vocabulary::{AccountKind, MeasureKind, Regime};

/// Stands in the history in place of who reported: that is kept apart, and can be forgotten.
const KEPT_APART: &str = "kept apart";

/// Who reported.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "as", rename_all = "snake_case", deny_unknown_fields)]
pub enum NewReporter {
    /// Nobody knows who.
    Anonymous {},
    /// An intermediary knows who, and answers questions.
    Intermediary {
        /// The intermediary.
        #[schema(min_length = 1, max_length = 200, example = "Meldpunt Kinderporno")]
        intermediary: String,
        /// Its reference of the report.
        #[schema(min_length = 1, max_length = 200)]
        reference: String,
    },
    /// The desk knows who.
    Known {
        /// Name, and how to reach them.
        #[schema(min_length = 1, max_length = 2_000)]
        identity: String,
    },
}

/// A signal to take in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct NewSignal {
    /// Where it comes from.
    pub origin: Origin,
    /// The day of receipt; today when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub received_on: Option<NaiveDate>,
    /// What was reported.
    #[schema(min_length = 3, max_length = 20_000)]
    pub text: String,
    /// Who reported.
    pub reporter: NewReporter,
}

impl NewReporter {
    /// As the rules know it, without anything that tells who it is.
    fn of_rules(&self) -> Reporter {
        let apart = || KEPT_APART.to_owned();
        match self {
            Self::Anonymous {} => Reporter::Anonymous,
            Self::Intermediary { .. } => Reporter::Intermediary { intermediary: apart(), reference: apart() },
            Self::Known { .. } => Reporter::Known { reporter: apart() },
        }
    }
}

/// What somebody gets who took a signal in: they may not be one who reads it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SignalReceipt {
    /// The signal.
    pub id: MeasureId,
    /// The day of receipt.
    pub received_on: NaiveDate,
    /// By when somebody takes it up.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub triage_due: Option<NaiveDate>,
    /// The version, for `If-Match` of the first step.
    pub version: i64,
}

/// Takes a signal in.
///
/// # Errors
/// Every invalid field; [`Refusal::Forbidden`].
pub async fn receive(app: &App, ctx: &Ctx, new: NewSignal) -> Result<SignalReceipt, Refusal> {
    let id = MeasureId::fresh();
    let deed = Deed::of(Action::SignalReceive, ObjectRef::measure(id));
    let today = ctx.today(Regime::NlPilot.zone());
    let on = new.received_on.unwrap_or(today);
    let allowed =
        decide_without_subject(&ctx.actor, Action::SignalReceive, ctx.purpose).allowed().and_then(|_| {
            match on > today {
                true => Err(Refusal::field("/receivedOn", "in_the_future", super::detail("in_the_future"))),
                false => governing(&app.measures.signals, on, "/receivedOn").map(drop),
            }
        });
    if let Err(refusal) = allowed {
        return unit::read(app, ctx, deed, move |_| Err(refusal)).await;
    }
    let strongbox = fresh_key(app, id).await?;
    let told = |made: &SignalReceipt, deed: Deed| Deed { object: ObjectRef::measure(made.id), ..deed };
    let (writer, key, rules, book) = (ctx.clone(), strongbox.clone(), app.measures.clone(), app.rules.clone());
    unit::write_told(app, ctx, Scope::Append, deed, Some(strongbox), told, move |_| {
        let event =
            SignalEvent::Received { on, by: actor(&writer), origin: new.origin, reporter: new.reporter.of_rules() };
        let signal = stands(std::slice::from_ref(&event), &rules, book.calendar(), today)?;
        let anonymous = matches!(new.reporter, NewReporter::Anonymous {});
        let reporter_enc =
            (!anonymous).then(|| key.seal(TABLE, "reporter_enc", id.as_str(), &new.reporter)).transpose()?;
        let mut row = MeasureRow {
            id,
            kind: MeasureKind::Signal,
            registration_id: None,
            label: new.origin.as_str().to_owned(),
            state: String::new(),
            happened_on: on,
            due: None,
            remove_on: None,
            destroy_on: None,
            content_enc: Some(key.seal(TABLE, "content_enc", id.as_str(), &new.text)?),
            reporter_enc,
            version: 1,
            recorded_by: writer.actor.account,
            recorded_at: writer.now.legal,
        };
        follow(&mut row, &signal);
        let receipt = SignalReceipt { id, received_on: on, triage_due: row.due, version: 1 };
        let step = step_row(&writer, id, 0, "received", &event, &key)?;
        let writes = WriteSet { measure_records: vec![row], measure_record_steps: vec![step], ..WriteSet::default() };
        Ok(Decided::new(writes, receipt))
    })
    .await
}

/// Who acts, as the rules know them.
fn actor(ctx: &Ctx) -> Actor {
    let kind = match ctx.actor.kind {
        AccountKind::Person => ActorKind::Person,
        AccountKind::Machine => ActorKind::Machine,
    };
    Actor { id: ctx.actor.account.to_string(), kind }
}

/// Where a signal stands on a day, by the rules of the day of its receipt.
fn stands(
    events: &[SignalEvent],
    rules: &MeasureRules,
    calendar: &Calendar,
    today: NaiveDate,
) -> Result<Signal, Refusal> {
    let received = events.first().map_or(today, SignalEvent::on);
    let rules = governing(&rules.signals, received, "/receivedOn")?;
    replay(events, rules, calendar, today).map_err(|refusal: Impossible| impossible(refusal.code))
}

/// The columns that lists and the job of retention ask for.
fn follow(row: &mut MeasureRow, signal: &Signal) {
    state_code(&signal.state).clone_into(&mut row.state);
    row.remove_on = signal.retention.remove_on;
    row.destroy_on = Some(signal.retention.destroy_on);
    row.due = match &signal.state {
        SignalState::Received { triage_due, .. } => *triage_due,
        _ => None,
    };
}

/// The word of a state.
const fn state_code(state: &SignalState) -> &'static str {
    match state {
        SignalState::Received { .. } => "received",
        SignalState::InTriage { .. } => "in_triage",
        SignalState::Matched { .. } => "matched",
        SignalState::Closed { .. } => "closed",
        SignalState::Removed { .. } => "removed",
        SignalState::Destroyed { .. } => "destroyed",
    }
}

fn impossible(code: RefusalCode) -> Refusal {
    let detail = match code {
        RefusalCode::NotReceived => "The first thing that happens to a signal is its receipt.",
        RefusalCode::OutOfOrder => "It happened before what stands in front of it.",
        RefusalCode::NotInThisState => "This does not fit where the signal stands.",
        RefusalCode::NotByAPerson => "Only a person may do this; a machine may only take a signal in.",
        RefusalCode::NoReasons => "Say why.",
        RefusalCode::ReasonDoesNotFit => {
            "A signal that was matched is not closed as one nobody could be matched to, nor the other way round."
        }
        RefusalCode::Empty => "Name the registration or the provision.",
        RefusalCode::NoIdentityHeld => "Nobody at the desk knows who reported.",
    };
    Refusal::Conflict { code: code.as_str(), detail }
}
