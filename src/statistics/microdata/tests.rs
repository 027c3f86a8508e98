use std::collections::{BTreeMap, BTreeSet};

use chrono::Duration;
use proptest::prelude::*;

use super::class::Age;
use super::rows::What;
use super::*;
use crate::history::sample::{breach, crowd, day, days, flag, member, outcome, sound};
use crate::history::{
    Arm, Check, Days, Duty, DutyKind, DutyState, EventId, Exit, ExitReason, Facts, FlagOutcome, OutcomeKind, Span,
    System,
};

/// A stand-in for a keyed hash: FNV-1a over key and message, twice. Good enough to tell people apart in a test.
fn key(key: u8) -> impl Keyed {
    move |message: &[u8]| {
        let half = |start: u64| {
            let bytes = std::iter::once(&key).chain(message);
            bytes.fold(start, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3).rotate_left(23))
        };
        let hash = [half(0xcbf2_9ce4_8422_2325).to_be_bytes(), half(0x1234_5678_9abc_def1).to_be_bytes()].concat();
        hash.try_into().unwrap()
    }
}

fn terms() -> Terms {
    Terms::new(day(180))
}

/// What a row of the file can be known by.
fn known_by(row: &PersonRow) -> (Arm, Age, [Option<String>; 3], Option<Pseudonym>) {
    let texts = [row.offence_group.clone(), row.stratum.clone(), row.team.clone()];
    (row.arm, row.age, texts, row.cluster)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    /// In the file itself, as it is given out: at least as many people share what each could be known by, and not all of
    /// them had the same outcome.
    #[test]
    fn nobody_stands_out(seed in 0..10_000_u64, people in 30..400_u128, k in 10..14_u64) {
        nobody_stands_out_of(seed, people, k)?;
    }

    /// Only the days since the index date are told: the same lives some time later make the same file.
    #[test]
    fn no_date_is_told(seed in 0..10_000_u64, shift in -900..900_i64) {
        let histories = crowd(300, seed);
        let at = |shift| {
            let histories: Vec<History> = histories.iter().map(|it| moved(it, shift)).collect();
            release(&histories, Terms::new(day(180 + shift)), &key(1))
        };
        let there = at(0);
        prop_assume!(there.is_ok());
        prop_assert_eq!(at(shift), there);
    }

    #[test]
    fn the_order_is_that_of_the_pseudonyms_and_another_key_gives_others(seed in 0..10_000_u64) {
        let histories = crowd(200, seed);
        let mut turned = histories.clone();
        turned.reverse();
        let first = release(&histories, terms(), &key(1));
        prop_assert_eq!(&release(&turned, terms(), &key(1)), &first);
        prop_assume!(first.is_ok());
        let ((done, people, events), (_, others, _)) = (first.unwrap(), release(&histories, terms(), &key(2)).unwrap());
        prop_assert!(people.windows(2).all(|pair| pair[0].pseudonym < pair[1].pseudonym));
        let order = |it: &EventRow| (it.pseudonym, it.number);
        prop_assert!(events.windows(2).all(|pair| order(&pair[0]) < order(&pair[1])));
        let names: BTreeSet<_> = people.iter().map(|row| row.pseudonym).collect();
        prop_assert!(others.iter().all(|row| !names.contains(&row.pseudonym)));
        let none_is_lost = done.people + done.left_out;
        let followed = histories.iter().filter(|it| rows::Followed::of(it, day(180)).is_some()).count();
        prop_assert_eq!(none_is_lost, followed as u64);
    }
}

/// The crowd in which every confirmed flag of one class was decided after the last day: in the file they are undecided.
#[test]
fn what_was_decided_after_the_last_day_hides_nobody() -> Result<(), TestCaseError> {
    nobody_stands_out_of(4565, 133, 10)
}

fn nobody_stands_out_of(seed: u64, people: u128, k: u64) -> Result<(), TestCaseError> {
    let histories = crowd(people, seed);
    let terms = terms().stricter(k, 2).unwrap();
    let released = release(&histories, terms, &key(1));
    prop_assume!(released.is_ok());
    let (done, people, events) = released.unwrap();
    let outcome = |row: &PersonRow| {
        let of_person = || events.iter().filter(|event| event.pseudonym == row.pseudonym);
        let confirmed = |it: &EventRow| matches!(it.outcome, Some("warning" | "referral")) && it.what == What::Flag;
        (of_person().any(|it| it.what == What::Breach || confirmed(it)), of_person().any(|it| it.what == What::NewCase))
    };
    let mut classes: BTreeMap<_, (u64, BTreeSet<_>)> = BTreeMap::new();
    for row in &people {
        let class = classes.entry(known_by(row)).or_default();
        class.0 += 1;
        class.1.insert(outcome(row));
    }
    for (people, outcomes) in classes.values() {
        prop_assert!(*people >= k && outcomes.len() >= 2, "{} people, {:?}", people, outcomes);
    }
    prop_assert_eq!(done.k, classes.values().map(|it| it.0).min().unwrap());
    prop_assert_eq!(done.people, people.len() as u64);
    Ok(())
}

/// The same life, so many days later.
fn moved(history: &History, shift: i64) -> History {
    let shift = Duration::days(shift);
    let spans = |days: &Days| {
        Days::new(
            days.spans().iter().map(|it| Span::new(it.from() + shift, it.until().map(|day| day + shift)).unwrap()),
        )
    };
    let mut facts: Facts = (**history).clone();
    let assignment = facts.assignment.as_mut().unwrap();
    assignment.index_on += shift;
    assignment.assigned_on += shift;
    for days in [&mut facts.registered, &mut facts.supervised, &mut facts.custody, &mut facts.missing] {
        *days = spans(days);
    }
    facts.exit.iter_mut().for_each(|it| it.on += shift);
    for it in &mut facts.duties {
        [&mut it.due_on, &mut it.overdue_after, &mut it.met_on, &mut it.attempted_on]
            .into_iter()
            .flatten()
            .for_each(|day| *day += shift);
    }
    facts.notifications.iter_mut().for_each(|it| it.received_on += shift);
    for it in &mut facts.flags {
        it.failed_on += shift;
        it.raised_on += shift;
        [&mut it.opened_on, &mut it.decided_on, &mut it.referred_on, &mut it.answered_on]
            .into_iter()
            .flatten()
            .for_each(|day| *day += shift);
    }
    for it in &mut facts.breaches {
        it.observed_on += shift;
        it.reported_on.iter_mut().for_each(|day| *day += shift);
    }
    facts.checks.iter_mut().for_each(|it| it.on += shift);
    facts.outcomes.iter_mut().for_each(|it| it.on += shift);
    // A year of birth does not move by days.
    facts.birth_year = None;
    sound(facts)
}

/// Twelve people who are alike, of whom every other one had a new case.
fn alike(arm: Arm, first: u128) -> impl Iterator<Item = Facts> {
    (first..first + 12).map(move |id| Facts {
        team: Some("north".to_owned()),
        outcomes: (id % 2 == 0).then(|| outcome(id * 100, 50, OutcomeKind::General)).into_iter().collect(),
        ..member(id, arm, 0)
    })
}

fn released(facts: impl IntoIterator<Item = Facts>) -> Result<(Done, Vec<PersonRow>, Vec<EventRow>), Refused> {
    let histories: Vec<History> = facts.into_iter().map(sound).collect();
    release(&histories, terms(), &key(1))
}

#[test]
fn what_nobody_can_be_known_by_is_told_whole() {
    let (done, people, _) = released(alike(Arm::Both, 1)).unwrap();
    let finest = class::Coarse::all()[0];
    assert_eq!(done, Done { coarse: finest, k: 12, l: 2, people: 12, left_out: 0 });
    assert_eq!(people[0].age.to_string(), "45-49", "born in 1980, 46 in 2026");
    assert_eq!(people[0].team.as_deref(), Some("north"));
}

#[test]
fn the_file_is_made_coarser_before_many_are_left_out() {
    // Two of the twelve are of another team; the team costs the evaluation least after ages.
    let facts = alike(Arm::Both, 1).map(|facts| match facts.person.0 {
        1 | 2 => Facts { team: Some("south".to_owned()), ..facts },
        _ => facts,
    });
    let (done, people, _) = released(facts).unwrap();
    assert!(!done.coarse.team && done.coarse.stratum && done.coarse.ages == Some(5));
    assert_eq!((done.k, done.left_out), (12, 0));
    assert!(people.iter().all(|row| row.team.is_none()));
}

#[test]
fn one_in_twenty_may_be_left_out_rather_than_coarsen_the_file_for_all() {
    // Four arms of twelve people, and one more whose team is another: one in 49.
    let arms = Arm::ALL.iter().zip([100, 200, 300, 400]).flat_map(|(arm, first)| alike(*arm, first));
    let odd = Facts { team: Some("south".to_owned()), ..member(999, Arm::Both, 0) };
    let (done, people, _) = released(arms.chain([odd])).unwrap();
    assert!(done.coarse.team);
    assert_eq!((done.people, done.left_out, people.len()), (48, 1, 48));
    let odd = of_person(&key(1), PersonId(999));
    assert!(people.iter().all(|row| row.pseudonym != odd));
}

#[test]
fn where_nobody_can_hide_there_is_no_file() {
    assert_eq!(released(alike(Arm::Both, 1).take(9)).err(), Some(Refused::TooFew));
    let same_outcome = alike(Arm::Both, 1).map(|facts| Facts { outcomes: Vec::new(), ..facts });
    assert_eq!(released(same_outcome).err(), Some(Refused::TooFew), "that nobody had a new case tells of everyone");
    let no_arm = alike(Arm::Both, 1).map(|facts| Facts { assignment: None, ..facts });
    assert_eq!(released(no_arm).err(), Some(Refused::TooFew));
    let histories: Vec<History> = alike(Arm::Both, 1).map(sound).collect();
    assert_eq!(release(&histories, terms(), &|_: &[u8]| [0; 16]).err(), Some(Refused::Key));
    assert_eq!((terms().stricter(9, 2), terms().stricter(10, 1)), (None, None));
}

#[test]
fn a_life_in_days_since_the_index_date() {
    let duty = Duty {
        id: EventId(1),
        kind: DutyKind::Home,
        due_on: Some(day(13)),
        overdue_after: Some(day(14)),
        met_on: Some(day(16)),
        state: DutyState::Met,
        excuse: None,
        attempted_on: None,
    };
    let facts = Facts {
        registered: days(-100, 400),
        custody: days(30, 39),
        duties: vec![duty, Duty { id: EventId(2), overdue_after: Some(day(99)), met_on: Some(day(101)), ..duty }],
        flags: vec![flag(3, 15, FlagOutcome::Referral)],
        breaches: vec![breach(4, 20), breach(5, -1)],
        checks: vec![Check { on: day(25), system: System::Supervision }],
        outcomes: vec![outcome(6, 100, OutcomeKind::Special), outcome(7, 101, OutcomeKind::General)],
        exit: Some(Exit { on: day(100), reason: ExitReason::Emigration }),
        ..member(50, Arm::Both, 10)
    };
    let (_, people, events) =
        released(alike(Arm::Both, 100).chain([Facts { team: Some("north".to_owned()), ..facts }])).unwrap();
    let pseudonym = of_person(&key(1), PersonId(50));
    let person = people.iter().find(|row| row.pseudonym == pseudonym).unwrap();
    assert_eq!((person.entry_day, person.last_day, person.exit), (0, 90, Some(ExitReason::Emigration)));
    let told = |it: &EventRow| (it.number, it.what, it.kind, it.from_day, it.until_day, it.outcome);
    let events: Vec<_> = events.iter().filter(|it| it.pseudonym == pseudonym).map(told).collect();
    assert_eq!(
        events,
        [
            (1, What::Registered, None, 0, Some(90), None),
            (2, What::Duty, Some("home"), 4, Some(6), Some("late")),
            (3, What::Flag, Some("home"), 5, Some(6), Some("referral")),
            (4, What::Breach, Some("residence"), 10, Some(11), Some("light")),
            (5, What::Check, Some("supervision"), 15, None, None),
            (6, What::Custody, None, 20, Some(29), None),
            // Met on the day after the person left: not known.
            (7, What::Duty, Some("home"), 89, None, Some("not_met")),
            (8, What::NewCase, Some("special"), 90, None, None),
        ]
    );
}

#[test]
fn a_cluster_has_a_pseudonym_too() {
    let facts = alike(Arm::Both, 1).map(|mut facts| {
        facts.assignment.as_mut().unwrap().cluster = Some("office".to_owned());
        facts
    });
    let (_, people, _) = released(facts).unwrap();
    assert_eq!(people[0].cluster, Some(of_cluster(&key(1), "office")));
    assert_ne!(of_cluster(&key(1), "office"), of_cluster(&key(2), "office"));
    assert_eq!(Pseudonym([0xab; 16]).to_string(), "ab".repeat(16));
}
