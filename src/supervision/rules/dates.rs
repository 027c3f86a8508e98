//! The dates of an order that somebody must know or act on, each with its rule, its citation and how it was reached.

use chrono::{DateTime, FixedOffset, NaiveDate, NaiveTime, TimeZone};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};

use super::measure::Imposed;
use super::profile::{Execution, Profile};
use super::running::{Ground, Running};
use super::step::Step;
use crate::law::term::days_back;
use crate::law::{Calendar, Name, day};
use crate::vocabulary::{OrderDateKind, RequestStatus, SupervisionEnd};

/// One date of an order.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct OrderDate {
    /// What it is.
    pub kind: OrderDateKind,
    /// Stable id of the rule, e.g. `wlt-38z-2018.execution_request`.
    pub rule: Name,
    /// The provision it rests on.
    pub citation: Name,
    /// The day. `None` while what it depends on is not known.
    pub on: Option<NaiveDate>,
    /// The last second of that day, where the day is a last one.
    pub until: Option<DateTime<FixedOffset>>,
    /// The working day on which to warn at the latest. `None` where nothing is to be done, or outside the holiday table.
    pub warn_on: Option<NaiveDate>,
    /// Where it stands on the day of the assessment.
    pub status: RequestStatus,
    /// How it was reached.
    pub steps: Vec<Step>,
}

/// Makes the dates of one order.
pub(super) struct Dates<'a> {
    pub(super) ground: &'a Ground<'a>,
    pub(super) calendar: &'a Calendar,
    pub(super) as_of: NaiveDate,
}

impl Dates<'_> {
    const fn profile(&self) -> &Profile {
        self.ground.profile
    }

    fn made(&self, kind: OrderDateKind, on: Option<NaiveDate>, steps: Vec<Step>) -> OrderDate {
        let profile = self.profile();
        let citations = &profile.citations;
        let citation = match kind {
            OrderDateKind::ExecutionRequest => citations.execution.as_ref(),
            OrderDateKind::Lapse => citations.lapse.as_ref(),
            OrderDateKind::Begin => Some(&citations.begin),
            OrderDateKind::End => Some(&citations.end),
            OrderDateKind::ExtensionRequest => Some(&citations.extension),
            OrderDateKind::EndNotice => Some(&citations.end_notice),
        };
        let last = match kind {
            OrderDateKind::ExecutionRequest | OrderDateKind::End | OrderDateKind::ExtensionRequest => on,
            OrderDateKind::Lapse | OrderDateKind::Begin | OrderDateKind::EndNotice => None,
        };
        OrderDate {
            kind,
            rule: Name::from(format!("{}.{kind}", profile.id)),
            // A measure without them is refused at load, and no other title has these dates.
            citation: citation.unwrap_or(&citations.length).clone(),
            on,
            until: last.and_then(|last| end_of(last, &profile.zone)),
            warn_on: None,
            status: RequestStatus::Moot,
            steps,
        }
    }

    /// The last day for a request, counted back, with the working day on which to warn.
    fn request(&self, kind: OrderDateKind, end: Option<NaiveDate>, days: u32, mut steps: Vec<Step>) -> OrderDate {
        let on = end.map(|end| days_back(end, days, false));
        if let (Some(end), Some(on)) = (end, on) {
            steps.push(Step::CountedBack { days, end, on });
        }
        let warn_on = on.and_then(|on| self.warn_on(on, &mut steps));
        let status = match on {
            Some(on) if self.as_of > on => RequestStatus::Passed,
            Some(_) if warn_on.is_some_and(|warn| self.as_of >= warn) => RequestStatus::Warned,
            Some(_) | None => RequestStatus::Open,
        };
        OrderDate { warn_on, status, ..self.made(kind, on, steps) }
    }

    /// The last working day on or before `on`. A term counted back does not move (Atw art. 1(2)), and nobody files on a
    /// free day.
    fn warn_on(&self, on: NaiveDate, steps: &mut Vec<Step>) -> Option<NaiveDate> {
        let mut at = on;
        loop {
            match self.calendar.free(at) {
                Ok(Some(why)) => {
                    steps.push(if at == on { Step::NotMoved { on, why } } else { Step::FreeDay { on: at, why } });
                    at = day::plus_days(at, -1);
                }
                Ok(None) => {
                    steps.push(Step::WarnOn { on: at });
                    return Some(at);
                }
                Err(outside) => {
                    steps.push(Step::OutsideTable { needed: outside.day });
                    return None;
                }
            }
        }
    }

    /// The dates of the stage before execution; `requested` is the day of the request, when there is one.
    pub(super) fn imposed(
        &self,
        imposed: Imposed,
        rules: &Execution,
        requested: Option<NaiveDate>,
        over: bool,
    ) -> Vec<OrderDate> {
        let given = vec![
            Step::Imposed { on: imposed.final_on },
            Step::Precedes { preceding: imposed.preceding, ends: imposed.ends_on },
        ];
        let days = rules.request_days_before;
        let mut request = self.request(OrderDateKind::ExecutionRequest, imposed.ends_on, days, given.clone());
        if let Some(on) = requested {
            request.steps.push(Step::Requested { on });
            if let Some(safe) = request.on.filter(|safe| on > *safe) {
                request.steps.push(Step::LateAdmissible { on, safe });
            }
            request.status = RequestStatus::Done;
            return vec![request];
        }
        if over {
            request.status = RequestStatus::Moot;
        }
        let mut lapse = self.made(OrderDateKind::Lapse, imposed.ends_on, given);
        lapse.steps.extend(imposed.ends_on.map(|on| Step::LapsesWithoutRequest { on }));
        lapse.status = if over { RequestStatus::Done } else { RequestStatus::Open };
        vec![request, lapse]
    }

    /// The dates of a running term.
    pub(super) fn running(&self, running: &Running) -> Vec<OrderDate> {
        let (last, steps) = running.clock.last_day(&self.ground.stops, &self.profile().clock);
        let mut dates = vec![self.begin(running)];
        let mut end = self.made(OrderDateKind::End, last, steps.clone());
        end.status = RequestStatus::Open;
        if let Some(requested) = running.pending.filter(|_| last.is_some_and(|last| last < self.as_of)) {
            end.steps.push(Step::WaitsForDecision { requested });
            end.status = RequestStatus::Passed;
        }
        dates.push(end);
        if let Some(days) = self.profile().extension.request_days_before {
            let mut request = self.request(OrderDateKind::ExtensionRequest, last, days, steps);
            if let Some(on) = running.pending {
                request.steps.push(Step::ExtensionRequested { on });
                request.status = RequestStatus::Done;
            }
            dates.push(request);
        }
        dates
    }

    fn begin(&self, running: &Running) -> OrderDate {
        let on = running.clock.begins_on;
        let mut begin = self.made(OrderDateKind::Begin, Some(on), vec![Step::Begins { on }]);
        begin.status = if on <= self.as_of { RequestStatus::Done } else { RequestStatus::Open };
        begin
    }

    /// The dates of a term that ran and ended.
    pub(super) fn ended(&self, ran: &Running, on: NaiveDate, how: SupervisionEnd) -> Vec<OrderDate> {
        let (_, mut steps) = ran.clock.last_day(&self.ground.stops, &self.profile().clock);
        steps.push(Step::Ended { how, on });
        let mut end = self.made(OrderDateKind::End, Some(on), steps);
        end.status = RequestStatus::Done;
        vec![self.begin(ran), end, self.end_notice(on, how)]
    }

    /// The person is to be told of the end.
    pub(super) fn end_notice(&self, on: NaiveDate, how: SupervisionEnd) -> OrderDate {
        let steps = vec![Step::Ended { how, on }, Step::TellAsSoonAsPossible { on }];
        OrderDate { status: RequestStatus::Open, ..self.made(OrderDateKind::EndNotice, Some(on), steps) }
    }
}

/// The last second of a legal day.
fn end_of(day: NaiveDate, zone: &str) -> Option<DateTime<FixedOffset>> {
    let zone: Tz = zone.parse().ok()?;
    let last = day.and_time(NaiveTime::from_hms_opt(23, 59, 59)?);
    zone.from_local_datetime(&last).latest().map(|instant| instant.fixed_offset())
}
