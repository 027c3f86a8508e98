//! The supervision a person was under on one day: evidence beside a flag.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::orders::state_of;
use super::{Assessed, assessed, organisation_name};
use crate::app::App;
use crate::ids::{PersonId, SupervisionOrderId};
use crate::register::Refusal;
use crate::store::Conn;
use crate::store::supervision::orders::order_list;
use crate::vocabulary::{ConditionCode, StatutoryDuty, SupervisionTitle};

/// An order under which a person was supervised on a day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SupervisionThen {
    /// The order.
    pub order_id: SupervisionOrderId,
    /// On what it rests.
    pub title: SupervisionTitle,
    /// Who supervises, by name.
    pub organisation_name: String,
    /// Where it stood on that day: `running`, or `suspended` while its clock stood still; `ended` on its last day.
    #[schema(example = "running")]
    pub state: String,
    /// First day of supervision.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub begins_on: Option<NaiveDate>,
    /// Last day of supervision, as it was known on that day; absent while it was not.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_day: Option<NaiveDate>,
    /// The special conditions that bound the person on that day.
    pub conditions: Vec<ConditionCode>,
    /// What the Act added to them.
    pub statutory: Vec<StatutoryDuty>,
}

/// The orders under which a person was supervised on `day`, the first taken in first.
///
/// # Errors
/// [`Refusal::Store`], [`Refusal::Rules`].
pub fn supervision_on(
    app: &App,
    conn: &mut Conn,
    person: PersonId,
    day: NaiveDate,
) -> Result<Vec<SupervisionThen>, Refusal> {
    assessed(app, order_list(conn, person)?, day)?
        .into_iter()
        .filter(|order| order.assessment.supervised_on(day))
        .map(|Assessed { row, assessment, .. }| {
            let (state, _) = state_of(assessment.state);
            Ok(SupervisionThen {
                order_id: row.id,
                title: row.title,
                organisation_name: organisation_name(&row.organisation)?,
                state: state.to_owned(),
                begins_on: assessment.begins_on,
                last_day: assessment.last_day,
                conditions: assessment.conditions,
                statutory: assessment.statutory,
            })
        })
        .collect()
}
