//! What the scheduler runs, and the rows it runs by.

mod advance;
mod bounces;
mod check;
mod command;
mod contention;
mod findings;
mod letters;
mod notices;
mod plans;
mod relay;
mod reminders;
mod schedulers;
mod self_audit;
mod service;
mod smtp;
mod sweep;
mod ticks;

use diesel::prelude::{QueryDsl, RunQueryDsl, SelectableHelper, TextExpressionMethods};
use scheduler::{JobError, RunContext, RunReport};
use zedenregister::app::App;
use zedenregister::ids::RegistrationId;
use zedenregister::jobs::sweep::Pass;
use zedenregister::jobs::{
    advance as advance_job, reminders as reminders_job, self_audit as self_audit_job, sweep as sweep_job,
};
use zedenregister::notify::MailFace;
use zedenregister::store::StoreError;
use zedenregister::store::duties::duty_list;
use zedenregister::store::rows::{DutyRow, FlagRow, OutboxRow, ReminderRow};
use zedenregister::store::schema::{audit_leaves, flags, outbox, reminders as reminder_rows};
use zedenregister::vocabulary::DutyKind;

use crate::support::TestDb;

/// Jobs run on threads of their own, never on the runtime's.
async fn on_a_thread<T: Send + 'static>(f: impl FnOnce() -> T + Send + 'static) -> T {
    tokio::task::spawn_blocking(f).await.expect("no panic")
}

fn now(app: &App) -> RunContext {
    let now = app.clock.now();
    RunContext::new(now.legal.utc(), now.legal.utc(), 1)
}

fn face() -> MailFace {
    MailFace::parse("berichten@example.org").expect("a sender")
}

fn remind_on_this_thread(app: &App) -> Result<RunReport, JobError> {
    reminders_job::run(app, &face(), |kind| app.config.policy.reminders(kind), &now(app))
}

async fn remind(app: &App) -> RunReport {
    let app = app.clone();
    on_a_thread(move || remind_on_this_thread(&app)).await.expect("a report")
}

async fn sweep(app: &App, pass: Pass) -> RunReport {
    let app = app.clone();
    on_a_thread(move || sweep_job::run(&app, &now(&app), pass)).await.expect("a report")
}

async fn advance(app: &App) -> RunReport {
    let app = app.clone();
    on_a_thread(move || advance_job::run(&app, &now(&app))).await.expect("a report")
}

async fn self_audit(app: &App) -> RunReport {
    let app = app.clone();
    on_a_thread(move || self_audit_job::run(&app, &now(&app))).await.expect("a report")
}

fn duty_of(app: &App, registration: RegistrationId, kind: DutyKind) -> DutyRow {
    let duties =
        app.store.read_blocking(|conn| duty_list(conn, registration)).map_err(|e: StoreError| e).expect("duties");
    duties.into_iter().find(|duty| duty.kind == kind).expect("a duty of this kind")
}

fn all_reminders(db: &TestDb) -> Vec<ReminderRow> {
    reminder_rows::table
        .select(ReminderRow::as_select())
        .order((reminder_rows::due_on, reminder_rows::planned_on, reminder_rows::id))
        .load(&mut db.conn())
        .expect("reminders")
}

fn all_messages(db: &TestDb) -> Vec<OutboxRow> {
    outbox::table.select(OutboxRow::as_select()).order(outbox::id).load(&mut db.conn()).expect("messages")
}

fn all_flags(db: &TestDb) -> Vec<FlagRow> {
    flags::table.select(FlagRow::as_select()).order(flags::id).load(&mut db.conn()).expect("flags")
}

/// How many audit entries name this act.
fn audited(db: &TestDb, action: &str) -> i64 {
    audit_leaves::table
        .filter(audit_leaves::entry.like(format!("%\"action\":\"{action}\"%")))
        .count()
        .get_result(&mut db.conn())
        .expect("a count")
}
