//! Signing in: user name and password, and a one-time code for the people who work here.

use askama::Template;
use rocket::http::{CookieJar, Status};
use rocket::{Route, get, post, routes};
use secrecy::SecretString;

use super::answer::{Answer, Shown};
use super::page::{Area, Page};
use super::posted::Posted;
use super::visit::{Visit, keep_session};
use crate::access::console;
use crate::access::oidc::{IssuerArea, IssuerSettings};
use crate::access::sign_in::SignIn;
use crate::register::Refusal;

/// More than any user name or password there can be: longer ones are wrong without being looked at.
const LONGEST: usize = 1_024;

pub fn routes() -> Vec<Route> {
    routes![mijn, console_, enter_mijn, enter_console]
}

#[derive(Template)]
#[template(path = "sign_in.html")]
struct SignInPage {
    page: Page,
    /// Where the form goes.
    action: String,
    /// Whether a user name and a password are asked for.
    local: bool,
    /// Organisations by which one can sign in: address and name.
    issuers: Vec<(String, String)>,
    /// The other organisation's word was not enough.
    refused_outside: bool,
    /// Whether a one-time code is asked for.
    with_code: bool,
    /// What was typed as user name.
    username: String,
    refused: bool,
    /// Just signed out.
    out: bool,
    /// Just took the account into use.
    activated: bool,
}

fn form(visit: &Visit, area: Area) -> SignInPage {
    let vouches = match area {
        Area::Mijn => IssuerArea::Registrants,
        Area::Console => IssuerArea::Staff,
    };
    let address = |issuer: &IssuerSettings| {
        (format!("{}/{}", area.sign_in(), issuer.name), issuer.label(visit.language).to_owned())
    };
    SignInPage {
        local: visit.app().config.sign_in.local_accounts,
        issuers: visit.app().issuers.of(vouches).map(address).collect(),
        refused_outside: false,
        page: Page::open(visit, area, area.sign_in(), "signIn.title"),
        action: area.sign_in(),
        with_code: area == Area::Console,
        username: String::new(),
        refused: false,
        out: false,
        activated: false,
    }
}

/// The page again, saying that the other organisation's word was not enough.
pub(super) fn refused_outside(visit: &Visit, area: Area) -> Shown {
    Answer::page_with(Status::BadRequest, &SignInPage { refused_outside: true, ..form(visit, area) })
}

fn show(visit: &Visit, area: Area, out: bool, activated: bool) -> Shown {
    match &visit.signed {
        Some(signed) => Ok(Answer::go(Area::of_role(signed.actor.role).home())),
        None => Answer::page(&SignInPage { out, activated, ..form(visit, area) }),
    }
}

#[get("/mijn/sign-in?<out>&<activated>")]
fn mijn(visit: &Visit, out: Option<&str>, activated: Option<&str>) -> Shown {
    show(visit, Area::Mijn, out.is_some(), activated.is_some())
}

#[get("/console/sign-in?<out>&<activated>")]
fn console_(visit: &Visit, out: Option<&str>, activated: Option<&str>) -> Shown {
    show(visit, Area::Console, out.is_some(), activated.is_some())
}

#[post("/mijn/sign-in", data = "<posted>")]
async fn enter_mijn(visit: &Visit, jar: &CookieJar<'_>, posted: Posted) -> Shown {
    enter(visit, jar, Area::Mijn, &posted).await
}

#[post("/console/sign-in", data = "<posted>")]
async fn enter_console(visit: &Visit, jar: &CookieJar<'_>, posted: Posted) -> Shown {
    enter(visit, jar, Area::Console, &posted).await
}

async fn enter(visit: &Visit, jar: &CookieJar<'_>, area: Area, posted: &Posted) -> Shown {
    visit.take_sign_in()?;
    let (username, password) = (posted.text("username"), posted.text("password"));
    let code: String = posted.text("oneTimeCode").chars().filter(|symbol| !symbol.is_whitespace()).collect();
    let wrong = SignInPage { refused: true, username: username.to_owned(), ..form(visit, area) };
    if username.is_empty() || password.is_empty() || username.len().max(password.len()) > LONGEST {
        return Answer::page_with(Status::BadRequest, &wrong);
    }
    let request = SignIn {
        username: username.to_owned(),
        password: SecretString::from(password.to_owned()),
        one_time_code: Some(code).filter(|code| !code.is_empty()).map(SecretString::from),
    };
    match console::open(visit.app(), &visit.caller, request).await {
        Ok(token) => {
            keep_session(jar, &visit.edge, &token);
            Ok(Answer::go("/"))
        }
        Err(Refusal::Unauthenticated(_)) => Answer::page_with(Status::BadRequest, &wrong),
        Err(other) => Err(other.into()),
    }
}
