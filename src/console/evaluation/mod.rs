//! `/console/evaluation`: the figures that were issued last, with plots, and releases: asked for, decided on.
//! `/console/figures`: the same tables for whoever supervises, each figure leading to the files behind it.

mod figures_page;
mod plot;
mod shown;

use askama::Template;
use rocket::{Route, State, get, post, routes};

use super::answer::{Answer, Shown};
use super::ask::{Ask, Next, Sent};
use super::checks::Checks;
use super::form::Builder;
use super::page::Page;
use super::posted::Posted;
use super::visit::Staff;
use crate::access::{Action, decide_without_subject};
use crate::evaluation::releases::issued::{self, Part};
use crate::evaluation::releases::plan::closed_before;
use crate::evaluation::releases::{self, NewRelease, ReleaseVerdict, ReleaseView, figures};
use crate::ids::ReleaseId;
use crate::register::{FieldError, Refusal};
use crate::texts::texts;
use crate::vocabulary::{Regime, ReleaseState};
use shown::ShownSet;

/// Quarters one can choose from: three years.
const CHOICE: usize = 12;
const PLACE: &str = "/console/evaluation/new";

pub fn routes() -> Vec<Route> {
    routes![page, start, request, decide, download, figures_page::index, figures_page::table, figures_page::files]
}

#[derive(Template)]
#[template(path = "evaluation/page.html")]
struct EvaluationPage {
    page: Page,
    releases: Vec<ReleaseView>,
    /// Which release whoever looks may decide on.
    to_decide: Vec<ReleaseId>,
    may_ask: bool,
    may_download: bool,
    quarter: Option<String>,
    sets: Vec<ShownSet>,
    done: Option<String>,
}

impl EvaluationPage {
    fn is_issued(release: &ReleaseView) -> bool {
        release.state == ReleaseState::Made
    }

    /// The parts of it that can be downloaded.
    fn parts(release: &ReleaseView) -> Vec<&'static str> {
        let mut parts = vec![Part::Files, Part::Microdata, Part::Manifest, Part::Signature];
        parts.retain(|part| *part != Part::Microdata || release.microdata && release.microdata_refused.is_none());
        parts.into_iter().map(Part::name).collect()
    }

    fn may_decide(&self, release: &ReleaseView) -> bool {
        self.to_decide.contains(&release.id)
    }
}

#[get("/evaluation?<done>")]
async fn page(staff: Staff<'_>, done: Option<&str>) -> Shown {
    let (app, ctx) = (staff.app(), staff.ctx());
    let (found, issued) = rocket::tokio::try_join!(releases::list(app, &ctx), figures::last(app, &ctx))?;
    let may = |action| decide_without_subject(&ctx.actor, action, ctx.purpose).allowed().is_ok();
    let decides = may(Action::ReleaseDecide);
    let open =
        |it: &&ReleaseView| decides && it.state == ReleaseState::Requested && it.requested_by != ctx.actor.account;
    let page = Page::of(&staff, "/console/evaluation", "evaluation.title");
    let done = done.and_then(|done| page.t.find(&format!("evaluationDone.{done}"))).map(str::to_owned);
    Answer::page(&EvaluationPage {
        to_decide: found.items.iter().filter(open).map(|it| it.id).collect(),
        releases: found.items,
        may_ask: may(Action::ReleaseRequest),
        may_download: may(Action::ReleaseDownload),
        sets: issued.as_ref().map_or_else(Vec::new, |it| shown::sets(it, page.t)),
        quarter: issued.map(|it| it.quarter),
        page,
        done,
    })
}

fn ask(staff: &Staff<'_>, values: &Posted, faults: &[FieldError]) -> Result<Ask, Refusal> {
    let t = texts(staff.language);
    let ctx = staff.ctx();
    decide_without_subject(&ctx.actor, Action::ReleaseRequest, ctx.purpose).allowed()?;
    let quarters = closed_before(ctx.today(Regime::NlPilot.zone()), CHOICE);
    let quarters: Vec<_> = quarters.into_iter().map(|quarter| (quarter.clone(), quarter)).collect();
    let mut form = Builder::new(t, values, faults);
    form.select("firstQuarter", &quarters);
    form.select("lastQuarter", &quarters);
    form.radios("microdata", "yesNo", &["false", "true"]).optional();
    let about = vec![t.say("evaluation.about").to_owned(), t.say("evaluation.aboutMicrodata").to_owned()];
    let page = Page::of(staff, PLACE, "evaluation.new");
    Ok(Ask::new(page, form.finish(), about, PLACE.to_owned(), "/console/evaluation"))
}

#[get("/evaluation/new")]
async fn start(staff: Staff<'_>) -> Shown {
    ask(&staff, &Posted::default(), &[])?.fill()
}

#[post("/evaluation/new", data = "<posted>")]
async fn request(staff: Staff<'_>, checks: &State<Checks>, posted: Posted) -> Shown {
    let sent = Sent::of(posted);
    let faults = match sent.next(checks, "NewRelease") {
        Next::Fill(faults) => faults,
        Next::Check => return ask(&staff, &sent.values, &[])?.check(&sent),
        Next::Act => {
            let input: NewRelease = sent.input()?;
            let ctx = staff.ctx_once(&sent.key, &format!("release\0{}", sent.body));
            match releases::request(staff.app(), &ctx, input).await {
                Ok(_) => return Ok(Answer::go("/console/evaluation?done=requested")),
                Err(Refusal::Invalid(faults)) => faults,
                Err(other) => return Err(other.into()),
            }
        }
    };
    ask(&staff, &sent.values, &faults)?.fill()
}

#[post("/evaluation/decide", data = "<posted>")]
async fn decide(staff: Staff<'_>, posted: Posted) -> Shown {
    let id: ReleaseId = posted.text("release").parse().map_err(|_| Refusal::NotFound)?;
    // A form sends text: anything but the one word is no approval.
    let approve = posted.text("approve") == "true";
    let decided = releases::decide(staff.app(), &staff.ctx(), id, ReleaseVerdict { approve }).await?;
    Ok(Answer::go(match decided.state {
        ReleaseState::Approved => "/console/evaluation?done=approved",
        ReleaseState::Requested | ReleaseState::Rejected | ReleaseState::Made => "/console/evaluation?done=rejected",
    }))
}

#[get("/evaluation/<release>/<part>")]
async fn download(staff: Staff<'_>, release: &str, part: &str) -> Shown {
    let id: ReleaseId = release.parse().map_err(|_| Refusal::NotFound)?;
    let part = Part::named(part).ok_or(Refusal::NotFound)?;
    let found = issued::download(staff.app(), &staff.ctx(), id, part.name()).await?;
    let named = found.named(format!("release-{id}-{}", part.name()));
    Ok(Answer::Document(Box::new(named.into())))
}
