//! Two registrations of one person become one; and, when that was a mistake, two again. One person proposes, another
//! decides, both times.
//!
//! The surviving registration takes over the facts of the absorbed one and is assessed anew; the absorbed one is locked,
//! with everything in it as it was. Whoever is found by the details of the one person is found by those of the other. A
//! split takes back exactly that: what was taken over is withdrawn, what was locked is opened and assessed anew. What was
//! reported or recorded in between stays with the surviving registration. Whoever was given data of either is told, both
//! times.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::joining::{Joining, refuse_unlike, stored, to_stored};
use crate::access::{self, Action, Ctx};
use crate::app::App;
use crate::audit::{Deed, ObjectRef};
use crate::clock::UtcTime;
use crate::ids::{AccountId, FactId, MergeId, RegistrationId};
use crate::register::around::Reason;
use crate::register::file::{self, File};
use crate::register::permit::{permit, subject_of};
use crate::register::{Refusal, unit};
use crate::store::facts::fact_list;
use crate::store::identity::merges::{MergeReplaced, MergeRow, merge_find, merge_in_the_way, merge_list};
use crate::store::registrations::registration_find;
use crate::store::rows::RegistrationRow;
use crate::store::{Conn, Decided, Scope, WriteSet};
use crate::vault::Strongbox;
use crate::vocabulary::MergeState;

const TABLE: &str = "merges";

/// A proposal to make two registrations one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct NewMerge {
    /// The registration that is taken up in the one the path names.
    pub absorbed_id: RegistrationId,
    /// Why they are of one person.
    #[schema(min_length = 3, max_length = 2_000, example = "Zelfde BSN, twee keer ingeschreven")]
    pub reason: String,
    /// Facts of the absorbed registration that are not taken over, each by the first of its chain: what both say in other
    /// words. What both say in the same words is taken over once by itself.
    #[serde(default)]
    #[schema(max_items = 200)]
    pub leave_out: Vec<FactId>,
}

/// What the second person decides.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct MergeDecision {
    /// Whether it is done.
    pub accept: bool,
}

/// Two registrations that are, were, or may become one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct MergeView {
    /// The merge.
    pub id: MergeId,
    /// Where it stands.
    pub state: MergeState,
    /// The registration that goes on.
    pub surviving_id: RegistrationId,
    /// The registration that is taken up in it.
    pub absorbed_id: RegistrationId,
    /// Why they are of one person.
    pub reason: String,
    /// Facts that are not taken over.
    pub leave_out: Vec<FactId>,
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
    /// Why they are of two persons after all.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub split_reason: Option<String>,
    /// Who proposed to split them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub split_proposed_by: Option<AccountId>,
    /// Who decided on that.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub split_decided_by: Option<AccountId>,
    /// The version, for `If-Match`.
    pub version: i64,
}

/// Every merge into a registration, the last first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct MergeHistory {
    /// The merges.
    pub items: Vec<MergeView>,
}

impl MergeView {
    fn open(row: &MergeRow, strongbox: &Strongbox) -> Result<Self, Refusal> {
        let id = row.id.as_str();
        let split = row.split_reason_enc.as_deref();
        Ok(Self {
            id: row.id,
            state: row.state,
            surviving_id: row.surviving_id,
            absorbed_id: row.absorbed_id,
            reason: strongbox.open(TABLE, "reason_enc", id, &row.reason_enc)?,
            leave_out: stored(&row.left_out)?,
            proposed_by: row.proposed_by,
            proposed_at: row.proposed_at,
            decided_by: row.decided_by,
            decided_at: row.decided_at,
            split_reason: split.map(|sealed| strongbox.open(TABLE, "split_reason_enc", id, sealed)).transpose()?,
            split_proposed_by: row.split_proposed_by,
            split_decided_by: row.split_decided_by,
            version: row.version,
        })
    }
}

/// Proposes to make two registrations one.
///
/// # Errors
/// [`Refusal::Conflict`] `not_in_force`, `other_regime` or `merge_under_way`; every invalid field.
pub async fn propose(app: &App, ctx: &Ctx, surviving: RegistrationId, new: NewMerge) -> Result<MergeView, Refusal> {
    let id = MergeId::fresh();
    let deed = Deed::on(Action::MergePropose, ObjectRef::merge(id), surviving);
    let strongbox = file::strongbox(app, ctx, surviving, &deed).await?;
    let told = |made: &MergeView, deed: Deed| Deed { object: ObjectRef::merge(made.id), ..deed };
    let (writer, sealed) = (ctx.clone(), strongbox.clone());
    unit::write_told(app, ctx, Scope::Alone, deed, Some(strongbox), told, move |conn| {
        let ours = registration_find(conn, surviving)?.ok_or(Refusal::NotFound)?;
        permit(&writer, Action::MergePropose, &ours)?;
        let nobody = || Refusal::field("/absorbedId", "no_such_registration", "There is no such other registration.");
        let theirs = registration_find(conn, new.absorbed_id)?.filter(|row| row.id != surviving).ok_or_else(nobody)?;
        permit(&writer, Action::MergePropose, &theirs).map_err(|refusal| match refusal {
            Refusal::NotFound => nobody(),
            other => other,
        })?;
        refuse_unlike(&ours, &theirs)?;
        refuse_entangled(conn, surviving, new.absorbed_id)?;
        let roots: BTreeSet<FactId> = fact_list(conn, new.absorbed_id)?.iter().map(|row| row.root_id).collect();
        if new.leave_out.iter().any(|fact| !roots.contains(fact)) {
            return Err(Refusal::field("/leaveOut", "no_such_fact", "The absorbed registration has no such fact."));
        }
        let row = MergeRow {
            id,
            surviving_id: surviving,
            absorbed_id: new.absorbed_id,
            state: MergeState::Proposed,
            reason_enc: sealed.seal(TABLE, "reason_enc", id.as_str(), &new.reason)?,
            left_out: to_stored(&new.leave_out)?,
            lookups_added: "[]".to_owned(),
            absorbed_stage: theirs.stage,
            proposed_by: writer.actor.account,
            proposed_at: writer.now.legal,
            decided_by: None,
            decided_at: None,
            split_reason_enc: None,
            split_proposed_by: None,
            split_proposed_at: None,
            split_decided_by: None,
            split_decided_at: None,
            version: 1,
        };
        let answer = MergeView::open(&row, &sealed)?;
        Ok(Decided::new(WriteSet { merges: vec![row], ..WriteSet::default() }, answer))
    })
    .await
}

fn refuse_entangled(conn: &mut Conn, surviving: RegistrationId, absorbed: RegistrationId) -> Result<(), Refusal> {
    if merge_in_the_way(conn, surviving, absorbed)? {
        return Err(Refusal::Conflict {
            code: "merge_under_way",
            detail: "One of the registrations is part of another merge. Decide on that one, or split it, first.",
        });
    }
    Ok(())
}

/// The keys of both persons, taken out before the unit of work. The refusal is audited when there is no such merge.
async fn keys(
    app: &App,
    ctx: &Ctx,
    surviving: RegistrationId,
    merge: MergeId,
    deed: &Deed,
) -> Result<(Strongbox, Strongbox), Refusal> {
    let ours = file::strongbox(app, ctx, surviving, deed).await?;
    let found = app.store.read(move |conn| merge_find(conn, surviving, merge)).await?;
    match found {
        Some(row) => Ok((ours, file::strongbox(app, ctx, row.absorbed_id, deed).await?)),
        None => unit::read(app, ctx, deed.clone(), |_| Err(Refusal::NotFound)).await,
    }
}

/// The merge as the actor has read it, when they may do this to it.
fn known(
    conn: &mut Conn,
    ctx: &Ctx,
    action: Action,
    file: &RegistrationRow,
    merge: MergeId,
    version: i64,
    wanted: MergeState,
) -> Result<MergeRow, Refusal> {
    let row = merge_find(conn, file.id, merge)?.ok_or(Refusal::NotFound)?;
    let asked_by = match row.state {
        MergeState::SplitProposed => row.split_proposed_by,
        MergeState::Proposed => Some(row.proposed_by),
        MergeState::Rejected | MergeState::Merged | MergeState::Split => None,
    };
    let subject = access::Subject { asked_by, ..subject_of(file, ctx) };
    access::decide(&ctx.actor, action, &subject, ctx.purpose).allowed()?;
    if row.version != version {
        return Err(Refusal::VersionMoved);
    }
    if row.state == wanted {
        return Ok(row);
    }
    Err(Refusal::Conflict { code: "not_in_this_state", detail: "This merge does not wait for that." })
}

/// Proposes to make two of them again. `version` is the one the caller has read.
///
/// # Errors
/// [`Refusal::Conflict`] `not_in_this_state`; [`Refusal::VersionMoved`].
pub async fn propose_split(
    app: &App,
    ctx: &Ctx,
    surviving: RegistrationId,
    merge: MergeId,
    version: i64,
    why: Reason,
) -> Result<MergeView, Refusal> {
    let deed = Deed::on(Action::SplitPropose, ObjectRef::merge(merge), surviving);
    let strongbox = file::strongbox(app, ctx, surviving, &deed).await?;
    let (writer, sealed) = (ctx.clone(), strongbox.clone());
    unit::write(app, ctx, Scope::Alone, deed, Some(strongbox), move |conn| {
        let file = registration_find(conn, surviving)?.ok_or(Refusal::NotFound)?;
        let mut row = known(conn, &writer, Action::SplitPropose, &file, merge, version, MergeState::Merged)?;
        row.state = MergeState::SplitProposed;
        row.split_reason_enc = Some(sealed.seal(TABLE, "split_reason_enc", merge.as_str(), &why.reason)?);
        row.split_proposed_by = Some(writer.actor.account);
        row.split_proposed_at = Some(writer.now.legal);
        (row.split_decided_by, row.split_decided_at) = (None, None);
        done(WriteSet::default(), row, &sealed)
    })
    .await
}

/// What the second person decides on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Proposed {
    /// To make two registrations one.
    Merge,
    /// To make them two again.
    Split,
}

impl Proposed {
    const fn decided_by(self) -> Action {
        match self {
            Self::Merge => Action::MergeDecide,
            Self::Split => Action::SplitDecide,
        }
    }

    const fn waits_in(self) -> MergeState {
        match self {
            Self::Merge => MergeState::Proposed,
            Self::Split => MergeState::SplitProposed,
        }
    }
}

/// Decides on a proposal, as a second person. `version` is the one the caller has read. A split that is turned down leaves
/// the two one.
///
/// # Errors
/// [`Refusal::Forbidden`] for whoever proposed it; [`Refusal::Conflict`] `not_in_this_state`, and for a merge
/// `open_flags`, `not_in_force` or `other_regime`; [`Refusal::VersionMoved`]; [`Refusal::Rules`] when something recorded
/// since rests on what a split takes back.
pub async fn decide(
    app: &App,
    ctx: &Ctx,
    surviving: RegistrationId,
    merge: MergeId,
    version: i64,
    proposed: Proposed,
    decision: MergeDecision,
) -> Result<MergeView, Refusal> {
    let action = proposed.decided_by();
    let deed = Deed::on(action, ObjectRef::merge(merge), surviving);
    let (ours, theirs) = keys(app, ctx, surviving, merge, &deed).await?;
    let (unit_app, writer, sealed) = (app.clone(), ctx.clone(), ours.clone());
    unit::write(app, ctx, Scope::Alone, deed, Some(ours), move |conn| {
        let file = File::load(conn, surviving)?;
        let mut row = known(conn, &writer, action, &file.registration, merge, version, proposed.waits_in())?;
        let (by, at) = (Some(writer.actor.account), Some(writer.now.legal));
        match proposed {
            Proposed::Merge => (row.decided_by, row.decided_at) = (by, at),
            Proposed::Split => (row.split_decided_by, row.split_decided_at) = (by, at),
        }
        let mut act =
            Joining { app: &unit_app, ctx: &writer, ours: &sealed, theirs: &theirs, writes: WriteSet::default() };
        row.state = match (proposed, decision.accept) {
            (Proposed::Merge, true) => {
                act.merge(conn, file, &mut row)?;
                MergeState::Merged
            }
            (Proposed::Merge, false) => MergeState::Rejected,
            (Proposed::Split, true) => {
                act.split(conn, file, &row)?;
                MergeState::Split
            }
            (Proposed::Split, false) => MergeState::Merged,
        };
        done(act.writes, row, &sealed)
    })
    .await
}

/// The merge as it is from now on, with everything that follows.
fn done(mut writes: WriteSet, row: MergeRow, strongbox: &Strongbox) -> Result<Decided<MergeView>, Refusal> {
    let answer = MergeView { version: row.version + 1, ..MergeView::open(&row, strongbox)? };
    writes.changes.push(Box::new(MergeReplaced(row)));
    Ok(Decided::new(writes, answer))
}

/// Reads what was merged into a registration.
///
/// # Errors
/// [`Refusal::NotFound`], [`Refusal::Forbidden`].
pub async fn history(app: &App, ctx: &Ctx, registration: RegistrationId) -> Result<MergeHistory, Refusal> {
    let deed =
        Deed::on(Action::MergeRead, ObjectRef::registration(registration), registration).with_fields(&["reason"]);
    let strongbox = file::strongbox(app, ctx, registration, &deed).await?;
    let reader = ctx.clone();
    unit::read(app, ctx, deed, move |conn| {
        let file = registration_find(conn, registration)?.ok_or(Refusal::NotFound)?;
        permit(&reader, Action::MergeRead, &file)?;
        let rows = merge_list(conn, registration)?;
        Ok(MergeHistory { items: rows.iter().map(|row| MergeView::open(row, &strongbox)).collect::<Result<_, _>>()? })
    })
    .await
}
