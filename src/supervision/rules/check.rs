//! Facts of an order that contradict each other or the rules are refused before anything is computed.

use chrono::NaiveDate;

use super::fault::{Fault, FaultCode};
use super::order::{Condition, Course, Judgment, MeasureEvent, Order, PeriodEvent};
use super::profile::Profile;
use crate::vocabulary::ConditionCode;

/// Everything in an order that contradicts itself or the closed list of its title.
pub(super) fn check(order: &Order, profile: Option<&Profile>) -> Vec<Fault> {
    let mut faults = Faults::default();
    faults.in_order(order.judgment.offence_on, Some(order.judgment.final_on), || "judgment.finalOn".to_owned());
    faults.course(order);
    for (i, s) in order.suspensions.iter().enumerate() {
        faults.in_order(s.from, s.until, || format!("suspensions[{i}].until"));
    }
    for (i, condition) in order.conditions.iter().enumerate() {
        let found = one_condition(condition, profile);
        faults.0.extend(found.map(|(code, member)| Fault::new(code, format!("conditions[{i}].{member}"))));
    }
    faults.0
}

#[derive(Default)]
struct Faults(Vec<Fault>);

impl Faults {
    fn in_order(&mut self, earlier: NaiveDate, later: Option<NaiveDate>, field: impl FnOnce() -> String) {
        if later.is_some_and(|later| later < earlier) {
            self.0.push(Fault::new(FaultCode::DatesOutOfOrder, field()));
        }
    }

    fn course(&mut self, order: &Order) {
        let Judgment { final_on, offence_on, .. } = order.judgment;
        match &order.course {
            Course::Measure { preceding_ends_on, events, .. } => {
                self.in_order(offence_on, *preceding_ends_on, || "course.precedingEndsOn".to_owned());
                self.happened(final_on, events.iter().map(MeasureEvent::on));
            }
            Course::Period { begins_on, events, .. } => {
                self.in_order(offence_on, Some(*begins_on), || "course.beginsOn".to_owned());
                self.happened(*begins_on, events.iter().map(PeriodEvent::on));
            }
            Course::Told { begins_on, planned_end, ended_on, .. } => {
                self.in_order(*begins_on, *planned_end, || "course.plannedEnd".to_owned());
                self.in_order(*begins_on, *ended_on, || "course.endedOn".to_owned());
            }
        }
    }

    /// Events are told in the order in which they happened.
    fn happened(&mut self, since: NaiveDate, events: impl Iterator<Item = NaiveDate>) {
        let mut before = since;
        for (i, on) in events.enumerate() {
            self.in_order(before, Some(on), || format!("course.events[{i}].on"));
            before = before.max(on);
        }
    }
}

fn one_condition(
    condition: &Condition,
    profile: Option<&Profile>,
) -> impl Iterator<Item = (FaultCode, &'static str)> + use<> {
    let of_an_area = matches!(condition.code, ConditionCode::H | ConditionCode::M | ConditionCode::N);
    let may_notify = matches!(condition.code, ConditionCode::K | ConditionCode::G);
    let wrong = [
        (condition.until.is_some_and(|until| until < condition.from), FaultCode::DatesOutOfOrder, "until"),
        (profile.is_some_and(|p| !p.conditions.contains(&condition.code)), FaultCode::ConditionNotAllowed, "code"),
        (!condition.municipalities.is_empty() && !of_an_area, FaultCode::DoesNotBelongToCondition, "municipalities"),
        (condition.notify_register && !may_notify, FaultCode::DoesNotBelongToCondition, "notifyRegister"),
    ];
    wrong.into_iter().filter(|(wrong, ..)| *wrong).map(|(_, code, member)| (code, member))
}
