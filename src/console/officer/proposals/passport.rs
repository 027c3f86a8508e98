//! One passport proposal: the formal criteria with both readings, where it stands, what became of it; its letter and its
//! steps.

use askama::Template;
use chrono::NaiveDate;
use chrono_tz::Tz;
use rocket::{State, get, post};
use serde_json::{Value, json};

use super::passport_content as content;
use super::steps::{Asks, PassportMove};
use super::told::{Found, day, found, language, text};
use super::warning::unwrapped;
use crate::access::Action;
use crate::api::Attachment;
use crate::console::answer::{Answer, Fault, Shown};
use crate::console::ask::{Ask, Next, Sent, typed};
use crate::console::checks::Checks;
use crate::console::page::Page;
use crate::console::posted::Posted;
use crate::console::visit::Staff;
use crate::ids::{ProposalId, RegistrationId};
use crate::instruments::passport::{Article, words};
use crate::proposals::passport::{self, PassportDraft, PassportProposalView};
use crate::register::{FieldError, Refusal, permit};
use crate::texts::{Texts, texts};
use crate::vocabulary::Regime;

/// One way of counting the years of article 24(a).
struct Reading {
    /// The key of its name.
    name: &'static str,
    outcome: String,
    from: Option<NaiveDate>,
    until: Option<NaiveDate>,
    source: String,
}

#[derive(Template)]
#[template(path = "officer/proposals/passport.html")]
struct PassportPage {
    page: Page,
    zone: Tz,
    proposal: PassportProposalView,
    /// The measure.
    article: String,
    criteria: Vec<Found>,
    /// Both readings, for article 24(a) only.
    readings: Vec<Reading>,
    differ: bool,
    /// What stands in the way of asking.
    blocks: Vec<String>,
    steps: Vec<PassportMove>,
    done: Option<PassportMove>,
}

/// Where something is done to a proposal.
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
        format!("/console/registrations/{}/passports/{}", self.registration, self.id)
    }

    async fn read(&self) -> Result<PassportProposalView, Refusal> {
        passport::read(self.staff.app(), &self.staff.ctx(), self.registration, self.id).await
    }

    /// The question of a step; of one that is not offered there is none.
    async fn ask(&self, step: PassportMove, values: Option<&Posted>, faults: &[FieldError]) -> Result<Ask, Refusal> {
        let t = texts(self.staff.language);
        let proposal = self.read().await?;
        if !offered(&self.staff, &proposal).contains(&step) {
            return Err(Refusal::NotFound);
        }
        let action = format!("{}/{step}", self.address());
        let page = Page::titled(&self.staff, action.clone(), t.word("passportMove", step).to_owned());
        if step == PassportMove::Amend {
            let start = content::fields(&as_json(&proposal.content)?);
            return Ok(ask_content(page, values.unwrap_or(&start), faults, action, self.address()));
        }
        let mut start = Posted::default();
        start.put("on", self.staff.ctx().today(Regime::NlPilot.zone()).to_string());
        let form = Asks::from(step).form(t, values.unwrap_or(&start), faults);
        let about = vec![t.say("proposals.stepAbout").to_owned()];
        Ok(Ask::new(page, form, about, action, self.address()))
    }

    /// The step as the use case takes it, with what is wrong with it.
    async fn body(
        &self,
        checks: &Checks,
        step: PassportMove,
        sent: &Sent,
    ) -> Result<(Value, Vec<FieldError>), Refusal> {
        if step != PassportMove::Amend {
            return Ok(Asks::from(step).body(step.as_str(), &sent.values));
        }
        let before = as_json(&self.read().await?.content)?;
        let content = content::content(&sent.values, Some(&before));
        let faults = checks.faults("PassportDraft", &content);
        let on = self.staff.ctx().today(Regime::NlPilot.zone());
        Ok((json!({ "type": step.as_str(), "on": on, "content": content }), faults))
    }
}

fn as_json(draft: &PassportDraft) -> Result<Value, Refusal> {
    serde_json::to_value(draft).map_err(|error| Refusal::Rules(error.to_string()))
}

/// A question about the whole draft.
fn ask_content(page: Page, values: &Posted, faults: &[FieldError], action: String, back: String) -> Ask {
    let form = content::form(page.t, values, faults);
    let about = vec![page.t.say("proposals.passportAbout").to_owned()];
    Ask::new(page, form, about, action, back)
}

fn offered(staff: &Staff<'_>, proposal: &PassportProposalView) -> Vec<PassportMove> {
    PassportMove::offered(staff.actor().role, proposal.state, &proposal.proposal)
}

fn reading(t: &Texts, name: &'static str, reading: &Value) -> Reading {
    Reading {
        name,
        outcome: words().of(language(t)).status(text(reading, "outcome")).to_owned(),
        from: day(reading, "countedFrom"),
        until: day(reading, "lastDay"),
        source: text(reading, "source").to_owned(),
    }
}

/// What stands in the way, in a line each.
fn in_the_way(t: &Texts, blocks: &Value) -> Vec<String> {
    let words = words().of(language(t));
    let line = |block: &Value| {
        let why = t.word("passportBlock", text(block, "code"));
        match block["criterion"].as_str() {
            Some(criterion) => format!("{}: {why}", words.kind(criterion)),
            None => why.to_owned(),
        }
    };
    blocks.as_array().into_iter().flatten().map(line).collect()
}

#[get("/registrations/<id>/passports/<of>?<done>", rank = 2)]
pub async fn page(staff: Staff<'_>, id: &str, of: &str, done: Option<&str>) -> Shown {
    let place = Place::of(staff, id, of)?;
    let proposal = place.read().await?;
    let t = texts(staff.language);
    let article = words().of(language(t)).kind(proposal.content.article.as_str()).to_owned();
    let (check, counts) = match proposal.content.article {
        Article::Article18 => (&proposal.check.article18, false),
        Article::Article24a => (&proposal.check.article24a, true),
    };
    let readings = match counts {
        true => vec![
            reading(t, "proposals.statute", &check["readings"]["statute"]),
            reading(t, "proposals.letterReading", &check["readings"]["letter"]),
        ],
        false => Vec::new(),
    };
    Answer::page(&PassportPage {
        page: Page::titled(&staff, place.address(), article.clone()),
        zone: Regime::NlPilot.zone(),
        article,
        criteria: found(t, &check["criteria"], words()),
        differ: check["readings"]["differ"] == Value::Bool(true),
        readings,
        blocks: in_the_way(t, &proposal.blocks),
        steps: offered(&staff, &proposal),
        done: done.and_then(|step| step.parse().ok()),
        proposal,
    })
}

// -- a draft --------------------------------------------------------------------------------------------------------------

fn draft_at(registration: RegistrationId) -> String {
    format!("/console/registrations/{registration}/passports/new")
}

async fn ask_draft(
    staff: &Staff<'_>,
    registration: RegistrationId,
    values: &Posted,
    faults: &[FieldError],
) -> Result<Ask, Refusal> {
    let action = draft_at(registration);
    permit::ask(staff.app(), &staff.ctx(), registration, Action::PassportProposalMake).await?;
    let page = Page::of(staff, action.clone(), "proposals.newPassport");
    Ok(ask_content(page, values, faults, action, format!("/console/registrations/{registration}/proposals")))
}

#[get("/registrations/<id>/passports/new", rank = 1)]
pub async fn start_draft(staff: Staff<'_>, id: &str) -> Shown {
    let registration: RegistrationId = id.parse().map_err(|_| Refusal::NotFound)?;
    ask_draft(&staff, registration, &Posted::default(), &[]).await?.fill()
}

#[post("/registrations/<id>/passports/new", data = "<posted>")]
pub async fn draft(staff: Staff<'_>, checks: &State<Checks>, id: &str, posted: Posted) -> Shown {
    let registration: RegistrationId = id.parse().map_err(|_| Refusal::NotFound)?;
    let sent = Sent::of(posted);
    let body = content::content(&sent.values, None);
    let faults = match sent.next_after(checks.faults("PassportDraft", &body)) {
        Next::Fill(faults) => faults,
        Next::Check => return ask_draft(&staff, registration, &sent.values, &[]).await?.check(&sent),
        Next::Act => {
            let ctx = staff.ctx_once(&sent.key, &format!("{}\0{body}", draft_at(registration)));
            match passport::draft(staff.app(), &ctx, registration, typed(body)?).await {
                Ok(made) => {
                    return Ok(Answer::go(format!("/console/registrations/{registration}/passports/{}", made.id)));
                }
                Err(Refusal::Invalid(faults)) => faults,
                Err(other) => return Err(other.into()),
            }
        }
    };
    ask_draft(&staff, registration, &sent.values, &faults).await?.fill()
}

/// The letter that asks, as PDF.
#[get("/registrations/<id>/passports/<of>/letter", rank = 1)]
pub async fn letter(staff: Staff<'_>, id: &str, of: &str) -> Shown {
    let place = Place::of(staff, id, of)?;
    let bytes = passport::letter(staff.app(), &staff.ctx(), place.registration, place.id).await?;
    Ok(Answer::Document(Box::new(Attachment::whole("verzoek-paspoortsignalering.pdf".to_owned(), bytes))))
}

#[get("/registrations/<id>/passports/<of>/<step>", rank = 2)]
pub async fn start(staff: Staff<'_>, id: &str, of: &str, step: &str) -> Shown {
    let step: PassportMove = step.parse().map_err(|_| Refusal::NotFound)?;
    Place::of(staff, id, of)?.ask(step, None, &[]).await?.fill()
}

#[post("/registrations/<id>/passports/<of>/<step>", data = "<posted>")]
pub async fn step(staff: Staff<'_>, checks: &State<Checks>, id: &str, of: &str, step: &str, posted: Posted) -> Shown {
    let step: PassportMove = step.parse().map_err(|_| Refusal::NotFound)?;
    let place = Place::of(staff, id, of)?;
    let sent = Sent::of(posted);
    let (body, faults) = place.body(checks, step, &sent).await?;
    let faults = match sent.next_after(faults) {
        Next::Fill(faults) => faults,
        Next::Check => return place.ask(step, Some(&sent.values), &[]).await?.check(&sent),
        Next::Act => {
            let ctx = staff.ctx_once(&sent.key, &format!("{}\0{step}\0{body}", place.address()));
            match passport::step(staff.app(), &ctx, place.registration, place.id, typed(body)?).await {
                Ok(_) => return Ok(Answer::go(format!("{}?done={step}", place.address()))),
                Err(Refusal::Invalid(faults) | Refusal::Blocked(faults)) => unwrapped(faults),
                Err(other) => return Err(Fault::from(other)),
            }
        }
    };
    place.ask(step, Some(&sent.values), &faults).await?.fill()
}
