//! Every duty with the explanation that stands now: what, by when and why, in one reading.

use std::collections::HashMap;

use super::super::file::{self, File};
use super::super::permit::permit;
use super::super::refusal::Refusal;
use super::super::{reassess, unit};
use super::duty::{DutySummary, DutyVersionView};
use crate::access::{Action, Ctx};
use crate::app::App;
use crate::audit::{Deed, ObjectRef};
use crate::ids::{DutyId, FactId, RegistrationId};
use crate::store::duties::duty_version_current;

/// A duty with the version of its explanation that stands now.
#[derive(Debug, Clone, PartialEq)]
pub struct ExplainedDuty {
    /// The duty.
    pub summary: DutySummary,
    /// The version, with its explanation.
    pub version: DutyVersionView,
    /// The first fact of the chain that gave rise to it; absent where no single fact did.
    pub fact: Option<FactId>,
}

/// Reads every duty of a registration with its explanation, the first due first.
///
/// # Errors
/// [`Refusal::NotFound`], [`Refusal::Forbidden`].
pub async fn explained_duties(
    app: &App,
    ctx: &Ctx,
    registration: RegistrationId,
) -> Result<Vec<ExplainedDuty>, Refusal> {
    let deed =
        Deed::on(Action::DutyRead, ObjectRef::registration(registration), registration).with_fields(&["explanation"]);
    let strongbox = file::strongbox(app, ctx, registration, &deed).await?;
    let (rules, reader) = (app.rules.clone(), ctx.clone());
    unit::read(app, ctx, deed, move |conn| {
        let file = File::load(conn, registration)?;
        permit(&reader, Action::DutyRead, &file.registration)?;
        let birth_date = file.birth_date_if_needed(&strongbox)?;
        let assessment = reassess::assess(&file.document, birth_date, &rules, reader.today(file.zone()))?;
        let mut versions = duty_version_current(conn, registration)?;
        let roots: HashMap<DutyId, Option<FactId>> =
            file.duties.iter().map(|row| (row.id, row.root_id.parse().ok())).collect();
        DutySummary::all(&file, &assessment)
            .into_iter()
            .filter_map(|summary| Some((versions.remove(&summary.id)?, summary)))
            .map(|(row, summary)| {
                let fact = roots.get(&summary.id).copied().flatten();
                Ok(ExplainedDuty { summary, version: DutyVersionView::of(row)?, fact })
            })
            .collect()
    })
    .await
}
