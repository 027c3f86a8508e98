//! The supervision of invented people, as the probation service would send it: who else keeps an eye on somebody, and
//! what they saw. Pure, like [`life`](super::life).
//!
//! Everybody in the arm `both` who has a chain number is supervised: with a measure from the end of prison, or under a
//! suspended sentence. Some of what the register sees, probation sees as well, a few days earlier or later.

use chrono::{DateTime, Days, FixedOffset, NaiveDate};
use rand::RngExt;
use rand::rngs::StdRng;
use rand::seq::IndexedRandom;

use super::life::{Life, What};
use super::people;
use crate::clock::UtcTime;
use crate::register::notice::NoticeInput;
use crate::supervision::import::{Record, RecordBreach, RecordCondition};
use crate::supervision::rules::{CbsCode, Course, Decided, Judgment, Length, LengthUnit, MeasureEvent, PeriodTitle};
use crate::vocabulary::{
    Arm, BreachAdvice, BreachDecision, BreachSeverity, BreachSubject, ConditionCode, ExecutionGround, ObservedBy,
    OffenceGroup, Preceding, Regime,
};

/// Sets the dice of supervision apart from those of the life.
const APART: u64 = 0x5355_5045_5256_4953;
/// The first day from whose offences a measure can follow (art. 38z Sr).
const MEASURE_SINCE: NaiveDate = match NaiveDate::from_ymd_opt(2018, 1, 1) {
    Some(day) => day,
    None => NaiveDate::MIN,
};
/// Whose journeys a condition forbids for certain: the person shown who was turned away.
const BANNED: usize = 1;
/// Of ten things the register sees of somebody who is supervised, so many are seen by probation as well.
const SEEN_BY_BOTH: f64 = 0.6;

/// The order of the `index`-th life, as it is known on `today`; `None` for whoever is not supervised.
pub fn order(seed: u64, index: usize, life: &Life, today: NaiveDate) -> Option<Record> {
    let skn = life.person.skn.clone().filter(|_| life.arm == Arm::Both)?;
    let mut dice = people::dice(seed ^ APART, index);
    let convicted_on = life.conviction.convicted_on;
    let offence_on = life.conviction.offence_on.unwrap_or(convicted_on);
    let release = life.custody.and_then(|spell| spell.until);
    let begins_on = release.unwrap_or_else(|| {
        let back = Days::new(dice.random_range(0..90));
        (life.enrolled_on - back).max(convicted_on + Days::new(60))
    });
    let course = if offence_on >= MEASURE_SINCE && release.is_some() {
        measure(&mut dice, begins_on, today)
    } else {
        suspended_sentence(&mut dice, begins_on)
    };
    let mut record = Record {
        source: "RN".to_owned(),
        order_id: format!("DEMO-{:05}", index + 1),
        as_of: midnight(today),
        skn,
        case_number: life.conviction.parketnummer.clone().unwrap_or_default(),
        court: "Rechtbank Voorbeeldstad".to_owned(),
        organisation: ["RN", "RN", "RN", "SVG", "LJ_R"].choose(&mut dice).copied().unwrap_or("RN").to_owned(),
        level: Some(dice.random_range(1..=3).to_string()),
        judgment: Judgment {
            final_on: convicted_on + Days::new(15),
            offence_on,
            offence_group: OffenceGroup::ListedSexual,
        },
        course,
        conditions: conditions(&mut dice, begins_on, index == BANNED),
        suspensions: Vec::new(),
        breaches: Vec::new(),
    };
    if begins_on < today {
        record.breaches = breaches(&mut dice, life, &record.conditions, begins_on, today);
    }
    Some(record)
}

/// A measure from the day somebody leaves prison; before that day, one whose execution still has to be requested.
fn measure(dice: &mut StdRng, begins_on: NaiveDate, today: NaiveDate) -> Course {
    let length = Length { unit: LengthUnit::Years, n: dice.random_range(2..=4) };
    let requested_on = begins_on - Days::new(dice.random_range(40..80));
    let requested = MeasureEvent::ExecutionRequested {
        on: requested_on,
        ground: ExecutionGround::NewOffence,
        advice_on: Some(requested_on - Days::new(7)),
        medical_statement: false,
        late_admissible: false,
    };
    let mut events = vec![requested, MeasureEvent::ExecutionOrdered { on: begins_on, length }];
    events.retain(|event| event.on() <= today);
    Course::Measure { preceding: Preceding::Prison, preceding_ends_on: Some(begins_on), events }
}

fn suspended_sentence(dice: &mut StdRng, begins_on: NaiveDate) -> Course {
    Course::Period {
        title: PeriodTitle::ConditionalSentence,
        begins_on,
        length: Length { unit: LengthUnit::Years, n: dice.random_range(2..=3) },
        exceptional: false,
        events: Vec::new(),
    }
}

/// Treatment, to report, and one or two more.
fn conditions(dice: &mut StdRng, from: NaiveDate, banned: bool) -> Vec<RecordCondition> {
    let mut codes = vec![ConditionCode::C, ConditionCode::K];
    let more = [ConditionCode::A, ConditionCode::E, ConditionCode::H, ConditionCode::I, ConditionCode::L];
    codes.extend(more.sample(dice, 2).copied());
    if banned && !codes.contains(&ConditionCode::L) {
        codes.push(ConditionCode::L);
    }
    codes.sort_unstable();
    let notifies = dice.random_bool(0.5);
    let condition = |(at, code): (usize, ConditionCode)| RecordCondition {
        condition_id: (at + 1).to_string(),
        code,
        from,
        until: None,
        electronic_monitoring: code == ConditionCode::H,
        municipalities: if code == ConditionCode::H { area() } else { Vec::new() },
        notify_register: code == ConditionCode::K && notifies,
        text: Some("Verzonnen voorwaarde.".to_owned()),
    };
    codes.into_iter().enumerate().map(condition).collect()
}

/// Where nobody in the demonstration lives: its towns do not exist.
fn area() -> Vec<CbsCode> {
    "0344".parse().into_iter().collect()
}

/// What probation saw: some of what the register saw, and things of its own.
fn breaches(
    dice: &mut StdRng,
    life: &Life,
    conditions: &[RecordCondition],
    begins_on: NaiveDate,
    today: NaiveDate,
) -> Vec<RecordBreach> {
    let mut seen: Vec<(NaiveDate, ConditionCode)> = Vec::new();
    for step in life.steps.iter().filter(|step| step.on > begins_on && step.on < today) {
        let hidden = match &step.what {
            What::Notice(NoticeInput::HomeChanged { .. } | NoticeInput::Left { .. }) => Some(ConditionCode::K),
            _ => None,
        };
        if let Some(code) = hidden.filter(|_| dice.random_bool(SEEN_BY_BOTH)) {
            let on = step.on + Days::new(dice.random_range(0..20)) - Days::new(10);
            seen.push((on.clamp(begins_on, today), code));
        }
    }
    let days = u64::try_from((today - begins_on).num_days()).unwrap_or(0);
    // About one in eight months of supervision.
    for _ in 0..days / 30 {
        if let Some(condition) = conditions.choose(dice).filter(|_| dice.random_bool(0.12)) {
            seen.push((begins_on + Days::new(dice.random_range(0..=days)), condition.code));
        }
    }
    seen.sort_unstable();
    seen.into_iter().enumerate().map(|(at, (on, code))| breach(dice, at, on, code, today)).collect()
}

fn breach(dice: &mut StdRng, at: usize, on: NaiveDate, code: ConditionCode, today: NaiveDate) -> RecordBreach {
    let serious = dice.random_bool(0.3);
    let told_on = on + Days::new(dice.random_range(0..4));
    let decided_on = told_on + Days::new(dice.random_range(10..60));
    let decided = |what| Decided { on: decided_on, what, detention: None, executed_days: None };
    RecordBreach {
        breach_id: (at + 1).to_string(),
        observed_on: on,
        observed_by: if code == ConditionCode::H { ObservedBy::MonitoringDesk } else { ObservedBy::Probation },
        subject: BreachSubject::Condition,
        condition: Some(code),
        severity: if serious { BreachSeverity::Serious } else { BreachSeverity::Light },
        reported_prosecution_at: (told_on <= today).then(|| midnight(told_on)),
        reported_minister_at: (told_on <= today).then(|| midnight(told_on)),
        advice: Some(if serious { BreachAdvice::Change } else { BreachAdvice::Warning }),
        decision: (decided_on <= today)
            .then(|| decided(if serious { BreachDecision::Interview } else { BreachDecision::WrittenWarning })),
        text: Some("Verzonnen overtreding.".to_owned()),
    }
}

/// The beginning of a day, by the clock of the regime: an instant in UTC would lie on the day before.
fn midnight(day: NaiveDate) -> DateTime<FixedOffset> {
    let zone = Regime::NlPilot.zone();
    UtcTime::start_of_day(day, zone).utc().with_timezone(&zone).fixed_offset()
}
