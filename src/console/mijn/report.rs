//! Reporting for oneself.

use askama::Template;
use rocket::{State, get, post};

use super::mine;
use crate::console::answer::{Answer, Fault, Shown};
use crate::console::checks::Checks;
use crate::console::page::Page;
use crate::console::posted::Posted;
use crate::console::report::{self, Kind, Place};
use crate::console::visit::Registrant;
use crate::ids::FactId;
use crate::register::Refusal;

#[derive(Template)]
#[template(path = "mijn/report.html")]
struct ReportsPage {
    page: Page,
    kinds: [Kind; 9],
}

#[get("/report")]
pub fn list(registrant: Registrant<'_>) -> Shown {
    Answer::page(&ReportsPage { page: Page::of(&registrant, "/mijn/report", "reports.title"), kinds: Kind::START })
}

async fn place<'r>(registrant: Registrant<'r>, kind: &str, trip: Option<&str>) -> Result<Place<'r>, Fault> {
    let kind: Kind = kind.parse().map_err(|_| Refusal::NotFound)?;
    let trip: Option<FactId> = trip.map(str::parse).transpose().map_err(|_| Refusal::NotFound)?;
    if kind.about_trip() != trip.is_some() {
        return Err(Refusal::NotFound.into());
    }
    let (address, back) = match trip {
        Some(trip) => (format!("/mijn/trips/{trip}/{kind}"), "/mijn/trips"),
        None => (format!("/mijn/report/{kind}"), "/mijn"),
    };
    Ok(Place {
        registration: mine(&registrant).await?,
        member: registrant.0,
        kind,
        trip,
        address,
        back: back.to_owned(),
        then: "/mijn/receipts".to_owned(),
    })
}

#[get("/report/<kind>")]
pub async fn start(registrant: Registrant<'_>, kind: &str) -> Shown {
    report::start(&place(registrant, kind, None).await?).await
}

#[post("/report/<kind>", data = "<posted>")]
pub async fn check(registrant: Registrant<'_>, checks: &State<Checks>, kind: &str, posted: Posted) -> Shown {
    report::check(&place(registrant, kind, None).await?, checks, posted).await
}

#[post("/report/<kind>/give", data = "<posted>")]
pub async fn give(registrant: Registrant<'_>, checks: &State<Checks>, kind: &str, posted: Posted) -> Shown {
    report::give(&place(registrant, kind, None).await?, checks, posted).await
}

#[get("/trips/<trip>/<kind>")]
pub async fn start_trip(registrant: Registrant<'_>, trip: &str, kind: &str) -> Shown {
    report::start(&place(registrant, kind, Some(trip)).await?).await
}

#[post("/trips/<trip>/<kind>", data = "<posted>")]
pub async fn check_trip(
    registrant: Registrant<'_>,
    checks: &State<Checks>,
    trip: &str,
    kind: &str,
    posted: Posted,
) -> Shown {
    report::check(&place(registrant, kind, Some(trip)).await?, checks, posted).await
}

#[post("/trips/<trip>/<kind>/give", data = "<posted>")]
pub async fn give_trip(
    registrant: Registrant<'_>,
    checks: &State<Checks>,
    trip: &str,
    kind: &str,
    posted: Posted,
) -> Shown {
    report::give(&place(registrant, kind, Some(trip)).await?, checks, posted).await
}
