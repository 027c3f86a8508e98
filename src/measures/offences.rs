//! Whether an offence leads to registration, by the day on which it was committed. A what-if: nothing is stored.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::rules::governing;
use super::{faults, told};
use crate::access::{self, Action, Ctx};
use crate::app::App;
use crate::audit::{Deed, ObjectRef};
use crate::instruments::offences::{FaultCode, Offence, Outcome, Registrability, decide, words};
use crate::register::view::Both;
use crate::register::{Refusal, unit};
use crate::vocabulary::Regime;

/// What an offence comes to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct OffenceAssessment {
    /// Whether it leads to registration; `undetermined` where a person must decide.
    pub outcome: Outcome,
    /// The row of the catalogue that governs the day of the offence.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub offence_type: Option<String>,
    /// The code it has in ECRIS.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ecris_code: Option<String>,
    /// Whether a victim was a minor, from the article or as told.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub minor_victim: Option<bool>,
    /// Version of the catalogue.
    pub catalogue: String,
    /// Version of the table of codes, when one was used.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ecris_table: Option<String>,
    /// Why.
    pub explanation: Both,
}

impl From<Registrability> for OffenceAssessment {
    fn from(found: Registrability) -> Self {
        Self {
            outcome: found.outcome,
            offence_type: found.offence_type,
            ecris_code: found.ecris_code,
            minor_victim: found.minor_victim,
            catalogue: found.catalogue,
            ecris_table: found.ecris_table,
            explanation: told(words(), &found.steps),
        }
    }
}

/// Says whether an offence leads to registration, and stores nothing.
///
/// # Errors
/// Every fault of the offence; [`Refusal::Forbidden`].
pub async fn assess(app: &App, ctx: &Ctx, offence: Offence) -> Result<OffenceAssessment, Refusal> {
    let deed = Deed::of(Action::OffenceWhatIf, ObjectRef::none());
    let outcome =
        access::decide_without_subject(&ctx.actor, Action::OffenceWhatIf, ctx.purpose).allowed().and_then(|_| {
            let today = ctx.today(Regime::NlPilot.zone());
            let catalogue = governing(&app.measures.catalogue, today, "/committedOn")?;
            decide(&offence, catalogue, &app.measures.ecris, today)
                .map(OffenceAssessment::from)
                .map_err(|wrong| Refusal::Invalid(faults(wrong, FaultCode::as_str)))
        });
    unit::read(app, ctx, deed, move |_| outcome).await
}
