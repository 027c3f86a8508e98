//! Notifications, attempts, facts and journeys of a registration.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::super::file::{self, File};
use super::super::permit::permit;
use super::super::refusal::Refusal;
use super::super::unit;
use crate::access::{Action, Ctx};
use crate::app::App;
use crate::audit::{Deed, ObjectRef};
use crate::clock::UtcTime;
use crate::ids::{AccountId, AttemptId, DutyId, FactId, NotificationId, RegistrationId};
use crate::law::What;
use crate::store::facts::fact_list;
use crate::store::notifications::{attempt_find, attempt_page, notification_find, notification_page};
use crate::store::rows::{AttemptRow, FactRow, NotificationRow};
use crate::vault::Strongbox;
use crate::vocabulary::{AttemptKind, Channel, DutyKind, FactSource, NotificationState};

/// A notification in a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct NotificationSummary {
    /// The notification.
    pub id: NotificationId,
    /// Its kind.
    pub kind: DutyKind,
    /// Whether it counts.
    pub state: NotificationState,
    /// When it was received.
    pub received_at: UtcTime,
    /// The day of receipt in the zone of the regime.
    pub received_on: NaiveDate,
    /// For post, the day of posting.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub posted_on: Option<NaiveDate>,
    /// When it was recorded.
    pub recorded_at: UtcTime,
    /// The channel.
    pub channel: Channel,
    /// Who recorded it.
    pub recorded_by: AccountId,
    /// Whether somebody else than the registrant recorded it.
    pub on_behalf: bool,
}

/// A notification with what was stated.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct NotificationDetail {
    /// The notification.
    #[serde(flatten)]
    pub summary: NotificationSummary,
    /// What was stated, as it was sent.
    #[schema(value_type = Object)]
    pub content: serde_json::Value,
}

/// One page of notifications, the newest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct NotificationPage {
    /// The notifications.
    pub items: Vec<NotificationSummary>,
    /// Where the next page starts; absent on the last one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next: Option<NotificationId>,
}

impl NotificationSummary {
    pub(crate) fn of(row: &NotificationRow) -> Self {
        Self {
            id: row.id,
            kind: row.kind,
            state: row.state,
            received_at: row.received_at,
            received_on: row.received_on,
            posted_on: row.posted_on,
            recorded_at: row.recorded_at,
            channel: row.channel,
            recorded_by: row.recorded_by,
            on_behalf: row.on_behalf,
        }
    }
}

/// Reads a page of notifications.
///
/// # Errors
/// [`Refusal::NotFound`], [`Refusal::Forbidden`].
pub async fn notifications(
    app: &App,
    ctx: &Ctx,
    registration: RegistrationId,
    after: Option<NotificationId>,
    limit: i64,
) -> Result<NotificationPage, Refusal> {
    let deed = Deed::on(Action::NotificationRead, ObjectRef::registration(registration), registration);
    let reader = ctx.clone();
    unit::read(app, ctx, deed, move |conn| {
        let file = File::load(conn, registration)?;
        permit(&reader, Action::NotificationRead, &file.registration)?;
        let mut rows = notification_page(conn, registration, after, limit + 1)?;
        let next = cut(&mut rows, limit, |row| row.id);
        Ok(NotificationPage { items: rows.iter().map(NotificationSummary::of).collect(), next })
    })
    .await
}

/// Cuts the row that shows that there is more; returns where the next page starts.
pub(crate) fn cut<T, K>(rows: &mut Vec<T>, limit: i64, key: impl Fn(&T) -> K) -> Option<K> {
    let limit = usize::try_from(limit).unwrap_or(0);
    (rows.len() > limit).then(|| rows.truncate(limit))?;
    rows.last().map(key)
}

/// Reads one notification with what was stated.
///
/// # Errors
/// [`Refusal::NotFound`], [`Refusal::Forbidden`].
pub async fn notification(
    app: &App,
    ctx: &Ctx,
    registration: RegistrationId,
    id: NotificationId,
) -> Result<NotificationDetail, Refusal> {
    let deed = Deed::on(Action::NotificationRead, ObjectRef::notification(id), registration).with_fields(&["content"]);
    let strongbox = file::strongbox(app, ctx, registration, &deed).await?;
    let reader = ctx.clone();
    unit::read(app, ctx, deed, move |conn| {
        let file = File::load(conn, registration)?;
        permit(&reader, Action::NotificationRead, &file.registration)?;
        let row = notification_find(conn, registration, id)?.ok_or(Refusal::NotFound)?;
        let content = strongbox.open("notifications", "content_enc", id.as_str(), &row.content_enc)?;
        Ok(NotificationDetail { summary: NotificationSummary::of(&row), content })
    })
    .await
}

/// The receipt of a notification, again.
///
/// # Errors
/// [`Refusal::NotFound`], [`Refusal::Forbidden`].
pub async fn notification_receipt(
    app: &App,
    ctx: &Ctx,
    registration: RegistrationId,
    id: NotificationId,
) -> Result<String, Refusal> {
    let deed = Deed::on(Action::NotificationRead, ObjectRef::notification(id), registration).with_fields(&["receipt"]);
    let reader = ctx.clone();
    unit::read(app, ctx, deed, move |conn| {
        let file = File::load(conn, registration)?;
        permit(&reader, Action::NotificationRead, &file.registration)?;
        notification_find(conn, registration, id)?.map(|row| row.receipt).ok_or(Refusal::NotFound)
    })
    .await
}

/// An attempt that did not become a notification.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct AttemptView {
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
    /// When it was recorded.
    pub recorded_at: UtcTime,
    /// Who recorded it.
    pub recorded_by: AccountId,
    /// The channel tried.
    pub channel: Channel,
    /// The fields that were missing or wrong, by name.
    pub fields: Vec<String>,
    /// What happened.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

impl AttemptView {
    /// A stored attempt, decrypted.
    ///
    /// # Errors
    /// [`Refusal::Keys`] when the note cannot be decrypted.
    pub fn open(row: &AttemptRow, strongbox: &Strongbox) -> Result<Self, Refusal> {
        let note = row
            .note_enc
            .as_deref()
            .map(|sealed| strongbox.open("attempts", "note_enc", row.id.as_str(), sealed))
            .transpose()?;
        Ok(Self {
            id: row.id,
            kind: row.kind,
            duty_kind: row.duty_kind,
            duty_id: row.duty_id,
            occurred_at: row.occurred_at,
            recorded_at: row.recorded_at,
            recorded_by: row.recorded_by,
            channel: row.channel,
            fields: serde_json::from_str(&row.fields).map_err(|e| Refusal::Keys(e.to_string()))?,
            note,
        })
    }
}

/// One page of attempts, the newest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct AttemptPage {
    /// The attempts.
    pub items: Vec<AttemptView>,
    /// Where the next page starts; absent on the last one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next: Option<AttemptId>,
}

/// Reads a page of attempts.
///
/// # Errors
/// [`Refusal::NotFound`], [`Refusal::Forbidden`].
pub async fn attempts(
    app: &App,
    ctx: &Ctx,
    registration: RegistrationId,
    after: Option<AttemptId>,
    limit: i64,
) -> Result<AttemptPage, Refusal> {
    let deed =
        Deed::on(Action::AttemptRead, ObjectRef::registration(registration), registration).with_fields(&["note"]);
    let strongbox = file::strongbox(app, ctx, registration, &deed).await?;
    let reader = ctx.clone();
    unit::read(app, ctx, deed, move |conn| {
        let file = File::load(conn, registration)?;
        permit(&reader, Action::AttemptRead, &file.registration)?;
        let mut rows = attempt_page(conn, registration, after, limit + 1)?;
        let next = cut(&mut rows, limit, |row| row.id);
        let items = rows.iter().map(|row| AttemptView::open(row, &strongbox)).collect::<Result<_, _>>()?;
        Ok(AttemptPage { items, next })
    })
    .await
}

/// The receipt of an attempt, again.
///
/// # Errors
/// [`Refusal::NotFound`], [`Refusal::Forbidden`].
pub async fn attempt_receipt(
    app: &App,
    ctx: &Ctx,
    registration: RegistrationId,
    id: AttemptId,
) -> Result<String, Refusal> {
    let deed = Deed::on(Action::AttemptRead, ObjectRef::attempt(id), registration).with_fields(&["receipt"]);
    let reader = ctx.clone();
    unit::read(app, ctx, deed, move |conn| {
        let file = File::load(conn, registration)?;
        permit(&reader, Action::AttemptRead, &file.registration)?;
        attempt_find(conn, registration, id)?.map(|row| row.receipt).ok_or(Refusal::NotFound)
    })
    .await
}

/// A fact as people read it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct FactView {
    /// The fact.
    pub id: FactId,
    /// The first fact of its chain of corrections.
    pub root_id: FactId,
    /// Its number in the file.
    pub seq: i64,
    /// What kind of fact.
    pub kind: String,
    /// The day it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub valid_on: Option<NaiveDate>,
    /// The fact it corrects.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub corrects: Option<FactId>,
    /// The notification that asserts it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub notification_id: Option<NotificationId>,
    /// Who says so.
    pub source: FactSource,
    /// Who recorded it.
    pub asserted_by: AccountId,
    /// Whether it needs no further confirmation.
    pub verified: bool,
    /// When it was recorded.
    pub recorded_at: UtcTime,
    /// Whether it governs: it was neither corrected nor withdrawn.
    pub governs: bool,
    /// What the rules read of it.
    #[schema(value_type = Object)]
    pub payload: serde_json::Value,
    /// What people read of it besides.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>)]
    pub content: Option<serde_json::Value>,
}

/// Every fact of a registration, in the order in which they were recorded.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct FactList {
    /// The facts.
    pub items: Vec<FactView>,
}

/// Reads the facts of a registration. Convictions are read by whoever may read facts.
///
/// # Errors
/// [`Refusal::NotFound`], [`Refusal::Forbidden`].
pub async fn facts(app: &App, ctx: &Ctx, registration: RegistrationId) -> Result<FactList, Refusal> {
    let deed = Deed::on(Action::FactRead, ObjectRef::registration(registration), registration).with_fields(&["facts"]);
    let strongbox = file::strongbox(app, ctx, registration, &deed).await?;
    let reader = ctx.clone();
    unit::read(app, ctx, deed, move |conn| {
        let file = File::load(conn, registration)?;
        permit(&reader, Action::FactRead, &file.registration)?;
        let rows = fact_list(conn, registration)?;
        let governing: Vec<FactId> = file::governing(&rows).iter().map(|row| row.id).collect();
        let items =
            rows.iter().map(|row| fact_view(row, governing.contains(&row.id), &strongbox)).collect::<Result<_, _>>()?;
        Ok(FactList { items })
    })
    .await
}

/// A fact in full, decrypted.
///
/// # Errors
/// [`Refusal::Keys`] when it cannot be decrypted.
pub(crate) fn fact_view(row: &FactRow, governs: bool, strongbox: &Strongbox) -> Result<FactView, Refusal> {
    let content = row
        .content_enc
        .as_deref()
        .map(|sealed| strongbox.open("facts", "content_enc", row.id.as_str(), sealed))
        .transpose()?;
    Ok(FactView {
        id: row.id,
        root_id: row.root_id,
        seq: row.seq,
        kind: row.kind.clone(),
        valid_on: row.valid_on,
        corrects: row.corrects_id,
        notification_id: row.notification_id,
        source: row.source,
        asserted_by: row.asserted_by,
        verified: row.verified,
        recorded_at: row.recorded_at,
        governs,
        payload: serde_json::from_str(&row.payload).map_err(|e| Refusal::Rules(e.to_string()))?,
        content,
    })
}

/// A journey abroad as it stands in the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct TravelPlan {
    /// The journey, by which it is amended, cancelled or ended.
    pub id: FactId,
    /// Day of departure.
    pub departure_on: NaiveDate,
    /// Day of return, planned or reported; absent while it is not known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub return_on: Option<NaiveDate>,
    /// Whether an absence of the length that counts was intended on leaving.
    pub intended: bool,
    /// The return that was planned on leaving.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub planned_return_on: Option<NaiveDate>,
}

/// The journeys of a registration, by departure.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct TravelPlanList {
    /// The journeys; cancelled ones are not among them.
    pub items: Vec<TravelPlan>,
}

/// Reads the journeys of a registration.
///
/// # Errors
/// [`Refusal::NotFound`], [`Refusal::Forbidden`].
pub async fn travel_plans(app: &App, ctx: &Ctx, registration: RegistrationId) -> Result<TravelPlanList, Refusal> {
    let deed = Deed::on(Action::NotificationRead, ObjectRef::registration(registration), registration)
        .with_fields(&["travelPlans"]);
    let reader = ctx.clone();
    unit::read(app, ctx, deed, move |conn| {
        let file = File::load(conn, registration)?;
        permit(&reader, Action::NotificationRead, &file.registration)?;
        let items = plans_of(&file);
        Ok(TravelPlanList { items })
    })
    .await
}

/// The journeys in a file, by departure.
pub(super) fn plans_of(file: &File) -> Vec<TravelPlan> {
    let mut plans: Vec<TravelPlan> = file
        .document
        .law
        .events
        .iter()
        .filter_map(|event| match (&event.what, event.id.as_deref()) {
            (What::Absence(absence), Some(id)) => Some(TravelPlan {
                id: id.parse().ok()?,
                departure_on: absence.from,
                return_on: absence.until,
                intended: absence.intended,
                planned_return_on: absence.planned_return,
            }),
            _ => None,
        })
        .collect();
    plans.sort_by_key(|plan| (plan.departure_on, plan.id));
    plans
}
