//! What a role sees of whoever reported. The identity stays with the desk, whatever else a role may read.

use serde::Serialize;

use super::event::Reporter;
use super::profile::SignalRules;
use super::state::{Signal, SignalState};
use super::step::Step;
use crate::grounds::codes;

codes! {
    /// Who looks.
    pub enum Viewer {
        /// The desk that takes signals up.
        Desk => "desk",
        /// The supervision officer of the registrant.
        SupervisionOfficer => "supervision_officer",
        /// The lead of the review.
        ReviewLead => "review_lead",
        /// The officer of justice.
        Prosecutor => "prosecutor",
        /// The specialist police unit.
        PoliceUnit => "police_unit",
        /// The privacy officer.
        PrivacyOfficer => "privacy_officer",
        /// The registrant.
        Registrant => "registrant",
        /// Technical management.
        Technician => "technician",
    }
}

/// What is seen. Nothing of the identity stands in what is hidden.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "shown", rename_all = "snake_case", rename_all_fields = "camelCase")]
pub enum ReporterView {
    /// Nothing, not even whether somebody is known.
    Hidden {
        /// Why.
        steps: Vec<Step>,
    },
    /// Nobody knows who reported.
    Anonymous {
        /// Why.
        steps: Vec<Step>,
    },
    /// The intermediary, through which questions go.
    Intermediary {
        /// The id of the intermediary.
        intermediary: String,
        /// Its reference.
        reference: String,
        /// Why.
        steps: Vec<Step>,
    },
    /// The id under which the identity is kept.
    Known {
        /// That id.
        reporter: String,
        /// Why.
        steps: Vec<Step>,
    },
}

/// What a role sees of whoever sent a signal.
#[must_use]
pub fn reporter_view(signal: &Signal, viewer: Viewer, rules: &SignalRules) -> ReporterView {
    let provision = || rules.sources.reporter.clone();
    let locked = matches!(signal.state, SignalState::Removed { .. } | SignalState::Destroyed { .. });
    let sees = !locked
        && match viewer {
            Viewer::Desk => true,
            Viewer::Prosecutor => signal.demanded_under.is_some(),
            Viewer::SupervisionOfficer
            | Viewer::ReviewLead
            | Viewer::PoliceUnit
            | Viewer::PrivacyOfficer
            | Viewer::Registrant
            | Viewer::Technician => false,
        };
    if !sees {
        return ReporterView::Hidden { steps: vec![Step::ReporterHidden { provision: provision() }] };
    }
    let why = match (viewer, &signal.demanded_under) {
        (Viewer::Prosecutor, Some(demanded)) => Step::ReporterDemanded { provision: demanded.clone() },
        (_, _) => Step::ReporterWithDesk { provision: provision() },
    };
    match &signal.reporter {
        Reporter::Anonymous => ReporterView::Anonymous { steps: vec![Step::ReporterUnknown] },
        Reporter::Intermediary { intermediary, reference } => ReporterView::Intermediary {
            intermediary: intermediary.clone(),
            reference: reference.clone(),
            steps: vec![why, Step::ThroughIntermediary],
        },
        Reporter::Known { reporter } => ReporterView::Known { reporter: reporter.clone(), steps: vec![why] },
    }
}
