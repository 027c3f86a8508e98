//! Requests for help that wait for the helper, and those of one registrant. They are private to the two: no officer comes
//! here, and nothing of it is in the file.

use askama::Template;
use rocket::{get, post};

use crate::console::answer::{Answer, Shown};
use crate::console::page::Page;
use crate::console::posted::Posted;
use crate::console::visit::Staff;
use crate::ids::{MeasureId, RegistrationId};
use crate::measures::help::{self, HelpEnd, HelpRequestView};
use crate::register::Refusal;
use crate::vocabulary::HelpState;

/// Entries on a page.
const PAGE: i64 = 50;

#[derive(Template)]
#[template(path = "officer/help.html")]
struct HelpPage {
    page: Page,
    items: Vec<HelpRequestView>,
    /// Where more stands.
    next: Option<String>,
    done: bool,
}

impl HelpPage {
    fn waits(request: &HelpRequestView) -> bool {
        request.state == HelpState::Asked
    }
}

#[get("/help-requests?<after>&<done>")]
pub async fn waiting(staff: Staff<'_>, after: Option<&str>, done: Option<&str>) -> Shown {
    let after: Option<MeasureId> = after.map(str::parse).transpose().map_err(|_| Refusal::NotFound)?;
    let found = help::waiting(staff.app(), &staff.ctx(), after, PAGE).await?;
    Answer::page(&HelpPage {
        page: Page::of(&staff, "/console/help-requests", "helpRequests.title"),
        items: found.items,
        next: found.next.map(|next| format!("/console/help-requests?after={next}")),
        done: done.is_some(),
    })
}

#[get("/registrations/<id>/help-requests?<after>")]
pub async fn of_file(staff: Staff<'_>, id: &str, after: Option<&str>) -> Shown {
    let id: RegistrationId = id.parse().map_err(|_| Refusal::NotFound)?;
    let after: Option<MeasureId> = after.map(str::parse).transpose().map_err(|_| Refusal::NotFound)?;
    let found = help::of_file(staff.app(), &staff.ctx(), id, after, PAGE).await?;
    let here = format!("/console/registrations/{id}/help-requests");
    Answer::page(&HelpPage {
        page: Page::of(&staff, here.clone(), "helpRequests.title"),
        items: found.items,
        next: found.next.map(|next| format!("{here}?after={next}")),
        done: false,
    })
}

/// Says that a request was passed on to who helps.
#[post("/registrations/<id>/help-requests/<of>", data = "<posted>")]
pub async fn pass_on(staff: Staff<'_>, id: &str, of: &str, posted: Posted) -> Shown {
    let id: RegistrationId = id.parse().map_err(|_| Refusal::NotFound)?;
    let of: MeasureId = of.parse().map_err(|_| Refusal::NotFound)?;
    let version = posted.text("version").parse().map_err(|_| Refusal::VersionMoved)?;
    help::end(staff.app(), &staff.ctx(), id, of, version, HelpEnd::PassedOn).await?;
    Ok(Answer::go("/console/help-requests?done=1"))
}
