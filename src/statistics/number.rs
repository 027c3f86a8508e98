//! Floating-point care in one place: compensated sums, and the one way a number becomes "undefined".

/// A sum that carries its own rounding error (Neumaier), so that adding and taking away a million terms leaves what a
/// sum of the rest would have given.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Sum {
    value: f64,
    carry: f64,
}

impl Sum {
    /// Adds a term; a negative one takes it away.
    pub fn add(&mut self, term: f64) {
        let total = self.value + term;
        self.carry +=
            if self.value.abs() >= term.abs() { (self.value - total) + term } else { (term - total) + self.value };
        self.value = total;
    }

    /// The sum.
    pub fn total(self) -> f64 {
        self.value + self.carry
    }
}

impl FromIterator<f64> for Sum {
    fn from_iter<T: IntoIterator<Item = f64>>(terms: T) -> Self {
        let mut sum = Self::default();
        terms.into_iter().for_each(|term| sum.add(term));
        sum
    }
}

/// A number, or nothing where there is none: infinity and "not a number" never leave the estimators.
pub fn defined(value: f64) -> Option<f64> {
    value.is_finite().then_some(value)
}

/// A count that was kept as a floating-point number.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "counts are whole, and far below 2^53")]
pub fn whole(count: f64) -> u64 {
    count.round().max(0.0) as u64
}

/// A count as a floating-point number; exact below 2^53.
#[expect(clippy::cast_precision_loss, reason = "counts of rows are far below 2^53")]
pub const fn real(count: u64) -> f64 {
    count as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sum_keeps_what_plain_addition_loses() {
        let mut sum = Sum::default();
        for term in [1.0, 1e100, 1.0, -1e100] {
            sum.add(term);
        }
        assert_eq!(sum.total(), 2.0);
    }

    #[test]
    fn only_finite_numbers_are_defined() {
        assert_eq!([1.5, f64::NAN, f64::INFINITY, f64::NEG_INFINITY].map(defined), [Some(1.5), None, None, None]);
    }
}
