//! What the register and supervision saw of one person.
//!
//! A flag of the register and a breach of supervision are one event when they are about the same kind of fact and the
//! days of the failure are within [`WINDOW`] days ([`matching`](super::matching)). The days of the failure and not those
//! of the reports decide, so that a slow report does not make two events of one. An event belongs to the period in
//! which its day lies; of one that both saw, the earlier day.

use chrono::NaiveDate;

use super::matching::nearest;
use crate::history::{Breach, Days, EventId, Fact, Flag, History, Span};
use crate::period::months_of;

/// Days within which a flag and a breach can be one event.
pub const WINDOW: u64 = 14;

/// Which flags count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Standard {
    /// Those in which a second person found a failure that nothing excuses.
    Confirmed,
    /// Also those that nobody has decided yet.
    Standing,
}

impl Standard {
    /// Whether a flag counts.
    pub fn counts(self, flag: &Flag) -> bool {
        flag.outcome.map_or(self == Self::Standing, |outcome| outcome.confirms())
    }
}

/// Who saw an event. One that neither saw is unknown; only people and months can be seen by neither.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum By {
    /// The register alone.
    Register,
    /// Supervision alone.
    Supervision,
    /// Both.
    Both,
}

/// An event as the systems saw it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Event {
    /// What kind of fact it is about.
    pub fact: Fact,
    /// Who saw it.
    pub by: By,
    /// Its day; the earlier one where the systems differ.
    pub day: NaiveDate,
    /// The flag.
    pub flag: Option<EventId>,
    /// The breach.
    pub breach: Option<EventId>,
    /// Days from the flag to the report of the breach: above zero when the register came first. Only of events that
    /// both saw and that supervision reported.
    pub lead: Option<i64>,
    /// Whether the person was under both systems on that day, so that both could have seen it.
    pub could_both: bool,
}

/// Every event of a person, in order of day.
pub fn events(history: &History, standard: Standard) -> Vec<Event> {
    let both = history.registered.and(&history.supervised);
    let mut events = Vec::new();
    for &fact in Fact::ALL {
        let flags: Vec<&Flag> = history.flags.iter().filter(|it| it.fact() == fact && standard.counts(it)).collect();
        let breaches: Vec<&Breach> = history.breaches.iter().filter(|it| it.fact == fact).collect();
        events.extend(of_fact(fact, &flags, &breaches));
    }
    for event in &mut events {
        event.could_both = both.has(event.day);
    }
    events.sort_by_key(|it| (it.day, it.fact, it.flag, it.breach));
    events
}

fn of_fact(fact: Fact, flags: &[&Flag], breaches: &[&Breach]) -> Vec<Event> {
    let failed: Vec<NaiveDate> = flags.iter().map(|it| it.failed_on).collect();
    let observed: Vec<NaiveDate> = breaches.iter().map(|it| it.observed_on).collect();
    let pairs = nearest(&failed, &observed, WINDOW);
    let one = |by, day, flag, breach| Event { fact, by, day, flag, breach, lead: None, could_both: false };
    let mut events: Vec<Event> = pairs
        .iter()
        .map(|pair| {
            let (flag, breach) = (flags[pair.first], breaches[pair.second]);
            let lead = breach.reported_on.map(|reported| (reported - flag.raised_on).num_days());
            let day = flag.failed_on.min(breach.observed_on);
            Event { lead, ..one(By::Both, day, Some(flag.id), Some(breach.id)) }
        })
        .collect();
    let alone = |at: usize, of: fn(&super::matching::Pair) -> usize| pairs.iter().all(|pair| of(pair) != at);
    for (at, flag) in flags.iter().enumerate().filter(|(at, _)| alone(*at, |pair| pair.first)) {
        events.push(one(By::Register, failed[at], Some(flag.id), None));
    }
    for (at, breach) in breaches.iter().enumerate().filter(|(at, _)| alone(*at, |pair| pair.second)) {
        events.push(one(By::Supervision, observed[at], None, Some(breach.id)));
    }
    events
}

/// What each system says of somebody: whether they failed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Verdict {
    /// The register saw a failure.
    pub register: bool,
    /// Supervision saw one.
    pub supervision: bool,
}

/// What each system says of the person over a period, of events that both could have seen; nothing when the person was
/// never under both and at liberty.
pub fn verdict(history: &History, events: &[Event], period: Span) -> Option<Verdict> {
    watched_by_both(history).within(period).spans().first()?;
    let mut verdict = Verdict::default();
    for event in events.iter().filter(|it| it.could_both && period.has(it.day)) {
        verdict.register |= event.by != By::Supervision;
        verdict.supervision |= event.by != By::Register;
    }
    Some(verdict)
}

/// What each system says of each month of the period in which the person was under both and at liberty for a day at
/// least. A failure belongs to the month in which its own system places it.
pub fn monthly(history: &History, standard: Standard, period: Span) -> Vec<(Span, Verdict)> {
    let watched = watched_by_both(history).within(period);
    let watched = months_of(period).filter(|month| !watched.within(*month).spans().is_empty());
    let flagged = |month: Span| history.flags.iter().any(|it| standard.counts(it) && month.has(it.failed_on));
    let breached = |month: Span| history.breaches.iter().any(|it| month.has(it.observed_on));
    watched.map(|month| (month, Verdict { register: flagged(month), supervision: breached(month) })).collect()
}

fn watched_by_both(history: &History) -> Days {
    history.registered.and(&history.supervised).without(&history.custody)
}

/// Days of a period under the systems.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Covered {
    /// Registered.
    pub registered: u64,
    /// Of those, not supervised.
    pub added: u64,
    /// Registered and not in custody.
    pub registered_at_liberty: u64,
    /// Of those, not supervised.
    pub added_at_liberty: u64,
}

/// How many days of the period the person was under each system.
pub fn covered(history: &History, period: Span) -> Covered {
    let registered = history.registered.within(period);
    let at_liberty = registered.without(&history.custody);
    Covered {
        registered: registered.count(),
        added: registered.without(&history.supervised).count(),
        registered_at_liberty: at_liberty.count(),
        added_at_liberty: at_liberty.without(&history.supervised).count(),
    }
}
