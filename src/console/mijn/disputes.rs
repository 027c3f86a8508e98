//! Disputing what the register says: which fact, why, and what became of it.

use askama::Template;
use rocket::{State, get, post};

use super::mine;
use crate::console::answer::{Answer, Fault, Shown};
use crate::console::checks::Checks;
use crate::console::dispute::{self as asking, Place, Told, told};
use crate::console::page::Page;
use crate::console::posted::Posted;
use crate::console::visit::Registrant;
use crate::register::review::dispute::{self, DisputeView};
use crate::register::{Refusal, view};
use crate::texts::texts;
use crate::vocabulary::Regime;

async fn place<'r>(registrant: Registrant<'r>, back: &str) -> Result<Place<'r>, Fault> {
    let registration = mine(&registrant).await?;
    let base = "/mijn".to_owned();
    Ok(Place { member: registrant.0, registration, base, lead: None, back: back.to_owned() })
}

#[get("/dispute?<fact>")]
pub async fn start(registrant: Registrant<'_>, fact: Option<&str>) -> Shown {
    asking::start(&place(registrant, "/mijn/disputes").await?, fact).await
}

#[post("/dispute", data = "<posted>")]
pub async fn raise(registrant: Registrant<'_>, checks: &State<Checks>, posted: Posted) -> Shown {
    asking::raise(&place(registrant, "/mijn/disputes").await?, checks, posted).await
}

#[get("/disputes/<id>/appeal")]
pub async fn start_appeal(registrant: Registrant<'_>, id: &str) -> Shown {
    asking::start_appeal(&place(registrant, &format!("/mijn/disputes/{id}")).await?, id).await
}

#[post("/disputes/<id>/appeal", data = "<posted>")]
pub async fn appeal(registrant: Registrant<'_>, checks: &State<Checks>, id: &str, posted: Posted) -> Shown {
    asking::appeal(&place(registrant, &format!("/mijn/disputes/{id}")).await?, checks, id, posted).await
}

/// The disputes that `wanted` picks, in words.
async fn read(registrant: &Registrant<'_>, wanted: impl Fn(&DisputeView) -> bool) -> Result<Vec<Told>, Fault> {
    let (app, ctx, t) = (registrant.app(), registrant.ctx(), texts(registrant.language));
    let id = mine(registrant).await?;
    let (found, known) = rocket::tokio::try_join!(dispute::list(app, &ctx, id), view::facts(app, &ctx, id))?;
    let found = found.items.into_iter().filter(wanted).collect();
    Ok(told(registrant, t, Regime::NlPilot.zone(), found, &known, &[]).await?)
}

#[derive(Template)]
#[template(path = "mijn/disputes.html")]
struct DisputesPage {
    page: Page,
    disputes: Vec<Told>,
}

#[get("/disputes")]
pub async fn list(registrant: Registrant<'_>) -> Shown {
    let disputes = read(&registrant, |_| true).await?;
    Answer::page(&DisputesPage { page: Page::of(&registrant, "/mijn/disputes", "disputeOwn.list"), disputes })
}

#[derive(Template)]
#[template(path = "mijn/dispute.html")]
struct DisputePage {
    page: Page,
    told: Told,
    /// Just sent.
    done: Option<String>,
}

#[get("/disputes/<id>?<done>")]
pub async fn page(registrant: Registrant<'_>, id: &str, done: Option<&str>) -> Shown {
    let told = read(&registrant, |one| one.id.as_str() == id).await?.pop().ok_or(Refusal::NotFound)?;
    let page = Page::of(&registrant, format!("/mijn/disputes/{id}"), "disputeOwn.title");
    let done = done.and_then(|done| page.t.find(&format!("disputeOwn.{done}Done"))).map(str::to_owned);
    Answer::page(&DisputePage { page, told, done })
}
