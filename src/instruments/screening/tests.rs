use chrono::NaiveDate;
use serde_json::json;

use super::*;
use crate::grounds::{Language, Versions, cases};

const PROFILE: &str = include_str!("profiles/vog-2013.toml");

fn versions() -> Versions<ScreeningRules> {
    rules(&[], cases::countries()).unwrap()
}

#[test]
fn every_worked_example_comes_out() {
    let (countries, versions) = (cases::countries(), versions());
    cases::run(include_str!("../../../tests/instruments/screening/applications.json"), 40, |case| {
        let application: Application = case.given();
        match versions.at(application.on) {
            Ok(rules) => screen(&application, rules, countries)
                .map_or_else(|faults| json!({"refused": faults}), |screening| serde_json::to_value(screening).unwrap()),
            Err(error) => json!({"refused": error.to_string()}),
        }
    });
}

#[test]
fn every_step_reads_as_a_sentence() {
    let on: NaiveDate = "2026-06-01".parse().unwrap();
    let country = || "ES".to_owned();
    let mut steps = vec![
        Step::Acquittal,
        Step::NotFinal,
        Step::DutchRecord,
        Step::Transferred { country: country() },
        Step::OnlyTold,
        Step::BeneluxResident { country: country() },
        Step::OutsideTheUnion { country: country() },
        Step::EcrisDutch { country: country() },
        Step::EcrisUnion { country: country() },
        Step::OnlyForChildren { country: country() },
        Step::NoTcnSystem { country: country() },
        Step::Unlimited,
        Step::ObstacleAssumed,
        Step::ObstacleForTheAuthority,
        Step::NothingWeighs,
        Step::SevereEver { count: 2 },
        Step::InTheYears { fact: "C1".to_owned(), years: 20, from: on, last_day: on },
        Step::StrictTest,
        Step::OrdinaryTest,
    ];
    for inside in [true, false] {
        steps.push(Step::LooksBack { years: 4, from: on, days_detained: 1, last_day: on, inside });
    }
    cases::every_step_has_words(words(), &steps);
    for language in Language::ALL {
        let words = words().of(language);
        for code in ItemReason::ALL {
            assert_ne!(words.kind(code.as_str()), code.as_str());
        }
        for code in StrictRule::ALL {
            assert_ne!(words.kind(code.as_str()), code.as_str());
        }
        for test in Test::ALL {
            assert_ne!(words.status(test.as_str()), test.as_str());
        }
        for obstacle in Obstacle::ALL {
            assert_ne!(words.status(obstacle.as_str()), obstacle.as_str());
        }
    }
}

#[test]
fn an_unusable_profile_is_refused_with_file_key_and_reason() {
    let start = |from: &str, to: &str, expected: &str| {
        assert!(PROFILE.contains(from), "{from} is not in the profile");
        let error = ScreeningRules::parse("p.toml", &PROFILE.replacen(from, to, 1), cases::countries()).unwrap_err();
        assert!(error.to_string().starts_with(expected), "{error}");
    };
    start("id = \"vog", "id = \"VOG", "p.toml: id: ");
    start("severe_years = 20", "severe_years = 0", "p.toml: strict.severe_years: must lie between");
    start("severe_years = 20", "severe_years = 20.5", "p.toml: strict.severe_years: ");
    start("negative = 8", "negative = 3", "p.toml: decision.weeks_when_negative: must not be less");
    start(
        "like_the_union = [\"GB\"]",
        "like_the_union = [\"UK\"]",
        "p.toml: exchange.like_the_union: `UK` is no country",
    );
    start("children = true\nobstacle = true", "children = true", "p.toml: functions.teacher.obstacle: children are");
    start("nl = \"leraar\"", "nl = \"\"", "p.toml: functions.teacher: a function has a name");
    start("strict = \"Beleids", "strict = \"\"\nrest = \"", "p.toml: ");
    start("acquittal = \"Wjsg art. 35(3)\"", "acquittal = \"\"", "p.toml: sources.acquittal: must name");
    start("[look_back]", "[lookback]", "p.toml: ");
}
