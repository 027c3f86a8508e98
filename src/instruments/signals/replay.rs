//! A signal from its receipt to its end, replayed: the same history gives the same state, on any day.

use chrono::NaiveDate;
use law::Calendar;

use super::event::{ActorKind, CloseReason, Reporter, SignalEvent};
use super::profile::SignalRules;
use super::retention::Retention;
use super::state::{Refusal, RefusalCode, Signal, SignalState};
use super::step::Step;
use crate::convictions::working_days_after;

/// A signal as it stood on a day: what happened later is left out.
///
/// # Errors
/// When the history does not begin with a receipt, or something in it cannot have happened.
pub fn replay(
    events: &[SignalEvent],
    rules: &SignalRules,
    calendar: &Calendar,
    as_of: NaiveDate,
) -> Result<Signal, Refusal> {
    let refuse = |i: usize, code: RefusalCode| Refusal { field: format!("events[{i}]"), code };
    let mut known = events.iter().enumerate().take_while(|(_, event)| event.on() <= as_of);
    let Some((_, SignalEvent::Received { on, origin, reporter, .. })) = known.next() else {
        return Err(refuse(0, RefusalCode::NotReceived));
    };
    let triage_due = working_days_after(*on, rules.triage.working_days, calendar).ok();
    let state = SignalState::Received { triage_due, overdue: triage_due.is_some_and(|due| due < as_of) };
    let mut signal = Signal {
        retention: Retention::of(*on, &state, rules),
        state,
        origin: *origin,
        received_on: *on,
        reporter: reporter.clone(),
        demanded_under: None,
        steps: vec![Step::CameFrom { origin: *origin, received: *on }],
    };
    let mut last = *on;
    for (i, event) in known {
        if event.on() < last {
            return Err(refuse(i, RefusalCode::OutOfOrder));
        }
        last = event.on();
        if signal.retention.over(last).is_some() {
            return Err(refuse(i, RefusalCode::NotInThisState));
        }
        signal.next(event).map_err(|code| refuse(i, code))?;
        signal.retention = Retention::of(signal.received_on, &signal.state, rules);
    }
    signal.finish(rules, as_of);
    Ok(signal)
}

impl Signal {
    fn next(&mut self, event: &SignalEvent) -> Result<(), RefusalCode> {
        if event.by().kind != ActorKind::Person {
            return Err(RefusalCode::NotByAPerson);
        }
        match event {
            SignalEvent::Received { .. } => Err(RefusalCode::NotInThisState),
            SignalEvent::AnonymityAsked { .. } => self.forget_reporter(),
            SignalEvent::IdentityDemanded { provision, .. } => self.demand(provision),
            SignalEvent::TakenUp { on, by } => match &self.state {
                SignalState::Received { .. } => {
                    self.state = SignalState::InTriage { since: *on, by: by.id.clone() };
                    Ok(())
                }
                _ => Err(RefusalCode::NotInThisState),
            },
            SignalEvent::Matched { on, by, registration, reasons } => {
                if !matches!(self.state, SignalState::InTriage { .. }) {
                    return Err(RefusalCode::NotInThisState);
                }
                given(registration, RefusalCode::Empty)?;
                given(reasons, RefusalCode::NoReasons)?;
                self.steps.push(Step::MatchedByPerson { on: *on });
                self.state = SignalState::Matched { on: *on, by: by.id.clone(), registration: registration.clone() };
                Ok(())
            }
            SignalEvent::Unmatched { on, by, reasons } => {
                if !matches!(self.state, SignalState::Matched { .. }) {
                    return Err(RefusalCode::NotInThisState);
                }
                given(reasons, RefusalCode::NoReasons)?;
                self.steps.push(Step::MatchUndone { on: *on });
                self.state = SignalState::InTriage { since: *on, by: by.id.clone() };
                Ok(())
            }
            SignalEvent::Closed { on, reason, reasons, .. } => self.close(*on, *reason, reasons),
            SignalEvent::Reopened { on, by, reasons } => self.reopen(*on, &by.id, reasons),
        }
    }

    fn close(&mut self, on: NaiveDate, reason: CloseReason, reasons: &str) -> Result<(), RefusalCode> {
        let registration = match &self.state {
            SignalState::InTriage { .. } => None,
            SignalState::Matched { registration, .. } => Some(registration.clone()),
            SignalState::Received { .. }
            | SignalState::Closed { .. }
            | SignalState::Removed { .. }
            | SignalState::Destroyed { .. } => return Err(RefusalCode::NotInThisState),
        };
        given(reasons, RefusalCode::NoReasons)?;
        let fits = match reason {
            CloseReason::NotMatched => registration.is_none(),
            CloseReason::FollowedUp => registration.is_some(),
            CloseReason::NothingToDo | CloseReason::Unfounded | CloseReason::Referred => true,
        };
        if !fits {
            return Err(RefusalCode::ReasonDoesNotFit);
        }
        // What was found unfounded is not kept with a registration.
        let registration = registration.filter(|_| reason != CloseReason::Unfounded);
        self.steps.push(Step::ClosedBecause { reason, on });
        self.state = SignalState::Closed { on, reason, registration };
        Ok(())
    }

    fn reopen(&mut self, on: NaiveDate, by: &str, reasons: &str) -> Result<(), RefusalCode> {
        let SignalState::Closed { registration, .. } = &self.state else {
            return Err(RefusalCode::NotInThisState);
        };
        given(reasons, RefusalCode::NoReasons)?;
        let by = by.to_owned();
        self.steps.push(Step::OpenedAgain { on });
        self.state = match registration.clone() {
            Some(registration) => SignalState::Matched { on, by, registration },
            None => SignalState::InTriage { since: on, by },
        };
        Ok(())
    }

    fn forget_reporter(&mut self) -> Result<(), RefusalCode> {
        match self.reporter {
            Reporter::Anonymous => Err(RefusalCode::NoIdentityHeld),
            Reporter::Intermediary { .. } | Reporter::Known { .. } => {
                self.reporter = Reporter::Anonymous;
                self.demanded_under = None;
                Ok(())
            }
        }
    }

    fn demand(&mut self, provision: &str) -> Result<(), RefusalCode> {
        given(provision, RefusalCode::Empty)?;
        match self.reporter {
            Reporter::Anonymous => Err(RefusalCode::NoIdentityHeld),
            Reporter::Intermediary { .. } | Reporter::Known { .. } => {
                self.demanded_under = Some(provision.to_owned());
                Ok(())
            }
        }
    }

    /// What the day itself brings, and what is said of every signal.
    fn finish(&mut self, rules: &SignalRules, as_of: NaiveDate) {
        let sources = &rules.sources;
        if let SignalState::Received { triage_due: Some(due), overdue } = &self.state {
            let days = rules.triage.working_days;
            let provision = sources.triage.clone();
            self.steps.push(Step::TriageDue { days, due: *due, overdue: *overdue, provision });
        }
        self.steps.push(Step::NoFact { provision: sources.no_fact.clone() });
        let provision = sources.retention.clone();
        if let Some(remove) = self.retention.remove_on {
            self.steps.push(Step::RemovedOn { remove, provision: provision.clone() });
        }
        self.steps.push(Step::DestroyedOn { destroy: self.retention.destroy_on, provision });
        if let Some(over) = self.retention.over(as_of) {
            if matches!(over, SignalState::Destroyed { .. }) {
                self.reporter = Reporter::Anonymous;
                self.demanded_under = None;
            }
            self.state = over;
        }
    }
}

fn given(text: &str, code: RefusalCode) -> Result<(), RefusalCode> {
    if text.trim().is_empty() { Err(code) } else { Ok(()) }
}
