//! Runs the worked examples of `tests/instruments/`, and checks that every step has words.

use std::sync::LazyLock;

use law::explain::Language;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::words::Words;
use crate::countries::Countries;

static COUNTRIES: LazyLock<Countries> = LazyLock::new(|| Countries::embedded().unwrap());

/// The table of countries, read once.
pub(crate) fn countries() -> &'static Countries {
    &COUNTRIES
}

/// One worked example.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Case {
    /// Its id; those of the context document keep theirs.
    pub(crate) id: String,
    title: String,
    /// What is asked of the module.
    pub(crate) check: String,
    given: Value,
    expect: Value,
}

impl Case {
    /// What is given.
    pub(crate) fn given<T: DeserializeOwned>(&self) -> T {
        serde_json::from_value(self.given.clone()).unwrap_or_else(|error| panic!("{}: {error}", self.id))
    }
}

/// Runs every example of a document, `answer` being the module under test.
pub(crate) fn run(document: &str, least: usize, answer: impl Fn(&Case) -> Value) {
    let cases: Vec<Case> = serde_json::from_str(document).unwrap();
    let mut wrong = Vec::new();
    for (i, case) in cases.iter().enumerate() {
        assert!(!case.title.is_empty(), "{} has no title", case.id);
        assert!(cases.iter().take(i).all(|other| other.id != case.id), "{} is there twice", case.id);
        let actual = answer(case);
        if !holds(&actual, &case.expect) {
            wrong.push(format!("{}: expected {}, got {actual}", case.id, case.expect));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(cases.len() >= least, "only {} examples were read", cases.len());
}

/// Whether everything that is expected is there: members of objects, and for each item of a list one that holds it. An
/// empty list is expected empty.
fn holds(actual: &Value, expected: &Value) -> bool {
    match (actual, expected) {
        (Value::Object(actual), Value::Object(expected)) => {
            expected.iter().all(|(key, value)| actual.get(key).map_or(value.is_null(), |found| holds(found, value)))
        }
        (Value::Array(actual), Value::Array(expected)) if expected.is_empty() => actual.is_empty(),
        (Value::Array(actual), Value::Array(expected)) => {
            expected.iter().all(|value| actual.iter().any(|found| holds(found, value)))
        }
        (actual, expected) => actual == expected,
    }
}

/// Every step must read as a sentence in both languages: none shows a code, a brace or nothing.
pub(crate) fn every_step_has_words<S: Serialize>(words: &Words, steps: &[S]) {
    for language in Language::ALL {
        assert!(!words.version(language).is_empty(), "the catalogue cannot be read");
        for (step, sentence) in steps.iter().zip(words.render(steps, language)) {
            let step = serde_json::to_value(step).unwrap();
            let good = sentence.ends_with('.') && !sentence.contains(['{', '}', '_']) && sentence.len() > 10;
            assert!(good, "{language:?} {step}: {sentence}");
        }
    }
}
