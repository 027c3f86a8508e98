//! One warning notice: what it says, what the rules find, what became of it; and its steps.

use askama::Template;
use chrono::NaiveDate;
use chrono_tz::Tz;
use rocket::{State, get, post};
use serde_json::{Value, json};

use super::content;
use super::steps::{Asks, WarningMove};
use super::told::{Found, day, found, language, text};
use crate::access::{Action, Ctx};
use crate::console::answer::{Answer, Fault, Shown};
use crate::console::ask::{Ask, Next, Sent, typed};
use crate::console::checks::Checks;
use crate::console::form::Form;
use crate::console::geography::country;
use crate::console::page::Page;
use crate::console::posted::Posted;
use crate::console::visit::Staff;
use crate::ids::{ProposalId, RegistrationId};
use crate::instruments::notice::words;
use crate::proposals::warning::{self, WarningNoticeView};
use crate::register::{FieldError, Refusal, permit};
use crate::texts::{Texts, texts};
use crate::vocabulary::{ProposalStanding, Regime};

/// A correction.
struct Corrected {
    on: Option<NaiveDate>,
    members: String,
    status: String,
}

#[derive(Template)]
#[template(path = "officer/proposals/warning.html")]
struct WarningPage {
    page: Page,
    zone: Tz,
    notice: WarningNoticeView,
    /// Notice or diffusion.
    kind: String,
    ground: String,
    reasons: String,
    countries: String,
    findings: Vec<Found>,
    corrections: Vec<Corrected>,
    steps: Vec<WarningMove>,
    /// Whether the file itself can be opened by the reader.
    opens: bool,
    done: Option<WarningMove>,
}

/// Where something is done to a notice.
struct Place<'r> {
    staff: Staff<'r>,
    registration: RegistrationId,
    id: ProposalId,
}

impl<'r> Place<'r> {
    fn of(staff: Staff<'r>, registration: &str, id: &str) -> Result<Self, Refusal> {
        let registration = registration.parse().map_err(|_| Refusal::NotFound)?;
        Ok(Self { staff, registration, id: id.parse().map_err(|_| Refusal::NotFound)? })
    }

    fn address(&self) -> String {
        format!("/console/registrations/{}/warnings/{}", self.registration, self.id)
    }

    async fn read(&self) -> Result<WarningNoticeView, Refusal> {
        warning::read(self.staff.app(), &self.staff.ctx(), self.registration, self.id).await
    }

    /// Whether the reader can open the file the notice is about.
    async fn opens(&self) -> bool {
        let (app, ctx) = (self.staff.app(), self.staff.ctx());
        crate::register::view::registration(app, &ctx, self.registration).await.is_ok()
    }
}

/// Whether recipients wait for a correction, or to hear that it was withdrawn.
fn waiting(notice: &WarningNoticeView) -> bool {
    let told = |one: &Value| !one["recipientsInformedOn"].is_null();
    let corrections = notice.warning["corrections"].as_array();
    let withdrawn = notice.state == ProposalStanding::Withdrawn && notice.warning["wasIssued"] == json!(true);
    withdrawn && !told(&notice.warning) || corrections.into_iter().flatten().any(|one| !told(one))
}

fn offered(staff: &Staff<'_>, notice: &WarningNoticeView) -> Vec<WarningMove> {
    WarningMove::offered(staff.actor().role, notice.state, waiting(notice))
}

fn corrected(t: &Texts, one: &Value) -> Corrected {
    let members = one["members"].as_array();
    let members: Vec<&str> = members.into_iter().flatten().filter_map(Value::as_str).collect();
    let status = words().of(language(t)).status(text(one, "status")).to_owned();
    Corrected { on: day(one, "on"), members: members.join(", "), status }
}

#[get("/registrations/<id>/warnings/<of>?<done>", rank = 2)]
pub async fn page(staff: Staff<'_>, id: &str, of: &str, done: Option<&str>) -> Shown {
    let place = Place::of(staff, id, of)?;
    let notice = place.read().await?;
    let t = texts(staff.language);
    let said = &notice.warning["content"];
    let kind = t.word("proposalVariant", text(said, "kind")).to_owned();
    let countries = said["destinations"].as_array().into_iter().flatten().filter_map(Value::as_str);
    let countries: Vec<String> = countries.map(|code| country(t.language, code)).collect();
    Answer::page(&WarningPage {
        page: Page::titled(&staff, place.address(), kind.clone()),
        zone: Regime::NlPilot.zone(),
        kind,
        ground: t.word("noticeGround", text(said, "ground")).to_owned(),
        reasons: text(said, "groundReasons").to_owned(),
        countries: countries.join(", "),
        findings: found(t, &notice.warning["findings"], words()),
        corrections: notice.warning["corrections"]
            .as_array()
            .into_iter()
            .flatten()
            .map(|one| corrected(t, one))
            .collect(),
        steps: offered(&staff, &notice),
        opens: place.opens().await,
        done: done.and_then(|step| step.parse().ok()),
        notice,
    })
}

// -- a draft --------------------------------------------------------------------------------------------------------------

/// A question about the whole content; `step` says of what.
fn ask_content(page: Page, title: &str, form: Form, action: String, back: String) -> Ask {
    let t = page.t;
    let about = vec![t.word("warningMoveAbout", title).to_owned()];
    Ask::new(page, form, about, action, back)
}

fn draft_at(registration: RegistrationId) -> String {
    format!("/console/registrations/{registration}/warnings/new")
}

async fn ask_draft(
    staff: &Staff<'_>,
    registration: RegistrationId,
    values: &Posted,
    faults: &[FieldError],
) -> Result<Ask, Refusal> {
    let action = draft_at(registration);
    permit::ask(staff.app(), &staff.ctx(), registration, Action::WarningNoticeMake).await?;
    let page = Page::of(staff, action.clone(), "proposals.newWarning");
    let form = content::form(texts(staff.language), values, faults);
    let back = format!("/console/registrations/{registration}/proposals");
    Ok(ask_content(page, "drafted", form, action, back))
}

#[get("/registrations/<id>/warnings/new", rank = 1)]
pub async fn start_draft(staff: Staff<'_>, id: &str) -> Shown {
    let registration: RegistrationId = id.parse().map_err(|_| Refusal::NotFound)?;
    let (app, ctx) = (staff.app(), staff.ctx());
    let person = crate::register::view::registration(app, &ctx, registration).await?;
    let mut values = Posted::default();
    let family = [person.name.prefix.clone().unwrap_or_default(), person.name.surname.clone()];
    values.put("identity.familyName", family.join(" ").trim());
    values.put("identity.forenames", person.name.given.clone());
    values.put("identity.birthDate", person.birth_date.to_string());
    ask_draft(&staff, registration, &values, &[]).await?.fill()
}

#[post("/registrations/<id>/warnings/new", data = "<posted>", rank = 1)]
pub async fn draft(staff: Staff<'_>, checks: &State<Checks>, id: &str, posted: Posted) -> Shown {
    let registration: RegistrationId = id.parse().map_err(|_| Refusal::NotFound)?;
    let sent = Sent::of(posted);
    let body = content::content(&sent.values, None);
    let faults = match sent.next_after(checks.faults("NoticeContent", &body)) {
        Next::Fill(faults) => faults,
        Next::Check => return ask_draft(&staff, registration, &sent.values, &[]).await?.check(&sent),
        Next::Act => {
            let ctx = staff.ctx_once(&sent.key, &format!("{}\0{body}", draft_at(registration)));
            match warning::draft(staff.app(), &ctx, registration, typed(body)?).await {
                Ok(made) => {
                    return Ok(Answer::go(format!("/console/registrations/{registration}/warnings/{}", made.id)));
                }
                Err(Refusal::Invalid(faults)) => faults,
                Err(other) => return Err(other.into()),
            }
        }
    };
    ask_draft(&staff, registration, &sent.values, &faults).await?.fill()
}

// -- a step ---------------------------------------------------------------------------------------------------------------

impl Place<'_> {
    /// The question of a step; of one that is not offered there is none.
    async fn ask(&self, step: WarningMove, values: Option<&Posted>, faults: &[FieldError]) -> Result<Ask, Refusal> {
        let t = texts(self.staff.language);
        let notice = self.read().await?;
        if !offered(&self.staff, &notice).contains(&step) {
            return Err(Refusal::NotFound);
        }
        let action = format!("{}/{step}", self.address());
        let title = t.word("warningMove", step).to_owned();
        let page = Page::titled(&self.staff, action.clone(), title);
        if step.writes() {
            let start = content::fields(&notice.warning["content"]);
            let form = content::form(t, values.unwrap_or(&start), faults);
            return Ok(ask_content(page, step.as_str(), form, action, self.address()));
        }
        let mut start = Posted::default();
        start.put("on", self.staff.ctx().today(Regime::NlPilot.zone()).to_string());
        let form = Asks::from(step).form(t, values.unwrap_or(&start), faults);
        let about = vec![t.word("warningMoveAbout", step).to_owned()];
        Ok(Ask::new(page, form, about, action, self.address()))
    }

    /// The step as the use case takes it, with what is wrong with it.
    async fn body(&self, checks: &Checks, step: WarningMove, sent: &Sent) -> Result<(Value, Vec<FieldError>), Refusal> {
        if !step.writes() {
            return Ok(Asks::from(step).body(step.as_str(), &sent.values));
        }
        let notice = self.read().await?;
        let content = content::content(&sent.values, Some(&notice.warning["content"]));
        let faults = checks.faults("NoticeContent", &content);
        let on = self.staff.ctx().today(Regime::NlPilot.zone());
        Ok((json!({ "type": step.as_str(), "on": on, "content": content }), faults))
    }

    async fn take(&self, ctx: &Ctx, step: WarningMove, body: Value) -> Result<WarningNoticeView, Refusal> {
        let app = self.staff.app();
        if step.action() == Action::WarningNoticeRecord {
            warning::step(app, ctx, self.registration, self.id, typed(body)?).await
        } else {
            warning::decide(app, ctx, self.registration, self.id, typed(body)?).await
        }
    }
}

#[get("/registrations/<id>/warnings/<of>/<step>")]
pub async fn start(staff: Staff<'_>, id: &str, of: &str, step: &str) -> Shown {
    let step: WarningMove = step.parse().map_err(|_| Refusal::NotFound)?;
    Place::of(staff, id, of)?.ask(step, None, &[]).await?.fill()
}

#[post("/registrations/<id>/warnings/<of>/<step>", data = "<posted>")]
pub async fn step(staff: Staff<'_>, checks: &State<Checks>, id: &str, of: &str, step: &str, posted: Posted) -> Shown {
    let step: WarningMove = step.parse().map_err(|_| Refusal::NotFound)?;
    let place = Place::of(staff, id, of)?;
    let sent = Sent::of(posted);
    let (body, faults) = place.body(checks, step, &sent).await?;
    let faults = match sent.next_after(faults) {
        Next::Fill(faults) => faults,
        Next::Check => return place.ask(step, Some(&sent.values), &[]).await?.check(&sent),
        Next::Act => {
            let ctx = staff.ctx_once(&sent.key, &format!("{}\0{step}\0{body}", place.address()));
            match place.take(&ctx, step, body).await {
                Ok(_) => return Ok(Answer::go(format!("{}?done={step}", place.address()))),
                Err(Refusal::Invalid(faults) | Refusal::Blocked(faults)) => unwrapped(faults),
                Err(other) => return Err(Fault::from(other)),
            }
        }
    };
    place.ask(step, Some(&sent.values), &faults).await?.fill()
}

/// Faults of a step, where its fields stand in the form: those of the content stand at its top.
pub fn unwrapped(faults: Vec<FieldError>) -> Vec<FieldError> {
    let place = |fault: FieldError| match fault.pointer.strip_prefix("/content") {
        Some(rest) => FieldError { pointer: rest.to_owned(), ..fault },
        None => fault,
    };
    faults.into_iter().map(place).collect()
}
