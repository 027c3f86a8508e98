//! Whether the estimators find what was put in: invented cohorts with a known effect, detection and observation
//! intensity; how many of 400 seeds have the truth within each 95 % interval, and how long that takes.
//!
//! `cargo bench --bench recovery`. A share below 92 % would happen by chance once in a hundred runs or less.

#![allow(clippy::print_stdout, reason = "a benchmark prints its result")]

use std::time::Instant;

use zedenregister::statistics::cox::{Covariate, Ties, cox};
use zedenregister::statistics::kaplan_meier::{Interval, kaplan_meier};
use zedenregister::statistics::proportion::{Share, proportion};
use zedenregister::statistics::rate::{rates, ratio};
use zedenregister::statistics::study::{Label, Row, Study};
use zedenregister::statistics::synthetic::{Person, Plan, cohort};

const SEEDS: u64 = 400;
const CONFIDENCE: f64 = 0.95;

const PLANS: [(&str, Plan); 3] = [
    (
        "no effect, looked at alike",
        Plan { people: 300, hazard: 0.002, effect: 1.0, detection: [0.6, 0.6], checks: [2.0, 2.0], days: 730.0 },
    ),
    (
        "effect 0.6, the second arm looked at twice as hard",
        Plan { people: 300, hazard: 0.002, effect: 0.6, detection: [0.5, 0.8], checks: [1.0, 2.0], days: 730.0 },
    ),
    (
        "effect 0.8, rare",
        Plan { people: 600, hazard: 0.0002, effect: 0.8, detection: [0.9, 0.9], checks: [1.0, 4.0], days: 1095.0 },
    ),
];

/// What is estimated, and whether the interval holds the truth.
fn checks(plan: &Plan, people: &[Person]) -> Vec<(&'static str, bool)> {
    let rows: Vec<Row> = people.iter().enumerate().map(|(subject, person)| person.truth(subject)).collect();
    let count = u64::from(plan.people);
    let groups = vec![Some(Label::Number(0.0)), Some(Label::Number(1.0))];
    let study = Study { rows, groups, given: vec![count; 2], strata: 1 };
    let within = |lower: Option<f64>, upper: Option<f64>, truth: f64| {
        lower.is_some_and(|lower| lower <= truth) && upper.is_some_and(|upper| truth <= upper)
    };

    let arm = Covariate { term: "arm".to_owned(), values: people.iter().map(|person| person.arm as f64).collect() };
    let model = cox(&study, &[arm], Ties::Efron, CONFIDENCE).coefficients.swap_remove(0);
    let rates = rates(&study, 0, CONFIDENCE);
    let by_rate = rates.ratio.is_some_and(|ratio| within(ratio.lower, ratio.upper, plan.effect));
    let year = kaplan_meier(&study, Interval::LogLog, CONFIDENCE).groups.swap_remove(0).rows;
    let year = year.iter().rfind(|step| step.time <= 365.0);
    let detected = |arm: usize| {
        let of_arm = people.iter().filter(|person| person.arm == arm);
        let noticed = of_arm.clone().filter(|person| person.noticed.is_some()).count() as u64;
        let share = Share::new(noticed, of_arm.map(|person| person.checks_after).sum());
        share.map(|share| proportion(share, CONFIDENCE))
    };
    let exposure = |arm: usize| {
        let of_arm = people.iter().filter(|person| person.arm == arm);
        (of_arm.clone().map(|person| person.checks).sum(), of_arm.map(Person::days_checked).sum())
    };
    let intensity = ratio(exposure(1), exposure(0), CONFIDENCE);
    let in_arm = |arm: usize| detected(arm).is_some_and(|it| within(it.lower, it.upper, plan.detection[arm]));
    vec![
        ("effect, Cox", within(model.lower, model.upper, plan.effect)),
        ("effect, ratio of rates", by_rate),
        ("hazard, first arm", within(rates.groups[0].lower, rates.groups[0].upper, plan.hazard)),
        ("survival at a year", year.is_some_and(|it| within(it.lower, it.upper, (-365.0 * plan.hazard).exp()))),
        ("detection, first arm", in_arm(0)),
        ("detection, second arm", in_arm(1)),
        ("intensity, ratio of the arms", within(intensity.lower, intensity.upper, plan.checks[1] / plan.checks[0])),
    ]
}

fn main() {
    let mut poor = Vec::new();
    for (name, plan) in PLANS {
        let started = Instant::now();
        let results: Vec<_> = (0..SEEDS).map(|seed| checks(&plan, &cohort(&plan, seed))).collect();
        println!("{name}: {SEEDS} cohorts of {} people in {:.1?}", 2 * plan.people, started.elapsed());
        for (position, (estimate, _)) in results[0].iter().enumerate() {
            let held = results.iter().filter(|result| result[position].1).count();
            let share = 100.0 * held as f64 / SEEDS as f64;
            println!("  {estimate:<30} {share:>5.1} %");
            if share < 92.0 {
                poor.push(format!("{name}: {estimate}"));
            }
        }
    }
    assert!(poor.is_empty(), "the truth lies outside too often: {}", poor.join("; "));
}
