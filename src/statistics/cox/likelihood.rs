//! The partial likelihood, its slope and its curvature at given coefficients.

use super::Ties;
use super::design::Design;
use crate::number::{Sum, real};
use crate::study::{Row, Study};

/// The rows in the order in which the walk back in time meets them.
pub struct Order<'a> {
    rows: &'a [Row],
    /// By stratum, then latest end first.
    ends: Vec<usize>,
    /// By stratum, then latest entry first.
    entries: Vec<usize>,
}

impl<'a> Order<'a> {
    pub fn new(study: &'a Study) -> Self {
        let rows = &study.rows;
        let ordered = |at: fn(&Row) -> f64| {
            let mut order: Vec<usize> = (0..rows.len()).collect();
            order.sort_by(|&a, &b| rows[a].stratum.cmp(&rows[b].stratum).then(at(&rows[b]).total_cmp(&at(&rows[a]))));
            order
        };
        Self { rows, ends: ordered(|row| row.time), entries: ordered(|row| row.entry) }
    }
}

/// The partial likelihood at some coefficients.
pub struct Value {
    /// Its logarithm.
    pub log: f64,
    /// First derivatives.
    pub slope: Vec<f64>,
    /// Second derivatives with the sign turned, row by row, lower triangle.
    pub information: Vec<f64>,
    /// The linear predictor of each row.
    pub scores: Vec<f64>,
}

/// The partial likelihood at the coefficients of the scaled covariates.
pub fn value(order: &Order<'_>, design: &Design, ties: Ties, coefficients: &[f64]) -> Value {
    let predictor = |row: usize| design.row(row).iter().zip(coefficients).map(|(x, b)| x * b).sum();
    let scores: Vec<f64> = (0..order.rows.len()).map(predictor).collect();
    let mut totals = Totals::new(design.width);
    let mut entries = order.entries.as_slice();
    for stratum in order.ends.chunk_by(|&a, &b| order.rows[a].stratum == order.rows[b].stratum) {
        let (of_stratum, rest) = entries.split_at(stratum.len());
        entries = rest;
        totals.walk(order.rows, design, &scores, ties, stratum, of_stratum);
    }
    Value {
        log: totals.log.total(),
        slope: totals.slope.iter().map(|sum| sum.total()).collect(),
        information: totals.information.iter().map(|sum| sum.total()).collect(),
        scores,
    }
}

/// Sums over a set of rows, each weighed by its risk: 1, the covariates, their products.
struct Weighed {
    risk: Sum,
    first: Vec<Sum>,
    second: Vec<Sum>,
}

impl Weighed {
    fn new(width: usize) -> Self {
        Self { risk: Sum::default(), first: vec![Sum::default(); width], second: vec![Sum::default(); width * width] }
    }

    fn clear(&mut self) {
        self.risk = Sum::default();
        self.first.fill(Sum::default());
        self.second.fill(Sum::default());
    }

    fn add(&mut self, risk: f64, x: &[f64]) {
        self.risk.add(risk);
        for (i, &xi) in x.iter().enumerate() {
            let weighed = risk * xi;
            self.first[i].add(weighed);
            for (j, &xj) in x.iter().enumerate().take(i + 1) {
                self.second[i * x.len() + j].add(weighed * xj);
            }
        }
    }
}

struct Totals {
    log: Sum,
    slope: Vec<Sum>,
    information: Vec<Sum>,
    /// Everyone at risk.
    all: Weighed,
    /// Those of them with an event at the time at hand.
    tied: Weighed,
}

impl Totals {
    fn new(width: usize) -> Self {
        Self {
            log: Sum::default(),
            slope: vec![Sum::default(); width],
            information: vec![Sum::default(); width * width],
            all: Weighed::new(width),
            tied: Weighed::new(width),
        }
    }

    /// Goes through one stratum from the last time to the first.
    fn walk(&mut self, rows: &[Row], design: &Design, scores: &[f64], ties: Ties, ends: &[usize], entries: &[usize]) {
        self.all.clear();
        let mut at_risk = 0_usize;
        let mut entries = entries.iter().copied().peekable();
        for same in ends.chunk_by(|&a, &b| rows[a].time == rows[b].time) {
            let time = rows[same[0]].time;
            // Nobody at risk any more: what is left in the sums is rounding.
            while let Some(gone) = entries.next_if(|&row| rows[row].entry >= time) {
                at_risk -= 1;
                self.all.add(-scores[gone].exp(), design.row(gone));
            }
            if at_risk == 0 {
                self.all.clear();
            }
            at_risk += same.len();
            for &row in same {
                self.all.add(scores[row].exp(), design.row(row));
            }
            let events = same.iter().copied().filter(|&row| rows[row].is_event());
            let count = events.clone().count();
            if count > 0 {
                self.events(design, scores, ties, events, count as u64);
            }
        }
    }

    /// Adds the events of one time.
    fn events(&mut self, design: &Design, scores: &[f64], ties: Ties, events: impl Iterator<Item = usize>, count: u64) {
        self.tied.clear();
        for row in events {
            self.log.add(scores[row]);
            let x = design.row(row);
            x.iter().zip(&mut self.slope).for_each(|(x, slope)| slope.add(*x));
            if ties == Ties::Efron && count > 1 {
                self.tied.add(scores[row].exp(), x);
            }
        }
        match ties {
            Ties::Breslow => self.share(0.0, real(count)),
            Ties::Efron => (0..count).for_each(|gone| self.share(real(gone) / real(count), 1.0)),
        }
    }

    /// Takes the expectation among those at risk, `gone` of the tied ones already away, `times` over.
    fn share(&mut self, gone: f64, times: f64) {
        let left = |all: Sum, tied: Sum| all.total() - gone * tied.total();
        let risk = left(self.all.risk, self.tied.risk);
        self.log.add(-times * risk.ln());
        let width = self.slope.len();
        for i in 0..width {
            let mean = left(self.all.first[i], self.tied.first[i]) / risk;
            self.slope[i].add(-times * mean);
            for j in 0..=i {
                let at = i * width + j;
                let product = left(self.all.second[at], self.tied.second[at]) / risk;
                let other = left(self.all.first[j], self.tied.first[j]) / risk;
                self.information[at].add(times * (product - mean * other));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::collection::vec;
    use proptest::prelude::*;

    use super::*;
    use crate::cox::Covariate;
    use crate::log_rank::log_rank;

    proptest! {
        /// The score test of a 0/1 covariate is the log-rank test when no two events coincide.
        #[test]
        fn the_score_test_is_the_log_rank_test(people in vec((0..9_u8, any::<bool>(), 0..2_usize, 0..2_usize), 4..30)) {
            let rows: Vec<Row> = people
                .iter()
                .enumerate()
                .map(|(subject, &(entry, event, group, stratum))| {
                    let entry = f64::from(entry);
                    let time = 5.0 + entry + real(subject as u64) / 50.0;
                    Row { entry, time, event: u32::from(event), group, stratum, subject }
                })
                .collect();
            let x = rows.iter().map(|row| real(row.group as u64)).collect();
            let study = Study { given: vec![0; 2], groups: vec![None, None], strata: 2, rows };
            let design = Design::new(&[Covariate { term: "x".to_owned(), values: x }], study.rows.len());
            let start = value(&Order::new(&study), &design, Ties::Efron, &[0.0]);
            let score = start.slope[0].powi(2) / start.information[0];
            match log_rank(&study).chi_square {
                Some(chi_square) => prop_assert!((score - chi_square).abs() < 1e-9 * chi_square.max(1.0)),
                None => prop_assert!(start.information[0].abs() < 1e-9),
            }
        }
    }
}
