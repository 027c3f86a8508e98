//! `periodic`: the yearly notification, s.10(6A), as a chain through the notifications in order of time.
//!
//! A notification of another kind starts a term of twelve months (b); a periodic one meets what is
//! pending and starts the next (c), after which the duty recurs by policy. One term runs at a time. A
//! duty whose months are over has arisen and stays beside the next term until a periodic notification.

use chrono::NaiveDate;

use super::super::case::{Case, Draft, Note, event_ref};
use super::super::custody::{End, Limit};
use super::super::day;
use super::super::duty::{Duty, Root};
use super::super::kind::{DutyKind, Pair, Reading};
use super::super::name::Name;
use super::super::profile::{AfterArisen, OneOff, Periodic, Profile, Recur};
use super::super::step::{Link, Occurrence, Step, Steps};
use super::{governed, named, opening, rule_id};

/// A term of months that is running or over.
#[derive(Clone, Copy)]
struct Term<'a> {
    version: usize,
    profile: &'a Profile,
    rules: &'a Periodic,
    /// Index of the notification that started it, its kind and day.
    anchor: (usize, DutyKind, NaiveDate),
    link: Link,
    /// Last day of the months on either reading.
    end: Pair<NaiveDate>,
    /// The notification of another kind that came when only the strict months were over.
    only_strict: Option<NaiveDate>,
}

/// The duty laid once on everybody.
struct Once<'a> {
    version: usize,
    profile: &'a Profile,
    rules: &'a Periodic,
    one_off: &'a OneOff,
}

/// Walks through the notifications and lists every duty that is pending, has arisen or was met.
pub(super) fn add(case: &Case<'_>, duties: &mut Vec<Duty>) {
    let mut once = one_off(case);
    let mut running: Option<Term<'_>> = None;
    let mut arisen: Vec<Term<'_>> = Vec::new();
    for note in &case.notes {
        let (kind, on) = (note.given.kind, note.given.on);
        if !kind.starts_the_year() {
            continue;
        }
        if kind == DutyKind::Periodic {
            if running.is_some_and(|t| on <= t.end.strict && !t.rules.early_periodic_restarts) {
                continue;
            }
            let met = Some((note.index, on));
            let mut links: Vec<Link> = Vec::new();
            // A notification before the one-off duty begins does not meet it.
            if let Some(o) = once.take_if(|o| o.one_off.on <= on) {
                // What met (a) is followed by (c), as what met (b) is.
                links.push(Link::B);
                duties.push(one_off_duty(case, &o, met));
            }
            for term in arisen.drain(..).chain(running.take()) {
                links.push(term.link);
                duties.push(term_duty(case, &term, met));
            }
            running = start(case, note, next_link(&links));
        } else if case.subject_on(on) && periodic_rules(case, on).is_some() {
            if let Some(term) = running.take() {
                arisen.extend(if_arisen(term, on));
            }
            running = start(case, note, Link::B);
        }
    }
    duties.extend(once.map(|o| one_off_duty(case, &o, None)));
    for term in arisen.into_iter().chain(running) {
        duties.push(term_duty(case, &term, None));
    }
}

/// What comes after a periodic notification that met these.
fn next_link(met: &[Link]) -> Link {
    if met.contains(&Link::B) {
        Link::C
    } else if met.is_empty() {
        Link::B
    } else {
        Link::Recurring
    }
}

/// What a notification of another kind leaves of a term: nothing within its months.
fn if_arisen(term: Term<'_>, on: NaiveDate) -> Option<Term<'_>> {
    if on <= term.end.strict || term.rules.periodic_after_arisen == AfterArisen::FallsAway {
        return None;
    }
    let only_strict = (on <= term.end.lenient).then_some(on);
    Some(Term { only_strict, ..term })
}

/// The version whose yearly duty a notification starts.
fn periodic_rules<'a>(case: &Case<'a>, on: NaiveDate) -> Option<(usize, &'a Profile, &'a Periodic)> {
    let versions = case.rules.versions().iter().enumerate();
    let at = case.rules.index_at(on)?;
    for (i, profile) in versions.skip(at) {
        if let Some(rules) = &profile.periodic {
            return (i == at || rules.anchor_before_commencement).then_some((i, profile, rules));
        }
    }
    None
}

/// The term a notification starts; none when its months end after the registration.
fn start<'a>(case: &Case<'a>, note: &Note<'a>, link: Link) -> Option<Term<'a>> {
    let on = note.given.on;
    let span = case.span_at(on)?;
    let (version, profile, rules) = periodic_rules(case, on)?;
    if link == Link::Recurring && rules.recur_after_c == Recur::No {
        return None;
    }
    let counts = rules.anchor_counts;
    let end = Pair {
        strict: day::months_end(on, rules.months, counts.strict),
        lenient: day::months_end(on, rules.months, counts.lenient),
    };
    if span.last.is_some_and(|last| end.strict > last) {
        return None;
    }
    let anchor = (note.index, note.given.kind, on);
    Some(Term { version, profile, rules, anchor, link, end, only_strict: None })
}

fn term_duty(case: &Case<'_>, term: &Term<'_>, met: Option<(usize, NaiveDate)>) -> Duty {
    let (index, kind, on) = term.anchor;
    let mut steps = Steps::new();
    steps.push(Step::Anchored { kind, link: term.link, on });
    governed(&mut steps, on, term.profile);
    let (months, counts) = (term.rules.months, term.rules.anchor_counts);
    for &reading in readings(term.end) {
        let (first_day_counts, end) = (counts.on(reading), term.end.on(reading));
        steps.push(Step::Months { reading, months, first_day_counts, begin: on, end });
    }
    let mut limit = grace(case, term, &mut steps);
    if term.link == Link::Recurring && term.rules.recur_after_c == Recur::NeverOverdue {
        steps.push(Step::LiteralGap);
        limit.lenient = None;
    }
    if let Some(on) = term.only_strict {
        steps.push(Step::OnlyStrictMonthsOver { on });
        limit.lenient = None;
    }
    case.finish(Draft {
        kind: DutyKind::Periodic,
        rule: rule_id(term.profile, DutyKind::Periodic),
        citation: citation(term.profile.citations.periodic.as_ref(), term.profile),
        root: Root::Event(event_ref(case.facts, index)),
        ordinal: 0,
        version: term.version,
        trigger: on,
        begins: day::plus_days(term.end.strict, 1),
        limit,
        returned: None,
        met,
        steps,
    })
}

/// Where two ends agree one reading stands for both.
fn readings(ends: Pair<NaiveDate>) -> &'static [Reading] {
    if ends.strict == ends.lenient { &[Reading::Both] } else { &[Reading::Strict, Reading::Lenient] }
}

/// The days after the months, and what custody on that date does.
fn grace(case: &Case<'_>, term: &Term<'_>, steps: &mut Steps) -> Limit {
    let clock = case.clock(term.version, term.profile, DutyKind::Periodic);
    let days = term.rules.grace_days;
    let mut ends = Pair { strict: End::Held, lenient: End::Held };
    for &reading in readings(term.end) {
        let end = clock.after(term.end.on(reading), days, reading, steps);
        match reading {
            Reading::Strict => ends.strict = end,
            Reading::Lenient => ends.lenient = end,
            Reading::Both => ends = Pair { strict: end, lenient: end },
        }
    }
    let limit = Limit { strict: ends.strict, lenient: Some(ends.lenient), held_now: false };
    moved(case, term.version, term.profile, term.rules, limit, steps)
}

/// A date that falls in custody, from the day of entry through the day of release, re-opens on release.
fn moved(
    case: &Case<'_>,
    version: usize,
    profile: &Profile,
    rules: &Periodic,
    limit: Limit,
    steps: &mut Steps,
) -> Limit {
    let Some(date) = limit.due().filter(|_| rules.custody_moves_periodic) else { return limit };
    let Some(spell) = case.spells(version).iter().find(|s| s.touches(date)) else { return limit };
    steps.push(Step::ReopensOnRelease { date, from: spell.from, release: spell.until });
    let held_now = spell.holds(case.as_of);
    let Some(release) = spell.until else {
        steps.push(Step::NoLastDay { reading: Reading::Both });
        return Limit { strict: End::Held, lenient: Some(End::Held), held_now };
    };
    let clock = case.clock(version, profile, DutyKind::Periodic);
    let reopened = clock.both(release, Some(release), rules.reopen_days, steps);
    Limit { held_now: held_now || reopened.held_now, ..reopened }
}

/// The duty laid on everybody subject both before the version began and on that day.
fn one_off<'a>(case: &Case<'a>) -> Option<Once<'a>> {
    case.rules.versions().iter().enumerate().find_map(|(version, profile)| {
        let rules = profile.periodic.as_ref()?;
        let one_off = rules.one_off.as_ref()?;
        let both = case.subject_on(day::plus_days(one_off.on, -1)) && case.subject_on(one_off.on);
        both.then_some(Once { version, profile, rules, one_off })
    })
}

fn one_off_duty(case: &Case<'_>, once: &Once<'_>, met: Option<(usize, NaiveDate)>) -> Duty {
    let Once { version, profile, rules, one_off } = *once;
    let on = one_off.on;
    let mut steps = opening(Occurrence::RulesBegan, on, profile);
    steps.push(Step::OneOff { on });
    let last = |reading| day::nth_day(on, one_off.days, one_off.one_off_counts.on(reading));
    let ends = Pair { strict: last(Reading::Strict), lenient: last(Reading::Lenient) };
    for &reading in readings(ends) {
        let (days, first_day_counts) = (one_off.days, one_off.one_off_counts.on(reading));
        steps.push(Step::CountDays { reading, days, first_day_counts, begin: on });
        steps.push(Step::LastDay { reading, on: ends.on(reading) });
    }
    let limit = moved(case, version, profile, rules, Limit::fixed(ends.strict, Some(ends.lenient)), &mut steps);
    case.finish(Draft {
        kind: DutyKind::Periodic,
        rule: named(profile, |ids| Some(ids.one_off.clone())),
        citation: citation(profile.citations.periodic_one_off.as_ref(), profile),
        root: Root::OneOff,
        ordinal: 0,
        version,
        trigger: on,
        begins: on,
        limit,
        returned: None,
        met,
        steps,
    })
}

fn citation(of_kind: Option<&Name>, profile: &Profile) -> Name {
    of_kind.unwrap_or(&profile.citations.length).clone()
}
