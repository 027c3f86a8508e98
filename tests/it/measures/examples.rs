//! The worked examples that a question answers by itself, asked through the API.

use serde_json::{Value, json};

use super::{Answered, Desk, holds};

const SCREENING: &str = include_str!("../../instruments/screening/applications.json");
const OFFENCES: &str = include_str!("../../instruments/offences/registrability.json");
const RISK: &str = include_str!("../../instruments/risk/assessments.json");

fn cases(document: &str) -> Vec<Value> {
    serde_json::from_str(document).expect("cases")
}

/// What is wrong with an answer.
fn fault(case: &Value, answered: &Answered, shown: &Value) -> Option<String> {
    let expected = &case["expect"];
    let right = match expected.get("refused") {
        None => answered.status.code < 300 && holds(shown, expected),
        Some(Value::Array(faults)) => {
            let codes = answered.codes();
            answered.status.code == 400
                && faults.iter().all(|fault| {
                    let code = fault["code"].as_str().expect("a code");
                    codes.contains(&code) || code == "empty"
                })
        }
        Some(_) => answered.status.code == 400,
    };
    (!right).then(|| format!("{}: expected {expected}, got {} {}", case["id"], answered.status, answered.body))
}

on_both_databases! {
    async fn every_screening_comes_out_and_nothing_is_stored(db: TestDb) {
        let desk = Desk::on(db).await;
        let before = desk.world.test.db.dump().len();
        let mut wrong = Vec::new();
        for case in cases(SCREENING) {
            let answered = desk.post("officer", "/screening-assessments", &case["given"]).await;
            wrong.extend(fault(&case, &answered, &answered.body));
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
        assert_eq!(desk.last_entry()["action"], "screening.what_if");
        let records = desk.world.test.db.dump();
        assert!(!records.contains("one_in_twenty_years") && before > 0, "an answer was stored");
        let denied = desk.post("justis", "/screening-assessments", &cases(SCREENING)[0]["given"]).await;
        assert_eq!((denied.status.code, denied.body["code"].as_str()), (403, Some("forbidden")));
        let mut unknown = cases(SCREENING)[0]["given"].clone();
        unknown["function"] = json!("astronaut");
        let refused = desk.post("officer", "/screening-assessments", &unknown).await;
        assert_eq!(refused.codes(), ["no_such_function"]);
        assert!(refused.body["errors"][0]["detail"].as_str().is_some_and(|text| text.contains("teacher")));
    }

    async fn every_offence_is_decided_by_its_day(db: TestDb) {
        let desk = Desk::on(db).await;
        let mut wrong = Vec::new();
        for case in cases(OFFENCES) {
            let answered = desk.post("evaluator", "/offence-assessments", &case["given"]["offence"]).await;
            // Cases for another day than today are the rules' own.
            if case["given"].get("on").is_none() && case["given"].get("pilot").is_none() {
                wrong.extend(fault(&case, &answered, &answered.body));
            }
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }

    async fn every_risk_assessment_is_computed_and_kept(db: TestDb) {
        let desk = Desk::on(db).await;
        let (mut wrong, mut kept) = (Vec::new(), 0);
        for case in cases(RISK) {
            let answered = desk.post("officer", &desk.file("/risk-assessments"), &case["given"]).await;
            // What stands behind the band is one level down.
            let mut shown = answered.body.clone();
            if let Some(whole) = answered.body["whole"].as_object() {
                shown.as_object_mut().expect("an object").extend(whole.clone());
            }
            let mut case = case;
            if let Some(expected) = case["expect"].as_object_mut() {
                expected.remove("bandOnly");
            }
            kept += usize::from(answered.status.code == 201);
            wrong.extend(fault(&case, &answered, &shown));
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
        let page = desk.get("officer", None, &desk.file("/risk-assessments?limit=100")).await;
        assert_eq!(page.body["items"].as_array().map(Vec::len), Some(kept));
    }
}
