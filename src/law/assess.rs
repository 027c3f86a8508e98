//! The one function of the engine: facts in, dates out. Pure and deterministic.

use chrono::NaiveDate;

use super::calendar::Calendar;
use super::case::Case;
use super::check::{Refusal, check};
use super::duties;
use super::duty::{Assessment, Versions};
use super::facts::Facts;
use super::period::{discharge_from, registrations, subject};
use super::profile::Extension;
use super::rulebook::RegimeRules;
use super::step::Steps;

/// Assesses one person as of a day: the registration period and every duty.
///
/// Everything in `facts` is taken as fact, also when it lies after `as_of`; the day decides the
/// statuses and whether a sentence is still unknown.
///
/// # Errors
/// When the facts contradict each other or the rules.
pub fn assess(
    facts: &Facts,
    rules: &RegimeRules,
    calendar: &Calendar,
    as_of: NaiveDate,
) -> Result<Assessment, Refusal> {
    check(facts, rules)?;
    let mut steps = Steps::new();
    let registrations = registrations(facts, rules, as_of, &mut steps);
    let discharge_from = discharge_from(facts, rules, &registrations, &mut steps);
    let subject = subject(&registrations, steps);
    let case = Case::new(facts, rules, calendar, as_of, registrations);
    Ok(Assessment { subject, duties: duties::all(&case), discharge_from, versions: versions(rules, calendar) })
}

fn versions(rules: &RegimeRules, calendar: &Calendar) -> Versions {
    let extended = rules.versions().iter().any(|p| p.period.extension == Extension::Atw);
    Versions {
        rule_book: rules.hash().clone(),
        profiles: rules.versions().iter().map(|p| p.id.clone()).collect(),
        calendar: extended.then(|| calendar.id.clone()),
    }
}
