//! The days on which a Dutch term does not end: a dated table, never a rule.
//!
//! A `Calendar` answers one question, whether a day is free and why, and refuses to answer it for a
//! day outside its validity. What a free day does to a term is for `term`.

use std::collections::BTreeMap;

use chrono::{Datelike, NaiveDate, Weekday};
use serde::{Deserialize, Serialize};

use super::load_error::LoadError;
use super::name::Name;
use super::profile_load;

/// Why a day is free.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "named after the days")]
pub enum Free {
    Saturday,
    Sunday,
    NewYearsDay,
    GoodFriday,
    EasterMonday,
    KingsDay,
    LiberationDay,
    AscensionDay,
    WhitMonday,
    ChristmasDay,
    SecondChristmasDay,
    EquatedByDecree,
}

/// A day about which the table says nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{day} lies outside the holiday table, which is valid from {valid_from} through {valid_to}")]
pub struct OutOfRange {
    /// The day that was needed.
    pub day: NaiveDate,
    /// First day the table knows.
    pub valid_from: NaiveDate,
    /// Last day the table knows.
    pub valid_to: NaiveDate,
}

/// A table of free days with its validity.
#[derive(Clone, Debug, PartialEq)]
pub struct Calendar {
    /// Version id, stored with every date computed from it.
    pub id: Name,
    /// First day the table knows.
    pub valid_from: NaiveDate,
    /// Last day the table knows.
    pub valid_to: NaiveDate,
    /// One entry per day of the validity.
    days: Vec<Option<Free>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    id: Name,
    #[serde(deserialize_with = "profile_load::day")]
    valid_from: NaiveDate,
    #[serde(deserialize_with = "profile_load::day")]
    valid_to: NaiveDate,
    days: BTreeMap<String, Free>,
}

impl Calendar {
    /// Reads a table. `file` is named in errors.
    ///
    /// # Errors
    /// When the text is no table, its validity is empty, or a day lies outside it.
    pub fn parse(file: &str, text: &str) -> Result<Self, LoadError> {
        let table: Table = toml::from_str(text).map_err(|e| LoadError::toml(file, text, &e))?;
        let length = (table.valid_to - table.valid_from).num_days();
        let Some(length) = usize::try_from(length).ok().filter(|l| *l < 400 * 366) else {
            return Err(LoadError::new(file, "valid_to", "must lie within 400 years after valid_from"));
        };
        let mut days: Vec<Option<Free>> = table.valid_from.iter_days().take(length + 1).map(weekend).collect();
        for (key, reason) in &table.days {
            let path = || format!("days.{key}");
            let day: NaiveDate = key.parse().map_err(|_| LoadError::new(file, &path(), "is not a date YYYY-MM-DD"))?;
            let slot = usize::try_from((day - table.valid_from).num_days())
                .ok()
                .and_then(|index| days.get_mut(index))
                .ok_or_else(|| LoadError::new(file, &path(), "lies outside valid_from through valid_to"))?;
            *slot = Some(*reason);
        }
        Ok(Self { id: table.id, valid_from: table.valid_from, valid_to: table.valid_to, days })
    }

    /// Why `day` is free, `None` when it is a working day.
    ///
    /// # Errors
    /// When the table does not know the day, also when it falls in a weekend.
    pub fn free(&self, day: NaiveDate) -> Result<Option<Free>, OutOfRange> {
        let index = usize::try_from((day - self.valid_from).num_days()).ok();
        index.and_then(|i| self.days.get(i)).copied().ok_or(OutOfRange {
            day,
            valid_from: self.valid_from,
            valid_to: self.valid_to,
        })
    }
}

fn weekend(day: NaiveDate) -> Option<Free> {
    match day.weekday() {
        Weekday::Sat => Some(Free::Saturday),
        Weekday::Sun => Some(Free::Sunday),
        Weekday::Mon | Weekday::Tue | Weekday::Wed | Weekday::Thu | Weekday::Fri => None,
    }
}
