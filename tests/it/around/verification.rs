//! The home on file: who says that somebody lives there, and what that makes of the status.

use zedenregister::register::around::verification::{NewVerification, add, home};
use zedenregister::register::around::visits::{NewVisit, plan};
use zedenregister::register::input::{AddressReport, ConfirmationReport};
use zedenregister::register::notice::{self, NoticeInput};
use zedenregister::register::notify::notify;
use zedenregister::register::{Refusal, view};
use zedenregister::vocabulary::{
    Channel, LocationStatus, PhysicalStatus, Regime, VerificationResult, VerificationSource,
};

use crate::support::app::{TestApp, address, day, identity, name};
use crate::support::reports::initial;

fn confirmed(source: VerificationSource) -> NewVerification {
    NewVerification {
        source,
        result: VerificationResult::Confirmed,
        on: day("2026-01-12"),
        visit_id: None,
        note: Some("Naam staat op de bel".to_owned()),
    }
}

on_both_databases! {
    async fn a_confirmed_home_is_verified_until_another_is_reported(db: TestDb) {
        let test = TestApp::on(db).await;
        let (registration, person) = test.registrant(test.enrolment(Regime::NlPilot, "2026-01-12")).await;
        let officer = test.ctx(&test.officer);
        let nothing = add(&test.app, &officer, registration, confirmed(VerificationSource::PopulationRegister)).await;
        assert!(matches!(nothing, Err(Refusal::Conflict { code: "no_home_reported", .. })), "{nothing:?}");
        notify(&test.app, &test.ctx(&person), registration, initial(), Channel::Api).await.expect("accepted");
        let status = async || home(&test.app, &test.ctx(&test.officer), registration, None, 10).await.expect("a home");

        add(&test.app, &officer, registration, confirmed(VerificationSource::SelfReported)).await.expect("recorded");
        assert_eq!(status().await.location_status, LocationStatus::Reported, "the word of the person changes nothing");
        add(&test.app, &officer, registration, confirmed(VerificationSource::PopulationRegister)).await.expect("recorded");
        test.days_pass(5);
        let seen = status().await;
        assert_eq!(seen.location_status, LocationStatus::Verified);
        assert_eq!(seen.address, Some(address(1)));
        assert_eq!(seen.items.len(), 2);
        assert_eq!((seen.items[0].source, seen.items[0].age_days, seen.items[0].current), (VerificationSource::PopulationRegister, 5, true));
        assert_eq!(seen.items[0].note.as_deref(), Some("Naam staat op de bel"));

        let moved = AddressReport { identity: identity(), address: address(2), moved_on: day("2026-01-17"), on_behalf: None };
        notify(&test.app, &test.ctx(&person), registration, moved, Channel::Api).await.expect("accepted");
        let seen = status().await;
        assert_eq!((seen.location_status, seen.address), (LocationStatus::Reported, Some(address(2))));
        assert_eq!((seen.items[0].current, seen.items[0].address.clone()), (false, address(1)));
    }

    async fn a_confirmation_of_the_verified_home_takes_nothing_back(db: TestDb) {
        let test = TestApp::on(db).await;
        let (registration, person) = test.registrant(test.enrolment(Regime::NlPilot, "2026-01-12")).await;
        notify(&test.app, &test.ctx(&person), registration, initial(), Channel::Api).await.expect("accepted");
        let officer = test.ctx(&test.officer);
        add(&test.app, &officer, registration, confirmed(VerificationSource::SeenByOfficer)).await.expect("recorded");
        let status = async || home(&test.app, &test.ctx(&test.officer), registration, None, 10).await.expect("a home").location_status;
        let confirm = async |number| {
            let report = ConfirmationReport {
                identity: identity(), name: name(), other_names: Vec::new(), address: address(number), on_behalf: None,
            };
            test.days_pass(1);
            notify(&test.app, &test.ctx(&person), registration, report, Channel::Api).await.expect("accepted");
        };
        confirm(1).await;
        assert_eq!(status().await, LocationStatus::Verified, "the same home");
        confirm(2).await;
        assert_eq!(status().await, LocationStatus::Reported, "another one");
        confirm(2).await;
        assert_eq!(status().await, LocationStatus::Reported, "which nobody verified");
    }

    async fn a_contradiction_takes_the_verification_back_and_a_sighting_ends_a_search(db: TestDb) {
        let test = TestApp::on(db).await;
        let (registration, person) = test.registrant(test.enrolment(Regime::NlPilot, "2026-01-12")).await;
        notify(&test.app, &test.ctx(&person), registration, initial(), Channel::Api).await.expect("accepted");
        let officer = test.ctx(&test.officer);
        let status = async || view::registration(&test.app, &test.ctx(&test.officer), registration).await.expect("a file");
        add(&test.app, &officer, registration, confirmed(VerificationSource::OtherAgency)).await.expect("recorded");
        assert_eq!(status().await.location_status, LocationStatus::Verified);
        let gone = NewVerification { result: VerificationResult::Contradicted, ..confirmed(VerificationSource::OtherAgency) };
        add(&test.app, &officer, registration, gone).await.expect("recorded");
        assert_eq!(status().await.location_status, LocationStatus::Reported);

        notice::add(&test.app, &officer, registration, NoticeInput::WhereaboutsUnknown { on: day("2026-01-12") }).await.expect("recorded");
        let lost = status().await;
        assert_eq!((lost.location_status, lost.physical_status), (LocationStatus::WhereaboutsUnknown, PhysicalStatus::Unknown));
        let planned = NewVisit { planned_on: day("2026-01-12"), officer_id: None, purpose: None };
        let visit = plan(&test.app, &officer, registration, planned).await.expect("planned").id;
        let seen = NewVerification { visit_id: Some(visit), ..confirmed(VerificationSource::SeenByOfficer) };
        add(&test.app, &officer, registration, seen).await.expect("recorded");
        let found = status().await;
        assert_eq!((found.location_status, found.physical_status), (LocationStatus::Verified, PhysicalStatus::AtLiberty));
    }

    async fn what_cannot_be_so_is_refused(db: TestDb) {
        let test = TestApp::on(db).await;
        let (registration, person) = test.registrant(test.enrolment(Regime::NlPilot, "2026-01-12")).await;
        notify(&test.app, &test.ctx(&person), registration, initial(), Channel::Api).await.expect("accepted");
        let (other, _) = test.registrant(test.enrolment(Regime::NlPilot, "2026-01-12")).await;
        let officer = test.ctx(&test.officer);
        let planned = NewVisit { planned_on: day("2026-01-12"), officer_id: None, purpose: None };
        let strange = plan(&test.app, &officer, other, planned).await.expect("a visit to somebody else").id;
        let wrong = NewVerification {
            on: day("2026-01-13"),
            visit_id: Some(strange),
            result: VerificationResult::Contradicted,
            ..confirmed(VerificationSource::SelfReported)
        };
        let refused = add(&test.app, &officer, registration, wrong).await;
        let Err(Refusal::Invalid(faults)) = refused else { panic!("{refused:?}") };
        let codes: Vec<_> = faults.iter().map(|fault| fault.code.as_str()).collect();
        assert_eq!(codes, ["in_the_future", "seen_by_officer_only", "no_such_visit", "report_instead"]);
    }
}
