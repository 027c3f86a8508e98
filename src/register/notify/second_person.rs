//! The second person: decides whether a report counts from the earlier time an officer stated.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::report::Report;
use super::{NotificationAnswer, TripAmendment, TripCancellation, TripReturn, UnnotifiedReturn};
use crate::access::{self, Action, Ctx};
use crate::app::App;
use crate::audit::{Deed, ObjectRef};
use crate::ids::{NotificationId, RegistrationId};
use crate::register::file::{self, File, NewFact};
use crate::register::input::{
    AbsenceReport, AddressReport, ConfirmationReport, InitialReport, NameReport, NightReport, StayReport, TravelReport,
};
use crate::register::permit::subject_of;
use crate::register::reassess::Occasion;
use crate::register::receipt::{self, Subject};
use crate::register::refusal::Refusal;
use crate::register::unit;
use crate::register::view::{self, NotificationDetail};
use crate::store::notifications::{NotificationDecided, notification_find};
use crate::store::rows::NotificationRow;
use crate::store::{Conn, Decided, Scope, WriteSet};
use crate::vault::Strongbox;
use crate::vocabulary::{DutyKind, NotificationState};

/// What the second person decides.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ReceiptDecision {
    /// Whether the earlier time of receipt is accepted.
    pub accept: bool,
}

/// Reads a notification that waits for the actor as a second person.
///
/// # Errors
/// As [`decide_receipt()`].
pub async fn waiting(
    app: &App,
    ctx: &Ctx,
    registration: RegistrationId,
    id: NotificationId,
) -> Result<NotificationDetail, Refusal> {
    let reader = ctx.clone();
    let deed = Deed::on(Action::NotificationRead, ObjectRef::notification(id), registration);
    unit::read(app, ctx, deed, move |conn| {
        let file = File::load(conn, registration)?;
        waits_for(conn, &file, id, &reader).map(drop)
    })
    .await?;
    view::notification(app, ctx, registration, id).await
}

/// A notification that waits for the actor as a second person.
fn waits_for(conn: &mut Conn, file: &File, id: NotificationId, ctx: &Ctx) -> Result<NotificationRow, Refusal> {
    let row = notification_find(conn, file.registration.id, id)?.ok_or(Refusal::NotFound)?;
    let subject = access::Subject { asked_by: Some(row.recorded_by), ..subject_of(&file.registration, ctx) };
    access::decide(&ctx.actor, Action::NotificationDecideReceipt, &subject, ctx.purpose).allowed()?;
    if row.state != NotificationState::AwaitingSecondPerson {
        return Err(Refusal::Conflict {
            code: "not_waiting",
            detail: "This notification does not wait for a second person.",
        });
    }
    Ok(row)
}

/// Decides on a notification that waits. Accepted, it counts from the stated time; rejected, it never counts.
///
/// # Errors
/// [`Refusal::Forbidden`] for the officer who recorded it; [`Refusal::Conflict`] when it does not wait.
pub async fn decide_receipt(
    app: &App,
    ctx: &Ctx,
    registration: RegistrationId,
    notification: NotificationId,
    decision: ReceiptDecision,
) -> Result<NotificationAnswer, Refusal> {
    let deed = Deed::on(Action::NotificationDecideReceipt, ObjectRef::notification(notification), registration);
    let strongbox = file::strongbox(app, ctx, registration, &deed).await?;
    let (unit_app, unit_ctx, sealed) = (app.clone(), ctx.clone(), strongbox.clone());
    unit::write(app, ctx, Scope::Registration(registration), deed, Some(strongbox), move |conn| {
        let (app, ctx) = (&unit_app, &unit_ctx);
        let file = File::load(conn, registration)?;
        let row = waits_for(conn, &file, notification, ctx)?;
        decide(app, ctx, conn, file, &row, decision, &sealed)
    })
    .await
}

fn decide(
    app: &App,
    ctx: &Ctx,
    conn: &mut Conn,
    mut file: File,
    row: &NotificationRow,
    decision: ReceiptDecision,
    strongbox: &Strongbox,
) -> Result<Decided<NotificationAnswer>, Refusal> {
    let content: serde_json::Value =
        strongbox.open("notifications", "content_enc", row.id.as_str(), &row.content_enc)?;
    let mut writes = WriteSet::default();
    let state = if decision.accept { NotificationState::Accepted } else { NotificationState::Rejected };
    let subject = Subject::Notification { id: row.id, kind: row.kind };
    let signed = receipt::sign_decided(app, subject, row.received_at, &content, decision.accept)?;
    let counts_on = row.posted_on.unwrap_or(row.received_on);
    let mut duties_met = Vec::new();
    let mut travel_plan_id = None;
    if decision.accept {
        let facts = assertions_of(app, conn, &file, row, content, counts_on, ctx.today(file.zone()))?;
        travel_plan_id = facts.iter().find_map(NewFact::trip);
        let birth_date = file.birth_date_if_needed(strongbox)?;
        let occasion =
            Occasion { rules: &app.rules, proposals: &app.proposals, on: ctx.today(file.zone()), now: ctx.now.legal };
        let met = file.record(ctx, conn, facts, birth_date, strongbox, occasion, &mut writes)?;
        duties_met = met.into_iter().filter(|(_, by)| *by == row.id).map(|(duty, _)| duty).collect();
    }
    writes.changes.push(Box::new(NotificationDecided {
        id: row.id,
        state,
        decided_by: ctx.actor.account,
        decided_at: ctx.now.legal,
        receipt: signed.jws.clone(),
    }));
    let answer = NotificationAnswer {
        id: row.id,
        registration_id: row.registration_id,
        kind: row.kind,
        state,
        received_at: row.received_at,
        counts_on,
        recorded_at: row.recorded_at,
        channel: row.channel,
        receipt: signed.jws,
        travel_plan_id,
        duties_met,
    };
    Ok(Decided::new(writes, answer))
}

/// What a stored report asserts, now that it counts. What has come into the file since may stand against it.
fn assertions_of(
    app: &App,
    conn: &mut Conn,
    file: &File,
    row: &NotificationRow,
    content: serde_json::Value,
    counts_on: chrono::NaiveDate,
    today: chrono::NaiveDate,
) -> Result<Vec<NewFact>, Refusal> {
    /// Reads the stored content as one kind of report and asks what it asserts.
    macro_rules! of {
        ($report:ty) => {
            serde_json::from_value::<$report>(content)
                .map_err(|e| Refusal::Keys(format!("stored report: {e}")))?
                .assertions(app, conn, file, row.id, counts_on, today)?
        };
    }
    let follows_up = content.get("trip").is_some();
    let asserted = match row.kind {
        DutyKind::Initial => of!(InitialReport),
        DutyKind::Name => of!(NameReport),
        DutyKind::Home => of!(AddressReport),
        DutyKind::Stay => of!(StayReport),
        DutyKind::Travel if follows_up && content.get("departureOn").is_some() => of!(TripAmendment),
        DutyKind::Travel if follows_up => of!(TripCancellation),
        DutyKind::Travel => of!(TravelReport),
        DutyKind::Return if follows_up => of!(TripReturn),
        DutyKind::Return => of!(UnnotifiedReturn),
        DutyKind::UnplannedAbsence => of!(AbsenceReport),
        DutyKind::Periodic => of!(ConfirmationReport),
        DutyKind::NoHome => of!(NightReport),
    };
    asserted.map_err(Refusal::Invalid)
}
