//! Terms of years and months. Terms in years are never extended (Algemene termijnenwet art. 4(a)).

use chrono::NaiveDate;

/// The last day of `years` years that begin with `day`: the day before the anniversary.
#[must_use]
pub fn last_day_of_years(day: NaiveDate, years: u32) -> NaiveDate {
    law::day::years_beginning(day, years)
}

/// The day on which something ends `months` months after `day`: the same day number, or the last of a month without it.
/// On that day it is over.
#[must_use]
pub fn ends_after_months(day: NaiveDate, months: u32) -> NaiveDate {
    law::day::months_after(day, months)
}

/// Days from `from` to `until`, negative when `until` comes first.
#[must_use]
pub fn whole_days(from: NaiveDate, until: NaiveDate) -> i64 {
    (until - from).num_days()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn d(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn ten_years_end_the_day_before_the_anniversary() {
        assert_eq!(last_day_of_years(d("2016-05-20"), 10), d("2026-05-19"));
        assert_eq!(last_day_of_years(d("2016-03-01"), 10), d("2026-02-28"));
        assert_eq!(last_day_of_years(d("2016-02-29"), 10), d("2026-02-28"));
        assert_eq!(last_day_of_years(d("2008-02-29"), 20), d("2028-02-28"));
        assert_eq!(last_day_of_years(d("2008-03-01"), 20), d("2028-02-29"));
    }

    #[test]
    fn twenty_four_months_after_a_leap_day_end_on_the_28th() {
        assert_eq!(ends_after_months(d("2026-03-10"), 24), d("2028-03-10"));
        assert_eq!(ends_after_months(d("2024-02-29"), 24), d("2026-02-28"));
        assert_eq!(whole_days(d("2028-02-28"), d("2028-03-01")), 2);
        assert_eq!(whole_days(d("2028-03-01"), d("2028-02-28")), -2);
    }
}
