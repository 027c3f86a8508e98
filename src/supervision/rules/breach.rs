//! A breach report as a state machine: observed, reported to one or both, decided.
//!
//! Probation reports without delay to the prosecution service and to the Minister (6:3:14(4) Sv). The Act names no number
//! of days, so nothing here calls a report late.

use chrono::{DateTime, FixedOffset, NaiveDate};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::detention::{Sanction, sanction};
use super::fault::{Fault, FaultCode};
use super::length::Length;
use super::order::Condition;
use super::profile::Profile;
use super::step::Step;
use crate::vocabulary::{
    BreachAdvice, BreachDecision, BreachSeverity, BreachSubject, ConditionCode, ObservedBy, ReportTarget,
};

/// What is known of one breach.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct BreachReport {
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
    /// When the Minister was told, through the execution authority.
    pub reported_minister_at: Option<DateTime<FixedOffset>>,
    /// What probation advised.
    pub advice: Option<BreachAdvice>,
    /// What was decided.
    pub decision: Option<Decided>,
}

/// What was decided on a report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Decided {
    /// The day.
    pub on: NaiveDate,
    /// What.
    pub what: BreachDecision,
    /// Substitute detention: how long.
    pub detention: Option<Length>,
    /// Days of it that were executed.
    pub executed_days: Option<u16>,
}

/// Where a breach stands.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case", rename_all_fields = "camelCase")]
pub enum Breach {
    /// Seen; nobody is told yet.
    Observed,
    /// One of those who must be told is told.
    PartlyReported {
        /// Who must still be told.
        missing: Vec<ReportTarget>,
    },
    /// Everybody is told.
    Reported,
    /// Decided.
    Decided {
        /// The day.
        on: NaiveDate,
        /// What.
        what: BreachDecision,
        /// What substitute detention comes to.
        sanction: Option<Sanction>,
        /// Who must still be told, also after the decision.
        missing: Vec<ReportTarget>,
    },
}

impl BreachReport {
    /// Whether `target` was told.
    #[must_use]
    pub const fn told(&self, target: ReportTarget) -> Option<DateTime<FixedOffset>> {
        match target {
            ReportTarget::Prosecution => self.reported_prosecution_at,
            ReportTarget::Minister => self.reported_minister_at,
        }
    }

    /// Where the breach stands. `earlier` are the substitute detentions ordered before under the same order.
    ///
    /// # Errors
    /// When the report contradicts itself or the rules.
    pub fn stands(&self, profile: &Profile, earlier: &[Length]) -> Result<Breach, Fault> {
        self.check()?;
        let mut breach = Breach::Observed;
        for target in profile.breach.targets.iter().filter(|target| self.told(**target).is_some()) {
            breach = breach.report(*target, profile);
        }
        match self.decision {
            None => Ok(breach),
            Some(decided) => breach.decide(&decided, profile, earlier),
        }
    }

    fn check(&self) -> Result<(), Fault> {
        if (self.subject == BreachSubject::Condition) != self.condition.is_some() {
            return Err(Fault::new(FaultCode::ConditionDoesNotFit, "condition"));
        }
        for (at, field) in
            [(self.reported_prosecution_at, "reportedProsecutionAt"), (self.reported_minister_at, "reportedMinisterAt")]
        {
            if at.is_some_and(|at| at.date_naive() < self.observed_on) {
                return Err(Fault::new(FaultCode::DatesOutOfOrder, field));
            }
        }
        if self.decision.is_some_and(|decided| decided.on < self.observed_on) {
            return Err(Fault::new(FaultCode::DatesOutOfOrder, "decision.on"));
        }
        Ok(())
    }
}

impl Breach {
    /// The breach after `to` was told.
    #[must_use]
    pub fn report(self, to: ReportTarget, profile: &Profile) -> Self {
        let without = |mut missing: Vec<ReportTarget>| {
            missing.retain(|target| *target != to);
            missing
        };
        let told = |missing: Vec<ReportTarget>| {
            if missing.is_empty() { Self::Reported } else { Self::PartlyReported { missing } }
        };
        match self {
            Self::Observed => told(without(profile.breach.targets.clone())),
            Self::PartlyReported { missing } => told(without(missing)),
            Self::Reported => Self::Reported,
            Self::Decided { on, what, sanction, missing } => {
                Self::Decided { on, what, sanction, missing: without(missing) }
            }
        }
    }

    /// The breach after a decision. Who decides must have been told: nothing is decided on a report that was never made.
    ///
    /// # Errors
    /// When it was decided already, nobody was told, or the title does not know the decision.
    pub fn decide(self, decided: &Decided, profile: &Profile, earlier: &[Length]) -> Result<Self, Fault> {
        let missing = match self {
            Self::Observed | Self::Decided { .. } => {
                return Err(Fault::new(FaultCode::NotInThisState, "decision"));
            }
            Self::PartlyReported { missing } => missing,
            Self::Reported => Vec::new(),
        };
        if missing.contains(&ReportTarget::Prosecution) {
            return Err(Fault::new(FaultCode::NotInThisState, "decision"));
        }
        if !profile.breach.decisions.contains(&decided.what) {
            return Err(Fault::new(FaultCode::DecisionNotAllowed, "decision.what"));
        }
        let detention = decided.what == BreachDecision::SubstituteDetention;
        let sanction = match (detention, decided.detention, &profile.detention) {
            (true, Some(length), Some(rules)) => {
                Some(sanction(earlier, length, rules).map_err(|code| Fault::new(code, "decision.detention"))?)
            }
            (false, None, _) => None,
            (true, _, _) | (false, Some(_), _) => {
                return Err(Fault::new(FaultCode::DecisionNotAllowed, "decision.detention"));
            }
        };
        Ok(Self::Decided { on: decided.on, what: decided.what, sanction, missing })
    }
}

/// Whether not notifying the register is by itself a breach of an order with these conditions on `day`: only where a
/// condition (k or g) obliges to notify. Non-cooperation is another question, and a person's.
#[must_use]
pub fn missed_notification_is_breach(conditions: &[Condition], day: NaiveDate) -> (bool, Vec<Step>) {
    let obliging = conditions.iter().find(|c| c.notify_register && c.holds_on(day));
    match obliging {
        Some(c) => (
            true,
            vec![Step::ConditionHolds { condition: c.code, from: c.from, until: c.until }, Step::NotifyingIsCondition],
        ),
        None => (false, vec![Step::NotifyingIsNoCondition]),
    }
}
