//! The formal criteria on a day: the frame both articles share.

use chrono::NaiveDate;
use serde::Serialize;

use super::article24a::Readings;
use super::profile::PassportRules;
use super::situation::Situation;
use super::step::Step;
use super::{article18, article24a};
use crate::grounds::codes;

codes! {
    /// The two measures.
    pub enum Article {
        /// Refusal or voiding because somebody evades prosecution or execution.
        Article18 => "article_18",
        /// Refusal or voiding because somebody will commit the conduct again.
        Article24a => "article_24a",
    }
}

codes! {
    /// The grounds of article 18.
    pub enum Ground {
        /// Suspected of an offence that allows pre-trial detention.
        A => "a",
        /// Finally sentenced.
        B => "b",
        /// Special conditions not complied with.
        C => "c",
    }
}

codes! {
    /// What a criterion comes to.
    pub enum Outcome {
        /// It is met.
        Met => "met",
        /// It is not met.
        NotMet => "not_met",
        /// Nobody has established what it asks.
        Unknown => "unknown",
        /// It is a judgement: reasons were given, a person weighs them.
        ForAPerson => "for_a_person",
    }
}

codes! {
    /// The criteria.
    pub enum CriterionCode {
        /// A claim to a Dutch travel document.
        ClaimToDocument => "claim_to_document",
        /// 18(a).
        Suspicion => "suspicion",
        /// 18(b).
        Sentence => "sentence",
        /// 18(c).
        Breach => "breach",
        /// 18(c) as changed by Stb. 2020, 1.
        BreachOfMeasure38z => "breach_of_measure_38z",
        /// Well-founded presumption of evading prosecution or execution.
        Evasion => "evasion",
        /// 24(a): a final conviction in the preceding years.
        RecentConviction => "recent_conviction",
        /// 24(a): conduct that is a crime here and that a treaty obliges to criminalise.
        TreatyCrime => "treaty_crime",
        /// 24(a): well-founded presumption of the same conduct.
        Repetition => "repetition",
    }
}

/// One criterion, with where it comes from and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Criterion {
    /// Which.
    pub code: CriterionCode,
    /// What it comes to.
    pub outcome: Outcome,
    /// The provision.
    pub source: String,
    /// Why.
    pub steps: Vec<Step>,
}

/// Article 18.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Article18 {
    /// Whether a ground is there and nothing formal stands in the way.
    pub open: bool,
    /// The grounds that are there.
    pub grounds: Vec<Ground>,
    /// Every criterion.
    pub criteria: Vec<Criterion>,
}

/// Article 24(a).
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Article24a {
    /// Whether it is open under the statute and nothing formal stands in the way.
    pub open: bool,
    /// The statute and the letter of 4 July 2022 side by side. The statute is followed.
    pub readings: Readings,
    /// Every criterion.
    pub criteria: Vec<Criterion>,
}

/// Both articles on a day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Check {
    /// The day.
    pub on: NaiveDate,
    /// The version of the rules.
    pub rules: String,
    /// Article 18.
    pub article18: Article18,
    /// Article 24(a).
    pub article24a: Article24a,
}

/// Checks the formal criteria of both articles on a day.
#[must_use]
pub fn check(situation: &Situation, rules: &PassportRules, on: NaiveDate) -> Check {
    Check {
        on,
        rules: rules.id.clone(),
        article18: article18::check(situation, rules, on),
        article24a: article24a::check(situation, rules, on),
    }
}

/// The claim to a travel document, which both articles need.
pub(super) fn claim(situation: &Situation, rules: &PassportRules) -> Criterion {
    let (outcome, step) = match situation.claim_to_document {
        Some(true) => (Outcome::Met, Step::HasClaim),
        Some(false) => (Outcome::NotMet, Step::HasNoClaim),
        None => (Outcome::Unknown, Step::ClaimNotEstablished),
    };
    criterion(CriterionCode::ClaimToDocument, outcome, &rules.sources.claim, vec![step])
}

/// A presumption is a judgement: the check can only see whether somebody gave reasons.
pub(super) fn presumption(code: CriterionCode, reasons: Option<&str>, source: &str) -> Criterion {
    if reasons.is_some_and(|text| !text.trim().is_empty()) {
        criterion(code, Outcome::ForAPerson, source, vec![Step::ReasonsGiven])
    } else {
        criterion(code, Outcome::Unknown, source, vec![Step::NoReasonsGiven])
    }
}

pub(super) fn criterion(code: CriterionCode, outcome: Outcome, source: &str, steps: Vec<Step>) -> Criterion {
    Criterion { code, outcome, source: source.to_owned(), steps }
}

/// The best of what several facts come to: one that meets the criterion is enough, and one that may meet it leaves it open.
pub(super) fn best(outcomes: impl IntoIterator<Item = Outcome>) -> Outcome {
    let mut best = Outcome::NotMet;
    for outcome in outcomes {
        match outcome {
            Outcome::Met => return Outcome::Met,
            Outcome::Unknown | Outcome::ForAPerson => best = Outcome::Unknown,
            Outcome::NotMet => {}
        }
    }
    best
}
