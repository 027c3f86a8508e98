//! Whose work it is: one flag to another officer, a whole caseload at once, and how much everybody has.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::case::{Note, step};
use super::life::NotNow;
use crate::access::{self, Action, Ctx, Reach};
use crate::app::App;
use crate::audit::{Deed, ObjectRef};
use crate::ids::{AccountId, FlagId, HandOverId, TeamId};
use crate::register::view::FlagSummary;
use crate::register::{FieldError, Refusal, unit};
use crate::store::absences::absence_list_from;
use crate::store::accounts::{account_find, account_list_of_team};
use crate::store::caseload::{
    CaseloadHandedOver, HandOverRow, caseload_count, load_list, registration_count_by_officer,
};
use crate::store::{Conn, Decided, Scope, WriteSet};
use crate::vocabulary::{AccountState, FlagState, FlagStepKind, HandOverReason, Regime, Role};

/// Who looks after a flag from now on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Reassignment {
    /// The officer or lead.
    pub owner_id: AccountId,
    /// Why.
    pub reason: HandOverReason,
}

/// Gives a flag to another officer. Its term runs on.
///
/// # Errors
/// [`Refusal::Invalid`] when the account cannot own a flag; `flag_closed`; what every step can meet, see [`step`].
pub async fn reassign(
    app: &App,
    ctx: &Ctx,
    flag: FlagId,
    version: i64,
    to: Reassignment,
) -> Result<FlagSummary, Refusal> {
    step(app, ctx, Action::FlagReassign, flag, version, move |case, conn| {
        if case.flag.state == FlagState::Closed {
            return Err(NotNow::Closed.into());
        }
        let team = team_of(conn, to.owner_id, "/ownerId")?;
        case.flag.owner_id = to.owner_id;
        case.flag.team_id = team;
        case.flag.snoozed_until = None;
        case.note(FlagStepKind::Reassigned, Note { hand_over: Some(to.reason), ..Note::default() })
    })
    .await
}

/// The team of an account that can own flags.
fn team_of(conn: &mut Conn, account: AccountId, pointer: &str) -> Result<TeamId, Refusal> {
    account_find(conn, account)?
        .filter(|row| row.state == AccountState::Active)
        .filter(|row| matches!(row.role, Role::SupervisionOfficer | Role::ReviewLead))
        .and_then(|row| row.team_id)
        .ok_or_else(|| {
            let detail = "The account is not that of an active supervision officer or review lead with a team.";
            Refusal::field(pointer, "no_such_officer", detail)
        })
}

/// A caseload to hand over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct HandOver {
    /// Whose it is.
    pub from_id: AccountId,
    /// Whose it will be.
    pub to_id: AccountId,
    /// Why.
    pub reason: HandOverReason,
}

/// A caseload that was handed over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct HandOverAnswer {
    /// The hand-over, which the steps of the flags name.
    pub id: HandOverId,
    /// How many registrations it was.
    pub registrations: i64,
    /// How many open flags.
    pub flags: i64,
}

/// Gives every registration and open flag of an officer to another, at once. Terms run on; what the officer proposed
/// stays that officer's proposal.
///
/// # Errors
/// [`Refusal::Invalid`] when one of the accounts is no such officer; [`Refusal::Forbidden`] for another team's officer
/// without a purpose.
pub async fn hand_over(app: &App, ctx: &Ctx, asked: HandOver) -> Result<HandOverAnswer, Refusal> {
    let id = HandOverId::fresh();
    let deed = Deed::of(Action::CaseloadHandOver, ObjectRef::hand_over(id));
    let reach = access::reach(&ctx.actor, Action::CaseloadHandOver, ctx.purpose);
    let writer = ctx.clone();
    let told = |made: &HandOverAnswer, deed: Deed| Deed { object: ObjectRef::hand_over(made.id), ..deed };
    unit::write_told(app, ctx, Scope::Alone, deed, None, told, move |conn| {
        reach.allowed()?;
        let from = account_find(conn, asked.from_id)?
            .filter(|row| matches!(row.role, Role::SupervisionOfficer | Role::ReviewLead));
        let from_team = from.as_ref().and_then(|row| row.team_id);
        let Some(from_team) = from_team else {
            return Err(Refusal::field("/fromId", "no_such_officer", "The account is not that of an officer or lead."));
        };
        if let Reach::Team(team) = reach
            && team != from_team
        {
            return Err(Refusal::Forbidden("this officer belongs to another team; state a purpose"));
        }
        let to_team = team_of(conn, asked.to_id, "/toId")?;
        if asked.to_id == asked.from_id {
            return Err(Refusal::Invalid(vec![FieldError::new("/toId", "same_officer", "Name somebody else.")]));
        }
        let (registrations, flags) = caseload_count(conn, asked.from_id)?;
        let row = HandOverRow {
            id,
            from_id: asked.from_id,
            to_id: asked.to_id,
            reason: asked.reason,
            registrations,
            flags,
            done_by: writer.actor.account,
            done_at: writer.now.legal,
        };
        let mut writes = WriteSet::default();
        let on = writer.today(Regime::NlPilot.zone());
        writes.changes.push(Box::new(CaseloadHandedOver { row, to_team, on }));
        Ok(Decided::new(writes, HandOverAnswer { id, registrations, flags }))
    })
    .await
}

/// How much the officers of a team have.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Workload {
    /// The legal day it is about.
    pub on: NaiveDate,
    /// Everybody of the team who can own flags, and whoever owns one of the team's.
    pub items: Vec<OfficerLoad>,
}

/// How much one officer has.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct OfficerLoad {
    /// The officer.
    pub account_id: AccountId,
    /// Whether the account is in use and the officer is not absent.
    pub present: bool,
    /// Registrations in force.
    pub registrations: i64,
    /// Open flags by state; states without any are left out.
    pub flags: Vec<StateCount>,
    /// Open flags whose term has passed.
    pub overdue: i64,
    /// Open flags that were put before the lead.
    pub escalated: i64,
    /// The day on which the oldest open flag was raised.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub oldest: Option<NaiveDate>,
}

/// How many flags are in one state.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct StateCount {
    /// The state.
    pub state: FlagState,
    /// How many.
    pub count: i64,
}

/// How much everybody of the lead's team has, the busiest first.
///
/// # Errors
/// [`Refusal::Forbidden`] for everybody but a lead.
pub async fn workload(app: &App, ctx: &Ctx) -> Result<Workload, Refusal> {
    let deed = Deed::of(Action::WorkloadRead, ObjectRef::none());
    let reach = access::reach(&ctx.actor, Action::WorkloadRead, ctx.purpose);
    let (reader, today) = (ctx.clone(), ctx.today(Regime::NlPilot.zone()));
    unit::read(app, ctx, deed, move |conn| {
        reach.allowed()?;
        let team = reader.actor.team.ok_or(Refusal::Forbidden("your account belongs to no team"))?;
        let absent: Vec<AccountId> = absence_list_from(conn, today)?
            .into_iter()
            .filter(|absence| absence.from_on <= today)
            .map(|absence| absence.account_id)
            .collect();
        let mut loads: BTreeMap<AccountId, OfficerLoad> = BTreeMap::new();
        let empty = |account_id, present| OfficerLoad {
            account_id,
            present,
            registrations: 0,
            flags: Vec::new(),
            overdue: 0,
            escalated: 0,
            oldest: None,
        };
        for row in account_list_of_team(conn, team)? {
            let present = row.state == AccountState::Active && !absent.contains(&row.id);
            loads.insert(row.id, empty(row.id, present));
        }
        for (officer, count) in registration_count_by_officer(conn, team)? {
            loads.entry(officer).or_insert_with(|| empty(officer, false)).registrations = count;
        }
        for row in load_list(conn, team, today)? {
            let load = loads.entry(row.owner_id).or_insert_with(|| empty(row.owner_id, false));
            load.flags.push(StateCount { state: row.state, count: row.flags });
            load.overdue += row.overdue;
            load.escalated += row.escalated;
            load.oldest = load.oldest.into_iter().chain(row.oldest).min();
        }
        let mut items: Vec<OfficerLoad> = loads.into_values().collect();
        let open = |load: &OfficerLoad| load.flags.iter().map(|of| of.count).sum::<i64>();
        items.sort_by_key(|load| std::cmp::Reverse((open(load), load.registrations)));
        Ok(Workload { on: today, items })
    })
    .await
}
