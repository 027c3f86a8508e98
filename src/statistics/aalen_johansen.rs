//! The Aalen-Johansen estimate: the chance to have had an event of one cause before any other, with the standard
//! error of the infinitesimal jackknife.
//!
//! One event-free state leads to one absorbing state for each cause. The variance is the sum over people of the square
//! of each one's influence on the estimate, as R's `survfit` has it. With `S` the event-free chance, `F` the incidence
//! of the cause, `n` at risk, the influences `S A` on `S` and `U` on `F` of one person change at a time with hazard
//! `h`, and `hₖ` for the cause, by
//!
//! ```text
//! U += A ΔF + S (own event of the cause - at risk hₖ) / n        ΔF = S hₖ
//! A += (at risk h - own event) / (n (1 - h))
//! ```
//!
//! so between entry and exit `A` and `U` are straight-line functions of three running sums that all people share,
//! with coefficients fixed at entry. Sums of squares and products of the coefficients therefore give the variance at
//! every time without a pass over all people.

use serde::Serialize;

use super::kaplan_meier::survival;
use super::number::{Sum, real};
use super::risk::{Moment, moments};
use super::study::{Label, Row, Study};

/// The estimate of every group.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct AalenJohansen {
    /// In the order of the groups.
    pub groups: Vec<Incidences>,
}

/// The estimate of one group.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Incidences {
    /// The group; nothing when the request names none.
    pub group: Option<Label>,
    /// Every cause of the whole study, by its number, also one that this group does not have.
    pub causes: Vec<Incidence>,
}

/// The cumulative incidence of one cause.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Incidence {
    /// The number of the cause.
    pub cause: u32,
    /// Every distinct time at which a row of the group ends.
    pub rows: Vec<Step>,
}

/// The incidence from one time to the next.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Step {
    /// The time.
    pub time: f64,
    /// Chance of an event of the cause up to and including it.
    pub incidence: f64,
    /// Its standard error.
    pub standard_error: f64,
}

/// The estimate of every group.
pub fn aalen_johansen(study: &Study) -> AalenJohansen {
    let mut causes: Vec<u32> = study.rows.iter().map(|row| row.event).filter(|&event| event > 0).collect();
    causes.sort_unstable();
    causes.dedup();
    let groups = study.by_group();
    AalenJohansen {
        groups: groups
            .iter()
            .zip(&study.groups)
            .map(|(rows, group)| Incidences { group: group.clone(), causes: incidences(rows, &causes) })
            .collect(),
    }
}

fn incidences(rows: &[Row], causes: &[u32]) -> Vec<Incidence> {
    let mut ends: Vec<&Row> = rows.iter().collect();
    ends.sort_by(|a, b| a.time.total_cmp(&b.time));
    let mut entries: Vec<&Row> = rows.iter().collect();
    entries.sort_by(|a, b| a.entry.total_cmp(&b.entry));
    let moments = moments(rows);
    causes.iter().map(|&cause| Incidence { cause, rows: incidence(&ends, &entries, &moments, cause) }).collect()
}

fn incidence(ends: &[&Row], entries: &[&Row], moments: &[Moment], cause: u32) -> Vec<Step> {
    let own: Vec<u64> = ends
        .chunk_by(|a, b| a.time == b.time)
        .map(|same| same.iter().filter(|row| row.event == cause).count() as u64)
        .collect();
    let people = ends.iter().map(|row| row.subject).max().map_or(0, |last| last + 1);
    let mut entries = entries.iter().peekable();
    let mut walk = Walk::new(people, gains(moments, &own));
    let mut steps = Vec::with_capacity(moments.len());
    for (same, (moment, &own)) in ends.chunk_by(|a, b| a.time == b.time).zip(moments.iter().zip(&own)) {
        while let Some(row) = entries.next_if(|row| row.entry < moment.time) {
            walk.enter(row.subject);
        }
        let hazard = walk.step(moment, own);
        for row in same {
            walk.leave(row.subject, row.is_event(), row.event == cause, hazard);
        }
        let standard_error = walk.variance().sqrt();
        steps.push(Step { time: moment.time, incidence: walk.incidence, standard_error });
    }
    steps
}

/// What each time adds to the incidence.
fn gains(moments: &[Moment], own: &[u64]) -> Vec<f64> {
    let points = survival(moments);
    let before = std::iter::once(1.0).chain(points.iter().map(|point| point.survival));
    let chances = moments.iter().zip(own).map(|(moment, &own)| real(own) / real(moment.at_risk));
    before.zip(chances).map(|(survival, chance)| survival * chance).collect()
}

/// A person's influence as a straight line: `A = slope + rise` and `U = level - slope R + height`, where `R` is what the
/// incidence will still gain, and the running sums `rise` and `height` count only while at risk. Measured from the end,
/// because `A` grows as the curve falls while `R` shrinks, and their product stays small.
#[derive(Debug, Clone, Copy, Default)]
struct Line {
    slope: f64,
    level: f64,
}

/// Sums over the lines of a set of people.
#[derive(Debug, Clone, Copy, Default)]
struct Lines {
    count: u64,
    slope: Sum,
    level: Sum,
    slope_slope: Sum,
    slope_level: Sum,
    level_level: Sum,
}

impl Lines {
    fn add(&mut self, line: Line, sign: f64) {
        self.slope.add(sign * line.slope);
        self.level.add(sign * line.level);
        self.slope_slope.add(sign * line.slope * line.slope);
        self.slope_level.add(sign * line.slope * line.level);
        self.level_level.add(sign * line.level * line.level);
    }

    /// Puts the terms of the sum of the squares of `level + slope x + height` into a sum, and their sizes into another.
    fn add_squares(&self, x: f64, height: f64, sum: &mut Sum, size: &mut f64) {
        for term in [
            self.level_level.total(),
            x * x * self.slope_slope.total(),
            2.0 * x * self.slope_level.total(),
            height * height * real(self.count),
            2.0 * height * self.level.total(),
            2.0 * height * x * self.slope.total(),
        ] {
            sum.add(term);
            *size += term.abs();
        }
    }
}

/// A variance this small against the terms that cancel in it is what rounding leaves of a zero.
const ROUNDING: f64 = 1e-13;

/// What the walk over time carries.
struct Walk {
    survival: f64,
    incidence: f64,
    /// What each time adds to the incidence.
    gains: Vec<f64>,
    /// What the incidence will still gain after each time.
    to_come: Vec<f64>,
    /// How many times are behind.
    position: usize,
    /// What `A` gained since the start for whoever was always at risk.
    rise: f64,
    /// What `U` gained likewise, apart from `rise` at entry times the gain of the incidence.
    height: f64,
    at_risk: Lines,
    away: Lines,
    /// Each person's line: the one at risk while at risk, otherwise the one since the last exit.
    lines: Vec<Line>,
}

/// What a time did to those who leave at it.
#[derive(Clone, Copy)]
struct Hazard {
    /// What an event of the cause adds to its person's `U`.
    own: f64,
    /// What any event takes from its person's `A`; nothing when nobody is left.
    any: f64,
}

impl Walk {
    fn new(people: usize, gains: Vec<f64>) -> Self {
        let mut to_come = vec![0.0; gains.len() + 1];
        let mut left = Sum::default();
        for (position, gain) in gains.iter().enumerate().rev() {
            left.add(*gain);
            to_come[position] = left.total();
        }
        Self {
            survival: 1.0,
            incidence: 0.0,
            gains,
            to_come,
            position: 0,
            rise: 0.0,
            height: 0.0,
            at_risk: Lines::default(),
            away: Lines::default(),
            lines: vec![Line::default(); people],
        }
    }

    fn left(&self) -> f64 {
        self.to_come[self.position]
    }

    fn enter(&mut self, person: usize) {
        let left = self.left();
        let line = &mut self.lines[person];
        self.away.add(*line, -1.0);
        line.level -= self.rise * left + self.height;
        line.slope -= self.rise;
        self.at_risk.add(*line, 1.0);
        self.at_risk.count += 1;
    }

    /// Moves the shared sums over the next time.
    fn step(&mut self, moment: &Moment, own: u64) -> Hazard {
        let (at_risk, all) = (real(moment.at_risk), real(moment.events));
        let hazard = Hazard {
            own: if own > 0 { self.survival / at_risk } else { 0.0 },
            any: if moment.events < moment.at_risk { 1.0 / (at_risk - all) } else { 0.0 },
        };
        let gain = self.gains[self.position];
        self.height += gain * (self.rise - 1.0 / at_risk);
        self.incidence += gain;
        self.rise += all / at_risk * hazard.any;
        self.survival *= (at_risk - all) / at_risk;
        self.position += 1;
        hazard
    }

    fn leave(&mut self, person: usize, event: bool, own: bool, hazard: Hazard) {
        let left = self.left();
        let line = &mut self.lines[person];
        self.at_risk.add(*line, -1.0);
        self.at_risk.count -= 1;
        let influence = line.level - line.slope * left + self.height + if own { hazard.own } else { 0.0 };
        line.slope += self.rise - if event { hazard.any } else { 0.0 };
        line.level = influence + line.slope * left;
        self.away.add(*line, 1.0);
    }

    fn variance(&self) -> f64 {
        let (mut sum, mut size) = (Sum::default(), 0.0);
        self.at_risk.add_squares(-self.left(), self.height, &mut sum, &mut size);
        self.away.add_squares(-self.left(), 0.0, &mut sum, &mut size);
        if sum.total() > ROUNDING * size { sum.total() } else { 0.0 }
    }
}
