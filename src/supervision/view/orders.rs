//! The supervision orders of a person, as of today: state, dates with their explanation, conditions, breach reports.

use chrono::{DateTime, FixedOffset, NaiveDate};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{Assessed, assessed, explained, organisation_name};
use crate::access::{Action, Ctx};
use crate::app::App;
use crate::audit::{Deed, ObjectRef};
use crate::clock::UtcTime;
use crate::ids::{BreachReportId, RegistrationId, SupervisionOrderId};
use crate::law::explain::Language;
use crate::register::permit::permit;
use crate::register::view::Both;
use crate::register::{Refusal, file, unit};
use crate::store::registrations::registration_find;
use crate::store::supervision::orders::{BreachRow, ConditionRow, breach_list, condition_list, order_list};
use crate::supervision::intake::{About, condition_row};
use crate::supervision::rules::{CbsCode, OrderDate, OrderState, explain};
use crate::vault::Strongbox;
use crate::vocabulary::{
    BreachAdvice, BreachDecision, BreachSeverity, BreachSubject, ConditionCode, ObservedBy, OrderDateKind,
    RequestStatus, StatutoryDuty, SupervisionEnd, SupervisionTitle,
};

/// The orders of a person.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SupervisionView {
    /// The day as of which they are assessed.
    pub as_of: NaiveDate,
    /// The orders, the first taken in first.
    pub items: Vec<OrderView>,
}

/// An order.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct OrderView {
    /// The order.
    pub id: SupervisionOrderId,
    /// On what it rests.
    pub title: SupervisionTitle,
    /// Who supervises, by code.
    pub organisation: String,
    /// Who supervises, by name.
    pub organisation_name: String,
    /// Level of supervision, in the words of the sender.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub level: Option<String>,
    /// Case number of the prosecution.
    pub case_number: String,
    /// The court.
    pub court: String,
    /// Where it stands: `imposed`, `execution_requested`, `upcoming`, `running`, `suspended` or `ended`.
    #[schema(example = "running")]
    pub state: String,
    /// How it ended, when it did.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ended: Option<SupervisionEnd>,
    /// First day of supervision.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub begins_on: Option<NaiveDate>,
    /// Last day of supervision; absent while it is not known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_day: Option<NaiveDate>,
    /// Its dates.
    pub dates: Vec<OrderDateView>,
    /// The conditions, also those that do not bind today.
    pub conditions: Vec<ConditionView>,
    /// What the Act adds to the conditions that bind today.
    pub statutory: Vec<StatutoryDuty>,
    /// Breach reports, the earliest first.
    pub breaches: Vec<BreachView>,
    /// Version of the rules; absent for a title without rules.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub profile_version: Option<String>,
    /// The sender.
    pub source: String,
    /// As of when the sender's data stand.
    pub source_as_of: UtcTime,
}

/// One date of an order.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct OrderDateView {
    /// What it is.
    pub kind: OrderDateKind,
    /// The rule.
    pub rule: String,
    /// The provision it rests on.
    pub citation: String,
    /// The day; absent while what it depends on is not known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub on: Option<NaiveDate>,
    /// The last second of a last day.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub until: Option<DateTime<FixedOffset>>,
    /// The working day on which to warn at the latest.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub warn_on: Option<NaiveDate>,
    /// Where it stands today.
    pub status: RequestStatus,
    /// What it is, which day, and where it stands.
    pub headline: Both,
    /// How it was reached.
    pub explanation: Both,
}

/// A special condition.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ConditionView {
    /// Which of the closed list.
    pub code: ConditionCode,
    /// First day.
    pub from: NaiveDate,
    /// Last day; absent: as long as the order.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub until: Option<NaiveDate>,
    /// Whether it binds today.
    pub binds: bool,
    /// Whether electronic monitoring goes with it.
    pub electronic_monitoring: bool,
    /// Whether it obliges to notify what the register must be notified of.
    pub notify_register: bool,
    /// CBS codes of the municipalities of an area.
    pub municipalities: Vec<CbsCode>,
    /// What the judgment says.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
}

/// A breach report.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct BreachView {
    /// The report.
    pub id: BreachReportId,
    /// The day on which it was seen.
    pub observed_on: NaiveDate,
    /// Who saw it.
    pub observed_by: ObservedBy,
    /// What it is about.
    pub subject: BreachSubject,
    /// The condition that was not complied with.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub condition: Option<ConditionCode>,
    /// How grave it is.
    pub severity: BreachSeverity,
    /// When the prosecution service was told.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reported_prosecution_at: Option<UtcTime>,
    /// When the Minister was told.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reported_minister_at: Option<UtcTime>,
    /// What probation advised.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub advice: Option<BreachAdvice>,
    /// What was decided.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub decision: Option<BreachDecision>,
    /// The day of the decision.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub decided_on: Option<NaiveDate>,
    /// What was seen.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
}

/// Reads the supervision orders of the person of a registration.
///
/// # Errors
/// [`Refusal::NotFound`], [`Refusal::Forbidden`].
pub async fn orders(app: &App, ctx: &Ctx, registration: RegistrationId) -> Result<SupervisionView, Refusal> {
    let deed = Deed::on(Action::SupervisionRead, ObjectRef::registration(registration), registration).with_fields(&[
        "order",
        "conditions",
        "breaches",
    ]);
    let strongbox = file::strongbox(app, ctx, registration, &deed).await?;
    let (shared, reader) = (app.clone(), ctx.clone());
    unit::read(app, ctx, deed, move |conn| {
        let row = registration_find(conn, registration)?.ok_or(Refusal::NotFound)?;
        permit(&reader, Action::SupervisionRead, &row)?;
        let as_of = reader.today(row.regime.zone());
        let rows = order_list(conn, row.person_id)?;
        let ids: Vec<SupervisionOrderId> = rows.iter().map(|order| order.id).collect();
        let (conditions, breaches) = (condition_list(conn, &ids)?, breach_list(conn, &ids)?);
        let items = assessed(&shared, rows, as_of)?
            .into_iter()
            .map(|order| OrderView::open(&order, &conditions, &breaches, &strongbox, as_of))
            .collect::<Result<_, _>>()?;
        Ok(SupervisionView { as_of, items })
    })
    .await
}

impl OrderView {
    fn open(
        order: &Assessed,
        conditions: &[ConditionRow],
        breaches: &[BreachRow],
        strongbox: &Strongbox,
        as_of: NaiveDate,
    ) -> Result<Self, Refusal> {
        let Assessed { row, assessment, .. } = order;
        let About { case_number, court, level } =
            strongbox.open("supervision_orders", "about_enc", row.id.as_str(), &row.about_enc)?;
        let (state, ended) = state_of(assessment.state);
        let supervised = assessment.supervised_on(as_of);
        let own = conditions.iter().filter(|condition| condition.order_id == row.id);
        let reports = breaches.iter().filter(|breach| breach.order_id == row.id);
        Ok(Self {
            id: row.id,
            title: row.title,
            organisation: row.organisation.clone(),
            organisation_name: organisation_name(&row.organisation)?,
            level,
            case_number,
            court,
            state: state.to_owned(),
            ended,
            begins_on: assessment.begins_on,
            last_day: assessment.last_day,
            dates: assessment.dates.iter().map(OrderDateView::of).collect(),
            conditions: own
                .map(|condition| ConditionView::open(condition, supervised, strongbox, as_of))
                .collect::<Result<_, _>>()?,
            statutory: assessment.statutory.clone(),
            breaches: reports.map(|breach| BreachView::open(breach, strongbox)).collect::<Result<_, _>>()?,
            profile_version: assessment.profile.as_ref().map(ToString::to_string),
            source: row.source.clone(),
            source_as_of: row.as_of,
        })
    }
}

pub(super) const fn state_of(state: OrderState) -> (&'static str, Option<SupervisionEnd>) {
    match state {
        OrderState::Imposed => ("imposed", None),
        OrderState::ExecutionRequested => ("execution_requested", None),
        OrderState::Upcoming => ("upcoming", None),
        OrderState::Running => ("running", None),
        OrderState::Suspended => ("suspended", None),
        OrderState::Ended { how, .. } => ("ended", Some(how)),
    }
}

impl OrderDateView {
    fn of(date: &OrderDate) -> Self {
        Self {
            kind: date.kind,
            rule: date.rule.to_string(),
            citation: date.citation.to_string(),
            on: date.on,
            until: date.until,
            warn_on: date.warn_on,
            status: date.status,
            headline: Both::line(&explain::headline(date, Language::Nl), &explain::headline(date, Language::En)),
            explanation: explained(&date.steps),
        }
    }
}

impl ConditionView {
    fn open(row: &ConditionRow, supervised: bool, strongbox: &Strongbox, as_of: NaiveDate) -> Result<Self, Refusal> {
        let name = condition_row(row.order_id, &row.source_condition);
        let open = |sealed: &String| strongbox.open("supervision_conditions", "text_enc", &name, sealed);
        let holds = row.from_on <= as_of && row.until_on.is_none_or(|until| as_of <= until);
        Ok(Self {
            code: row.code,
            from: row.from_on,
            until: row.until_on,
            binds: supervised && holds,
            electronic_monitoring: row.electronic_monitoring,
            notify_register: row.notify_register,
            municipalities: row.municipalities.split_whitespace().filter_map(|code| code.parse().ok()).collect(),
            text: row.text_enc.as_ref().map(open).transpose()?,
        })
    }
}

impl BreachView {
    fn open(row: &BreachRow, strongbox: &Strongbox) -> Result<Self, Refusal> {
        let open = |sealed: &String| strongbox.open("breach_reports", "text_enc", row.id.as_str(), sealed);
        Ok(Self {
            id: row.id,
            observed_on: row.observed_on,
            observed_by: row.observed_by,
            subject: row.subject,
            condition: row.condition_code,
            severity: row.severity,
            reported_prosecution_at: row.reported_prosecution_at,
            reported_minister_at: row.reported_minister_at,
            advice: row.advice,
            decision: row.decision,
            decided_on: row.decided_on,
            text: row.text_enc.as_ref().map(open).transpose()?,
        })
    }
}
