//! Small symmetric systems by Cholesky's method, for a handful of unknowns.

/// A lower triangle with ones on its diagonal, and the diagonal between it and its mirror image: `L D Lᵗ`.
///
/// A row that the ones before it already explain gets a zero on the diagonal and takes no further part: the solution
/// is zero there, and [`Self::rank`] tells how many rows remain.
#[derive(Debug, Clone, PartialEq)]
pub struct Cholesky {
    size: usize,
    factor: Vec<f64>,
}

impl Cholesky {
    /// Factors a symmetric matrix, given row by row; only its lower triangle is read. A pivot up to `tolerance` times
    /// the largest element of the diagonal counts as zero.
    pub fn new(mut factor: Vec<f64>, size: usize, tolerance: f64) -> Self {
        let largest = (0..size).map(|i| factor[i * size + i]).fold(0.0, f64::max);
        for i in 0..size {
            let pivot = factor[i * size + i];
            if pivot.is_nan() || pivot <= largest * tolerance {
                factor[i * size + i] = 0.0;
                (i + 1..size).for_each(|j| factor[j * size + i] = 0.0);
                continue;
            }
            for j in i + 1..size {
                let ratio = factor[j * size + i] / pivot;
                factor[j * size + i] = ratio;
                for k in j..size {
                    // Column i of the rows below j still holds what it held before it was divided.
                    let below = if k == j { ratio * pivot } else { factor[k * size + i] };
                    factor[k * size + j] -= ratio * below;
                }
            }
        }
        Self { size, factor }
    }

    /// How many rows are independent.
    pub fn rank(&self) -> usize {
        (0..self.size).filter(|&i| self.is_independent(i)).count()
    }

    /// Whether a row is independent of those before it.
    pub fn is_independent(&self, row: usize) -> bool {
        self.factor[row * self.size + row] > 0.0
    }

    /// The solution for a right-hand side; zero at dependent rows.
    pub fn solve(&self, right: &[f64]) -> Vec<f64> {
        let mut x = right.to_vec();
        for i in 0..self.size {
            for j in 0..i {
                x[i] -= x[j] * self.factor[i * self.size + j];
            }
        }
        for i in (0..self.size).rev() {
            if !self.is_independent(i) {
                x[i] = 0.0;
                continue;
            }
            x[i] /= self.factor[i * self.size + i];
            for j in i + 1..self.size {
                x[i] -= x[j] * self.factor[j * self.size + i];
            }
        }
        x
    }

    /// One element of the diagonal of the inverse.
    pub fn inverse_diagonal(&self, row: usize) -> f64 {
        let mut unit = vec![0.0; self.size];
        unit[row] = 1.0;
        self.solve(&unit)[row]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_system_is_solved() {
        let matrix = Cholesky::new(vec![4.0, 0.0, 0.0, 2.0, 5.0, 0.0, 2.0, 3.0, 6.0], 3, 1e-12);
        let x = matrix.solve(&[8.0, 10.0, 11.0]);
        for (got, expected) in x.iter().zip([1.0, 1.0, 1.0]) {
            assert!((got - expected).abs() < 1e-14, "{x:?}");
        }
        assert!((matrix.inverse_diagonal(0) - 21.0 / 64.0).abs() < 1e-15);
    }

    #[test]
    fn a_dependent_row_is_left_out() {
        let matrix = Cholesky::new(vec![1.0, 0.0, 0.0, 2.0, 4.0, 0.0, 0.0, 0.0, 9.0], 3, 1e-12);
        assert_eq!((matrix.rank(), matrix.is_independent(1)), (2, false));
        assert_eq!(matrix.solve(&[3.0, 6.0, 9.0]), [3.0, 0.0, 1.0]);
    }
}
