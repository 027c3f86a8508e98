//! The figures for Prometheus, and the alerts, dashboard and runbooks that rest on them.

use std::collections::BTreeSet;
use std::net::SocketAddr;

use rocket::http::{ContentType, Status};
use rocket::local::asynchronous::Client;
use zedenregister::api;

use crate::support::world::World;

const RULES: &str = include_str!("../../../deploy/prometheus/zedenregister.rules.yml");
const DASHBOARD: &str = include_str!("../../../deploy/grafana/zedenregister.json");
const OPERATIONS: &str = include_str!("../../../docs/operations.md");

/// Names of figures in a text.
fn named(text: &str) -> BTreeSet<&str> {
    let word = |c: char| c.is_ascii_alphanumeric() || c == '_';
    text.match_indices("zedenregister_")
        .filter(|(at, _)| !text[..*at].ends_with(word))
        .map(|(at, _)| text[at..].split(|c| !word(c)).next().unwrap_or_default())
        // As in the name of a package.
        .filter(|name| !name.ends_with('_'))
        .collect()
}

/// The anchors of the headings of a document, as its readers make them.
fn anchors(document: &str) -> BTreeSet<String> {
    let heading = |line: &str| line.starts_with('#').then(|| line.trim_start_matches('#').trim().to_lowercase());
    let anchor = |title: String| {
        let kept = title.chars().filter(|c| c.is_alphanumeric() || *c == ' ' || *c == '-' || *c == '_');
        kept.map(|c| if c == ' ' { '-' } else { c }).collect()
    };
    document.lines().filter_map(heading).map(anchor).collect()
}

async fn served(world: &World) -> Client {
    for (_, folder) in world.test.app.config.folders() {
        std::fs::create_dir_all(folder).expect("a folder, as at every start");
    }
    Client::untracked(api::build(&world.test.app).expect("a server")).await.expect("a client")
}

async fn asked(client: &Client, from: &str) -> (Status, String) {
    let from: SocketAddr = from.parse().expect("an address");
    let response = client.get("/metrics").remote(from).dispatch().await;
    let kind = response.content_type();
    let (status, text) = (response.status(), response.into_string().await.unwrap_or_default());
    if status == Status::Ok {
        assert!(
            kind.is_some_and(
                |kind| kind.media_type() == ContentType::new("application", "openmetrics-text").media_type()
            )
        );
    }
    (status, text)
}

/// The value of a figure with these labels.
fn value(text: &str, figure: &str) -> Option<f64> {
    text.lines().find_map(|line| line.strip_prefix(figure)?.trim().parse().ok())
}

on_both_databases! {
    async fn prometheus_reads_the_figures_and_nobody_else_finds_them(db: TestDb) {
        let world = World::on(db).await;
        let client = served(&world).await;
        assert_eq!(asked(&client, "203.0.113.7:40000").await.0, Status::NotFound);
        assert_eq!(client.get("/metrics").dispatch().await.status(), Status::NotFound, "from nowhere");
        let route = format!("/v1/registrations/{}", world.active.registration);
        assert_eq!(client.get(&route).dispatch().await.status(), Status::Unauthorized);
        world.test.db.execute("UPDATE outbox SET state = 'dead' WHERE id = (SELECT min(id) FROM outbox)");
        world.test.db.execute(
            "INSERT INTO jobs (name, since, fencing, renewals, last_success_at)
             VALUES ('delivery', '2026-01-12 12:00:00', 1, 0, '2026-01-12 12:00:00')",
        );
        let (status, text) = asked(&client, "127.0.0.1:40000").await;
        assert_eq!(status, Status::Ok, "{text}");
        assert_eq!(value(&text, "zedenregister_ready"), Some(1.0), "{text}");
        assert_eq!(value(&text, "zedenregister_check{check=\"databaseWrites\"}"), Some(1.0), "{text}");
        assert!(value(&text, "zedenregister_dead_letters").is_some_and(|dead| dead >= 1.0), "{text}");
        assert!(value(&text, "zedenregister_flags_open").is_some_and(|open| open >= 1.0), "{text}");
        let asked_for = "{method=\"GET\",route=\"/v1/registrations/<registrationId>\",status=\"401\"}";
        assert_eq!(value(&text, &format!("zedenregister_http_requests_total{asked_for}")), Some(1.0), "{text}");
        assert!(text.ends_with("# EOF\n"), "{text}");
        for id in [world.active.registration.as_str(), world.active.flag.as_str(), world.seat("officer").account.as_str()] {
            assert!(!text.contains(id), "a figure names somebody: {text}");
        }

        let known = named(&text);
        for (what, document) in [("alerts", RULES), ("dashboard", DASHBOARD), ("document", OPERATIONS)] {
            let used = named(document);
            assert!(used.len() > 8, "{what}: {used:?}");
            let unknown: Vec<_> = used.difference(&known).collect();
            assert!(unknown.is_empty(), "{what}: {unknown:?}");
        }
    }
}

#[test]
fn every_alert_has_a_runbook() {
    let anchors = anchors(OPERATIONS);
    let alerts = RULES.matches("- alert: ").count();
    let runbooks: Vec<&str> =
        RULES.lines().filter_map(|line| line.trim().strip_prefix("runbook: docs/operations.md#")).collect();
    assert!(alerts > 10);
    assert_eq!(runbooks.len(), alerts);
    for runbook in runbooks {
        assert!(anchors.contains(runbook), "{runbook}: {anchors:?}");
    }
}
