//! Shares: a proportion with Wilson's interval, the difference of two with Newcombe's.

use serde::Serialize;

use super::distribution::interval_width;
use super::number::{defined, real};

/// An estimate with its interval; nothing where there is none.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize)]
pub struct Estimate {
    /// The estimate.
    pub estimate: Option<f64>,
    /// Lower limit.
    pub lower: Option<f64>,
    /// Upper limit.
    pub upper: Option<f64>,
}

/// Some out of a number of people or obligations; never more than all.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Share {
    some: u64,
    all: u64,
}

impl Share {
    /// `some` of `all`; nothing when that is more than there are.
    pub fn new(some: u64, all: u64) -> Option<Self> {
        (some <= all).then_some(Self { some, all })
    }
}

/// The proportion with the score interval of Wilson, as R's `prop.test` without continuity correction.
pub fn proportion(share: Share, confidence: f64) -> Estimate {
    if share.all == 0 {
        return Estimate::default();
    }
    let (estimate, lower, upper) = wilson(share, interval_width(confidence));
    Estimate { estimate: defined(estimate), lower: defined(lower), upper: defined(upper) }
}

fn wilson(share: Share, z: f64) -> (f64, f64, f64) {
    let (n, p) = (real(share.all), real(share.some) / real(share.all));
    let square = z * z;
    let middle = p + square / (2.0 * n);
    let reach = z * (p * (1.0 - p) / n + square / (4.0 * n * n)).sqrt();
    let whole = 1.0 + square / n;
    // The limit of an empty or a full share is exactly that share; rounding would leave a trace.
    let lower = if share.some == 0 { 0.0 } else { (middle - reach) / whole };
    let upper = if share.some == share.all { 1.0 } else { (middle + reach) / whole };
    (p, lower, upper)
}

/// The first proportion less the second, with Newcombe's interval (his method 10: from both Wilson intervals).
pub fn difference(first: Share, second: Share, confidence: f64) -> Estimate {
    if first.all == 0 || second.all == 0 {
        return Estimate::default();
    }
    let z = interval_width(confidence);
    let ((p, p_lower, p_upper), (q, q_lower, q_upper)) = (wilson(first, z), wilson(second, z));
    Estimate {
        estimate: defined(p - q),
        lower: defined(p - q - (p - p_lower).hypot(q_upper - q)),
        upper: defined(p - q + (p_upper - p).hypot(q - q_lower)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn share(some: u64, all: u64) -> Share {
        Share::new(some, all).unwrap()
    }

    fn close(got: Estimate, expected: [f64; 3], tolerance: f64) {
        for (got, expected) in [got.estimate, got.lower, got.upper].into_iter().zip(expected) {
            assert!((got.unwrap() - expected).abs() < tolerance, "{got:?} is not {expected}");
        }
    }

    #[test]
    fn the_interval_is_that_of_prop_test() {
        // prop.test(81, 263, correct = FALSE)$conf.int
        close(proportion(share(81, 263), 0.95), [81.0 / 263.0, 0.255_288_519_878_274, 0.366_209_576_982_8], 1e-12);
        assert_eq!(proportion(share(0, 12), 0.95).lower, Some(0.0));
        assert_eq!(proportion(share(12, 12), 0.95).upper, Some(1.0));
        assert_eq!(proportion(share(0, 0), 0.95), Estimate::default());
        assert_eq!(Share::new(3, 2), None);
    }

    #[test]
    fn the_difference_is_newcombes_worked_example() {
        // Newcombe (1998), Statistics in Medicine 17:873, table II, method 10: 56/70 less 48/80.
        close(difference(share(56, 70), share(48, 80), 0.95), [0.2, 0.0524, 0.3339], 5e-5);
        close(difference(share(10, 10), share(0, 10), 0.95), [1.0, 0.6075, 1.0], 5e-5);
        assert_eq!(difference(share(1, 2), share(0, 0), 0.95), Estimate::default());
    }
}
