//! A file goes to another team: offered with a reason, accepted by the lead of that team who says which officer takes
//! it, refused, or taken back. Until it is accepted nothing changes: the offering officer supervises. With the file go
//! its visits and its open flags, these by the rules of the caseload: to the officer who takes it, or to whoever is there
//! while that officer is absent. Terms run on, and what was proposed stays the proposal of whoever made it.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::Reason;
use super::frame::{self, as_asked, open_some};
use crate::access::{self, Action, Ctx};
use crate::app::App;
use crate::audit::{Deed, ObjectRef};
use crate::clock::UtcTime;
use crate::ids::{AccountId, RegistrationId, TeamId, TransferId};
use crate::register::permit::subject_of;
use crate::register::view::cut;
use crate::register::{Refusal, file, unit};
use crate::store::accounts::{account_find, team_find};
use crate::store::around::transfers::{
    TransferClosed, TransferRow, transfer_find, transfer_find_open, transfer_list, transfer_list_open,
};
use crate::store::around::visits::VisitsHandedOver;
use crate::store::caseload::{FlagsMoved, Moved};
use crate::store::owners::flag_owners;
use crate::store::registrations::{RegistrationAssigned, registration_find};
use crate::store::{Conn, Decided, Scope, WriteSet};
use crate::vault::Strongbox;
use crate::vocabulary::{AccountState, Role, TransferState};

const TABLE: &str = "transfers";

/// An offer of a file to another team.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct NewTransfer {
    /// The other team.
    pub to_team_id: TeamId,
    /// Why.
    #[schema(min_length = 3, max_length = 2_000, example = "Verhuisd naar de regio van het andere team.")]
    pub reason: String,
}

/// What the other team answers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "type", rename_all = "camelCase", deny_unknown_fields)]
pub enum TransferAnswer {
    /// It takes the file.
    #[serde(rename_all = "camelCase")]
    Accept {
        /// The officer of that team who supervises from now on.
        officer_id: AccountId,
    },
    /// It does not.
    Refuse {
        /// Why.
        #[schema(min_length = 3, max_length = 2_000)]
        reason: String,
    },
}

/// A transfer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct TransferView {
    /// The transfer.
    pub id: TransferId,
    /// The file.
    pub registration_id: RegistrationId,
    /// Where it stands.
    pub state: TransferState,
    /// The team that offers.
    pub from_team_id: TeamId,
    /// The officer who supervised when it was offered.
    pub from_officer_id: AccountId,
    /// The team it is offered to.
    pub to_team_id: TeamId,
    /// The officer who took it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub to_officer_id: Option<AccountId>,
    /// Why it is offered.
    pub reason: String,
    /// Why it was refused or taken back.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub answer: Option<String>,
    /// Who offered it.
    pub offered_by: AccountId,
    /// When.
    pub offered_at: UtcTime,
    /// Who answered, or took it back.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub closed_by: Option<AccountId>,
    /// When.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub closed_at: Option<UtcTime>,
    /// The version, for `If-Match`.
    pub version: i64,
}

/// The transfers of a file, the last first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct TransferHistory {
    /// The transfers.
    pub items: Vec<TransferView>,
}

/// One page of offers that wait, the longest waiting first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct TransferPage {
    /// The offers.
    pub items: Vec<TransferView>,
    /// Where the next page starts; absent on the last one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next: Option<TransferId>,
}

impl TransferView {
    fn open(row: &TransferRow, strongbox: &Strongbox) -> Result<Self, Refusal> {
        let id = row.id.as_str();
        Ok(Self {
            id: row.id,
            registration_id: row.registration_id,
            state: row.state,
            from_team_id: row.from_team_id,
            from_officer_id: row.from_officer_id,
            to_team_id: row.to_team_id,
            to_officer_id: row.to_officer_id,
            reason: strongbox.open(TABLE, "reason_enc", id, &row.reason_enc)?,
            answer: open_some(strongbox, TABLE, "answer_enc", id, row.answer_enc.as_deref())?,
            offered_by: row.offered_by,
            offered_at: row.offered_at,
            closed_by: row.closed_by,
            closed_at: row.closed_at,
            version: row.version,
        })
    }
}

/// Offers a file to another team.
///
/// # Errors
/// [`Refusal::Conflict`] `already_offered`; every invalid field.
pub async fn offer(
    app: &App,
    ctx: &Ctx,
    registration: RegistrationId,
    new: NewTransfer,
) -> Result<TransferView, Refusal> {
    let id = TransferId::fresh();
    let deed = Deed::on(Action::TransferOffer, ObjectRef::transfer(id), registration);
    let told = |made: &TransferView, deed: Deed| Deed { object: ObjectRef::transfer(made.id), ..deed };
    frame::write(app, ctx, registration, deed, told, move |conn, opened| {
        let fault = |code, detail| Refusal::field("/toTeamId", code, detail);
        if new.to_team_id == opened.registration.team_id {
            return Err(fault("own_team", "The file is with this team already. Assign it to another officer instead."));
        }
        team_find(conn, new.to_team_id)?.ok_or_else(|| fault("no_such_team", "There is no such team."))?;
        if transfer_find_open(conn, registration)?.is_some() {
            return Err(Refusal::Conflict {
                code: "already_offered",
                detail: "The file is offered to a team already. Take that offer back first.",
            });
        }
        let row = TransferRow {
            id,
            registration_id: registration,
            from_team_id: opened.registration.team_id,
            from_officer_id: opened.registration.officer_id,
            to_team_id: new.to_team_id,
            to_officer_id: None,
            state: TransferState::Offered,
            reason_enc: opened.seal(TABLE, "reason_enc", id.as_str(), &new.reason)?,
            answer_enc: None,
            offered_by: opened.ctx.actor.account,
            offered_at: opened.ctx.now.legal,
            closed_by: None,
            closed_at: None,
            version: 1,
        };
        let answer = TransferView::open(&row, opened.strongbox())?;
        Ok(Decided::new(WriteSet { transfers: vec![row], ..WriteSet::default() }, answer))
    })
    .await
}

/// Takes an offer back. `version` is the one the caller has read.
///
/// # Errors
/// [`Refusal::Conflict`] `not_offered`; [`Refusal::VersionMoved`].
pub async fn withdraw(
    app: &App,
    ctx: &Ctx,
    registration: RegistrationId,
    transfer: TransferId,
    version: i64,
    why: Reason,
) -> Result<TransferView, Refusal> {
    let deed = Deed::on(Action::TransferWithdraw, ObjectRef::transfer(transfer), registration);
    frame::write(app, ctx, registration, deed, as_asked, move |conn, opened| {
        let row = waiting(conn, registration, transfer, version)?;
        let ending = Ending { state: TransferState::Withdrawn, officer: None, why: Some(&why.reason) };
        ending.of(row, opened.ctx, opened.strongbox())
    })
    .await
}

/// Answers an offer for the team it was made to. `version` is the one the caller has read.
///
/// # Errors
/// [`Refusal::Forbidden`] for anybody but a lead of that team; [`Refusal::Conflict`] `not_offered`;
/// [`Refusal::VersionMoved`]; every invalid field.
pub async fn answer(
    app: &App,
    ctx: &Ctx,
    registration: RegistrationId,
    transfer: TransferId,
    version: i64,
    answer: TransferAnswer,
) -> Result<TransferView, Refusal> {
    let deed = Deed::on(Action::TransferAnswer, ObjectRef::transfer(transfer), registration);
    let strongbox = file::strongbox(app, ctx, registration, &deed).await?;
    let (writer, sealed) = (ctx.clone(), strongbox.clone());
    unit::write(app, ctx, Scope::Registration(registration), deed, Some(strongbox), move |conn| {
        let file = registration_find(conn, registration)?.ok_or(Refusal::NotFound)?;
        let offered = transfer_find_open(conn, registration)?;
        let subject = access::Subject {
            asked_by: offered.as_ref().map(|row| row.offered_by),
            offered_to: offered.map(|row| row.to_team_id),
            ..subject_of(&file, &writer)
        };
        access::decide(&writer.actor, Action::TransferAnswer, &subject, writer.purpose).allowed()?;
        let row = waiting(conn, registration, transfer, version)?;
        match &answer {
            TransferAnswer::Refuse { reason } => {
                Ending { state: TransferState::Refused, officer: None, why: Some(reason) }.of(row, &writer, &sealed)
            }
            TransferAnswer::Accept { officer_id } => {
                if !takes_files(conn, *officer_id, row.to_team_id)? {
                    return Err(Refusal::field(
                        "/officerId",
                        "no_such_officer",
                        "The account is not that of an active officer or lead of the team that takes the file.",
                    ));
                }
                let to_team = row.to_team_id;
                let assigned = RegistrationAssigned {
                    id: registration,
                    version: file.version,
                    officer_id: *officer_id,
                    team_id: to_team,
                    updated_at: writer.now.legal,
                };
                let ending = Ending { state: TransferState::Accepted, officer: Some(*officer_id), why: None };
                let mut decided = ending.of(row, &writer, &sealed)?;
                decided.writes.changes.push(Box::new(assigned));
                decided.writes.changes.push(Box::new(VisitsHandedOver { registration, officer: *officer_id }));
                let on = writer.today(file.regime.zone());
                // Whoever takes a file is in use, so there is always one of these to look after its flags.
                let owner_id = flag_owners(conn, on)?.of(*officer_id, to_team).unwrap_or(*officer_id);
                decided.writes.changes.push(Box::new(FlagsMoved {
                    which: Moved::OfRegistration(registration),
                    owner_id,
                    team_id: to_team,
                    basis_id: transfer.to_string(),
                    hand_over: None,
                    by: writer.actor.account,
                    on,
                    at: writer.now.legal,
                }));
                Ok(decided)
            }
        }
    })
    .await
}

fn takes_files(conn: &mut Conn, officer: AccountId, team: TeamId) -> Result<bool, Refusal> {
    Ok(account_find(conn, officer)?.is_some_and(|account| {
        account.state == AccountState::Active
            && matches!(account.role, Role::SupervisionOfficer | Role::ReviewLead)
            && account.team_id == Some(team)
    }))
}

fn waiting(
    conn: &mut Conn,
    registration: RegistrationId,
    transfer: TransferId,
    version: i64,
) -> Result<TransferRow, Refusal> {
    let row = transfer_find(conn, registration, transfer)?.ok_or(Refusal::NotFound)?;
    if row.state != TransferState::Offered {
        return Err(Refusal::Conflict {
            code: "not_offered",
            detail: "This offer was answered or taken back already.",
        });
    }
    if row.version == version { Ok(row) } else { Err(Refusal::VersionMoved) }
}

/// How an offer ends.
struct Ending<'a> {
    state: TransferState,
    officer: Option<AccountId>,
    why: Option<&'a String>,
}

impl Ending<'_> {
    fn of(self, mut row: TransferRow, ctx: &Ctx, strongbox: &Strongbox) -> Result<Decided<TransferView>, Refusal> {
        let answer_enc = self.why.map(|why| strongbox.seal(TABLE, "answer_enc", row.id.as_str(), why)).transpose()?;
        let closed = TransferClosed {
            id: row.id,
            version: row.version,
            state: self.state,
            to_officer_id: self.officer,
            answer_enc: answer_enc.clone(),
            closed_by: ctx.actor.account,
            closed_at: ctx.now.legal,
        };
        (row.state, row.to_officer_id, row.answer_enc) = (self.state, self.officer, answer_enc);
        (row.closed_by, row.closed_at) = (Some(closed.closed_by), Some(closed.closed_at));
        row.version += 1;
        let answer = TransferView::open(&row, strongbox)?;
        let mut writes = WriteSet::default();
        writes.changes.push(Box::new(closed));
        Ok(Decided::new(writes, answer))
    }
}

/// Reads the transfers of a file.
///
/// # Errors
/// [`Refusal::NotFound`], [`Refusal::Forbidden`].
pub async fn history(app: &App, ctx: &Ctx, registration: RegistrationId) -> Result<TransferHistory, Refusal> {
    let deed = Deed::on(Action::TransferRead, ObjectRef::registration(registration), registration)
        .with_fields(&["reason", "answer"]);
    frame::read(app, ctx, registration, deed, as_asked, move |conn, opened| {
        let rows = transfer_list(conn, registration)?;
        let items = rows.iter().map(|row| TransferView::open(row, opened.strongbox())).collect::<Result<_, _>>()?;
        Ok(TransferHistory { items })
    })
    .await
}

/// Lists the offers that wait: those made to or by the team of a lead, those of the files of an officer.
///
/// # Errors
/// [`Refusal::Forbidden`].
pub async fn waiting_offers(
    app: &App,
    ctx: &Ctx,
    after: Option<TransferId>,
    limit: i64,
) -> Result<TransferPage, Refusal> {
    let deed = Deed::of(Action::TransferList, ObjectRef::none()).with_fields(&["reason"]);
    let reach = access::reach(&ctx.actor, Action::TransferList, ctx.purpose);
    if let Err(refusal) = reach.allowed() {
        return unit::read(app, ctx, deed, move |_| Err(refusal)).await;
    }
    let mut rows = app.store.read(move |conn| transfer_list_open(conn, &reach, after, limit + 1)).await?;
    let next = cut(&mut rows, limit, |row| row.id);
    let vault = app.vault.clone();
    // Each row is of another person: their keys may have to be waited for, which no transaction does.
    let items = tokio::task::spawn_blocking(move || {
        rows.iter()
            .map(|row| TransferView::open(row, &vault.strongbox_of(&row.reason_enc)?))
            .collect::<Result<Vec<_>, Refusal>>()
    })
    .await
    .map_err(|_| Refusal::Keys("decryption was cut off".to_owned()))??;
    unit::read(app, ctx, deed, move |_| Ok(TransferPage { items, next })).await
}
