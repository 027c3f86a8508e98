//! What the cross-checks found, as it is kept: each with an owner, until somebody looks at it or it no longer holds.
//!
//! The job [`crate::jobs::findings`] records; an officer looks and says what came of it. A finding raises no flag and tells no
//! other system; one that no longer holds is closed by itself, with why.

use std::collections::HashMap;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::checks::Finding;
use super::rules::{OrderState, Step, explain};
use super::view::{Assessed, explained};
use crate::access::{self, Action, Ctx};
use crate::app::App;
use crate::audit::{Deed, ObjectRef};
use crate::clock::{Now, UtcTime};
use crate::ids::{AccountId, RegistrationId, SupervisionFindingId, SupervisionOrderId};
use crate::law::explain::Language;
use crate::register::around::Reason;
use crate::register::around::frame::{self, as_asked};
use crate::register::view::{Both, cut};
use crate::register::{Refusal, unit};
use crate::store::rows::RegistrationRow;
use crate::store::supervision::findings::{
    FindingCeased, FindingFound, FindingQuery, FindingRefreshed, FindingReviewed, FindingRow, finding_find,
    finding_page,
};
use crate::store::{Decided, WriteSet};
use crate::vault::Strongbox;
use crate::vocabulary::{ConditionCode, FindingEnd, FindingKind, FindingState, Regime};

/// The table of findings.
pub const TABLE: &str = "supervision_findings";
/// Days after its last day on which something is still worth a first look.
const STILL_NEWS: i64 = 60;

/// A finding as it is kept.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct KeptFinding {
    /// The finding.
    pub id: SupervisionFindingId,
    /// The file.
    pub registration_id: RegistrationId,
    /// What was found.
    pub kind: FindingKind,
    /// The order.
    pub order_id: SupervisionOrderId,
    /// The condition, where one is concerned.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub condition: Option<ConditionCode>,
    /// The trip, report or duty of the register, where one is concerned.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub about: Option<String>,
    /// First day on which both are so.
    pub from: NaiveDate,
    /// Last such day; absent when it is not known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<NaiveDate>,
    /// What it is called.
    pub headline: Both,
    /// How it was reached.
    pub explanation: Both,
    /// Who is to look at it.
    pub owner_id: AccountId,
    /// When it was found.
    pub found_on: NaiveDate,
    /// Where it stands.
    pub state: FindingState,
    /// Who looked at it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reviewed_by: Option<AccountId>,
    /// When.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reviewed_at: Option<UtcTime>,
    /// Since when it no longer holds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ceased_on: Option<NaiveDate>,
    /// Why it no longer holds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cease_reason: Option<FindingEnd>,
    /// The version, for `If-Match`.
    pub version: i64,
}

/// One page of findings.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct KeptFindingPage {
    /// The findings, the first found first.
    pub items: Vec<KeptFinding>,
    /// Where the next page starts; absent on the last one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<SupervisionFindingId>,
}

/// Lists findings about the files within reach.
///
/// # Errors
/// [`Refusal::Forbidden`].
pub async fn list(
    app: &App,
    ctx: &Ctx,
    state: FindingState,
    after: Option<SupervisionFindingId>,
    limit: i64,
) -> Result<KeptFindingPage, Refusal> {
    let deed = Deed::of(Action::SupervisionFindingList, ObjectRef::none());
    let reach = access::reach(&ctx.actor, Action::SupervisionFindingList, ctx.purpose);
    let today = ctx.today(Regime::NlPilot.zone());
    unit::read(app, ctx, deed, move |conn| {
        reach.allowed()?;
        let mut rows = finding_page(conn, &reach, FindingQuery { state, today, after, limit: limit + 1 })?;
        let next = cut(&mut rows, limit, |row| row.id);
        Ok(KeptFindingPage { items: rows.iter().map(KeptFinding::of).collect::<Result<_, _>>()?, next })
    })
    .await
}

/// Reads one finding.
///
/// # Errors
/// [`Refusal::NotFound`], [`Refusal::Forbidden`].
pub async fn read(
    app: &App,
    ctx: &Ctx,
    registration: RegistrationId,
    id: SupervisionFindingId,
) -> Result<KeptFinding, Refusal> {
    let deed = Deed::on(Action::SupervisionFindingRead, ObjectRef::supervision_finding(id), registration);
    frame::read(app, ctx, registration, deed, as_asked, move |conn, _| {
        finding_find(conn, registration, id)?.ok_or(Refusal::NotFound).and_then(|row| KeptFinding::of(&row))
    })
    .await
}

/// Says that a finding was looked at, and what came of it. `version` is the one the caller has read.
///
/// # Errors
/// [`Refusal::NotFound`], [`Refusal::Forbidden`]; [`Refusal::Conflict`] `looked_at_before`, `no_longer_holds`;
/// [`Refusal::VersionMoved`].
pub async fn review(
    app: &App,
    ctx: &Ctx,
    registration: RegistrationId,
    id: SupervisionFindingId,
    version: i64,
    reason: Reason,
) -> Result<KeptFinding, Refusal> {
    let deed = Deed::on(Action::SupervisionFindingReview, ObjectRef::supervision_finding(id), registration);
    frame::write(app, ctx, registration, deed, as_asked, move |conn, opened| {
        let mut row = finding_find(conn, registration, id)?.ok_or(Refusal::NotFound)?;
        match row.state {
            FindingState::Open => {}
            FindingState::LookedAt => {
                let detail = "Somebody has looked at this finding already.";
                return Err(Refusal::Conflict { code: "looked_at_before", detail });
            }
            FindingState::Ceased => {
                let detail = "This finding no longer holds: there is nothing to look at.";
                return Err(Refusal::Conflict { code: "no_longer_holds", detail });
            }
        }
        if row.version != version {
            return Err(Refusal::VersionMoved);
        }
        let reviewed = FindingReviewed {
            id,
            version,
            by: opened.ctx.actor.account,
            at: opened.ctx.now.legal,
            reason_enc: opened.seal(TABLE, "reason_enc", id.as_str(), &reason.reason)?,
        };
        (row.state, row.version) = (FindingState::LookedAt, version + 1);
        (row.reviewed_by, row.reviewed_at) = (Some(reviewed.by), Some(reviewed.at));
        let mut writes = WriteSet::default();
        writes.changes.push(Box::new(reviewed));
        Ok(Decided::new(writes, KeptFinding::of(&row)?))
    })
    .await
}

impl KeptFinding {
    pub(super) fn of(row: &FindingRow) -> Result<Self, Refusal> {
        let steps: Vec<Step> = serde_json::from_str(&row.steps).map_err(|error| Refusal::Rules(error.to_string()))?;
        let headline = Both::line(explain::finding(row.kind, Language::Nl), explain::finding(row.kind, Language::En));
        Ok(Self {
            id: row.id,
            registration_id: row.registration_id,
            kind: row.kind,
            order_id: row.order_id,
            condition: row.condition_code,
            about: row.about.clone(),
            from: row.from_on,
            until: row.until_on,
            headline,
            explanation: explained(&steps),
            owner_id: row.owner_id,
            found_on: row.found_on,
            state: row.state,
            reviewed_by: row.reviewed_by,
            reviewed_at: row.reviewed_at,
            ceased_on: row.ceased_on,
            cease_reason: row.cease_reason,
            version: row.version,
        })
    }
}

/// What somebody wrote when they looked at a finding.
///
/// # Errors
/// [`Refusal::Keys`] when it cannot be decrypted.
pub(super) fn reason_of(row: &FindingRow, strongbox: &Strongbox) -> Result<Option<String>, Refusal> {
    frame::open_some(strongbox, TABLE, "reason_enc", row.id.as_str(), row.reason_enc.as_deref())
}

/// What makes a finding the same in the next run.
pub(super) fn mark(finding: &Finding) -> String {
    let condition = finding.condition.map(|code| code.to_string()).unwrap_or_default();
    format!("{}/{}/{condition}/{}", finding.order, finding.kind, finding.about.as_deref().unwrap_or_default())
}

/// A file on the day of a run: what is found in it, and what is kept of it.
pub struct Run<'a> {
    /// The file.
    pub registration: &'a RegistrationRow,
    /// Whether it is in force.
    pub in_force: bool,
    /// The orders of the person.
    pub orders: &'a [Assessed],
    /// What is found today.
    pub found: Vec<Finding>,
    /// What is kept and has not ceased.
    pub kept: Vec<FindingRow>,
    /// Who is to look at what is found.
    pub owner: AccountId,
    /// The legal day.
    pub today: NaiveDate,
    /// The instant.
    pub now: Now,
}

impl Run<'_> {
    /// What is to be written: what is new, what changed, what ceased; and how many things that is. `name` signs the audit.
    ///
    /// # Errors
    /// [`Refusal::Rules`] when what was found cannot be written down; [`Refusal::Keys`].
    pub fn writes(self, app: &App, name: &'static str) -> Result<(WriteSet, u64), Refusal> {
        let mut kept: HashMap<String, FindingRow> =
            self.kept.iter().map(|row| (row.mark.clone(), row.clone())).collect();
        let (mut writes, mut made) = (WriteSet::default(), 0);
        let mut told = |writes: &mut WriteSet, id| -> Result<(), Refusal> {
            let deed =
                Deed::on(Action::SupervisionFindingRecord, ObjectRef::supervision_finding(id), self.registration.id);
            writes.audit.push(app.audit.leaf_of_system(name, self.now.system, &deed)?);
            made += 1;
            Ok(())
        };
        for finding in &self.found {
            match kept.remove(&mark(finding)) {
                Some(row) => {
                    if let Some(refreshed) = self.refreshed(&row, finding)? {
                        writes.changes.push(Box::new(refreshed));
                        told(&mut writes, row.id)?;
                    }
                }
                None if self.is_news(finding) => {
                    let row = self.row(finding)?;
                    told(&mut writes, row.id)?;
                    writes.changes.push(Box::new(FindingFound(row)));
                }
                None => {}
            }
        }
        let mut over: Vec<FindingRow> = kept.into_values().collect();
        over.sort_by_key(|row| row.id);
        for row in over {
            let reason = self.why_ceased(&row);
            let ceased = FindingCeased { id: row.id, version: row.version, on: self.today, at: self.now.legal, reason };
            writes.changes.push(Box::new(ceased));
            told(&mut writes, row.id)?;
        }
        Ok((writes, made))
    }

    /// Whether something is worth a first look: not what was over long before anybody could.
    fn is_news(&self, finding: &Finding) -> bool {
        finding.until.is_none_or(|until| (self.today - until).num_days() <= STILL_NEWS)
    }

    fn row(&self, finding: &Finding) -> Result<FindingRow, Refusal> {
        Ok(FindingRow {
            id: SupervisionFindingId::fresh(),
            registration_id: self.registration.id,
            order_id: finding.order.parse().map_err(|_| Refusal::Rules("an order without an id".to_owned()))?,
            kind: finding.kind,
            condition_code: finding.condition,
            about: finding.about.clone().filter(|about| !about.is_empty()),
            mark: mark(finding),
            from_on: finding.from,
            until_on: finding.until,
            steps: steps(finding)?,
            owner_id: self.owner,
            team_id: self.registration.team_id,
            state: FindingState::Open,
            found_on: self.today,
            found_at: self.now.legal,
            reviewed_by: None,
            reviewed_at: None,
            reason_enc: None,
            ceased_on: None,
            ceased_at: None,
            cease_reason: None,
            version: 1,
        })
    }

    /// What changed of a finding that still holds: its days, or, while nobody has looked, who is to look at it. The number
    /// of days left is no change.
    fn refreshed(&self, row: &FindingRow, finding: &Finding) -> Result<Option<FindingRefreshed>, Refusal> {
        let same_days = (row.from_on, row.until_on) == (finding.from, finding.until);
        let same_owner =
            row.state != FindingState::Open || (row.owner_id, row.team_id) == (self.owner, self.registration.team_id);
        if same_days && same_owner {
            return Ok(None);
        }
        Ok(Some(FindingRefreshed {
            id: row.id,
            version: row.version,
            from_on: finding.from,
            until_on: finding.until,
            steps: steps(finding)?,
            owner_id: if same_owner { row.owner_id } else { self.owner },
            team_id: if same_owner { row.team_id } else { self.registration.team_id },
        }))
    }

    fn why_ceased(&self, row: &FindingRow) -> FindingEnd {
        let ended = |assessed: &Assessed| {
            assessed.row.id == row.order_id && matches!(assessed.assessment.state, OrderState::Ended { .. })
        };
        if !self.in_force {
            FindingEnd::FileEnded
        } else if self.orders.iter().any(ended) {
            FindingEnd::OrderEnded
        } else {
            FindingEnd::NoLongerHolds
        }
    }
}

fn steps(finding: &Finding) -> Result<String, Refusal> {
    serde_json::to_string(&finding.steps).map_err(|error| Refusal::Rules(error.to_string()))
}
