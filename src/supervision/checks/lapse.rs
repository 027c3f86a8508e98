//! An order that is about to lapse, or lapsed, because execution was not requested in time.

use chrono::NaiveDate;

use super::{Finding, Supervised};
use crate::supervision::rules::{OrderState, Step};
use crate::vocabulary::{FindingKind, OrderDateKind, SupervisionEnd};

/// Every measure without a request whose last safe day lies at most `days_ahead` days ahead of `as_of`, until it has
/// lapsed for as many days. The orders are assessed as of `as_of`.
#[must_use]
pub fn about_to_lapse(supervised: &[Supervised<'_>], as_of: NaiveDate, days_ahead: u32) -> Vec<Finding> {
    supervised.iter().filter_map(|order| finding(order, as_of, i64::from(days_ahead))).collect()
}

fn finding(order: &Supervised<'_>, as_of: NaiveDate, days_ahead: i64) -> Option<Finding> {
    let date = |kind| order.assessment.dates.iter().find(|date| date.kind == kind);
    let request = date(OrderDateKind::ExecutionRequest)?;
    let (safe, lapse) = (request.on?, date(OrderDateKind::Lapse)?.on?);
    let mut steps = request.steps.clone();
    steps.push(Step::LapsesWithoutRequest { on: lapse });
    match order.assessment.state {
        OrderState::Imposed if (safe - as_of).num_days() <= days_ahead => {
            let days = u32::try_from((lapse - as_of).num_days()).ok()?;
            steps.push(Step::DaysLeft { days, on: lapse });
        }
        OrderState::Ended { on, how: SupervisionEnd::Lapsed } if (as_of - on).num_days() <= days_ahead => {
            steps.push(Step::Ended { how: SupervisionEnd::Lapsed, on });
        }
        OrderState::Imposed
        | OrderState::ExecutionRequested
        | OrderState::Upcoming
        | OrderState::Running
        | OrderState::Suspended
        | OrderState::Ended { .. } => return None,
    }
    Some(Finding {
        kind: FindingKind::AboutToLapse,
        order: order.id.to_owned(),
        condition: None,
        about: None,
        from: safe,
        until: Some(lapse),
        steps,
    })
}
