//! Who is subject, and from when through when: one registration per conviction that counts, per order,
//! or for the shortcut `subjectSince`. The outer dates and the date of discharge follow from them.

use chrono::NaiveDate;

use super::case::{conviction_ref, event_ref};
use super::custody::spells;
use super::day;
use super::duty::{Period, Root, Subject};
use super::event::What;
use super::facts::{Conviction, Facts, Place, SentenceKind};
use super::profile::Profile;
use super::profile_length::ForeignStart;
use super::residence::{self, Residence, Trigger};
use super::rulebook::RegimeRules;
use super::sentence::{self, Duration};
use super::step::{Occurrence, Step, Steps};

/// Time subject on one ground.
#[derive(Clone, Debug)]
pub(super) struct Registration {
    pub(super) from: NaiveDate,
    /// Last day, `None` when indefinite or not known yet.
    pub(super) last: Option<NaiveDate>,
    provisional: bool,
    /// Serving for life: the sentence neither expires nor earns remission.
    life: bool,
    /// Day of quashing.
    pub(super) quashed: Option<NaiveDate>,
    /// What gives rise to its initial notifications.
    pub(super) initial: Vec<InitialTrigger>,
}

/// A day that gives rise to an initial notification.
#[derive(Clone, Debug)]
pub(super) struct InitialTrigger {
    pub(super) on: NaiveDate,
    /// The day on the lenient reading, `None` when that knows none.
    pub(super) lenient: Option<NaiveDate>,
    pub(super) what: Occurrence,
    pub(super) ground: Ground,
    pub(super) root: Root,
    pub(super) ordinal: u32,
}

/// The ground of an initial notification; decides its citation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ground {
    Home,
    Foreign,
    Order,
}

/// Every registration of a person, in the order of the facts, with the reasons.
pub(super) fn registrations(
    facts: &Facts,
    rules: &RegimeRules,
    as_of: NaiveDate,
    steps: &mut Steps,
) -> Vec<Registration> {
    let mut found = Vec::with_capacity(facts.convictions.len() + 1);
    for (index, conviction) in facts.convictions.iter().enumerate() {
        found.extend(of_conviction(facts, rules, as_of, index, conviction, steps));
    }
    if facts.convictions.is_empty() {
        found.extend(facts.subject_since.map(|on| since(facts, on, steps)));
    }
    for (index, event) in facts.events.iter().enumerate() {
        if let What::OrderNotified { on } = event.what {
            found.extend(of_order(facts, rules, index, on, steps));
        }
    }
    found
}

fn since(facts: &Facts, on: NaiveDate, steps: &mut Steps) -> Registration {
    steps.push(Step::SubjectSince { on });
    let from = after_pilot_start(facts, on, steps);
    Registration { from, last: None, provisional: false, life: false, quashed: None, initial: Vec::new() }
}

fn of_order(
    facts: &Facts,
    rules: &RegimeRules,
    index: usize,
    on: NaiveDate,
    steps: &mut Steps,
) -> Option<Registration> {
    let years = rules.at_or_first(on).orders.as_ref()?.years;
    steps.push(Step::Order { on, years });
    let from = on.max(rules.first().valid_from_trigger);
    let initial = InitialTrigger {
        on: from,
        lenient: Some(from),
        what: Occurrence::OrderNotified,
        ground: Ground::Order,
        root: Root::Event(event_ref(facts, index)),
        ordinal: 0,
    };
    let last = Some(day::years_beginning(on, years)).filter(|last| *last >= from)?;
    Some(Registration {
        from,
        last: Some(last),
        provisional: false,
        life: false,
        quashed: None,
        initial: vec![initial],
    })
}

fn of_conviction(
    facts: &Facts,
    rules: &RegimeRules,
    as_of: NaiveDate,
    index: usize,
    conviction: &Conviction,
    steps: &mut Steps,
) -> Option<Registration> {
    let convicted = conviction.convicted_on;
    steps.push(Step::Conviction { on: convicted, abroad: conviction.place == Place::Abroad });
    if !conviction.registrable {
        steps.push(Step::DoesNotCount { convicted });
        return None;
    }
    let ground = match conviction.place {
        Place::Home => None,
        Place::Abroad => {
            let Some(residence) = residence::residence(facts, rules, convicted) else {
                steps.push(Step::NeverResident { convicted });
                return None;
            };
            Some(residence)
        }
    };
    let (from, began) = beginning(facts, rules, conviction, ground.as_ref(), steps)?;
    let counts_from = match rules.at_or_first(convicted).foreign.foreign_relevant_date {
        ForeignStart::Residence if ground.is_some() => from,
        ForeignStart::Residence | ForeignStart::Conviction => convicted,
    };
    let birth = facts.person.as_ref().and_then(|p| p.birth_date);
    let duration = sentence::duration(conviction, birth, rules, counts_from, as_of, steps);
    let natural = match duration {
        Duration::Provisional | Duration::Indefinite => None,
        Duration::Years { from, years } => Some(day::years_beginning(from, years)),
    };
    let quashed = quash_day(rules, conviction, steps);
    let last = match (natural, quashed) {
        (Some(natural), Some(quashed)) => Some(natural.min(quashed)),
        (natural, quashed) => natural.or(quashed),
    };
    if let Some(last) = last.filter(|last| *last < from) {
        steps.push(Step::EndedBeforeStart { last, start: from });
        return None;
    }
    Some(Registration {
        from,
        last,
        // A quashed conviction gets no sentence any more: its last day is known.
        provisional: duration == Duration::Provisional && quashed.is_none(),
        life: quashed.is_none() && conviction.current_sentences().iter().any(|s| s.kind == SentenceKind::Life),
        quashed,
        initial: initial_triggers(facts, rules, index, ground, (from, began), last),
    })
}

/// The first day a conviction makes the person subject, and what makes it that day; `None` when never.
fn beginning(
    facts: &Facts,
    rules: &RegimeRules,
    conviction: &Conviction,
    residence: Option<&Residence>,
    steps: &mut Steps,
) -> Option<(NaiveDate, Occurrence)> {
    let convicted = conviction.convicted_on;
    let mut from = residence.map_or(convicted, |r| r.since);
    let mut began = Occurrence::Convicted;
    let start = rules.first().valid_from_trigger;
    if let Some(transition) = rules.first().transition.as_ref().filter(|_| convicted < start) {
        let awaiting = conviction.sentencing_day().is_none_or(|sentenced| sentenced >= start);
        let serving = spells(&facts.custody, &transition.serving_kinds).iter().any(|s| s.touches(start));
        if !awaiting && !serving {
            steps.push(Step::OverBeforeStart { convicted, start });
            return None;
        }
        steps.push(Step::ServingAtStart { start });
        if from < start {
            (from, began) = (start, Occurrence::RulesBegan);
        }
    }
    let with_pilot = after_pilot_start(facts, from, steps);
    if with_pilot > from {
        (from, began) = (with_pilot, Occurrence::PilotBegan);
    }
    Some((from, began))
}

/// The day the registration begins when the pilot began later; for regimes with a pilot only.
fn after_pilot_start(facts: &Facts, from: NaiveDate, steps: &mut Steps) -> NaiveDate {
    match facts.pilot_from {
        Some(pilot) if facts.regime == super::facts::Regime::NlPilot && pilot > from => {
            steps.push(Step::PilotStart { on: pilot });
            pilot
        }
        Some(_) | None => from,
    }
}

fn quash_day(rules: &RegimeRules, conviction: &Conviction, steps: &mut Steps) -> Option<NaiveDate> {
    let on = conviction.quashed_on?;
    steps.push(Step::Quashed { on });
    let is_last = rules.at_or_first(conviction.convicted_on).length.quash_day_is_last;
    Some(if is_last { on } else { day::plus_days(on, -1) })
}

/// The days that give rise to initial notifications of one conviction.
fn initial_triggers(
    facts: &Facts,
    rules: &RegimeRules,
    index: usize,
    residence: Option<Residence>,
    (from, began): (NaiveDate, Occurrence),
    last: Option<NaiveDate>,
) -> Vec<InitialTrigger> {
    let ran_out = |on: NaiveDate| last.is_some_and(|last| on > last);
    let conviction = Root::Conviction(conviction_ref(facts, index));
    let Some(residence) = residence else {
        let (on, lenient, ground) = (from, Some(from), Ground::Home);
        return vec![InitialTrigger { on, lenient, what: began, ground, root: conviction, ordinal: 0 }];
    };
    let Some(trigger) = residence.trigger else { return Vec::new() };
    let root = trigger.root(facts, index);
    let Trigger { on, lenient, what, replaced_by_fresh, .. } = trigger;
    let (on, what) = if on < from { (from, began) } else { (on, what) };
    let ground = Ground::Foreign;
    let mut found = Vec::with_capacity(2);
    let fresh = fresh_start(rules, on);
    if !(ran_out(on) || replaced_by_fresh && fresh.is_some()) {
        let lenient = lenient.map(|lenient| lenient.max(on));
        found.push(InitialTrigger { on, lenient, what, ground, root: root.clone(), ordinal: 0 });
    }
    if let Some(on) = fresh.filter(|on| !ran_out(*on)) {
        // Somebody whom the favourable reading never calls resident owes nothing on that reading.
        let lenient = lenient.map(|lenient| lenient.max(on));
        found.push(InitialTrigger { on, lenient, what: Occurrence::RulesBegan, ground, root, ordinal: 1 });
    }
    found
}

/// The beginning of the first later version that asks for a fresh initial notification.
fn fresh_start(rules: &RegimeRules, on: NaiveDate) -> Option<NaiveDate> {
    let fresh = |p: &&Profile| p.foreign.fresh_initial_at_start && p.valid_from_trigger > on;
    rules.versions().iter().find(fresh).map(|p| p.valid_from_trigger)
}

/// The outer dates.
pub(super) fn subject(registrations: &[Registration], mut steps: Steps) -> Subject {
    let Some(from) = registrations.iter().map(|r| r.from).min() else {
        steps.push(Step::NeverSubject);
        return Subject { period: None, steps: steps.into_list() };
    };
    let endless = registrations.iter().any(|r| r.last.is_none());
    let last_day = if endless { None } else { registrations.iter().filter_map(|r| r.last).max() };
    let provisional = registrations.iter().any(|r| r.provisional);
    steps.push(Step::Period { from, last: last_day, provisional });
    Subject { period: Some(Period { from, last_day, provisional }), steps: steps.into_list() }
}

/// The first day on which an application to end an indefinite period is possible, s.11.
pub(super) fn discharge_from(
    facts: &Facts,
    rules: &RegimeRules,
    registrations: &[Registration],
    steps: &mut Steps,
) -> Option<NaiveDate> {
    let indefinite = registrations.iter().any(|r| r.last.is_none());
    let barred = registrations.iter().any(|r| r.provisional || r.life);
    if !indefinite || barred {
        return None;
    }
    let released = |profile: &Profile| {
        let kinds = &profile.discharge.as_ref()?.kinds;
        spells(&facts.custody, kinds).last().and_then(|s| s.until)
    };
    let profile = rules.versions().last()?;
    let released = released(profile)?;
    let rule = rules.at_or_first(released).discharge.as_ref()?;
    let from = day::months_after(released, rule.years.saturating_mul(12));
    steps.push(Step::Discharge { released, years: rule.years, from });
    Some(from)
}
