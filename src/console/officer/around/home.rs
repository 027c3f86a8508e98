//! The home: where it is said to be, who says so and since when; and the visits to it.

use askama::Template;
use chrono::NaiveDate;
use chrono_tz::Tz;
use rocket::get;

use super::{Colleagues, PAGE, just_done, offered};
use crate::access::Action;
use crate::console::answer::{Answer, Shown};
use crate::console::officer::act::Act;
use crate::console::officer::bar::{Bar, Head, Tab};
use crate::console::page::Page;
use crate::console::visit::Staff;
use crate::ids::{RegistrationId, VisitId};
use crate::register::Refusal;
use crate::register::around::verification::{self, HomeView};
use crate::register::around::visits::{self, VisitPage};
use crate::texts::texts;
use crate::vocabulary::{VerificationResult, VisitStatus};

#[derive(Template)]
#[template(path = "officer/around/home.html")]
struct HomePage {
    page: Page,
    bar: Bar,
    zone: Tz,
    today: NaiveDate,
    acts: Vec<Act>,
    /// Whether whoever looks may say what came of a visit.
    logs: bool,
    home: HomeView,
    visits: VisitPage,
    names: Colleagues,
    done: Option<Act>,
}

impl HomePage {
    /// The colour of what came of a visit: never the only thing that tells it.
    fn tone(&self, status: &VisitStatus) -> &'static str {
        match status {
            VisitStatus::Done => "success",
            VisitStatus::NotAtHome | VisitStatus::Planned => "warning",
            VisitStatus::OutcomeToLog => "danger",
            VisitStatus::Cancelled => "neutral",
        }
    }

    /// Whether somebody still has to say what came of it.
    fn is_open(&self, status: &VisitStatus) -> bool {
        matches!(status, VisitStatus::Planned | VisitStatus::OutcomeToLog)
    }
}

#[get("/registrations/<id>/home?<done>&<after>")]
pub async fn page(staff: Staff<'_>, id: &str, done: Option<&str>, after: Option<&str>) -> Shown {
    let id: RegistrationId = id.parse().map_err(|_| Refusal::NotFound)?;
    let after: Option<VisitId> = after.map(str::parse).transpose().map_err(|_| Refusal::NotFound)?;
    let t = texts(staff.language);
    let (app, ctx) = (staff.app(), staff.ctx());
    let Head { bar, .. } = Head::read(&staff, id, Tab::Home, t).await?;
    let (home, visits) = rocket::tokio::try_join!(
        verification::home(app, &ctx, id, None, PAGE),
        visits::list(app, &ctx, id, after, PAGE),
    )?;
    let people = home.items.iter().map(|one| one.recorded_by).chain(visits.items.iter().map(|one| one.officer_id));
    let names = Colleagues::read(&staff, people).await?;
    Answer::page(&HomePage {
        page: Page::titled(&staff, format!("/console/registrations/{id}/home"), t.one("around.homeTitle", &bar.name)),
        zone: bar.registration.regime.zone(),
        today: bar.today,
        acts: offered(&bar, &[Act::PlanVisit, Act::VerifyAddress]),
        logs: bar.may(Action::HomeVisitLog),
        bar,
        home,
        visits,
        names,
        done: just_done(done),
    })
}
