//! One version of the rules of one title as data. Adding a version is adding a file.
//!
//! This file owns the shape of a profile: every number and every choice of reading the rules use has a name here.
//! `profile_load` reads and validates; the rules only ever read it.

use chrono::NaiveDate;
use serde::Deserialize;

use super::length::{Length, LengthUnit};
use crate::law::Name;
use crate::vocabulary::{
    BreachDecision, ConditionCode, OffenceGroup, ReportTarget, SupervisionTitle, SuspensionReason,
};

/// A dated version of the rules of one title.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Profile {
    /// Version id, the first part of every rule id.
    pub id: Name,
    /// The title it is about.
    pub title: SupervisionTitle,
    /// What the version is, for people.
    pub description: String,
    /// First day this version governs, until the next version begins: the day on which the judgment became final for
    /// the measure, the first day of the period for every other title.
    #[serde(deserialize_with = "crate::law::toml_day")]
    pub valid_from: NaiveDate,
    /// IANA zone in which legal days begin and end.
    pub zone: Name,
    /// The special conditions that can be set.
    pub conditions: Vec<ConditionCode>,
    /// Lengths of the first term.
    pub length: Lengths,
    /// Extension.
    pub extension: Extension,
    /// The stage before execution; the measure only.
    pub execution: Option<Execution>,
    /// What stops the clock.
    pub clock: ClockRules,
    /// Substitute detention; the measure only.
    pub detention: Option<DetentionRules>,
    /// Breach reports.
    pub breach: BreachRules,
    /// The provisions each date rests on.
    pub citations: Citations,
}

/// The lengths a term may have: one of a list, or between bounds.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Lengths {
    /// The unit of every number here.
    pub unit: LengthUnit,
    /// The only lengths there are.
    #[serde(default)]
    pub allowed: Vec<u16>,
    /// At least.
    pub least: Option<u16>,
    /// At most.
    pub most: Option<u16>,
    /// At most where the court finds a special danger.
    pub exceptional_most: Option<u16>,
}

/// Extension of a term.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Extension {
    /// The unit of `allowed` and `most`.
    pub unit: LengthUnit,
    /// The only lengths there are.
    #[serde(default)]
    pub allowed: Vec<u16>,
    /// At most at a time.
    pub most: Option<u16>,
    /// How often; absent: any number of times.
    pub times: Option<u16>,
    /// The groups of offences for which `times` does not hold.
    #[serde(default)]
    pub repeatable_for: Vec<OffenceGroup>,
    /// At most together, extensions and first term, without the days on which the clock stood still.
    pub total_most_months: Option<u32>,
    /// Days before the end by which extension is to be requested; absent: the law names none.
    pub request_days_before: Option<u32>,
    /// Whether an order stays in force after its last day while a request in time waits for its decision.
    pub in_force_while_pending: bool,
}

/// The stage before execution.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Execution {
    /// Offences before this day cannot lead to the measure.
    #[serde(deserialize_with = "crate::law::toml_day")]
    pub offences_from: NaiveDate,
    /// Days before the end of what precedes by which execution is to be requested.
    pub request_days_before: u32,
    /// The conditions for which the request needs a medical statement.
    pub medical_statement_for: Vec<ConditionCode>,
}

/// What stops the clock, and how its days are counted.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClockRules {
    /// The reasons.
    pub stops_for: Vec<SuspensionReason>,
    /// Whether the clock already stands still on the day of entry.
    pub entry_day_stops: bool,
    /// Whether it still stands still on the day of release.
    pub release_day_stops: bool,
}

/// Substitute detention for breaches of the measure, and the judge's decision on it.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DetentionRules {
    /// Days it lasts at least, each time.
    pub least_days: u32,
    /// Months it lasts at most, in all.
    pub most_months: u32,
    /// Days of a month.
    pub days_per_month: u32,
    /// Days in all from which to warn that the most is near.
    pub warn_at_days: u32,
    /// Hours in which the investigating judge decides on a request.
    pub judge_hours: u32,
}

/// Breach reports.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BreachRules {
    /// To whom a breach is reported without delay.
    pub targets: Vec<ReportTarget>,
    /// What can be decided on a report.
    pub decisions: Vec<BreachDecision>,
}

/// The provisions each date rests on.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Citations {
    pub length: Name,
    pub begin: Name,
    pub end: Name,
    pub extension: Name,
    pub execution: Option<Name>,
    pub lapse: Option<Name>,
    pub end_notice: Name,
    pub conditions: Name,
    pub detention: Option<Name>,
    pub judge: Option<Name>,
    pub breach: Name,
}

impl Lengths {
    /// Whether a first term may be this long; `exceptional` where the court found a special danger.
    #[must_use]
    pub fn allow(&self, length: Length, exceptional: bool) -> bool {
        let most = if exceptional { self.exceptional_most.or(self.most) } else { self.most };
        fits(length, self.unit, &self.allowed, self.least, most)
    }
}

impl Extension {
    /// Whether one extension may be this long.
    #[must_use]
    pub fn allows(&self, length: Length) -> bool {
        fits(length, self.unit, &self.allowed, None, self.most)
    }

    /// Whether an extension is possible after `so_far` earlier ones, for an offence of this group.
    #[must_use]
    pub fn possible_after(&self, so_far: u16, group: OffenceGroup) -> bool {
        self.times.is_none_or(|times| so_far < times) || self.repeatable_for.contains(&group)
    }
}

fn fits(length: Length, unit: LengthUnit, allowed: &[u16], least: Option<u16>, most: Option<u16>) -> bool {
    if !allowed.is_empty() {
        return allowed.iter().any(|n| Length { unit, n: *n }.same_as(length));
    }
    let months = |n: u16| Length { unit, n }.least_months();
    length.n > 0
        && least.is_none_or(|n| length.whole_months() >= months(n))
        && most.is_none_or(|n| length.least_months() <= months(n))
}
