//! Everything that happened around a registration, the newest first, with filters. What somebody wants to read they open.

use std::collections::HashMap;

use askama::Template;
use chrono::NaiveDate;
use chrono_tz::Tz;
use rocket::get;
use rocket::http::Status;

use super::bar::{Bar, Head, Tab};
use crate::access::colleagues;
use crate::console::answer::{Answer, Shown};
use crate::console::form::{Builder, Control, Form, Part, Wrong};
use crate::console::page::Page;
use crate::console::posted::Posted;
use crate::console::visit::Staff;
use crate::ids::{AccountId, RegistrationId};
use crate::register::around::timeline::{self, TimelineEntry, TimelineFilter};
use crate::register::{FieldError, Refusal};
use crate::texts::{Texts, texts};
use crate::vocabulary::TimelineKind;

/// Entries on a page.
const SHOWN: i64 = 50;

/// One entry, in words.
struct Told {
    /// The moment.
    at: String,
    /// The same, for programs.
    iso: String,
    /// How it looks.
    class: &'static str,
    /// What, in a sentence.
    text: String,
    /// What came of it, and who did it.
    more: String,
    /// Where it can be opened.
    link: Option<String>,
}

#[derive(Template)]
#[template(path = "officer/timeline.html")]
struct TimelinePage {
    page: Page,
    bar: Bar,
    entries: Vec<Told>,
    /// Where the entries behind these stand.
    next: Option<String>,
    kinds: &'static [TimelineKind],
    wanted: Wanted,
    parts: Vec<Part>,
    wrong: Vec<Wrong>,
}

impl TimelinePage {
    fn wants(&self, kind: &TimelineKind) -> bool {
        self.wanted.kinds.contains(kind)
    }
}

/// What somebody wants to see.
#[derive(Default)]
struct Wanted {
    kinds: Vec<TimelineKind>,
    dates: Posted,
}

impl Wanted {
    fn of(kinds: &[&str], from: Option<&str>, until: Option<&str>) -> Self {
        let mut dates = Posted::default();
        for (name, value) in [("from", from), ("until", until)] {
            dates.put(name, value.unwrap_or_default());
        }
        Self { kinds: kinds.iter().filter_map(|kind| kind.parse().ok()).collect(), dates }
    }

    /// Whether it is less than everything.
    fn is_narrow(&self) -> bool {
        !self.kinds.is_empty() || self.dates.filled().next().is_some()
    }

    /// The filter, or what is wrong with it.
    fn filter(&self, after: Option<&str>) -> Result<TimelineFilter, Vec<FieldError>> {
        let mut faults = Vec::new();
        let mut day = |name: &str| -> Option<NaiveDate> {
            let typed = self.dates.get(name)?;
            let day = typed.parse().ok();
            if day.is_none() {
                faults.push(FieldError::new(format!("/{name}"), "not_a_date", "Write it as YYYY-MM-DD."));
            }
            day
        };
        let (from, until) = (day("from"), day("until"));
        let after = after.map(str::parse).transpose().unwrap_or_default();
        if !faults.is_empty() {
            return Err(faults);
        }
        Ok(TimelineFilter { kinds: self.kinds.clone(), from, until, after, limit: SHOWN })
    }

    fn form(&self, t: &Texts, faults: &[FieldError]) -> Form {
        let mut form = Builder::new(t, &self.dates, faults);
        form.field_as("from", "timelineFrom", Control::Date).optional();
        form.field_as("until", "timelineUntil", Control::Date).optional();
        form.finish()
    }

    /// The same question as it stands in an address, for the page behind `after`.
    fn address(&self, after: &str) -> String {
        let kinds = self.kinds.iter().map(|kind| format!("kind={kind}&"));
        let dates = self.dates.filled().map(|(name, value)| format!("{name}={value}&"));
        format!("/timeline?{}after={after}", kinds.chain(dates).collect::<String>())
    }
}

#[get("/registrations/<id>/timeline?<kind>&<from>&<until>&<after>")]
pub async fn page(
    staff: Staff<'_>,
    id: &str,
    kind: Vec<&str>,
    from: Option<&str>,
    until: Option<&str>,
    after: Option<&str>,
) -> Shown {
    let id: RegistrationId = id.parse().map_err(|_| Refusal::NotFound)?;
    let t = texts(staff.language);
    let (app, ctx) = (staff.app(), staff.ctx());
    let Head { bar, .. } = Head::read(&staff, id, Tab::Timeline, t).await?;
    let wanted = Wanted::of(&kind, from, until);
    let read = match wanted.filter(after) {
        Ok(filter) => match timeline::timeline(app, &ctx, id, filter).await {
            Err(Refusal::Invalid(faults)) => Err(faults.into_iter().map(in_the_form).collect()),
            other => Ok(other?),
        },
        Err(faults) => Err(faults),
    };
    let (found, faults) = match read {
        Ok(found) => (found, Vec::new()),
        Err(faults) => (timeline::TimelinePage { items: Vec::new(), next: None }, faults),
    };
    let people = found.items.iter().filter_map(|entry| entry.by).collect();
    let names = colleagues::names(app, &ctx, people).await?;
    let teller = Teller { t, bar: &bar, zone: bar.registration.regime.zone(), names };
    let Form { parts, wrong } = wanted.form(t, &faults);
    let page = TimelinePage {
        page: Page::titled(&staff, format!("/console/registrations/{id}/timeline"), t.one("timeline.title", &bar.name)),
        entries: found.items.iter().map(|entry| teller.tell(entry)).collect(),
        next: found.next.map(|next| bar.address(&wanted.address(&next))),
        bar,
        kinds: TimelineKind::ALL,
        wanted,
        parts,
        wrong,
    };
    Answer::page_with(if faults.is_empty() { Status::Ok } else { Status::BadRequest }, &page)
}

/// The use case names a parameter of a query by its name alone.
fn in_the_form(fault: FieldError) -> FieldError {
    FieldError { pointer: format!("/{}", fault.pointer), ..fault }
}

/// Tells what happened.
struct Teller<'a> {
    t: &'a Texts,
    bar: &'a Bar,
    zone: Tz,
    names: HashMap<AccountId, String>,
}

impl Teller<'_> {
    fn tell(&self, entry: &TimelineEntry) -> Told {
        let day = entry.on.map(|on| self.t.plain_day(&on));
        let mut what = what_of(entry.kind).map_or_else(String::new, |set| self.t.word(set, &entry.what).to_owned());
        // The words of a fact go on with its day, such as "in custody from".
        let fact = entry.kind == TimelineKind::Fact;
        if let Some(day) = day.as_ref().filter(|_| fact) {
            what = format!("{what} {day}");
        }
        let state = entry.state.as_ref().zip(state_of(entry.kind)).map(|(state, set)| self.t.word(set, state));
        let who = entry.by.and_then(|by| self.names.get(&by)).map(String::as_str);
        let sensitive = entry.sensitive.then(|| self.t.say("around.sensitive"));
        let on = day.filter(|_| !fact).map(|day| self.t.one("timeline.about", day));
        let more: Vec<&str> = [state, sensitive, on.as_deref(), who].into_iter().flatten().collect();
        Told {
            at: self.t.moment(&entry.at, self.zone),
            iso: entry.at.to_string(),
            class: class_of(entry),
            text: self.t.one(&format!("timelineText.{}", entry.kind), what),
            more: more.join(", "),
            link: self.link(entry),
        }
    }

    fn link(&self, entry: &TimelineEntry) -> Option<String> {
        let page = match entry.kind {
            TimelineKind::Notification => return Some(self.bar.address(&format!("/given/{}", entry.id))),
            TimelineKind::Flag => return Some(format!("/console/flags/{}", entry.id)),
            TimelineKind::HomeVisit | TimelineKind::AddressVerification => Tab::Home,
            TimelineKind::Contact => Tab::Contacts,
            TimelineKind::Note => Tab::Notes,
            TimelineKind::Document => Tab::Documents,
            TimelineKind::Transfer => Tab::Transfers,
            TimelineKind::Merge | TimelineKind::Representative => Tab::Identity,
            TimelineKind::SupervisionOrder | TimelineKind::Breach => Tab::Supervision,
            TimelineKind::RiskAssessment | TimelineKind::ForeignConviction => Tab::Beside,
            TimelineKind::Fact | TimelineKind::Attempt | TimelineKind::Reminder => return None,
        };
        Some(self.bar.address(page.path()))
    }
}

/// The words for what something of a kind is.
const fn what_of(kind: TimelineKind) -> Option<&'static str> {
    match kind {
        TimelineKind::Notification | TimelineKind::Attempt => Some("dutyKind"),
        TimelineKind::Fact => Some("factKind"),
        TimelineKind::Reminder => Some("deliveryChannel"),
        TimelineKind::AddressVerification => Some("verificationSource"),
        TimelineKind::Contact => Some("contactCounterpart"),
        TimelineKind::Document => Some("documentCategory"),
        TimelineKind::Representative => Some("representativeKind"),
        TimelineKind::SupervisionOrder => Some("supervisionTitle"),
        TimelineKind::Breach => Some("breachSubject"),
        TimelineKind::RiskAssessment => Some("riskInstrument"),
        TimelineKind::ForeignConviction => Some("convictionChannel"),
        TimelineKind::Flag
        | TimelineKind::HomeVisit
        | TimelineKind::Note
        | TimelineKind::Transfer
        | TimelineKind::Merge => None,
    }
}

/// The words for what came of it.
const fn state_of(kind: TimelineKind) -> Option<&'static str> {
    match kind {
        TimelineKind::Notification => Some("notificationState"),
        TimelineKind::Fact => Some("factSource"),
        TimelineKind::Attempt => Some("attemptKind"),
        TimelineKind::Reminder => Some("outboxState"),
        TimelineKind::Flag => Some("flagState"),
        TimelineKind::HomeVisit => Some("visitStatus"),
        TimelineKind::AddressVerification => Some("verificationResult"),
        TimelineKind::Contact => Some("contactOutcome"),
        TimelineKind::Document => Some("documentKind"),
        TimelineKind::Transfer => Some("transferState"),
        TimelineKind::Merge => Some("mergeState"),
        TimelineKind::Representative => Some("representativeScope"),
        TimelineKind::Breach => Some("breachSeverity"),
        TimelineKind::ForeignConviction => Some("recordState"),
        TimelineKind::Note | TimelineKind::SupervisionOrder | TimelineKind::RiskAssessment => None,
    }
}

/// The colour of an entry: never the only thing that tells it.
fn class_of(entry: &TimelineEntry) -> &'static str {
    match (entry.kind, entry.state.as_deref()) {
        (TimelineKind::Flag, _) | (TimelineKind::AddressVerification, Some("contradicted")) => "bad",
        (TimelineKind::Notification, Some("accepted")) | (TimelineKind::AddressVerification, Some("confirmed")) => {
            "good"
        }
        _ => "",
    }
}
