//! Facts of an order that contradict each other or the rules are refused before anything is computed.

use chrono::NaiveDate;

use super::fault::{Fault, FaultCode};
use super::order::{Condition, Course, MeasureEvent, Order, PeriodEvent};
use super::profile::Profile;
use crate::vocabulary::ConditionCode;

/// Checks an order against itself and the closed list of its title.
///
/// # Errors
/// The first fault.
pub(super) fn check(order: &Order, profile: Option<&Profile>) -> Result<(), Fault> {
    let judgment = order.judgment;
    in_order(judgment.offence_on, Some(judgment.final_on), "judgment.finalOn")?;
    course(order)?;
    for (i, s) in order.suspensions.iter().enumerate() {
        in_order(s.from, s.until, &format!("suspensions[{i}].until"))?;
    }
    for (i, condition) in order.conditions.iter().enumerate() {
        one_condition(condition, profile)
            .map_err(|(code, member)| Fault::new(code, format!("conditions[{i}].{member}")))?;
    }
    Ok(())
}

fn in_order(earlier: NaiveDate, later: Option<NaiveDate>, field: &str) -> Result<(), Fault> {
    match later {
        Some(later) if later < earlier => Err(Fault::new(FaultCode::DatesOutOfOrder, field)),
        Some(_) | None => Ok(()),
    }
}

fn course(order: &Order) -> Result<(), Fault> {
    let final_on = order.judgment.final_on;
    match &order.course {
        Course::Measure { preceding_ends_on, events, .. } => {
            in_order(order.judgment.offence_on, *preceding_ends_on, "course.precedingEndsOn")?;
            happened(final_on, events.iter().map(MeasureEvent::on))
        }
        Course::Period { begins_on, events, .. } => {
            in_order(order.judgment.offence_on, Some(*begins_on), "course.beginsOn")?;
            happened(*begins_on, events.iter().map(PeriodEvent::on))
        }
        Course::Told { begins_on, planned_end, ended_on, .. } => {
            in_order(*begins_on, *planned_end, "course.plannedEnd")?;
            in_order(*begins_on, *ended_on, "course.endedOn")
        }
    }
}

/// Events are told in the order in which they happened.
fn happened(since: NaiveDate, events: impl Iterator<Item = NaiveDate>) -> Result<(), Fault> {
    let mut before = since;
    for (i, on) in events.enumerate() {
        in_order(before, Some(on), &format!("course.events[{i}].on"))?;
        before = on;
    }
    Ok(())
}

fn one_condition(condition: &Condition, profile: Option<&Profile>) -> Result<(), (FaultCode, &'static str)> {
    if condition.until.is_some_and(|until| until < condition.from) {
        return Err((FaultCode::DatesOutOfOrder, "until"));
    }
    if profile.is_some_and(|p| !p.conditions.contains(&condition.code)) {
        return Err((FaultCode::ConditionNotAllowed, "code"));
    }
    let of_an_area = matches!(condition.code, ConditionCode::H | ConditionCode::M | ConditionCode::N);
    if !condition.municipalities.is_empty() && !of_an_area {
        return Err((FaultCode::DoesNotBelongToCondition, "municipalities"));
    }
    if condition.notify_register && !matches!(condition.code, ConditionCode::K | ConditionCode::G) {
        return Err((FaultCode::DoesNotBelongToCondition, "notifyRegister"));
    }
    Ok(())
}
