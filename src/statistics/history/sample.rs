//! Invented people for the tests of the measures.

use chrono::{Duration, NaiveDate};

use super::{
    Arm, Assignment, Authority, Breach, Check, Days, Duty, DutyState, EventId, Excuse, Exit, ExitReason, Fact, Facts,
    Flag, FlagOutcome, History, Notification, Outcome, OutcomeKind, PersonId, Proposal, ProposalDecision, ProposalKind,
    ProposalOutcome, RiskBand, Severity, Span, System,
};
use crate::synthetic::{Person, Plan, cohort};

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
            cluster: None,
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

/// People of every kind: arms, teams, duties met and not, flags with every outcome, breaches, custody, exits.
pub fn crowd(people: u128, seed: u64) -> Vec<History> {
    (1..=people).map(|id| of_crowd(id, seed)).collect()
}

/// One of [`crowd`].
pub fn of_crowd(id: u128, seed: u64) -> History {
    sound(somebody(id, &mut Dice(seed.wrapping_mul(1000).wrapping_add(id as u64))))
}

/// A number after another from a seed (a linear congruential generator); enough for invented people.
struct Dice(u64);

impl Dice {
    fn below(&mut self, limit: i64) -> i64 {
        for _ in 0..3 {
            self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        }
        i64::try_from(self.0 >> 33).unwrap() % limit
    }

    fn one_in(&mut self, of: i64) -> bool {
        self.below(of) == 0
    }

    fn of<T: Copy>(&mut self, all: &[T]) -> T {
        all[self.below(all.len() as i64) as usize]
    }
}

fn somebody(id: u128, dice: &mut Dice) -> Facts {
    let arm = dice.of(Arm::ALL);
    let index = dice.below(300) - 250;
    let (registered, supervised) = match arm {
        Arm::RegisterOnly => (days(index, 100 + dice.below(300)), Days::NONE),
        Arm::SupervisionOnly => (Days::NONE, days(index, 400)),
        Arm::Both => (days(index, 200 + dice.below(100)), days(index, dice.below(200))),
        Arm::Control => (Days::NONE, Days::NONE),
    };
    let mut facts = Facts { registered, supervised, ..member(id, arm, index) };
    facts.team = (!dice.one_in(9)).then(|| dice.of(&["north", "south", "elsewhere"]).to_owned());
    facts.offence_group = Some(dice.of(&["images", "contact"]).to_owned());
    facts.birth_year = (!dice.one_in(20)).then(|| 1950 + dice.below(50) as i32);
    facts.risk = (!dice.one_in(20)).then(|| dice.of(RiskBand::ALL));
    if dice.one_in(5) {
        let from = dice.below(200);
        facts.custody = days(from, from + dice.below(60));
    }
    if dice.one_in(6) {
        facts.missing = days(60, 75 + dice.below(150));
    }
    if dice.one_in(6) {
        facts.abroad = days(80, 95);
    }
    if dice.one_in(6) {
        facts.homeless = days(0, 120);
    }
    facts.exit = dice.one_in(4).then(|| Exit { on: day(100 + dice.below(200)), reason: dice.of(ExitReason::ALL) });
    add_events(&mut facts, id * 1000, dice);
    facts
}

fn add_events(facts: &mut Facts, ids: u128, dice: &mut Dice) {
    if !facts.registered.spans().is_empty() {
        for id in (ids..).take(dice.below(6) as usize) {
            let due = dice.below(200);
            facts.duties.push(duty(id, due, dice));
            let kind = dice.of(super::DutyKind::ALL);
            facts.notifications.push(Notification { id: EventId(id + 100), kind, received_on: day(due) });
            if dice.one_in(2) {
                facts.flags.push(somehow_decided(id + 200, due, dice));
            }
        }
    }
    if !facts.supervised.spans().is_empty() {
        for id in (ids + 300..).take(dice.below(4) as usize) {
            facts.breaches.push(Breach { fact: dice.of(Fact::ALL), ..breach(id, dice.below(200)) });
        }
    }
    for _ in 0..dice.below(20) {
        facts.checks.push(Check { on: day(dice.below(200)), system: dice.of(System::ALL) });
    }
    if !facts.registered.spans().is_empty() && dice.one_in(3) {
        facts.proposals.push(proposal(ids + 950, dice));
    }
    if dice.one_in(4) {
        facts.outcomes.push(outcome(ids + 900, dice.below(300) - 100, dice.of(OutcomeKind::ALL)));
    }
}

fn proposal(id: u128, dice: &mut Dice) -> Proposal {
    let made = dice.below(150);
    let outcome = dice.of(ProposalOutcome::ALL);
    let decision = (!dice.one_in(4)).then(|| ProposalDecision { on: day(made + dice.below(120)), outcome });
    Proposal { id: EventId(id), kind: dice.of(ProposalKind::ALL), made_on: day(made), decision }
}

fn duty(id: u128, due: i64, dice: &mut Dice) -> Duty {
    let met_on = (!dice.one_in(4)).then(|| day(due - 5 + dice.below(20)));
    Duty {
        id: EventId(id),
        kind: dice.of(super::DutyKind::ALL),
        due_on: Some(day(due)),
        overdue_after: Some(day(due + 3)),
        met_on,
        state: if met_on.is_some() { DutyState::Met } else { DutyState::Pending },
        excuse: dice.one_in(8).then(|| dice.of(Excuse::ALL)),
        attempted_on: dice.one_in(5).then(|| day(due)),
    }
}

fn somehow_decided(id: u128, failed: i64, dice: &mut Dice) -> Flag {
    let mut flag = Flag { duty: dice.of(super::DutyKind::ALL), ..flag(id, failed, dice.of(FlagOutcome::ALL)) };
    flag.decided_on = Some(flag.raised_on + Duration::days(dice.below(100)));
    if dice.one_in(4) {
        (flag.decided_on, flag.outcome) = (None, None);
    } else if flag.outcome == Some(FlagOutcome::Referral) {
        flag.referred_on = flag.decided_on;
        flag.authority = Some(dice.of(Authority::ALL));
        flag.answered_on = flag.decided_on.map(|day| day + Duration::days(dice.below(30)));
    }
    flag
}
