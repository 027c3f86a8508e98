//! Numbers of days, counted: as much memory for a million as for ten.

use std::collections::BTreeMap;

use crate::disclosure::Settings;
use crate::number::real;

/// Longer ones are counted as this long: about ten years.
pub const LONGEST: i64 = 3660;

/// How often each number of days occurred.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Spread {
    counts: BTreeMap<i64, u64>,
    people: u64,
}

impl Spread {
    /// Adds the numbers of one person.
    pub fn add(&mut self, of_person: &[i64]) {
        for days in of_person {
            *self.counts.entry((*days).clamp(-LONGEST, LONGEST)).or_default() += 1;
        }
        self.people += u64::from(!of_person.is_empty());
    }

    /// Adds those of other people.
    pub fn merge(&mut self, other: &Self) {
        for (days, count) in &other.counts {
            *self.counts.entry(*days).or_default() += count;
        }
        self.people += other.people;
    }

    /// How many numbers.
    pub fn count(&self) -> u64 {
        self.counts.values().sum()
    }

    /// Of how many people.
    pub const fn people(&self) -> u64 {
        self.people
    }

    /// The number that the share `at` stays below, between neighbours as R's `quantile` does by default; nothing unless as
    /// many numbers as the threshold are on each side, and the numbers are of so many people as to make that possible.
    pub fn quantile(&self, at: f64, settings: Settings) -> Option<f64> {
        let last = self.count().checked_sub(1)?;
        let place = real(last) * at;
        let threshold = real(settings.threshold());
        let enough = place.floor() >= threshold && real(last) - place.ceil() >= threshold;
        if !(0.0..=1.0).contains(&at) || !enough || self.people <= 2 * settings.threshold() {
            return None;
        }
        let (before, after) = (self.at(place.floor())?, self.at(place.ceil())?);
        Some(before + (place - place.floor()) * (after - before))
    }

    /// The number at a place, counted from zero.
    fn at(&self, place: f64) -> Option<f64> {
        let mut passed = 0;
        let found = self.counts.iter().find(|(_, count)| {
            passed += **count;
            real(passed) > place
        });
        #[expect(clippy::cast_precision_loss, reason = "at most LONGEST")]
        found.map(|(days, _)| *days as f64)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::disclosure::derived;

    proptest! {
        #[test]
        fn quantiles_are_those_of_the_numbers_themselves(
            days in prop::collection::vec(-30..30_i64, 0..120), at in 0.0..1.0_f64,
        ) {
            let (one, other) = days.split_at(days.len() / 2);
            let (mut spread, mut rest) = (Spread::default(), Spread::default());
            one.iter().for_each(|it| spread.add(&[*it]));
            other.iter().for_each(|it| rest.add(&[*it]));
            spread.merge(&rest);
            let values: Vec<f64> = days.iter().map(|it| *it as f64).collect();
            prop_assert_eq!(spread.quantile(at, Settings::default()), derived::quantile(&values, at, Settings::default()));
        }
    }

    #[test]
    fn many_numbers_of_few_people_have_no_quantile() {
        let mut spread = Spread::default();
        (0..20).for_each(|_| spread.add(&[1, 2, 3]));
        assert_eq!((spread.count(), spread.people(), spread.quantile(0.5, Settings::default())), (60, 20, None));
        spread.add(&[2]);
        assert_eq!(spread.quantile(0.5, Settings::default()), Some(2.0));
        spread.add(&[]);
        assert_eq!(spread.people(), 21);
    }

    #[test]
    fn what_is_longer_counts_as_the_longest() {
        let mut spread = Spread::default();
        (0..30).for_each(|_| spread.add(&[100_000]));
        assert_eq!(spread.quantile(0.5, Settings::default()), Some(3660.0));
    }
}
