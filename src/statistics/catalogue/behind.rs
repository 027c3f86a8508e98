//! The people and events behind a number, for an officer with the right and never for an evaluator: the same rules that
//! counted say who and what was counted, so the list is the number.

use chrono::NaiveDate;

use super::definition::{Across, Dimension, Item, Measure};
use super::plan::Plan;
use super::table_ids;
use crate::history::{EventId, History, PersonId, Span};

/// A cell of a table, to be looked behind.
#[derive(Debug, Clone, PartialEq)]
pub struct Behind {
    measure: &'static Measure,
    across: Across,
    period: Span,
    plan: Plan,
    rows: Dimension,
    columns: Dimension,
    row: usize,
    column: usize,
}

/// Where a number stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place<'a> {
    /// Id of the table.
    pub table: &'a str,
    /// The quarter, such as `2026-Q3`.
    pub quarter: &'a str,
    /// Code of the row.
    pub row: &'a str,
    /// Code of the column.
    pub column: &'a str,
}

/// Why there is no such number. The field is the member of [`Place`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("there is no such {0}")]
pub struct NoSuch(pub &'static str);

/// What one person contributes to a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Contribution {
    /// The person.
    pub person: PersonId,
    /// The event; nothing where people, days, months or checks are counted.
    pub event: Option<EventId>,
    /// How much.
    pub amount: u64,
    /// The day that puts it into the quarter; nothing when the quarter as a whole does.
    pub on: Option<NaiveDate>,
}

impl Behind {
    /// Looks behind a number of a plan.
    ///
    /// # Errors
    /// [`NoSuch`] when the plan has no such number.
    pub fn new(plan: Plan, place: Place<'_>) -> Result<Self, NoSuch> {
        let (_, measure, across) = table_ids().find(|(id, ..)| id == place.table).ok_or(NoSuch("table"))?;
        let mut quarters = plan.quarters().iter();
        let period = quarters.find(|(quarter, _)| quarter.to_string() == place.quarter).ok_or(NoSuch("quarter"))?.1;
        let (rows, columns) = (measure.rows(), plan.columns(across));
        let row = rows.position(place.row).ok_or(NoSuch("row"))?;
        let column = columns.position(place.column).ok_or(NoSuch("column"))?;
        Ok(Self { measure, across, period, plan, rows, columns, row, column })
    }

    /// What a person contributes to it; mostly nothing.
    pub fn of(&self, history: &History) -> Vec<Contribution> {
        let own = self.plan.column(self.across, history);
        let items = (self.measure.items)(history, self.period).into_iter().filter(|item| {
            let column = own.or_else(|| self.columns.position(item.column));
            let row = self.rows.position(item.row);
            item.amount > 0 && is_in(&self.rows, row, self.row) && is_in(&self.columns, column, self.column)
        });
        let contribution =
            |it: Item| Contribution { person: history.person, event: it.event, amount: it.amount, on: it.on };
        items.map(contribution).collect()
    }
}

/// Whether a category is another or, by whatever way, a part of it.
fn is_in(dimension: &Dimension, category: Option<usize>, total: usize) -> bool {
    let of = |category: &usize| dimension.categories[*category].of;
    std::iter::successors(category, of).any(|category| category == total)
}
