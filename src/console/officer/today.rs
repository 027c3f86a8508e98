//! The first page: what must I do today.

use askama::Template;
use chrono::{Days, NaiveDate};
use rocket::get;

use crate::access::console;
use crate::console::answer::{Answer, Shown};
use crate::console::page::Page;
use crate::console::texts::{Texts, texts};
use crate::console::visit::Staff;
use crate::ids::FlagId;
use crate::register::view::{self, AgendaItem, FlagFilter, FlagLabel, FlagSummary};
use crate::store::console::Remembered;
use crate::text_enum;
use crate::vocabulary::{FlagState, Regime, Role};

/// Flags looked at for one page.
const MOST: i64 = 100;
/// Days ahead that are this week.
const WEEK: u64 = 7;

text_enum! {
    /// A part of the work.
    pub enum Section {
        /// Flags nobody has dealt with.
        Overdue => "overdue",
        /// Duties of the caseload that fall due today.
        Today => "today",
        /// Duties that fall due within a week.
        Week => "week",
        /// Flags that wait for somebody else.
        Waiting => "waiting",
        /// Flags whose outcome is to be logged.
        Outcomes => "outcomes",
    }
}

/// One row of work.
pub struct Row {
    /// The page about it.
    pub link: String,
    /// Who it is about.
    pub who: String,
    /// Why it is here, in a sentence.
    pub why: String,
    /// When it must be done.
    pub when: String,
    /// The flag, when it is one.
    flag: Option<FlagId>,
}

/// A section with its number of rows.
pub struct Bucket {
    /// The section.
    pub section: Section,
    /// How many rows it has.
    pub count: usize,
}

#[derive(Template)]
#[template(path = "officer/today.html")]
struct TodayPage {
    page: Page,
    today: NaiveDate,
    buckets: Vec<Bucket>,
    here: Section,
    rows: Vec<Row>,
}

#[get("/?<section>")]
pub async fn page(staff: Staff<'_>, section: Option<&str>) -> Shown {
    let t = texts(staff.language);
    let (app, ctx) = (staff.app(), staff.ctx());
    let role = staff.actor().role;
    if !matches!(role, Role::SupervisionOfficer | Role::ReviewLead) {
        return Answer::page(&NothingPage { page: Page::of(&staff, "/console", "today.title") });
    }
    let today = ctx.today(Regime::NlPilot.zone());
    let open = FlagState::ALL.iter().copied().filter(|state| *state != FlagState::Closed).collect();
    let owner = (role == Role::SupervisionOfficer).then_some(staff.actor().account);
    let filter = FlagFilter { states: open, owner, limit: MOST, ..FlagFilter::default() };
    let until = today.checked_add_days(Days::new(WEEK)).unwrap_or(today);
    let (flags, agenda) =
        rocket::tokio::try_join!(view::flags(app, &ctx, filter), view::agenda(app, &ctx, today, until))?;
    let labels = view::flag_labels(app, &ctx, &flags.items).await?;
    let mut rows: Vec<(Section, Row)> = Vec::new();
    for flag in &flags.items {
        if let Some(label) = labels.get(&flag.id) {
            rows.push((section_of(flag), flag_row(t, flag, label, today)));
        }
    }
    rows.extend(
        agenda
            .iter()
            .map(|item| (if item.due == today { Section::Today } else { Section::Week }, agenda_row(t, item, today))),
    );
    let count = |wanted: Section| rows.iter().filter(|(section, _)| *section == wanted).count();
    let buckets: Vec<Bucket> =
        Section::ALL.iter().map(|section| Bucket { section: *section, count: count(*section) }).collect();
    // Opens on the first that is not empty.
    let first = buckets.iter().find(|bucket| bucket.count > 0).map_or(Section::Overdue, |bucket| bucket.section);
    let here = section.and_then(|section| section.parse().ok()).unwrap_or(first);
    let rows: Vec<Row> = rows.into_iter().filter(|(section, _)| *section == here).map(|(_, row)| row).collect();
    freeze(&staff, &rows).await?;
    Answer::page(&TodayPage { page: Page::of(&staff, "/console", "today.title"), today, buckets, here, rows })
}

/// For roles without a worklist.
#[derive(Template)]
#[template(path = "officer/nothing.html")]
struct NothingPage {
    page: Page,
}

/// Keeps the flags on the page in their order, for walking through them.
async fn freeze(staff: &Staff<'_>, rows: &[Row]) -> Result<(), crate::register::Refusal> {
    let list: Vec<FlagId> = rows.iter().filter_map(|row| row.flag).collect();
    let list = serde_json::to_string(&list).unwrap_or_default();
    if staff.signed.remembered.worklist.as_deref() == Some(list.as_str()) {
        return Ok(());
    }
    console::remember(staff.app(), staff.signed.session, Remembered::Worklist(list)).await
}

fn section_of(flag: &FlagSummary) -> Section {
    match flag.state {
        FlagState::Raised | FlagState::InReview => Section::Overdue,
        FlagState::AwaitingEvidence | FlagState::Proposed | FlagState::Notified => Section::Waiting,
        FlagState::Decided | FlagState::Acknowledged | FlagState::Closed => Section::Outcomes,
    }
}

fn flag_row(t: &Texts, flag: &FlagSummary, label: &FlagLabel, today: NaiveDate) -> Row {
    Row {
        link: format!("/console/flags/{}", flag.id),
        who: label.name.full(),
        why: format!(
            "{} {}",
            t.two("today.flagWhy", t.word("dutyKind", label.kind), t.plain_day(&flag.first_failure_day)),
            t.word("flagState", flag.state)
        ),
        when: t.one("today.raised", t.distance(&flag.raised_on, &today)),
        flag: Some(flag.id),
    }
}

fn agenda_row(t: &Texts, item: &AgendaItem, today: NaiveDate) -> Row {
    Row {
        link: format!("/console/registrations/{}", item.registration),
        who: item.name.full(),
        why: t.two("today.dutyWhy", t.word("dutyKind", item.kind), t.plain_day(&item.due)),
        when: t.distance(&item.due, &today),
        flag: None,
    }
}
