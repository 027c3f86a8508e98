//! Journeys: notified, amended, cancelled, ended.

use zedenregister::ids::FactId;
use zedenregister::register::Refusal;
use zedenregister::register::address::Address;
use zedenregister::register::input::{AbsenceReport, ReturnReport, TravelCancellation, TravelReport, TravelStop};
use zedenregister::register::notify::{TripAmendment, TripCancellation, TripReturn, UnnotifiedReturn, notify};
use zedenregister::register::view::{DutySummary, duties, travel_plans};
use zedenregister::vocabulary::{Channel, DutyKind, DutyStatus, Regime};

use crate::support::app::{TestApp, address, day, identity};

fn abroad() -> Address {
    Address::Foreign { country: "ES".to_owned(), lines: vec!["Calle Ejemplo 1".to_owned(), "28001 Madrid".to_owned()] }
}

fn journey(departure: &str, back: &str) -> TravelReport {
    TravelReport {
        identity: identity(),
        departure_on: day(departure),
        return_on: day(back),
        stops: vec![TravelStop { address: abroad(), from: day(departure), until: day(back) }],
        on_behalf: None,
    }
}

fn back(on: &str) -> ReturnReport {
    ReturnReport { identity: identity(), returned_on: day(on), left_on: None, address: address(1), on_behalf: None }
}

fn only(items: &[DutySummary], kind: DutyKind) -> Vec<(chrono::NaiveDate, DutyStatus)> {
    items.iter().filter(|duty| duty.kind == kind).map(|duty| (duty.trigger, duty.status)).collect()
}

on_both_databases! {
    async fn two_journeys_notified_in_advance_are_each_in_time(db: TestDb) {
        let test = TestApp::on(db).await;
        let (registration, person) = test.registrant(test.enrolment(Regime::NlPilot, "2026-01-02")).await;
        let send = async |report| notify(&test.app, &test.ctx(&person), registration, report, Channel::Api).await;
        send(journey("2026-01-20", "2026-01-27")).await.expect("the first");
        send(journey("2026-02-02", "2026-02-09")).await.expect("the second");
        test.days_pass(40);
        let items = duties(&test.app, &test.ctx(&person), registration).await.expect("duties").items;
        assert_eq!(
            only(&items, DutyKind::Travel),
            [(day("2026-01-20"), DutyStatus::Met), (day("2026-02-02"), DutyStatus::Met)]
        );
    }

    async fn journeys_that_share_days_are_refused(db: TestDb) {
        let test = TestApp::on(db).await;
        let (registration, person) = test.registrant(test.enrolment(Regime::NlPilot, "2026-01-02")).await;
        let send = async |report| notify(&test.app, &test.ctx(&person), registration, report, Channel::Api).await;
        send(journey("2026-01-20", "2026-01-27")).await.expect("the first");
        let Err(Refusal::Incomplete { errors, .. }) = send(journey("2026-01-26", "2026-02-03")).await else { panic!("refused") };
        assert_eq!(errors[0].code, "overlapping_journeys");
        send(journey("2026-01-27", "2026-02-03")).await.expect("leaving again on the day of return");
    }

    async fn a_return_before_departure_and_a_stop_at_home_are_named(db: TestDb) {
        let test = TestApp::on(db).await;
        let (registration, person) = test.registrant(test.enrolment(Regime::NlPilot, "2026-01-02")).await;
        let mut report = journey("2026-01-20", "2026-01-18");
        report.stops[0].address = address(2);
        let refused = notify(&test.app, &test.ctx(&person), registration, report, Channel::Api).await;
        let Err(Refusal::Incomplete { errors, .. }) = refused else { panic!("{refused:?}") };
        let codes: Vec<&str> = errors.iter().map(|error| error.code.as_str()).collect();
        assert_eq!(codes, ["before_departure", "not_abroad", "before_from"]);
    }

    async fn an_early_return_is_a_duty_of_its_own_and_is_met(db: TestDb) {
        let test = TestApp::on(db).await;
        let (registration, person) = test.registrant(test.enrolment(Regime::NlPilot, "2026-01-02")).await;
        let trip = notify(&test.app, &test.ctx(&person), registration, journey("2026-01-13", "2026-01-27"), Channel::Api).await;
        let trip = trip.expect("accepted").travel_plan_id.expect("a journey");
        test.days_pass(7);
        let report = TripReturn { trip, report: back("2026-01-18") };
        notify(&test.app, &test.ctx(&person), registration, report, Channel::Api).await.expect("back");
        let items = duties(&test.app, &test.ctx(&person), registration).await.expect("duties").items;
        assert_eq!(only(&items, DutyKind::Return), [(day("2026-01-18"), DutyStatus::Met)]);
        let plans = travel_plans(&test.app, &test.ctx(&person), registration).await.expect("plans").items;
        assert_eq!((plans[0].id, plans[0].return_on), (trip, Some(day("2026-01-18"))));
    }

    async fn an_amended_return_is_the_notified_one(db: TestDb) {
        let test = TestApp::on(db).await;
        let (registration, person) = test.registrant(test.enrolment(Regime::NlPilot, "2026-01-02")).await;
        let trip = notify(&test.app, &test.ctx(&person), registration, journey("2026-01-20", "2026-01-27"), Channel::Api).await;
        let trip = trip.expect("accepted").travel_plan_id.expect("a journey");
        let amended = TripAmendment { trip, plan: journey("2026-01-20", "2026-01-29") };
        notify(&test.app, &test.ctx(&person), registration, amended, Channel::Api).await.expect("amended");
        test.days_pass(30);
        let items = duties(&test.app, &test.ctx(&person), registration).await.expect("duties").items;
        assert_eq!(only(&items, DutyKind::Travel), [(day("2026-01-20"), DutyStatus::Met)]);
        assert_eq!(only(&items, DutyKind::Return), [], "back on the notified day");
    }

    async fn a_cancelled_journey_leaves_no_duty_but_its_history(db: TestDb) {
        let test = TestApp::on(db).await;
        let (registration, person) = test.registrant(test.enrolment(Regime::NlPilot, "2026-01-02")).await;
        let trip = notify(&test.app, &test.ctx(&person), registration, journey("2026-01-20", "2026-01-27"), Channel::Api).await;
        let trip = trip.expect("accepted").travel_plan_id.expect("a journey");
        let cancelled = |trip| TripCancellation {
            trip,
            cancellation: TravelCancellation { reason: "Ziek geworden".to_owned(), on_behalf: None },
        };
        notify(&test.app, &test.ctx(&person), registration, cancelled(trip), Channel::Api).await.expect("cancelled");
        let items = duties(&test.app, &test.ctx(&person), registration).await.expect("duties").items;
        assert_eq!(only(&items, DutyKind::Travel), []);
        let twice = notify(&test.app, &test.ctx(&person), registration, cancelled(trip), Channel::Api).await;
        assert!(matches!(twice, Err(Refusal::NotFound)), "{twice:?}");
        let unknown = notify(&test.app, &test.ctx(&person), registration, cancelled(FactId::fresh()), Channel::Api).await;
        assert!(matches!(unknown, Err(Refusal::NotFound)), "{unknown:?}");
    }

    async fn an_absence_that_grew_long_is_notified_from_abroad_and_ends_with_a_return(db: TestDb) {
        let test = TestApp::on(db).await;
        let (registration, person) = test.registrant(test.enrolment(Regime::NlPilot, "2026-01-02")).await;
        test.days_pass(5);
        let absence = AbsenceReport {
            identity: identity(),
            left_on: day("2026-01-13"),
            address: abroad(),
            expected_return_on: None,
            on_behalf: None,
        };
        notify(&test.app, &test.ctx(&person), registration, absence, Channel::Api).await.expect("accepted");
        test.days_pass(5);
        let report = UnnotifiedReturn(back("2026-01-22"));
        notify(&test.app, &test.ctx(&person), registration, report, Channel::Api).await.expect("back");
        let items = duties(&test.app, &test.ctx(&person), registration).await.expect("duties").items;
        assert_eq!(only(&items, DutyKind::UnplannedAbsence), [(day("2026-01-16"), DutyStatus::Met)]);
        assert_eq!(only(&items, DutyKind::Return), [(day("2026-01-22"), DutyStatus::Met)]);
    }
}
