//! When days or nights at a place make a qualifying period: N of them inside a rolling window.
//!
//! Time at a place is a list of ranges; the result is the runs of days on which a qualifying period
//! ends. It knows neither places nor persons.

use chrono::NaiveDate;

use super::day;
use super::profile::Unit;

/// Days at a place, both ends included; `to` `None` = still there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Range {
    pub(super) from: NaiveDate,
    pub(super) to: Option<NaiveDate>,
}

/// Days in a row on each of which a qualifying period ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Run {
    /// The first of them.
    pub(super) from: NaiveDate,
    /// The last of them, `None` while it goes on.
    pub(super) to: Option<NaiveDate>,
    /// The first of the N days or nights that end on `from`.
    pub(super) first: NaiveDate,
    /// Whether no qualifying period ended on the day of stay before it: a new one has come about.
    pub(super) fresh: bool,
}

/// What makes a qualifying period.
#[derive(Clone, Copy, Debug)]
pub(super) struct Measure {
    pub(super) n: u32,
    pub(super) months: u32,
    pub(super) unit: Unit,
}

impl Measure {
    /// Whether a period whose first day or night is `first` can be complete on `on`.
    fn holds(self, first: NaiveDate, on: NaiveDate) -> bool {
        // No month is shorter than 28 days, so most of the time the calendar need not be asked.
        if (on - first).num_days() < 28 * i64::from(self.months) - 1 {
            return true;
        }
        // A night is named by the day on which it ends; its window begins with its evening.
        let begin = match self.unit {
            Unit::Day => first,
            Unit::Night => day::plus_days(first, -1),
        };
        on <= day::months_beginning(begin, self.months)
    }

    /// The days or nights of a stay from `from` through `to`.
    fn counted(self, stay: Range) -> Option<Range> {
        let from = match self.unit {
            Unit::Day => stay.from,
            Unit::Night => day::plus_days(stay.from, 1),
        };
        stay.to.is_none_or(|to| from <= to).then_some(Range { from, to: stay.to })
    }
}

/// The runs of days on which a qualifying period ends, in order of time.
pub(super) fn runs(stays: &[Range], measure: Measure) -> Vec<Run> {
    let mut found = Vec::new();
    // The last N - 1 days or nights before the range at hand, and whether a period ended on the last.
    let mut before: Vec<NaiveDate> = Vec::new();
    let mut ended_before = false;
    for range in joined(stays, measure) {
        let n = i64::from(measure.n);
        let length = range.to.map_or(n, |to| (to - range.from).num_days() + 1);
        for k in 1..n.min(length + 1) {
            let on = day::plus_days(range.from, k - 1);
            let needed = usize::try_from(n - k).unwrap_or(usize::MAX);
            let first = before.len().checked_sub(needed).and_then(|i| before.get(i)).copied();
            let first = first.filter(|first| measure.holds(*first, on));
            if let Some(first) = first {
                found.push(Run { from: on, to: Some(on), first, fresh: !ended_before });
            }
            ended_before = first.is_some();
        }
        if length >= n {
            let on = day::plus_days(range.from, n - 1);
            if measure.holds(range.from, on) {
                found.push(Run { from: on, to: range.to, first: range.from, fresh: !ended_before });
                ended_before = true;
            }
        }
        let Some(to) = range.to else { break };
        let kept = (n - 1).min(length);
        before.extend((0..kept).rev().map(|back| day::plus_days(to, -back)));
        let surplus = before.len().saturating_sub(usize::try_from(n - 1).unwrap_or(0));
        before.drain(..surplus);
    }
    found
}

/// The counted days in order, ranges that overlap or follow each other joined.
fn joined(stays: &[Range], measure: Measure) -> Vec<Range> {
    let mut sorted: Vec<Range> = stays.iter().filter_map(|s| measure.counted(*s)).collect();
    sorted.sort_by_key(|r| r.from);
    let mut joined: Vec<Range> = Vec::with_capacity(sorted.len());
    for range in sorted {
        match joined.last_mut() {
            Some(last) if last.to.is_none_or(|to| range.from <= day::plus_days(to, 1)) => {
                last.to = match (last.to, range.to) {
                    (Some(a), Some(b)) => Some(a.max(b)),
                    (None, _) | (_, None) => None,
                };
            }
            Some(_) | None => joined.push(range),
        }
    }
    joined
}

#[cfg(test)]
mod tests {
    use super::*;

    fn d(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn range(from: &str, to: &str) -> Range {
        Range { from: d(from), to: Some(d(to)) }
    }

    const DAYS: Measure = Measure { n: 3, months: 12, unit: Unit::Day };
    const NIGHTS: Measure = Measure { n: 3, months: 12, unit: Unit::Night };

    fn first(stays: &[Range], measure: Measure) -> Option<NaiveDate> {
        runs(stays, measure).first().map(|r| r.from)
    }

    #[test]
    fn the_window_is_twelve_months_beginning_with_the_first_day() {
        let two = range("2024-03-02", "2024-03-03");
        assert_eq!(first(&[two, range("2025-03-01", "2025-03-01")], DAYS), Some(d("2025-03-01")));
        assert_eq!(first(&[two, range("2025-03-02", "2025-03-02")], DAYS), None);
    }

    #[test]
    fn nights_are_counted_from_the_evening() {
        let weekends = [range("2024-05-10", "2024-05-12"), range("2024-06-14", "2024-06-16")];
        assert_eq!(first(&weekends, DAYS), Some(d("2024-05-12")));
        assert_eq!(first(&weekends, NIGHTS), Some(d("2024-06-15")));
    }

    #[test]
    fn a_stay_that_goes_on_completes_nothing_new() {
        let long = runs(&[range("2023-11-01", "2024-01-31")], DAYS);
        assert_eq!(long.len(), 1);
        assert!(long.iter().all(|r| r.fresh && r.to == Some(d("2024-01-31"))));
    }

    #[test]
    fn after_the_window_a_new_period_comes_about() {
        let stays = [range("2022-06-01", "2022-06-04"), range("2024-06-01", "2024-06-04")];
        let fresh: Vec<_> = runs(&stays, DAYS).into_iter().filter(|r| r.fresh).map(|r| r.from).collect();
        assert_eq!(fresh, [d("2022-06-03"), d("2024-06-03")]);
    }
}
