//! One order on one day: its state, its dates, its conditions. The same facts give the same answer.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::check::check;
use super::clock;
use super::dates::{Dates, OrderDate};
use super::fault::{Fault, FaultCode};
use super::measure::Measure;
use super::order::{Course, MeasureEvent, Order, PeriodEvent};
use super::period::Period;
use super::profile::Profile;
use super::rulebook::SupervisionRules;
use super::running::{Ground, Running};
use super::step::Step;
use crate::law::{Calendar, Name};
use crate::vocabulary::{ConditionCode, StatutoryDuty, SupervisionEnd, SupervisionTitle};

/// Where an order stands on a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum OrderState {
    /// A measure in stage one, execution not requested.
    Imposed,
    /// A measure in stage one, the court is asked.
    ExecutionRequested,
    /// Not begun.
    Upcoming,
    /// It runs.
    Running,
    /// Its clock stands still.
    Suspended,
    /// It ended.
    Ended {
        /// Its last day.
        on: NaiveDate,
        /// How.
        how: SupervisionEnd,
    },
}

/// An order on a day.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Assessment {
    /// The title.
    pub title: SupervisionTitle,
    /// Where it stands.
    #[serde(flatten)]
    pub state: OrderState,
    /// First day of supervision; `None` while it has none.
    pub begins_on: Option<NaiveDate>,
    /// Last day of supervision; `None` while it is not known.
    pub last_day: Option<NaiveDate>,
    /// The dates, in order of their kind.
    pub dates: Vec<OrderDate>,
    /// The conditions that bind the person on the day.
    pub conditions: Vec<ConditionCode>,
    /// What the Act adds to them.
    pub statutory: Vec<StatutoryDuty>,
    /// What else a reader must know: a judgment beside which the measure stands.
    pub steps: Vec<Step>,
    /// The version of the rules; `None` for a title without rules.
    pub profile: Option<Name>,
    /// The holiday table.
    pub calendar: Name,
    /// Hash of the rules.
    pub rules: Name,
}

/// Assesses an order. What happened after `as_of` is left out; suspensions count also when they are planned.
///
/// # Errors
/// The first fault: dates and conditions, then what happened in order; [`faults`] tells them all.
pub fn assess(
    order: &Order,
    rules: &SupervisionRules,
    calendar: &Calendar,
    as_of: NaiveDate,
) -> Result<Assessment, Fault> {
    let title = order.course.title();
    let (day, field) = governing_day(order);
    let profile = rules.at(title, day);
    if let Some(first) = check(order, profile).into_iter().next() {
        return Err(first);
    }
    let mut assessment = Assessment {
        title,
        state: OrderState::Upcoming,
        begins_on: None,
        last_day: None,
        dates: Vec::new(),
        conditions: Vec::new(),
        statutory: Vec::new(),
        steps: Vec::new(),
        profile: profile.map(|p| p.id.clone()),
        calendar: calendar.id.clone(),
        rules: rules.hash().clone(),
    };
    let no_rules = || Fault::new(FaultCode::NoRules, field);
    match &order.course {
        Course::Told { begins_on, planned_end, ended_on, .. } => {
            told(&mut assessment, *begins_on, *planned_end, *ended_on, as_of);
        }
        Course::Measure { preceding, preceding_ends_on, events } => {
            let ground = Ground::new(profile.ok_or_else(no_rules)?, order.judgment, &order.suspensions);
            let mut measure = Measure::imposed(*preceding, *preceding_ends_on, &ground)?;
            for (i, event) in events.iter().enumerate().filter(|(_, event)| event.on() <= as_of) {
                measure = measure.after(event, &order.conditions, &ground).map_err(in_event(i))?;
                stands_beside(event, &measure, &mut assessment.steps);
            }
            let dates = Dates { ground: &ground, calendar, as_of };
            of_measure(&mut assessment, &measure.as_of(as_of, &ground), &dates);
        }
        Course::Period { begins_on, length, exceptional, events, .. } => {
            let ground = Ground::new(profile.ok_or_else(no_rules)?, order.judgment, &order.suspensions);
            let mut period = Period::ordered(*begins_on, *length, *exceptional, &ground)?;
            for (i, event) in events.iter().enumerate().filter(|(_, event)| PeriodEvent::on(event) <= as_of) {
                period = period.after(event, &ground).map_err(in_event(i))?;
            }
            let dates = Dates { ground: &ground, calendar, as_of };
            match period.as_of(as_of, &ground) {
                Period::Running(running) => of_running(&mut assessment, &running, &dates),
                Period::Ended { on, how, ran } => of_ended(&mut assessment, &ran, on, how, &dates),
            }
        }
    }
    bind(&mut assessment, order, as_of);
    Ok(assessment)
}

/// The day that picks the version of the rules, and the member that holds it.
fn governing_day(order: &Order) -> (NaiveDate, &'static str) {
    match &order.course {
        Course::Measure { .. } => (order.judgment.final_on, "judgment.finalOn"),
        Course::Period { begins_on, .. } | Course::Told { begins_on, .. } => (*begins_on, "course.beginsOn"),
    }
}

/// The version of the rules that governs an order; `None` for a title without rules, and before the first version.
#[must_use]
pub fn governing<'r>(order: &Order, rules: &'r SupervisionRules) -> Option<&'r Profile> {
    rules.at(order.course.title(), governing_day(order).0)
}

/// Everything that is wrong with an order, also with what is told to happen later. What happens in states is judged only
/// when nothing else is wrong, and up to the first fault: the state after it is not known.
#[must_use]
pub fn faults(order: &Order, rules: &SupervisionRules, calendar: &Calendar) -> Vec<Fault> {
    let found = check(order, governing(order, rules));
    if !found.is_empty() {
        return found;
    }
    assess(order, rules, calendar, NaiveDate::MAX).err().into_iter().collect()
}

/// Names the event in a fault about one of its members.
fn in_event(i: usize) -> impl Fn(Fault) -> Fault {
    move |fault| Fault { field: format!("course.events[{i}].{}", fault.field), ..fault }
}

fn stands_beside(event: &MeasureEvent, measure: &Measure, steps: &mut Vec<Step>) {
    if let (MeasureEvent::Convicted { on, .. }, Measure::Running(_)) = (event, measure) {
        steps.push(Step::StandsBesideJudgment { on: *on });
    }
}

fn of_measure(assessment: &mut Assessment, measure: &Measure, dates: &Dates<'_>) {
    let rules = dates.ground.profile.execution.as_ref();
    let stage_one = |imposed, requested, over| rules.map(|r| dates.imposed(imposed, r, requested, over));
    match measure {
        Measure::Imposed(imposed) => {
            assessment.state = OrderState::Imposed;
            assessment.dates = stage_one(*imposed, None, false).unwrap_or_default();
        }
        Measure::Requested { imposed, on } => {
            assessment.state = OrderState::ExecutionRequested;
            assessment.dates = stage_one(*imposed, Some(*on), false).unwrap_or_default();
        }
        Measure::Running(running) => of_running(assessment, running, dates),
        Measure::Ended { on, how, ran: Some(ran), .. } => of_ended(assessment, ran, *on, *how, dates),
        Measure::Ended { on, how, ran: None, imposed } => {
            assessment.state = OrderState::Ended { on: *on, how: *how };
            let lapsed = *how == SupervisionEnd::Lapsed;
            assessment.dates = imposed.filter(|_| lapsed).and_then(|i| stage_one(i, None, true)).unwrap_or_default();
            assessment.dates.push(dates.end_notice(*on, *how));
        }
    }
}

fn of_running(assessment: &mut Assessment, running: &Running, dates: &Dates<'_>) {
    assessment.begins_on = Some(running.clock.begins_on);
    assessment.last_day = running.last_day(dates.ground);
    assessment.dates = dates.running(running);
    assessment.state = if dates.as_of < running.clock.begins_on {
        OrderState::Upcoming
    } else if clock::stands_still(&dates.ground.stops, dates.as_of) {
        OrderState::Suspended
    } else {
        OrderState::Running
    };
}

fn of_ended(assessment: &mut Assessment, ran: &Running, on: NaiveDate, how: SupervisionEnd, dates: &Dates<'_>) {
    assessment.begins_on = Some(ran.clock.begins_on);
    assessment.last_day = Some(on);
    assessment.dates = dates.ended(ran, on, how);
    assessment.state = OrderState::Ended { on, how };
}

fn told(
    assessment: &mut Assessment,
    begins_on: NaiveDate,
    planned_end: Option<NaiveDate>,
    ended_on: Option<NaiveDate>,
    as_of: NaiveDate,
) {
    let last = ended_on.or(planned_end);
    assessment.begins_on = Some(begins_on);
    assessment.last_day = last;
    assessment.steps.extend(last.map(|on| Step::Told { on }));
    assessment.state = match last {
        Some(on) if on < as_of => OrderState::Ended { on, how: SupervisionEnd::Expired },
        Some(_) | None if as_of < begins_on => OrderState::Upcoming,
        Some(_) | None => OrderState::Running,
    };
}

/// Conditions bind from the first through the last day of supervision, also while the clock stands still.
fn bind(assessment: &mut Assessment, order: &Order, as_of: NaiveDate) {
    if !assessment.supervised_on(as_of) {
        return;
    }
    let mut bound: Vec<ConditionCode> = order.conditions.iter().filter(|c| c.holds_on(as_of)).map(|c| c.code).collect();
    bound.sort_unstable();
    bound.dedup();
    if !bound.is_empty() {
        assessment.statutory = StatutoryDuty::ALL.to_vec();
    }
    assessment.conditions = bound;
}

impl Assessment {
    /// Whether the person is supervised under this order on `day`, as known on the day of the assessment.
    #[must_use]
    pub fn supervised_on(&self, day: NaiveDate) -> bool {
        self.begins_on.is_some_and(|begins| begins <= day)
            && match (self.state, self.last_day) {
                (OrderState::Ended { on, .. }, _) => day <= on,
                // In force after its last day while a request to extend waits.
                (OrderState::Running | OrderState::Suspended, Some(last)) => day <= last || self.waits(),
                (OrderState::Running | OrderState::Suspended, None) => true,
                (OrderState::Upcoming, last) => last.is_none_or(|last| day <= last),
                (OrderState::Imposed | OrderState::ExecutionRequested, _) => false,
            }
    }

    fn waits(&self) -> bool {
        self.dates.iter().flat_map(|date| &date.steps).any(|step| matches!(step, Step::WaitsForDecision { .. }))
    }

    /// The days of supervision that lie within `from` through `until`; `None` when there are none.
    #[must_use]
    pub fn supervised_within(
        &self,
        from: NaiveDate,
        until: Option<NaiveDate>,
    ) -> Option<(NaiveDate, Option<NaiveDate>)> {
        let first = self.begins_on?.max(from);
        let last = match self.last_day {
            Some(_) if self.waits() => None,
            last => last,
        };
        let end = match (last, until) {
            (Some(a), Some(b)) => Some(a.min(b)),
            (a, b) => a.or(b),
        };
        end.is_none_or(|end| first <= end).then_some((first, end))
    }
}
