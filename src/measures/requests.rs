//! Requests for convictions, through ECRIS or ECRIS-TCN, as the central authority receives them: what each comes to, by which
//! working day it is answered, and what must be supplied. ECRIS-TCN is not in operation: its requests are recorded and
//! answered `not_available`, with the reason. A request for this register is refused: the law names no such purpose.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::record::{TABLE, fresh_key, key_of, step_row};
use super::rules::governing;
use super::told;
use crate::access::{Action, Ctx, decide_without_subject};
use crate::app::App;
use crate::audit::{Deed, ObjectRef, Outcome};
use crate::ids::MeasureId;
use crate::instruments::convictions::{
    AnswerOutcome, Asked, Listed, RequestPurpose, Standing, SupplyRow, System, answer, words,
};
use crate::register::view::{Both, cut};
use crate::register::{FieldError, Refusal, unit};
use crate::store::measures::{MeasureMoved, MeasureRow, MeasuresWanted, measure_find, measure_page, measure_step_list};
use crate::store::{Decided, Scope, WriteSet};
use crate::vocabulary::{MeasureKind, Regime};

/// A request that was received.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct NewEcrisRequest {
    /// The system it came through.
    pub system: System,
    /// What the convictions are asked for.
    pub purpose: RequestPurpose,
    /// The day of receipt.
    pub received_on: NaiveDate,
    /// Who asks: the central authority, or the person.
    #[schema(min_length = 2, max_length = 200, example = "Bundesamt für Justiz")]
    pub authority: String,
    /// Its reference.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 1, max_length = 200)]
    pub reference: Option<String>,
    /// Whether the identity was complete.
    #[serde(default = "complete")]
    pub identity_complete: bool,
    /// The Dutch convictions there are: article and day of the offence.
    #[serde(default)]
    #[schema(max_items = 200)]
    pub convictions: Vec<Listed>,
}

const fn complete() -> bool {
    true
}

/// The day of a supplement or an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct OnDay {
    /// The day.
    pub on: NaiveDate,
}

/// A request, and what it comes to today.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct EcrisRequestView {
    /// The request.
    pub id: MeasureId,
    /// As it was received.
    pub request: NewEcrisRequest,
    /// The day of the supplement.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub supplemented_on: Option<NaiveDate>,
    /// The day of the answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub answered_on: Option<NaiveDate>,
    /// What it comes to.
    pub outcome: AnswerOutcome,
    /// The last day; absent when no term runs or the holidays are not known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub due: Option<NaiveDate>,
    /// Where it stands.
    pub standing: Standing,
    /// What must, and what may, be supplied.
    pub supply: Vec<SupplyRow>,
    /// Version of the rules.
    pub rules: String,
    /// Version of the table of holidays.
    pub calendar: String,
    /// Why.
    pub explanation: Both,
    /// The version, for `If-Match`.
    pub version: i64,
}

/// One page of requests.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct EcrisRequestPage {
    /// The requests, the last received first.
    pub items: Vec<EcrisRequestView>,
    /// Where the next page starts; absent on the last one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next: Option<MeasureId>,
}

/// What is kept of a request.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Kept {
    request: NewEcrisRequest,
    supplemented_on: Option<NaiveDate>,
    answered_on: Option<NaiveDate>,
}

impl Kept {
    fn asked(&self) -> Asked {
        Asked {
            system: self.request.system,
            purpose: self.request.purpose,
            received_on: self.request.received_on,
            identity_complete: self.request.identity_complete,
            supplemented_on: self.supplemented_on,
            answered_on: self.answered_on,
            convictions: self.request.convictions.clone(),
        }
    }

    fn view(&self, app: &App, id: MeasureId, version: i64, today: NaiveDate) -> Result<EcrisRequestView, Refusal> {
        let rules = governing(&app.measures.convictions, self.request.received_on, "/receivedOn")?;
        let found = answer(&self.asked(), rules, app.rules.calendar(), today);
        Ok(EcrisRequestView {
            id,
            request: self.request.clone(),
            supplemented_on: self.supplemented_on,
            answered_on: self.answered_on,
            outcome: found.outcome,
            due: found.due,
            standing: found.standing,
            supply: found.supply,
            rules: found.rules,
            calendar: found.calendar,
            explanation: told(words(), &found.steps),
            version,
        })
    }
}

/// What the audit says of a request that comes to nothing: it was recorded, and the law does not allow it.
fn audited(view: &EcrisRequestView, deed: Deed) -> Deed {
    let deed = Deed { object: ObjectRef::measure(view.id), ..deed };
    match view.outcome {
        AnswerOutcome::NotAvailable => deed.ended(Outcome::Refused("not_available")),
        AnswerOutcome::Refused => deed.ended(Outcome::Refused("purpose_refused")),
        AnswerOutcome::ConsultFirst | AnswerOutcome::ToAnswer => deed,
    }
}

/// Records a request and says what it comes to.
///
/// # Errors
/// Every invalid field; [`Refusal::Forbidden`].
pub async fn add(app: &App, ctx: &Ctx, new: NewEcrisRequest) -> Result<EcrisRequestView, Refusal> {
    let id = MeasureId::fresh();
    let deed = Deed::of(Action::EcrisRequestRecord, ObjectRef::measure(id));
    let today = ctx.today(Regime::NlPilot.zone());
    let checked = decide_without_subject(&ctx.actor, Action::EcrisRequestRecord, ctx.purpose)
        .allowed()
        .and_then(|_| Refusal::unless_empty(faults(&new, today)));
    if let Err(refusal) = checked {
        return unit::read(app, ctx, deed, move |_| Err(refusal)).await;
    }
    let key = fresh_key(app, id).await?;
    let (writer, strongbox, book) = (ctx.clone(), key.clone(), app.clone());
    unit::write_told(app, ctx, Scope::Append, deed, Some(key), audited, move |_| {
        let kept = Kept { request: new.clone(), supplemented_on: None, answered_on: None };
        let view = kept.view(&book, id, 1, today)?;
        let row = MeasureRow {
            id,
            kind: MeasureKind::EcrisRequest,
            registration_id: None,
            label: new.purpose.as_str().to_owned(),
            state: state(&view).to_owned(),
            happened_on: new.received_on,
            due: view.due,
            remove_on: None,
            destroy_on: None,
            content_enc: Some(strongbox.seal(TABLE, "content_enc", id.as_str(), &kept)?),
            reporter_enc: None,
            version: 1,
            recorded_by: writer.actor.account,
            recorded_at: writer.now.legal,
        };
        let step = step_row(&writer, id, 0, "received", &OnDay { on: new.received_on }, &strongbox)?;
        let writes = WriteSet { measure_records: vec![row], measure_record_steps: vec![step], ..WriteSet::default() };
        Ok(Decided::new(writes, view))
    })
    .await
}

fn faults(new: &NewEcrisRequest, today: NaiveDate) -> Vec<FieldError> {
    let mut faults = Vec::new();
    let mut fault = |pointer: String, code: &str| faults.push(FieldError::new(pointer, code, super::detail(code)));
    if new.received_on > today {
        fault("/receivedOn".to_owned(), "in_the_future");
    }
    for (i, listed) in new.convictions.iter().enumerate() {
        if listed.committed_on > new.received_on {
            fault(format!("/convictions/{i}/committedOn"), "in_the_future");
        }
        if new.convictions.iter().take(i).any(|other| other.id == listed.id) {
            fault(format!("/convictions/{i}/id"), "duplicate");
        }
    }
    faults
}

/// Where it stands, as lists ask for it.
fn state(view: &EcrisRequestView) -> &'static str {
    match (view.outcome, view.standing) {
        (AnswerOutcome::NotAvailable | AnswerOutcome::Refused | AnswerOutcome::ConsultFirst, _) => {
            view.outcome.as_str()
        }
        (AnswerOutcome::ToAnswer, Standing::Answered | Standing::AnsweredLate) => "answered",
        (AnswerOutcome::ToAnswer, Standing::Open | Standing::Overdue | Standing::NoTerm) => "to_answer",
    }
}

/// What happens to a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RequestStep {
    /// The identity was completed.
    Supplement,
    /// It was answered.
    Answer,
}

/// Records a supplement or an answer. `version` is the one the caller has read.
///
/// # Errors
/// [`Refusal::Conflict`] when it does not fit where the request stands; every invalid field; [`Refusal::VersionMoved`].
pub async fn follow(
    app: &App,
    ctx: &Ctx,
    id: MeasureId,
    version: i64,
    step: RequestStep,
    day: OnDay,
) -> Result<EcrisRequestView, Refusal> {
    let deed = Deed::of(Action::EcrisRequestRecord, ObjectRef::measure(id));
    let key = key_of(app, ctx, MeasureKind::EcrisRequest, id, &deed).await?;
    let (writer, strongbox, book) = (ctx.clone(), key.clone(), app.clone());
    let today = ctx.today(Regime::NlPilot.zone());
    unit::write(app, ctx, Scope::Alone, deed, Some(key), move |conn| {
        decide_without_subject(&writer.actor, Action::EcrisRequestRecord, writer.purpose).allowed()?;
        let mut row = measure_find(conn, MeasureKind::EcrisRequest, id)?.ok_or(Refusal::NotFound)?;
        if row.version != version {
            return Err(Refusal::VersionMoved);
        }
        let mut kept: Kept = open(&row, &strongbox)?;
        let before = kept.view(&book, id, version, today)?;
        fits(step, &before, day, today)?;
        let word = match step {
            RequestStep::Supplement => {
                kept.supplemented_on = Some(day.on);
                "supplemented"
            }
            RequestStep::Answer => {
                kept.answered_on = Some(day.on);
                "answered"
            }
        };
        let view = kept.view(&book, id, version + 1, today)?;
        let ordinal = measure_step_list(conn, id)?.len();
        let taken = step_row(&writer, id, ordinal, word, &day, &strongbox)?;
        row.content_enc = Some(strongbox.seal(TABLE, "content_enc", id.as_str(), &kept)?);
        state(&view).clone_into(&mut row.state);
        row.due = view.due;
        let mut writes = WriteSet { measure_record_steps: vec![taken], ..WriteSet::default() };
        writes.changes.push(Box::new(MeasureMoved { row }));
        Ok(Decided::new(writes, view))
    })
    .await
}

fn fits(step: RequestStep, before: &EcrisRequestView, day: OnDay, today: NaiveDate) -> Result<(), Refusal> {
    let conflict = |code, detail| Err(Refusal::Conflict { code, detail });
    match (step, before.outcome) {
        (_, AnswerOutcome::NotAvailable) => {
            return conflict("not_available", "ECRIS-TCN is not in operation: there is nothing to answer with.");
        }
        (_, AnswerOutcome::Refused) => return conflict("request_refused", "This request was refused by law."),
        (RequestStep::Supplement, AnswerOutcome::ToAnswer) => {
            return conflict("identity_complete", "The identity is complete.");
        }
        (RequestStep::Answer, AnswerOutcome::ConsultFirst) => {
            return conflict("identity_incomplete", "The identity must be completed before an answer.");
        }
        (RequestStep::Answer, AnswerOutcome::ToAnswer) if before.answered_on.is_some() => {
            return conflict("already_answered", "This request was answered already.");
        }
        (RequestStep::Supplement, AnswerOutcome::ConsultFirst) | (RequestStep::Answer, AnswerOutcome::ToAnswer) => {}
    }
    let earliest = before.supplemented_on.unwrap_or(before.request.received_on);
    if day.on > today {
        return Err(Refusal::field("/on", "in_the_future", "This day lies in the future."));
    }
    if day.on < earliest {
        return Err(Refusal::field(
            "/on",
            "before_receipt",
            "This day lies before the request or its supplement came.",
        ));
    }
    Ok(())
}

fn open(row: &MeasureRow, strongbox: &crate::vault::Strongbox) -> Result<Kept, Refusal> {
    let sealed = row.content_enc.as_deref().ok_or(Refusal::NotFound)?;
    strongbox.open(TABLE, "content_enc", row.id.as_str(), sealed)
}

/// Lists the requests. `states`: only in one of these; in any when empty.
///
/// # Errors
/// [`Refusal::Forbidden`].
pub async fn list(
    app: &App,
    ctx: &Ctx,
    states: Vec<String>,
    after: Option<MeasureId>,
    limit: i64,
) -> Result<EcrisRequestPage, Refusal> {
    let (reader, book) = (ctx.clone(), app.clone());
    let today = ctx.today(Regime::NlPilot.zone());
    unit::read(app, ctx, Deed::of(Action::EcrisRequestRead, ObjectRef::none()), move |conn| {
        decide_without_subject(&reader.actor, Action::EcrisRequestRead, reader.purpose).allowed()?;
        let wanted =
            MeasuresWanted { kind: MeasureKind::EcrisRequest, registration: None, states, after, limit: limit + 1 };
        let mut rows = measure_page(conn, &wanted)?;
        let next = cut(&mut rows, limit, |row| row.id);
        let view = |row: &MeasureRow| {
            let sealed = row.content_enc.as_deref().ok_or(Refusal::NotFound)?;
            let kept: Kept = book.vault.open(TABLE, "content_enc", row.id.as_str(), sealed)?;
            kept.view(&book, row.id, row.version, today)
        };
        Ok(EcrisRequestPage { items: rows.iter().map(view).collect::<Result<_, _>>()?, next })
    })
    .await
}

/// Opens a request.
///
/// # Errors
/// [`Refusal::NotFound`], [`Refusal::Forbidden`].
pub async fn read(app: &App, ctx: &Ctx, id: MeasureId) -> Result<EcrisRequestView, Refusal> {
    let deed = Deed::of(Action::EcrisRequestRead, ObjectRef::measure(id));
    let key = key_of(app, ctx, MeasureKind::EcrisRequest, id, &deed).await?;
    let (reader, book) = (ctx.clone(), app.clone());
    let today = ctx.today(Regime::NlPilot.zone());
    unit::read(app, ctx, deed, move |conn| {
        decide_without_subject(&reader.actor, Action::EcrisRequestRead, reader.purpose).allowed()?;
        let row = measure_find(conn, MeasureKind::EcrisRequest, id)?.ok_or(Refusal::NotFound)?;
        open(&row, &key)?.view(&book, id, row.version, today)
    })
    .await
}
