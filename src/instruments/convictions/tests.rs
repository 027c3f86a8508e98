use chrono::NaiveDate;
use law::Calendar;
use serde::Deserialize;
use serde_json::{Value, json};

use super::*;
use crate::countries::Countries;
use crate::grounds::cases;
use crate::{offences, purpose};

const PROFILE: &str = include_str!("profiles/ecris-nl-2014.toml");

fn on() -> NaiveDate {
    "2026-06-01".parse().unwrap()
}

fn calendar() -> Calendar {
    Calendar::parse("c.toml", include_str!("../../law/calendars/nl-2023-2028.toml")).unwrap()
}

fn embedded() -> ConvictionRules {
    rules().unwrap().at(on()).unwrap().clone()
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Request {
    request: Asked,
    on: NaiveDate,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct History {
    events: Vec<RecordEvent>,
    as_of: NaiveDate,
}

fn taken(told: &Intake) -> Value {
    let (rules, countries) = (embedded(), Countries::embedded().unwrap());
    let purposes = purpose::purposes().unwrap();
    let catalogue = offences::catalogue().unwrap();
    let ecris = offences::tables().unwrap();
    let tables = Tables {
        rules: &rules,
        purposes: purposes.at(on()).unwrap(),
        countries: &countries,
        catalogue: catalogue.at(on()).unwrap(),
        ecris: &ecris,
    };
    match intake(told, &tables, on()) {
        Ok(taken) => {
            cases::every_step_has_words(words(), &taken.steps);
            serde_json::to_value(taken).unwrap()
        }
        Err(faults) => json!({"refused": faults}),
    }
}

#[test]
fn every_worked_example_comes_out() {
    let (rules, calendar, purposes) = (embedded(), calendar(), purpose::purposes().unwrap());
    cases::run(include_str!("../../../tests/instruments/convictions/records.json"), 45, |case| {
        match case.check.as_str() {
            "answer" => {
                let Request { request, on } = case.given();
                let answer = answer(&request, &rules, &calendar, on);
                cases::every_step_has_words(words(), &answer.steps);
                serde_json::to_value(answer).unwrap()
            }
            "intake" => taken(&case.given()),
            "pass_on" => {
                let passed = pass_on(&case.given(), &rules, purposes.at(on()).unwrap());
                cases::every_step_has_words(words(), &passed.steps);
                serde_json::to_value(passed).unwrap()
            }
            "follow" => {
                let History { events, as_of } = case.given();
                match follow(&events, &rules, as_of) {
                    Ok(record) => {
                        cases::every_step_has_words(words(), &record.steps);
                        serde_json::to_value(record).unwrap()
                    }
                    Err(refusal) => json!({"refused": refusal}),
                }
            }
            other => panic!("{other} is not asked here"),
        }
    });
}

#[test]
fn ecris_tcn_answers_no_request_whatever_its_purpose() {
    let (rules, calendar) = (embedded(), calendar());
    for purpose in RequestPurpose::ALL {
        let asked = json!({"system": "ecris_tcn", "purpose": purpose, "receivedOn": "2026-04-01"});
        let answer = answer(&serde_json::from_value(asked).unwrap(), &rules, &calendar, on());
        assert_eq!((answer.outcome, answer.due), (AnswerOutcome::NotAvailable, None));
        assert!(answer.steps.contains(&Step::TcnNotInOperation { provision: "Verordening (EU) 2019/816".to_owned() }));
    }
}

#[test]
fn what_a_registrant_told_goes_to_nobody_without_a_basis() {
    let (rules, purposes) = (embedded(), purpose::purposes().unwrap());
    for to in Recipient::ALL {
        for purpose in purpose::Use::ALL {
            for verified in [false, true] {
                let asked = json!({"channel": "self_declared", "verified": verified, "to": to, "use": purpose,
                    "met": purpose::Need::ALL, "consent": true});
                let passed = pass_on(&serde_json::from_value(asked).unwrap(), &rules, purposes.at(on()).unwrap());
                assert!(!passed.permitted && passed.blocks.contains(&Block::NoBasis));
            }
        }
    }
}

#[test]
fn a_profile_that_cannot_be_used_is_refused_with_file_key_and_reason() {
    let refused = |from: &str, to: &str| {
        let text = PROFILE.replacen(from, to, 1);
        assert_ne!(text, PROFILE);
        ConvictionRules::parse("p.toml", &text).unwrap_err().to_string()
    };
    let term = refused("proceedings_working_days = 10", "proceedings_working_days = 0");
    assert_eq!(term, "p.toml: terms.proceedings_working_days: must lie between 1 and 250");
    assert_eq!(refused("[\"GB\"]", "[\"gb\"]"), "p.toml: also_ecris: must be codes of two capitals");
    assert_eq!(refused("onward = \"Bjsg art. 39\"", "onward = \"\""), "p.toml: sources.onward: must name a provision");
    assert!(refused("years = 1", "years = -1").starts_with("p.toml: after_care.years: "));
    let lists = refused("validity = { until = 2024-06-30 }", "validity = { from = 2025-01-01, until = 2024-06-30 }");
    assert_eq!(lists, "p.toml: must_supply[0]: must name articles, and days in order");
}
