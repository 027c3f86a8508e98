//! The rules as dated data.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use law::LoadError;
use serde::Deserialize;

use crate::countries::Countries;
use crate::grounds::{Dated, Versions, check_id, read, refuse};

/// Longest number of years or weeks a profile may name.
const MOST: u32 = 100;

/// A version of the rules.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ScreeningRules {
    /// Version id.
    pub id: String,
    /// What the version is, for people.
    pub description: String,
    /// First day it governs.
    #[serde(deserialize_with = "law::toml_day")]
    pub valid_from: NaiveDate,
    /// What people apply for, by code.
    pub functions: BTreeMap<String, Function>,
    pub(super) look_back: LookBackRules,
    pub(super) strict: StrictRules,
    pub(super) decision: DecisionRules,
    pub(super) exchange: ExchangeRules,
    pub(super) sources: Sources,
}

/// Something people apply for.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Function {
    /// Its name in Dutch.
    pub nl: String,
    /// Its name in English.
    pub en: String,
    /// Direct and regular contact with children.
    #[serde(default)]
    pub children: bool,
    /// Authority, dependence, or vulnerable people near.
    #[serde(default)]
    pub obstacle: bool,
    /// High demands on integrity.
    #[serde(default)]
    pub high_integrity: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct LookBackRules {
    pub(super) years: u32,
    pub(super) high_integrity_years: u32,
    pub(super) young_years: u32,
    pub(super) young_under_age: u32,
}

#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct StrictRules {
    pub(super) severe_ever: u32,
    pub(super) severe_years: u32,
    pub(super) lighter_years: u32,
}

#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct DecisionRules {
    pub(super) weeks: u32,
    pub(super) weeks_when_negative: u32,
}

#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ExchangeRules {
    pub(super) like_the_union: Vec<String>,
    pub(super) benelux: Vec<String>,
}

#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Sources {
    pub(super) look_back: String,
    pub(super) objective: String,
    pub(super) strict: String,
    pub(super) acquittal: String,
    pub(super) criminal_record: String,
    pub(super) ecris_dutch: String,
    pub(super) ecris_union: String,
    pub(super) benelux: String,
    pub(super) not_available: String,
    pub(super) decision: String,
}

impl Dated for ScreeningRules {
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
pub fn rules(further: &[(&str, &str)], countries: &Countries) -> Result<Versions<ScreeningRules>, LoadError> {
    let built_in = [("vog-2013.toml", include_str!("profiles/vog-2013.toml"))];
    Versions::load(&built_in, further, |file, text| ScreeningRules::parse(file, text, countries))
}

impl ScreeningRules {
    /// Reads a version. `file` is named in errors.
    ///
    /// # Errors
    /// When the text is no such profile or a value cannot be used.
    pub fn parse(file: &str, text: &str, countries: &Countries) -> Result<Self, LoadError> {
        let rules: Self = read(file, text)?;
        check_id(file, &rules.id)?;
        if let Some((key, _)) = rules.numbers().into_iter().find(|(_, number)| !(1..=MOST).contains(number)) {
            return refuse(file, key, &format!("must lie between 1 and {MOST}"));
        }
        if rules.decision.weeks_when_negative < rules.decision.weeks {
            return refuse(file, "decision.weeks_when_negative", "must not be less than decision.weeks");
        }
        if rules.functions.is_empty() {
            return refuse(file, "functions", "must not be empty");
        }
        for (code, function) in &rules.functions {
            if function.nl.trim().is_empty() || function.en.trim().is_empty() {
                return refuse(file, &format!("functions.{code}"), "a function has a name in both languages");
            }
            if function.children && !function.obstacle {
                return refuse(file, &format!("functions.{code}.obstacle"), "children are vulnerable people");
            }
        }
        let lists = [
            ("exchange.like_the_union", &rules.exchange.like_the_union),
            ("exchange.benelux", &rules.exchange.benelux),
        ];
        for (key, codes) in lists {
            if let Some(code) = codes.iter().find(|code| !countries.all().any(|row| row.alpha2 == **code)) {
                return refuse(file, key, &format!("`{code}` is no country"));
            }
        }
        if let Some((key, _)) = rules.sources.all().iter().find(|(_, source)| source.trim().is_empty()) {
            return refuse(file, key, "must name a provision");
        }
        Ok(rules)
    }

    const fn numbers(&self) -> [(&'static str, u32); 9] {
        [
            ("look_back.years", self.look_back.years),
            ("look_back.high_integrity_years", self.look_back.high_integrity_years),
            ("look_back.young_years", self.look_back.young_years),
            ("look_back.young_under_age", self.look_back.young_under_age),
            ("strict.severe_ever", self.strict.severe_ever),
            ("strict.severe_years", self.strict.severe_years),
            ("strict.lighter_years", self.strict.lighter_years),
            ("decision.weeks", self.decision.weeks),
            ("decision.weeks_when_negative", self.decision.weeks_when_negative),
        ]
    }
}

impl Sources {
    const fn all(&self) -> [(&'static str, &String); 10] {
        [
            ("sources.look_back", &self.look_back),
            ("sources.objective", &self.objective),
            ("sources.strict", &self.strict),
            ("sources.acquittal", &self.acquittal),
            ("sources.criminal_record", &self.criminal_record),
            ("sources.ecris_dutch", &self.ecris_dutch),
            ("sources.ecris_union", &self.ecris_union),
            ("sources.benelux", &self.benelux),
            ("sources.not_available", &self.not_available),
            ("sources.decision", &self.decision),
        ]
    }
}
