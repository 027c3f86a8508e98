//! What holds for every history of a trip.

use chrono::{Days, NaiveDate};
use proptest::prelude::*;

use super::*;
use crate::grounds::cases;

fn day(n: u64) -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 1, 1).unwrap() + Days::new(n)
}

/// A history of the events that can happen, in the order they came.
fn history(choices: &[(u8, u64, usize)], accept: impl Fn(&[TripEvent]) -> bool) -> Vec<TripEvent> {
    let abroad = ["PH", "TH", "DE", "ES", "BR"];
    let (mut events, mut at) = (Vec::new(), 0);
    for (kind, later, to) in choices {
        at += later;
        let on = day(at);
        let destinations = vec![abroad[to % abroad.len()].to_owned()];
        let trip = Trip { departs: day(60 + (at % 7)), returns: None, destinations };
        events.push(match kind % 8 {
            0..=3 if events.is_empty() => TripEvent::Notified { on, trip },
            0..=3 => TripEvent::Changed { on, trip },
            4 => TripEvent::Cancelled { on },
            5 => TripEvent::Wrong { on },
            _ => {
                let notice = u32::try_from(to % 6).unwrap() + 1;
                let recipient = ["tbkk", "filo-tsk", "interpol-nl", "lo-manila"][to % 4].to_owned();
                TripEvent::Acknowledged { on, notice, recipient }
            }
        });
        if !accept(&events) {
            events.pop();
        }
    }
    events
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn what_is_told_once_is_told_the_end(
        choices in prop::collection::vec((any::<u8>(), 0_u64..20, 0_usize..24), 1..14), as_of in 0_u64..120,
    ) {
        let countries = cases::countries();
        let versions = routes(&[], countries).unwrap();
        let events = history(&choices, |events| route(events, &versions, countries, NaiveDate::MAX).is_ok());
        prop_assume!(!events.is_empty());
        let whole = route(&events, &versions, countries, NaiveDate::MAX).unwrap();
        for (i, notice) in whole.notices.iter().enumerate() {
            prop_assert_eq!(notice.number as usize, i + 1);
            let last = whole.notices.iter().rev().find(|n| n.recipient == notice.recipient).unwrap();
            match whole.state {
                TripState::Notified => prop_assert!(!matches!(last.kind, NoticeKind::Cancelled | NoticeKind::Wrong)),
                TripState::Cancelled => prop_assert_eq!(last.kind, NoticeKind::Cancelled),
                TripState::Wrong => prop_assert_eq!(last.kind, NoticeKind::Wrong),
            }
        }
        // A day's view is that of the history up to that day.
        let known: Vec<TripEvent> = events.iter().filter(|event| event.on() <= day(as_of)).cloned().collect();
        prop_assert_eq!(
            route(&events, &versions, countries, day(as_of)),
            route(&known, &versions, countries, NaiveDate::MAX)
        );
    }
}
