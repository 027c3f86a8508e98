//! Countries: the codes of ISO 3166 with Dutch and English names, withdrawn codes with their days, and who was a member of
//! the European Union when.
//!
//! The table is data (`iso-3166.toml`). A code is always asked for on a day, because codes are withdrawn and given out
//! again: `CS` was Czechoslovakia, and ten years later Serbia and Montenegro.

mod load;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::Serialize;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use crate::grounds::{Language, Validity, Words};

/// One row of the table: a country, or an area with a code of its own.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Country {
    /// Two letters.
    pub alpha2: String,
    /// Three letters.
    pub alpha3: String,
    /// Three digits; a few withdrawn codes never had them.
    pub numeric: Option<String>,
    /// Four letters; withdrawn codes only.
    pub alpha4: Option<String>,
    /// Name in Dutch.
    pub nl: String,
    /// Name in English.
    pub en: String,
    /// Other spellings.
    pub also: Vec<String>,
    /// The days on which the code could be used.
    pub validity: Validity,
    /// The codes that came in the place of a withdrawn one.
    pub successors: Vec<String>,
}

impl Country {
    /// Its name.
    #[must_use]
    pub fn name(&self, language: Language) -> &str {
        match language {
            Language::Nl => &self.nl,
            Language::En => &self.en,
        }
    }

    fn has_code(&self, code: &str) -> bool {
        [Some(&self.alpha2), Some(&self.alpha3), self.numeric.as_ref(), self.alpha4.as_ref()]
            .into_iter()
            .flatten()
            .any(|own| own == code)
    }

    fn has_name(&self, folded_name: &str) -> bool {
        [&self.nl, &self.en].into_iter().chain(&self.also).any(|name| folded(name) == folded_name)
    }
}

/// Why a code names no country on a day.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error, Serialize)]
#[serde(tag = "code", rename_all = "snake_case", rename_all_fields = "camelCase")]
pub enum CodeFault {
    /// It is and was nobody's.
    #[error("no country ever had this code")]
    NoSuchCountry,
    /// It was withdrawn before that day.
    #[error("this code was withdrawn; its last day was {until}")]
    Withdrawn {
        /// Its last day.
        until: NaiveDate,
        /// The codes in its place.
        successors: Vec<String>,
    },
    /// It was given out after that day.
    #[error("this code was given out on {from}")]
    NotYet {
        /// Its first day.
        from: NaiveDate,
    },
}

/// The table.
#[derive(Clone, Debug, PartialEq)]
pub struct Countries {
    id: String,
    rows: Vec<Country>,
    eu: Vec<(String, Validity)>,
}

impl Countries {
    /// The version of the table, to be stored with what it decided.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Every row, withdrawn ones too: by two letters, and for the same letters oldest first.
    pub fn all(&self) -> impl Iterator<Item = &Country> {
        self.rows.iter()
    }

    /// The rows in use on a day.
    pub fn current(&self, on: NaiveDate) -> impl Iterator<Item = &Country> {
        self.rows.iter().filter(move |row| row.validity.holds(on))
    }

    /// The country a code of two, three or four letters or three digits named on a day.
    ///
    /// # Errors
    /// When it named none on that day: it never did, no longer, or not yet.
    pub fn resolve(&self, code: &str, on: NaiveDate) -> Result<&Country, CodeFault> {
        let rows = || self.rows.iter().filter(|row| row.has_code(code));
        if let Some(row) = rows().find(|row| row.validity.holds(on)) {
            return Ok(row);
        }
        let past =
            rows().filter(|row| row.validity.until.is_some_and(|until| until < on)).max_by_key(|r| r.validity.until);
        if let Some((row, until)) = past.and_then(|row| Some((row, row.validity.until?))) {
            return Err(CodeFault::Withdrawn { until, successors: row.successors.clone() });
        }
        let begin = rows().filter_map(|row| row.validity.from).min();
        Err(begin.map_or(CodeFault::NoSuchCountry, |from| CodeFault::NotYet { from }))
    }

    /// The rows in use on a day that have this name in either language, or another spelling of it. Capitals, accents and
    /// white space do not matter. Two rows of one name are both given: the reader chooses.
    #[must_use]
    pub fn by_name(&self, name: &str, on: NaiveDate) -> Vec<&Country> {
        let name = folded(name);
        self.current(on).filter(|row| row.has_name(&name)).collect()
    }

    /// Code and name of every country of a day, in the order of the names: for a list to choose from.
    #[must_use]
    pub fn names(&self, on: NaiveDate, language: Language) -> Vec<(&str, &str)> {
        let mut names: Vec<_> = self.current(on).map(|row| (row.alpha2.as_str(), row.name(language))).collect();
        names.sort_by_cached_key(|(_, name)| folded(name));
        names
    }

    /// The names as the table `[words.country]` of a catalogue, so that a step that names a code is read with its name. Of
    /// two countries that had the same letters the later one is named.
    #[must_use]
    pub fn word_table(&self, language: Language) -> String {
        let names: BTreeMap<&str, &str> =
            self.rows.iter().map(|row| (row.alpha2.as_str(), row.name(language))).collect();
        let lines = names.into_iter().map(|(code, name)| format!("{code} = {}\n", toml::Value::from(name)));
        std::iter::once("[words.country]\n".to_owned()).chain(lines).collect()
    }

    /// Whether a country, by its two letters, was a member of the European Union on a day.
    #[must_use]
    pub fn in_eu(&self, alpha2: &str, on: NaiveDate) -> bool {
        self.eu.iter().any(|(code, membership)| code == alpha2 && membership.holds(on))
    }
}

/// The words of a measure whose steps name countries.
#[must_use]
pub fn words(nl: &str, en: &str) -> Words {
    let with_names = |text: &str, language| {
        let names = Countries::embedded().map(|countries| countries.word_table(language));
        format!("{text}\n{}", names.unwrap_or_default())
    };
    Words::parse(&with_names(nl, Language::Nl), &with_names(en, Language::En))
}

/// Small letters without accents, signs or surplus white space.
fn folded(name: &str) -> String {
    let plain: String = name
        .nfd()
        .filter(|c| !is_combining_mark(*c))
        .map(|c| if c.is_alphanumeric() { c } else { ' ' })
        .flat_map(char::to_lowercase)
        .collect();
    plain.split_whitespace().collect::<Vec<_>>().join(" ")
}
