//! Harrell's concordance: how often, of two people, the one with the higher risk has the event first.

use super::number::{defined, real};
use super::study::Row;

/// Pairs of people at risk together, one of whom has an event while the other goes on.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Pairs {
    /// The one with the event had the higher score.
    pub concordant: u64,
    /// The one with the event had the lower score.
    pub discordant: u64,
    /// Both had the same score.
    pub tied: u64,
}

impl Pairs {
    /// The share of concordant pairs, ties counting half; none without pairs.
    pub fn share(self) -> Option<f64> {
        let all = real(self.concordant + self.discordant + self.tied);
        defined((real(self.concordant) + real(self.tied) / 2.0) / all)
    }

    fn plus(self, other: Self) -> Self {
        Self {
            concordant: self.concordant + other.concordant,
            discordant: self.discordant + other.discordant,
            tied: self.tied + other.tied,
        }
    }
}

/// Counts the pairs within each stratum.
///
/// At an event everyone pairs with it who is at risk at that time and has no event at it: two events at the same time
/// have no first. `scores[i]` is the risk score of `rows[i]`.
pub fn concordance(rows: &[Row], scores: &[f64], strata: usize) -> Pairs {
    let mut members = vec![Vec::new(); strata];
    for (position, row) in rows.iter().enumerate() {
        members[row.stratum].push(position);
    }
    members.iter().map(|members| stratum(rows, scores, members)).fold(Pairs::default(), Pairs::plus)
}

fn stratum(rows: &[Row], scores: &[f64], members: &[usize]) -> Pairs {
    let mut levels: Vec<f64> = members.iter().map(|&i| scores[i] + 0.0).collect();
    levels.sort_by(f64::total_cmp);
    levels.dedup();
    let rank = |i: usize| levels.partition_point(|level| *level < scores[i]);

    let mut ends = members.to_vec();
    ends.sort_by(|&a, &b| rows[b].time.total_cmp(&rows[a].time));
    let mut entries = members.to_vec();
    entries.sort_by(|&a, &b| rows[b].entry.total_cmp(&rows[a].entry));
    let mut entries = entries.into_iter().peekable();

    let mut pairs = Pairs::default();
    let mut at_risk = RankCounts::new(levels.len());
    for same in ends.chunk_by(|&a, &b| rows[a].time == rows[b].time) {
        let time = rows[same[0]].time;
        same.iter().filter(|&&i| !rows[i].is_event()).for_each(|&i| at_risk.add(rank(i)));
        // Going back in time, those who enter at or after this time are not yet there.
        while let Some(i) = entries.next_if(|&i| rows[i].entry >= time) {
            at_risk.remove(rank(i));
        }
        for rank in same.iter().filter(|&&i| rows[i].is_event()).map(|&i| rank(i)) {
            let lower = at_risk.below(rank);
            let tied = at_risk.below(rank + 1) - lower;
            pairs = pairs.plus(Pairs { concordant: lower, tied, discordant: at_risk.all - lower - tied });
        }
        same.iter().filter(|&&i| rows[i].is_event()).for_each(|&i| at_risk.add(rank(i)));
    }
    pairs
}

/// How many there are of each rank, with the number below a rank in logarithmic time (Fenwick's tree).
struct RankCounts {
    tree: Vec<u64>,
    all: u64,
}

impl RankCounts {
    fn new(ranks: usize) -> Self {
        Self { tree: vec![0; ranks + 1], all: 0 }
    }

    fn add(&mut self, rank: usize) {
        self.all += 1;
        self.change(rank, |count| *count += 1);
    }

    fn remove(&mut self, rank: usize) {
        self.all -= 1;
        self.change(rank, |count| *count -= 1);
    }

    fn change(&mut self, rank: usize, change: impl Fn(&mut u64)) {
        let mut node = rank + 1;
        while node < self.tree.len() {
            change(&mut self.tree[node]);
            node += node & node.wrapping_neg();
        }
    }

    fn below(&self, rank: usize) -> u64 {
        let (mut node, mut count) = (rank, 0);
        while node > 0 {
            count += self.tree[node];
            node &= node - 1;
        }
        count
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(entry: f64, time: f64, event: u32) -> Row {
        Row { entry, time, event, group: 0, stratum: 0, subject: 0 }
    }

    #[test]
    fn pairs_are_those_at_risk_together_and_ties_count_half() {
        let rows = [row(0.0, 1.0, 1), row(0.0, 2.0, 1), row(0.0, 2.0, 0), row(1.0, 3.0, 0), row(0.0, 2.0, 1)];
        // At 1 the last but one is not there yet; at 2 the two events do not pair with each other.
        let pairs = concordance(&rows, &[3.0, 3.0, 2.0, 2.0, 1.0], 1);
        assert_eq!(pairs, Pairs { concordant: 2 + 2, discordant: 2, tied: 1 });
        assert_eq!(pairs.share(), Some(4.5 / 7.0));
        assert_eq!(Pairs::default().share(), None);
    }
}
