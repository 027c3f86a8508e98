//! A trip while a person is in the register of passport alerts: what is formally so, and whether somebody should look.
//! Nothing is stopped from here.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::entry::Entry;
use super::profile::PassportRules;
use super::proposal::{Proposal, ProposalState};
use super::step::Step;
use crate::grounds::codes;

codes! {
    /// The document somebody travels on.
    pub enum Document {
        /// A passport.
        Passport => "passport",
        /// An identity card, which cannot be refused or declared void under these articles.
        IdentityCard => "identity_card",
    }
}

/// A trip.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Journey {
    /// Day of departure.
    pub departs: NaiveDate,
    /// Planned day of return; absent: none is planned.
    #[serde(default)]
    pub returns: Option<NaiveDate>,
    /// Where to, two letters each.
    pub destinations: Vec<String>,
    /// On which document; absent: nobody said.
    #[serde(default)]
    pub document: Option<Document>,
}

codes! {
    /// What is formally so.
    pub enum JourneyOutcome {
        /// No entry stands on a day of the trip.
        NoEntry => "no_entry",
        /// The trip is allowed on this document.
        FormallyAllowed => "formally_allowed",
        /// The document is not enough for a destination.
        PassportNeeded => "passport_needed",
        /// The document was refused or declared void.
        DocumentVoid => "document_void",
        /// Nobody knows on which document the person travels.
        NotEstablished => "not_established",
    }
}

/// What there is to say about a trip.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct JourneyFinding {
    /// What is formally so.
    pub outcome: JourneyOutcome,
    /// Whether a reviewer should look at it.
    pub for_reviewer: bool,
    /// Why.
    pub steps: Vec<Step>,
}

/// What there is to say about a trip, given the proposals about the person.
#[must_use]
pub fn journey(trip: &Journey, proposals: &[Proposal], rules: &PassportRules) -> JourneyFinding {
    let standing: Vec<(&Proposal, &Entry)> = proposals
        .iter()
        .filter_map(|proposal| Some((proposal, entry(proposal)?)))
        .filter(|(_, entry)| {
            trip.departs < entry.expires_on && trip.returns.is_none_or(|returns| entry.entered_on <= returns)
        })
        .collect();
    if standing.is_empty() {
        return JourneyFinding { outcome: JourneyOutcome::NoEntry, for_reviewer: false, steps: vec![Step::NoEntry] };
    }
    let mut steps: Vec<Step> = standing
        .iter()
        .map(|(_, entry)| Step::EntryStands { from: entry.entered_on, until: entry.expires_on })
        .collect();
    let outcome = match trip.document {
        Some(Document::IdentityCard) => by_card(trip, rules, &mut steps),
        Some(Document::Passport) => by_passport(trip, &standing, &mut steps),
        None => {
            steps.push(Step::DocumentUnknown);
            JourneyOutcome::NotEstablished
        }
    };
    JourneyFinding { outcome, for_reviewer: true, steps }
}

fn entry(proposal: &Proposal) -> Option<&Entry> {
    match &proposal.state {
        ProposalState::Active { entry } | ProposalState::GroundLapsed { entry, .. } => Some(entry),
        ProposalState::Draft { .. }
        | ProposalState::Requested { .. }
        | ProposalState::Withdrawn { .. }
        | ProposalState::NotEntered { .. }
        | ProposalState::Removed { .. }
        | ProposalState::Expired { .. } => None,
    }
}

fn by_card(trip: &Journey, rules: &PassportRules, steps: &mut Vec<Step>) -> JourneyOutcome {
    let mut outcome = JourneyOutcome::FormallyAllowed;
    for country in &trip.destinations {
        if rules.identity_card.accepted_in.contains(country) {
            steps.push(Step::CardAccepted { country: country.clone() });
        } else {
            steps.push(Step::CardNotAccepted { country: country.clone() });
            outcome = JourneyOutcome::PassportNeeded;
        }
    }
    outcome
}

fn by_passport(trip: &Journey, standing: &[(&Proposal, &Entry)], steps: &mut Vec<Step>) -> JourneyOutcome {
    let decided = standing.iter().filter_map(|(proposal, _)| proposal.document);
    let void = decided.filter(|document| document.decision.takes_the_document() && document.on <= trip.departs);
    let void = void.map(|document| document.on);
    if let Some(on) = void.min() {
        steps.push(Step::DocumentVoid { on });
        return JourneyOutcome::DocumentVoid;
    }
    steps.push(Step::PassportStillValid);
    JourneyOutcome::FormallyAllowed
}
