use super::super::cohort::{Cohort, Endpoint};
use super::super::contrast::{Arms, contrast, incidences};
use super::super::sight::Standard;
use super::*;
use crate::history::sample::{breach, day, days, flag, population, sound};
use crate::history::{Arm, Facts, FlagOutcome, History, PersonId, Span};
use crate::synthetic::Plan;

fn quarter() -> Span {
    Span::new(day(0), Some(day(89))).unwrap()
}

/// So many people in whom the register alone, supervision alone, both, neither saw a failure in January.
fn agreement(register: u128, supervision: u128, both: u128, neither: u128) -> Agreement {
    let person = |id: u128, flagged: bool, breached: bool| -> History {
        sound(Facts {
            registered: days(0, 30),
            supervised: days(0, 30),
            flags: if flagged { vec![flag(10 * id, 5, FlagOutcome::Warning)] } else { Vec::new() },
            breaches: if breached { vec![breach(10 * id + 1, 8)] } else { Vec::new() },
            ..Facts::of(PersonId(id))
        })
    };
    let mut agreement = Agreement::new(quarter(), Standard::Confirmed);
    (0..register).for_each(|id| agreement.add(&person(id, true, false)));
    (0..supervision).for_each(|id| agreement.add(&person(1000 + id, false, true)));
    (0..both).for_each(|id| agreement.add(&person(2000 + id, true, true)));
    (0..neither).for_each(|id| agreement.add(&person(3000 + id, false, false)));
    agreement
}

fn rows(agreement: &Agreement) -> Vec<Row> {
    agreement_rows(agreement, Settings::default(), 0.95)
}

fn row(rows: &[Row], measure: &str) -> Row {
    rows.iter().find(|row| row.measure == measure).unwrap().clone()
}

#[test]
fn detection_kappa_and_mcnemar_are_of_rounded_numbers() {
    // 43, 18, 22 and 61 people are 45, 20, 20 and 60.
    let rows = rows(&agreement(43, 18, 22, 61));
    let added = row(&rows, "detection_added");
    // 45 of 85 events.
    assert_eq!((added.status, added.shown().estimate, added.events), (Status::Free, Some(0.53), Some(85.0)));
    assert!(added.shown().lower < Some(0.53) && added.shown().upper > Some(0.53));
    // Agreed 80 of 145; by chance (65 x 40 + 80 x 105) / 145^2 = 0.523187; kappa (0.551724 - 0.523187) / 0.476813 = 0.06.
    assert_eq!(row(&rows, "kappa_of_months").shown().estimate, Some(0.06));
    // 45 to 20.
    let more = row(&rows, "register_only_to_supervision_only");
    assert_eq!((more.shown().estimate, more.events), (Some(2.25), Some(65.0)));
    // binom.test(20, 65)$p.value is 0.0025.
    assert_eq!(more.shown().p_value(), Some(0.003));
    assert!(more.shown().lower > Some(1.0));
}

#[test]
fn what_rests_on_few_people_is_withheld() {
    for (agreement, measure) in [
        (agreement(9, 18, 22, 61), "detection_added"),
        (agreement(9, 18, 22, 61), "register_only_to_supervision_only"),
        (agreement(43, 18, 9, 61), "kappa_of_months"),
        (agreement(43, 18, 22, 9), "kappa_of_months"),
        // Nobody was unsupervised: that tells of everyone.
        (agreement(43, 18, 22, 61), "coverage_added"),
        (agreement(43, 18, 20, 61), "lead_time_days"),
    ] {
        let row = row(&rows(&agreement), measure);
        assert_eq!((row.status, row.shown(), row.people), (Status::Confidential, Shown::default(), None), "{measure}");
    }
}

#[test]
fn two_scopes_that_differ_by_few_people_are_not_both_published() {
    let with_others = |others: u128| {
        let mut agreement = agreement(43, 18, 22, 61);
        for id in 0..others {
            let registered = days(0, 30);
            let flags = vec![flag(10 * id, 5, FlagOutcome::Warning)];
            agreement.add(&sound(Facts { registered, flags, ..Facts::of(PersonId(9000 + id)) }));
        }
        let under_both = ("counted", "under_both".to_owned());
        rows(&agreement).into_iter().find(|row| row.scope.contains(&under_both)).unwrap().status
    };
    let expected = [(0, Status::Free), (1, Status::Confidential), (9, Status::Confidential), (10, Status::Free)];
    assert_eq!(expected.map(|(others, _)| (others, with_others(others))), expected);
}

#[test]
fn the_lead_is_published_with_enough_people() {
    // Raised on 6 January, reported on 9 January.
    let rows = rows(&agreement(0, 0, 43, 0));
    let median = rows.iter().find(|row| row.scope == [("quantile", "median".to_owned())]).unwrap();
    assert_eq!((median.shown().estimate, median.people), (Some(3.0), Some(45.0)));
}

fn compared(people: u32, hazard: f64) -> (Cohort, Vec<Row>) {
    let plan = Plan { people, hazard, effect: 0.5, detection: [0.5; 2], checks: [1.0, 2.0], days: 2000.0 };
    let mut cohort = Cohort::new(day(2100), Standard::Confirmed);
    population(&plan, [Arm::SupervisionOnly, Arm::Both], 5).iter().for_each(|it| cohort.add(it));
    let arms = Arms { of: Arm::Both, against: Arm::SupervisionOnly };
    let found = contrast(&cohort, arms, Endpoint::Special, 0.95).unwrap();
    let rows = [
        contrast_rows(&found, Settings::default(), 0.95),
        vec![
            rate_row(&found.of, "special_reoffending", Settings::default(), 0.95),
            intensity_row(Arm::Both, found.of.observed, System::Supervision, Settings::default(), 0.95),
            intensity_row(Arm::Both, found.of.observed, System::Register, Settings::default(), 0.95),
        ],
    ];
    (cohort, rows.concat())
}

#[test]
fn a_comparison_leaves_with_its_interval_its_intensity_and_its_power() {
    let (_, rows) = compared(400, 0.001);
    let hazard = row(&rows, "hazard_ratio");
    let shown = hazard.shown();
    assert!(shown.lower < Some(0.5) && shown.upper > Some(0.5) && shown.p_value().is_some());
    assert_eq!(hazard.needed.len(), 5);
    assert!(hazard.checks > hazard.checks_against, "the second arm was looked at twice as hard");
    assert!(row(&rows, "rate_ratio").shown().lower < Some(0.5));
    assert!(row(&rows, "events_per_person_year").checks.is_some());
    let per_month = rows.iter().filter(|row| row.measure == "checks_per_person_month");
    let status: Vec<_> = per_month.map(|row| row.status).collect();
    assert_eq!(status, [Status::Free, Status::Confidential], "the register never checked");
}

#[test]
fn few_events_in_an_arm_withhold_the_comparison() {
    let (_, rows) = compared(60, 0.00005);
    for measure in ["hazard_ratio", "rate_ratio", "events_per_person_year"] {
        let row = row(&rows, measure);
        assert_eq!(
            (row.status, row.shown(), row.needed.len()),
            (Status::Confidential, Shown::default(), 0),
            "{measure}"
        );
    }
}

#[test]
fn incidences_are_published_by_the_year_as_events_come_together() {
    let (cohort, _) = compared(400, 0.001);
    let found = incidences(&cohort, Endpoint::Special);
    let rows = incidence_rows(&found, "special_reoffending", Settings::default(), 0.95);
    let of = |arm: Arm| {
        let arm = ("arm", arm.code().to_owned());
        rows.iter().filter(|row| row.scope.contains(&arm)).map(|row| row.shown().estimate).collect::<Vec<_>>()
    };
    let expected = |hazard: f64, days: f64| 1.0 - (-hazard * days).exp();
    for (arm, hazard) in [(Arm::SupervisionOnly, 0.001), (Arm::Both, 0.0005)] {
        for (got, days) in of(arm).iter().zip([365.0, 730.0, 1095.0]) {
            assert!((got.unwrap() - expected(hazard, days)).abs() < 0.06, "{arm:?} {got:?} {days}");
        }
    }
    // Nobody is in this arm.
    assert!(of(Arm::RegisterOnly).iter().all(Option::is_none));
    let free = rows.iter().find(|row| row.status == Status::Free).unwrap();
    let json = serde_json::to_value(free).unwrap();
    assert!(json["estimate"].is_number() && json["lower"].is_number() && json["status"] == "F");
}
