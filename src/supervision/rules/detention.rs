//! Substitute detention for a breach of the measure (38w Sr through 6:6:23b(6) Sv), and the hours in which the
//! investigating judge decides. It does not end the duties of the measure.

use chrono::{DateTime, FixedOffset};
use serde::{Deserialize, Serialize};

use super::fault::FaultCode;
use super::length::{Length, LengthUnit};
use super::profile::DetentionRules;
use super::step::Step;
use crate::law::term::{self, LastDay, Term, TermLength};
use crate::law::{Calendar, Extension, TermSource};

/// What one order of substitute detention comes to under the most there can be.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Sanction {
    /// What was ordered, in days.
    pub ordered_days: u32,
    /// What of it can be executed, in the unit of the judgment where that leaves whole units, otherwise in days.
    pub executable: Length,
    /// What can be executed of this and every earlier order, in days.
    pub total_days: u32,
    /// Whether the most is near or reached: a person is to look.
    pub warn: bool,
    /// How it was reached.
    pub steps: Vec<Step>,
}

/// Holds an order of substitute detention against the least of one and the most of all. `earlier` are the orders before
/// it, in order of time.
///
/// # Errors
/// [`FaultCode::DetentionTooShort`]; [`FaultCode::DetentionUsedUp`] when less than the least is left.
pub fn sanction(earlier: &[Length], ordered: Length, rules: &DetentionRules) -> Result<Sanction, FaultCode> {
    let most = rules.most_months * rules.days_per_month;
    let so_far = earlier.iter().fold(0, |sum: u32, length| sum.saturating_add(days(*length, rules)).min(most));
    let ordered_days = days(ordered, rules);
    if ordered_days < rules.least_days {
        return Err(FaultCode::DetentionTooShort);
    }
    let left = most - so_far;
    if left < rules.least_days {
        return Err(FaultCode::DetentionUsedUp);
    }
    let executable_days = ordered_days.min(left);
    let total_days = so_far + executable_days;
    let steps = vec![
        Step::DetentionSoFar { days: so_far },
        Step::DetentionMost { months: rules.most_months, days: most },
        Step::DetentionAdds { ordered: ordered_days, executable: executable_days },
    ];
    Ok(Sanction {
        ordered_days,
        executable: in_unit_of(ordered, executable_days, rules),
        total_days,
        warn: total_days >= rules.warn_at_days,
        steps,
    })
}

fn days(length: Length, rules: &DetentionRules) -> u32 {
    let n = u32::from(length.n);
    match length.unit {
        LengthUnit::Days => n,
        LengthUnit::Months => n * rules.days_per_month,
        LengthUnit::Years => n * 12 * rules.days_per_month,
    }
}

fn in_unit_of(ordered: Length, executable: u32, rules: &DetentionRules) -> Length {
    let whole = |unit, size: u32| {
        let n = u16::try_from(executable / size).ok().filter(|_| executable.is_multiple_of(size))?;
        Some(Length { unit, n })
    };
    let in_its_unit = match ordered.unit {
        LengthUnit::Days => None,
        LengthUnit::Months | LengthUnit::Years => whole(LengthUnit::Months, rules.days_per_month),
    };
    // The most is a few months, so its days fit.
    in_its_unit.unwrap_or(Length { unit: LengthUnit::Days, n: u16::try_from(executable).unwrap_or(u16::MAX) })
}

/// The instant by which the investigating judge decides on a request of the prosecution service: elapsed hours, no
/// extension.
#[must_use]
pub fn judge_decides_by(
    filed: DateTime<FixedOffset>,
    rules: &DetentionRules,
    calendar: &Calendar,
) -> (Option<DateTime<FixedOffset>>, Vec<Step>) {
    let term = Term {
        event: term::Event::Instant(filed),
        length: TermLength { unit: term::Unit::Hours, n: rules.judge_hours },
        first_day_counts: false,
        extension: Extension::None,
        counted_back: false,
        source: TermSource::Act,
    };
    match term::last_day(&term, calendar) {
        Ok(LastDay::Instant(until)) => {
            (Some(until), vec![Step::Hours { hours: rules.judge_hours, from: filed, until }])
        }
        // Hours from an instant end in an instant, and need no holiday table.
        Ok(LastDay::Day(_)) | Err(_) => (None, Vec::new()),
    }
}
