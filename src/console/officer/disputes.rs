//! Disputes about facts of somebody's file: raising one for the person, reading it, deciding on it and on the appeal.

use askama::Template;
use rocket::{State, get, post};

use super::bar::{Bar, Head, Tab};
use super::walk::{self, Walk};
use crate::access::colleagues;
use crate::console::answer::{Answer, Fault, Shown};
use crate::console::ask::{Ask, Next, Sent};
use crate::console::checks::Checks;
use crate::console::dispute::{self as asking, Place, Told, told};
use crate::console::form::{Builder, Control};
use crate::console::page::Page;
use crate::console::posted::Posted;
use crate::console::visit::Staff;
use crate::ids::{DisputeId, RegistrationId};
use crate::register::review::DisputeAct;
use crate::register::review::dispute::{self, DisputeVerdict, DisputeView};
use crate::register::view;
use crate::register::{FieldError, Refusal};
use crate::texts::texts;

/// Where an officer disputes for somebody.
async fn place<'r>(staff: Staff<'r>, id: &str, back: Option<&str>) -> Result<Place<'r>, Fault> {
    let registration: RegistrationId = id.parse().map_err(|_| Refusal::NotFound)?;
    let person = view::registration(staff.app(), &staff.ctx(), registration).await?;
    let base = format!("/console/registrations/{registration}");
    let back = back.map_or_else(|| format!("{base}/disputes"), str::to_owned);
    Ok(Place { member: staff.0, registration, base, lead: Some(person.name.full()), back })
}

#[get("/registrations/<id>/dispute?<fact>")]
pub async fn start(staff: Staff<'_>, id: &str, fact: Option<&str>) -> Shown {
    asking::start(&place(staff, id, None).await?, fact).await
}

#[post("/registrations/<id>/dispute", data = "<posted>")]
pub async fn raise(staff: Staff<'_>, checks: &State<Checks>, id: &str, posted: Posted) -> Shown {
    asking::raise(&place(staff, id, None).await?, checks, posted).await
}

#[derive(Template)]
#[template(path = "officer/disputes.html")]
struct DisputesPage {
    page: Page,
    bar: Bar,
    disputes: Vec<Told>,
    may_raise: bool,
}

#[get("/registrations/<id>/disputes")]
pub async fn list(staff: Staff<'_>, id: &str) -> Shown {
    let id: RegistrationId = id.parse().map_err(|_| Refusal::NotFound)?;
    let t = texts(staff.language);
    let (app, ctx) = (staff.app(), staff.ctx());
    let (head, found, known) = rocket::tokio::try_join!(
        Head::read(&staff, id, Tab::Overview, t),
        dispute::list(app, &ctx, id),
        view::facts(app, &ctx, id),
    )?;
    let bar = head.bar;
    let zone = bar.registration.regime.zone();
    let deciders = colleagues::leads_of(app, &ctx, bar.registration.team_id).await?;
    let may_raise = found.possible.contains(&DisputeAct::Raise);
    let disputes = told(&staff, t, zone, found.items, &known, &deciders).await?;
    let title = t.one("dispute.listTitle", &bar.name);
    let page = Page::titled(&staff, format!("/console/registrations/{id}/disputes"), title);
    Answer::page(&DisputesPage { page, bar, disputes, may_raise })
}

#[derive(Template)]
#[template(path = "officer/dispute.html")]
struct DisputePage {
    page: Page,
    bar: Bar,
    walk: Walk,
    told: Told,
    done: Option<String>,
}

#[get("/registrations/<id>/disputes/<dispute>?<done>")]
pub async fn page(staff: Staff<'_>, id: &str, dispute: &str, done: Option<&str>) -> Shown {
    let id: RegistrationId = id.parse().map_err(|_| Refusal::NotFound)?;
    let one: DisputeId = dispute.parse().map_err(|_| Refusal::NotFound)?;
    let t = texts(staff.language);
    let (app, ctx) = (staff.app(), staff.ctx());
    let (head, found, known) = rocket::tokio::try_join!(
        Head::read(&staff, id, Tab::Overview, t),
        dispute::list(app, &ctx, id),
        view::facts(app, &ctx, id),
    )?;
    let bar = head.bar;
    let zone = bar.registration.regime.zone();
    let wanted: Vec<DisputeView> = found.items.into_iter().filter(|item| item.id == one).collect();
    let deciders = colleagues::leads_of(app, &ctx, bar.registration.team_id).await?;
    let told = told(&staff, t, zone, wanted, &known, &deciders).await?.pop().ok_or(Refusal::NotFound)?;
    let address = walk::of_dispute(id, one);
    let title = t.one("dispute.title", &bar.name);
    Answer::page(&DisputePage {
        walk: Walk::of(&staff, &address),
        page: Page::titled(&staff, address, title),
        bar,
        told,
        done: done.and_then(|done| t.find(&format!("disputeDone.{done}"))).map(str::to_owned),
    })
}

#[get("/registrations/<id>/disputes/<dispute>/appeal")]
pub async fn start_appeal(staff: Staff<'_>, id: &str, dispute: &str) -> Shown {
    let back = format!("/console/registrations/{id}/disputes/{dispute}");
    asking::start_appeal(&place(staff, id, Some(&back)).await?, dispute).await
}

#[post("/registrations/<id>/disputes/<dispute>/appeal", data = "<posted>")]
pub async fn appeal(staff: Staff<'_>, checks: &State<Checks>, id: &str, dispute: &str, posted: Posted) -> Shown {
    let back = format!("/console/registrations/{id}/disputes/{dispute}");
    asking::appeal(&place(staff, id, Some(&back)).await?, checks, dispute, posted).await
}

/// The form of a decision, about what is disputed and why.
async fn deciding(
    place: &Place<'_>,
    one: &DisputeView,
    version: i64,
    values: &Posted,
    faults: &[FieldError],
) -> Result<Ask, Refusal> {
    let (member, t) = (place.member, texts(place.member.language));
    let known = view::facts(member.app(), &member.ctx(), place.registration).await?;
    let fact = crate::console::facts::line_of(t, &known, one.fact_id);
    let mut form = Builder::new(t, values, faults);
    form.radios("uphold", "disputeVerdict", &["true", "false"]);
    form.field_as("reason", "verdictReason", Control::Area);
    let words = one.appeal.as_ref().map_or(&one.reason, |said| &said.reason);
    let address = format!("{}/disputes/{}/decide", place.base, one.id);
    let about =
        vec![t.one("dispute.about", fact), t.one("dispute.words", words), t.say("dispute.decideAbout").to_owned()];
    let page = Page::titled(&member, address.clone(), t.say("dispute.decide").to_owned());
    let asked = Ask::new(page, form.finish(), about, address, place.back.clone());
    Ok(Ask { lead: place.lead.clone(), version, ..asked })
}

#[get("/registrations/<id>/disputes/<dispute>/decide")]
pub async fn start_decide(staff: Staff<'_>, id: &str, dispute: &str) -> Shown {
    let back = format!("/console/registrations/{id}/disputes/{dispute}");
    let place = place(staff, id, Some(&back)).await?;
    let one = asking::may(&place, dispute, DisputeAct::Decide).await?;
    deciding(&place, &one, one.version, &Posted::default(), &[]).await?.fill()
}

#[post("/registrations/<id>/disputes/<dispute>/decide", data = "<posted>")]
pub async fn decide(staff: Staff<'_>, checks: &State<Checks>, id: &str, dispute: &str, posted: Posted) -> Shown {
    let back = format!("/console/registrations/{id}/disputes/{dispute}");
    let place = place(staff, id, Some(&back)).await?;
    let sent = Sent::of(posted);
    let one = place.find(dispute).await?;
    let faults = match sent.next(checks, "DisputeVerdict") {
        Next::Fill(faults) => faults,
        Next::Check => {
            return deciding(&place, &one, sent.version, &sent.values, &[]).await?.check(&sent);
        }
        Next::Act => {
            let verdict: DisputeVerdict = sent.input()?;
            let ctx = staff.ctx_once(&sent.key, &format!("decide\0{}\0{}", one.id, sent.body));
            match dispute::decide(staff.app(), &ctx, place.registration, one.id, sent.version, verdict).await {
                Ok(_) => return Ok(Answer::go(format!("{back}?done=decide"))),
                Err(Refusal::Invalid(faults)) => faults,
                Err(other) => return Err(other.into()),
            }
        }
    };
    deciding(&place, &one, sent.version, &sent.values, &faults).await?.fill()
}
