use super::super::sight::Standard;
use super::*;
use crate::history::sample::{day, days, member, outcome, population, sound};
use crate::history::{Check, Exit, ExitReason, Facts, OutcomeKind, System};
use crate::synthetic::Plan;

const SUPERVISION: Arms = Arms { of: Arm::Both, against: Arm::SupervisionOnly };

fn cohort(people: impl IntoIterator<Item = Facts>) -> Cohort {
    let mut cohort = Cohort::new(day(3000), Standard::Confirmed);
    people.into_iter().for_each(|facts| cohort.add(&sound(facts)));
    cohort
}

fn leaving(facts: Facts, on: i64, reason: ExitReason) -> Facts {
    Facts { exit: Some(Exit { on: day(on), reason }), ..facts }
}

fn with_case(facts: Facts, on: i64) -> Facts {
    let id = facts.person.0 + 1000;
    Facts { outcomes: vec![outcome(id, on, OutcomeKind::Special)], ..facts }
}

#[test]
fn a_known_effect_is_found_again_with_its_intensity_and_its_power() {
    let plan = Plan { people: 800, hazard: 0.002, effect: 0.5, detection: [0.5; 2], checks: [1.0, 2.0], days: 730.0 };
    let mut cohort = Cohort::new(day(800), Standard::Confirmed);
    population(&plan, [Arm::SupervisionOnly, Arm::Both], 11).iter().for_each(|it| cohort.add(it));
    let found = contrast(&cohort, SUPERVISION, Endpoint::Special, 0.95).unwrap();
    let (estimate, lower, upper) = found.effect.with_limits().unwrap();
    assert!(lower < 0.5 && 0.5 < upper && (0.35..0.65).contains(&estimate), "{estimate} ({lower} to {upper})");
    let rates = found.rates;
    assert!(rates.lower < Some(0.5) && rates.upper > Some(0.5));
    assert_eq!(found.needed.iter().map(|it| it.hazard_ratio).collect::<Vec<_>>(), [0.5, 0.6, 0.7, 0.8, 0.9]);
    assert_eq!(found.needed.iter().map(|it| it.events).collect::<Vec<_>>(), [66, 121, 247, 631, 2829]);
    let seen = found.of.rate.events + found.against.rate.events;
    assert_eq!(
        found.needed.iter().map(|it| it.reached).collect::<Vec<_>>(),
        [66, 121, 247, 631, 2829].map(|it| seen >= it)
    );
    assert!(found.of.observed.by_supervision > found.against.observed.by_supervision);
}

#[test]
fn rates_by_hand() {
    let people = [
        with_case(member(1, Arm::Both, 0), 99),
        leaving(member(2, Arm::Both, 0), 264, ExitReason::Ended),
        with_case(leaving(member(3, Arm::SupervisionOnly, 0), 400, ExitReason::Ended), 49),
        with_case(leaving(member(4, Arm::SupervisionOnly, 0), 400, ExitReason::Ended), 59),
        leaving(member(5, Arm::SupervisionOnly, 0), 254, ExitReason::Ended),
    ];
    let found = contrast(&cohort(people), SUPERVISION, Endpoint::Special, 0.95).unwrap();
    // 100 + 265 days and one case; 50 + 60 + 255 days and two.
    assert_eq!((found.of.people, found.of.rate.events), (2, 1));
    assert_eq!((found.against.people, found.against.rate.events), (3, 2));
    assert!((found.of.rate.time - 365.0 / 365.25).abs() < 1e-12);
    assert!((found.against.rate.time - 365.0 / 365.25).abs() < 1e-12);
    assert_eq!(found.rates.estimate, Some(0.5));
}

#[test]
fn without_limits_there_is_no_p_value() {
    // Everyone in one arm has the event at once, nobody in the other: the log-rank test has a p-value, the hazard
    // ratio has no limits.
    let people = (0..20).map(|id| match id % 2 {
        0 => with_case(member(id, Arm::Both, 0), 3),
        _ => leaving(member(id, Arm::SupervisionOnly, 0), 300, ExitReason::Ended),
    });
    let found = contrast(&cohort(people), SUPERVISION, Endpoint::Special, 0.95).unwrap();
    assert_eq!(found.effect.with_limits(), None);
    assert_eq!(found.effect.p_values(), (None, None));
    assert_eq!(found.rates.lower.map(|it| it > 1.0), Some(true), "the exact limit is still there");
}

#[test]
fn people_are_compared_within_their_stratum() {
    // In the south everyone fails early, in the north late; the arms do not differ within either. Without strata the arm
    // with more people of the south would look worse.
    let people = (0..120_u32).map(|id| {
        let south = id % 3 == 0;
        let arm = if south == (id % 12 < 9) { Arm::Both } else { Arm::SupervisionOnly };
        let start = if south { 0 } else { 1000 };
        let mut facts = with_case(member(id.into(), arm, 0), start + i64::from(id * 37 % 120));
        if south {
            facts.assignment.as_mut().unwrap().stratum = "south".to_owned();
        }
        facts
    });
    let people: Vec<Facts> = people.collect();
    let hazard = |people: &[Facts]| {
        let found = contrast(&cohort(people.iter().cloned()), SUPERVISION, Endpoint::Special, 0.95).unwrap();
        found.effect.with_limits().unwrap()
    };
    let together: Vec<Facts> = people
        .iter()
        .cloned()
        .map(|mut facts| {
            facts.assignment.as_mut().unwrap().stratum = "north".to_owned();
            facts
        })
        .collect();
    let (within, lower, upper) = hazard(&people);
    assert!(lower < 1.0 && upper > 1.0 && (0.6..1.6).contains(&within), "{within} ({lower} to {upper})");
    let (across, lower, _) = hazard(&together);
    assert!(lower > 1.0, "{across}");
}

#[test]
fn against_the_control_arm_people_are_matched_and_the_rest_is_told() {
    let arms = Arms { of: Arm::Both, against: Arm::Control };
    let other = |facts: Facts| Facts { offence_group: Some("contact".to_owned()), ..facts };
    let people = [
        with_case(member(1, Arm::Both, 0), 10),
        with_case(other(member(2, Arm::Both, 0)), 10),
        with_case(member(3, Arm::Control, 1), 20),
        with_case(member(4, Arm::Control, 2), 20),
    ];
    let cohort = cohort(people);
    let found = contrast(&cohort, arms, Endpoint::Special, 0.95).unwrap();
    assert!(found.matched);
    assert_eq!((found.of.people, found.against.people, found.unmatched), (1, 1, 1));
    assert_eq!(contrast(&cohort, arms, Endpoint::Failure, 0.95), None, "nobody looks at the control arm");
}

#[test]
fn custody_and_death_compete_with_the_endpoint() {
    // Of ten: four have a case on day 10, two die on day 20, two go to prison on day 30 and have a case on day 50.
    let people = (0..10).map(|id| match id {
        0..4 => with_case(member(id, Arm::Both, 0), 10),
        4..6 => leaving(member(id, Arm::Both, 0), 20, ExitReason::Death),
        6..8 => Facts { custody: days(30, 40), ..with_case(member(id, Arm::Both, 0), 50) },
        _ => member(id, Arm::Both, 0),
    });
    let found = incidences(&cohort(people), Endpoint::Special);
    let both = found.arms.iter().position(|arm| *arm == Arm::Both).unwrap();
    let last = |cause: usize| found.estimate.groups[both].causes[cause].rows.last().unwrap().incidence;
    let causes: Vec<u32> = found.estimate.groups[both].causes.iter().map(|it| it.cause).collect();
    assert_eq!(causes, [1, 2, 3]);
    assert!((last(0) - 0.4).abs() < 1e-12, "the cases after prison are not among them");
    assert!((last(1) - 0.2).abs() < 1e-12 && (last(2) - 0.2).abs() < 1e-12);
}

#[test]
fn a_curve_has_a_row_for_each_stretch_at_risk() {
    let person = Facts { custody: days(30, 40), ..with_case(member(1, Arm::Both, 0), 50) };
    let person = Facts { checks: vec![Check { on: day(1), system: System::Register }], ..person };
    let rows = curve_rows(&cohort([person, member(2, Arm::Control, 0)]), Arm::Both, Endpoint::Special);
    let rows: Vec<_> = rows.iter().map(|row| (row.entry, row.time, row.event)).collect();
    assert_eq!(rows, [(f64::NEG_INFINITY, 30.0, 0), (41.0, 51.0, 1)]);
}
