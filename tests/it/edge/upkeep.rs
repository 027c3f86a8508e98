//! A server that runs while others rotate keys and erase people.

use std::time::{Duration, Instant};

use rocket::http::{Header, Status};
use rocket::local::asynchronous::Client;
use serde_json::Value;
use zedenregister::api;
use zedenregister::crypto::field::{DataKeyId, KeyStore};
use zedenregister::crypto::keyring::{KeyPurpose, KeyRing};
use zedenregister::register::Refusal;
use zedenregister::register::enrol::{Enrolment, NewPerson, enrol};
use zedenregister::register::input::PersonName;
use zedenregister::register::view::{Search, search};
use zedenregister::store::StoreError;
use zedenregister::store::key_store::DatabaseKeyStore;
use zedenregister::store::persons::person_find;
use zedenregister::store::registrations::registration_find;
use zedenregister::vocabulary::Regime;

use crate::support::app::{TestApp, day, person};
use crate::support::world::World;

const BSN: &str = "999990019";

async fn served(test: &TestApp) -> Client {
    Client::untracked(api::build(&test.app).expect("a server")).await.expect("a client")
}

async fn published_keys(client: &Client) -> usize {
    let keys: Value = client.get("/.well-known/jwks.json").dispatch().await.into_json().await.expect("JSON");
    keys["keys"].as_array().map_or(0, Vec::len)
}

/// Waits for what the running server does by itself.
macro_rules! until {
    ($what:literal, $reached:expr) => {{
        let begun = Instant::now();
        while !$reached {
            assert!(begun.elapsed() < Duration::from_secs(30), "not within half a minute: {}", $what);
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
    }};
}

fn double_name() -> NewPerson {
    let name = PersonName { given: "Jo".to_owned(), prefix: None, surname: "Proefstra-van den Voorbeeld".to_owned() };
    NewPerson { name, birth_date: day("1980-02-29"), ..person(Some(BSN)) }
}

/// How many people `wanted` finds.
async fn found(test: &TestApp, wanted: Search) -> usize {
    search(&test.app, &test.ctx(&test.lead), wanted).await.expect("an answer").items.len()
}

fn by_surname(surname: &str) -> Search {
    Search { surname: Some(surname.to_owned()), ..Search::default() }
}

on_both_databases! {
    async fn a_person_is_found_by_either_half_of_a_double_name(db: TestDb) {
        let test = TestApp::on(db).await;
        let enrolment = test.enrolment(Regime::NlPilot, "2026-01-12");
        test.registrant(Enrolment { person: Some(double_name()), ..enrolment }).await;
        for surname in ["Proefstra-van den Voorbeeld", "Proefstra Voorbeeld", "van den Voorbeeld", "proefstra"] {
            assert_eq!(found(&test, by_surname(surname)).await, 1, "{surname}");
            let born = Search { birth_date: Some(day("1980-02-29")), ..by_surname(surname) };
            assert_eq!(found(&test, born).await, 1, "{surname}, with the birth date");
        }
        assert_eq!(found(&test, Search { sounds_like: true, ..by_surname("Foorbeelt") }).await, 1);
        assert_eq!(found(&test, by_surname("Proef")).await, 0);
    }

    async fn rotated_keys_are_taken_up_and_nobody_is_lost(db: TestDb) {
        let world = World::on(db).await;
        let test = &world.test;
        let enrolment = || Enrolment { person: Some(double_name()), ..test.enrolment(Regime::NlPilot, "2026-01-12") };
        test.registrant(enrolment()).await;
        let client = served(test).await;
        let before = published_keys(&client).await;
        let officer = format!("Bearer {}", world.seats[0].token);
        // Another process does it: the server is told nothing.
        let mut ring = KeyRing::open(&test.app.config.keys.folder).expect("the keys");
        for purpose in KeyPurpose::ALL {
            ring.rotate(purpose, test.app.clock.now().system.utc(), &mut rand::rng()).expect("another key");
        }
        until!("the new keys are published", published_keys(&client).await > before);

        let read = client.get(format!("/v1/registrations/{}", world.active.registration));
        let read = read.header(Header::new("Authorization", officer)).dispatch().await;
        assert_eq!(read.status(), Status::Ok, "a token and a file of before the rotation");
        let token = world.sign_in_again(&world.seats[0]).await;
        assert_ne!(token.split('.').next(), world.seats[0].token.split('.').next(), "another key signs");

        let bsn = Search { bsn: Some(BSN.to_owned()), ..Search::default() };
        assert_eq!(found(test, bsn).await, 1);
        assert_eq!(found(test, by_surname("Proefstra")).await, 1);
        let twice = enrol(&test.app, &test.ctx(&test.lead), enrolment()).await;
        assert!(matches!(twice, Err(Refusal::Conflict { code: "person_exists", .. })), "{twice:?}");
        let other = NewPerson { bsn: None, ..double_name() };
        test.registrant(Enrolment { person: Some(other), ..enrolment() }).await;
        let half = Search { birth_date: Some(day("1980-02-29")), ..by_surname("Voorbeeld") };
        assert_eq!(found(test, half).await, 2, "one under the old key and one under the new");
    }

    async fn who_is_erased_elsewhere_is_gone_here(db: TestDb) {
        let world = World::on(db).await;
        let test = &world.test;
        let client = served(test).await;
        let token = format!("Bearer {}", world.seats[0].token);
        let read = async || {
            let path = format!("/v1/registrations/{}", world.active.registration);
            client.get(path).header(Header::new("Authorization", token.clone())).dispatch().await.status()
        };
        assert_eq!(read().await, Status::Ok);
        let id = world.active.registration;
        let key = test.app.store.read_blocking(|conn| {
            let row = registration_find(conn, id)?.expect("the registration");
            Ok::<_, StoreError>(person_find(conn, row.person_id)?.expect("the person").data_key_id)
        });
        let key: DataKeyId = key.expect("a row").parse().expect("a name of a key");
        let elsewhere = DatabaseKeyStore::open(test.app.config.keys.key_store.clone()).expect("the key store");
        elsewhere.destroy(key, test.app.clock.now().system.utc()).expect("destroyed");
        until!("the erased person is gone", read().await == Status::NotFound);
    }
}
