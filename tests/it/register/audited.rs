//! What the audit tells of a request: what was made, that nothing was made, or that an answer was read again.

use serde_json::Value;
use zedenregister::register::Refusal;
use zedenregister::register::attempt::{self, AttemptReport};
use zedenregister::register::enrol::enrol;
use zedenregister::register::input::InitialReport;
use zedenregister::register::notify::notify;
use zedenregister::register::view;
use zedenregister::store::audit::audit_leaf_list;
use zedenregister::vocabulary::{AttemptKind, Channel, DutyKind, Regime};

use crate::support::app::{TestApp, address, identity, name};

fn initial() -> InitialReport {
    InitialReport { identity: identity(), name: name(), other_names: Vec::new(), address: address(1), on_behalf: None }
}

/// The last `count` entries, the oldest first.
fn entries(test: &TestApp, count: usize) -> Vec<Value> {
    let leaves = audit_leaf_list(&mut test.db.conn(), 0, 10_000).expect("the audit");
    let last = leaves.iter().rev().take(count).rev();
    last.map(|leaf| serde_json::from_str(&leaf.entry).expect("JSON")).collect()
}

on_both_databases! {
    async fn a_repeated_request_is_told_as_reading_its_answer(db: TestDb) {
        let test = TestApp::on(db).await;
        let (registration, person) = test.registrant(test.enrolment(Regime::NlPilot, "2026-01-12")).await;
        let mut made = Vec::new();
        for _ in 0..2 {
            let ctx = test.ctx_keyed(&person, "key", "digest");
            made.push(notify(&test.app, &ctx, registration, initial(), Channel::Api).await.expect("accepted").id);
        }
        assert_eq!(made[0], made[1]);
        let told = entries(&test, 2);
        for entry in &told {
            assert_eq!(entry["action"], "notification.create");
            assert_eq!(entry["object"]["id"], made[0].to_string(), "{entry}");
        }
        assert_eq!((&told[0]["fields"], &told[1]["fields"][0]), (&Value::Null, &Value::from("answer")));
    }

    // ASVS 5.0: 16.5.3
    async fn what_cannot_be_audited_does_not_happen_and_is_not_shown(db: TestDb) {
        let test = TestApp::on(db).await;
        let (registration, person) = test.registrant(test.enrolment(Regime::NlPilot, "2026-01-12")).await;
        let ctx = test.ctx_keyed(&person, "key", "digest");
        test.db.execute("ALTER TABLE audit_leaves RENAME TO audit_leaves_gone");
        let written = notify(&test.app, &ctx, registration, initial(), Channel::Api).await;
        assert!(matches!(written, Err(Refusal::Store(_))), "{written:?}");
        let read = view::duties(&test.app, &test.ctx(&person), registration).await;
        assert!(matches!(read, Err(Refusal::Store(_))), "{read:?}");
        test.db.execute("ALTER TABLE audit_leaves_gone RENAME TO audit_leaves");
        assert_eq!(test.db.rows_of(&["notifications"]), Vec::<String>::new(), "nothing of the report is left");
        notify(&test.app, &ctx, registration, initial(), Channel::Api).await.expect("now it is taken");
    }

    // ASVS 5.0: 16.3.3
    async fn a_report_that_counts_as_not_given_is_told_as_refused(db: TestDb) {
        let test = TestApp::on(db).await;
        let (registration, person) = test.registrant(test.enrolment(Regime::NlPilot, "2026-01-12")).await;
        let mut report = initial();
        report.identity.birth_date = "2030-01-01".parse().expect("a day");
        let refused = notify(&test.app, &test.ctx(&person), registration, report, Channel::Api).await;
        let Err(Refusal::Incomplete { attempt, .. }) = refused else { panic!("{refused:?}") };
        let told = entries(&test, 1).remove(0);
        assert_eq!(told["action"], "notification.create");
        assert_eq!((&told["outcome"], &told["reason"]), (&Value::from("refused"), &Value::from("incomplete")));
        assert_eq!(told["object"], serde_json::json!({ "id": attempt.to_string(), "kind": "attempt" }));
    }

    async fn a_repeated_enrolment_or_attempt_names_the_first(db: TestDb) {
        let test = TestApp::on(db).await;
        let enrolment = test.enrolment(Regime::NlPilot, "2026-01-12");
        for _ in 0..2 {
            let ctx = test.ctx_keyed(&test.lead, "enrol", "digest");
            enrol(&test.app, &ctx, enrolment.clone()).await.expect("enrolled");
        }
        let told = entries(&test, 2);
        assert!(told[0]["registration"].is_string());
        assert_eq!(told[0]["registration"], told[1]["registration"]);

        let (registration, person) = test.registrant(enrolment).await;
        let report = AttemptReport {
            duty_kind: DutyKind::Initial,
            duty_id: None,
            kind: AttemptKind::DeskRefused,
            occurred_at: test.app.clock.now().legal,
            channel: Channel::Desk,
            note: "Balie gesloten".to_owned(),
        };
        let mut made = Vec::new();
        for _ in 0..2 {
            let ctx = test.ctx_keyed(&person, "attempt", "digest");
            made.push(attempt::record(&test.app, &ctx, registration, report.clone()).await.expect("recorded").id);
        }
        for entry in entries(&test, 2) {
            assert_eq!(entry["object"]["id"], made[0].to_string(), "{entry}");
        }
    }
}
