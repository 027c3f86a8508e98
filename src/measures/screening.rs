//! The certificate of conduct as a what-if: how given convictions would weigh. Nothing is stored but that it was asked, and no
//! file is read. The screening authority has no access to the register, and may not ask here either.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::rules::governing;
use super::{faults, told};
use crate::access::{self, Action, Ctx};
use crate::app::App;
use crate::audit::{Deed, ObjectRef};
use crate::instruments::screening::{
    Application, ApplicationFault, Function, Item, ItemReason, Obstacle, Screening, StrictRule, Test, screen, words,
};
use crate::register::view::Both;
use crate::register::{FieldError, Refusal, unit};

/// What an application would come to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ScreeningAssessment {
    /// The day of the assessment.
    pub on: NaiveDate,
    /// Version of the rules.
    pub rules: String,
    /// Every case, in the order of the question.
    pub items: Vec<ScreenedItem>,
    /// The objective test.
    pub obstacle: Obstacle,
    /// The provision of the objective test.
    pub obstacle_source: String,
    /// The subjective test that follows.
    pub test: Test,
    /// The provision of the subjective test.
    pub test_source: String,
    /// Every reason for the strict test.
    pub strict_because: Vec<StrictRule>,
    /// Weeks in which is decided.
    pub decision_weeks: u32,
    /// Weeks in which is decided when the answer is negative.
    pub decision_weeks_when_negative: u32,
    /// The provision of those terms.
    pub decision_source: String,
    /// How the tests were reached.
    pub explanation: Both,
}

/// One case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ScreenedItem {
    /// Its id in the question.
    pub id: String,
    /// Whether it is weighed.
    pub weighed: bool,
    /// Why, or why not.
    pub reason: ItemReason,
    /// The provision.
    pub source: String,
    /// Step by step.
    pub explanation: Both,
}

impl From<&Item> for ScreenedItem {
    fn from(item: &Item) -> Self {
        Self {
            id: item.id.clone(),
            weighed: item.weighed,
            reason: item.reason,
            source: item.source.clone(),
            explanation: told(words(), &item.steps),
        }
    }
}

impl From<Screening> for ScreeningAssessment {
    fn from(found: Screening) -> Self {
        Self {
            on: found.on,
            rules: found.rules,
            items: found.items.iter().map(ScreenedItem::from).collect(),
            obstacle: found.obstacle,
            obstacle_source: found.obstacle_source,
            test: found.test,
            test_source: found.test_source,
            strict_because: found.strict_because,
            decision_weeks: found.decision_weeks,
            decision_weeks_when_negative: found.decision_weeks_when_negative,
            decision_source: found.decision_source,
            explanation: told(words(), &found.steps),
        }
    }
}

/// Says how an application would weigh, and stores nothing.
///
/// # Errors
/// Every fault of the application; [`Refusal::Forbidden`].
pub async fn assess(app: &App, ctx: &Ctx, application: Application) -> Result<ScreeningAssessment, Refusal> {
    let deed = Deed::of(Action::ScreeningWhatIf, ObjectRef::none());
    let outcome = access::decide_without_subject(&ctx.actor, Action::ScreeningWhatIf, ctx.purpose)
        .allowed()
        .and_then(|_| assessed(app, &application));
    unit::read(app, ctx, deed, move |_| outcome).await
}

fn assessed(app: &App, application: &Application) -> Result<ScreeningAssessment, Refusal> {
    let rules = governing(&app.measures.screening, application.on, "/on")?;
    match screen(application, rules, &app.measures.countries) {
        Ok(found) => Ok(found.into()),
        Err(wrong) => {
            let known = || rules.functions.keys().map(String::as_str).collect::<Vec<_>>().join(", ");
            let unknown = wrong.iter().any(|fault| fault.code == ApplicationFault::NoSuchFunction);
            let mut wrong = faults(wrong, ApplicationFault::as_str);
            if unknown {
                wrong.retain(|fault| fault.pointer != "/function");
                let detail = format!("The rules of that day know no such function. They know: {}.", known());
                wrong.insert(0, FieldError::new("/function", ApplicationFault::NoSuchFunction.as_str(), detail));
            }
            Err(Refusal::Invalid(wrong))
        }
    }
}

/// What people apply for on a day, by code, with its names in Dutch and English.
pub fn functions(app: &App, on: NaiveDate) -> Vec<(String, String, String)> {
    let of = |code: &String, function: &Function| (code.clone(), function.nl.clone(), function.en.clone());
    app.measures.screening.at(on).map_or_else(
        |_| Vec::new(),
        |rules| rules.functions.iter().map(|(code, function)| of(code, function)).collect(),
    )
}
