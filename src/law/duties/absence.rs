//! `travel`, `return` and `unplanned_absence`: time outside the State, s.10(2)(d), (3), (4) and (5).

use chrono::NaiveDate;

use super::super::case::{Case, Note, event_ref};
use super::super::custody::{End, Limit};
use super::super::day;
use super::super::duty::{Duty, Root};
use super::super::event::{Absence, What};
use super::super::kind::{DutyKind, Reading};
use super::super::profile::{NotifyReturn, Profile, Unit};
use super::super::step::{Occurrence, Step};
use super::{Parts, opening};

/// An absence with its place in the facts and the travel notifications that belong to it.
#[derive(Clone, Copy)]
struct Journey<'a> {
    index: usize,
    absence: Absence,
    first: Option<Note<'a>>,
    last: Option<Note<'a>>,
}

/// Each absence raises what it raises on its own.
pub(super) fn add(case: &Case<'_>, duties: &mut Vec<Duty>) {
    for journey in journeys(case) {
        if journey.absence.intended {
            duties.extend(travel(case, journey));
        } else {
            duties.extend(unplanned(case, journey));
        }
        duties.extend(coming_back(case, journey));
    }
}

fn journeys<'a>(case: &Case<'a>) -> Vec<Journey<'a>> {
    let absences = case.facts.events.iter().enumerate().filter_map(|(index, event)| match event.what {
        What::Absence(absence) => Some(Journey { index, absence, first: None, last: None }),
        _ => None,
    });
    let mut journeys: Vec<Journey<'a>> = absences.collect();
    let departures: Vec<NaiveDate> = journeys.iter().map(|j| j.absence.from).collect();
    for journey in &mut journeys {
        let previous = departures.iter().filter(|from| **from < journey.absence.from).max();
        let alone = *journey;
        let mut notes = case.notes.iter().copied().filter(|note| belongs(case, alone, *note, previous));
        journey.first = notes.next();
        journey.last = notes.next_back().or(journey.first);
    }
    journeys
}

/// A travel notification belongs to a journey when it was given on or before departure and names it as its trip or,
/// naming none, was given after the previous departure.
fn belongs(case: &Case<'_>, journey: Journey<'_>, note: Note<'_>, previous: Option<&NaiveDate>) -> bool {
    let given = note.given;
    given.kind == DutyKind::Travel
        && given.on <= journey.absence.from
        && match &given.trip {
            Some(trip) => case.facts.events.get(journey.index).is_some_and(|event| event.id.as_ref() == Some(trip)),
            None => previous.is_none_or(|previous| given.on > *previous),
        }
}

/// The length of an absence in a unit: days touched, or nights.
fn length(unit: Unit, from: NaiveDate, until: NaiveDate) -> u32 {
    let nights = u32::try_from((until - from).num_days()).unwrap_or(0);
    match unit {
        Unit::Day => nights.saturating_add(1),
        Unit::Night => nights,
    }
}

/// Whether an absence is long enough on a reading, with the step that says so.
fn long_enough(profile: &Profile, reading: Reading, from: NaiveDate, until: NaiveDate, planned: bool) -> (bool, Step) {
    let unit = profile.absence.absence_unit.on(reading);
    let (length, n) = (length(unit, from, until), profile.absence.days);
    (length >= n, Step::AbsenceLength { reading, unit, length, n, planned })
}

/// `travel`: to be notified before leaving. Never moved, neither by custody nor by a free day.
fn travel(case: &Case<'_>, journey: Journey<'_>) -> Option<Duty> {
    let Journey { index, absence, last, .. } = journey;
    let on = absence.from;
    let (version, profile) = case.version_for(on)?;
    let mut steps = opening(Occurrence::Left, on, profile);
    let lenient = match absence.planned_return {
        None => {
            steps.push(Step::NoPlannedReturn);
            true
        }
        Some(back) => {
            let (strict, step) = long_enough(profile, Reading::Strict, on, back, true);
            if !strict {
                return None;
            }
            steps.push(step);
            let (lenient, step) = long_enough(profile, Reading::Lenient, on, back, true);
            steps.push(step);
            lenient
        }
    };
    steps.push(Step::BeforeLeaving { on });
    if !lenient {
        steps.push(Step::LenientKnowsNone);
    }
    let limit = Limit::fixed(on, lenient.then_some(on));
    let root = Root::Event(event_ref(case.facts, index));
    let parts = Parts { kind: DutyKind::Travel, citation: &profile.citations.travel, root, version, profile };
    let mut draft = parts.draft(on, limit, steps);
    draft.met = last.map(|n| (n.index, n.given.on));
    Some(case.finish(draft))
}

/// `return`: coming back after an absence that counts, on another day than notified.
fn coming_back(case: &Case<'_>, journey: Journey<'_>) -> Option<Duty> {
    let Journey { index, absence, .. } = journey;
    let until = absence.until?;
    let (version, profile) = case.version_for(until)?;
    let (strict, strict_step) = long_enough(profile, Reading::Strict, absence.from, until, false);
    if !strict {
        return None;
    }
    let reason = return_reason(profile, journey, until)?;
    let (lenient, lenient_step) = long_enough(profile, Reading::Lenient, absence.from, until, false);
    let mut steps = opening(Occurrence::Returned, until, profile);
    steps.push(Step::Happened { what: Occurrence::Left, on: absence.from });
    steps.push(strict_step);
    steps.push(lenient_step);
    steps.push(reason);
    let clock = case.clock(version, profile, DutyKind::Return);
    let limit = clock.both(until, lenient.then_some(until), profile.period.back, &mut steps);
    let root = Root::Event(event_ref(case.facts, index));
    let parts = Parts { kind: DutyKind::Return, citation: &profile.citations.back, root, version, profile };
    let mut draft = parts.draft(until, limit, steps);
    draft.met = case.first_note(DutyKind::Return, until);
    Some(case.finish(draft))
}

/// Why a return is to be notified; `None` when it is not.
fn return_reason(profile: &Profile, journey: Journey<'_>, until: NaiveDate) -> Option<Step> {
    match profile.absence.notify_return {
        NotifyReturn::Always => return Some(Step::EveryReturn),
        NotifyReturn::IfDateDiffers => {}
    }
    let counts = if profile.absence.latest_notified_return_date { journey.last } else { journey.first };
    match counts.and_then(|n| n.given.planned_return) {
        Some(planned) => (planned != until).then_some(Step::ReturnNotifiedFor { on: planned }),
        None => profile.absence.return_after_unnotified.then_some(Step::NoReturnNotified),
    }
}

/// `unplanned_absence`: further days from the N-th day abroad; falls away on a return in time.
fn unplanned(case: &Case<'_>, journey: Journey<'_>) -> Option<Duty> {
    let Journey { index, absence, .. } = journey;
    let (version, profile, trigger) = nth_day_abroad(case, absence)?;
    let rules = &profile.unplanned_absence;
    let mut steps = opening(Occurrence::Left, absence.from, profile);
    match absence.until {
        Some(until) => {
            let (strict, step) = long_enough(profile, Reading::Strict, absence.from, until, false);
            if !strict {
                return None;
            }
            steps.push(step);
        }
        None => steps.push(Step::Happened { what: Occurrence::StillAway, on: absence.from }),
    }
    let later = nth_from(profile, Reading::Lenient, absence.from);
    let readings = if later == trigger { &[Reading::Both][..] } else { &[Reading::Strict, Reading::Lenient] };
    for reading in readings {
        let (n, on) = (profile.absence.days, nth_from(profile, *reading, absence.from));
        steps.push(Step::DayAbroad { reading: *reading, number: rules.departure_is_day.on(*reading), n, on });
    }
    let clock = case.clock(version, profile, DutyKind::UnplannedAbsence);
    let mut limit = clock.both(trigger, Some(later), rules.further, &mut steps);
    let returned = absence.until.filter(|until| rules.lapses_on_return && in_time(&limit, *until));
    if returned.is_some_and(|until| limit.due().is_some_and(|due| until > due)) {
        // Back on the lenient last day only: the favourable reading knows no duty.
        steps.push(Step::LenientKnowsNone);
        limit.lenient = None;
    }
    let root = Root::Event(event_ref(case.facts, index));
    let citation = &profile.citations.unplanned_absence;
    let parts = Parts { kind: DutyKind::UnplannedAbsence, citation, root, version, profile };
    let mut draft = parts.draft(trigger, limit, steps);
    draft.met = case.first_note(DutyKind::UnplannedAbsence, trigger);
    draft.returned = returned;
    Some(case.finish(draft))
}

/// The version in whose time its own N-th day abroad lies, while the person is subject.
fn nth_day_abroad<'a>(case: &Case<'a>, absence: Absence) -> Option<(usize, &'a Profile, NaiveDate)> {
    case.rules.versions().iter().enumerate().find_map(|(i, profile)| {
        let trigger = nth_from(profile, Reading::Strict, absence.from);
        let own = case.version_for(trigger).is_some_and(|(version, _)| version == i);
        own.then_some((i, profile, trigger))
    })
}

fn nth_from(profile: &Profile, reading: Reading, from: NaiveDate) -> NaiveDate {
    let departure = profile.unplanned_absence.departure_is_day.on(reading);
    day::plus_days(from, i64::from(profile.absence.days) - i64::from(departure))
}

/// Back on or before the last day of the more favourable reading.
fn in_time(limit: &Limit, until: NaiveDate) -> bool {
    match limit.lenient.unwrap_or(limit.strict) {
        End::On(last) => until <= last,
        End::Held => true,
        End::OffTable { not_before } => until <= not_before,
    }
}
