//! When a conviction abroad makes somebody subject: the beginning of residence, s.13.

use chrono::NaiveDate;

use super::duty::Root;
use super::event::What;
use super::facts::{Facts, Place};
use super::kind::Reading;
use super::profile::Profile;
use super::qualifying::{Measure, Range, Run, runs};
use super::rulebook::RegimeRules;
use super::step::Occurrence;

/// How residence bears on one conviction abroad.
#[derive(Clone, Debug)]
pub(super) struct Residence {
    /// The day from which the conviction makes the person subject.
    pub(super) since: NaiveDate,
    /// The day that gives rise to the initial notification; `None` while still abroad.
    pub(super) trigger: Option<Trigger>,
}

/// The day that gives rise to an initial notification.
#[derive(Clone, Debug)]
pub(super) struct Trigger {
    pub(super) on: NaiveDate,
    /// The day on the lenient reading, `None` when that knows none.
    pub(super) lenient: Option<NaiveDate>,
    pub(super) what: Occurrence,
    /// The event it rests on, when it is not the conviction itself.
    pub(super) event: Option<usize>,
    /// Whether a fresh notification at the beginning of a later version takes its place.
    pub(super) replaced_by_fresh: bool,
}

/// Whether the person visits only: every conviction that counts is foreign, and residence never began. Only then
/// do the stays say where in the State the person was; for others they are places besides the notified home.
pub(super) fn is_visitor(facts: &Facts) -> bool {
    let mut counting = facts.convictions.iter().filter(|c| c.registrable).peekable();
    counting.peek().is_some() && counting.all(|c| c.place == Place::Abroad) && became_resident(facts).is_none()
}

/// The residence that matters for a conviction abroad on `convicted`; `None` when there is none.
pub(super) fn residence(facts: &Facts, rules: &RegimeRules, convicted: NaiveDate) -> Option<Residence> {
    match became_resident(facts) {
        Some((_, on)) if on < convicted => Some(resident_before(facts, convicted)),
        Some((event, on)) => Some(Residence {
            since: on,
            trigger: Some(Trigger {
                on,
                lenient: Some(on),
                what: Occurrence::BecameResident,
                event: Some(event),
                replaced_by_fresh: false,
            }),
        }),
        None => visit(facts, rules).map(|visit| {
            // Whoever became resident by a visit is resident at the next conviction.
            if visit.complete < convicted { resident_before(facts, convicted) } else { visit.residence() }
        }),
    }
}

/// The first time residence began, with the index of the event.
fn became_resident(facts: &Facts) -> Option<(usize, NaiveDate)> {
    let events = facts.events.iter().enumerate();
    let days = events.filter_map(|(i, e)| match e.what {
        What::BecameResident { on } => Some((i, on)),
        _ => None,
    });
    days.min_by_key(|(i, on)| (*on, *i))
}

/// Resident already at the conviction: the first return to the State after it.
fn resident_before(facts: &Facts, convicted: NaiveDate) -> Residence {
    let trigger = match away_on(facts, convicted) {
        None => Some((convicted, Occurrence::ConvictedAbroadWhileResident, true)),
        Some(Some(back)) => Some((back, Occurrence::ReturnedAfterConvictionAbroad, false)),
        Some(None) => None,
    };
    Residence {
        since: convicted,
        trigger: trigger.map(|(on, what, replaced_by_fresh)| Trigger {
            on,
            lenient: Some(on),
            what,
            event: None,
            replaced_by_fresh,
        }),
    }
}

/// The first return to the State of somebody abroad on `day`, none while it lies ahead; `None` for somebody not abroad.
fn away_on(facts: &Facts, day: NaiveDate) -> Option<Option<NaiveDate>> {
    let absences = || {
        facts.events.iter().filter_map(|e| match e.what {
            What::Absence(a) => Some((a.from, a.until.unwrap_or(NaiveDate::MAX))),
            _ => None,
        })
    };
    let mut back = absences().filter(|(from, until)| (*from..=*until).contains(&day)).map(|(_, until)| until).min()?;
    // Back is who is not away on another journey.
    while let Some(longer) = absences().filter(|(from, until)| *from < back && back < *until).map(|(_, u)| u).min() {
        back = longer;
    }
    Some((back != NaiveDate::MAX).then_some(back))
}

/// A visit that became residence.
#[derive(Clone, Copy, Debug)]
pub(super) struct Visit {
    /// The day the qualifying period is complete.
    pub(super) complete: NaiveDate,
    lenient: Option<NaiveDate>,
}

impl Visit {
    fn residence(self) -> Residence {
        let trigger = Trigger {
            on: self.complete,
            lenient: self.lenient,
            what: Occurrence::VisitBecameResidence,
            event: None,
            replaced_by_fresh: false,
        };
        Residence { since: self.complete, trigger: Some(trigger) }
    }
}

/// Days in the State of a visitor, at whatever places, since the first conviction that counts, that complete a
/// qualifying period.
pub(super) fn visit(facts: &Facts, rules: &RegimeRules) -> Option<Visit> {
    if !is_visitor(facts) {
        return None;
    }
    let convicted = facts.convictions.iter().filter(|c| c.registrable).map(|c| c.convicted_on).min()?;
    let stays: Vec<Range> = facts
        .events
        .iter()
        .filter_map(|e| match &e.what {
            What::Stay { from, until, .. } if until.is_none_or(|until| until >= convicted) => {
                Some(Range { from: (*from).max(convicted), to: *until })
            }
            _ => None,
        })
        .collect();
    if stays.is_empty() {
        return None;
    }
    rules.versions().iter().enumerate().find_map(|(i, profile)| {
        // Residence may begin before the first version of the rules; then it is measured by that one.
        let complete = completion(&stays, profile, |on| rules.index_at(on).unwrap_or(0) == i)?.from;
        Some(Visit { complete, lenient: lenient_completion(&stays, profile, complete).map(|run| run.from) })
    })
}

/// What makes a qualifying period under a version.
pub(super) fn measure(profile: &Profile, reading: Reading) -> Measure {
    let stay = &profile.stay;
    Measure { n: stay.days, months: stay.window_months, unit: stay.stay_unit.on(reading) }
}

/// The qualifying period under a version that is complete on a day that passes a test. Where it is complete
/// once and for all only the first one is asked about, otherwise every one that comes about afresh.
pub(super) fn completion(stays: &[Range], profile: &Profile, test: impl Fn(NaiveDate) -> bool) -> Option<Run> {
    let once = profile.stay.stay_completes_once;
    let mut found = runs(stays, measure(profile, Reading::Strict)).into_iter();
    if once { found.next().filter(|run| test(run.from)) } else { found.find(|run| run.fresh && test(run.from)) }
}

/// The qualifying period on the lenient reading that is complete on or after the day of the strict one.
pub(super) fn lenient_completion(stays: &[Range], profile: &Profile, strict: NaiveDate) -> Option<Run> {
    let mut found = runs(stays, measure(profile, Reading::Lenient)).into_iter();
    let run = found.find(|run| run.to.is_none_or(|to| to >= strict))?;
    Some(Run { from: run.from.max(strict), ..run })
}

impl Trigger {
    /// The fact the notification is rooted in.
    pub(super) fn root(&self, facts: &Facts, conviction: usize) -> Root {
        use super::case::{conviction_ref, event_ref};
        match self.event {
            Some(index) => Root::Event(event_ref(facts, index)),
            None => Root::Conviction(conviction_ref(facts, conviction)),
        }
    }
}
