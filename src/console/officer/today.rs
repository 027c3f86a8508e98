//! The first page: what must I do today. It opens on the first part that is not empty; each row says in one sentence
//! why it is there.

use askama::Template;
use chrono::{Days, NaiveDate};
use rocket::get;
use rocket::http::Status;

use super::walk;
use crate::console::answer::{Answer, Shown};
use crate::console::page::Page;
use crate::console::visit::Staff;
use crate::register::Refusal;
use crate::register::review::today::{self, HEAD, Section, Today, WorkItem};
use crate::register::view::{self, Agenda};
use crate::vocabulary::{Purpose, Role, WorkSection};

/// Days ahead that the agenda looks.
const AHEAD: u64 = 7;
/// Entries of the agenda that are shown.
const SHOWN: i64 = 12;

#[derive(Template)]
#[template(path = "officer/today.html")]
struct TodayPage {
    page: Page,
    today: NaiveDate,
    sections: Vec<Section>,
    here: WorkSection,
    items: Vec<WorkItem>,
    next: Option<String>,
    agenda: Agenda,
}

impl TodayPage {
    /// Where a row leads.
    fn link(&self, item: &WorkItem) -> String {
        place(item)
    }
}

/// The page on which something is done.
fn place(item: &WorkItem) -> String {
    if let Some(finding) = item.finding_id {
        return walk::of_finding(item.registration_id, finding);
    }
    match (item.flag_id, item.dispute_id, item.notification_id, item.visit_id) {
        (Some(flag), ..) => walk::of_flag(flag),
        (None, Some(dispute), ..) => walk::of_dispute(item.registration_id, dispute),
        (None, None, Some(report), _) => walk::of_receipt(item.registration_id, report),
        (None, None, None, Some(visit)) => walk::of_visit(item.registration_id, visit),
        (None, None, None, None) => format!("/console/registrations/{}", item.registration_id),
    }
}

/// For roles without a worklist, and for those that state first what they come for.
#[derive(Template)]
#[template(path = "officer/nothing.html")]
struct NothingPage {
    page: Page,
    purposes: Vec<Purpose>,
}

#[get("/?<section>&<after>")]
pub async fn page(staff: Staff<'_>, section: Option<&str>, after: Option<&str>) -> Shown {
    let (app, ctx) = (staff.app(), staff.ctx());
    let page = Page::of(&staff, "/console", "today.title");
    let Today { on, open, sections } = match today::today(app, &ctx).await {
        Ok(today) => today,
        // No worklist for this role, or not before a purpose is stated.
        Err(Refusal::Forbidden(_)) => {
            let purposes = staff.purposes_to_state(Status::Forbidden.code);
            return Answer::page(&NothingPage { page, purposes });
        }
        Err(other) => return Err(other.into()),
    };
    let here = section.and_then(|section| section.parse().ok()).unwrap_or(open);
    let (items, next) = match (after, sections.iter().find(|known| known.section == here)) {
        (None, Some(head)) => (head.items.clone(), head.next.clone()),
        (_, _) => {
            let rest = today::section(app, &ctx, here, after, HEAD).await?;
            (rest.items, rest.next)
        }
    };
    // Where the list can be seen again; `after` was understood, or it would have been refused.
    let from = match (section, after) {
        (None, None) => "/console".to_owned(),
        (_, None) => format!("/console?section={here}"),
        (_, Some(after)) => format!("/console?section={here}&after={after}"),
    };
    walk::freeze(&staff, &from, items.iter().map(place).collect()).await?;
    let agenda = match staff.actor().role {
        Role::SupervisionOfficer => {
            view::agenda(app, &ctx, on, on.checked_add_days(Days::new(AHEAD)).unwrap_or(on), SHOWN).await?
        }
        _ => Agenda { items: Vec::new(), more: 0 },
    };
    Answer::page(&TodayPage { page, today: on, sections, here, items, next, agenda })
}
