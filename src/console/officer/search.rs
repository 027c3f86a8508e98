//! Finding a person by what an officer has in hand. What is looked for is posted and stands in no address.

use askama::Template;
use rocket::http::Status;
use rocket::{State, get, post};
use serde_json::{Map, Value};

use crate::console::answer::{Answer, Shown};
use crate::console::checks::Checks;
use crate::console::form::{Builder, Control, Part, Wrong, to_json};
use crate::console::page::Page;
use crate::console::posted::Posted;
use crate::console::visit::Staff;
use crate::register::view::{self, RegistrationSummary, Search};
use crate::register::{FieldError, Refusal};
use crate::texts::texts;

/// Entries on a page; whoever gets more is asked to say more.
const MOST: i64 = 50;

#[derive(Template)]
#[template(path = "officer/search.html")]
struct SearchPage {
    page: Page,
    parts: Vec<Part>,
    wrong: Vec<Wrong>,
    sounds_like: bool,
    found: Option<Vec<RegistrationSummary>>,
    more: bool,
}

impl SearchPage {
    fn new(staff: &Staff<'_>, posted: &Posted, faults: &[FieldError]) -> Self {
        let mut form = Builder::new(texts(staff.language), posted, faults);
        form.text("surname", 40);
        form.date("birthDate").text("bsn", 9).text("skn", 12);
        form.text("postcode", 8).field("houseNumber", Control::Number);
        form.text("email", 40).text("phone", 20);
        let form = form.finish();
        Self {
            page: Page::of(staff, "/console/search", "search.title"),
            parts: form.parts,
            wrong: form.wrong,
            sounds_like: posted.pressed("soundsLike"),
            found: None,
            more: false,
        }
    }
}

#[get("/search")]
pub fn form(staff: Staff<'_>) -> Shown {
    Answer::page(&SearchPage::new(&staff, &Posted::default(), &[]))
}

#[post("/search", data = "<posted>")]
pub async fn search(staff: Staff<'_>, checks: &State<Checks>, posted: Posted) -> Shown {
    let asked = asked(&posted);
    let mut faults = checks.faults("Search", &asked);
    if asked.as_object().is_some_and(Map::is_empty) {
        faults.push(FieldError::new("/surname", "required", "State what to look for."));
    }
    if faults.is_empty() {
        let search: Search = serde_json::from_value(asked).map_err(|_| Refusal::NotFound)?;
        let search = Search { limit: Some(MOST), ..search };
        match view::search(staff.app(), &staff.ctx(), search).await {
            Ok(found) => {
                return Answer::page(&SearchPage {
                    more: found.next.is_some(),
                    found: Some(found.items),
                    ..SearchPage::new(&staff, &posted, &[])
                });
            }
            Err(Refusal::Invalid(further)) => faults = further,
            Err(other) => return Err(other.into()),
        }
    }
    Answer::page_with(Status::BadRequest, &SearchPage::new(&staff, &posted, &faults))
}

/// The JSON of the search: a number is written as people write it, with dots and spaces.
fn asked(posted: &Posted) -> Value {
    let mut plain = Posted::default();
    for (name, value) in posted.filled().filter(|(name, _)| *name != "soundsLike") {
        let digits = matches!(name, "bsn" | "skn");
        let value: String = value.chars().filter(|symbol| !digits || !matches!(symbol, ' ' | '.' | '-')).collect();
        plain.put(name, value);
    }
    let mut asked = to_json(&plain);
    if let (Value::Object(members), true) = (&mut asked, posted.pressed("soundsLike")) {
        members.insert("soundsLike".to_owned(), Value::Bool(true));
    }
    asked
}
