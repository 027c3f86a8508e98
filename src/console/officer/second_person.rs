//! The second person for a report that an officer says was received earlier: read, confirmed or refused.

use chrono_tz::Tz;
use rocket::{State, get, post};
use serde_json::Value;

use super::walk::{self, Walk};
use crate::access::colleagues;
use crate::console::answer::{Answer, Shown};
use crate::console::ask::{Ask, Next, Sent};
use crate::console::checks::Checks;
use crate::console::form::Builder;
use crate::console::page::Page;
use crate::console::posted::Posted;
use crate::console::visit::Staff;
use crate::ids::{NotificationId, RegistrationId};
use crate::register::notify::{ReceiptDecision, decide_receipt, waiting};
use crate::register::view::{self, NotificationDetail};
use crate::register::{FieldError, Refusal};
use crate::texts::texts;
use crate::vocabulary::DutyStatus;

/// What the page is about.
struct Subject<'r> {
    staff: Staff<'r>,
    registration: RegistrationId,
    notification: NotificationId,
}

impl<'r> Subject<'r> {
    fn of(staff: Staff<'r>, id: &str, notification: &str) -> Result<Self, Refusal> {
        let registration = id.parse().map_err(|_| Refusal::NotFound)?;
        let notification = notification.parse().map_err(|_| Refusal::NotFound)?;
        Ok(Self { staff, registration, notification })
    }

    /// The report among others.
    fn given(&self) -> String {
        format!("/console/registrations/{}/given/{}", self.registration, self.notification)
    }

    /// What to know before deciding: what was said, by whom, and which dates it would change.
    async fn about(&self, given: &NotificationDetail, zone: Tz) -> Result<Vec<String>, Refusal> {
        let t = texts(self.staff.language);
        let (app, ctx) = (self.staff.app(), self.staff.ctx());
        let by = given.summary.recorded_by;
        let names = colleagues::names(app, &ctx, vec![by]).await?;
        let name = names.get(&by).map_or_else(|| t.say("word.unknown"), String::as_str);
        let mut about = vec![
            t.two(
                "secondPerson.received",
                t.word("dutyKind", given.summary.kind),
                t.moment(&given.summary.received_at, zone),
            ),
            t.two("secondPerson.recorded", t.moment(&given.summary.recorded_at, zone), name),
        ];
        let said = |member: &str| given.content.pointer(&format!("/onBehalf/{member}")).and_then(Value::as_str);
        about.extend(said("evidence").map(|evidence| t.one("secondPerson.evidence", evidence)));
        about.extend(given.summary.posted_on.map(|day| t.one("secondPerson.posted", t.plain_day(&day))));
        let duties = view::explained_duties(app, &ctx, self.registration).await?;
        let late = duties
            .iter()
            .filter(|duty| duty.summary.kind == given.summary.kind && duty.summary.status == DutyStatus::Overdue);
        about.extend(late.map(|duty| t.one("secondPerson.late", t.day_or_none(&duty.summary.overdue_after))));
        about.push(t.say("secondPerson.about").to_owned());
        Ok(about)
    }

    async fn ask(&self, values: &Posted, faults: &[FieldError]) -> Result<Ask, Refusal> {
        let t = texts(self.staff.language);
        let (app, ctx) = (self.staff.app(), self.staff.ctx());
        let (person, given) = rocket::tokio::try_join!(
            view::registration(app, &ctx, self.registration),
            waiting(app, &ctx, self.registration, self.notification),
        )?;
        let mut form = Builder::new(t, values, faults);
        form.radios("accept", "receiptVerdict", &["true", "false"]);
        let address = walk::of_receipt(self.registration, self.notification);
        let page = Page::of(&self.staff, address.clone(), "secondPerson.title");
        let about = self.about(&given, person.regime.zone()).await?;
        let walk = Walk::of(&self.staff, &address);
        let asked = Ask::new(page, form.finish(), about, address, "/console");
        let link = Some((self.given(), t.say("secondPerson.whole").to_owned()));
        Ok(Ask { lead: Some(person.name.full()), link, walk: Some(walk), ..asked })
    }
}

#[get("/registrations/<id>/receipts/<notification>")]
pub async fn start(staff: Staff<'_>, id: &str, notification: &str) -> Shown {
    Subject::of(staff, id, notification)?.ask(&Posted::default(), &[]).await?.fill()
}

#[post("/registrations/<id>/receipts/<notification>", data = "<posted>")]
pub async fn decide(staff: Staff<'_>, checks: &State<Checks>, id: &str, notification: &str, posted: Posted) -> Shown {
    let subject = Subject::of(staff, id, notification)?;
    let sent = Sent::of(posted);
    let faults = match sent.next(checks, "ReceiptDecision") {
        Next::Fill(faults) => faults,
        Next::Check => return subject.ask(&sent.values, &[]).await?.check(&sent),
        Next::Act => {
            let decision: ReceiptDecision = sent.input()?;
            let ctx = staff.ctx_once(&sent.key, &format!("receipt\0{}\0{}", subject.notification, sent.body));
            match decide_receipt(staff.app(), &ctx, subject.registration, subject.notification, decision).await {
                Ok(_) => return Ok(Answer::go(format!("{}?decided", subject.given()))),
                Err(Refusal::Invalid(faults)) => faults,
                Err(other) => return Err(other.into()),
            }
        }
    };
    subject.ask(&sent.values, &faults).await?.fill()
}
