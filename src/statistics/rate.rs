//! Events per time at risk, with exact Poisson limits, and the ratio of two such rates, with exact conditional limits.

use serde::Serialize;

use super::distribution::{beta_quantile, gamma_quantile};
use super::number::{Sum, defined, real};
use super::study::{Label, Study};

/// The rates of every group and, of two groups, their ratio.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Rates {
    /// In the order of the groups.
    pub groups: Vec<Rate>,
    /// The other group's rate over the reference group's; nothing unless there are exactly two groups.
    pub ratio: Option<Ratio>,
}

/// The rate of one group.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Rate {
    /// The group; nothing when the request names none.
    pub group: Option<Label>,
    /// Events of whatever cause.
    pub events: u64,
    /// Time at risk.
    pub time: f64,
    /// Events per unit of time; none without time at risk.
    pub rate: Option<f64>,
    /// Exact lower limit (Garwood); zero when there are no events.
    pub lower: Option<f64>,
    /// Exact upper limit.
    pub upper: Option<f64>,
}

/// The ratio of two rates.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Ratio {
    /// The ratio; none when the reference group has no events.
    pub estimate: Option<f64>,
    /// Exact lower limit given the number of events of both groups together.
    pub lower: Option<f64>,
    /// Exact upper limit; none when the reference group has no events.
    pub upper: Option<f64>,
}

/// The rates of the study's groups; `reference` is the position of the group the ratio is taken against.
pub fn rates(study: &Study, reference: usize, confidence: f64) -> Rates {
    let groups: Vec<Rate> = study
        .by_group()
        .iter()
        .zip(&study.groups)
        .map(|(rows, group)| {
            let events = rows.iter().filter(|row| row.is_event()).count() as u64;
            // Without delayed entry a row is at risk from zero.
            let time: Sum =
                rows.iter().map(|row| if row.entry.is_finite() { row.time - row.entry } else { row.time }).collect();
            rate(group.clone(), events, time.total(), confidence)
        })
        .collect();
    let ratio = match (groups.as_slice(), reference) {
        ([base, other], 0) | ([other, base], 1) => {
            Some(ratio((other.events, other.time), (base.events, base.time), confidence))
        }
        _ => None,
    };
    Rates { groups, ratio }
}

/// The rate of some events over some time at risk, with exact limits.
pub fn rate(group: Option<Label>, events: u64, time: f64, confidence: f64) -> Rate {
    let tail = (1.0 - confidence) / 2.0;
    let lower = if events == 0 { Some(0.0) } else { gamma_quantile(real(events), tail) };
    let upper = gamma_quantile(real(events) + 1.0, 1.0 - tail);
    let per_time = |count: f64| if time > 0.0 { defined(count / time) } else { None };
    Rate {
        group,
        events,
        time,
        rate: per_time(real(events)),
        lower: lower.and_then(per_time),
        upper: upper.and_then(per_time),
    }
}

/// The ratio of two rates, each given as events and time at risk.
///
/// Given the events of both, those of the first are binomial; the limits of its chance (Clopper and Pearson), turned
/// into odds and corrected for the times at risk, are the limits of the ratio.
pub fn ratio((events, time): (u64, f64), (base_events, base_time): (u64, f64), confidence: f64) -> Ratio {
    if !(time > 0.0 && base_time > 0.0) || events + base_events == 0 {
        return Ratio { estimate: None, lower: None, upper: None };
    }
    let tail = (1.0 - confidence) / 2.0;
    let (x, y) = (real(events), real(base_events));
    let scaled = |odds: f64| defined(odds * (base_time / time));
    let lower = if events == 0 { Some(0.0) } else { beta_quantile(x, y + 1.0, tail).map(|p| p / (1.0 - p)) };
    // The upper limit's odds, from the chance of the other group, whose tail is the accurate one.
    let upper = if base_events == 0 { None } else { beta_quantile(y, x + 1.0, tail).map(|q| (1.0 - q) / q) };
    Ratio {
        estimate: if base_events == 0 { None } else { scaled(x / y) },
        lower: lower.and_then(scaled),
        upper: upper.and_then(scaled),
    }
}
