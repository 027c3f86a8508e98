//! Observations in the form every estimator reads: one row for each stretch at risk, times that differ only by
//! rounding made equal, groups and strata numbered in their order.

use serde::{Serialize, Serializer};

/// A stretch at risk: after `entry`, up to and including `time`, ended by the event or by the end of observation.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Row {
    /// Observed from just after this time; minus infinity when observed from the start.
    pub entry: f64,
    /// Observed up to and including this time.
    pub time: f64,
    /// 0 when observation ended, otherwise the cause of the event.
    pub event: u32,
    /// Position of the group.
    pub group: usize,
    /// Position of the stratum.
    pub stratum: usize,
    /// Position of the person whose row this is.
    pub subject: usize,
}

impl Row {
    /// Whether the row ends with an event, of whatever cause.
    pub const fn is_event(&self) -> bool {
        self.event > 0
    }

    /// Whether the row is at risk at that instant.
    pub fn at_risk(&self, instant: f64) -> bool {
        self.entry < instant && instant <= self.time
    }
}

/// What a group is called.
#[derive(Debug, Clone, PartialEq)]
pub enum Label {
    /// A number; they come first, by size.
    Number(f64),
    /// A text; they come after the numbers, by code point.
    Text(String),
}

impl Eq for Label {}

impl Ord for Label {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        use std::cmp::Ordering::{Greater, Less};
        match (self, other) {
            // `+ 0.0` makes minus zero zero.
            (Self::Number(a), Self::Number(b)) => (a + 0.0).total_cmp(&(b + 0.0)),
            (Self::Number(_), Self::Text(_)) => Less,
            (Self::Text(_), Self::Number(_)) => Greater,
            (Self::Text(a), Self::Text(b)) => a.cmp(b),
        }
    }
}

impl PartialOrd for Label {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl std::fmt::Display for Label {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Number(number) => number.fmt(f),
            Self::Text(text) => text.fmt(f),
        }
    }
}

impl Serialize for Label {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            #[expect(clippy::cast_possible_truncation, reason = "whole and below 2^53")]
            Self::Number(number) if number.fract() == 0.0 && number.abs() < 9e15 => {
                serializer.serialize_i64(*number as i64)
            }
            Self::Number(number) => serializer.serialize_f64(*number),
            Self::Text(text) => serializer.serialize_str(text),
        }
    }
}

/// The observations of one request.
#[derive(Debug, Clone, PartialEq)]
pub struct Study {
    /// The rows, as they came; rows of one person that join end to start are one row.
    pub rows: Vec<Row>,
    /// The groups in their order; the only one has no name when the request names none.
    pub groups: Vec<Option<Label>>,
    /// How many rows each group had when they came.
    pub given: Vec<u64>,
    /// How many strata there are; at least one.
    pub strata: usize,
}

impl Study {
    /// The rows of each group.
    pub fn by_group(&self) -> Vec<Vec<Row>> {
        self.split(self.groups.len(), |row| row.group)
    }

    /// The rows of each stratum.
    pub fn by_stratum(&self) -> Vec<Vec<Row>> {
        self.split(self.strata, |row| row.stratum)
    }

    fn split(&self, parts: usize, part: impl Fn(&Row) -> usize) -> Vec<Vec<Row>> {
        let mut split = vec![Vec::new(); parts];
        for row in &self.rows {
            split[part(row)].push(*row);
        }
        split
    }
}

/// Times no further apart than this, absolutely or against the mean of all times, are one time that was written or
/// computed in two ways. It is the tolerance of R's `survfit`, `survdiff` and `coxph`.
const SAME_TIME: f64 = 1.490_116_119_384_765_6e-8;

/// Makes times equal that differ only by rounding: each takes the smallest of its run of close neighbours.
pub fn equate<'a>(times: impl Iterator<Item = &'a mut f64>) {
    let mut times: Vec<&mut f64> = times.filter(|time| time.is_finite()).collect();
    times.sort_by(|a, b| a.total_cmp(b));
    let mut distinct: Vec<f64> = times.iter().map(|time| **time).collect();
    distinct.dedup();
    let mean = distinct.iter().map(|time| time.abs()).sum::<f64>() / super::number::real(distinct.len() as u64);
    let mut first = f64::NAN;
    let mut previous = f64::NEG_INFINITY;
    for time in times {
        let step = *time - previous;
        previous = *time;
        if step <= SAME_TIME || step / mean <= SAME_TIME {
            *time = first;
        } else {
            first = *time;
        }
    }
}

/// Makes one row of rows of the same person, group and stratum that follow each other without a gap, so that it does
/// not matter how finely a stretch at risk was cut. A row that ends with an event stays the end of its stretch.
pub fn join(rows: &mut Vec<Row>) {
    let mut order: Vec<usize> = (0..rows.len()).collect();
    order.sort_by(|&a, &b| {
        let (a, b) = (&rows[a], &rows[b]);
        a.subject.cmp(&b.subject).then(a.time.total_cmp(&b.time))
    });
    let mut joined = vec![false; rows.len()];
    for pair in order.windows(2) {
        let (before, after) = (rows[pair[0]], rows[pair[1]]);
        let same = (before.subject, before.group, before.stratum) == (after.subject, after.group, after.stratum);
        if same && !before.is_event() && before.time == after.entry {
            rows[pair[1]].entry = before.entry;
            joined[pair[0]] = true;
        }
    }
    let mut position = 0;
    rows.retain(|_| {
        position += 1;
        !joined[position - 1]
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(subject: usize, entry: f64, time: f64, event: u32) -> Row {
        Row { entry, time, event, group: 0, stratum: 0, subject }
    }

    #[test]
    fn times_that_differ_by_rounding_become_the_smallest_of_them() {
        let mut times = [0.1 + 0.2, 1.0, 0.3, f64::NEG_INFINITY];
        equate(times.iter_mut());
        assert_eq!(times, [0.3, 1.0, 0.3, f64::NEG_INFINITY]);
    }

    #[test]
    fn rows_that_join_become_one_and_gaps_and_events_stay() {
        let mut rows = vec![
            row(0, 2.0, 5.0, 1),
            row(0, 0.0, 2.0, 0),
            row(1, 0.0, 2.0, 0),
            row(1, 3.0, 4.0, 0),
            row(2, 0.0, 1.0, 1),
            row(2, 1.0, 2.0, 0),
        ];
        join(&mut rows);
        assert_eq!(
            rows,
            [row(0, 0.0, 5.0, 1), row(1, 0.0, 2.0, 0), row(1, 3.0, 4.0, 0), row(2, 0.0, 1.0, 1), row(2, 1.0, 2.0, 0)]
        );
    }

    #[test]
    fn numbers_come_before_texts_and_whole_ones_are_written_whole() {
        let mut labels =
            vec![Label::Text("b".to_owned()), Label::Number(10.0), Label::Text("A".to_owned()), Label::Number(2.5)];
        labels.sort();
        assert_eq!(serde_json::to_string(&labels).unwrap(), r#"[2.5,10,"A","b"]"#);
    }
}
