//! Where supervision and the register meet or collide: facts in, findings for a human out.
//!
//! Pure. A finding never acts: it is a reason for an officer to look (Wpg 7a), and says how it was reached. What cannot be
//! checked is said as well, so that silence means "nothing found" and never "not looked".
//!
//! | question | file |
//! | --- | --- |
//! | a notified trip while a travel ban runs | `travel` |
//! | an address inside a banned area's municipality | `area` |
//! | a report that both regimes ask for | `report_duty` |
//! | an order about to lapse because execution was not requested | `lapse` |
//! | which municipality a code named on which day | `municipalities` |
//! | in which municipality an address lies | `place` |

mod area;
mod lapse;
mod municipalities;
mod place;
mod report_duty;
#[cfg(test)]
mod tests;
mod travel;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

pub use area::{AddressFact, banned_areas};
pub use lapse::about_to_lapse;
pub use municipalities::{ListError, Municipalities, Municipality};
pub use place::{AddressExtract, AddressParts, ExtractError, Located, locate, plain_postcode};
pub use report_duty::{DutyFact, double_report_duties};
pub use travel::{Trip, travel_bans};

use super::rules::{Assessment, Condition, Order, Step};
use crate::vocabulary::{ConditionCode, FindingKind};

/// An order with its assessment, and the id by which the caller knows it.
#[derive(Clone, Copy, Debug)]
pub struct Supervised<'a> {
    /// The caller's id.
    pub id: &'a str,
    /// The facts.
    pub order: &'a Order,
    /// What the rules say about them.
    pub assessment: &'a Assessment,
}

/// Something for a human to look at.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Finding {
    /// What was found.
    pub kind: FindingKind,
    /// The order.
    pub order: String,
    /// The condition, where one is concerned.
    pub condition: Option<ConditionCode>,
    /// What of the register it is about: the caller's id of a trip, an address or a duty. `None` for an order alone.
    pub about: Option<String>,
    /// First day on which both are so.
    pub from: NaiveDate,
    /// Last such day; `None` when it is not known.
    pub until: Option<NaiveDate>,
    /// How it was reached.
    pub steps: Vec<Step>,
}

/// Days, both ends included; without an end when it is not known.
pub(super) type Days = (NaiveDate, Option<NaiveDate>);

/// The days that two spans share.
fn shared(a: Days, b: Days) -> Option<Days> {
    let from = a.0.max(b.0);
    let until = match (a.1, b.1) {
        (Some(x), Some(y)) => Some(x.min(y)),
        (x, y) => x.or(y),
    };
    until.is_none_or(|until| from <= until).then_some((from, until))
}

/// The conditions of an order that satisfy `wanted`, with the days on which they bind.
fn binding<'a>(
    supervised: &Supervised<'a>,
    wanted: impl Fn(&Condition) -> bool,
) -> impl Iterator<Item = (&'a Condition, Days)> {
    let Supervised { order, assessment, .. } = *supervised;
    order.conditions.iter().filter(move |c| wanted(c)).filter_map(move |c| {
        let days = assessment.supervised_within(c.from, c.until)?;
        Some((c, days))
    })
}

const fn condition_step(condition: &Condition) -> Step {
    Step::ConditionHolds { condition: condition.code, from: condition.from, until: condition.until }
}
