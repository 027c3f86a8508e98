//! A notified trip while a restriction of the right to leave the Netherlands runs (condition l).
//!
//! The notification is taken in all the same: it is a duty. Whether the ban was breached, or leave was given, is for a
//! person to find out.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::{Finding, Supervised, binding, condition_step, shared};
use crate::supervision::rules::Step;
use crate::vocabulary::{ConditionCode, FindingKind};

/// A trip as it was notified.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Trip {
    /// The caller's id.
    pub id: String,
    /// The day of leaving.
    pub from: NaiveDate,
    /// The day of return, planned or real; `None` when none is known.
    pub until: Option<NaiveDate>,
}

/// Every trip that meets a travel ban.
#[must_use]
pub fn travel_bans(supervised: &[Supervised<'_>], trips: &[Trip]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for order in supervised {
        for (ban, bound) in binding(order, |c| c.code == ConditionCode::L) {
            for trip in trips {
                let Some((from, until)) = shared(bound, (trip.from, trip.until)) else { continue };
                findings.push(Finding {
                    kind: FindingKind::TravelBanConflict,
                    order: order.id.to_owned(),
                    condition: Some(ban.code),
                    about: Some(trip.id.clone()),
                    from,
                    until,
                    steps: vec![
                        condition_step(ban),
                        Step::TripNotified { from: trip.from, until: trip.until },
                        Step::BothOn { from, until },
                    ],
                });
            }
        }
    }
    findings
}
