//! What input that is well formed but cannot be true gets from the register: a problem that names every fault of it.

use rocket::http::{ContentType, Header, Status};
use rocket::local::asynchronous::Client;
use serde_json::{Value, json};
use zedenregister::api::BASE;
use zedenregister::ids::RequestId;

use super::client;
use crate::support::app::{address, conviction, identity, name};
use crate::support::world::{Seat, World};

/// Sends a body; answers status, code and faults, in the order of their pointers.
async fn told(client: &Client, seat: &Seat, path: &str, body: Value) -> (Status, String, Vec<String>) {
    let response = client
        .post(format!("{BASE}{path}"))
        .header(ContentType::JSON)
        .header(Header::new("Authorization", format!("Bearer {}", seat.token)))
        .header(Header::new("Idempotency-Key", RequestId::fresh().to_string()))
        .body(body.to_string())
        .dispatch()
        .await;
    let status = response.status();
    let problem: Value = response.into_json().await.expect("JSON");
    let fault = |fault: &Value| {
        format!("{} {}", fault["pointer"].as_str().expect("a pointer"), fault["code"].as_str().expect("a code"))
    };
    let mut faults: Vec<String> = problem["errors"].as_array().into_iter().flatten().map(fault).collect();
    faults.sort();
    (status, problem["code"].as_str().unwrap_or_default().to_owned(), faults)
}

/// Checks that exactly these faults are told.
async fn names(client: &Client, seat: &Seat, path: &str, body: Value, code: &str, expected: &[&str]) {
    let (status, told_code, faults) = told(client, seat, path, body.clone()).await;
    assert_eq!(status, Status::BadRequest, "{path} {body}");
    assert_eq!(
        (told_code.as_str(), faults),
        (code, expected.iter().map(|s| (*s).to_owned()).collect()),
        "{path} {body}"
    );
}

fn with(mut body: Value, member: &str, value: Value) -> Value {
    body[member] = value;
    body
}

on_both_databases! {
    // ASVS 5.0: 2.2.2, 2.2.3
    // ADR 2.2: /core/error-handling/all-errors
    async fn every_fault_of_a_report_is_named(db: TestDb) {
        let world = World::on(db).await;
        let client = client(&world).await;
        let (me, officer) = (world.seat("registrant"), world.seat("officer"));
        let own = "/registrations/me";
        let moved = |on: &str| json!({ "identity": identity(), "address": address(3), "movedOn": on });
        let abroad = |country: &str| json!({ "type": "foreign", "country": country, "lines": ["Calle 1"] });
        let journey = |from: &str, until: &str| {
            json!({ "identity": identity(), "departureOn": from, "returnOn": until,
                "stops": [{ "address": abroad("ES"), "from": from, "until": until }] })
        };
        let incomplete = "notification_incomplete";
        for (path, body, faults) in [
            ("addresses", moved("2026-02-30"), vec!["/movedOn not_a_date"]),
            ("addresses", moved("2026-02-01"), vec!["/movedOn in_the_future"]),
            ("addresses", moved("1970-01-01"), vec!["/movedOn before_birth"]),
            (
                "addresses",
                with(with(moved("2026-02-30"), "colour", json!("red")), "address", abroad("XX")),
                vec!["/address/country no_such_country", "/colour unknown_member", "/movedOn not_a_date"],
            ),
            (
                "travel-plans",
                journey("2026-03-12", "2026-03-02"),
                vec!["/returnOn before_departure", "/stops/0/until before_from"],
            ),
            ("travel-plans", journey("1999-01-01", "2026-01-01"), vec!["/departureOn too_long_ago"]),
            ("travel-plans", journey("2026-01-14", "2026-01-15"), vec!["/departureOn overlapping_journeys"]),
            (
                "travel-plans",
                with(journey("2029-01-01", "2029-01-02"), "onBehalf", json!({ "channel": "desk", "place": "Balie" })),
                vec!["/departureOn too_far_ahead", "/onBehalf officers_only", "/returnOn too_far_ahead"],
            ),
        ] {
            names(&client, me, &format!("{own}/{path}"), body, incomplete, &faults).await;
        }
        let (status, ..) = told(&client, me, &format!("{own}/addresses"), moved("2026-01-13")).await;
        assert_eq!(status, Status::Created);
        let earlier = moved("2026-01-12");
        names(&client, me, &format!("{own}/addresses"), earlier, incomplete, &["/movedOn overlapping_homes"]).await;

        let path = format!("/registrations/{}/addresses", world.active.registration);
        let recorded = |how: Value| with(moved("2026-01-13"), "onBehalf", how);
        for (how, faults) in [
            (json!({ "channel": "api", "place": "Balie" }), vec!["/onBehalf/channel not_an_officers_channel"]),
            (
                json!({ "channel": "post", "place": "Balie" }),
                vec!["/onBehalf/postedOn required"],
            ),
            (
                json!({ "channel": "post", "place": "Balie", "postedOn": "2026-01-20", "evidence": "stempel" }),
                vec!["/onBehalf/postedOn after_receipt"],
            ),
            (
                json!({ "channel": "desk", "place": "Balie", "receivedAt": "2026-01-20T00:00:00Z" }),
                vec!["/onBehalf/evidence required", "/onBehalf/receivedAt in_the_future"],
            ),
            (
                json!({ "channel": "desk", "place": "Balie", "receivedAt": "0001-01-01T00:00:00Z", "evidence": "log" }),
                vec!["/onBehalf/receivedAt too_long_ago"],
            ),
        ] {
            names(&client, officer, &path, recorded(how), incomplete, &faults).await;
        }
    }

    async fn a_report_on_somebody_elses_file_finds_nothing_whatever_is_sent(db: TestDb) {
        let world = World::on(db).await;
        let client = client(&world).await;
        let (stranger, path) = (world.seat("another registrant"), format!("/registrations/{}/addresses", world.active.registration));
        for body in [
            json!({ "identity": identity(), "address": address(3), "movedOn": "2026-01-13" }),
            json!({ "colour": "red" }),
            json!([]),
        ] {
            let (status, code, faults) = told(&client, stranger, &path, body).await;
            assert_eq!((status, code.as_str(), faults), (Status::NotFound, "not_found", Vec::new()));
        }
    }

    // ASVS 5.0: 2.2.3
    async fn every_fault_of_an_enrolment_and_of_a_notice_is_named(db: TestDb) {
        let world = World::on(db).await;
        let client = client(&world).await;
        let lead = world.seat("lead");
        let enrolment = |person: Value| {
            let mut whole = json!({ "name": name(), "birthDate": "1975-03-14", "contact": { "language": "nl" } });
            for (member, value) in person.as_object().expect("members") {
                whole[member] = value.clone();
            }
            json!({ "person": whole, "regime": "nl-pilot", "convictions": [conviction("2026-01-12")],
                "officerId": world.officer(), "offenceClass": "contact_minor", "arm": "register_only" })
        };
        for (person, faults) in [
            (json!({ "bsn": "123456789" }), vec!["/person/bsn not_a_bsn"]),
            (json!({ "bsn": "12345678" }), vec!["/person/bsn wrong_form"]),
            (
                json!({ "bsn": "123456789", "birthDate": "2026-12-31" }),
                vec![
                    "/convictions/0/convictedOn before_birth",
                    "/person/birthDate in_the_future",
                    "/person/bsn not_a_bsn",
                ],
            ),
            (json!({ "birthDate": "1799-01-01" }), vec!["/person/birthDate too_long_ago"]),
            (json!({ "birthDate": "2026-01-13" }), vec!["/convictions/0/convictedOn before_birth"]),
            (
                json!({ "birthDate": "1975-02-29", "bsn": "123456789",
                    "contact": { "language": "fr", "email": "nobody", "phone": "06" } }),
                vec![
                    "/person/birthDate not_a_date",
                    "/person/bsn not_a_bsn",
                    "/person/contact/email wrong_form",
                    "/person/contact/language not_one_of",
                    "/person/contact/phone wrong_form",
                ],
            ),
        ] {
            names(&client, lead, "/registrations", enrolment(person), "invalid_input", &faults).await;
        }
        let notices = format!("/registrations/{}/deaths", world.active.registration);
        let died = |on: &str| json!({ "on": on, "evidence": "proef" });
        let officer = world.seat("officer");
        names(&client, officer, &notices, died("1700-01-01"), "invalid_input", &["/on before_birth"]).await;
        names(&client, officer, &notices, died("2026-12-31"), "invalid_input", &["/on in_the_future"]).await;
    }
}
