//! Receipts: what was reported, what was tried, and the signed proof of each to keep.

use askama::Template;
use chrono_tz::Tz;
use rocket::get;

use super::mine;
use crate::console::answer::{Answer, Shown};
use crate::console::form::{Builder, Section, from_json};
use crate::console::page::Page;
use crate::console::report::Kind;
use crate::console::visit::Registrant;
use crate::ids::{AttemptId, NotificationId};
use crate::register::Refusal;
use crate::register::view::{self, AttemptView, NotificationDetail, NotificationSummary};
use crate::vocabulary::{DutyKind, Regime};

/// Entries on a page.
const PAGE: i64 = 25;

#[derive(Template)]
#[template(path = "mijn/receipts.html")]
struct ReceiptsPage {
    page: Page,
    zone: Tz,
    items: Vec<NotificationSummary>,
    next: Option<NotificationId>,
    attempts: Vec<AttemptView>,
}

#[get("/receipts?<after>")]
pub async fn list(registrant: Registrant<'_>, after: Option<&str>) -> Shown {
    let (app, ctx) = (registrant.app(), registrant.ctx());
    let id = mine(&registrant).await?;
    let after: Option<NotificationId> = after.map(str::parse).transpose().map_err(|_| Refusal::NotFound)?;
    let (given, tried) = rocket::tokio::try_join!(
        view::notifications(app, &ctx, id, after, PAGE),
        view::attempts(app, &ctx, id, None, PAGE),
    )?;
    Answer::page(&ReceiptsPage {
        page: Page::of(&registrant, "/mijn/receipts", "receipts.title"),
        zone: Regime::NlPilot.zone(),
        items: given.items,
        next: given.next,
        attempts: tried.items,
    })
}

#[derive(Template)]
#[template(path = "mijn/receipt.html")]
struct ReceiptPage {
    page: Page,
    zone: Tz,
    given: NotificationDetail,
    sections: Vec<Section>,
    /// Just sent.
    new: bool,
}

/// The kind of report whose content this is.
pub fn kind_of(given: &NotificationDetail) -> Kind {
    let follows_up = given.content.get("trip").is_some();
    match given.summary.kind {
        DutyKind::Travel if follows_up && given.content.get("reason").is_some() => Kind::Cancel,
        DutyKind::Travel if follows_up => Kind::Amend,
        DutyKind::Return if follows_up => Kind::TripReturn,
        other => Kind::answering(other),
    }
}

#[get("/receipts/<id>?<new>")]
pub async fn page(registrant: Registrant<'_>, id: &str, new: Option<&str>) -> Shown {
    let registration = mine(&registrant).await?;
    let id: NotificationId = id.parse().map_err(|_| Refusal::NotFound)?;
    let given = view::notification(registrant.app(), &registrant.ctx(), registration, id).await?;
    let title = if new.is_some() { "receipt.newTitle" } else { "receipt.title" };
    let page = Page::of(&registrant, format!("/mijn/receipts/{id}"), title);
    let values = from_json(&given.content);
    let mut form = Builder::new(page.t, &values, &[]);
    kind_of(&given).ask(&mut form, false);
    let sections = form.finish().answers();
    Answer::page(&ReceiptPage { page, zone: Regime::NlPilot.zone(), given, sections, new: new.is_some() })
}

#[get("/receipts/<id>/download")]
pub async fn download(registrant: Registrant<'_>, id: &str) -> Shown {
    let registration = mine(&registrant).await?;
    let id: NotificationId = id.parse().map_err(|_| Refusal::NotFound)?;
    let text = view::notification_receipt(registrant.app(), &registrant.ctx(), registration, id).await?;
    Ok(Answer::File { name: format!("{id}.jws"), text })
}

#[get("/attempts/<id>/download")]
pub async fn download_attempt(registrant: Registrant<'_>, id: &str) -> Shown {
    let registration = mine(&registrant).await?;
    let id: AttemptId = id.parse().map_err(|_| Refusal::NotFound)?;
    let text = view::attempt_receipt(registrant.app(), &registrant.ctx(), registration, id).await?;
    Ok(Answer::File { name: format!("{id}.jws"), text })
}
