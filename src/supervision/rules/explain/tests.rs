use chrono::NaiveDate;

use super::super::length::LengthUnit;
use super::*;
use crate::law::{DutyKind, Free};
use crate::vocabulary::{
    ConditionCode, FindingKind, OrderDateKind, Preceding, RequestStatus, SupervisionEnd, SuspensionReason,
};

fn d(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

/// Every code with every value that picks a sentence or a word.
fn every_step() -> Vec<Step> {
    let on = d("2026-08-02");
    let code = "0363".parse().unwrap();
    let at = "2026-08-02T18:00:00+02:00".parse().unwrap();
    let mut steps = vec![
        Step::Imposed { on },
        Step::CountedBack { days: 30, end: on, on },
        Step::WarnOn { on },
        Step::OutsideTable { needed: on },
        Step::Requested { on },
        Step::LateAdmissible { on, safe: on },
        Step::LapsesWithoutRequest { on },
        Step::Begins { on },
        Step::Told { on },
        Step::ExtensionRequested { on },
        Step::WaitsForDecision { requested: on },
        Step::StandsBesideJudgment { on },
        Step::TellAsSoonAsPossible { on },
        Step::DetentionSoFar { days: 1 },
        Step::DetentionMost { months: 6, days: 180 },
        Step::DetentionAdds { ordered: 60, executable: 1 },
        Step::Hours { hours: 72, from: at, until: at },
        Step::AddressIn { municipality: code, from: on },
        Step::WentUpInto { named: "0457".parse().unwrap(), now: code },
        Step::AreaToBeChecked { municipality: code },
        Step::NotifyingIsCondition,
        Step::NotifyingIsNoCondition,
        Step::DaysLeft { days: 1, on },
    ];
    steps.extend(Preceding::ALL.iter().map(|preceding| Step::Precedes { preceding: *preceding, ends: Some(on) }));
    steps.extend(SupervisionEnd::ALL.iter().map(|how| Step::Ended { how: *how, on }));
    for why in [
        Free::Saturday,
        Free::Sunday,
        Free::NewYearsDay,
        Free::GoodFriday,
        Free::EasterMonday,
        Free::KingsDay,
        Free::LiberationDay,
        Free::AscensionDay,
        Free::WhitMonday,
        Free::ChristmasDay,
        Free::SecondChristmasDay,
        Free::EquatedByDecree,
    ] {
        steps.extend([Step::FreeDay { on, why }, Step::NotMoved { on, why }]);
    }
    for unit in [LengthUnit::Days, LengthUnit::Months, LengthUnit::Years] {
        steps.push(Step::Term { unit, n: 1, first: on, last: on });
        steps.push(Step::Extended { decided: on, unit, n: 2, first: on, last: on });
    }
    for reason in SuspensionReason::ALL.iter().copied() {
        steps.push(Step::Stopped { reason, from: on, until: on, days: 2, last: on });
        steps.push(Step::StoppedOpen { reason, from: on });
    }
    for some in [None, Some(on)] {
        steps.push(Step::Precedes { preceding: Preceding::Prison, ends: some });
        steps.push(Step::TripNotified { from: on, until: some });
        steps.push(Step::BothOn { from: on, until: some });
        steps.extend(DutyKind::ALL.map(|kind| Step::RegisterImposes { kind, due: some }));
        steps.extend(ConditionCode::ALL.iter().map(|c| Step::ConditionHolds { condition: *c, from: on, until: some }));
    }
    steps
}

/// The codes of the enum as it is written, so that a new step without an example fails.
fn codes_in_source() -> Vec<String> {
    let source = include_str!("../step.rs");
    let body = source.split_once("pub enum Step {").unwrap().1.split_once("\n}\n").unwrap().0;
    let variants =
        body.lines().filter_map(|line| line.strip_prefix("    ")).filter(|line| line.starts_with(char::is_uppercase));
    variants.map(|line| snake(line.split([' ', ',']).next().unwrap())).collect()
}

fn snake(name: &str) -> String {
    let mut text = String::new();
    for (i, c) in name.chars().enumerate() {
        if c.is_uppercase() && i > 0 {
            text.push('_');
        }
        text.extend(c.to_lowercase());
    }
    text
}

#[test]
fn every_code_has_a_sentence_in_both_languages() {
    let mut shown: Vec<String> = Vec::new();
    for step in every_step() {
        let code = serde_json::to_value(step).unwrap()["code"].as_str().unwrap().to_owned();
        for language in Language::ALL {
            let sentence = render(&[step], language).remove(0);
            assert!(sentence.ends_with('.') && sentence.len() > 8, "{language:?} {step:?}: {sentence}");
            let leftovers =
                sentence.contains(['{', '}', '_', '|']) || sentence.contains("none") || sentence.contains("  ");
            assert!(!leftovers, "{language:?} {step:?}: {sentence}");
        }
        assert_eq!(serde_json::from_str::<Step>(&serde_json::to_string(&step).unwrap()).unwrap(), step);
        shown.push(code);
    }
    for code in codes_in_source() {
        assert!(shown.contains(&code), "no example of {code}");
    }
}

#[test]
fn the_languages_know_every_kind_and_every_status() {
    for language in Language::ALL {
        let words = catalogue(language);
        assert!(!version(language).is_empty());
        for kind in OrderDateKind::ALL.iter().map(|k| k.as_str()).chain(FindingKind::ALL.iter().map(|k| k.as_str())) {
            assert_ne!(words.kind(kind), kind, "{language:?}");
        }
        for status in RequestStatus::ALL {
            // Some words are the same in English.
            assert!(language == Language::En || words.status(status.as_str()) != status.as_str(), "{status}");
        }
    }
}

#[test]
fn a_lawyer_reads_how_the_date_was_reached() {
    let steps = [
        Step::Precedes { preceding: Preceding::Prison, ends: Some(d("2026-09-01")) },
        Step::CountedBack { days: 30, end: d("2026-09-01"), on: d("2026-08-02") },
        Step::NotMoved { on: d("2026-08-02"), why: Free::Sunday },
        Step::WarnOn { on: d("2026-07-31") },
    ];
    assert_eq!(
        render(&steps, Language::En),
        [
            "First comes the prison sentence, through Tuesday 1 September 2026.",
            "30 days counted back from Tuesday 1 September 2026: Sunday 2 August 2026.",
            "Sunday 2 August 2026 is no working day: a Sunday. It does not move, because it is counted back (Algemene termijnenwet art. 1(2)).",
            "The last working day on or before that day is Friday 31 July 2026. Warn by then.",
        ]
    );
}
