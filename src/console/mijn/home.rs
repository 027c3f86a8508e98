//! The first page: what must I report, by when, and why.

use askama::Template;
use chrono::NaiveDate;
use rocket::get;

use super::mine;
use crate::console::answer::{Answer, Shown};
use crate::console::page::Page;
use crate::console::report::Kind;
use crate::console::visit::Registrant;
use crate::register::view::{self, ExplainedDuty, NotificationSummary, Trip};
use crate::vocabulary::{DutyStatus, Regime};

/// Receipts shown on the first page.
const RECENT: i64 = 3;

/// A duty as its card shows it.
pub struct Card {
    /// The duty.
    pub duty: ExplainedDuty,
    /// The sentences of its explanation.
    pub why: Vec<String>,
    /// The report that answers it.
    pub kind: Kind,
    /// Whether it is past its last day, even on the favourable reading.
    pub late: bool,
}

impl Card {
    /// The card of a duty, in the language of the page.
    pub fn of(duty: ExplainedDuty, page: &Page) -> Self {
        Self {
            why: duty.version.explanation.in_language(page.t.language).to_vec(),
            kind: Kind::answering(duty.summary.kind),
            late: duty.summary.status == DutyStatus::Overdue,
            duty,
        }
    }
}

#[derive(Template)]
#[template(path = "mijn/home.html")]
struct HomePage {
    page: Page,
    today: NaiveDate,
    now: Vec<Card>,
    later: Vec<Card>,
    trips: Vec<Trip>,
    recent: Vec<NotificationSummary>,
    kinds: Vec<Kind>,
}

#[get("/")]
pub async fn page(registrant: Registrant<'_>) -> Shown {
    let (app, ctx) = (registrant.app(), registrant.ctx());
    let id = match mine(&registrant).await {
        Ok(id) => id,
        Err(fault) if fault.0.details().code == "several_registrations" => return Ok(Answer::go("/mijn/choose")),
        Err(fault) => return Err(fault),
    };
    let (duties, trips, recent) = rocket::tokio::try_join!(
        view::explained_duties(app, &ctx, id),
        view::trips(app, &ctx, id),
        view::notifications(app, &ctx, id, None, RECENT),
    )?;
    let today = ctx.today(Regime::NlPilot.zone());
    let page = Page::of(&registrant, "/mijn", "home.title");
    let wanted = |status| matches!(status, DutyStatus::Open | DutyStatus::Overdue);
    let waiting = |status| matches!(status, DutyStatus::Upcoming | DutyStatus::Suspended);
    let cards = |pick: &dyn Fn(DutyStatus) -> bool| {
        duties.iter().filter(|duty| pick(duty.summary.status)).map(|duty| Card::of(duty.clone(), &page)).collect()
    };
    let (now, later) = (cards(&wanted), cards(&waiting));
    let ahead = |trip: &Trip| trip.plan_of.return_on.is_none_or(|back| back >= today);
    Answer::page(&HomePage {
        page,
        today,
        now,
        later,
        trips: trips.into_iter().filter(ahead).collect(),
        recent: recent.items,
        kinds: Kind::START.into_iter().take(6).collect(),
    })
}
