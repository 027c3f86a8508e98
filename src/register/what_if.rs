//! The what-if: what the rules say about a facts document that nobody keeps.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use serde_path_to_error::Segment;
use utoipa::ToSchema;

use super::refusal::{FieldError, Refusal};
use super::unit;
use super::view::Both;
use crate::access::{self, Action, Ctx};
use crate::app::App;
use crate::audit::{Deed, ObjectRef};
use crate::law;
use crate::vocabulary::{DutyKind, DutyStatus, Regime};

/// What the rules say.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct WhatIf {
    /// The day of the assessment.
    pub as_of: NaiveDate,
    /// The period, as the facts document spells it.
    pub subject: WhatIfSubject,
    /// Every duty.
    pub duties: Vec<WhatIfDuty>,
    /// First day on which an application to end an indefinite period is possible.
    pub discharge_from: Option<NaiveDate>,
    /// Versions of the rules.
    pub profiles: Vec<String>,
    /// Version of the holiday table.
    pub calendar: Option<String>,
    /// Hash of the whole set of rules.
    pub profile_set: String,
}

/// Whether and how long somebody would be subject.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct WhatIfSubject {
    /// Never subject.
    pub never: bool,
    /// First day.
    pub from: Option<NaiveDate>,
    /// Last day; absent when indefinite.
    pub last_day: Option<NaiveDate>,
    /// A sentence is not known yet.
    pub provisional: bool,
    /// Why.
    pub explanation: Both,
}

/// A duty that would exist.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct WhatIfDuty {
    /// Its kind.
    pub kind: DutyKind,
    /// The day that gives rise to it.
    pub trigger: NaiveDate,
    /// The strict last day.
    pub due: Option<NaiveDate>,
    /// The lenient last day.
    pub overdue_after: Option<NaiveDate>,
    /// The first day of failure.
    pub first_failure_day: Option<NaiveDate>,
    /// Status on the day of the assessment.
    pub status: DutyStatus,
    /// The rule that decides it.
    pub rule: String,
    /// The provision it rests on.
    pub citation: String,
    /// The reasoning, step by step.
    pub explanation: Both,
}

/// Assesses a facts document (the format of the worked cases) and stores nothing.
///
/// # Errors
/// [`Refusal::Invalid`] naming what is wrong with the document; [`Refusal::Forbidden`].
pub async fn assess(app: &App, ctx: &Ctx, document: Value) -> Result<WhatIf, Refusal> {
    let deed = Deed::of(Action::AssessmentWhatIf, ObjectRef::none());
    let outcome = access::decide_without_subject(&ctx.actor, Action::AssessmentWhatIf, ctx.purpose)
        .allowed()
        .and_then(|_| assessed(app, ctx, &document));
    unit::read(app, ctx, deed, move |_| outcome).await
}

fn assessed(app: &App, ctx: &Ctx, document: &Value) -> Result<WhatIf, Refusal> {
    let facts: law::Facts = serde_path_to_error::deserialize(document).map_err(|error| {
        let place: String = error.path().iter().filter_map(pointer_step).collect();
        let detail = format!("The facts document: {}", error.inner());
        Refusal::Invalid(vec![FieldError::new(place, "not_a_facts_document", detail)])
    })?;
    let as_of = facts.as_of.unwrap_or_else(|| ctx.today(Regime::from(facts.regime).zone()));
    let assessment = law::assess(&facts, app.rules.regime(facts.regime), app.rules.calendar(), as_of)
        .map_err(|refusal| Refusal::Invalid(vec![FieldError::new("", refusal.code.as_str(), refusal.to_string())]))?;
    let period = assessment.subject.period;
    Ok(WhatIf {
        as_of,
        subject: WhatIfSubject {
            never: period.is_none(),
            from: period.map(|p| p.from),
            last_day: period.and_then(|p| p.last_day),
            provisional: period.is_some_and(|p| p.provisional),
            explanation: Both::explained(&assessment.subject.steps),
        },
        duties: assessment.duties.iter().map(WhatIfDuty::of).collect(),
        discharge_from: assessment.discharge_from,
        profiles: assessment.versions.profiles.iter().map(ToString::to_string).collect(),
        calendar: assessment.versions.calendar.as_ref().map(ToString::to_string),
        profile_set: assessment.versions.rule_book.to_string(),
    })
}

/// One step of a JSON Pointer.
fn pointer_step(segment: &Segment) -> Option<String> {
    match segment {
        Segment::Seq { index } => Some(format!("/{index}")),
        Segment::Map { key } => Some(format!("/{key}")),
        Segment::Enum { .. } | Segment::Unknown => None,
    }
}

impl WhatIfDuty {
    fn of(duty: &law::Duty) -> Self {
        Self {
            kind: duty.kind.into(),
            trigger: duty.trigger,
            due: duty.due,
            overdue_after: duty.overdue_after,
            first_failure_day: duty.first_failure_day,
            status: duty.status.into(),
            rule: duty.rule.to_string(),
            citation: duty.citation.to_string(),
            explanation: Both::explained(&duty.steps),
        }
    }
}
