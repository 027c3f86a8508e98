//! What left the house before: every table of a release is held against it, and stays in when together they would tell
//! something.

use std::collections::{BTreeSet, HashMap};

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::make::{MakeError, TABLE};
use crate::app::App;
use crate::register::Refusal;
use crate::statistics::catalogue::Filled;
use crate::statistics::catalogue::plan::Plan;
use crate::statistics::disclosure::history::{Figure, Finding, findings};
use crate::statistics::disclosure::protect::{Order, Release as Protected, protect};
use crate::statistics::disclosure::record::Record;
use crate::statistics::formats::manifest::Previous;
use crate::statistics::microdata::Scheme;
use crate::store::evaluation::releases::{ReleaseRow, release_list_made};

/// A table that stays in the house.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Withheld {
    /// The table.
    pub table: String,
    /// The quarter.
    pub quarter: String,
    /// `unsafe` or `small_difference`.
    pub reason: String,
}

/// What is kept of a release, to hold later ones against.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(in crate::evaluation) struct KeptRelease {
    /// The tables in the order of the catalogue, each with its id; those that stayed in are not among them.
    pub(in crate::evaluation) tables: Vec<(String, Record)>,
    figures: Vec<Figure>,
    /// How the rows about people were made, so that they can be made again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) scheme: Option<Scheme>,
}

impl KeptRelease {
    /// Of tables as they go out.
    pub(super) fn of(tables: &Safe<'_>, scheme: Option<Scheme>) -> Self {
        let figures = tables.iter().flat_map(|(filled, release)| filled.figures(release).unwrap_or_default());
        let records = tables.iter().map(|(filled, release)| (filled.id.clone(), Record::from(release)));
        Self { tables: records.collect(), figures: figures.collect(), scheme }
    }

    /// What was kept of this release.
    ///
    /// # Errors
    /// [`Refusal::Keys`] when it cannot be read.
    pub(super) fn open(app: &App, row: &ReleaseRow) -> Result<Self, Refusal> {
        app.vault.open(TABLE, "record_enc", row.id.as_str(), row.record_enc.as_deref().unwrap_or_default())
    }
}

/// Everything that ever left the house before this release.
pub(super) struct Earlier {
    tables: HashMap<String, Vec<Protected>>,
    figures: Vec<Figure>,
    /// The one before.
    pub(super) previous: Option<Previous>,
    /// The number of the one that comes next.
    pub(super) next: i64,
}

/// What left the house before the release numbered `seq`; everything when it has no number yet.
pub(super) fn read(app: &App, seq: Option<i64>) -> Result<Earlier, MakeError> {
    let rows = app.store.read_blocking(|conn| release_list_made(conn, seq))?;
    let mut earlier = Earlier { tables: HashMap::new(), figures: Vec::new(), previous: None, next: 1 };
    for row in rows {
        earlier.next = row.seq.unwrap_or_default() + 1;
        let kept = KeptRelease::open(app, &row)?;
        let manifest = row.manifest.unwrap_or_default();
        let digest = hex::encode(Sha256::digest(manifest.as_bytes()));
        earlier.previous = Some(Previous { release: row.id.to_string(), manifest: digest });
        earlier.figures.extend(kept.figures);
        for (table, record) in kept.tables {
            let release = Protected::try_from(record).map_err(|unsound| MakeError::Kept(unsound.to_string()))?;
            earlier.tables.entry(table).or_default().push(release);
        }
    }
    Ok(earlier)
}

/// The tables that go out, each with the numbers as they do.
pub(super) type Safe<'a> = Vec<(&'a Filled, Protected)>;

/// Makes each table safe, alone and together with every earlier one, and takes out those that would still tell something
/// beside another table or an earlier release.
pub(super) fn hold<'a>(
    filled: Vec<&'a Filled>,
    history: &Earlier,
    plan: &Plan,
) -> Result<(Safe<'a>, Vec<Withheld>), MakeError> {
    let mut earlier = history.tables.clone();
    let (mut safe, mut withheld): (Safe<'a>, Vec<Withheld>) = (Vec::new(), Vec::new());
    for table in filled {
        let before = earlier.entry(table.id.clone()).or_default();
        let order = Order { settings: table.settings(plan.settings), only_grows: false, earlier: before };
        match protect(table.table.clone(), order) {
            Ok(release) => {
                before.push(release.clone());
                safe.push((table, release));
            }
            Err(_) => withheld.push(left_out(table, "unsafe")),
        }
    }
    loop {
        let (mut figures, mut owners) = (Vec::new(), Vec::new());
        for (position, (table, release)) in safe.iter().enumerate() {
            let of_table = table.figures(release).unwrap_or_default();
            owners.extend(std::iter::repeat_n(position, of_table.len()));
            figures.extend(of_table);
        }
        let found = findings(&figures, &history.figures, plan.settings);
        let telling: BTreeSet<usize> = found.iter().filter_map(|it| owners.get(figure_of(it)).copied()).collect();
        if telling.is_empty() {
            return Ok((safe, withheld));
        }
        let mut position = 0;
        safe.retain(|(table, _)| {
            position += 1;
            let stays_in = telling.contains(&(position - 1));
            if stays_in {
                withheld.push(left_out(table, "small_difference"));
            }
            !stays_in
        });
    }
}

const fn figure_of(finding: &Finding) -> usize {
    match finding {
        Finding::Contradiction { figure, .. }
        | Finding::SmallDifference { figure, .. }
        | Finding::SmallDifferenceWithin { figure, .. } => *figure,
    }
}

fn left_out(table: &Filled, reason: &str) -> Withheld {
    Withheld { table: table.id.clone(), quarter: table.quarter.clone(), reason: reason.to_owned() }
}
