//! Assignments to arms: made once, by those who may, and never changed.

use zedenregister::evaluation::assignments::{NewAssignment, assign, list};
use zedenregister::register::Refusal;
use zedenregister::vocabulary::{Regime, StudyArm};

use crate::support::app::{TestApp, day};

/// To both, on the first day of every test.
pub fn both() -> NewAssignment {
    NewAssignment {
        study: "pilot".to_owned(),
        arm: StudyArm::Both,
        stratum: "Noord".to_owned(),
        cluster: None,
        risk_band: None,
        index_on: day("2026-01-12"),
        assigned_on: day("2026-01-12"),
    }
}

on_both_databases! {
    async fn an_assignment_is_made_once_and_never_changed(db: TestDb) {
        let test = TestApp::on(db).await;
        let (registration, _) = test.registrant(test.enrolment(Regime::NlPilot, "2026-01-12")).await;
        let lead = test.ctx(&test.lead);
        assign(&test.app, &lead, registration, both()).await.expect("assigned");
        let again = NewAssignment { arm: StudyArm::RegisterOnly, ..both() };
        let refused = assign(&test.app, &test.ctx(&test.lead), registration, again).await;
        assert!(matches!(refused, Err(Refusal::Conflict { code: "assigned_already", .. })), "{refused:?}");
        let other = NewAssignment { study: "proef-2".to_owned(), ..both() };
        assign(&test.app, &test.ctx(&test.lead), registration, other).await.expect("another study");
        let seen = list(&test.app, &test.ctx(&test.officer), registration).await.expect("read");
        assert_eq!(seen.items.iter().map(|it| it.arm).collect::<Vec<_>>(), [StudyArm::Both, StudyArm::Both]);
    }

    async fn every_invalid_field_is_named_and_an_officer_does_not_assign(db: TestDb) {
        let test = TestApp::on(db).await;
        let (registration, _) = test.registrant(test.enrolment(Regime::NlPilot, "2026-01-12")).await;
        let wrong = NewAssignment {
            study: "Pilot Eén".to_owned(),
            stratum: " ".to_owned(),
            assigned_on: day("2026-01-13"),
            ..both()
        };
        let Err(Refusal::Invalid(faults)) = assign(&test.app, &test.ctx(&test.lead), registration, wrong).await else {
            panic!("taken")
        };
        let named: Vec<_> = faults.iter().map(|fault| fault.pointer.as_str()).collect();
        assert_eq!(named, ["/study", "/stratum", "/assignedOn"]);
        let refused = assign(&test.app, &test.ctx(&test.officer), registration, both()).await;
        assert!(matches!(refused, Err(Refusal::Forbidden(_))), "{refused:?}");
    }
}
