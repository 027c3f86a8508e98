//! The worked examples of `tests/supervision/rules.json`, what must hold for every order, and purity.

mod properties;
mod purity;

use chrono::{DateTime, FixedOffset, NaiveDate};
use serde::Deserialize;
use serde_json::{Value, json};

use super::*;
use crate::law::RuleBook;
use crate::vocabulary::SupervisionTitle;

fn rules() -> &'static SupervisionRules {
    static RULES: std::sync::LazyLock<SupervisionRules> =
        std::sync::LazyLock::new(|| SupervisionRules::embedded().unwrap());
    &RULES
}

fn calendar() -> &'static law::Calendar {
    static BOOK: std::sync::LazyLock<RuleBook> = std::sync::LazyLock::new(|| RuleBook::embedded().unwrap());
    BOOK.calendar()
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    id: String,
    title: String,
    basis: String,
    #[expect(dead_code, reason = "read by people")]
    citation: String,
    check: String,
    given: Value,
    expect: Value,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct OnDay {
    as_of: NaiveDate,
    order: Order,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Ordered {
    earlier: Vec<Length>,
    ordered: Length,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Filed {
    filed: DateTime<FixedOffset>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Reported {
    title: SupervisionTitle,
    earlier: Vec<Length>,
    report: BreachReport,
}

fn answer(case: &Case) -> Value {
    fn given<T: serde::de::DeserializeOwned>(case: &Case) -> T {
        serde_json::from_value(case.given.clone()).unwrap_or_else(|error| panic!("{}: {error}", case.id))
    }
    let today: NaiveDate = "2027-01-01".parse().unwrap();
    let measure = rules().at(SupervisionTitle::Measure38z, today).unwrap();
    let detention = measure.detention.as_ref().unwrap();
    let refused = |fault: Fault| json!({"error": fault.code.as_str(), "field": fault.field});
    match case.check.as_str() {
        "order" => {
            let OnDay { as_of, order } = given(case);
            assess(&order, rules(), calendar(), as_of).map_or_else(refused, |a| serde_json::to_value(a).unwrap())
        }
        "detention" => {
            let Ordered { earlier, ordered } = given(case);
            sanction(&earlier, ordered, detention)
                .map_or_else(|code| json!({"error": code.as_str()}), |s| serde_json::to_value(s).unwrap())
        }
        "judge" => {
            let Filed { filed } = given(case);
            json!({"until": judge_decides_by(filed, detention, calendar()).0})
        }
        "breach" => {
            let Reported { title, earlier, report } = given(case);
            let profile = rules().at(title, today).unwrap();
            report.stands(profile, &earlier).map_or_else(refused, |b| serde_json::to_value(b).unwrap())
        }
        other => panic!("{}: no check `{other}`", case.id),
    }
}

/// Whether everything that is expected is there: members of objects, and for each item of a list one that holds it. An
/// empty list is expected empty.
fn holds(actual: &Value, expected: &Value) -> bool {
    match (actual, expected) {
        (Value::Object(actual), Value::Object(expected)) => {
            expected.iter().all(|(key, value)| actual.get(key).is_some_and(|found| holds(found, value)))
        }
        (Value::Array(actual), Value::Array(expected)) if expected.is_empty() => actual.is_empty(),
        (Value::Array(actual), Value::Array(expected)) => {
            expected.iter().all(|value| actual.iter().any(|found| holds(found, value)))
        }
        (actual, expected) => actual == expected,
    }
}

#[test]
fn every_worked_example_comes_out() {
    let cases: Vec<Case> = serde_json::from_str(include_str!("../../../../tests/supervision/rules.json")).unwrap();
    let mut wrong = Vec::new();
    for (i, case) in cases.iter().enumerate() {
        assert!(!case.title.is_empty() && ["statute", "interpretation"].contains(&case.basis.as_str()), "{}", case.id);
        assert!(cases.iter().take(i).all(|other| other.id != case.id), "{} is there twice", case.id);
        let actual = answer(case);
        if !holds(&actual, &case.expect) {
            wrong.push(format!("{}: expected {}, got {actual}", case.id, case.expect));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(cases.len() >= 80, "the examples were not read");
}

#[test]
fn every_code_of_a_fault_reads_as_a_sentence_about_a_member() {
    for code in FaultCode::ALL {
        assert_eq!(serde_json::to_value(code).unwrap(), code.as_str());
        assert!(!code.reason().ends_with('.') && code.reason().len() > 10, "{code:?}");
    }
}

#[test]
fn only_a_condition_makes_a_missed_notification_a_breach() {
    let condition = |code: &str, notify| -> Condition {
        serde_json::from_value(
            json!({"code": code, "from": "2026-10-01", "until": "2026-12-31", "notifyRegister": notify}),
        )
        .unwrap()
    };
    let on = |text: &str| text.parse::<NaiveDate>().unwrap();
    let k = [condition("k", true)];
    assert!(missed_notification_is_breach(&k, on("2026-10-01")).0);
    assert!(!missed_notification_is_breach(&k, on("2027-01-01")).0, "the condition is over");
    assert!(!missed_notification_is_breach(&[condition("k", false)], on("2026-10-01")).0);
    assert!(!missed_notification_is_breach(&[], on("2026-10-01")).0);
}
