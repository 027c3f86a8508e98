//! One time limit: the last day of a term of days, weeks, months, years or hours, counted forward or
//! back, with or without the Algemene termijnenwet. This is the file that moves a Dutch last day.

use chrono::{DateTime, FixedOffset, NaiveDate, TimeDelta};
use chrono_tz::Europe::Amsterdam;
use serde::{Deserialize, Serialize};

use super::calendar::{Calendar, OutOfRange};
use super::day;
use super::facts::iso;
use super::profile::{Extension, Source};
use super::step::{Step, Steps};

/// A term to be computed, in the words of the golden cases.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Term {
    /// The day or instant it runs from.
    pub event: Event,
    /// Its length.
    pub length: TermLength,
    /// Whether the event day is day one.
    #[serde(default)]
    pub first_day_counts: bool,
    /// Whether it is extended.
    pub extension: Extension,
    /// Whether it runs backwards from the event.
    #[serde(default)]
    pub counted_back: bool,
    /// Who set it.
    #[serde(default)]
    pub source: Source,
}

/// A day, or an instant for terms in hours.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Event {
    /// A calendar day.
    Day(NaiveDate),
    /// An instant with its offset.
    Instant(DateTime<FixedOffset>),
}

impl<'de> Deserialize<'de> for Event {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        if let Ok(instant) = DateTime::parse_from_rfc3339(&text) {
            return Ok(Self::Instant(instant));
        }
        iso::parse(&text).map(Self::Day).map_err(serde::de::Error::custom)
    }
}

/// A number of units.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TermLength {
    /// The unit.
    pub unit: Unit,
    /// How many, at most 100,000.
    pub n: u32,
}

/// Units of a term.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "named after the units")]
pub enum Unit {
    Hours,
    Days,
    Weeks,
    Months,
    Years,
}

/// The last day, or the last instant of a term in hours.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum LastDay {
    /// Through the end of this day.
    Day(NaiveDate),
    /// Through this instant, with the offset of `Europe/Amsterdam`.
    Instant(DateTime<FixedOffset>),
}

/// Why a term cannot be computed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TermError {
    /// It needs the holiday table for a day outside it.
    #[error(transparent)]
    CalendarOutOfRange(#[from] OutOfRange),
    /// Hours run from an instant, everything else from a day.
    #[error("a term in hours runs from a date-time with an offset, every other term from a date")]
    EventDoesNotFit,
    /// The number of units is zero or absurd.
    #[error("the length must lie between 1 and 100000")]
    LengthOutOfRange,
}

/// The last day of a term.
///
/// # Errors
/// When the holiday table is needed outside its validity, or the term makes no sense.
pub fn last_day(term: &Term, calendar: &Calendar) -> Result<LastDay, TermError> {
    let TermLength { unit, n } = term.length;
    if !(1..=100_000).contains(&n) {
        return Err(TermError::LengthOutOfRange);
    }
    match (unit, term.event) {
        (Unit::Hours, Event::Instant(instant)) => Ok(LastDay::Instant(hours(instant, n, term.counted_back))),
        (Unit::Hours, Event::Day(_)) | (Unit::Days | Unit::Weeks | Unit::Months | Unit::Years, Event::Instant(_)) => {
            Err(TermError::EventDoesNotFit)
        }
        (Unit::Days | Unit::Weeks | Unit::Months | Unit::Years, Event::Day(event)) => {
            Ok(LastDay::Day(days(term, event, calendar)?))
        }
    }
}

/// Elapsed hours, also over a change of the clock.
fn hours(instant: DateTime<FixedOffset>, n: u32, back: bool) -> DateTime<FixedOffset> {
    let span = TimeDelta::hours(i64::from(n) * if back { -1 } else { 1 });
    let end = instant.checked_add_signed(span).unwrap_or(instant);
    end.with_timezone(&Amsterdam).fixed_offset()
}

fn days(term: &Term, event: NaiveDate, calendar: &Calendar) -> Result<NaiveDate, TermError> {
    let end = raw(term.length, event, term.first_day_counts, term.counted_back);
    let atw = term.extension == Extension::Atw && term.source == Source::Act;
    if !atw || term.counted_back || excluded(term.length) {
        return Ok(end);
    }
    let first = if term.first_day_counts { event } else { day::plus_days(event, 1) };
    let at_least_three = term.length.unit != Unit::Days || term.length.n >= 3;
    Ok(extend(calendar, first, end, at_least_three, &mut Steps::none())?)
}

/// The last day without any extension.
fn raw(length: TermLength, event: NaiveDate, first_day_counts: bool, back: bool) -> NaiveDate {
    let n = length.n;
    match (length.unit, back) {
        (Unit::Days | Unit::Hours, false) => day::nth_day(event, n, first_day_counts),
        (Unit::Weeks, false) => day::nth_day(event, n * 7, first_day_counts),
        (Unit::Days | Unit::Hours, true) => days_back(event, n, first_day_counts),
        (Unit::Weeks, true) => days_back(event, n * 7, first_day_counts),
        (Unit::Months, false) => day::months_end(event, n, first_day_counts),
        (Unit::Years, false) => day::months_end(event, n * 12, first_day_counts),
        (Unit::Months, true) => months_back(event, n, first_day_counts),
        (Unit::Years, true) => months_back(event, n * 12, first_day_counts),
    }
}

/// The last day of `n` days counted back from `event`.
#[must_use]
pub fn days_back(event: NaiveDate, n: u32, first_day_counts: bool) -> NaiveDate {
    day::plus_days(event, i64::from(first_day_counts) - i64::from(n))
}

fn months_back(event: NaiveDate, n: u32, first_day_counts: bool) -> NaiveDate {
    use chrono::Months;
    let same = event.checked_sub_months(Months::new(n)).unwrap_or(NaiveDate::MIN);
    // The event day counts: one day less, which after the last day of a shorter month is the first of the next.
    if first_day_counts { day::plus_days(same, 1) } else { same }
}

/// Art. 4(a): terms in years or hours, of more than 90 days, 12 weeks or 3 months are not extended.
const fn excluded(length: TermLength) -> bool {
    match length.unit {
        Unit::Hours | Unit::Years => true,
        Unit::Days => length.n > 90,
        Unit::Weeks => length.n > 12,
        Unit::Months => length.n > 3,
    }
}

/// Algemene termijnenwet arts. 1 and 2: moves the last day `end` of a term that begins with `first`.
///
/// # Errors
/// When a day is needed that the table does not know. Art. 2 asks about every day of the term.
pub(super) fn extend(
    calendar: &Calendar,
    first: NaiveDate,
    end: NaiveDate,
    at_least_three: bool,
    steps: &mut Steps,
) -> Result<NaiveDate, OutOfRange> {
    let mut end = end;
    if at_least_three {
        // Art. 2: a term of at least three days holds at least two working days.
        let mut working = 0;
        let mut at = first;
        while at <= end || working < 2 {
            match calendar.free(at)? {
                Some(why) => steps.push(Step::FreeDay { on: at, why }),
                None => working += 1,
            }
            end = end.max(at);
            at = day::plus_days(at, 1);
        }
        steps.push(Step::WorkingDays { from: first, to: end });
    }
    // Art. 1: a term that ends on a free day runs on through the next day that is none.
    let explained_through = if at_least_three { end } else { day::plus_days(end, -1) };
    while let Some(why) = calendar.free(end)? {
        if end > explained_through {
            steps.push(Step::FreeDay { on: end, why });
        }
        end = day::plus_days(end, 1);
    }
    Ok(end)
}
