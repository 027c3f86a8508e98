//! The rows of one person: who they are, and what happened, in days since the index date.

use chrono::NaiveDate;

use super::census::Sensitive;
use super::class::{Age, Class};
use super::{Keyed, Pseudonym, of_cluster};
use crate::history::{Arm, Days, Duty, DutyState, EventId, ExitReason, Flag, FlagOutcome, History, RiskBand, Span};

/// For how long a person was followed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Followed {
    index: NaiveDate,
    period: Span,
    last: NaiveDate,
    left: Option<ExitReason>,
}

impl Followed {
    /// From when the person was assigned, or from the index date if that was later, to when they left or observation
    /// ended.
    pub fn of(history: &History, until: NaiveDate) -> Option<Self> {
        let assignment = history.assignment.as_ref()?;
        let exit = history.exit.filter(|exit| exit.on <= until);
        let last = exit.map_or(until, |exit| exit.on);
        let period = Span::new(assignment.entered_on(), Some(last))?;
        Some(Self { index: assignment.index_on, period, last, left: exit.map(|exit| exit.reason) })
    }

    /// Days since the index date; 0 on it.
    fn day(&self, day: NaiveDate) -> i64 {
        (day - self.index).num_days()
    }

    /// What must not be told of the person, as the rows of the file tell it: a flag that was decided after the last day
    /// is undecided there, so it cannot be what sets one person of a class apart from the others.
    pub fn sensitive(&self, history: &History) -> Sensitive {
        let confirms = |code| FlagOutcome::ALL.iter().any(|outcome| outcome.code() == code && outcome.confirms());
        let failed = |event: &Event| match event.what {
            What::Breach => true,
            What::Flag => event.outcome.is_some_and(confirms),
            _ => false,
        };
        let told = told(history, self);
        Sensitive {
            failed: told.iter().any(|(_, event)| failed(event)),
            new_case: told.iter().any(|(_, event)| event.what == What::NewCase),
        }
    }
}

/// A person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PersonRow {
    /// The pseudonym.
    pub pseudonym: Pseudonym,
    /// The arm.
    pub arm: Arm,
    /// Age at the index date.
    pub age: Age,
    /// Group of the index offence; nothing when unknown or not told.
    pub offence_group: Option<String>,
    /// Stratum of the assignment; nothing when not told.
    pub stratum: Option<String>,
    /// The team; nothing when there is none or it is not told.
    pub team: Option<String>,
    /// The pseudonym of the unit that was assigned as a whole; nothing when there is none or it is not told.
    pub cluster: Option<Pseudonym>,
    /// Risk band at the index date.
    pub risk: Option<RiskBand>,
    /// The day from which the person was followed: 0, or later when they were assigned later.
    pub entry_day: i64,
    /// The last day on which they were.
    pub last_day: i64,
    /// Why they left; nothing when observation ended first.
    pub exit: Option<ExitReason>,
}

pub(super) fn person(
    history: &History,
    class: Class,
    followed: &Followed,
    pseudonym: Pseudonym,
    key: &impl Keyed,
) -> PersonRow {
    PersonRow {
        pseudonym,
        arm: class.arm,
        age: class.age,
        offence_group: class.offence_group,
        stratum: class.stratum,
        team: class.team,
        cluster: class.cluster.map(|cluster| of_cluster(key, &cluster)),
        risk: history.risk,
        entry_day: followed.day(followed.period.from()),
        last_day: followed.day(followed.last),
        exit: followed.left,
    }
}

/// What an event is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum What {
    /// Days under the duty to notify.
    Registered,
    /// Days under supervision.
    Supervised,
    /// Days in custody.
    Custody,
    /// Days of whereabouts unknown.
    Missing,
    /// A duty: from its last accepted day to when it was met.
    Duty,
    /// A notification.
    Notification,
    /// A flag: from the day of the failure to the decision.
    Flag,
    /// A breach of supervision: from when it was seen to when it was reported.
    Breach,
    /// A look at the person.
    Check,
    /// A new case.
    NewCase,
}

impl What {
    /// Every kind of event.
    pub const ALL: [Self; 10] = [
        Self::Registered,
        Self::Supervised,
        Self::Custody,
        Self::Missing,
        Self::Duty,
        Self::Notification,
        Self::Flag,
        Self::Breach,
        Self::Check,
        Self::NewCase,
    ];

    /// The code it has in files.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Registered => "registered",
            Self::Supervised => "supervised",
            Self::Custody => "custody",
            Self::Missing => "missing",
            Self::Duty => "duty",
            Self::Notification => "notification",
            Self::Flag => "flag",
            Self::Breach => "breach",
            Self::Check => "check",
            Self::NewCase => "new_case",
        }
    }
}

/// An event. What came after the last day of observation is not told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EventRow {
    /// The person's pseudonym.
    pub pseudonym: Pseudonym,
    /// The number of the event among the person's, in order of days; from 1.
    pub number: u32,
    /// What it is.
    pub what: What,
    /// Its kind: of duty, fact, system or case.
    pub kind: Option<&'static str>,
    /// Its first day.
    pub from_day: i64,
    /// Its last day, or when it was answered; nothing when that had not come.
    pub until_day: Option<i64>,
    /// What came of it.
    pub outcome: Option<&'static str>,
}

/// The events of a person while they were followed, in order of days.
pub(super) fn events(history: &History, followed: &Followed, pseudonym: Pseudonym) -> Vec<EventRow> {
    let mut events = told(history, followed);
    events.sort_by_key(|(key, _)| *key);
    let numbered = events.into_iter().zip(1..).map(|((_, event), number)| EventRow {
        pseudonym,
        number,
        what: event.what,
        kind: event.kind,
        from_day: followed.day(event.from),
        until_day: event.until.map(|day| followed.day(day)),
        outcome: event.outcome,
    });
    numbered.collect()
}

/// What the file tells of a person's events, in no order.
fn told(history: &History, followed: &Followed) -> Vec<(Key, Event)> {
    let mut events = spans(history, followed);
    events.extend(history.duties.iter().filter_map(|duty| of_duty(duty, followed)));
    events.extend(history.flags.iter().filter_map(|flag| of_flag(flag, followed)));
    for it in &history.notifications {
        events.extend(keyed(Event::on(it.received_on, What::Notification, it.kind.code()), it.id, followed));
    }
    for it in &history.breaches {
        let (until, outcome) = (known(it.reported_on, followed), Some(it.severity.code()));
        let event = Event { until, outcome, ..Event::on(it.observed_on, What::Breach, it.fact.code()) };
        events.extend(keyed(event, it.id, followed));
    }
    for (it, number) in history.checks.iter().zip(0..) {
        events.extend(keyed(Event::on(it.on, What::Check, it.system.code()), EventId(number), followed));
    }
    for it in &history.outcomes {
        events.extend(keyed(Event::on(it.on, What::NewCase, it.kind.code()), it.id, followed));
    }
    events
}

/// An event before it is numbered.
#[derive(Debug, Clone, Copy)]
struct Event {
    what: What,
    kind: Option<&'static str>,
    from: NaiveDate,
    until: Option<NaiveDate>,
    outcome: Option<&'static str>,
}

impl Event {
    const fn on(from: NaiveDate, what: What, kind: &'static str) -> Self {
        Self { what, kind: Some(kind), from, until: None, outcome: None }
    }
}

/// What events are ordered by. The id decides between events that look alike only, so that it tells nothing.
type Key = (NaiveDate, What, Option<&'static str>, Option<NaiveDate>, Option<&'static str>, EventId);

/// The event with its key, if it began while the person was followed.
fn keyed(event: Event, id: EventId, followed: &Followed) -> Option<(Key, Event)> {
    let key = (event.from, event.what, event.kind, event.until, event.outcome, id);
    followed.period.has(event.from).then_some((key, event))
}

/// A day that had come when observation ended.
fn known(day: Option<NaiveDate>, followed: &Followed) -> Option<NaiveDate> {
    day.filter(|day| *day <= followed.last)
}

fn spans(history: &History, followed: &Followed) -> Vec<(Key, Event)> {
    let sets: [(What, &Days); 4] = [
        (What::Registered, &history.registered),
        (What::Supervised, &history.supervised),
        (What::Custody, &history.custody),
        (What::Missing, &history.missing),
    ];
    let mut events = Vec::new();
    for (what, days) in sets {
        for span in days.within(followed.period).spans() {
            let event = Event { what, kind: None, from: span.from(), until: span.until(), outcome: None };
            events.extend(keyed(event, EventId(0), followed));
        }
    }
    events
}

fn of_duty(duty: &Duty, followed: &Followed) -> Option<(Key, Event)> {
    if duty.state == DutyState::Withdrawn {
        return None;
    }
    let overdue_after = duty.overdue_after?;
    let met = known(duty.met_on, followed);
    let outcome = match (duty.excuse, met) {
        (Some(_), _) => "excused",
        (None, Some(met)) if duty.due_on.is_some_and(|due| met <= due) => "strictly",
        (None, Some(met)) if met <= overdue_after => "leniently",
        (None, Some(_)) => "late",
        (None, None) => "not_met",
    };
    let event = Event::on(overdue_after, What::Duty, duty.kind.code());
    keyed(Event { until: met, outcome: Some(outcome), ..event }, duty.id, followed)
}

fn of_flag(flag: &Flag, followed: &Followed) -> Option<(Key, Event)> {
    if flag.raised_on > followed.last {
        return None;
    }
    let decided = known(flag.decided_on, followed);
    let outcome = decided.and(flag.outcome).map_or("undecided", FlagOutcome::code);
    let event = Event::on(flag.failed_on, What::Flag, flag.duty.code());
    keyed(Event { until: decided, outcome: Some(outcome), ..event }, flag.id, followed)
}
