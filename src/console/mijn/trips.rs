//! Journeys: planned, going on and past, with what can be done about each.

use askama::Template;
use chrono::NaiveDate;
use rocket::get;

use super::mine;
use crate::console::answer::{Answer, Shown};
use crate::console::geography;
use crate::console::page::Page;
use crate::console::visit::Registrant;
use crate::ids::FactId;
use crate::register::view::{self, Trip};
use crate::vocabulary::{Language, Regime};

/// A journey as it is shown.
pub struct Journey {
    /// The journey.
    pub id: FactId,
    /// Where to, in words.
    pub places: String,
    /// Day of departure.
    pub departure: NaiveDate,
    /// Day of return, when it is known.
    pub back: Option<NaiveDate>,
    /// Not begun yet.
    pub ahead: bool,
    /// Over.
    pub past: bool,
}

impl Journey {
    /// A journey in words.
    pub fn of(trip: &Trip, language: Language, today: NaiveDate) -> Self {
        let places: Vec<String> = trip.countries.iter().map(|code| geography::country(language, code)).collect();
        Self {
            id: trip.plan_of.id,
            places: places.join(", "),
            departure: trip.plan_of.departure_on,
            back: trip.plan_of.return_on,
            ahead: trip.plan_of.departure_on >= today,
            past: trip.plan_of.return_on.is_some_and(|back| back < today),
        }
    }
}

#[derive(Template)]
#[template(path = "mijn/trips.html")]
struct TripsPage {
    page: Page,
    trips: Vec<Journey>,
}

#[get("/trips")]
pub async fn page(registrant: Registrant<'_>) -> Shown {
    let ctx = registrant.ctx();
    let id = mine(&registrant).await?;
    let today = ctx.today(Regime::NlPilot.zone());
    let trips = view::trips(registrant.app(), &ctx, id).await?;
    let trips = trips.iter().map(|trip| Journey::of(trip, registrant.language, today)).collect();
    Answer::page(&TripsPage { page: Page::of(&registrant, "/mijn/trips", "trips.title"), trips })
}
