//! Two observers of the same people and months: Cohen's kappa and McNemar's test.

use serde::Serialize;

use super::distribution::{chi_square_above, fair_tosses_at_most, interval_width};
use super::number::{defined, real};

/// How often two observers said yes and no of the same thing.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Paired {
    /// Both said yes.
    pub both: u64,
    /// Only the first did.
    pub first_only: u64,
    /// Only the second did.
    pub second_only: u64,
    /// Neither did.
    pub neither: u64,
}

impl Paired {
    /// How many things both looked at.
    pub const fn all(self) -> u64 {
        self.both + self.first_only + self.second_only + self.neither
    }
}

/// Agreement beyond chance.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Kappa {
    /// Cohen's kappa; none when chance alone would make them agree always.
    pub estimate: Option<f64>,
    /// Its standard error for large numbers (Fleiss, Cohen and Everitt).
    pub standard_error: Option<f64>,
    /// Lower limit, not below -1.
    pub lower: Option<f64>,
    /// Upper limit, not above 1.
    pub upper: Option<f64>,
}

/// Cohen's kappa with its interval.
pub fn kappa(paired: Paired, confidence: f64) -> Kappa {
    if paired.all() == 0 {
        return Kappa::default();
    }
    let n = real(paired.all());
    let [both, first_only, second_only, neither] =
        [paired.both, paired.first_only, paired.second_only, paired.neither].map(|count| real(count) / n);
    let (first, second) = (both + first_only, both + second_only);
    let (agreed, by_chance) = (both + neither, first * second + (1.0 - first) * (1.0 - second));
    let room = 1.0 - by_chance;
    if room <= 0.0 {
        return Kappa::default();
    }
    let estimate = (agreed - by_chance) / room;
    let off = 1.0 - estimate;
    let on_diagonal =
        both * (1.0 - (first + second) * off).powi(2) + neither * (1.0 - (2.0 - first - second) * off).powi(2);
    let beside = first_only * (second + 1.0 - first).powi(2) + second_only * (first + 1.0 - second).powi(2);
    let variance = on_diagonal + off * off * beside - (estimate - by_chance * off).powi(2);
    let standard_error = variance.max(0.0).sqrt() / (room * n.sqrt());
    let reach = interval_width(confidence) * standard_error;
    Kappa {
        estimate: defined(estimate),
        standard_error: defined(standard_error),
        lower: defined((estimate - reach).max(-1.0)),
        upper: defined((estimate + reach).min(1.0)),
    }
}

/// Whether one observer says yes more often than the other, judged by the things on which they differ.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct McNemar {
    /// Two-sided probability by the binomial distribution; 1 when they never differ.
    pub exact_p_value: Option<f64>,
    /// The statistic without continuity correction; none when they never differ.
    pub chi_square: Option<f64>,
    /// Its probability with one degree of freedom.
    pub p_value: Option<f64>,
}

/// McNemar's test, exact and asymptotic.
pub fn mcnemar(paired: Paired) -> McNemar {
    let (more, fewer) = (paired.first_only.max(paired.second_only), paired.first_only.min(paired.second_only));
    let differing = more + fewer;
    let chi_square = defined(real(more - fewer).powi(2) / real(differing));
    McNemar {
        exact_p_value: fair_tosses_at_most(fewer, differing).map(|chance| (2.0 * chance).min(1.0)),
        chi_square,
        p_value: chi_square.and_then(|value| chi_square_above(value, 1)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn close(got: Option<f64>, expected: f64) {
        let got = got.unwrap();
        assert!((got - expected).abs() < 1e-9, "{got} is not {expected}");
    }

    #[test]
    fn kappa_is_what_fleiss_and_cohen_make_it() {
        let paired = Paired { both: 20, first_only: 5, second_only: 10, neither: 15 };
        let kappa = kappa(paired, 0.95);
        close(kappa.estimate, 0.4);
        close(kappa.standard_error, 0.126_996_062_931_1);
        close(kappa.lower, 0.4 - 1.959_963_984_540_054 * 0.126_996_062_931_1);
    }

    #[test]
    fn without_room_for_disagreement_there_is_no_kappa() {
        assert_eq!(kappa(Paired { both: 9, ..Paired::default() }, 0.95), Kappa::default());
        assert_eq!(kappa(Paired::default(), 0.95), Kappa::default());
        assert_eq!(kappa(Paired { both: 5, neither: 4, ..Paired::default() }, 0.95).estimate, Some(1.0));
    }

    #[test]
    fn mcnemar_is_that_of_r() {
        // binom.test(5, 20)$p.value and mcnemar.test(matrix(c(20, 5, 15, 9), 2), correct = FALSE)
        let test = mcnemar(Paired { both: 20, first_only: 15, second_only: 5, neither: 9 });
        close(test.exact_p_value, 0.041_389_465_332_031);
        close(test.chi_square, 5.0);
        close(test.p_value, 0.025_347_318_677_468);
        let never = mcnemar(Paired { both: 3, ..Paired::default() });
        assert_eq!((never.exact_p_value, never.chi_square, never.p_value), (Some(1.0), None, None));
    }
}
