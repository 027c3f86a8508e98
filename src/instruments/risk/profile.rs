//! Versions, items and bands as dated data.

use chrono::NaiveDate;
use law::LoadError;
use serde::{Deserialize, Serialize};

use super::record::InstrumentCode;
use super::static99r;
use crate::grounds::{Dated, Versions, check_id, read, refuse};

/// A version of the rules.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RiskRules {
    /// Version id.
    pub id: String,
    /// What the version is, for people.
    pub description: String,
    /// First day it governs.
    #[serde(deserialize_with = "law::toml_day")]
    pub valid_from: NaiveDate,
    /// The provision by which nothing is decided from a score.
    pub decides_nothing: String,
    /// Where the weakness of the age item is described.
    pub age_weakness: String,
    pub(super) versions: InstrumentVersions,
    pub(super) static_99r: StaticBands,
    pub(super) stable_2007: Dynamic,
    pub(super) acute_2007: Dynamic,
}

#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct InstrumentVersions {
    static_99r: Vec<String>,
    stable_2007: Vec<String>,
    acute_2007: Vec<String>,
    oxrec: Vec<String>,
}

#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct StaticBands {
    pub(super) old_2012: Vec<BandRow>,
    pub(super) standardised_2016: Vec<BandRow>,
}

/// An instrument of items that change, with the sum of their scores.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Dynamic {
    /// The item that may not apply.
    #[serde(default)]
    pub(super) identification_item: Option<String>,
    pub(super) items: Vec<String>,
    pub(super) most_per_item: i64,
    pub(super) bands: Vec<BandRow>,
}

/// One band: totals up to and including `most`, above those of the row before.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct BandRow {
    band: String,
    #[serde(default)]
    most: Option<i64>,
}

/// A band and the system it belongs to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[schema(as = RiskInstrumentBand)]
#[serde(rename_all = "camelCase")]
pub struct BandOf {
    /// The system of bands.
    pub system: String,
    /// The band.
    pub band: String,
}

impl Dated for RiskRules {
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
pub fn rules() -> Result<Versions<RiskRules>, LoadError> {
    let file = "risk-2023.toml";
    Versions::new(file, [RiskRules::parse(file, include_str!("profiles/risk-2023.toml"))?])
}

impl RiskRules {
    /// Reads a version. `file` is named in errors.
    ///
    /// # Errors
    /// When the text is no such profile, a list is empty, or bands leave a total out.
    pub fn parse(file: &str, text: &str) -> Result<Self, LoadError> {
        let rules: Self = read(file, text)?;
        check_id(file, &rules.id)?;
        for instrument in InstrumentCode::ALL {
            if rules.versions_of(*instrument).is_empty() {
                return refuse(file, &format!("versions.{}", instrument.as_str()), "must name a version");
            }
        }
        let range = (static99r::LEAST, static99r::MOST);
        check_bands(file, "static_99r.old_2012", &rules.static_99r.old_2012, range)?;
        check_bands(file, "static_99r.standardised_2016", &rules.static_99r.standardised_2016, range)?;
        check_dynamic(file, "stable_2007", &rules.stable_2007)?;
        check_dynamic(file, "acute_2007", &rules.acute_2007)?;
        let sources = [("decides_nothing", &rules.decides_nothing), ("age_weakness", &rules.age_weakness)];
        if let Some((key, _)) = sources.into_iter().find(|(_, source)| source.trim().is_empty()) {
            return refuse(file, key, "must name a source");
        }
        Ok(rules)
    }

    /// The versions of an instrument that can be recorded.
    #[must_use]
    pub fn versions_of(&self, instrument: InstrumentCode) -> &[String] {
        match instrument {
            InstrumentCode::Static99r => &self.versions.static_99r,
            InstrumentCode::Stable2007 => &self.versions.stable_2007,
            InstrumentCode::Acute2007 => &self.versions.acute_2007,
            InstrumentCode::OxRec => &self.versions.oxrec,
        }
    }

    /// The items of an instrument that is scored item by item with one range, and the highest score of each; none of the
    /// others.
    #[must_use]
    pub fn scored_items(&self, instrument: InstrumentCode) -> (&[String], i64) {
        match instrument {
            InstrumentCode::Stable2007 => (&self.stable_2007.items, self.stable_2007.most_per_item),
            InstrumentCode::Acute2007 => (&self.acute_2007.items, self.acute_2007.most_per_item),
            InstrumentCode::Static99r | InstrumentCode::OxRec => (&[], 0),
        }
    }
}

/// The band of a total; none when the system has no bands.
pub(super) fn band(rows: &[BandRow], total: i64) -> Option<&str> {
    rows.iter().find(|row| row.most.is_none_or(|most| total <= most)).map(|row| row.band.as_str())
}

fn check_bands(file: &str, key: &str, rows: &[BandRow], (least, most): (i64, i64)) -> Result<(), LoadError> {
    let Some((last, rest)) = rows.split_last() else {
        return refuse(file, key, "must have bands");
    };
    if last.most.is_some() || rest.iter().any(|row| row.most.is_none()) {
        return refuse(file, key, "every band but the last has `most`, and the last has none");
    }
    let ends: Vec<i64> = rest.iter().filter_map(|row| row.most).collect();
    if !ends.is_sorted_by(|a, b| a < b) || ends.iter().any(|end| !(least..most).contains(end)) {
        return refuse(file, key, &format!("`most` must go up, from {least} to below {most}"));
    }
    Ok(())
}

fn check_dynamic(file: &str, key: &str, rules: &Dynamic) -> Result<(), LoadError> {
    let items = &rules.items;
    if items.is_empty() || items.iter().enumerate().any(|(i, item)| items.iter().take(i).any(|other| other == item)) {
        return refuse(file, &format!("{key}.items"), "must name each item once");
    }
    if !(1..=9).contains(&rules.most_per_item) {
        return refuse(file, &format!("{key}.most_per_item"), "must lie between 1 and 9");
    }
    if rules.identification_item.as_ref().is_some_and(|item| !items.contains(item)) {
        return refuse(file, &format!("{key}.identification_item"), "must be one of the items");
    }
    if rules.bands.is_empty() {
        return Ok(());
    }
    let count = i64::try_from(items.len()).unwrap_or(i64::MAX);
    check_bands(file, &format!("{key}.bands"), &rules.bands, (0, rules.most_per_item.saturating_mul(count)))
}
