//! The release that was issued last, with the true numbers behind its tables. They stay in the house.

use crate::evaluation::assignments::PILOT;
use crate::evaluation::histories::Reading;
use crate::evaluation::releases::earlier::{KeptRelease, Withheld};
use crate::evaluation::releases::make::{TABLE, plan_of};
use crate::evaluation::releases::plan::Over;
use crate::ids::ReleaseId;
use crate::register::Refusal;
use crate::statistics::catalogue::definition::{Across, Dimension, Measure};
use crate::statistics::catalogue::plan::Plan;
use crate::statistics::catalogue::table_ids;
use crate::statistics::disclosure::protect::{Published, Release as Protected};
use crate::statistics::disclosure::record::Record;
use crate::statistics::disclosure::table::Cell;
use crate::store::Conn;
use crate::store::evaluation::releases::{ReleaseRow, release_last_made};
use crate::vault::Vault;

/// A release with its tables.
pub(super) struct LastIssued {
    pub(super) id: ReleaseId,
    /// What was counted.
    pub(super) plan: Plan,
    /// Up to which day and instant.
    pub(super) reading: Reading,
    /// In the order of the catalogue, one quarter after the other.
    pub(super) tables: Vec<IssuedTable>,
}

/// A table of a release.
pub(super) struct IssuedTable {
    pub(super) id: String,
    pub(super) quarter: String,
    pub(super) measure: &'static Measure,
    pub(super) rows: Dimension,
    pub(super) columns: Dimension,
    release: Protected,
}

impl LastIssued {
    /// Reads it; nothing before the first one.
    ///
    /// # Errors
    /// [`Refusal::Keys`] and [`Refusal::Rules`] when what was kept cannot be read.
    pub(super) fn load(conn: &mut Conn, vault: &Vault) -> Result<Option<Self>, Refusal> {
        let Some(row) = release_last_made(conn)? else { return Ok(None) };
        let (Some(known_at), Some(over), Some(sealed)) = (row.known_at, &row.plan_doc, &row.record_enc) else {
            return Err(unreadable("a release without what it was made from"));
        };
        let plan = plan_of(&row, Over::parse(over)?).map_err(|error| Refusal::Rules(error.to_string()))?;
        let kept: KeptRelease = vault.open(TABLE, "record_enc", row.id.as_str(), sealed)?;
        let tables = tables(&plan, kept.tables, &stayed_in(&row)?)?;
        let reading = Reading { valid_on: row.valid_on, known_at, study: PILOT.to_owned() };
        Ok(Some(Self { id: row.id, plan, reading, tables }))
    }

    /// A table of it.
    pub(super) fn table(&self, id: &str, quarter: &str) -> Option<&IssuedTable> {
        self.tables.iter().find(|table| table.id == id && table.quarter == quarter)
    }
}

impl IssuedTable {
    fn new(
        id: String,
        quarter: String,
        plan: &Plan,
        (measure, across): (&'static Measure, Across),
        kept: Record,
    ) -> Result<Self, Refusal> {
        let (rows, columns) = (measure.rows(), plan.columns(across));
        let release = Protected::try_from(kept).map_err(|unsound| unreadable(&unsound.to_string()))?;
        let table = release.table();
        if (table.rows().len(), table.columns().len()) != (rows.categories.len(), columns.categories.len()) {
            return Err(unreadable("a table of another shape"));
        }
        Ok(Self { id, quarter, measure, rows, columns, release })
    }

    /// The figures as they were published, row by row.
    pub(super) fn published(&self) -> Vec<Published> {
        self.release.published()
    }

    /// A figure: the true one, and as it was published.
    pub(super) fn figure(&self, row: &str, column: &str) -> Option<(Cell, Published)> {
        let at = self.release.table().position(self.rows.position(row)?, self.columns.position(column)?);
        let cell = self.release.table().cells().get(at)?;
        Some((*cell, *self.release.published().get(at)?))
    }
}

/// The tables that were kept, each with its quarter: they were kept in the order of the catalogue, without those that
/// stayed in. What the catalogue has got since is in no earlier release.
fn tables(plan: &Plan, kept: Vec<(String, Record)>, stayed_in: &[Withheld]) -> Result<Vec<IssuedTable>, Refusal> {
    let mut kept = kept.into_iter().peekable();
    let mut tables = Vec::new();
    for (quarter, _) in plan.quarters() {
        let quarter = quarter.to_string();
        for (id, measure, across) in table_ids() {
            if stayed_in.iter().any(|it| it.table == id && it.quarter == quarter) {
                continue;
            }
            if let Some((_, record)) = kept.next_if(|(kept, _)| *kept == id) {
                tables.push(IssuedTable::new(id, quarter.clone(), plan, (measure, across), record)?);
            }
        }
    }
    if kept.next().is_some() { Err(unreadable("a table that is not in the catalogue")) } else { Ok(tables) }
}

fn stayed_in(row: &ReleaseRow) -> Result<Vec<Withheld>, Refusal> {
    let manifest: serde_json::Value = serde_json::from_str(row.manifest.as_deref().unwrap_or_default())
        .map_err(|error| unreadable(&error.to_string()))?;
    serde_json::from_value(manifest["settings"]["withheld"].clone()).map_err(|error| unreadable(&error.to_string()))
}

fn unreadable(why: &str) -> Refusal {
    Refusal::Keys(format!("what was kept of a release cannot be read: {why}"))
}
