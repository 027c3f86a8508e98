//! Why an order or a breach report is refused: the code and the member at fault.

use serde::{Deserialize, Serialize};

/// A refused order or breach report.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
#[error("{}: {field}", .code.as_str())]
pub struct Fault {
    /// Why.
    pub code: FaultCode,
    /// The member at fault, e.g. `course.events[1].length`.
    pub field: String,
}

impl Fault {
    pub(super) fn new(code: FaultCode, field: impl Into<String>) -> Self {
        Self { code, field: field.into() }
    }
}

macro_rules! fault_codes {
    ($($(#[$meta:meta])* $variant:ident => $text:literal, $sentence:literal;)+) => {
        /// The codes of refusals.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum FaultCode { $($(#[$meta])* $variant,)+ }

        impl FaultCode {
            /// Every code.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)+];

            /// The code used in documents.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text,)+ }
            }

            /// What is wrong, for whoever sent it.
            #[must_use]
            pub const fn reason(self) -> &'static str {
                match self { $(Self::$variant => $sentence,)+ }
            }
        }
    };
}

fault_codes! {
    /// An end before its beginning, or events out of order.
    DatesOutOfOrder => "dates_out_of_order", "must not be before what precedes it";
    /// No version of the rules governs that day.
    NoRules => "no_rules", "no version of the rules governs this day";
    /// The offence is older than the measure.
    MeasureNotPossible => "measure_not_possible", "the measure is not possible for an offence of this day";
    /// A length the law does not know.
    LengthNotAllowed => "length_not_allowed", "is a length the law does not allow";
    /// Extended more often than the law allows.
    ExtensionNotAllowed => "extension_not_allowed", "this order cannot be extended again";
    /// Requested after the last safe day.
    RequestLate => "request_late", "is after the last day for the request, and its ground did not arise later";
    /// The advice of probation is missing or later than the request.
    AdviceMissing => "advice_missing", "a request for execution needs the advice of probation, given before it";
    /// The medical statement is missing.
    MedicalStatementMissing => "medical_statement_missing", "a care condition needs a medical statement with the request";
    /// It cannot happen in the state the order is in.
    NotInThisState => "not_in_this_state", "cannot happen in the state the order is in on this day";
    /// A condition outside the closed list of the title.
    ConditionNotAllowed => "condition_not_allowed", "is not a condition of this title";
    /// An area, or notifying, with a condition that has none.
    DoesNotBelongToCondition => "does_not_belong_to_condition", "does not belong to a condition of this code";
    /// Not a CBS code in use on the day.
    NoSuchMunicipality => "no_such_municipality", "is not the CBS code of a municipality on this day";
    /// Not an organisation that supervises.
    NoSuchOrganisation => "no_such_organisation", "is not the code of an organisation that supervises";
    /// Substitute detention shorter than the least.
    DetentionTooShort => "detention_too_short", "is less than the law allows for one breach";
    /// Nothing is left under the most.
    DetentionUsedUp => "detention_used_up", "the most of all substitute detention together is used up";
    /// A decision that this title does not know.
    DecisionNotAllowed => "decision_not_allowed", "is not a decision that can be made under this title";
    /// The condition must be named, or must not be.
    ConditionDoesNotFit => "condition_does_not_fit", "names a condition exactly when a condition was not complied with";
}
