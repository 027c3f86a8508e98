//! Calendar arithmetic of the time limits: days, months and years as the Interpretation Act counts them.
//!
//! Every function saturates at the ends of the calendar instead of failing, so no fact can make the
//! engine panic. Nothing here knows duties, custody or holidays.

use chrono::{Datelike, Days, Months, NaiveDate};

/// `n` days after `day` (before it when `n` is negative).
#[must_use]
pub fn plus_days(day: NaiveDate, n: i64) -> NaiveDate {
    let step = Days::new(n.unsigned_abs());
    if n < 0 {
        day.checked_sub_days(step).unwrap_or(NaiveDate::MIN)
    } else {
        day.checked_add_days(step).unwrap_or(NaiveDate::MAX)
    }
}

/// The last day of `n` days counted from `day`; `day` is day one when `first_day_counts`.
#[must_use]
pub fn nth_day(day: NaiveDate, n: u32, first_day_counts: bool) -> NaiveDate {
    plus_days(day, i64::from(n) - i64::from(first_day_counts))
}

/// The last day of `n` months after `day` (that day left out): the same day number, or the last day
/// of a month that has none.
#[must_use]
pub fn months_after(day: NaiveDate, n: u32) -> NaiveDate {
    day.checked_add_months(Months::new(n)).unwrap_or(NaiveDate::MAX)
}

/// The last day of `n` months beginning with `day`: the day before the same day number, or the last
/// day of a month that has none.
#[must_use]
pub fn months_beginning(day: NaiveDate, n: u32) -> NaiveDate {
    let same = months_after(day, n);
    if same.day() == day.day() { plus_days(same, -1) } else { same }
}

/// The last day of `n` months from `day`, in either way of counting.
#[must_use]
pub fn months_end(day: NaiveDate, n: u32, first_day_counts: bool) -> NaiveDate {
    if first_day_counts { months_beginning(day, n) } else { months_after(day, n) }
}

/// The last day of `n` years beginning with `day`.
#[must_use]
pub fn years_beginning(day: NaiveDate, n: u32) -> NaiveDate {
    months_beginning(day, n.saturating_mul(12))
}

/// Whether somebody born on `birth` has not yet reached the age of `years` on `on`.
/// Someone born on 29 February comes of age on 1 March of a common year.
#[must_use]
pub fn is_under(birth: NaiveDate, on: NaiveDate, years: u32) -> bool {
    let had_birthday = (on.month(), on.day()) >= (birth.month(), birth.day());
    let age = on.year() - birth.year() - i32::from(!had_birthday);
    i64::from(age) < i64::from(years)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn d(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn months_beginning_with_a_day_leave_its_number_out() {
        assert_eq!(months_beginning(d("2024-06-07"), 1), d("2024-07-06"));
        assert_eq!(months_beginning(d("2024-02-29"), 12), d("2025-02-28"));
        assert_eq!(months_beginning(d("2021-03-01"), 84), d("2028-02-29"));
        assert_eq!(months_beginning(d("2024-01-31"), 1), d("2024-02-29"));
    }

    #[test]
    fn months_after_a_day_end_on_its_number_or_the_end_of_the_month() {
        assert_eq!(months_after(d("2024-01-31"), 1), d("2024-02-29"));
        assert_eq!(months_after(d("2024-02-29"), 12), d("2025-02-28"));
    }

    #[test]
    fn majority_is_reached_on_the_birthday() {
        assert!(is_under(d("2003-05-10"), d("2021-05-09"), 18));
        assert!(!is_under(d("2003-05-10"), d("2021-05-10"), 18));
        assert!(is_under(d("2004-02-29"), d("2022-02-28"), 18));
        assert!(!is_under(d("2004-02-29"), d("2022-03-01"), 18));
    }

    #[test]
    fn the_ends_of_the_calendar_saturate() {
        assert_eq!(plus_days(NaiveDate::MAX, 1), NaiveDate::MAX);
        assert_eq!(plus_days(NaiveDate::MIN, -1), NaiveDate::MIN);
        assert_eq!(months_after(NaiveDate::MAX, 12), NaiveDate::MAX);
    }
}
