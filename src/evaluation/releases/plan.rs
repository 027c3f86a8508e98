//! Which quarters, teams and kinds of offence a release counts.

use chrono::{Months, NaiveDate};
use serde::{Deserialize, Serialize};

use crate::register::{FieldError, Refusal};
use crate::statistics::catalogue::plan::{Choice, Plan, Refused};
use crate::statistics::period::Quarter;

/// Over which teams and kinds of offence: as they were when the release was approved, so that it can be made again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Over {
    /// Names of teams.
    pub teams: Vec<String>,
    /// Names of kinds of offence.
    pub offence_groups: Vec<String>,
}

impl Over {
    /// As it is kept.
    ///
    /// # Errors
    /// [`Refusal::Rules`] when it cannot be written, which no list of names does.
    pub fn to_stored(&self) -> Result<String, Refusal> {
        serde_json::to_string(self).map_err(|error| Refusal::Rules(error.to_string()))
    }

    /// As it was kept.
    ///
    /// # Errors
    /// [`Refusal::Rules`] when it is something else.
    pub fn parse(stored: &str) -> Result<Self, Refusal> {
        serde_json::from_str(stored).map_err(|error| Refusal::Rules(error.to_string()))
    }
}

/// A quarter as it is written, such as `2026-Q3`.
pub fn quarter(text: &str) -> Option<Quarter> {
    let (year, number) = text.split_once("-Q")?;
    let (year, number) = (year.parse().ok()?, number.parse::<u32>().ok()?);
    let first = NaiveDate::from_ymd_opt(year, number.checked_mul(3)?.checked_sub(2)?, 1)?;
    Some(Quarter::of(first)).filter(|quarter| text.len() == 7 && quarter.to_string() == text)
}

/// The last quarters that are over before a day, the last one first, at most so many.
pub fn closed_before(day: NaiveDate, most: usize) -> Vec<String> {
    let days = (1..).map(|months| day.checked_sub_months(Months::new(3 * months)));
    days.map_while(|day| day.map(|day| Quarter::of(day).to_string())).take(most).collect()
}

/// The plan of these quarters, `over` being the last day that is over; over no team and no kind of offence yet.
///
/// # Errors
/// [`Refusal::Invalid`] with every invalid field.
pub fn checked(first: &str, last: &str, over: NaiveDate) -> Result<Plan, Refusal> {
    let mut faults = Vec::new();
    let mut read = |pointer: &str, text: &str| {
        let quarter = quarter(text);
        if quarter.is_none() {
            faults.push(FieldError::new(pointer, "not_a_quarter", "Write a quarter as 2026-Q3."));
        }
        quarter
    };
    let quarters = read("/firstQuarter", first).zip(read("/lastQuarter", last));
    Refusal::unless_empty(faults)?;
    let (first, last) = quarters.ok_or(Refusal::NotFound)?;
    let choice = Choice { first, last, over, teams: Vec::new(), offence_groups: Vec::new() };
    Plan::new(choice).map_err(|refused| {
        let code = match refused {
            Refused::Order => "before_first",
            Refused::TooMany => "too_many",
            Refused::NotClosed => "not_over",
            Refused::Name => "name",
        };
        Refusal::field("/lastQuarter", code, "Name quarters in order, all of them over, and at most ten years of them.")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quarter_has_one_spelling() {
        assert_eq!(quarter("2026-Q3").map(|it| it.to_string()).as_deref(), Some("2026-Q3"));
        for wrong in ["2026-Q0", "2026-Q5", "26-Q1", "2026-q1", "2026-Q01", "2026"] {
            assert_eq!(quarter(wrong), None, "{wrong}");
        }
    }
}
