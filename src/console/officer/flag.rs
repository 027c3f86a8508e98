//! A flag: where it stands, its evidence, what was done with it, and what can be done now.

use std::collections::HashMap;

use askama::Template;
use chrono::NaiveDate;
use chrono_tz::Tz;
use rocket::get;
use rocket::http::Status;

use super::bar::{Bar, Head, Tab};
use super::caseload;
use super::person::flag_tone;
use super::referral::ReferralPage;
use super::step::{Around, Step};
use super::walk::{self, Walk};
use crate::access::colleagues;
use crate::api::Attachment;
use crate::console::answer::{Answer, Shown};
use crate::console::dispute::{Told, told};
use crate::console::facts;
use crate::console::form::{Control, Form, Part, Wrong};
use crate::console::page::Page;
use crate::console::posted::Posted;
use crate::console::visit::Staff;
use crate::ids::{AccountId, FlagId, ReferralId};
use crate::notify::reminder::reference;
use crate::register::review::referral::AUTHORITIES;
use crate::register::review::{self, FlagAct, FlagStory};
use crate::register::view::{self, FlagDetail, FlagFilter};
use crate::register::{FieldError, Refusal};
use crate::texts::texts;
use crate::vocabulary::{DeliveryChannel, FlagState};

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
    /// The disputes of the registration, those that hold this flag up first.
    disputes: Vec<Told>,
    forms: Vec<(Step, Form)>,
    /// What is wrong with the form that was sent.
    wrong: Vec<Wrong>,
    /// What was just done.
    done: Option<Step>,
}

/// A form that was sent: its step, what was typed, what is wrong.
pub type Sent<'a> = (Step, &'a Posted, &'a [FieldError]);

/// The forms of everything the reader can do, with what is wrong with the one that was sent. One that was sent is shown
/// as it was filled in, also when it can no longer be done: the use case says so.
pub fn forms(possible: &[FlagAct], sent: Option<Sent<'_>>, around: &Around<'_>) -> (Vec<(Step, Form)>, Vec<Wrong>) {
    let offered: Vec<Step> = possible.iter().filter_map(|act| Step::doing(*act)).collect();
    let extra = sent.map(|(step, ..)| step).filter(|step| !offered.contains(step));
    let blank = Posted::default();
    let mut wrong = Vec::new();
    let mut forms: Vec<(Step, Form)> = Vec::new();
    for step in offered.iter().copied().chain(extra) {
        let mut form = match sent {
            Some((of, posted, faults)) if of == step => step.form(around.t, posted, faults, around),
            _ => step.form(around.t, &blank, &[], around),
        };
        wrong.append(&mut form.wrong);
        forms.push((step, form));
    }
    (forms, wrong)
}

impl FlagPage {
    /// Reads everything on the page. With a form that was sent, that one is shown as it was filled in.
    ///
    /// # Errors
    /// Whatever keeps the reader from the flag or the file.
    pub async fn read(staff: &Staff<'_>, id: FlagId, sent: Option<Sent<'_>>) -> Result<Self, Refusal> {
        let t = texts(staff.language);
        let (app, ctx) = (staff.app(), staff.ctx());
        let mut flag = view::flag(app, &ctx, id).await?;
        let registration = flag.summary.registration_id;
        let filter = FlagFilter { registration: Some(registration), limit: view::PAGE, ..FlagFilter::default() };
        let (head, story, given, others, known) = rocket::tokio::try_join!(
            Head::read(staff, registration, Tab::Overview, t),
            review::story(app, &ctx, id),
            view::notifications(app, &ctx, registration, None, OFFERED),
            view::flags(app, &ctx, filter),
            view::facts(app, &ctx, registration),
        )?;
        let mut people: Vec<AccountId> = story.steps.iter().filter_map(|step| step.actor_id).collect();
        people.push(flag.summary.owner_id);
        let names = colleagues::names(app, &ctx, people).await?;
        let officers = if story.possible.contains(&FlagAct::Reassign) {
            caseload::choices(t, &caseload::officers(staff).await?)
        } else {
            Vec::new()
        };
        let zone = head.bar.registration.regime.zone();
        let mut disputes = std::mem::take(&mut flag.disputes);
        disputes.sort_by_key(|one| !one.flag_ids.contains(&id));
        let deciders = colleagues::leads_of(app, &ctx, head.bar.registration.team_id).await?;
        let disputes = told(staff, t, zone, disputes, &known, &deciders).await?;
        let (given, others) = (&given.items, &others.items);
        let around = Around { flag: &flag, given, others, facts: &facts::choices(t, &known), officers: &officers, t };
        let (forms, wrong) = forms(&story.possible, sent, &around);
        let address = walk::of_flag(id);
        Ok(Self {
            walk: Walk::of(staff, &address),
            page: Page::titled(staff, address, t.one("flag.title", &head.bar.name)),
            zone,
            today: head.bar.today,
            why: flag.duty.explanation.in_language(staff.language).to_vec(),
            bar: head.bar,
            flag,
            story,
            names,
            disputes,
            forms,
            wrong,
            done: None,
        })
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

    fn reference(&self, referral: &ReferralId) -> String {
        reference(referral.as_str())
    }

    /// Whether a dispute holds this flag up, or did.
    fn holds(&self, told: &Told) -> bool {
        told.dispute.flag_ids.contains(&self.flag.summary.id)
    }

    fn may_dispute(&self) -> bool {
        self.story.possible.contains(&FlagAct::Dispute)
    }
}

/// A flag as its reader sees it: whoever works on the file, or an authority before which it was put.
pub enum View {
    /// With the whole file around it.
    File(Box<FlagPage>),
    /// With what an authority reads.
    Referral(Box<ReferralPage>),
}

impl View {
    /// Reads it for whoever asks. With a form that was sent, that one is shown as it was filled in.
    ///
    /// # Errors
    /// Whatever keeps the reader from it.
    pub async fn read(staff: &Staff<'_>, id: FlagId, sent: Option<Sent<'_>>) -> Result<Self, Refusal> {
        Ok(if AUTHORITIES.contains(&staff.actor().role) {
            Self::Referral(Box::new(ReferralPage::read(staff, id, sent).await?))
        } else {
            Self::File(Box::new(FlagPage::read(staff, id, sent).await?))
        })
    }

    /// The page with what is wrong with a form that was sent.
    ///
    /// # Errors
    /// As [`View::read`].
    pub async fn with_faults(
        staff: &Staff<'_>,
        id: FlagId,
        step: Step,
        posted: &Posted,
        faults: &[FieldError],
    ) -> Shown {
        Self::read(staff, id, Some((step, posted, faults))).await?.answer(Status::BadRequest)
    }

    fn answer(&self, status: Status) -> Shown {
        match self {
            Self::File(page) => Answer::page_with(status, page.as_ref()),
            Self::Referral(page) => Answer::page_with(status, page.as_ref()),
        }
    }

    /// The form of a step.
    pub fn form_of(&self, wanted: Step) -> Option<&Form> {
        let forms = match self {
            Self::File(page) => &page.forms,
            Self::Referral(page) => &page.forms,
        };
        forms.iter().find(|(step, _)| *step == wanted).map(|(_, form)| form)
    }

    /// Whom it is about.
    pub fn name(&self) -> &str {
        match self {
            Self::File(page) => &page.bar.name,
            Self::Referral(page) => &page.name,
        }
    }
}

/// What an authority gets with a referral.
#[get("/flags/<id>/bundle")]
pub async fn bundle(staff: Staff<'_>, id: &str) -> Shown {
    let id: FlagId = id.parse().map_err(|_| Refusal::NotFound)?;
    let bytes = review::bundle(staff.app(), &staff.ctx(), id).await?;
    Ok(Answer::Document(Box::new(Attachment::whole("doorgifte.zip".to_owned(), bytes))))
}

#[get("/flags/<id>?<done>")]
pub async fn page(staff: Staff<'_>, id: &str, done: Option<&str>) -> Shown {
    let id: FlagId = id.parse().map_err(|_| Refusal::NotFound)?;
    let done: Option<Step> = done.and_then(|done| done.parse().ok());
    let mut view = View::read(&staff, id, None).await?;
    match &mut view {
        View::File(page) => page.done = done,
        View::Referral(page) => page.done = done,
    }
    view.answer(Status::Ok)
}
