//! The work list of the unit that acts: proposals that are not over, and notices of journeys nobody acknowledged.

use askama::Template;
use rocket::{get, post};

use super::file::{does, opens_files};
use super::told::{Desks, Told};
use crate::access::{Action, decide_without_subject};
use crate::console::answer::{Answer, Shown};
use crate::console::page::Page;
use crate::console::posted::Posted;
use crate::console::visit::Staff;
use crate::ids::{ProposalId, TravelNoticeId};
use crate::proposals::travel::{self, NoticeFilter};
use crate::proposals::worklist::{self, OpenProposal};
use crate::register::Refusal;
use crate::texts::{Texts, texts};
use crate::vocabulary::{ProposalKind, Role};

/// Entries of each kind on a page.
const PAGE: i64 = 50;

/// A proposal in a row.
struct Row {
    proposal: OpenProposal,
    address: String,
    /// Why it is there, in a sentence.
    why: String,
    /// What is to be said of its end.
    end: Option<String>,
}

#[derive(Template)]
#[template(path = "officer/proposals/list.html")]
struct ListPage {
    page: Page,
    rows: Vec<Row>,
    next: Option<ProposalId>,
    told: Vec<Told>,
    more: Option<TravelNoticeId>,
    done: bool,
    /// Where one comes back to after acknowledging.
    back: String,
    /// Whether the reader can go to the file from here.
    opens: bool,
}

/// The address of the page of a proposal.
pub fn address(proposal: &OpenProposal) -> String {
    let kind = match proposal.kind {
        ProposalKind::PassportProposal => "passports",
        ProposalKind::WarningNotice => "warnings",
    };
    format!("/console/registrations/{}/{kind}/{}", proposal.registration_id, proposal.id)
}

/// The desks whoever looks acknowledges for; none for a role that never does.
pub fn desks(staff: &Staff<'_>) -> Option<Desks> {
    let role = staff.actor().role;
    let desks = if role == Role::Lirc { Desks::Bureau } else { Desks::Others };
    does(role, Action::TravelNoticeAcknowledge).then_some(desks)
}

fn row(t: &Texts, proposal: OpenProposal) -> Row {
    let why = t.word("proposalWhy", format!("{}.{}", proposal.kind, proposal.state)).to_owned();
    let end = proposal.expires_on.map(|day| {
        let day = t.plain_day(&day);
        match proposal.warnings.iter().map(|warning| warning.days_before).min() {
            Some(days) => t.two("proposals.warned", day, days),
            None => t.one("proposals.ends", day),
        }
    });
    Row { address: address(&proposal), why, end, proposal }
}

#[get("/proposals?<after>&<told>&<done>")]
pub async fn page(staff: Staff<'_>, after: Option<&str>, told: Option<&str>, done: Option<&str>) -> Shown {
    let after: Option<ProposalId> = after.map(str::parse).transpose().map_err(|_| Refusal::NotFound)?;
    let told: Option<TravelNoticeId> = told.map(str::parse).transpose().map_err(|_| Refusal::NotFound)?;
    let t = texts(staff.language);
    let (app, ctx) = (staff.app(), staff.ctx());
    let open = worklist::open_proposals(app, &ctx, after, PAGE).await?;
    let hears = decide_without_subject(&ctx.actor, Action::TravelNoticeRead, ctx.purpose).allowed().is_ok();
    let filter = NoticeFilter { registration: None, acknowledged: Some(false), after: told, limit: PAGE };
    let notices = super::super::when(hears, travel::notices(app, &ctx, filter)).await?;
    let desks = desks(&staff);
    let (told, more) = notices.map_or_else(
        || (Vec::new(), None),
        |page| (page.items.into_iter().map(|notice| Told::of(t, notice, desks)).collect(), page.next),
    );
    Answer::page(&ListPage {
        page: Page::of(&staff, "/console/proposals", "proposals.title"),
        rows: open.items.into_iter().map(|proposal| row(t, proposal)).collect(),
        next: open.next,
        told,
        more,
        done: done.is_some(),
        back: String::new(),
        opens: opens_files(staff.actor().role),
    })
}

/// Acknowledges a notice; `file` says that one comes back to the file.
#[post("/travel-notices/<id>", data = "<posted>")]
pub async fn acknowledge(staff: Staff<'_>, id: &str, posted: Posted) -> Shown {
    let id: TravelNoticeId = id.parse().map_err(|_| Refusal::NotFound)?;
    let done = travel::acknowledge(staff.app(), &staff.ctx(), id).await?;
    Ok(Answer::go(match posted.pressed("file") {
        true => format!("/console/registrations/{}/proposals?done=1", done.registration_id),
        false => "/console/proposals?done=1".to_owned(),
    }))
}
