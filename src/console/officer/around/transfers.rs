//! With which team a file is: offers to another, and what became of them. Offers that wait stand on a page of their own,
//! because the team a file is offered to cannot open it yet.

use askama::Template;
use chrono_tz::Tz;
use rocket::get;

use super::{Colleagues, PAGE, just_done, offered};
use crate::access::{Action, Subject, colleagues};
use crate::console::answer::{Answer, Shown};
use crate::console::officer::act::Act;
use crate::console::officer::bar::{Bar, Head, Tab};
use crate::console::page::Page;
use crate::console::visit::Staff;
use crate::ids::{AccountId, RegistrationId, TeamId, TransferId};
use crate::register::Refusal;
use crate::register::around::transfer::{self, TransferView};
use crate::texts::texts;
use crate::vocabulary::{Regime, TransferState};

/// The teams, by name.
struct Teams(Vec<(TeamId, String)>);

impl Teams {
    fn name(&self, id: &TeamId) -> &str {
        self.0.iter().find(|(team, _)| team == id).map_or("", |(_, name)| name.as_str())
    }
}

#[derive(Template)]
#[template(path = "officer/around/transfers.html")]
struct TransfersPage {
    page: Page,
    bar: Bar,
    zone: Tz,
    acts: Vec<Act>,
    /// Whether whoever looks may take an offer back.
    withdraws: bool,
    items: Vec<TransferView>,
    teams: Teams,
    names: Colleagues,
    done: Option<Act>,
}

impl TransfersPage {
    /// Whether whoever looks may answer this offer.
    fn answers(&self, offer: &TransferView) -> bool {
        let subject = Subject {
            asked_by: Some(offer.offered_by),
            offered_to: Some(offer.to_team_id),
            ..self.bar.registration.subject()
        };
        offer.state == TransferState::Offered && self.bar.may_about(Action::TransferAnswer, &subject)
    }
}

#[get("/registrations/<id>/transfers?<done>")]
pub async fn page(staff: Staff<'_>, id: &str, done: Option<&str>) -> Shown {
    let id: RegistrationId = id.parse().map_err(|_| Refusal::NotFound)?;
    let t = texts(staff.language);
    let (app, ctx) = (staff.app(), staff.ctx());
    let Head { bar, .. } = Head::read(&staff, id, Tab::Transfers, t).await?;
    let items = transfer::history(app, &ctx, id).await?.items;
    let waits = items.iter().any(|one| one.state == TransferState::Offered);
    let mut people: Vec<AccountId> = Vec::new();
    for one in &items {
        people.extend([Some(one.offered_by), one.closed_by, one.to_officer_id].into_iter().flatten());
    }
    let names = Colleagues::read(&staff, people).await?;
    Answer::page(&TransfersPage {
        page: Page::titled(
            &staff,
            format!("/console/registrations/{id}/transfers"),
            t.one("around.transfersTitle", &bar.name),
        ),
        zone: bar.registration.regime.zone(),
        // One offer at a time.
        acts: if waits { Vec::new() } else { offered(&bar, &[Act::OfferTransfer]) },
        withdraws: bar.may(Action::TransferWithdraw),
        bar,
        items,
        teams: Teams(colleagues::teams(app, &ctx).await?),
        names,
        done: just_done(done),
    })
}

#[derive(Template)]
#[template(path = "officer/around/offered.html")]
struct OfferedPage {
    page: Page,
    zone: Tz,
    /// The team of whoever looks.
    own: Option<TeamId>,
    items: Vec<TransferView>,
    next: Option<TransferId>,
    teams: Teams,
    names: Colleagues,
    done: Option<Act>,
}

impl OfferedPage {
    /// Whether it waits for the team of whoever looks. Who of that team answers is for the use case to say.
    fn is_ours(&self, offer: &TransferView) -> bool {
        self.own == Some(offer.to_team_id)
    }
}

#[get("/transfers?<done>&<after>")]
pub async fn waiting(staff: Staff<'_>, done: Option<&str>, after: Option<&str>) -> Shown {
    let after: Option<TransferId> = after.map(str::parse).transpose().map_err(|_| Refusal::NotFound)?;
    let (app, ctx) = (staff.app(), staff.ctx());
    let page = transfer::waiting_offers(app, &ctx, after, PAGE).await?;
    let names = Colleagues::read(&staff, page.items.iter().map(|one| one.offered_by)).await?;
    Answer::page(&OfferedPage {
        page: Page::of(&staff, "/console/transfers", "around.offeredTitle"),
        zone: Regime::NlPilot.zone(),
        own: staff.actor().team,
        items: page.items,
        next: page.next,
        teams: Teams(colleagues::teams(app, &ctx).await?),
        names,
        done: just_done(done),
    })
}
