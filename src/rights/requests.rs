//! What a person asks of the register as their right, and somebody decides: access to what is held back, rectification,
//! completion, erasure, restriction, objection (Wpg art. 25, 27, 28; Wjsg art. 18, 22; AVG art. 21).
//!
//! The privacy officer decides, with reasons, within a term that is told at once. What is granted is carried out by the
//! officer or the privacy officer with the use cases there are for it, and is then recorded here; recipients of the last year
//! are told by those. A restriction stands at the head of the file until it is lifted. It stops no duty: those follow from
//! the law.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::terms::{RightsTerms, Term};
use crate::access::{Action, Ctx, decide_without_subject};
use crate::app::App;
use crate::audit::{Deed, ObjectRef};
use crate::clock::UtcTime;
use crate::ids::{RegistrationId, RightsRequestId};
use crate::law::Calendar;
use crate::register::around::frame::{self, Opened, as_asked};
use crate::register::view::{Both, cut};
use crate::register::{FieldError, Refusal, unit};
use crate::store::rights_requests::{
    RightsRequestReplaced, RightsRequestRow, restriction_exists, rights_request_find, rights_request_page,
    rights_request_waiting,
};
use crate::store::{Conn, Decided, WriteSet};
use crate::vault::Strongbox;
use crate::vocabulary::{RightsGround, RightsKind, RightsOutcome, RightsState, Role};

const TABLE: &str = "rights_requests";
const COLUMN: &str = "content_enc";

/// A request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct NewRightsRequest {
    /// What is asked.
    pub kind: RightsKind,
    /// What it is about.
    #[schema(min_length = 3, max_length = 2_000, example = "Het adres van vóór mijn verhuizing")]
    pub about: String,
    /// How it should be.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 1, max_length = 2_000)]
    pub wanted: Option<String>,
    /// The day on which a letter came in; for staff, who record it for somebody. Absent: today.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub received_on: Option<NaiveDate>,
}

/// The term is made longer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RightsExtension {
    /// Why; the person reads it.
    #[schema(min_length = 3, max_length = 2_000)]
    pub reasons: String,
}

/// A decision.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RightsDecision {
    /// What is decided.
    pub outcome: RightsOutcome,
    /// Why something is refused; none when all is granted.
    #[serde(default)]
    #[schema(max_items = 7)]
    pub grounds: Vec<RightsGround>,
    /// The reasons; the person reads them.
    #[schema(min_length = 3, max_length = 5_000)]
    pub reasons: String,
}

/// What was granted was done, or a restriction is over.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RightsDone {
    /// What was done, and which recipients were told; the person reads it.
    #[schema(min_length = 3, max_length = 2_000)]
    pub what: String,
}

/// A request, and where it stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct RightsRequestView {
    /// The request.
    pub id: RightsRequestId,
    /// Whose.
    pub registration_id: RegistrationId,
    /// What is asked.
    pub kind: RightsKind,
    /// Where it stands.
    pub state: RightsState,
    /// The day it came in.
    pub received_on: NaiveDate,
    /// The last day to decide.
    pub due: NaiveDate,
    /// What it says and what became of it; left out of lists over many files.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub content: Option<RightsContent>,
    /// The version, for `If-Match`.
    pub version: i64,
}

/// What a request says, and what became of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct RightsContent {
    /// What it is about.
    pub about: String,
    /// How it should be.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub wanted: Option<String>,
    /// The provision the term comes from.
    pub source: String,
    /// What was said on receipt: by when there is a decision, that it is free, where to complain.
    pub acknowledgement: Both,
    /// Why the term was made longer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub extended: Option<Said>,
    /// What was decided.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub decision: Option<RightsDecisionView>,
    /// What was done.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub carried_out: Option<Said>,
    /// Why a restriction is over.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lifted: Option<Said>,
}

/// What an official said, and when.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = RightsSaid)]
pub struct Said {
    /// What.
    pub what: String,
    /// When.
    pub at: UtcTime,
}

/// A decision, and when.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct RightsDecisionView {
    /// What was decided.
    pub outcome: RightsOutcome,
    /// Why something was refused.
    pub grounds: Vec<RightsGround>,
    /// The reasons.
    pub reasons: String,
    /// When.
    pub at: UtcTime,
}

/// One page of requests.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct RightsRequestPage {
    /// The requests.
    pub items: Vec<RightsRequestView>,
    /// Where the next page starts; absent on the last one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next: Option<RightsRequestId>,
}

impl RightsRequestView {
    /// Without what it says.
    fn line(row: &RightsRequestRow) -> Self {
        Self {
            id: row.id,
            registration_id: row.registration_id,
            kind: row.kind,
            state: row.state,
            received_on: row.received_on,
            due: row.due,
            content: None,
            version: row.version,
        }
    }

    fn open(row: &RightsRequestRow, strongbox: &Strongbox) -> Result<Self, Refusal> {
        let content = strongbox.open(TABLE, COLUMN, row.id.as_str(), &row.content_enc)?;
        Ok(Self { content: Some(content), ..Self::line(row) })
    }
}

/// Asks for something, and answers with what is said on receipt.
///
/// # Errors
/// `receivedOn` when it lies in the future, or is told by the person; [`Refusal::NotFound`], [`Refusal::Forbidden`].
pub async fn add(
    app: &App,
    ctx: &Ctx,
    registration: RegistrationId,
    new: NewRightsRequest,
) -> Result<RightsRequestView, Refusal> {
    let id = RightsRequestId::fresh();
    let deed = Deed::on(Action::RightsRequestAdd, ObjectRef::rights_request(id), registration)
        .with_fields(&[new.kind.as_str()]);
    let told = |made: &RightsRequestView, deed: Deed| Deed { object: ObjectRef::rights_request(made.id), ..deed };
    let book = app.clone();
    frame::write(app, ctx, registration, deed, told, move |_, opened| {
        let received_on = received(&new, opened)?;
        let term = term(&book.rights, new.kind, received_on)?;
        let due = last_day(term, received_on, false, book.rules.calendar())?;
        let content = RightsContent {
            about: new.about.clone(),
            wanted: new.wanted.clone(),
            source: term.source.clone(),
            acknowledgement: book.rights.acknowledgement(term, received_on, due),
            extended: None,
            decision: None,
            carried_out: None,
            lifted: None,
        };
        let row = RightsRequestRow {
            id,
            registration_id: registration,
            kind: new.kind,
            state: RightsState::Asked,
            received_on,
            due,
            content_enc: opened.seal(TABLE, COLUMN, id.as_str(), &content)?,
            version: 1,
            recorded_by: opened.ctx.actor.account,
            recorded_at: opened.ctx.now.legal,
        };
        let answer = RightsRequestView { content: Some(content), ..RightsRequestView::line(&row) };
        Ok(Decided::new(WriteSet { rights_requests: vec![row], ..WriteSet::default() }, answer))
    })
    .await
}

/// The day on which a request counts as received.
fn received(new: &NewRightsRequest, opened: &Opened<'_>) -> Result<NaiveDate, Refusal> {
    let Some(day) = new.received_on else { return Ok(opened.today) };
    if opened.ctx.actor.role == Role::Registrant {
        return Err(Refusal::field("/receivedOn", "officers_only", "What you ask is received now. Leave this out."));
    }
    if day > opened.today {
        return Err(Refusal::field("/receivedOn", "in_the_future", "This day lies in the future."));
    }
    Ok(day)
}

fn term(terms: &RightsTerms, kind: RightsKind, received_on: NaiveDate) -> Result<&Term, Refusal> {
    let early = || Refusal::field("/receivedOn", "before_first_rules", "This day lies before the first terms.");
    terms.of(kind, received_on).ok_or_else(early)
}

fn last_day(term: &Term, received_on: NaiveDate, extended: bool, calendar: &Calendar) -> Result<NaiveDate, Refusal> {
    term.last_day(received_on, extended, calendar).map_err(|unknown| Refusal::Rules(unknown.to_string()))
}

/// Reads the requests of a file, the last first.
///
/// # Errors
/// [`Refusal::NotFound`], [`Refusal::Forbidden`].
pub async fn of_file(
    app: &App,
    ctx: &Ctx,
    registration: RegistrationId,
    after: Option<RightsRequestId>,
    limit: i64,
) -> Result<RightsRequestPage, Refusal> {
    let object = ObjectRef::registration(registration);
    let deed = Deed::on(Action::RightsRequestRead, object, registration).with_fields(&["content"]);
    frame::read(app, ctx, registration, deed, as_asked, move |conn, opened| {
        let mut rows = rights_request_page(conn, registration, after, limit + 1)?;
        let next = cut(&mut rows, limit, |row| row.id);
        let items = rows.iter().map(|row| RightsRequestView::open(row, opened.strongbox()));
        Ok(RightsRequestPage { items: items.collect::<Result<_, _>>()?, next })
    })
    .await
}

/// Reads one request.
///
/// # Errors
/// [`Refusal::NotFound`], [`Refusal::Forbidden`].
pub async fn read(
    app: &App,
    ctx: &Ctx,
    registration: RegistrationId,
    id: RightsRequestId,
) -> Result<RightsRequestView, Refusal> {
    let deed = Deed::on(Action::RightsRequestRead, ObjectRef::rights_request(id), registration);
    frame::read(app, ctx, registration, deed.with_fields(&["content"]), as_asked, move |conn, opened| {
        let row = rights_request_find(conn, registration, id)?.ok_or(Refusal::NotFound)?;
        RightsRequestView::open(&row, opened.strongbox())
    })
    .await
}

/// Every request of a file, the last first, for the complete file.
///
/// # Errors
/// [`Refusal::Keys`] when one cannot be decrypted.
pub(super) fn all_of_file(
    conn: &mut Conn,
    registration: RegistrationId,
    strongbox: &Strongbox,
) -> Result<Vec<RightsRequestView>, Refusal> {
    let rows = rights_request_page(conn, registration, None, i64::MAX)?;
    rows.iter().map(|row| RightsRequestView::open(row, strongbox)).collect()
}

/// Lists what must be decided or carried out, the first due first, without what it says.
///
/// # Errors
/// [`Refusal::Forbidden`].
pub async fn waiting(
    app: &App,
    ctx: &Ctx,
    after: Option<RightsRequestId>,
    limit: i64,
) -> Result<RightsRequestPage, Refusal> {
    let reader = ctx.clone();
    unit::read(app, ctx, Deed::of(Action::RightsRequestList, ObjectRef::none()), move |conn| {
        decide_without_subject(&reader.actor, Action::RightsRequestList, reader.purpose).allowed()?;
        let mut rows = rights_request_waiting(conn, after, limit + 1)?;
        let next = cut(&mut rows, limit, |row| row.id);
        Ok(RightsRequestPage { items: rows.iter().map(RightsRequestView::line).collect(), next })
    })
    .await
}

/// Whether a restriction of this registration is in force. It says nothing more, and is asked by whoever has the file open.
///
/// # Errors
/// [`Refusal::Store`].
pub async fn is_restricted(app: &App, registration: RegistrationId) -> Result<bool, Refusal> {
    app.store.read(move |conn| restriction_exists(conn, registration)).await.map_err(Refusal::Store)
}

/// What happens to a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RightsStep {
    /// The term is made longer, once.
    Extend(RightsExtension),
    /// It is decided.
    Decide(RightsDecision),
    /// What was granted was done.
    CarryOut(RightsDone),
    /// A restriction is over.
    Lift(RightsDone),
    /// The person takes it back.
    Withdraw,
}

impl RightsStep {
    const fn action(&self) -> Action {
        match self {
            Self::Extend(_) | Self::Decide(_) | Self::Lift(_) => Action::RightsRequestDecide,
            Self::CarryOut(_) => Action::RightsRequestCarryOut,
            Self::Withdraw => Action::RightsRequestWithdraw,
        }
    }

    /// Where a request stands after this step; nothing when the step does not fit where it stands.
    const fn leads_from(&self, state: RightsState, kind: RightsKind) -> Option<RightsState> {
        use RightsState::{Asked, CarriedOut, Granted, Lifted, PartlyGranted, Refused, Withdrawn};
        match (self, state, kind) {
            (Self::Extend(_), Asked, _) => Some(Asked),
            (Self::Decide(decision), Asked, _) => Some(match decision.outcome {
                RightsOutcome::Granted => Granted,
                RightsOutcome::PartlyGranted => PartlyGranted,
                RightsOutcome::Refused => Refused,
            }),
            (Self::CarryOut(_), Granted | PartlyGranted, _) => Some(CarriedOut),
            (Self::Lift(_), CarriedOut, RightsKind::Restriction) => Some(Lifted),
            (Self::Withdraw, Asked, _) => Some(Withdrawn),
            (
                Self::Extend(_) | Self::Decide(_) | Self::CarryOut(_) | Self::Lift(_) | Self::Withdraw,
                Asked | Granted | PartlyGranted | Refused | CarriedOut | Lifted | Withdrawn,
                _,
            ) => None,
        }
    }
}

/// Takes one step. `version` is the one the caller has read.
///
/// # Errors
/// Every invalid field; [`Refusal::Conflict`] `not_waiting_for_this`, `extended_before`, `cannot_be_extended`;
/// [`Refusal::VersionMoved`].
pub async fn step(
    app: &App,
    ctx: &Ctx,
    registration: RegistrationId,
    id: RightsRequestId,
    version: i64,
    step: RightsStep,
) -> Result<RightsRequestView, Refusal> {
    let deed = Deed::on(step.action(), ObjectRef::rights_request(id), registration);
    let book = app.clone();
    frame::write(app, ctx, registration, deed, as_asked, move |conn, opened| {
        let mut row = rights_request_find(conn, registration, id)?.ok_or(Refusal::NotFound)?;
        if row.version != version {
            return Err(Refusal::VersionMoved);
        }
        row.state = step.leads_from(row.state, row.kind).ok_or(Refusal::Conflict {
            code: "not_waiting_for_this",
            detail: "This does not fit where the request stands.",
        })?;
        let mut content: RightsContent = opened.strongbox().open(TABLE, COLUMN, id.as_str(), &row.content_enc)?;
        let said = |what: &str| Said { what: what.to_owned(), at: opened.ctx.now.legal };
        match &step {
            RightsStep::Extend(extension) => {
                row.due = longer(&book, &row, &content)?;
                content.extended = Some(said(&extension.reasons));
            }
            RightsStep::Decide(decision) => content.decision = Some(decided(decision, opened)?),
            RightsStep::CarryOut(done) => content.carried_out = Some(said(&done.what)),
            RightsStep::Lift(done) => content.lifted = Some(said(&done.what)),
            RightsStep::Withdraw => {}
        }
        row.content_enc = opened.seal(TABLE, COLUMN, id.as_str(), &content)?;
        let line = RightsRequestView::line(&row);
        let answer = RightsRequestView { content: Some(content), version: row.version + 1, ..line };
        let mut writes = WriteSet::default();
        writes.changes.push(Box::new(RightsRequestReplaced(row)));
        Ok(Decided::new(writes, answer))
    })
    .await
}

/// The last day of a term that is made longer.
fn longer(app: &App, row: &RightsRequestRow, content: &RightsContent) -> Result<NaiveDate, Refusal> {
    if content.extended.is_some() {
        let detail = "The term was made longer before; that can be done once.";
        return Err(Refusal::Conflict { code: "extended_before", detail });
    }
    let term = term(&app.rights, row.kind, row.received_on)?;
    if !term.extends() {
        let detail = "The law knows no longer term for this kind of request.";
        return Err(Refusal::Conflict { code: "cannot_be_extended", detail });
    }
    last_day(term, row.received_on, true, app.rules.calendar())
}

fn decided(decision: &RightsDecision, opened: &Opened<'_>) -> Result<RightsDecisionView, Refusal> {
    let grounds: BTreeSet<RightsGround> = decision.grounds.iter().copied().collect();
    let fault = |code: &str, detail: &str| Err(Refusal::Invalid(vec![FieldError::new("/grounds", code, detail)]));
    match (decision.outcome, grounds.is_empty()) {
        (RightsOutcome::Granted, false) => fault("not_with_granted", "Nothing is refused: leave the grounds out."),
        (RightsOutcome::PartlyGranted | RightsOutcome::Refused, true) => {
            fault("ground_needed", "Name on which ground something is refused.")
        }
        (RightsOutcome::Granted, true) | (RightsOutcome::PartlyGranted | RightsOutcome::Refused, false) => {
            Ok(RightsDecisionView {
                outcome: decision.outcome,
                grounds: grounds.into_iter().collect(),
                reasons: decision.reasons.clone(),
                at: opened.ctx.now.legal,
            })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn steps() -> Vec<RightsStep> {
        let decision = |outcome| {
            RightsStep::Decide(RightsDecision { outcome, grounds: Vec::new(), reasons: "Redenen".to_owned() })
        };
        let done = || RightsDone { what: "Gedaan".to_owned() };
        vec![
            RightsStep::Extend(RightsExtension { reasons: "Redenen".to_owned() }),
            decision(RightsOutcome::Granted),
            decision(RightsOutcome::PartlyGranted),
            decision(RightsOutcome::Refused),
            RightsStep::CarryOut(done()),
            RightsStep::Lift(done()),
            RightsStep::Withdraw,
        ]
    }

    #[test]
    fn what_is_over_is_over() {
        for over in [RightsState::Refused, RightsState::Lifted, RightsState::Withdrawn] {
            for kind in RightsKind::ALL {
                assert!(steps().iter().all(|step| step.leads_from(over, *kind).is_none()), "{over} {kind}");
            }
        }
    }

    #[test]
    fn only_a_restriction_that_was_carried_out_is_lifted() {
        let lift = RightsStep::Lift(RightsDone { what: "Voorbij".to_owned() });
        for kind in RightsKind::ALL {
            for state in RightsState::ALL {
                let lifted = *kind == RightsKind::Restriction && *state == RightsState::CarriedOut;
                assert_eq!(lift.leads_from(*state, *kind), lifted.then_some(RightsState::Lifted), "{kind} {state}");
            }
        }
    }

    #[test]
    fn every_state_but_the_first_is_reached_by_a_step() {
        let reached = |wanted: &RightsState| {
            RightsState::ALL.iter().any(|from| {
                steps().iter().any(|step| {
                    step.leads_from(*from, RightsKind::Restriction).is_some_and(|to| to == *wanted && to != *from)
                })
            })
        };
        assert!(RightsState::ALL.iter().filter(|state| **state != RightsState::Asked).all(reached));
    }
}
