//! A reminder goes out some days before the strict date and on the day itself, once each, and not when it serves
//! nobody.

use zedenregister::app::App;
use zedenregister::register::custody::{self, CustodyInput, CustodyKind};
use zedenregister::register::notice::{self, NoticeInput};
use zedenregister::register::notify::notify;
use zedenregister::store::rows::ReminderRow;
use zedenregister::vocabulary::{Channel, DeliveryChannel, DutyKind, OutboxState, Regime, ReminderWindow};

use super::{all_messages, all_reminders, audited, duty_of, on_a_thread, remind, remind_on_this_thread};
use crate::support::app::{TestApp, day};
use crate::support::reports::initial;

fn windows(reminders: &[ReminderRow]) -> Vec<(String, ReminderWindow)> {
    reminders.iter().map(|reminder| (reminder.due_on.to_string(), reminder.reminder_window)).collect()
}

/// The same system as another process sees it.
fn another_process(test: &TestApp) -> App {
    App { store: test.db.store(), ..test.app.clone() }
}

on_both_databases! {
    async fn one_before_and_one_on_the_day_whoever_runs_and_however_often(db: TestDb) {
        let test = TestApp::on(db).await;
        let (registration, _) = test.registrant(test.enrolment(Regime::NlPilot, "2026-01-12")).await;
        let duty = duty_of(&test.app, registration, DutyKind::Initial);
        assert_eq!(duty.due_on, Some(day("2026-01-15")));
        assert_eq!(remind(&test.app).await.made, 0, "three days before is too early");
        test.days_pass(2);
        assert_eq!(remind(&test.app).await.made, 1);
        assert_eq!(remind(&test.app).await.made, 0);
        assert_eq!(remind(&another_process(&test)).await.made, 0, "after a restart");
        test.days_pass(1);
        assert_eq!(remind(&another_process(&test)).await.made, 1);
        assert_eq!(remind(&test.app).await.made, 0);
        test.days_pass(1);
        assert_eq!(remind(&test.app).await.made, 0, "when the day has passed there is nothing to remind of");
        let kept = all_reminders(&test.db);
        let due = "2026-01-15".to_owned();
        assert_eq!(windows(&kept), [(due.clone(), ReminderWindow::Before), (due, ReminderWindow::OnDay)]);
        assert!(kept.iter().all(|reminder| (reminder.duty_id, reminder.duty_version) == (duty.id, duty.version)));
        let messages = all_messages(&test.db);
        assert_eq!(messages.len(), 2);
        assert!(messages.iter().all(|message| message.state == OutboxState::Pending && message.channel == DeliveryChannel::Email));
        let until: Vec<_> = messages.iter().map(|message| message.purpose_ends_on).collect();
        assert_eq!(until, [Some(day("2026-01-14")), Some(day("2026-01-15"))]);
        assert_eq!(audited(&test.db, "reminder.plan"), 2);
    }

    async fn two_workers_at_once_make_one_reminder(db: TestDb) {
        let test = TestApp::on(db).await;
        for _ in 0..5 {
            test.registrant(test.enrolment(Regime::NlPilot, "2026-01-12")).await;
        }
        test.days_pass(2);
        let workers: Vec<App> = (0..3).map(|_| another_process(&test)).collect();
        let made = on_a_thread(move || {
            std::thread::scope(|scope| {
                let running: Vec<_> = workers.iter().map(|app| scope.spawn(|| remind_on_this_thread(app))).collect();
                running.into_iter().map(|worker| worker.join().expect("no panic").expect("a report").made).sum::<u64>()
            })
        })
        .await;
        assert_eq!((made, all_reminders(&test.db).len(), all_messages(&test.db).len()), (5, 5, 5));
    }

    async fn a_date_that_moves_starts_a_new_window(db: TestDb) {
        let test = TestApp::on(db).await;
        let (registration, _) = test.registrant(test.enrolment(Regime::NlPilot, "2026-01-12")).await;
        test.days_pass(2);
        assert_eq!(remind(&test.app).await.made, 1);
        let inside = CustodyInput { kind: CustodyKind::Remand, from: day("2026-01-14"), until: Some(day("2026-01-16")) };
        custody::add(&test.app, &test.ctx(&test.officer), registration, inside).await.expect("recorded");
        let due = duty_of(&test.app, registration, DutyKind::Initial).due_on.expect("a date");
        assert_eq!(due, day("2026-01-20"), "three days after the release on Friday the 16th, two of them working days");
        test.days_pass(1);
        assert_eq!(remind(&test.app).await.made, 0, "the old date is no date any more");
        test.days_pass(4);
        assert_eq!(remind(&test.app).await.made, 1);
        let before = |due: &str| (due.to_owned(), ReminderWindow::Before);
        assert_eq!(windows(&all_reminders(&test.db)), [before("2026-01-15"), before("2026-01-20")]);
    }

    async fn nobody_is_reminded_in_custody_or_of_what_was_done(db: TestDb) {
        let test = TestApp::on(db).await;
        let (inside, _) = test.registrant(test.enrolment(Regime::NlPilot, "2026-01-12")).await;
        let (reported, person) = test.registrant(test.enrolment(Regime::NlPilot, "2026-01-12")).await;
        let remand = CustodyInput { kind: CustodyKind::Remand, from: day("2026-01-12"), until: None };
        custody::add(&test.app, &test.ctx(&test.officer), inside, remand).await.expect("recorded");
        notify(&test.app, &test.ctx(&person), reported, initial(), Channel::Api).await.expect("accepted");
        for _ in 0..6 {
            test.days_pass(1);
            assert_eq!(remind(&test.app).await.made, 0);
        }
        assert_eq!(all_reminders(&test.db), []);
    }

    async fn a_night_in_custody_is_not_reminded_of_although_its_date_stands(db: TestDb) {
        let test = TestApp::on(db).await;
        let (registration, person) = test.registrant(test.enrolment(Regime::NlPilot, "2026-01-12")).await;
        notify(&test.app, &test.ctx(&person), registration, initial(), Channel::Api).await.expect("accepted");
        let officer = test.ctx(&test.officer);
        let nowhere = NoticeInput::NoHomeNotice { on: day("2026-01-12"), interval_days: None };
        notice::add(&test.app, &officer, registration, nowhere).await.expect("recorded");
        assert_eq!(remind(&test.app).await.made, 1, "the first night");
        test.days_pass(3);
        let remand = CustodyInput { kind: CustodyKind::Remand, from: day("2026-01-14"), until: Some(day("2026-01-17")) };
        custody::add(&test.app, &test.ctx(&test.officer), registration, remand).await.expect("recorded");
        assert_eq!(duty_of(&test.app, registration, DutyKind::NoHome).due_on, Some(day("2026-01-12")));
        assert_eq!(remind(&test.app).await.made, 0, "the night of the 15th is spent in custody");
        test.days_pass(3);
        assert_eq!(remind(&test.app).await.made, 1, "the night of the 18th is not");
    }

    async fn what_custody_would_say_counts_even_when_the_stored_date_is_wrong(db: TestDb) {
        let test = TestApp::on(db).await;
        let (registration, _) = test.registrant(test.enrolment(Regime::NlPilot, "2026-01-12")).await;
        let remand = CustodyInput { kind: CustodyKind::Remand, from: day("2026-01-12"), until: None };
        custody::add(&test.app, &test.ctx(&test.officer), registration, remand).await.expect("recorded");
        let duty = duty_of(&test.app, registration, DutyKind::Initial);
        test.db.execute(&format!("UPDATE duties SET due_on = '2026-01-15' WHERE id = '{}'", duty.id));
        test.days_pass(2);
        assert_eq!(remind(&test.app).await.made, 0, "the rules are asked, not the row");
        assert_eq!(duty_of(&test.app, registration, DutyKind::Initial).due_on, None, "and the row is put right");
        assert_eq!(audited(&test.db, "registration.reassess"), 1);
    }

    async fn a_week_of_downtime_is_not_followed_by_a_flood(db: TestDb) {
        let test = TestApp::on(db).await;
        for convicted in ["2026-01-12", "2026-01-12", "2026-01-09"] {
            test.registrant(test.enrolment(Regime::NlPilot, convicted)).await;
        }
        test.days_pass(7);
        assert_eq!(remind(&test.app).await.made, 0, "every one of these days has passed");
        assert_eq!(all_messages(&test.db), []);
    }

    async fn when_the_first_was_missed_only_the_second_goes_out(db: TestDb) {
        let test = TestApp::on(db).await;
        test.registrant(test.enrolment(Regime::NlPilot, "2026-01-12")).await;
        test.days_pass(3);
        assert_eq!(remind(&test.app).await.made, 1);
        assert_eq!(windows(&all_reminders(&test.db)), [("2026-01-15".to_owned(), ReminderWindow::OnDay)]);
    }

    async fn the_yearly_one_comes_two_weeks_ahead(db: TestDb) {
        let test = TestApp::on(db).await;
        let (registration, person) = test.registrant(test.enrolment(Regime::NlPilot, "2026-01-12")).await;
        notify(&test.app, &test.ctx(&person), registration, initial(), Channel::Api).await.expect("accepted");
        let due = duty_of(&test.app, registration, DutyKind::Periodic).due_on.expect("a date");
        test.app.clock.set_legal_day(due - chrono::Days::new(15), Regime::NlPilot.zone());
        assert_eq!(remind(&test.app).await.made, 0);
        test.app.clock.set_legal_day(due - chrono::Days::new(14), Regime::NlPilot.zone());
        assert_eq!(remind(&test.app).await.made, 1);
    }

    // ASVS 5.0: 15.4.4
    async fn one_file_that_cannot_be_computed_stops_no_other(db: TestDb) {
        let test = TestApp::on(db).await;
        let (bad, _) = test.registrant(test.enrolment(Regime::NlPilot, "2026-01-12")).await;
        test.registrant(test.enrolment(Regime::NlPilot, "2026-01-12")).await;
        test.db.execute(&format!("UPDATE registrations SET facts_doc = 'broken' WHERE id = '{bad}'"));
        test.days_pass(2);
        let report = remind(&test.app).await;
        assert_eq!((report.looked_at, report.made, report.failed), (2, 1, 1));
    }
}
