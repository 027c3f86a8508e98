//! What arises by time alone exists when its day comes, also after days on which nothing ran.

use zedenregister::register::notice::{self, NoticeInput};
use zedenregister::register::notify::notify;
use zedenregister::store::StoreError;
use zedenregister::store::duties::duty_list;
use zedenregister::store::registrations::registration_find;
use zedenregister::vocabulary::{Channel, DutyKind, Regime};

use super::{advance, audited};
use crate::support::app::{TestApp, day};
use crate::support::reports::initial;

on_both_databases! {
    async fn each_night_without_a_home_becomes_a_duty_in_time(db: TestDb) {
        let test = TestApp::on(db).await;
        let (registration, person) = test.registrant(test.enrolment(Regime::NlPilot, "2026-01-12")).await;
        notify(&test.app, &test.ctx(&person), registration, initial(), Channel::Api).await.expect("accepted");
        let notice = NoticeInput::NoHomeNotice { on: day("2026-01-12"), interval_days: None };
        notice::add(&test.app, &test.ctx(&test.officer), registration, notice).await.expect("recorded");
        let nights = || {
            let duties = test.app.store.read_blocking(|conn| duty_list(conn, registration));
            let duties = duties.map_err(|e: StoreError| e).expect("duties");
            duties.into_iter().filter(|duty| duty.kind == DutyKind::NoHome).filter_map(|duty| duty.due_on).collect::<Vec<_>>()
        };
        let first = nights().len();
        assert_eq!(advance(&test.app).await.made, 0, "nothing changes before tomorrow");
        test.days_pass(9);
        assert_eq!(advance(&test.app).await.made, 1);
        let after = nights();
        assert_eq!(after.len(), first + 3, "every third day of nine: {after:?}");
        assert!(after.iter().max() > Some(&day("2026-01-21")), "the next one is known before its day: {after:?}");
        assert_eq!(advance(&test.app).await.made, 0, "once a day is enough");
        assert_eq!(audited(&test.db, "registration.reassess"), 1);
        let row = test.app.store.read_blocking(|conn| registration_find(conn, registration));
        let row = row.map_err(|e: StoreError| e).expect("a row").expect("a registration");
        assert_eq!((row.assessed_on, row.next_assess_on), (day("2026-01-21"), Some(day("2026-01-22"))));
    }

    async fn a_file_that_cannot_be_computed_does_not_hold_up_the_others(db: TestDb) {
        let test = TestApp::on(db).await;
        let mut files = Vec::new();
        for _ in 0..2 {
            let (registration, _) = test.registrant(test.enrolment(Regime::NlPilot, "2026-01-12")).await;
            let notice = NoticeInput::NoHomeNotice { on: day("2026-01-12"), interval_days: None };
            notice::add(&test.app, &test.ctx(&test.officer), registration, notice).await.expect("recorded");
            files.push(registration);
        }
        test.db.execute(&format!("UPDATE registrations SET facts_doc = 'broken' WHERE id = '{}'", files[0]));
        test.days_pass(1);
        let report = advance(&test.app).await;
        assert_eq!((report.looked_at, report.made, report.failed), (2, 1, 1));
    }
}
