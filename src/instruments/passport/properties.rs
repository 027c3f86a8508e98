//! What holds for every situation and every history.

use chrono::{Days, NaiveDate};
use proptest::prelude::*;

use super::*;
use crate::grounds::{Versions, cases};

fn day(n: u64) -> NaiveDate {
    NaiveDate::from_ymd_opt(2020, 1, 1).unwrap() + Days::new(n)
}

fn versions() -> Versions<PassportRules> {
    rules(&[], cases::countries()).unwrap()
}

fn event(kind: u8, on: NaiveDate) -> ProposalEvent {
    match kind % 12 {
        0 => ProposalEvent::Requested { on },
        1 => ProposalEvent::Withdrawn { on },
        2 | 3 => ProposalEvent::Entered { on },
        4 => ProposalEvent::NotEntered { on },
        5 => ProposalEvent::PersonInformed { on },
        6 | 7 => ProposalEvent::Renewed { on },
        8 => ProposalEvent::GroundLapsed { on, reason: EndReason::Complied },
        9 => ProposalEvent::Removed { on },
        10 => ProposalEvent::DocumentWithheld { on },
        _ => ProposalEvent::DocumentReturned { on },
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn a_conviction_counts_until_ten_years_are_full(final_on in 0_u64..3_000, later in 0_u64..5_000) {
        let versions = versions();
        let (from, on) = (day(final_on), day(final_on + later));
        let conviction = Conviction {
            id: "C1".to_owned(), country: "NL".to_owned(), offence_on: Some(from), final_on: Some(from),
            treaty_crime: Some(true), verified: true, disputed: false,
        };
        let situation =
            Situation { claim_to_document: Some(true), convictions: vec![conviction], ..Situation::default() };
        let answer = check(&situation, versions.at(on).unwrap(), on);
        // Whoever was born on that day is under ten exactly as long.
        prop_assert_eq!(answer.article24a.open, law::day::is_under(from, on, 10));
        prop_assert!(!answer.article24a.readings.differ);
        prop_assert!(!answer.article18.open);
    }

    #[test]
    fn no_entry_outlives_two_years_without_renewal(
        choices in prop::collection::vec((any::<u8>(), 0_u64..500), 0..12), as_of in 0_u64..4_000,
    ) {
        let versions = versions();
        let rules = versions.at(day(0)).unwrap();
        let mut events =
            vec![ProposalEvent::Drafted { on: day(0), article: Article::Article18, grounds: vec![Ground::B] }];
        let mut at = 0;
        for (kind, later) in choices {
            at += later;
            events.push(event(kind, day(at)));
            if replay(&events, rules, day(at)).is_err() {
                events.pop();
            }
        }
        let as_of = day(as_of);
        let known: Vec<ProposalEvent> = events.iter().filter(|event| event.on() <= as_of).cloned().collect();
        let proposal = replay(&events, rules, as_of).unwrap();
        prop_assert_eq!(&replay(&known, rules, as_of).unwrap(), &proposal);
        if let ProposalState::Active { entry } = &proposal.state {
            let counted_from = entry.renewals.last().copied().unwrap_or(entry.requested_on);
            prop_assert!(as_of < entry.expires_on);
            prop_assert!((as_of - counted_from).num_days() <= 731);
            for warning in &entry.warnings {
                prop_assert_eq!(warning.due, warning.on <= as_of);
                prop_assert!(warning.on < entry.expires_on);
            }
        }
    }
}
