//! Who watches those who watch: what is unusual in how the register is used, put before the privacy officer.
//!
//! The job [`crate::jobs::watch`] holds the audit of the last two hours against [`rules`]; a finding names an account, an hour
//! and a count, and no registrant. Somebody else than the account looks at it and says what came of it. Nothing is blocked
//! by a finding: who may see what is the access decision's.

pub mod rules;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::access::{Action, Ctx, decide_without_subject};
use crate::app::App;
use crate::audit::{Deed, ObjectRef};
use crate::clock::UtcTime;
use crate::ids::{AccountId, WatchFindingId};
use crate::register::view::cut;
use crate::register::{Refusal, unit};
use crate::store::watch::{WatchFindingRow, WatchReviewed, watch_find, watch_page};
use crate::store::{Decided, Scope, WriteSet};
use crate::vocabulary::{WatchKind, WatchOutcome, WatchState};

/// Something unusual.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct WatchFinding {
    /// The finding.
    pub id: WatchFindingId,
    /// What is unusual.
    pub kind: WatchKind,
    /// Whose account.
    pub account_id: AccountId,
    /// The beginning of the hour.
    pub hour: UtcTime,
    /// Persons, or refused attempts, in that hour.
    pub count: i64,
    /// Where it stands.
    pub state: WatchState,
    /// Who looked at it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reviewed_by: Option<AccountId>,
    /// When.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reviewed_at: Option<UtcTime>,
    /// The version, for `If-Match`.
    pub version: i64,
}

/// One page of findings.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct WatchPage {
    /// The findings, the last found first.
    pub items: Vec<WatchFinding>,
    /// Where the next page starts; absent on the last one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next: Option<WatchFindingId>,
}

/// What came of looking at a finding.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct WatchReview {
    /// What came of it.
    pub outcome: WatchOutcome,
}

/// Lists findings, the last found first; those that nobody looked at, or all.
///
/// # Errors
/// [`Refusal::Forbidden`].
pub async fn list(
    app: &App,
    ctx: &Ctx,
    open_only: bool,
    after: Option<WatchFindingId>,
    limit: i64,
) -> Result<WatchPage, Refusal> {
    let reader = ctx.clone();
    unit::read(app, ctx, Deed::of(Action::WatchRead, ObjectRef::none()), move |conn| {
        decide_without_subject(&reader.actor, Action::WatchRead, reader.purpose).allowed()?;
        let mut rows = watch_page(conn, open_only, after, limit + 1)?;
        let next = cut(&mut rows, limit, |row| row.id);
        Ok(WatchPage { items: rows.into_iter().map(WatchFinding::from).collect(), next })
    })
    .await
}

/// Says what came of looking at a finding. `version` is the one the caller has read.
///
/// # Errors
/// [`Refusal::Conflict`] `own_finding` or `reviewed_before`; [`Refusal::VersionMoved`].
pub async fn review(
    app: &App,
    ctx: &Ctx,
    id: WatchFindingId,
    version: i64,
    review: WatchReview,
) -> Result<WatchFinding, Refusal> {
    let deed = Deed::of(Action::WatchReview, ObjectRef::watch_finding(id));
    let writer = ctx.clone();
    unit::write(app, ctx, Scope::Alone, deed, None, move |conn| {
        decide_without_subject(&writer.actor, Action::WatchReview, writer.purpose).allowed()?;
        let mut row = watch_find(conn, id)?.ok_or(Refusal::NotFound)?;
        if row.account_id == writer.actor.account {
            let detail = "This is about your own account; somebody else looks at it.";
            return Err(Refusal::Conflict { code: "own_finding", detail });
        }
        if row.state != WatchState::Open {
            let detail = "Somebody has looked at this already.";
            return Err(Refusal::Conflict { code: "reviewed_before", detail });
        }
        if row.version != version {
            return Err(Refusal::VersionMoved);
        }
        row.state = match review.outcome {
            WatchOutcome::Explained => WatchState::Explained,
            WatchOutcome::FollowedUp => WatchState::FollowedUp,
        };
        row.reviewed_by = Some(writer.actor.account);
        row.reviewed_at = Some(writer.now.system);
        let mut writes = WriteSet::default();
        writes.changes.push(Box::new(WatchReviewed(row.clone())));
        row.version += 1;
        Ok(Decided::new(writes, WatchFinding::from(row)))
    })
    .await
}

impl From<WatchFindingRow> for WatchFinding {
    fn from(row: WatchFindingRow) -> Self {
        Self {
            id: row.id,
            kind: row.kind,
            account_id: row.account_id,
            hour: row.hour,
            count: row.count,
            state: row.state,
            reviewed_by: row.reviewed_by,
            reviewed_at: row.reviewed_at,
            version: row.version,
        }
    }
}
