//! Everything that had to be reported so far, with the reasons.

use askama::Template;
use chrono::NaiveDate;
use rocket::get;

use super::home::Card;
use super::mine;
use crate::console::answer::{Answer, Shown};
use crate::console::page::Page;
use crate::console::visit::Registrant;
use crate::register::view;
use crate::vocabulary::Regime;

#[derive(Template)]
#[template(path = "mijn/duties.html")]
struct DutiesPage {
    page: Page,
    today: NaiveDate,
    cards: Vec<Card>,
}

#[get("/duties")]
pub async fn page(registrant: Registrant<'_>) -> Shown {
    let ctx = registrant.ctx();
    let id = mine(&registrant).await?;
    let duties = view::explained_duties(registrant.app(), &ctx, id).await?;
    let page = Page::of(&registrant, "/mijn/duties", "duties.title");
    let cards = duties.into_iter().rev().map(|duty| Card::of(duty, &page)).collect();
    Answer::page(&DutiesPage { page, today: ctx.today(Regime::NlPilot.zone()), cards })
}
