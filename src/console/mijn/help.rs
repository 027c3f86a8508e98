//! Help: who helps, and asking to be put in touch. Private: no officer sees that somebody asked.

use askama::Template;
use chrono_tz::Tz;
use rocket::{State, get, post};

use super::mine;
use crate::console::answer::{Answer, Shown};
use crate::console::ask::{Ask, Next, Sent};
use crate::console::checks::Checks;
use crate::console::form::{Builder, Control};
use crate::console::page::Page;
use crate::console::posted::Posted;
use crate::console::visit::Registrant;
use crate::ids::MeasureId;
use crate::measures::help::{self, HelpEnd, HelpRequestView, NewHelpRequest};
use crate::register::{FieldError, Refusal};
use crate::texts::texts;
use crate::vocabulary::{HelpProvider, HelpState, Regime};

/// Requests on the page.
const SHOWN: i64 = 50;
const PLACE: &str = "/mijn/help/new";

#[derive(Template)]
#[template(path = "mijn/help.html")]
struct HelpPage {
    page: Page,
    zone: Tz,
    items: Vec<HelpRequestView>,
    done: bool,
}

impl HelpPage {
    fn waits(item: &HelpRequestView) -> bool {
        item.state == HelpState::Asked
    }
}

#[get("/help?<done>")]
pub async fn page(registrant: Registrant<'_>, done: Option<&str>) -> Shown {
    let id = mine(&registrant).await?;
    let found = help::of_file(registrant.app(), &registrant.ctx(), id, None, SHOWN).await?;
    let page = Page::of(&registrant, "/mijn/help", "helpPage.title");
    Answer::page(&HelpPage { page, zone: Regime::NlPilot.zone(), items: found.items, done: done.is_some() })
}

fn ask(registrant: &Registrant<'_>, values: &Posted, faults: &[FieldError]) -> Ask {
    let t = texts(registrant.language);
    let providers: Vec<&str> = HelpProvider::ALL.iter().map(|one| one.as_str()).collect();
    let mut form = Builder::new(t, values, faults);
    form.radios_as("provider", "helpProvider", "helpProvider", &providers);
    form.field_as("reachableAt", "helpReachable", Control::Text(40));
    form.field_as("message", "helpMessage", Control::Area).optional();
    let about = vec![t.say("helpPage.private").to_owned()];
    let page = Page::of(registrant, PLACE, "helpPage.ask");
    Ask::new(page, form.finish(), about, PLACE.to_owned(), "/mijn/help")
}

#[get("/help/new")]
pub async fn start(registrant: Registrant<'_>) -> Shown {
    ask(&registrant, &Posted::default(), &[]).fill()
}

#[post("/help/new", data = "<posted>")]
pub async fn send(registrant: Registrant<'_>, checks: &State<Checks>, posted: Posted) -> Shown {
    let mut sent = Sent::of(posted);
    // What ends in At is a moment everywhere else: here it is a telephone number.
    if !sent.values.text("reachableAt").is_empty() {
        sent.body["reachableAt"] = sent.values.text("reachableAt").into();
    }
    let faults = match sent.next(checks, "NewHelpRequest") {
        Next::Fill(faults) => faults,
        Next::Check => return ask(&registrant, &sent.values, &[]).check(&sent),
        Next::Act => {
            let input: NewHelpRequest = sent.input()?;
            let id = mine(&registrant).await?;
            let ctx = registrant.ctx_once(&sent.key, &format!("help\0{}", sent.body));
            help::add(registrant.app(), &ctx, id, input).await?;
            return Ok(Answer::go("/mijn/help?done=1"));
        }
    };
    ask(&registrant, &sent.values, &faults).fill()
}

#[post("/help/withdraw", data = "<posted>")]
pub async fn withdraw(registrant: Registrant<'_>, posted: Posted) -> Shown {
    let request: MeasureId = posted.text("request").parse().map_err(|_| Refusal::NotFound)?;
    let version = posted.text("version").parse().map_err(|_| Refusal::VersionMoved)?;
    let id = mine(&registrant).await?;
    help::end(registrant.app(), &registrant.ctx(), id, request, version, HelpEnd::Withdrawn).await?;
    Ok(Answer::go("/mijn/help?done=1"))
}
