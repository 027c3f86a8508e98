//! A journey that is changed, cancelled or wrong: everybody who was told of it is told so.

use zedenregister::access::Actor;
use zedenregister::ids::{FactId, RegistrationId};
use zedenregister::register::input::{OnBehalf, TravelCancellation, TravelReport, TravelStop};
use zedenregister::register::notify::{TripAmendment, TripCancellation, notify};
use zedenregister::register::record::{Correction, Replacement, correct};
use zedenregister::vocabulary::{Channel, EventKind, Regime, Role};

use super::{send, subscribe};
use crate::review::authority;
use crate::support::TestDb;
use crate::support::app::{TestApp, day, identity};
use crate::support::receiver::Receiver;

fn at_the_desk() -> OnBehalf {
    OnBehalf { channel: Channel::Desk, place: "Bureau".to_owned(), received_at: None, posted_on: None, evidence: None }
}

fn journey(from: &str, until: &str) -> TravelReport {
    let lines = vec!["Proefstraat 1".to_owned()];
    let address = zedenregister::register::address::Address::Foreign { country: "BE".to_owned(), lines };
    TravelReport {
        identity: identity(),
        departure_on: day(from),
        return_on: day(until),
        stops: vec![TravelStop { address, from: day(from), until: day(until) }],
        on_behalf: Some(at_the_desk()),
    }
}

struct Travelling {
    test: TestApp,
    registration: RegistrationId,
    trip: FactId,
    police: Actor,
}

impl Travelling {
    /// Somebody who will be abroad, and the police who were told of it.
    async fn on(db: TestDb, receiver: &Receiver) -> Self {
        let test = TestApp::on(db).await;
        let police = authority(&test, Role::Tbkk, "politie").await;
        // It asks for journeys, and not for what becomes of them.
        subscribe(&test, &police, receiver, &[EventKind::TravelNotified]).await;
        let (registration, _) = test.registrant(test.enrolment(Regime::NlPilot, "2026-01-12")).await;
        let ctx = test.ctx(&test.officer);
        let given = notify(&test.app, &ctx, registration, journey("2026-03-02", "2026-03-12"), Channel::Api).await;
        let trip = given.expect("accepted").travel_plan_id.expect("a journey");
        send(&test.app).await;
        Self { test, registration, trip, police }
    }
}

fn told(receiver: &Receiver) -> Vec<(String, bool)> {
    let told = |event: serde_json::Value| {
        let kind = event["type"].as_str().expect("a type").trim_start_matches("nl.zedenregister.").to_owned();
        (kind, event["data"]["recall"] == true)
    };
    receiver.events().iter().map(|call| told(call.event())).collect()
}

on_both_databases! {
    async fn a_changed_and_then_cancelled_journey_reaches_whoever_was_told_of_it(db: TestDb) {
        let (receiver, late) = (Receiver::start([]), Receiver::start([]));
        let t = Travelling::on(db, &receiver).await;
        assert_eq!(told(&receiver), [("travel.notified".to_owned(), false)]);
        // Somebody who was never told of the journey, and does not ask for changes, is not told of them.
        subscribe(&t.test, &t.police, &late, &[EventKind::TravelNotified]).await;
        let ctx = t.test.ctx(&t.test.officer);
        let plan = TripAmendment { trip: t.trip, plan: journey("2026-03-03", "2026-03-20") };
        notify(&t.test.app, &ctx, t.registration, plan, Channel::Api).await.expect("accepted");
        send(&t.test.app).await;
        let cancellation = TravelCancellation { reason: "gaat niet door".to_owned(), on_behalf: Some(at_the_desk()) };
        let cancelled = TripCancellation { trip: t.trip, cancellation };
        notify(&t.test.app, &ctx, t.registration, cancelled, Channel::Api).await.expect("accepted");
        send(&t.test.app).await;
        assert_eq!(
            told(&receiver),
            [
                ("travel.notified".to_owned(), false),
                ("travel.changed".to_owned(), true),
                ("travel.withdrawn".to_owned(), true)
            ]
        );
        assert!(receiver.events().iter().all(|call| call.event()["subject"] == t.trip.as_str()));
        assert_eq!(told(&late), []);
    }

    async fn a_journey_that_was_a_mistake_is_taken_back(db: TestDb) {
        let receiver = Receiver::start([]);
        let t = Travelling::on(db, &receiver).await;
        let wrong = Correction { replacement: Replacement::Withdrawn, reason: "verkeerde persoon".to_owned() };
        let ctx = t.test.ctx(&t.test.officer);
        correct(&t.test.app, &ctx, t.registration, t.trip, wrong).await.expect("corrected");
        send(&t.test.app).await;
        assert_eq!(told(&receiver).last(), Some(&("travel.withdrawn".to_owned(), true)));
        let text = String::from_utf8(receiver.events().remove(1).body).expect("text");
        assert!(!text.contains("verkeerde") && !text.contains("BE"), "{text}");
    }
}
