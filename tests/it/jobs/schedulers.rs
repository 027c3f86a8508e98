//! The jobs at work: what the schedulers of a process make of a day that passes.

use std::time::{Duration, Instant};

use zedenregister::jobs::{self, Watch};
use zedenregister::vocabulary::{FlagState, OutboxState, Regime};

use super::{all_flags, all_messages, on_a_thread};
use crate::support::app::TestApp;

/// Waits for what another thread brings about, while the clock goes on.
async fn until(test: &TestApp, what: &str, mut reached: impl FnMut() -> bool) {
    let begun = Instant::now();
    while !reached() {
        test.app.clock.advance(chrono::Duration::seconds(1));
        assert!(begun.elapsed() < Duration::from_secs(60), "not within a minute: {what}");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

on_both_databases! {
    async fn days_pass_and_a_reminder_and_a_flag_come_by_themselves(db: TestDb) {
        let test = TestApp::on(db).await;
        test.registrant(test.enrolment(Regime::NlPilot, "2026-01-12")).await;
        let app = test.app.clone();
        let handle = on_a_thread(move || jobs::spawn(&app)).await.expect("schedulers");
        let app = test.app.clone();
        let watch = std::sync::Arc::new(on_a_thread(move || Watch::new(&app)).await.expect("a watch"));
        let looking = std::sync::Arc::clone(&watch);
        let known = move || looking.status().expect("a status").iter().all(|job| job.next_due.is_some());
        assert!(on_a_thread(known).await, "every job has a next time");
        // The jobs become known at the present moment; occurrences before it are not made up for.
        tokio::time::sleep(Duration::from_millis(1_500)).await;
        test.days_pass(2);
        until(&test, "a reminder in the folder", || {
            let [message] = &all_messages(&test.db)[..] else { return false };
            message.state == OutboxState::HandedOver
        })
        .await;
        let mail: Vec<_> = std::fs::read_dir(test.folder().join("mail")).expect("a folder").collect();
        assert_eq!(mail.len(), 1);
        test.days_pass(2);
        until(&test, "a flag", || all_flags(&test.db).iter().any(|flag| flag.state == FlagState::Raised)).await;
        let looking = std::sync::Arc::clone(&watch);
        let status = on_a_thread(move || looking.status().expect("a status")).await;
        let swept = status.iter().find(|job| job.job == "sweep").expect("the sweep");
        assert!(swept.last_success_at.is_some() && !swept.overdue, "{swept:?}");
        let (stopped, unknown) = on_a_thread(move || {
            let unknown = handle.run_now("no-such-job").is_err();
            handle.run_now("reconcile").expect("a run that somebody asks for");
            (handle.shutdown(Duration::from_secs(20)), unknown)
        })
        .await;
        assert!(unknown);
        assert_eq!(stopped, Vec::<String>::new(), "everything came to its end");
    }
}
