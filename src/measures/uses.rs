//! Whether data of a file may be used for something. What the law does not allow is refused and stands in the audit, with the
//! pair of source and use; what it allows under conditions needs those conditions to be met.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::rules::governing;
use super::told;
use crate::access::{Action, Ctx};
use crate::app::App;
use crate::audit::{Deed, ObjectRef};
use crate::ids::RegistrationId;
use crate::instruments::grounds::Language;
use crate::instruments::purpose::{Decision, Need, Outcome, Reason, Source, Use, words};
use crate::register::permit::permit;
use crate::register::view::Both;
use crate::register::{FieldError, Refusal, unit};
use crate::store::registrations::registration_find;

/// What data would be used for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct DataUse {
    /// Where the data come from.
    pub source: Source,
    /// What they would be used for.
    #[serde(rename = "use")]
    pub purpose: Use,
    /// Which conditions are met.
    #[serde(default)]
    #[schema(max_items = 20)]
    pub met: Vec<Need>,
    /// The provision that allows it; required where a legal basis is a condition.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 3, max_length = 200)]
    pub basis: Option<String>,
}

/// That data may be used for something.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct DataUseView {
    /// Where the data come from.
    pub source: Source,
    /// What they may be used for.
    #[serde(rename = "use")]
    pub purpose: Use,
    /// Whether conditions belong to it.
    pub outcome: Outcome,
    /// The conditions, all met.
    pub needs: Vec<Need>,
    /// Why.
    pub reason: Reason,
    /// The provision.
    pub provision: String,
    /// Version of the table.
    pub table: String,
    /// Step by step.
    pub explanation: Both,
}

/// Says whether data of this file may be used for something.
///
/// # Errors
/// [`Refusal::Barred`] when the law does not allow it (`purpose_refused`) or a condition is not met
/// (`purpose_conditions_open`); either way the audit names the pair.
pub async fn ask(app: &App, ctx: &Ctx, registration: RegistrationId, asked: DataUse) -> Result<DataUseView, Refusal> {
    let deed = Deed::on(Action::DataUseAsk, ObjectRef::registration(registration), registration)
        .with_fields(&[asked.source.as_str(), asked.purpose.as_str()]);
    let (reader, rules) = (ctx.clone(), app.measures.clone());
    unit::read(app, ctx, deed, move |conn| {
        let row = registration_find(conn, registration)?.ok_or(Refusal::NotFound)?;
        permit(&reader, Action::DataUseAsk, &row)?;
        let table = governing(&rules.purposes, reader.today(row.regime.zone()), "/use")?;
        let decision = table
            .decide(asked.source, asked.purpose)
            .ok_or_else(|| Refusal::Rules("a pair of source and use is not in the table".to_owned()))?;
        allowed(decision, &met(&asked))?;
        Ok(DataUseView {
            source: decision.source,
            purpose: decision.purpose,
            outcome: decision.outcome,
            needs: decision.needs.clone(),
            reason: decision.reason,
            provision: decision.provision.clone(),
            table: decision.table.clone(),
            explanation: told(words(), &decision.steps),
        })
    })
    .await
}

/// A legal basis is there when its provision is named, not when somebody says so.
fn met(asked: &DataUse) -> Vec<Need> {
    let named = asked.basis.as_ref().is_some_and(|basis| !basis.trim().is_empty());
    let mut met: Vec<Need> = asked.met.iter().copied().filter(|need| *need != Need::LegalBasis).collect();
    met.extend(named.then_some(Need::LegalBasis));
    met
}

/// Goes on only when a use is allowed and its conditions are met.
pub(super) fn allowed(decision: &Decision, met: &[Need]) -> Result<(), Refusal> {
    if decision.permits(met) {
        return Ok(());
    }
    let sentences = words().render(&decision.steps, Language::En).join(" ");
    match decision.outcome {
        Outcome::Allowed | Outcome::Refused => Err(Refusal::Barred {
            code: "purpose_refused",
            detail: sentences,
            errors: vec![FieldError::new("/use", decision.reason.as_str(), decision.provision.clone())],
        }),
        Outcome::Conditional => {
            let open = |need: Need| FieldError::new("/met", need.as_str(), "This condition is not met.");
            let errors = decision.open_needs(met).into_iter().map(open).collect();
            Err(Refusal::Barred { code: "purpose_conditions_open", detail: sentences, errors })
        }
    }
}
