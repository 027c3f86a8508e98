//! Giving a registration to another officer. A flag that is raised afterwards has the new one as its owner.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::enrol::RegistrationAnswer;
use super::file::File;
use super::permit::permit;
use super::refusal::Refusal;
use super::{status, unit};
use crate::access::{Action, Ctx};
use crate::app::App;
use crate::audit::{Deed, ObjectRef};
use crate::ids::{AccountId, RegistrationId};
use crate::store::accounts::account_find;
use crate::store::registrations::RegistrationAssigned;
use crate::store::{Decided, Scope, WriteSet};
use crate::vocabulary::{AccountState, Role};

/// Who supervises from now on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Assignment {
    /// The officer.
    pub officer_id: AccountId,
}

/// Assigns a registration. `version` is the one the caller has read.
///
/// # Errors
/// [`Refusal::Invalid`] when the account cannot supervise; [`Refusal::VersionMoved`].
pub async fn assign(
    app: &App,
    ctx: &Ctx,
    registration: RegistrationId,
    version: i64,
    assignment: Assignment,
) -> Result<RegistrationAnswer, Refusal> {
    let deed = Deed::on(Action::RegistrationAssign, ObjectRef::registration(registration), registration);
    let writer = ctx.clone();
    unit::write(app, ctx, Scope::Registration(registration), deed, None, move |conn| {
        let file = File::load(conn, registration)?;
        permit(&writer, Action::RegistrationAssign, &file.registration)?;
        if file.registration.version != version {
            return Err(Refusal::VersionMoved);
        }
        let officer = account_find(conn, assignment.officer_id)?
            .filter(|account| account.state == AccountState::Active)
            .filter(|account| matches!(account.role, Role::SupervisionOfficer | Role::ReviewLead));
        let Some((officer, team)) = officer.and_then(|account| Some((account.id, account.team_id?))) else {
            return Err(Refusal::field(
                "/officerId",
                "no_such_officer",
                "The account is not that of an active supervision officer or review lead with a team.",
            ));
        };
        let mut writes = WriteSet::default();
        writes.changes.push(Box::new(RegistrationAssigned {
            id: registration,
            version,
            officer_id: officer,
            team_id: team,
            updated_at: writer.now.legal,
        }));
        let answer = RegistrationAnswer {
            id: registration,
            person_id: file.registration.person_id,
            legal_status: status::legal(&file.registration, writer.today(file.zone())),
            version: version + 1,
        };
        Ok(Decided::new(writes, answer))
    })
    .await
}
