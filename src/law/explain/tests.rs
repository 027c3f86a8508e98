use super::*;
use crate::{Band, DutyKind, Free, Link, Occurrence, Question, Reading};

fn d(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

/// Every code with every value that picks a sentence or a word. The match below keeps it complete.
fn every_step() -> Vec<Step> {
    let on = d("2024-04-26");
    let (reading, n, months) = (Reading::Strict, 3, 12);
    let days = [crate::profile::Unit::Day, crate::profile::Unit::Night];
    let mut steps: Vec<Step> = all_occurrences().map(|what| Step::Happened { what, on }).collect();
    steps.extend(Reading::ALL.map(|reading| Step::LastDay { reading, on }));
    steps.extend(all_free().map(|why| Step::FreeDay { on, why }));
    steps.extend(all_bands().map(|band| Step::SentenceGroup { sentences: 1, months: 2, days: 1, ends: on, band }));
    for kind in DutyKind::ALL.into_iter().filter(|kind| kind.starts_the_year()) {
        steps.extend([Link::B, Link::C, Link::Recurring].map(|link| Step::Anchored { kind, link, on }));
    }
    for unit in days {
        steps.push(Step::Qualified { reading, unit, n, months, first: on, complete: on });
        steps.push(Step::NotQualified { reading, unit, n, months });
        steps.extend([true, false].map(|planned| Step::AbsenceLength { reading, unit, length: 1, n, planned }));
    }
    for some in [None, Some(on)] {
        steps.push(Step::Stayed { from: on, to: some });
        steps.push(Step::LeftOut { reading, from: on, to: some });
        steps.push(Step::ReopensOnRelease { date: on, from: on, release: some });
        steps.push(Step::Period { from: on, last: some, provisional: some.is_none() });
    }
    for yes in [true, false] {
        steps.push(Step::Notified { on, late: yes });
        steps.push(Step::Conviction { on, abroad: yes });
        steps.push(Step::CountDays { reading, days: n, first_day_counts: yes, begin: on });
        steps.push(Step::Months { reading, months, first_day_counts: yes, begin: on, end: on });
    }
    steps.extend([0, 1].map(|ordinal| Step::SeriesDay { notice: on, interval: 3, ordinal, on }));
    let questions = [Question::RevivedAfterEnd, Question::HospitalOrderBand, Question::SuspendedIsDeprivation];
    steps.extend(questions.map(|question| Step::PersonDecides { question }));
    steps.extend(plain_steps(on));
    steps
}

fn plain_steps(on: NaiveDate) -> Vec<Step> {
    let reading = Reading::Lenient;
    vec![
        Step::Version { trigger: on, since: on },
        Step::SubjectThen { on },
        Step::NoPlannedReturn,
        Step::ReturnNotifiedFor { on },
        Step::NoReturnNotified,
        Step::EveryReturn,
        Step::DayAbroad { reading, number: 0, n: 3, on },
        Step::BeforeLeaving { on },
        Step::OneOff { on },
        Step::OnlyStrictMonthsOver { on },
        Step::LiteralGap,
        Step::StartsAgain { from: on, release: on },
        Step::WorkingDays { from: on, to: on },
        Step::NoLastDay { reading },
        Step::OutsideTable { needed: on },
        Step::LenientKnowsNone,
        Step::LapsedByReturn { on },
        Step::LapsedByQuash { on },
        Step::LapsedByDeath { on },
        Step::Order { on, years: 5 },
        Step::SubjectSince { on },
        Step::DoesNotCount { convicted: on },
        Step::OverBeforeStart { convicted: on, start: on },
        Step::ServingAtStart { start: on },
        Step::NeverResident { convicted: on },
        Step::SentenceUnknown { convicted: on },
        Step::CourtPeriodUnknown { convicted: on },
        Step::Varied { on },
        Step::Revived { on },
        Step::Years { from: on, years: 1, last: on },
        Step::Indefinite { from: on },
        Step::MinorReduced { under_age: 18, sentenced: on, years: 10, reduced: 5 },
        Step::CourtPeriod { years: 3 },
        Step::Quashed { on },
        Step::PilotStart { on },
        Step::EndedBeforeStart { last: on, start: on },
        Step::NeverSubject,
        Step::Discharge { released: on, years: 10, from: on },
    ]
}

fn all_occurrences() -> impl Iterator<Item = Occurrence> {
    use Occurrence as O;
    [
        O::Convicted,
        O::RulesBegan,
        O::PilotBegan,
        O::ConvictedAbroadWhileResident,
        O::ReturnedAfterConvictionAbroad,
        O::BecameResident,
        O::VisitBecameResidence,
        O::OrderNotified,
        O::NameUsed,
        O::HomeChanged,
        O::Left,
        O::Returned,
        O::StillAway,
        O::ToldNoHomeAccepted,
    ]
    .into_iter()
}

fn all_free() -> impl Iterator<Item = Free> {
    use Free as F;
    [
        F::Saturday,
        F::Sunday,
        F::NewYearsDay,
        F::GoodFriday,
        F::EasterMonday,
        F::KingsDay,
        F::LiberationDay,
        F::AscensionDay,
        F::WhitMonday,
        F::ChristmasDay,
        F::SecondChristmasDay,
        F::EquatedByDecree,
    ]
    .into_iter()
}

fn all_bands() -> impl Iterator<Item = Band> {
    use Band as B;
    [B::Life, B::AboveIndefinite, B::Long, B::Medium, B::WhollySuspended, B::Other].into_iter()
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
        shown.push(code);
    }
    for code in codes_in_source() {
        assert!(shown.contains(&code), "no example of {code}");
    }
}

#[test]
fn the_languages_hold_the_same_codes_and_no_others() {
    let codes = codes_in_source();
    for language in Language::ALL {
        let catalogue = catalogue(language);
        assert!(catalogue.steps.keys().all(|key| codes.contains(key)), "{language:?}");
        assert_eq!(catalogue.steps.len(), codes.len(), "{language:?}");
        assert!(DutyKind::ALL.iter().all(|kind| catalogue.kinds.contains_key(kind.code())), "{language:?}");
        assert_eq!(catalogue.statuses.len(), 8, "{language:?}");
        assert!(!catalogue.version.is_empty());
    }
}

#[test]
fn numbers_and_dates_are_written_as_people_write_them() {
    let begin = d("2024-04-26");
    let count = |days, first_day_counts| Step::CountDays { reading: Reading::Both, days, first_day_counts, begin };
    assert_eq!(
        render(&[count(3, false)], Language::En),
        ["Both readings: 3 days from Friday 26 April 2024 (that day is left out)."]
    );
    assert_eq!(
        render(&[count(1, true)], Language::Nl),
        ["Beide uitleggen: 1 dag vanaf vrijdag 26 april 2024 (die dag is dag één)."]
    );
}

#[test]
fn steps_survive_storage() {
    for step in every_step() {
        let text = serde_json::to_string(&step).unwrap();
        assert_eq!(serde_json::from_str::<Step>(&text).unwrap(), step, "{text}");
    }
}

#[test]
fn every_provision_of_the_pilot_has_a_name_in_both_languages() {
    let profile: toml::Table = toml::from_str(include_str!("../profiles/nl-pilot-2026.toml")).unwrap();
    let citations: Vec<&str> =
        profile["citations"].as_table().unwrap().values().filter_map(toml::Value::as_str).collect();
    assert!(citations.len() > 10);
    for cited in citations {
        let (nl, en) = (citation(cited, Language::Nl), citation(cited, Language::En));
        assert!(nl.starts_with("Regels van de proef: ") && !nl.contains("art. "), "{cited}: {nl}");
        assert!(
            en.starts_with("Pilot rules: ") && catalogue(Language::En).citations.contains_key(cited),
            "{cited}: {en}"
        );
    }
    let act = "Sex Offenders Act 2001 s.10(1)";
    assert_eq!(citation(act, Language::Nl), act, "the name of a foreign Act stays");
}
