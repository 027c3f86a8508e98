use chrono::NaiveDate;
use serde::Deserialize;
use serde_json::{Value, json};

use super::*;
use crate::grounds::{Language, Versions, cases};

const PROFILE: &str = include_str!("profiles/interpol-green-2014.toml");

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct OnDay {
    on: NaiveDate,
    content: Content,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct History {
    as_of: NaiveDate,
    events: Vec<WarningEvent>,
}

fn versions() -> Versions<NoticeRules> {
    rules(&[]).unwrap()
}

fn answer(case: &cases::Case) -> Value {
    match case.check.as_str() {
        "content" => {
            let OnDay { on, content } = case.given();
            let versions = versions();
            let findings = assess(&content, versions.at(on).unwrap(), cases::countries(), on);
            let blocks = blocks(&findings);
            json!({"findings": findings, "blocks": blocks, "blocked": blocks.len()})
        }
        "history" => {
            let History { as_of, events } = case.given();
            replay(&events, &versions(), cases::countries(), as_of)
                .map_or_else(|refusal| json!({"refused": refusal}), |warning| serde_json::to_value(warning).unwrap())
        }
        other => panic!("{}: no check `{other}`", case.id),
    }
}

#[test]
fn every_worked_example_of_a_proposal_comes_out() {
    cases::run(include_str!("../../../tests/instruments/notice/proposals.json"), 25, answer);
}

#[test]
fn every_worked_example_of_a_course_comes_out() {
    cases::run(include_str!("../../../tests/instruments/notice/courses.json"), 25, answer);
}

#[test]
fn every_step_reads_as_a_sentence() {
    let on: NaiveDate = "2026-06-01".parse().unwrap();
    let (fact, country) = (|| "C1".to_owned(), || "ES".to_owned());
    let mut steps = vec![
        Step::NoGround,
        Step::NoReasons,
        Step::EarlierOffences { count: 1 },
        Step::NoEarlierOffence,
        Step::NoneNeeded,
        Step::Assessed { assessed: on },
        Step::AssessmentOld { assessed: on, months: 12 },
        Step::AssessedLater { assessed: on },
        Step::NoRiskAssessment,
        Step::Consulted { on },
        Step::NotConsulted,
        Step::KnownByParticulars,
        Step::KnownByPhotograph,
        Step::ToEveryMember,
        Step::ToCountries { count: 2 },
        Step::NoCountries,
        Step::NoticeGoesEverywhere,
        Step::NotADestination { country: country() },
        Step::NothingFromEcris,
        Step::Consented { fact: fact(), country: country(), on },
        Step::ConsentRefused { fact: fact(), country: country(), on },
        Step::NoConsent { fact: fact(), country: country() },
        Step::ImmediateThreat { on },
        Step::ThreatNotFound,
        Step::NotVerified { fact: fact() },
        Step::AllVerified,
        Step::Disputed { fact: fact() },
        Step::NothingDisputed,
    ];
    steps.extend(Ground::ALL.iter().map(|ground| Step::GroundGiven { ground: *ground }));
    for missing in Member::ALL {
        steps
            .extend([Step::MissingParticular { missing: *missing }, Step::MissingWithPhotograph { missing: *missing }]);
    }
    cases::every_step_has_words(words(), &steps);
    for language in Language::ALL {
        let words = words().of(language);
        for code in FindingCode::ALL {
            assert_ne!(words.kind(code.as_str()), code.as_str());
        }
        for outcome in FindingOutcome::ALL {
            assert_ne!(words.status(outcome.as_str()), outcome.as_str());
        }
    }
}

#[test]
fn an_unusable_profile_is_refused_with_file_key_and_reason() {
    let start = |from: &str, to: &str, expected: &str| {
        assert!(PROFILE.contains(from), "{from} is not in the profile");
        let error = NoticeRules::parse("p.toml", &PROFILE.replacen(from, to, 1)).unwrap_err().to_string();
        assert!(error.starts_with(expected), "{error}");
    };
    start("id = \"interpol", "id = \"Interpol", "p.toml: id: ");
    start("most_months = 60", "most_months = 0", "p.toml: validity.most_months: must lie between");
    start("most_months = 60", "most_months = \"60\"", "p.toml: validity.most_months: ");
    start("months = 12", "months = 1001", "p.toml: risk_assessment.warn_after_months: ");
    start("[90, 30]", "[30, 90]", "p.toml: validity.warn_days_before: must go down");
    start("ecris = \"Bjsg art. 39\"", "ecris = \" \"", "p.toml: sources.ecris: must name");
    start("[sources]", "[source]", "p.toml: ");
    start("valid_from = 2014-01-01", "valid_from = 2014-13-01", "p.toml: valid_from: ");
}
