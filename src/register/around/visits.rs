//! Home visits: planned, made, nobody at home, cancelled. A planned visit whose day has passed waits for somebody to say
//! what came of it, and is shown so until they do.

use chrono::{Days, NaiveDate};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::frame::{self, Opened, as_asked, open_some};
use crate::access::{self, Action, Ctx};
use crate::app::App;
use crate::audit::{Deed, ObjectRef};
use crate::clock::UtcTime;
use crate::ids::{AccountId, RegistrationId, VisitId};
use crate::register::view::cut;
use crate::register::{FieldError, Refusal, unit};
use crate::store::accounts::account_find;
use crate::store::around::visits::{OpenVisits, VisitClosed, VisitRow, visit_find, visit_list_open, visit_page};
use crate::store::{Conn, Decided, WriteSet};
use crate::vault::Strongbox;
use crate::vocabulary::{AccountState, Regime, Role, VisitState, VisitStatus};

const TABLE: &str = "home_visits";
/// The furthest ahead a visit is planned, in days.
const HORIZON: u64 = 366;

/// A visit to make.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct NewVisit {
    /// The day: today or later. A visit that was made unplanned is planned for its day and logged at once.
    pub planned_on: NaiveDate,
    /// Who goes; the officer who supervises when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub officer_id: Option<AccountId>,
    /// What for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 3, max_length = 2_000, example = "Nieuw adres bekijken")]
    pub purpose: Option<String>,
}

/// What came of a visit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "type", rename_all = "camelCase", deny_unknown_fields)]
pub enum VisitOutcome {
    /// The person was met.
    #[serde(rename_all = "camelCase")]
    Done {
        /// When.
        visited_at: UtcTime,
        /// What was seen and said.
        #[schema(min_length = 3, max_length = 10_000)]
        report: String,
    },
    /// Nobody was at home, or nobody opened.
    #[serde(rename_all = "camelCase")]
    NotAtHome {
        /// When.
        visited_at: UtcTime,
        /// What was seen.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[schema(min_length = 3, max_length = 10_000)]
        report: Option<String>,
    },
    /// It will not be made.
    Cancelled {
        /// Why.
        #[schema(min_length = 3, max_length = 2_000)]
        reason: String,
    },
}

/// A home visit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct VisitView {
    /// The visit.
    pub id: VisitId,
    /// Whose home.
    pub registration_id: RegistrationId,
    /// Where it stands today: `outcome_to_log` when its day has passed and nobody said what came of it.
    pub status: VisitStatus,
    /// The day it is, or was, planned for.
    pub planned_on: NaiveDate,
    /// When it was made.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub visited_at: Option<UtcTime>,
    /// Who goes, or went.
    pub officer_id: AccountId,
    /// What for. Left out of lists over many files.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub purpose: Option<String>,
    /// What was seen and said, or why it was cancelled. Left out of lists over many files.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub report: Option<String>,
    /// Who said what came of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub closed_by: Option<AccountId>,
    /// The version, for `If-Match`.
    pub version: i64,
}

/// One page of home visits.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct VisitPage {
    /// The visits.
    pub items: Vec<VisitView>,
    /// Where the next page starts; absent on the last one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next: Option<VisitId>,
}

impl VisitView {
    fn of(row: &VisitRow, today: NaiveDate) -> Self {
        let made = matches!(row.state, VisitState::Done | VisitState::NotAtHome);
        Self {
            id: row.id,
            registration_id: row.registration_id,
            status: status(row.state, row.planned_on, today),
            planned_on: row.planned_on,
            visited_at: made.then_some(row.happens_at),
            officer_id: row.officer_id,
            purpose: None,
            report: None,
            closed_by: row.closed_by,
            version: row.version,
        }
    }

    fn open(row: &VisitRow, today: NaiveDate, strongbox: &Strongbox) -> Result<Self, Refusal> {
        let id = row.id.as_str();
        Ok(Self {
            purpose: open_some(strongbox, TABLE, "purpose_enc", id, row.purpose_enc.as_deref())?,
            report: open_some(strongbox, TABLE, "report_enc", id, row.report_enc.as_deref())?,
            ..Self::of(row, today)
        })
    }
}

/// Where a visit stands on a day.
fn status(state: VisitState, planned_on: NaiveDate, today: NaiveDate) -> VisitStatus {
    match state {
        VisitState::Planned if planned_on < today => VisitStatus::OutcomeToLog,
        VisitState::Planned => VisitStatus::Planned,
        VisitState::Done => VisitStatus::Done,
        VisitState::NotAtHome => VisitStatus::NotAtHome,
        VisitState::Cancelled => VisitStatus::Cancelled,
    }
}

/// Plans a home visit.
///
/// # Errors
/// Every invalid field.
pub async fn plan(app: &App, ctx: &Ctx, registration: RegistrationId, new: NewVisit) -> Result<VisitView, Refusal> {
    let id = VisitId::fresh();
    let deed = Deed::on(Action::HomeVisitPlan, ObjectRef::home_visit(id), registration);
    let told = |made: &VisitView, deed: Deed| Deed { object: ObjectRef::home_visit(made.id), ..deed };
    frame::write(app, ctx, registration, deed, told, move |conn, opened| {
        let mut faults = Vec::new();
        let horizon = opened.today.checked_add_days(Days::new(HORIZON)).unwrap_or(NaiveDate::MAX);
        if new.planned_on < opened.today {
            faults.push(FieldError::new("/plannedOn", "in_the_past", "A visit is planned for today or later."));
        }
        if new.planned_on > horizon {
            faults.push(FieldError::new("/plannedOn", "too_far_ahead", "A visit is planned at most a year ahead."));
        }
        let officer_id = new.officer_id.unwrap_or(opened.registration.officer_id);
        if !visits_homes(conn, opened, officer_id)? {
            faults.push(FieldError::new(
                "/officerId",
                "no_such_officer",
                "The account is not that of an active officer or lead of the team.",
            ));
        }
        Refusal::unless_empty(faults)?;
        let row = VisitRow {
            id,
            registration_id: registration,
            officer_id,
            planned_on: new.planned_on,
            happens_at: UtcTime::start_of_day(new.planned_on, opened.registration.regime.zone()),
            state: VisitState::Planned,
            purpose_enc: opened.seal_some(TABLE, "purpose_enc", id.as_str(), new.purpose.as_ref())?,
            report_enc: None,
            planned_by: opened.ctx.actor.account,
            planned_at: opened.ctx.now.legal,
            closed_by: None,
            closed_at: None,
            version: 1,
        };
        let answer = VisitView::open(&row, opened.today, opened.strongbox())?;
        Ok(Decided::new(WriteSet { home_visits: vec![row], ..WriteSet::default() }, answer))
    })
    .await
}

fn visits_homes(conn: &mut Conn, opened: &Opened<'_>, officer: AccountId) -> Result<bool, Refusal> {
    Ok(account_find(conn, officer)?.is_some_and(|account| {
        account.state == AccountState::Active
            && matches!(account.role, Role::SupervisionOfficer | Role::ReviewLead)
            && account.team_id == Some(opened.registration.team_id)
    }))
}

/// Says what came of a visit. `version` is the one the caller has read.
///
/// # Errors
/// [`Refusal::Conflict`] `visit_closed`; [`Refusal::VersionMoved`]; every invalid field.
pub async fn log(
    app: &App,
    ctx: &Ctx,
    registration: RegistrationId,
    visit: VisitId,
    version: i64,
    outcome: VisitOutcome,
) -> Result<VisitView, Refusal> {
    let deed = Deed::on(Action::HomeVisitLog, ObjectRef::home_visit(visit), registration);
    frame::write(app, ctx, registration, deed, as_asked, move |conn, opened| {
        let mut row = visit_find(conn, registration, visit)?.ok_or(Refusal::NotFound)?;
        if row.state != VisitState::Planned {
            return Err(Refusal::Conflict {
                code: "visit_closed",
                detail: "What came of this visit was recorded already.",
            });
        }
        if row.version != version {
            return Err(Refusal::VersionMoved);
        }
        let (state, happens_at, report) = match &outcome {
            VisitOutcome::Done { visited_at, report } => (VisitState::Done, *visited_at, Some(report)),
            VisitOutcome::NotAtHome { visited_at, report } => (VisitState::NotAtHome, *visited_at, report.as_ref()),
            VisitOutcome::Cancelled { reason } => (VisitState::Cancelled, row.happens_at, Some(reason)),
        };
        if state != VisitState::Cancelled && happens_at > opened.ctx.now.legal {
            return Err(Refusal::field("/visitedAt", "in_the_future", "The visit has not been made yet."));
        }
        let closed = VisitClosed {
            id: visit,
            version,
            state,
            happens_at,
            report_enc: opened.seal_some(TABLE, "report_enc", visit.as_str(), report)?,
            closed_by: opened.ctx.actor.account,
            closed_at: opened.ctx.now.legal,
        };
        (row.state, row.happens_at, row.report_enc) = (state, happens_at, closed.report_enc.clone());
        (row.closed_by, row.version) = (Some(closed.closed_by), version + 1);
        let answer = VisitView::open(&row, opened.today, opened.strongbox())?;
        let mut writes = WriteSet::default();
        writes.changes.push(Box::new(closed));
        Ok(Decided::new(writes, answer))
    })
    .await
}

/// Reads the home visits of a file, the last planned first.
///
/// # Errors
/// [`Refusal::NotFound`], [`Refusal::Forbidden`].
pub async fn list(
    app: &App,
    ctx: &Ctx,
    registration: RegistrationId,
    after: Option<VisitId>,
    limit: i64,
) -> Result<VisitPage, Refusal> {
    let deed = Deed::on(Action::HomeVisitRead, ObjectRef::registration(registration), registration)
        .with_fields(&["purpose", "report"]);
    frame::read(app, ctx, registration, deed, as_asked, move |conn, opened| {
        let mut rows = visit_page(conn, registration, after, limit + 1)?;
        let next = cut(&mut rows, limit, |row| row.id);
        let view = |row: &VisitRow| VisitView::open(row, opened.today, opened.strongbox());
        Ok(VisitPage { items: rows.iter().map(view).collect::<Result<_, _>>()?, next })
    })
    .await
}

/// Reads one home visit.
///
/// # Errors
/// [`Refusal::NotFound`], [`Refusal::Forbidden`].
pub async fn read(app: &App, ctx: &Ctx, registration: RegistrationId, visit: VisitId) -> Result<VisitView, Refusal> {
    let deed =
        Deed::on(Action::HomeVisitRead, ObjectRef::home_visit(visit), registration).with_fields(&["purpose", "report"]);
    frame::read(app, ctx, registration, deed, as_asked, move |conn, opened| {
        let row = visit_find(conn, registration, visit)?.ok_or(Refusal::NotFound)?;
        VisitView::open(&row, opened.today, opened.strongbox())
    })
    .await
}

/// Which visits to make or to log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OpenVisitsWanted {
    /// To be made, today or later.
    ToMake,
    /// Their day has passed: somebody has to say what came of them.
    ToLog,
    /// Both.
    Any,
}

/// Lists the visits that wait, over the files within reach, the earliest planned first. Without text.
///
/// # Errors
/// [`Refusal::Forbidden`].
pub async fn open_visits(
    app: &App,
    ctx: &Ctx,
    wanted: OpenVisitsWanted,
    after: Option<VisitId>,
    limit: i64,
) -> Result<VisitPage, Refusal> {
    let deed = Deed::of(Action::HomeVisitList, ObjectRef::none());
    let reach = access::reach(&ctx.actor, Action::HomeVisitList, ctx.purpose);
    // Both regimes' days differ by an hour at most; a list of work goes by the pilot's.
    let today = ctx.today(Regime::NlPilot.zone());
    unit::read(app, ctx, deed, move |conn| {
        reach.allowed()?;
        let (from, before) = match wanted {
            OpenVisitsWanted::ToMake => (Some(today), None),
            OpenVisitsWanted::ToLog => (None, Some(today)),
            OpenVisitsWanted::Any => (None, None),
        };
        let query = OpenVisits { reach, from, before, today, after, limit: limit + 1 };
        let mut rows = visit_list_open(conn, &query)?;
        let next = cut(&mut rows, limit, |row| row.id);
        Ok(VisitPage { items: rows.iter().map(|row| VisitView::of(row, today)).collect(), next })
    })
    .await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_visit_is_to_be_logged_from_the_day_after_the_planned_one() {
        let day = |text: &str| text.parse::<NaiveDate>().expect("a day");
        let on = |today| status(VisitState::Planned, day("2026-01-12"), day(today));
        assert_eq!(on("2026-01-12"), VisitStatus::Planned);
        assert_eq!(on("2026-01-13"), VisitStatus::OutcomeToLog);
        assert_eq!(status(VisitState::Done, day("2026-01-12"), day("2026-02-01")), VisitStatus::Done);
    }
}
