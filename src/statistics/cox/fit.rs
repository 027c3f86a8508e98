//! Newton's method with step halving, and what it finds: estimates, dependent covariates, infinite coefficients.

use super::design::Design;
use super::likelihood::{Order, Value, value};
use super::{Ties, Undetermined};
use crate::matrix::Cholesky;
use crate::study::Study;

/// What the data say about one coefficient.
#[derive(Debug, Clone, Copy)]
pub enum Coefficient {
    /// It has an estimate, in units of the covariate itself.
    Estimate { value: f64, standard_error: f64 },
    /// It has none.
    Undetermined(Undetermined),
}

/// A fitted model.
pub struct Fit {
    pub coefficients: Vec<Coefficient>,
    /// Without covariates, and fitted.
    pub log_likelihood: [f64; 2],
    /// The linear predictor of each row.
    pub scores: Vec<f64>,
}

/// A covariate whose information given those before it is below this share of the largest is explained by them; the
/// tolerance of R's `coxph`.
const DEPENDENT: f64 = 1.818_989_403_545_856_5e-12;
/// Newton's step is this small against the standard errors when only rounding is left to gain.
const CONVERGED: f64 = 1e-18;
/// The likelihood gains less than this, relatively, while a coefficient still makes whole steps: it is infinite.
const LEVEL: f64 = 1e-11;
const MOST_STEPS: usize = 200;

/// Fits the model.
pub fn fit(study: &Study, design: &Design, ties: Ties) -> Fit {
    let order = Order::new(study);
    let start = vec![0.0; design.width];
    let null = value(&order, design, ties, &start);
    let independent = Cholesky::new(null.information.clone(), design.width, DEPENDENT);
    let kept: Vec<usize> = (0..design.width).filter(|&column| independent.is_independent(column)).collect();
    let log_likelihood = null.log;

    let mut climb = Climb { coefficients: start, at: null, step: vec![0.0; design.width], infinite: Vec::new() };
    if !kept.is_empty() {
        climb.go_up(&order, design, ties, &kept);
    }
    let finite: Vec<usize> = kept.iter().copied().filter(|column| !climb.infinite.contains(column)).collect();
    let inverse = Cholesky::new(reduced(&climb.at.information, design.width, &finite), finite.len(), 0.0);
    let coefficients = (0..design.width)
        .map(|column| match finite.iter().position(|&it| it == column) {
            Some(position) => Coefficient::Estimate {
                value: climb.coefficients[column] / design.scale[column],
                standard_error: inverse.inverse_diagonal(position).sqrt() / design.scale[column],
            },
            None if kept.contains(&column) => Coefficient::Undetermined(Undetermined::Infinite),
            None => Coefficient::Undetermined(Undetermined::Dependent),
        })
        .collect();
    Fit { coefficients, log_likelihood: [log_likelihood, climb.at.log], scores: climb.at.scores }
}

/// The rows and columns of a matrix that are kept.
fn reduced(matrix: &[f64], size: usize, kept: &[usize]) -> Vec<f64> {
    kept.iter().flat_map(|&i| kept.iter().map(move |&j| matrix[i.max(j) * size + i.min(j)])).collect()
}

struct Climb {
    coefficients: Vec<f64>,
    at: Value,
    /// The last step of each coefficient.
    step: Vec<f64>,
    /// Coefficients without end.
    infinite: Vec<usize>,
}

impl Climb {
    fn go_up(&mut self, order: &Order<'_>, design: &Design, ties: Ties, kept: &[usize]) {
        for _ in 0..MOST_STEPS {
            let next = self.newton(design.width, kept);
            let before = std::mem::replace(&mut self.step, next);
            let promise: f64 = self.step.iter().zip(&self.at.slope).map(|(step, slope)| step * slope).sum();
            if promise <= self.at.log.abs().max(1.0) * LEVEL {
                // In a likelihood with a top the steps shrink towards it; along a separated covariate they do not.
                self.infinite = kept.iter().copied().filter(|&i| is_endless(self.step[i], before[i])).collect();
                if !self.infinite.is_empty() {
                    return;
                }
            }
            if !self.take_step(order, design, ties) || promise < CONVERGED {
                return;
            }
        }
        self.infinite = kept.iter().copied().filter(|&i| self.step[i].abs() > 1e-3).collect();
    }

    fn newton(&self, width: usize, kept: &[usize]) -> Vec<f64> {
        let information = Cholesky::new(reduced(&self.at.information, width, kept), kept.len(), 0.0);
        let slope: Vec<f64> = kept.iter().map(|&column| self.at.slope[column]).collect();
        let mut step = vec![0.0; width];
        for (&column, of_kept) in kept.iter().zip(information.solve(&slope)) {
            step[column] = of_kept;
        }
        step
    }

    /// Takes the step, or as much of it as does not lower the likelihood. Whether anything could be taken.
    fn take_step(&mut self, order: &Order<'_>, design: &Design, ties: Ties) -> bool {
        let rounding = 1e-14 * self.at.log.abs();
        let mut share = 1.0;
        for _ in 0..60 {
            let next: Vec<f64> = self.coefficients.iter().zip(&self.step).map(|(b, step)| b + share * step).collect();
            let at = value(order, design, ties, &next);
            let usable = at.log >= self.at.log - rounding && at.information.iter().all(|it| it.is_finite());
            if usable {
                (self.coefficients, self.at) = (next, at);
                return true;
            }
            share /= 2.0;
        }
        false
    }
}

fn is_endless(step: f64, before: f64) -> bool {
    step.abs() > 1e-2 && step.abs() > before.abs() / 2.0
}
