use chrono::NaiveDate;
use serde::Deserialize;
use serde_json::{Value, json};

use super::*;
use crate::grounds::{Versions, cases};

const PROFILE: &str = include_str!("profiles/nl-liaison-2023.toml");

fn versions() -> Versions<Routes> {
    routes(&[], cases::countries()).unwrap()
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct History {
    #[serde(default = "far")]
    as_of: NaiveDate,
    events: Vec<TripEvent>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Histories {
    from: NaiveDate,
    until: NaiveDate,
    trips: Vec<Vec<TripEvent>>,
}

fn far() -> NaiveDate {
    NaiveDate::MAX
}

#[test]
fn every_worked_example_comes_out() {
    let (countries, versions) = (cases::countries(), versions());
    cases::run(include_str!("../../../tests/instruments/routing/trips.json"), 20, |case| match case.check.as_str() {
        "route" => {
            let History { as_of, events } = case.given();
            match route(&events, &versions, countries, as_of) {
                Ok(routed) => {
                    let sent = routed.notices.iter().map(|n| format!("{} {} {}", n.on, n.recipient, n.kind.as_str()));
                    let sent: Vec<Value> = sent.map(Value::from).collect();
                    let mut answer = serde_json::to_value(&routed).unwrap();
                    answer["sent"] = json!({"count": sent.len(), "list": sent});
                    answer["lead"] = serde_json::to_value(lead(&routed)).unwrap();
                    answer
                }
                Err(faults) => json!({"refused": faults}),
            }
        }
        "report" => {
            let Histories { from, until, trips } = case.given();
            let routed: Vec<Routed> =
                trips.iter().map(|events| route(events, &versions, countries, far()).unwrap()).collect();
            serde_json::to_value(report(&routed, from, until)).unwrap()
        }
        other => panic!("{}: no check `{other}`", case.id),
    });
}

#[test]
fn every_step_reads_as_a_sentence() {
    let (on, desk, country) = ("2026-06-01".parse().unwrap(), || "lo-manila".to_owned(), || "PH".to_owned());
    let steps = [
        Step::ReceivesEvery { desk: desk() },
        Step::OfficerFor { desk: desk(), country: country() },
        Step::NoOfficerFor { desk: desk(), country: country() },
        Step::WasTold { desk: desk(), on },
        Step::NoLongerConcerned { desk: desk() },
        Step::StandsInFor { desk: desk(), closed: "lo-picacc".to_owned() },
        Step::ConsiderWarning { country: country() },
        Step::DaysToDeparture { days: 1, departs: on },
    ];
    let words = words(&versions(), cases::countries());
    cases::every_step_has_words(&words, &steps);
    let english = words.render(&steps[1..2], crate::grounds::Language::En);
    assert_eq!(english, ["Liaison officer in Manila is there for this country: Philippines."]);
    for kind in NoticeKind::ALL {
        assert_ne!(words.of(crate::grounds::Language::Nl).kind(kind.as_str()), kind.as_str());
    }
}

#[test]
fn a_cancelled_or_wrong_trip_reaches_every_desk_that_ever_heard_of_it() {
    let (countries, versions) = (cases::countries(), versions());
    let d = |text: &str| -> NaiveDate { text.parse().unwrap() };
    let trip = |to: &str| Trip { departs: d("2026-07-01"), returns: None, destinations: vec![to.to_owned()] };
    let mut events = vec![TripEvent::Notified { on: d("2026-06-01"), trip: trip("PH") }];
    for (i, to) in ["TH", "CO", "DE", "PH", "BR"].iter().enumerate() {
        let on = d("2026-06-02") + chrono::Days::new(u64::try_from(i).unwrap());
        events.push(TripEvent::Changed { on, trip: trip(to) });
    }
    for end in [TripEvent::Cancelled { on: d("2026-06-20") }, TripEvent::Wrong { on: d("2026-06-20") }] {
        let mut history = events.clone();
        history.push(end);
        let routed = route(&history, &versions, countries, far()).unwrap();
        let last: Vec<&str> =
            routed.notices.iter().filter(|n| n.on == d("2026-06-20")).map(|n| n.recipient.as_str()).collect();
        for notice in &routed.notices {
            assert_eq!(last.iter().filter(|code| **code == notice.recipient).count(), 1, "{}", notice.recipient);
        }
    }
}

#[test]
fn another_list_of_desks_takes_the_place_of_the_built_in_one() {
    let closed =
        PROFILE.replacen("countries = [\"PH\"]\n", "countries = [\"PH\"]\nvalidity = { until = 2026-06-30 }\n", 1);
    let versions = routes(&[("nl-liaison-2023.toml", &closed)], cases::countries()).unwrap();
    let trip = Trip { departs: far(), returns: None, destinations: vec!["PH".to_owned()] };
    let told = |on: &str| {
        let events = [TripEvent::Notified { on: on.parse().unwrap(), trip: trip.clone() }];
        let routed = route(&events, &versions, cases::countries(), far()).unwrap();
        routed.notices.iter().any(|notice| notice.recipient == "lo-manila")
    };
    assert!(told("2026-06-30") && !told("2026-07-01"));
}

#[test]
fn an_unusable_routing_is_refused_with_file_key_and_reason() {
    let start = |from: &str, to: &str, expected: &str| {
        assert!(PROFILE.contains(from), "{from} is not in the profile");
        let error =
            Routes::parse("r.toml", &PROFILE.replacen(from, to, 1), cases::countries()).unwrap_err().to_string();
        assert!(error.starts_with(expected), "{error}");
    };
    start("id = \"nl", "id = \"NL", "r.toml: id: ");
    start("= [\"PH\"]", "= [\"XX\"]", "r.toml: consider_warning_for: `XX` is no country");
    start("\"KH\"", "\"KX\"", "r.toml: desk[5].countries: `KX` is no country");
    start("code = \"filo-tsk\"", "code = \"FILO TSK\"", "r.toml: desk[1].code: must consist of");
    start("code = \"filo-tsk\"", "code = \"tbkk\"", "r.toml: desk[1].code: is there twice");
    start("go_to = \"filo-tsk\"", "go_to = \"nobody\"", "r.toml: closed_desks_go_to: is no desk");
    start("go_to = \"filo-tsk\"", "go_to = \"lo-picacc\"", "r.toml: closed_desks_go_to: must be a desk that stays");
    start("kind = \"police_unit\"", "kind = \"interpol_bureau\"", "r.toml: desk: there is no police_unit");
    start("kind = \"police_unit\"", "kind = \"post_office\"", "r.toml: desk.kind: unknown variant");
    start("countries = [\"ID\"]\n", "", "r.toml: desk[6].countries: belongs to");
    start(
        "receives = \"every_trip\"",
        "receives = \"every_trip\"\ncountries = [\"ID\"]",
        "r.toml: desk[0].countries: ",
    );
    start("until = 2023-09-30", "until = 2021-09-30", "r.toml: desk[4].validity: ");
    start("nl = \"Liaison officer Manila\"", "nl = \"\"", "r.toml: desk[3].nl: ");
    start("valid_from = 2023-01-01", "valid_from = 2023-02-29", "r.toml: valid_from: ");
    start("closed_desks_go_to", "closed_desks", "r.toml: ");
}
