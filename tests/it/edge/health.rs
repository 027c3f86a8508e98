//! What the health of a process shows, and what a clock that is off stops.

use std::time::Duration;

use rocket::http::{ContentType, Status};
use rocket::local::asynchronous::Client;
use serde_json::{Value, json};
use zedenregister::api::{self, Edge, routes};
use zedenregister::clock::Clock;

use super::made_up::problem;
use crate::support::TestDb;
use crate::support::app::TestApp;

/// A server over `test` on a machine with the clock `host`.
async fn served(test: &TestApp, host: Clock) -> Client {
    for (_, folder) in test.app.config.folders() {
        std::fs::create_dir_all(folder).expect("a folder, as at every start");
    }
    let edge = Edge::new(test.app.clone(), host).expect("an edge");
    Client::untracked(api::rocket(edge, routes::all()).expect("a server")).await.expect("a client")
}

async fn readiness(client: &Client) -> (Status, Value) {
    let response = client.get("/health/ready").dispatch().await;
    match response.status() {
        Status::Ok => (Status::Ok, response.into_json().await.expect("JSON")),
        status => (status, problem(response).await),
    }
}

/// Asks for something that writes, and for something that does not.
async fn write_and_read(client: &Client) -> (Status, Status) {
    let revocation = json!({ "refreshToken": "A".repeat(43) }).to_string();
    let write = client.post("/v1/token-revocations").header(ContentType::JSON).body(revocation).dispatch().await;
    let status = write.status();
    if status == Status::ServiceUnavailable {
        assert_eq!(problem(write).await["code"], "clock_is_off");
    }
    (status, client.get("/v1/openapi.json").dispatch().await.status())
}

/// Longer than an answer counts.
async fn a_moment() {
    tokio::time::sleep(Duration::from_millis(1_100)).await;
}

on_both_databases! {
    async fn a_process_that_can_work_says_so(db: TestDb) {
        let test = TestApp::on(db).await;
        let client = served(&test, Clock::system()).await;
        let (status, found) = readiness(&client).await;
        assert_eq!((status, &found["ready"]), (Status::Ok, &json!(true)), "{found}");
        assert_eq!(found["checks"], json!({ "databaseWrites": true, "freeSpace": true, "clock": true }));
        let jobs: Vec<&str> = found["jobs"].as_array().expect("jobs").iter().filter_map(|j| j["job"].as_str()).collect();
        for job in ["sweep", "reminders", "self-audit", "checkpoint"] {
            assert!(jobs.contains(&job), "{job} is not among {jobs:?}");
        }
        let live = client.get("/health/live").dispatch().await;
        assert_eq!(live.status(), Status::Ok);
    }

    async fn a_job_that_does_not_run_is_shown_and_stops_nobody(db: TestDb) {
        let test = TestApp::on(db).await;
        let client = served(&test, Clock::system()).await;
        let overdue = |found: &Value| {
            found["jobs"].as_array().expect("jobs").iter().filter(|job| job["overdue"] == true).count()
        };
        let (_, fresh) = readiness(&client).await;
        assert_eq!(overdue(&fresh), 0, "{fresh}");
        // Nobody runs them, and nobody ever did.
        test.days_pass(5);
        a_moment().await;
        let (status, found) = readiness(&client).await;
        assert_eq!(status, Status::Ok);
        assert_eq!(overdue(&found), found["jobs"].as_array().map_or(0, Vec::len), "{found}");
    }
}

// ASVS 5.0: 16.2.2, 16.5.3
#[test]
fn a_clock_that_is_off_stops_writes_until_it_heals() {
    crate::support::database::run(async {
        let test = TestApp::on(TestDb::postgresql()).await;
        let host = Clock::manual(Clock::system().now().system.plus(chrono::Duration::seconds(45)));
        let client = served(&test, host.clone()).await;
        let (status, found) = readiness(&client).await;
        assert_eq!(status, Status::ServiceUnavailable, "{found}");
        assert_eq!((&found["code"], &found["errors"][0]["pointer"]), (&json!("not_ready"), &json!("/checks/clock")));
        assert_eq!(found["errors"].as_array().map(Vec::len), Some(1), "{found}");
        assert_eq!(write_and_read(&client).await, (Status::ServiceUnavailable, Status::Ok));
        assert_eq!(client.get("/health/live").dispatch().await.status(), Status::Ok);
        host.advance(chrono::Duration::seconds(-45));
        a_moment().await;
        assert_eq!(readiness(&client).await.0, Status::Ok);
        assert_eq!(write_and_read(&client).await, (Status::NoContent, Status::Ok));
        // Within what two machines may differ.
        host.advance(chrono::Duration::seconds(20));
        a_moment().await;
        assert_eq!(readiness(&client).await.0, Status::Ok);
    });
}

on_both_databases! {
    // ASVS 5.0: 16.5.1, 16.5.2
    async fn a_database_that_takes_no_writes_is_named_and_nothing_else(db: TestDb) {
        let test = TestApp::on(db).await;
        let client = served(&test, Clock::system()).await;
        test.db.execute("ALTER TABLE settings RENAME TO settings_gone");
        let (status, found) = readiness(&client).await;
        assert_eq!(status, Status::ServiceUnavailable, "{found}");
        assert_eq!(found["errors"], json!([{
            "pointer": "/checks/databaseWrites", "code": "failed", "detail": "This check does not hold."
        }]));
        let told = found.to_string().to_lowercase();
        for inside in ["settings", "sql", "table", "relation"] {
            assert!(!told.contains(inside), "{inside}: {told}");
        }
        test.db.execute("ALTER TABLE settings_gone RENAME TO settings");
        a_moment().await;
        assert_eq!(readiness(&client).await.0, Status::Ok);
    }
}
