//! Somebody acts for a registrant: a lawyer, a guardian, an interpreter, for a time that ends.
//!
//! With the scope `read` or `report` they get an account of their own and see this one registration, and nothing else of
//! the person; what they report is recorded as theirs. With the scope `none` the officers know of them and talk to them,
//! and that is all. Their end, by date or by an officer, counts at once.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::access::accounts::Made;
use crate::access::{Action, Ctx};
use crate::app::App;
use crate::audit::{Deed, ObjectRef};
use crate::clock::UtcTime;
use crate::ids::{AccountId, RegistrationId, RepresentativeId};
use crate::register::around::Reason;
use crate::register::permit::permit;
use crate::register::{FieldError, Refusal, file, unit};
use crate::store::accounts::{AccountReplaced, ActivationCodesVoided, SessionsRevoked, account_find};
use crate::store::identity::representatives::{
    RepresentativeEnded, RepresentativeRow, representative_find, representative_list,
};
use crate::store::registrations::registration_find;
use crate::store::rows::RegistrationRow;
use crate::store::{Conn, Decided, Scope, WriteSet};
use crate::vault::Strongbox;
use crate::vocabulary::{AccountState, RepresentativeKind, RepresentativeScope};

const TABLE: &str = "representatives";

/// Somebody who is to act for a registrant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct NewRepresentative {
    /// As what.
    pub kind: RepresentativeKind,
    /// What they may do with an account of their own.
    pub scope: RepresentativeScope,
    /// First day.
    pub from: NaiveDate,
    /// Last day: at most five years on. A longer mandate is recorded anew.
    pub until: NaiveDate,
    /// Who they are.
    pub details: RepresentativeDetails,
    /// The name they sign in with; required with the scope `read` or `report`, and only then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 3, max_length = 200, example = "mr.voorbeeld")]
    pub username: Option<String>,
}

/// Who a representative is, and on what they act.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RepresentativeDetails {
    /// Name.
    #[schema(min_length = 1, max_length = 200, example = "mr. A. Voorbeeld")]
    pub name: String,
    /// Office or organisation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 1, max_length = 200)]
    pub organisation: Option<String>,
    /// How to reach them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 3, max_length = 300, example = "+31600000000")]
    pub contact: Option<String>,
    /// On what they act: the power of attorney, the order of the court, the assignment.
    #[schema(min_length = 3, max_length = 2_000, example = "Machtiging van 12 januari 2026")]
    pub mandate: String,
}

/// Somebody who acts, or acted, for a registrant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct RepresentativeView {
    /// The representative.
    pub id: RepresentativeId,
    /// As what.
    pub kind: RepresentativeKind,
    /// What they may do with an account of their own.
    pub scope: RepresentativeScope,
    /// First day.
    pub from: NaiveDate,
    /// Last day.
    pub until: NaiveDate,
    /// Whether they act today.
    pub live: bool,
    /// Who they are.
    pub details: RepresentativeDetails,
    /// Their account: what they do stands under it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub account_id: Option<AccountId>,
    /// Why it ended before its last day.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub end_reason: Option<String>,
    /// Who recorded it.
    pub recorded_by: AccountId,
    /// When.
    pub recorded_at: UtcTime,
    /// The version, for `If-Match`.
    pub version: i64,
}

/// Somebody who was recorded, with what they need to take an account into use. The code is shown once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct RepresentativeMade {
    /// The representative.
    pub representative: RepresentativeView,
    /// The one-time code to hand over, where they have an account.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub activation_code: Option<String>,
}

/// Everybody who acts or acted for a registrant, the last recorded first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct RepresentativeList {
    /// The representatives.
    pub items: Vec<RepresentativeView>,
}

impl RepresentativeView {
    pub(crate) fn open(row: &RepresentativeRow, today: NaiveDate, strongbox: &Strongbox) -> Result<Self, Refusal> {
        let id = row.id.as_str();
        let ended = row.end_reason_enc.as_deref();
        Ok(Self {
            id: row.id,
            kind: row.kind,
            scope: row.scope,
            from: row.from_on,
            until: row.until_on,
            live: row.ended_at.is_none() && row.from_on <= today && today <= row.until_on,
            details: strongbox.open(TABLE, "details_enc", id, &row.details_enc)?,
            account_id: row.account_id,
            end_reason: ended.map(|sealed| strongbox.open(TABLE, "end_reason_enc", id, sealed)).transpose()?,
            recorded_by: row.recorded_by,
            recorded_at: row.recorded_at,
            version: row.version,
        })
    }
}

fn faults(new: &NewRepresentative, today: NaiveDate) -> Vec<FieldError> {
    let mut faults = Vec::new();
    if new.until < new.from {
        faults.push(FieldError::new("/until", "before_from", "The last day lies before the first."));
    }
    if new.until < today {
        faults.push(FieldError::new("/until", "in_the_past", "The last day has passed."));
    }
    if (new.until - new.from).num_days() > 5 * 366 {
        faults.push(FieldError::new("/until", "too_long", "A representative is recorded for five years at most."));
    }
    if (new.scope == RepresentativeScope::None) == new.username.is_some() {
        faults.push(FieldError::new(
            "/username",
            "account_by_scope",
            "Somebody who may read or report has a name to sign in with, and nobody else.",
        ));
    }
    faults
}

/// Records who acts for a registrant, with an account of their own where the scope asks for one.
///
/// # Errors
/// [`Refusal::Conflict`] `username_taken`; every invalid field.
pub async fn add(
    app: &App,
    ctx: &Ctx,
    registration: RegistrationId,
    new: NewRepresentative,
) -> Result<RepresentativeMade, Refusal> {
    let id = RepresentativeId::fresh();
    let deed = Deed::on(Action::RepresentativeManage, ObjectRef::representative(id), registration);
    let strongbox = file::strongbox(app, ctx, registration, &deed).await?;
    let reader = ctx.clone();
    let asked = new.clone();
    let may = app
        .store
        .read(move |conn| {
            let file = managed(conn, &reader, registration)?;
            Refusal::unless_empty(faults(&asked, reader.today(file.regime.zone())))
        })
        .await;
    if let Err(refusal) = may {
        return unit::read(app, ctx, deed, move |_| Err(refusal)).await;
    }
    let made = match new.username.as_deref() {
        Some(username) => Some(Made::for_representative(app, ctx, AccountId::fresh(), username).await?),
        None => None,
    };
    let told = |made: &RepresentativeMade, deed: Deed| Deed {
        object: ObjectRef::representative(made.representative.id),
        ..deed
    };
    let (writer, sealed) = (ctx.clone(), strongbox.clone());
    unit::write_told(app, ctx, Scope::Alone, deed, Some(strongbox), told, move |conn| {
        let file = managed(conn, &writer, registration)?;
        let account = made.as_ref().map(|made| made.decide(conn)).transpose()?;
        let (mut writes, account) = match account {
            Some(Decided { writes, answer }) => (writes, Some(answer)),
            None => (WriteSet::default(), None),
        };
        let row = RepresentativeRow {
            id,
            registration_id: registration,
            kind: new.kind,
            scope: new.scope,
            account_id: account.as_ref().map(|account| account.id),
            from_on: new.from,
            until_on: new.until,
            details_enc: sealed.seal(TABLE, "details_enc", id.as_str(), &new.details)?,
            recorded_by: writer.actor.account,
            recorded_at: writer.now.legal,
            ended_by: None,
            ended_at: None,
            end_reason_enc: None,
            version: 1,
        };
        let representative = RepresentativeView::open(&row, writer.today(file.regime.zone()), &sealed)?;
        writes.representatives.push(row);
        let activation_code = account.and_then(|account| account.activation_code);
        Ok(Decided::new(writes, RepresentativeMade { representative, activation_code }))
    })
    .await
}

fn managed(conn: &mut Conn, ctx: &Ctx, registration: RegistrationId) -> Result<RegistrationRow, Refusal> {
    let file = registration_find(conn, registration)?.ok_or(Refusal::NotFound)?;
    permit(ctx, Action::RepresentativeManage, &file)?;
    Ok(file)
}

/// Ends it before its last day: the account is of no use from that moment on. `version` is the one the caller has read.
///
/// # Errors
/// [`Refusal::Conflict`] `has_ended`; [`Refusal::VersionMoved`].
pub async fn end(
    app: &App,
    ctx: &Ctx,
    registration: RegistrationId,
    representative: RepresentativeId,
    version: i64,
    why: Reason,
) -> Result<RepresentativeView, Refusal> {
    let deed = Deed::on(Action::RepresentativeManage, ObjectRef::representative(representative), registration);
    let strongbox = file::strongbox(app, ctx, registration, &deed).await?;
    let (writer, sealed) = (ctx.clone(), strongbox.clone());
    unit::write(app, ctx, Scope::Alone, deed, Some(strongbox), move |conn| {
        let file = managed(conn, &writer, registration)?;
        let mut row = representative_find(conn, registration, representative)?.ok_or(Refusal::NotFound)?;
        if row.ended_at.is_some() {
            return Err(Refusal::Conflict { code: "has_ended", detail: "This has ended already." });
        }
        if row.version != version {
            return Err(Refusal::VersionMoved);
        }
        let ended = RepresentativeEnded {
            id: representative,
            version,
            ended_by: writer.actor.account,
            ended_at: writer.now.legal,
            end_reason_enc: sealed.seal(TABLE, "end_reason_enc", representative.as_str(), &why.reason)?,
        };
        (row.ended_by, row.ended_at) = (Some(ended.ended_by), Some(ended.ended_at));
        (row.end_reason_enc, row.version) = (Some(ended.end_reason_enc.clone()), version + 1);
        let mut writes = WriteSet::default();
        writes.changes.push(Box::new(ended));
        if let Some(account) = row.account_id {
            close_account(conn, &writer, account, &mut writes)?;
        }
        let answer = RepresentativeView::open(&row, writer.today(file.regime.zone()), &sealed)?;
        Ok(Decided::new(writes, answer))
    })
    .await
}

/// An account that acts for nobody is nobody's: its holder is gone, its sessions and codes with them.
fn close_account(conn: &mut Conn, ctx: &Ctx, id: AccountId, writes: &mut WriteSet) -> Result<(), Refusal> {
    let Some(mut row) = account_find(conn, id)? else { return Ok(()) };
    row.state = AccountState::Left;
    row.security_stamp = crate::access::accounts::fresh_stamp();
    let at = ctx.now.system;
    writes.changes.push(Box::new(AccountReplaced { row, at }));
    writes.changes.push(Box::new(SessionsRevoked { account: id, at }));
    writes.changes.push(Box::new(ActivationCodesVoided { account: id, but: None, at }));
    Ok(())
}

/// Reads who acts or acted for a registrant.
///
/// # Errors
/// [`Refusal::NotFound`], [`Refusal::Forbidden`].
pub async fn list(app: &App, ctx: &Ctx, registration: RegistrationId) -> Result<RepresentativeList, Refusal> {
    let deed = Deed::on(Action::RepresentativeRead, ObjectRef::registration(registration), registration)
        .with_fields(&["details"]);
    let strongbox = file::strongbox(app, ctx, registration, &deed).await?;
    let reader = ctx.clone();
    unit::read(app, ctx, deed, move |conn| {
        let file = registration_find(conn, registration)?.ok_or(Refusal::NotFound)?;
        permit(&reader, Action::RepresentativeRead, &file)?;
        let today = reader.today(file.regime.zone());
        let rows = representative_list(conn, registration)?;
        let view = |row: &RepresentativeRow| RepresentativeView::open(row, today, &strongbox);
        Ok(RepresentativeList { items: rows.iter().map(view).collect::<Result<_, _>>()? })
    })
    .await
}
