//! A report that both regimes ask for: a condition to report (k), or one that obliges to notify (g), beside the duties of
//! the register. Whoever plans the appointments can join them.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::{Finding, Supervised, binding, condition_step, shared};
use crate::law::DutyKind;
use crate::supervision::rules::Step;
use crate::vocabulary::{ConditionCode, FindingKind};

/// A duty of the register that is to be met.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct DutyFact {
    /// The caller's id.
    pub id: String,
    /// Its kind.
    pub kind: DutyKind,
    /// The day that gave rise to it.
    pub trigger: NaiveDate,
    /// Its strict last day; `None` where it has none.
    pub due: Option<NaiveDate>,
}

/// Every duty of the register that falls in the time of a condition to report.
#[must_use]
pub fn double_report_duties(supervised: &[Supervised<'_>], duties: &[DutyFact]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for order in supervised {
        let reports = |c: &crate::supervision::rules::Condition| {
            c.code == ConditionCode::K || (c.code == ConditionCode::G && c.notify_register)
        };
        for (condition, bound) in binding(order, reports) {
            for duty in duties {
                let Some((from, until)) = shared(bound, (duty.trigger, duty.due)) else { continue };
                let obliges =
                    if condition.notify_register { Step::NotifyingIsCondition } else { Step::NotifyingIsNoCondition };
                findings.push(Finding {
                    kind: FindingKind::DoubleReportDuty,
                    order: order.id.to_owned(),
                    condition: Some(condition.code),
                    about: Some(duty.id.clone()),
                    from,
                    until,
                    steps: vec![
                        condition_step(condition),
                        Step::RegisterImposes { kind: duty.kind, due: duty.due },
                        Step::BothOn { from, until },
                        obliges,
                    ],
                });
            }
        }
    }
    findings
}
