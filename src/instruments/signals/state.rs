//! Where a signal stands, and why something cannot have happened to it.

use chrono::NaiveDate;
use serde::Serialize;

use super::event::{CloseReason, Origin, Reporter};
use super::retention::Retention;
use super::step::Step;
use crate::grounds::codes;

/// Where a signal stands.
#[expect(missing_docs, reason = "the members are described with the state")]
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "state", rename_all = "snake_case", rename_all_fields = "camelCase")]
pub enum SignalState {
    /// Nobody has taken it up.
    Received { triage_due: Option<NaiveDate>, overdue: bool },
    /// A person looks at it.
    InTriage { since: NaiveDate, by: String },
    /// A person matched it to a registration.
    Matched { on: NaiveDate, by: String, registration: String },
    /// It is closed.
    Closed { on: NaiveDate, reason: CloseReason, registration: Option<String> },
    /// Its time is over: locked.
    Removed { on: NaiveDate },
    /// It is no more.
    Destroyed { on: NaiveDate },
}

/// A signal on a day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Signal {
    /// Where it stands.
    #[serde(flatten)]
    pub state: SignalState,
    /// Where it comes from.
    pub origin: Origin,
    /// The day of receipt.
    pub received_on: NaiveDate,
    /// Who reported. Show it through `reporter_view` only.
    #[serde(skip)]
    pub reporter: Reporter,
    /// The provision under which the identity was demanded.
    #[serde(skip)]
    pub demanded_under: Option<String>,
    /// How long it is kept.
    pub retention: Retention,
    /// The explanation.
    pub steps: Vec<Step>,
}

codes! {
    /// Why something cannot have happened.
    pub enum RefusalCode {
        /// The first thing is the receipt.
        NotReceived => "not_received",
        /// It happened before what stands in front of it.
        OutOfOrder => "out_of_order",
        /// It does not fit where the signal stands.
        NotInThisState => "not_in_this_state",
        /// Only a person may do this.
        NotByAPerson => "not_by_a_person",
        /// It was done without reasons.
        NoReasons => "no_reasons",
        /// A matched signal is not closed as one nobody could be matched to, nor the other way round.
        ReasonDoesNotFit => "reason_does_not_fit",
        /// It names no registration or no provision.
        Empty => "empty",
        /// Nobody at the desk knows who reported.
        NoIdentityHeld => "no_identity_held",
    }
}

/// Why something cannot have happened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Refusal {
    /// The event, as a path.
    pub field: String,
    /// Why.
    pub code: RefusalCode,
}
