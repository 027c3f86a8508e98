//! The self-audit finds what differs, says in which direction, and mends nothing.

use zedenregister::ids::{DutyId, FactId};
use zedenregister::register::notice::{self, NoticeInput};
use zedenregister::register::notify::notify;
use zedenregister::store::StoreError;
use zedenregister::store::self_audit::{
    FindingClass, FindingSubject, SelfAuditFindingRow, self_audit_finding_list, self_audit_last,
};
use zedenregister::vocabulary::{Channel, DutyKind, Regime};

use super::{advance, duty_of, self_audit};
use crate::support::app::{TestApp, day};
use crate::support::reports::initial;

fn findings(test: &TestApp) -> Vec<SelfAuditFindingRow> {
    test.app
        .store
        .read_blocking(|conn| {
            let run = self_audit_last(conn)?.expect("a finished run");
            self_audit_finding_list(conn, run.id, 0, 100)
        })
        .map_err(|e: StoreError| e)
        .expect("findings")
}

on_both_databases! {
    async fn a_register_that_is_right_has_no_findings(db: TestDb) {
        let test = TestApp::on(db).await;
        for regime in [Regime::NlPilot, Regime::NlPilot, Regime::Ie] {
            test.registrant(test.enrolment(regime, "2026-01-12")).await;
        }
        test.days_pass(30);
        let report = self_audit(&test.app).await;
        assert_eq!((report.looked_at, report.made, report.failed), (3, 0, 0), "{:?}", findings(&test));
        let run = test.app.store.read_blocking(self_audit_last).map_err(|e: StoreError| e).expect("a run").expect("a run");
        assert_eq!((run.files, run.as_of), (3, day("2026-02-11")));
        assert_eq!(run.profile_set, test.app.rules.hash().to_string());
    }

    async fn what_comes_by_time_alone_is_no_finding_before_the_job_that_brings_it(db: TestDb) {
        let test = TestApp::on(db).await;
        let (registration, person) = test.registrant(test.enrolment(Regime::NlPilot, "2026-01-12")).await;
        notify(&test.app, &test.ctx(&person), registration, initial(), Channel::Api).await.expect("accepted");
        let notice = NoticeInput::NoHomeNotice { on: day("2026-01-12"), interval_days: None };
        notice::add(&test.app, &test.ctx(&test.officer), registration, notice).await.expect("recorded");
        test.days_pass(9);
        let report = self_audit(&test.app).await;
        assert_eq!((report.looked_at, report.made, report.failed), (1, 0, 0), "{:?}", findings(&test));

        let night = duty_of(&test.app, registration, DutyKind::NoHome).id;
        let right = test.db.rows_of(&["duties"]);
        test.db.execute(&format!("UPDATE duties SET overdue_after = '2026-03-20' WHERE id = '{night}'"));
        assert_eq!(self_audit(&test.app).await.made, 1, "a fault in such a file is found all the same");
        test.db.execute(&format!("UPDATE duties SET overdue_after = due_on WHERE id = '{night}'"));
        assert_eq!(test.db.rows_of(&["duties"]), right);
        assert_eq!(advance(&test.app).await.made, 1);
        assert_eq!(self_audit(&test.app).await.made, 0, "{:?}", findings(&test));
    }

    async fn each_planted_fault_is_found_and_none_is_mended(db: TestDb) {
        let test = TestApp::on(db).await;
        let mut files = Vec::new();
        for _ in 0..6 {
            files.push(test.registrant(test.enrolment(Regime::NlPilot, "2026-01-12")).await.0);
        }
        let duty = |at: usize| duty_of(&test.app, files[at], DutyKind::Initial).id;
        let (longer, later, earlier, missing, broken) = (files[0], duty(1), duty(2), duty(3), files[4]);
        let spurious = DutyId::fresh();
        test.db.execute(&format!("UPDATE registrations SET subject_last_day = '2060-01-01' WHERE id = '{longer}'"));
        test.db.execute(&format!("UPDATE duties SET overdue_after = '2026-01-20' WHERE id = '{later}'"));
        test.db.execute(&format!("UPDATE duties SET due_on = '2026-01-14' WHERE id = '{earlier}'"));
        test.db.execute(&format!("DELETE FROM duty_versions WHERE duty_id = '{missing}'"));
        test.db.execute(&format!("DELETE FROM duties WHERE id = '{missing}'"));
        test.db.execute(&format!("UPDATE registrations SET facts_doc = 'broken' WHERE id = '{broken}'"));
        test.db.execute(&format!(
            "INSERT INTO duties SELECT '{spurious}', registration_id, 'home', '{}', 0, 1, trigger_on, due_on, overdue_after, \
             outcome, met_by, met_on, steps_digest, created_at, updated_at FROM duties WHERE registration_id = '{}'",
            FactId::fresh(),
            files[5]
        ));
        let before = test.db.rows_of(&["registrations", "duties", "duty_versions"]);
        let report = self_audit(&test.app).await;
        assert_eq!((report.looked_at, report.made, report.failed), (6, 5, 1));
        let found: Vec<_> = findings(&test)
            .into_iter()
            .map(|finding| (finding.registration_id, finding.duty_id, finding.class, finding.subject))
            .collect();
        let expected = [
            (files[0], None, FindingClass::TooLong, FindingSubject::PeriodEnd),
            (files[1], Some(later), FindingClass::TooLong, FindingSubject::OverdueAfter),
            (files[2], Some(earlier), FindingClass::TooShort, FindingSubject::Due),
            (files[3], None, FindingClass::Missed, FindingSubject::Duty),
            (files[4], None, FindingClass::NotComputed, FindingSubject::File),
            (files[5], Some(spurious), FindingClass::Spurious, FindingSubject::Duty),
        ];
        assert_eq!(found, expected);
        assert_eq!(test.db.rows_of(&["registrations", "duties", "duty_versions"]), before, "it mends nothing");
    }
}
