//! The three steps of a report: fill in, check, send. Nothing is kept between them but what stands in the form.

use askama::Template;
use rocket::http::Status;
use serde_json::Value;
use uuid::Uuid;

use super::kind::Kind;
use crate::api::Problem;
use crate::console::answer::{Answer, Fault, Shown};
use crate::console::checks::Checks;
use crate::console::form::{Builder, Control, Form, Part, Section, Wrong, from_json, renumbered, to_json};
use crate::console::page::Page;
use crate::console::posted::Posted;
use crate::console::visit::Member;
use crate::ids::{FactId, RegistrationId};
use crate::register::notify::refuse_incomplete;
use crate::register::view::{self, StatedIdentity, Trip};
use crate::register::{FieldError, Refusal};
use crate::texts::texts;
use crate::vocabulary::{Channel, Role};

/// The field that makes sending twice harmless.
const KEY: &str = "_key";
/// Fields about the form itself.
const OWN: [&str; 2] = [KEY, "_back"];

/// Where a report is made.
pub struct Place<'r> {
    /// Who makes it.
    pub member: Member<'r>,
    /// On which registration.
    pub registration: RegistrationId,
    /// Of which kind.
    pub kind: Kind,
    /// About which journey.
    pub trip: Option<FactId>,
    /// The address of the form.
    pub address: String,
    /// Where one comes from.
    pub back: String,
    /// Where the notification can be seen: the address before its id.
    pub then: String,
}

/// Fill in.
#[derive(Template)]
#[template(path = "report/fill.html")]
struct FillPage {
    page: Page,
    kind: Kind,
    parts: Vec<Part>,
    wrong: Vec<Wrong>,
    action: String,
    back: String,
    /// Whether an attempt was kept.
    kept: bool,
    /// Who it is for, when an officer records it.
    somebody: Option<String>,
}

/// Check.
#[derive(Template)]
#[template(path = "report/check.html")]
struct CheckPage {
    page: Page,
    sections: Vec<Section>,
    hidden: Vec<(String, String)>,
    action: String,
    key: String,
    somebody: Option<String>,
}

impl Place<'_> {
    fn for_somebody(&self) -> bool {
        self.member.actor().role != Role::Registrant
    }

    /// The channel of the page itself; an officer's report names its own.
    fn via(&self) -> Channel {
        Channel::Page
    }

    fn page(&self) -> Page {
        Page::of(&self.member, self.address.clone(), &format!("reportTitle.{}", self.kind))
    }

    fn form(&self, values: &Posted, faults: &[FieldError]) -> Form {
        let mut form = Builder::new(texts(self.member.language), values, faults);
        self.kind.ask(&mut form, self.for_somebody());
        form.finish()
    }

    async fn identity(&self) -> Result<StatedIdentity, Refusal> {
        view::stated_identity(self.member.app(), &self.member.ctx(), self.registration).await
    }

    async fn trip(&self) -> Result<Option<Trip>, Refusal> {
        match self.trip {
            Some(trip) => view::trip(self.member.app(), &self.member.ctx(), self.registration, trip).await.map(Some),
            None => Ok(None),
        }
    }

    fn fill(&self, values: &Posted, faults: &[FieldError], kept: bool, identity: Option<&StatedIdentity>) -> Shown {
        let form = self.form(values, faults);
        let status = if faults.is_empty() { Status::Ok } else { Status::BadRequest };
        Answer::page_with(
            status,
            &FillPage {
                page: self.page(),
                kind: self.kind,
                parts: form.parts,
                wrong: form.wrong,
                action: self.address.clone(),
                back: self.back.clone(),
                kept,
                somebody: identity.filter(|_| self.for_somebody()).map(StatedIdentity::full_name),
            },
        )
    }

    async fn refused(&self, values: &Posted, faults: &[FieldError]) -> Shown {
        let identity = if self.for_somebody() { Some(self.identity().await?) } else { None };
        self.fill(values, faults, true, identity.as_ref())
    }
}

/// The empty form, with what is known already.
pub async fn start(place: &Place<'_>) -> Shown {
    let identity = place.identity().await?;
    let today = place.member.ctx().today(identity.regime.zone());
    let mut values = from_json(&place.kind.known(&identity, today));
    if let (Kind::Amend, Some(trip)) = (place.kind, place.trip().await?) {
        for (name, value) in from_json(&trip.plan).filled().filter(|(name, _)| !name.starts_with("onBehalf")) {
            values.put(name, value);
        }
    }
    place.fill(&values, &[], false, Some(&identity))
}

/// What was typed: shown again with one more item of a list, refused with what is wrong, or shown to be checked.
pub async fn check(place: &Place<'_>, checks: &Checks, posted: Posted) -> Shown {
    if posted.pressed("_back") {
        return place.fill(&posted.without(&OWN), &[], false, Some(&place.identity().await?));
    }
    if let Some(longer) = one_more(&posted) {
        return place.fill(&longer, &[], false, Some(&place.identity().await?));
    }
    let values = renumbered(&posted.without(&OWN));
    let body = to_json(&values);
    let identity = place.identity().await?;
    let ctx = place.member.ctx();
    let mut faults = checks.faults(place.kind.schema(), &body);
    if faults.is_empty() {
        faults = place.kind.faults(&ctx, &body, identity.regime.zone(), place.via());
    }
    if !faults.is_empty() {
        let kind = place.kind.duty();
        let refusal =
            refuse_incomplete(place.member.app(), &ctx, place.registration, kind, place.via(), faults.clone()).await;
        return match refusal {
            Ok(Refusal::Incomplete { errors, .. }) => place.fill(&values, &errors, true, Some(&identity)),
            Ok(other) | Err(other) => Err(other.into()),
        };
    }
    Answer::page(&CheckPage {
        page: place.page(),
        sections: place.form(&values, &[]).answers(),
        hidden: values.filled().map(|(name, value)| (name.to_owned(), value.to_owned())).collect(),
        action: place.address.clone(),
        key: Uuid::new_v4().to_string(),
        somebody: place.for_somebody().then(|| identity.full_name()),
    })
}

/// Sends it. A form that is sent twice is one report.
pub async fn give(place: &Place<'_>, checks: &Checks, posted: Posted) -> Shown {
    let key = posted.text(KEY).to_owned();
    let values = posted.without(&OWN);
    let body = to_json(&values);
    if key.is_empty() || !checks.faults(place.kind.schema(), &body).is_empty() {
        // Only somebody who did not come through the second step gets here.
        return check(place, checks, values).await;
    }
    let ctx = place.member.ctx_once(&key, &asked(place, &body));
    let given = place.kind.give(place.member.app(), &ctx, place.registration, place.trip, &body, place.via()).await;
    match given {
        Ok(answer) => Ok(Answer::go(format!("{}/{}?new", place.then, answer.id))),
        Err(Refusal::Incomplete { errors, .. } | Refusal::Invalid(errors)) => place.refused(&values, &errors).await,
        Err(Refusal::ChannelNotAccepted { .. }) => {
            Err(Fault(Problem::new(Status::Conflict, "channel_not_accepted", "")))
        }
        Err(other) => Err(other.into()),
    }
}

/// What tells another request under the same key apart.
fn asked(place: &Place<'_>, body: &Value) -> String {
    format!(
        "{}\0{}\0{}\0{body}",
        place.kind,
        place.registration,
        place.trip.map(|id| id.to_string()).unwrap_or_default()
    )
}

/// The form with one more item of the list whose button was pressed.
fn one_more(posted: &Posted) -> Option<Posted> {
    let list = ["stops", "otherNames"].into_iter().find(|list| posted.pressed(&format!("_more.{list}")))?;
    let mut longer = posted.clone().without(&["_more.stops", "_more.otherNames"]);
    let items = crate::console::form::length(&longer, list).max(usize::from(list == "stops"));
    longer.put(format!("_count.{list}"), (items + 1).to_string());
    Some(longer)
}
