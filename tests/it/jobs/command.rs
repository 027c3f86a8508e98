//! `zedenregister scheduler`: a process of its own that works until it is told to stop.

use std::io::{BufRead, BufReader, Read};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use zedenregister::vocabulary::Regime;

use super::all_flags;
use crate::support::app::TestApp;

/// Ends the process with the test, however that ends.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        drop(self.0.kill());
        drop(self.0.wait());
    }
}

fn scheduler(test: &TestApp) -> Command {
    let at = |name: &str| test.folder().join(name).display().to_string();
    let mut command = Command::new(env!("CARGO_BIN_EXE_zedenregister"));
    command
        .arg("scheduler")
        .env("ZEDEN_DATABASE__URL", test.db.url_text())
        .env("ZEDEN_KEYS__FOLDER", at("keys"))
        .env("ZEDEN_KEYS__KEY_STORE", format!("sqlite://{}", at("key-store.db")))
        .env("ZEDEN_AUDIT__CHECKPOINTS", at("checkpoints"))
        .env("ZEDEN_MAIL__FOLDER", at("mail"))
        .stdout(Stdio::piped())
        .stderr(Stdio::null());
    command
}

on_both_databases! {
    async fn it_raises_a_flag_and_stops_when_told_to(db: TestDb) {
        let test = TestApp::on(db).await;
        test.registrant(test.enrolment(Regime::NlPilot, "2026-01-12")).await;
        let mut child = Running(scheduler(&test).env("ZEDEN_JOBS__SWEEP", "* * * * * *").spawn().expect("a process"));
        let mut out = BufReader::new(child.0.stdout.take().expect("its output"));
        let mut first = String::new();
        out.read_line(&mut first).expect("a line");
        assert!(first.contains("The scheduler runs"), "{first}");
        let begun = Instant::now();
        while all_flags(&test.db).is_empty() {
            assert!(begun.elapsed() < Duration::from_secs(60), "no flag within a minute");
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
        let told = Command::new("kill").args(["-TERM", &child.0.id().to_string()]).status().expect("kill");
        assert!(told.success());
        let ended = child.0.wait().expect("an end");
        let mut rest = String::new();
        out.read_to_string(&mut rest).expect("the rest");
        assert!(ended.success() && rest.contains("Stopped"), "{ended:?} {rest}");
    }

    async fn a_sender_that_tells_what_it_is_is_refused_at_start(db: TestDb) {
        let test = TestApp::on(db).await;
        let output = scheduler(&test)
            .env("ZEDEN_MAIL__FROM", "noreply@zedenregister.example")
            .stderr(Stdio::piped())
            .output()
            .expect("a process");
        let said = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(3), "{said}");
        assert!(said.contains("mail.from"), "{said}");
    }
}
