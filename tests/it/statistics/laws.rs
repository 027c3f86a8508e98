//! Laws that hold whatever the data: what must not matter does not, and what must agree does.

use proptest::collection::vec;
use proptest::prelude::*;
use zedenregister::statistics::aalen_johansen::aalen_johansen;
use zedenregister::statistics::cox::{Covariate, Cox, Ties, cox};
use zedenregister::statistics::kaplan_meier::{Curve, Interval, kaplan_meier};
use zedenregister::statistics::log_rank::{LogRank, log_rank};
use zedenregister::statistics::rate::rates;
use zedenregister::statistics::restricted_mean::restricted_mean;
use zedenregister::statistics::study::{Label, Row, Study, join};

const GROUPS: usize = 3;

/// Ten to forty people with whole times, hence ties, up to three causes, groups, two strata and a covariate.
fn people() -> impl Strategy<Value = Vec<(Row, f64)>> {
    let person = (0..6_u8, 1..15_u8, 0..4_u32, 0..GROUPS, 0..2_usize, -3..4_i8);
    vec(person, 10..40).prop_map(|people| {
        let rows = people.into_iter().enumerate();
        rows.map(|(subject, (entry, length, event, group, stratum, x))| {
            let (entry, time) = (f64::from(entry), f64::from(entry + length));
            (Row { entry, time, event, group, stratum, subject }, f64::from(x))
        })
        .collect()
    })
}

/// The same, everyone from the start.
fn from_the_start() -> impl Strategy<Value = Vec<(Row, f64)>> {
    people()
        .prop_map(|people| people.into_iter().map(|(row, x)| (Row { entry: f64::NEG_INFINITY, ..row }, x)).collect())
}

/// The same with distinct times.
fn without_ties() -> impl Strategy<Value = Vec<(Row, f64)>> {
    people().prop_map(|people| {
        let apart = |(position, (row, x)): (usize, (Row, f64))| {
            (Row { time: row.time + 0.9 * position as f64 / 100.0, ..row }, x)
        };
        people.into_iter().enumerate().map(apart).collect()
    })
}

fn study(people: &[(Row, f64)]) -> Study {
    let rows: Vec<Row> = people.iter().map(|(row, _)| *row).collect();
    let groups = (0..GROUPS).map(|group| Some(Label::Number(group as f64))).collect();
    let given = (0..GROUPS).map(|group| rows.iter().filter(|row| row.group == group).count() as u64).collect();
    Study { rows, groups, given, strata: 2 }
}

fn model(people: &[(Row, f64)], ties: Ties) -> Cox {
    let x = Covariate { term: "x".to_owned(), values: people.iter().map(|(_, x)| *x).collect() };
    cox(&study(people), &[x], ties, 0.95)
}

fn curves(study: &Study) -> Vec<Curve> {
    kaplan_meier(study, Interval::LogLog, 0.95).groups
}

/// Equal to twelve digits, or both undefined.
fn same(a: impl Into<Option<f64>>, b: impl Into<Option<f64>>) -> bool {
    match (a.into(), b.into()) {
        (Some(a), Some(b)) => (a - b).abs() <= 1e-9 * a.abs().max(1e-3),
        (None, None) => true,
        (Some(_), None) | (None, Some(_)) => false,
    }
}

fn same_curves(a: &[Curve], b: &[Curve], unit: f64) -> bool {
    a.iter().zip(b).all(|(a, b)| {
        a.rows.len() == b.rows.len()
            && a.rows.iter().zip(&b.rows).all(|(a, b)| {
                same(a.time * unit, b.time)
                    && (a.n_risk, a.n_event, a.n_censor) == (b.n_risk, b.n_event, b.n_censor)
                    && same(a.survival, b.survival)
                    && same(a.standard_error, b.standard_error)
                    && same(a.lower, b.lower)
            })
            && same(a.median.estimate.map(|median| median * unit), b.median.estimate)
    })
}

fn same_model(a: &Cox, b: &Cox) -> bool {
    same(a.coefficients[0].estimate, b.coefficients[0].estimate)
        && same(a.coefficients[0].standard_error, b.coefficients[0].standard_error)
        && same(a.log_likelihood[1], b.log_likelihood[1])
        && same(a.concordance, b.concordance)
}

fn same_test(a: &LogRank, b: &LogRank) -> bool {
    a.degrees_of_freedom == b.degrees_of_freedom && same(a.chi_square, b.chi_square)
}

proptest! {
    #[test]
    fn the_order_of_the_rows_is_irrelevant(people in people(), turn in 1..40_usize) {
        let mut turned = people.clone();
        turned.rotate_left(turn % people.len());
        turned.reverse();
        let (a, b) = (study(&people), study(&turned));
        prop_assert!(same_curves(&curves(&a), &curves(&b), 1.0));
        prop_assert!(same_test(&log_rank(&a), &log_rank(&b)));
        prop_assert!(same_model(&model(&people, Ties::Efron), &model(&turned, Ties::Efron)));
        prop_assert_eq!(rates(&a, 0, 0.95), rates(&b, 0, 0.95));
        for (a, b) in aalen_johansen(&a).groups.iter().zip(&aalen_johansen(&b).groups) {
            for (a, b) in a.causes.iter().zip(&b.causes) {
                let mut rows = a.rows.iter().zip(&b.rows);
                prop_assert!(rows.all(|(a, b)| same(a.incidence, b.incidence) && same(a.standard_error, b.standard_error)));
            }
        }
    }

    #[test]
    fn the_unit_of_time_is_irrelevant(people in people(), unit in 0.01..400.0_f64) {
        let scaled = |(row, x): &(Row, f64)| (Row { entry: row.entry * unit, time: row.time * unit, ..*row }, *x);
        let scaled: Vec<(Row, f64)> = people.iter().map(scaled).collect();
        prop_assert!(same_curves(&curves(&study(&people)), &curves(&study(&scaled)), unit));
        prop_assert!(same_test(&log_rank(&study(&people)), &log_rank(&study(&scaled))));
        prop_assert!(same_model(&model(&people, Ties::Efron), &model(&scaled, Ties::Efron)));
    }

    #[test]
    fn cutting_a_stretch_at_risk_changes_nothing(people in people(), cuts in vec(0.01..0.99_f64, 40)) {
        let mut cut = Vec::new();
        for ((row, x), part) in people.iter().zip(&cuts) {
            let at = row.entry + part * (row.time - row.entry);
            cut.push((Row { time: at, event: 0, ..*row }, *x));
            cut.push((Row { entry: at, ..*row }, *x));
        }
        let (whole, in_parts) = (study(&people), study(&cut));
        prop_assert!(same_test(&log_rank(&whole), &log_rank(&in_parts)));
        let (a, b) = (model(&people, Ties::Efron), model(&cut, Ties::Efron));
        prop_assert!(same(a.coefficients[0].estimate, b.coefficients[0].estimate) && same(a.concordance, b.concordance));
        for (a, b) in curves(&whole).iter().zip(&curves(&in_parts)) {
            let events = |curve: &Curve| curve.rows.iter().filter(|row| row.n_event > 0).cloned().collect::<Vec<_>>();
            let (a, b) = (events(a), events(b));
            prop_assert!(a.iter().zip(&b).all(|(a, b)| same(a.survival, b.survival) && same(a.standard_error, b.standard_error)));
            prop_assert_eq!(a.len(), b.len());
        }
        let mut joined = in_parts;
        join(&mut joined.rows);
        prop_assert!(same_curves(&curves(&whole), &curves(&joined), 1.0));
        prop_assert_eq!(aalen_johansen(&whole), aalen_johansen(&joined));
    }

    #[test]
    fn turning_a_covariate_round_turns_its_coefficient(people in people()) {
        let turned: Vec<(Row, f64)> = people.iter().map(|(row, x)| (*row, -x)).collect();
        let (a, b) = (model(&people, Ties::Efron), model(&turned, Ties::Efron));
        prop_assert!(same(a.coefficients[0].estimate.map(|it| -it), b.coefficients[0].estimate));
        let renamed: Vec<(Row, f64)> =
            people.iter().map(|(row, x)| (Row { group: GROUPS - 1 - row.group, ..*row }, *x)).collect();
        prop_assert!(same_test(&log_rank(&study(&people)), &log_rank(&study(&renamed))));
    }

    #[test]
    fn without_censoring_survival_is_the_share_still_there(people in from_the_start()) {
        let all: Vec<(Row, f64)> = people.iter().map(|(row, x)| (Row { event: 1, ..*row }, *x)).collect();
        let study = study(&all);
        for (curve, rows) in curves(&study).iter().zip(study.by_group()) {
            for step in &curve.rows {
                let left = rows.iter().filter(|row| row.time > step.time).count();
                prop_assert!((step.survival - left as f64 / rows.len() as f64).abs() < 1e-12);
            }
        }
    }

    #[test]
    fn as_many_events_are_expected_as_were_seen(people in people()) {
        let test = log_rank(&study(&people));
        let observed: u64 = test.groups.iter().map(|group| group.observed).sum();
        let expected: f64 = test.groups.iter().map(|group| group.expected).sum();
        prop_assert!((observed as f64 - expected).abs() < 1e-9);
    }

    #[test]
    fn survival_and_the_incidences_make_one(people in people()) {
        let study = study(&people);
        for (curve, group) in curves(&study).iter().zip(aalen_johansen(&study).groups) {
            for (position, step) in curve.rows.iter().enumerate() {
                let incidences: f64 = group.causes.iter().map(|cause| cause.rows[position].incidence).sum();
                prop_assert!((step.survival + incidences - 1.0).abs() < 1e-12);
            }
        }
    }

    #[test]
    fn of_one_cause_the_error_is_that_of_greenwood(people in from_the_start()) {
        let one: Vec<(Row, f64)> = people.iter().map(|(row, x)| (Row { event: row.event.min(1), ..*row }, *x)).collect();
        let study = study(&one);
        for (curve, group) in curves(&study).iter().zip(aalen_johansen(&study).groups) {
            for cause in &group.causes {
                for (step, of_cause) in curve.rows.iter().zip(&cause.rows) {
                    prop_assert!((step.standard_error.unwrap_or(0.0) - of_cause.standard_error).abs() < 1e-7);
                }
            }
        }
    }

    #[test]
    fn who_leaves_before_the_first_event_changes_no_survival(people in from_the_start()) {
        let early = Row { entry: f64::NEG_INFINITY, time: 0.5, event: 0, group: 0, stratum: 0, subject: people.len() };
        let mut more = people.clone();
        more.push((early, 0.0));
        let survival = |study: &Study| {
            let curve = curves(study).swap_remove(0);
            curve.rows.iter().filter(|row| row.n_event > 0).map(|row| row.survival).collect::<Vec<_>>()
        };
        prop_assert_eq!(survival(&study(&people)), survival(&study(&more)));
    }

    #[test]
    fn without_ties_efron_is_breslow(people in without_ties()) {
        prop_assert!(same_model(&model(&people, Ties::Efron), &model(&people, Ties::Breslow)));
    }

    #[test]
    fn every_row_twice_keeps_the_coefficient_and_divides_the_error_by_the_root_of_two(people in people()) {
        let twice: Vec<(Row, f64)> = people.iter().chain(&people).copied().collect();
        let (a, b) = (model(&people, Ties::Breslow), model(&twice, Ties::Breslow));
        prop_assert!(same(a.coefficients[0].estimate, b.coefficients[0].estimate));
        let error = b.coefficients[0].standard_error.map(|error| error * std::f64::consts::SQRT_2);
        prop_assert!(same(a.coefficients[0].standard_error, error));
    }

    #[test]
    fn survival_never_rises_and_the_restricted_mean_is_the_area_below_it(people in people(), tau in 0.5..25.0_f64) {
        let study = study(&people);
        for (curve, mean) in curves(&study).iter().zip(restricted_mean(&study, tau).groups) {
            let mut at = (0.0, 1.0, 0.0);
            for step in curve.rows.iter().filter(|step| step.time <= tau) {
                prop_assert!(step.survival <= at.1 && step.survival >= 0.0);
                at = (step.time, step.survival, at.2 + at.1 * (step.time - at.0));
            }
            prop_assert!(same(mean.mean, at.2 + at.1 * (tau - at.0)));
        }
    }
}
