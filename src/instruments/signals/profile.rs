//! Terms and sources as dated data.

use chrono::NaiveDate;
use law::LoadError;
use serde::Deserialize;

use crate::grounds::{Dated, Versions, check_id, read, refuse};

/// Longest term a profile may name.
const MOST: u32 = 600;

/// A version of the rules.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SignalRules {
    /// Version id.
    pub id: String,
    /// What the version is, for people.
    pub description: String,
    /// First day it governs.
    #[serde(deserialize_with = "law::toml_day")]
    pub valid_from: NaiveDate,
    pub(super) triage: Triage,
    pub(super) retention: Terms,
    pub(super) sources: Sources,
}

#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Triage {
    pub(super) working_days: u32,
}

#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Terms {
    pub(super) unmatched_months: u32,
    pub(super) matched_months: u32,
    pub(super) most_months: u32,
    pub(super) removed_months: u32,
}

#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Sources {
    pub(super) triage: String,
    pub(super) retention: String,
    pub(super) no_fact: String,
    pub(super) person: String,
    pub(super) reporter: String,
}

impl Dated for SignalRules {
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
pub fn rules() -> Result<Versions<SignalRules>, LoadError> {
    let file = "signals-2023.toml";
    Versions::new(file, [SignalRules::parse(file, include_str!("profiles/signals-2023.toml"))?])
}

impl SignalRules {
    /// Reads a version. `file` is named in errors.
    ///
    /// # Errors
    /// When the text is no such profile or a value cannot be used.
    pub fn parse(file: &str, text: &str) -> Result<Self, LoadError> {
        let rules: Self = read(file, text)?;
        check_id(file, &rules.id)?;
        let kept = &rules.retention;
        let numbers = [
            ("triage.working_days", rules.triage.working_days),
            ("retention.unmatched_months", kept.unmatched_months),
            ("retention.matched_months", kept.matched_months),
            ("retention.most_months", kept.most_months),
            ("retention.removed_months", kept.removed_months),
        ];
        if let Some((key, _)) = numbers.into_iter().find(|(_, number)| !(1..=MOST).contains(number)) {
            return refuse(file, key, &format!("must lie between 1 and {MOST}"));
        }
        if kept.most_months < kept.matched_months || kept.most_months < kept.unmatched_months {
            return refuse(file, "retention.most_months", "must not be shorter than the other terms");
        }
        let sources = &rules.sources;
        let all = [
            ("sources.triage", &sources.triage),
            ("sources.retention", &sources.retention),
            ("sources.no_fact", &sources.no_fact),
            ("sources.person", &sources.person),
            ("sources.reporter", &sources.reporter),
        ];
        if let Some((key, _)) = all.iter().find(|(_, source)| source.trim().is_empty()) {
            return refuse(file, key, "must name a provision");
        }
        Ok(rules)
    }
}
