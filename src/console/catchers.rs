//! What is shown where no page answered: nothing there, not allowed, not signed in, not now.

use std::sync::Mutex;

use askama::Template;
use rocket::http::{Method, RawStr, Status};
use rocket::response::{self, Responder, Response};
use rocket::{Catcher, Request, catch, catchers};

use super::answer::Answer;
use super::page::{Area, Page};
use super::visit::Visit;
use crate::api::Problem;
use crate::vocabulary::Purpose;

/// The catcher of the pages, to be registered where they are mounted.
pub fn all() -> Vec<Catcher> {
    catchers![default]
}

/// A problem on its way from a guard to the catcher.
#[derive(Default)]
pub struct Stashed(Mutex<Option<Problem>>);

/// Keeps what a guard refused, for the catcher.
pub fn stash(request: &Request<'_>, problem: Problem) -> (Status, ()) {
    let status = Status::new(problem.details().status);
    if let Ok(mut kept) = request.local_cache(Stashed::default).0.lock() {
        *kept = Some(problem);
    }
    (status, ())
}

#[catch(default)]
async fn default(status: Status, request: &Request<'_>) -> Explained {
    // Where nothing was routed to, nobody has looked at the cookie yet.
    let _ = Visit::of(request).await;
    let kept = request.local_cache(Stashed::default).0.lock().ok().and_then(|mut kept| kept.take());
    let problem = kept.unwrap_or_else(|| match status.code {
        404 | 405 => Problem::not_found(),
        400 | 422 => Problem::new(Status::BadRequest, "malformed_request", ""),
        _ => Problem::internal(),
    });
    explain(request, &problem)
}

/// A page that says what is wrong, with what the problem's headers say.
pub struct Explained {
    answer: Answer,
    headers: Vec<(&'static str, String)>,
}

impl<'r> Responder<'r, 'static> for Explained {
    fn respond_to(self, request: &'r Request<'_>) -> response::Result<'static> {
        let mut response: Response<'static> = self.answer.respond_to(request)?;
        for (name, value) in self.headers {
            response.set_raw_header(name, value);
        }
        Ok(response)
    }
}

/// What is wrong, as a page.
#[derive(Template)]
#[template(path = "problem.html")]
struct ProblemPage {
    page: Page,
    status: u16,
    text: String,
    /// Purposes an officer may state to see more.
    purposes: Vec<Purpose>,
    request_id: String,
}

/// Explains a problem in the language of the visitor. Whoever has not signed in is sent to do so.
pub fn explain(request: &Request<'_>, problem: &Problem) -> Explained {
    let details = problem.details();
    let area = Area::of(request);
    if details.code == "proof_needed" {
        // Only what can be asked for again: a form is filled in anew after the proof.
        let back = if request.method() == Method::Get { request.uri().path().as_str() } else { area.home() };
        let place = format!("/console/prove?back={}", RawStr::new(back).percent_encode());
        return Explained { answer: Answer::go(place), headers: Vec::new() };
    }
    if details.status == 401 {
        return Explained { answer: Answer::go(area.sign_in()), headers: Vec::new() };
    }
    let visit = Visit::known(request);
    let page = Page::of_request(request, visit, area, &format!("problem.{}.title", known(details.status)));
    let of_status = format!("problem.{}.text", known(details.status));
    let text = page.t.or_else(&format!("problem.code.{}", details.code), &of_status).to_owned();
    let explained = ProblemPage {
        text,
        status: details.status,
        purposes: visit.map(|visit| visit.purposes_to_state(details.status)).unwrap_or_default(),
        request_id: visit.map(|visit| visit.caller.request.to_string()).unwrap_or_default(),
        page,
    };
    let status = Status::new(details.status);
    let answer = Answer::page_with(status, &explained).unwrap_or_else(|_| Answer::Page(status, String::new()));
    let headers = details.headers.iter().filter(|(name, _)| *name == "Retry-After").cloned().collect();
    Explained { answer, headers }
}

/// The statuses that have words of their own; every other one shares those of 500 or 400.
fn known(status: u16) -> u16 {
    match status {
        403 | 404 | 409 | 413 | 429 | 500 | 503 => status,
        412 => 409,
        400..=499 => 400,
        _ => 500,
    }
}
