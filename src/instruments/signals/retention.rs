//! How long a signal is kept. Two steps: removed (locked), then destroyed.

use chrono::NaiveDate;
use serde::Serialize;

use super::profile::SignalRules;
use super::state::SignalState;
use crate::grounds::ends_after_months;

/// The days on which a signal goes. On that day it is gone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Retention {
    /// The day on which it is locked; absent when it is destroyed at once.
    pub remove_on: Option<NaiveDate>,
    /// The day on which it is destroyed.
    pub destroy_on: NaiveDate,
}

impl Retention {
    /// The retention of a signal that was received on a day and stands where it stands.
    pub(super) fn of(received_on: NaiveDate, state: &SignalState, rules: &SignalRules) -> Self {
        let terms = &rules.retention;
        let latest = ends_after_months(received_on, terms.most_months);
        let locked = |day: NaiveDate| {
            let remove_on = day.min(latest);
            Self { remove_on: Some(remove_on), destroy_on: ends_after_months(remove_on, terms.removed_months) }
        };
        match state {
            SignalState::Closed { on, registration: Some(_), .. } => {
                locked(ends_after_months(*on, terms.matched_months))
            }
            SignalState::Closed { on, registration: None, .. } => {
                Self { remove_on: None, destroy_on: ends_after_months(*on, terms.unmatched_months).min(latest) }
            }
            SignalState::Received { .. }
            | SignalState::InTriage { .. }
            | SignalState::Matched { .. }
            | SignalState::Removed { .. }
            | SignalState::Destroyed { .. } => locked(latest),
        }
    }

    /// What is over by a day.
    pub(super) fn over(self, on: NaiveDate) -> Option<SignalState> {
        if self.destroy_on <= on {
            return Some(SignalState::Destroyed { on: self.destroy_on });
        }
        self.remove_on.filter(|day| *day <= on).map(|day| SignalState::Removed { on: day })
    }
}
