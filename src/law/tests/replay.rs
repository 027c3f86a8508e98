//! An interpreter of explanations. It knows nothing of the engine: from the steps alone, day by day, it
//! works out the dates a reader would work out.

use std::collections::BTreeSet;

use chrono::{Datelike, Days, Months, NaiveDate, Weekday};

use crate::profile::Unit;
use crate::{Duty, Reading, Step};

/// A count of days under way on one reading.
#[derive(Clone, Debug, Default)]
struct Count {
    begin: NaiveDate,
    days: u32,
    first_day_counts: bool,
    left_out: Vec<(NaiveDate, Option<NaiveDate>)>,
    free: BTreeSet<NaiveDate>,
    two_working_days: bool,
}

impl Count {
    fn last_day(&self) -> NaiveDate {
        let mut on = if self.first_day_counts { self.begin } else { self.begin + Days::new(1) };
        let first = on;
        let mut left = self.days;
        loop {
            let out = self.left_out.iter().any(|(from, to)| *from <= on && to.is_none_or(|to| on <= to));
            left -= u32::from(!out);
            if left == 0 {
                break;
            }
            on = on + Days::new(1);
        }
        if self.two_working_days {
            while first.iter_days().take_while(|day| *day <= on).filter(|day| !self.is_free(*day)).count() < 2 {
                on = on + Days::new(1);
            }
            while self.is_free(on) {
                on = on + Days::new(1);
            }
        }
        on
    }

    fn is_free(&self, day: NaiveDate) -> bool {
        matches!(day.weekday(), Weekday::Sat | Weekday::Sun) || self.free.contains(&day)
    }
}

#[derive(Default)]
struct Reader {
    stays: Vec<(NaiveDate, Option<NaiveDate>)>,
    counts: [Count; 2],
    last: [Option<NaiveDate>; 2],
    months_end: [Option<NaiveDate>; 2],
    lenient_knows_none: bool,
}

fn sides(reading: Reading) -> &'static [usize] {
    match reading {
        Reading::Strict => &[0],
        Reading::Lenient => &[1],
        Reading::Both => &[0, 1],
    }
}

/// The strict and the lenient last day as the steps of a duty give them.
///
/// # Panics
/// When a step states a date that does not follow from the steps before it.
pub(super) fn replay(duty: &Duty) -> (Option<NaiveDate>, Option<NaiveDate>) {
    let mut reader = Reader::default();
    for step in &duty.steps {
        reader.take(step);
    }
    (reader.last[0], if reader.lenient_knows_none { None } else { reader.last[1] })
}

impl Reader {
    fn take(&mut self, step: &Step) {
        match *step {
            Step::CountDays { reading, days, first_day_counts, begin } => {
                for &side in sides(reading) {
                    let count = Count { begin, days, first_day_counts, ..Count::default() };
                    self.counts[side] = count;
                    self.last[side] = None;
                    if let Some(end) = self.months_end[side].take() {
                        assert_eq!(begin, end, "the days are counted from the end of the months");
                    }
                }
            }
            Step::LeftOut { reading, from, to } => {
                sides(reading).iter().for_each(|side| self.counts[*side].left_out.push((from, to)));
            }
            Step::StartsAgain { release, .. } => {
                for count in &mut self.counts {
                    (count.begin, count.two_working_days) = (release, false);
                    count.free.clear();
                }
            }
            Step::FreeDay { on, .. } => {
                for count in &mut self.counts {
                    count.free.insert(on);
                }
            }
            Step::WorkingDays { .. } => self.counts.iter_mut().for_each(|count| count.two_working_days = true),
            Step::LastDay { reading, on } => {
                for &side in sides(reading) {
                    assert_eq!(self.counts[side].last_day(), on, "{:?}", self.counts[side]);
                    self.last[side] = Some(on);
                }
            }
            Step::NoLastDay { reading } => sides(reading).iter().for_each(|side| self.last[*side] = None),
            Step::OutsideTable { .. } => self.last = [None, None],
            Step::LenientKnowsNone | Step::LiteralGap | Step::OnlyStrictMonthsOver { .. } => {
                self.lenient_knows_none = true;
            }
            Step::BeforeLeaving { on } => self.last = [Some(on), Some(on)],
            Step::SeriesDay { notice, interval, ordinal, on } => {
                assert_eq!(notice + Days::new(u64::from(interval) * u64::from(ordinal)), on);
                self.last = [Some(on), Some(on)];
            }
            Step::Months { reading, months, first_day_counts, begin, end } => {
                assert_eq!(months_end(begin, months, first_day_counts), end);
                sides(reading).iter().for_each(|side| self.months_end[*side] = Some(end));
            }
            Step::ReopensOnRelease { date, .. } => assert_eq!(self.last[0], Some(date)),
            Step::DayAbroad { number, n, on, .. } => {
                assert!(on >= NaiveDate::MIN + Days::new(u64::from(n - number)));
            }
            Step::Stayed { from, to } => self.stays.push((from, to)),
            Step::Qualified { unit, n, months, complete, .. } => self.qualified(unit, n, months, complete),
            _ => {}
        }
    }

    /// Some twelve months hold `n` days or nights of which the last is `complete`.
    fn qualified(&self, unit: Unit, n: u32, months: u32, complete: NaiveDate) {
        let there = |day: NaiveDate| match unit {
            Unit::Day => self.stays.iter().any(|(from, to)| *from <= day && to.is_none_or(|to| day <= to)),
            Unit::Night => self.stays.iter().any(|(from, to)| *from < day && to.is_none_or(|to| day <= to)),
        };
        assert!(there(complete));
        let needed = usize::try_from(n).unwrap();
        let back = (0..400).map(|i| complete - Days::new(i)).filter(|day| there(*day));
        let first = back.take(needed).last().unwrap();
        let window = if unit == Unit::Night { first - Days::new(1) } else { first };
        assert!(complete <= months_end(window, months, true), "{complete} lies outside the window of {first}");
    }
}

/// `months` months from a day, found by walking: the same number, or the last day of a shorter month.
fn months_end(begin: NaiveDate, months: u32, first_day_counts: bool) -> NaiveDate {
    let first_of_month = begin.with_day(1).unwrap() + Months::new(months);
    let same = first_of_month.with_day(begin.day());
    match (same, first_day_counts) {
        (Some(same), true) => same - Days::new(1),
        (Some(same), false) => same,
        (None, _) => first_of_month + Months::new(1) - Days::new(1),
    }
}
