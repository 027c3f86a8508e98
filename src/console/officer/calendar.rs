//! The months around today with what falls due and when somebody is away; read by a screen reader as the table it is.

use chrono::{Datelike, Days, Months, NaiveDate};

use crate::register::view::{ExplainedDuty, Trip};
use crate::vocabulary::{DutyKind, DutyStatus};

/// Months shown: this one and the next.
const SHOWN: u32 = 2;

/// A month.
pub struct Month {
    /// Its first day.
    pub first: NaiveDate,
    /// Its weeks, from Monday; days of other months are absent.
    pub weeks: Vec<[Option<Day>; 7]>,
}

/// A day.
pub struct Day {
    /// Its number.
    pub number: u32,
    /// Whether it is today.
    pub today: bool,
    /// What falls due.
    pub due: Vec<DutyKind>,
    /// Whether a journey covers it.
    pub away: bool,
}

impl Day {
    /// How it looks.
    pub fn class(&self) -> String {
        let mut classes = Vec::new();
        if !self.due.is_empty() {
            classes.push("due");
        }
        if self.away {
            classes.push("away");
        }
        if self.today {
            classes.push("today");
        }
        classes.join(" ")
    }
}

impl Month {
    /// Its number.
    pub fn number(&self) -> u32 {
        self.first.month()
    }

    /// Its year.
    pub fn year(&self) -> i32 {
        self.first.year()
    }
}

/// This month and the next.
pub fn months(duties: &[ExplainedDuty], trips: &[Trip], today: NaiveDate) -> Vec<Month> {
    let this = today.with_day(1).unwrap_or(today);
    (0..SHOWN)
        .filter_map(|ahead| Some(month(this.checked_add_months(Months::new(ahead))?, duties, trips, today)))
        .collect()
}

fn month(first: NaiveDate, duties: &[ExplainedDuty], trips: &[Trip], today: NaiveDate) -> Month {
    let mut weeks: Vec<[Option<Day>; 7]> = Vec::new();
    let mut on = first;
    while on.month() == first.month() {
        let column = on.weekday().num_days_from_monday() as usize;
        if column == 0 || weeks.is_empty() {
            weeks.push([const { None }; 7]);
        }
        if let Some(week) = weeks.last_mut() {
            week[column] = Some(day(on, duties, trips, today));
        }
        let Some(next) = on.checked_add_days(Days::new(1)) else { break };
        on = next;
    }
    Month { first, weeks }
}

fn day(on: NaiveDate, duties: &[ExplainedDuty], trips: &[Trip], today: NaiveDate) -> Day {
    let due = duties
        .iter()
        .filter(|duty| duty.summary.due == Some(on))
        .filter(|duty| matches!(duty.summary.status, DutyStatus::Open | DutyStatus::Overdue | DutyStatus::Upcoming))
        .map(|duty| duty.summary.kind)
        .collect();
    let away = trips
        .iter()
        .any(|trip| trip.plan_of.departure_on <= on && trip.plan_of.return_on.is_none_or(|back| on <= back));
    Day { number: on.day(), today: on == today, due, away }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_month_is_a_table_of_weeks_from_monday() {
        let today: NaiveDate = "2026-11-24".parse().expect("a day");
        let months = months(&[], &[], today);
        assert_eq!(months.len(), 2);
        let november = &months[0];
        assert_eq!(november.weeks.len(), 6);
        assert!(november.weeks[0][..6].iter().all(Option::is_none));
        assert_eq!(november.weeks[0][6].as_ref().map(|day| day.number), Some(1));
        let shown = november.weeks.iter().flatten().flatten().filter(|day| day.today).map(|day| day.number);
        assert_eq!(shown.collect::<Vec<_>>(), [24]);
        assert_eq!(months[1].first.to_string(), "2026-12-01");
    }
}
