//! What is done with a flag: each step a form, and before what cannot be taken back a page to check it on.

use askama::Template;
use rocket::{State, post};
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::flag::FlagPage;
use crate::access::Ctx;
use crate::app::App;
use crate::console::answer::{Answer, Shown};
use crate::console::checks::Checks;
use crate::console::form::{Builder, Control, Form, Section, to_json};
use crate::console::page::Page;
use crate::console::posted::Posted;
use crate::console::texts::Texts;
use crate::console::visit::Staff;
use crate::ids::FlagId;
use crate::register::review::{self, Proposal, Reason, Snooze, Verdict};
use crate::register::view::{FlagDetail, FlagSummary, NotificationSummary};
use crate::register::{FieldError, Refusal};
use crate::text_enum;
use crate::vocabulary::{Excuse, FlagState};

text_enum! {
    /// A step, by its name in addresses.
    pub enum Step {
        /// Takes it up.
        TakeUp => "take-up",
        /// Proposes an outcome.
        Propose => "propose",
        /// Waits for evidence.
        Await => "await",
        /// It came.
        Receive => "receive",
        /// Decides on a proposal.
        Decide => "decide",
        /// Closes.
        Close => "close",
        /// Takes it up again.
        Reopen => "reopen",
        /// Puts it away until a day.
        Snooze => "snooze",
    }
}

/// The outcomes that can be proposed, as in the JSON of the API.
const OUTCOMES: [&str; 7] =
    ["compliedAfterAll", "acceptableExcuse", "technicalFailure", "warning", "referral", "duplicate", "wrongFacts"];

/// The field with the version of the flag that was read.
const VERSION: &str = "_version";
/// The button of the page on which a step is checked.
const CONFIRMED: &str = "_confirmed";
/// Fields about the form itself.
const OWN: [&str; 2] = [VERSION, CONFIRMED];

impl Step {
    /// The steps shown for a flag in this state. What can be done is for the use case to say.
    pub const fn offered(state: FlagState) -> &'static [Self] {
        match state {
            FlagState::Raised => &[Self::TakeUp],
            FlagState::InReview => &[Self::Propose, Self::Await, Self::Snooze],
            FlagState::AwaitingEvidence => &[Self::Receive, Self::Snooze],
            FlagState::Proposed => &[Self::Decide],
            FlagState::Decided | FlagState::Acknowledged => &[Self::Close],
            FlagState::Notified => &[],
            FlagState::Closed => &[Self::Reopen],
        }
    }

    /// Whether it is checked on a page of its own first.
    pub const fn is_checked(self) -> bool {
        matches!(self, Self::Propose | Self::Decide | Self::Close | Self::Reopen)
    }

    /// The name of its schema.
    const fn schema(self) -> Option<&'static str> {
        match self {
            Self::TakeUp => None,
            Self::Propose => Some("Proposal"),
            Self::Await | Self::Receive | Self::Close | Self::Reopen => Some("Reason"),
            Self::Decide => Some("Verdict"),
            Self::Snooze => Some("Snooze"),
        }
    }

    /// What ids of its form begin with.
    const fn prefix(self) -> &'static str {
        match self {
            Self::TakeUp => "take-up-",
            Self::Propose => "propose-",
            Self::Await => "await-",
            Self::Receive => "receive-",
            Self::Decide => "decide-",
            Self::Close => "close-",
            Self::Reopen => "reopen-",
            Self::Snooze => "snooze-",
        }
    }

    /// Its form.
    pub fn form(self, t: &Texts, posted: &Posted, faults: &[FieldError], around: &Around<'_>) -> Form {
        let mut form = Builder::new(t, posted, faults).prefixed(self.prefix());
        match self {
            Self::TakeUp => return form.finish(),
            Self::Propose => {
                form.variants("outcome", "flagOutcomeType", &OUTCOMES, |form, kind| around.basis(form, kind));
            }
            Self::Decide => {
                form.radios("confirm", "verdict", &["true", "false"]);
            }
            Self::Snooze => {
                form.field_as("until", "snoozeUntil", Control::Date);
            }
            Self::Await | Self::Receive | Self::Close | Self::Reopen => {}
        }
        form.field_as("reason", "stepReason", Control::Area);
        form.finish()
    }

    /// Takes it.
    async fn take(self, app: &App, ctx: &Ctx, flag: FlagId, version: i64, body: Value) -> Result<FlagSummary, Refusal> {
        match self {
            Self::TakeUp => review::take_up(app, ctx, flag, version).await,
            Self::Propose => review::propose(app, ctx, flag, version, typed::<Proposal>(body)?).await,
            Self::Await => review::await_evidence(app, ctx, flag, version, typed::<Reason>(body)?).await,
            Self::Receive => review::receive_evidence(app, ctx, flag, version, typed::<Reason>(body)?).await,
            Self::Decide => review::decide(app, ctx, flag, version, typed::<Verdict>(body)?).await,
            Self::Close => review::close(app, ctx, flag, version, typed::<Reason>(body)?).await,
            Self::Reopen => review::reopen(app, ctx, flag, version, typed::<Reason>(body)?).await,
            Self::Snooze => review::snooze(app, ctx, flag, version, typed::<Snooze>(body)?).await,
        }
    }
}

fn typed<T: DeserializeOwned>(body: Value) -> Result<T, Refusal> {
    serde_json::from_value(body).map_err(|_| Refusal::field("", "not_valid", "This is not such a step."))
}

/// What a proposal can rest on.
pub struct Around<'a> {
    /// The flag with its evidence.
    pub flag: &'a FlagDetail,
    /// What the person reported.
    pub given: &'a [NotificationSummary],
    /// The other flags of the registration.
    pub others: &'a [FlagSummary],
    /// The texts.
    pub t: &'a Texts,
}

impl Around<'_> {
    /// The fields of one kind of outcome.
    fn basis(&self, form: &mut Builder<'_>, kind: &str) {
        let t = self.t;
        let at = |member: &str| format!("outcome.{kind}.{member}");
        match kind {
            "compliedAfterAll" => {
                let given = self.given.iter().map(|item| {
                    let label = format!("{}, {}", t.word("dutyKind", item.kind), t.plain_day(&item.received_on));
                    (item.id.to_string(), label)
                });
                form.select(&at("notificationId"), &given.collect::<Vec<_>>());
            }
            "acceptableExcuse" => {
                let excuses = Excuse::ALL.iter().map(|one| (one.to_string(), t.word("excuse", one).to_owned()));
                form.select(&at("excuse"), &excuses.collect::<Vec<_>>());
                form.field_as(&at("evidence"), "excuseEvidence", Control::Area);
            }
            "technicalFailure" => {
                let zone = crate::vocabulary::Regime::NlPilot.zone();
                let attempts = self.flag.attempts.iter().map(|one| {
                    let label = format!("{}, {}", t.word("attemptKind", one.kind), t.moment(&one.occurred_at, zone));
                    (one.id.to_string(), label)
                });
                form.select(&at("attemptId"), &attempts.collect::<Vec<_>>()).optional();
                let outages = self
                    .flag
                    .outages
                    .iter()
                    .map(|one| (one.id.to_string(), format!("{}, {}", one.cause, t.moment(&one.started_at, zone))));
                form.select(&at("outageId"), &outages.collect::<Vec<_>>()).optional();
            }
            "duplicate" => {
                let others =
                    self.others.iter().filter(|other| other.id != self.flag.summary.id).map(|other| {
                        (other.id.to_string(), t.one("person.flagOf", t.plain_day(&other.first_failure_day)))
                    });
                form.select(&at("ofFlagId"), &others.collect::<Vec<_>>());
            }
            _ => {}
        }
    }
}

/// A step to be checked.
#[derive(Template)]
#[template(path = "officer/step.html")]
struct StepPage {
    page: Page,
    step: Step,
    name: String,
    action: String,
    back: String,
    version: String,
    sections: Vec<Section>,
    hidden: Vec<(String, String)>,
}

#[post("/flags/<id>/<step>", data = "<posted>")]
pub async fn take(staff: Staff<'_>, checks: &State<Checks>, id: &str, step: &str, posted: Posted) -> Shown {
    let id: FlagId = id.parse().map_err(|_| Refusal::NotFound)?;
    let step: Step = step.parse().map_err(|_| Refusal::NotFound)?;
    let version = posted.text(VERSION).to_owned();
    let known: i64 = version.parse().map_err(|_| Refusal::VersionMoved)?;
    let confirmed = posted.pressed(CONFIRMED);
    let values = posted.without(&OWN);
    let body = to_json(&values);
    let faults = step.schema().map_or_else(Vec::new, |name| checks.faults(name, &body));
    if !faults.is_empty() {
        return FlagPage::with_faults(&staff, id, step, &values, &faults).await;
    }
    let place = format!("/console/flags/{id}");
    if step.is_checked() && !confirmed {
        let flag = FlagPage::read(&staff, id, Some((step, &values, &[]))).await?;
        let form = flag.form_of(step);
        return Answer::page(&StepPage {
            page: Page::of(&staff, place.clone(), "check.title"),
            step,
            name: flag.name().to_owned(),
            action: format!("{place}/{step}"),
            back: place,
            version,
            sections: form.map(Form::answers).unwrap_or_default(),
            hidden: values.filled().map(|(name, value)| (name.to_owned(), value.to_owned())).collect(),
        });
    }
    match step.take(staff.app(), &staff.ctx(), id, known, body).await {
        Ok(_) => Ok(Answer::go(format!("{place}?done={step}"))),
        Err(Refusal::Invalid(faults)) => FlagPage::with_faults(&staff, id, step, &values, &faults).await,
        Err(other) => Err(other.into()),
    }
}
