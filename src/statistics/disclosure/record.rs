//! Releases as they are kept, so that later ones can be held against them: read back only when they are sound.

use serde::{Deserialize, Serialize};

use super::protect::Release;
use super::table::{Axis, Cell, Kind, Table};
use super::{Settings, Status};

/// A release as it is kept. It holds the true numbers: it stays in the house.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Record {
    kind: Kind,
    rows: Axis,
    columns: Axis,
    /// The cells, row by row, totals among them.
    cells: Vec<Cell>,
    /// Whether the column of totals stands in other tables too.
    linked: bool,
    settings: Settings,
    statuses: Vec<Status>,
}

/// Why a record is no release.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Unsound {
    /// Rows or columns are no tree that begins with its total.
    #[error("rows or columns are no tree of a total and its parts")]
    Axis,
    /// There are more or fewer cells or statuses than the rows and columns have.
    #[error("the cells do not fill the rows and columns")]
    Cells,
    /// A total is not the sum of its parts.
    #[error("a total is not the sum of its parts")]
    Totals,
    /// The threshold is below the lowest, or the base is zero.
    #[error("the settings are out of range")]
    Settings,
}

impl From<&Release> for Record {
    fn from(release: &Release) -> Self {
        let table = release.table();
        Self {
            kind: table.kind(),
            rows: table.rows().clone(),
            columns: table.columns().clone(),
            cells: table.cells().to_vec(),
            linked: table.is_linked(),
            settings: release.settings(),
            statuses: release.statuses().to_vec(),
        }
    }
}

impl TryFrom<Record> for Release {
    type Error = Unsound;

    fn try_from(record: Record) -> Result<Self, Unsound> {
        let Record { kind, rows, columns, cells, linked, settings, statuses } = record;
        if !(rows.is_sound() && columns.is_sound()) {
            return Err(Unsound::Axis);
        }
        if cells.len() != rows.len() * columns.len() || statuses.len() != cells.len() {
            return Err(Unsound::Cells);
        }
        if settings.threshold() < Settings::LOWEST_THRESHOLD || settings.base() == 0 {
            return Err(Unsound::Settings);
        }
        let table = Table::with_cells(kind, rows, columns, cells);
        if !table.adds_up() {
            return Err(Unsound::Totals);
        }
        let table = if linked { table.linked() } else { table };
        Ok(Self::from_record(table, settings, statuses))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::super::protect::{Order, protect};
    use super::*;

    fn release() -> Release {
        let mut rows = Axis::flat("all", &["a", "b"]);
        rows.add(1, "a1");
        rows.add(1, "a2");
        let table = Table::counts(rows, Axis::flat("all", &["x", "y"]), |row, column| {
            (row != "b" || column != "y").then_some(if row == "a1" { 4 } else { 50 })
        });
        protect(table, Order { settings: Settings::default(), only_grows: false, earlier: &[] }).unwrap()
    }

    fn kept(change: impl Fn(&mut Value)) -> Result<Release, Unsound> {
        let mut record = serde_json::to_value(Record::from(&release())).unwrap();
        change(&mut record);
        serde_json::from_value::<Record>(record).unwrap().try_into()
    }

    #[test]
    fn a_release_is_read_back_as_it_was() {
        assert_eq!(kept(|_| {}), Ok(release()));
    }

    #[test]
    fn what_is_no_release_is_refused() {
        assert_eq!(kept(|it| it["rows"]["parents"][2] = json!(7)), Err(Unsound::Axis));
        assert_eq!(kept(|it| it["columns"]["parents"][0] = json!(0)), Err(Unsound::Axis));
        assert_eq!(kept(|it| it["cells"].as_array_mut().unwrap().truncate(1)), Err(Unsound::Cells));
        assert_eq!(kept(|it| it["cells"][0]["value"] = json!(7.0)), Err(Unsound::Totals));
        assert_eq!(kept(|it| it["cells"][0]["people"] = json!(1)), Err(Unsound::Totals));
        assert_eq!(kept(|it| it["settings"]["threshold"] = json!(2)), Err(Unsound::Settings));
    }
}
