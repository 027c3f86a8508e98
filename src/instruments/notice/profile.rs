//! The rules as dated data.

use chrono::NaiveDate;
use law::LoadError;
use serde::Deserialize;

use crate::grounds::{Dated, Versions, check_id, read, refuse};

/// Longest number of days or months a profile may name.
const MOST: u32 = 1_000;

/// A version of the rules.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NoticeRules {
    /// Version id.
    pub id: String,
    /// What the version is, for people.
    pub description: String,
    /// First day it governs.
    #[serde(deserialize_with = "law::toml_day")]
    pub valid_from: NaiveDate,
    pub(super) risk_assessment: RiskRules,
    pub(super) validity: ValidityRules,
    pub(super) sources: Sources,
}

#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RiskRules {
    pub(super) warn_after_months: u32,
}

#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ValidityRules {
    pub(super) most_months: u32,
    pub(super) warn_days_before: Vec<u32>,
}

#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Sources {
    pub(super) ground: String,
    pub(super) earlier_offences: String,
    pub(super) risk_assessment: String,
    pub(super) consultation: String,
    pub(super) identity: String,
    pub(super) destinations: String,
    pub(super) ecris: String,
    pub(super) unverified: String,
    pub(super) disputed: String,
}

impl Dated for NoticeRules {
    fn id(&self) -> &str {
        &self.id
    }
    fn valid_from(&self) -> NaiveDate {
        self.valid_from
    }
}

/// The rules that come with the program, and further versions, each with its file name. A text with the file name of one
/// that comes with the program takes its place.
///
/// # Errors
/// When a version cannot be used.
pub fn rules(further: &[(&str, &str)]) -> Result<Versions<NoticeRules>, LoadError> {
    let built_in = [("interpol-green-2014.toml", include_str!("profiles/interpol-green-2014.toml"))];
    Versions::load(&built_in, further, NoticeRules::parse)
}

impl NoticeRules {
    /// How many days before a warning ends to say so, the first time first.
    #[must_use]
    pub fn warn_days(&self) -> &[u32] {
        &self.validity.warn_days_before
    }

    /// Reads a version. `file` is named in errors.
    ///
    /// # Errors
    /// When the text is no such profile or a value cannot be used.
    pub fn parse(file: &str, text: &str) -> Result<Self, LoadError> {
        let rules: Self = read(file, text)?;
        check_id(file, &rules.id)?;
        let days = &rules.validity.warn_days_before;
        let mut numbers = vec![
            ("risk_assessment.warn_after_months", rules.risk_assessment.warn_after_months),
            ("validity.most_months", rules.validity.most_months),
        ];
        numbers.extend(days.iter().map(|days| ("validity.warn_days_before", *days)));
        if let Some((key, _)) = numbers.into_iter().find(|(_, number)| !(1..=MOST).contains(number)) {
            return refuse(file, key, &format!("must lie between 1 and {MOST}"));
        }
        if days.is_empty() || !days.is_sorted_by(|a, b| a > b) {
            return refuse(file, "validity.warn_days_before", "must go down, the first warning first");
        }
        if let Some((key, _)) = rules.sources.all().iter().find(|(_, source)| source.trim().is_empty()) {
            return refuse(file, key, "must name a provision");
        }
        Ok(rules)
    }
}

impl Sources {
    const fn all(&self) -> [(&'static str, &String); 9] {
        [
            ("sources.ground", &self.ground),
            ("sources.earlier_offences", &self.earlier_offences),
            ("sources.risk_assessment", &self.risk_assessment),
            ("sources.consultation", &self.consultation),
            ("sources.identity", &self.identity),
            ("sources.destinations", &self.destinations),
            ("sources.ecris", &self.ecris),
            ("sources.unverified", &self.unverified),
            ("sources.disputed", &self.disputed),
        ]
    }
}
