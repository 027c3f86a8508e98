//! A person: duties with their explanation, the months around today, flags.

use askama::Template;
use rocket::get;

use super::bar::{Bar, Head, Tab, compliance};
use super::calendar::{Month, months};
use super::when;
use crate::access::Action;
use crate::console::answer::{Answer, Shown};
use crate::console::page::Page;
use crate::console::visit::Staff;
use crate::ids::RegistrationId;
use crate::register::Refusal;
use crate::register::around::verification::{self, HomeView};
use crate::register::view::{self, ExplainedDuty, FlagFilter, FlagSummary};
use crate::texts::texts;
use crate::vocabulary::{DutyStatus, FlagState};

/// Duties shown before the rest is folded away.
const SHOWN: usize = 12;

#[derive(Template)]
#[template(path = "officer/person.html")]
struct PersonPage {
    page: Page,
    bar: Bar,
    compliance: String,
    open: Vec<ExplainedDuty>,
    past: Vec<ExplainedDuty>,
    months: Vec<Month>,
    flags: Vec<FlagSummary>,
    /// What is known of the home; absent for whoever may not read it.
    home: Option<HomeView>,
}

impl PersonPage {
    /// The colour of a status.
    fn tone(&self, status: &DutyStatus) -> &'static str {
        tone(*status)
    }

    /// The colour of a flag's state.
    fn flag_tone(&self, state: &FlagState) -> &'static str {
        flag_tone(*state)
    }
}

/// The colour of a status: never the only thing that tells it.
pub fn tone(status: DutyStatus) -> &'static str {
    match status {
        DutyStatus::Met => "success",
        DutyStatus::MetLate => "warning",
        DutyStatus::Overdue => "danger",
        DutyStatus::Open => "warning",
        DutyStatus::Lapsed | DutyStatus::Suspended | DutyStatus::Upcoming | DutyStatus::NotComputable => "neutral",
    }
}

/// The colour of a flag's state.
pub fn flag_tone(state: FlagState) -> &'static str {
    match state {
        FlagState::Raised => "danger",
        FlagState::InReview | FlagState::AwaitingEvidence | FlagState::Proposed => "warning",
        FlagState::Decided | FlagState::Notified | FlagState::Acknowledged | FlagState::Closed => "neutral",
    }
}

#[get("/registrations/<id>")]
pub async fn page(staff: Staff<'_>, id: &str) -> Shown {
    let id: RegistrationId = id.parse().map_err(|_| Refusal::NotFound)?;
    let t = texts(staff.language);
    let ctx = staff.ctx();
    let filter = FlagFilter { registration: Some(id), limit: view::PAGE, ..FlagFilter::default() };
    let Head { bar, duties } = Head::read(&staff, id, Tab::Overview, t).await?;
    // Each kind of data is read once, for whoever may see it: so much stands in the audit of one look.
    let app = staff.app();
    let (trips, flags, home) = rocket::tokio::try_join!(
        when(bar.may(Action::NotificationRead), view::trips(app, &ctx, id)),
        when(bar.may(Action::FlagList), view::flags(app, &ctx, filter)),
        when(bar.may(Action::AddressVerificationRead), verification::home(app, &ctx, id, None, 1)),
    )?;
    let trips = trips.unwrap_or_default();
    let today = bar.today;
    let compliance = compliance(&duties, t);
    let months = months(&duties, &trips, today);
    let waits = |duty: &ExplainedDuty| {
        matches!(
            duty.summary.status,
            DutyStatus::Open | DutyStatus::Overdue | DutyStatus::Upcoming | DutyStatus::Suspended
        )
    };
    let (open, mut past): (Vec<_>, Vec<_>) = duties.into_iter().partition(waits);
    past.reverse();
    past.truncate(SHOWN);
    Answer::page(&PersonPage {
        page: Page::titled(&staff, format!("/console/registrations/{id}"), bar.name.clone()),
        bar,
        compliance,
        open,
        past,
        months,
        flags: flags.map(|page| page.items).unwrap_or_default(),
        home,
    })
}
