//! Journeys, on a map and in a table.

use std::collections::BTreeSet;

use askama::Template;
use rocket::get;

use super::bar::{Bar, Head, Tab};
use crate::console::answer::{Answer, Shown};
use crate::console::geography::{self, Map};
use crate::console::mijn::Journey;
use crate::console::page::Page;
use crate::console::visit::Staff;
use crate::ids::RegistrationId;
use crate::register::{Refusal, view};
use crate::texts::texts;

#[derive(Template)]
#[template(path = "officer/travel.html")]
struct TravelPage {
    page: Page,
    bar: Bar,
    map: Map,
    journeys: Vec<Journey>,
}

#[get("/registrations/<id>/travel")]
pub async fn page(staff: Staff<'_>, id: &str) -> Shown {
    let id: RegistrationId = id.parse().map_err(|_| Refusal::NotFound)?;
    let t = texts(staff.language);
    let ctx = staff.ctx();
    let head = Head::read(&staff, id, Tab::Travel, t).await?;
    let trips = view::trips(staff.app(), &ctx, id).await?;
    let visited: BTreeSet<String> = trips.iter().flat_map(|trip| trip.countries.clone()).collect();
    let journeys = trips.iter().map(|trip| Journey::of(trip, staff.language, head.bar.today)).collect();
    Answer::page(&TravelPage {
        page: Page::titled(
            &staff,
            format!("/console/registrations/{id}/travel"),
            t.one("travel.title", &head.bar.name),
        ),
        map: geography::map(staff.language, &visited),
        bar: head.bar,
        journeys,
    })
}
