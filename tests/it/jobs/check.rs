//! The check finds every planted defect, finds none where there is none, mends what is safe and lists the rest.

use std::collections::BTreeSet;
use std::process::Command;

use diesel::prelude::{ExpressionMethods, QueryDsl, RunQueryDsl, SelectableHelper};
use zedenregister::ids::RegistrationId;
use zedenregister::jobs::check::{self as check_job, Findings, Repaired, is_safe};
use zedenregister::jobs::sequencer;
use zedenregister::jobs::sweep::Pass;
use zedenregister::store::consistency::{Defect, DefectKind};
use zedenregister::store::rows::{DutyRow, FlagRow, OutboxRow, ReminderRow};
use zedenregister::store::schema::{duties, events, flags, outbox, reminders};
use zedenregister::vocabulary::Regime;

use super::{audited, now, on_a_thread, remind, sweep};
use crate::support::TestDb;
use crate::support::app::TestApp;

async fn look(test: &TestApp) -> Findings {
    let app = test.app.clone();
    on_a_thread(move || check_job::look(&app, &now(&app), &mut |_, _| ())).await.expect("findings")
}

async fn repair(test: &TestApp) -> Repaired {
    let app = test.app.clone();
    on_a_thread(move || check_job::repair(&app, &now(&app), &mut |_, _| ())).await.expect("a repair")
}

/// People who were reminded, let the day pass and got a flag, with their events in order or not yet.
async fn flagged(test: &TestApp, people: usize, convicted_on: &str) -> Vec<RegistrationId> {
    let mut files = Vec::new();
    for _ in 0..people {
        files.push(test.registrant(test.enrolment(Regime::NlPilot, convicted_on)).await.0);
    }
    test.days_pass(2);
    assert_eq!(remind(&test.app).await.made, people as u64);
    test.days_pass(10);
    assert_eq!(sweep(&test.app, Pass::FromCursor).await.made, people as u64);
    files
}

async fn sequence(test: &TestApp) {
    let app = test.app.clone();
    on_a_thread(move || sequencer::run(&app, &now(&app))).await.expect("a report");
}

/// Does to the rows what nothing that holds references would let pass.
fn plant(db: &TestDb, statements: &str) {
    let without =
        if db.is_postgresql() { "SET session_replication_role = replica" } else { "PRAGMA foreign_keys = OFF" };
    db.execute(&format!("{without}; {statements}"));
}

/// The rows of one file that defects are planted in.
struct Rows {
    registration: RegistrationId,
    duty: DutyRow,
    flag: FlagRow,
    reminder: ReminderRow,
    event: OutboxRow,
}

impl Rows {
    fn of(db: &TestDb, registration: RegistrationId) -> Self {
        let conn = &mut db.conn();
        let flag: FlagRow = flags::table
            .filter(flags::registration_id.eq(registration))
            .select(FlagRow::as_select())
            .first(conn)
            .expect("a flag");
        let duty = duties::table.find(flag.duty_id).select(DutyRow::as_select()).first(conn).expect("its duty");
        let reminder = reminders::table
            .filter(reminders::duty_id.eq(flag.duty_id))
            .select(ReminderRow::as_select())
            .first(conn)
            .expect("its reminder");
        let event = outbox::table
            .filter(outbox::reference_id.eq(flag.id.to_string()))
            .select(OutboxRow::as_select())
            .first(conn)
            .expect("its event");
        Self { registration, duty, flag, reminder, event }
    }

    /// Seven or eight defects in one file, which do not touch one another.
    fn spoil(&self, at: usize, records: &str) -> (String, Vec<(DefectKind, String)>) {
        let Self { registration, duty, flag, reminder, event } = self;
        let (id, duty, flag, message) = (registration, duty.id, flag.id, reminder.outbox_id);
        let mut sql = format!("UPDATE flags SET duty_version = 99, owner_id = '{records}' WHERE id = '{flag}';");
        let mut planted = vec![
            (DefectKind::FlagVersionMissing, flag.to_string()),
            (DefectKind::FlagWithoutOwner, flag.to_string()),
            (DefectKind::FlagEventMissing, flag.to_string()),
        ];
        sql += &format!("DELETE FROM outbox WHERE id = '{}';", event.id);
        let mut one = |kind: DefectKind, subject: String, statement: String| {
            planted.push((kind, subject));
            sql += &statement;
        };
        if at.is_multiple_of(2) {
            let statement = format!("UPDATE duties SET version = version + 1 WHERE id = '{duty}';");
            one(DefectKind::DutyVersionMissing, duty.to_string(), statement);
            let statement = format!("UPDATE flags SET last_step = 3 WHERE id = '{flag}';");
            one(DefectKind::FlagStepsDiffer, flag.to_string(), statement);
            let statement = format!("UPDATE facts SET seq = seq + 10 WHERE registration_id = '{id}';");
            one(DefectKind::FactGap, id.to_string(), statement);
        } else {
            let statement = format!("UPDATE duties SET overdue_after = '2026-01-01' WHERE id = '{duty}';");
            one(DefectKind::DutyDiffersFromVersion, duty.to_string(), statement);
            let statement = format!("UPDATE flags SET state = 'in_review' WHERE id = '{flag}';");
            one(DefectKind::FlagStateDiffers, flag.to_string(), statement);
            let statement =
                format!("UPDATE facts SET payload = replace(payload, '18', '19') WHERE registration_id = '{id}';");
            one(DefectKind::DocumentDiffers, id.to_string(), statement);
        }
        if at.is_multiple_of(4) {
            let statement = format!("DELETE FROM reminders WHERE id = '{}';", reminder.id);
            one(DefectKind::MessageWithoutReminder, message.to_string(), statement);
            return (sql, planted);
        }
        let statement = format!("UPDATE reminders SET duty_version = 99 WHERE id = '{}';", reminder.id);
        one(DefectKind::ReminderVersionMissing, reminder.id.to_string(), statement);
        match at % 4 {
            1 => {
                let statement = format!("DELETE FROM outbox WHERE id = '{message}';");
                one(DefectKind::Orphan, reminder.id.to_string(), statement);
            }
            2 => {
                let statement = format!("UPDATE outbox SET state = 'handed_over' WHERE id = '{message}';");
                one(DefectKind::HandOverWithoutProof, message.to_string(), statement);
            }
            _ => {
                let statement = format!("UPDATE outbox SET state = 'in_flight' WHERE id = '{message}';");
                one(DefectKind::MessageHeldByNobody, message.to_string(), statement);
            }
        }
        (sql, planted)
    }

    /// The flag is gone as if it had never been raised.
    fn without_flag(&self) -> String {
        format!("DELETE FROM outbox WHERE id = '{}'; DELETE FROM flags WHERE id = '{}';", self.event.id, self.flag.id)
    }

    /// The duty is gone with everything that stood on it.
    fn without_duty(&self) -> String {
        let (duty, message) = (self.duty.id, self.reminder.outbox_id);
        format!(
            "{} DELETE FROM reminders WHERE duty_id = '{duty}'; DELETE FROM outbox WHERE id = '{message}'; \
             DELETE FROM duty_versions WHERE duty_id = '{duty}'; DELETE FROM duties WHERE id = '{duty}';",
            self.without_flag()
        )
    }

    fn key_of_duty(&self) -> String {
        format!("{}/{}/{}", self.duty.kind, self.duty.root_id, self.duty.ordinal)
    }
}

fn told(defects: &[Defect]) -> BTreeSet<(DefectKind, String, Option<String>)> {
    defects.iter().map(|defect| (defect.kind, defect.subject.clone(), defect.registration.clone())).collect()
}

/// What was found as the plan names it: the key of a duty is told apart by its file alone.
fn named(defects: &[Defect]) -> BTreeSet<(DefectKind, String)> {
    let of = |defect: &Defect| match (defect.kind, &defect.registration) {
        (DefectKind::DutyMissing, Some(file)) => format!("{file}/{}", defect.subject),
        _ => defect.subject.clone(),
    };
    defects.iter().map(|defect| (defect.kind, of(defect))).collect()
}

on_both_databases! {
    async fn a_register_that_is_right_has_no_defects(db: TestDb) {
        let test = TestApp::on(db).await;
        flagged(&test, 3, "2026-01-12").await;
        sequence(&test).await;
        test.registrant(test.enrolment(Regime::Ie, "2026-01-20")).await;
        let found = look(&test).await;
        assert!(found.defects.is_empty(), "no false alarm: {:?}", found.defects);
        assert_eq!(found.files, 4);
        assert!(found.rules > 60, "the references of the database are asked as well: {}", found.rules);
        assert_eq!(audited(&test.db, "consistency.check"), 1);
    }

    async fn two_hundred_planted_defects_are_found_and_what_is_safe_is_mended(db: TestDb) {
        let test = TestApp::on(db).await;
        let first = flagged(&test, 4, "2026-01-12").await;
        sequence(&test).await;
        let files = flagged(&test, 55, "2026-01-24").await;
        assert_eq!(look(&test).await.defects.len(), 0, "before anything is planted");
        let records = test.records.account.to_string();
        let mut planted: Vec<(DefectKind, String)> = Vec::new();
        let mut sql = String::new();
        for (at, registration) in files[..20].iter().enumerate() {
            let (statements, of_file) = Rows::of(&test.db, *registration).spoil(at, &records);
            sql += &statements;
            planted.extend(of_file);
        }
        for registration in &files[20..30] {
            let rows = Rows::of(&test.db, *registration);
            planted.push((DefectKind::FlagMissing, rows.duty.id.to_string()));
            sql += &rows.without_flag();
        }
        for registration in &files[30..40] {
            let rows = Rows::of(&test.db, *registration);
            planted.push((DefectKind::DutyMissing, format!("{registration}/{}", rows.key_of_duty())));
            sql += &rows.without_duty();
        }
        for id in &files[40..50] {
            planted.push((DefectKind::AssessmentOverdue, id.to_string()));
            sql += &format!("UPDATE registrations SET next_assess_on = '2026-01-20' WHERE id = '{id}';");
        }
        for id in &files[50..] {
            planted.push((DefectKind::FileUnreadable, id.to_string()));
            sql += &format!("UPDATE registrations SET facts_doc = 'broken' WHERE id = '{id}';");
        }
        for leaf in [3, 6, 9, 12, 15] {
            planted.push((DefectKind::AuditGap, (leaf + 1).to_string()));
            sql += &format!("DELETE FROM audit_leaves WHERE leaf_index = {leaf};");
        }
        let places: Vec<String> = events::table
            .select(events::outbox_id)
            .order(events::position)
            .load(&mut test.db.conn())
            .expect("events in their order");
        assert_eq!(places.len(), first.len());
        for event in &places[..3] {
            planted.push((DefectKind::EventUnmarked, event.to_string()));
            sql += &format!("UPDATE outbox SET sequenced_at = NULL WHERE id = '{event}';");
        }
        let event = &places[3];
        planted.push((DefectKind::EventUnplaced, event.to_string()));
        sql += &format!("DELETE FROM events WHERE outbox_id = '{event}';");
        // What stood last now stands behind a place that nobody has.
        planted.push((DefectKind::EventGap, "5".to_owned()));
        sql += "UPDATE events SET position = 5 WHERE position = (SELECT max(position) FROM events);";
        assert_eq!(planted.len(), 200);
        plant(&test.db, &sql);

        let found = look(&test).await;
        let expected: BTreeSet<(DefectKind, String)> = planted.iter().cloned().collect();
        let told_of = named(&found.defects);
        let (lost, false_alarms): (Vec<_>, Vec<_>) =
            (expected.difference(&told_of).collect(), told_of.difference(&expected).collect());
        assert!(lost.is_empty() && false_alarms.is_empty(), "lost {lost:?}, false alarms {false_alarms:?}");
        assert!(expected.iter().map(|(kind, _)| *kind).collect::<BTreeSet<_>>().len() >= 12, "kinds");

        let done = repair(&test).await;
        let unsafe_ones: BTreeSet<_> = told(&found.defects).into_iter().filter(|(kind, ..)| !is_safe(*kind)).collect();
        assert_eq!(told(&done.left.defects), unsafe_ones, "what is safe is mended, the rest is untouched and told");
        assert_eq!(done.repaired, (found.defects.len() - unsafe_ones.len()) as u64);
        assert_eq!(audited(&test.db, "consistency.repair"), 1);
    }

    async fn what_is_only_missing_is_mended_to_the_last(db: TestDb) {
        let test = TestApp::on(db).await;
        let files = flagged(&test, 4, "2026-01-12").await;
        let rows: Vec<Rows> = files.iter().map(|id| Rows::of(&test.db, *id)).collect();
        plant(&test.db, &format!("{} {}", rows[0].without_duty(), rows[1].without_flag()));
        plant(&test.db, &format!("DELETE FROM outbox WHERE id = '{}';", rows[2].event.id));
        let done = repair(&test).await;
        assert_eq!((done.found.defects.len(), done.repaired, done.left.defects.as_slice()), (3, 3, &[][..]));
        let anew = Rows::of(&test.db, rows[2].registration).event;
        assert_eq!((anew.event.as_str(), anew.registration_id), ("flag.raised", Some(rows[2].registration)));
    }

    async fn the_command_tells_by_id_and_ends_with_what_it_found(db: TestDb) {
        let test = TestApp::on(db).await;
        let id = test.registrant(test.enrolment(Regime::NlPilot, "2026-01-12")).await.0;
        plant(&test.db, &format!("UPDATE facts SET seq = 7 WHERE registration_id = '{id}';"));
        let at = |name: &str| test.folder().join(name).display().to_string();
        let command = |arguments: &[&str]| {
            Command::new(env!("CARGO_BIN_EXE_zedenregister"))
                .args(arguments)
                .env("ZEDEN_DATABASE__URL", test.db.url_text())
                .env("ZEDEN_KEYS__FOLDER", at("keys"))
                .env("ZEDEN_KEYS__KEY_STORE", format!("sqlite://{}", at("key-store.db")))
                .output()
                .expect("a process")
        };
        let output = command(&["check", "--json"]);
        assert_eq!(output.status.code(), Some(1), "{}", String::from_utf8_lossy(&output.stderr));
        let found: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
        let gap = found["defects"].as_array().expect("a list").iter().find(|defect| defect["kind"] == "fact_gap");
        assert_eq!(gap.expect("the gap")["registration"], id.to_string());
        let output = command(&["check"]);
        let text = String::from_utf8_lossy(&output.stdout);
        assert!(text.contains("fact_gap") && text.contains("to be looked at by a person"), "{text}");
    }
}
