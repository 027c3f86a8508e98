//! What stands outside the API's version: the published keys, where to report a weakness, the health of the process and its
//! figures.

use std::convert::Infallible;
use std::net::IpAddr;

use chrono::{SecondsFormat, TimeDelta};
use rocket::fairing::AdHoc;
use rocket::http::{ContentType, Header};
use rocket::request::{FromRequest, Outcome, Request};
use rocket::response::Responder;
use rocket::{Route, State, get, routes, tokio};
use serde::Serialize;

use super::edge::Edge;
use super::problem::Problem;
use super::trace::Trace;
use crate::crypto::jwks::Jwks;
use crate::register::FieldError;

/// How long what is said of reporting weaknesses holds; RFC 9116 advises less than a year.
const HOLDS: TimeDelta = TimeDelta::days(182);
/// Seconds after which to ask again when the process is not ready.
const RETRY_WHEN_NOT_READY: u32 = 5;

/// The routes.
pub(super) fn routes() -> Vec<Route> {
    routes![jwks, security, live, ready, metrics]
}

/// Compares the clocks of server and database and keeps the keys current, for as long as the server runs.
pub(super) fn upkeep() -> AdHoc {
    AdHoc::on_liftoff("Upkeep", |rocket| {
        let edge = rocket.state::<Edge>().cloned();
        let stop = rocket.shutdown();
        Box::pin(async move {
            if let Some(edge) = edge {
                tokio::spawn(async move {
                    tokio::select! {
                        () = edge.health().keep_comparing() => {}
                        () = crate::upkeep::keep(edge.app().clone()) => {}
                        () = stop => {}
                    }
                });
            }
        })
    })
}

/// A JSON answer that any page may read.
#[derive(Responder)]
struct Open {
    body: (ContentType, String),
    origin: Header<'static>,
    resource: Header<'static>,
}

impl Open {
    fn json(kind: ContentType, body: &impl Serialize) -> Result<Self, Problem> {
        let body = serde_json::to_string(body).map_err(|cause| {
            tracing::error!(%cause, "an answer could not be written as JSON");
            Problem::internal()
        })?;
        Ok(Self {
            body: (kind, body),
            origin: Header::new("Access-Control-Allow-Origin", "*"),
            resource: Header::new("Cross-Origin-Resource-Policy", "cross-origin"),
        })
    }
}

/// The public keys by which receipts and checkpoints are verified, retired ones too.
#[get("/.well-known/jwks.json")]
fn jwks(edge: &State<Edge>) -> Result<Open, Problem> {
    let keys = Jwks::of_ring(&edge.app().keys.get()).map_err(|cause| {
        tracing::error!(%cause, "the published keys could not be read");
        Problem::internal()
    })?;
    Open::json(ContentType::new("application", "jwk-set+json"), &keys)
}

/// Where a weakness is reported (RFC 9116). What it says holds for half a year from each answer on.
#[get("/.well-known/security.txt")]
fn security(edge: &State<Edge>) -> Result<(ContentType, String), Problem> {
    let settings = edge.settings();
    let contact = settings.security_contact.as_deref().ok_or_else(Problem::not_found)?;
    let expires = edge.app().clock.now().system.utc() + HOLDS;
    let expires = expires.to_rfc3339_opts(SecondsFormat::Secs, true);
    let canonical = format!("{}/.well-known/security.txt", settings.public_url);
    let text = format!("Contact: {contact}\nExpires: {expires}\nPreferred-Languages: nl, en\nCanonical: {canonical}\n");
    Ok((ContentType::Plain, text))
}

/// The process is there.
#[get("/health/live")]
fn live() -> Result<Open, Problem> {
    Open::json(ContentType::JSON, &serde_json::json!({ "status": "live" }))
}

/// The process can do its work.
#[get("/health/ready")]
async fn ready(edge: &State<Edge>) -> Result<Open, Problem> {
    if edge.stopping() {
        return Err(Problem::unavailable("stopping", "The server is stopping.", RETRY_WHEN_NOT_READY));
    }
    let found = edge.health().readiness().await;
    if found.ready {
        return Open::json(ContentType::JSON, &found);
    }
    let failed = |name| FieldError::new(format!("/checks/{name}"), "failed", "This check does not hold.");
    let errors = found.checks.failed().into_iter().map(failed).collect();
    Err(Problem::unavailable("not_ready", "Requests cannot be served now.", RETRY_WHEN_NOT_READY).naming(errors))
}

/// The figures of the process, for the addresses of the settings.
#[get("/metrics")]
async fn metrics(asker: Asker<'_>, edge: &State<Edge>) -> Result<(ContentType, String), Problem> {
    let listed = |address: &IpAddr| edge.settings().metrics_readers.contains(address);
    if !asker.0.network.as_ref().is_some_and(listed) {
        return Err(Problem::not_found());
    }
    let found = edge.health().readiness().await;
    let text = edge.metrics().text(edge.app(), &found).await.map_err(|cause| {
        tracing::error!(%cause, "the figures could not be written");
        Problem::internal()
    })?;
    let kind =
        ContentType::new("application", "openmetrics-text").with_params([("version", "1.0.0"), ("charset", "utf-8")]);
    Ok((kind, text))
}

/// Where a request comes from.
struct Asker<'r>(&'r Trace);

#[rocket::async_trait]
impl<'r> FromRequest<'r> for Asker<'r> {
    type Error = Infallible;

    async fn from_request(request: &'r Request<'_>) -> Outcome<Self, Infallible> {
        Outcome::Success(Self(Trace::of(request)))
    }
}
