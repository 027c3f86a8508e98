//! The clock of a running term: its parts, and the days on which it stood still. This is the file that moves the last day
//! of an order.

use chrono::NaiveDate;

use super::length::Length;
use super::order::Suspension;
use super::profile::ClockRules;
use super::step::Step;
use crate::law::day;
use crate::vocabulary::SuspensionReason;

/// A term and its extensions, from the first day on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Clock {
    /// First day.
    pub begins_on: NaiveDate,
    /// First length.
    pub length: Length,
    /// Extensions: the day of the decision, and by how much.
    pub extensions: Vec<(NaiveDate, Length)>,
}

/// Time during which the clock stands still, one without a gap; `until` is the day of release.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stop {
    pub(super) reason: SuspensionReason,
    pub(super) from: NaiveDate,
    pub(super) until: Option<NaiveDate>,
}

impl Clock {
    /// The last day, `None` while the clock stands still without a known end; and how it was reached.
    #[must_use]
    pub fn last_day(&self, stops: &[Stop], rules: &ClockRules) -> (Option<NaiveDate>, Vec<Step>) {
        let mut steps = vec![Step::Begins { on: self.begins_on }];
        let mut first = self.begins_on;
        let mut ahead = stops.iter().filter_map(|stop| within(stop, self.begins_on)).peekable();
        let parts = std::iter::once((None, self.length))
            .chain(self.extensions.iter().map(|(decided, length)| (Some(*decided), *length)));
        for (decided, length) in parts {
            let Length { unit, n } = length;
            let mut last = length.last_day(first);
            steps.push(match decided {
                None => Step::Term { unit, n, first, last },
                Some(decided) => Step::Extended { decided, unit, n, first, last },
            });
            // A stop counts for the part in whose time it begins, which the stops before it may have made longer.
            while let Some(stop) = ahead.next_if(|stop| stop.from <= last) {
                let Some(until) = stop.until else {
                    steps.push(Step::StoppedOpen { reason: stop.reason, from: stop.from });
                    return (None, steps);
                };
                let days = days(&stop, until, rules);
                last = day::plus_days(last, i64::from(days));
                steps.push(Step::Stopped { reason: stop.reason, from: stop.from, until, days, last });
            }
            first = day::plus_days(last, 1);
        }
        (Some(day::plus_days(first, -1)), steps)
    }

    /// The first term and all extensions together, in months, without the time that stood still.
    #[must_use]
    pub fn months(&self) -> u32 {
        self.length.least_months() + self.extensions.iter().map(|(_, length)| length.least_months()).sum::<u32>()
    }
}

/// The part of a stop from the first day of the clock on.
fn within(stop: &Stop, begins_on: NaiveDate) -> Option<Stop> {
    let over = stop.until.is_some_and(|until| until <= begins_on);
    (!over).then_some(Stop { from: stop.from.max(begins_on), ..*stop })
}

fn days(stop: &Stop, until: NaiveDate, rules: &ClockRules) -> u32 {
    let touched = (until - stop.from).num_days() + 1;
    let running = i64::from(!rules.entry_day_stops) + i64::from(!rules.release_day_stops);
    u32::try_from(touched - running).unwrap_or(0)
}

/// The stops of an order in order of time: overlapping and adjoining ones are one.
#[must_use]
pub fn stops(suspensions: &[Suspension], rules: &ClockRules) -> Vec<Stop> {
    let mut sorted: Vec<Stop> = suspensions
        .iter()
        .filter(|s| rules.stops_for.contains(&s.reason))
        .map(|s| Stop { reason: s.reason, from: s.from, until: s.until })
        .collect();
    sorted.sort_by_key(|stop| (stop.from, stop.until.is_none(), stop.until));
    let mut merged: Vec<Stop> = Vec::with_capacity(sorted.len());
    for stop in sorted {
        match merged.last_mut() {
            Some(before) if before.until.is_none_or(|until| stop.from <= until) => {
                // `None` is later than every day.
                before.until = before.until.zip(stop.until).map(|(a, b)| a.max(b));
            }
            Some(_) | None => merged.push(stop),
        }
    }
    merged
}

/// Whether the clock stands still on `day`.
#[must_use]
pub fn stands_still(stops: &[Stop], day: NaiveDate) -> bool {
    stops.iter().any(|stop| stop.from <= day && stop.until.is_none_or(|until| day < until))
}
