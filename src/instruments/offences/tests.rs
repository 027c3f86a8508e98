use chrono::NaiveDate;
use serde::Deserialize;
use serde_json::json;

use super::catalogue::Choices;
use super::*;
use crate::grounds::{Versions, cases};

const CATALOGUE: &str = include_str!("profiles/nl-offences-2023.toml");

fn asked_on() -> NaiveDate {
    "2026-06-01".parse().unwrap()
}

fn embedded() -> (Catalogue, Versions<EcrisTable>) {
    (catalogue().unwrap().at(asked_on()).unwrap().clone(), tables().unwrap())
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Asked {
    offence: Offence,
    #[serde(default)]
    pilot: Changed,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Changed {
    attempts: Option<Treatment>,
    helpers: Option<Treatment>,
}

#[test]
fn every_worked_example_comes_out() {
    let (catalogue, tables) = embedded();
    cases::run(include_str!("../../../tests/instruments/offences/registrability.json"), 30, |case| {
        let Asked { offence, pilot } = case.given();
        let own = catalogue.pilot;
        let choices = Choices {
            attempts: pilot.attempts.unwrap_or(own.attempts),
            helpers: pilot.helpers.unwrap_or(own.helpers),
            exempt: own.exempt,
        };
        let catalogue = Catalogue { pilot: choices, ..catalogue.clone() };
        match decide(&offence, &catalogue, &tables, asked_on()) {
            Ok(found) => {
                cases::every_step_has_words(words(), &found.steps);
                serde_json::to_value(found).unwrap()
            }
            Err(faults) => json!({"refused": faults}),
        }
    });
}

#[test]
fn every_article_has_a_code_of_the_table_and_counterparts_of_the_catalogue() {
    let (catalogue, tables) = embedded();
    let table = tables.at(asked_on()).unwrap();
    for row in catalogue.all() {
        assert!(table.find(&row.ecris).is_some(), "{}", row.id);
        for other in &row.counterparts {
            assert!(catalogue.all().any(|row| row.article == *other), "{}: {other}", row.id);
        }
    }
}

#[test]
fn every_new_article_begins_the_day_after_the_old_ones_end() {
    let (catalogue, _) = embedded();
    let ended = catalogue.on("2024-06-30".parse().unwrap()).filter(|row| row.id.ends_with("-old")).count();
    let begun = catalogue.on("2024-07-01".parse().unwrap()).filter(|row| row.id.ends_with("-new")).count();
    assert_eq!((ended, begun), (15, 13));
    assert_eq!(catalogue.on("2024-07-01".parse().unwrap()).filter(|row| row.id.ends_with("-old")).count(), 0);
}

#[test]
fn a_catalogue_that_contradicts_itself_is_refused_with_file_key_and_reason() {
    let refused = |from: &str, to: &str| {
        let text = CATALOGUE.replacen(from, to, 1);
        assert_ne!(text, CATALOGUE);
        Catalogue::parse("p.toml", &text).unwrap_err().to_string()
    };
    let overlap = refused("article = \"243\"", "article = \"242\"");
    assert_eq!(overlap, "p.toml: offences[2].validity: article 242 is also `sr-242-old` on the same days");
    let article = refused("article = \"240b\"", "article = \"art. 240b\"");
    assert_eq!(article, "p.toml: offences[0].article: must be digits, with letters after them");
    let code = refused("ecris = \"1009 00\"", "ecris = \"1009\"");
    assert_eq!(code, "p.toml: offences[0].ecris: must be six digits");
    let days = refused("from = 2000-10-01", "from = 2010-10-01");
    assert!(days.ends_with(".validity: the last day lies before the first"), "{days}");
    let twice = refused("id = \"sr-242-old\"", "id = \"sr-240b-old\"");
    assert_eq!(twice, "p.toml: offences[1].id: `sr-240b-old` is there twice");
}

#[test]
fn a_table_of_codes_that_contradicts_itself_is_refused() {
    let text = include_str!("profiles/ecris-2009-316.toml");
    let refused =
        |from: &str, to: &str| EcrisTable::parse("p.toml", &text.replacen(from, to, 1)).unwrap_err().to_string();
    assert_eq!(refused("1001 00", "1000 00"), "p.toml: codes[3].code: `1000 00` is there twice");
    assert_eq!(refused("\"04\"", "\"4\""), "p.toml: open_chapters: must be two digits each");
    let kind = refused("registrable = \"yes\"", "registrable = \"when_sexual\"");
    assert_eq!(kind, "p.toml: codes[0].registrable: a code says itself whether it is sexual");
}
