//! The certificate of conduct as a what-if: one asks how convictions would weigh, and nothing is kept.

use askama::Template;
use rocket::{get, post};
use serde_json::{Value, json};

use crate::access::{Action, decide_without_subject};
use crate::console::answer::{Answer, Shown};
use crate::console::form::{Builder, Control, Part, Wrong, to_json};
use crate::console::page::Page;
use crate::console::posted::Posted;
use crate::console::visit::Staff;
use crate::instruments::screening::{Application, Disposal, OffenceGroup, Source};
use crate::measures::screening::{self, ScreeningAssessment};
use crate::register::{FieldError, Refusal};
use crate::texts::{Texts, texts};
use crate::vocabulary::{Language, Regime};

/// Convictions one can fill in.
const ROWS: usize = 3;

#[derive(Template)]
#[template(path = "officer/screening.html")]
struct ScreeningPage {
    page: Page,
    parts: Vec<Part>,
    wrong: Vec<Wrong>,
    found: Option<ScreeningAssessment>,
}

#[get("/screening")]
pub async fn start(staff: Staff<'_>) -> Shown {
    let ctx = staff.ctx();
    decide_without_subject(&ctx.actor, Action::ScreeningWhatIf, ctx.purpose).allowed()?;
    let mut values = Posted::default();
    values.put("on", ctx.today(Regime::NlPilot.zone()).to_string());
    values.put("nationalities", "NL");
    shown(&staff, &values, &[], None)
}

#[post("/screening", data = "<posted>")]
pub async fn assess(staff: Staff<'_>, posted: Posted) -> Shown {
    let outcome = match serde_json::from_value::<Application>(application(&posted)) {
        Ok(application) => screening::assess(staff.app(), &staff.ctx(), application).await,
        Err(_) => Err(Refusal::Invalid(missing(&posted))),
    };
    match outcome {
        Ok(found) => shown(&staff, &posted, &[], Some(found)),
        Err(Refusal::Invalid(faults)) => shown(&staff, &posted, &faults, None),
        Err(other) => Err(other.into()),
    }
}

/// What was typed, as the use case takes it: rows that were left blank are left out.
fn application(posted: &Posted) -> Value {
    let mut body = to_json(posted);
    let nationalities = posted.text("nationalities").split([',', ' ']).filter(|code| !code.is_empty());
    body["nationalities"] = nationalities.map(str::to_uppercase).collect();
    let rows = body["antecedents"].as_array().cloned().unwrap_or_default();
    let whole = rows.into_iter().enumerate().filter(|(_, row)| row.get("offence").is_some()).map(|(i, mut row)| {
        row["id"] = json!(format!("{}", i + 1));
        row["transferred"] = json!(row["transferred"] == "true");
        row
    });
    body["antecedents"] = whole.collect();
    body
}

/// What was left blank of what is asked for.
fn missing(posted: &Posted) -> Vec<FieldError> {
    let mut names: Vec<String> = ["on", "function"].map(str::to_owned).to_vec();
    for i in 0..ROWS {
        if !posted.text(&format!("antecedents.{i}.offence")).is_empty() {
            names.extend(["disposal", "country"].map(|member| format!("antecedents.{i}.{member}")));
        }
    }
    let blank = names.into_iter().filter(|name| posted.text(name).is_empty());
    blank.map(|name| FieldError::new(format!("/{}", name.replace('.', "/")), "required", "This is required.")).collect()
}

fn shown(staff: &Staff<'_>, values: &Posted, faults: &[FieldError], found: Option<ScreeningAssessment>) -> Shown {
    let t = texts(staff.language);
    let today = staff.ctx().today(Regime::NlPilot.zone());
    let functions: Vec<(String, String)> = screening::functions(staff.app(), today)
        .into_iter()
        .map(|(code, nl, en)| (code, if t.language == Language::Nl { nl } else { en }))
        .collect();
    let mut form = Builder::new(t, values, faults);
    form.field_as("on", "screeningOn", Control::Date);
    form.select_as("function", "screeningFunction", &functions);
    form.text("nationalities", 20);
    form.field_as("residence", "screeningResidence", Control::Text(2)).optional();
    for i in 0..ROWS {
        form.group(["screening.first", "screening.second", "screening.third"][i], |form| row(form, t, i));
    }
    let form = form.finish();
    let page = Page::of(staff, "/console/screening", "screening.title");
    Answer::page(&ScreeningPage { page, parts: form.parts, wrong: form.wrong, found })
}

fn row(form: &mut Builder<'_>, t: &Texts, i: usize) {
    let name = |member: &str| format!("antecedents.{i}.{member}");
    let words = |set: &str, codes: Vec<&'static str>| -> Vec<(String, String)> {
        codes.into_iter().map(|code| (code.to_owned(), t.word(set, code).to_owned())).collect()
    };
    let groups = words("offenceKind", OffenceGroup::ALL.iter().map(|one| one.as_str()).collect());
    let disposals = words("disposal", Disposal::ALL.iter().map(|one| one.as_str()).collect());
    let sources = words("screeningSource", Source::ALL.iter().map(|one| one.as_str()).collect());
    form.select_as(&name("offence"), "screeningOffence", &groups).optional();
    form.select_as(&name("disposal"), "screeningDisposal", &disposals).optional();
    form.field_as(&name("finalOn"), "screeningFinal", Control::Date).optional();
    form.field_as(&name("country"), "screeningCountry", Control::Text(2)).optional();
    form.radios_as(&name("transferred"), "screeningTransferred", "yesNo", &["true", "false"]).optional();
    form.select_as(&name("source"), "screeningSource", &sources).optional();
}
