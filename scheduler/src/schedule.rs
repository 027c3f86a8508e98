//! Cron expressions in a named zone, and what summer time does to a local time. Pure: instants in,
//! instants out.

use chrono::{DateTime, TimeDelta, Utc};
use chrono_tz::Tz;
use cron::TimeUnitSpec;
use thiserror::Error;

use crate::local::{self, ZoneClock};

/// How a schedule relates to the clock on the wall, which decides what happens when that clock is moved.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rhythm {
    /// Certain hours of the day: one run per local time. A time that summer time skips runs right after
    /// the gap, a time that comes twice runs the first time, and a clock set back repeats nothing.
    Calendar,
    /// Every hour of the day (`*` in the hour field): a run per stretch of time that passes. The hour that
    /// comes twice in autumn has its runs both times, and a clock set back silences nothing.
    Elapsed,
}

/// When a job runs: an expression of six or seven fields, and the zone whose local time it speaks of.
#[derive(Debug, Clone)]
pub struct Schedule {
    cron: cron::Schedule,
    zone: Tz,
    rhythm: Rhythm,
}

/// Why an expression or zone is refused.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ScheduleError {
    /// Five fields, as in `crontab`, would be read with every field shifted by one.
    #[error("{0:?} has {1} fields; six or seven are needed: second minute hour day-of-month month day-of-week [year]")]
    FieldCount(String, usize),
    /// The expression does not parse.
    #[error("{expression:?} is not a cron expression: {reason}")]
    Expression {
        /// The expression as given.
        expression: String,
        /// What the parser says, on one line.
        reason: String,
    },
    /// A day of the week as a number: 1 is Sunday here and Monday in `crontab`.
    #[error(
        "{0:?} counts the days of the week; name them (Mon, Tue-Thu): counting starts at Sunday here, elsewhere not"
    )]
    NumberedWeekday(String),
    /// `*` for the seconds below a chosen minute: sixty runs where one was meant.
    #[error("{0:?} runs every second of the minutes it names; write 0 in the first field")]
    EverySecond(String),
    /// No date matches, such as 30 February.
    #[error("{0:?} can never fire")]
    NeverFires(String),
    /// Every date that matches has passed.
    #[error("{expression:?} will not fire again after {after}")]
    Exhausted {
        /// The expression as given.
        expression: String,
        /// The moment asked about.
        after: DateTime<Utc>,
    },
    /// The time zone database has no such zone.
    #[error("{0:?} is not a time zone; name one as Europe/Amsterdam, or UTC")]
    UnknownZone(String),
    /// An abbreviation, a country or a bare offset: it says nothing sure about summer time.
    #[error("zone {0:?} is ambiguous; name a place as in Europe/Amsterdam, or UTC")]
    AmbiguousZone(String),
}

impl Schedule {
    /// Reads `expression`: `second minute hour day-of-month month day-of-week [year]`, or `@hourly`,
    /// `@daily`, `@weekly`, `@monthly`, `@yearly`. Both day fields must match (`crontab` wants either). Days
    /// of the week are named: numbers are refused, as this notation counts Sunday as 1. `zone` is `UTC` or
    /// a place, `Area/City`.
    ///
    /// # Errors
    /// Says what is wrong: fields, syntax, numbered weekdays, every second, a schedule that can never fire,
    /// a zone that is unknown or ambiguous.
    pub fn parse(expression: &str, zone: &str) -> Result<Self, ScheduleError> {
        let zone = parse_zone(zone)?;
        let expression = expression.trim();
        check_fields(expression)?;
        let cron: cron::Schedule =
            expression.parse().map_err(|error: cron::error::Error| ScheduleError::Expression {
                expression: expression.to_owned(),
                reason: error.to_string().split_whitespace().collect::<Vec<_>>().join(" "),
            })?;
        if cron.seconds().count() == 60 && cron.minutes().count() < 60 {
            return Err(ScheduleError::EverySecond(expression.to_owned()));
        }
        if local::next_after(&cron, local::earliest()).is_none() {
            return Err(ScheduleError::NeverFires(expression.to_owned()));
        }
        let rhythm = if cron.hours().count() == 24 { Rhythm::Elapsed } else { Rhythm::Calendar };
        Ok(Self { cron, zone, rhythm })
    }

    /// The expression.
    #[must_use]
    pub fn expression(&self) -> &str {
        self.cron.source()
    }

    /// The zone.
    #[must_use]
    pub const fn zone(&self) -> Tz {
        self.zone
    }

    /// What moving the clock does to it.
    #[must_use]
    pub const fn rhythm(&self) -> Rhythm {
        self.rhythm
    }

    /// The first occurrence after `instant`; `None` when there is none before 2101.
    #[must_use]
    pub fn next_after(&self, instant: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let clock = ZoneClock::new(self.zone);
        let instant = clamp(instant);
        match self.rhythm {
            Rhythm::Calendar => clock.next_local(&self.cron, instant),
            Rhythm::Elapsed => clock.next_elapsed(&self.cron, instant),
        }
    }

    /// The last occurrence at or before `instant`; `None` when there is none since 1970.
    #[must_use]
    pub fn latest_at(&self, instant: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let clock = ZoneClock::new(self.zone);
        let instant = clamp(instant);
        match self.rhythm {
            Rhythm::Calendar => clock.latest_local(&self.cron, instant),
            Rhythm::Elapsed => clock.latest_elapsed(&self.cron, instant),
        }
    }

    /// Refuses a schedule with no occurrence after `now`.
    ///
    /// # Errors
    /// [`ScheduleError::Exhausted`].
    pub fn check_fires_after(&self, now: DateTime<Utc>) -> Result<(), ScheduleError> {
        match self.next_after(now) {
            Some(_) => Ok(()),
            None => Err(ScheduleError::Exhausted { expression: self.expression().to_owned(), after: now }),
        }
    }
}

/// Keeps an absurd reading of a clock inside the years the notation knows (1970 to 2100).
fn clamp(instant: DateTime<Utc>) -> DateTime<Utc> {
    let first = local::earliest().and_utc();
    let last = local::latest().and_utc();
    instant.clamp(first + TimeDelta::days(2), last - TimeDelta::days(2))
}

fn check_fields(expression: &str) -> Result<(), ScheduleError> {
    if expression.starts_with('@') {
        return Ok(());
    }
    let fields: Vec<_> = expression.split_whitespace().collect();
    if !(6..=7).contains(&fields.len()) {
        return Err(ScheduleError::FieldCount(expression.to_owned(), fields.len()));
    }
    if fields.get(5).is_some_and(|weekday| weekday.contains(|c: char| c.is_ascii_digit())) {
        return Err(ScheduleError::NumberedWeekday(expression.to_owned()));
    }
    Ok(())
}

/// `UTC`, or a place. The database also knows abbreviations (`CET`, `EST5EDT`), countries (`GB`, `PRC`) and
/// offsets whose sign is the reverse of what people write (`Etc/GMT-1` is an hour *ahead*).
fn parse_zone(name: &str) -> Result<Tz, ScheduleError> {
    let zone: Tz = name.parse().map_err(|_| ScheduleError::UnknownZone(name.to_owned()))?;
    let is_utc = matches!(zone, Tz::UTC | Tz::Etc__UTC);
    if is_utc || (name.contains('/') && !name.starts_with("Etc/")) {
        Ok(zone)
    } else {
        Err(ScheduleError::AmbiguousZone(name.to_owned()))
    }
}
