//! What can happen to a proposal and to the warning it leads to. `by` is the id of whoever did it.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::content::Content;
use crate::grounds::codes;

codes! {
    /// Why a proposal or a warning is withdrawn.
    pub enum WithdrawalReason {
        /// The ground is no longer there.
        GroundLapsed => "ground_lapsed",
        /// It was about somebody else, or rested on what turned out wrong.
        Mistaken => "mistaken",
        /// The convicting state no longer agrees.
        ConsentWithdrawn => "consent_withdrawn",
        /// The commission that controls Interpol's files asks for it.
        CommissionAsked => "commission_asked",
        /// The person has died.
        Died => "died",
    }
}

/// What happened.
#[expect(missing_docs, reason = "the members are described with the event")]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case", rename_all_fields = "camelCase", deny_unknown_fields)]
pub enum WarningEvent {
    /// The police unit wrote a draft.
    Drafted { on: NaiveDate, by: String, content: Box<Content> },
    /// The draft was written anew.
    Amended { on: NaiveDate, by: String, content: Box<Content> },
    /// The draft was proposed to the Interpol bureau.
    Proposed { on: NaiveDate, by: String },
    /// The bureau wants more.
    Returned { on: NaiveDate, by: String },
    /// The bureau does not issue it.
    Refused { on: NaiveDate, by: String },
    /// The bureau issued it, after it checked the quality of the data; without an end it ends when it must.
    Issued {
        on: NaiveDate,
        by: String,
        quality_checked: bool,
        #[serde(default)]
        expires_on: Option<NaiveDate>,
    },
    /// Something in it turned out wrong; the correction goes to the bureau at once.
    Corrected { on: NaiveDate, by: String, content: Box<Content> },
    /// The bureau told every recipient what was corrected, or that the warning was withdrawn.
    RecipientsInformed { on: NaiveDate, by: String },
    /// It was reviewed and goes on.
    Extended {
        on: NaiveDate,
        by: String,
        #[serde(default)]
        expires_on: Option<NaiveDate>,
    },
    /// It was withdrawn.
    Withdrawn { on: NaiveDate, by: String, reason: WithdrawalReason },
}

impl WarningEvent {
    /// The day on which it happened.
    #[must_use]
    pub const fn on(&self) -> NaiveDate {
        match self {
            Self::Drafted { on, .. }
            | Self::Amended { on, .. }
            | Self::Proposed { on, .. }
            | Self::Returned { on, .. }
            | Self::Refused { on, .. }
            | Self::Issued { on, .. }
            | Self::Corrected { on, .. }
            | Self::RecipientsInformed { on, .. }
            | Self::Extended { on, .. }
            | Self::Withdrawn { on, .. } => *on,
        }
    }
}
