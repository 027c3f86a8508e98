//! The articles as dated data, and the choices of the pilot.

use chrono::NaiveDate;
use law::LoadError;
use serde::{Deserialize, Serialize};

use super::ecris::squeezed;
use crate::grounds::{Dated, Language, Validity, Versions, check_id, codes, read, refuse};

codes! {
    /// Whom the article protects.
    pub enum Victim {
        /// Anybody.
        Anybody => "anybody",
        /// Somebody younger than 12.
        Under12 => "under_12",
        /// Somebody of 12 to 16.
        From12To16 => "12_16",
        /// Somebody of 16 to 18.
        From16To18 => "16_18",
        /// A minor.
        Minor => "minor",
    }
}

codes! {
    /// Whether an article or a code leads to registration.
    pub enum Registrable {
        /// It does.
        Yes => "yes",
        /// It does not.
        No => "no",
        /// It does when the offence was of a sexual kind.
        WhenSexual => "when_sexual",
        /// It does when a victim was a minor.
        WhenMinor => "when_minor",
        /// A person reads the provision and decides.
        Person => "person",
    }
}

codes! {
    /// What the pilot does with attempts, helpers and people who were exempt.
    pub enum Treatment {
        /// As with everything else.
        Count => "count",
        /// It leads to no registration.
        LeaveOut => "leave_out",
        /// A person decides.
        Person => "person",
    }
}

/// An article with its days.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields, rename_all(serialize = "camelCase"))]
pub struct OffenceType {
    /// Its id: article and heading are not enough to tell old from new.
    pub id: String,
    /// The article.
    pub article: String,
    /// Its heading in Dutch.
    pub nl: String,
    /// Its heading in English.
    pub en: String,
    /// The days of an offence to which it applies.
    #[serde(default)]
    pub validity: Validity,
    /// Whom it protects.
    pub victim: Victim,
    /// The ECRIS code it is sent under.
    pub ecris: String,
    /// Whether it leads to registration.
    pub registrable: Registrable,
    /// The articles that came in its place, or stood in its place before; roughly.
    #[serde(default)]
    pub counterparts: Vec<String>,
}

impl OffenceType {
    /// Its heading.
    #[must_use]
    pub fn heading(&self, language: Language) -> &str {
        match language {
            Language::Nl => &self.nl,
            Language::En => &self.en,
        }
    }
}

/// What the pilot chose.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Choices {
    /// Attempts and preparation.
    pub attempts: Treatment,
    /// Helpers, instigators, organisers and conspirators.
    pub helpers: Treatment,
    /// People who were exempt from responsibility.
    pub exempt: Treatment,
}

/// A version of the catalogue.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Catalogue {
    /// Version id.
    pub id: String,
    /// What the version is, for people.
    pub description: String,
    /// First day it governs: the day on which somebody asks, not that of an offence.
    #[serde(deserialize_with = "law::toml_day")]
    pub valid_from: NaiveDate,
    /// Where the renumbering stands.
    pub renumbering: String,
    /// Where the list of registrable offences stands.
    pub source: String,
    pub(super) pilot: Choices,
    pub(super) offences: Vec<OffenceType>,
}

impl Dated for Catalogue {
    fn id(&self) -> &str {
        &self.id
    }
    fn valid_from(&self) -> NaiveDate {
        self.valid_from
    }
}

/// The catalogue that comes with the program.
///
/// # Errors
/// When a version cannot be used.
pub fn catalogue() -> Result<Versions<Catalogue>, LoadError> {
    let file = "nl-offences-2023.toml";
    Versions::new(file, [Catalogue::parse(file, include_str!("profiles/nl-offences-2023.toml"))?])
}

impl Catalogue {
    /// Reads a version. `file` is named in errors.
    ///
    /// # Errors
    /// When the text is no catalogue, an article is on two rows on one day, or a row cannot be used.
    pub fn parse(file: &str, text: &str) -> Result<Self, LoadError> {
        let catalogue: Self = read(file, text)?;
        check_id(file, &catalogue.id)?;
        for (key, source) in [("renumbering", &catalogue.renumbering), ("source", &catalogue.source)] {
            if source.trim().is_empty() {
                return refuse(file, key, "must name a source");
            }
        }
        for (i, row) in catalogue.offences.iter().enumerate() {
            let key = |member: &str| format!("offences[{i}].{member}");
            check_id(file, &row.id)?;
            if article(&row.article).as_ref() != Some(&row.article) {
                return refuse(file, &key("article"), "must be digits, with letters after them");
            }
            if squeezed(&row.ecris).is_none() {
                return refuse(file, &key("ecris"), "must be six digits");
            }
            if !row.validity.is_ordered() {
                return refuse(file, &key("validity"), "the last day lies before the first");
            }
            if row.nl.trim().is_empty() || row.en.trim().is_empty() {
                return refuse(file, &key("nl"), "both headings must be there");
            }
            for other in catalogue.offences.iter().take(i) {
                if other.id == row.id {
                    return refuse(file, &key("id"), &format!("`{}` is there twice", row.id));
                }
                if other.article == row.article && other.validity.overlaps(&row.validity) {
                    let reason = format!("article {} is also `{}` on the same days", row.article, other.id);
                    return refuse(file, &key("validity"), &reason);
                }
            }
        }
        Ok(catalogue)
    }

    /// Every row, in the order of the file.
    pub fn all(&self) -> impl Iterator<Item = &OffenceType> {
        self.offences.iter()
    }

    /// The rows that apply to an offence of a day.
    pub fn on(&self, day: NaiveDate) -> impl Iterator<Item = &OffenceType> {
        self.offences.iter().filter(move |row| row.validity.holds(day))
    }

    /// What an article says of an offence of a day.
    #[must_use]
    pub fn find(&self, article: &str, day: NaiveDate) -> Option<&OffenceType> {
        self.on(day).find(|row| row.article == article)
    }
}

/// An article in one form: digits and small letters. `None` when it is no article.
pub(super) fn article(text: &str) -> Option<String> {
    let text = text.trim().to_ascii_lowercase();
    let letters = text.trim_start_matches(|c: char| c.is_ascii_digit());
    let digits = text.len() - letters.len();
    let good = (1..=4).contains(&digits) && letters.len() <= 4 && letters.chars().all(|c| c.is_ascii_lowercase());
    good.then_some(text)
}
