//! The ratio of two rates over strata (Mantel and Haenszel), with the interval of Greenland and Robins.

use super::distribution::interval_width;
use super::number::{Sum, defined, real};
use super::proportion::Estimate;

/// Events and time at risk of two arms in one stratum.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Stratum {
    /// Events of the arm.
    pub events: u64,
    /// Time at risk of the arm; not negative.
    pub time: f64,
    /// Events of the arm it is compared with.
    pub base_events: u64,
    /// Time at risk of the arm it is compared with; not negative.
    pub base_time: f64,
}

/// The common ratio of the rates; nothing when an arm has no events. A stratum in which one arm was never at risk
/// says nothing and is left out.
pub fn rate_ratio(strata: &[Stratum], confidence: f64) -> Estimate {
    let (mut over, mut under, mut variance) = (Sum::default(), Sum::default(), Sum::default());
    for stratum in strata.iter().filter(|stratum| stratum.time > 0.0 && stratum.base_time > 0.0) {
        let time = stratum.time + stratum.base_time;
        over.add(real(stratum.events) * stratum.base_time / time);
        under.add(real(stratum.base_events) * stratum.time / time);
        let events = real(stratum.events + stratum.base_events);
        variance.add(events * stratum.time * stratum.base_time / (time * time));
    }
    let (over, under) = (over.total(), under.total());
    if !(over > 0.0 && under > 0.0) {
        return Estimate::default();
    }
    let ratio = over / under;
    let reach = interval_width(confidence) * (variance.total() / (over * under)).sqrt();
    Estimate { estimate: defined(ratio), lower: defined(ratio * (-reach).exp()), upper: defined(ratio * reach.exp()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    const YOUNG: Stratum = Stratum { events: 10, time: 100.0, base_events: 5, base_time: 100.0 };

    #[test]
    fn one_stratum_gives_its_own_ratio() {
        let ratio = rate_ratio(&[YOUNG], 0.95);
        let error = (1.0_f64 / 10.0 + 1.0 / 5.0).sqrt();
        assert!((ratio.estimate.unwrap() - 2.0).abs() < 1e-14);
        assert!((ratio.upper.unwrap() - 2.0 * (1.959_963_984_540_054 * error).exp()).abs() < 1e-12);
    }

    #[test]
    fn strata_are_weighed_and_an_empty_one_says_nothing() {
        let old = Stratum { events: 3, time: 50.0, base_events: 6, base_time: 300.0 };
        let empty = Stratum { events: 0, time: 0.0, base_events: 7, base_time: 10.0 };
        let expected = (10.0 * 0.5 + 3.0 * 300.0 / 350.0) / (5.0 * 0.5 + 6.0 * 50.0 / 350.0);
        assert!((rate_ratio(&[YOUNG, old, empty], 0.95).estimate.unwrap() - expected).abs() < 1e-14);
        assert_eq!(rate_ratio(&[empty], 0.95), Estimate::default());
    }
}
