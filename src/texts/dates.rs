//! Days and moments as people read them.

use chrono::{Datelike, NaiveDate, Timelike};
use chrono_tz::Tz;

use super::Texts;
use crate::clock::UtcTime;

impl Texts {
    /// Such as "vrijdag 27 november 2026".
    pub fn day(&self, day: &NaiveDate) -> String {
        let weekday = self.word("weekday", day.weekday().num_days_from_monday());
        format!("{weekday} {}", self.plain_day(day))
    }

    /// Such as "27 november 2026".
    pub fn plain_day(&self, day: &NaiveDate) -> String {
        format!("{} {} {}", day.day(), self.word("month", day.month()), day.year())
    }

    /// Such as "27 november 2026", or a word for nothing.
    pub fn day_or_none(&self, day: &Option<NaiveDate>) -> String {
        day.map_or_else(|| self.say("word.noDate").to_owned(), |day| self.plain_day(&day))
    }

    /// Such as "27 november 2026, 14:05".
    pub fn moment(&self, at: &UtcTime, zone: Tz) -> String {
        let local = at.utc().with_timezone(&zone);
        format!("{}, {:02}:{:02}", self.plain_day(&local.date_naive()), local.hour(), local.minute())
    }

    /// How far a day lies from today, such as "over 3 dagen", "vandaag" or "2 dagen geleden".
    pub fn distance(&self, day: &NaiveDate, today: &NaiveDate) -> String {
        match (*day - *today).num_days() {
            0 => self.say("date.today").to_owned(),
            1 => self.say("date.tomorrow").to_owned(),
            -1 => self.say("date.yesterday").to_owned(),
            ahead if ahead > 0 => self.count("date.ahead", ahead),
            ago => self.count("date.ago", -ago),
        }
    }
}
