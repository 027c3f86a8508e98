//! Signing in by another organisation, binding an account to it, and proving anew to be there.

use askama::Template;
use rocket::http::{CookieJar, Status};
use rocket::{Route, get, post, routes};
use secrecy::SecretString;

use super::answer::{Answer, Shown};
use super::page::{Area, Page};
use super::posted::Posted;
use super::sign_in;
use super::visit::{Staff, Visit, keep_session};
use crate::access::oidc::IssuerArea;
use crate::access::oidc::flow::{self, Brought, Entered};
use crate::access::step_up::{self, FreshProof};
use crate::api::Problem;
use crate::register::Refusal;

pub fn routes() -> Vec<Route> {
    routes![go_mijn, go_console, back_mijn, back_console, bind_mijn, bind_console, ask_proof, take_proof, go_prove]
}

const fn vouched_for(area: Area) -> IssuerArea {
    match area {
        Area::Mijn => IssuerArea::Registrants,
        Area::Console => IssuerArea::Staff,
    }
}

/// Asks for the activation code of whoever the issuer vouches for and nobody here knows.
#[derive(Template)]
#[template(path = "bind.html")]
struct BindPage {
    page: Page,
    action: String,
    state: String,
    refused: bool,
}

/// Asks for a fresh second factor.
#[derive(Template)]
#[template(path = "prove.html")]
struct ProvePage {
    page: Page,
    back: String,
    /// The issuer by which it is proved; nothing: by a code.
    issuer: Option<String>,
    refused: bool,
}

#[get("/mijn/sign-in/<issuer>")]
async fn go_mijn(visit: &Visit, issuer: &str) -> Shown {
    go(visit, Area::Mijn, issuer).await
}

#[get("/console/sign-in/<issuer>")]
async fn go_console(visit: &Visit, issuer: &str) -> Shown {
    go(visit, Area::Console, issuer).await
}

async fn go(visit: &Visit, area: Area, issuer: &str) -> Shown {
    visit.take_sign_in()?;
    let way = (issuer, vouched_for(area));
    match flow::begin(visit.app(), &visit.caller, way, visit.secret(), None).await {
        Ok(url) => Ok(Answer::go(url)),
        Err(Refusal::Unauthenticated(_)) => sign_in::refused_outside(visit, area),
        Err(other) => Err(other.into()),
    }
}

#[get("/mijn/sign-in/<issuer>/answer?<code>&<state>&<iss>&<error>")]
async fn back_mijn(
    visit: &Visit,
    jar: &CookieJar<'_>,
    issuer: &str,
    code: Option<&str>,
    state: Option<&str>,
    iss: Option<&str>,
    error: Option<&str>,
) -> Shown {
    back(visit, jar, (Area::Mijn, issuer), Brought { code, state, iss, error }).await
}

#[get("/console/sign-in/<issuer>/answer?<code>&<state>&<iss>&<error>")]
async fn back_console(
    visit: &Visit,
    jar: &CookieJar<'_>,
    issuer: &str,
    code: Option<&str>,
    state: Option<&str>,
    iss: Option<&str>,
    error: Option<&str>,
) -> Shown {
    back(visit, jar, (Area::Console, issuer), Brought { code, state, iss, error }).await
}

async fn back(visit: &Visit, jar: &CookieJar<'_>, (area, issuer): (Area, &str), brought: Brought<'_>) -> Shown {
    visit.take_sign_in()?;
    if visit.edge.health().clock_is_off() {
        return Err(Problem::unavailable("clock_is_off", "", 30).into());
    }
    match flow::answer(visit.app(), &visit.caller, (issuer, vouched_for(area)), visit.secret(), brought).await {
        Ok(Entered::Session(token)) => {
            keep_session(jar, &visit.edge, &token);
            Ok(Answer::go(area.home()))
        }
        Ok(Entered::Proved) => Ok(Answer::go(area.home())),
        Ok(Entered::Stranger(state)) => {
            let state = secrecy::ExposeSecret::expose_secret(&state).to_owned();
            Answer::page(&binding(visit, area, issuer, state, false))
        }
        Err(Refusal::Unauthenticated(_)) => sign_in::refused_outside(visit, area),
        Err(other) => Err(other.into()),
    }
}

fn binding(visit: &Visit, area: Area, issuer: &str, state: String, refused: bool) -> BindPage {
    let action = format!("{}/{issuer}/account", area.sign_in());
    BindPage { page: Page::open(visit, area, area.sign_in(), "bind.title"), action, state, refused }
}

#[post("/mijn/sign-in/<issuer>/account", data = "<posted>")]
async fn bind_mijn(visit: &Visit, jar: &CookieJar<'_>, issuer: &str, posted: Posted) -> Shown {
    bind(visit, jar, (Area::Mijn, issuer), &posted).await
}

#[post("/console/sign-in/<issuer>/account", data = "<posted>")]
async fn bind_console(visit: &Visit, jar: &CookieJar<'_>, issuer: &str, posted: Posted) -> Shown {
    bind(visit, jar, (Area::Console, issuer), &posted).await
}

async fn bind(visit: &Visit, jar: &CookieJar<'_>, (area, issuer): (Area, &str), posted: &Posted) -> Shown {
    visit.take_sign_in()?;
    let (state, code) = (posted.text("state"), SecretString::from(posted.text("activationCode").to_owned()));
    let way = (issuer, vouched_for(area));
    match flow::bind(visit.app(), &visit.caller, way, visit.secret(), state, &code).await {
        Ok(token) => {
            keep_session(jar, &visit.edge, &token);
            Ok(Answer::go(area.home()))
        }
        Err(Refusal::Unauthenticated(_)) => {
            Answer::page_with(Status::BadRequest, &binding(visit, area, issuer, state.to_owned(), true))
        }
        Err(other) => Err(other.into()),
    }
}

/// A page of the console to go back to; nothing else.
fn own(back: &str) -> String {
    let fine = back.starts_with("/console") && !back.contains(['\\', '\r', '\n']) && !back.contains("//");
    if fine { back.to_owned() } else { "/console".to_owned() }
}

fn proving(staff: &Staff<'_>, back: &str, refused: bool) -> ProvePage {
    ProvePage {
        page: Page::of(staff, "/console/prove", "prove.title"),
        back: own(back),
        issuer: flow::issuer_of(staff.app(), staff.signed),
        refused,
    }
}

#[get("/console/prove?<back>")]
fn ask_proof(staff: Staff<'_>, back: Option<&str>) -> Shown {
    Answer::page(&proving(&staff, back.unwrap_or("/console"), false))
}

#[post("/console/prove", data = "<posted>")]
async fn take_proof(staff: Staff<'_>, posted: Posted) -> Shown {
    staff.take_sign_in()?;
    let code: String = posted.text("oneTimeCode").chars().filter(|symbol| !symbol.is_whitespace()).collect();
    let proof = FreshProof { one_time_code: SecretString::from(code) };
    match step_up::prove(staff.app(), &staff.ctx(), proof).await {
        Ok(()) => Ok(Answer::go(own(posted.text("back")))),
        Err(Refusal::Invalid(_)) => Answer::page_with(Status::BadRequest, &proving(&staff, posted.text("back"), true)),
        Err(other) => Err(other.into()),
    }
}

/// To the issuer that opened the session, to prove there.
#[get("/console/prove/there")]
async fn go_prove(staff: Staff<'_>) -> Shown {
    staff.take_sign_in()?;
    let issuer = flow::issuer_of(staff.app(), staff.signed).ok_or(Refusal::NotFound)?;
    let way = (issuer.as_str(), IssuerArea::Staff);
    let url = flow::begin(staff.app(), &staff.caller, way, staff.secret(), Some(staff.signed.session)).await?;
    Ok(Answer::go(url))
}
