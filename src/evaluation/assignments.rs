//! Assigning people to the arms of a study: once, before any outcome, and never changed, so that everybody is counted in
//! the arm to which they were assigned whatever became of it.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::access::{Action, Ctx};
use crate::app::App;
use crate::audit::{Deed, ObjectRef};
use crate::clock::UtcTime;
use crate::ids::{AccountId, RegistrationId};
use crate::register::permit::permit;
use crate::register::{FieldError, Refusal, unit};
use crate::store::evaluation::assignments::{AssignmentRow, assignment_find, assignment_list};
use crate::store::registrations::registration_find;
use crate::store::{Decided, Scope, WriteSet};
use crate::vocabulary::{RiskBand, StudyArm};

/// The study of the pilot itself.
pub const PILOT: &str = "pilot";

/// To which arm a person is assigned.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct NewAssignment {
    /// The study: lower-case letters, digits and hyphens.
    #[schema(min_length = 1, max_length = 40, pattern = "^[a-z0-9-]+$", example = "pilot")]
    pub study: String,
    /// The arm.
    pub arm: StudyArm,
    /// Within what the assignment was made, such as a court district.
    #[schema(min_length = 1, max_length = 80, example = "Noord")]
    pub stratum: String,
    /// The unit that was assigned as a whole; absent when people are assigned one by one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 1, max_length = 80, example = "kantoor-3")]
    pub cluster: Option<String>,
    /// Band of the risk assessment at the index date.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub risk_band: Option<RiskBand>,
    /// Release from custody, or the like moment in every arm: study time is counted from it.
    pub index_on: NaiveDate,
    /// When it was decided. Not in the future.
    pub assigned_on: NaiveDate,
}

/// An assignment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct AssignmentView {
    /// The study.
    pub study: String,
    /// The arm.
    pub arm: StudyArm,
    /// Within what the assignment was made.
    pub stratum: String,
    /// The unit that was assigned as a whole.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cluster: Option<String>,
    /// Band of the risk assessment at the index date.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub risk_band: Option<RiskBand>,
    /// From when study time is counted.
    pub index_on: NaiveDate,
    /// When it was decided.
    pub assigned_on: NaiveDate,
    /// Who recorded it.
    pub assigned_by: AccountId,
    /// When it was recorded.
    pub recorded_at: UtcTime,
}

/// The assignments of a person, one for each study.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct AssignmentList {
    /// The assignments, by study.
    pub items: Vec<AssignmentView>,
}

impl From<AssignmentRow> for AssignmentView {
    fn from(row: AssignmentRow) -> Self {
        Self {
            study: row.study,
            arm: row.arm,
            stratum: row.stratum,
            cluster: row.cluster,
            risk_band: row.risk_band,
            index_on: row.index_on,
            assigned_on: row.assigned_on,
            assigned_by: row.assigned_by,
            recorded_at: row.recorded_at,
        }
    }
}

/// Assigns the person of a registration to an arm.
///
/// # Errors
/// Every invalid field; [`Refusal::Conflict`] `assigned_already`: an assignment is never changed.
pub async fn assign(
    app: &App,
    ctx: &Ctx,
    registration: RegistrationId,
    new: NewAssignment,
) -> Result<AssignmentView, Refusal> {
    let deed = Deed::on(Action::StudyAssign, ObjectRef::registration(registration), registration);
    let writer = ctx.clone();
    unit::write(app, ctx, Scope::Registration(registration), deed, None, move |conn| {
        let file = registration_find(conn, registration)?.ok_or(Refusal::NotFound)?;
        permit(&writer, Action::StudyAssign, &file)?;
        let faults = faults(&new, writer.today(file.regime.zone()));
        if !faults.is_empty() {
            return Err(Refusal::Invalid(faults));
        }
        if assignment_find(conn, file.person_id, &new.study)?.is_some() {
            return Err(Refusal::Conflict {
                code: "assigned_already",
                detail: "The person was assigned in this study already. An assignment is never changed.",
            });
        }
        let row = AssignmentRow {
            person_id: file.person_id,
            study: new.study.clone(),
            arm: new.arm,
            stratum: new.stratum.clone(),
            cluster: new.cluster.clone(),
            risk_band: new.risk_band,
            index_on: new.index_on,
            assigned_on: new.assigned_on,
            assigned_by: writer.actor.account,
            recorded_at: writer.now.legal,
        };
        let mut writes = WriteSet::default();
        writes.changes.push(Box::new(row.clone()));
        Ok(Decided::new(writes, AssignmentView::from(row)))
    })
    .await
}

/// Reads the assignments of the person of a registration.
///
/// # Errors
/// [`Refusal::NotFound`], [`Refusal::Forbidden`].
pub async fn list(app: &App, ctx: &Ctx, registration: RegistrationId) -> Result<AssignmentList, Refusal> {
    let deed = Deed::on(Action::StudyAssignmentRead, ObjectRef::registration(registration), registration);
    let reader = ctx.clone();
    unit::read(app, ctx, deed, move |conn| {
        let file = registration_find(conn, registration)?.ok_or(Refusal::NotFound)?;
        permit(&reader, Action::StudyAssignmentRead, &file)?;
        let items = assignment_list(conn, file.person_id)?.into_iter().map(AssignmentView::from).collect();
        Ok(AssignmentList { items })
    })
    .await
}

fn faults(new: &NewAssignment, today: NaiveDate) -> Vec<FieldError> {
    let mut faults = Vec::new();
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    if new.study.is_empty() || !new.study.chars().all(plain) {
        faults.push(FieldError::new("/study", "not_a_name", "Use lower-case letters, digits and hyphens."));
    }
    if new.stratum.trim().is_empty() {
        faults.push(FieldError::new("/stratum", "empty", "Say within what the assignment was made."));
    }
    if new.assigned_on > today {
        faults.push(FieldError::new("/assignedOn", "in_the_future", "The assignment has not been made yet."));
    }
    faults
}
