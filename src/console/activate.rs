//! Taking an account into use with the one-time code that was handed over: choosing a password, and for the people who
//! work here a second factor.

use askama::Template;
use rocket::http::Status;
use rocket::{Route, get, post, routes};
use secrecy::SecretString;

use super::answer::{Answer, Shown};
use super::page::{Area, Page};
use super::posted::Posted;
use super::visit::Visit;
use crate::access::sign_in::{AccountActivation, activate_account};
use crate::register::Refusal;
use crate::vocabulary::AccountState;

pub fn routes() -> Vec<Route> {
    routes![mijn, console, take_mijn, take_console]
}

#[derive(Template)]
#[template(path = "activate.html")]
struct ActivatePage {
    page: Page,
    action: String,
    /// What is wrong, as a key of the texts, and the field it is wrong with.
    fault: Option<(&'static str, &'static str)>,
    /// What was typed as activation code.
    code: String,
    /// What was typed as password: needed once more while a second factor is confirmed.
    password: String,
    /// The secret for the authenticator app, when one is to be confirmed.
    secret: Option<String>,
}

fn form(visit: &Visit, area: Area) -> ActivatePage {
    let action = format!("{}/activate", area.home());
    ActivatePage {
        page: Page::open(visit, area, action.clone(), "activate.title"),
        action,
        fault: None,
        code: String::new(),
        password: String::new(),
        secret: None,
    }
}

#[get("/mijn/activate")]
fn mijn(visit: &Visit) -> Shown {
    Answer::page(&form(visit, Area::Mijn))
}

#[get("/console/activate")]
fn console(visit: &Visit) -> Shown {
    Answer::page(&form(visit, Area::Console))
}

#[post("/mijn/activate", data = "<posted>")]
async fn take_mijn(visit: &Visit, posted: Posted) -> Shown {
    take(visit, Area::Mijn, &posted).await
}

#[post("/console/activate", data = "<posted>")]
async fn take_console(visit: &Visit, posted: Posted) -> Shown {
    take(visit, Area::Console, &posted).await
}

async fn take(visit: &Visit, area: Area, posted: &Posted) -> Shown {
    visit.take_sign_in()?;
    let (code, password) = (posted.text("activationCode"), posted.text("password"));
    let again = |fault, secret: Option<String>| ActivatePage {
        fault,
        code: code.to_owned(),
        // A password that was refused is typed anew.
        password: secret.as_ref().map(|_| password.to_owned()).unwrap_or_default(),
        secret,
        ..form(visit, area)
    };
    let refused = |fault, secret| Answer::page_with(Status::BadRequest, &again(Some(fault), secret));
    let secret = posted.get("secret").map(str::to_owned);
    if secret.is_none() && password != posted.text("passwordAgain") {
        return refused(("activate.notTheSame", "passwordAgain"), None);
    }
    let one_time_code: String = posted.text("oneTimeCode").chars().filter(|symbol| !symbol.is_whitespace()).collect();
    if secret.is_some() && one_time_code.is_empty() {
        return refused(("activate.wrongOneTimeCode", "oneTimeCode"), secret);
    }
    let request = AccountActivation {
        activation_code: SecretString::from(code.to_owned()),
        password: SecretString::from(password.to_owned()),
        one_time_code: Some(one_time_code).filter(|code| !code.is_empty()).map(SecretString::from),
    };
    match activate_account(visit.app(), &visit.caller, request).await {
        Ok(done) if done.state == AccountState::Active => Ok(Answer::go(format!("{}?activated", area.sign_in()))),
        Ok(done) => Answer::page(&again(None, done.second_factor_secret)),
        Err(Refusal::Unauthenticated(_)) => refused(("activate.wrongCode", "activationCode"), None),
        Err(Refusal::Invalid(faults)) if faults.iter().any(|fault| fault.pointer == "/oneTimeCode") => {
            refused(("activate.wrongOneTimeCode", "oneTimeCode"), secret)
        }
        Err(Refusal::Invalid(_)) => refused(("activate.tooShort", "password"), None),
        Err(other) => Err(other.into()),
    }
}
