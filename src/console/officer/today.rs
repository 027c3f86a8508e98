//! The first page: what must I do today. It opens on the first part that is not empty; each row says in one sentence
//! why it is there.

use askama::Template;
use chrono::{Days, NaiveDate};
use rocket::get;

use super::act::Act;
use crate::access::console;
use crate::console::answer::{Answer, Shown};
use crate::console::page::Page;
use crate::console::visit::Staff;
use crate::ids::FlagId;
use crate::register::Refusal;
use crate::register::review::today::{self, HEAD, Section, Today, WorkItem};
use crate::register::view::{self, Agenda};
use crate::store::console::Remembered;
use crate::vocabulary::{Role, WorkSection};

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
        let file = format!("/console/registrations/{}", item.registration_id);
        match (item.flag_id, item.visit_id) {
            (Some(flag), _) => format!("/console/flags/{flag}"),
            (None, Some(visit)) => format!("{file}/act/{}/{visit}", Act::LogVisit),
            (None, None) => file,
        }
    }
}

/// For roles without a worklist.
#[derive(Template)]
#[template(path = "officer/nothing.html")]
struct NothingPage {
    page: Page,
}

#[get("/?<section>&<after>")]
pub async fn page(staff: Staff<'_>, section: Option<&str>, after: Option<&str>) -> Shown {
    let (app, ctx) = (staff.app(), staff.ctx());
    let page = Page::of(&staff, "/console", "today.title");
    if !matches!(staff.actor().role, Role::SupervisionOfficer | Role::ReviewLead | Role::OmOfficer | Role::Aice) {
        return Answer::page(&NothingPage { page });
    }
    let Today { on, open, sections } = today::today(app, &ctx).await?;
    let here = section.and_then(|section| section.parse().ok()).unwrap_or(open);
    let (items, next) = match (after, sections.iter().find(|known| known.section == here)) {
        (None, Some(head)) => (head.items.clone(), head.next.clone()),
        (_, _) => {
            let rest = today::section(app, &ctx, here, after, HEAD).await?;
            (rest.items, rest.next)
        }
    };
    freeze(&staff, &items).await?;
    let agenda = match staff.actor().role {
        Role::SupervisionOfficer => {
            view::agenda(app, &ctx, on, on.checked_add_days(Days::new(AHEAD)).unwrap_or(on), SHOWN).await?
        }
        _ => Agenda { items: Vec::new(), more: 0 },
    };
    Answer::page(&TodayPage { page, today: on, sections, here, items, next, agenda })
}

/// Keeps the flags on the page in their order, for walking through them.
async fn freeze(staff: &Staff<'_>, items: &[WorkItem]) -> Result<(), Refusal> {
    let list: Vec<FlagId> = items.iter().filter_map(|item| item.flag_id).collect();
    let list = serde_json::to_string(&list).unwrap_or_default();
    if staff.signed.remembered.worklist.as_deref() == Some(list.as_str()) {
        return Ok(());
    }
    console::remember(staff.app(), staff.signed.session, Remembered::Worklist(list)).await
}
