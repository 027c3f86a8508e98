//! Outages: times in which the system could not be reached. On the last day of a duty they speak for the person.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::refusal::{FieldError, Refusal};
use super::unit;
use super::view::OutageView;
use crate::access::{self, Action, Ctx};
use crate::app::App;
use crate::audit::{Deed, ObjectRef};
use crate::clock::UtcTime;
use crate::ids::OutageId;
use crate::store::rows::OutageRow;
use crate::store::{Decided, Scope, WriteSet};

/// An outage to record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct OutageReport {
    /// When it began.
    pub started_at: UtcTime,
    /// When it ended; absent while it lasts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended_at: Option<UtcTime>,
    /// What was wrong, in technical words and without any name.
    #[schema(min_length = 3, max_length = 300, example = "Network of the data centre down")]
    pub cause: String,
}

/// Records an outage.
///
/// # Errors
/// Every invalid field; [`Refusal::Forbidden`].
pub async fn record(app: &App, ctx: &Ctx, report: OutageReport) -> Result<OutageView, Refusal> {
    let id = OutageId::fresh();
    let deed = Deed::of(Action::OutageRecord, ObjectRef::outage(id));
    let writer = ctx.clone();
    unit::write(app, ctx, Scope::Append, deed, None, move |_| {
        access::decide_without_subject(&writer.actor, Action::OutageRecord, writer.purpose).allowed()?;
        let mut faults = Vec::new();
        if report.started_at > writer.now.legal {
            faults.push(FieldError::new("/startedAt", "in_the_future", "The outage has not begun yet."));
        }
        if report.ended_at.is_some_and(|ended| ended < report.started_at) {
            faults.push(FieldError::new("/endedAt", "before_started_at", "The outage ends before it begins."));
        }
        Refusal::unless_empty(faults)?;
        let row = OutageRow {
            id,
            started_at: report.started_at,
            ended_at: report.ended_at,
            cause: report.cause.clone(),
            recorded_by: writer.actor.account,
            recorded_at: writer.now.legal,
        };
        let answer = OutageView::from(row.clone());
        Ok(Decided::new(WriteSet { outages: vec![row], ..WriteSet::default() }, answer))
    })
    .await
}
