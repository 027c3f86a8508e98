//! The rules as dated data.

use chrono::NaiveDate;
use law::LoadError;
use serde::Deserialize;

use super::situation::BreachedOrder;
use crate::countries::Countries;
use crate::grounds::{Dated, Switch, Versions, check_id, read, refuse};

/// Longest number of days, months or years a profile may name.
const MOST: u32 = 1_000;

/// A version of the rules.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PassportRules {
    /// Version id.
    pub id: String,
    /// What the version is, for people.
    pub description: String,
    /// First day it governs.
    #[serde(deserialize_with = "law::toml_day")]
    pub valid_from: NaiveDate,
    pub(super) article18: Article18Rules,
    pub(super) article24a: Article24aRules,
    pub(super) entry: EntryRules,
    pub(super) identity_card: IdentityCardRules,
    pub(super) sources: Sources,
}

#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Article18Rules {
    pub(super) least_months: u32,
    pub(super) days_per_month: u32,
    pub(super) fine_category_above: u8,
    pub(super) breached_orders: Vec<BreachedOrder>,
    /// Whether breach of the measure of art. 38z Sr is a ground.
    pub(super) measure_38z: Switch,
}

#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Article24aRules {
    pub(super) years: u32,
}

#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct EntryRules {
    pub(super) months: u32,
    pub(super) warn_days_before: Vec<u32>,
    pub(super) forward_days: u32,
}

#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct IdentityCardRules {
    pub(super) accepted_in: Vec<String>,
}

#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Sources {
    pub(super) claim: String,
    pub(super) suspicion: String,
    pub(super) sentence: String,
    pub(super) breach: String,
    pub(super) measure_38z: String,
    pub(super) evasion: String,
    pub(super) conviction: String,
    pub(super) treaty: String,
    pub(super) repetition: String,
    pub(super) letter: String,
    pub(super) entry: String,
}

impl Dated for PassportRules {
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
pub fn rules(further: &[(&str, &str)], countries: &Countries) -> Result<Versions<PassportRules>, LoadError> {
    let built_in = [("paspoortwet-2017.toml", include_str!("profiles/paspoortwet-2017.toml"))];
    Versions::load(&built_in, further, |file, text| PassportRules::parse(file, text, countries))
}

impl PassportRules {
    /// Reads a version. `file` is named in errors.
    ///
    /// # Errors
    /// When the text is no such profile or a value cannot be used.
    pub fn parse(file: &str, text: &str, countries: &Countries) -> Result<Self, LoadError> {
        let rules: Self = read(file, text)?;
        check_id(file, &rules.id)?;
        for (key, number) in rules.numbers() {
            if !(1..=MOST).contains(&number) {
                return refuse(file, key, &format!("must lie between 1 and {MOST}"));
            }
        }
        if !(1..=5).contains(&rules.article18.fine_category_above) {
            return refuse(
                file,
                "article18.fine_category_above",
                "must be a category of fines with one above it: 1 to 5",
            );
        }
        if rules.article18.breached_orders.contains(&BreachedOrder::Measure38z) {
            return refuse(file, "article18.breached_orders", "measure_38z has a switch of its own");
        }
        let days = &rules.entry.warn_days_before;
        if days.is_empty() || !days.is_sorted_by(|a, b| a > b) {
            return refuse(file, "entry.warn_days_before", "must go down, the first warning first");
        }
        if let Some(code) =
            rules.identity_card.accepted_in.iter().find(|code| !countries.all().any(|c| c.alpha2 == **code))
        {
            return refuse(file, "identity_card.accepted_in", &format!("`{code}` is no country"));
        }
        if let Some((key, _)) = rules.sources.all().iter().find(|(_, source)| source.trim().is_empty()) {
            return refuse(file, key, "must name a provision");
        }
        Ok(rules)
    }

    /// How many days before an entry ends to warn, the first warning first.
    #[must_use]
    pub fn warn_days(&self) -> &[u32] {
        &self.entry.warn_days_before
    }

    fn numbers(&self) -> Vec<(&'static str, u32)> {
        let mut numbers = vec![
            ("article18.least_months", self.article18.least_months),
            ("article18.days_per_month", self.article18.days_per_month),
            ("article24a.years", self.article24a.years),
            ("entry.months", self.entry.months),
            ("entry.forward_days", self.entry.forward_days),
        ];
        numbers.extend(self.entry.warn_days_before.iter().map(|days| ("entry.warn_days_before", *days)));
        numbers
    }
}

impl Sources {
    const fn all(&self) -> [(&'static str, &String); 11] {
        [
            ("sources.claim", &self.claim),
            ("sources.suspicion", &self.suspicion),
            ("sources.sentence", &self.sentence),
            ("sources.breach", &self.breach),
            ("sources.measure_38z", &self.measure_38z),
            ("sources.evasion", &self.evasion),
            ("sources.conviction", &self.conviction),
            ("sources.treaty", &self.treaty),
            ("sources.repetition", &self.repetition),
            ("sources.letter", &self.letter),
            ("sources.entry", &self.entry),
        ]
    }
}
