//! Reads and checks the table of countries.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use law::LoadError;
use serde::Deserialize;

use super::{Countries, Country};
use crate::grounds::{Validity, check_id, read, refuse};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    id: String,
    /// First day of the first edition of the standard.
    #[serde(deserialize_with = "law::toml_day")]
    valid_from: NaiveDate,
    current: BTreeMap<String, Row>,
    eu: BTreeMap<String, Validity>,
    historic: Vec<Withdrawn>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    alpha3: String,
    numeric: String,
    nl: String,
    en: String,
    #[serde(default)]
    also: Vec<String>,
    #[serde(default, deserialize_with = "some_day")]
    from: Option<NaiveDate>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Withdrawn {
    alpha2: String,
    alpha3: String,
    alpha4: String,
    numeric: Option<String>,
    nl: String,
    en: String,
    #[serde(default, deserialize_with = "some_day")]
    from: Option<NaiveDate>,
    #[serde(deserialize_with = "law::toml_day")]
    until: NaiveDate,
    successors: Vec<String>,
}

fn some_day<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Option<NaiveDate>, D::Error> {
    law::toml_day(deserializer).map(Some)
}

impl Countries {
    /// The table that comes with the program.
    ///
    /// # Errors
    /// When it cannot be used.
    pub fn embedded() -> Result<Self, LoadError> {
        Self::parse("iso-3166.toml", include_str!("iso-3166.toml"))
    }

    /// Reads a table. `file` is named in errors.
    ///
    /// # Errors
    /// When the text is no table, a code is malformed, or two rows have one code on the same day.
    pub fn parse(file: &str, text: &str) -> Result<Self, LoadError> {
        let table: Table = read(file, text)?;
        check_id(file, &table.id)?;
        let since = table.valid_from;
        let current =
            table.current.into_iter().map(|(alpha2, row)| (format!("current.{alpha2}"), row.named(alpha2, since)));
        let historic =
            table.historic.into_iter().enumerate().map(|(i, row)| (format!("historic[{i}]"), row.dated(since)));
        let rows: Vec<(String, Country)> = current.chain(historic).collect();
        check_codes(file, &rows)?;
        let mut rows: Vec<Country> = rows.into_iter().map(|(_, row)| row).collect();
        for code in table.eu.keys() {
            if !rows.iter().any(|row| row.alpha2 == *code) {
                return refuse(file, &format!("eu.{code}"), "is no country of the table");
            }
        }
        rows.sort_by(|a, b| (&a.alpha2, a.validity.from).cmp(&(&b.alpha2, b.validity.from)));
        Ok(Self { id: table.id, rows, eu: table.eu.into_iter().collect() })
    }
}

impl Row {
    fn named(self, alpha2: String, since: NaiveDate) -> Country {
        Country {
            alpha2,
            alpha3: self.alpha3,
            numeric: Some(self.numeric),
            alpha4: None,
            nl: self.nl,
            en: self.en,
            also: self.also,
            validity: Validity { from: Some(self.from.unwrap_or(since)), until: None },
            successors: Vec::new(),
        }
    }
}

impl Withdrawn {
    fn dated(self, since: NaiveDate) -> Country {
        Country {
            alpha2: self.alpha2,
            alpha3: self.alpha3,
            numeric: self.numeric,
            alpha4: Some(self.alpha4),
            nl: self.nl,
            en: self.en,
            also: Vec::new(),
            validity: Validity { from: Some(self.from.unwrap_or(since)), until: Some(self.until) },
            successors: self.successors,
        }
    }
}

/// Codes have their form, no two rows share one on the same day, and successors exist.
fn check_codes(file: &str, rows: &[(String, Country)]) -> Result<(), LoadError> {
    let letters = |code: &str, n: usize| code.len() == n && code.chars().all(|c| c.is_ascii_uppercase());
    for (i, (key, row)) in rows.iter().enumerate() {
        let at = |member: &str| format!("{key}.{member}");
        if !letters(&row.alpha2, 2) {
            return refuse(file, &at("alpha2"), "must be two capitals");
        }
        if !letters(&row.alpha3, 3) {
            return refuse(file, &at("alpha3"), "must be three capitals");
        }
        if row.alpha4.as_ref().is_some_and(|code| !letters(code, 4)) {
            return refuse(file, &at("alpha4"), "must be four capitals");
        }
        if row.numeric.as_ref().is_some_and(|n| n.len() != 3 || !n.chars().all(|c| c.is_ascii_digit())) {
            return refuse(file, &at("numeric"), "must be three digits");
        }
        if row.nl.trim().is_empty() || row.en.trim().is_empty() {
            return refuse(file, &at("nl"), "a country has a name in both languages");
        }
        if !row.validity.is_ordered() {
            return refuse(file, &at("until"), "must not lie before the first day");
        }
        for (other_key, other) in rows.iter().take(i) {
            let shared = row.alpha2 == other.alpha2 || row.alpha3 == other.alpha3;
            if shared && row.validity.overlaps(&other.validity) {
                return refuse(file, key, &format!("has a code of {other_key} on the same day"));
            }
        }
        if let Some(code) = row.successors.iter().find(|code| !rows.iter().any(|(_, other)| other.alpha2 == **code)) {
            return refuse(file, &at("successors"), &format!("`{code}` is no country of the table"));
        }
    }
    Ok(())
}
