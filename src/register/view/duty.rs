//! Duties: what, by when, why, and what met it.

use std::collections::HashMap;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::super::file::{self, File};
use super::super::permit::permit;
use super::super::refusal::Refusal;
use super::super::{reassess, unit};
use super::Both;
use super::notification::AttemptView;
use crate::access::{Action, Ctx};
use crate::app::App;
use crate::audit::{Deed, ObjectRef};
use crate::clock::UtcTime;
use crate::ids::{DutyId, NotificationId, RegistrationId};
use crate::law;
use crate::store::Conn;
use crate::store::duties::{duty_find, duty_version_list, duty_version_list_of_file};
use crate::store::notifications::attempt_list_around;
use crate::store::rows::{DutyRow, DutyVersionRow};
use crate::vocabulary::{DutyKind, DutyOutcome, DutyStatus, Language};

/// A duty in a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct DutySummary {
    /// The duty.
    pub id: DutyId,
    /// Its kind.
    pub kind: DutyKind,
    /// The day that gave rise to it.
    pub trigger: NaiveDate,
    /// The last day, on the reading least favourable to the person. Absent while custody without a known end holds
    /// the clock, or when it cannot be computed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub due: Option<NaiveDate>,
    /// The last day on the most favourable tenable reading: only after it may the duty be called overdue.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub overdue_after: Option<NaiveDate>,
    /// The first day of failure, when it is not met by then.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub first_failure_day: Option<NaiveDate>,
    /// Status today.
    pub status: DutyStatus,
    /// The notification that met it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub met_by: Option<NotificationId>,
    /// The day of that notification.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub met_on: Option<NaiveDate>,
}

/// Every duty of a registration, the first due first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct DutyList {
    /// The duties.
    pub items: Vec<DutySummary>,
}

/// A duty with its reasons.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct DutyDetail {
    /// The duty.
    #[serde(flatten)]
    pub summary: DutySummary,
    /// The version that stands now.
    pub version: i64,
    /// Every version there was, the oldest first, each with the explanation stored then.
    pub versions: Vec<DutyVersionView>,
    /// Attempts and refusals that concern it.
    pub evidence: DutyEvidence,
}

/// What happened around a duty.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct DutyEvidence {
    /// Attempts that did not become a notification, refused requests among them.
    pub attempts: Vec<AttemptView>,
}

/// A duty as it stood.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct DutyVersionView {
    /// The version.
    pub version: i64,
    /// When it was recorded.
    pub recorded_at: UtcTime,
    /// The day on which it was assessed.
    pub as_of: NaiveDate,
    /// The day that gave rise to it.
    pub trigger: NaiveDate,
    /// The strict last day.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub due: Option<NaiveDate>,
    /// The lenient last day.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub overdue_after: Option<NaiveDate>,
    /// What had become of it.
    pub outcome: DutyOutcome,
    /// The rule that decides it.
    pub rule: String,
    /// The provision it rests on.
    pub citation: String,
    /// The version of the rules.
    pub profile_version: String,
    /// The version of the holiday table, when it was needed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub calendar_version: Option<String>,
    /// Hash of the whole set of rules.
    pub profile_set: String,
    /// The version of the facts it was computed from.
    pub facts_version: i64,
    /// The reasoning, step by step.
    pub explanation: Both,
}

/// A duty with every version there was.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct DutyStory {
    /// The duty.
    #[serde(flatten)]
    pub summary: DutySummary,
    /// Every version there was, the oldest first, each with the explanation stored then.
    pub versions: Vec<DutyVersionView>,
}

impl DutySummary {
    /// The duties of a file with their status today, the first due first and what has no date last.
    pub fn all(file: &File, assessment: &law::Assessment) -> Vec<Self> {
        let today: HashMap<_, _> =
            assessment.duties.iter().filter_map(|duty| Some((reassess::key_of(duty).ok()?, duty))).collect();
        let mut duties: Vec<Self> = file
            .duties
            .iter()
            .filter(|row| row.outcome != DutyOutcome::Withdrawn)
            .map(|row| Self::of(row, today.get(&(row.kind, row.root_id.clone(), row.ordinal)).copied()))
            .collect();
        duties.sort_by_key(|duty| (duty.due.is_none(), duty.due, duty.trigger, duty.id));
        duties
    }

    /// A stored duty, with the status the law engine gives it today when it still knows it.
    fn of(row: &DutyRow, today: Option<&law::Duty>) -> Self {
        let stored = match row.outcome {
            DutyOutcome::Met => DutyStatus::Met,
            DutyOutcome::MetLate => DutyStatus::MetLate,
            DutyOutcome::Lapsed | DutyOutcome::Withdrawn => DutyStatus::Lapsed,
            DutyOutcome::NotComputable => DutyStatus::NotComputable,
            DutyOutcome::Pending => DutyStatus::Open,
        };
        Self {
            id: row.id,
            kind: row.kind,
            trigger: row.trigger_on,
            due: row.due_on,
            overdue_after: row.overdue_after,
            first_failure_day: row.overdue_after.and_then(|day| day.succ_opt()),
            status: today.map_or(stored, |duty| duty.status.into()),
            met_by: row.met_by,
            met_on: row.met_on,
        }
    }
}

/// Reads the duties of a registration.
///
/// # Errors
/// [`Refusal::NotFound`], [`Refusal::Forbidden`].
pub async fn duties(app: &App, ctx: &Ctx, registration: RegistrationId) -> Result<DutyList, Refusal> {
    let deed = Deed::on(Action::DutyRead, ObjectRef::registration(registration), registration);
    let strongbox = file::strongbox(app, ctx, registration, &deed).await?;
    let (rules, reader) = (app.rules.clone(), ctx.clone());
    unit::read(app, ctx, deed, move |conn| {
        let file = File::load(conn, registration)?;
        permit(&reader, Action::DutyRead, &file.registration)?;
        let birth_date = file.birth_date_if_needed(&strongbox)?;
        let assessment = reassess::assess(&file.document, birth_date, &rules, reader.today(file.zone()))?;
        Ok(DutyList { items: DutySummary::all(&file, &assessment) })
    })
    .await
}

/// Reads one duty with every version of its explanation and the attempts that concern it.
///
/// # Errors
/// [`Refusal::NotFound`], [`Refusal::Forbidden`].
pub async fn duty(app: &App, ctx: &Ctx, registration: RegistrationId, id: DutyId) -> Result<DutyDetail, Refusal> {
    let deed = Deed::on(Action::DutyRead, ObjectRef::duty(id), registration);
    let strongbox = file::strongbox(app, ctx, registration, &deed).await?;
    let (rules, reader) = (app.rules.clone(), ctx.clone());
    unit::read(app, ctx, deed, move |conn| {
        let file = File::load(conn, registration)?;
        permit(&reader, Action::DutyRead, &file.registration)?;
        let row = duty_find(conn, registration, id)?.ok_or(Refusal::NotFound)?;
        let birth_date = file.birth_date_if_needed(&strongbox)?;
        let assessment = reassess::assess(&file.document, birth_date, &rules, reader.today(file.zone()))?;
        let key = (row.kind, row.root_id.clone(), row.ordinal);
        let today = assessment.duties.iter().find(|duty| reassess::key_of(duty).is_ok_and(|k| k == key));
        let versions = duty_version_list(conn, id)?.into_iter().map(DutyVersionView::of).collect::<Result<_, _>>()?;
        let attempts = attempt_list_around(conn, registration, id, row.kind, row.trigger_on)?
            .iter()
            .map(|attempt| AttemptView::open(attempt, &strongbox))
            .collect::<Result<_, _>>()?;
        Ok(DutyDetail {
            summary: DutySummary::of(&row, today),
            version: row.version,
            versions,
            evidence: DutyEvidence { attempts },
        })
    })
    .await
}

impl DutyStory {
    /// Every duty of a file, also those that were withdrawn.
    ///
    /// # Errors
    /// [`Refusal::Rules`] when a stored explanation cannot be read.
    pub(super) fn all(conn: &mut Conn, file: &File, assessment: &law::Assessment) -> Result<Vec<Self>, Refusal> {
        let today: HashMap<_, _> =
            assessment.duties.iter().filter_map(|duty| Some((reassess::key_of(duty).ok()?, duty))).collect();
        let mut versions = duty_version_list_of_file(conn, file.registration.id)?;
        let mut stories = Vec::with_capacity(file.duties.len());
        for row in &file.duties {
            let of_today = today.get(&(row.kind, row.root_id.clone(), row.ordinal)).copied();
            let own = versions.remove(&row.id).unwrap_or_default().into_iter().map(DutyVersionView::of);
            let versions = own.collect::<Result<_, _>>()?;
            stories.push(Self { summary: DutySummary::of(row, of_today), versions });
        }
        stories.sort_by_key(|story| (story.summary.due.is_none(), story.summary.due, story.summary.id));
        Ok(stories)
    }
}

impl DutyVersionView {
    /// The provision it rests on, in one language.
    pub fn citation_in(&self, language: Language) -> &str {
        let language = match language {
            Language::Nl => law::explain::Language::Nl,
            Language::En => law::explain::Language::En,
        };
        law::explain::citation(&self.citation, language)
    }

    /// A stored version with its explanation in words.
    ///
    /// # Errors
    /// [`Refusal::Rules`] when the stored steps are not steps.
    pub fn of(row: DutyVersionRow) -> Result<Self, Refusal> {
        let steps: Vec<law::Step> =
            serde_json::from_str(&row.steps).map_err(|e| Refusal::Rules(format!("stored explanation: {e}")))?;
        let explanation = if row.outcome == DutyOutcome::Withdrawn {
            Both::line(
                "De feiten waarop deze plicht rustte, gelden niet meer.",
                "The facts this duty rested on no longer hold.",
            )
        } else {
            Both::explained(&steps)
        };
        Ok(Self {
            version: row.version,
            recorded_at: row.recorded_at,
            as_of: row.as_of,
            trigger: row.trigger_on,
            due: row.due_on,
            overdue_after: row.overdue_after,
            outcome: row.outcome,
            rule: row.rule,
            citation: row.citation,
            profile_version: row.profile_version,
            calendar_version: row.calendar_version,
            profile_set: row.profile_set,
            facts_version: row.facts_version,
            explanation,
        })
    }
}
