//! What must hold for every order, whatever is in it.

use chrono::{Days, NaiveDate};
use proptest::prelude::*;

use super::super::clock::{Clock, stops};
use super::*;
use crate::vocabulary::{ExecutionGround, OffenceGroup, OrderDateKind, Preceding, RequestStatus, SuspensionReason};

fn d(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn plus(day: NaiveDate, days: u64) -> NaiveDate {
    day + Days::new(days)
}

fn a_day() -> impl Strategy<Value = NaiveDate> {
    (0_u64..2_500).prop_map(|n| plus(d("2020-01-01"), n))
}

prop_compose! {
    fn suspension()(from in a_day(), days in 0_u64..400, open in 0..20, absent in any::<bool>()) -> Suspension {
        let reason = if absent { SuspensionReason::AbsentFromDetention } else { SuspensionReason::Detained };
        Suspension { reason, from, until: (open > 0).then(|| plus(from, days)) }
    }
}

fn suspensions() -> impl Strategy<Value = Vec<Suspension>> {
    prop::collection::vec(suspension(), 0..6)
}

prop_compose! {
    fn clock()(
        begins_on in a_day(),
        years in 2_u16..6,
        extensions in prop::collection::vec(2_u16..6, 0..3),
    ) -> Clock {
        let extensions = extensions.into_iter().map(|n| (begins_on, Length::years(n))).collect();
        Clock { begins_on, length: Length::years(years), extensions }
    }
}

fn measure_profile() -> &'static Profile {
    rules().at(SupervisionTitle::Measure38z, d("2026-01-01")).unwrap()
}

fn last_day(clock: &Clock, suspensions: &[Suspension]) -> (Option<NaiveDate>, Vec<Step>) {
    let rules = &measure_profile().clock;
    clock.last_day(&stops(suspensions, rules), rules)
}

/// No day is later than every day.
fn or_never(day: Option<NaiveDate>) -> NaiveDate {
    day.unwrap_or(NaiveDate::MAX)
}

/// The last day redone from the steps alone, as a reader would.
fn replayed(steps: &[Step]) -> Option<NaiveDate> {
    let mut first: Option<NaiveDate> = None;
    let mut last: Option<NaiveDate> = None;
    for step in steps {
        match *step {
            Step::Begins { on } => first = Some(on),
            Step::Term { unit, n, first: from, last: told }
            | Step::Extended { unit, n, first: from, last: told, .. } => {
                assert_eq!(
                    Some(from),
                    last.map_or(first, |last| Some(plus(last, 1))),
                    "a part begins after the one before"
                );
                assert_eq!(told, Length { unit, n }.last_day(from));
                last = Some(told);
            }
            Step::Stopped { from, until, days, last: told, .. } => {
                assert_eq!((until - from).num_days(), i64::from(days), "entry counts, release does not");
                assert!(from <= last.unwrap(), "a stop after the last day moves nothing");
                last = last.map(|last| plus(last, u64::from(days)));
                assert_eq!(last, Some(told));
            }
            Step::StoppedOpen { .. } => return None,
            _ => panic!("{step:?} says nothing about the last day"),
        }
    }
    last
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, ..ProptestConfig::default() })]

    #[test]
    fn a_suspension_never_shortens(clock in clock(), given in suspensions(), more in suspension()) {
        let before = or_never(last_day(&clock, &given).0);
        let mut longer = given;
        longer.push(more);
        prop_assert!(or_never(last_day(&clock, &longer).0) >= before);
    }

    #[test]
    fn a_longer_suspension_never_shortens(clock in clock(), given in suspensions(), days in 1_u64..100) {
        let before = or_never(last_day(&clock, &given).0);
        let mut longer = given;
        if let Some(s) = longer.first_mut() {
            s.until = s.until.map(|until| plus(until, days));
        }
        prop_assert!(or_never(last_day(&clock, &longer).0) >= before);
    }

    #[test]
    fn the_order_and_the_number_of_suspensions_do_not_matter(clock in clock(), given in suspensions()) {
        let expected = last_day(&clock, &given).0;
        let mut other: Vec<Suspension> = given.iter().rev().copied().collect();
        other.extend(given);
        prop_assert_eq!(last_day(&clock, &other).0, expected);
    }

    #[test]
    fn exactly_the_days_outside_suspensions_run(clock in clock(), given in suspensions()) {
        let (last, _) = last_day(&clock, &given);
        if let Some(last) = last {
            let still = |day: NaiveDate| given.iter().any(|s| s.from <= day && s.until.is_none_or(|u| day < u));
            let running = clock.begins_on.iter_days().take_while(|day| *day <= last).filter(|day| !still(*day)).count();
            let mut first = clock.begins_on;
            let mut expected = 0;
            // The parts on a calendar without suspensions have the days that must run, but for leap days, which lie
            // elsewhere when a part begins later.
            for length in std::iter::once(clock.length).chain(clock.extensions.iter().map(|(_, length)| *length)) {
                let end = length.last_day(first);
                expected += (end - first).num_days() + 1;
                first = plus(end, 1);
            }
            let slack = 1 + i64::try_from(clock.extensions.len()).unwrap();
            prop_assert!((i64::try_from(running).unwrap() - expected).abs() <= slack, "{running} days run, {expected} must");
        }
    }

    #[test]
    fn the_explanation_reproduces_the_last_day(clock in clock(), given in suspensions()) {
        let (last, steps) = last_day(&clock, &given);
        prop_assert_eq!(replayed(&steps), last);
    }

    #[test]
    fn an_extension_only_adds(clock in clock(), given in suspensions(), years in 2_u16..6) {
        let before = or_never(last_day(&clock, &given).0);
        let mut longer = clock;
        longer.extensions.push((longer.begins_on, Length::years(years)));
        let after = or_never(last_day(&longer, &given).0);
        prop_assert!(after == NaiveDate::MAX || after > before);
    }

    #[test]
    fn a_request_day_is_thirty_days_back_and_the_warning_is_a_working_day_before_it(
        ends in a_day(), as_of in a_day(),
    ) {
        prop_assume!(ends >= d("2023-06-01"));
        let order = imposed(ends);
        let assessment = assess(&order, rules(), calendar(), as_of).unwrap();
        let Some(request) = assessment.dates.iter().find(|date| date.kind == OrderDateKind::ExecutionRequest) else {
            return Err(TestCaseError::fail("no date for the request"));
        };
        let on = request.on.unwrap();
        prop_assert_eq!((ends - on).num_days(), 30);
        let warn = request.warn_on.unwrap();
        prop_assert!(warn <= on);
        prop_assert_eq!(calendar().free(warn), Ok(None));
        let between = warn.iter_days().skip(1).take_while(|day| *day <= on);
        prop_assert!(between.into_iter().all(|day| calendar().free(day).unwrap().is_some()), "no later working day");
        let lapsed = matches!(assessment.state, OrderState::Ended { on, .. } if on == ends);
        prop_assert_eq!(lapsed, as_of >= ends, "it lapses on the day and not before");
        prop_assert_eq!(request.status == RequestStatus::Passed, as_of > on && as_of < ends);
    }

    #[test]
    fn the_same_order_gives_the_same_bytes(given in suspensions(), as_of in a_day(), years in 2_u16..6) {
        let mut order = imposed(d("2023-06-01"));
        order.suspensions = given;
        if let Course::Measure { events, .. } = &mut order.course {
            events.push(MeasureEvent::ExecutionRequested {
                on: d("2023-04-01"),
                ground: ExecutionGround::NewOffence,
                advice_on: Some(d("2023-03-01")),
                medical_statement: false,
                late_admissible: false,
            });
            events.push(MeasureEvent::ExecutionOrdered { on: d("2023-06-02"), length: Length::years(years) });
        }
        let again: Order = serde_json::from_str(&serde_json::to_string(&order).unwrap()).unwrap();
        prop_assert_eq!(&order, &again);
        let bytes = |order: &Order| serde_json::to_string(&assess(order, rules(), calendar(), as_of)).unwrap();
        prop_assert_eq!(bytes(&order), bytes(&again));
    }

    #[test]
    fn all_substitute_detention_stays_under_six_months(ordered in prop::collection::vec(3_u16..200, 1..12)) {
        let rules = measure_profile().detention.as_ref().unwrap();
        let days = |n| Length { unit: LengthUnit::Days, n };
        let mut executed = 0;
        for (i, n) in ordered.iter().enumerate() {
            let earlier: Vec<Length> = ordered.iter().take(i).map(|n| days(*n)).collect();
            match sanction(&earlier, days(*n), rules) {
                Ok(s) => {
                    prop_assert!(s.executable.n <= *n);
                    executed += u32::from(s.executable.n);
                    prop_assert_eq!(s.total_days, executed);
                    prop_assert_eq!(s.warn, executed >= 150);
                }
                Err(code) => prop_assert_eq!(code, FaultCode::DetentionUsedUp),
            }
            prop_assert!(executed <= 180);
        }
    }
}

fn imposed(ends: NaiveDate) -> Order {
    Order {
        judgment: Judgment {
            final_on: d("2019-06-01"),
            offence_on: d("2018-06-01"),
            offence_group: OffenceGroup::ListedSexual,
        },
        course: Course::Measure { preceding: Preceding::Prison, preceding_ends_on: Some(ends), events: Vec::new() },
        conditions: Vec::new(),
        suspensions: Vec::new(),
    }
}
