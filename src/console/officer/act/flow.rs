//! The three steps of an act: fill in, check, do. Nothing is kept between them but what stands in the form.

use std::str::FromStr;

use askama::Template;
use rocket::http::Status;
use rocket::{State, get, post};
use serde_json::{Map, Value};
use uuid::Uuid;

use super::known::Known;
use super::take::{Taken, take};
use super::{Act, beside};
use crate::console::answer::{Answer, Fault, Shown};
use crate::console::ask::{Next, Sent, hidden};
use crate::console::checks::Checks;
use crate::console::form::{Control, Line, Part, Section, Wrong};
use crate::console::officer::Walk;
use crate::console::officer::bar::{Bar, Head};
use crate::console::page::Page;
use crate::console::posted::Posted;
use crate::console::visit::Staff;
use crate::ids::RegistrationId;
use crate::register::{FieldError, Refusal, permit};
use crate::texts::texts;

/// What is done, where, by whom.
pub struct Place<'r> {
    /// By whom.
    pub staff: Staff<'r>,
    /// In which file.
    pub registration: RegistrationId,
    /// What.
    pub act: Act,
    of: Option<String>,
}

/// Fill in.
#[derive(Template)]
#[template(path = "officer/act/fill.html")]
struct FillPage {
    page: Page,
    walk: Walk,
    bar: Option<Bar>,
    act: Act,
    about: Vec<Line>,
    parts: Vec<Part>,
    wrong: Vec<Wrong>,
    action: String,
    back: String,
    key: String,
    version: i64,
}

/// Check.
#[derive(Template)]
#[template(path = "officer/act/check.html")]
struct CheckPage {
    page: Page,
    bar: Option<Bar>,
    act: Act,
    about: Vec<Line>,
    sections: Vec<Section>,
    hidden: Vec<(String, String)>,
    action: String,
    key: String,
    version: i64,
}

/// What was done, where there is more to say than that or the file cannot be gone back to.
#[derive(Template)]
#[template(path = "officer/act/done.html")]
struct DonePage {
    page: Page,
    act: Act,
    /// The code that is handed over.
    code: Option<String>,
    /// Where a mistake is put right, also when the file is out of sight.
    mend: Option<String>,
    back: String,
}

impl<'r> Place<'r> {
    fn of(staff: Staff<'r>, id: &str, act: &str, of: Option<&str>) -> Result<Self, Refusal> {
        let registration = id.parse().map_err(|_| Refusal::NotFound)?;
        let act: Act = act.parse().map_err(|_| Refusal::NotFound)?;
        if act.is_about_one() != of.is_some() {
            return Err(Refusal::NotFound);
        }
        Ok(Self { staff, registration, act, of: of.map(str::to_owned) })
    }

    /// What it is about.
    ///
    /// # Errors
    /// [`Refusal::NotFound`] when the address names no such thing.
    pub fn one<T: FromStr>(&self) -> Result<T, Refusal> {
        self.of.as_deref().and_then(|id| id.parse().ok()).ok_or(Refusal::NotFound)
    }

    fn address(&self) -> String {
        let about = self.of.as_deref().map(|of| format!("/{of}")).unwrap_or_default();
        format!("/console/registrations/{}/act/{}{about}", self.registration, self.act)
    }

    /// Where one comes from, and goes on when it is done.
    fn back(&self) -> String {
        match self.act {
            // The file is with the other team until then, and with this one from then on or not at all.
            Act::AnswerTransfer => "/console/transfers".to_owned(),
            Act::CorrectDeath => "/console".to_owned(),
            act => format!("/console/registrations/{}{}", self.registration, act.tab().path()),
        }
    }

    fn page(&self, bar: Option<&Bar>) -> Page {
        let t = texts(self.staff.language);
        let title = t.word("actTitle", self.act);
        let title = bar.map_or_else(|| title.to_owned(), |bar| format!("{title}: {}", bar.name));
        Page::titled(&self.staff, self.address(), title)
    }

    /// The head of the file. There is none where whoever acts cannot open it: another team offers it, or it ended by the
    /// very death that is corrected.
    async fn bar(&self) -> Result<Option<Bar>, Refusal> {
        if self.act == Act::AnswerTransfer {
            return Ok(None);
        }
        let t = texts(self.staff.language);
        match Head::read(&self.staff, self.registration, self.act.tab(), t).await {
            Ok(Head { bar, .. }) => Ok(Some(bar)),
            Err(Refusal::NotFound) if self.act == Act::CorrectDeath => Ok(None),
            Err(other) => Err(other),
        }
    }

    /// Says that it is done.
    fn done(&self, taken: Taken) -> Shown {
        let code = match taken {
            Taken::Code(code) => Some(code),
            Taken::Done if self.act.ends_the_file() => None,
            Taken::Done => return Ok(Answer::go(format!("{}?done={}", self.back(), self.act))),
        };
        let mend = format!("/console/registrations/{}/act/{}", self.registration, Act::CorrectDeath);
        Answer::page(&DonePage {
            page: self.page(None),
            act: self.act,
            code,
            mend: (self.act == Act::RecordDeath).then_some(mend),
            back: if self.act.ends_the_file() { "/console".to_owned() } else { self.back() },
        })
    }

    /// The form, empty or as it was sent.
    async fn fill(&self, sent: Option<&Sent>, faults: &[FieldError]) -> Shown {
        let t = texts(self.staff.language);
        let bar = self.bar().await?;
        let action = self.act.action();
        if bar.as_ref().is_some_and(|bar| !self.act.is_decision() && !bar.may(action)) {
            permit::ask(self.staff.app(), &self.staff.ctx(), self.registration, action).await?;
        }
        let known = Known::read(self, t, bar.as_ref().map(|bar| &bar.registration)).await?;
        let form = self.act.form(t, sent.map_or(&known.start, |sent| &sent.values), faults, &known);
        let status = if faults.is_empty() { Status::Ok } else { Status::BadRequest };
        let page = FillPage {
            page: self.page(bar.as_ref()),
            walk: Walk::of(&self.staff, &self.address()),
            bar,
            act: self.act,
            about: known.about,
            parts: form.parts,
            wrong: form.wrong,
            action: self.address(),
            back: self.back(),
            // One request from here on, however often it is sent.
            key: sent.map_or_else(|| Uuid::new_v4().to_string(), |sent| sent.key.clone()),
            version: sent.map_or(known.version, |sent| sent.version),
        };
        Answer::page_with(status, &page)
    }

    async fn check(&self, sent: &Sent) -> Shown {
        let t = texts(self.staff.language);
        let bar = self.bar().await?;
        let known = Known::read(self, t, bar.as_ref().map(|bar| &bar.registration)).await?;
        let sections = self.act.form(t, &sent.values, &[], &known).answers();
        Answer::page(&CheckPage {
            page: self.page(bar.as_ref()),
            bar,
            act: self.act,
            about: known.about,
            sections,
            hidden: hidden(&sent.values),
            action: self.address(),
            key: sent.key.clone(),
            version: sent.version,
        })
    }

    /// What was typed, as the use case takes it, with what the published schema finds wrong with it.
    fn body(&self, checks: &Checks, sent: &Sent) -> (Value, Vec<FieldError>) {
        let mut body = sent.body.clone();
        if let Some(member) = self.act.member() {
            match body.get_mut(member).map(Value::take) {
                Some(inner) => body = inner,
                None => {
                    let fault = FieldError::new(format!("/{member}"), "required", "Choose one of these.");
                    return (Value::Object(Map::new()), vec![fault]);
                }
            }
        }
        match self.act {
            Act::AssessRisk => beside::risk(&mut body, self.of.as_deref()),
            Act::AddConviction => beside::conviction(&mut body),
            _ => {}
        }
        let faults = checks.faults(self.act.schema(), &body);
        (body, self.placed(faults))
    }

    /// Faults of the use case's JSON, where its fields stand in the form.
    fn placed(&self, faults: Vec<FieldError>) -> Vec<FieldError> {
        let Some(member) = self.act.member() else { return faults };
        let place = |fault: FieldError| FieldError { pointer: format!("/{member}{}", fault.pointer), ..fault };
        faults.into_iter().map(place).collect()
    }

    async fn send(&self, checks: &Checks, posted: Posted) -> Shown {
        let sent = Sent::of(posted);
        if sent.key.is_empty() {
            return Err(Refusal::VersionMoved.into());
        }
        let (body, faults) = self.body(checks, &sent);
        match sent.next_after(faults) {
            Next::Fill(faults) => self.fill(Some(&sent), &faults).await,
            Next::Check if self.act.is_checked() => self.check(&sent).await,
            Next::Check | Next::Act => self.take(&sent, body).await,
        }
    }

    async fn take(&self, sent: &Sent, body: Value) -> Shown {
        let asked = format!("{}\0{}\0{body}", self.address(), sent.version);
        let ctx = self.staff.ctx_once(&sent.key, &asked);
        match take(self, &ctx, sent.version, body).await {
            Ok(taken) => self.done(taken),
            Err(Refusal::Invalid(faults)) => self.fill(Some(sent), &self.placed(faults)).await,
            Err(other) => Err(Fault::from(other)),
        }
    }
}

#[get("/registrations/<id>/act/<act>")]
pub async fn ask_for(staff: Staff<'_>, id: &str, act: &str) -> Shown {
    Place::of(staff, id, act, None)?.fill(None, &[]).await
}

#[get("/registrations/<id>/act/<act>/<of>")]
pub async fn ask_about(staff: Staff<'_>, id: &str, act: &str, of: &str) -> Shown {
    Place::of(staff, id, act, Some(of))?.fill(None, &[]).await
}

#[post("/registrations/<id>/act/<act>", data = "<posted>")]
pub async fn send(staff: Staff<'_>, checks: &State<Checks>, id: &str, act: &str, posted: Posted) -> Shown {
    Place::of(staff, id, act, None)?.send(checks, posted).await
}

#[post("/registrations/<id>/act/<act>/<of>", data = "<posted>")]
pub async fn send_about(
    staff: Staff<'_>,
    checks: &State<Checks>,
    id: &str,
    act: &str,
    of: &str,
    posted: Posted,
) -> Shown {
    Place::of(staff, id, act, Some(of))?.send(checks, posted).await
}
