//! How long one assessment takes: a ten-year file with 40 events, under both regimes.

use std::hint::black_box;

use chrono::{Days, NaiveDate};
use criterion::{Criterion, criterion_group, criterion_main};
use serde_json::{Value, json};
use zedenregister::law::{Facts, RuleBook, assess};

const EVENTS: usize = 40;

/// What happens in one year, beginning on day `n` of the file.
fn year(year: u64, n: u64, on: impl Fn(u64) -> String) -> Vec<Value> {
    let id = |kind: &str| format!("{kind}-{year}");
    let notified = |kind: &str, n: u64| json!({"id": id(kind), "type": "notification", "kind": kind, "on": on(n)});
    match year % 3 {
        0 => vec![
            json!({"id": id("moved"), "type": "home_changed", "on": on(n)}),
            notified("home", n + 2),
            json!({"id": id("named"), "type": "name_used", "on": on(n + 60)}),
            notified("name", n + 70),
        ],
        1 => vec![
            json!({"id": id("travel"), "type": "notification", "kind": "travel", "on": on(n), "plannedReturn": on(n + 15)}),
            json!({"id": id("trip"), "type": "absence", "from": on(n + 5), "until": on(n + 16), "intended": true,
                   "plannedReturn": on(n + 15)}),
            notified("return", n + 17),
            notified("periodic", n + 300),
        ],
        _ => vec![
            json!({"id": id("weekend"), "type": "stay", "place": "P", "from": on(n), "until": on(n + 2)}),
            json!({"id": id("week"), "type": "stay", "place": "Q", "from": on(n + 20), "until": on(n + 30)}),
            notified("stay", n + 23),
            json!({"id": id("away"), "type": "absence", "from": on(n + 90), "until": on(n + 99), "intended": false}),
        ],
    }
}

/// Ten years of a registrant with two convictions, custody, moves, journeys, stays and yearly notifications.
fn file(regime: &str, first: &str) -> Facts {
    let first: NaiveDate = first.parse().unwrap_or_default();
    let on = |n: u64| (first + Days::new(n)).to_string();
    let events: Vec<Value> = (0..10).flat_map(|y| year(y, 400 + y * 325, on)).collect();
    assert_eq!(events.len(), EVENTS);
    let document = json!({
        "regime": regime,
        "convictions": [
            {"id": "C1", "convictedOn": on(0),
             "sentences": [{"kind": "imprisonment", "months": 30, "suspended": {"months": 12}}]},
            {"id": "C2", "convictedOn": on(2000), "sentences": [{"kind": "fine"}]},
        ],
        "custody": [
            {"kind": "prison", "from": on(0), "until": on(360)},
            {"kind": "temporary_release", "from": on(360), "until": on(398)},
            {"kind": "remand", "from": on(2040), "until": on(2070)},
        ],
        "events": events,
    });
    match Facts::from_value(document) {
        Ok(facts) => facts,
        Err(error) => unreachable!("{error}"),
    }
}

fn ten_years(c: &mut Criterion) {
    let Ok(rules) = RuleBook::embedded() else { unreachable!("the embedded rules are tested") };
    for (name, regime, first, last) in [
        ("assess ie, ten years, 40 events", "ie", "2016-01-04", "2025-12-31"),
        ("assess nl-pilot, ten years, 40 events", "nl-pilot", "2023-01-02", "2032-12-31"),
    ] {
        let facts = file(regime, first);
        let as_of: NaiveDate = last.parse().unwrap_or_default();
        let regime = rules.regime(facts.regime);
        let duties = assess(&facts, regime, rules.calendar(), as_of).map_or(0, |found| found.duties.len());
        assert!(duties > 15, "{duties} duties");
        c.bench_function(name, |b| b.iter(|| assess(black_box(&facts), regime, rules.calendar(), black_box(as_of))));
    }
}

criterion_group!(benches, ten_years);
criterion_main!(benches);
