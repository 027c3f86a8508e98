//! Intervals that allow for one person giving several events or months: what counts as independent is the person.
//!
//! Both are the usual linearisation: each person's share in the deviation of the estimate, squared and added, times
//! `n / (n - 1)` for `n` people. The sums below are all that it needs, so a pass over a million people keeps a few
//! numbers.

use crate::agreement::Paired;
use crate::distribution::interval_width;
use crate::number::{Sum, defined, real};
use crate::proportion::Estimate;

/// One sum over another, each a sum over people: a share of days, events, months.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Ratio {
    people: u64,
    /// People who have some of it, and people who have some of the rest.
    people_with: [u64; 2],
    some: Sum,
    all: Sum,
    some_some: Sum,
    some_all: Sum,
    all_all: Sum,
}

impl Ratio {
    /// Adds a person's; one who has none of it all does not count.
    pub fn add(&mut self, some: u64, all: u64) {
        if all == 0 {
            return;
        }
        self.people += 1;
        self.people_with[0] += u64::from(some > 0);
        self.people_with[1] += u64::from(some < all);
        let (some, all) = (real(some), real(all));
        self.some.add(some);
        self.all.add(all);
        self.some_some.add(some * some);
        self.some_all.add(some * all);
        self.all_all.add(all * all);
    }

    /// Adds those of other people.
    pub fn merge(&mut self, other: &Self) {
        self.people += other.people;
        self.people_with[0] += other.people_with[0];
        self.people_with[1] += other.people_with[1];
        for (sum, term) in [
            (&mut self.some, other.some),
            (&mut self.all, other.all),
            (&mut self.some_some, other.some_some),
            (&mut self.some_all, other.some_all),
            (&mut self.all_all, other.all_all),
        ] {
            sum.add(term.total());
        }
    }

    /// How many people have any of it.
    pub const fn people(&self) -> u64 {
        self.people
    }

    /// People who have some of it, and people who have some of the rest.
    pub const fn people_with(&self) -> [u64; 2] {
        self.people_with
    }

    /// The sums: some, and all.
    pub fn sums(&self) -> (f64, f64) {
        (self.some.total(), self.all.total())
    }

    /// The share, within 0 and 1, with its interval; none with fewer than two people.
    pub fn estimate(&self, confidence: f64) -> Estimate {
        let (some, all) = self.sums();
        if self.people < 2 || all <= 0.0 {
            return Estimate::default();
        }
        let share = some / all;
        let squares: Sum =
            [self.some_some.total(), -2.0 * share * self.some_all.total(), share * share * self.all_all.total()]
                .into_iter()
                .collect();
        let n = real(self.people);
        let reach = interval_width(confidence) * (n / (n - 1.0) * squares.total().max(0.0)).sqrt() / all;
        Estimate {
            estimate: defined(share),
            lower: defined((share - reach).max(0.0)),
            upper: defined((share + reach).min(1.0)),
        }
    }
}

/// Two observers of the months of many people.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Months {
    /// People with a month at least.
    people: u64,
    /// Months: both say yes, only the first, only the second, neither.
    counts: [u64; 4],
    /// People who have such a month.
    people_with: [u64; 4],
    /// Sums over people of the products of their counts, row by row.
    products: [[u64; 4]; 4],
}

impl Months {
    /// Adds a person's months.
    pub fn add(&mut self, months: Paired) {
        let counts = [months.both, months.first_only, months.second_only, months.neither];
        self.people += u64::from(months.all() > 0);
        for (i, count) in counts.iter().enumerate() {
            self.counts[i] += count;
            self.people_with[i] += u64::from(*count > 0);
            for (j, other) in counts.iter().enumerate() {
                self.products[i][j] += count * other;
            }
        }
    }

    /// Adds those of other people.
    pub fn merge(&mut self, other: &Self) {
        self.people += other.people;
        for i in 0..4 {
            self.counts[i] += other.counts[i];
            self.people_with[i] += other.people_with[i];
            for j in 0..4 {
                self.products[i][j] += other.products[i][j];
            }
        }
    }

    /// The months.
    pub const fn paired(&self) -> Paired {
        let [both, first_only, second_only, neither] = self.counts;
        Paired { both, first_only, second_only, neither }
    }

    /// People with a month at least.
    pub const fn people(&self) -> u64 {
        self.people
    }

    /// People with a month of each kind: both, only the first, only the second, neither.
    pub const fn people_with(&self) -> [u64; 4] {
        self.people_with
    }

    /// Cohen's kappa of the months, with the interval for people as what is independent; none with fewer than two.
    pub fn kappa(&self, confidence: f64) -> Estimate {
        let kappa = crate::agreement::kappa(self.paired(), confidence);
        let (Some(estimate), true) = (kappa.estimate, self.people >= 2) else { return Estimate::default() };
        let gradient = self.gradient();
        let terms = (0..4).flat_map(|i| (0..4).map(move |j| (i, j)));
        let squares: Sum = terms.map(|(i, j)| gradient[i] * gradient[j] * real(self.products[i][j])).collect();
        let n = real(self.people);
        let reach = interval_width(confidence) * (n / (n - 1.0) * squares.total().max(0.0)).sqrt();
        Estimate {
            estimate: Some(estimate),
            lower: defined((estimate - reach).max(-1.0)),
            upper: defined((estimate + reach).min(1.0)),
        }
    }

    /// How kappa moves with one more month of each kind. A person's months times this is their share in the deviation;
    /// over all people the shares add up to zero.
    fn gradient(&self) -> [f64; 4] {
        let n = real(self.paired().all());
        let [both, first_only, second_only, neither] = self.counts.map(|count| real(count) / n);
        let (agreed, first, second) = (both + neither, both + first_only, both + second_only);
        let by_chance = first * second + (1.0 - first) * (1.0 - second);
        // One for the months in which both agree, in which the first says yes, in which the second does.
        let kinds = [(1.0, 1.0, 1.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0), (1.0, 0.0, 0.0)];
        kinds.map(|(same, yes, other_yes)| {
            let chance = (yes - first) * (2.0 * second - 1.0) + (other_yes - second) * (2.0 * first - 1.0);
            let moved = (same - agreed) * (1.0 - by_chance) - chance * (1.0 - agreed);
            moved / ((1.0 - by_chance) * (1.0 - by_chance) * n)
        })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::agreement::kappa;

    #[test]
    fn a_share_of_days_allows_for_whole_people() {
        // Three people: 10 of 100 days, 50 of 100, 30 of 50. Share 90/250 = 0.36.
        // Deviations 10 - 36 = -26, 50 - 36 = 14, 30 - 18 = 12: squares 676 + 196 + 144 = 1016.
        // Standard error sqrt(3/2 x 1016) / 250 = 0.156154.
        let mut ratio = Ratio::default();
        for (some, all) in [(10, 100), (50, 100), (30, 50), (0, 0)] {
            ratio.add(some, all);
        }
        let estimate = ratio.estimate(0.95);
        assert_eq!((ratio.people(), ratio.people_with(), ratio.sums()), (3, [3, 3], (90.0, 250.0)));
        assert_eq!(estimate.estimate, Some(0.36));
        let reach = 1.959_963_984_540_054 * (1.5_f64 * 1016.0).sqrt() / 250.0;
        assert!((estimate.upper.unwrap() - 0.36 - reach).abs() < 1e-12);
        assert!((estimate.lower.unwrap() - 0.36 + reach).abs() < 1e-12);
        let mut alone = Ratio::default();
        alone.add(1, 2);
        assert_eq!(alone.estimate(0.95), Estimate::default());
    }

    fn one_month_each(paired: Paired) -> Months {
        let mut months = Months::default();
        (0..paired.both).for_each(|_| months.add(Paired { both: 1, ..Paired::default() }));
        (0..paired.first_only).for_each(|_| months.add(Paired { first_only: 1, ..Paired::default() }));
        (0..paired.second_only).for_each(|_| months.add(Paired { second_only: 1, ..Paired::default() }));
        (0..paired.neither).for_each(|_| months.add(Paired { neither: 1, ..Paired::default() }));
        months
    }

    fn some_months() -> impl Strategy<Value = Paired> {
        (0..30_u64, 0..30_u64, 0..30_u64, 0..30_u64).prop_map(|(both, first_only, second_only, neither)| Paired {
            both,
            first_only,
            second_only,
            neither,
        })
    }

    proptest! {
        /// With one month of each person the interval is that of Fleiss, Cohen and Everitt, apart from n / (n - 1). To six
        /// digits: where nothing varies, the root of what rounding leaves of a zero is no smaller.
        #[test]
        fn months_of_different_people_are_the_textbook_s(paired in some_months()) {
            let textbook = kappa(paired, 0.95);
            let got = one_month_each(paired).kappa(0.95);
            prop_assume!(paired.all() >= 2);
            prop_assert_eq!(got.estimate, textbook.estimate);
            if let (Some(estimate), Some(error), Some(lower)) = (got.estimate, textbook.standard_error, got.lower) {
                let n = real(paired.all());
                let expected = (estimate - 1.959_963_984_540_054 * error * (n / (n - 1.0)).sqrt()).max(-1.0);
                prop_assert!((lower - expected).abs() < 1e-6, "{} is not {}", lower, expected);
            }
        }

        #[test]
        fn kappa_does_not_mind_who_is_first_and_parts_are_put_together(
            people in prop::collection::vec(some_months(), 0..6), cut in 0..6_usize,
        ) {
            let swapped = |it: &Paired| Paired { first_only: it.second_only, second_only: it.first_only, ..*it };
            let (mut whole, mut part, mut rest, mut other) =
                (Months::default(), Months::default(), Months::default(), Months::default());
            for (at, person) in people.iter().enumerate() {
                whole.add(*person);
                other.add(swapped(person));
                if at < cut { part.add(*person) } else { rest.add(*person) }
            }
            part.merge(&rest);
            prop_assert_eq!(part, whole);
            let (a, b) = (whole.kappa(0.95), other.kappa(0.95));
            prop_assert_eq!(a.estimate.is_some(), b.estimate.is_some());
            for (a, b) in [(a.estimate, b.estimate), (a.lower, b.lower), (a.upper, b.upper)] {
                prop_assert!((a.unwrap_or(0.0) - b.unwrap_or(0.0)).abs() < 1e-9);
            }
        }
    }

    #[test]
    fn the_same_months_twice_of_each_person_make_the_interval_no_narrower() {
        let once = Paired { both: 20, first_only: 5, second_only: 10, neither: 15 };
        let single = one_month_each(once).kappa(0.95);
        let mut double = Months::default();
        for (count, kind) in [
            (20, Paired { both: 2, ..Paired::default() }),
            (5, Paired { first_only: 2, ..Paired::default() }),
            (10, Paired { second_only: 2, ..Paired::default() }),
            (15, Paired { neither: 2, ..Paired::default() }),
        ] {
            (0..count).for_each(|_| double.add(kind));
        }
        assert_eq!((double.people(), double.paired().all()), (50, 100));
        let twice = double.kappa(0.95);
        assert!((twice.lower.unwrap() - single.lower.unwrap()).abs() < 1e-12);
    }
}
