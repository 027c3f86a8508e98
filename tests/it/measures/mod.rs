//! Beside the register, through the API as others use it: the worked examples, who may do what, and what the audit tells.

mod convictions;
mod examples;
mod help;
mod purposes;
mod risk;
mod signals;

use rocket::http::{ContentType, Header, Status};
use rocket::local::asynchronous::Client;
use serde_json::Value;
use zedenregister::api::{self, BASE};
use zedenregister::ids::RequestId;
use zedenregister::store::audit::audit_leaf_list;
use zedenregister::vocabulary::{Purpose, Regime};

use crate::support::TestDb;
use crate::support::app::day;
use crate::support::world::World;

/// An installation on the first of June 2026, and its API.
struct Desk {
    world: World,
    client: Client,
}

/// What came back.
struct Answered {
    status: Status,
    body: Value,
}

impl Answered {
    /// The codes of everything that is wrong.
    fn codes(&self) -> Vec<&str> {
        self.body["errors"].as_array().into_iter().flatten().filter_map(|error| error["code"].as_str()).collect()
    }
}

impl Desk {
    async fn on(db: TestDb) -> Self {
        let world = World::on(db).await;
        world.test.app.clock.set_legal_day(day("2026-06-01"), Regime::NlPilot.zone());
        let client = Client::untracked(api::build(&world.test.app).expect("the API")).await.expect("a client");
        Self { world, client }
    }

    /// The address of the active file.
    fn file(&self, rest: &str) -> String {
        format!("/registrations/{}{rest}", self.world.active.registration)
    }

    async fn send(
        &self,
        seat: &str,
        purpose: Option<Purpose>,
        path: &str,
        version: i64,
        body: Option<&Value>,
    ) -> Answered {
        let address = format!("{BASE}{path}");
        let mut request =
            if body.is_some() || version > 0 { self.client.post(address) } else { self.client.get(address) };
        request = request
            .header(Header::new("Authorization", format!("Bearer {}", self.world.seat(seat).token)))
            .header(Header::new("Idempotency-Key", RequestId::fresh().to_string()));
        if version > 0 {
            request = request.header(Header::new("If-Match", format!("\"{version}\"")));
        }
        if let Some(purpose) = purpose {
            request = request.header(Header::new("Purpose", purpose.as_str()));
        }
        if let Some(body) = body {
            request = request.header(ContentType::JSON).body(body.to_string());
        }
        let response = request.dispatch().await;
        Answered { status: response.status(), body: response.into_json().await.unwrap_or_default() }
    }

    async fn post(&self, seat: &str, path: &str, body: &Value) -> Answered {
        self.send(seat, None, path, 0, Some(body)).await
    }

    async fn get(&self, seat: &str, purpose: Option<Purpose>, path: &str) -> Answered {
        self.send(seat, purpose, path, 0, None).await
    }

    /// The last entry of the audit.
    fn last_entry(&self) -> Value {
        let mut last = Value::Null;
        let mut first = 0;
        loop {
            let leaves = audit_leaf_list(&mut self.world.test.db.conn(), first, 1_000).expect("the audit");
            let Some(leaf) = leaves.last() else { return last };
            last = serde_json::from_str(&leaf.entry).expect("JSON");
            first += i64::try_from(leaves.len()).expect("few");
        }
    }
}

/// Whether everything that is expected is there; the steps of an explanation are codes in the examples and sentences here.
fn holds(actual: &Value, expected: &Value) -> bool {
    match (actual, expected) {
        (Value::Object(actual), Value::Object(expected)) => expected
            .iter()
            .filter(|(key, _)| *key != "steps")
            .all(|(key, value)| actual.get(key).map_or(value.is_null(), |found| holds(found, value))),
        (Value::Array(actual), Value::Array(expected)) if expected.is_empty() => actual.is_empty(),
        (Value::Array(actual), Value::Array(expected)) => {
            expected.iter().all(|value| actual.iter().any(|found| holds(found, value)))
        }
        (actual, expected) => actual == expected,
    }
}
