//! The complete file of a person: everything the register knows is in it, counted, or left out with a reason.

use std::collections::{BTreeMap, BTreeSet};

use rocket::http::Header;
use rocket::local::asynchronous::Client;
use serde_json::Value;
use zedenregister::api::{self, BASE};
use zedenregister::vocabulary::{HeldKind, Purpose};

use crate::support::world::World;

const SCHEMA: &str = include_str!("../../../src/store/schema.rs");

/// Where a table about persons is in the complete file.
enum Place {
    /// Given, under this member.
    Given(&'static str),
    /// Counted, as one of these kinds.
    Held(HeldKind),
    /// Left out, for this reason.
    Out(&'static str),
}

use Place::{Given, Held, Out};

const SIGN_IN: &str = "how somebody signs in: nothing that is known about the person";
const TECHNICAL: &str = "how the program does its work; what it speaks of is in the file";

/// Every table that names a registration, a person, an account, or a row of such a table.
const TABLES: &[(&str, Place)] = &[
    ("accounts", Out(SIGN_IN)),
    ("account_identities", Out(SIGN_IN)),
    ("activation_codes", Out(SIGN_IN)),
    ("client_assertions", Out(SIGN_IN)),
    ("client_keys", Out(SIGN_IN)),
    ("console_sessions", Out(SIGN_IN)),
    ("sessions", Out(SIGN_IN)),
    ("idempotency_keys", Out("the answer to a request, kept for a day")),
    ("person_lookups", Out("hashes of what is in the file, to find it by")),
    ("persons", Given("registration")),
    ("registrations", Given("registration")),
    ("notifications", Given("notifications")),
    ("facts", Given("facts")),
    ("attempts", Given("attempts")),
    ("duties", Given("duties")),
    ("duty_versions", Given("duties")),
    ("reminders", Given("reminders")),
    ("outbox", Given("reminders")),
    ("delivery_attempts", Given("reminders")),
    ("disputes", Given("disputes")),
    ("rights_requests", Given("rightsRequests")),
    ("dispute_flags", Given("disputes")),
    ("representatives", Given("representatives")),
    ("audit_leaves", Given("access")),
    ("flags", Held(HeldKind::Flag)),
    ("flag_steps", Held(HeldKind::Flag)),
    ("flag_escalations", Held(HeldKind::Flag)),
    ("referrals", Held(HeldKind::Flag)),
    ("referral_bundles", Held(HeldKind::Flag)),
    ("authority_decisions", Held(HeldKind::Flag)),
    ("home_visits", Held(HeldKind::HomeVisit)),
    ("address_verifications", Held(HeldKind::AddressVerification)),
    ("contact_log", Held(HeldKind::Contact)),
    ("case_notes", Held(HeldKind::Note)),
    ("documents", Held(HeldKind::Document)),
    ("document_chunks", Held(HeldKind::Document)),
    ("transfers", Held(HeldKind::Transfer)),
    ("merges", Held(HeldKind::Merge)),
    ("merged_facts", Held(HeldKind::Merge)),
    ("identity_checks", Held(HeldKind::IdentityCheck)),
    ("measure_records", Held(HeldKind::Measure)),
    ("measure_record_steps", Held(HeldKind::Measure)),
    ("proposals", Held(HeldKind::Proposal)),
    ("proposal_events", Held(HeldKind::Proposal)),
    ("proposal_warnings", Held(HeldKind::Proposal)),
    ("travel_notices", Held(HeldKind::TravelNotice)),
    ("trip_happenings", Out("the days of a journey, worked out from facts that are in the file")),
    ("supervision_orders", Held(HeldKind::SupervisionOrder)),
    ("supervision_conditions", Held(HeldKind::SupervisionOrder)),
    ("supervision_suspensions", Held(HeldKind::SupervisionOrder)),
    ("supervision_extensions", Held(HeldKind::SupervisionOrder)),
    ("supervision_versions", Held(HeldKind::SupervisionOrder)),
    ("supervision_findings", Held(HeldKind::SupervisionFinding)),
    ("breach_reports", Held(HeldKind::SupervisionOrder)),
    ("supervision_import_rows", Out(TECHNICAL)),
    ("former_chain_numbers", Held(HeldKind::ChainNumber)),
    ("evaluation_assignments", Held(HeldKind::StudyAssignment)),
    ("removals", Held(HeldKind::Removal)),
    ("events", Out(TECHNICAL)),
    ("webhook_deliveries", Out(TECHNICAL)),
    ("webhook_subscriptions", Out("a system, not a person")),
    ("officer_absences", Out("about an official")),
    ("watch_findings", Out("about how an official uses the register; it names no registrant")),
    ("self_audit_findings", Out(TECHNICAL)),
];

/// The columns by which a row is about somebody, itself or through another row.
const KEYS: &[&str] = &[
    "registration_id",
    "person_id",
    "account_id",
    "surviving_id",
    "absorbed_id",
    "notification_id",
    "duty_id",
    "flag_id",
    "dispute_id",
    "document_id",
    "merge_id",
    "measure_id",
    "proposal_id",
    "order_id",
    "outbox_id",
    "subject_hash",
    "data_key_id",
];

/// The tables about persons, by the names of their columns.
fn tables_about_persons() -> BTreeSet<&'static str> {
    let (mut found, mut table) = (BTreeSet::new(), "");
    for line in SCHEMA.lines().map(str::trim) {
        if let Some((name, rest)) = line.split_once(" (")
            && rest.ends_with(") {")
        {
            table = name;
        } else if let Some((column, _)) = line.split_once(" -> ")
            && KEYS.contains(&column)
        {
            found.insert(table);
        }
    }
    found
}

#[test]
fn every_table_about_persons_is_in_the_file_counted_or_left_out_with_a_reason() {
    let listed: BTreeSet<&str> = TABLES.iter().map(|(table, _)| *table).collect();
    assert_eq!(listed.len(), TABLES.len(), "a table is listed twice");
    assert_eq!(tables_about_persons(), listed);
    assert!(TABLES.iter().all(|(_, place)| !matches!(place, Out(reason) if reason.is_empty())));
}

async fn read(client: &Client, world: &World, seat: &str, purpose: Option<Purpose>, of: &str) -> (u16, Value) {
    let address = format!("{BASE}/registrations/{of}/complete-file");
    let mut request =
        client.get(address).header(Header::new("Authorization", format!("Bearer {}", world.seat(seat).token)));
    if let Some(purpose) = purpose {
        request = request.header(Header::new("Purpose", purpose.as_str()));
    }
    let response = request.dispatch().await;
    (response.status().code, response.into_json().await.unwrap_or_default())
}

on_both_databases! {
    async fn the_person_reads_the_complete_file_and_so_does_who_answers_them(db: TestDb) {
        let world = World::on(db).await;
        let client = Client::untracked(api::build(&world.test.app).expect("the API")).await.expect("a client");
        let id = world.active.registration;
        let (status, own) = read(&client, &world, "registrant", None, "me").await;
        assert_eq!(status, 200, "{own}");
        let why = Some(Purpose::DataSubjectRight);
        let (status, answered) = read(&client, &world, "privacy_officer", why, id.as_str()).await;
        assert_eq!(status, 200, "{answered}");

        // Something of every kind is in the world; what is given is not empty. Reminders are planned by a job.
        let members: BTreeSet<&str> =
            TABLES.iter().filter_map(|(_, place)| if let Given(member) = place { Some(*member) } else { None }).collect();
        for member in members.iter().copied().chain(["helpRequests"]) {
            let there = own[member].as_array().map_or(own[member].is_object(), |all| !all.is_empty());
            assert!(there || member == "reminders", "`{member}` is empty: {}", own[member]);
        }
        let text = own.to_string();
        for told in ["Proefpersoon", "1975-03-14", "Proeflaan", "Proefstraat 1", "Balie gesloten", "Zo was het niet"] {
            assert!(text.contains(told), "`{told}` is not in the file");
        }
        assert!(own["duties"][0]["versions"][0]["explanation"]["nl"][0].is_string(), "{}", own["duties"][0]);
        for signed in [&own["notifications"][0]["receipt"], &own["attempts"][0]["receipt"]] {
            assert!(signed.as_str().is_some_and(|receipt| receipt.split('.').count() == 3), "{signed}");
        }
        // Who looked, by role and never by name; what officials wrote is counted and not shown.
        assert!(own["access"].as_array().is_some_and(|all| all.iter().any(|entry| entry["who"] == "somebody_else")));
        assert!(!own["access"].to_string().contains(world.seat("officer").account.as_str()));
        assert!(own["heldBack"].get("byKind").is_none(), "the person is not told of which kind: {}", own["heldBack"]);
        let counts: BTreeMap<&str, i64> = answered["heldBack"]["byKind"]
            .as_array()
            .expect("the counts")
            .iter()
            .map(|held| (held["kind"].as_str().unwrap_or_default(), held["count"].as_i64().unwrap_or_default()))
            .collect();
        assert_eq!(own["heldBack"]["total"].as_i64(), Some(counts.values().sum()));
        for kind in [HeldKind::Note, HeldKind::HomeVisit, HeldKind::Flag, HeldKind::Proposal, HeldKind::SupervisionOrder] {
            assert!(counts[kind.as_str()] > 0, "{} is not counted: {counts:?}", kind.as_str());
        }
        for (_, place) in TABLES {
            assert!(!matches!(place, Held(kind) if !counts.contains_key(kind.as_str())));
        }

        // The reading itself is what the person sees next; nobody else reads it.
        let (_, again) = read(&client, &world, "registrant", None, "me").await;
        let looked = again["access"].as_array().expect("entries").iter().any(|entry| {
            entry["action"] == "file.read" && entry["role"] == "privacy_officer" && entry["purpose"] == "data_subject_right"
        });
        assert!(looked, "the reading by the privacy officer is not in it");
        for (seat, purpose, expected) in
            [("privacy_officer", None, 403), ("officer", None, 403), ("lead", None, 403), ("another registrant", None, 404)]
        {
            assert_eq!(read(&client, &world, seat, purpose, id.as_str()).await.0, expected, "{seat}");
        }
    }
}
