//! `stay`: a qualifying period at a place in the State that is not the notified home, s.10(2)(c).
//! One duty per place; a place once notified is covered.

use chrono::NaiveDate;

use super::super::case::{Case, event_ref};
use super::super::duty::{Duty, Root};
use super::super::event::What;
use super::super::kind::{DutyKind, Reading};
use super::super::name::Name;
use super::super::profile::Profile;
use super::super::qualifying::{Measure, Range, Run, runs};
use super::super::residence::{is_visitor, lenient_completion, measure, visit};
use super::super::step::{Step, Steps};
use super::{Parts, governed};

/// One pass over the places, each with its stays.
pub(super) fn add(case: &Case<'_>, duties: &mut Vec<Duty>) {
    let covered_by_residence = places_of_visit(case);
    for (index, event) in case.facts.events.iter().enumerate() {
        let What::Stay { place, .. } = &event.what else { continue };
        let is_first = !stays_at(case, place).any(|(earlier, _)| earlier < index);
        if is_first && !covered_by_residence.contains(&place) {
            duties.extend(duty(case, place, index));
        }
    }
}

fn stays_at<'c>(case: &'c Case<'_>, at: &'c Name) -> impl Iterator<Item = (usize, Range)> + 'c {
    case.facts.events.iter().enumerate().filter_map(move |(i, e)| match &e.what {
        What::Stay { place, from, until } if place == at => Some((i, Range { from: *from, to: *until })),
        _ => None,
    })
}

/// The places of the stay that made a visitor with only foreign convictions resident: that stay raises
/// the initial notification and nothing else.
fn places_of_visit<'c>(case: &'c Case<'_>) -> Vec<&'c Name> {
    if !is_visitor(case.facts) {
        return Vec::new();
    }
    let convictions = case.facts.convictions.iter().filter(|c| c.registrable);
    let completed: Vec<NaiveDate> =
        convictions.filter_map(|c| visit(case.facts, case.rules, c.convicted_on)).map(|v| v.complete).collect();
    case.facts
        .events
        .iter()
        .filter_map(|e| match &e.what {
            What::Stay { place, from, until } => {
                let there = |on: &NaiveDate| from <= on && until.is_none_or(|until| *on <= until);
                completed.iter().any(there).then_some(place)
            }
            _ => None,
        })
        .collect()
}

fn duty(case: &Case<'_>, place: &Name, first: usize) -> Option<Duty> {
    let stays: Vec<Range> = stays_at(case, place).map(|(_, range)| range).collect();
    let (version, profile, run) = completion(case, &stays)?;
    let trigger = run.from;
    if covered(case, profile, place, trigger) {
        return None;
    }
    let lenient = lenient_completion(&stays, profile, trigger);
    let mut steps = Steps::new();
    for stay in &stays {
        steps.push(Step::Stayed { from: stay.from, to: stay.to });
    }
    qualified(&mut steps, Reading::Strict, measure(profile, Reading::Strict), &run);
    explain_lenient(&mut steps, &stays, profile, lenient);
    governed(&mut steps, trigger, profile);
    let clock = case.clock(version, profile, DutyKind::Stay);
    let limit = clock.both(trigger, lenient, profile.period.stay, &mut steps);
    let root = Root::Event(event_ref(case.facts, first));
    let parts = Parts { kind: DutyKind::Stay, citation: &profile.citations.stay, root, version, profile };
    let mut draft = parts.draft(trigger, limit, steps);
    let named = |n: &super::super::event::Notification| n.place.as_ref().is_none_or(|p| p == place);
    draft.met = case.first_note_where(DutyKind::Stay, trigger, named);
    Some(case.finish(draft))
}

/// The first qualifying period that comes about in the time of the version it is a period of, while
/// the person is subject. What began under one version and is complete only under another is not
/// settled and raises nothing.
fn completion<'a>(case: &Case<'a>, stays: &[Range]) -> Option<(usize, &'a Profile, Run)> {
    case.rules.versions().iter().enumerate().find_map(|(i, profile)| {
        runs(stays, measure(profile, Reading::Strict))
            .into_iter()
            .find(|run| run.fresh && case.version_for(run.from).is_some_and(|(v, _)| v == i))
            .map(|run| (i, profile, run))
    })
}

/// Whether the place was notified before the qualifying period was complete.
fn covered(case: &Case<'_>, profile: &Profile, place: &Name, trigger: NaiveDate) -> bool {
    profile.stay.early_stay_covers
        && profile.stay.known_place_covered
        && case
            .notes
            .iter()
            .any(|n| n.given.kind == DutyKind::Stay && n.given.on < trigger && n.given.place.as_ref() == Some(place))
}

fn qualified(steps: &mut Steps, reading: Reading, measure: Measure, run: &Run) {
    let Measure { n, months, unit } = measure;
    steps.push(Step::Qualified { reading, unit, n, months, first: run.first, complete: run.from });
}

fn explain_lenient(steps: &mut Steps, stays: &[Range], profile: &Profile, lenient: Option<NaiveDate>) {
    let measure = measure(profile, Reading::Lenient);
    let run = runs(stays, measure).into_iter().find(|r| Some(r.from) == lenient);
    match run {
        Some(run) => qualified(steps, Reading::Lenient, measure, &run),
        None if lenient.is_none() => {
            let Measure { n, months, unit } = measure;
            steps.push(Step::NotQualified { reading: Reading::Lenient, unit, n, months });
        }
        None => {}
    }
}
