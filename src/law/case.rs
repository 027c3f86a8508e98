//! One person's facts made ready for the duties: the periods in which the person is subject, custody
//! per version, notifications in order, and the days on which a quashed conviction ends everything.

use chrono::NaiveDate;

use super::calendar::Calendar;
use super::custody::{Clock, Limit, Spell, spells};
use super::day;
use super::duty::{Duty, FactRef, Root, first_failure};
use super::event::{Notification, What};
use super::facts::Facts;
use super::kind::DutyKind;
use super::name::Name;
use super::period::Registration;
use super::profile::{Extension, Profile};
use super::rulebook::RegimeRules;
use super::status::{self, Outcome};
use super::step::{Step, Steps};

/// A notification with its place in the facts.
#[derive(Clone, Copy, Debug)]
pub(super) struct Note<'a> {
    pub(super) index: usize,
    pub(super) given: &'a Notification,
}

/// Time subject without a gap; `last` `None` = without a known end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Span {
    pub(super) from: NaiveDate,
    pub(super) last: Option<NaiveDate>,
}

/// Everything the duties ask about one person.
pub(super) struct Case<'a> {
    pub(super) facts: &'a Facts,
    pub(super) rules: &'a RegimeRules,
    pub(super) calendar: &'a Calendar,
    pub(super) as_of: NaiveDate,
    pub(super) registrations: Vec<Registration>,
    /// In order of time; of one day in the order in which they are listed.
    pub(super) notes: Vec<Note<'a>>,
    spans: Vec<Span>,
    /// Days of quashing after which the person is not subject, each with the time subject it ends.
    quash_days: Vec<(NaiveDate, Span)>,
    /// Custody under each version.
    custody: Vec<Vec<Spell>>,
}

/// A duty before its status is known.
pub(super) struct Draft {
    pub(super) kind: DutyKind,
    pub(super) rule: Name,
    pub(super) citation: Name,
    pub(super) root: Root,
    pub(super) ordinal: u32,
    pub(super) version: usize,
    pub(super) trigger: NaiveDate,
    /// First day on which the duty is no longer upcoming.
    pub(super) begins: NaiveDate,
    pub(super) limit: Limit,
    /// The day on which a return made it fall away.
    pub(super) returned: Option<NaiveDate>,
    /// The notification that meets it, found before a quash or a return is taken into account.
    pub(super) met: Option<(usize, NaiveDate)>,
    pub(super) steps: Steps,
}

impl<'a> Case<'a> {
    pub(super) fn new(
        facts: &'a Facts,
        rules: &'a RegimeRules,
        calendar: &'a Calendar,
        as_of: NaiveDate,
        registrations: Vec<Registration>,
    ) -> Self {
        let mut notes: Vec<Note<'a>> = Vec::with_capacity(facts.events.len());
        for (index, event) in facts.events.iter().enumerate() {
            if let What::Notification(given) = &event.what {
                notes.push(Note { index, given });
            }
        }
        notes.sort_by_key(|n| n.given.on);
        let spans = spans(&registrations);
        let mut quash_days: Vec<(NaiveDate, Span)> = registrations
            .iter()
            .filter_map(|r| Some((r.quashed?, span_around(&spans, r.from)?)))
            .filter(|(on, _)| span_around(&spans, day::plus_days(*on, 1)).is_none())
            .collect();
        quash_days.sort_by_key(|(on, _)| *on);
        let custody = rules.versions().iter().map(|p| spells(&facts.custody, &p.custody.kinds)).collect();
        Self { facts, rules, calendar, as_of, registrations, notes, spans, quash_days, custody }
    }

    /// Whether the person is subject on that day.
    pub(super) fn subject_on(&self, day: NaiveDate) -> bool {
        self.span_at(day).is_some()
    }

    /// The time subject around that day.
    pub(super) fn span_at(&self, day: NaiveDate) -> Option<Span> {
        span_around(&self.spans, day)
    }

    /// The version that governs a trigger, if the person is subject then.
    pub(super) fn version_for(&self, trigger: NaiveDate) -> Option<(usize, &'a Profile)> {
        if !self.subject_on(trigger) {
            return None;
        }
        let index = self.rules.index_at(trigger)?;
        self.rules.versions().get(index).map(|p| (index, p))
    }

    /// Counting of days under a version, for a duty whose limit custody touches or not.
    pub(super) fn clock(&self, version: usize, profile: &'a Profile, kind: DutyKind) -> Clock<'_> {
        let touched = kind == DutyKind::Periodic || profile.custody.duties.contains(&kind);
        let spells = if touched { self.spells(version) } else { &[] };
        Clock { profile, spells, calendar: self.calendar, as_of: self.as_of }
    }

    /// Custody under a version.
    pub(super) fn spells(&self, version: usize) -> &[Spell] {
        self.custody.get(version).map_or(&[], Vec::as_slice)
    }

    /// The first notification of a kind on or after a day.
    pub(super) fn first_note(&self, kind: DutyKind, from: NaiveDate) -> Option<(usize, NaiveDate)> {
        self.first_note_where(kind, from, |_| true)
    }

    /// The first notification of a kind on or after a day that also passes a test.
    pub(super) fn first_note_where(
        &self,
        kind: DutyKind,
        from: NaiveDate,
        test: impl Fn(&Notification) -> bool,
    ) -> Option<(usize, NaiveDate)> {
        let mut given = self.notes.iter().filter(|n| n.given.kind == kind && n.given.on >= from);
        given.find(|n| test(n.given)).map(|n| (n.index, n.given.on))
    }

    /// The day of quashing on which a duty triggered on that day falls away if it is still open: the first
    /// one that ends the time subject in which the trigger lies.
    pub(super) fn quash_after(&self, trigger: NaiveDate) -> Option<NaiveDate> {
        let around = self.span_at(trigger);
        self.quash_days.iter().find(|(on, span)| *on >= trigger && Some(*span) == around).map(|(on, _)| *on)
    }

    /// Completes a draft: what met it, whether it lapsed, its status.
    pub(super) fn finish(&self, mut draft: Draft) -> Duty {
        let quashed = self.quash_after(draft.trigger);
        let end = match (quashed, draft.returned) {
            (Some(a), Some(b)) => Some(a.min(b)),
            (a, b) => a.or(b),
        };
        let met = draft.met.filter(|(_, on)| end.is_none_or(|end| *on <= end));
        let due = draft.limit.due();
        let overdue_after = draft.limit.overdue_after();
        let quash_lapse = quashed.filter(|q| overdue_after.is_none_or(|last| *q <= last));
        let lapsed = met.is_none() && (draft.returned.is_some() || quash_lapse.is_some());
        if let Some((_, on)) = met {
            draft.steps.push(Step::Notified { on, late: overdue_after.is_some_and(|last| on > last) });
        } else if let Some(on) = draft.returned {
            draft.steps.push(Step::LapsedByReturn { on });
        } else if let Some(on) = quash_lapse {
            draft.steps.push(Step::LapsedByQuash { on });
        }
        let outcome = Outcome {
            met_on: met.map(|(_, on)| on),
            lapsed,
            held_now: draft.limit.held_now,
            begins: draft.begins,
            off_table: draft.limit.off_table(),
            overdue_after,
        };
        let profile = self.rules.versions().get(draft.version).unwrap_or_else(|| self.rules.first());
        let extended = profile.period.extension == Extension::Atw;
        Duty {
            kind: draft.kind,
            rule: draft.rule,
            citation: draft.citation,
            trigger: draft.trigger,
            due,
            overdue_after,
            first_failure_day: first_failure(overdue_after),
            status: status::status(&outcome, self.as_of),
            met_by: met.map(|(index, _)| event_ref(self.facts, index)),
            met_on: met.map(|(_, on)| on),
            root: draft.root,
            ordinal: draft.ordinal,
            profile: profile.id.clone(),
            calendar: extended.then(|| self.calendar.id.clone()),
            steps: draft.steps.into_list(),
        }
    }
}

fn span_around(spans: &[Span], day: NaiveDate) -> Option<Span> {
    spans.iter().find(|s| s.from <= day && s.last.is_none_or(|last| day <= last)).copied()
}

/// The registrations joined where they overlap or follow each other.
fn spans(registrations: &[Registration]) -> Vec<Span> {
    let mut sorted: Vec<Span> = registrations.iter().map(|r| Span { from: r.from, last: r.last }).collect();
    sorted.sort_by_key(|s| s.from);
    let mut joined: Vec<Span> = Vec::with_capacity(sorted.len());
    for span in sorted {
        match joined.last_mut() {
            Some(last) if last.last.is_none_or(|l| span.from <= day::plus_days(l, 1)) => {
                last.last = match (last.last, span.last) {
                    (Some(a), Some(b)) => Some(a.max(b)),
                    (None, _) | (_, None) => None,
                };
            }
            Some(_) | None => joined.push(span),
        }
    }
    joined
}

/// A reference to an event.
pub(super) fn event_ref(facts: &Facts, index: usize) -> FactRef {
    FactRef { index: short(index), id: facts.events.get(index).and_then(|e| e.id.clone()) }
}

/// A reference to a conviction.
pub(super) fn conviction_ref(facts: &Facts, index: usize) -> FactRef {
    FactRef { index: short(index), id: facts.convictions.get(index).and_then(|c| c.id.clone()) }
}

/// Indices fit 32 bits: a document with more facts is refused long before.
fn short(index: usize) -> u32 {
    u32::try_from(index).unwrap_or(u32::MAX)
}
