//! What is unusual in how the register is used: looked at by the privacy officer, read by the auditor.

use askama::Template;
use chrono_tz::Tz;
use rocket::{get, post};

use super::around::Colleagues;
use crate::access::{Action, decide_without_subject};
use crate::console::answer::{Answer, Shown};
use crate::console::page::Page;
use crate::console::posted::Posted;
use crate::console::visit::Staff;
use crate::ids::{AccountId, WatchFindingId};
use crate::register::Refusal;
use crate::vocabulary::{Regime, WatchOutcome, WatchState};
use crate::watch::{self, WatchFinding, WatchReview};

/// Entries on a page.
const PAGE: i64 = 50;

#[derive(Template)]
#[template(path = "officer/watch.html")]
struct WatchListPage {
    page: Page,
    zone: Tz,
    items: Vec<WatchFinding>,
    names: Colleagues,
    /// Whether whoever looks says what came of it.
    reviews: bool,
    /// Where more stands.
    next: Option<WatchFindingId>,
    done: bool,
}

impl WatchListPage {
    /// Whether whoever looks may say what came of this one.
    fn waits(&self, finding: &WatchFinding) -> bool {
        self.reviews && finding.state == WatchState::Open
    }
}

#[get("/watch?<after>&<done>")]
pub async fn list(staff: Staff<'_>, after: Option<&str>, done: Option<&str>) -> Shown {
    let after: Option<WatchFindingId> = after.map(str::parse).transpose().map_err(|_| Refusal::NotFound)?;
    let ctx = staff.ctx();
    let found = watch::list(staff.app(), &ctx, false, after, PAGE).await?;
    let mut people: Vec<AccountId> = found.items.iter().map(|one| one.account_id).collect();
    people.extend(found.items.iter().filter_map(|one| one.reviewed_by));
    let names = Colleagues::read(&staff, people).await?;
    Answer::page(&WatchListPage {
        page: Page::of(&staff, "/console/watch", "watch.title"),
        zone: Regime::NlPilot.zone(),
        reviews: decide_without_subject(&ctx.actor, Action::WatchReview, ctx.purpose).allowed().is_ok(),
        items: found.items,
        names,
        next: found.next,
        done: done.is_some(),
    })
}

/// Says what came of looking at one.
#[post("/watch/<id>", data = "<posted>")]
pub async fn review(staff: Staff<'_>, id: &str, posted: Posted) -> Shown {
    let id: WatchFindingId = id.parse().map_err(|_| Refusal::NotFound)?;
    let version = posted.text("version").parse().map_err(|_| Refusal::VersionMoved)?;
    let outcome: WatchOutcome = posted.text("outcome").parse().map_err(|_| Refusal::NotFound)?;
    watch::review(staff.app(), &staff.ctx(), id, version, WatchReview { outcome }).await?;
    Ok(Answer::go("/console/watch?done=1"))
}
