//! What a service that sends for us tells of each message afterwards. The shape is that of the service, so it stands outside
//! the published contract, and it says who it is by a token of the settings instead of an account.

use std::convert::Infallible;

use rocket::data::{Data, ToByteUnit};
use rocket::http::Status;
use rocket::request::{FromRequest, Outcome, Request};
use rocket::{Route, State, post, routes, tokio};
use secrecy::ExposeSecret;
use serde::Deserialize;
use subtle::ConstantTimeEq as _;

use super::edge::Edge;
use super::problem::Problem;
use crate::jobs::receipts::{self, Heard, Receipt};

/// The largest call that is read, in KiB.
const LARGEST: u64 = 16;
/// Seconds after which to tell again what could not be written down.
const RETRY: u32 = 5;
/// The name under which it signs.
const NAME: &str = "callbacks";

/// The route.
pub(super) fn routes() -> Vec<Route> {
    routes![told]
}

/// What is read of a call; everything else in it, such as the address, is not.
#[derive(Deserialize)]
struct Told {
    reference: Option<String>,
    status: String,
}

/// Takes in what became of a message. A message that is not ours, or a word that is not known, changes nothing.
#[post("/notify-callbacks", data = "<data>")]
async fn told(caller: Caller<'_>, edge: &State<Edge>, data: Data<'_>) -> Result<Status, Problem> {
    let expected = edge.app().config.callback_token.as_ref().ok_or_else(Problem::not_found)?;
    let token = caller.0.unwrap_or_default();
    if !bool::from(token.as_bytes().ct_eq(expected.expose_secret().as_bytes())) {
        return Err(Problem::unauthorized("token_invalid", "This token is not the one of the settings."));
    }
    let body = data.open(LARGEST.kibibytes()).into_bytes().await;
    let body = body.ok().filter(|body| body.is_complete());
    let read = body.and_then(|body| serde_json::from_slice::<Told>(&body).ok());
    let Some(told) = read else {
        return Err(Problem::new(Status::BadRequest, "not_understood", "The call is not what it should be."));
    };
    let id = told.reference.and_then(|reference| reference.parse().ok());
    let (Some(id), Some((heard, code))) = (id, heard(&told.status)) else { return Ok(Status::NoContent) };
    let app = edge.app().clone();
    let receipt = Receipt { id, message_id: None, heard, code: code.to_owned() };
    match tokio::task::spawn_blocking(move || receipts::settle(&app, NAME, receipt)).await {
        Ok(Ok(_)) => Ok(Status::NoContent),
        Ok(Err(_)) | Err(_) => Err(Problem::unavailable("not_written", "Tell it again.", RETRY)),
    }
}

/// What a status of the service means. That a letter was printed is no proof that it arrived.
fn heard(status: &str) -> Option<(Heard, &'static str)> {
    Some(match status {
        "delivered" => (Heard::Delivered, "notify_delivered"),
        "permanent-failure" => (Heard::Failed, "notify_permanent_failure"),
        "temporary-failure" => (Heard::Failed, "notify_temporary_failure"),
        "technical-failure" => (Heard::Failed, "notify_technical_failure"),
        "created" | "sending" | "sent" | "pending" | "accepted" | "received" => (Heard::Underway, "notify_underway"),
        _ => return None,
    })
}

/// The token of a call, when there is one.
struct Caller<'r>(Option<&'r str>);

#[rocket::async_trait]
impl<'r> FromRequest<'r> for Caller<'r> {
    type Error = Infallible;

    async fn from_request(request: &'r Request<'_>) -> Outcome<Self, Infallible> {
        let header = request.headers().get_one("authorization");
        Outcome::Success(Self(header.and_then(|value| value.strip_prefix("Bearer "))))
    }
}
