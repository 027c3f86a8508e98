//! The lead's page: who has how much, ages of open flags, terms at risk, what the self-audit found, jobs that did not
//! run.

use std::collections::HashMap;

use askama::Template;
use chrono::NaiveDate;
use rocket::get;

use super::caseload::{Officer, officers};
use super::chart::{Bar, Chart};
use super::walk;
use crate::console::answer::{Answer, Shown};
use crate::console::page::Page;
use crate::console::visit::Staff;
use crate::ids::FlagId;
use crate::register::review::team::{self, AGES};
use crate::register::view::{self, FlagLabel, FlagSummary, SelfAuditView};
use crate::texts::{Texts, texts};

/// The age from which an open flag stands out, in days.
const OLD: u64 = 14;

#[derive(Template)]
#[template(path = "officer/team.html")]
struct TeamPage {
    page: Page,
    today: NaiveDate,
    officers: Vec<Officer>,
    charts: Vec<Chart>,
    risks: Vec<FlagSummary>,
    labels: HashMap<FlagId, FlagLabel>,
    audit: Option<SelfAuditView>,
    overdue_jobs: Vec<String>,
    /// What was just handed over.
    done: Option<String>,
}

#[get("/team?<files>&<flags>")]
pub async fn page(staff: Staff<'_>, files: Option<u32>, flags: Option<u32>) -> Shown {
    let t = texts(staff.language);
    let (app, ctx) = (staff.app(), staff.ctx());
    let (state, officers, audit) =
        rocket::tokio::try_join!(team::state(app, &ctx), officers(&staff), view::last_self_audit(app, &ctx))?;
    let labels = view::flag_labels(app, &ctx, &state.at_risk).await?;
    let jobs = staff.edge.health().readiness().await.jobs.unwrap_or_default();
    walk::freeze(&staff, "/console/team", state.at_risk.iter().map(|flag| walk::of_flag(flag.id)).collect()).await?;
    Answer::page(&TeamPage {
        page: Page::of(&staff, "/console/team", "team.title"),
        today: state.on,
        charts: vec![workload(t, &officers), ages(t, &state.ages)],
        officers,
        risks: state.at_risk,
        labels,
        audit,
        overdue_jobs: jobs.into_iter().filter(|job| job.overdue).map(|job| job.job).collect(),
        done: files.zip(flags).map(|(files, flags)| t.two("caseload.done", files, flags)),
    })
}

fn workload(t: &Texts, officers: &[Officer]) -> Chart {
    let bar = |officer: &Officer| Bar {
        label: officer.name.clone(),
        value: u64::try_from(officer.flags).unwrap_or(0),
        late: officer.load.overdue > 0,
    };
    let bars = officers.iter().map(bar).collect();
    Chart { title: t.say("team.workload").to_owned(), unit: t.say("team.flags").to_owned(), bars }
}

fn ages(t: &Texts, counts: &[i64]) -> Chart {
    let mut from = 0;
    let untils = AGES.into_iter().map(Some).chain([None]);
    let bars = untils.zip(counts).map(|(until, count)| {
        let label = match until {
            Some(until) => t.two("team.days", from, until),
            None => t.one("team.daysMore", from),
        };
        from = until.map_or(from, |until| until + 1);
        Bar { label, value: u64::try_from(*count).unwrap_or(0), late: until.is_none_or(|until| until > OLD) }
    });
    let bars = bars.collect();
    Chart { title: t.say("team.ages").to_owned(), unit: t.say("team.flags").to_owned(), bars }
}
