//! What officials establish, and what turns out wrong.

use zedenregister::register::conviction::{self, DecisionInput};
use zedenregister::register::custody::{self, CustodyInput, CustodyKind};
use zedenregister::register::file;
use zedenregister::register::notice::{self, NoticeInput};
use zedenregister::register::record::{Correction, Replacement, correct};
use zedenregister::register::{Refusal, view};
use zedenregister::store::facts::fact_list;
use zedenregister::store::registrations::registration_find;
use zedenregister::vocabulary::{DutyKind, DutyOutcome, DutyStatus, LegalStatus, PhysicalStatus, Regime};

use crate::support::app::{TestApp, day};

fn correction(replacement: Replacement) -> Correction {
    Correction { reason: "Verkeerd overgenomen".to_owned(), replacement }
}

on_both_databases! {
    async fn a_corrected_day_moves_the_duty_and_keeps_its_identity(db: TestDb) {
        let test = TestApp::on(db).await;
        let (registration, _) = test.registrant(test.enrolment(Regime::NlPilot, "2026-01-02")).await;
        let officer = test.ctx(&test.officer);
        let fact = notice::add(&test.app, &officer, registration, NoticeInput::HomeChanged { on: day("2026-01-12") }).await;
        let fact = fact.expect("recorded");
        let home = async || {
            let items = view::duties(&test.app, &officer, registration).await.expect("duties").items;
            items.into_iter().find(|duty| duty.kind == DutyKind::Home)
        };
        let before = home().await.expect("a duty");
        let wrong = correction(Replacement::OtherDay { on: day("2026-01-08") });
        let corrected = correct(&test.app, &officer, registration, fact.root_id, wrong).await.expect("corrected");
        assert_eq!(corrected.root_id, fact.root_id);
        let after = home().await.expect("the same duty");
        assert_eq!((after.id, after.trigger), (before.id, day("2026-01-08")));
        let gone = correction(Replacement::Withdrawn);
        correct(&test.app, &officer, registration, fact.root_id, gone.clone()).await.expect("withdrawn");
        assert!(home().await.is_none(), "a withdrawn duty is not listed");
        let detail = view::duty(&test.app, &officer, registration, before.id).await.expect("but it can be read");
        assert_eq!(detail.versions.len(), 3);
        assert_eq!(detail.versions[2].outcome, DutyOutcome::Withdrawn);
        let again = correct(&test.app, &officer, registration, fact.root_id, gone).await;
        assert!(matches!(again, Err(Refusal::NotFound)), "{again:?}");
    }

    async fn the_document_kept_beside_the_facts_is_what_the_facts_say(db: TestDb) {
        let test = TestApp::on(db).await;
        let (registration, _) = test.registrant(test.enrolment(Regime::NlPilot, "2026-01-02")).await;
        let officer = test.ctx(&test.officer);
        let fact = notice::add(&test.app, &officer, registration, NoticeInput::NameUsed { on: day("2026-01-05") }).await;
        notice::add(&test.app, &officer, registration, NoticeInput::HomeChanged { on: day("2026-01-06") }).await.expect("recorded");
        let wrong = correction(Replacement::OtherDay { on: day("2026-01-07") });
        correct(&test.app, &officer, registration, fact.expect("recorded").root_id, wrong).await.expect("corrected");
        let (row, facts) = test
            .app
            .store
            .read_blocking(|conn| {
                let row = registration_find(conn, registration)?.expect("a registration");
                Ok::<_, Refusal>((row, fact_list(conn, registration)?))
            })
            .expect("rows");
        let rebuilt = file::document_of(&row, &facts).expect("a document").to_stored().expect("text");
        assert_eq!(row.facts_doc, rebuilt);
    }

    async fn custody_stops_the_clock_and_release_starts_it_again(db: TestDb) {
        let test = TestApp::on(db).await;
        let (registration, _) = test.registrant(test.enrolment(Regime::NlPilot, "2026-01-12")).await;
        let officer = test.ctx(&test.officer);
        let remand = CustodyInput { kind: CustodyKind::Remand, from: day("2026-01-13"), until: None };
        let fact = custody::add(&test.app, &officer, registration, remand).await.expect("recorded");
        test.days_pass(3);
        let officer = test.ctx(&test.officer);
        let seen = view::registration(&test.app, &officer, registration).await.expect("a registration");
        assert_eq!(seen.physical_status, PhysicalStatus::InCustody);
        let items = view::duties(&test.app, &officer, registration).await.expect("duties").items;
        assert_eq!((items[0].due, items[0].status), (None, DutyStatus::Suspended));
        let released = CustodyInput { until: Some(day("2026-01-20")), ..remand };
        let released = correction(Replacement::Custody { custody: released });
        correct(&test.app, &officer, registration, fact.root_id, released).await.expect("corrected");
        let items = view::duties(&test.app, &officer, registration).await.expect("duties").items;
        assert_eq!(items[0].due, Some(day("2026-01-23")));
    }

    async fn an_appeal_changes_the_period_and_a_quash_ends_it(db: TestDb) {
        let test = TestApp::on(db).await;
        let (registration, _) = test.registrant(test.enrolment(Regime::NlPilot, "2026-01-02")).await;
        let lead = test.ctx(&test.lead);
        let facts = view::facts(&test.app, &lead, registration).await.expect("facts").items;
        let root = facts[0].root_id;
        let quash = DecisionInput::Quashed { on: day("2026-01-12") };
        let records = test.ctx(&test.records);
        conviction::decide(&test.app, &records, registration, root, quash).await.expect("quashed");
        let seen = view::registration(&test.app, &lead, registration).await.expect("its last day is today");
        assert_eq!((seen.legal_status, seen.period.last_day), (LegalStatus::Active, Some(day("2026-01-12"))));
        test.days_pass(1);
        let gone = view::registration(&test.app, &test.ctx(&test.lead), registration).await;
        assert!(matches!(gone, Err(Refusal::NotFound)), "nobody but the privacy officer has access: {gone:?}");
    }

    async fn a_decision_before_the_conviction_is_refused(db: TestDb) {
        let test = TestApp::on(db).await;
        let (registration, _) = test.registrant(test.enrolment(Regime::NlPilot, "2026-01-02")).await;
        let lead = test.ctx(&test.lead);
        let facts = view::facts(&test.app, &lead, registration).await.expect("facts").items;
        let early = DecisionInput::Quashed { on: day("2025-12-31") };
        let records = test.ctx(&test.records);
        let refused = conviction::decide(&test.app, &records, registration, facts[0].root_id, early).await;
        let Err(Refusal::Invalid(faults)) = refused else { panic!("{refused:?}") };
        assert_eq!(faults[0].code, "before_conviction");
    }
}
