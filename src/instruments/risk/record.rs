//! What is wrong with an assessment, and what is recorded of it.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::assessment::{Assessment, Finding, Level};
use super::dynamic;
use super::profile::{BandOf, RiskRules};
use super::static99r::{self, AgeClass, NotApplicable, Scored};
use super::step::Step;
use crate::grounds::{Fault, codes};

codes! {
    /// The instruments.
    pub enum InstrumentCode {
        /// Static-99R.
        Static99r => "static_99r",
        /// Stable-2007.
        Stable2007 => "stable_2007",
        /// Acute-2007.
        Acute2007 => "acute_2007",
        /// OxRec.
        OxRec => "oxrec",
    }
}

codes! {
    /// What is wrong with a member.
    pub enum FaultCode {
        /// It has no text.
        Empty => "empty",
        /// The register knows no such version of the instrument.
        UnknownVersion => "unknown_version",
        /// It lies after the day it is told.
        InTheFuture => "in_the_future",
        /// A total is computed, never typed.
        TypedTotal => "typed_total",
        /// It lies outside what the item allows.
        OutOfRange => "out_of_range",
        /// Release lies before birth.
        BeforeBirth => "before_birth",
        /// The score is not what the charges and convictions give.
        DoesNotFitCounts => "does_not_fit_counts",
        /// The instrument has no such item.
        UnknownItem => "unknown_item",
        /// The item was said not to apply.
        DoesNotApply => "does_not_apply",
        /// The chance within two years is smaller than within one.
        ShrinkingChance => "shrinking_chance",
    }
}

/// The score of one item; absent: unknown.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[schema(as = RiskItemScore)]
#[serde(rename_all = "camelCase")]
pub struct ItemScore {
    /// Its code.
    pub item: String,
    /// Its score.
    pub score: Option<i64>,
}

impl ItemScore {
    pub(super) fn new(item: &str, score: Option<i64>) -> Self {
        Self { item: item.to_owned(), score }
    }
}

/// What the total of Static-99R would be in an age class, all else equal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[schema(as = RiskAgeClassTotal)]
#[serde(rename_all = "camelCase")]
pub struct AgeClassRow {
    /// The class.
    pub class: AgeClass,
    /// Whether it is the class of the person.
    pub own: bool,
    /// Score of item 1 in it.
    pub score: i64,
    /// The total in it.
    pub total: i64,
    /// How far it lies from the total of the person.
    pub difference: i64,
    /// The bands in it.
    pub bands: Vec<BandOf>,
}

/// An assessment as it is recorded.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Recorded {
    /// The instrument.
    pub instrument: InstrumentCode,
    /// Its version.
    pub version: String,
    /// Who assessed.
    pub assessor: String,
    /// The day of the assessment.
    pub assessed_on: NaiveDate,
    /// Version of the rules it was computed with.
    pub rules: String,
    /// Whether the instrument applies.
    pub applicable: bool,
    /// Why it does not.
    pub not_applicable: Vec<NotApplicable>,
    /// The scores.
    pub items: Vec<ItemScore>,
    /// What is unknown; without it there is no total.
    pub missing: Vec<String>,
    /// The computed total.
    pub total: Option<i64>,
    /// The level an instrument that is scored elsewhere gave.
    pub level: Option<Level>,
    /// The band in each system.
    pub bands: Vec<BandOf>,
    /// The total in each age class; Static-99R with a total only.
    pub age_sensitivity: Vec<AgeClassRow>,
    /// The explanation.
    pub steps: Vec<Step>,
}

/// What roles see that know the band only.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct BandView {
    /// The instrument.
    pub instrument: InstrumentCode,
    /// Its version.
    pub version: String,
    /// The day of the assessment.
    pub assessed_on: NaiveDate,
    /// Whether the instrument applies.
    pub applicable: bool,
    /// The level an instrument that is scored elsewhere gave.
    pub level: Option<Level>,
    /// The band in each system.
    pub bands: Vec<BandOf>,
}

impl Recorded {
    /// The band without items, total and assessor.
    #[must_use]
    pub fn band_only(&self) -> BandView {
        BandView {
            instrument: self.instrument,
            version: self.version.clone(),
            assessed_on: self.assessed_on,
            applicable: self.applicable,
            level: self.level,
            bands: self.bands.clone(),
        }
    }
}

impl Finding {
    /// The instrument.
    #[must_use]
    pub const fn instrument(&self) -> InstrumentCode {
        match self {
            Self::Static99r { .. } => InstrumentCode::Static99r,
            Self::Stable2007 { .. } => InstrumentCode::Stable2007,
            Self::Acute2007 { .. } => InstrumentCode::Acute2007,
            Self::OxRec { .. } => InstrumentCode::OxRec,
        }
    }
}

/// Computes what is recorded of an assessment that is told on a day.
///
/// # Errors
/// Every fault of what was told, at once.
pub fn record(
    assessment: &Assessment,
    rules: &RiskRules,
    told_on: NaiveDate,
) -> Result<Recorded, Vec<Fault<FaultCode>>> {
    let faults = faults(assessment, rules, told_on);
    if !faults.is_empty() {
        return Err(faults);
    }
    let (scored, level) = scored(&assessment.finding, rules);
    let mut steps = scored.steps;
    steps.push(Step::DecidesNothing { provision: rules.decides_nothing.clone() });
    Ok(Recorded {
        instrument: assessment.finding.instrument(),
        version: assessment.version.clone(),
        assessor: assessment.assessor.clone(),
        assessed_on: assessment.assessed_on,
        rules: rules.id.clone(),
        applicable: scored.not_applicable.is_empty(),
        not_applicable: scored.not_applicable,
        items: scored.items,
        missing: scored.missing,
        total: scored.total,
        level,
        bands: scored.bands,
        age_sensitivity: scored.age_sensitivity,
        steps,
    })
}

fn scored(finding: &Finding, rules: &RiskRules) -> (Scored, Option<Level>) {
    match finding {
        Finding::Static99r { .. } => (static99r::score(finding, rules), None),
        Finding::Stable2007 { identification_applies, items } => {
            (dynamic::score(items, &rules.stable_2007, skipped(rules, *identification_applies), "stable_2007"), None)
        }
        Finding::Acute2007 { items } => (dynamic::score(items, &rules.acute_2007, None, "acute_2007"), None),
        Finding::OxRec { level, .. } => {
            (Scored { steps: vec![Step::Elsewhere { level: *level }], ..Scored::default() }, Some(*level))
        }
    }
}

fn skipped(rules: &RiskRules, identification_applies: bool) -> Option<&str> {
    if identification_applies { None } else { rules.stable_2007.identification_item.as_deref() }
}

fn faults(assessment: &Assessment, rules: &RiskRules, told_on: NaiveDate) -> Vec<Fault<FaultCode>> {
    let mut faults = Vec::new();
    if !rules.versions_of(assessment.finding.instrument()).contains(&assessment.version) {
        faults.push(Fault::new("version", FaultCode::UnknownVersion));
    }
    if assessment.assessor.trim().is_empty() {
        faults.push(Fault::new("assessor", FaultCode::Empty));
    }
    if assessment.assessed_on > told_on {
        faults.push(Fault::new("assessedOn", FaultCode::InTheFuture));
    }
    if assessment.total.is_some() {
        faults.push(Fault::new("total", FaultCode::TypedTotal));
    }
    faults.extend(match &assessment.finding {
        Finding::Static99r { age, items, .. } => static99r::faults(*age, items),
        Finding::Stable2007 { identification_applies, items } => {
            dynamic::faults(items, &rules.stable_2007, skipped(rules, *identification_applies))
        }
        Finding::Acute2007 { items } => dynamic::faults(items, &rules.acute_2007, None),
        Finding::OxRec { within_one_year, within_two_years, .. } => chances(*within_one_year, *within_two_years),
    });
    faults
}

fn chances(one: Option<f64>, two: Option<f64>) -> Vec<Fault<FaultCode>> {
    let mut faults = Vec::new();
    for (field, chance) in [("finding.withinOneYear", one), ("finding.withinTwoYears", two)] {
        if chance.is_some_and(|chance| !(0.0..=100.0).contains(&chance)) {
            faults.push(Fault::new(field, FaultCode::OutOfRange));
        }
    }
    if matches!((one, two), (Some(one), Some(two)) if two < one) {
        faults.push(Fault::new("finding.withinTwoYears", FaultCode::ShrinkingChance));
    }
    faults
}
