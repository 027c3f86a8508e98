//! Who is at risk when: the one walk over the distinct times that the estimators share.

use super::study::Row;

/// What happens at one time among the rows of a group.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Moment {
    /// The time.
    pub time: f64,
    /// Rows at risk: observed after their entry, up to and including this time.
    pub at_risk: u64,
    /// Rows that end here with an event.
    pub events: u64,
    /// Rows that end here without one.
    pub censored: u64,
}

/// The distinct times at which a row ends, in order, with the counts of each.
pub fn moments(rows: &[Row]) -> Vec<Moment> {
    let mut ends: Vec<(f64, bool)> = rows.iter().map(|row| (row.time, row.is_event())).collect();
    ends.sort_by(|a, b| a.0.total_cmp(&b.0));
    let mut entries: Vec<f64> = rows.iter().map(|row| row.entry).collect();
    entries.sort_by(f64::total_cmp);

    let (mut entered, mut left) = (0, 0);
    let mut moments = Vec::new();
    for same in ends.chunk_by(|a, b| a.0 == b.0) {
        let time = same[0].0;
        entered += entries[entered..].iter().take_while(|entry| **entry < time).count();
        let events = same.iter().filter(|end| end.1).count();
        moments.push(Moment {
            time,
            at_risk: (entered - left) as u64,
            events: events as u64,
            censored: (same.len() - events) as u64,
        });
        left += same.len();
    }
    moments
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_is_at_risk_after_its_entry_and_at_its_end() {
        let row = |entry, time, event| Row { entry, time, event, group: 0, stratum: 0, subject: 0 };
        let rows = [row(0.0, 2.0, 1), row(2.0, 3.0, 0), row(0.0, 3.0, 2), row(1.0, 2.0, 0)];
        let moment = |time, at_risk, events, censored| Moment { time, at_risk, events, censored };
        assert_eq!(moments(&rows), [moment(2.0, 3, 1, 1), moment(3.0, 2, 1, 1)]);
    }
}
