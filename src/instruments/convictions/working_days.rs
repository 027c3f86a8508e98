//! Terms in working days.

use chrono::NaiveDate;
use law::{Calendar, OutOfRange};

/// The last day of a term of so many working days after a day, which is not counted. Saturdays, Sundays, holidays and days
/// equated with them are no working days.
///
/// # Errors
/// When the table of holidays does not know a day of the term.
pub fn working_days_after(day: NaiveDate, count: u32, calendar: &Calendar) -> Result<NaiveDate, OutOfRange> {
    let mut last = day;
    let mut left = count;
    while left > 0 {
        last = law::day::plus_days(last, 1);
        if calendar.free(last)?.is_none() {
            left -= 1;
        }
    }
    Ok(last)
}
