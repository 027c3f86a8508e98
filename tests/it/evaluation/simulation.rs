//! What another version of the rules would change: counted over every file, and nothing changed by it.

use zedenregister::evaluation::simulation::{Change, DutyChange, Harm, Report, simulate};
use zedenregister::ids::RegistrationId;
use zedenregister::law::RuleBook;
use zedenregister::register::notice::{self, NoticeInput};
use zedenregister::register::notify::notify;
use zedenregister::vocabulary::{Channel, DutyKind, Regime};

use crate::support::app::{TestApp, day};
use crate::support::reports::initial;

/// The rules of the pilot with five days to report a move instead of three.
fn five_days() -> RuleBook {
    let rules = include_str!("../../../src/law/profiles/nl-pilot-2026.toml");
    let other = rules.replace("\nhome = 3\n", "\nhome = 5\n");
    assert_ne!(other, rules, "the rules say something else now");
    RuleBook::with(&[("nl-pilot-2026.toml", other.as_str())], &[]).expect("rules")
}

async fn run(test: &TestApp, other: RuleBook) -> (Report, Vec<(RegistrationId, DutyChange)>) {
    let app = test.app.clone();
    let simulation = move || {
        let (mut told, mut read) = (Vec::new(), (0, 0));
        let tell = &mut |row: &zedenregister::store::rows::RegistrationRow, change: &DutyChange| {
            told.push((row.id, change.clone()));
            Ok(())
        };
        let report = simulate(&app, &other, tell, &mut |done, of| read = (done, of)).expect("simulated");
        assert_eq!(read, (report.files, report.files), "the progress comes to its end");
        (report, told)
    };
    tokio::task::spawn_blocking(simulation).await.expect("no panic")
}

/// Somebody who reported first and has moved since; the move is not reported.
async fn moved(test: &TestApp, on: &str) -> RegistrationId {
    let (registration, registrant) = test.registrant(test.enrolment(Regime::NlPilot, "2026-01-12")).await;
    let ctx = test.ctx_keyed(&registrant, &format!("first-{registration}"), "d");
    notify(&test.app, &ctx, registration, initial(), Channel::Api).await.expect("accepted");
    let seen = NoticeInput::HomeChanged { on: day(on) };
    notice::add(&test.app, &test.ctx(&test.officer), registration, seen).await.expect("noted");
    registration
}

on_both_databases! {
    async fn another_version_of_the_rules_is_tried_over_every_file(db: TestDb) {
        let test = TestApp::on(db).await;
        test.days_pass(1);
        let late = moved(&test, "2026-01-13").await;
        test.days_pass(4);
        let open = moved(&test, "2026-01-17").await;
        let tables = ["registrations", "facts", "duties", "duty_versions", "flags", "reminders", "outbox"];
        let before = test.db.rows_of(&tables);

        let (same, told) = run(&test, RuleBook::embedded().expect("rules")).await;
        assert_eq!((same.files, same.files_that_differ, same.not_computed), (2, 0, 0));
        assert!(told.is_empty());
        assert_eq!(same.rules_now, same.rules_then);

        let (report, mut told) = run(&test, five_days()).await;
        assert_eq!((report.files, report.files_that_differ), (2, 2));
        assert_ne!(report.rules_now, report.rules_then);
        assert_eq!((report.files_that_gain, report.files_that_lose), (0, 0));
        told.sort_by_key(|(registration, _)| *registration);
        let told: Vec<_> = told.into_iter().map(|(id, it)| (id, it.kind, it.change, it.harms, it.open)).collect();
        assert_eq!(
            told,
            [
                // Overdue since the 17th today, and until the 19th under the others.
                (late, DutyKind::Home, Change::Moved, vec![Harm::TooShort, Harm::SpuriousFlag], false),
                (open, DutyKind::Home, Change::Moved, vec![Harm::TooShort], true),
            ]
        );
        assert_eq!(report.open_deadlines_moved.get(&DutyKind::Home), Some(&1));
        assert_eq!((report.harms[&Harm::TooShort], report.files_by_harm[&Harm::SpuriousFlag]), (2, 1));
        let load = report.officers[&test.officer.account];
        assert_eq!((load.files, load.overdue.now, load.overdue.then), (2, 1, 0));
        assert_eq!(load.open.then, load.open.now + 1);
        let flags = |of: fn(&zedenregister::evaluation::simulation::Month) -> u64| report.months.values().map(of).sum::<u64>();
        assert_eq!(flags(|month| month.flags.then), flags(|month| month.flags.now) + 1);
        assert!(flags(|month| month.reminders.now) > 0);
        assert_eq!(test.db.rows_of(&tables), before, "nothing is changed");
        assert!(test.db.dump().contains("simulate"), "that it was looked at stands in the audit");
    }
}
