//! One pair of source and use: what it comes to, and why.

use serde::Serialize;

use super::kinds::{Need, Reason, Source, Use};
use super::step::Step;
use crate::grounds::codes;

codes! {
    /// What a pair comes to.
    pub enum Outcome {
        /// The data may be used for this.
        Allowed => "allowed",
        /// The data may be used for this once the conditions are met.
        Conditional => "conditional",
        /// The data may not be used for this.
        Refused => "refused",
    }
}

/// One pair of the table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Decision {
    /// Where the data come from.
    pub source: Source,
    /// What they would be used for.
    #[serde(rename = "use")]
    pub purpose: Use,
    /// What it comes to.
    pub outcome: Outcome,
    /// What must be there first; empty unless conditional.
    pub needs: Vec<Need>,
    /// Why.
    pub reason: Reason,
    /// The provision.
    pub provision: String,
    /// Version of the table.
    pub table: String,
    /// The explanation.
    pub steps: Vec<Step>,
}

impl Decision {
    /// The conditions that are not among those met.
    #[must_use]
    pub fn open_needs(&self, met: &[Need]) -> Vec<Need> {
        self.needs.iter().copied().filter(|need| !met.contains(need)).collect()
    }

    /// Whether the data may be used for this, with these conditions met.
    #[must_use]
    pub fn permits(&self, met: &[Need]) -> bool {
        match self.outcome {
            Outcome::Allowed => true,
            Outcome::Conditional => self.open_needs(met).is_empty(),
            Outcome::Refused => false,
        }
    }
}
