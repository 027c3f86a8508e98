//! Enrolling, and bringing a registration into force.

use zedenregister::register::Refusal;
use zedenregister::register::enrol::{Activation, activate, enrol};
use zedenregister::register::view;
use zedenregister::vocabulary::{DutyKind, DutyStatus, LegalStatus, Regime};

use crate::support::app::{TestApp, day, person};

on_both_databases! {
    async fn nothing_is_activated_without_a_legal_basis(db: TestDb) {
        let test = TestApp::on(db).await;
        let mut enrolment = test.enrolment(Regime::NlPilot, "2026-01-12");
        enrolment.legal_basis = None;
        let draft = enrol(&test.app, &test.ctx(&test.lead), enrolment).await.expect("a draft");
        assert_eq!(draft.legal_status, LegalStatus::Draft);
        let refused = activate(&test.app, &test.ctx(&test.lead), draft.id, draft.version, Activation::default()).await;
        assert!(matches!(refused, Err(Refusal::Conflict { code: "no_legal_basis", .. })), "{refused:?}");
        let duties = view::duties(&test.app, &test.ctx(&test.officer), draft.id).await.expect("duties");
        assert_eq!(duties.items, [], "a draft raises no duty");
    }

    async fn an_activated_registration_has_its_initial_duty_with_an_explanation(db: TestDb) {
        let test = TestApp::on(db).await;
        let (registration, person) = test.registrant(test.enrolment(Regime::NlPilot, "2026-01-12")).await;
        let duties = view::duties(&test.app, &test.ctx(&person), registration).await.expect("duties");
        let [initial] = duties.items.as_slice() else { panic!("one duty, not {:?}", duties.items) };
        assert_eq!((initial.kind, initial.due), (DutyKind::Initial, Some(day("2026-01-15"))));
        assert_eq!(initial.status, DutyStatus::Open);
        let detail = view::duty(&test.app, &test.ctx(&person), registration, initial.id).await.expect("detail");
        let [version] = detail.versions.as_slice() else { panic!("one version") };
        assert!(!version.explanation.nl.is_empty() && !version.explanation.en.is_empty());
        assert_eq!(version.rule, "nl-pilot-2026.initial");
    }

    async fn the_same_registration_is_not_activated_twice(db: TestDb) {
        let test = TestApp::on(db).await;
        let draft = enrol(&test.app, &test.ctx(&test.lead), test.enrolment(Regime::NlPilot, "2026-01-12")).await;
        let draft = draft.expect("a draft");
        let active = test.activate(&draft).await;
        let again = activate(&test.app, &test.ctx(&test.lead), draft.id, active.version, Activation::default()).await;
        assert!(matches!(again, Err(Refusal::Conflict { code: "already_active", .. })), "{again:?}");
    }

    async fn a_version_that_moved_is_not_activated(db: TestDb) {
        let test = TestApp::on(db).await;
        let draft = enrol(&test.app, &test.ctx(&test.lead), test.enrolment(Regime::NlPilot, "2026-01-12")).await;
        let draft = draft.expect("a draft");
        let refused = activate(&test.app, &test.ctx(&test.lead), draft.id, draft.version + 1, Activation::default()).await;
        assert!(matches!(refused, Err(Refusal::VersionMoved)), "{refused:?}");
    }

    async fn a_known_bsn_does_not_make_a_second_person(db: TestDb) {
        let test = TestApp::on(db).await;
        let enrolment = || {
            let mut enrolment = test.enrolment(Regime::NlPilot, "2026-01-12");
            enrolment.person = Some(person(Some("999990019")));
            enrolment
        };
        let first = enrol(&test.app, &test.ctx(&test.lead), enrolment()).await.expect("a draft");
        let second = enrol(&test.app, &test.ctx(&test.lead), enrolment()).await;
        assert!(matches!(second, Err(Refusal::Conflict { code: "person_exists", .. })), "{second:?}");
        let mut known = enrolment();
        (known.person, known.person_id) = (None, Some(first.person_id));
        let third = enrol(&test.app, &test.ctx(&test.lead), known).await.expect("another registration of that person");
        assert_eq!(third.person_id, first.person_id);
    }

    async fn every_fault_of_an_enrolment_is_named_at_once(db: TestDb) {
        let test = TestApp::on(db).await;
        let mut enrolment = test.enrolment(Regime::Ie, "2026-02-01");
        enrolment.person = Some(person(Some("123456789")));
        enrolment.pilot_from = Some(day("2026-01-01"));
        enrolment.convictions[0].court_period_years = Some(6);
        let refused = enrol(&test.app, &test.ctx(&test.lead), enrolment).await;
        let Err(Refusal::Invalid(faults)) = refused else { panic!("{refused:?}") };
        let pointers: Vec<&str> = faults.iter().map(|fault| fault.pointer.as_str()).collect();
        assert_eq!(
            pointers,
            ["/person/bsn", "/pilotFrom", "/convictions/0/convictedOn", "/convictions/0/courtPeriodYears"]
        );
    }

    // ASVS 5.0: 8.4.1
    async fn an_officer_of_another_team_cannot_be_talked_into_a_team(db: TestDb) {
        let test = TestApp::on(db).await;
        let mut enrolment = test.enrolment(Regime::NlPilot, "2026-01-12");
        enrolment.team_id = Some(test.other_team);
        let refused = enrol(&test.app, &test.ctx(&test.lead), enrolment).await;
        let Err(Refusal::Invalid(faults)) = refused else { panic!("{refused:?}") };
        assert_eq!(faults[0].code, "not_the_officers_team");
    }

    async fn under_the_pilot_an_older_judgment_counts_from_the_pilot_day(db: TestDb) {
        let test = TestApp::on(db).await;
        let mut enrolment = test.enrolment(Regime::NlPilot, "2024-06-03");
        enrolment.pilot_from = Some(day("2026-01-12"));
        let (registration, _) = test.registrant(enrolment).await;
        let seen = view::registration(&test.app, &test.ctx(&test.officer), registration).await.expect("a registration");
        assert_eq!((seen.period.from, seen.period.last_day), (Some(day("2026-01-12")), Some(day("2034-06-02"))));
        assert_eq!(seen.next_duty.and_then(|duty| duty.due), Some(day("2026-01-15")));
    }
}
