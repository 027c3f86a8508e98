//! `stay`: a qualifying period at a place in the State that is not the notified home, s.10(2)(c).
//! One duty per place; a place once notified is covered.

use chrono::NaiveDate;

use super::super::case::{Case, event_ref};
use super::super::duty::{Duty, Root};
use super::super::event::What;
use super::super::kind::{DutyKind, Reading};
use super::super::name::Name;
use super::super::profile::Profile;
use super::super::qualifying::{Measure, Range, Run};
use super::super::residence::{completion, lenient_completion, measure, visit};
use super::super::step::{Step, Steps};
use super::{Parts, governed};

/// A stay with its place in the facts.
#[derive(Clone, Copy)]
struct Stay<'a> {
    index: usize,
    place: &'a Name,
    range: Range,
}

/// One duty per place, rooted in the first stay listed there.
pub(super) fn add(case: &Case<'_>, duties: &mut Vec<Duty>) {
    let stays = stays(case);
    for (i, stay) in stays.iter().enumerate() {
        let is_first = stays.iter().take(i).all(|earlier| earlier.place != stay.place);
        if is_first {
            let there: Vec<Range> = stays.iter().filter(|s| s.place == stay.place).map(|s| s.range).collect();
            duties.extend(duty(case, stay, &there));
        }
    }
}

/// Every stay, less the one that made a visitor with only foreign convictions resident: that one raises the
/// initial notification and nothing else.
fn stays<'a>(case: &Case<'a>) -> Vec<Stay<'a>> {
    let made_resident = visit(case.facts, case.rules).map(|visit| visit.complete);
    let mut found = Vec::new();
    for (index, event) in case.facts.events.iter().enumerate() {
        if let What::Stay { place, from, until } = &event.what {
            let holds = |on: &NaiveDate| from <= on && until.is_none_or(|until| *on <= until);
            if !made_resident.as_ref().is_some_and(holds) {
                found.push(Stay { index, place, range: Range { from: *from, to: *until } });
            }
        }
    }
    found
}

fn duty(case: &Case<'_>, first: &Stay<'_>, stays: &[Range]) -> Option<Duty> {
    let place = first.place;
    let (version, profile, run) = settled(case, stays)?;
    let trigger = run.from;
    if covered(case, profile, place, trigger) {
        return None;
    }
    let lenient = lenient_completion(stays, profile, trigger);
    let mut steps = Steps::new();
    for stay in stays {
        steps.push(Step::Stayed { from: stay.from, to: stay.to });
    }
    qualified(&mut steps, Reading::Strict, measure(profile, Reading::Strict), &run);
    explain_lenient(&mut steps, profile, lenient.as_ref());
    governed(&mut steps, trigger, profile);
    let clock = case.clock(version, profile, DutyKind::Stay);
    let limit = clock.both(trigger, lenient.map(|run| run.from), profile.period.stay, &mut steps);
    let root = Root::Event(event_ref(case.facts, first.index));
    let parts = Parts { kind: DutyKind::Stay, citation: &profile.citations.stay, root, version, profile };
    let mut draft = parts.draft(trigger, limit, steps);
    let named = |n: &super::super::event::Notification| n.place.as_ref().is_none_or(|p| p == place);
    draft.met = case.first_note_where(DutyKind::Stay, trigger, named);
    Some(case.finish(draft))
}

/// The qualifying period that is complete in the time of the version it is a period of, while the person is
/// subject. What began under one version and is complete only under another is not settled and raises nothing.
fn settled<'a>(case: &Case<'a>, stays: &[Range]) -> Option<(usize, &'a Profile, Run)> {
    case.rules.versions().iter().enumerate().find_map(|(i, profile)| {
        let own = |on| case.version_for(on).is_some_and(|(version, _)| version == i);
        completion(stays, profile, own).map(|run| (i, profile, run))
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

fn explain_lenient(steps: &mut Steps, profile: &Profile, lenient: Option<&Run>) {
    let measure = measure(profile, Reading::Lenient);
    match lenient {
        Some(run) => qualified(steps, Reading::Lenient, measure, run),
        None => {
            let Measure { n, months, unit } = measure;
            steps.push(Step::NotQualified { reading: Reading::Lenient, unit, n, months });
        }
    }
}
