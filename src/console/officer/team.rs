//! The lead's page: workload, ages of open flags, what the self-audit found, jobs that did not run.

use std::collections::BTreeMap;

use askama::Template;
use chrono::NaiveDate;
use rocket::get;

use super::chart::{Bar, Chart};
use crate::access::colleagues;
use crate::console::answer::{Answer, Shown};
use crate::console::page::Page;
use crate::console::texts::{Texts, texts};
use crate::console::visit::Staff;
use crate::ids::AccountId;
use crate::register::Refusal;
use crate::register::view::{self, FlagFilter, FlagSummary, SelfAuditView};
use crate::vocabulary::{FlagState, Regime, Role};

/// Flags looked at for one page.
const MOST: i64 = 5_000;
/// Ages of flags in days: up to and including.
const AGES: [i64; 4] = [2, 7, 14, 30];

#[derive(Template)]
#[template(path = "officer/team.html")]
struct TeamPage {
    page: Page,
    today: NaiveDate,
    charts: Vec<Chart>,
    audit: Option<SelfAuditView>,
    overdue_jobs: Vec<String>,
}

#[get("/team")]
pub async fn page(staff: Staff<'_>) -> Shown {
    if staff.actor().role != Role::ReviewLead {
        return Err(Refusal::Forbidden("this page is for the lead of a team").into());
    }
    let t = texts(staff.language);
    let (app, ctx) = (staff.app(), staff.ctx());
    let today = ctx.today(Regime::NlPilot.zone());
    let open = FlagState::ALL.iter().copied().filter(|state| *state != FlagState::Closed).collect();
    let filter = FlagFilter { states: open, limit: MOST, ..FlagFilter::default() };
    let (flags, audit) = rocket::tokio::try_join!(view::flags(app, &ctx, filter), view::last_self_audit(app, &ctx))?;
    let jobs = staff.edge.health().readiness().await.jobs.unwrap_or_default();
    let overdue_jobs = jobs.into_iter().filter(|job| job.overdue).map(|job| job.job).collect();
    let workload = workload(&staff, t, &flags.items).await?;
    Answer::page(&TeamPage {
        page: Page::of(&staff, "/console/team", "team.title"),
        today,
        charts: vec![workload, ages(t, &flags.items, today)],
        audit,
        overdue_jobs,
    })
}

async fn workload(staff: &Staff<'_>, t: &Texts, flags: &[FlagSummary]) -> Result<Chart, Refusal> {
    let mut counts: BTreeMap<AccountId, u64> = BTreeMap::new();
    for flag in flags {
        *counts.entry(flag.owner_id).or_default() += 1;
    }
    let names = colleagues::names(staff.app(), &staff.ctx(), counts.keys().copied().collect()).await?;
    let mut bars: Vec<Bar> = counts
        .into_iter()
        .map(|(id, value)| Bar { label: names.get(&id).cloned().unwrap_or_default(), value, late: false })
        .collect();
    bars.sort_by(|a, b| b.value.cmp(&a.value).then_with(|| a.label.cmp(&b.label)));
    Ok(Chart { title: t.say("team.workload").to_owned(), unit: t.say("team.flags").to_owned(), bars })
}

fn ages(t: &Texts, flags: &[FlagSummary], today: NaiveDate) -> Chart {
    let mut bars: Vec<Bar> = Vec::new();
    let mut from = 0;
    for until in AGES.into_iter().map(Some).chain([None]) {
        let fits = |age: i64| age >= from && until.is_none_or(|until| age <= until);
        let value = flags.iter().filter(|flag| fits((today - flag.raised_on).num_days())).count() as u64;
        let label = match until {
            Some(until) => t.two("team.days", from, until),
            None => t.one("team.daysMore", from),
        };
        bars.push(Bar { label, value, late: until.is_none_or(|until| until > 14) });
        from = until.map_or(from, |until| until + 1);
    }
    Chart { title: t.say("team.ages").to_owned(), unit: t.say("team.flags").to_owned(), bars }
}
