//! What can happen to a warning notice once it is drafted: by the unit that proposes, and by the bureau that decides.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::ids::AccountId;
use crate::instruments::notice::{Content, WarningEvent, WithdrawalReason};

/// A step of the police unit. `on` is the day on which it happened, today or earlier.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "type", rename_all = "camelCase", deny_unknown_fields)]
pub enum WarningStep {
    /// The draft was written anew.
    Amended {
        /// The day.
        on: NaiveDate,
        /// The whole content.
        content: Box<Content>,
    },
    /// The draft was proposed to the Interpol bureau. Refused while anything blocks it.
    Proposed {
        /// The day.
        on: NaiveDate,
    },
    /// Something in an issued warning turned out wrong; the correction goes to the bureau at once.
    Corrected {
        /// The day.
        on: NaiveDate,
        /// The whole content, as it should have been.
        content: Box<Content>,
    },
    /// It was withdrawn.
    Withdrawn {
        /// The day.
        on: NaiveDate,
        /// Why.
        reason: WithdrawalReason,
    },
}

/// A decision on a notice that was proposed. `on` is the day on which it was taken, today or earlier.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "type", rename_all = "camelCase", deny_unknown_fields)]
pub enum WarningDecision {
    /// More is wanted: it is a draft again.
    Returned {
        /// The day.
        on: NaiveDate,
    },
    /// It is not issued.
    Refused {
        /// The day.
        on: NaiveDate,
    },
    /// It was issued. Without an end it ends when it must, five years later.
    #[serde(rename_all = "camelCase")]
    Issued {
        /// The day.
        on: NaiveDate,
        /// Whether the quality of the data was checked before they were sent.
        quality_checked: bool,
        /// The day on which it ends.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        expires_on: Option<NaiveDate>,
    },
    /// Every recipient was told what was corrected, or that it was withdrawn.
    RecipientsInformed {
        /// The day.
        on: NaiveDate,
    },
    /// It was reviewed and goes on.
    #[serde(rename_all = "camelCase")]
    Extended {
        /// The day.
        on: NaiveDate,
        /// The day on which it ends.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        expires_on: Option<NaiveDate>,
    },
}

impl WarningStep {
    pub(super) fn event(self, by: AccountId) -> (&'static str, WarningEvent) {
        let by = by.to_string();
        match self {
            Self::Amended { on, content } => ("amended", WarningEvent::Amended { on, by, content }),
            Self::Proposed { on } => ("proposed", WarningEvent::Proposed { on, by }),
            Self::Corrected { on, content } => ("corrected", WarningEvent::Corrected { on, by, content }),
            Self::Withdrawn { on, reason } => ("withdrawn", WarningEvent::Withdrawn { on, by, reason }),
        }
    }
}

impl WarningDecision {
    pub(super) fn event(&self, by: AccountId) -> (&'static str, WarningEvent) {
        let by = by.to_string();
        match *self {
            Self::Returned { on } => ("returned", WarningEvent::Returned { on, by }),
            Self::Refused { on } => ("refused", WarningEvent::Refused { on, by }),
            Self::Issued { on, quality_checked, expires_on } => {
                ("issued", WarningEvent::Issued { on, by, quality_checked, expires_on })
            }
            Self::RecipientsInformed { on } => ("recipients_informed", WarningEvent::RecipientsInformed { on, by }),
            Self::Extended { on, expires_on } => ("extended", WarningEvent::Extended { on, by, expires_on }),
        }
    }

    /// Whether only the bureau can do it.
    pub(super) const fn is_of_the_bureau(&self) -> bool {
        match self {
            Self::Returned { .. } | Self::Refused { .. } => false,
            Self::Issued { .. } | Self::RecipientsInformed { .. } | Self::Extended { .. } => true,
        }
    }
}
