//! The status of a duty on the day of the assessment. The order of the questions is the rule.

use chrono::NaiveDate;

use super::duty::DutyStatus;

/// What a status is decided from.
pub(super) struct Outcome {
    /// The day it was notified.
    pub(super) met_on: Option<NaiveDate>,
    /// It fell away unmet.
    pub(super) lapsed: bool,
    /// The custody of the day of assessment holds the clock or moved the date.
    pub(super) held_now: bool,
    /// First day on which it is no longer upcoming.
    pub(super) begins: NaiveDate,
    /// Its date lies outside the holiday table.
    pub(super) off_table: bool,
    /// The lenient last day.
    pub(super) overdue_after: Option<NaiveDate>,
}

/// The first status that applies.
pub(super) fn status(outcome: &Outcome, as_of: NaiveDate) -> DutyStatus {
    if let Some(on) = outcome.met_on {
        return if outcome.overdue_after.is_none_or(|last| on <= last) { DutyStatus::Met } else { DutyStatus::MetLate };
    }
    if outcome.lapsed {
        return DutyStatus::Lapsed;
    }
    if outcome.held_now {
        return DutyStatus::Suspended;
    }
    if as_of < outcome.begins {
        return DutyStatus::Upcoming;
    }
    if outcome.off_table {
        return DutyStatus::NotComputable;
    }
    if outcome.overdue_after.is_some_and(|last| as_of > last) {
        return DutyStatus::Overdue;
    }
    DutyStatus::Open
}
