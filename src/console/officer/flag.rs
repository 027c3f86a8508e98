//! A flag with its evidence.

use askama::Template;
use chrono::NaiveDate;
use chrono_tz::Tz;
use rocket::get;

use super::bar::{Bar, Head, Tab};
use super::person::flag_tone;
use crate::access::colleagues;
use crate::console::answer::{Answer, Shown};
use crate::console::page::Page;
use crate::console::texts::texts;
use crate::console::visit::Staff;
use crate::ids::FlagId;
use crate::register::Refusal;
use crate::register::view::{self, FlagDetail};
use crate::vocabulary::FlagState;

#[derive(Template)]
#[template(path = "officer/flag.html")]
struct FlagPage {
    page: Page,
    bar: Bar,
    zone: Tz,
    today: NaiveDate,
    flag: FlagDetail,
    owner: String,
    /// The explanation stored when the flag was raised.
    why: Vec<String>,
    walk: Walk,
}

impl FlagPage {
    fn tone(&self, state: &FlagState) -> &'static str {
        flag_tone(*state)
    }
}

/// Where one is in the frozen list.
pub struct Walk {
    /// The flag before this one.
    pub previous: Option<FlagId>,
    /// The flag behind it.
    pub next: Option<FlagId>,
    /// Its place in the list, from 1, and how many there are.
    pub place: Option<(usize, usize)>,
}

impl Walk {
    /// The place of `id` in the list that was frozen when it was last shown.
    pub fn of(worklist: Option<&str>, id: FlagId) -> Self {
        let list: Vec<FlagId> = worklist.and_then(|list| serde_json::from_str(list).ok()).unwrap_or_default();
        let at = list.iter().position(|listed| *listed == id);
        Self {
            previous: at.and_then(|at| list.get(at.checked_sub(1)?).copied()),
            next: at.and_then(|at| list.get(at + 1).copied()),
            place: at.map(|at| (at + 1, list.len())),
        }
    }
}

#[get("/flags/<id>")]
pub async fn page(staff: Staff<'_>, id: &str) -> Shown {
    let id: FlagId = id.parse().map_err(|_| Refusal::NotFound)?;
    let t = texts(staff.language);
    let (app, ctx) = (staff.app(), staff.ctx());
    let flag = view::flag(app, &ctx, id).await?;
    let head = Head::read(&staff, flag.summary.registration_id, Tab::Overview, t).await?;
    let owner = flag.summary.owner_id;
    let names = colleagues::names(app, &ctx, vec![owner]).await?;
    Answer::page(&FlagPage {
        page: Page::titled(&staff, format!("/console/flags/{id}"), t.one("flag.title", &head.bar.name)),
        zone: head.bar.registration.regime.zone(),
        today: head.bar.today,
        owner: names.get(&owner).cloned().unwrap_or_default(),
        why: flag.duty.explanation.in_language(staff.language).to_vec(),
        walk: Walk::of(staff.signed.remembered.worklist.as_deref(), id),
        bar: head.bar,
        flag,
    })
}
