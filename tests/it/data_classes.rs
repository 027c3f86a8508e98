//! `docs/data-classes.md` lists every column there is, and a dump of the database shows nobody.

use std::collections::BTreeSet;

use zedenregister::register::input::InitialReport;
use zedenregister::register::notify::notify;
use zedenregister::vocabulary::{Channel, Regime};

use crate::support::app::{TestApp, address, identity, name, person};

const SCHEMA: &str = include_str!("../../src/store/schema.rs");
const CLASSES: &str = include_str!("../../docs/data-classes.md");

// ASVS 5.0: 14.1.1
#[test]
fn every_column_has_a_class() {
    let mut columns = BTreeSet::new();
    let mut table = "";
    for line in SCHEMA.lines() {
        let line = line.trim();
        if let Some((name, rest)) = line.split_once(" (") {
            if rest.ends_with(") {") {
                table = name;
            }
        } else if let Some((column, _)) = line.split_once(" -> ") {
            columns.insert((table, column));
        }
    }
    let mut listed = BTreeSet::new();
    let mut section = "";
    for line in CLASSES.lines() {
        if let Some(name) = line.strip_prefix("## ") {
            section = name;
        } else if let Some((column, class)) = line.strip_prefix("| ").and_then(|rest| rest.split_once(" | ")) {
            if ["clear", "encrypted", "blind"].iter().any(|known| class.starts_with(known)) && !section.is_empty() {
                listed.insert((section, column));
            }
            let sealed = column.ends_with("_enc");
            assert!(!sealed || class.starts_with("encrypted"), "{section}.{column} is called encrypted");
        }
    }
    assert_eq!(columns, listed);
}

on_both_databases! {
    // ASVS 5.0: 14.2.4
    async fn a_dump_of_the_database_shows_no_name_address_or_number(db: TestDb) {
        let test = TestApp::on(db).await;
        let mut enrolment = test.enrolment(Regime::NlPilot, "2026-01-12");
        enrolment.person = Some(person(Some("999990019")));
        let (registration, registrant) = test.registrant(enrolment).await;
        let report = InitialReport {
            identity: identity(),
            name: name(),
            other_names: vec![],
            address: address(4711),
            on_behalf: None,
        };
        let ctx = test.ctx_keyed(&registrant, "dump", "d");
        notify(&test.app, &ctx, registration, report, Channel::Api).await.expect("accepted");
        let dump = test.db.dump();
        assert!(dump.contains(registration.as_str()), "the dump holds the registration itself");
        for secret in ["Proefpersoon", "Joris", "Proeflaan", "Proefstad", "9999 XZ", "9999XZ", "999990019",
            "j.voorbeeld", "1975-03-14", "05/123456-22", "proefdossier"]
        {
            assert!(!dump.contains(secret), "the dump shows `{secret}`");
        }
    }
}
