use chrono::NaiveDate;
use law::Calendar;
use serde::Deserialize;
use serde_json::{Value, json};

use super::*;
use crate::grounds::cases;

const PROFILE: &str = include_str!("profiles/signals-2023.toml");

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct History {
    events: Vec<SignalEvent>,
    as_of: NaiveDate,
}

fn embedded() -> SignalRules {
    SignalRules::parse("p.toml", PROFILE).unwrap()
}

fn calendar() -> Calendar {
    Calendar::parse("c.toml", include_str!("../../law/calendars/nl-2023-2028.toml")).unwrap()
}

/// What a viewer is shown, without the steps, which are checked for words.
fn shown(signal: &Signal, viewer: Viewer, rules: &SignalRules) -> Value {
    let view = reporter_view(signal, viewer, rules);
    let (ReporterView::Hidden { steps }
    | ReporterView::Anonymous { steps }
    | ReporterView::Intermediary { steps, .. }
    | ReporterView::Known { steps, .. }) = &view;
    cases::every_step_has_words(words(), steps);
    serde_json::to_value(&view).unwrap()
}

#[test]
fn every_worked_example_comes_out() {
    let (rules, calendar) = (embedded(), calendar());
    cases::run(include_str!("../../../tests/instruments/signals/histories.json"), 35, |case| {
        let History { events, as_of } = case.given();
        match replay(&events, &rules, &calendar, as_of) {
            Ok(signal) => {
                cases::every_step_has_words(words(), &signal.steps);
                let mut answer = serde_json::to_value(&signal).unwrap();
                for viewer in Viewer::ALL {
                    answer["views"][viewer.as_str()] = shown(&signal, *viewer, &rules);
                }
                answer
            }
            Err(refusal) => json!({"refused": refusal}),
        }
    });
}

#[test]
fn what_is_stored_of_a_signal_does_not_name_who_reported() {
    let events = json!([{"type": "received", "on": "2026-03-02", "by": {"id": "M1", "kind": "machine"},
        "origin": "hotline", "reporter": {"as": "known", "reporter": "REPORTER-7"}}]);
    let events: Vec<SignalEvent> = serde_json::from_value(events).unwrap();
    let (rules, on) = (embedded(), "2026-03-03".parse().unwrap());
    let signal = replay(&events, &rules, &calendar(), on).unwrap();
    assert!(!serde_json::to_string(&signal).unwrap().contains("REPORTER-7"));
    for viewer in Viewer::ALL.iter().filter(|viewer| **viewer != Viewer::Desk) {
        assert!(!shown(&signal, *viewer, &rules).to_string().contains("REPORTER-7"));
    }
    assert_eq!(shown(&signal, Viewer::Desk, &rules)["reporter"], "REPORTER-7");
}

#[test]
fn a_profile_that_cannot_be_used_is_refused_with_file_key_and_reason() {
    let refused = |from: &str, to: &str| {
        let text = PROFILE.replacen(from, to, 1);
        assert_ne!(text, PROFILE);
        SignalRules::parse("p.toml", &text).unwrap_err().to_string()
    };
    let zero = refused("working_days = 2", "working_days = 0");
    assert_eq!(zero, "p.toml: triage.working_days: must lie between 1 and 600");
    let short = refused("most_months = 60", "most_months = 6");
    assert_eq!(short, "p.toml: retention.most_months: must not be shorter than the other terms");
    assert_eq!(refused("\"Wpg art. 27\"", "\"\""), "p.toml: sources.reporter: must name a provision");
}
