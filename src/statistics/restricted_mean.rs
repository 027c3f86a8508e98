//! The restricted mean: expected time free of the event up to a horizon, the area under the Kaplan-Meier curve.

use serde::Serialize;

use super::kaplan_meier::survival;
use super::number::{Sum, defined, real};
use super::risk::moments;
use super::study::{Label, Row, Study};

/// The restricted mean of every group.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RestrictedMean {
    /// In the order of the groups.
    pub groups: Vec<GroupMean>,
}

/// The restricted mean of one group.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct GroupMean {
    /// The group; nothing when the request names none.
    pub group: Option<Label>,
    /// Area under the curve from 0 (or the first time, when that is negative) to the horizon. A curve that ends
    /// before the horizon goes on level, as in R.
    pub mean: Option<f64>,
    /// Its standard error, from Greenwood's terms.
    pub standard_error: Option<f64>,
}

/// The restricted mean of every group up to `tau`.
pub fn restricted_mean(study: &Study, tau: f64) -> RestrictedMean {
    let start = study.rows.iter().map(|row| row.time).fold(0.0, f64::min);
    let groups = study.by_group();
    RestrictedMean {
        groups: groups.iter().zip(&study.groups).map(|(rows, group)| mean(rows, group.clone(), start, tau)).collect(),
    }
}

fn mean(rows: &[Row], group: Option<Label>, start: f64, tau: f64) -> GroupMean {
    let mut points = survival(&moments(rows));
    points.retain(|point| point.moment.time <= tau);

    // From the horizon back: the area that still lies ahead weighs each step's share of the variance.
    let (mut ahead, mut variance) = (Sum::default(), Sum::default());
    let mut until = tau;
    for point in points.iter().rev() {
        ahead.add((until - point.moment.time) * point.survival);
        until = point.moment.time;
        let (at_risk, events) = (real(point.moment.at_risk), real(point.moment.events));
        if point.moment.events < point.moment.at_risk {
            variance.add(ahead.total().powi(2) * events / (at_risk * (at_risk - events)));
        }
    }
    ahead.add(until - start);
    GroupMean { group, mean: defined(ahead.total() + start), standard_error: defined(variance.total().sqrt()) }
}
