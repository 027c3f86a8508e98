//! What is asked in two steps: a form, and a page on which the answers are checked before anything is kept. Nothing is
//! kept between them but what stands in the form.
//!
//! A page makes an [`Ask`] from what was typed so far; what was sent is a [`Sent`], which says what comes next.

use askama::Template;
use rocket::http::Status;
use serde::de::DeserializeOwned;
use serde_json::Value;
use uuid::Uuid;

use super::answer::{Answer, Shown};
use super::checks::Checks;
use super::form::{Control, Form, Part, Section, to_json};
use super::officer::Walk;
use super::page::Page;
use super::posted::Posted;
use crate::register::{FieldError, Refusal};

/// The field with the version that was read.
const VERSION: &str = "_version";
/// The field that makes sending twice harmless.
const KEY: &str = "_key";
/// The button of the page on which answers are checked.
const CONFIRMED: &str = "_confirmed";
/// The button that leads back to the form.
const BACK: &str = "_back";
/// Fields about the form itself.
const OWN: [&str; 4] = [VERSION, KEY, CONFIRMED, BACK];

/// A question.
pub struct Ask {
    /// The frame of the page; its title is what is asked.
    pub page: Page,
    /// Whom or what it is about.
    pub lead: Option<String>,
    /// What to know before answering.
    pub about: Vec<String>,
    /// The form, with what was typed and what is wrong with it.
    pub form: Form,
    /// Where it is sent.
    pub action: String,
    /// Where one comes from.
    pub back: String,
    /// The version of what it is about.
    pub version: i64,
    /// Where more about it stands, and what that is called.
    pub link: Option<(String, String)>,
    /// Its place in the list one walks through.
    pub walk: Option<Walk>,
}

/// Fill in.
#[derive(Template)]
#[template(path = "ask/fill.html")]
struct FillPage<'a> {
    page: &'a Page,
    ask: &'a Ask,
}

/// Check.
#[derive(Template)]
#[template(path = "ask/check.html")]
struct CheckPage<'a> {
    page: &'a Page,
    ask: &'a Ask,
    sections: Vec<Section>,
    hidden: Vec<(String, String)>,
    action: &'a str,
    key: String,
    version: i64,
}

impl Ask {
    /// A question at `action`, which `form` asks; `about` is what to know before answering.
    pub fn new(page: Page, form: Form, about: Vec<String>, action: String, back: impl Into<String>) -> Self {
        Self { page, lead: None, about, form, action, back: back.into(), version: 0, link: None, walk: None }
    }

    /// The form, with what is wrong.
    ///
    /// # Errors
    /// As [`Answer::page`].
    pub fn fill(self) -> Shown {
        let status = if self.form.wrong.is_empty() { Status::Ok } else { Status::BadRequest };
        Answer::page_with(status, &FillPage { page: &self.page, ask: &self })
    }

    /// The answers, to be checked.
    ///
    /// # Errors
    /// As [`Answer::page`].
    pub fn check(self, sent: &Sent) -> Shown {
        Answer::page(&CheckPage {
            sections: self.form.answers(),
            hidden: hidden(&sent.values),
            action: &self.action,
            key: Uuid::new_v4().to_string(),
            version: self.version,
            page: &self.page,
            ask: &self,
        })
    }
}

/// What was sent.
pub struct Sent {
    /// What was typed.
    pub values: Posted,
    /// The same as the JSON of the API.
    pub body: Value,
    /// The version that was read; 0 when none was named.
    pub version: i64,
    /// What makes sending twice harmless; empty before the answers were checked.
    pub key: String,
    confirmed: bool,
    back: bool,
}

/// Fields of the page on which answers are checked: what goes around with them.
pub fn hidden(values: &Posted) -> Vec<(String, String)> {
    values.filled().map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
}

/// What comes next.
pub enum Next {
    /// The form again, with these faults.
    Fill(Vec<FieldError>),
    /// The page to check it on.
    Check,
    /// It is done.
    Act,
}

impl Sent {
    /// Reads what was sent.
    pub fn of(posted: Posted) -> Self {
        let version = posted.text(VERSION).parse().unwrap_or_default();
        let key = posted.text(KEY).to_owned();
        let (confirmed, back) = (posted.pressed(CONFIRMED) && !key.is_empty(), posted.pressed(BACK));
        let values = posted.without(&OWN);
        Self { body: to_json(&values), values, version, key, confirmed, back }
    }

    /// What comes next for what should be a `schema`.
    pub fn next(&self, checks: &Checks, schema: &str) -> Next {
        self.next_after(checks.faults(schema, &self.body))
    }

    /// What comes next when these faults were found.
    pub fn next_after(&self, faults: Vec<FieldError>) -> Next {
        match (self.back, faults.is_empty(), self.confirmed) {
            (true, _, _) => Next::Fill(Vec::new()),
            (false, false, _) => Next::Fill(faults),
            (false, true, false) => Next::Check,
            (false, true, true) => Next::Act,
        }
    }

    /// What was typed, as the input of a use case.
    ///
    /// # Errors
    /// [`Refusal::Invalid`] when it is none, which the schema should have said.
    pub fn input<T: DeserializeOwned>(&self) -> Result<T, Refusal> {
        typed(self.body.clone())
    }
}

/// JSON that passed its schema, as the input of a use case.
///
/// # Errors
/// [`Refusal::Invalid`] when it is none.
pub fn typed<T: DeserializeOwned>(body: Value) -> Result<T, Refusal> {
    serde_json::from_value(body).map_err(|_| Refusal::field("", "not_valid", "This cannot be read."))
}
