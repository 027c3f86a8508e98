//! Choosing between several registrations; they are told apart by their rules and their end.

use askama::Template;
use rocket::{get, post};

use crate::console::answer::{Answer, Shown};
use crate::console::page::Page;
use crate::console::posted::Posted;
use crate::console::visit::Registrant;
use crate::ids::RegistrationId;
use crate::register::Refusal;
use crate::register::view::{self, RegistrationSummary};
use crate::store::console::Remembered;
use crate::vocabulary::LegalStatus;

#[derive(Template)]
#[template(path = "mijn/choose.html")]
struct ChoosePage {
    page: Page,
    registrations: Vec<RegistrationSummary>,
}

#[get("/choose")]
pub async fn page(registrant: Registrant<'_>) -> Shown {
    let own = view::own(registrant.app(), &registrant.ctx()).await?;
    let active = own.items.into_iter().filter(|item| item.legal_status == LegalStatus::Active);
    Answer::page(&ChoosePage {
        page: Page::of(&registrant, "/mijn/choose", "choose.title"),
        registrations: active.collect(),
    })
}

#[post("/choose", data = "<posted>")]
pub async fn choose(registrant: Registrant<'_>, posted: Posted) -> Shown {
    let id: RegistrationId = posted.text("registration").parse().map_err(|_| Refusal::NotFound)?;
    let own = view::own(registrant.app(), &registrant.ctx()).await?;
    if !own.items.iter().any(|item| item.id == id) {
        return Err(Refusal::NotFound.into());
    }
    crate::access::console::remember(registrant.app(), registrant.signed.session, Remembered::Registration(id)).await?;
    Ok(Answer::go("/mijn"))
}
