//! The tables of the release that was issued last, as they were published, to choose a figure from.

use super::issued::{IssuedTable, LastIssued};
use crate::access::{self, Action, Ctx};
use crate::app::App;
use crate::audit::{Deed, ObjectRef};
use crate::register::{Refusal, unit};
use crate::statistics::catalogue::definition::{Category, Dimension, Text};
use crate::statistics::number::whole;

/// The tables of one quarter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FigureTables {
    /// The quarter they are of.
    pub quarter: String,
    /// The quarters of the release.
    pub quarters: Vec<String>,
    /// The tables.
    pub tables: Vec<TableName>,
}

/// A table by its name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TableName {
    /// Its id.
    pub id: String,
    /// What it measures.
    pub title: Text,
    /// What its columns are, in Dutch and English.
    pub across: (String, String),
}

/// A table as it was published.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FigureTable {
    /// Its name.
    pub name: TableName,
    /// The quarter.
    pub quarter: String,
    /// What is counted and how.
    pub definition: Text,
    /// Of whom.
    pub population: Text,
    /// What is counted.
    pub unit: Text,
    /// The rows.
    pub rows: Dimension,
    /// The columns.
    pub columns: Dimension,
    /// The figures, row by row; nothing where one was withheld.
    pub figures: Vec<Option<u64>>,
}

impl FigureTable {
    /// The figures of a row, each with its column.
    pub fn of_row(&self, row: usize) -> impl Iterator<Item = (&Category, Option<u64>)> {
        let width = self.columns.categories.len();
        self.columns.categories.iter().zip(self.figures.iter().skip(row * width).copied())
    }
}

impl From<&IssuedTable> for TableName {
    fn from(table: &IssuedTable) -> Self {
        let across = (table.columns.nl.clone(), table.columns.en.clone());
        Self { id: table.id.clone(), title: table.measure.title, across }
    }
}

impl From<&IssuedTable> for FigureTable {
    fn from(table: &IssuedTable) -> Self {
        let measure = table.measure;
        Self {
            name: table.into(),
            quarter: table.quarter.clone(),
            definition: measure.definition,
            population: measure.population,
            unit: measure.quantity.unit().text(),
            rows: table.rows.clone(),
            columns: table.columns.clone(),
            figures: table.published().into_iter().map(|it| it.value.map(whole)).collect(),
        }
    }
}

/// Which tables there are, of a quarter or of the last one; nothing before the first release.
///
/// # Errors
/// [`Refusal::Forbidden`]; [`Refusal::NotFound`] for a quarter that the release does not have.
pub async fn tables(app: &App, ctx: &Ctx, quarter: Option<String>) -> Result<Option<FigureTables>, Refusal> {
    read(app, ctx, move |issued| {
        let quarters: Vec<String> = issued.plan.quarters().iter().map(|(quarter, _)| quarter.to_string()).collect();
        let quarter = quarter.or_else(|| quarters.last().cloned()).unwrap_or_default();
        if !quarters.contains(&quarter) {
            return Err(Refusal::NotFound);
        }
        let tables = issued.tables.iter().filter(|table| table.quarter == quarter).map(TableName::from).collect();
        Ok(FigureTables { quarter, quarters, tables })
    })
    .await
}

/// One table.
///
/// # Errors
/// [`Refusal::Forbidden`]; [`Refusal::NotFound`].
pub async fn table(app: &App, ctx: &Ctx, id: String, quarter: String) -> Result<FigureTable, Refusal> {
    let found =
        read(app, ctx, move |issued| issued.table(&id, &quarter).map(FigureTable::from).ok_or(Refusal::NotFound));
    found.await?.ok_or(Refusal::NotFound)
}

async fn read<T: Send + 'static>(
    app: &App,
    ctx: &Ctx,
    of: impl FnOnce(&LastIssued) -> Result<T, Refusal> + Send + 'static,
) -> Result<Option<T>, Refusal> {
    let deed = Deed::of(Action::FigureOpen, ObjectRef::none()).with_fields(&["figures"]);
    let (reader, vault) = (ctx.clone(), app.vault.clone());
    unit::read(app, ctx, deed, move |conn| {
        access::decide_without_subject(&reader.actor, Action::FigureOpen, reader.purpose).allowed()?;
        LastIssued::load(conn, &vault)?.map(|issued| of(&issued)).transpose()
    })
    .await
}
