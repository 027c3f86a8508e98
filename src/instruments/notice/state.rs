//! Where a proposal or a warning stands, and why something cannot have happened to it.

use chrono::NaiveDate;
use serde::Serialize;

use super::assess::{Finding, FindingCode};
use super::content::Content;
use super::event::WithdrawalReason;
use crate::grounds::codes;

codes! {
    /// How far a correction has come.
    pub enum CorrectionStatus {
        /// The bureau has it.
        SentToBureau => "sent_to_bureau",
        /// Every recipient has it.
        RecipientsInformed => "recipients_informed",
    }
}

/// A correction of what was issued.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Correction {
    /// The day it went to the bureau.
    pub on: NaiveDate,
    /// The members that were corrected, as paths: `identity.birthDate`.
    pub members: Vec<String>,
    /// How far it has come.
    pub status: CorrectionStatus,
    /// The day every recipient had been told.
    pub recipients_informed_on: Option<NaiveDate>,
}

/// A warning that the term of a notice is about to end: it is reviewed, extended or left to expire.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ExpiryWarning {
    /// The day from which to warn.
    pub on: NaiveDate,
    /// Days before it expires.
    pub days_before: u32,
    /// Whether that day has come.
    pub due: bool,
}

/// Where it stands.
#[expect(missing_docs, reason = "the members are described with the state")]
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "state", rename_all = "snake_case", rename_all_fields = "camelCase")]
pub enum WarningState {
    /// Being written since this day.
    Draft { since: NaiveDate },
    /// Before the bureau.
    Proposed { on: NaiveDate, by: String },
    /// Not issued.
    Refused { on: NaiveDate },
    /// Issued, in force until the day it expires.
    Issued { issued_on: NaiveDate, expires_on: NaiveDate, corrections: Vec<Correction>, warnings: Vec<ExpiryWarning> },
    /// Withdrawn. `recipients_informed_on` is absent while recipients of an issued warning have to be told.
    Withdrawn { on: NaiveDate, reason: WithdrawalReason, was_issued: bool, recipients_informed_on: Option<NaiveDate> },
    /// Its term is over. Recipients who wait for a correction still have to be told.
    Expired { on: NaiveDate, corrections: Vec<Correction> },
}

/// A proposal, or the warning it led to, on a day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Warning {
    /// What it says, as last written or corrected.
    pub content: Content,
    /// Where it stands.
    #[serde(flatten)]
    pub state: WarningState,
    /// What there is to find about it on that day.
    pub findings: Vec<Finding>,
}

codes! {
    /// Why something cannot have happened.
    pub enum RefusalCode {
        /// The first thing is a draft.
        NotDrafted => "not_drafted",
        /// It happened before what stands in front of it.
        OutOfOrder => "out_of_order",
        /// It does not fit where the proposal stands.
        NotInThisState => "not_in_this_state",
        /// Something blocks it.
        Blocked => "blocked",
        /// Who proposed does not decide.
        SamePerson => "same_person",
        /// Nobody checked the quality of the data before sending.
        QualityNotChecked => "quality_not_checked",
        /// It ends before it begins, or later than it can.
        TermOutOfRange => "term_out_of_range",
        /// The correction leaves everything as it was.
        NothingChanged => "nothing_changed",
        /// Notice, diffusion or countries change: that is another warning.
        OtherAudience => "other_audience",
        /// Nobody has to be told anything.
        NothingToTell => "nothing_to_tell",
        /// The day lies before the first version of the rules.
        BeforeRules => "before_rules",
    }
}

/// Why something cannot have happened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, thiserror::Error)]
#[error("{field}: {code}")]
#[serde(rename_all = "camelCase")]
pub struct Refusal {
    /// The event, as a path.
    pub field: String,
    /// Why.
    pub code: RefusalCode,
    /// What blocks it.
    pub blocks: Vec<FindingCode>,
}
