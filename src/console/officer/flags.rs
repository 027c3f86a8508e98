//! Every flag within reach, by state.

use std::collections::HashMap;

use askama::Template;
use rocket::get;

use super::person::flag_tone;
use super::walk;
use crate::console::answer::{Answer, Shown};
use crate::console::page::Page;
use crate::console::visit::Staff;
use crate::ids::FlagId;
use crate::register::Refusal;
use crate::register::view::{self, FlagFilter, FlagLabel, FlagSummary};
use crate::vocabulary::FlagState;

/// Entries on a page.
const MOST: i64 = 50;

#[derive(Template)]
#[template(path = "officer/flags.html")]
struct FlagsPage {
    page: Page,
    flags: Vec<FlagSummary>,
    labels: HashMap<FlagId, FlagLabel>,
    state: Option<FlagState>,
    states: &'static [FlagState],
    next: Option<FlagId>,
}

impl FlagsPage {
    fn is_state(&self, state: &FlagState) -> bool {
        self.state == Some(*state)
    }

    fn tone(&self, state: &FlagState) -> &'static str {
        flag_tone(*state)
    }
}

#[get("/flags?<state>&<after>")]
pub async fn page(staff: Staff<'_>, state: Option<&str>, after: Option<&str>) -> Shown {
    let ctx = staff.ctx();
    let state: Option<FlagState> = state.map(str::parse).transpose().map_err(|_| Refusal::NotFound)?;
    let after: Option<FlagId> = after.map(str::parse).transpose().map_err(|_| Refusal::NotFound)?;
    let filter = FlagFilter { states: state.into_iter().collect(), after, limit: MOST, ..FlagFilter::default() };
    let flags = view::flags(staff.app(), &ctx, filter).await?;
    let labels = view::flag_labels(staff.app(), &ctx, &flags.items).await?;
    let shown = flags.items.iter().filter(|flag| labels.contains_key(&flag.id));
    let asked = [state.map(|state| format!("state={state}")), after.map(|after| format!("after={after}"))];
    let asked = asked.into_iter().flatten().collect::<Vec<_>>().join("&");
    let from = if asked.is_empty() { "/console/flags".to_owned() } else { format!("/console/flags?{asked}") };
    walk::freeze(&staff, &from, shown.map(|flag| walk::of_flag(flag.id)).collect()).await?;
    Answer::page(&FlagsPage {
        page: Page::of(&staff, "/console/flags", "flags.title"),
        flags: flags.items,
        labels,
        state,
        states: FlagState::ALL,
        next: flags.next,
    })
}
