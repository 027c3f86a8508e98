//! Time in custody: spells, and what they do to a running limit.
//!
//! This is the file that decides on which day a short limit ends. `Stops` is the Irish rule (days in
//! custody are left out of the count), `Restarts` the Dutch one (the full limit begins again on release).

use chrono::NaiveDate;

use super::calendar::Calendar;
use super::day;
use super::facts::{Custody, CustodyKind};
use super::kind::Reading;
use super::profile::{self, CustodyEffect, Extension, Profile, Source};
use super::step::{Step, Steps};
use super::term;

/// Custody without a break; `until` is the day of release, `None` while it is not known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Spell {
    pub(super) from: NaiveDate,
    pub(super) until: Option<NaiveDate>,
}

impl Spell {
    /// In custody on that day; the day of release is not.
    pub(super) fn holds(&self, day: NaiveDate) -> bool {
        self.from <= day && self.until.is_none_or(|until| day < until)
    }

    /// From the day of entry through the day of release.
    pub(super) fn touches(&self, day: NaiveDate) -> bool {
        self.from <= day && self.until.is_none_or(|until| day <= until)
    }
}

/// The spells of these kinds in order of time; spells that touch on one day are one.
pub(super) fn spells(custody: &[Custody], kinds: &[CustodyKind]) -> Vec<Spell> {
    if custody.is_empty() {
        return Vec::new();
    }
    let mut sorted: Vec<Spell> =
        custody.iter().filter(|c| kinds.contains(&c.kind)).map(|c| Spell { from: c.from, until: c.until }).collect();
    sorted.sort_by_key(|s| s.from);
    let mut merged: Vec<Spell> = Vec::with_capacity(sorted.len());
    for spell in sorted {
        match merged.last_mut() {
            Some(last) if last.until.is_none_or(|until| spell.from <= until) => {
                last.until = match (last.until, spell.until) {
                    (Some(a), Some(b)) => Some(a.max(b)),
                    (None, _) | (_, None) => None,
                };
            }
            Some(_) | None => merged.push(spell),
        }
    }
    merged
}

/// How a count of days ended on one reading.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum End {
    On(NaiveDate),
    /// The end of custody is not known.
    Held,
    /// A day is needed that the holiday table does not know.
    OffTable {
        /// No extension makes the end earlier than this day.
        not_before: NaiveDate,
    },
}

impl End {
    pub(super) const fn day(self) -> Option<NaiveDate> {
        match self {
            Self::On(day) => Some(day),
            Self::Held | Self::OffTable { .. } => None,
        }
    }
}

/// The last day of a limit on both readings.
#[derive(Clone, Copy, Debug)]
pub(super) struct Limit {
    pub(super) strict: End,
    /// `None` when the favourable reading knows no duty.
    pub(super) lenient: Option<End>,
    /// The custody the person is in on the day of assessment holds one of the readings.
    pub(super) held_now: bool,
}

impl Limit {
    /// A date nothing moves.
    pub(super) const fn fixed(strict: NaiveDate, lenient: Option<NaiveDate>) -> Self {
        let lenient = match lenient {
            Some(day) => Some(End::On(day)),
            None => None,
        };
        Self { strict: End::On(strict), lenient, held_now: false }
    }

    pub(super) const fn due(&self) -> Option<NaiveDate> {
        self.strict.day()
    }

    pub(super) fn overdue_after(&self) -> Option<NaiveDate> {
        self.lenient.and_then(End::day)
    }

    pub(super) const fn off_table(&self) -> bool {
        matches!(self.strict, End::OffTable { .. })
    }
}

/// Counts days under one version for one person.
pub(super) struct Clock<'a> {
    pub(super) profile: &'a Profile,
    pub(super) spells: &'a [Spell],
    pub(super) calendar: &'a Calendar,
    pub(super) as_of: NaiveDate,
}

impl Clock<'_> {
    /// `days` from `strict` on the strict reading and from `lenient` on the lenient one.
    pub(super) fn both(&self, strict: NaiveDate, lenient: Option<NaiveDate>, days: u32, steps: &mut Steps) -> Limit {
        if lenient == Some(strict) && (!self.touched(strict, days) || self.readings_agree()) {
            let (end, held_now) = self.count(strict, days, Reading::Both, steps);
            return Limit { strict: end, lenient: Some(end), held_now };
        }
        let (end, held_strict) = self.count(strict, days, Reading::Strict, steps);
        let Some(lenient) = lenient else {
            steps.push(Step::LenientKnowsNone);
            return Limit { strict: end, lenient: None, held_now: held_strict };
        };
        let (later, held_lenient) = self.count(lenient, days, Reading::Lenient, steps);
        Limit { strict: end, lenient: Some(later), held_now: held_strict || held_lenient }
    }

    /// `days` after `day`, extended where the version extends, whatever custody there is.
    pub(super) fn after(&self, day: NaiveDate, days: u32, reading: Reading, steps: &mut Steps) -> End {
        steps.push(Step::CountDays { reading, days, first_day_counts: false, begin: day });
        let raw = day::nth_day(day, days, false);
        match self.extended(day::plus_days(day, 1), raw, days, steps) {
            Ok(on) => {
                steps.push(Step::LastDay { reading, on });
                End::On(on)
            }
            Err(out) => {
                steps.push(Step::OutsideTable { needed: out.day });
                End::OffTable { not_before: raw }
            }
        }
    }

    /// Whether custody touches a day of a plain count of `days` from `begin`.
    fn touched(&self, begin: NaiveDate, days: u32) -> bool {
        let raw = day::nth_day(begin, days, self.profile.period.first_day_counts);
        self.spells.iter().any(|s| s.from <= raw && s.until.is_none_or(|until| until >= begin))
    }

    fn readings_agree(&self) -> bool {
        let profile::Custody { release_day_counts: r, entry_day_counts: e, .. } = &self.profile.custody;
        r.strict == r.lenient && e.strict == e.lenient
    }

    /// Counts `days` from `begin`; also tells whether the custody of the day of assessment is in the way.
    fn count(&self, begin: NaiveDate, days: u32, reading: Reading, steps: &mut Steps) -> (End, bool) {
        let first_day_counts = self.profile.period.first_day_counts;
        steps.push(Step::CountDays { reading, days, first_day_counts, begin });
        let (end, held) = match self.profile.custody.effect {
            CustodyEffect::Stops if !self.touched(begin, days) => {
                (End::On(day::nth_day(begin, days, first_day_counts)), false)
            }
            CustodyEffect::Stops => self.leaving_out(begin, days, reading, steps),
            CustodyEffect::Restarts => self.starting_again(begin, days, steps),
        };
        match end {
            End::On(on) => steps.push(Step::LastDay { reading, on }),
            End::Held => steps.push(Step::NoLastDay { reading }),
            End::OffTable { .. } => {}
        }
        (end, held)
    }

    /// The `days`-th day at liberty, beginning with `begin`.
    fn leaving_out(&self, begin: NaiveDate, days: u32, reading: Reading, steps: &mut Steps) -> (End, bool) {
        let mut at = if self.profile.period.first_day_counts { begin } else { day::plus_days(begin, 1) };
        let mut counted = 0;
        let mut held_now = false;
        loop {
            let blocking = self.spells.iter().find(|s| s.touches(at) && !self.counts(s, at, begin, reading));
            let Some(spell) = blocking else {
                counted += 1;
                if counted >= days {
                    return (End::On(at), held_now);
                }
                at = day::plus_days(at, 1);
                continue;
            };
            held_now |= spell.holds(self.as_of);
            let Some(until) = spell.until else {
                steps.push(Step::LeftOut { reading, from: at, to: None });
                return (End::Held, held_now);
            };
            let release_counts = self.profile.custody.release_day_counts.on(reading) && at != until;
            let next = if release_counts { until } else { day::plus_days(until, 1) };
            steps.push(Step::LeftOut { reading, from: at, to: Some(day::plus_days(next, -1)) });
            at = next;
        }
    }

    /// Whether a day touched by a spell counts as a day at liberty.
    fn counts(&self, spell: &Spell, at: NaiveDate, begin: NaiveDate, reading: Reading) -> bool {
        let rules = &self.profile.custody;
        if spell.until == Some(at) {
            return rules.release_day_counts.on(reading);
        }
        // Custody that came with the trigger left no time at liberty after it.
        at == spell.from && at != begin && rules.entry_day_counts.on(reading)
    }

    /// The full limit from `begin`, beginning again on every release from custody that falls in it.
    fn starting_again(&self, begin: NaiveDate, days: u32, steps: &mut Steps) -> (End, bool) {
        let mut begin = begin;
        let mut held_now = false;
        loop {
            let raw = day::nth_day(begin, days, self.profile.period.first_day_counts);
            let first = if self.profile.period.first_day_counts { begin } else { day::plus_days(begin, 1) };
            let end = self.extended(first, raw, days, steps);
            let running_to = match end {
                Ok(end) => end,
                // An extension only makes a term longer: custody within the raw term falls in it anyway.
                Err(_) => raw,
            };
            let falls_in = |s: &&Spell| s.from <= running_to && s.until.is_none_or(|until| until > begin);
            let Some(spell) = self.spells.iter().find(falls_in) else {
                return match end {
                    Ok(end) => (End::On(end), held_now),
                    Err(out) => {
                        steps.push(Step::OutsideTable { needed: out.day });
                        (End::OffTable { not_before: raw }, held_now)
                    }
                };
            };
            held_now |= spell.holds(self.as_of);
            let Some(until) = spell.until else {
                steps.push(Step::LeftOut { reading: Reading::Both, from: spell.from, to: None });
                return (End::Held, held_now);
            };
            steps.push(Step::StartsAgain { from: spell.from, release: until });
            begin = until;
        }
    }

    /// Moves the last day of a term of `days` that begins with `first`, where the version extends terms.
    fn extended(
        &self,
        first: NaiveDate,
        raw: NaiveDate,
        days: u32,
        steps: &mut Steps,
    ) -> Result<NaiveDate, super::calendar::OutOfRange> {
        let period = &self.profile.period;
        match (period.extension, period.source) {
            (Extension::None, _) | (Extension::Atw, Source::Other) => Ok(raw),
            // Art. 4(a): terms of more than 90 days are not extended.
            (Extension::Atw, Source::Act) if days > 90 => Ok(raw),
            (Extension::Atw, Source::Act) => term::extend(self.calendar, first, raw, days >= 3, steps),
        }
    }
}
