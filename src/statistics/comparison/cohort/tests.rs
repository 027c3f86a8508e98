use super::*;
use crate::history::sample::{breach, day, days, flag, member, outcome, sound};
use crate::history::{Check, Exit, Facts, FlagOutcome};

fn cohort(people: &[Facts]) -> Cohort {
    let mut cohort = Cohort::new(day(30), Standard::Confirmed);
    people.iter().for_each(|facts| cohort.add(&sound(facts.clone())));
    cohort
}

/// Entry, last day and end of each stretch of one person.
fn stretches(facts: Facts, endpoint: Endpoint) -> Vec<(u32, u32, End)> {
    cohort(&[facts]).stretches(endpoint).iter().map(|it| (it.entry, it.time, it.end)).collect()
}

#[test]
fn study_time_counts_the_days_and_the_last_one_counts() {
    let person = member(1, Arm::Both, 0);
    assert_eq!(stretches(person.clone(), Endpoint::Special), [(0, 31, End::Observation)], "1 to 31 January");
    let case = |on| Facts { outcomes: vec![outcome(9, on, OutcomeKind::Special)], ..person.clone() };
    assert_eq!(stretches(case(0), Endpoint::Special), [(0, 1, End::Event)]);
    assert_eq!(stretches(case(30), Endpoint::Special), [(0, 31, End::Event)]);
    assert_eq!(stretches(case(31), Endpoint::Special), [(0, 31, End::Observation)], "after the end of observation");
    let left = |reason| Facts { exit: Some(Exit { on: day(4), reason }), ..case(4) };
    assert_eq!(stretches(left(ExitReason::Death), Endpoint::Special), [(0, 5, End::Event)], "first, then left");
    let left = |reason| Facts { outcomes: Vec::new(), ..left(reason) };
    assert_eq!(stretches(left(ExitReason::Death), Endpoint::Special), [(0, 5, End::Death)]);
    assert_eq!(stretches(left(ExitReason::Emigration), Endpoint::Special), [(0, 5, End::Emigration)]);
    assert_eq!(stretches(left(ExitReason::Removed), Endpoint::Special), [(0, 5, End::Removed)]);
    assert_eq!(stretches(left(ExitReason::Ended), Endpoint::Special), [(0, 5, End::Observation)]);
}

#[test]
fn custody_is_a_gap_and_what_happens_in_it_is_not_seen() {
    let person = Facts { custody: days(10, 19), ..member(1, Arm::Both, 0) };
    let case = |on| Facts { outcomes: vec![outcome(9, on, OutcomeKind::Special)], ..person.clone() };
    assert_eq!(stretches(case(24), Endpoint::Special), [(0, 10, End::Custody), (20, 25, End::Event)]);
    assert_eq!(stretches(case(5), Endpoint::Special), [(0, 6, End::Event)]);
    assert_eq!(stretches(case(15), Endpoint::Special), [(0, 10, End::Custody), (20, 31, End::Observation)]);
    let inside = Facts { custody: days(0, 40), ..person.clone() };
    assert_eq!(stretches(inside, Endpoint::Special), []);
    let at_the_end = Facts { custody: days(25, 40), ..person };
    assert_eq!(stretches(at_the_end, Endpoint::Special), [(0, 25, End::Custody)]);
}

#[test]
fn who_was_assigned_late_enters_late_and_counts_from_the_index_date() {
    let mut person = member(1, Arm::Both, 0);
    person.assignment.as_mut().unwrap().assigned_on = day(7);
    person.outcomes = vec![outcome(9, 3, OutcomeKind::Special)];
    assert_eq!(stretches(person.clone(), Endpoint::Special), [(7, 31, End::Observation)], "before entry: not seen");
    person.outcomes[0].on = day(7);
    assert_eq!(stretches(person.clone(), Endpoint::Special), [(7, 8, End::Event)]);
    person.assignment.as_mut().unwrap().assigned_on = day(31);
    assert!(cohort(&[person]).members.is_empty(), "assigned after the end of observation");
    assert!(cohort(&[Facts { assignment: None, ..member(1, Arm::Both, 0) }]).members.is_empty());
}

#[test]
fn each_endpoint_waits_for_its_own_and_the_arm_stays_whatever_happened() {
    let person = Facts {
        flags: vec![flag(1, 9, FlagOutcome::AcceptableExcuse), flag(2, 14, FlagOutcome::Warning)],
        breaches: vec![breach(3, 16)],
        outcomes: vec![outcome(4, 5, OutcomeKind::General), outcome(5, 11, OutcomeKind::Special)],
        // Assigned to supervision alone, and registered all the same.
        registered: days(0, 30),
        ..member(1, Arm::SupervisionOnly, 0)
    };
    let cohort = cohort(std::slice::from_ref(&person));
    let time = |endpoint| cohort.stretches(endpoint)[0].time;
    assert_eq!(Endpoint::ALL.map(time), [15, 12, 6]);
    assert_eq!(cohort.members[0].arm, Arm::SupervisionOnly);
}

#[test]
fn checks_count_while_at_risk_only() {
    let check = |on, system| Check { on: day(on), system };
    let person = Facts {
        custody: days(10, 19),
        checks: vec![
            check(0, System::Register),
            check(9, System::Supervision),
            check(12, System::Supervision),
            check(30, System::Supervision),
            check(31, System::Register),
        ],
        ..member(1, Arm::Both, 0)
    };
    let observed = cohort(&[person]).observed(Arm::Both);
    assert_eq!(observed, Observed { people: 1, days: 21, by_register: 1, by_supervision: 2 });
}

#[test]
fn two_parts_are_the_whole() {
    let stratum = |facts: &mut Facts, name: &str| facts.assignment.as_mut().unwrap().stratum = name.to_owned();
    let mut people = vec![member(1, Arm::Both, 0), member(2, Arm::Control, 3), member(3, Arm::Both, 5)];
    stratum(&mut people[1], "south");
    people[2].offence_group = Some("contact".to_owned());
    let whole = cohort(&people);
    let mut parts = cohort(&people[..1]);
    let rest = cohort(&people[1..]);
    assert_eq!(rest.strata, ["south", "north"], "numbered otherwise than in the whole");
    parts.merge(&rest);
    assert_eq!(parts, whole);
}

#[test]
fn a_person_takes_the_bytes_that_are_stated() {
    assert_eq!((size_of::<Member>(), size_of::<Stretch>()), (32, 16));
}
