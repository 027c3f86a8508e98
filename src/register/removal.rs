//! The end of a file: removed once it has ended, destroyed after the years in which it stays locked. One privacy officer
//! proposes, another decides, both times, each with a fresh second factor.
//!
//! Removing locks the file for everybody but the privacy officer. Destroying deletes what finds the person and then
//! destroys their keys, which leaves tombstones in the key store; clear columns stay, so that statistics can be made again
//! with the absence stated. The decision and the deletion are one transaction; keys are destroyed after it, which is
//! repeated until it is done: a crash in between leaves the state `destroying` and never a file that can be opened.
//! Nothing here is encrypted, because it must be readable when the key is gone.

use chrono::{Days, Months, NaiveDate};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::access::accounts::fresh_stamp;
use crate::access::{self, Action, Ctx, step_up};
use crate::app::App;
use crate::audit::{Deed, ObjectRef};
use crate::clock::UtcTime;
use crate::crypto::field::key_of;
use crate::ids::{AccountId, RegistrationId, RemovalId};
use crate::register::permit::{permit, subject_of};
use crate::register::{Refusal, status, unit};
use crate::store::registrations::{RegistrationStaged, registration_find};
use crate::store::removals::{
    Belongings, PersonsErased, RemovalReplaced, RemovalRow, belongings, removal_find, removal_list,
};
use crate::store::rows::RegistrationRow;
use crate::store::{Conn, Decided, Scope, WriteSet};
use crate::vocabulary::{LegalStatus, RemovalGround, RemovalState, Stage};

/// Days within which the second person decides on a proposal to remove.
const DECIDE_WITHIN: Days = Days::new(28);
/// How long a removed file stays locked before it may be destroyed: five years (Wpg art. 14(1)).
const LOCKED_FOR: Months = Months::new(5 * 12);

/// A proposal to remove a file that has ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct NewRemoval {
    /// Why.
    pub ground: RemovalGround,
}

/// What the second person decides.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RemovalDecision {
    /// Whether it is done.
    pub accept: bool,
}

/// The removal of a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct RemovalView {
    /// The removal.
    pub id: RemovalId,
    /// The registration.
    pub registration_id: RegistrationId,
    /// Where it stands.
    pub state: RemovalState,
    /// Why the file is removed.
    pub ground: RemovalGround,
    /// By when the second person decides.
    pub decide_by: NaiveDate,
    /// Who proposed it.
    pub proposed_by: AccountId,
    /// When.
    pub proposed_at: UtcTime,
    /// Who decided.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub decided_by: Option<AccountId>,
    /// When.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub decided_at: Option<UtcTime>,
    /// The first day on which it may be destroyed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub destroy_from: Option<NaiveDate>,
    /// Who proposed to destroy it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub destruction_proposed_by: Option<AccountId>,
    /// Who decided on that.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub destruction_decided_by: Option<AccountId>,
    /// When its keys were destroyed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub destroyed_at: Option<UtcTime>,
    /// The version, for `If-Match`.
    pub version: i64,
}

/// Every removal of a registration, the last first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct RemovalList {
    /// The removals.
    pub items: Vec<RemovalView>,
}

impl From<&RemovalRow> for RemovalView {
    fn from(row: &RemovalRow) -> Self {
        Self {
            id: row.id,
            registration_id: row.registration_id,
            state: row.state,
            ground: row.ground,
            decide_by: row.decide_by,
            proposed_by: row.proposed_by,
            proposed_at: row.proposed_at,
            decided_by: row.decided_by,
            decided_at: row.decided_at,
            destroy_from: row.destroy_from,
            destruction_proposed_by: row.destruction_proposed_by,
            destruction_decided_by: row.destruction_decided_by,
            destroyed_at: row.destroyed_at,
            version: row.version,
        }
    }
}

/// Proposes to remove a file.
///
/// # Errors
/// [`Refusal::Conflict`] `not_ended` or `removal_under_way`.
pub async fn propose(
    app: &App,
    ctx: &Ctx,
    registration: RegistrationId,
    new: NewRemoval,
) -> Result<RemovalView, Refusal> {
    let id = RemovalId::fresh();
    let deed = Deed::on(Action::RemovalPropose, ObjectRef::removal(id), registration);
    let told = |made: &RemovalView, deed: Deed| Deed { object: ObjectRef::removal(made.id), ..deed };
    let writer = ctx.clone();
    unit::write_told(app, ctx, Scope::Registration(registration), deed, None, told, move |conn| {
        let file = registration_find(conn, registration)?.ok_or(Refusal::NotFound)?;
        permit(&writer, Action::RemovalPropose, &file)?;
        step_up::require(&writer)?;
        refuse_unless_ended(&writer, &file)?;
        if removal_list(conn, registration)?.iter().any(|row| row.state != RemovalState::Rejected) {
            return Err(Refusal::Conflict {
                code: "removal_under_way",
                detail: "The removal of this registration was proposed before. Decide on that first.",
            });
        }
        let row = RemovalRow {
            id,
            registration_id: registration,
            state: RemovalState::Proposed,
            ground: new.ground,
            decide_by: writer.today(file.regime.zone()) + DECIDE_WITHIN,
            proposed_by: writer.actor.account,
            proposed_at: writer.now.legal,
            decided_by: None,
            decided_at: None,
            destroy_from: None,
            destruction_proposed_by: None,
            destruction_proposed_at: None,
            destruction_decided_by: None,
            destruction_decided_at: None,
            destroyed_at: None,
            version: 1,
        };
        let answer = RemovalView::from(&row);
        Ok(Decided::new(WriteSet { removals: vec![row], ..WriteSet::default() }, answer))
    })
    .await
}

fn refuse_unless_ended(ctx: &Ctx, file: &RegistrationRow) -> Result<(), Refusal> {
    match status::legal(file, ctx.today(file.regime.zone())) {
        LegalStatus::Ended => Ok(()),
        LegalStatus::Draft | LegalStatus::Active | LegalStatus::Removed | LegalStatus::Destroyed => {
            Err(Refusal::Conflict {
                code: "not_ended",
                detail: "Only a registration that has ended, and was not removed before, can be removed.",
            })
        }
    }
}

/// The removal as the actor has read it, when they may do this to it.
fn known(
    conn: &mut Conn,
    ctx: &Ctx,
    action: Action,
    file: &RegistrationRow,
    removal: RemovalId,
    version: i64,
    wanted: RemovalState,
) -> Result<RemovalRow, Refusal> {
    let found = removal_find(conn, file.id, removal)?;
    let asked_by = found.as_ref().and_then(|row| match row.state {
        RemovalState::Proposed => Some(row.proposed_by),
        RemovalState::DestructionProposed => row.destruction_proposed_by,
        RemovalState::Rejected | RemovalState::Removed | RemovalState::Destroying | RemovalState::Destroyed => None,
    });
    let subject = access::Subject { asked_by, ..subject_of(file, ctx) };
    access::decide(&ctx.actor, action, &subject, ctx.purpose).allowed()?;
    step_up::require(ctx)?;
    let row = found.ok_or(Refusal::NotFound)?;
    if row.version != version {
        return Err(Refusal::VersionMoved);
    }
    if row.state == wanted {
        return Ok(row);
    }
    Err(Refusal::Conflict { code: "not_in_this_state", detail: "This removal does not wait for that." })
}

fn done(mut writes: WriteSet, row: RemovalRow) -> Decided<RemovalView> {
    let answer = RemovalView { version: row.version + 1, ..RemovalView::from(&row) };
    writes.changes.push(Box::new(RemovalReplaced(row)));
    Decided::new(writes, answer)
}

/// Decides on a proposal to remove a file, as a second person. `version` is the one the caller has read.
///
/// # Errors
/// [`Refusal::Forbidden`] for whoever proposed it; [`Refusal::Conflict`] `not_in_this_state` or `not_ended`;
/// [`Refusal::VersionMoved`].
pub async fn decide(
    app: &App,
    ctx: &Ctx,
    registration: RegistrationId,
    removal: RemovalId,
    version: i64,
    decision: RemovalDecision,
) -> Result<RemovalView, Refusal> {
    let deed = Deed::on(Action::RemovalDecide, ObjectRef::removal(removal), registration);
    let writer = ctx.clone();
    unit::write(app, ctx, Scope::Registration(registration), deed, None, move |conn| {
        let file = registration_find(conn, registration)?.ok_or(Refusal::NotFound)?;
        let action = Action::RemovalDecide;
        let mut row = known(conn, &writer, action, &file, removal, version, RemovalState::Proposed)?;
        (row.decided_by, row.decided_at) = (Some(writer.actor.account), Some(writer.now.legal));
        let mut writes = WriteSet::default();
        if decision.accept {
            refuse_unless_ended(&writer, &file)?;
            row.state = RemovalState::Removed;
            row.destroy_from = Some(writer.today(file.regime.zone()) + LOCKED_FOR);
            let (from, to, updated_at) = (file.stage, Stage::Removed, writer.now.system);
            writes.changes.push(Box::new(RegistrationStaged { id: registration, from, to, updated_at }));
        } else {
            row.state = RemovalState::Rejected;
        }
        Ok(done(writes, row))
    })
    .await
}

/// Proposes to destroy a file that was removed. `version` is the one the caller has read.
///
/// # Errors
/// [`Refusal::Conflict`] `not_in_this_state`, `still_locked` or `other_registration`; [`Refusal::VersionMoved`].
pub async fn propose_destruction(
    app: &App,
    ctx: &Ctx,
    registration: RegistrationId,
    removal: RemovalId,
    version: i64,
) -> Result<RemovalView, Refusal> {
    let deed = Deed::on(Action::DestructionPropose, ObjectRef::removal(removal), registration);
    let writer = ctx.clone();
    unit::write(app, ctx, Scope::Registration(registration), deed, None, move |conn| {
        let file = registration_find(conn, registration)?.ok_or(Refusal::NotFound)?;
        let action = Action::DestructionPropose;
        let mut row = known(conn, &writer, action, &file, removal, version, RemovalState::Removed)?;
        destroyable(conn, &writer, &file, &row)?;
        row.state = RemovalState::DestructionProposed;
        row.destruction_proposed_by = Some(writer.actor.account);
        row.destruction_proposed_at = Some(writer.now.legal);
        (row.destruction_decided_by, row.destruction_decided_at) = (None, None);
        Ok(done(WriteSet::default(), row))
    })
    .await
}

fn destroyable(conn: &mut Conn, ctx: &Ctx, file: &RegistrationRow, row: &RemovalRow) -> Result<Belongings, Refusal> {
    if row.destroy_from.is_none_or(|day| ctx.today(file.regime.zone()) < day) {
        return Err(Refusal::Conflict {
            code: "still_locked",
            detail: "A removed registration stays locked until `destroyFrom`; it is destroyed on that day or later.",
        });
    }
    let what = belongings(conn, file.id)?;
    if what.others.is_empty() {
        return Ok(what);
    }
    Err(Refusal::Conflict {
        code: "other_registration",
        detail: "The person has another registration. What is known of a person is destroyed with the last one.",
    })
}

/// Decides on a proposal to destroy a file, as a second person, and destroys it. `version` is the one the caller has read.
///
/// # Errors
/// [`Refusal::Forbidden`] for whoever proposed it; [`Refusal::Conflict`] `not_in_this_state`, `still_locked` or
/// `other_registration`; [`Refusal::VersionMoved`]. When the key store does not answer, the removal stays `destroying` and
/// [`finish`] goes on with it.
pub async fn decide_destruction(
    app: &App,
    ctx: &Ctx,
    registration: RegistrationId,
    removal: RemovalId,
    version: i64,
    decision: RemovalDecision,
) -> Result<RemovalView, Refusal> {
    let deed = Deed::on(Action::DestructionDecide, ObjectRef::removal(removal), registration);
    let writer = ctx.clone();
    let decided = unit::write(app, ctx, Scope::Alone, deed, None, move |conn| {
        let file = registration_find(conn, registration)?.ok_or(Refusal::NotFound)?;
        let action = Action::DestructionDecide;
        let mut row = known(conn, &writer, action, &file, removal, version, RemovalState::DestructionProposed)?;
        row.destruction_decided_by = Some(writer.actor.account);
        row.destruction_decided_at = Some(writer.now.legal);
        let mut writes = WriteSet::default();
        if decision.accept {
            let what = destroyable(conn, &writer, &file, &row)?;
            row.state = RemovalState::Destroying;
            let (at, security_stamp) = (writer.now.system, fresh_stamp());
            writes.changes.push(Box::new(PersonsErased { what, at, security_stamp }));
        } else {
            row.state = RemovalState::Removed;
        }
        Ok(done(writes, row))
    })
    .await?;
    match decided.state {
        RemovalState::Destroying => {
            let app = app.clone();
            let finished = tokio::task::spawn_blocking(move || finish(&app, registration, removal));
            finished.await.map_err(|_| Refusal::Keys("the key store did not answer".to_owned()))?
        }
        RemovalState::Proposed
        | RemovalState::Rejected
        | RemovalState::Removed
        | RemovalState::DestructionProposed
        | RemovalState::Destroyed => Ok(decided),
    }
}

/// Destroys the keys of a file whose destruction was decided. May be repeated; done by the program after the decision, and by
/// the housekeeping for what a crash left half done. Waits for the key store and the database.
///
/// # Errors
/// When the key store or the database does not answer.
pub fn finish(app: &App, registration: RegistrationId, removal: RemovalId) -> Result<RemovalView, Refusal> {
    let what = app.store.read_blocking(move |conn| belongings(conn, registration).map_err(Refusal::Store))?;
    let now = app.clock.now();
    for sealed in &what.account_ciphertexts {
        app.vault.destroy(key_of(sealed)?, now.system.utc())?;
    }
    for key in &what.person_keys {
        app.vault.destroy(key.parse()?, now.system.utc())?;
    }
    app.store.long_work()?.batch(move |conn| {
        let mut row = removal_find(conn, registration, removal)?.ok_or(Refusal::NotFound)?;
        if row.state != RemovalState::Destroying {
            return Ok(Decided::new(WriteSet::default(), RemovalView::from(&row)));
        }
        (row.state, row.destroyed_at) = (RemovalState::Destroyed, Some(now.legal));
        Ok(done(WriteSet::default(), row))
    })
}

/// Reads how a file was removed and destroyed; also after it was destroyed.
///
/// # Errors
/// [`Refusal::NotFound`], [`Refusal::Forbidden`].
pub async fn list(app: &App, ctx: &Ctx, registration: RegistrationId) -> Result<RemovalList, Refusal> {
    let deed = Deed::on(Action::RemovalRead, ObjectRef::registration(registration), registration);
    let reader = ctx.clone();
    unit::read(app, ctx, deed, move |conn| {
        let file = registration_find(conn, registration)?.ok_or(Refusal::NotFound)?;
        permit(&reader, Action::RemovalRead, &file)?;
        Ok(RemovalList { items: removal_list(conn, registration)?.iter().map(RemovalView::from).collect() })
    })
    .await
}
