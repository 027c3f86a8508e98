//! Supervision beside the register: the orders of a person, their dates and conditions, breach reports, and where the
//! two meet or collide.

use askama::Template;
use chrono_tz::Tz;
use rocket::get;

use super::bar::{Bar, Head, Tab};
use super::when;
use crate::access::Action;
use crate::console::answer::{Answer, Shown};
use crate::console::page::Page;
use crate::console::visit::Staff;
use crate::ids::RegistrationId;
use crate::register::Refusal;
use crate::supervision::view::{self, FindingsView, SupervisionView};
use crate::texts::texts;
use crate::vocabulary::RequestStatus;

#[derive(Template)]
#[template(path = "officer/supervision.html")]
struct SupervisionPage {
    page: Page,
    bar: Bar,
    zone: Tz,
    orders: SupervisionView,
    /// What the cross-checks found; absent for whoever may not read it.
    findings: Option<FindingsView>,
    /// Whether the reader may say that they looked at one.
    may_review: bool,
}

impl SupervisionPage {
    /// The colour of a date: never the only thing that tells it.
    fn tone(&self, status: &RequestStatus) -> &'static str {
        match status {
            RequestStatus::Passed => "danger",
            RequestStatus::Warned => "warning",
            RequestStatus::Done => "success",
            RequestStatus::Open | RequestStatus::Moot => "neutral",
        }
    }
}

#[get("/registrations/<id>/supervision")]
pub async fn page(staff: Staff<'_>, id: &str) -> Shown {
    let id: RegistrationId = id.parse().map_err(|_| Refusal::NotFound)?;
    let t = texts(staff.language);
    let (app, ctx) = (staff.app(), staff.ctx());
    let Head { bar, .. } = Head::read(&staff, id, Tab::Supervision, t).await?;
    let (orders, findings) = rocket::tokio::try_join!(
        view::orders(app, &ctx, id),
        when(bar.may(Action::SupervisionFindingRead), view::findings(app, &ctx, id)),
    )?;
    Answer::page(&SupervisionPage {
        page: Page::titled(
            &staff,
            format!("/console/registrations/{id}/supervision"),
            t.one("supervision.title", &bar.name),
        ),
        may_review: bar.may(Action::SupervisionFindingReview),
        zone: bar.registration.regime.zone(),
        bar,
        orders,
        findings,
    })
}
