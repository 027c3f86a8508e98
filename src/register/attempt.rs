//! Attempts: a report that did not become a notification, recorded by whoever saw it fail, with a receipt that says
//! so. Attempts are read before anything is held against a person.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::file::{self, File};
use super::permit::permit;
use super::receipt::{self, Subject};
use super::refusal::{FieldError, Refusal};
use super::unit;
use crate::access::{Action, Ctx};
use crate::app::App;
use crate::audit::{Deed, ObjectRef, Outcome};
use crate::clock::UtcTime;
use crate::ids::{AttemptId, DutyId, RegistrationId};
use crate::store::rows::AttemptRow;
use crate::store::{Decided, Scope, WriteSet};
use crate::vault::Strongbox;
use crate::vocabulary::{AttemptKind, Channel, DutyKind, DutyOutcome, Role};

/// An attempt somebody saw fail.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AttemptReport {
    /// What the person wanted to notify.
    pub duty_kind: DutyKind,
    /// The duty it concerns, when that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub duty_id: Option<DutyId>,
    /// What went wrong: `desk_refused`, `system_unavailable`, `document_problem` or `other`.
    pub kind: AttemptKind,
    /// When. Not in the future.
    pub occurred_at: UtcTime,
    /// Where the person tried.
    pub channel: Channel,
    /// What happened.
    #[schema(min_length = 3, max_length = 1_000, example = "Balie gesloten wegens storing; weggestuurd om 16:40.")]
    pub note: String,
}

/// A recorded attempt, as it is answered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct AttemptAnswer {
    /// The attempt.
    pub id: AttemptId,
    /// What went wrong.
    pub kind: AttemptKind,
    /// What the person wanted to notify.
    pub duty_kind: DutyKind,
    /// The duty it concerns.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub duty_id: Option<DutyId>,
    /// When.
    pub occurred_at: UtcTime,
    /// Signed proof of the attempt; it says that it is not a notification.
    pub receipt: String,
}

/// An attempt that answers a request for a notification.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Attempted {
    attempt: AttemptId,
    receipt: String,
    instead: Option<String>,
    errors: Vec<KeptError>,
}

/// A field error as it is kept with the answer to a repeated request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct KeptError {
    pointer: String,
    code: String,
    detail: String,
}

impl Attempted {
    /// What the audit tells of it: the attempt was recorded, and what was asked for was refused.
    pub fn told(&self, deed: Deed) -> Deed {
        let code = if self.instead.is_some() { "channel_not_accepted" } else { "incomplete" };
        Deed { object: ObjectRef::attempt(self.attempt), outcome: Outcome::Refused(code), ..deed }
    }

    /// The refusal it amounts to.
    pub fn into_refusal(self) -> Refusal {
        let Self { attempt, receipt, instead, errors } = self;
        match instead {
            Some(instead) => Refusal::ChannelNotAccepted { attempt, receipt, instead },
            None => Refusal::Incomplete {
                errors: errors.into_iter().map(|e| FieldError::new(e.pointer, e.code, e.detail)).collect(),
                attempt,
                receipt,
            },
        }
    }
}

/// Records an attempt that an officer saw, or that a registrant tells of.
///
/// # Errors
/// Every invalid field; or what is in the way.
pub async fn record(
    app: &App,
    ctx: &Ctx,
    registration: RegistrationId,
    report: AttemptReport,
) -> Result<AttemptAnswer, Refusal> {
    let id = AttemptId::fresh();
    let deed = Deed::on(Action::AttemptRecord, ObjectRef::attempt(id), registration);
    let strongbox = file::strongbox(app, ctx, registration, &deed).await?;
    let content = serde_json::to_value(&report).map_err(|e| Refusal::Keys(e.to_string()))?;
    let signed = receipt::sign(app, Subject::Attempt { id, kind: report.duty_kind }, report.occurred_at, &content)?;
    let (unit_ctx, sealed) = (ctx.clone(), strongbox.clone());
    let told = |made: &AttemptAnswer, deed: Deed| Deed { object: ObjectRef::attempt(made.id), ..deed };
    unit::write_told(app, ctx, Scope::Registration(registration), deed, Some(strongbox), told, move |conn| {
        let file = File::load(conn, registration)?;
        permit(&unit_ctx, Action::AttemptRecord, &file.registration)?;
        let faults = faults(&report, &file, &unit_ctx);
        if !faults.is_empty() {
            return Err(Refusal::Invalid(faults));
        }
        let duty_id = report.duty_id.or_else(|| concerned(&file, report.duty_kind));
        let row = AttemptRow {
            id,
            registration_id: registration,
            kind: report.kind,
            duty_kind: report.duty_kind,
            duty_id,
            occurred_at: report.occurred_at,
            occurred_on: report.occurred_at.day_in(file.zone()),
            recorded_at: unit_ctx.now.legal,
            recorded_by: unit_ctx.actor.account,
            channel: report.channel,
            fields: "[]".to_owned(),
            note_enc: Some(sealed.seal("attempts", "note_enc", id.as_str(), &report.note)?),
            receipt: signed.jws.clone(),
        };
        let answer = AttemptAnswer {
            id,
            kind: row.kind,
            duty_kind: row.duty_kind,
            duty_id,
            occurred_at: row.occurred_at,
            receipt: row.receipt.clone(),
        };
        Ok(Decided::new(WriteSet { attempts: vec![row], ..WriteSet::default() }, answer))
    })
    .await
}

fn faults(report: &AttemptReport, file: &File, ctx: &Ctx) -> Vec<FieldError> {
    let mut faults = Vec::new();
    if report.occurred_at > ctx.now.legal {
        faults.push(FieldError::new("/occurredAt", "in_the_future", "The attempt cannot lie in the future."));
    }
    match report.kind {
        AttemptKind::ChannelNotAccepted | AttemptKind::IncompleteContent => faults.push(FieldError::new(
            "/kind",
            "recorded_by_the_system",
            "The system records these itself when it refuses a report.",
        )),
        AttemptKind::DeskRefused
        | AttemptKind::DocumentProblem
        | AttemptKind::SystemUnavailable
        | AttemptKind::Other => {}
    }
    if report.duty_id.is_some_and(|id| !file.duties.iter().any(|duty| duty.id == id && duty.kind == report.duty_kind)) {
        faults.push(FieldError::new(
            "/dutyId",
            "no_such_duty",
            "This registration has no duty of that kind with this id.",
        ));
    }
    faults
}

/// The pending duty of this kind that falls due first: the one an attempt most likely concerns.
fn concerned(file: &File, kind: DutyKind) -> Option<DutyId> {
    file.duties
        .iter()
        .filter(|duty| duty.kind == kind && duty.outcome == DutyOutcome::Pending)
        .min_by_key(|duty| (duty.due_on.is_none(), duty.due_on, duty.id))
        .map(|duty| duty.id)
}

/// Records that a report came through a channel the rules do not accept.
///
/// # Errors
/// [`Refusal::Keys`] when the receipt cannot be signed.
#[expect(clippy::too_many_arguments, reason = "everything one attempt is made of")]
pub fn channel(
    app: &App,
    ctx: &Ctx,
    file: &File,
    kind: DutyKind,
    channel: Channel,
    instead: &str,
    strongbox: &Strongbox,
    writes: &mut WriteSet,
) -> Result<Attempted, Refusal> {
    let row = refused(app, ctx, file, kind, AttemptKind::ChannelNotAccepted, channel, &[], strongbox)?;
    let attempted = Attempted {
        attempt: row.id,
        receipt: row.receipt.clone(),
        instead: Some(instead.to_owned()),
        errors: Vec::new(),
    };
    writes.attempts.push(row);
    Ok(attempted)
}

/// Records that a report lacked required content, naming the fields and never their values.
///
/// # Errors
/// [`Refusal::Keys`] when the receipt cannot be signed.
#[expect(clippy::too_many_arguments, reason = "everything one attempt is made of")]
pub fn incomplete(
    app: &App,
    ctx: &Ctx,
    file: &File,
    kind: DutyKind,
    channel: Channel,
    errors: Vec<FieldError>,
    strongbox: &Strongbox,
    writes: &mut WriteSet,
) -> Result<Attempted, Refusal> {
    let fields: Vec<&str> = errors.iter().map(|error| error.pointer.as_str()).collect();
    let row = refused(app, ctx, file, kind, AttemptKind::IncompleteContent, channel, &fields, strongbox)?;
    let attempted = Attempted {
        attempt: row.id,
        receipt: row.receipt.clone(),
        instead: None,
        errors: errors.into_iter().map(|e| KeptError { pointer: e.pointer, code: e.code, detail: e.detail }).collect(),
    };
    writes.attempts.push(row);
    Ok(attempted)
}

#[expect(clippy::too_many_arguments, reason = "everything one attempt is made of")]
fn refused(
    app: &App,
    ctx: &Ctx,
    file: &File,
    duty_kind: DutyKind,
    kind: AttemptKind,
    channel: Channel,
    fields: &[&str],
    strongbox: &Strongbox,
) -> Result<AttemptRow, Refusal> {
    let id = AttemptId::fresh();
    let content = serde_json::json!({ "kind": kind, "dutyKind": duty_kind, "fields": fields });
    let signed = receipt::sign(app, Subject::Attempt { id, kind: duty_kind }, ctx.now.legal, &content)?;
    let note = match ctx.actor.role {
        Role::Registrant => "Refused when the registrant reported.",
        _ => "Refused when an officer recorded it for the registrant.",
    };
    Ok(AttemptRow {
        id,
        registration_id: file.registration.id,
        kind,
        duty_kind,
        duty_id: concerned(file, duty_kind),
        occurred_at: ctx.now.legal,
        occurred_on: ctx.today(file.zone()),
        recorded_at: ctx.now.legal,
        recorded_by: ctx.actor.account,
        channel,
        fields: serde_json::to_string(fields).map_err(|e| Refusal::Keys(e.to_string()))?,
        note_enc: Some(strongbox.seal("attempts", "note_enc", id.as_str(), note)?),
        receipt: signed.jws,
    })
}
