//! A table as it fills: for each cell, totals included, how many people, how much, and the two largest contributions.

use std::collections::BTreeMap;

use super::definition::{Dimension, Item};
use crate::disclosure::table::{Cell, Kind, Table};
use crate::number::real;

/// A table as it fills.
#[derive(Debug, Clone)]
pub struct Tally {
    rows: Dimension,
    columns: Dimension,
    /// For each row, it and the totals it is in.
    above_rows: Vec<Vec<usize>>,
    /// For each column, likewise.
    above_columns: Vec<Vec<usize>>,
    /// Row by row.
    cells: Vec<Cell>,
}

impl Tally {
    /// Of nobody yet.
    pub fn new(rows: Dimension, columns: Dimension) -> Self {
        let above = |dimension: &Dimension| {
            let axis = dimension.axis();
            (0..axis.len()).map(|node| axis.above(node)).collect::<Vec<_>>()
        };
        let cells = vec![Cell::default(); rows.categories.len() * columns.categories.len()];
        Self { above_rows: above(&rows), above_columns: above(&columns), rows, columns, cells }
    }

    /// Adds what a person contributes, in the person's column or in those that the items name.
    pub fn add(&mut self, items: &[Item], column: Option<usize>) {
        let mut amounts: BTreeMap<usize, u64> = BTreeMap::new();
        for item in items.iter().filter(|item| item.amount > 0) {
            let column = column.or_else(|| self.columns.position(item.column));
            let (Some(row), Some(column)) = (self.rows.position(item.row), column) else { continue };
            for total_row in &self.above_rows[row] {
                for total_column in &self.above_columns[column] {
                    *amounts.entry(total_row * self.columns.categories.len() + total_column).or_default() +=
                        item.amount;
                }
            }
        }
        for (cell, amount) in amounts {
            include(&mut self.cells[cell], Cell { people: 1, ..whole(amount) });
        }
    }

    /// Adds what other people contributed to the same table.
    pub fn merge(&mut self, other: &Self) {
        for (cell, other) in self.cells.iter_mut().zip(&other.cells) {
            include(cell, *other);
        }
    }

    /// The table. Its column of totals is that of the measure's other tables.
    pub fn finish(self, kind: Kind) -> Table {
        let largest = |cell: Cell| match kind {
            Kind::Counts => Cell { largest: 0.0, second: 0.0, ..cell },
            Kind::Sums => cell,
        };
        Table::with_cells(kind, self.rows.axis(), self.columns.axis(), self.cells.into_iter().map(largest).collect())
            .linked()
    }
}

fn whole(amount: u64) -> Cell {
    Cell { value: real(amount), largest: real(amount), ..Cell::default() }
}

fn include(cell: &mut Cell, more: Cell) {
    let mut largest = [cell.largest, cell.second, more.largest, more.second];
    largest.sort_by(|a, b| b.total_cmp(a));
    cell.people += more.people;
    cell.value += more.value;
    (cell.largest, cell.second) = (largest[0], largest[1]);
}

#[cfg(test)]
mod tests {
    use super::super::definition::{Fixtures, part, text, within};
    use super::*;

    const ROWS: Fixtures = Fixtures {
        code: "kind",
        name: text("soort", "kind"),
        parts: &[
            part("change", "wijziging", "change"),
            within("change", "home", "woning", "home"),
            within("change", "name", "naam", "name"),
            part("travel", "reis", "travel"),
        ],
    };

    fn columns() -> Dimension {
        Dimension::named("team", text("team", "team"), &["north".to_owned()])
    }

    fn item(row: &'static str, amount: u64) -> Item {
        Item { amount, ..Item::person(row) }
    }

    #[test]
    fn a_person_with_several_items_is_one_person_in_the_total() {
        let mut tally = Tally::new(Dimension::of(&ROWS), columns());
        tally.add(&[item("home", 3), item("name", 2), item("travel", 1)], Some(1));
        let mut other = Tally::new(Dimension::of(&ROWS), columns());
        other.add(&[item("home", 4), item("travel", 0)], Some(2));
        tally.merge(&other);
        let table = tally.finish(Kind::Sums);
        let cell = |row, column| {
            let cell = table.cells()[table.position(row, column)];
            (cell.people, cell.value, cell.largest, cell.second)
        };
        // Total: 6 of one person and 4 of another; change: 5 and 4; home: 3 and 4.
        assert_eq!(cell(0, 0), (2, 10.0, 6.0, 4.0));
        assert_eq!(cell(1, 0), (2, 9.0, 5.0, 4.0));
        assert_eq!(cell(2, 0), (2, 7.0, 4.0, 3.0));
        assert_eq!(cell(4, 0), (1, 1.0, 1.0, 0.0));
        assert_eq!(cell(0, 1), (1, 6.0, 6.0, 0.0));
    }
}
