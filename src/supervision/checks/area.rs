//! An address in the municipality of an area that a condition bans: a location ban (h), not to settle in an area (m), to
//! move out of an area (n).
//!
//! The area is known by the municipalities in which it lies, so a finding says only that somebody must look whether the
//! address lies in the area itself.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::municipalities::Municipalities;
use super::{Finding, Supervised, binding, condition_step, shared};
use crate::supervision::rules::{CbsCode, Condition, Step};
use crate::vocabulary::{ConditionCode, FindingKind};

/// An address that was reported, placed in a municipality.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AddressFact {
    /// The caller's id.
    pub id: String,
    /// CBS code of the municipality, as of `from`.
    pub municipality: CbsCode,
    /// First day.
    pub from: NaiveDate,
    /// Last day; `None` while it holds.
    pub until: Option<NaiveDate>,
}

/// Every address that lies in the municipality of a banned area.
#[must_use]
pub fn banned_areas(supervised: &[Supervised<'_>], addresses: &[AddressFact], list: &Municipalities) -> Vec<Finding> {
    let is_area = |c: &Condition| matches!(c.code, ConditionCode::H | ConditionCode::M | ConditionCode::N);
    let mut findings = Vec::new();
    for order in supervised {
        for (ban, bound) in binding(order, is_area) {
            for address in addresses {
                let Some((from, until)) = shared(bound, (address.from, address.until)) else { continue };
                let Some(met) = ban.municipalities.iter().find_map(|named| meets(*named, address, from, list)) else {
                    continue;
                };
                let mut steps =
                    vec![condition_step(ban), Step::AddressIn { municipality: met.address, from: address.from }];
                if met.named != met.address {
                    steps.push(Step::WentUpInto { named: met.named, now: met.address });
                }
                steps.extend([Step::AreaToBeChecked { municipality: met.address }, Step::BothOn { from, until }]);
                findings.push(Finding {
                    kind: FindingKind::BannedAreaAddress,
                    order: order.id.to_owned(),
                    condition: Some(ban.code),
                    about: Some(address.id.clone()),
                    from,
                    until,
                    steps,
                });
            }
        }
    }
    findings
}

struct Met {
    named: CbsCode,
    address: CbsCode,
}

/// Whether the municipality that the ban names and that of the address are the same ground on `day`: codes are followed
/// through the reorganisations in between.
fn meets(named: CbsCode, address: &AddressFact, day: NaiveDate, list: &Municipalities) -> Option<Met> {
    let of_address = list.on(address.municipality, day);
    let both = list.on(named, day).into_iter().find(|code| of_address.contains(code))?;
    Some(Met { named, address: both })
}
