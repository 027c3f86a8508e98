//! Closed periods: months and quarters of the calendar, whose last day counts.

use chrono::{Datelike, Months, NaiveDate};

use super::history::Span;

/// Average length of a month, for rates per person-month.
pub const DAYS_OF_A_MONTH: f64 = 365.25 / 12.0;
/// Average length of a year, for rates per person-year.
pub const DAYS_OF_A_YEAR: f64 = 365.25;

/// A quarter of a year.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Quarter {
    year: i32,
    /// 0 to 3.
    number: u32,
}

impl Quarter {
    /// The quarter in which a day lies.
    pub fn of(day: NaiveDate) -> Self {
        Self { year: day.year(), number: day.month0() / 3 }
    }

    /// The quarter after it.
    #[must_use]
    pub const fn next(self) -> Self {
        match self.number {
            3 => Self { year: self.year + 1, number: 0 },
            _ => Self { year: self.year, number: self.number + 1 },
        }
    }

    /// Its days, the last one included; nothing beyond the end of the calendar.
    pub fn days(self) -> Option<Span> {
        months(NaiveDate::from_ymd_opt(self.year, 3 * self.number + 1, 1)?, 3)
    }

    /// Its days when all of them are over, `over` being the last day that is.
    pub fn closed_by(self, over: NaiveDate) -> Option<Span> {
        self.days().filter(|days| days.until().is_some_and(|last| last <= over))
    }
}

impl std::fmt::Display for Quarter {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}-Q{}", self.year, self.number + 1)
    }
}

/// The months of the calendar of which at least a day lies in the period, each whole.
pub fn months_of(period: Span) -> impl Iterator<Item = Span> {
    let first = period.from().with_day(1);
    let month = |first: &NaiveDate| months(*first, 1);
    std::iter::successors(first.as_ref().and_then(month), move |month| {
        months(month.until()?.succ_opt()?, 1).filter(|next| next.and(period).is_some())
    })
}

fn months(first: NaiveDate, count: u32) -> Option<Span> {
    Span::new(first, Some(first.checked_add_months(Months::new(count))?.pred_opt()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(year: i32, month: u32, day: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(year, month, day).unwrap()
    }

    #[test]
    fn a_quarter_is_closed_when_its_last_day_is_over() {
        let quarter = Quarter::of(day(2026, 3, 31));
        assert_eq!((quarter.to_string(), quarter.next().to_string()), ("2026-Q1".to_owned(), "2026-Q2".to_owned()));
        assert_eq!(quarter.closed_by(day(2026, 3, 30)), None);
        let days = quarter.closed_by(day(2026, 3, 31)).unwrap();
        assert_eq!((days.from(), days.until(), days.count()), (day(2026, 1, 1), Some(day(2026, 3, 31)), 90));
        assert_eq!(Quarter::of(day(2026, 12, 31)).next(), Quarter::of(day(2027, 1, 1)));
    }

    #[test]
    fn months_are_whole_and_end_on_their_last_day() {
        let period = Span::new(day(2028, 1, 31), Some(day(2028, 3, 1))).unwrap();
        let months: Vec<_> = months_of(period).map(|it| (it.from(), it.until().unwrap())).collect();
        assert_eq!(
            months,
            [
                (day(2028, 1, 1), day(2028, 1, 31)),
                (day(2028, 2, 1), day(2028, 2, 29)),
                (day(2028, 3, 1), day(2028, 3, 31))
            ]
        );
    }
}
