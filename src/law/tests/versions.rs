//! Versions of the rules as data: a third one is a file and nothing else, and a bad one is named.

use super::{d, listed, tried};
use crate::{DutyKind, Facts, LoadError, Regime, RuleBook};

const THIRD: &str = include_str!("ie-2030.toml");

fn third() -> RuleBook {
    RuleBook::with(&[("ie-2030.toml", THIRD)], &[]).unwrap()
}

fn with_third(json: &str, kind: DutyKind) -> Vec<String> {
    listed(&tried(&Facts::from_json(json).unwrap(), &third()).unwrap(), kind)
}

#[test]
fn a_third_irish_version_takes_effect_from_its_trigger_date() {
    let changed = |on: &str| {
        let json = format!(
            r#"{{"regime":"ie","asOf":"2030-02-01","subjectSince":"2015-06-01","events":[{{"type":"home_changed","on":"{on}"}}]}}"#
        );
        with_third(&json, DutyKind::Home)
    };
    assert_eq!(changed("2029-12-31"), ["2029-12-31 2030-01-02 2030-01-02 overdue"]);
    assert_eq!(changed("2030-01-01"), ["2030-01-01 2030-01-05 2030-01-05 overdue"]);
}

#[test]
fn its_months_run_for_its_own_notifications_only() {
    let json = r#"{"regime":"ie","asOf":"2030-03-01","subjectSince":"2024-01-02","events":[
        {"type":"notification","kind":"home","on":"2029-12-31"}]}"#;
    assert_eq!(with_third(json, DutyKind::Periodic), ["2029-12-31 2031-01-06 2031-01-07 upcoming"]);
    let json = json.replace("2029-12-31", "2030-01-01");
    assert_eq!(with_third(&json, DutyKind::Periodic), ["2030-01-01 2030-07-10 2030-07-11 upcoming"]);
}

#[test]
fn its_bands_count_for_its_own_convictions() {
    let last = |on: &str| {
        let json = format!(
            r#"{{"regime":"ie","asOf":"2031-01-01","convictions":[{{"convictedOn":"{on}","sentences":[{{"kind":"fine"}}]}}]}}"#
        );
        tried(&Facts::from_json(&json).unwrap(), &third()).unwrap().subject.period.unwrap().last_day
    };
    assert_eq!(last("2029-12-31"), Some(d("2034-12-30")));
    assert_eq!(last("2030-01-01"), Some(d("2033-12-31")));
}

#[test]
fn the_hash_names_the_set() {
    let embedded = RuleBook::embedded().unwrap();
    assert_eq!(embedded.hash(), RuleBook::embedded().unwrap().hash());
    assert_ne!(embedded.hash(), third().hash());
    assert_eq!(embedded.hash().len(), 64);
    assert_eq!(embedded.regime(Regime::Ie).versions().len(), 2);
}

fn refused(from: &str, to: &str) -> LoadError {
    assert!(THIRD.contains(from), "{from}");
    RuleBook::with(&[("ie-2030.toml", &THIRD.replace(from, to))], &[]).unwrap_err()
}

#[test]
fn a_bad_profile_is_refused_with_file_key_and_reason() {
    let cases = [
        ("home = 5", "home = 0", "period.home", "between 1"),
        ("home = 5", "home = -5", "period.home", "invalid value"),
        ("home = 5", "home = 5\nhut = 5", "period.hut", "unknown field"),
        ("home = 5\n", "", "period", "missing field `home`"),
        ("zone = \"Europe/Dublin\"", "zone = \"Europe/Atlantis\"", "zone", "time zone"),
        ("valid_from_trigger = 2030-01-01", "valid_from_trigger = 2023-11-13", "valid_from_trigger", "ie-2023"),
        ("id = \"ie-2030\"", "id = \"ie-2023\"", "id", "used twice"),
        ("id = \"ie-2030\"", "id = \"IE 2030\"", "id", "a-z"),
        ("effect = \"stops\"", "effect = \"pauses\"", "custody.effect", "unknown variant"),
        ("long_above_months = 6", "long_above_months = 24", "length.long_above_months", "less than"),
    ];
    for (from, to, key, reason) in cases {
        let error = refused(from, to);
        assert_eq!(error.file, "ie-2030.toml");
        assert_eq!(error.key, key, "{error}");
        assert!(error.reason.contains(reason), "{error}");
    }
}

#[test]
fn a_bad_calendar_is_refused_with_file_key_and_reason() {
    let text = include_str!("../calendars/nl-2023-2028.toml");
    let name = "nl-2023-2028.toml";
    let outside = text.replace("2028-12-26 =", "2029-12-26 =");
    let error = RuleBook::with(&[], &[(name, &outside)]).unwrap_err();
    assert_eq!((error.file.as_str(), error.key.as_str()), (name, "days.2029-12-26"));
    let error = RuleBook::with(&[], &[(name, &text.replace("whit_monday", "white_monday"))]).unwrap_err();
    assert!(error.key.starts_with("days.2023-05-29") && error.reason.contains("unknown variant"), "{error}");
}
