//! Article 24(a): a final conviction of such conduct in the preceding years. The letter of 4 July 2022 counts the years from
//! the offence, the statute from the day on which the conviction became final. The statute is followed, both are shown.

use chrono::NaiveDate;
use serde::Serialize;

use super::check::{Article24a, Criterion, CriterionCode, Outcome, best, claim, criterion, presumption};
use super::profile::PassportRules;
use super::situation::{Conviction, Situation};
use super::step::Step;
use crate::grounds::last_day_of_years;

/// What one way of counting comes to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Reading {
    /// Whether a conviction falls in the preceding years: `unknown` when only a date that is missing could bring one in.
    pub outcome: Outcome,
    /// The day the years of the conviction that lasts longest run from.
    pub counted_from: Option<NaiveDate>,
    /// The last day on which that conviction counts.
    pub last_day: Option<NaiveDate>,
    /// Where the reading comes from.
    pub source: String,
}

/// Both ways of counting.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Readings {
    /// From the day the conviction became final.
    pub statute: Reading,
    /// From the day of the offence.
    pub letter: Reading,
    /// Whether the two come to something else: to be shown beside the outcome.
    pub differ: bool,
}

/// The criteria on a day.
pub(super) fn check(situation: &Situation, rules: &PassportRules, on: NaiveDate) -> Article24a {
    let years = rules.article24a.years;
    let mut steps = Vec::new();
    let mut usable: Vec<&Conviction> = Vec::new();
    let mut pending = false;
    for conviction in &situation.convictions {
        let fact = conviction.id.clone();
        match (conviction.disputed, conviction.final_on.is_some_and(|final_on| final_on <= on), conviction.verified) {
            (true, _, _) => steps.push(Step::Disputed { fact }),
            (false, false, _) => steps.push(Step::NotFinal { fact }),
            (false, true, false) => {
                pending |= conviction.final_on.is_some_and(|final_on| on <= last_day_of_years(final_on, years));
                steps.push(Step::NotVerified { fact });
            }
            (false, true, true) => usable.push(conviction),
        }
    }
    steps.extend(usable.iter().flat_map(|conviction| conviction_steps(conviction, years, on)));
    if situation.convictions.is_empty() {
        steps.push(Step::NoSuchFact);
    }
    let readings = readings(&usable, rules, on);
    let found = if pending { best([readings.statute.outcome, Outcome::Unknown]) } else { readings.statute.outcome };
    if readings.differ {
        steps.push(Step::ReadingsDiffer { statute: readings.statute.last_day, letter: readings.letter.last_day });
    }
    let recent = criterion(CriterionCode::RecentConviction, found, &rules.sources.conviction, steps);
    let treaty = treaty(&usable, rules, on);
    let claim = claim(situation, rules);
    let reasons = situation.repetition_reasons.as_deref();
    Article24a {
        open: recent.outcome == Outcome::Met && treaty.outcome != Outcome::NotMet && claim.outcome != Outcome::NotMet,
        readings,
        criteria: vec![
            claim,
            recent,
            treaty,
            presumption(CriterionCode::Repetition, reasons, &rules.sources.repetition),
        ],
    }
}

/// The days of one conviction on both readings.
fn conviction_steps(conviction: &Conviction, years: u32, on: NaiveDate) -> Vec<Step> {
    let fact = || conviction.id.clone();
    let statute = conviction.final_on.map(|from| {
        let last_day = last_day_of_years(from, years);
        Step::YearsFromFinal { fact: fact(), from, years, last_day, counts: on <= last_day }
    });
    let letter = match conviction.offence_on {
        Some(from) => {
            let last_day = last_day_of_years(from, years);
            Step::YearsFromOffence { fact: fact(), from, years, last_day, counts: on <= last_day }
        }
        None => Step::OffenceDateUnknown { fact: fact() },
    };
    statute.into_iter().chain([letter]).collect()
}

fn readings(usable: &[&Conviction], rules: &PassportRules, on: NaiveDate) -> Readings {
    let statute = reading(usable.iter().map(|c| c.final_on), rules, on, &rules.sources.conviction);
    let letter = reading(usable.iter().map(|c| c.offence_on), rules, on, &rules.sources.letter);
    Readings { differ: statute.outcome != letter.outcome, statute, letter }
}

/// One way of counting over all convictions; a day that is missing may bring one in.
fn reading(
    days: impl Iterator<Item = Option<NaiveDate>>,
    rules: &PassportRules,
    on: NaiveDate,
    source: &str,
) -> Reading {
    let days: Vec<Option<NaiveDate>> = days.collect();
    let counted_from = days.iter().copied().flatten().max();
    let last_day = counted_from.map(|from| last_day_of_years(from, rules.article24a.years));
    let outcome = match last_day {
        Some(last_day) if on <= last_day => Outcome::Met,
        Some(_) | None if days.iter().any(Option::is_none) => Outcome::Unknown,
        Some(_) | None => Outcome::NotMet,
    };
    Reading { outcome, counted_from, last_day, source: source.to_owned() }
}

/// Whether the conduct of a conviction that counts is a crime here and under a treaty.
fn treaty(usable: &[&Conviction], rules: &PassportRules, on: NaiveDate) -> Criterion {
    let within =
        |c: &&&Conviction| c.final_on.is_some_and(|from| on <= last_day_of_years(from, rules.article24a.years));
    let outcomes = usable.iter().filter(within).map(|conviction| {
        let fact = conviction.id.clone();
        match conviction.treaty_crime {
            Some(true) => (Outcome::Met, Step::TreatyCrime { fact }),
            Some(false) => (Outcome::NotMet, Step::NoTreatyCrime { fact }),
            None => (Outcome::Unknown, Step::TreatyCrimeNotEstablished { fact }),
        }
    });
    let (outcomes, mut steps): (Vec<Outcome>, Vec<Step>) = outcomes.unzip();
    if steps.is_empty() {
        steps.push(Step::NoSuchFact);
    }
    criterion(CriterionCode::TreatyCrime, best(outcomes), &rules.sources.treaty, steps)
}
