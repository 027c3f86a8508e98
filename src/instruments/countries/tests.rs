use serde::Deserialize;
use serde_json::{Value, json};

use super::*;
use crate::grounds::cases;

const TABLE: &str = include_str!("iso-3166.toml");

fn d(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn countries() -> Countries {
    Countries::embedded().unwrap()
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Asked {
    on: NaiveDate,
    #[serde(default)]
    code: String,
    #[serde(default)]
    name: String,
}

#[test]
fn every_worked_example_comes_out() {
    let table = countries();
    cases::run(include_str!("../../../tests/instruments/countries/codes.json"), 20, |case| {
        let asked: Asked = case.given();
        match case.check.as_str() {
            "resolve" => match table.resolve(&asked.code, asked.on) {
                Ok(country) => serde_json::to_value(country).unwrap(),
                Err(fault) => json!({"refused": fault}),
            },
            "name" => table.by_name(&asked.name, asked.on).iter().map(|row| Value::from(row.alpha2.as_str())).collect(),
            "eu" => json!({"member": table.in_eu(&asked.code, asked.on)}),
            other => panic!("{}: no check `{other}`", case.id),
        }
    });
}

#[test]
fn today_has_the_249_codes_of_the_standard_and_every_one_resolves() {
    let (table, today) = (countries(), d("2026-01-01"));
    assert_eq!(table.current(today).count(), 249);
    assert!(table.all().count() > 275);
    for country in table.current(today) {
        for code in [Some(&country.alpha2), Some(&country.alpha3), country.numeric.as_ref()].into_iter().flatten() {
            assert_eq!(table.resolve(code, today).unwrap(), country);
        }
        for name in [&country.nl, &country.en] {
            assert_eq!(table.by_name(name, today), [country], "{name}");
        }
    }
}

#[test]
fn a_list_to_choose_from_is_in_the_order_of_the_names() {
    let table = countries();
    let names = table.names(d("2026-01-01"), Language::Nl);
    assert_eq!(names.first(), Some(&("AF", "Afghanistan")));
    assert_eq!(names.get(1), Some(&("AX", "Åland")));
    assert_eq!(table.names(d("2026-01-01"), Language::En).len(), 249);
    assert_eq!(table.names(d("1974-01-01"), Language::En), []);
}

#[test]
fn the_union_has_twenty_seven_members_and_had_twenty_eight() {
    let table = countries();
    let members = |on| table.all().filter(|row| row.validity.holds(on) && table.in_eu(&row.alpha2, on)).count();
    assert_eq!(members(d("2026-01-01")), 27);
    assert_eq!(members(d("2020-01-31")), 28);
}

#[test]
fn an_unusable_table_is_refused_with_file_key_and_reason() {
    let refused = |from: &str, to: &str| {
        assert!(TABLE.contains(from), "{from} is not in the table");
        Countries::parse("c.toml", &TABLE.replacen(from, to, 1)).unwrap_err().to_string()
    };
    let start = |from, to, expected: &str| {
        let error = refused(from, to);
        assert!(error.starts_with(expected), "{error}");
    };
    start("id = \"iso", "id = \"ISO", "c.toml: id: ");
    start("alpha3 = \"PHL\"", "alpha3 = \"PH\"", "c.toml: current.PH.alpha3: must be three capitals");
    start("numeric = \"608\"", "numeric = \"6O8\"", "c.toml: current.PH.numeric: must be three digits");
    start("nl = \"Filipijnen\"", "nl = \" \"", "c.toml: current.PH.nl: ");
    start("alpha3 = \"PHL\"", "alpha3 = \"PRT\"", "c.toml: current.PT: has a code of current.PH on the same day");
    start("PH = { ", "ph = { ", "c.toml: current.ph.alpha2: must be two capitals");
    start("HR = { from = 2013-07-01 }", "XX = { from = 2013-07-01 }", "c.toml: eu.XX: is no country");
    start("successors = [\"BQ\"", "successors = [\"ZZ\"", "c.toml: historic[1].successors: `ZZ` is no country");
    start("until = 2006-09-25", "until = 2003-07-01", "c.toml: historic[6].until: must not lie before");
    start("alpha4 = \"ANHH\"", "alpha4 = \"AN\"", "c.toml: historic[1].alpha4: must be four capitals");
    start("until = 2006-09-25", "until = 2006-09-31", "c.toml: ");
    start("[eu]", "[union]", "c.toml: ");
}
