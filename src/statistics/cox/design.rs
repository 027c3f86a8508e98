//! The covariates, centred and scaled, so that one tolerance fits all of them and no exponential runs over.

use super::Covariate;
use crate::number::{Sum, real};

/// The centred and scaled covariates.
pub struct Design {
    /// Row by row.
    values: Vec<f64>,
    /// How many covariates there are.
    pub width: usize,
    /// What one unit of each scaled covariate is in units of the covariate itself.
    pub scale: Vec<f64>,
}

/// A covariate that varies no more than this against its size is a constant.
const CONSTANT: f64 = 1e-13;

impl Design {
    pub fn new(covariates: &[Covariate], rows: usize) -> Self {
        let width = covariates.len();
        let mut values = vec![0.0; width * rows];
        let mut scale = vec![1.0; width];
        for (column, covariate) in covariates.iter().enumerate() {
            let n = real(rows as u64);
            let mean = covariate.values.iter().map(|value| value / n).collect::<Sum>().total();
            let spread = covariate.values.iter().map(|value| (value - mean).abs() / n).collect::<Sum>().total();
            let largest = covariate.values.iter().fold(0.0_f64, |largest, value| largest.max(value.abs()));
            if spread <= largest * CONSTANT {
                continue;
            }
            scale[column] = spread;
            for (row, value) in covariate.values.iter().enumerate() {
                values[row * width + column] = (value - mean) / spread;
            }
        }
        Self { values, width, scale }
    }

    /// The covariates of one row.
    pub fn row(&self, row: usize) -> &[f64] {
        &self.values[row * self.width..(row + 1) * self.width]
    }
}
