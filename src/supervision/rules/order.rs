//! What is known of one supervision order: the facts document of the rules.
//!
//! Dates and codes only. Free text (what a condition says, what was seen) is stored beside it, encrypted, and no rule
//! reads it.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::cbs_code::CbsCode;
use super::length::Length;
use crate::vocabulary::{
    ConditionCode, ExecutionGround, OffenceGroup, Preceding, SupervisionEnd, SupervisionTitle, SuspensionReason,
};

/// One supervision order.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Order {
    /// The judgment it rests on.
    pub judgment: Judgment,
    /// What it is, and what happened to it.
    pub course: Course,
    /// The special conditions.
    #[serde(default)]
    pub conditions: Vec<Condition>,
    /// When its clock stood still.
    #[serde(default)]
    pub suspensions: Vec<Suspension>,
}

/// The judgment an order rests on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Judgment {
    /// The day on which it became final.
    pub final_on: NaiveDate,
    /// The day of the offence, the first one of a period.
    pub offence_on: NaiveDate,
    /// What the offence is to art. 38z(1) Sr.
    pub offence_group: OffenceGroup,
}

/// What an order is, with what happened to it in order of time.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum Course {
    /// The measure of art. 38z Sr: two stages.
    #[serde(rename_all = "camelCase")]
    Measure {
        /// What precedes its execution.
        preceding: Preceding,
        /// The last day of what precedes; null while it is not known.
        preceding_ends_on: Option<NaiveDate>,
        /// What happened.
        #[serde(default)]
        #[schema(max_items = 200)]
        events: Vec<MeasureEvent>,
    },
    /// A period that begins with its order: conditional ending of tbs, conditional release, conditional sentence.
    #[serde(rename_all = "camelCase")]
    Period {
        /// Which.
        title: PeriodTitle,
        /// Its first day.
        begins_on: NaiveDate,
        /// Its first length.
        length: Length,
        /// Whether the court found the special danger that allows a longer period.
        #[serde(default)]
        exceptional: bool,
        /// What happened.
        #[serde(default)]
        #[schema(max_items = 200)]
        events: Vec<PeriodEvent>,
    },
    /// Supervision under another title, for which no rules are kept: the dates are those that were told.
    #[serde(rename_all = "camelCase")]
    Told {
        /// Which.
        title: ToldTitle,
        /// Its first day.
        begins_on: NaiveDate,
        /// Its planned last day.
        planned_end: Option<NaiveDate>,
        /// The day on which it ended.
        ended_on: Option<NaiveDate>,
    },
}

/// Titles whose period begins with the order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "named as in the vocabulary")]
pub enum PeriodTitle {
    ConditionalEndingTbs,
    ConditionalRelease,
    ConditionalSentence,
}

/// Titles for which no rules are kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ToldTitle {
    /// Tbs with conditions.
    TbsWithConditions,
    /// The measure of 38v Sr.
    #[serde(rename = "measure_38v")]
    Measure38v,
    /// Suspended detention on remand.
    SuspendedRemand,
    /// A conditional pardon.
    ConditionalPardon,
}

/// What happens to a measure.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "type", rename_all = "snake_case", deny_unknown_fields)]
pub enum MeasureEvent {
    /// The prosecution service requests execution.
    #[serde(rename_all = "camelCase")]
    ExecutionRequested {
        /// The day of filing.
        on: NaiveDate,
        /// Its ground.
        ground: ExecutionGround,
        /// The day of the reasoned and signed advice of probation that goes with it.
        advice_on: Option<NaiveDate>,
        /// Whether a medical statement goes with it.
        #[serde(default)]
        medical_statement: bool,
        /// Whether its ground arose only after the last safe day.
        #[serde(default)]
        late_admissible: bool,
    },
    /// The court refuses execution.
    ExecutionRefused {
        /// The day of the decision.
        on: NaiveDate,
    },
    /// The court orders execution.
    ExecutionOrdered {
        /// The day of the order: the first day of the measure.
        on: NaiveDate,
        /// How long.
        length: Length,
    },
    /// The prosecution service requests extension.
    ExtensionRequested {
        /// The day of filing.
        on: NaiveDate,
        /// Its ground.
        ground: ExecutionGround,
    },
    /// The court extends.
    Extended {
        /// The day of the decision.
        on: NaiveDate,
        /// By how much.
        length: Length,
    },
    /// The court refuses to extend.
    ExtensionRefused {
        /// The day of the decision.
        on: NaiveDate,
    },
    /// The court changes conditions.
    Changed {
        /// The day of the decision.
        on: NaiveDate,
    },
    /// The court lifts the measure.
    Lifted {
        /// The day of the decision.
        on: NaiveDate,
    },
    /// Another judgment becomes final.
    Convicted {
        /// The day on which it became final.
        on: NaiveDate,
        /// What it imposes.
        imposes: Imposes,
    },
}

/// What a later final judgment imposes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Imposes {
    /// Tbs.
    Tbs,
    /// Prison with a new measure.
    PrisonWithMeasure,
    /// Prison without one.
    PrisonWithoutMeasure,
}

/// What happens to a period.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "type", rename_all = "snake_case", deny_unknown_fields)]
pub enum PeriodEvent {
    /// The prosecution service requests extension.
    ExtensionRequested {
        /// The day of filing.
        on: NaiveDate,
    },
    /// The court extends.
    Extended {
        /// The day of the decision.
        on: NaiveDate,
        /// By how much.
        length: Length,
    },
    /// The court refuses to extend.
    ExtensionRefused {
        /// The day of the decision.
        on: NaiveDate,
    },
    /// The court changes conditions.
    Changed {
        /// The day of the decision.
        on: NaiveDate,
    },
    /// The period ends before its last day.
    Ended {
        /// Its last day.
        on: NaiveDate,
        /// How.
        how: EarlyEnd,
    },
}

/// How a period can end before its last day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum EarlyEnd {
    /// The court ended it.
    Lifted,
    /// A later final judgment took its place.
    Replaced,
    /// Prison, nursing or the suspended part is executed.
    Revoked,
}

/// A special condition.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Condition {
    /// Which of the closed list.
    pub code: ConditionCode,
    /// First day.
    pub from: NaiveDate,
    /// Last day; null: as long as the order.
    pub until: Option<NaiveDate>,
    /// Whether electronic monitoring goes with it.
    #[serde(default)]
    pub electronic_monitoring: bool,
    /// CBS codes of the municipalities in which an area lies (h, m, n), as of `from`.
    #[serde(default)]
    pub municipalities: Vec<CbsCode>,
    /// Whether it obliges to notify what the register must be notified of (k, g).
    #[serde(default)]
    pub notify_register: bool,
}

/// Time during which the clock stood still.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Suspension {
    /// Why.
    pub reason: SuspensionReason,
    /// The day of entry.
    pub from: NaiveDate,
    /// The day of release; null: not known.
    pub until: Option<NaiveDate>,
}

impl Course {
    /// The title in the words of the vocabulary.
    #[must_use]
    pub const fn title(&self) -> SupervisionTitle {
        match self {
            Self::Measure { .. } => SupervisionTitle::Measure38z,
            Self::Period { title, .. } => match title {
                PeriodTitle::ConditionalEndingTbs => SupervisionTitle::ConditionalEndingTbs,
                PeriodTitle::ConditionalRelease => SupervisionTitle::ConditionalRelease,
                PeriodTitle::ConditionalSentence => SupervisionTitle::ConditionalSentence,
            },
            Self::Told { title, .. } => match title {
                ToldTitle::TbsWithConditions => SupervisionTitle::TbsWithConditions,
                ToldTitle::Measure38v => SupervisionTitle::Measure38v,
                ToldTitle::SuspendedRemand => SupervisionTitle::SuspendedRemand,
                ToldTitle::ConditionalPardon => SupervisionTitle::ConditionalPardon,
            },
        }
    }
}

impl MeasureEvent {
    /// The day on which it happened.
    #[must_use]
    pub const fn on(&self) -> NaiveDate {
        match self {
            Self::ExecutionRequested { on, .. }
            | Self::ExecutionRefused { on }
            | Self::ExecutionOrdered { on, .. }
            | Self::ExtensionRequested { on, .. }
            | Self::Extended { on, .. }
            | Self::ExtensionRefused { on }
            | Self::Changed { on }
            | Self::Lifted { on }
            | Self::Convicted { on, .. } => *on,
        }
    }
}

impl PeriodEvent {
    /// The day on which it happened.
    #[must_use]
    pub const fn on(&self) -> NaiveDate {
        match self {
            Self::ExtensionRequested { on }
            | Self::Extended { on, .. }
            | Self::ExtensionRefused { on }
            | Self::Changed { on }
            | Self::Ended { on, .. } => *on,
        }
    }
}

impl From<EarlyEnd> for SupervisionEnd {
    fn from(how: EarlyEnd) -> Self {
        match how {
            EarlyEnd::Lifted => Self::Lifted,
            EarlyEnd::Replaced => Self::Replaced,
            EarlyEnd::Revoked => Self::Revoked,
        }
    }
}

impl Condition {
    /// Whether it holds on `day`, as far as its own dates go.
    #[must_use]
    pub fn holds_on(&self, day: NaiveDate) -> bool {
        self.from <= day && self.until.is_none_or(|until| day <= until)
    }
}
