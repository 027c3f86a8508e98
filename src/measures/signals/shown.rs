//! What is read of signals, by whom.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{NewReporter, stands, state_code};
use crate::access::{Action, Ctx, decide_without_subject};
use crate::app::App;
use crate::audit::{Deed, ObjectRef};
use crate::clock::UtcTime;
use crate::ids::{AccountId, MeasureId, RegistrationId};
use crate::instruments::signals::{
    Origin, ReporterView, Signal, SignalEvent, SignalState, Viewer, reporter_view, words,
};
use crate::measures::record::{TABLE, events, key_of};
use crate::measures::rules::{MeasureRules, governing};
use crate::measures::told;
use crate::register::permit::permit;
use crate::register::view::{Both, cut};
use crate::register::{Refusal, unit};
use crate::store::measures::{
    MeasureRow, MeasureStepRow, MeasuresWanted, measure_find, measure_page, measure_step_list,
};
use crate::store::registrations::registration_find;
use crate::vault::Strongbox;
use crate::vocabulary::{MeasureKind, Regime, Role};

/// A signal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SignalView {
    /// The signal.
    pub id: MeasureId,
    /// Where it comes from.
    pub origin: Origin,
    /// The day of receipt.
    pub received_on: NaiveDate,
    /// Where it stands.
    #[schema(example = "in_triage")]
    pub state: String,
    /// By when somebody takes it up, while nobody did.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub triage_due: Option<NaiveDate>,
    /// Whether that day has passed.
    pub triage_overdue: bool,
    /// The registration a person matched it to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub registration_id: Option<RegistrationId>,
    /// The day on which it is locked; absent when it is destroyed at once.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub remove_on: Option<NaiveDate>,
    /// The day on which it is destroyed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub destroy_on: Option<NaiveDate>,
    /// What was reported; left out of lists, and once it is locked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// What the reader may know of who reported; left out of lists.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reporter: Option<ReporterShown>,
    /// What happened to it; left out of lists.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub steps: Vec<SignalStepView>,
    /// Why it stands where it stands; left out of lists.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub explanation: Option<Both>,
    /// The version, for `If-Match`.
    pub version: i64,
}

/// What the reader may know of who reported.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ReporterShown {
    /// `hidden`, `anonymous`, `intermediary` or `known`.
    #[schema(example = "hidden")]
    pub shown: String,
    /// The intermediary, through which questions go.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub intermediary: Option<String>,
    /// Its reference.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reference: Option<String>,
    /// Who it is, and how to reach them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub identity: Option<String>,
    /// Why this is what is shown.
    pub explanation: Both,
}

/// Something that happened to a signal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SignalStepView {
    /// What.
    #[schema(example = "taken_up")]
    pub step: String,
    /// By whom.
    pub by: AccountId,
    /// When.
    pub at: UtcTime,
    /// The reasons, or the provision.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reasons: Option<String>,
}

/// One page of signals.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SignalPage {
    /// The signals, the last received first.
    pub items: Vec<SignalView>,
    /// Where the next page starts; absent on the last one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next: Option<MeasureId>,
}

impl SignalView {
    fn line(row: &MeasureRow, today: NaiveDate) -> Result<Self, Refusal> {
        let origin = serde_json::from_value(row.label.clone().into()).map_err(|e| Refusal::Rules(e.to_string()))?;
        Ok(Self {
            id: row.id,
            origin,
            received_on: row.happened_on,
            state: row.state.clone(),
            triage_due: row.due,
            triage_overdue: row.due.is_some_and(|due| due < today),
            registration_id: row.registration_id,
            remove_on: row.remove_on,
            destroy_on: row.destroy_on,
            text: None,
            reporter: None,
            steps: Vec::new(),
            explanation: None,
            version: row.version,
        })
    }
}

/// As what a role looks at a signal. Roles that the rules do not know see what a technician sees: nothing of who reported.
const fn viewer(role: Role) -> Viewer {
    match role {
        Role::Registrant => Viewer::Registrant,
        Role::SupervisionOfficer => Viewer::SupervisionOfficer,
        Role::ReviewLead => Viewer::ReviewLead,
        Role::OmOfficer => Viewer::Prosecutor,
        Role::Aice => Viewer::Desk,
        Role::Tbkk | Role::Lirc => Viewer::PoliceUnit,
        Role::PrivacyOfficer => Viewer::PrivacyOfficer,
        Role::Dji | Role::Justid | Role::Evaluator | Role::ApAuditor | Role::AdminTech | Role::Justis | Role::Mayor => {
            Viewer::Technician
        }
    }
}

/// A whole signal, as this reader may see it.
pub(super) fn open(
    ctx: &Ctx,
    row: &MeasureRow,
    steps: &[MeasureStepRow],
    signal: &Signal,
    rules: &MeasureRules,
    strongbox: &Strongbox,
) -> Result<SignalView, Refusal> {
    let locked = matches!(signal.state, SignalState::Removed { .. } | SignalState::Destroyed { .. });
    let text = match (&row.content_enc, locked) {
        (Some(sealed), false) => Some(strongbox.open(TABLE, "content_enc", row.id.as_str(), sealed)?),
        (_, _) => None,
    };
    let version = governing(&rules.signals, row.happened_on, "/receivedOn")?;
    let view = reporter_view(signal, viewer(ctx.actor.role), version);
    let happened: Vec<SignalEvent> = events(steps, strongbox)?;
    Ok(SignalView {
        state: state_code(&signal.state).to_owned(),
        text,
        reporter: Some(reporter(&view, row, strongbox)?),
        steps: steps.iter().zip(&happened).map(|(row, event)| step(row, event)).collect(),
        explanation: Some(told(words(), &signal.steps)),
        ..SignalView::line(row, ctx.today(Regime::NlPilot.zone()))?
    })
}

fn step(row: &MeasureStepRow, event: &SignalEvent) -> SignalStepView {
    let reasons = match event {
        SignalEvent::Matched { reasons, .. }
        | SignalEvent::Unmatched { reasons, .. }
        | SignalEvent::Closed { reasons, .. }
        | SignalEvent::Reopened { reasons, .. } => Some(reasons.clone()),
        SignalEvent::IdentityDemanded { provision, .. } => Some(provision.clone()),
        SignalEvent::Received { .. } | SignalEvent::TakenUp { .. } | SignalEvent::AnonymityAsked { .. } => None,
    };
    SignalStepView { step: row.step.clone(), by: row.recorded_by, at: row.recorded_at, reasons }
}

/// The identity is decrypted only for whoever the rules let see it.
fn reporter(view: &ReporterView, row: &MeasureRow, strongbox: &Strongbox) -> Result<ReporterShown, Refusal> {
    let (shown, steps, sees) = match view {
        ReporterView::Hidden { steps } => ("hidden", steps, false),
        ReporterView::Anonymous { steps } => ("anonymous", steps, false),
        ReporterView::Intermediary { steps, .. } => ("intermediary", steps, true),
        ReporterView::Known { steps, .. } => ("known", steps, true),
    };
    let kept: Option<NewReporter> = match (&row.reporter_enc, sees) {
        (Some(sealed), true) => Some(strongbox.open(TABLE, "reporter_enc", row.id.as_str(), sealed)?),
        (_, _) => None,
    };
    let (intermediary, reference, identity) = match kept {
        Some(NewReporter::Intermediary { intermediary, reference }) => (Some(intermediary), Some(reference), None),
        Some(NewReporter::Known { identity }) => (None, None, Some(identity)),
        Some(NewReporter::Anonymous {}) | None => (None, None, None),
    };
    Ok(ReporterShown { shown: shown.to_owned(), intermediary, reference, identity, explanation: told(words(), steps) })
}

/// Lists signals, without their text. `states`: only in one of these; in any when empty.
///
/// # Errors
/// [`Refusal::Forbidden`].
pub async fn list(
    app: &App,
    ctx: &Ctx,
    states: Vec<String>,
    after: Option<MeasureId>,
    limit: i64,
) -> Result<SignalPage, Refusal> {
    let reader = ctx.clone();
    unit::read(app, ctx, Deed::of(Action::SignalRead, ObjectRef::none()), move |conn| {
        decide_without_subject(&reader.actor, Action::SignalRead, reader.purpose).allowed()?;
        let wanted = MeasuresWanted { kind: MeasureKind::Signal, registration: None, states, after, limit: limit + 1 };
        let mut rows = measure_page(conn, &wanted)?;
        page(&reader, &mut rows, limit)
    })
    .await
}

/// Lists the signals that were matched to a file, without their text.
///
/// # Errors
/// [`Refusal::NotFound`], [`Refusal::Forbidden`].
pub async fn of_file(
    app: &App,
    ctx: &Ctx,
    registration: RegistrationId,
    after: Option<MeasureId>,
    limit: i64,
) -> Result<SignalPage, Refusal> {
    let deed = Deed::on(Action::SignalReadMatched, ObjectRef::registration(registration), registration);
    let reader = ctx.clone();
    unit::read(app, ctx, deed, move |conn| {
        let row = registration_find(conn, registration)?.ok_or(Refusal::NotFound)?;
        permit(&reader, Action::SignalReadMatched, &row)?;
        let wanted = MeasuresWanted {
            kind: MeasureKind::Signal,
            registration: Some(registration),
            states: vec!["matched".to_owned(), "closed".to_owned()],
            after,
            limit: limit + 1,
        };
        let mut rows = measure_page(conn, &wanted)?;
        page(&reader, &mut rows, limit)
    })
    .await
}

fn page(ctx: &Ctx, rows: &mut Vec<MeasureRow>, limit: i64) -> Result<SignalPage, Refusal> {
    let next = cut(rows, limit, |row| row.id);
    let today = ctx.today(Regime::NlPilot.zone());
    Ok(SignalPage { items: rows.iter().map(|row| SignalView::line(row, today)).collect::<Result<_, _>>()?, next })
}

/// Opens a signal: one of the worklist, or one that was matched to a file the reader may open.
///
/// # Errors
/// [`Refusal::NotFound`], also when it was destroyed; [`Refusal::Forbidden`].
pub async fn read(app: &App, ctx: &Ctx, id: MeasureId) -> Result<SignalView, Refusal> {
    let deed = Deed::of(Action::SignalRead, ObjectRef::measure(id)).with_fields(&["text"]);
    let key = key_of(app, ctx, MeasureKind::Signal, id, &deed).await?;
    let told = |seen: &SignalView, deed: Deed| {
        let reporter =
            seen.reporter.as_ref().is_some_and(|shown| shown.identity.is_some() || shown.reference.is_some());
        let deed = Deed { registration: seen.registration_id, ..deed };
        if reporter { deed.with_fields(&["text", "reporter"]) } else { deed }
    };
    let (reader, rules, book) = (ctx.clone(), app.measures.clone(), app.rules.clone());
    unit::read_told(app, ctx, deed, told, move |conn| {
        let row = measure_find(conn, MeasureKind::Signal, id)?.ok_or(Refusal::NotFound)?;
        let general = decide_without_subject(&reader.actor, Action::SignalRead, reader.purpose).allowed();
        if let Err(refusal) = general {
            let file = row.registration_id.map(|file| registration_find(conn, file)).transpose()?.flatten();
            let Some(file) = file else { return Err(refusal) };
            permit(&reader, Action::SignalReadMatched, &file).map_err(|_| refusal)?;
        }
        let steps = measure_step_list(conn, id)?;
        let history: Vec<SignalEvent> = events(&steps, &key)?;
        let signal = stands(&history, &rules, book.calendar(), reader.today(Regime::NlPilot.zone()))?;
        open(&reader, &row, &steps, &signal, &rules, &key)
    })
    .await
}
