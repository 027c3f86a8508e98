//! What stands on every answer, and one line in the log per request.
//!
//! A request that HTTP itself refuses never reaches a fairing, so the catcher calls [`put`] as well: setting the same
//! header twice changes nothing.

use rocket::fairing::{Fairing, Info, Kind};
use rocket::http::Status;
use rocket::{Data, Orbit, Request, Response, Rocket};

use super::edge::Edge;
use super::trace::Trace;
use crate::telemetry::Answered;

/// The full version of this API, as `API-Version` says on every answer.
pub const API_VERSION: &str = env!("CARGO_PKG_VERSION");

/// The same on every answer. This API answers JSON to programs: nothing may be framed, sniffed, cached or embedded.
const FIXED: [(&str, &str); 8] = [
    ("API-Version", API_VERSION),
    ("Cache-Control", "no-store"),
    ("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'"),
    ("Cross-Origin-Resource-Policy", "same-origin"),
    ("Referrer-Policy", "no-referrer"),
    ("Strict-Transport-Security", "max-age=31536000; includeSubDomains"),
    ("X-Content-Type-Options", "nosniff"),
    ("X-Frame-Options", "DENY"),
];

/// Names the request before anything else sees it, and dresses every answer.
pub struct Headers;

#[rocket::async_trait]
impl Fairing for Headers {
    fn info(&self) -> Info {
        Info { name: "Request id, headers, access log", kind: Kind::Request | Kind::Response | Kind::Shutdown }
    }

    async fn on_request(&self, request: &mut Request<'_>, _: &mut Data<'_>) {
        Trace::of(request);
    }

    async fn on_response<'r>(&self, request: &'r Request<'_>, response: &mut Response<'r>) {
        put(request, response);
        log(request, response.status());
    }

    async fn on_shutdown(&self, rocket: &Rocket<Orbit>) {
        if let Some(edge) = rocket.state::<Edge>() {
            edge.stop();
        }
    }
}

/// Sets what is missing of the headers that stand on every answer.
pub fn put(request: &Request<'_>, response: &mut Response<'_>) {
    let trace = Trace::of(request);
    for (name, value) in FIXED {
        if !response.headers().contains(name) {
            response.set_raw_header(name, value);
        }
    }
    response.set_raw_header("Request-Id", trace.request.to_string());
    response.set_raw_header("traceparent", trace.parent());
}

/// The route as it was declared, not the address that was asked for: ids of files stay out of the log.
pub(super) fn log(request: &Request<'_>, status: Status) {
    let trace = Trace::of(request);
    let route = request.route().map_or("-", |route| route.uri.as_str());
    let took = trace.started.elapsed();
    let millis = u64::try_from(took.as_millis()).unwrap_or(u64::MAX);
    let edge = Edge::of(request);
    edge.metrics().answered(request.method().as_str(), route, status.code, took.as_secs_f64());
    if trace.is_recorded() {
        edge.app().telemetry.answered(&Answered {
            trace: &trace.trace,
            span: &trace.span,
            caller: trace.caller.as_deref(),
            method: request.method().as_str(),
            route,
            status: status.code,
            at: trace.now.system,
            took,
        });
    }
    tracing::info!(
        request = %trace.request,
        trace = %trace.trace,
        method = %request.method(),
        route,
        status = status.code,
        millis,
        "request"
    );
}
