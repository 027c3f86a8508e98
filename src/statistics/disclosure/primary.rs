//! Which cells are unsafe by themselves, and how well an outsider must be kept from them.

use super::super::number::real;
use super::table::{Cell, Kind, Table};
use super::{Settings, Status};

/// The status of every cell before anything is left out to protect others.
pub fn statuses(table: &Table, settings: Settings) -> Vec<Status> {
    table.cells().iter().map(|cell| status(*cell, table.kind(), settings)).collect()
}

fn status(cell: Cell, kind: Kind, settings: Settings) -> Status {
    if cell.impossible || (cell.people == 0 && !settings.empty_is_unsafe) {
        return Status::Free;
    }
    if cell.people < settings.threshold {
        return Status::SmallCounts;
    }
    match kind {
        Kind::Counts => Status::Free,
        Kind::Sums if cell.largest > settings.dominance * cell.value => Status::DominatedByOne,
        Kind::Sums if cell.largest + cell.second > settings.dominance * cell.value => Status::DominatedByTwo,
        Kind::Sums if cell.value - cell.largest - cell.second < settings.closeness * cell.largest => {
            Status::CloseContributors
        }
        Kind::Sums => Status::Free,
    }
}

/// What an outsider's interval for something withheld must be at least.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Need {
    /// Its upper end.
    pub reach: f64,
    /// Its width.
    pub width: f64,
}

/// What is needed for people, whose number is small.
pub fn need_of_people(settings: Settings) -> Need {
    Need { reach: real(settings.threshold), width: real(settings.room) }
}

/// What is needed for a withheld cell.
///
/// Of people: at least the threshold must be possible, and enough other numbers. Of a sum: its upper end must
/// lie beyond the value by what the rule it breaks lacks, and at least by the closeness share.
pub fn need(cell: Cell, kind: Kind, settings: Settings) -> Need {
    match kind {
        Kind::Counts => need_of_people(settings),
        Kind::Sums => {
            let rest = cell.value - cell.largest - cell.second;
            let room = [
                settings.closeness * cell.value,
                (cell.largest + cell.second) / settings.dominance - cell.value,
                settings.closeness * cell.largest - rest,
                real(settings.room),
            ];
            let room = room.into_iter().fold(0.0, f64::max);
            Need { reach: cell.value + room, width: room }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::table::Axis;
    use super::*;

    fn of(contributions: &[f64], settings: Settings) -> Status {
        let table = Table::sums(Axis::flat("all", &[]), Axis::flat("all", &[]), |_, _| contributions.to_vec());
        statuses(&table, settings)[0]
    }

    #[test]
    fn small_empty_and_dominated_cells_are_unsafe() {
        let settings = Settings::default();
        let even = [10.0; 10];
        let with = |largest: &[f64]| [largest, &even[largest.len()..]].concat();
        assert_eq!(of(&even, settings), Status::Free);
        assert_eq!(of(&even[1..], settings), Status::SmallCounts);
        assert_eq!(of(&[], settings), Status::SmallCounts);
        assert_eq!(of(&[], settings.empty_is_safe()), Status::Free);
        assert_eq!(of(&with(&[900.0]), settings), Status::DominatedByOne);
        assert_eq!(of(&with(&[400.0, 400.0]), settings), Status::DominatedByTwo);
        // Just below nine tenths, but the second can subtract itself and is within a tenth of the first.
        assert_eq!(
            of(&[&[480.0, 240.0][..], &[8.0; 10]].concat(), Settings { dominance: 0.95, closeness: 0.2, ..settings }),
            Status::CloseContributors
        );
    }

    #[test]
    fn a_cell_in_which_nobody_can_be_is_safe_and_the_threshold_has_a_floor() {
        let table =
            Table::counts(Axis::flat("all", &["a", "b"]), Axis::flat("all", &[]), |row, _| (row == "a").then_some(12));
        assert_eq!(statuses(&table, Settings::default()), [Status::Free; 3]);
        assert_eq!(Settings::with_threshold(4), None);
        assert_eq!(Settings::with_threshold(5).map(Settings::threshold), Some(5));
        let strict = Settings::with_threshold(13).unwrap();
        assert_eq!(statuses(&table, strict), [Status::SmallCounts, Status::SmallCounts, Status::Free]);
    }
}
