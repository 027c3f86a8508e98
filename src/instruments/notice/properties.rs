//! What holds for every course of a proposal.

use std::sync::LazyLock;

use chrono::{Days, NaiveDate};
use proptest::prelude::*;

use super::*;
use crate::grounds::cases;

fn day(n: u64) -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 6, 1).unwrap() + Days::new(n)
}

/// The first of the worked examples: everything is there.
static COMPLETE: LazyLock<Content> = LazyLock::new(|| {
    let examples = include_str!("../../../tests/instruments/notice/proposals.json");
    let examples: Vec<serde_json::Value> = serde_json::from_str(examples).unwrap();
    serde_json::from_value(examples[0]["given"]["content"].clone()).unwrap()
});

/// A content of the worked examples, with parts left out.
fn content(parts: u8) -> Box<Content> {
    let mut content = COMPLETE.clone();
    if parts & 1 != 0 {
        content.risk_assessment = None;
    }
    if parts & 2 != 0 {
        content.convictions[0].source = ConvictionSource::Ecris;
    }
    if parts & 4 != 0 {
        content.caution = Some("Benader niet alleen.".to_owned());
    }
    Box::new(content)
}

fn event(kind: u8, parts: u8, on: NaiveDate) -> WarningEvent {
    let by = |name: &str| name.to_owned();
    match kind % 12 {
        0 | 1 => WarningEvent::Amended { on, by: by("tbkk-1"), content: content(parts) },
        2 | 3 => WarningEvent::Proposed { on, by: by("tbkk-1") },
        4 => WarningEvent::Returned { on, by: by("lirc-1") },
        5 => WarningEvent::Refused { on, by: by("lirc-1") },
        6 | 7 => WarningEvent::Issued { on, by: by("lirc-1"), quality_checked: true, expires_on: None },
        8 => WarningEvent::Corrected { on, by: by("tbkk-1"), content: content(parts) },
        9 => WarningEvent::RecipientsInformed { on, by: by("lirc-1") },
        10 => WarningEvent::Extended { on, by: by("lirc-1"), expires_on: None },
        _ => WarningEvent::Withdrawn { on, by: by("tbkk-1"), reason: WithdrawalReason::GroundLapsed },
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn nothing_is_issued_without_a_risk_assessment_or_with_data_that_may_not_be_passed_on(
        choices in prop::collection::vec((any::<u8>(), 0_u8..8, 0_u64..400), 0..14), as_of in 0_u64..3_000,
    ) {
        let (countries, versions) = (cases::countries(), rules(&[]).unwrap());
        let mut events = vec![WarningEvent::Drafted { on: day(0), by: "tbkk-1".to_owned(), content: content(0) }];
        let mut at = 0;
        for (kind, parts, later) in choices {
            at += later;
            events.push(event(kind, parts, day(at)));
            match replay(&events, &versions, countries, day(at)) {
                Err(_) => { events.pop(); }
                Ok(warning) => if let WarningState::Issued { issued_on, expires_on, .. } = warning.state {
                    let found = blocks(&warning.findings);
                    prop_assert!(!found.contains(&FindingCode::DataFromEcris));
                    prop_assert!(issued_on != day(at) || found.is_empty());
                    prop_assert!(day(at) < expires_on && (expires_on - day(at)).num_days() <= 1_827);
                }
            }
        }
        let as_of = day(as_of);
        let known: Vec<WarningEvent> = events.iter().filter(|event| event.on() <= as_of).cloned().collect();
        prop_assert_eq!(
            replay(&events, &versions, countries, as_of), replay(&known, &versions, countries, as_of)
        );
    }
}
