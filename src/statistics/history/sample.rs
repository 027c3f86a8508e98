//! Invented people for the tests of the measures.

use chrono::{Duration, NaiveDate};

use super::{
    Arm, Assignment, Breach, Check, Days, EventId, Exit, ExitReason, Fact, Facts, Flag, FlagOutcome, History, Outcome,
    OutcomeKind, PersonId, RiskBand, Severity, Span, System,
};
use crate::statistics::synthetic::{Person, Plan, cohort};

/// A day, counted from 1 January 2026.
pub fn day(number: i64) -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 1, 1).unwrap() + Duration::days(number)
}

/// Days from one to another, both included.
pub fn days(from: i64, until: i64) -> Days {
    Days::new(Span::new(day(from), Some(day(until))))
}

/// Somebody assigned to an arm on the index date.
pub fn member(id: u128, arm: Arm, index: i64) -> Facts {
    Facts {
        assignment: Some(Assignment {
            arm,
            assigned_on: day(index),
            index_on: day(index),
            stratum: "north".to_owned(),
        }),
        offence_group: Some("images".to_owned()),
        birth_year: Some(1980),
        risk: Some(RiskBand::Low),
        ..Facts::of(PersonId(id))
    }
}

/// A new case.
pub fn outcome(id: u128, on: i64, kind: OutcomeKind) -> Outcome {
    Outcome { id: EventId(id), on: day(on), kind }
}

/// A flag raised on the day after the failure and decided at once.
pub fn flag(id: u128, failed: i64, outcome: FlagOutcome) -> Flag {
    Flag {
        id: EventId(id),
        duty: super::DutyKind::Home,
        failed_on: day(failed),
        raised_on: day(failed + 1),
        opened_on: Some(day(failed + 1)),
        decided_on: Some(day(failed + 1)),
        outcome: Some(outcome),
        referred_on: None,
        authority: None,
        answered_on: None,
    }
}

/// A breach of a condition about residence, reported on the next day.
pub fn breach(id: u128, observed: i64) -> Breach {
    Breach {
        id: EventId(id),
        fact: Fact::Residence,
        observed_on: day(observed),
        reported_on: Some(day(observed + 1)),
        severity: Severity::Light,
        decision: None,
        decided_on: None,
    }
}

/// A history that is sound by construction.
pub fn sound(facts: Facts) -> History {
    History::new(facts).unwrap()
}

/// The invented cohort of a plan as histories: going wrong is a new case of the kind of the index offence, which is
/// known alike in both arms; each check is one by supervision.
pub fn population(plan: &Plan, arms: [Arm; 2], seed: u64) -> Vec<History> {
    let one = |(person, id): (Person, u128)| {
        let whole = |days: f64| days.ceil() as i64;
        let until = whole(person.followed);
        let case = person.wrong.map(|wrong| outcome(10 * id + 1, whole(wrong) - 1, OutcomeKind::Special));
        let checks = (0..person.checks).map(|at| Check { on: day((at as i64) % until), system: System::Supervision });
        sound(Facts {
            supervised: days(0, until - 1),
            exit: Some(Exit { on: day(until - 1), reason: ExitReason::Ended }),
            outcomes: case.into_iter().collect(),
            checks: checks.collect(),
            ..member(id, arms[person.arm], 0)
        })
    };
    cohort(plan, seed).into_iter().zip(1..).map(one).collect()
}
