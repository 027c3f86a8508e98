//! The log-rank test of equal hazards, over strata and with delayed entry.

use serde::Serialize;

use super::distribution::chi_square_above;
use super::matrix::Cholesky;
use super::number::{Sum, defined, real};
use super::study::{Label, Row, Study};

/// The test.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct LogRank {
    /// The statistic; none when no two groups were ever at risk together.
    pub chi_square: Option<f64>,
    /// Groups whose events could be compared, less one.
    pub degrees_of_freedom: usize,
    /// Chance of a statistic at least this large when the hazards are equal.
    pub p_value: Option<f64>,
    /// In the order of the groups.
    pub groups: Vec<Events>,
}

/// Events of one group, summed over the strata.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Events {
    /// The group.
    pub group: Option<Label>,
    /// Events seen.
    pub observed: u64,
    /// Events to be expected were the hazards equal.
    pub expected: f64,
}

/// Compares the groups of the study within each of its strata.
///
/// At each time with events the number of them in each group is compared with its expectation given who was at risk,
/// with the variance of a draw without replacement.
pub fn log_rank(study: &Study) -> LogRank {
    let mut tally = Tally::new(study.groups.len());
    for rows in study.by_stratum() {
        tally.add_stratum(&rows);
    }
    let expected: Vec<f64> = tally.expected.iter().map(|sum| sum.total()).collect();
    let (chi_square, degrees_of_freedom) = tally.statistic(&expected);
    let groups = study.groups.iter().zip(&tally.observed).zip(&expected);
    LogRank {
        chi_square,
        degrees_of_freedom,
        p_value: chi_square.and_then(|value| chi_square_above(value, degrees_of_freedom)),
        groups: groups
            .map(|((group, &observed), &expected)| Events { group: group.clone(), observed, expected })
            .collect(),
    }
}

struct Tally {
    observed: Vec<u64>,
    expected: Vec<Sum>,
    /// Row by row.
    variance: Vec<Sum>,
}

impl Tally {
    fn new(groups: usize) -> Self {
        Self {
            observed: vec![0; groups],
            expected: vec![Sum::default(); groups],
            variance: vec![Sum::default(); groups * groups],
        }
    }

    fn add_stratum(&mut self, rows: &[Row]) {
        let mut ends: Vec<&Row> = rows.iter().collect();
        ends.sort_by(|a, b| a.time.total_cmp(&b.time));
        let mut entries: Vec<&Row> = rows.iter().collect();
        entries.sort_by(|a, b| a.entry.total_cmp(&b.entry));

        let mut at_risk = vec![0_u64; self.observed.len()];
        let mut entries = entries.into_iter().peekable();
        for same in ends.chunk_by(|a, b| a.time == b.time) {
            while let Some(row) = entries.next_if(|row| row.entry < same[0].time) {
                at_risk[row.group] += 1;
            }
            let mut events = 0;
            for row in same.iter().filter(|row| row.is_event()) {
                self.observed[row.group] += 1;
                events += 1;
            }
            if events > 0 {
                self.add_time(&at_risk, events);
            }
            same.iter().for_each(|row| at_risk[row.group] -= 1);
        }
    }

    fn add_time(&mut self, at_risk: &[u64], events: u64) {
        let all: u64 = at_risk.iter().sum();
        let (n, d) = (real(all), real(events));
        let spread = if all > 1 { d * (n - d) / (n - 1.0) } else { 0.0 };
        for (i, &in_group) in at_risk.iter().enumerate().filter(|(_, in_group)| **in_group > 0) {
            let share = real(in_group) / n;
            self.expected[i].add(d * share);
            for (j, &in_other) in at_risk.iter().enumerate().take(i + 1) {
                let same = if i == j { 1.0 } else { 0.0 };
                self.variance[i * at_risk.len() + j].add(spread * share * (same - real(in_other) / n));
            }
        }
    }

    /// The quadratic form of what was seen less what was expected. The groups' differences add up to zero, so the
    /// first one is left out; so is every group without any expectation.
    fn statistic(&self, expected: &[f64]) -> (Option<f64>, usize) {
        let groups = expected.len();
        let kept: Vec<usize> = (0..groups).filter(|&group| expected[group] > 0.0).skip(1).collect();
        let difference: Vec<f64> = kept.iter().map(|&group| real(self.observed[group]) - expected[group]).collect();
        let variance = kept.iter().flat_map(|&i| kept.iter().map(move |&j| (i, j)));
        let variance = variance.map(|(i, j)| self.variance[i.max(j) * groups + i.min(j)].total()).collect();
        let variance = Cholesky::new(variance, kept.len(), 1e-12);
        let rank = variance.rank();
        if rank == 0 {
            return (None, 0);
        }
        let solved = variance.solve(&difference);
        let value: Sum = solved.iter().zip(&difference).map(|(a, b)| a * b).collect();
        (defined(value.total().max(0.0)), rank)
    }
}
