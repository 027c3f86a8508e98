//! Tails and quantiles of the distributions the estimators need, on top of `statrs`.
//!
//! Quantiles are polished by Newton's method against the tail functions, as `statrs` stops its own search early.
//! Every function answers `None` outside its domain.

use statrs::function::beta::{checked_beta_reg, inv_beta_reg, ln_beta};
use statrs::function::erf::erfc_inv;
use statrs::function::gamma::{checked_gamma_lr, checked_gamma_ur, ln_gamma};

use super::number::defined;

/// How many standard errors an interval of this confidence reaches to each side.
pub fn interval_width(confidence: f64) -> f64 {
    std::f64::consts::SQRT_2 * erfc_inv(1.0 - confidence)
}

/// The value that a standard normal deviate stays below with chance `below`.
pub fn normal_quantile(below: f64) -> f64 {
    -std::f64::consts::SQRT_2 * erfc_inv(2.0 * below)
}

/// Chance of a standard normal deviate at least this far from zero, on either side.
pub fn two_sided(z: f64) -> Option<f64> {
    chi_square_above(z * z, 1)
}

/// Chance that a chi-square deviate with so many degrees of freedom exceeds `value`.
pub fn chi_square_above(value: f64, degrees_of_freedom: usize) -> Option<f64> {
    if degrees_of_freedom == 0 || value.is_nan() || value < 0.0 {
        return None;
    }
    gamma_above(f64::from(u32::try_from(degrees_of_freedom).ok()?) / 2.0, value / 2.0)
}

fn gamma_above(shape: f64, value: f64) -> Option<f64> {
    if value == 0.0 {
        return Some(1.0);
    }
    checked_gamma_ur(shape, value).ok()
}

/// The value that a gamma deviate (rate 1) stays below with chance `below`.
pub fn gamma_quantile(shape: f64, below: f64) -> Option<f64> {
    if !(shape > 0.0 && below > 0.0 && below < 1.0) {
        return None;
    }
    // Wilson and Hilferty's normal approximation to the cube root, kept positive.
    let z = normal_quantile(below);
    let spread = 1.0 / (9.0 * shape);
    let cube = 1.0 - spread + z * spread.sqrt();
    let low_tail = (below.ln() + ln_gamma(shape + 1.0)) / shape;
    let mut value = if cube > 0.1 { shape * cube.powi(3) } else { low_tail.exp() };
    for _ in 0..60 {
        let density = ((shape - 1.0) * value.ln() - value - ln_gamma(shape)).exp();
        // The smaller tail is the accurate one.
        let excess = if below < 0.5 {
            checked_gamma_lr(shape, value).ok()? - below
        } else {
            (1.0 - below) - gamma_above(shape, value)?
        };
        let next = (value - excess / density).max(value / 8.0);
        let step = (next - value).abs();
        value = next;
        if step <= 1e-15 * value {
            break;
        }
    }
    defined(value)
}

/// The value that a beta deviate stays below with chance `below`.
pub fn beta_quantile(a: f64, b: f64, below: f64) -> Option<f64> {
    if !(a > 0.0 && b > 0.0 && below > 0.0 && below < 1.0) {
        return None;
    }
    let mut value = inv_beta_reg(a, b, below);
    for _ in 0..20 {
        let density = ((a - 1.0) * value.ln() + (b - 1.0) * (-value).ln_1p() - ln_beta(a, b)).exp();
        let excess = checked_beta_reg(a, b, value).ok()? - below;
        let next = (value - excess / density).clamp(value / 2.0, (1.0 + value) / 2.0);
        let step = (next - value).abs();
        value = next;
        if step <= 1e-15 * value {
            break;
        }
    }
    defined(value)
}

/// Chance of at most `successes` in `trials` fair tosses.
pub fn fair_tosses_at_most(successes: u64, trials: u64) -> Option<f64> {
    if successes >= trials {
        return Some(1.0);
    }
    let (successes, trials) = (super::number::real(successes), super::number::real(trials));
    checked_beta_reg(trials - successes, successes + 1.0, 0.5).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn close(got: Option<f64>, expected: f64) {
        let got = got.unwrap();
        assert!((got / expected - 1.0).abs() < 1e-9, "{got} is not {expected}");
    }

    #[test]
    fn tails_and_quantiles_are_those_of_r() {
        close(Some(interval_width(0.95)), 1.959_963_984_540_053_6);
        close(Some(normal_quantile(0.8)), 0.841_621_233_572_914_2);
        close(two_sided(5.0), 5.733_031_437_583_878e-7);
        close(two_sided(-20.0), 5.507_248_237_212_467e-89);
        close(chi_square_above(25.0, 3), 1.544_049_829_110_137e-5);
        close(gamma_quantile(3.0, 0.025), 0.618_672_122_895_603_6);
        close(gamma_quantile(1.0, 0.975), 3.688_879_454_113_935_3);
        close(gamma_quantile(250.0, 0.005), 211.151_682_431_163_83);
        close(gamma_quantile(1.0, 1e-6), 1.000_000_500_000_333_4e-6);
        close(beta_quantile(3.0, 8.0, 0.025), 0.066_739_511_177_734_47);
        close(beta_quantile(3000.0, 8000.0, 0.025), 0.264_444_309_316_982_4);
        close(fair_tosses_at_most(3, 12), 0.072_998_046_875);
    }

    #[test]
    fn outside_its_domain_there_is_no_answer() {
        assert_eq!(chi_square_above(1.0, 0), None);
        assert_eq!(chi_square_above(f64::NAN, 1), None);
        assert_eq!(gamma_quantile(0.0, 0.5), None);
        assert_eq!(beta_quantile(1.0, 0.0, 0.5), None);
        assert_eq!(chi_square_above(0.0, 1), Some(1.0));
    }
}
