//! Requests with R's answers, made by `tests/statistics/make_golden.R`: everything to a relative 1e-8.

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::Value;
use zedenregister::statistics::answer;
use zedenregister::statistics::request::Request;

const TOLERANCE: f64 = 1e-8;
/// What rounding leaves of a zero, as a Wald statistic of a coefficient that vanishes.
const NOTHING: f64 = 1e-13;

/// Where two answers differ; also in the order of their members, as coefficients come in the order given.
fn differences(path: &str, expected: &Value, got: &Value, into: &mut Vec<String>) {
    match (expected, got) {
        (Value::Object(expected), Value::Object(got)) => {
            let names = |object: &serde_json::Map<String, Value>| object.keys().cloned().collect::<Vec<_>>();
            if names(expected) != names(got) {
                into.push(format!("{path}: members {:?}, got {:?}", names(expected), names(got)));
            }
            for (name, value) in expected {
                differences(&format!("{path}.{name}"), value, got.get(name).unwrap_or(&Value::Null), into);
            }
        }
        (Value::Array(expected), Value::Array(got)) => {
            if expected.len() != got.len() {
                into.push(format!("{path}: {} elements, got {}", expected.len(), got.len()));
            }
            for (position, (expected, got)) in expected.iter().zip(got).enumerate() {
                differences(&format!("{path}[{position}]"), expected, got, into);
            }
        }
        (Value::Number(a), Value::Number(b)) => {
            let (a, b) = (a.as_f64().unwrap(), b.as_f64().unwrap());
            let apart = (a - b).abs();
            if apart > TOLERANCE * a.abs() && apart > NOTHING {
                into.push(format!("{path}: {a}, got {b}"));
            }
        }
        (expected, got) if expected == got => {}
        (expected, got) => into.push(format!("{path}: {expected}, got {got}")),
    }
}

#[test]
fn every_estimate_is_that_of_r() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/statistics/golden");
    let mut files: Vec<_> = std::fs::read_dir(folder).unwrap().map(|file| file.unwrap().path()).collect();
    files.sort();
    let mut cases = BTreeMap::<String, usize>::new();
    let mut wrong = Vec::new();
    for file in &files {
        let name = file.file_stem().unwrap().to_string_lossy().into_owned();
        let case: Value = serde_json::from_str(&std::fs::read_to_string(file).unwrap()).unwrap();
        let request =
            Request::from_json(&case["request"].to_string()).unwrap_or_else(|faults| panic!("{name}: {faults}"));
        differences(&name, &case["answer"], &serde_json::to_value(answer(&request)).unwrap(), &mut wrong);
        *cases.entry(case["request"]["analysis"].as_str().unwrap().to_owned()).or_default() += 1;
    }
    assert!(wrong.is_empty(), "{} differences:\n{}", wrong.len(), wrong[..wrong.len().min(30)].join("\n"));
    let expected =
        [("aalen-johansen", 7), ("cox", 13), ("kaplan-meier", 11), ("log-rank", 6), ("rate", 5), ("rmst", 5)];
    assert_eq!(cases, expected.map(|(name, count)| (name.to_owned(), count)).into());
}
