//! The questions of the jobs are answered from the indexes that were made for them, also when the tables are large.

use std::sync::{Arc, Mutex};

use diesel::connection::{Connection, InstrumentationEvent, SimpleConnection};
use diesel::{QueryableByName, RunQueryDsl, sql_query, sql_types::Text};
use scheduler::TickStore;
use zedenregister::clock::UtcTime;
use zedenregister::store::Conn;
use zedenregister::store::caseload::registration_count_by_officer;
use zedenregister::store::events::event_list_unsequenced;
use zedenregister::store::notifications::notification_list_waiting;
use zedenregister::store::outbox::{outbox_list_lapsed, outbox_list_ready};
use zedenregister::store::sweep::{
    Position, RemindersWanted, duty_list_overdue, duty_list_unreminded, registration_list_to_advance,
};
use zedenregister::store::team::{flag_count_by_age, flag_list_due};
use zedenregister::store::terms::flag_list_past_term;
use zedenregister::store::ticks::Ticks;
use zedenregister::store::worklist::{Whose, WorkQuery, work_list};
use zedenregister::vocabulary::{DeliveryChannel, DutyKind, Regime, ReminderWindow, Role};

use super::{duty_of, on_a_thread};
use crate::support::TestDb;
use crate::support::app::{TestApp, day};

#[derive(QueryableByName)]
struct Detail {
    #[diesel(sql_type = Text)]
    detail: String,
}

#[derive(QueryableByName)]
struct Line {
    #[diesel(sql_type = Text, column_name = "QUERY PLAN")]
    line: String,
}

/// The plan of the first statement that `ask` sends.
fn plan_of(conn: &mut Conn, ask: impl FnOnce(&mut Conn)) -> String {
    let sent: Arc<Mutex<Vec<String>>> = Arc::default();
    let kept = Arc::clone(&sent);
    conn.set_instrumentation(move |event: InstrumentationEvent<'_>| {
        if let InstrumentationEvent::StartQuery { query, .. } = event {
            kept.lock().expect("statements").push(query.to_string());
        }
    });
    ask(conn);
    conn.set_instrumentation(|_: InstrumentationEvent<'_>| ());
    let sent = sent.lock().expect("statements").clone();
    let statement = sent.iter().find(|sql| sql.contains("SELECT")).expect("a statement");
    let sql = statement.split(" -- binds").next().expect("the text before the values");
    if conn.is_postgres() {
        generic_plan(conn, sql)
    } else {
        let rows: Vec<Detail> = sql_query(format!("EXPLAIN QUERY PLAN {sql}")).load(conn).expect("a plan");
        rows.into_iter().map(|row| row.detail).collect::<Vec<_>>().join("\n")
    }
}

/// The plan that holds for whatever values: a partial index must not depend on one that is bound.
fn generic_plan(conn: &mut Conn, sql: &str) -> String {
    let values = (1..).take_while(|number| sql.contains(&format!("${number}"))).map(|_| "NULL").collect::<Vec<_>>();
    let sql = sql.replace(" FOR UPDATE SKIP LOCKED", "").replace("  FOR UPDATE", "");
    conn.batch_execute(&format!("SET plan_cache_mode = force_generic_plan; PREPARE question AS {sql}"))
        .expect("prepared");
    let arguments = if values.is_empty() { String::new() } else { format!("({})", values.join(", ")) };
    let rows: Vec<Line> = sql_query(format!("EXPLAIN EXECUTE question{arguments}")).load(conn).expect("a plan");
    conn.batch_execute("DEALLOCATE question").expect("forgotten");
    rows.into_iter().map(|row| row.line).collect::<Vec<_>>().join("\n")
}

/// Multiplies what is there: thousands of duties, messages and ticks, most of them done with.
async fn large(db: TestDb) -> TestApp {
    let test = TestApp::on(db).await;
    let (registration, _) = test.registrant(test.enrolment(Regime::NlPilot, "2026-01-12")).await;
    let duty = duty_of(&test.app, registration, DutyKind::Initial);
    let numbers = if test.db.is_postgresql() {
        "SELECT n FROM generate_series(1, 20000) AS s(n)"
    } else {
        "WITH RECURSIVE s(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM s WHERE n < 20000) SELECT n FROM s"
    };
    let padded = |kind: &str| {
        if test.db.is_postgresql() {
            format!("'{kind}0000000-0000-7000-8000-' || lpad(CAST(n AS TEXT), 12, '0')")
        } else {
            format!("'{kind}0000000-0000-7000-8000-' || printf('%012d', n)")
        }
    };
    test.db.execute(&format!(
        "INSERT INTO duties SELECT {}, '{registration}', 'home', 'root-' || CAST(n AS TEXT), 0, 1, trigger_on, due_on, \
         overdue_after, CASE WHEN n % 200 = 0 THEN 'pending' ELSE 'met' END, NULL, NULL, steps_digest, created_at, updated_at \
         FROM duties, ({numbers}) AS numbers WHERE id = '{}'",
        padded("a"),
        duty.id
    ));
    test.db.execute(&format!(
        "INSERT INTO outbox SELECT {}, 'reminder', '{registration}', {}, 'reminder', \
         CASE WHEN n % 2 = 0 THEN 'email' ELSE 'webhook' END, CASE WHEN n % 100 = 0 THEN 'pending' ELSE 'delivered' END, 0, \
         created_at, NULL, NULL, NULL, 'x', NULL, NULL, NULL, created_at, created_at, \
         CASE WHEN n % 100 = 0 THEN NULL ELSE created_at END \
         FROM duties, ({numbers}) AS numbers WHERE id = '{}'",
        padded("b"),
        padded("c"),
        duty.id
    ));
    test.db
        .execute("INSERT INTO jobs SELECT 'sweep', created_at, 0, 0, NULL, NULL, NULL, NULL, NULL FROM registrations");
    let later = if test.db.is_postgresql() {
        "created_at + n * interval '1 minute'"
    } else {
        "datetime(created_at, '+' || n || ' minutes')"
    };
    test.db.execute(&format!(
        "INSERT INTO job_ticks SELECT 'sweep', {later}, 'schedule', 'succeeded', 1, 1, NULL, created_at, NULL, NULL, NULL, \
         0, 0, 0, 0, NULL FROM registrations, ({numbers}) AS numbers"
    ));
    test.db.execute("ANALYZE");
    test
}

/// Thousands of registrations, few of them in the other team.
fn many_registrations(test: &TestApp) {
    let fresh = if test.db.is_postgresql() { "CAST(gen_random_uuid() AS TEXT)" } else { "lower(hex(randomblob(18)))" };
    test.db.execute("CREATE TABLE copies AS SELECT * FROM registrations");
    for _ in 0..12 {
        test.db.execute("INSERT INTO copies SELECT * FROM copies");
    }
    test.db.execute(&format!("UPDATE copies SET id = {fresh}"));
    test.db.execute(&format!(
        "UPDATE copies SET team_id = CASE WHEN id < '01' THEN '{}' ELSE '{}' END",
        test.other_team, test.team
    ));
    test.db.execute("INSERT INTO registrations SELECT * FROM copies");
    test.db.execute("DROP TABLE copies");
    // PostgreSQL counts from an index alone once it knows that every row on a page is visible, as autovacuum tells it.
    test.db.execute(if test.db.is_postgresql() { "VACUUM ANALYZE registrations" } else { "ANALYZE" });
}

/// A flag on every duty: a quarter of them open, few of them the officer's or referred.
fn many_flags(test: &TestApp) {
    let (officer, colleague, team) = (test.officer.account, test.colleague.account, test.team);
    let number = "CAST(substr(id, 25) AS BIGINT)";
    test.db.execute(&format!(
        "INSERT INTO flags (id, duty_id, duty_version, registration_id, state, owner_id, team_id, first_failure_day, \
         raised_on, raised_at, version, updated_at, due_on, outcome) \
         SELECT 'd' || substr(id, 2), id, 1, registration_id, \
         CASE WHEN {number} % 4 = 0 THEN 'raised' ELSE 'closed' END, \
         CASE WHEN {number} % 200 = 0 THEN '{officer}' ELSE '{colleague}' END, '{team}', trigger_on, trigger_on, \
         created_at, 1, created_at, trigger_on, CASE WHEN {number} % 400 = 0 THEN 'referral' ELSE NULL END \
         FROM duties WHERE kind = 'home'"
    ));
    test.db.execute("ANALYZE");
}

fn assert_uses(plan: &str, index: &str) {
    assert!(plan.contains(index), "{index} is not in the plan:\n{plan}");
}

on_both_databases! {
    async fn the_indexes_made_for_the_jobs_are_used(db: TestDb) {
        let test = large(db).await;
        on_a_thread(move || {
            let mut conn = test.db.conn();
            let today = day("2026-02-01");
            let last = Position { on: day("2026-01-01"), id: zedenregister::ids::DutyId::fresh() };
            for after in [None, Some(last)] {
                let plan = plan_of(&mut conn, |conn| drop(duty_list_overdue(conn, Regime::NlPilot, today, after, 500)));
                assert_uses(&plan, "duties_overdue");
            }
            let wanted = RemindersWanted {
                regime: Regime::NlPilot,
                kinds: vec![DutyKind::Home, DutyKind::Name],
                window: ReminderWindow::Before,
                channel: DeliveryChannel::Email,
                from: today,
                until: day("2026-02-02"),
                today,
            };
            let plan = plan_of(&mut conn, |conn| drop(duty_list_unreminded(conn, &wanted, None, 500)));
            assert_uses(&plan, "duties_due");
            let plan = plan_of(&mut conn, |conn| drop(registration_list_to_advance(conn, Regime::NlPilot, today, None, 200)));
            if !test.db.is_postgresql() {
                // One registration fits a page: PostgreSQL rightly reads it as it is.
                assert_uses(&plan, "registrations_next_assess");
            }
            let now: UtcTime = test.app.clock.now().system;
            let channels = [DeliveryChannel::Email];
            let plan = plan_of(&mut conn, |conn| drop(outbox_list_ready(conn, &channels, now, today, 20)));
            assert_uses(&plan, "outbox_work");
            let plan = plan_of(&mut conn, |conn| drop(outbox_list_lapsed(conn, &channels, now, 20)));
            assert_uses(&plan, "outbox_work");
            let plan = plan_of(&mut conn, |conn| drop(event_list_unsequenced(conn, 200)));
            assert_uses(&plan, "outbox_unsequenced");
            let view = Ticks::new(test.db.store()).view("sweep", None).expect("a view").expect("the job");
            assert!(view.open.is_empty());
        })
        .await;
    }

    async fn worklists_and_terms_are_answered_from_their_indexes(db: TestDb) {
        let test = large(db).await;
        many_flags(&test);
        on_a_thread(move || {
            let mut conn = test.db.conn();
            let today = day("2026-02-01");
            let plan = plan_of(&mut conn, |conn| drop(flag_list_past_term(conn, Regime::NlPilot, today, None, 500)));
            assert_uses(&plan, "flags_terms");
            let officer = Whose::Officer(test.officer.account, vec![test.lead.account]);
            let lead = Whose::Lead(test.lead.account, test.other_team);
            let authority = Whose::Authority(Role::OmOfficer);
            // SQLite may answer a lead from `flags_team`, which covers the question as well as `flags_team_work` does.
            for (whose, index) in [(officer, "flags_owner_work"), (lead, "flags_team"), (authority, "flags_referred")] {
                let wanted = WorkQuery { whose, today, section: None, after: None, limit: 25 };
                let plan = plan_of(&mut conn, |conn| drop(work_list(conn, &wanted)));
                assert_uses(&plan, index);
            }
        })
        .await;
    }

    async fn a_lead_sees_the_team_from_its_indexes(db: TestDb) {
        let test = large(db).await;
        many_flags(&test);
        // A report for every duty; few of them wait for a second person.
        test.db.execute(
            "INSERT INTO notifications SELECT 'e' || substr(id, 2), registration_id, 'home', created_at, trigger_on, \
             created_at, NULL, 'desk', 'x', TRUE, CASE WHEN outcome = 'pending' THEN 'awaiting_second_person' \
             ELSE 'accepted' END, NULL, NULL, 'x', 'x', NULL, 'x' FROM duties WHERE kind = 'home'",
        );
        test.db.execute("ANALYZE");
        on_a_thread(move || {
            let mut conn = test.db.conn();
            let (today, team) = (day("2026-02-01"), test.other_team);
            let plan = plan_of(&mut conn, |conn| drop(flag_count_by_age(conn, team, &[today, day("2026-01-01")])));
            // Every flag is of one team here: PostgreSQL may take any index over what is open, and reads nothing closed.
            assert!(plan.contains("flags_team") || plan.contains("Bitmap Index Scan on flags_"), "{plan}");
            let plan = plan_of(&mut conn, |conn| drop(flag_list_due(conn, team, today, today, 15)));
            // By the team's open flags, or by those whose term ends: either is a few rows.
            assert!(plan.contains("flags_team") || plan.contains("flags_terms"), "{plan}");
            let plan = plan_of(&mut conn, |conn| drop(notification_list_waiting(conn, team, test.lead.account, 25)));
            assert_uses(&plan, "notifications_waiting");
        })
        .await;
    }

    async fn the_caseloads_of_a_team_are_counted_from_an_index(db: TestDb) {
        let test = TestApp::on(db).await;
        test.registrant(test.enrolment(Regime::NlPilot, "2026-01-12")).await;
        on_a_thread(move || {
            many_registrations(&test);
            let mut conn = test.db.conn();
            let plan = plan_of(&mut conn, |conn| drop(registration_count_by_officer(conn, test.other_team)));
            assert_uses(&plan, "registrations_workload");
        })
        .await;
    }
}
