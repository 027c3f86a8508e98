use chrono::NaiveDate;
use serde::Deserialize;
use serde_json::{Value, json};

use super::*;
use crate::grounds::{Language, Versions, cases};

const PROFILE: &str = include_str!("profiles/paspoortwet-2017.toml");
const SWITCH: &str = "[article18.measure_38z]\n";

fn versions() -> Versions<PassportRules> {
    rules(&[], cases::countries()).unwrap()
}

/// The rules with the ground of art. 38z in force from a day, as an operator would write it.
fn with_measure(from: NaiveDate) -> Versions<PassportRules> {
    let text = PROFILE.replacen(SWITCH, &format!("{SWITCH}effective_from = {from}\n"), 1);
    rules(&[("paspoortwet-2017.toml", &text)], cases::countries()).unwrap()
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct OnDay {
    on: NaiveDate,
    #[serde(default)]
    measure_38z_from: Option<NaiveDate>,
    situation: Situation,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct History {
    as_of: NaiveDate,
    events: Vec<ProposalEvent>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Travels {
    as_of: NaiveDate,
    events: Vec<ProposalEvent>,
    trip: Journey,
}

fn checked(given: &OnDay) -> Value {
    let versions = given.measure_38z_from.map_or_else(versions, with_measure);
    let rules = match versions.at(given.on) {
        Ok(rules) => rules,
        Err(error) => return json!({"refused": error.to_string()}),
    };
    let check = check(&given.situation, rules, given.on);
    let mut answer = serde_json::to_value(&check).unwrap();
    answer["blocks18"] = serde_json::to_value(blocks(&check, Article::Article18)).unwrap();
    answer["blocks24a"] = serde_json::to_value(blocks(&check, Article::Article24a)).unwrap();
    answer
}

#[test]
fn every_worked_example_of_the_criteria_comes_out() {
    cases::run(include_str!("../../../tests/instruments/passport/criteria.json"), 25, |case| checked(&case.given()));
}

#[test]
fn every_worked_example_of_a_proposal_comes_out() {
    let versions = versions();
    let today = versions.at("2026-01-01".parse().unwrap()).unwrap();
    cases::run(include_str!("../../../tests/instruments/passport/proposals.json"), 25, |case| {
        match case.check.as_str() {
            "proposal" => {
                let History { as_of, events } = case.given();
                replay(&events, today, as_of)
                    .map_or_else(|fault| json!({"refused": fault}), |proposal| serde_json::to_value(proposal).unwrap())
            }
            "trip" => {
                let Travels { as_of, events, trip } = case.given();
                let proposals: Vec<Proposal> = replay(&events, today, as_of).into_iter().collect();
                serde_json::to_value(journey(&trip, &proposals, today)).unwrap()
            }
            other => panic!("{}: no check `{other}`", case.id),
        }
    });
}

#[test]
fn every_worked_example_of_the_letter_comes_out() {
    let texts = LetterTexts::embedded(Language::Nl).unwrap();
    cases::run(include_str!("../../../tests/instruments/passport/letters.json"), 6, |case| {
        letter(&case.given(), &texts)
            .map_or_else(|faults| json!({"refused": faults}), |form| serde_json::to_value(form).unwrap())
    });
}

#[test]
fn the_letter_has_the_same_fields_in_both_languages_and_no_others() {
    let case: Vec<Value> =
        serde_json::from_str(include_str!("../../../tests/instruments/passport/letters.json")).unwrap();
    let case: LetterCase = serde_json::from_value(case[0]["given"].clone()).unwrap();
    let shape = |language| {
        let form = letter(&case, &LetterTexts::embedded(language).unwrap()).unwrap();
        let blocks = form.pages.into_iter().flat_map(|page| page.blocks);
        blocks.fold((0, 0, 0, 0), |(h, p, f, c), block| match block {
            LetterBlock::Heading { .. } => (h + 1, p, f, c),
            LetterBlock::Paragraph { .. } => (h, p + 1, f, c),
            LetterBlock::Field { .. } => (h, p, f + 1, c),
            LetterBlock::Choices { .. } => (h, p, f, c + 1),
        })
    };
    // Five of the person, three of the case, the address, date and signature.
    assert_eq!(shape(Language::Nl), (6, 3, 11, 2));
    assert_eq!(shape(Language::En), shape(Language::Nl));
}

#[test]
fn a_document_is_forwarded_within_fourteen_days_that_the_act_extends() {
    let book = law::RuleBook::embedded().unwrap();
    let versions = versions();
    let rules = versions.at("2026-01-01".parse().unwrap()).unwrap();
    let by = |day: &str| forward_by(day.parse().unwrap(), rules, book.calendar()).map(|day| day.to_string());
    assert_eq!(by("2026-06-01").unwrap(), "2026-06-15");
    // The fourteenth day is Good Friday: the Tuesday after Easter.
    assert_eq!(by("2026-03-20").unwrap(), "2026-04-07");
    assert!(by("2028-12-25").is_err());
}

#[test]
fn every_step_reads_as_a_sentence() {
    let on: NaiveDate = "2026-05-19".parse().unwrap();
    let fact = || "C1".to_owned();
    let mut steps = vec![
        Step::HasClaim,
        Step::HasNoClaim,
        Step::ClaimNotEstablished,
        Step::ReasonsGiven,
        Step::NoReasonsGiven,
        Step::NoSuchFact,
        Step::Disputed { fact: fact() },
        Step::NotFinal { fact: fact() },
        Step::Suspected { fact: fact(), from: on },
        Step::NoPretrialDetention { fact: fact() },
        Step::PretrialDetentionNotEstablished { fact: fact() },
        Step::LongEnough { fact: fact(), final_on: on, days: 120, needed: 120 },
        Step::FineHighEnough { fact: fact(), final_on: on, category: 3, above: 2 },
        Step::TooLight { fact: fact(), days: 1, needed: 120, above: 2 },
        Step::OrderIsNoGround { fact: fact() },
        Step::RuleBegins { from: on },
        Step::RuleNotInForce,
        Step::OffenceDateUnknown { fact: fact() },
        Step::NotVerified { fact: fact() },
        Step::ReadingsDiffer { statute: Some(on), letter: None },
        Step::TreatyCrime { fact: fact() },
        Step::NoTreatyCrime { fact: fact() },
        Step::TreatyCrimeNotEstablished { fact: fact() },
        Step::NoEntry,
        Step::EntryStands { from: on, until: on },
        Step::CardAccepted { country: "DE".to_owned() },
        Step::CardNotAccepted { country: "PH".to_owned() },
        Step::PassportStillValid,
        Step::DocumentVoid { on },
        Step::DocumentUnknown,
    ];
    for order in BreachedOrder::ALL {
        steps.push(Step::ConditionsBroken { fact: fact(), order: *order, from: on });
    }
    for counts in [true, false] {
        steps.push(Step::YearsFromFinal { fact: fact(), from: on, years: 10, last_day: on, counts });
        steps.push(Step::YearsFromOffence { fact: fact(), from: on, years: 10, last_day: on, counts });
    }
    for until in [None, Some(on)] {
        steps.push(Step::NotOnThatDay { fact: fact(), from: on, until });
    }
    cases::every_step_has_words(words(), &steps);
    for language in Language::ALL {
        let words = words().of(language);
        for code in CriterionCode::ALL {
            assert_ne!(words.kind(code.as_str()), code.as_str());
        }
        for outcome in Outcome::ALL {
            assert_ne!(words.status(outcome.as_str()), outcome.as_str());
        }
    }
}

#[test]
fn an_unusable_profile_is_refused_with_file_key_and_reason() {
    let start = |from: &str, to: &str, expected: &str| {
        assert!(PROFILE.contains(from), "{from} is not in the profile");
        let error = PassportRules::parse("p.toml", &PROFILE.replacen(from, to, 1), cases::countries()).unwrap_err();
        assert!(error.to_string().starts_with(expected), "{error}");
    };
    start("id = \"pas", "id = \"PAS", "p.toml: id: ");
    start("years = 10", "years = 0", "p.toml: article24a.years: must lie between");
    start("years = 10", "years = \"ten\"", "p.toml: article24a.years: ");
    start("months = 24", "months = 1001", "p.toml: entry.months: ");
    start("[90, 30]", "[30, 90]", "p.toml: entry.warn_days_before: must go down");
    start("[90, 30]", "[]", "p.toml: entry.warn_days_before: ");
    start("category_above = 2", "category_above = 6", "p.toml: article18.fine_category_above: ");
    start("\"conditional_pardon\"]", "\"measure_38z\"]", "p.toml: article18.breached_orders: ");
    start("\"conditional_pardon\"]", "\"pardon\"]", "p.toml: article18.breached_orders: unknown variant");
    start("\"AD\"", "\"XX\"", "p.toml: identity_card.accepted_in: `XX` is no country");
    start("suspicion = \"Paspoortwet art. 18(a)\"", "suspicion = \"\"", "p.toml: sources.suspicion: must name");
    start(SWITCH, "[article18.measure_38z]\neffective_from = 2026-02-30\n", "p.toml: article18.measure_38z.effective");
    start("valid_from = 2017-03-01", "valid_from = 2017", "p.toml: valid_from: ");
    start("[entry]", "[entrance]", "p.toml: ");
}
