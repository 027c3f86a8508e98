use chrono::NaiveDate;
use serde_json::{Value, json};

use super::*;
use crate::grounds::cases;

const PROFILE: &str = include_str!("profiles/risk-2023.toml");

fn told_on() -> NaiveDate {
    "2026-06-01".parse().unwrap()
}

fn embedded() -> RiskRules {
    rules().unwrap().at(told_on()).unwrap().clone()
}

#[test]
fn every_worked_example_comes_out() {
    let rules = embedded();
    cases::run(include_str!("../../../tests/instruments/risk/assessments.json"), 30, |case| {
        let assessment: Assessment = case.given();
        match record(&assessment, &rules, told_on()) {
            Ok(recorded) => {
                cases::every_step_has_words(words(), &recorded.steps);
                let mut answer = serde_json::to_value(&recorded).unwrap();
                answer["bandOnly"] = serde_json::to_value(recorded.band_only()).unwrap();
                answer
            }
            Err(faults) => json!({"refused": faults}),
        }
    });
}

#[test]
fn who_sees_the_band_only_sees_no_score() {
    let rules = embedded();
    let text = json!({"version": "oxrec-nl", "assessor": "A1", "assessedOn": "2026-05-01",
        "finding": {"instrument": "oxrec", "level": "high", "withinOneYear": 12.5}});
    let assessment: Assessment = serde_json::from_value(text).unwrap();
    let view = serde_json::to_value(record(&assessment, &rules, told_on()).unwrap().band_only()).unwrap();
    let members: Vec<&str> = view.as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(members, ["instrument", "version", "assessedOn", "applicable", "level", "bands"]);
}

#[test]
fn an_item_that_was_never_told_is_null_in_the_answer() {
    let rules = embedded();
    let text = json!({"version": "static-99r-2016", "assessor": "A1", "assessedOn": "2026-05-01",
        "finding": {"instrument": "static_99r", "items": {}}});
    let assessment: Assessment = serde_json::from_value(text).unwrap();
    let answer = serde_json::to_value(record(&assessment, &rules, told_on()).unwrap()).unwrap();
    assert_eq!(answer["total"], Value::Null);
    assert_eq!(answer["items"].as_array().unwrap().len(), 10);
    assert!(answer["items"].as_array().unwrap().iter().all(|item| item["score"].is_null()));
}

#[test]
fn bands_that_leave_a_total_out_are_refused_with_file_key_and_reason() {
    let refused = |from: &str, to: &str| {
        let text = PROFILE.replacen(from, to, 1);
        assert_ne!(text, PROFILE);
        RiskRules::parse("p.toml", &text).unwrap_err().to_string()
    };
    let up = refused("{ band = \"moderate_low\", most = 3 }", "{ band = \"moderate_low\", most = 1 }");
    assert_eq!(up, "p.toml: static_99r.old_2012: `most` must go up, from -3 to below 12");
    let open = refused("{ band = \"IVb\" }", "{ band = \"IVb\", most = 12 }");
    assert!(open.starts_with("p.toml: static_99r.standardised_2016: every band but the last"), "{open}");
    let version = refused("oxrec = [\"oxrec-nl\", \"oxrec-se\"]", "oxrec = []");
    assert_eq!(version, "p.toml: versions.oxrec: must name a version");
    let item = refused("\"impulsive\", ", "\"lack_of_concern\", ");
    assert_eq!(item, "p.toml: stable_2007.items: must name each item once");
    let score = refused("most_per_item = 2", "most_per_item = 0");
    assert_eq!(score, "p.toml: stable_2007.most_per_item: must lie between 1 and 9");
}
