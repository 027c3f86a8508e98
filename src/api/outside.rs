//! What stands outside the API's version: the published keys, and the health of the process.

use rocket::http::{ContentType, Header, Status};
use rocket::response::Responder;
use rocket::{Route, State, get, routes};
use serde_json::json;

use super::edge::Edge;
use crate::crypto::jwks::Jwks;

/// The routes.
pub(super) fn routes() -> Vec<Route> {
    routes![jwks, live, ready]
}

/// A JSON answer that stands on its own.
#[derive(Responder)]
struct Json {
    body: (Status, (ContentType, String)),
    origin: Header<'static>,
}

impl Json {
    fn new(status: Status, body: &serde_json::Value) -> Self {
        let origin = Header::new("Access-Control-Allow-Origin", "*");
        Self { body: (status, (ContentType::JSON, body.to_string())), origin }
    }
}

/// The public keys by which receipts and checkpoints are verified, retired ones too.
#[get("/.well-known/jwks.json")]
fn jwks(edge: &State<Edge>) -> Json {
    match Jwks::of_ring(&edge.app().keys).map(|keys| json!(keys)) {
        Ok(keys) => Json::new(Status::Ok, &keys),
        Err(cause) => {
            tracing::error!(%cause, "the published keys could not be read");
            Json::new(Status::InternalServerError, &json!({ "status": 500, "title": "Internal error" }))
        }
    }
}

/// The process is there.
#[get("/health/live")]
fn live() -> Json {
    Json::new(Status::Ok, &json!({ "status": "live" }))
}

/// The process can do its work: the database takes writes.
#[get("/health/ready")]
async fn ready(edge: &State<Edge>) -> Json {
    let report = edge.health().ready().await;
    let status = if report.ready { Status::Ok } else { Status::ServiceUnavailable };
    Json::new(status, &json!(report))
}
