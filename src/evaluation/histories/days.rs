//! The days that facts amount to: registered, supervised, in custody, abroad, without a home, missing; and how somebody
//! left.

use chrono::{Days as Step, NaiveDate};

use super::Reading;
use super::rows::{KnownFile, KnownOrder};
use crate::app::App;
use crate::law::{self, What};
use crate::register::Refusal;
use crate::register::fact::{FactBody, FactsDocument};
use crate::register::file::{birth_date, body_of, document_of, governing};
use crate::register::reassess;
use crate::statistics::history::{Days, Exit, ExitReason, Facts, Span};
use crate::store::rows::PersonRow;
use crate::supervision::rules::{self as supervision, Order};
use crate::supervision::{BuiltIn, built_in};

/// What decides besides the rows.
pub(super) struct Context<'a> {
    pub(super) app: &'a App,
    pub(super) reading: &'a Reading,
    pub(super) person: &'a PersonRow,
}

/// Spans as they come.
#[derive(Default)]
pub(super) struct Gathered {
    registered: Vec<Span>,
    supervised: Vec<Span>,
    custody: Vec<Span>,
    abroad: Vec<Span>,
    homeless: Vec<Span>,
    missing: Vec<Span>,
    died_on: Option<NaiveDate>,
    quashed: bool,
}

impl Gathered {
    /// Adds a registration.
    pub(super) fn add(&mut self, context: &Context<'_>, file: &KnownFile) -> Result<(), Refusal> {
        let document = document_of(&file.registration, &file.facts)?;
        let valid_on = context.reading.valid_on;
        if let Some((from, last)) = registered(context, file, &document)? {
            self.registered.extend(Span::new(from, last));
        }
        let released = |until: Option<NaiveDate>| until.map(before);
        let custody = document.law.custody.iter().filter(|it| it.from <= valid_on);
        self.custody.extend(custody.filter_map(|it| Span::new(it.from, released(it.until))));
        self.events(&document.law, valid_on);
        self.missing.extend(missing(file, valid_on)?);
        self.died_on = self.died_on.or_else(|| document.died_on.filter(|day| *day <= valid_on));
        self.quashed |= document.law.convictions.iter().any(|it| it.quashed_on.is_some_and(|day| day <= valid_on));
        Ok(())
    }

    /// Adds a supervision order.
    pub(super) fn supervise(&mut self, context: &Context<'_>, order: &KnownOrder) -> Result<(), Refusal> {
        let BuiltIn { rules, .. } = built_in()?;
        let order: Order = serde_json::from_str(&order.facts_doc).map_err(|e| Refusal::Rules(e.to_string()))?;
        let assessment = supervision::assess(&order, rules, context.app.rules.calendar(), context.reading.valid_on)
            .map_err(|fault| Refusal::Rules(fault.to_string()))?;
        let days = assessment.supervised_within(NaiveDate::MIN, None);
        let begun = days.filter(|(from, _)| *from <= context.reading.valid_on);
        self.supervised.extend(begun.and_then(|(from, until)| Span::new(from, until)));
        Ok(())
    }

    fn events(&mut self, facts: &law::Facts, valid_on: NaiveDate) {
        let mut homeless: Option<NaiveDate> = None;
        let mut notices: Vec<(NaiveDate, bool)> = Vec::new();
        for event in &facts.events {
            match &event.what {
                What::Absence(absence) if absence.from <= valid_on => {
                    self.abroad
                        .extend(Span::new(absence.from, absence.until.map(before).map(|day| day.max(absence.from))));
                }
                What::NoHomeNotice { on, .. } if *on <= valid_on => notices.push((*on, true)),
                What::HomeAccepted { on } if *on <= valid_on => notices.push((*on, false)),
                What::Absence(_)
                | What::NoHomeNotice { .. }
                | What::HomeAccepted { .. }
                | What::NameUsed { .. }
                | What::HomeChanged { .. }
                | What::Stay { .. }
                | What::BecameResident { .. }
                | What::OrderNotified { .. }
                | What::Notification(_) => {}
            }
        }
        notices.sort_unstable();
        for (on, without) in notices {
            match (homeless, without) {
                (None, true) => homeless = Some(on),
                (Some(from), false) => {
                    self.homeless.extend(Span::new(from, Some(before(on))));
                    homeless = None;
                }
                (None, false) | (Some(_), true) => {}
            }
        }
        self.homeless.extend(homeless.and_then(|from| Span::new(from, None)));
    }

    /// How the person left, when they did by then.
    pub(super) fn exit(&self, valid_on: NaiveDate) -> Option<Exit> {
        if let Some(on) = self.died_on {
            return Some(Exit { on, reason: ExitReason::Death });
        }
        let watched = Days::new(self.registered.iter().chain(&self.supervised).copied());
        let last = watched.spans().last()?.until().filter(|last| *last <= valid_on)?;
        let reason = if self.quashed { ExitReason::Removed } else { ExitReason::Ended };
        Some(Exit { on: last, reason })
    }

    /// The days, as sets.
    pub(super) fn put_into(self, facts: &mut Facts) {
        facts.registered = Days::new(self.registered);
        facts.supervised = Days::new(self.supervised);
        facts.custody = Days::new(self.custody);
        facts.abroad = Days::new(self.abroad);
        facts.homeless = Days::new(self.homeless);
        facts.missing = Days::new(self.missing);
    }
}

/// The days under the duty to notify: from the first on which the registration was in force.
fn registered(
    context: &Context<'_>,
    file: &KnownFile,
    document: &FactsDocument,
) -> Result<Option<(NaiveDate, Option<NaiveDate>)>, Refusal> {
    let row = &file.registration;
    let Some(activated_on) = row.activated_on.filter(|day| *day <= context.reading.valid_on) else { return Ok(None) };
    // Only the day of the activation is kept: it counts as known when that day is over.
    if activated_on >= context.reading.known_at.day_in(row.regime.zone()) {
        return Ok(None);
    }
    let birth_date = match row.needs_birth_date {
        true => Some(birth_date(context.person, &context.app.vault.take_out(&context.person.data_key_id)?)?),
        false => None,
    };
    let assessed = reassess::assess(document, birth_date, &context.app.rules, context.reading.valid_on)?;
    let Some(period) = assessed.subject.period else { return Ok(None) };
    let last = match (period.last_day, document.died_on) {
        (Some(last), Some(died)) => Some(last.min(died)),
        (last, died) => last.or(died),
    };
    let from = period.from.max(activated_on);
    Ok((from <= context.reading.valid_on).then_some((from, last)))
}

/// When nobody knew where the person was: until they were seen again.
fn missing(file: &KnownFile, valid_on: NaiveDate) -> Result<Vec<Span>, Refusal> {
    let mut turns: Vec<(NaiveDate, bool)> = Vec::new();
    for row in governing(&file.facts) {
        match body_of(row)? {
            FactBody::WhereaboutsUnknown { on } => turns.push((on, true)),
            FactBody::HomeSeen { on } => turns.push((on, false)),
            FactBody::Conviction { .. }
            | FactBody::ConvictionDecided { .. }
            | FactBody::Custody { .. }
            | FactBody::Happened { .. }
            | FactBody::Notified { .. }
            | FactBody::Died { .. }
            | FactBody::Withdrawn => {}
        }
    }
    turns.retain(|(on, _)| *on <= valid_on);
    turns.sort_unstable();
    let mut spans = Vec::new();
    let mut since: Option<NaiveDate> = None;
    for (on, unknown) in turns {
        match (since, unknown) {
            (None, true) => since = Some(on),
            (Some(from), false) => {
                spans.extend(Span::new(from, Some(before(on))));
                since = None;
            }
            (None, false) | (Some(_), true) => {}
        }
    }
    spans.extend(since.and_then(|from| Span::new(from, None)));
    Ok(spans)
}

fn before(day: NaiveDate) -> NaiveDate {
    day.checked_sub_days(Step::new(1)).unwrap_or(day)
}
