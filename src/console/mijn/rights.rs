//! What one asks as one's right: putting something right, having it erased or not used, objecting; by when there is a decision,
//! and what it says.

use askama::Template;
use rocket::{State, get, post};

use super::mine;
use crate::console::answer::{Answer, Shown};
use crate::console::ask::{Ask, Next, Sent};
use crate::console::checks::Checks;
use crate::console::form::{Builder, Control};
use crate::console::page::Page;
use crate::console::posted::Posted;
use crate::console::visit::Registrant;
use crate::ids::RightsRequestId;
use crate::register::{FieldError, Refusal};
use crate::rights::requests::{self, NewRightsRequest, RightsRequestView, RightsStep};
use crate::texts::texts;
use crate::vocabulary::{RightsKind, RightsState};

/// Requests on the page.
const PAGE: i64 = 50;
const PLACE: &str = "/mijn/rights/new";

#[derive(Template)]
#[template(path = "mijn/rights.html")]
struct RightsPage {
    page: Page,
    items: Vec<RightsRequestView>,
    /// Where more stands.
    next: Option<RightsRequestId>,
    done: bool,
}

impl RightsPage {
    fn waits(request: &RightsRequestView) -> bool {
        request.state == RightsState::Asked
    }
}

#[get("/rights?<after>&<done>")]
pub async fn page(registrant: Registrant<'_>, after: Option<&str>, done: Option<&str>) -> Shown {
    let after: Option<RightsRequestId> = after.map(str::parse).transpose().map_err(|_| Refusal::NotFound)?;
    let id = mine(&registrant).await?;
    let found = requests::of_file(registrant.app(), &registrant.ctx(), id, after, PAGE).await?;
    let page = Page::of(&registrant, "/mijn/rights", "rightsOwn.title");
    Answer::page(&RightsPage { page, items: found.items, next: found.next, done: done.is_some() })
}

fn ask(registrant: &Registrant<'_>, values: &Posted, faults: &[FieldError]) -> Ask {
    let t = texts(registrant.language);
    let kinds: Vec<&str> = RightsKind::ALL.iter().map(|one| one.as_str()).collect();
    let mut form = Builder::new(t, values, faults);
    form.radios_as("kind", "rightsKind", "rightsKind", &kinds);
    form.field_as("about", "rightsAbout", Control::Area);
    form.field_as("wanted", "rightsWanted", Control::Area).optional();
    let about = vec![t.say("rightsOwn.term").to_owned()];
    let page = Page::of(registrant, PLACE, "rightsOwn.ask");
    Ask::new(page, form.finish(), about, PLACE.to_owned(), "/mijn/rights")
}

#[get("/rights/new")]
pub async fn start(registrant: Registrant<'_>) -> Shown {
    ask(&registrant, &Posted::default(), &[]).fill()
}

#[post("/rights/new", data = "<posted>")]
pub async fn send(registrant: Registrant<'_>, checks: &State<Checks>, posted: Posted) -> Shown {
    let sent = Sent::of(posted);
    let faults = match sent.next(checks, "NewRightsRequest") {
        Next::Fill(faults) => faults,
        Next::Check => return ask(&registrant, &sent.values, &[]).check(&sent),
        Next::Act => {
            let input: NewRightsRequest = sent.input()?;
            let id = mine(&registrant).await?;
            let ctx = registrant.ctx_once(&sent.key, &format!("rights\0{}", sent.body));
            requests::add(registrant.app(), &ctx, id, input).await?;
            return Ok(Answer::go("/mijn/rights?done=1"));
        }
    };
    ask(&registrant, &sent.values, &faults).fill()
}

#[post("/rights/withdraw", data = "<posted>")]
pub async fn withdraw(registrant: Registrant<'_>, posted: Posted) -> Shown {
    let request: RightsRequestId = posted.text("request").parse().map_err(|_| Refusal::NotFound)?;
    let version = posted.text("version").parse().map_err(|_| Refusal::VersionMoved)?;
    let id = mine(&registrant).await?;
    requests::step(registrant.app(), &registrant.ctx(), id, request, version, RightsStep::Withdraw).await?;
    Ok(Answer::go("/mijn/rights?done=1"))
}
