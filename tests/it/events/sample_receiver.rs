//! The receiver that is given to other systems to start from, and the contract they read beside it.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

use zedenregister::api::spec;
use zedenregister::events::asyncapi;
use zedenregister::events::subscriptions::{NewSubscription, create};
use zedenregister::vocabulary::{EventKind, OutboxState};

use super::{administrator, deliveries, send};
use crate::review::{Reviewed, referral};

#[test]
fn the_committed_contract_of_events_is_the_generated_one() {
    let committed = include_str!("../../../api-spec/asyncapi.json");
    let generated = serde_json::to_string_pretty(&asyncapi::document(spec::PUBLISHED_URL)).expect("JSON");
    assert!(
        committed.trim_end() == generated,
        "the contract changed: look at the difference after `cargo run -- asyncapi > api-spec/asyncapi.json`"
    );
}

#[test]
fn every_kind_of_event_is_in_the_contract() {
    let document = asyncapi::document("https://register.example");
    for kind in EventKind::ALL {
        let message = &document["components"]["messages"][kind.as_str()];
        assert_eq!(message["name"], format!("nl.zedenregister.{kind}"));
        let on_channel = &document["channels"]["events"]["messages"][kind.as_str()]["$ref"];
        let pointer = on_channel.as_str().and_then(|to| to.strip_prefix('#')).expect("a reference");
        assert!(document.pointer(pointer).is_some(), "{pointer}");
    }
}

/// Ends when dropped.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        drop(self.0.kill());
        drop(self.0.wait());
    }
}

on_both_databases! {
    async fn the_sample_receiver_checks_signatures_and_keeps_each_event_once(db: TestDb) {
        let r = Reviewed::on(db).await;
        let folder = tempfile::tempdir().expect("a folder");
        let (secrets, store) = (folder.path().join("secrets"), folder.path().join("events.db"));
        std::fs::write(&secrets, "whsec_ZWVuIGFuZGVyIGdlaGVpbQ==\n").expect("a file");
        let child = Command::new("python3")
            .arg(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/receiver/receiver.py"))
            .args(["--port", "0", "--secrets"])
            .arg(&secrets)
            .arg("--store")
            .arg(&store)
            .stdout(Stdio::piped())
            .spawn();
        let mut running = Running(child.expect("python3"));
        let mut said = BufReader::new(running.0.stdout.take().expect("its output")).lines();
        let first = said.next().expect("a line").expect("text");
        let port = first.strip_prefix("listening on ").expect("a port");
        // The clock of a test stands still in another year; the receiver goes by that of the world.
        let world = zedenregister::clock::Clock::system().now().system;
        r.test.app.clock.advance(world.since(r.test.app.clock.now().system));
        let new = NewSubscription {
            account_id: r.prosecutor.account,
            url: format!("http://127.0.0.1:{port}/"),
            kinds: vec![EventKind::FlagReferred],
        };
        let admin = administrator(&r.test).await;
        let made = create(&r.test.app, &r.test.ctx(&admin), new).await.expect("a subscription");
        r.decided(referral()).await;
        send(&r.test.app).await;
        let refused = deliveries(&r.test, &made).remove(0);
        assert_eq!((refused.state, refused.last_code.as_deref()), (OutboxState::Retrying, Some("http_401")));
        std::fs::write(&secrets, format!("whsec_ZWVuIGFuZGVyIGdlaGVpbQ==\n{}\n", made.secret)).expect("a file");
        r.test.app.clock.advance(chrono::Duration::seconds(10));
        send(&r.test.app).await;
        assert_eq!(deliveries(&r.test, &made)[0].state, OutboxState::HandedOver);
        // As after an answer that was lost.
        r.test.db.execute("UPDATE webhook_deliveries SET state = 'unknown', next_try_at = created_at");
        assert_eq!(send(&r.test.app).await.made, 1);
        let id = deliveries(&r.test, &made)[0].outbox_id;
        let lines: Vec<String> = said.by_ref().take(2).map(|line| line.expect("text")).collect();
        let expected = ["new", "known"].map(|word| format!("{word} {id} nl.zedenregister.flag.referred"));
        assert_eq!(lines, expected);
    }
}
