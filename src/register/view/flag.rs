//! Flags as an officer reads them: the duty with the explanation stored when the flag was raised, what the person
//! tried, which reminders went out and what became of each, and whether the system itself could not be reached.

use chrono::{Days, NaiveDate};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::super::file::{self, File};
use super::super::permit::subject_of;
use super::super::refusal::Refusal;
use super::super::{status, unit};
use super::duty::DutyVersionView;
use super::notification::{AttemptView, cut};
use crate::access::{self, Action, Ctx};
use crate::app::App;
use crate::audit::{Deed, ObjectRef};
use crate::clock::UtcTime;
use crate::ids::{AccountId, DutyId, FlagId, OutageId, RegistrationId, ReminderId, TeamId};
use crate::store::duties::duty_find;
use crate::store::flags::{
    FlagEvidence, FlagQuery, ReminderProof, flag_evidence, flag_find, flag_list, reminder_proofs,
};
use crate::store::outages::outage_list_between;
use crate::store::rows::{FlagRow, OutageRow};
use crate::vocabulary::{
    DeliveryChannel, DeliveryOutcome, DutyKind, FlagState, OutboxState, PhysicalStatus, Regime, ReminderWindow,
};

/// A flag in a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct FlagSummary {
    /// The flag.
    pub id: FlagId,
    /// The registration.
    pub registration_id: RegistrationId,
    /// The duty it is about.
    pub duty_id: DutyId,
    /// Where it is in its life. `raised` is the machine's candidate: nobody has judged it.
    pub state: FlagState,
    /// Who looks after it.
    pub owner_id: AccountId,
    /// The owner's team when it was raised.
    pub team_id: TeamId,
    /// The first day of failure on the favourable reading.
    pub first_failure_day: NaiveDate,
    /// The legal day on which it was raised.
    pub raised_on: NaiveDate,
    /// When it was raised.
    pub raised_at: UtcTime,
}

/// Which flags.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FlagFilter {
    /// Any of these states; all when empty.
    pub states: Vec<FlagState>,
    /// Looked after by this account.
    pub owner: Option<AccountId>,
    /// Of this registration.
    pub registration: Option<RegistrationId>,
    /// Raised on or after this day.
    pub raised_from: Option<NaiveDate>,
    /// Raised on or before this day.
    pub raised_until: Option<NaiveDate>,
    /// Behind this flag.
    pub after: Option<FlagId>,
    /// Entries on a page.
    pub limit: i64,
}

/// One page of flags, in the order in which they were raised.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct FlagPage {
    /// The flags.
    pub items: Vec<FlagSummary>,
    /// Where the next page starts; absent on the last one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next: Option<FlagId>,
}

/// A flag with its evidence.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct FlagDetail {
    /// The flag.
    #[serde(flatten)]
    pub summary: FlagSummary,
    /// The kind of duty.
    pub duty_kind: DutyKind,
    /// The duty as it stood when the flag was raised, with the explanation stored then.
    pub duty: DutyVersionView,
    /// What the person tried, and what was refused.
    pub attempts: Vec<AttemptView>,
    /// Each reminder with what became of it. `delivered` only where a receipt exists.
    pub reminders: Vec<ReminderView>,
    /// Where the person was on the last day.
    pub physical_status_on_last_day: PhysicalStatus,
    /// Times around the last day in which the system could not be reached: in the person's favour.
    pub outages: Vec<OutageView>,
}

/// A reminder and its proof chain.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ReminderView {
    /// The reminder.
    pub id: ReminderId,
    /// The strict date it reminded of.
    pub due: NaiveDate,
    /// Before the day, or on it.
    pub window: ReminderWindow,
    /// The channel.
    pub channel: DeliveryChannel,
    /// The day for which it was planned.
    pub planned_on: NaiveDate,
    /// Where the message stands now.
    pub state: OutboxState,
    /// When the next system accepted it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub handed_over_at: Option<UtcTime>,
    /// When a receipt said that it arrived.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub delivered_at: Option<UtcTime>,
    /// Every attempt to hand it over.
    pub deliveries: Vec<DeliveryView>,
}

/// One attempt to hand a message over.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct DeliveryView {
    /// Which attempt.
    pub attempt: i64,
    /// When it began.
    pub started_at: UtcTime,
    /// How it ended.
    pub outcome: DeliveryOutcome,
    /// What the other side answered, as a code.
    pub code: String,
}

/// A time in which the system could not be reached.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct OutageView {
    /// The outage.
    pub id: OutageId,
    /// When it began.
    pub started_at: UtcTime,
    /// When it ended; absent while it lasts.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ended_at: Option<UtcTime>,
    /// What was wrong.
    pub cause: String,
}

impl From<OutageRow> for OutageView {
    fn from(row: OutageRow) -> Self {
        Self { id: row.id, started_at: row.started_at, ended_at: row.ended_at, cause: row.cause }
    }
}

impl FlagSummary {
    fn of(row: &FlagRow) -> Self {
        Self {
            id: row.id,
            registration_id: row.registration_id,
            duty_id: row.duty_id,
            state: row.state,
            owner_id: row.owner_id,
            team_id: row.team_id,
            first_failure_day: row.first_failure_day,
            raised_on: row.raised_on,
            raised_at: row.raised_at,
        }
    }
}

impl ReminderView {
    /// A stored reminder with its proof.
    pub fn of(proof: ReminderProof) -> Self {
        let ReminderProof { reminder, message, deliveries } = proof;
        Self {
            id: reminder.id,
            due: reminder.due_on,
            window: reminder.reminder_window,
            channel: reminder.channel,
            planned_on: reminder.planned_on,
            state: message.state,
            handed_over_at: message.handed_over_at,
            delivered_at: message.delivered_at,
            deliveries: deliveries
                .into_iter()
                .map(|row| DeliveryView {
                    attempt: row.attempt,
                    started_at: row.started_at,
                    outcome: row.outcome,
                    code: row.code,
                })
                .collect(),
        }
    }
}

/// Reads a page of the flags the actor may reach.
///
/// # Errors
/// [`Refusal::Forbidden`] for roles that see no flags.
pub async fn flags(app: &App, ctx: &Ctx, filter: FlagFilter) -> Result<FlagPage, Refusal> {
    let deed = Deed::of(Action::FlagList, ObjectRef::none());
    let reach = access::reach(&ctx.actor, Action::FlagList, ctx.purpose);
    let today = ctx.today(Regime::NlPilot.zone());
    let ended_too = access::sees_ended(ctx.actor.role);
    unit::read(app, ctx, deed, move |conn| {
        reach.allowed()?;
        let limit = filter.limit;
        let wanted = FlagQuery {
            states: filter.states,
            owner: filter.owner,
            team: None,
            registration: filter.registration,
            raised_from: filter.raised_from,
            raised_until: filter.raised_until,
            in_force_on: (!ended_too).then_some(today),
            after: filter.after,
            limit: limit + 1,
        };
        let mut rows = flag_list(conn, &reach, &wanted)?;
        let next = cut(&mut rows, limit, |row| row.id);
        Ok(FlagPage { items: rows.iter().map(FlagSummary::of).collect(), next })
    })
    .await
}

/// Reads one flag with its evidence.
///
/// # Errors
/// [`Refusal::NotFound`], [`Refusal::Forbidden`].
pub async fn flag(app: &App, ctx: &Ctx, id: FlagId) -> Result<FlagDetail, Refusal> {
    let found = app.store.read(move |conn| flag_find(conn, id)).await?;
    let Some(row) = found else {
        let deed = Deed::of(Action::FlagRead, ObjectRef::flag(id));
        return unit::read(app, ctx, deed, |_| Err(Refusal::NotFound)).await;
    };
    let registration = row.registration_id;
    let deed = Deed::on(Action::FlagRead, ObjectRef::flag(id), registration).with_fields(&["evidence", "attempts"]);
    let strongbox = file::strongbox(app, ctx, registration, &deed).await?;
    let reader = ctx.clone();
    unit::read(app, ctx, deed, move |conn| {
        let file = File::load(conn, registration)?;
        // A flag's owner keeps it in sight when the file went to somebody else.
        let officer = if row.owner_id == reader.actor.account { row.owner_id } else { file.registration.officer_id };
        let subject = access::Subject { officer, ..subject_of(&file.registration, &reader) };
        access::decide(&reader.actor, Action::FlagRead, &subject, reader.purpose).allowed()?;
        let duty = duty_find(conn, registration, row.duty_id)?.ok_or(Refusal::NotFound)?;
        let evidence = flag_evidence(conn, vec![row])?.pop().ok_or(Refusal::NotFound)?;
        let last_day = evidence.duty.overdue_after.unwrap_or(evidence.duty.as_of);
        let zone = file.zone();
        let from = UtcTime::start_of_day(last_day, zone);
        let until = UtcTime::start_of_day(last_day.checked_add_days(Days::new(1)).unwrap_or(last_day), zone);
        let outages = outage_list_between(conn, from, until)?.into_iter().map(OutageView::from).collect();
        let FlagEvidence { flag, duty: version, attempts, reminders } = evidence;
        Ok(FlagDetail {
            summary: FlagSummary::of(&flag),
            duty_kind: duty.kind,
            duty: DutyVersionView::of(version)?,
            attempts: attempts.iter().map(|a| AttemptView::open(a, &strongbox)).collect::<Result<_, _>>()?,
            reminders: reminders.into_iter().map(ReminderView::of).collect(),
            physical_status_on_last_day: status::physical(&file.document, last_day),
            outages,
        })
    })
    .await
}

/// The reminders of a registration's duties.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ReminderList {
    /// The reminders, by the date they reminded of.
    pub items: Vec<ReminderOfDuty>,
}

/// A reminder with the duty it is about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ReminderOfDuty {
    /// The duty.
    pub duty_id: DutyId,
    /// The reminder.
    #[serde(flatten)]
    pub reminder: ReminderView,
}

/// Reads the reminders of a registration.
///
/// # Errors
/// [`Refusal::NotFound`], [`Refusal::Forbidden`].
pub async fn reminders(app: &App, ctx: &Ctx, registration: RegistrationId) -> Result<ReminderList, Refusal> {
    let deed = Deed::on(Action::ReminderRead, ObjectRef::registration(registration), registration);
    let reader = ctx.clone();
    unit::read(app, ctx, deed, move |conn| {
        let file = File::load(conn, registration)?;
        super::super::permit::permit(&reader, Action::ReminderRead, &file.registration)?;
        let duties: Vec<DutyId> = file.duties.iter().map(|duty| duty.id).collect();
        let mut items: Vec<ReminderOfDuty> = reminder_proofs(conn, &duties)?
            .into_iter()
            .flat_map(|(duty_id, proofs)| {
                proofs.into_iter().map(move |proof| ReminderOfDuty { duty_id, reminder: ReminderView::of(proof) })
            })
            .collect();
        items.sort_by_key(|item| (item.reminder.due, item.reminder.id));
        Ok(ReminderList { items })
    })
    .await
}
