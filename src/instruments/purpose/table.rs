//! The table as dated data. It is whole: a pair that is missing or there twice is an error at load.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use law::LoadError;
use serde::Deserialize;

use super::decide::{Decision, Outcome};
use super::kinds::{Need, Reason, Source, Use};
use super::step::Step;
use crate::grounds::{Dated, Versions, check_id, read, refuse};

/// A version of the table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Purposes {
    id: String,
    valid_from: NaiveDate,
    rows: Vec<Decision>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Document {
    id: String,
    #[serde(rename = "description")]
    _description: String,
    #[serde(deserialize_with = "law::toml_day")]
    valid_from: NaiveDate,
    sources: BTreeMap<Source, Vec<Row>>,
}

/// Uses of one source that come to the same.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    uses: Vec<Use>,
    outcome: Outcome,
    #[serde(default)]
    needs: Vec<Need>,
    reason: Reason,
    provision: String,
}

impl Dated for Purposes {
    fn id(&self) -> &str {
        &self.id
    }
    fn valid_from(&self) -> NaiveDate {
        self.valid_from
    }
}

/// The table that comes with the program.
///
/// # Errors
/// When a version cannot be used.
pub fn purposes() -> Result<Versions<Purposes>, LoadError> {
    let file = "nl-purposes-2023.toml";
    Versions::new(file, [Purposes::parse(file, include_str!("profiles/nl-purposes-2023.toml"))?])
}

impl Purposes {
    /// Reads a version. `file` is named in errors.
    ///
    /// # Errors
    /// When the text is no such table, a pair is missing or there twice, or conditions and outcome contradict each other.
    pub fn parse(file: &str, text: &str) -> Result<Self, LoadError> {
        let document: Document = read(file, text)?;
        check_id(file, &document.id)?;
        let mut rows = Vec::with_capacity(Source::ALL.len() * Use::ALL.len());
        for source in Source::ALL {
            let key = format!("sources.{}", source.as_str());
            let told = document.sources.get(source).map_or(&[][..], Vec::as_slice);
            for row in told {
                check_row(file, &key, row)?;
            }
            for purpose in Use::ALL {
                let mut found = told.iter().filter(|row| row.uses.iter().any(|told| told == purpose));
                let Some(row) = found.next() else {
                    return refuse(file, &key, &format!("`{}` is missing", purpose.as_str()));
                };
                let twice = row.uses.iter().filter(|told| *told == purpose).count() > 1;
                if twice || found.next().is_some() {
                    return refuse(file, &key, &format!("`{}` is there twice", purpose.as_str()));
                }
                rows.push(decision(&document.id, *source, *purpose, row));
            }
        }
        Ok(Self { id: document.id, valid_from: document.valid_from, rows })
    }

    /// What a pair comes to.
    #[must_use]
    pub fn decide(&self, source: Source, purpose: Use) -> Option<&Decision> {
        self.rows.iter().find(|row| row.source == source && row.purpose == purpose)
    }

    /// Every pair, by source and use.
    pub fn every_pair(&self) -> impl Iterator<Item = &Decision> {
        self.rows.iter()
    }
}

fn check_row(file: &str, key: &str, row: &Row) -> Result<(), LoadError> {
    if row.uses.is_empty() {
        return refuse(file, &format!("{key}.uses"), "must name a use");
    }
    if row.provision.trim().is_empty() {
        return refuse(file, &format!("{key}.provision"), "must name a provision");
    }
    if (row.outcome == Outcome::Conditional) == row.needs.is_empty() {
        return refuse(file, &format!("{key}.needs"), "must be there if and only if the outcome is conditional");
    }
    Ok(())
}

fn decision(table: &str, source: Source, purpose: Use, row: &Row) -> Decision {
    let mut steps = vec![Step::Pair { source, purpose, outcome: row.outcome }];
    steps.push(Step::Because { reason: row.reason, provision: row.provision.clone() });
    steps.extend(row.needs.iter().map(|need| Step::Needs { need: *need }));
    Decision {
        source,
        purpose,
        outcome: row.outcome,
        needs: row.needs.clone(),
        reason: row.reason,
        provision: row.provision.clone(),
        table: table.to_owned(),
        steps,
    }
}
