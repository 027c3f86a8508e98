//! Flags as an officer reads them: the duty with the explanation stored when the flag was raised, what the person
//! tried, which reminders went out and what became of each, and whether the system itself could not be reached.

use chrono::{Days, NaiveDate};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::super::file::{self, File};
use super::super::refusal::Refusal;
use super::super::review::case::subject_of_flag;
use super::super::review::dispute::{self, DisputeView};
use super::super::{status, unit};
use super::duty::DutyVersionView;
use super::notification::{AttemptView, NotificationSummary, cut};
use super::reminder::ReminderView;
use crate::access::{self, Action, Ctx};
use crate::app::App;
use crate::audit::{Deed, ObjectRef};
use crate::clock::UtcTime;
use crate::ids::{AccountId, ContactId, DutyId, FactId, FlagId, OutageId, RegistrationId, TeamId};
use crate::law;
use crate::store::Conn;
use crate::store::around::contacts::{ContactRow, contact_page};
use crate::store::duties::duty_find;
use crate::store::flags::{FlagEvidence, FlagQuery, flag_evidence, flag_find, flag_list};
use crate::store::notifications::{attempt_list_around, notification_list_around};
use crate::store::outages::outage_list_between;
use crate::store::review::flag_escalated_at;
use crate::store::rows::{FlagRow, OutageRow};
use crate::supervision::view::{SupervisionThen, supervision_on};
use crate::vault::Strongbox;
use crate::vocabulary::{
    ContactChannel, ContactCounterpart, ContactDirection, ContactOutcome, DutyKind, FlagOutcome, FlagState,
    LegalStatus, PhysicalStatus, Regime,
};

/// The most contacts that stand beside a flag.
const MOST_CONTACTS: i64 = 100;

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
    /// Its version, which the next step names.
    pub version: i64,
    /// The last day of the running term; absent when nothing is waited for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub due_on: Option<NaiveDate>,
    /// Whether that day has passed.
    pub overdue: bool,
    /// When the passing of that day was put before the lead.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub escalated_at: Option<UtcTime>,
    /// The outcome that is proposed or decided.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub outcome: Option<FlagOutcome>,
    /// Who proposed it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub proposed_by: Option<AccountId>,
    /// Who confirmed it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub decided_by: Option<AccountId>,
    /// Whether it stands still because a fact it rests on is under dispute.
    pub under_dispute: bool,
    /// Whether a fact it rests on was marked as disputed: then it can only come to `wrong_facts`.
    pub fact_disputed: bool,
    /// The day on which it comes back to the worklists.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub snoozed_until: Option<NaiveDate>,
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
    /// The first fact of the chain that gave rise to the duty; absent where no single fact did.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fact_id: Option<FactId>,
    /// The duty as it stood when the flag was raised, with the explanation stored then.
    pub duty: DutyVersionView,
    /// What the person tried, and what was refused.
    pub attempts: Vec<AttemptView>,
    /// Each reminder with what became of it. `delivered` only where a receipt exists.
    pub reminders: Vec<ReminderView>,
    /// Every notification of this kind, and every other from the day the duty began; the earliest first.
    pub notifications: Vec<NotificationSummary>,
    /// Contacts with or about the person from the day the duty began, the last first; what was said stands in the log.
    pub contacts: Vec<ContactAttempt>,
    /// Disputes about facts of this registration; those that hold this flag up name it.
    pub disputes: Vec<DisputeView>,
    /// Where the person was on the last day.
    pub physical_status_on_last_day: PhysicalStatus,
    /// Spells of custody that touch the time from the day the duty began until the flag was raised.
    pub custody: Vec<CustodySpell>,
    /// The orders under which the person was supervised on the last day; absent for whoever may not read supervision.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub supervision_on_last_day: Option<Vec<SupervisionThen>>,
    /// Whether the registration was in force on the last day.
    pub legal_status_on_last_day: LegalStatus,
    /// Times around the last day in which the system could not be reached: in the person's favour.
    pub outages: Vec<OutageView>,
}

/// A contact with or about the person, or an attempt at one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ContactAttempt {
    /// The entry of the contact log.
    pub id: ContactId,
    /// When.
    pub happened_at: UtcTime,
    /// Who began.
    pub direction: ContactDirection,
    /// With whom.
    pub counterpart: ContactCounterpart,
    /// By which way.
    pub channel: ContactChannel,
    /// What came of it.
    pub outcome: ContactOutcome,
}

impl From<ContactRow> for ContactAttempt {
    fn from(row: ContactRow) -> Self {
        Self {
            id: row.id,
            happened_at: row.happened_at,
            direction: row.direction,
            counterpart: row.counterpart,
            channel: row.channel,
            outcome: row.outcome,
        }
    }
}

/// A spell of custody.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct CustodySpell {
    /// Day of entry.
    pub from: NaiveDate,
    /// Day of release, also when it is only planned.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub until: Option<NaiveDate>,
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
    /// A flag as it stands on `today`; `escalated_at` is about its running term.
    pub fn of(row: &FlagRow, escalated_at: Option<UtcTime>, today: NaiveDate) -> Self {
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
            version: row.version,
            due_on: row.due_on,
            overdue: row.state != FlagState::Closed && row.due_on.is_some_and(|due| due < today),
            escalated_at,
            outcome: row.outcome,
            proposed_by: row.proposed_by,
            decided_by: row.decided_by,
            under_dispute: row.open_disputes > 0,
            fact_disputed: row.fact_disputed,
            snoozed_until: row.snoozed_until.filter(|until| *until > today),
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
        let escalated = flag_escalated_at(conn, &rows)?;
        let items = rows.iter().map(|row| FlagSummary::of(row, escalated.get(&row.id).copied(), today)).collect();
        Ok(FlagPage { items, next })
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
    let deed = Deed::on(Action::FlagRead, ObjectRef::flag(id), registration).with_fields(&[
        "evidence",
        "attempts",
        "supervision",
    ]);
    let strongbox = file::strongbox(app, ctx, registration, &deed).await?;
    let (shared, reader) = (app.clone(), ctx.clone());
    unit::read(app, ctx, deed, move |conn| {
        let file = File::load(conn, registration)?;
        let row = flag_find(conn, id)?.ok_or(Refusal::NotFound)?;
        let subject = subject_of_flag(&row, &file.registration, &reader);
        access::decide(&reader.actor, Action::FlagRead, &subject, reader.purpose).allowed()?;
        let may = access::decide(&reader.actor, Action::SupervisionRead, &subject, reader.purpose);
        let with =
            Evidence { app: &shared, reader: &reader, strongbox: &strongbox, supervision: may.allowed().is_ok() };
        evidence(conn, &file, row, &with)
    })
    .await
}

/// For whom the evidence of a flag is gathered, and with what.
pub(in crate::register) struct Evidence<'a> {
    /// The running system.
    pub app: &'a App,
    /// Whoever reads it.
    pub reader: &'a Ctx,
    /// The personal data of the person, opened.
    pub strongbox: &'a Strongbox,
    /// Whether supervision is among it.
    pub supervision: bool,
}

/// Everything that speaks for and against the person, beside a flag as `row` says that it is.
///
/// # Errors
/// [`Refusal::NotFound`] without its duty; whatever cannot be read.
pub(in crate::register) fn evidence(
    conn: &mut Conn,
    file: &File,
    row: FlagRow,
    with: &Evidence<'_>,
) -> Result<FlagDetail, Refusal> {
    let (registration, zone) = (file.registration.id, file.zone());
    let duty = duty_find(conn, registration, row.duty_id)?.ok_or(Refusal::NotFound)?;
    let escalated = flag_escalated_at(conn, std::slice::from_ref(&row))?.remove(&row.id);
    let today = with.reader.today(zone);
    let FlagEvidence { flag, duty: version, reminders } =
        flag_evidence(conn, vec![row])?.pop().ok_or(Refusal::NotFound)?;
    let last_day = version.overdue_after.unwrap_or(version.as_of);
    let from = UtcTime::start_of_day(last_day, zone);
    let until = UtcTime::start_of_day(last_day.checked_add_days(Days::new(1)).unwrap_or(last_day), zone);
    let outages = outage_list_between(conn, from, until)?.into_iter().map(OutageView::from).collect();
    let attempts = attempt_list_around(conn, registration, duty.id, duty.kind, version.trigger_on)?;
    let notifications = notification_list_around(conn, registration, duty.kind, version.trigger_on)?;
    let since = UtcTime::start_of_day(version.trigger_on, zone);
    let mut contacts = contact_page(conn, registration, None, MOST_CONTACTS)?;
    contacts.retain(|contact| contact.happened_at >= since);
    let touches = |spell: &&law::Custody| {
        spell.from <= flag.raised_on && spell.until.is_none_or(|until| until >= version.trigger_on)
    };
    let supervision = with.supervision.then(|| supervision_on(with.app, conn, file.registration.person_id, last_day));
    let custody = file.document.law.custody.iter().filter(touches);
    Ok(FlagDetail {
        summary: FlagSummary::of(&flag, escalated, today),
        duty_kind: duty.kind,
        fact_id: duty.root_id.parse().ok(),
        duty: DutyVersionView::of(version.clone())?,
        attempts: attempts.iter().map(|a| AttemptView::open(a, with.strongbox)).collect::<Result<_, _>>()?,
        reminders: reminders.into_iter().map(ReminderView::of).collect(),
        notifications: notifications.iter().map(NotificationSummary::of).collect(),
        contacts: contacts.into_iter().map(ContactAttempt::from).collect(),
        disputes: dispute::views(conn, &file.registration, with.reader, with.strongbox)?,
        physical_status_on_last_day: status::physical(&file.document, last_day),
        custody: custody.map(|spell| CustodySpell { from: spell.from, until: spell.until }).collect(),
        supervision_on_last_day: supervision.transpose()?,
        legal_status_on_last_day: status::legal(&file.registration, last_day),
        outages,
    })
}
