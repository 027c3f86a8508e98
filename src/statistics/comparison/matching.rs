//! One to one, nearest first: which of the events that one system saw are those that the other saw too.

use chrono::NaiveDate;

/// Two events that are one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pair {
    /// Position of the first system's.
    pub first: usize,
    /// Position of the second system's.
    pub second: usize,
}

/// Pairs events of the same kind that are at most `window` days apart.
///
/// The two that are nearest each other go together first, then the nearest of the rest. Of pairs that are as near, the
/// earlier one goes first; of events on the same days, those that come first. No event is in two pairs, and no two
/// events within the window are left over.
pub fn nearest(first: &[NaiveDate], second: &[NaiveDate], window: u64) -> Vec<Pair> {
    let mut candidates = Vec::new();
    for (i, a) in first.iter().enumerate() {
        for (j, b) in second.iter().enumerate() {
            let apart = (*a - *b).num_days().unsigned_abs();
            if apart <= window {
                candidates.push((apart, *a.min(b), i, j));
            }
        }
    }
    candidates.sort_unstable();
    let (mut first_taken, mut second_taken) = (vec![false; first.len()], vec![false; second.len()]);
    let mut pairs = Vec::new();
    for (_, _, i, j) in candidates {
        if !first_taken[i] && !second_taken[j] {
            (first_taken[i], second_taken[j]) = (true, true);
            pairs.push(Pair { first: i, second: j });
        }
    }
    pairs
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn days(numbers: &[i64]) -> Vec<NaiveDate> {
        let start = NaiveDate::from_ymd_opt(2026, 1, 1).unwrap();
        numbers.iter().map(|number| start + chrono::Duration::days(*number)).collect()
    }

    fn pairs(first: &[i64], second: &[i64]) -> Vec<(usize, usize)> {
        nearest(&days(first), &days(second), 14).into_iter().map(|it| (it.first, it.second)).collect()
    }

    #[test]
    fn fourteen_days_are_within_the_window_and_fifteen_are_not() {
        assert_eq!(pairs(&[0], &[14]), [(0, 0)]);
        assert_eq!(pairs(&[14], &[0]), [(0, 0)]);
        assert_eq!(pairs(&[0], &[15]), []);
    }

    #[test]
    fn the_nearest_go_together_and_ties_go_to_the_earlier() {
        // 10 is 2 from 12 and 5 from 5; 12 is nearest to 10, which leaves 0 for 5.
        assert_eq!(pairs(&[0, 10], &[5, 12]), [(1, 1), (0, 0)]);
        // 5 is as far from 0 as from 10: the pair that begins earlier.
        assert_eq!(pairs(&[0, 10], &[5]), [(0, 0)]);
        assert_eq!(pairs(&[5], &[0, 10]), [(0, 0)]);
        // The same day twice: the first of them.
        assert_eq!(pairs(&[3, 3], &[4]), [(0, 0)]);
    }

    fn some_days() -> impl Strategy<Value = Vec<i64>> {
        prop::collection::vec(0..60_i64, 0..8).prop_map(|mut days| {
            days.sort_unstable();
            days
        })
    }

    proptest! {
        #[test]
        fn every_pair_is_near_nothing_is_paired_twice_and_nothing_near_is_left(a in some_days(), b in some_days()) {
            let pairs = pairs(&a, &b);
            let left = |taken: Vec<usize>, all: &[i64]| {
                (0..all.len()).filter(|it| !taken.contains(it)).map(|it| all[it]).collect::<Vec<_>>()
            };
            let (firsts, seconds): (Vec<usize>, Vec<usize>) = pairs.iter().copied().unzip();
            for (i, j) in &pairs {
                prop_assert!(a[*i].abs_diff(b[*j]) <= 14);
            }
            prop_assert!(firsts.iter().enumerate().all(|(at, it)| !firsts[..at].contains(it)));
            prop_assert!(seconds.iter().enumerate().all(|(at, it)| !seconds[..at].contains(it)));
            for x in left(firsts, &a) {
                for y in left(seconds.clone(), &b) {
                    prop_assert!(x.abs_diff(y) > 14, "{} and {} were left", x, y);
                }
            }
        }

        #[test]
        fn the_systems_change_places_and_the_days_that_go_together_stay(a in some_days(), b in some_days()) {
            let mut there: Vec<_> = pairs(&a, &b).into_iter().map(|(i, j)| (a[i], b[j])).collect();
            let mut back: Vec<_> = pairs(&b, &a).into_iter().map(|(j, i)| (a[i], b[j])).collect();
            there.sort_unstable();
            back.sort_unstable();
            prop_assert_eq!(there, back);
        }
    }
}
