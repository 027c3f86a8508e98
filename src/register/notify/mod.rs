//! A notification: what a registrant gives, or an officer records for them.
//!
//! Accepted, it is immutable, asserts its events, meets the duties the law says it meets, and answers with a signed
//! receipt, all in one transaction. Through a channel the rules do not accept, or without the content they require,
//! it counts as not given: that is recorded as an attempt, with a receipt that says so, beside the duty it concerns.

mod reception;
mod report;
mod reports;
mod second_person;
mod travel;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use chrono::NaiveDate;

pub use reception::Reception;
pub use report::{Claims, Report};
pub use second_person::{ReceiptDecision, decide_receipt, waiting};
pub use travel::{TripAmendment, TripCancellation, TripReturn, UnnotifiedReturn};

use super::address::Address;
use super::attempt::{self, Attempted};
use super::fact::{FactBody, FactsDocument};
use super::file::{self, File, NewFact};
use super::home::Home;
use super::permit::permit;
use super::reassess::Occasion;
use super::receipt::{self, Subject};
use super::refusal::{FieldError, Refusal};
use super::{status, unit};
use crate::access::{Action, Ctx};
use crate::app::App;
use crate::audit::{Deed, ObjectRef};
use crate::clock::UtcTime;
use crate::ids::{DutyId, FactId, NotificationId, RegistrationId};
use crate::law;
use crate::store::rows::NotificationRow;
use crate::store::{Conn, Decided, Scope, WriteSet};
use crate::vault::Strongbox;
use crate::vocabulary::{Channel, DutyKind, LegalStatus, LocationStatus, NotificationState, Role};

/// What the register answers to an accepted notification.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct NotificationAnswer {
    /// The notification.
    pub id: NotificationId,
    /// The registration it belongs to.
    pub registration_id: RegistrationId,
    /// Its kind.
    pub kind: DutyKind,
    /// `accepted`, or `awaiting_second_person` when the earlier time of receipt needs one.
    pub state: NotificationState,
    /// When it was received: decides timeliness.
    pub received_at: UtcTime,
    /// The day on which it counts, in the zone of the regime.
    pub counts_on: NaiveDate,
    /// When it was recorded.
    pub recorded_at: UtcTime,
    /// The channel it came through.
    pub channel: Channel,
    /// Signed proof, verifiable by anybody with the published keys.
    pub receipt: String,
    /// For a journey: its id, by which it is amended, cancelled or ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub travel_plan_id: Option<FactId>,
    /// The duties it met, in time or late.
    pub duties_met: Vec<DutyId>,
}

/// What became of a report: kept as the answer to a repeated request.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
enum Received {
    Notification(NotificationAnswer),
    Attempt(Attempted),
}

impl Received {
    fn told(&self, deed: Deed) -> Deed {
        match self {
            Self::Notification(answer) => Deed { object: ObjectRef::notification(answer.id), ..deed },
            Self::Attempt(attempted) => attempted.told(deed),
        }
    }
}

/// Records a report as a notification. `via` is the channel of the request itself: an officer's report names its own.
///
/// # Errors
/// [`Refusal::ChannelNotAccepted`] and [`Refusal::Incomplete`] after recording the attempt; otherwise whatever is in
/// the way, with nothing recorded but the refusal.
pub async fn notify<R: Report>(
    app: &App,
    ctx: &Ctx,
    registration: RegistrationId,
    report: R,
    via: Channel,
) -> Result<NotificationAnswer, Refusal> {
    // A registrant who claims to report for somebody is told so among the faults.
    let own = ctx.actor.role == Role::Registrant;
    let action = if own { Action::NotificationCreate } else { Action::NotificationCreateOnBehalf };
    let id = NotificationId::fresh();
    let deed = Deed::on(action, ObjectRef::notification(id), registration);
    let strongbox = file::strongbox(app, ctx, registration, &deed).await?;
    let prepared = Prepared::new(app, ctx, id, registration, &report, via, &strongbox)?;
    let (unit_app, unit_ctx, sealed) = (app.clone(), ctx.clone(), strongbox.clone());
    let scope = Scope::Registration(registration);
    let received = unit::write_told(app, ctx, scope, deed, Some(strongbox), Received::told, move |conn| {
        receive(&unit_app, &unit_ctx, conn, action, &report, &prepared, &sealed)
    })
    .await?;
    match received {
        Received::Notification(answer) => Ok(answer),
        Received::Attempt(attempted) => Err(attempted.into_refusal()),
    }
}

/// Records that a request for a notification lacked required content, and says so.
///
/// # Errors
/// When the actor may not report here at all, or the store fails; the attempt itself is the answer.
pub async fn refuse_incomplete(
    app: &App,
    ctx: &Ctx,
    registration: RegistrationId,
    kind: DutyKind,
    via: Channel,
    errors: Vec<FieldError>,
) -> Result<Refusal, Refusal> {
    let deed = Deed::on(Action::AttemptRecord, ObjectRef::registration(registration), registration);
    let strongbox = file::strongbox(app, ctx, registration, &deed).await?;
    let (unit_app, unit_ctx) = (app.clone(), ctx.clone());
    let sealed = strongbox.clone();
    let scope = Scope::Registration(registration);
    let attempted = unit::write_told(app, ctx, scope, deed, Some(strongbox), Attempted::told, move |conn| {
        let file = File::load(conn, registration)?;
        let action = match unit_ctx.actor.role {
            Role::Registrant => Action::NotificationCreate,
            _ => Action::NotificationCreateOnBehalf,
        };
        permit(&unit_ctx, action, &file.registration)?;
        let mut writes = WriteSet::default();
        let attempted =
            attempt::incomplete(&unit_app, &unit_ctx, &file, kind, via, errors.clone(), &sealed, &mut writes)?;
        Ok(Decided::new(writes, attempted))
    })
    .await?;
    Ok(attempted.into_refusal())
}

/// What is made before the unit of work, because nothing slow happens inside it.
struct Prepared {
    id: NotificationId,
    registration: RegistrationId,
    content_enc: String,
    evidence_enc: Option<String>,
    claims: Claims,
    via: Channel,
    signed: receipt::Signed,
}

impl Prepared {
    fn new<R: Report>(
        app: &App,
        ctx: &Ctx,
        id: NotificationId,
        registration: RegistrationId,
        report: &R,
        via: Channel,
        strongbox: &Strongbox,
    ) -> Result<Self, Refusal> {
        let claims = Claims::of(report.on_behalf(), ctx, via);
        let content = serde_json::to_value(report).map_err(|e| Refusal::Keys(e.to_string()))?;
        let subject = Subject::Notification { id, kind: R::KIND };
        Ok(Self {
            id,
            registration,
            content_enc: strongbox.seal("notifications", "content_enc", id.as_str(), &content)?,
            evidence_enc: report
                .on_behalf()
                .map(|on_behalf| strongbox.seal("notifications", "evidence_enc", id.as_str(), on_behalf))
                .transpose()?,
            signed: receipt::sign(app, subject, claims.received_at, &content)?,
            claims,
            via,
        })
    }
}

/// The unit of work itself.
fn receive<R: Report>(
    app: &App,
    ctx: &Ctx,
    conn: &mut Conn,
    action: Action,
    report: &R,
    prepared: &Prepared,
    strongbox: &Strongbox,
) -> Result<Decided<Received>, Refusal> {
    let file = File::load(conn, prepared.registration)?;
    permit(ctx, action, &file.registration)?;
    let today = ctx.today(file.zone());
    if status::legal(&file.registration, today) != LegalStatus::Active {
        return Err(Refusal::Conflict {
            code: "registration_not_active",
            detail: "This registration is not in force today: nothing can be notified on it.",
        });
    }
    let reception = Reception::judge(app, ctx, &file, R::KIND, &prepared.claims);
    let mut writes = WriteSet::default();
    if let Some(instead) = reception.refused_channel() {
        let attempted =
            attempt::channel(app, ctx, &file, R::KIND, prepared.claims.channel, instead, strongbox, &mut writes)?;
        return Ok(Decided::new(writes, Received::Attempt(attempted)));
    }
    let mut faults = prepared.claims.faults(report.on_behalf(), ctx, file.zone());
    faults.extend(report.faults(today));
    let facts = match report.assertions(app, conn, &file, prepared.id, reception.counts_on, today)? {
        Ok(facts) => facts,
        Err(further) => {
            faults.extend(further);
            Vec::new()
        }
    };
    if !faults.is_empty() {
        let attempted = attempt::incomplete(app, ctx, &file, R::KIND, prepared.via, faults, strongbox, &mut writes)?;
        return Ok(Decided::new(writes, Received::Attempt(attempted)));
    }
    accept(app, ctx, conn, report, prepared, strongbox, file, &reception, facts, writes)
}

#[expect(clippy::too_many_arguments, reason = "the last step of one unit of work")]
fn accept<R: Report>(
    app: &App,
    ctx: &Ctx,
    conn: &mut Conn,
    report: &R,
    prepared: &Prepared,
    strongbox: &Strongbox,
    mut file: File,
    reception: &Reception,
    facts: Vec<NewFact>,
    mut writes: WriteSet,
) -> Result<Decided<Received>, Refusal> {
    let state = if reception.needs_second_person {
        NotificationState::AwaitingSecondPerson
    } else {
        NotificationState::Accepted
    };
    let signed = if reception.needs_second_person {
        receipt::sign_waiting(app, Subject::Notification { id: prepared.id, kind: R::KIND }, &prepared.signed, ctx)?
    } else {
        prepared.signed.clone()
    };
    let travel_plan_id = facts.iter().find_map(NewFact::trip);
    let mut duties_met = Vec::new();
    writes.notifications.push(NotificationRow {
        id: prepared.id,
        registration_id: prepared.registration,
        kind: R::KIND,
        received_at: prepared.claims.received_at,
        received_on: reception.received_on,
        recorded_at: ctx.now.legal,
        posted_on: prepared.claims.posted_on,
        channel: prepared.claims.channel,
        recorded_by: ctx.actor.account,
        on_behalf: report.on_behalf().is_some(),
        state,
        decided_by: None,
        decided_at: None,
        content_enc: prepared.content_enc.clone(),
        content_digest: signed.digest.clone(),
        evidence_enc: prepared.evidence_enc.clone(),
        receipt: signed.jws.clone(),
    });
    if state == NotificationState::Accepted {
        if let Some(home) = report.home() {
            file.registration.location_status = location_after::<R>(conn, &file, home, strongbox)?;
        }
        let birth_date = file.birth_date_if_needed(strongbox)?;
        let occasion =
            Occasion { rules: &app.rules, proposals: &app.proposals, on: ctx.today(file.zone()), now: ctx.now.legal };
        let met = file.record(ctx, conn, facts, birth_date, strongbox, occasion, &mut writes)?;
        duties_met = met.into_iter().filter(|(_, by)| *by == prepared.id).map(|(duty, _)| duty).collect();
        writes.changes.extend(file::findable_by(app, &file, report.home(), &report.names(), strongbox)?);
    }
    let answer = NotificationAnswer {
        id: prepared.id,
        registration_id: prepared.registration,
        kind: R::KIND,
        state,
        received_at: prepared.claims.received_at,
        counts_on: reception.counts_on,
        recorded_at: ctx.now.legal,
        channel: prepared.claims.channel,
        receipt: signed.jws,
        travel_plan_id,
        duties_met,
    };
    Ok(Decided::new(writes, Received::Notification(answer)))
}

/// What is known of the home once `home` was reported: that it was reported. A confirmation of the home that was verified
/// takes nothing back.
fn location_after<R: Report>(
    conn: &mut Conn,
    file: &File,
    home: &Address,
    strongbox: &Strongbox,
) -> Result<LocationStatus, Refusal> {
    let present = file.registration.location_status;
    let confirms = R::KIND == DutyKind::Periodic && present == LocationStatus::Verified;
    if confirms && Home::find(conn, file.registration.id, strongbox)?.is_some_and(|on_file| on_file.is(home)) {
        return Ok(present);
    }
    Ok(if home.is_no_fixed_abode() { LocationStatus::NoFixedAbode } else { LocationStatus::Reported })
}

/// The fact that a notification was given, as the law engine reads it.
pub(super) fn notified(notification: NotificationId, kind: DutyKind, on: NaiveDate, detail: NotifiedDetail) -> NewFact {
    let what = law::What::Notification(law::Notification {
        on,
        kind: kind.into(),
        planned_return: detail.planned_return,
        place: detail.place,
        trip: detail.trip.map(|trip| law::Name::from(trip.as_str())),
    });
    NewFact::of_notification(notification, FactBody::Notified { notification, event: law::Event { id: None, what } })
}

/// What a notification says besides that it was given.
#[derive(Debug, Default)]
pub(super) struct NotifiedDetail {
    planned_return: Option<NaiveDate>,
    place: Option<law::Name>,
    trip: Option<FactId>,
}

/// The days on which the governing home changes are recorded, in order.
pub(super) fn home_changes(document: &FactsDocument) -> Vec<NaiveDate> {
    let mut days: Vec<NaiveDate> = document
        .law
        .events
        .iter()
        .filter_map(|event| match event.what {
            law::What::HomeChanged { on } => Some(on),
            _ => None,
        })
        .collect();
    days.sort_unstable();
    days
}
