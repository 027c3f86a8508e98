use serde::Deserialize;
use serde_json::Value;

use super::*;
use crate::grounds::cases;

const PROFILE: &str = include_str!("profiles/nl-purposes-2023.toml");

fn table() -> Purposes {
    Purposes::parse("p.toml", PROFILE).unwrap()
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Pair {
    source: Source,
    #[serde(rename = "use")]
    purpose: Use,
    #[serde(default)]
    met: Vec<Need>,
}

#[test]
fn every_worked_example_comes_out() {
    let table = table();
    cases::run(include_str!("../../../tests/instruments/purpose/pairs.json"), 15, |case| {
        let Pair { source, purpose, met } = case.given();
        let decision = table.decide(source, purpose).unwrap();
        let mut answer = serde_json::to_value(decision).unwrap();
        answer["permits"] = Value::from(decision.permits(&met));
        answer["open"] = serde_json::to_value(decision.open_needs(&met)).unwrap();
        answer
    });
}

#[test]
fn every_pair_is_there_once_and_reads_as_sentences() {
    let table = table();
    assert_eq!(table.every_pair().count(), Source::ALL.len() * Use::ALL.len());
    for decision in table.every_pair() {
        cases::every_step_has_words(words(), &decision.steps);
    }
}

#[test]
fn nothing_is_made_public_and_screening_data_never_enter_the_register() {
    let table = table();
    for source in Source::ALL {
        assert_eq!(table.decide(*source, Use::Publication).unwrap().outcome, Outcome::Refused);
    }
    for source in [Source::EcrisScreening, Source::ScreeningFile] {
        for decision in table.every_pair().filter(|decision| decision.source == source) {
            assert_eq!(decision.permits(Need::ALL), decision.purpose == Use::Screening, "{decision:?}");
        }
    }
}

#[test]
fn a_table_that_is_not_whole_is_refused_with_file_key_and_reason() {
    let refused = |from: &str, to: &str| {
        let text = PROFILE.replacen(from, to, 1);
        assert_ne!(text, PROFILE);
        Purposes::parse("p.toml", &text).unwrap_err().to_string()
    };
    let missing = refused("uses = [\"registration\", \"compliance\"]", "uses = [\"registration\"]");
    assert_eq!(missing, "p.toml: sources.notification: `compliance` is missing");
    let twice =
        refused("uses = [\"registration\", \"compliance\"]", "uses = [\"registration\", \"compliance\", \"flag\"]");
    assert_eq!(twice, "p.toml: sources.notification: `flag` is there twice");
    let needless = refused("outcome = \"allowed\"", "outcome = \"conditional\"");
    assert!(needless.starts_with("p.toml: sources.notification.needs: must be there"), "{needless}");
    let unnamed = refused("provision = \"Pilot rules: purpose of the register\"", "provision = \" \"");
    assert_eq!(unnamed, "p.toml: sources.notification.provision: must name a provision");
    assert!(refused("\"registration\", \"compliance\"", "\"marketing\"").starts_with("p.toml: "));
}
