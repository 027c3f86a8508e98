//! What must hold for every file, whatever is in it.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use proptest::prelude::*;

use super::facts::{custody, day, facts, notification};
use super::replay::replay;
use super::{d, rules, tried};
use crate::compare::Compared;
use crate::{Assessment, Duty, DutyKind, DutyStatus, Event, Facts, Regime, What};

type Key = (DutyKind, String, u32);

fn by_key(assessment: &Assessment) -> BTreeMap<Key, Duty> {
    let keyed = assessment.duties.iter().map(|duty| {
        let Compared { kind, root, ordinal, .. } = Compared::from(duty);
        // Facts without an id are known by their place, which adding facts at the end does not change.
        ((kind, format!("{root} {}", duty.trigger), ordinal), duty.clone())
    });
    keyed.collect()
}

/// No day is later than every day.
fn or_never(day: Option<NaiveDate>) -> NaiveDate {
    day.unwrap_or(NaiveDate::MAX)
}

fn notified_on(event: &Event) -> Option<NaiveDate> {
    match &event.what {
        What::Notification(given) => Some(given.on),
        _ => None,
    }
}

const SHORT: [DutyKind; 6] =
    [DutyKind::Initial, DutyKind::Name, DutyKind::Home, DutyKind::Stay, DutyKind::Return, DutyKind::UnplannedAbsence];

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, ..ProptestConfig::default() })]

    #[test]
    fn the_same_facts_give_the_same_bytes(facts in facts()) {
        let rules = rules();
        let bytes = |facts: &Facts| serde_json::to_string(&tried(facts, rules)).unwrap();
        let again = Facts::from_json(&serde_json::to_string(&facts).unwrap()).unwrap();
        prop_assert_eq!(&facts, &again);
        prop_assert_eq!(bytes(&facts), bytes(&again));
    }

    #[test]
    fn more_custody_never_brings_a_short_limit_forward(facts in facts(), more in custody()) {
        let rules = rules();
        // Custody on the first day of the Act decides who is subject at all; that is another question.
        let facts = Facts { convictions: facts.convictions.iter().filter(|c| c.convicted_on >= d("2001-09-27")).cloned().collect(), ..facts };
        let mut longer = facts.clone();
        longer.custody.push(more);
        if let (Ok(before), Ok(after)) = (tried(&facts, rules), tried(&longer, rules)) {
            let after = by_key(&after);
            for (key, duty) in by_key(&before).into_iter().filter(|(key, _)| SHORT.contains(&key.0)) {
                let later = after.get(&key).expect("custody takes no duty away");
                prop_assert!(or_never(later.due) >= or_never(duty.due), "{duty:?} {later:?}");
                prop_assert!(or_never(later.overdue_after) >= or_never(duty.overdue_after), "{duty:?} {later:?}");
            }
        }
    }

    #[test]
    fn a_notification_never_creates_an_earlier_overdue_date(facts in facts(), given in notification()) {
        let rules = rules();
        // The latest one: what was given before it is not undone.
        let on = notified_on(&given).unwrap();
        let events: Vec<Event> = facts.events.iter().filter(|e| notified_on(e).is_none_or(|o| o <= on)).cloned().collect();
        let facts = Facts { events, ..facts };
        let mut more = facts.clone();
        more.events.push(given);
        if let (Ok(before), Ok(after)) = (tried(&facts, rules), tried(&more, rules)) {
            let before = by_key(&before);
            for (key, duty) in by_key(&after) {
                match before.get(&key) {
                    Some(old) => prop_assert!(or_never(duty.overdue_after) >= or_never(old.overdue_after), "{old:?} {duty:?}"),
                    None => prop_assert!(or_never(duty.overdue_after) > on, "{duty:?}"),
                }
            }
        }
    }

    #[test]
    fn no_dutch_limit_ends_on_a_free_day(facts in facts()) {
        let rules = rules();
        let facts = Facts { regime: Regime::NlPilot, ..facts };
        if let Ok(assessment) = tried(&facts, rules) {
            let fixed = [DutyKind::Travel, DutyKind::NoHome];
            for duty in assessment.duties.iter().filter(|duty| !fixed.contains(&duty.kind)) {
                for day in [duty.due, duty.overdue_after].into_iter().flatten() {
                    prop_assert_eq!(rules.calendar().free(day), Ok(None), "{:?}", duty);
                }
            }
        }
    }

    #[test]
    fn the_explanation_gives_the_dates(facts in facts()) {
        if let Ok(assessment) = tried(&facts, rules()) {
            for duty in &assessment.duties {
                prop_assert_eq!(replay(duty), (duty.due, duty.overdue_after), "{:?}", duty);
            }
        }
    }

    #[test]
    fn the_strict_date_is_never_the_later_one(facts in facts()) {
        if let Ok(assessment) = tried(&facts, rules()) {
            for duty in &assessment.duties {
                prop_assert!(duty.overdue_after.is_none_or(|last| duty.due.is_some_and(|due| due <= last)), "{duty:?}");
                prop_assert_eq!(duty.first_failure_day, duty.overdue_after.map(|last| last.succ_opt().unwrap()));
                let done = matches!(duty.status, DutyStatus::Met | DutyStatus::MetLate);
                prop_assert_eq!(done, duty.met_on.is_some());
            }
        }
    }

    #[test]
    fn roots_and_ordinals_name_each_duty_once(facts in facts()) {
        if let Ok(assessment) = tried(&facts, rules()) {
            prop_assert_eq!(by_key(&assessment).len(), assessment.duties.len());
        }
    }

    #[test]
    fn no_facts_make_the_engine_panic(facts in facts(), as_of in day(), years in 0..170_i32) {
        use chrono::Datelike;
        // The same file at the edges of what a document can hold.
        let shifted = |text: String| {
            let mut at = 0;
            let mut out = String::new();
            while let Some(i) = text[at..].find("\"20") {
                out.push_str(&text[at..=at + i]);
                let year: i32 = text[at + i + 1..at + i + 5].parse().unwrap();
                out.push_str(&(year + years).to_string());
                at += i + 5;
            }
            out.push_str(&text[at..]);
            out
        };
        if let Ok(moved) = Facts::from_json(&shifted(serde_json::to_string(&facts).unwrap())) {
            let rules = rules();
            let as_of = as_of.with_year(as_of.year() + years).unwrap_or(as_of);
            drop(tried(&Facts { as_of: Some(as_of), ..moved }, rules));
        }
    }

    #[test]
    fn no_text_makes_the_reader_panic(text in ".{0,200}") {
        drop(Facts::from_json(&text));
    }
}
