//! Forms are held against the schemas the API publishes: there is one statement of what a report must look like.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::api::schema::Schema;
use crate::register::FieldError;

/// The published names of what forms send.
const SENT: [&str; 47] = [
    "InitialReport",
    "NameReport",
    "AddressReport",
    "StayReport",
    "TravelReport",
    "TravelCancellation",
    "ReturnReport",
    "AbsenceReport",
    "ConfirmationReport",
    "NightReport",
    "Search",
    "Reason",
    "Proposal",
    "Verdict",
    "Snooze",
    "NewVisit",
    "VisitOutcome",
    "NewVerification",
    "NewContact",
    "NewNote",
    "NewTransfer",
    "TransferAnswer",
    "IdentityCheck",
    "NewRepresentative",
    "NewChainNumber",
    "NewDeath",
    "DeathCorrection",
    "NewMerge",
    "MergeDecision",
    "DisputeInput",
    "DisputeVerdict",
    "AuthorityDecisionInput",
    "Reassignment",
    "HandOver",
    "AbsenceInput",
    "ReceiptDecision",
    "NewRelease",
    "NewHelpRequest",
    "NoticeContent",
    "PassportDraft",
    "NewRiskAssessment",
    "NewForeignConviction",
    "Verify",
    "NewRightsRequest",
    "RightsExtension",
    "RightsDecision",
    "RightsDone",
];

/// The compiled schemas.
pub struct Checks(BTreeMap<&'static str, Schema>);

impl Checks {
    /// Compiles the schemas of the published `description`.
    ///
    /// # Errors
    /// The schema that cannot be compiled, and why.
    pub fn compile(description: &Value) -> Result<Self, String> {
        let components = &description["components"];
        SENT.into_iter()
            .map(|name| {
                let reference = json!({ "$ref": format!("#/components/schemas/{name}") });
                Ok((name, Schema::compile(&reference, components).map_err(|error| format!("{name}: {error}"))?))
            })
            .collect::<Result<_, _>>()
            .map(Self)
    }

    /// Everything that is wrong with `value` as a `name`. A form that is not among [`SENT`] is never right: unchecked, it
    /// would come as far as the use case.
    pub fn faults(&self, name: &str, value: &Value) -> Vec<FieldError> {
        let unknown = || vec![FieldError::new("", "unchecked_form", "This form is held against no schema.")];
        self.0.get(name).map_or_else(unknown, |schema| schema.faults(value))
    }
}
