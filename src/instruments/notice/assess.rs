//! What stands in the way of a proposal on a day. All of it is said at once.

use chrono::NaiveDate;
use serde::Serialize;

use super::content::{Content, Ground, Kind};
use super::passing_on;
use super::profile::NoticeRules;
use super::step::Step;
use crate::countries::{CodeFault, Countries};
use crate::grounds::{codes, ends_after_months};

codes! {
    /// What a finding is about.
    pub enum FindingCode {
        /// The ground and its reasons.
        Ground => "ground",
        /// The earlier offences of the person-based ground.
        EarlierOffences => "earlier_offences",
        /// The risk assessment, which either ground needs.
        RiskAssessment => "risk_assessment",
        /// The consultation of the prosecution service.
        Consultation => "consultation",
        /// The minimum identity.
        Identity => "identity",
        /// The countries.
        Destinations => "destinations",
        /// Convictions from ECRIS.
        DataFromEcris => "data_from_ecris",
        /// Convictions that were told and not verified.
        UnverifiedData => "unverified_data",
        /// Convictions that are disputed.
        DisputedData => "disputed_data",
    }
}

codes! {
    /// What a finding comes to.
    pub enum FindingOutcome {
        /// It is as it should be.
        Pass => "pass",
        /// It goes on, and somebody should look.
        Warn => "warn",
        /// It goes no further.
        Block => "block",
    }
}

/// One finding.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Finding {
    /// What it is about.
    pub code: FindingCode,
    /// What it comes to.
    pub outcome: FindingOutcome,
    /// The provision.
    pub source: String,
    /// Why.
    pub steps: Vec<Step>,
}

/// Everything there is to find about a proposal on a day.
#[must_use]
pub fn assess(content: &Content, rules: &NoticeRules, countries: &Countries, on: NaiveDate) -> Vec<Finding> {
    let (enough, steps) = content.identity.enough();
    let outcome = if enough { FindingOutcome::Pass } else { FindingOutcome::Block };
    let mut findings = vec![
        ground(content, rules),
        earlier_offences(content, rules),
        risk_assessment(content, rules, on),
        consultation(content, rules, on),
        finding(FindingCode::Identity, outcome, &rules.sources.identity, steps),
        destinations(content, rules, countries, on),
    ];
    findings.extend(passing_on::findings(content, rules, on));
    findings
}

/// What blocks, of everything found.
#[must_use]
pub fn blocks(findings: &[Finding]) -> Vec<FindingCode> {
    findings.iter().filter(|finding| finding.outcome == FindingOutcome::Block).map(|finding| finding.code).collect()
}

pub(super) fn finding(code: FindingCode, outcome: FindingOutcome, source: &str, steps: Vec<Step>) -> Finding {
    Finding { code, outcome, source: source.to_owned(), steps }
}

fn ground(content: &Content, rules: &NoticeRules) -> Finding {
    let (outcome, step) = match content.ground {
        None => (FindingOutcome::Block, Step::NoGround),
        Some(_) if content.ground_reasons.trim().is_empty() => (FindingOutcome::Block, Step::NoReasons),
        Some(ground) => (FindingOutcome::Pass, Step::GroundGiven { ground }),
    };
    finding(FindingCode::Ground, outcome, &rules.sources.ground, vec![step])
}

fn earlier_offences(content: &Content, rules: &NoticeRules) -> Finding {
    let carrying = content.convictions.iter().filter(|conviction| passing_on::carries(conviction)).count();
    let count = u32::try_from(carrying).unwrap_or(u32::MAX);
    let (outcome, step) = match content.ground {
        Some(Ground::Person) if count == 0 => (FindingOutcome::Block, Step::NoEarlierOffence),
        Some(Ground::Person) => (FindingOutcome::Pass, Step::EarlierOffences { count }),
        Some(Ground::Act) | None => (FindingOutcome::Pass, Step::NoneNeeded),
    };
    finding(FindingCode::EarlierOffences, outcome, &rules.sources.earlier_offences, vec![step])
}

fn risk_assessment(content: &Content, rules: &NoticeRules, on: NaiveDate) -> Finding {
    let months = rules.risk_assessment.warn_after_months;
    let (outcome, step) = match &content.risk_assessment {
        None => (FindingOutcome::Block, Step::NoRiskAssessment),
        Some(risk) if risk.disputed => (FindingOutcome::Block, Step::Disputed { fact: risk.id.clone() }),
        Some(risk) if risk.assessed_on > on => {
            (FindingOutcome::Block, Step::AssessedLater { assessed: risk.assessed_on })
        }
        Some(risk) if on > ends_after_months(risk.assessed_on, months) => {
            (FindingOutcome::Warn, Step::AssessmentOld { assessed: risk.assessed_on, months })
        }
        Some(risk) => (FindingOutcome::Pass, Step::Assessed { assessed: risk.assessed_on }),
    };
    finding(FindingCode::RiskAssessment, outcome, &rules.sources.risk_assessment, vec![step])
}

fn consultation(content: &Content, rules: &NoticeRules, on: NaiveDate) -> Finding {
    let (outcome, step) = match &content.consultation {
        Some(consulted) if !consulted.with.trim().is_empty() && consulted.on <= on => {
            (FindingOutcome::Pass, Step::Consulted { on: consulted.on })
        }
        Some(_) | None => (FindingOutcome::Block, Step::NotConsulted),
    };
    finding(FindingCode::Consultation, outcome, &rules.sources.consultation, vec![step])
}

fn destinations(content: &Content, rules: &NoticeRules, countries: &Countries, on: NaiveDate) -> Finding {
    let mut steps = Vec::new();
    match (content.kind, content.destinations.is_empty()) {
        (Kind::GreenDiffusion, true) => steps.push(Step::NoCountries),
        (Kind::GreenNotice, false) => steps.push(Step::NoticeGoesEverywhere),
        (Kind::GreenDiffusion, false) | (Kind::GreenNotice, true) => {}
    }
    for code in &content.destinations {
        let usable = match countries.resolve(code, on) {
            Ok(country) => country.alpha2 != "NL",
            Err(CodeFault::NoSuchCountry | CodeFault::Withdrawn { .. } | CodeFault::NotYet { .. }) => false,
        };
        if !usable {
            steps.push(Step::NotADestination { country: code.clone() });
        }
    }
    let source = &rules.sources.destinations;
    if steps.is_empty() {
        let count = u32::try_from(content.destinations.len()).unwrap_or(u32::MAX);
        let step = match content.kind {
            Kind::GreenNotice => Step::ToEveryMember,
            Kind::GreenDiffusion => Step::ToCountries { count },
        };
        return finding(FindingCode::Destinations, FindingOutcome::Pass, source, vec![step]);
    }
    finding(FindingCode::Destinations, FindingOutcome::Block, source, steps)
}
