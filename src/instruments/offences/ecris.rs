//! The table of ECRIS codes by version. The codes are those of the day on which a notice was sent.

use chrono::NaiveDate;
use law::LoadError;
use serde::Deserialize;

use super::catalogue::{Registrable, Victim};
use crate::grounds::{Dated, Versions, check_id, read, refuse};

/// One code.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EcrisCode {
    /// Six digits, written `1009 00`.
    pub code: String,
    /// Its heading in Dutch.
    pub nl: String,
    /// Its heading in English.
    pub en: String,
    /// Whom the offence harms.
    pub victim: Victim,
    /// Whether it leads to registration.
    pub registrable: Registrable,
}

/// A version of the table.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EcrisTable {
    /// Version id.
    pub id: String,
    /// What the version is, for people.
    pub description: String,
    /// First day on which it was in use.
    #[serde(deserialize_with = "law::toml_day")]
    pub valid_from: NaiveDate,
    /// Where it stands.
    pub source: String,
    /// The first two digits of the chapters whose other codes may be of a sexual kind.
    pub(super) open_chapters: Vec<String>,
    pub(super) codes: Vec<EcrisCode>,
}

impl Dated for EcrisTable {
    fn id(&self) -> &str {
        &self.id
    }
    fn valid_from(&self) -> NaiveDate {
        self.valid_from
    }
}

/// The tables that come with the program.
///
/// # Errors
/// When a version cannot be used.
pub fn tables() -> Result<Versions<EcrisTable>, LoadError> {
    let (decision, specification) = ("ecris-2009-316.toml", "ecris-2022-specification.toml");
    Versions::new(
        "ecris",
        [
            EcrisTable::parse(decision, include_str!("profiles/ecris-2009-316.toml"))?,
            EcrisTable::parse(specification, include_str!("profiles/ecris-2022-specification.toml"))?,
        ],
    )
}

impl EcrisTable {
    /// Reads a version. `file` is named in errors.
    ///
    /// # Errors
    /// When the text is no such table, or a code cannot be used or is there twice.
    pub fn parse(file: &str, text: &str) -> Result<Self, LoadError> {
        let table: Self = read(file, text)?;
        check_id(file, &table.id)?;
        if table.source.trim().is_empty() {
            return refuse(file, "source", "must name a source");
        }
        let two_digits = |text: &String| text.len() == 2 && text.chars().all(|c| c.is_ascii_digit());
        if !table.open_chapters.iter().all(two_digits) {
            return refuse(file, "open_chapters", "must be two digits each");
        }
        for (i, row) in table.codes.iter().enumerate() {
            let key = format!("codes[{i}].code");
            let Some(code) = squeezed(&row.code) else {
                return refuse(file, &key, "must be six digits");
            };
            if table.codes.iter().take(i).any(|other| squeezed(&other.code).as_ref() == Some(&code)) {
                return refuse(file, &key, &format!("`{}` is there twice", row.code));
            }
            match row.registrable {
                Registrable::Yes | Registrable::No | Registrable::WhenMinor | Registrable::Person => {}
                Registrable::WhenSexual => {
                    return refuse(file, &format!("codes[{i}].registrable"), "a code says itself whether it is sexual");
                }
            }
        }
        Ok(table)
    }

    /// Every code, in the order of the file.
    pub fn all(&self) -> impl Iterator<Item = &EcrisCode> {
        self.codes.iter()
    }

    /// The row of a code in either spelling.
    #[must_use]
    pub fn find(&self, code: &str) -> Option<&EcrisCode> {
        let code = squeezed(code)?;
        self.codes.iter().find(|row| squeezed(&row.code).as_ref() == Some(&code))
    }

    /// Whether a code that is not in the table lies in a chapter that also holds sexual offences.
    pub(super) fn is_open(&self, squeezed: &str) -> bool {
        self.open_chapters.iter().any(|chapter| squeezed.starts_with(chapter.as_str()))
    }
}

/// A code as six digits, with or without its space. `None` when it is none.
pub(super) fn squeezed(code: &str) -> Option<String> {
    let digits: String = code.chars().filter(|c| *c != ' ').collect();
    (digits.len() == 6 && digits.chars().all(|c| c.is_ascii_digit())).then_some(digits)
}

/// A code in its usual spelling.
pub(super) fn spaced(squeezed: &str) -> String {
    let (category, parameter) = squeezed.split_at_checked(4).unwrap_or((squeezed, ""));
    format!("{category} {parameter}")
}
