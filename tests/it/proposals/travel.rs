//! Notices of journeys: to every desk that hears of it, acknowledged, recalled.

use zedenregister::access::Ctx;
use zedenregister::ids::RegistrationId;
use zedenregister::proposals::travel::{NoticeFilter, TravelNoticeView, acknowledge, lead_times, notices};
use zedenregister::register::address::Address;
use zedenregister::register::input::{TravelCancellation, TravelReport, TravelStop};
use zedenregister::register::notify::{TripAmendment, TripCancellation, notify};
use zedenregister::vocabulary::{Channel, Regime, Role, TravelNoticeKind};

use super::{by, conflict, now};
use crate::support::app::{TestApp, day, identity};

fn journey(country: &str, until: &str) -> TravelReport {
    let address = Address::Foreign { country: country.to_owned(), lines: vec!["Proefstraat 1".to_owned()] };
    let (from, until) = (day("2026-03-02"), day(until));
    TravelReport {
        identity: identity(),
        departure_on: from,
        return_on: until,
        stops: vec![TravelStop { address, from, until }],
        on_behalf: None,
    }
}

async fn told(test: &TestApp, ctx: &Ctx, registration: RegistrationId) -> Vec<TravelNoticeView> {
    let filter = NoticeFilter { registration: Some(registration), acknowledged: None, after: None, limit: 100 };
    notices(&test.app, &now(test, ctx), filter).await.expect("notices").items
}

on_both_databases! {
    async fn every_desk_is_told_and_hears_of_a_change_and_a_cancellation(db: TestDb) {
        let test = TestApp::on(db).await;
        let (registration, person) = test.registrant(test.enrolment(Regime::NlPilot, "2026-01-12")).await;
        let unit = by(&test, Role::Tbkk).await;
        let given = notify(&test.app, &test.ctx(&person), registration, journey("PH", "2026-03-16"), Channel::Api).await;
        let trip = given.expect("a journey").travel_plan_id.expect("its id");
        let first = told(&test, &unit, registration).await;
        let desks: Vec<&str> = first.iter().map(|notice| notice.desk.as_str()).collect();
        assert_eq!(desks, ["tbkk", "filo-tsk", "interpol-nl", "lo-manila"]);
        assert!(first.iter().all(|notice| notice.kind == TravelNoticeKind::New && notice.countries == ["PH"]));
        assert_eq!(first.iter().map(|notice| notice.consider_warning).collect::<Vec<_>>(), [true, false, false, false]);

        let bureau = by(&test, Role::Lirc).await;
        let own = told(&test, &bureau, registration).await;
        assert_eq!(own.iter().map(|notice| notice.desk.as_str()).collect::<Vec<_>>(), ["interpol-nl"]);
        assert_eq!(conflict(&acknowledge(&test.app, &unit, own[0].id).await), "other_desk");
        acknowledge(&test.app, &bureau, own[0].id).await.expect("acknowledged");
        acknowledge(&test.app, &unit, first[3].id).await.expect("acknowledged");
        assert_eq!(conflict(&acknowledge(&test.app, &unit, first[3].id).await), "already_acknowledged");

        test.days_pass(1);
        let plan = journey("TH", "2026-03-16");
        notify(&test.app, &test.ctx(&person), registration, TripAmendment { trip, plan }, Channel::Api).await.expect("amended");
        let after: Vec<_> = told(&test, &unit, registration).await.into_iter().skip(4).map(|n| (n.desk, n.kind)).collect();
        let changed = |desk: &str| (desk.to_owned(), TravelNoticeKind::Changed);
        assert_eq!(after, [changed("tbkk"), changed("filo-tsk"), changed("interpol-nl"),
            ("lo-manila".to_owned(), TravelNoticeKind::NoLongerConcerned), ("lo-bangkok".to_owned(), TravelNoticeKind::New)]);

        let cancellation: TravelCancellation = serde_json::from_value(serde_json::json!({ "reason": "Gaat niet door" })).expect("one");
        notify(&test.app, &test.ctx(&person), registration, TripCancellation { trip, cancellation }, Channel::Api).await.expect("off");
        let off: Vec<_> = told(&test, &unit, registration).await.into_iter().skip(9).map(|n| (n.desk, n.kind)).collect();
        assert_eq!(off.len(), 5, "everybody who was told: {off:?}");
        assert!(off.iter().all(|(_, kind)| *kind == TravelNoticeKind::Cancelled), "{off:?}");
    }

    async fn the_report_shows_how_much_warning_was_given(db: TestDb) {
        let test = TestApp::on(db).await;
        let (registration, person) = test.registrant(test.enrolment(Regime::NlPilot, "2026-01-12")).await;
        let unit = by(&test, Role::Tbkk).await;
        let today = unit.today(Regime::NlPilot.zone());
        notify(&test.app, &test.ctx(&person), registration, journey("PH", "2026-03-16"), Channel::Api).await.expect("a journey");
        let first = told(&test, &unit, registration).await;
        acknowledge(&test.app, &unit, first[0].id).await.expect("acknowledged");
        let report = lead_times(&test.app, &unit, None, None).await.expect("a report").report;
        let days = (day("2026-03-02") - today).num_days();
        assert_eq!((report["trips"].as_i64(), report["medianDays"].as_f64()), (Some(1), Some(days as f64)));
        let unit_row = report["recipients"].as_array().expect("desks").iter().find(|row| row["recipient"] == "tbkk").expect("a row");
        assert_eq!((unit_row["acknowledged"].as_i64(), unit_row["acknowledgedInTime"].as_i64()), (Some(1), Some(1)));
    }
}
