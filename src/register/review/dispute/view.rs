//! Disputes as people read them: with the reasons, and the officials by name.

use std::collections::HashMap;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::super::possible::{self, DisputeAct};
use super::TABLE;
use crate::access::{self, Action, Ctx, colleagues};
use crate::app::App;
use crate::audit::{Deed, ObjectRef};
use crate::clock::UtcTime;
use crate::ids::{AccountId, DisputeId, FactId, FlagId, RegistrationId};
use crate::register::permit::subject_of;
use crate::register::{Refusal, file, unit};
use crate::store::Conn;
use crate::store::disputes::{DisputeRow, dispute_flag_list, dispute_list};
use crate::store::registrations::registration_find;
use crate::store::rows::RegistrationRow;
use crate::vault::Strongbox;
use crate::vocabulary::{DisputeState, Role};

/// A dispute with what became of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct DisputeView {
    /// The dispute.
    pub id: DisputeId,
    /// The first fact of the chain that is disputed.
    pub fact_id: FactId,
    /// Where it stands.
    pub state: DisputeState,
    /// Who raised it.
    pub raised_by: AccountId,
    /// On which legal day.
    pub raised_on: NaiveDate,
    /// When.
    pub raised_at: UtcTime,
    /// What is not so.
    pub reason: String,
    /// By when an official decides.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub due_on: Option<NaiveDate>,
    /// The flags it holds up, or held up.
    pub flag_ids: Vec<FlagId>,
    /// The decision.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub decision: Option<Said>,
    /// The appeal.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub appeal: Option<Said>,
    /// The decision on the appeal.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub appeal_decision: Option<Said>,
    /// Its version, which the next act names.
    pub version: i64,
    /// What the reader can do with it now.
    pub possible: Vec<DisputeAct>,
}

/// Who said something, when, and what.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Said {
    /// Who: the official is named.
    pub by: AccountId,
    /// When.
    pub at: UtcTime,
    /// The reasons.
    pub reason: String,
}

/// The disputes of a registration.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct DisputeList {
    /// The disputes, the first one first.
    pub items: Vec<DisputeView>,
    /// What the reader can do besides what can be done with each.
    pub possible: Vec<DisputeAct>,
}

impl DisputeView {
    /// A dispute as people read it.
    ///
    /// # Errors
    /// [`Refusal::Keys`] when its words cannot be decrypted.
    pub(super) fn of(
        row: &DisputeRow,
        flag_ids: Vec<FlagId>,
        registration: &RegistrationRow,
        reader: &Ctx,
        strongbox: &Strongbox,
    ) -> Result<Self, Refusal> {
        let open = |column: &str, sealed: &str| strongbox.open::<String>(TABLE, column, row.id.as_str(), sealed);
        let said = |by: Option<AccountId>, at: Option<UtcTime>, column: &str, sealed: Option<&String>| {
            let all = by.zip(at).zip(sealed);
            all.map(|((by, at), sealed)| Ok::<_, Refusal>(Said { by, at, reason: open(column, sealed)? })).transpose()
        };
        Ok(Self {
            id: row.id,
            fact_id: row.fact_id,
            state: row.state,
            raised_by: row.raised_by,
            raised_on: row.raised_on,
            raised_at: row.raised_at,
            reason: open("reason_enc", &row.reason_enc)?,
            due_on: row.due_on,
            flag_ids,
            decision: said(row.decided_by, row.decided_at, "decision_enc", row.decision_enc.as_ref())?,
            appeal: said(row.appealed_by, row.appealed_at, "appeal_enc", row.appeal_enc.as_ref())?,
            appeal_decision: said(
                row.appeal_decided_by,
                row.appeal_decided_at,
                "appeal_decision_enc",
                row.appeal_decision_enc.as_ref(),
            )?,
            version: row.version,
            possible: possible::with_dispute(row, &subject_of(registration, reader), reader),
        })
    }
}

/// Reads the disputes of a registration.
///
/// # Errors
/// [`Refusal::NotFound`], [`Refusal::Forbidden`].
pub async fn list(app: &App, ctx: &Ctx, registration: RegistrationId) -> Result<DisputeList, Refusal> {
    let deed = Deed::on(Action::DisputeRead, ObjectRef::registration(registration), registration);
    let strongbox = file::strongbox(app, ctx, registration, &deed).await?;
    let reader = ctx.clone();
    unit::read(app, ctx, deed, move |conn| {
        let row = registration_find(conn, registration)?.ok_or(Refusal::NotFound)?;
        let subject = subject_of(&row, &reader);
        access::decide(&reader.actor, Action::DisputeRead, &subject, reader.purpose).allowed()?;
        Ok(DisputeList {
            items: views(conn, &row, &reader, &strongbox)?,
            possible: possible::with_file(&subject, &reader),
        })
    })
    .await
}

/// The disputes of a registration with the flags they hold up.
pub(crate) fn views(
    conn: &mut Conn,
    registration: &RegistrationRow,
    reader: &Ctx,
    strongbox: &Strongbox,
) -> Result<Vec<DisputeView>, Refusal> {
    let rows = dispute_list(conn, registration.id)?;
    let ids: Vec<DisputeId> = rows.iter().map(|row| row.id).collect();
    let held = dispute_flag_list(conn, &ids)?;
    rows.iter()
        .map(|row| {
            let flags = held.iter().filter(|held| held.dispute_id == row.id).map(|held| held.flag_id).collect();
            DisputeView::of(row, flags, registration, reader, strongbox)
        })
        .collect()
}

/// The names of those who took part in these disputes. The person reads those of the officials who decided; colleagues
/// read those of everybody who works here.
///
/// # Errors
/// [`Refusal::Keys`] when a name cannot be decrypted.
pub async fn names(app: &App, ctx: &Ctx, of: &[DisputeView]) -> Result<HashMap<AccountId, String>, Refusal> {
    let decided =
        |one: &DisputeView| [one.decision.as_ref(), one.appeal_decision.as_ref()].map(|said| said.map(|s| s.by));
    let asked = |one: &DisputeView| [Some(one.raised_by), one.appeal.as_ref().map(|said| said.by)];
    let officials = of.iter().flat_map(decided).flatten();
    let ids: Vec<AccountId> = if ctx.actor.role == Role::Registrant {
        officials.collect()
    } else {
        officials.chain(of.iter().flat_map(asked).flatten()).collect()
    };
    colleagues::names_of(app, ids).await
}
