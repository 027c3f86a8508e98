//! Occurrences of a cron expression as local times, and local times as instants.
//!
//! The expression is searched on a calendar without zone, where every time exists once; only then is the
//! zone applied. (Searching in the zone itself silently drops the times that summer time skips.)

use chrono::{
    DateTime, Datelike, MappedLocalTime, NaiveDate, NaiveDateTime, NaiveTime, Offset, TimeDelta, TimeZone, Timelike,
    Utc,
};
use chrono_tz::Tz;
use cron::TimeUnitSpec;

const SECOND: TimeDelta = TimeDelta::seconds(1);
const DAY: TimeDelta = TimeDelta::days(1);

/// The first moment the notation knows.
pub(crate) fn earliest() -> NaiveDateTime {
    NaiveDate::from_ymd_opt(1970, 1, 1).unwrap_or_default().and_time(NaiveTime::MIN)
}

/// The moment after the last the notation knows.
pub(crate) fn latest() -> NaiveDateTime {
    NaiveDate::from_ymd_opt(2101, 1, 1).unwrap_or_default().and_time(NaiveTime::MIN)
}

/// The first local time after `after` that matches.
pub(crate) fn next_after(cron: &cron::Schedule, after: NaiveDateTime) -> Option<NaiveDateTime> {
    cron.after(&after.and_utc()).next().map(|found| found.naive_utc())
}

/// The last local time at or before `at` that matches.
pub(crate) fn latest_at(cron: &cron::Schedule, at: NaiveDateTime) -> Option<NaiveDateTime> {
    let mut before = at.with_nanosecond(0)? + SECOND;
    let searched = u32::try_from((before - SECOND).year()).ok()?;
    if !cron.years().includes(searched) {
        // The search backwards only starts well inside a year that matches.
        let year = cron.years().range(..searched).next_back()?;
        before = NaiveDate::from_ymd_opt(i32::try_from(year + 1).ok()?, 1, 1)?.and_time(NaiveTime::MIN);
    }
    cron.after(&before.and_utc()).next_back().map(|found| found.naive_utc())
}

/// One zone's relation between local times and instants.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ZoneClock {
    zone: Tz,
}

impl ZoneClock {
    pub(crate) const fn new(zone: Tz) -> Self {
        Self { zone }
    }

    /// The first occurrence after `instant`, each local time counting once.
    pub(crate) fn next_local(self, cron: &cron::Schedule, instant: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let mut local = next_after(cron, self.local(instant))?;
        loop {
            let found = self.first_instant(local);
            // Not later only in the second pass of a repeated hour, whose times have had their run.
            if found > instant {
                return Some(found);
            }
            local = next_after(cron, local)?;
        }
    }

    /// The last occurrence at or before `instant`, each local time counting once.
    pub(crate) fn latest_local(self, cron: &cron::Schedule, instant: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let mut found = self.first_instant(latest_at(cron, self.local(instant))?);
        // In the second pass of a repeated hour, later local times than this have been as well.
        while let Some(next) = self.next_local(cron, found).filter(|next| *next <= instant) {
            found = next;
        }
        Some(found)
    }

    /// The first instant after `instant` whose local time matches.
    pub(crate) fn next_elapsed(self, cron: &cron::Schedule, instant: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let found = self.next_at_offset(cron, instant, self.offset(instant));
        match self.change_between(instant, instant + DAY) {
            Some(change) if found.is_none_or(|found| found >= change) => {
                self.next_at_offset(cron, change - SECOND, self.offset(change))
            }
            _ => found,
        }
    }

    /// The last instant at or before `instant` whose local time matches.
    pub(crate) fn latest_elapsed(self, cron: &cron::Schedule, instant: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let found = self.latest_at_offset(cron, instant, self.offset(instant));
        match self.change_between(instant - DAY, instant) {
            Some(change) if found.is_none_or(|found| found < change) => {
                let before = change - SECOND;
                self.latest_at_offset(cron, before, self.offset(before))
            }
            _ => found,
        }
    }

    /// The first match after `instant` while the zone keeps `offset`; further than a day ahead, by the
    /// offset that holds there.
    fn next_at_offset(self, cron: &cron::Schedule, instant: DateTime<Utc>, offset: TimeDelta) -> Option<DateTime<Utc>> {
        let mut local = next_after(cron, instant.naive_utc() + offset)?;
        let near = (local - offset).and_utc();
        if near <= instant + DAY {
            return Some(near);
        }
        loop {
            match self.zone.from_local_datetime(&local) {
                MappedLocalTime::Single(found) | MappedLocalTime::Ambiguous(found, _) => {
                    return Some(found.to_utc());
                }
                MappedLocalTime::None => local = next_after(cron, local)?,
            }
        }
    }

    fn latest_at_offset(
        self,
        cron: &cron::Schedule,
        instant: DateTime<Utc>,
        offset: TimeDelta,
    ) -> Option<DateTime<Utc>> {
        let mut local = latest_at(cron, instant.naive_utc() + offset)?;
        let near = (local - offset).and_utc();
        if near >= instant - DAY {
            return Some(near);
        }
        loop {
            match self.zone.from_local_datetime(&local) {
                MappedLocalTime::Single(found) | MappedLocalTime::Ambiguous(_, found) => {
                    return Some(found.to_utc());
                }
                MappedLocalTime::None => local = latest_at(cron, local - SECOND)?,
            }
        }
    }

    /// The first instant at which the zone shows `local` or a later time: `local` itself, its first pass
    /// when it comes twice, the end of the gap when it is skipped.
    fn first_instant(self, local: NaiveDateTime) -> DateTime<Utc> {
        match self.zone.from_local_datetime(&local) {
            MappedLocalTime::Single(found) | MappedLocalTime::Ambiguous(found, _) => found.to_utc(),
            MappedLocalTime::None => {
                // No offset is beyond 15 hours, so the gap lies between these two.
                let (from, to) = (local.and_utc() - DAY, local.and_utc() + DAY);
                self.change_between(from, to).unwrap_or_else(|| local.and_utc())
            }
        }
    }

    fn local(self, instant: DateTime<Utc>) -> NaiveDateTime {
        instant.naive_utc() + self.offset(instant)
    }

    fn offset(self, instant: DateTime<Utc>) -> TimeDelta {
        let offset = self.zone.offset_from_utc_datetime(&instant.naive_utc()).fix();
        TimeDelta::seconds(i64::from(offset.local_minus_utc()))
    }

    /// The first second in `(from, to]` with the offset that holds at `to`, when that is another than at
    /// `from`. Two changes within two days are not known of any zone.
    fn change_between(self, from: DateTime<Utc>, to: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let after = self.offset(to);
        if self.offset(from) == after {
            return None;
        }
        let (mut low, mut high) = (from.timestamp(), to.timestamp());
        while high - low > 1 {
            let middle = low + (high - low) / 2;
            if self.offset(DateTime::from_timestamp(middle, 0)?) == after {
                high = middle;
            } else {
                low = middle;
            }
        }
        DateTime::from_timestamp(high, 0)
    }
}
