//! When officers are absent and who stands in. A flag that is raised meanwhile goes to whoever stands in at once.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::access::{self, Action, Ctx};
use crate::app::App;
use crate::audit::{Deed, ObjectRef};
use crate::ids::{AbsenceId, AccountId, TeamId};
use crate::register::{FieldError, Refusal, unit};
use crate::store::absences::{AbsenceRow, AbsenceWithdrawn, absence_find, absence_list_from};
use crate::store::accounts::{account_find, account_list_of_team};
use crate::store::{Conn, Decided, Scope, WriteSet};
use crate::vocabulary::{AccountState, Regime, Role};

/// A time in which an officer is absent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AbsenceInput {
    /// The officer.
    pub account_id: AccountId,
    /// First day.
    pub from: NaiveDate,
    /// Last day.
    pub until: NaiveDate,
    /// Who stands in: an officer or lead of the same team.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cover_id: Option<AccountId>,
}

/// An absence as it is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct AbsenceView {
    /// The absence.
    pub id: AbsenceId,
    /// The officer.
    pub account_id: AccountId,
    /// First day.
    pub from: NaiveDate,
    /// Last day.
    pub until: NaiveDate,
    /// Who stands in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cover_id: Option<AccountId>,
}

/// The absences of a team.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct AbsenceList {
    /// Those that are not over, by their first day.
    pub items: Vec<AbsenceView>,
}

impl From<&AbsenceRow> for AbsenceView {
    fn from(row: &AbsenceRow) -> Self {
        Self { id: row.id, account_id: row.account_id, from: row.from_on, until: row.until_on, cover_id: row.cover_id }
    }
}

/// Records an absence: an officer for themself, a lead for the team.
///
/// # Errors
/// Every invalid field, `not_your_team` for somebody else's absence; [`Refusal::Forbidden`].
pub async fn record(app: &App, ctx: &Ctx, input: AbsenceInput) -> Result<AbsenceView, Refusal> {
    let id = AbsenceId::fresh();
    let deed = Deed::of(Action::AbsenceRecord, ObjectRef::absence(id));
    let writer = ctx.clone();
    let told = |made: &AbsenceView, deed: Deed| Deed { object: ObjectRef::absence(made.id), ..deed };
    unit::write_told(app, ctx, Scope::Append, deed, None, told, move |conn| {
        access::decide_without_subject(&writer.actor, Action::AbsenceRecord, writer.purpose).allowed()?;
        let Some(team) = team_spoken_for(conn, &writer, input.account_id)? else {
            let detail = "Record your own absence, or as a lead that of somebody of your team.";
            return Err(Refusal::field("/accountId", "not_your_team", detail));
        };
        let mut faults = Vec::new();
        if input.until < input.from {
            faults.push(FieldError::new("/until", "before_from", "The absence ends before it begins."));
        }
        if input.until < writer.today(Regime::NlPilot.zone()) {
            faults.push(FieldError::new("/until", "in_the_past", "The absence is over already."));
        }
        if let Some(cover) = input.cover_id
            && (cover == input.account_id || officer_team(conn, cover)? != Some(team))
        {
            let detail = "Name another active officer or lead of the same team.";
            faults.push(FieldError::new("/coverId", "no_such_officer", detail));
        }
        Refusal::unless_empty(faults)?;
        let row = AbsenceRow {
            id,
            account_id: input.account_id,
            from_on: input.from,
            until_on: input.until,
            cover_id: input.cover_id,
            recorded_by: writer.actor.account,
            recorded_at: writer.now.legal,
            withdrawn_at: None,
        };
        let answer = AbsenceView::from(&row);
        Ok(Decided::new(WriteSet { officer_absences: vec![row], ..WriteSet::default() }, answer))
    })
    .await
}

/// Takes an absence back: it does not take place, or is over early.
///
/// # Errors
/// [`Refusal::NotFound`], [`Refusal::Forbidden`]; `not_your_team` for somebody else's, `withdrawn_already`.
pub async fn withdraw(app: &App, ctx: &Ctx, absence: AbsenceId) -> Result<(), Refusal> {
    let deed = Deed::of(Action::AbsenceRecord, ObjectRef::absence(absence));
    let writer = ctx.clone();
    unit::write(app, ctx, Scope::Alone, deed, None, move |conn| {
        access::decide_without_subject(&writer.actor, Action::AbsenceRecord, writer.purpose).allowed()?;
        let row = absence_find(conn, absence)?.ok_or(Refusal::NotFound)?;
        if team_spoken_for(conn, &writer, row.account_id)?.is_none() {
            let detail = "Only the officer and the lead of the team take an absence back.";
            return Err(Refusal::Conflict { code: "not_your_team", detail });
        }
        if row.withdrawn_at.is_some() {
            return Err(Refusal::Conflict { code: "withdrawn_already", detail: "It was taken back already." });
        }
        let mut writes = WriteSet::default();
        writes.changes.push(Box::new(AbsenceWithdrawn { id: absence, at: writer.now.legal }));
        Ok(Decided::new(writes, ()))
    })
    .await
}

/// Reads the absences of the actor's team that are not over.
///
/// # Errors
/// [`Refusal::Forbidden`].
pub async fn list(app: &App, ctx: &Ctx) -> Result<AbsenceList, Refusal> {
    let deed = Deed::of(Action::AbsenceRead, ObjectRef::none());
    let (reader, today) = (ctx.clone(), ctx.today(Regime::NlPilot.zone()));
    unit::read(app, ctx, deed, move |conn| {
        access::decide_without_subject(&reader.actor, Action::AbsenceRead, reader.purpose).allowed()?;
        let team = reader.actor.team.ok_or(Refusal::Forbidden("your account belongs to no team"))?;
        let members: Vec<AccountId> = account_list_of_team(conn, team)?.into_iter().map(|row| row.id).collect();
        let all = absence_list_from(conn, today)?;
        let items = all.iter().filter(|row| members.contains(&row.account_id)).map(AbsenceView::from).collect();
        Ok(AbsenceList { items })
    })
    .await
}

/// Whose absence the actor may record or take back: an officer their own, a lead that of everybody in the team.
///
/// # Errors
/// [`Refusal::Forbidden`].
pub async fn recordable(app: &App, ctx: &Ctx) -> Result<Vec<AccountId>, Refusal> {
    access::decide_without_subject(&ctx.actor, Action::AbsenceRecord, ctx.purpose).allowed()?;
    let actor = ctx.clone();
    let found = app.store.read(move |conn| {
        let team = actor.actor.team.ok_or(Refusal::Forbidden("your account belongs to no team"))?;
        let mut ids = Vec::new();
        for row in account_list_of_team(conn, team)? {
            if team_spoken_for(conn, &actor, row.id)?.is_some() {
                ids.push(row.id);
            }
        }
        Ok(ids)
    });
    found.await
}

/// The team of the absent officer, when the actor may speak of that officer's absence.
fn team_spoken_for(conn: &mut Conn, ctx: &Ctx, absent: AccountId) -> Result<Option<TeamId>, Refusal> {
    let team = officer_team(conn, absent)?;
    let own = absent == ctx.actor.account;
    let of_my_team = ctx.actor.role == Role::ReviewLead && team == ctx.actor.team;
    Ok(team.filter(|_| own || of_my_team))
}

fn officer_team(conn: &mut Conn, account: AccountId) -> Result<Option<TeamId>, Refusal> {
    Ok(account_find(conn, account)?
        .filter(|row| row.state == AccountState::Active)
        .filter(|row| matches!(row.role, Role::SupervisionOfficer | Role::ReviewLead))
        .and_then(|row| row.team_id))
}
