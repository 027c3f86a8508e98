//! The steps by which a date or a state of an order was reached: codes with parameters, no text.
//!
//! A lawyer can follow and redo each date from its steps; `explain` turns them into Dutch and English. Dates only: a stored
//! explanation holds no personal text.

use chrono::{DateTime, FixedOffset, NaiveDate};
use serde::{Deserialize, Serialize};

use super::cbs_code::CbsCode;
use super::length::LengthUnit;
use crate::law::{DutyKind, Free};
use crate::vocabulary::{ConditionCode, Preceding, SupervisionEnd, SuspensionReason};

/// One step of an explanation.
#[expect(missing_docs, reason = "the parameters of a step are described with the step")]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "code", rename_all = "snake_case", rename_all_fields = "camelCase")]
pub enum Step {
    // The stage before execution.
    /// The judgment that imposed the measure became final.
    Imposed { on: NaiveDate },
    /// What precedes execution, and its last day.
    Precedes { preceding: Preceding, ends: Option<NaiveDate> },
    /// So many days counted back from `end`.
    CountedBack { days: u32, end: NaiveDate, on: NaiveDate },
    /// The last safe day is free, and does not move: it was counted back.
    NotMoved { on: NaiveDate, why: Free },
    /// A day on which nobody can be expected to act.
    FreeDay { on: NaiveDate, why: Free },
    /// The last working day on or before the last safe day.
    WarnOn { on: NaiveDate },
    /// The working day needs a day that the holiday table does not know.
    OutsideTable { needed: NaiveDate },
    /// Execution was requested.
    Requested { on: NaiveDate },
    /// The request is late and admissible: its ground arose later.
    LateAdmissible { on: NaiveDate, safe: NaiveDate },
    /// Nothing requested by this day: lapsed by law.
    LapsesWithoutRequest { on: NaiveDate },

    // A running term.
    /// The order, or the first day of the period.
    Begins { on: NaiveDate },
    /// The first term.
    Term { unit: LengthUnit, n: u16, first: NaiveDate, last: NaiveDate },
    /// An extension, after what was there.
    Extended { decided: NaiveDate, unit: LengthUnit, n: u16, first: NaiveDate, last: NaiveDate },
    /// The clock stood still, so the last day moves.
    Stopped { reason: SuspensionReason, from: NaiveDate, until: NaiveDate, days: u32, last: NaiveDate },
    /// The clock stands still and nobody knows until when.
    StoppedOpen { reason: SuspensionReason, from: NaiveDate },
    /// The last day that was told, without rules of ours.
    Told { on: NaiveDate },
    /// Extension was requested.
    ExtensionRequested { on: NaiveDate },
    /// A request in time waits for its decision, and the order stays in force.
    WaitsForDecision { requested: NaiveDate },
    /// A later judgment of prison without a measure leaves the measure standing.
    StandsBesideJudgment { on: NaiveDate },
    /// It ended.
    Ended { how: SupervisionEnd, on: NaiveDate },
    /// The person is to be told as soon as possible; there is no number of days.
    TellAsSoonAsPossible { on: NaiveDate },

    // Breaches.
    /// Substitute detention so far, in days.
    DetentionSoFar { days: u32 },
    /// The most there can be, in days.
    DetentionMost { months: u32, days: u32 },
    /// What a decision adds, and what is left of it under the most.
    DetentionAdds { ordered: u32, executable: u32 },
    /// So many hours from the filing, without extension.
    Hours { hours: u32, from: DateTime<FixedOffset>, until: DateTime<FixedOffset> },

    // Cross-checks.
    /// A condition of an order, and since when it holds.
    ConditionHolds { condition: ConditionCode, from: NaiveDate, until: Option<NaiveDate> },
    /// A trip that was notified.
    TripNotified { from: NaiveDate, until: Option<NaiveDate> },
    /// The days on which both are so.
    BothOn { from: NaiveDate, until: Option<NaiveDate> },
    /// An address since this day, in the municipality of that CBS code.
    AddressIn { municipality: CbsCode, from: NaiveDate },
    /// The municipality the condition names has gone up into that of the address.
    WentUpInto { named: CbsCode, now: CbsCode },
    /// The area is smaller than the municipality: a person has to look.
    AreaToBeChecked { municipality: CbsCode },
    /// The register imposes this duty.
    RegisterImposes { kind: DutyKind, due: Option<NaiveDate> },
    /// Only notifying as a condition makes a missed notification a breach of the order.
    NotifyingIsCondition,
    /// Notifying is no condition: a missed notification is no breach of the order by itself.
    NotifyingIsNoCondition,
    /// Days until the order lapses.
    DaysLeft { days: u32, on: NaiveDate },
}
