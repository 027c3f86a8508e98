//! The work list of the central authority: requests for convictions through ECRIS, each with the working day by which it is
//! answered, what must be supplied, and why. Requests that come to nothing say so with the legal reason.

use askama::Template;
use chrono::NaiveDate;
use rocket::{get, post};

use crate::access::{Action, decide_without_subject};
use crate::console::answer::{Answer, Shown};
use crate::console::page::Page;
use crate::console::posted::Posted;
use crate::console::visit::Staff;
use crate::ids::MeasureId;
use crate::instruments::convictions::{AnswerOutcome, Standing};
use crate::measures::requests::{self, EcrisRequestView, OnDay, RequestStep};
use crate::register::Refusal;
use crate::vocabulary::Regime;

/// Entries on a page.
const PAGE: i64 = 50;

#[derive(Template)]
#[template(path = "officer/requests.html")]
struct RequestsPage {
    page: Page,
    items: Vec<EcrisRequestView>,
    next: Option<MeasureId>,
    records: bool,
    today: NaiveDate,
    done: bool,
}

impl RequestsPage {
    /// What can be recorded of a request now, as the word of the step.
    fn step(&self, request: &EcrisRequestView) -> Option<&'static str> {
        let waits = matches!(request.standing, Standing::Open | Standing::Overdue | Standing::NoTerm);
        match request.outcome {
            AnswerOutcome::ConsultFirst if self.records => Some("supplement"),
            AnswerOutcome::ToAnswer if self.records && waits => Some("answer"),
            _ => None,
        }
    }

    fn is_overdue(request: &EcrisRequestView) -> bool {
        request.standing == Standing::Overdue
    }
}

#[get("/ecris-requests?<after>&<done>")]
pub async fn list(staff: Staff<'_>, after: Option<&str>, done: Option<&str>) -> Shown {
    let after: Option<MeasureId> = after.map(str::parse).transpose().map_err(|_| Refusal::NotFound)?;
    let ctx = staff.ctx();
    let found = requests::list(staff.app(), &ctx, Vec::new(), after, PAGE).await?;
    let records = decide_without_subject(&ctx.actor, Action::EcrisRequestRecord, ctx.purpose).allowed().is_ok();
    Answer::page(&RequestsPage {
        page: Page::of(&staff, "/console/ecris-requests", "ecris.title"),
        items: found.items,
        next: found.next,
        records,
        today: ctx.today(Regime::NlPilot.zone()),
        done: done.is_some(),
    })
}

/// Records that the identity was completed or that the request was answered.
#[post("/ecris-requests/<id>", data = "<posted>")]
pub async fn step(staff: Staff<'_>, id: &str, posted: Posted) -> Shown {
    let id: MeasureId = id.parse().map_err(|_| Refusal::NotFound)?;
    let version = posted.text("version").parse().map_err(|_| Refusal::VersionMoved)?;
    let on = posted.text("on").parse().map_err(|_| Refusal::field("/on", "required", "Fill in a day."))?;
    let step = match posted.text("step") {
        "supplement" => RequestStep::Supplement,
        "answer" => RequestStep::Answer,
        _ => return Err(Refusal::NotFound.into()),
    };
    requests::follow(staff.app(), &staff.ctx(), id, version, step, OnDay { on }).await?;
    Ok(Answer::go("/console/ecris-requests?done=1"))
}
