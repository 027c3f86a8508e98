//! Answers at the edges: what is undefined is null, what is decided stays decided, and a million rows are no trouble.

use serde_json::{Value, json};
use zedenregister::statistics::answer;
use zedenregister::statistics::request::Request;

fn answered(request: &Value) -> Value {
    let request = Request::from_json(&request.to_string()).unwrap_or_else(|faults| panic!("{faults}"));
    serde_json::to_value(answer(&request)).unwrap()
}

#[test]
fn a_covariate_that_separates_the_events_has_no_estimate_and_leaves_the_others_theirs() {
    // Everyone with z has the event first: its coefficient is infinite. x is that of the model in the limit.
    let request = json!({"analysis": "cox", "time": [1, 2, 3, 4, 5, 6, 7, 8, 9, 10], "event": [1, 1, 1, 1, 1, 1, 1, 1, 0, 0],
        "covariates": {"z": [1, 1, 1, 0, 0, 0, 0, 0, 0, 0], "x": [2, 0, 3, 1, 4, 0, 2, 5, 1, 0]}});
    let both = answered(&request);
    let z = &both["coefficients"][0];
    let undefined = ["estimate", "standardError", "hazardRatio", "lower", "upper", "z", "pValue"];
    assert!(undefined.iter().all(|member| z[member].is_null()), "{z}");
    let without = answered(&json!({"analysis": "cox", "time": request["time"], "event": request["event"],
        "strata": [1, 1, 1, 1, 1, 1, 1, 1, 1, 1], "covariates": {"x": request["covariates"]["x"]}}));
    assert_ne!(both["coefficients"][1]["estimate"], without["coefficients"][0]["estimate"]);
    // In the limit those with z are compared among themselves first, then the others: two strata.
    let limit = answered(&json!({"analysis": "cox", "time": request["time"], "event": request["event"],
        "strata": request["covariates"]["z"], "covariates": {"x": request["covariates"]["x"]}}));
    for member in ["estimate", "standardError", "pValue"] {
        let (a, b) = (&both["coefficients"][1][member], &limit["coefficients"][0][member]);
        let (a, b) = (a.as_f64().unwrap(), b.as_f64().unwrap());
        assert!((a / b - 1.0).abs() < 1e-8, "{member}: {a} is not {b}");
    }
}

#[test]
fn without_events_a_model_has_no_estimates_and_no_concordance() {
    let cox = answered(&json!({"analysis": "cox", "time": [1, 2], "event": [0, 0], "covariates": {"x": [1, 2]}}));
    assert_eq!(cox["coefficients"][0]["estimate"], Value::Null);
    assert_eq!((&cox["logLikelihood"], &cox["concordance"]), (&json!([0.0, 0.0]), &Value::Null));
}

#[test]
fn cox_compares_the_groups_with_the_reference_when_there_are_no_covariates() {
    let cox = answered(&json!({"analysis": "cox", "time": [1, 2, 3, 4, 5, 6], "event": [1, 1, 1, 1, 1, 0],
        "group": ["wlt", "both", "register", "wlt", "both", "register"], "reference": "wlt"}));
    let terms: Vec<&Value> = cox["coefficients"].as_array().unwrap().iter().map(|term| &term["term"]).collect();
    assert_eq!(terms, ["groupboth", "groupregister"]);
    let by_hand = answered(&json!({"analysis": "cox", "time": [1, 2, 3, 4, 5, 6], "event": [1, 1, 1, 1, 1, 0],
        "covariates": {"groupboth": [0, 1, 0, 0, 1, 0], "groupregister": [0, 0, 1, 0, 0, 1]}}));
    assert_eq!(cox, by_hand);
}

#[test]
fn groups_never_at_risk_together_cannot_be_compared() {
    let test = answered(&json!({"analysis": "log-rank", "time": [1, 2, 3, 4], "event": [1, 1, 1, 1],
        "group": ["a", "a", "b", "b"], "strata": [1, 1, 2, 2]}));
    assert_eq!((&test["chiSquare"], &test["pValue"]), (&Value::Null, &Value::Null));
    assert_eq!(test["groups"][0], json!({"group": "a", "observed": 2, "expected": 2.0}));
}

#[test]
fn a_ratio_without_events_in_the_reference_group_has_only_a_lower_limit() {
    let rate = answered(&json!({"analysis": "rate", "time": [1, 2, 3], "event": [1, 1, 0], "group": [1, 1, 2],
        "reference": 2}));
    assert_eq!(rate["groups"][1]["rate"], json!(0.0));
    assert!(rate["ratio"]["lower"].as_f64().unwrap() > 0.0);
    assert_eq!((&rate["ratio"]["estimate"], &rate["ratio"]["upper"]), (&Value::Null, &Value::Null));
    let none = answered(&json!({"analysis": "rate", "time": [0, 2], "event": [1, 0], "group": [1, 2]}));
    assert_eq!((&none["groups"][0]["rate"], &none["groups"][0]["upper"]), (&Value::Null, &Value::Null));
}

#[test]
fn numbers_and_texts_as_groups_keep_their_form_and_order() {
    let rate = answered(&json!({"analysis": "rate", "time": [1, 1, 1, 1, 1], "event": [1, 1, 1, 1, 1],
        "group": ["b", 10, "B", 2, 2.0]}));
    let groups: Vec<&Value> = rate["groups"].as_array().unwrap().iter().map(|group| &group["group"]).collect();
    assert_eq!(groups, [&json!(2), &json!(10), &json!("B"), &json!("b")]);
}

#[test]
fn a_hundred_thousand_rows_take_no_quadratic_time() {
    let n = 100_000_u64;
    let mixed = |row: u64| (row.wrapping_mul(2_654_435_761)) % 1_000_003;
    let time: Vec<u64> = (0..n).map(|row| 1_000_010 + mixed(row)).collect();
    let entry: Vec<u64> = (0..n).map(|row| mixed(row + n)).collect();
    let event: Vec<u64> = (0..n).map(|row| mixed(row + 2 * n) % 3).collect();
    let group: Vec<u64> = (0..n).map(|row| row % 2).collect();
    let x: Vec<u64> = (0..n).map(|row| mixed(row + 3 * n) % 1000).collect();
    for analysis in ["kaplan-meier", "log-rank", "cox", "aalen-johansen", "rmst", "rate"] {
        let request = json!({"analysis": analysis, "time": time, "entry": entry, "event": event, "group": group,
            "tau": 1_500_000, "covariates": {"x": x}});
        let started = std::time::Instant::now();
        answered(&request);
        // A pass over all pairs would be ten thousand million steps, many minutes in a build for tests.
        assert!(started.elapsed().as_secs() < 90, "{analysis} took {:?}", started.elapsed());
    }
}
