//! What is done with a flag: each step a form, and before what cannot be taken back a page to check it on.

use askama::Template;
use rocket::{State, post};
use serde_json::Value;

use super::caseload;
use super::flag::View;
use crate::access::Ctx;
use crate::app::App;
use crate::console::answer::{Answer, Shown};
use crate::console::ask::typed;
use crate::console::checks::Checks;
use crate::console::form::{Builder, Control, Form, Section, to_json};
use crate::console::page::Page;
use crate::console::posted::Posted;
use crate::console::visit::Staff;
use crate::ids::FlagId;
use crate::register::review::{self, AuthorityDecisionInput, FlagAct, Proposal, Reason, Reassignment, Snooze, Verdict};
use crate::register::view::{FlagDetail, FlagSummary, NotificationSummary};
use crate::register::{FieldError, Refusal};
use crate::text_enum;
use crate::texts::Texts;
use crate::vocabulary::{AuthorityOutcome, Excuse, NotificationState};

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
        /// Gives it to another officer.
        Reassign => "reassign",
        /// An authority has it.
        Acknowledge => "acknowledge",
        /// An authority decided.
        Answer => "answer",
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
    /// The step that does this; nothing for what is no step of a flag.
    pub const fn doing(act: FlagAct) -> Option<Self> {
        Some(match act {
            FlagAct::TakeUp => Self::TakeUp,
            FlagAct::Propose => Self::Propose,
            FlagAct::AwaitEvidence => Self::Await,
            FlagAct::ReceiveEvidence => Self::Receive,
            FlagAct::Decide => Self::Decide,
            FlagAct::Acknowledge => Self::Acknowledge,
            FlagAct::Answer => Self::Answer,
            FlagAct::Close => Self::Close,
            FlagAct::Reopen => Self::Reopen,
            FlagAct::Snooze => Self::Snooze,
            FlagAct::Reassign => Self::Reassign,
            FlagAct::Dispute => return None,
        })
    }

    /// Whether it is checked on a page of its own first.
    pub const fn is_checked(self) -> bool {
        match self {
            Self::Propose | Self::Decide | Self::Close | Self::Reopen | Self::Acknowledge | Self::Answer => true,
            Self::TakeUp | Self::Await | Self::Receive | Self::Snooze | Self::Reassign => false,
        }
    }

    /// The name of its schema.
    const fn schema(self) -> Option<&'static str> {
        match self {
            Self::TakeUp | Self::Acknowledge => None,
            Self::Propose => Some("Proposal"),
            Self::Reassign => Some("Reassignment"),
            Self::Answer => Some("AuthorityDecisionInput"),
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
            Self::Reassign => "reassign-",
            Self::Acknowledge => "acknowledge-",
            Self::Answer => "answer-",
        }
    }

    /// Its form.
    pub fn form(self, t: &Texts, posted: &Posted, faults: &[FieldError], around: &Around<'_>) -> Form {
        let mut form = Builder::new(t, posted, faults).prefixed(self.prefix());
        match self {
            Self::TakeUp | Self::Acknowledge => return form.finish(),
            Self::Reassign => {
                form.select("ownerId", around.officers);
                form.radios_as("reason", "handOverReason", "handOverReason", &caseload::reasons());
                return form.finish();
            }
            Self::Answer => {
                let outcomes: Vec<&str> = AuthorityOutcome::ALL.iter().map(|outcome| outcome.as_str()).collect();
                form.radios_as("outcome", "authorityOutcome", "authorityOutcome", &outcomes);
                form.date("decidedOn").text("reference", 30).optional();
                form.field_as("note", "authorityNote", Control::Area).optional();
                return form.finish();
            }
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
            Self::Reassign => review::reassign(app, ctx, flag, version, typed::<Reassignment>(body)?).await,
            Self::Acknowledge => review::acknowledge(app, ctx, flag, version).await,
            Self::Answer => review::answer(app, ctx, flag, version, typed::<AuthorityDecisionInput>(body)?).await,
        }
    }
}

/// What is chosen from in the forms of the steps.
pub struct Around<'a> {
    /// The flag with its evidence.
    pub flag: &'a FlagDetail,
    /// What the person reported.
    pub given: &'a [NotificationSummary],
    /// The other flags of the registration.
    pub others: &'a [FlagSummary],
    /// The facts of the registration that govern.
    pub facts: &'a [(String, String)],
    /// The officers of the team, each with how much they have.
    pub officers: &'a [(String, String)],
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
                let counts = self.given.iter().filter(|item| item.state == NotificationState::Accepted);
                let given = counts.map(|item| {
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
            "wrongFacts" => {
                form.select(&at("factId"), self.facts).optional();
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
        return View::with_faults(&staff, id, step, &values, &faults).await;
    }
    let place = format!("/console/flags/{id}");
    if step.is_checked() && !confirmed {
        let flag = View::read(&staff, id, Some((step, &values, &[]))).await?;
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
        Err(Refusal::Invalid(faults)) => View::with_faults(&staff, id, step, &values, &faults).await,
        Err(other) => Err(other.into()),
    }
}
