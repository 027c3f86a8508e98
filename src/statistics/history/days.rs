//! Spans of days, and sets of days made of them. The first and the last day belong to a span.

use chrono::{Days as Step, NaiveDate};

/// From one day to another, both included; without a last day it still runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Span {
    from: NaiveDate,
    /// Last day; far away when it still runs.
    until: NaiveDate,
}

impl Span {
    /// From `from` up to and including `until`, or on and on; nothing when it ends before it begins.
    pub fn new(from: NaiveDate, until: Option<NaiveDate>) -> Option<Self> {
        let until = until.unwrap_or(NaiveDate::MAX);
        (from <= until).then_some(Self { from, until })
    }

    /// First day.
    pub const fn from(self) -> NaiveDate {
        self.from
    }

    /// Last day; nothing while it still runs.
    pub fn until(self) -> Option<NaiveDate> {
        (self.until < NaiveDate::MAX).then_some(self.until)
    }

    /// Whether the day is in it.
    pub fn has(self, day: NaiveDate) -> bool {
        self.from <= day && day <= self.until
    }

    /// How many days; of a span that still runs, as many as the calendar has.
    pub fn count(self) -> u64 {
        (self.until - self.from).num_days().unsigned_abs() + 1
    }

    /// What both have.
    #[must_use]
    pub fn and(self, other: Self) -> Option<Self> {
        let (from, until) = (self.from.max(other.from), self.until.min(other.until));
        (from <= until).then_some(Self { from, until })
    }
}

/// A set of days: spans that neither overlap nor touch, in order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Days(Vec<Span>);

impl Days {
    /// No day.
    pub const NONE: Self = Self(Vec::new());

    /// The days of the spans, which may overlap and come in any order.
    pub fn new(spans: impl IntoIterator<Item = Span>) -> Self {
        let mut spans: Vec<Span> = spans.into_iter().collect();
        spans.sort_unstable();
        let mut merged: Vec<Span> = Vec::with_capacity(spans.len());
        for span in spans {
            match merged.last_mut() {
                Some(last) if last.until.succ_opt().is_none_or(|next| span.from <= next) => {
                    last.until = last.until.max(span.until);
                }
                Some(_) | None => merged.push(span),
            }
        }
        Self(merged)
    }

    /// The spans, which neither overlap nor touch, in order.
    pub fn spans(&self) -> &[Span] {
        &self.0
    }

    /// Whether the day is among them.
    pub fn has(&self, day: NaiveDate) -> bool {
        self.0.iter().any(|span| span.has(day))
    }

    /// How many days; only meant for sets that were [cut](Self::within) to a period.
    pub fn count(&self) -> u64 {
        self.0.iter().map(|span| span.count()).sum()
    }

    /// Those of them within a period.
    #[must_use]
    pub fn within(&self, period: Span) -> Self {
        Self(self.0.iter().filter_map(|span| span.and(period)).collect())
    }

    /// Those that both have.
    #[must_use]
    pub fn and(&self, other: &Self) -> Self {
        Self::new(self.0.iter().flat_map(|span| other.within(*span).0))
    }

    /// Those that the other has not.
    #[must_use]
    pub fn without(&self, other: &Self) -> Self {
        let mut left = self.0.clone();
        for taken in &other.0 {
            left = left.into_iter().flat_map(|span| cut(span, *taken)).flatten().collect();
        }
        Self(left)
    }
}

/// What is left of a span before and after another.
fn cut(span: Span, taken: Span) -> [Option<Span>; 2] {
    if span.and(taken).is_none() {
        return [Some(span), None];
    }
    let before = taken.from.checked_sub_days(Step::new(1)).filter(|_| span.from < taken.from);
    let after = taken.until.checked_add_days(Step::new(1)).filter(|_| taken.until < span.until);
    [before.map(|until| Span { from: span.from, until }), after.map(|from| Span { from, until: span.until })]
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn day(number: i64) -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 1, 1).unwrap() + chrono::Duration::days(number)
    }

    fn span(from: i64, until: i64) -> Span {
        Span::new(day(from), Some(day(until))).unwrap()
    }

    #[test]
    fn the_last_day_belongs_to_a_span_and_none_ends_before_it_begins() {
        assert_eq!(span(0, 30).count(), 31, "January");
        assert_eq!(span(4, 4).count(), 1);
        assert!(span(0, 30).has(day(30)) && !span(0, 30).has(day(31)));
        assert_eq!(Span::new(day(1), Some(day(0))), None);
        let running = Span::new(day(0), None).unwrap();
        assert_eq!((running.until(), running.and(span(-5, 2))), (None, Some(span(0, 2))));
    }

    #[test]
    fn spans_that_overlap_or_touch_are_one() {
        let days = Days::new([span(10, 12), span(0, 3), span(4, 5), span(11, 15)]);
        assert_eq!(days.spans(), [span(0, 5), span(10, 15)]);
        assert_eq!(Days::new([span(0, 3), Span::new(day(2), None).unwrap()]).spans()[0].until(), None);
    }

    fn set() -> impl Strategy<Value = Days> {
        prop::collection::vec((0..40_i64, 0..12_i64), 0..6)
            .prop_map(|spans| Days::new(spans.into_iter().map(|(from, more)| span(from, from + more))))
    }

    proptest! {
        #[test]
        fn sets_of_days_are_what_their_days_say(a in set(), b in set(), from in 0..40_i64, more in 0..20_i64) {
            let period = span(from, from + more);
            let (and, without, within) = (a.and(&b), a.without(&b), a.within(period));
            let mut count = 0;
            for day in (-2..70).map(day) {
                prop_assert_eq!(and.has(day), a.has(day) && b.has(day));
                prop_assert_eq!(without.has(day), a.has(day) && !b.has(day));
                prop_assert_eq!(within.has(day), a.has(day) && period.has(day));
                count += u64::from(a.has(day));
            }
            prop_assert_eq!(a.count(), count);
            prop_assert_eq!(and.count() + without.count(), a.count());
            for pair in without.spans().windows(2) {
                prop_assert!(pair[0].until < pair[1].from);
            }
        }
    }
}
