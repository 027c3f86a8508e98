//! Who looked at my file.

use askama::Template;
use chrono_tz::Tz;
use rocket::get;

use super::mine;
use crate::console::answer::{Answer, Shown};
use crate::console::page::Page;
use crate::console::visit::Registrant;
use crate::register::view::{self, AccessEntry};
use crate::vocabulary::Regime;

/// Entries on a page.
const PAGE: i64 = 50;

#[derive(Template)]
#[template(path = "mijn/access.html")]
struct AccessPage {
    page: Page,
    zone: Tz,
    entries: Vec<AccessEntry>,
    next: Option<i64>,
}

impl AccessPage {
    /// Whether an entry looked or changed something, in one word.
    fn what(&self, entry: &AccessEntry) -> &str {
        let verb = entry.action.rsplit('.').next().unwrap_or_default();
        let read = verb.starts_with("read") || matches!(verb, "list" | "search");
        let key = match (entry.allowed, read) {
            (false, _) => "access.refused",
            (true, true) => "access.read",
            (true, false) => "access.wrote",
        };
        self.page.t.say(key)
    }

    /// What an entry was about: the thing its action names.
    fn about(&self, entry: &AccessEntry) -> &str {
        about(&self.page, entry)
    }
}

/// What an entry was about, in words.
pub fn about<'a>(page: &'a Page, entry: &AccessEntry) -> &'a str {
    page.t.or_else(&format!("auditObject.{}", entry.about()), "auditObject.unknown")
}

#[get("/access?<before>")]
pub async fn page(registrant: Registrant<'_>, before: Option<i64>) -> Shown {
    let id = mine(&registrant).await?;
    let log = view::access_log(registrant.app(), &registrant.ctx(), id, before, PAGE).await?;
    Answer::page(&AccessPage {
        page: Page::of(&registrant, "/mijn/access", "access.title"),
        zone: Regime::NlPilot.zone(),
        entries: log.items,
        next: log.next,
    })
}
