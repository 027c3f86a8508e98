//! Releases of statistics: an evaluator asks for closed quarters, the privacy officer approves, the program makes it.
//!
//! | module | what it is for |
//! | --- | --- |
//! | [`plan`] | which quarters, teams and kinds of offence |
//! | [`earlier`] | what left the house before, against which every table is held |
//! | [`people`] | the rows about people, where they were asked for |
//! | [`make`] | the files, their manifest and its signature |
//! | [`copied`], [`kept`] | where files go while they are made, and how they are kept |
//! | [`figures`] | what was issued last, to be shown |
//! | [`issued`] | a release as it was issued, to be downloaded |
//! | [`verify`] | whether files are those that were issued |

pub mod copied;
pub mod earlier;
pub mod figures;
pub mod issued;
mod kept;
pub mod make;
mod people;
pub mod plan;
pub mod verify;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::access::{self, Action, Ctx};
use crate::app::App;
use crate::audit::{Deed, ObjectRef};
use crate::clock::UtcTime;
use crate::ids::{AccountId, ReleaseId};
use crate::register::{Refusal, unit};
use crate::store::evaluation::histories::team_list;
use crate::store::evaluation::releases::{
    ReleaseDecided, ReleaseListed, ReleaseRow, offence_class_list, release_find, release_list,
};
use crate::store::{Conn, Decided, Scope, WriteSet};
use crate::vocabulary::{MicrodataRefusal, Regime, ReleaseState};
use plan::Over;

/// Releases that are listed at most; four a year make a hundred in twenty-five years.
const LISTED: i64 = 100;

/// A release that is asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct NewRelease {
    /// First quarter.
    #[schema(pattern = "^[0-9]{4}-Q[1-4]$", example = "2025-Q3")]
    pub first_quarter: String,
    /// Last quarter; it must be over.
    #[schema(pattern = "^[0-9]{4}-Q[1-4]$", example = "2025-Q4")]
    pub last_quarter: String,
    /// Whether to add rows about people and events, under pseudonyms of this release: for the secure environment of the
    /// evaluator.
    #[serde(default)]
    pub microdata: bool,
}

/// What the privacy officer decides.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ReleaseVerdict {
    /// Whether it may be made.
    pub approve: bool,
}

/// A release.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ReleaseView {
    /// The release.
    pub id: ReleaseId,
    /// Where it stands.
    pub state: ReleaseState,
    /// First quarter.
    pub first_quarter: String,
    /// Last quarter.
    pub last_quarter: String,
    /// The last day of the last quarter: nothing that happened later counts.
    pub valid_on: NaiveDate,
    /// Who asked for it.
    pub requested_by: AccountId,
    /// When.
    pub requested_at: UtcTime,
    /// Who decided.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decided_by: Option<AccountId>,
    /// When.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decided_at: Option<UtcTime>,
    /// Nothing that became known later counts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub known_at: Option<UtcTime>,
    /// When it was made.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub made_at: Option<UtcTime>,
    /// Whether rows about people and events were asked for.
    pub microdata: bool,
    /// Why they were asked for and are not in it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub microdata_refused: Option<MicrodataRefusal>,
}

/// The releases.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ReleaseList {
    /// The last asked for first.
    pub items: Vec<ReleaseView>,
}

impl From<ReleaseListed> for ReleaseView {
    fn from(row: ReleaseListed) -> Self {
        Self {
            id: row.id,
            state: row.state,
            first_quarter: row.first_quarter,
            last_quarter: row.last_quarter,
            valid_on: row.valid_on,
            requested_by: row.requested_by,
            requested_at: row.requested_at,
            decided_by: row.decided_by,
            decided_at: row.decided_at,
            known_at: row.known_at,
            made_at: row.made_at,
            microdata: row.microdata,
            microdata_refused: row.microdata_refused,
        }
    }
}

impl From<ReleaseRow> for ReleaseView {
    fn from(row: ReleaseRow) -> Self {
        Self {
            id: row.id,
            state: row.state,
            first_quarter: row.first_quarter,
            last_quarter: row.last_quarter,
            valid_on: row.valid_on,
            requested_by: row.requested_by,
            requested_at: row.requested_at,
            decided_by: row.decided_by,
            decided_at: row.decided_at,
            known_at: row.known_at,
            made_at: row.made_at,
            microdata: row.microdata,
            microdata_refused: row.microdata_refused,
        }
    }
}

/// Asks for a release.
///
/// # Errors
/// Every invalid field: quarters that are none, in the wrong order, too many or not over.
pub async fn request(app: &App, ctx: &Ctx, new: NewRelease) -> Result<ReleaseView, Refusal> {
    let id = ReleaseId::fresh();
    let deed = Deed::of(Action::ReleaseRequest, ObjectRef::release(id));
    let told = |made: &ReleaseView, deed: Deed| Deed { object: ObjectRef::release(made.id), ..deed };
    let writer = ctx.clone();
    unit::write_told(app, ctx, Scope::Append, deed, None, told, move |_| {
        access::decide_without_subject(&writer.actor, Action::ReleaseRequest, writer.purpose).allowed()?;
        let today = writer.today(Regime::NlPilot.zone());
        let plan = plan::checked(&new.first_quarter, &new.last_quarter, today.pred_opt().unwrap_or(today))?;
        let row = ReleaseRow {
            id,
            seq: None,
            state: ReleaseState::Requested,
            first_quarter: new.first_quarter.clone(),
            last_quarter: new.last_quarter.clone(),
            valid_on: plan.until(),
            requested_by: writer.actor.account,
            requested_at: writer.now.legal,
            decided_by: None,
            decided_at: None,
            known_at: None,
            plan_doc: None,
            made_at: None,
            code: None,
            manifest: None,
            signature: None,
            signed_by: None,
            record_enc: None,
            microdata: new.microdata,
            microdata_refused: None,
            pseudonyms_enc: None,
        };
        let mut writes = WriteSet::default();
        writes.changes.push(Box::new(row.clone()));
        Ok(Decided::new(writes, row.into()))
    })
    .await
}

/// Approves or rejects a release. What is known at this instant is what it will tell.
///
/// # Errors
/// [`Refusal::NotFound`]; [`Refusal::Conflict`] `decided_already`, `own_request`.
pub async fn decide(app: &App, ctx: &Ctx, id: ReleaseId, verdict: ReleaseVerdict) -> Result<ReleaseView, Refusal> {
    let deed = Deed::of(Action::ReleaseDecide, ObjectRef::release(id));
    let writer = ctx.clone();
    unit::write(app, ctx, Scope::Alone, deed, None, move |conn| {
        access::decide_without_subject(&writer.actor, Action::ReleaseDecide, writer.purpose).allowed()?;
        let row = release_find(conn, id)?.ok_or(Refusal::NotFound)?;
        if row.state != ReleaseState::Requested {
            return Err(Refusal::Conflict { code: "decided_already", detail: "This release was decided on already." });
        }
        if row.requested_by == writer.actor.account {
            return Err(Refusal::Conflict { code: "own_request", detail: "Somebody else must decide on a request." });
        }
        let now = writer.now.legal;
        let (state, known_at, plan_doc) = match verdict.approve {
            true => (ReleaseState::Approved, Some(now), Some(over(conn, now)?.to_stored()?)),
            false => (ReleaseState::Rejected, None, None),
        };
        let decided_by = writer.actor.account;
        let mut writes = WriteSet::default();
        let plan_kept = plan_doc.clone();
        writes.changes.push(Box::new(ReleaseDecided { id, state, decided_by, decided_at: now, known_at, plan_doc }));
        let decided = ReleaseRow {
            state,
            known_at,
            plan_doc: plan_kept,
            decided_by: Some(decided_by),
            decided_at: Some(now),
            ..row
        };
        Ok(Decided::new(writes, decided.into()))
    })
    .await
}

/// Reads the releases.
///
/// # Errors
/// [`Refusal::Forbidden`].
pub async fn list(app: &App, ctx: &Ctx) -> Result<ReleaseList, Refusal> {
    let deed = Deed::of(Action::ReleaseRead, ObjectRef::none());
    let reader = ctx.clone();
    unit::read(app, ctx, deed, move |conn| {
        access::decide_without_subject(&reader.actor, Action::ReleaseRead, reader.purpose).allowed()?;
        let items = release_list(conn, LISTED)?.into_iter().map(ReleaseView::from).collect();
        Ok(ReleaseList { items })
    })
    .await
}

fn over(conn: &mut Conn, now: UtcTime) -> Result<Over, Refusal> {
    let teams = team_list(conn)?.into_iter().map(|team| team.name).collect();
    Ok(Over { teams, offence_groups: offence_class_list(conn, now)? })
}
