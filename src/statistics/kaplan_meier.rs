//! The Kaplan-Meier estimate with Greenwood's standard error, its limits and its median.

use serde::{Deserialize, Serialize};

use super::distribution::interval_width;
use super::number::{Sum, defined, real};
use super::risk::{Moment, moments};
use super::study::{Label, Row, Study};

/// The scale on which an interval around a survival chance is symmetric.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Interval {
    /// log(-log S): always between 0 and 1.
    #[default]
    LogLog,
    /// log S: cut off at 1.
    Log,
    /// S itself: cut off at 0 and 1.
    Plain,
}

/// The estimate of every group.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct KaplanMeier {
    /// In the order of the groups.
    pub groups: Vec<Curve>,
}

/// The estimate of one group.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Curve {
    /// The group; nothing when the request names none.
    pub group: Option<Label>,
    /// How many rows it has.
    pub n: u64,
    /// How many events.
    pub events: u64,
    /// Every distinct time at which a row ends.
    pub rows: Vec<Step>,
    /// When the curve passes one half.
    pub median: Median,
}

/// The curve from one time to the next.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Step {
    /// The time.
    pub time: f64,
    /// At risk just before it.
    pub n_risk: u64,
    /// Events at it.
    pub n_event: u64,
    /// Ends of observation at it.
    pub n_censor: u64,
    /// Chance to be free of the event after it.
    pub survival: f64,
    /// Greenwood's standard error of that chance; none once it is zero.
    pub standard_error: Option<f64>,
    /// Lower limit; none where the scale of the interval has none.
    pub lower: Option<f64>,
    /// Upper limit.
    pub upper: Option<f64>,
}

/// The median and its limits: when the curve, and each limit of the curve, is first at or below one half.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Median {
    /// The median.
    pub estimate: Option<f64>,
    /// Its lower limit.
    pub lower: Option<f64>,
    /// Its upper limit.
    pub upper: Option<f64>,
}

/// The estimate of every group.
pub fn kaplan_meier(study: &Study, interval: Interval, confidence: f64) -> KaplanMeier {
    let width = interval_width(confidence);
    let groups = study.by_group().into_iter().zip(&study.groups).zip(&study.given);
    KaplanMeier { groups: groups.map(|((rows, group), n)| curve(&rows, group.clone(), *n, interval, width)).collect() }
}

fn curve(rows: &[Row], group: Option<Label>, n: u64, interval: Interval, width: f64) -> Curve {
    let steps: Vec<Step> = survival(&moments(rows))
        .into_iter()
        .map(|point| {
            let (lower, upper) = limits(point.survival, point.relative_error, interval, width);
            Step {
                time: point.moment.time,
                n_risk: point.moment.at_risk,
                n_event: point.moment.events,
                n_censor: point.moment.censored,
                survival: point.survival,
                standard_error: defined(point.survival * point.relative_error),
                lower,
                upper,
            }
        })
        .collect();
    let half = |chance: fn(&Step) -> Option<f64>| first_half(steps.iter().map(|step| (step.time, chance(step))));
    let median = Median {
        estimate: half(|step| Some(step.survival)),
        lower: half(|step| step.lower),
        upper: half(|step| step.upper),
    };
    Curve { group, n, events: steps.iter().map(|step| step.n_event).sum(), rows: steps, median }
}

/// The curve at one time.
#[derive(Debug, Clone, Copy)]
pub(super) struct Point {
    /// Who was at risk and what happened.
    pub moment: Moment,
    /// Chance to be free of the event after it.
    pub survival: f64,
    /// Standard error of its logarithm; infinite once the chance is zero.
    pub relative_error: f64,
}

/// The curve at each time.
pub(super) fn survival(moments: &[Moment]) -> Vec<Point> {
    let mut survival = 1.0;
    let mut variance = Sum::default();
    let mut ended = false;
    let mut points = Vec::with_capacity(moments.len());
    for &moment in moments {
        let (at_risk, events) = (real(moment.at_risk), real(moment.events));
        if moment.events > 0 {
            survival *= (at_risk - events) / at_risk;
            ended |= moment.events == moment.at_risk;
            if !ended {
                variance.add(events / (at_risk * (at_risk - events)));
            }
        }
        let relative_error = if ended { f64::INFINITY } else { variance.total().sqrt() };
        points.push(Point { moment, survival, relative_error });
    }
    points
}

fn limits(survival: f64, relative_error: f64, interval: Interval, width: f64) -> (Option<f64>, Option<f64>) {
    if survival <= 0.0 {
        return (None, None);
    }
    let reach = width * relative_error;
    match interval {
        Interval::Plain => {
            (defined((survival - reach * survival).max(0.0)), defined((survival + reach * survival).min(1.0)))
        }
        Interval::Log => (defined((survival.ln() - reach).exp()), defined((survival.ln() + reach).exp().min(1.0))),
        Interval::LogLog if survival >= 1.0 => (None, None),
        Interval::LogLog => {
            let (middle, reach) = ((-survival.ln()).ln(), reach / survival.ln());
            (defined((-(middle - reach).exp()).exp()), defined((-(middle + reach).exp()).exp()))
        }
    }
}

/// How far a curve may be from one half and still count as lying on it.
const ON_HALF: f64 = 1.490_116_119_384_765_6e-8;

/// When a falling curve is first at or below one half. A curve that lies on one half for a while has its median in
/// the middle of that stretch; one that ends there, at its beginning.
fn first_half(curve: impl Iterator<Item = (f64, Option<f64>)>) -> Option<f64> {
    let mut below =
        curve.filter_map(|(time, chance)| Some((time, chance?))).filter(|(_, chance)| *chance < 0.5 + ON_HALF);
    let (first, chance) = below.next()?;
    if (chance - 0.5).abs() >= ON_HALF {
        return Some(first);
    }
    match below.find(|(_, later)| *later < chance) {
        Some((next, _)) => Some(f64::midpoint(first, next)),
        None => Some(first),
    }
}
