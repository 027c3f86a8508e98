//! The lead's page: workload, ages of open flags, terms at risk, what the self-audit found, jobs that did not run.

use askama::Template;
use chrono::{Days, NaiveDate};
use rocket::get;

use super::chart::{Bar, Chart};
use crate::access::colleagues;
use crate::console::answer::{Answer, Shown};
use crate::console::page::Page;
use crate::console::texts::{Texts, texts};
use crate::console::visit::Staff;
use crate::ids::FlagId;
use crate::register::Refusal;
use crate::register::review::caseload::{self, Workload};
use crate::register::view::{self, FlagFilter, FlagSummary, SelfAuditView};
use crate::vocabulary::{DutyKind, FlagState, Regime, Role};

/// Flags looked at for one page.
const MOST: i64 = 5_000;
/// Days within which a term is at risk.
const SOON: u64 = 2;
/// Flags at risk that are shown.
const RISKS: usize = 15;
/// Ages of flags in days: up to and including.
const AGES: [i64; 4] = [2, 7, 14, 30];

#[derive(Template)]
#[template(path = "officer/team.html")]
struct TeamPage {
    page: Page,
    today: NaiveDate,
    charts: Vec<Chart>,
    risks: Vec<Risk>,
    audit: Option<SelfAuditView>,
    overdue_jobs: Vec<String>,
}

/// A flag whose term has passed or ends soon.
struct Risk {
    id: FlagId,
    who: String,
    kind: DutyKind,
    due: NaiveDate,
    state: FlagState,
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
    let (flags, load, audit) = rocket::tokio::try_join!(
        view::flags(app, &ctx, filter),
        caseload::workload(app, &ctx),
        view::last_self_audit(app, &ctx),
    )?;
    let jobs = staff.edge.health().readiness().await.jobs.unwrap_or_default();
    let overdue_jobs = jobs.into_iter().filter(|job| job.overdue).map(|job| job.job).collect();
    let charts = vec![workload(&staff, t, &load).await?, ages(t, &flags.items, today)];
    let risks = risks(&staff, flags.items, today).await?;
    Answer::page(&TeamPage {
        page: Page::of(&staff, "/console/team", "team.title"),
        today,
        charts,
        risks,
        audit,
        overdue_jobs,
    })
}

/// The flags whose term ends first, with those that have passed.
async fn risks(staff: &Staff<'_>, flags: Vec<FlagSummary>, today: NaiveDate) -> Result<Vec<Risk>, Refusal> {
    let soon = today.checked_add_days(Days::new(SOON)).unwrap_or(today);
    let mut flags: Vec<FlagSummary> =
        flags.into_iter().filter(|flag| flag.due_on.is_some_and(|due| due <= soon)).collect();
    flags.sort_by_key(|flag| (flag.due_on, flag.id));
    flags.truncate(RISKS);
    let labels = view::flag_labels(staff.app(), &staff.ctx(), &flags).await?;
    let risk = |flag: &FlagSummary| {
        let label = labels.get(&flag.id)?;
        Some(Risk { id: flag.id, who: label.name.full(), kind: label.kind, due: flag.due_on?, state: flag.state })
    };
    Ok(flags.iter().filter_map(risk).collect())
}

async fn workload(staff: &Staff<'_>, t: &Texts, load: &Workload) -> Result<Chart, Refusal> {
    let ids = load.items.iter().map(|officer| officer.account_id).collect();
    let names = colleagues::names(staff.app(), &staff.ctx(), ids).await?;
    let bars = load
        .items
        .iter()
        .map(|officer| Bar {
            label: names.get(&officer.account_id).cloned().unwrap_or_default(),
            value: officer.flags.iter().map(|of| u64::try_from(of.count).unwrap_or(0)).sum(),
            late: officer.overdue > 0,
        })
        .collect();
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
