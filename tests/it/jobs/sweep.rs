//! A flag is raised on exactly what is late, has an owner from the first moment, and is raised once.

use zedenregister::access::Reach;
use zedenregister::app::App;
use zedenregister::ids::RegistrationId;
use zedenregister::jobs::sweep::{self as sweep_job, Pass};
use zedenregister::register::custody::{self, CustodyInput, CustodyKind};
use zedenregister::register::notice::{self, NoticeInput};
use zedenregister::register::notify::notify;
use zedenregister::register::record::{Correction, Replacement, correct};
use zedenregister::store::flags::{FlagQuery, flag_evidence, flag_list};
use zedenregister::store::{StoreError, outbox};
use zedenregister::vocabulary::{Channel, DeliveryChannel, DutyKind, FlagState, OutboxKind, OutboxState, Regime};

use super::{all_flags, all_messages, audited, duty_of, now, on_a_thread, remind, sweep};
use crate::support::app::{TestApp, day};
use crate::support::reports::initial;

/// A registrant whose first notification is due on 15 January 2026.
async fn late(test: &TestApp) -> RegistrationId {
    test.registrant(test.enrolment(Regime::NlPilot, "2026-01-12")).await.0
}

on_both_databases! {
    async fn exactly_the_late_ones_are_raised_with_an_owner(db: TestDb) {
        let test = TestApp::on(db).await;
        let is_late = late(&test).await;
        let (reported, person) = test.registrant(test.enrolment(Regime::NlPilot, "2026-01-12")).await;
        notify(&test.app, &test.ctx(&person), reported, initial(), Channel::Api).await.expect("accepted");
        let inside = late(&test).await;
        let remand = CustodyInput { kind: CustodyKind::Remand, from: day("2026-01-13"), until: Some(day("2026-02-20")) };
        custody::add(&test.app, &test.ctx(&test.officer), inside, remand).await.expect("recorded");
        test.days_pass(3);
        assert_eq!(sweep(&test.app, Pass::FromCursor).await.made, 0, "on the last day nobody is late");
        let before = duty_of(&test.app, is_late, DutyKind::Initial);
        test.days_pass(1);
        assert_eq!(sweep(&test.app, Pass::FromCursor).await.made, 1);
        assert_eq!(sweep(&test.app, Pass::FromCursor).await.made, 0);
        assert_eq!(sweep(&test.app, Pass::Full).await.made, 0);
        let [flag] = all_flags(&test.db).try_into().expect("one flag");
        assert_eq!((flag.registration_id, flag.duty_id, flag.duty_version), (is_late, before.id, before.version));
        assert_eq!((flag.state, flag.owner_id, flag.team_id), (FlagState::Raised, test.officer.account, test.team));
        assert_eq!((flag.first_failure_day, flag.raised_on), (day("2026-01-16"), day("2026-01-16")));
        assert_eq!(duty_of(&test.app, is_late, DutyKind::Initial), before, "the duty itself is not touched");
        let [event] = all_messages(&test.db).try_into().expect("one event");
        assert_eq!((event.kind, event.event.as_str()), (OutboxKind::Event, "flag.raised"));
        assert_eq!((event.state, event.channel), (OutboxState::Pending, DeliveryChannel::Webhook));
        assert_eq!(event.reference_id, flag.id.to_string());
        assert_eq!(audited(&test.db, "flag.candidate"), 1);
    }

    async fn after_a_week_of_downtime_nothing_is_missed_and_both_days_are_told(db: TestDb) {
        let test = TestApp::on(db).await;
        for _ in 0..3 {
            late(&test).await;
        }
        test.days_pass(11);
        assert_eq!(sweep(&test.app, Pass::FromCursor).await.made, 3);
        let flags = all_flags(&test.db);
        let days: Vec<_> = flags.iter().map(|flag| (flag.first_failure_day, flag.raised_on)).collect();
        assert_eq!(days, [(day("2026-01-16"), day("2026-01-23")); 3]);
    }

    async fn what_falls_behind_the_cursor_is_found_by_the_full_pass(db: TestDb) {
        let test = TestApp::on(db).await;
        late(&test).await;
        let (other, person) = test.registrant(test.enrolment(Regime::NlPilot, "2026-01-02")).await;
        notify(&test.app, &test.ctx(&person), other, initial(), Channel::Api).await.expect("accepted");
        test.days_pass(4);
        assert_eq!(sweep(&test.app, Pass::FromCursor).await.made, 1);
        let officer = test.ctx(&test.officer);
        let moved = NoticeInput::HomeChanged { on: day("2026-01-16") };
        let fact = notice::add(&test.app, &officer, other, moved).await.expect("recorded");
        let earlier = Correction { reason: "Eerder".to_owned(), replacement: Replacement::OtherDay { on: day("2026-01-05") } };
        correct(&test.app, &officer, other, fact.root_id, earlier).await.expect("corrected");
        let due = duty_of(&test.app, other, DutyKind::Home).overdue_after;
        assert!(due.is_some_and(|due| due < day("2026-01-15")), "behind the cursor: {due:?}");
        assert_eq!(sweep(&test.app, Pass::FromCursor).await.made, 0);
        assert_eq!(sweep(&test.app, Pass::Full).await.made, 1);
    }

    async fn an_officer_who_left_is_replaced_by_the_lead(db: TestDb) {
        let test = TestApp::on(db).await;
        late(&test).await;
        test.db.execute(&format!("UPDATE accounts SET state = 'left' WHERE id = '{}'", test.officer.account));
        test.days_pass(4);
        assert_eq!(sweep(&test.app, Pass::FromCursor).await.made, 1);
        assert_eq!(all_flags(&test.db)[0].owner_id, test.lead.account);
    }

    async fn without_anybody_to_own_it_no_flag_is_raised_and_the_run_says_so(db: TestDb) {
        let test = TestApp::on(db).await;
        late(&test).await;
        let gone = format!("UPDATE accounts SET state = 'left' WHERE id IN ('{}', '{}')", test.officer.account, test.lead.account);
        test.db.execute(&gone);
        test.days_pass(4);
        let report = sweep(&test.app, Pass::Full).await;
        assert_eq!((report.made, report.failed), (0, 1));
        test.db.execute("UPDATE accounts SET state = 'active'");
        assert_eq!(sweep(&test.app, Pass::Full).await.made, 1, "the next full pass makes up for it");
    }

    // ASVS 5.0: 2.3.4
    async fn two_sweeps_at_once_raise_one_flag(db: TestDb) {
        let test = TestApp::on(db).await;
        for _ in 0..4 {
            late(&test).await;
        }
        test.days_pass(4);
        let workers: Vec<App> = (0..3).map(|_| App { store: test.db.store(), ..test.app.clone() }).collect();
        let made = on_a_thread(move || {
            std::thread::scope(|scope| {
                let running: Vec<_> = workers
                    .iter()
                    .map(|app| scope.spawn(|| sweep_job::run(app, &now(app), Pass::Full).expect("a report").made))
                    .collect();
                running.into_iter().map(|worker| worker.join().expect("no panic")).sum::<u64>()
            })
        })
        .await;
        assert_eq!((made, all_flags(&test.db).len(), all_messages(&test.db).len()), (4, 4, 4));
    }

    async fn one_bad_file_stops_no_other(db: TestDb) {
        let test = TestApp::on(db).await;
        let bad = late(&test).await;
        late(&test).await;
        test.db.execute(&format!("UPDATE registrations SET facts_doc = 'broken' WHERE id = '{bad}'"));
        test.days_pass(4);
        let report = sweep(&test.app, Pass::Full).await;
        assert_eq!((report.looked_at, report.made, report.failed), (2, 1, 1));
    }

    async fn a_stored_date_that_is_wrong_raises_nothing_and_is_put_right(db: TestDb) {
        let test = TestApp::on(db).await;
        let registration = late(&test).await;
        let duty = duty_of(&test.app, registration, DutyKind::Initial);
        test.db.execute(&format!("UPDATE duties SET overdue_after = '2026-01-10' WHERE id = '{}'", duty.id));
        let report = sweep(&test.app, Pass::Full).await;
        assert_eq!((report.made, report.skipped), (0, 1), "the rules are asked, not the row");
        assert_eq!(all_flags(&test.db), []);
        assert_eq!(duty_of(&test.app, registration, DutyKind::Initial).overdue_after, Some(day("2026-01-15")));
        test.days_pass(4);
        assert_eq!(sweep(&test.app, Pass::Full).await.made, 1);
        let flag = &all_flags(&test.db)[0];
        assert_eq!(flag.duty_version, duty_of(&test.app, registration, DutyKind::Initial).version);
    }

    async fn flags_are_read_within_reach_and_with_their_evidence(db: TestDb) {
        let test = TestApp::on(db).await;
        late(&test).await;
        let elsewhere = late(&test).await;
        let (officer, team) = (test.other_officer.account, test.other_team);
        let given = format!("UPDATE registrations SET officer_id = '{officer}', team_id = '{team}' WHERE id = '{elsewhere}'");
        test.db.execute(&given);
        test.days_pass(2);
        remind(&test.app).await;
        test.days_pass(2);
        sweep(&test.app, Pass::Full).await;
        let list = |reach: Reach, query: FlagQuery| {
            test.app
                .store
                .read_blocking(|conn| flag_list(conn, &reach, &FlagQuery { limit: 10, ..query }))
                .map_err(|e: StoreError| e)
                .expect("flags")
        };
        let all = list(Reach::Everything, FlagQuery::default());
        assert_eq!(all.len(), 2);
        let mine = list(Reach::Officer(test.officer.account), FlagQuery::default());
        assert_eq!(mine.iter().map(|flag| flag.owner_id).collect::<Vec<_>>(), [test.officer.account]);
        assert_eq!(list(Reach::Team(test.other_team), FlagQuery::default()).len(), 1);
        assert_eq!(list(Reach::Officer(test.colleague.account), FlagQuery::default()), []);
        assert_eq!(list(Reach::Nothing("no"), FlagQuery::default()), []);
        let after = FlagQuery { after: Some(all[0].id), ..FlagQuery::default() };
        assert_eq!(list(Reach::Everything, after), all[1..]);
        let decided = FlagQuery { states: vec![FlagState::Decided], ..FlagQuery::default() };
        assert_eq!(list(Reach::Everything, decided), []);
        let later = FlagQuery { raised_from: Some(day("2026-01-17")), ..FlagQuery::default() };
        assert_eq!(list(Reach::Everything, later), []);
        let evidence = test
            .app
            .store
            .read_blocking(|conn| flag_evidence(conn, all.clone()))
            .map_err(|e: StoreError| e)
            .expect("evidence");
        assert_eq!(evidence.len(), 2);
        for (flag, found) in all.iter().zip(&evidence) {
            assert_eq!((&found.flag, found.duty.duty_id, found.duty.version), (flag, flag.duty_id, flag.duty_version));
            assert_eq!(found.reminders.len(), 1);
            assert_eq!(found.reminders[0].message.state, OutboxState::Pending, "queued is not delivered");
            assert!(found.reminders[0].deliveries.is_empty());
        }
        let waiting = test.app.store.read_blocking(outbox::outbox_count).map_err(|e: StoreError| e).expect("counts");
        assert_eq!(waiting, [(OutboxState::Pending, 4)]);
    }
}
