//! The figures of the release that was issued last, as it was issued: what anybody outside has seen, and nothing else.

use std::collections::HashMap;

use serde::Deserialize;

use super::kept::read_whole;
use crate::access::{self, Action, Ctx};
use crate::app::App;
use crate::audit::{Deed, ObjectRef};
use crate::register::{Refusal, unit};
use crate::store::evaluation::release_files::release_file_list;
use crate::store::evaluation::releases::release_last_made;

/// A text in both languages.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[allow(missing_docs, reason = "the languages")]
pub struct InBoth {
    pub nl: String,
    pub en: String,
}

/// A set of figures with what they mean.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct FigureSet {
    /// Its id.
    pub id: String,
    /// Its name.
    pub title: InBoth,
    /// What is counted and how.
    pub definition: InBoth,
    /// Of whom.
    pub population: InBoth,
    /// The columns.
    pub columns: Vec<FigureColumn>,
    /// The rows, a text for each column; empty where there is no value.
    #[serde(skip)]
    pub rows: Vec<Vec<String>>,
}

/// A column.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct FigureColumn {
    /// Its name.
    pub name: String,
    /// What it is called.
    pub label: InBoth,
    /// `key`, `measure`, `attribute` or `status`.
    pub role: String,
    /// The codes that can stand in it.
    #[serde(default)]
    pub codes: Vec<FigureCode>,
}

/// A code with its meaning.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[allow(missing_docs, reason = "the code and its meaning")]
pub struct FigureCode {
    pub value: String,
    pub label: InBoth,
}

/// The figures of a release.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Figures {
    /// Its last quarter.
    pub quarter: String,
    /// The sets, by id.
    pub sets: Vec<FigureSet>,
}

/// Reads the figures of the release that was issued last; nothing before the first one.
///
/// # Errors
/// [`Refusal::Forbidden`]; [`Refusal::Keys`] when what was issued cannot be read.
pub async fn last(app: &App, ctx: &Ctx) -> Result<Option<Figures>, Refusal> {
    let deed = Deed::of(Action::ReleaseRead, ObjectRef::none()).with_fields(&["figures"]);
    let (reader, vault) = (ctx.clone(), app.vault.clone());
    unit::read(app, ctx, deed, move |conn| {
        access::decide_without_subject(&reader.actor, Action::ReleaseRead, reader.purpose).allowed()?;
        let Some(row) = release_last_made(conn)? else { return Ok(None) };
        let strongbox = vault.strongbox_of(&row.record_enc.unwrap_or_default())?;
        let mut files = release_file_list(conn, row.id)?;
        // Rows about people are no figures.
        files.retain(|it| !it.microdata && (it.name.ends_with(".codebook.json") || it.name.ends_with(".csv")));
        let files = read_whole(conn, &strongbox, &files)?;
        let unreadable = || Refusal::Keys("what was issued cannot be read".to_owned());
        Ok(Some(Figures { sets: sets(&files).ok_or_else(unreadable)?, quarter: row.last_quarter }))
    })
    .await
}

fn sets(files: &HashMap<String, Vec<u8>>) -> Option<Vec<FigureSet>> {
    let mut sets = Vec::new();
    for (_, codebook) in files.iter().filter(|(name, _)| name.ends_with(".codebook.json")) {
        let mut set: FigureSet = serde_json::from_slice(codebook).ok()?;
        let csv = files.get(&format!("{}.csv", set.id))?;
        let mut reader = csv::Reader::from_reader(csv.as_slice());
        for record in reader.records() {
            set.rows.push(record.ok()?.iter().map(str::to_owned).collect());
        }
        sets.push(set);
    }
    sets.sort_by(|a, b| a.id.cmp(&b.id));
    Some(sets)
}
