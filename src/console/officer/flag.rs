//! A flag: where it stands, its evidence, what was done with it, and what can be done now.

use std::collections::HashMap;

use askama::Template;
use chrono::NaiveDate;
use chrono_tz::Tz;
use rocket::get;
use rocket::http::Status;

use super::bar::{Bar, Head, Tab};
use super::person::flag_tone;
use super::step::{Around, Step};
use crate::access::colleagues;
use crate::console::answer::{Answer, Shown};
use crate::console::form::{Control, Form, Part, Wrong};
use crate::console::page::Page;
use crate::console::posted::Posted;
use crate::console::texts::texts;
use crate::console::visit::Staff;
use crate::ids::{AccountId, FlagId};
use crate::register::review::{self, FlagStory};
use crate::register::view::{self, FlagDetail, FlagFilter};
use crate::register::{FieldError, Refusal};
use crate::vocabulary::FlagState;

/// Reports offered as the basis of a proposal.
const OFFERED: i64 = 20;

/// The page.
#[derive(Template)]
#[template(path = "officer/flag.html")]
pub struct FlagPage {
    page: Page,
    bar: Bar,
    zone: Tz,
    today: NaiveDate,
    flag: FlagDetail,
    story: FlagStory,
    names: HashMap<AccountId, String>,
    /// The explanation stored when the flag was raised.
    why: Vec<String>,
    walk: Walk,
    forms: Vec<(Step, Form)>,
    /// What is wrong with the form that was sent.
    wrong: Vec<Wrong>,
    /// What was just done.
    done: Option<Step>,
}

/// A form that was sent: its step, what was typed, what is wrong.
type Sent<'a> = (Step, &'a Posted, &'a [FieldError]);

impl FlagPage {
    /// Reads everything on the page. With a form that was sent, that one is shown as it was filled in.
    ///
    /// # Errors
    /// Whatever keeps the reader from the flag or the file.
    pub async fn read(staff: &Staff<'_>, id: FlagId, sent: Option<Sent<'_>>) -> Result<Self, Refusal> {
        let t = texts(staff.language);
        let (app, ctx) = (staff.app(), staff.ctx());
        let flag = view::flag(app, &ctx, id).await?;
        let registration = flag.summary.registration_id;
        let filter = FlagFilter { registration: Some(registration), limit: view::PAGE, ..FlagFilter::default() };
        let (head, story, given, others) = rocket::tokio::try_join!(
            Head::read(staff, registration, Tab::Overview, t),
            review::story(app, &ctx, id),
            view::notifications(app, &ctx, registration, None, OFFERED),
            view::flags(app, &ctx, filter),
        )?;
        let mut people: Vec<AccountId> = story.steps.iter().filter_map(|step| step.actor_id).collect();
        people.push(flag.summary.owner_id);
        let names = colleagues::names(app, &ctx, people).await?;
        let around = Around { flag: &flag, given: &given.items, others: &others.items, t };
        let blank = Posted::default();
        let mut forms: Vec<(Step, Form)> = Vec::new();
        let mut wrong = Vec::new();
        let offered = Step::offered(flag.summary.state);
        let extra = sent.map(|(step, ..)| step).filter(|step| !offered.contains(step));
        for step in offered.iter().copied().chain(extra) {
            let mut form = match sent {
                Some((of, posted, faults)) if of == step => step.form(t, posted, faults, &around),
                _ => step.form(t, &blank, &[], &around),
            };
            wrong.append(&mut form.wrong);
            forms.push((step, form));
        }
        Ok(Self {
            page: Page::titled(staff, format!("/console/flags/{id}"), t.one("flag.title", &head.bar.name)),
            zone: head.bar.registration.regime.zone(),
            today: head.bar.today,
            why: flag.duty.explanation.in_language(staff.language).to_vec(),
            walk: Walk::of(staff.signed.remembered.worklist.as_deref(), id),
            bar: head.bar,
            flag,
            story,
            names,
            forms,
            wrong,
            done: None,
        })
    }

    /// The page with what is wrong with a form that was sent.
    ///
    /// # Errors
    /// As [`FlagPage::read`].
    pub async fn with_faults(
        staff: &Staff<'_>,
        id: FlagId,
        step: Step,
        posted: &Posted,
        faults: &[FieldError],
    ) -> Shown {
        Answer::page_with(Status::BadRequest, &Self::read(staff, id, Some((step, posted, faults))).await?)
    }

    /// The form of a step.
    pub fn form_of(&self, wanted: Step) -> Option<&Form> {
        self.forms.iter().find(|(step, _)| *step == wanted).map(|(_, form)| form)
    }

    /// Whom it is about.
    pub fn name(&self) -> &str {
        &self.bar.name
    }

    fn tone(&self, state: &FlagState) -> &'static str {
        flag_tone(*state)
    }

    /// Who looks after it.
    fn owner(&self) -> &str {
        self.who(&Some(self.flag.summary.owner_id))
    }

    /// The name of a colleague, or of the program.
    fn who(&self, id: &Option<AccountId>) -> &str {
        match id {
            Some(id) => self.names.get(id).map_or_else(|| self.page.t.say("word.unknown"), String::as_str),
            None => self.page.t.say("flag.program"),
        }
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

#[get("/flags/<id>?<done>")]
pub async fn page(staff: Staff<'_>, id: &str, done: Option<&str>) -> Shown {
    let id: FlagId = id.parse().map_err(|_| Refusal::NotFound)?;
    let done = done.and_then(|done| done.parse().ok());
    Answer::page(&FlagPage { done, ..FlagPage::read(&staff, id, None).await? })
}
