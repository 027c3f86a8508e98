//! One record: an order with everything that belongs to it, as the published schema has it.

use chrono::{DateTime, FixedOffset, NaiveDate};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::supervision::rules::{BreachReport, CbsCode, Condition, Course, Decided, Judgment, Order, Suspension};
use crate::vocabulary::{BreachAdvice, BreachSeverity, BreachSubject, ConditionCode, ObservedBy};

/// An order as the probation service sends it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(as = SupervisionOrderRecord)]
pub struct Record {
    /// The organisation that sends.
    #[schema(pattern = "^[A-Za-z0-9][A-Za-z0-9._/-]{0,63}$")]
    pub source: String,
    /// Its id of the order.
    #[schema(pattern = "^[A-Za-z0-9][A-Za-z0-9._/-]{0,63}$")]
    pub order_id: String,
    /// As of when its data stand.
    pub as_of: DateTime<FixedOffset>,
    /// Chain number of the person.
    #[schema(pattern = "^[0-9]{1,12}$")]
    pub skn: String,
    /// Case number of the prosecution.
    #[schema(pattern = "^[0-9]{2}[-/. ]?[0-9]{6}[-/. ]?[0-9]{2}$")]
    pub case_number: String,
    /// The court.
    #[schema(min_length = 1, max_length = 80)]
    pub court: String,
    /// The organisation that supervises.
    #[schema(pattern = "^[A-Za-z0-9][A-Za-z0-9._/-]{0,63}$")]
    pub organisation: String,
    /// Level of supervision.
    #[schema(min_length = 1, max_length = 40)]
    pub level: Option<String>,
    /// The judgment.
    pub judgment: Judgment,
    /// What it is, and what happened.
    pub course: Course,
    /// Special conditions.
    #[serde(default)]
    #[schema(max_items = 200)]
    pub conditions: Vec<RecordCondition>,
    /// When the clock stood still.
    #[serde(default)]
    #[schema(max_items = 200)]
    pub suspensions: Vec<Suspension>,
    /// Breach reports.
    #[serde(default)]
    #[schema(max_items = 500)]
    pub breaches: Vec<RecordBreach>,
}

/// A condition with its id and its text.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(as = SupervisionConditionRecord)]
pub struct RecordCondition {
    /// The sender's id within the order.
    #[schema(pattern = "^[A-Za-z0-9][A-Za-z0-9._/-]{0,63}$")]
    pub condition_id: String,
    /// Which of the closed list.
    pub code: ConditionCode,
    /// First day.
    pub from: NaiveDate,
    /// Last day.
    pub until: Option<NaiveDate>,
    /// Whether electronic monitoring goes with it.
    #[serde(default)]
    pub electronic_monitoring: bool,
    /// Municipalities of an area.
    #[serde(default)]
    #[schema(max_items = 50)]
    pub municipalities: Vec<CbsCode>,
    /// Whether it obliges to notify what the register must be notified of.
    #[serde(default)]
    pub notify_register: bool,
    /// What the judgment says.
    #[schema(min_length = 1, max_length = 2000)]
    pub text: Option<String>,
}

/// A breach report with its id and its text.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(as = BreachRecord)]
pub struct RecordBreach {
    /// The sender's id within the order.
    #[schema(pattern = "^[A-Za-z0-9][A-Za-z0-9._/-]{0,63}$")]
    pub breach_id: String,
    /// The day on which it was seen.
    pub observed_on: NaiveDate,
    /// Who saw it.
    pub observed_by: ObservedBy,
    /// What it is about.
    pub subject: BreachSubject,
    /// The condition that was not complied with.
    pub condition: Option<ConditionCode>,
    /// How grave it is.
    pub severity: BreachSeverity,
    /// When the prosecution service was told.
    pub reported_prosecution_at: Option<DateTime<FixedOffset>>,
    /// When the Minister was told.
    pub reported_minister_at: Option<DateTime<FixedOffset>>,
    /// What probation advised.
    pub advice: Option<BreachAdvice>,
    /// What was decided.
    pub decision: Option<Decided>,
    /// What was seen.
    #[schema(min_length = 1, max_length = 2000)]
    pub text: Option<String>,
}

impl Record {
    /// The facts of the order, as the rules read them.
    #[must_use]
    pub fn order(&self) -> Order {
        Order {
            judgment: self.judgment,
            course: self.course.clone(),
            conditions: self.conditions.iter().map(RecordCondition::condition).collect(),
            suspensions: self.suspensions.clone(),
        }
    }
}

impl RecordCondition {
    /// The condition as the rules read it.
    #[must_use]
    pub fn condition(&self) -> Condition {
        Condition {
            code: self.code,
            from: self.from,
            until: self.until,
            electronic_monitoring: self.electronic_monitoring,
            municipalities: self.municipalities.clone(),
            notify_register: self.notify_register,
        }
    }
}

impl RecordBreach {
    /// The report as the rules read it.
    #[must_use]
    pub fn report(&self) -> BreachReport {
        BreachReport {
            observed_on: self.observed_on,
            observed_by: self.observed_by,
            subject: self.subject,
            condition: self.condition,
            severity: self.severity,
            reported_prosecution_at: self.reported_prosecution_at,
            reported_minister_at: self.reported_minister_at,
            advice: self.advice,
            decision: self.decision,
        }
    }
}
