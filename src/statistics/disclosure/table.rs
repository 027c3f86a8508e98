//! Tables over two dimensions, each a tree of totals and their parts.

use serde::{Deserialize, Serialize};

use super::super::number::{Sum, real};

/// One dimension: a total, its parts, their parts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Axis {
    labels: Vec<String>,
    parents: Vec<Option<usize>>,
}

impl Axis {
    /// A total with parts.
    pub fn flat(total: &str, parts: &[&str]) -> Self {
        let labels = std::iter::once(total).chain(parts.iter().copied()).map(str::to_owned).collect();
        let parents = std::iter::once(None).chain(parts.iter().map(|_| Some(0))).collect();
        Self { labels, parents }
    }

    /// Adds a part to a total that is already there; its position, or nothing when there is no such total.
    pub fn add(&mut self, total: usize, label: &str) -> Option<usize> {
        self.labels.get(total)?;
        self.labels.push(label.to_owned());
        self.parents.push(Some(total));
        Some(self.labels.len() - 1)
    }

    /// The labels; the total's is the first.
    pub fn labels(&self) -> &[String] {
        &self.labels
    }

    /// How many totals and parts there are.
    pub fn len(&self) -> usize {
        self.labels.len()
    }

    /// Never: there is always the total.
    pub fn is_empty(&self) -> bool {
        self.labels.is_empty()
    }

    /// The parts that have no parts themselves.
    pub fn leaves(&self) -> Vec<usize> {
        (0..self.len()).filter(|&node| !self.parents.contains(&Some(node))).collect()
    }

    /// The total and the totals that a part is in, and the part itself.
    pub(crate) fn above(&self, node: usize) -> Vec<usize> {
        std::iter::successors(Some(node), |node| self.parents[*node]).collect()
    }

    /// Whether it is a tree: the total first, every part after what it is a part of.
    pub(super) fn is_sound(&self) -> bool {
        let below = |(node, parent): (usize, &Option<usize>)| match parent {
            None => node == 0,
            Some(parent) => *parent < node,
        };
        self.labels.len() == self.parents.len() && !self.labels.is_empty() && self.parents.iter().enumerate().all(below)
    }

    /// Whether `node` is `total` or, by whatever way, a part of it.
    fn is_within(&self, node: usize, total: usize) -> bool {
        node == total || self.parents[node].is_some_and(|parent| self.is_within(parent, total))
    }

    /// How many totals lie above.
    fn depth(&self, node: usize) -> u32 {
        self.parents[node].map_or(0, |parent| 1 + self.depth(parent))
    }
}

/// What a cell holds.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
pub struct Cell {
    /// How many people are in it.
    pub people: u64,
    /// The count itself, or the sum of what the people contribute.
    pub value: f64,
    /// The largest contribution to a sum.
    pub largest: f64,
    /// The second largest.
    pub second: f64,
    /// Whether nobody can ever be in it, by definition and as anyone may know.
    pub impossible: bool,
}

/// Whether the cells hold people or sums of something of theirs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Kind {
    /// People.
    Counts,
    /// Sums of contributions that are not negative, such as hours.
    Sums,
}

/// A table with all its totals.
#[derive(Debug, Clone, PartialEq)]
pub struct Table {
    kind: Kind,
    rows: Axis,
    columns: Axis,
    /// Row by row.
    cells: Vec<Cell>,
    /// The cells without parts, whose sums all others are.
    leaves: Vec<usize>,
    /// For each cell, the positions in `leaves` of those it is the sum of.
    parts: Vec<Vec<usize>>,
    /// Whether the column of totals stands in other tables too.
    linked: bool,
}

impl Table {
    /// A table of people: `count` gives those of each pair of parts, by their labels; nothing where nobody can be.
    pub fn counts(rows: Axis, columns: Axis, mut count: impl FnMut(&str, &str) -> Option<u64>) -> Self {
        Self::new(Kind::Counts, rows, columns, |row, column| match count(row, column) {
            Some(people) => Cell { people, value: real(people), ..Cell::default() },
            None => Cell { impossible: true, ..Cell::default() },
        })
    }

    /// A table of sums: `contributions` gives those of each pair of parts, by their labels, one for each person.
    pub fn sums(rows: Axis, columns: Axis, mut contributions: impl FnMut(&str, &str) -> Vec<f64>) -> Self {
        Self::new(Kind::Sums, rows, columns, |row, column| {
            let mut contributions = contributions(row, column);
            contributions.sort_by(|a, b| b.total_cmp(a));
            let at = |position: usize| contributions.get(position).copied().unwrap_or_default();
            Cell {
                people: contributions.len() as u64,
                value: contributions.iter().copied().collect::<Sum>().total(),
                largest: at(0),
                second: at(1),
                impossible: false,
            }
        })
    }

    fn new(kind: Kind, rows: Axis, columns: Axis, mut leaf: impl FnMut(&str, &str) -> Cell) -> Self {
        let (rows_of, columns_of) = (rows.leaves(), columns.leaves());
        let pairs = rows_of.iter().flat_map(|&row| columns_of.iter().map(move |&column| (row, column)));
        let cells: Vec<Cell> = pairs.map(|(row, column)| leaf(&rows.labels[row], &columns.labels[column])).collect();
        Self::from_leaves(kind, rows, columns, &cells)
    }

    /// The table of its cells without parts, which come row by row; as many as the axes have.
    fn from_leaves(kind: Kind, rows: Axis, columns: Axis, of_leaves: &[Cell]) -> Self {
        let mut table = Self::with_cells(kind, rows, columns, Vec::new());
        table.cells = vec![Cell { impossible: true, ..Cell::default() }; table.parts.len()];
        for (cell, parts) in table.cells.iter_mut().zip(&table.parts) {
            parts.iter().for_each(|part| cell.include(of_leaves.get(*part).copied().unwrap_or_default()));
        }
        table
    }

    /// The table of all its cells, which come row by row; as many as the axes have. For sums to which one person
    /// contributes in several parts: a total then has fewer people than its parts together.
    pub(crate) fn with_cells(kind: Kind, rows: Axis, columns: Axis, cells: Vec<Cell>) -> Self {
        let width = columns.len();
        let (row_leaves, column_leaves) = (rows.leaves(), columns.leaves());
        let mut leaves = Vec::with_capacity(row_leaves.len() * column_leaves.len());
        let mut parts = vec![Vec::new(); rows.len() * width];
        let above =
            |axis: &Axis, node: usize| (0..axis.len()).filter(|&total| axis.is_within(node, total)).collect::<Vec<_>>();
        for &row in &row_leaves {
            for &column in &column_leaves {
                leaves.push(row * width + column);
                for total_row in above(&rows, row) {
                    for total_column in above(&columns, column) {
                        parts[total_row * width + total_column].push(leaves.len() - 1);
                    }
                }
            }
        }
        Self { kind, rows, columns, cells, leaves, parts, linked: false }
    }

    /// Whether every total is the sum of its parts, of no more people than they have together and of no fewer than any
    /// of them has.
    pub(super) fn adds_up(&self) -> bool {
        self.cells.iter().zip(&self.parts).all(|(cell, parts)| {
            let parts = || parts.iter().map(|part| self.cells[self.leaves[*part]]);
            let value: Sum = parts().map(|part| part.value).collect();
            let people: u64 = parts().map(|part| part.people).sum();
            let most = parts().map(|part| part.people).max().unwrap_or_default();
            (cell.value - value.total()).abs() <= 1e-9 * value.total().abs().max(1.0)
                && (most..=people).contains(&cell.people)
        })
    }

    /// The same, its column of totals standing in other tables too: see [`Self::is_fixed`].
    #[must_use]
    pub(crate) fn linked(self) -> Self {
        Self { linked: true, ..self }
    }

    /// Whether the column of totals stands in other tables too.
    pub const fn is_linked(&self) -> bool {
        self.linked
    }

    /// The column of totals as a table of its own, when it stands in other tables too.
    pub(super) fn shared_column(&self) -> Option<Self> {
        let cells = self.cells.iter().step_by(self.columns.len()).copied().collect();
        let total = Axis::flat(self.columns.labels.first()?, &[]);
        self.linked.then(|| Self::with_cells(self.kind, self.rows.clone(), total, cells))
    }

    /// Whether a cell may not be withheld to protect others in this table, as another table shows it.
    pub fn is_fixed(&self, cell: usize) -> bool {
        self.linked && cell.is_multiple_of(self.columns.len())
    }

    /// What the cells hold.
    pub const fn kind(&self) -> Kind {
        self.kind
    }

    /// The rows.
    pub const fn rows(&self) -> &Axis {
        &self.rows
    }

    /// The columns.
    pub const fn columns(&self) -> &Axis {
        &self.columns
    }

    /// The cells, row by row.
    pub fn cells(&self) -> &[Cell] {
        &self.cells
    }

    /// The position of a cell.
    pub fn position(&self, row: usize, column: usize) -> usize {
        row * self.columns.len() + column
    }

    /// The cells without parts.
    pub fn leaves(&self) -> &[usize] {
        &self.leaves
    }

    /// The leaves a cell is the sum of, as positions in [`Self::leaves`].
    pub fn parts(&self, cell: usize) -> &[usize] {
        &self.parts[cell]
    }

    /// How much is lost when a cell is withheld: a total more than a part.
    pub fn weight(&self, cell: usize) -> f64 {
        let width = self.columns.len();
        let deepest = |axis: &Axis| (0..axis.len()).map(|node| axis.depth(node)).max().unwrap_or(0);
        let above = |axis: &Axis, node: usize| deepest(axis) - axis.depth(node);
        let levels = above(&self.rows, cell / width) + above(&self.columns, cell % width);
        4.0_f64.powi(i32::try_from(levels).unwrap_or(i32::MAX)) * (1.0 + self.cells[cell].value.max(0.0).ln_1p())
    }

    /// Whether another table has the same cells.
    pub fn has_shape_of(&self, other: &Self) -> bool {
        self.kind == other.kind && self.rows == other.rows && self.columns == other.columns
    }
}

impl Cell {
    fn include(&mut self, part: Self) {
        let mut largest = [self.largest, self.second, part.largest, part.second];
        largest.sort_by(|a, b| b.total_cmp(a));
        *self = Self {
            people: self.people + part.people,
            value: self.value + part.value,
            largest: largest[0],
            second: largest[1],
            impossible: self.impossible && part.impossible,
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn totals_of_a_tree_hold_all_their_parts() {
        let mut rows = Axis::flat("all", &["north", "south"]);
        rows.add(1, "assen").unwrap();
        rows.add(1, "emmen").unwrap();
        assert_eq!(rows.add(9, "nowhere"), None);
        let table = Table::counts(rows, Axis::flat("all", &["m", "f"]), |row, column| match (row, column) {
            ("emmen", "f") => None,
            ("south", _) => Some(100),
            (_, _) => Some(7),
        });
        let people = |row, column| table.cells()[table.position(row, column)].people;
        assert_eq!((people(0, 0), people(1, 0), people(1, 2), people(2, 1)), (221, 21, 7, 100));
        assert!(table.cells()[table.position(4, 2)].impossible);
        assert_eq!(table.leaves().len(), 6);
        assert_eq!(table.parts(table.position(1, 0)).len(), 4);
        assert!(table.weight(table.position(0, 0)) > table.weight(table.position(3, 1)));
    }

    #[test]
    fn a_total_keeps_the_two_largest_contributions_of_its_parts() {
        let hours = |row: &str, _: &str| if row == "a" { vec![1.0, 9.0] } else { vec![5.0, 7.0, 2.0] };
        let table = Table::sums(Axis::flat("all", &["a", "b"]), Axis::flat("all", &["x"]), hours);
        let all = table.cells()[0];
        assert_eq!((all.people, all.value, all.largest, all.second), (5, 24.0, 9.0, 7.0));
    }
}
