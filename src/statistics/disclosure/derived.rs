//! Numbers made from numbers: percentages of rounded counts, quantiles with enough people on each side. There is no
//! smallest and no largest value to be had: each is somebody's.

use super::super::number::real;
use super::Settings;

/// A percentage, whole, of published counts; nothing when a count is withheld or the whole is too small for one.
pub fn percentage(part: Option<f64>, whole: Option<f64>) -> Option<f64> {
    let (part, whole) = (part?, whole?);
    // Rounding may make a part larger than its whole.
    (whole >= real(Settings::PERCENTAGE_OF)).then(|| (100.0 * part / whole).round().min(100.0))
}

/// The value that the share `at` of the people stays below, between neighbours as R's `quantile` does by default;
/// nothing unless as many people as the threshold are on each side.
pub fn quantile(values: &[f64], at: f64, settings: Settings) -> Option<f64> {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let last = sorted.len().checked_sub(1)?;
    let place = real(last as u64) * at;
    let threshold = real(settings.threshold());
    let (below, above) = (place.floor(), real(last as u64) - place.ceil());
    if !(0.0..=1.0).contains(&at) || below < threshold || above < threshold {
        return None;
    }
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 0 and the last position")]
    let (before, after) = (place.floor() as usize, place.ceil() as usize);
    Some(sorted[before] + (place - place.floor()) * (sorted[after] - sorted[before]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentages_are_of_rounded_counts_and_of_thirty_at_least() {
        assert_eq!(percentage(Some(10.0), Some(30.0)), Some(33.0));
        assert_eq!(percentage(Some(10.0), Some(25.0)), None);
        assert_eq!(percentage(None, Some(100.0)), None);
        assert_eq!(percentage(Some(35.0), Some(30.0)), Some(100.0));
    }

    #[test]
    fn a_quantile_needs_ten_people_on_each_side() {
        let people = |count: u32| (0..count).map(f64::from).collect::<Vec<_>>();
        assert_eq!(quantile(&people(21), 0.5, Settings::default()), Some(10.0));
        assert_eq!(quantile(&people(20), 0.5, Settings::default()), None);
        assert_eq!(quantile(&people(102), 0.9, Settings::default()), Some(90.9));
        assert_eq!(quantile(&people(80), 0.9, Settings::default()), None);
        assert_eq!(quantile(&people(1000), 0.0, Settings::default()), None);
        assert_eq!(quantile(&[], 0.5, Settings::default()), None);
    }
}
