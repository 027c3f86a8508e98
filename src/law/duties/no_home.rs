//! `no_home`: where the person sleeps while no home address is accepted, s.10(7A) and (7B).
//! Each day of the series is a duty of its own, met on that very day only.

use chrono::NaiveDate;

use super::super::case::{Case, event_ref};
use super::super::custody::Limit;
use super::super::day;
use super::super::duty::{Duty, Root};
use super::super::event::What;
use super::super::kind::DutyKind;
use super::super::profile::{IntervalRestart, Profile};
use super::super::step::{Occurrence, Step};
use super::{Parts, opening};

/// A notice with its place in the order of what happened.
#[derive(Clone, Copy)]
struct Notice {
    index: usize,
    on: NaiveDate,
    interval: Option<u16>,
}

/// Each notice sets a series that the next notice or the acceptance of a home ends.
pub(super) fn add(case: &Case<'_>, duties: &mut Vec<Duty>) {
    let mut notices: Vec<Notice> = Vec::new();
    for (index, event) in case.facts.events.iter().enumerate() {
        if let What::NoHomeNotice { on, interval_days } = event.what {
            notices.push(Notice { index, on, interval: interval_days });
        }
    }
    notices.sort_by_key(|n| n.on);
    for (i, notice) in notices.iter().enumerate() {
        let next = notices.get(i + 1).map(|n| n.on);
        let replaces = i > 0;
        if let Some((version, profile)) = case.version_for(notice.on) {
            series(case, *notice, next, replaces, version, profile, duties);
        }
    }
}

fn series(
    case: &Case<'_>,
    notice: Notice,
    next: Option<NaiveDate>,
    replaces: bool,
    version: usize,
    profile: &Profile,
    duties: &mut Vec<Duty>,
) {
    let Some(rules) = &profile.no_home else { return };
    let interval = u32::from(notice.interval.unwrap_or(rules.interval_days));
    // The day on which the series is over: the next notice, or the acceptance of a home.
    let over = match (next, accepted(case, notice)) {
        (Some(a), Some(b)) => Some(a.min(b)),
        (a, b) => a.or(b),
    };
    let skip = u32::from(replaces && rules.no_home_interval_restart == IntervalRestart::OneIntervalLater);
    let mut ordinal = skip;
    let span = case.span_at(notice.on);
    loop {
        let on = day::plus_days(notice.on, i64::from(ordinal) * i64::from(interval));
        if over.is_some_and(|over| on >= over) || on == NaiveDate::MAX {
            return;
        }
        let in_custody = case.spells(version).iter().any(|s| s.holds(on));
        if !in_custody && case.span_at(on) == span {
            duties.push(duty(case, notice, interval, ordinal, on, version, profile));
        }
        // Without a known end the series is listed through the first day after the day of assessment.
        if over.is_none() && on > case.as_of {
            return;
        }
        ordinal += 1;
    }
}

/// The day on which a home was accepted after a notice. On one day the order of listing decides.
fn accepted(case: &Case<'_>, notice: Notice) -> Option<NaiveDate> {
    let events = case.facts.events.iter().enumerate();
    let after = events.filter_map(|(i, e)| match e.what {
        What::HomeAccepted { on } if on > notice.on || on == notice.on && i > notice.index => Some(on),
        _ => None,
    });
    after.min()
}

fn duty(
    case: &Case<'_>,
    notice: Notice,
    interval: u32,
    ordinal: u32,
    on: NaiveDate,
    version: usize,
    profile: &Profile,
) -> Duty {
    let mut steps = opening(Occurrence::ToldNoHomeAccepted, notice.on, profile);
    steps.push(Step::SeriesDay { notice: notice.on, interval, ordinal, on });
    let kind = DutyKind::NoHome;
    let citation = profile.citations.no_home.as_ref().unwrap_or(&profile.id);
    let root = Root::Event(event_ref(case.facts, notice.index));
    let parts = Parts { kind, citation, root, version, profile };
    let mut draft = parts.draft(notice.on, Limit::fixed(on, Some(on)), steps);
    draft.ordinal = ordinal;
    draft.begins = on;
    draft.met = case.first_note(kind, on).filter(|(_, given)| *given == on);
    case.finish(draft)
}
