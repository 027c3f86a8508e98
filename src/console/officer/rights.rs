//! What persons ask as their right: the work list of the privacy officer, and the requests of one file.

use askama::Template;
use rocket::get;

use super::act::Act;
use super::around::{just_done, offered};
use super::bar::{Bar, Head, Tab};
use crate::console::answer::{Answer, Shown};
use crate::console::page::Page;
use crate::console::visit::Staff;
use crate::ids::{RegistrationId, RightsRequestId};
use crate::register::Refusal;
use crate::rights::requests::{self, RightsRequestView};
use crate::texts::texts;
use crate::vocabulary::{Regime, RightsKind, RightsState};

/// Entries on a page.
const PAGE: i64 = 50;

#[derive(Template)]
#[template(path = "officer/rights_waiting.html")]
struct WaitingPage {
    page: Page,
    items: Vec<Line>,
    /// Where more stands.
    next: Option<String>,
}

/// A request that waits.
struct Line {
    request: RightsRequestView,
    /// Whether its term is over without a decision.
    late: bool,
}

impl Line {
    /// Whether it was decided, and must be carried out.
    fn is_decided(&self) -> bool {
        self.request.state != RightsState::Asked
    }
}

#[get("/rights-requests?<after>")]
pub async fn waiting(staff: Staff<'_>, after: Option<&str>) -> Shown {
    let after: Option<RightsRequestId> = after.map(str::parse).transpose().map_err(|_| Refusal::NotFound)?;
    let ctx = staff.ctx();
    let found = requests::waiting(staff.app(), &ctx, after, PAGE).await?;
    let today = ctx.today(Regime::NlPilot.zone());
    let late = |request: &RightsRequestView| request.state == RightsState::Asked && request.due < today;
    Answer::page(&WaitingPage {
        page: Page::of(&staff, "/console/rights-requests", "rights.waiting"),
        items: found.items.into_iter().map(|request| Line { late: late(&request), request }).collect(),
        next: found.next.map(|next| format!("/console/rights-requests?after={next}")),
    })
}

#[derive(Template)]
#[template(path = "officer/rights.html")]
struct RightsPage {
    page: Page,
    bar: Bar,
    items: Vec<RightsRequestView>,
    /// Where more stands.
    next: Option<RightsRequestId>,
    acts: Vec<Act>,
    done: Option<Act>,
}

impl RightsPage {
    /// Whether whoever looks may do this.
    fn offers(&self, act: Act) -> bool {
        self.acts.contains(&act)
    }

    /// What whoever looks may do with a request as it stands.
    fn next_of(&self, request: &RightsRequestView) -> Vec<Act> {
        let fitting: &[Act] = match (request.state, request.kind) {
            (RightsState::Asked, RightsKind::Objection) => &[Act::DecideRightsRequest, Act::ExtendRightsRequest],
            (RightsState::Asked, _) => &[Act::DecideRightsRequest],
            (RightsState::Granted | RightsState::PartlyGranted, _) => &[Act::CarryOutRightsRequest],
            (RightsState::CarriedOut, RightsKind::Restriction) => &[Act::LiftRestriction],
            (RightsState::Refused | RightsState::CarriedOut | RightsState::Lifted | RightsState::Withdrawn, _) => &[],
        };
        fitting.iter().copied().filter(|act| self.offers(*act)).collect()
    }
}

#[get("/registrations/<id>/rights?<after>&<done>")]
pub async fn page(staff: Staff<'_>, id: &str, after: Option<&str>, done: Option<&str>) -> Shown {
    let id: RegistrationId = id.parse().map_err(|_| Refusal::NotFound)?;
    let after: Option<RightsRequestId> = after.map(str::parse).transpose().map_err(|_| Refusal::NotFound)?;
    let t = texts(staff.language);
    let Head { bar, .. } = Head::read(&staff, id, Tab::Rights, t).await?;
    let found = requests::of_file(staff.app(), &staff.ctx(), id, after, PAGE).await?;
    let acts = [
        Act::AddRightsRequest,
        Act::ExtendRightsRequest,
        Act::DecideRightsRequest,
        Act::CarryOutRightsRequest,
        Act::LiftRestriction,
    ];
    Answer::page(&RightsPage {
        page: Page::titled(&staff, format!("/console/registrations/{id}/rights"), t.one("rights.title", &bar.name)),
        items: found.items,
        next: found.next,
        acts: offered(&bar, &acts),
        bar,
        done: just_done(done),
    })
}
