//! Terms, lists and sources as dated data.

use chrono::NaiveDate;
use law::LoadError;
use serde::Deserialize;

use crate::grounds::{Dated, Validity, Versions, check_id, read, refuse};

/// Longest term a profile may name, in working days.
const MOST_DAYS: u32 = 250;
/// Longest after-care a profile may name, in years.
const MOST_YEARS: u32 = 100;

/// A version of the rules.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ConvictionRules {
    /// Version id.
    pub id: String,
    /// What the version is, for people.
    pub description: String,
    /// First day it governs.
    #[serde(deserialize_with = "law::toml_day")]
    pub valid_from: NaiveDate,
    pub(super) also_ecris: Vec<String>,
    pub(super) terms: Terms,
    pub(super) after_care: AfterCare,
    pub(super) must_supply: Vec<MustSupply>,
    pub(super) sources: Sources,
}

#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Terms {
    pub(super) proceedings_working_days: u32,
    pub(super) others_working_days: u32,
}

#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct AfterCare {
    pub(super) years: u32,
}

#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct MustSupply {
    pub(super) articles: Vec<String>,
    #[serde(default)]
    pub(super) validity: Validity,
}

#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Sources {
    pub(super) term: String,
    pub(super) long_term: String,
    pub(super) must_supply: String,
    pub(super) may_supply: String,
    pub(super) after_care: String,
    pub(super) purpose: String,
    pub(super) incoming: String,
    pub(super) onward: String,
    pub(super) obligatory: String,
    pub(super) tcn: String,
    pub(super) tcn_purposes: String,
    pub(super) unverified: String,
    pub(super) disputed: String,
    pub(super) screening: String,
}

impl Dated for ConvictionRules {
    fn id(&self) -> &str {
        &self.id
    }
    fn valid_from(&self) -> NaiveDate {
        self.valid_from
    }
}

/// The rules that come with the program.
///
/// # Errors
/// When a version cannot be used.
pub fn rules() -> Result<Versions<ConvictionRules>, LoadError> {
    let file = "ecris-nl-2014.toml";
    Versions::new(file, [ConvictionRules::parse(file, include_str!("profiles/ecris-nl-2014.toml"))?])
}

impl ConvictionRules {
    /// Reads a version. `file` is named in errors.
    ///
    /// # Errors
    /// When the text is no such profile or a value cannot be used.
    pub fn parse(file: &str, text: &str) -> Result<Self, LoadError> {
        let rules: Self = read(file, text)?;
        check_id(file, &rules.id)?;
        let numbers = [
            ("terms.proceedings_working_days", rules.terms.proceedings_working_days, MOST_DAYS),
            ("terms.others_working_days", rules.terms.others_working_days, MOST_DAYS),
            ("after_care.years", rules.after_care.years, MOST_YEARS),
        ];
        if let Some((key, _, most)) = numbers.into_iter().find(|(_, number, most)| !(1..=*most).contains(number)) {
            return refuse(file, key, &format!("must lie between 1 and {most}"));
        }
        let two_letters = |code: &String| code.len() == 2 && code.chars().all(|c| c.is_ascii_uppercase());
        if !rules.also_ecris.iter().all(two_letters) {
            return refuse(file, "also_ecris", "must be codes of two capitals");
        }
        for (i, list) in rules.must_supply.iter().enumerate() {
            if list.articles.is_empty() || !list.validity.is_ordered() {
                return refuse(file, &format!("must_supply[{i}]"), "must name articles, and days in order");
            }
        }
        if let Some((key, _)) = rules.sources.all().iter().find(|(_, source)| source.trim().is_empty()) {
            return refuse(file, key, "must name a provision");
        }
        Ok(rules)
    }
}

impl Sources {
    const fn all(&self) -> [(&'static str, &String); 14] {
        [
            ("sources.term", &self.term),
            ("sources.long_term", &self.long_term),
            ("sources.must_supply", &self.must_supply),
            ("sources.may_supply", &self.may_supply),
            ("sources.after_care", &self.after_care),
            ("sources.purpose", &self.purpose),
            ("sources.incoming", &self.incoming),
            ("sources.onward", &self.onward),
            ("sources.obligatory", &self.obligatory),
            ("sources.tcn", &self.tcn),
            ("sources.tcn_purposes", &self.tcn_purposes),
            ("sources.unverified", &self.unverified),
            ("sources.disputed", &self.disputed),
            ("sources.screening", &self.screening),
        ]
    }
}
