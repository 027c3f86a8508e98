//! What may be passed on to Interpol: convictions from ECRIS with consent of the convicting state, and nothing that was only
//! told or that is disputed.

use chrono::NaiveDate;

use super::assess::{Finding, FindingCode, FindingOutcome, finding};
use super::content::{Content, Conviction, ConvictionSource, ImmediateThreat};
use super::profile::NoticeRules;
use super::step::Step;

/// The findings on the convictions of a proposal.
pub(super) fn findings(content: &Content, rules: &NoticeRules, on: NaiveDate) -> Vec<Finding> {
    let from_ecris: Vec<&Conviction> =
        content.convictions.iter().filter(|c| c.source == ConvictionSource::Ecris).collect();
    let told = |c: &&Conviction| !c.verified;
    let unverified = content.convictions.iter().filter(told).map(|c| Step::NotVerified { fact: c.id.clone() });
    let disputed = content.convictions.iter().filter(|c| c.disputed).map(|c| Step::Disputed { fact: c.id.clone() });
    vec![
        ecris(&from_ecris, content.immediate_threat.as_ref(), rules, on),
        blocked_by(FindingCode::UnverifiedData, &rules.sources.unverified, unverified.collect(), Step::AllVerified),
        blocked_by(FindingCode::DisputedData, &rules.sources.disputed, disputed.collect(), Step::NothingDisputed),
    ]
}

/// Whether a conviction can be what a proposal rests on.
pub(super) fn carries(conviction: &Conviction) -> bool {
    conviction.verified && !conviction.disputed
}

fn blocked_by(code: FindingCode, source: &str, steps: Vec<Step>, otherwise: Step) -> Finding {
    if steps.is_empty() {
        return finding(code, FindingOutcome::Pass, source, vec![otherwise]);
    }
    finding(code, FindingOutcome::Block, source, steps)
}

fn ecris(from: &[&Conviction], threat: Option<&ImmediateThreat>, rules: &NoticeRules, on: NaiveDate) -> Finding {
    let source = &rules.sources.ecris;
    let mut steps: Vec<Step> = from.iter().map(|conviction| consent(conviction, on)).collect();
    let without = |step: &Step| !matches!(step, Step::Consented { .. });
    if steps.is_empty() {
        return finding(FindingCode::DataFromEcris, FindingOutcome::Pass, source, vec![Step::NothingFromEcris]);
    }
    if !steps.iter().any(without) {
        return finding(FindingCode::DataFromEcris, FindingOutcome::Pass, source, steps);
    }
    let found = threat.filter(|t| t.on <= on && !t.officer.trim().is_empty() && !t.reasons.trim().is_empty());
    match (threat, found) {
        (_, Some(threat)) => {
            steps.push(Step::ImmediateThreat { on: threat.on });
            finding(FindingCode::DataFromEcris, FindingOutcome::Warn, source, steps)
        }
        (Some(_), None) => {
            steps.push(Step::ThreatNotFound);
            finding(FindingCode::DataFromEcris, FindingOutcome::Block, source, steps)
        }
        (None, None) => finding(FindingCode::DataFromEcris, FindingOutcome::Block, source, steps),
    }
}

fn consent(conviction: &Conviction, on: NaiveDate) -> Step {
    let (fact, country) = (conviction.id.clone(), conviction.country.clone());
    match conviction.consent.filter(|consent| consent.on <= on) {
        Some(consent) if consent.given => Step::Consented { fact, country, on: consent.on },
        Some(consent) => Step::ConsentRefused { fact, country, on: consent.on },
        None => Step::NoConsent { fact, country },
    }
}
