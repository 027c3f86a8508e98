//! Everything that happened around a registration, the newest first, with filters.

use askama::Template;
use chrono::NaiveDate;
use rocket::get;

use super::bar::{Bar, Head, Tab};
use crate::clock::UtcTime;
use crate::console::answer::{Answer, Shown};
use crate::console::page::Page;
use crate::console::texts::{Texts, texts};
use crate::console::visit::Staff;
use crate::ids::RegistrationId;
use crate::register::Refusal;
use crate::register::view::{
    self, AttemptView, ExplainedDuty, FlagFilter, FlagSummary, NotificationSummary, ReminderOfDuty,
};
use crate::vocabulary::{DutyStatus, NotificationState};

/// What happened.
pub struct Entry {
    /// The day.
    pub on: NaiveDate,
    /// For sorting within a day.
    at: Option<UtcTime>,
    /// Which kind, for filters.
    pub kind: &'static str,
    /// How it looks.
    pub class: &'static str,
    /// What, in a sentence.
    pub text: String,
    /// More about it.
    pub more: String,
    /// Where it can be opened.
    pub link: Option<String>,
}

/// The kinds of entries one can look at apart.
const KINDS: [&str; 5] = ["notification", "attempt", "duty", "reminder", "flag"];

#[derive(Template)]
#[template(path = "officer/timeline.html")]
struct TimelinePage {
    page: Page,
    bar: Bar,
    entries: Vec<Entry>,
    only: Option<&'static str>,
    kinds: [&'static str; 5],
}

#[get("/registrations/<id>/timeline?<only>")]
pub async fn page(staff: Staff<'_>, id: &str, only: Option<&str>) -> Shown {
    let id: RegistrationId = id.parse().map_err(|_| Refusal::NotFound)?;
    let t = texts(staff.language);
    let (app, ctx) = (staff.app(), staff.ctx());
    let filter = FlagFilter { registration: Some(id), limit: view::PAGE, ..FlagFilter::default() };
    let (head, given, tried, reminders, flags) = rocket::tokio::try_join!(
        Head::read(&staff, id, Tab::Timeline, t),
        view::notifications(app, &ctx, id, None, view::PAGE),
        view::attempts(app, &ctx, id, None, view::PAGE),
        view::reminders(app, &ctx, id),
        view::flags(app, &ctx, filter),
    )?;
    let teller = Teller { t, bar: &head.bar };
    let mut entries: Vec<Entry> = Vec::new();
    entries.extend(given.items.iter().map(|item| teller.notification(item)));
    entries.extend(tried.items.iter().map(|item| teller.attempt(item)));
    entries.extend(head.duties.iter().filter_map(|duty| teller.duty(duty)));
    entries.extend(reminders.items.iter().map(|item| teller.reminder(item, &head.duties)));
    entries.extend(flags.items.iter().map(|item| teller.flag(item, &head.duties)));
    let only = only.and_then(|only| KINDS.into_iter().find(|kind| *kind == only));
    entries.retain(|entry| only.is_none_or(|only| entry.kind == only));
    entries.sort_by_key(|entry| std::cmp::Reverse((entry.on, entry.at)));
    Answer::page(&TimelinePage {
        page: Page::titled(
            &staff,
            format!("/console/registrations/{id}/timeline"),
            t.one("timeline.title", &head.bar.name),
        ),
        bar: head.bar,
        entries,
        only,
        kinds: KINDS,
    })
}

/// Tells what happened.
struct Teller<'a> {
    t: &'a Texts,
    bar: &'a Bar,
}

impl Teller<'_> {
    fn day(&self, at: UtcTime) -> NaiveDate {
        at.day_in(self.bar.registration.regime.zone())
    }

    fn notification(&self, item: &NotificationSummary) -> Entry {
        Entry {
            on: item.received_on,
            at: Some(item.received_at),
            kind: "notification",
            class: if item.state == NotificationState::Accepted { "good" } else { "" },
            text: self.t.one("timeline.notification", self.t.word("dutyKind", item.kind)),
            more: format!(
                "{}. {}.",
                self.t.word("channel", item.channel),
                self.t.word("notificationState", item.state)
            ),
            link: Some(self.bar.address(&format!("/given/{}", item.id))),
        }
    }

    fn attempt(&self, item: &AttemptView) -> Entry {
        Entry {
            on: self.day(item.occurred_at),
            at: Some(item.occurred_at),
            kind: "attempt",
            class: "",
            text: self.t.one("timeline.attempt", self.t.word("dutyKind", item.duty_kind)),
            more: [Some(self.t.word("attemptKind", item.kind)), item.note.as_deref()]
                .into_iter()
                .flatten()
                .collect::<Vec<_>>()
                .join(". "),
            link: None,
        }
    }

    /// The last day of a duty that was not met.
    fn duty(&self, duty: &ExplainedDuty) -> Option<Entry> {
        let missed = matches!(duty.summary.status, DutyStatus::Overdue);
        Some(Entry {
            on: duty.summary.overdue_after.filter(|_| missed)?,
            at: None,
            kind: "duty",
            class: "bad",
            text: self.t.one("timeline.missed", self.t.word("dutyKind", duty.summary.kind)),
            more: duty.version.citation_in(self.t.language).to_owned(),
            link: None,
        })
    }

    fn kind_of(&self, duties: &[ExplainedDuty], id: crate::ids::DutyId) -> String {
        let duty = duties.iter().find(|duty| duty.summary.id == id);
        duty.map_or_else(String::new, |duty| self.t.word("dutyKind", duty.summary.kind).to_owned())
    }

    fn reminder(&self, item: &ReminderOfDuty, duties: &[ExplainedDuty]) -> Entry {
        Entry {
            on: item.reminder.planned_on,
            at: item.reminder.handed_over_at,
            kind: "reminder",
            class: "",
            text: self.t.one("timeline.reminder", self.kind_of(duties, item.duty_id)),
            more: format!(
                "{}: {}.",
                self.t.word("deliveryChannel", item.reminder.channel),
                self.t.word("outboxState", item.reminder.state)
            ),
            link: None,
        }
    }

    fn flag(&self, item: &FlagSummary, duties: &[ExplainedDuty]) -> Entry {
        Entry {
            on: item.raised_on,
            at: Some(item.raised_at),
            kind: "flag",
            class: "bad",
            text: self.t.one("timeline.flag", self.kind_of(duties, item.duty_id)),
            more: self.t.word("flagState", item.state).to_owned(),
            link: Some(format!("/console/flags/{}", item.id)),
        }
    }
}
