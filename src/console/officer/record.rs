//! Recording a report for somebody: the same forms, with how it came in.

use askama::Template;
use chrono_tz::Tz;
use rocket::{State, get, post};

use super::bar::{Bar, Head, Tab};
use crate::console::answer::{Answer, Fault, Shown};
use crate::console::checks::Checks;
use crate::console::form::{Builder, Section, from_json};
use crate::console::mijn::{Journey, kind_of};
use crate::console::page::Page;
use crate::console::posted::Posted;
use crate::console::report::{self, Kind, Place};
use crate::console::visit::Staff;
use crate::ids::{FactId, NotificationId, RegistrationId};
use crate::register::Refusal;
use crate::register::view::{self, NotificationDetail};
use crate::texts::texts;

#[derive(Template)]
#[template(path = "officer/record.html")]
struct RecordPage {
    page: Page,
    bar: Bar,
    kinds: [Kind; 9],
    journeys: Vec<Journey>,
}

#[get("/registrations/<id>/record")]
pub async fn list(staff: Staff<'_>, id: &str) -> Shown {
    let id: RegistrationId = id.parse().map_err(|_| Refusal::NotFound)?;
    let t = texts(staff.language);
    let ctx = staff.ctx();
    let head = Head::read(&staff, id, Tab::Record, t).await?;
    let trips = view::trips(staff.app(), &ctx, id).await?;
    let journeys = trips.iter().map(|trip| Journey::of(trip, staff.language, head.bar.today)).collect();
    Answer::page(&RecordPage {
        page: Page::titled(
            &staff,
            format!("/console/registrations/{id}/record"),
            t.one("record.title", &head.bar.name),
        ),
        bar: head.bar,
        kinds: Kind::START,
        journeys,
    })
}

fn place<'r>(staff: Staff<'r>, id: &str, kind: &str, trip: Option<&str>) -> Result<Place<'r>, Fault> {
    let registration: RegistrationId = id.parse().map_err(|_| Refusal::NotFound)?;
    let kind: Kind = kind.parse().map_err(|_| Refusal::NotFound)?;
    let trip: Option<FactId> = trip.map(str::parse).transpose().map_err(|_| Refusal::NotFound)?;
    if kind.about_trip() != trip.is_some() {
        return Err(Refusal::NotFound.into());
    }
    let file = format!("/console/registrations/{registration}");
    let address = match trip {
        Some(trip) => format!("{file}/trips/{trip}/{kind}"),
        None => format!("{file}/record/{kind}"),
    };
    Ok(Place {
        member: staff.0,
        registration,
        kind,
        trip,
        address,
        back: format!("{file}/record"),
        then: format!("{file}/given"),
    })
}

#[get("/registrations/<id>/record/<kind>")]
pub async fn start(staff: Staff<'_>, id: &str, kind: &str) -> Shown {
    report::start(&place(staff, id, kind, None)?).await
}

#[post("/registrations/<id>/record/<kind>", data = "<posted>")]
pub async fn check(staff: Staff<'_>, checks: &State<Checks>, id: &str, kind: &str, posted: Posted) -> Shown {
    report::check(&place(staff, id, kind, None)?, checks, posted).await
}

#[post("/registrations/<id>/record/<kind>/give", data = "<posted>")]
pub async fn give(staff: Staff<'_>, checks: &State<Checks>, id: &str, kind: &str, posted: Posted) -> Shown {
    report::give(&place(staff, id, kind, None)?, checks, posted).await
}

#[get("/registrations/<id>/trips/<trip>/<kind>")]
pub async fn start_trip(staff: Staff<'_>, id: &str, trip: &str, kind: &str) -> Shown {
    report::start(&place(staff, id, kind, Some(trip))?).await
}

#[post("/registrations/<id>/trips/<trip>/<kind>", data = "<posted>")]
pub async fn check_trip(
    staff: Staff<'_>,
    checks: &State<Checks>,
    id: &str,
    trip: &str,
    kind: &str,
    posted: Posted,
) -> Shown {
    report::check(&place(staff, id, kind, Some(trip))?, checks, posted).await
}

#[post("/registrations/<id>/trips/<trip>/<kind>/give", data = "<posted>")]
pub async fn give_trip(
    staff: Staff<'_>,
    checks: &State<Checks>,
    id: &str,
    trip: &str,
    kind: &str,
    posted: Posted,
) -> Shown {
    report::give(&place(staff, id, kind, Some(trip))?, checks, posted).await
}

#[derive(Template)]
#[template(path = "officer/given.html")]
struct GivenPage {
    page: Page,
    bar: Bar,
    zone: Tz,
    given: NotificationDetail,
    sections: Vec<Section>,
    new: bool,
    /// A second person just decided on it.
    decided: bool,
}

#[get("/registrations/<id>/given/<notification>?<new>&<decided>")]
pub async fn given(staff: Staff<'_>, id: &str, notification: &str, new: Option<&str>, decided: Option<&str>) -> Shown {
    let id: RegistrationId = id.parse().map_err(|_| Refusal::NotFound)?;
    let notification: NotificationId = notification.parse().map_err(|_| Refusal::NotFound)?;
    let t = texts(staff.language);
    let ctx = staff.ctx();
    let head = Head::read(&staff, id, Tab::Timeline, t).await?;
    let given = view::notification(staff.app(), &ctx, id, notification).await?;
    let values = from_json(&given.content);
    let mut form = Builder::new(t, &values, &[]);
    kind_of(&given).ask(&mut form, given.summary.on_behalf);
    let sections = form.finish().answers();
    Answer::page(&GivenPage {
        page: Page::titled(
            &staff,
            format!("/console/registrations/{id}/given/{notification}"),
            t.one("given.title", &head.bar.name),
        ),
        zone: head.bar.registration.regime.zone(),
        bar: head.bar,
        given,
        sections,
        new: new.is_some(),
        decided: decided.is_some(),
    })
}
