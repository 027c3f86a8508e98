//! Disputes: a registrant, or an officer for them, says that a fact is not so.
//!
//! While that is undecided, the flags that rest on the fact stand still. A named official marks the fact as disputed,
//! and then it carries no flag, or rejects the dispute with reasons, against which the person can appeal: another
//! official decides then.

mod view;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::case::{Case, Note, Taken, words_fault};
use super::policy::TermOf;
use crate::access::{self, Action, Ctx, Subject};
use crate::app::App;
use crate::audit::{Deed, ObjectRef};
use crate::ids::{AccountId, DisputeId, FactId, FlagId, RegistrationId};
use crate::register::permit::subject_of;
use crate::register::{Refusal, file, unit};
use crate::store::disputes::{
    DisputeFlagRow, DisputeMoved, DisputeRow, dispute_find, dispute_list, flag_list_disputed, flag_list_resting_on,
};
use crate::store::facts::fact_find;
use crate::store::registrations::registration_find;
use crate::store::rows::{FlagRow, RegistrationRow};
use crate::store::{Conn, Decided, Scope, WriteSet};
use crate::vault::Strongbox;
use crate::vocabulary::{DisputeState, FlagState, FlagStepKind};

pub(crate) use view::views;
pub use view::{DisputeList, DisputeView, Said, list, names};

const TABLE: &str = "disputes";
const NOT_TWICE: &str = "whoever rejected a dispute does not decide on the appeal; ask a colleague";

/// A fact that is disputed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct DisputeInput {
    /// The fact.
    pub fact_id: FactId,
    /// What is not so.
    #[schema(min_length = 3, max_length = 2_000, example = "Ik ben niet op 5 januari verhuisd.")]
    pub reason: String,
}

/// What an official decides on a dispute or an appeal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct DisputeVerdict {
    /// True marks the fact as disputed; false rejects the dispute.
    pub uphold: bool,
    /// Why.
    #[schema(min_length = 3, max_length = 2_000)]
    pub reason: String,
}

/// Disputes a fact. The undecided flags that rest on it stand still from now on.
///
/// # Errors
/// [`Refusal::Invalid`] when there is no such fact; `disputed_already` while a dispute about it is undecided or upheld.
pub async fn raise(
    app: &App,
    ctx: &Ctx,
    registration: RegistrationId,
    input: DisputeInput,
) -> Result<DisputeView, Refusal> {
    let id = DisputeId::fresh();
    let deed = Deed::on(Action::DisputeRaise, ObjectRef::dispute(id), registration);
    let strongbox = file::strongbox(app, ctx, registration, &deed).await?;
    let (unit_app, unit_ctx, sealed) = (app.clone(), ctx.clone(), strongbox.clone());
    let told = |made: &DisputeView, deed: Deed| Deed { object: ObjectRef::dispute(made.id), ..deed };
    unit::write_told(app, ctx, Scope::Registration(registration), deed, Some(strongbox), told, move |conn| {
        let acts = Acts::on(conn, &unit_app, &unit_ctx, registration, &sealed)?;
        acts.permit(Action::DisputeRaise, None)?;
        let mut faults: Vec<_> = words_fault("/reason", &input.reason).into_iter().collect();
        let fact = fact_find(conn, registration, input.fact_id)?;
        if fact.is_none() {
            let detail = "This registration has no such fact.";
            faults.push(crate::register::FieldError::new("/factId", "no_such_fact", detail));
        }
        Refusal::unless_empty(faults)?;
        let fact_id = fact.map_or(input.fact_id, |fact| fact.root_id);
        if dispute_list(conn, registration)?.iter().any(|row| row.fact_id == fact_id && in_the_way(row.state)) {
            return Err(Refusal::Conflict {
                code: "disputed_already",
                detail: "A dispute about this fact is undecided, or the fact is marked as disputed.",
            });
        }
        let row = DisputeRow {
            id,
            registration_id: registration,
            fact_id,
            state: DisputeState::Open,
            raised_by: unit_ctx.actor.account,
            raised_on: acts.today(),
            raised_at: unit_ctx.now.legal,
            reason_enc: sealed.seal(TABLE, "reason_enc", id.as_str(), input.reason.trim())?,
            due_on: unit_app.review.last_day(TermOf::Dispute, acts.today(), unit_app.rules.calendar()),
            decided_by: None,
            decided_at: None,
            decision_enc: None,
            appealed_by: None,
            appealed_at: None,
            appeal_enc: None,
            appeal_decided_by: None,
            appeal_decided_at: None,
            appeal_decision_enc: None,
            version: 1,
        };
        let mut writes = WriteSet::default();
        let held = flag_list_resting_on(conn, registration, fact_id)?;
        let flag_ids: Vec<FlagId> = held.iter().map(|flag| flag.id).collect();
        for flag in held {
            writes.dispute_flags.push(DisputeFlagRow { dispute_id: id, flag_id: flag.id });
            writes.merge(acts.hold(flag, id, TermOf::Dispute)?);
        }
        let answer = acts.view(&row, flag_ids)?;
        writes.disputes.push(row);
        Ok(Decided::new(writes, answer))
    })
    .await
}

/// Whether a dispute in this state keeps its fact from carrying a flag.
const fn in_the_way(state: DisputeState) -> bool {
    match state {
        DisputeState::Open | DisputeState::Appealed | DisputeState::Upheld => true,
        DisputeState::Rejected | DisputeState::RejectedOnAppeal => false,
    }
}

/// Decides on a dispute or an appeal; never by whoever raised it, nor on an appeal by whoever rejected the dispute.
///
/// # Errors
/// [`Refusal::Forbidden`]; `dispute_decided`; [`Refusal::VersionMoved`].
pub async fn decide(
    app: &App,
    ctx: &Ctx,
    registration: RegistrationId,
    dispute: DisputeId,
    version: i64,
    verdict: DisputeVerdict,
) -> Result<DisputeView, Refusal> {
    act(app, ctx, Action::DisputeDecide, registration, dispute, version, move |acts, row| {
        Refusal::unless_empty(words_fault("/reason", &verdict.reason).into_iter().collect())?;
        let by = acts.ctx.actor.account;
        let on_appeal = match row.state {
            DisputeState::Open => false,
            DisputeState::Appealed if row.decided_by == Some(by) => return Err(Refusal::Forbidden(NOT_TWICE)),
            DisputeState::Appealed => true,
            DisputeState::Upheld | DisputeState::Rejected | DisputeState::RejectedOnAppeal => {
                return Err(Refusal::Conflict {
                    code: "dispute_decided",
                    detail: "This dispute is decided; against a rejection the person can appeal once.",
                });
            }
        };
        row.state = match (verdict.uphold, on_appeal) {
            (true, _) => DisputeState::Upheld,
            (false, false) => DisputeState::Rejected,
            (false, true) => DisputeState::RejectedOnAppeal,
        };
        row.due_on = None;
        if on_appeal {
            row.appeal_decided_by = Some(by);
            row.appeal_decided_at = Some(acts.ctx.now.legal);
            row.appeal_decision_enc = Some(acts.seal("appeal_decision_enc", row, &verdict.reason)?);
        } else {
            row.decided_by = Some(by);
            row.decided_at = Some(acts.ctx.now.legal);
            row.decision_enc = Some(acts.seal("decision_enc", row, &verdict.reason)?);
        }
        Ok(Held::LetGo { disputed: verdict.uphold })
    })
    .await
}

/// Appeals against the rejection of a dispute: another official decides, and the flags stand still again.
///
/// # Errors
/// `not_rejected`; [`Refusal::VersionMoved`].
pub async fn appeal(
    app: &App,
    ctx: &Ctx,
    registration: RegistrationId,
    dispute: DisputeId,
    version: i64,
    reason: super::Reason,
) -> Result<DisputeView, Refusal> {
    act(app, ctx, Action::DisputeRaise, registration, dispute, version, move |acts, row| {
        Refusal::unless_empty(words_fault("/reason", &reason.reason).into_iter().collect())?;
        if row.state != DisputeState::Rejected {
            return Err(Refusal::Conflict {
                code: "not_rejected",
                detail: "Only against the rejection of a dispute can the person appeal, and once.",
            });
        }
        row.state = DisputeState::Appealed;
        row.appealed_by = Some(acts.ctx.actor.account);
        row.appealed_at = Some(acts.ctx.now.legal);
        row.appeal_enc = Some(acts.seal("appeal_enc", row, &reason.reason)?);
        row.due_on = acts.app.review.last_day(TermOf::Appeal, acts.today(), acts.app.rules.calendar());
        Ok(Held::Again)
    })
    .await
}

/// What an act on a dispute means for the flags it holds up.
enum Held {
    /// They go on, on a disputed fact or a firm one.
    LetGo {
        /// Whether the fact is marked as disputed.
        disputed: bool,
    },
    /// They stand still again.
    Again,
}

/// Acts on one dispute that is still what the actor read, and on its flags.
async fn act<F>(
    app: &App,
    ctx: &Ctx,
    action: Action,
    registration: RegistrationId,
    dispute: DisputeId,
    version: i64,
    work: F,
) -> Result<DisputeView, Refusal>
where
    F: Fn(&Acts<'_>, &mut DisputeRow) -> Result<Held, Refusal> + Send + 'static,
{
    let deed = Deed::on(action, ObjectRef::dispute(dispute), registration);
    let strongbox = file::strongbox(app, ctx, registration, &deed).await?;
    let (unit_app, unit_ctx, sealed) = (app.clone(), ctx.clone(), strongbox.clone());
    unit::write(app, ctx, Scope::Registration(registration), deed, Some(strongbox), move |conn| {
        let acts = Acts::on(conn, &unit_app, &unit_ctx, registration, &sealed)?;
        let found = dispute_find(conn, registration, dispute)?;
        acts.permit(action, found.as_ref().map(|row| row.raised_by))?;
        let mut row = found.ok_or(Refusal::NotFound)?;
        if row.version != version {
            return Err(Refusal::VersionMoved);
        }
        let held = work(&acts, &mut row)?;
        let mut writes = WriteSet::default();
        let flags = flag_list_disputed(conn, dispute)?;
        let flag_ids = flags.iter().map(|flag| flag.id).collect();
        for flag in flags {
            match held {
                Held::LetGo { disputed } => writes.merge(acts.let_go(flag, dispute, disputed)?),
                Held::Again if undecided(flag.state) => writes.merge(acts.hold(flag, dispute, TermOf::Appeal)?),
                Held::Again => {}
            }
        }
        let after = DisputeRow { version: row.version + 1, ..row.clone() };
        writes.changes.push(Box::new(DisputeMoved(row)));
        Ok(Decided::new(writes, acts.view(&after, flag_ids)?))
    })
    .await
}

const fn undecided(state: FlagState) -> bool {
    match state {
        FlagState::Raised | FlagState::InReview | FlagState::AwaitingEvidence | FlagState::Proposed => true,
        FlagState::Decided | FlagState::Notified | FlagState::Acknowledged | FlagState::Closed => false,
    }
}

/// Whoever acts on disputes of a registration, with what that takes.
struct Acts<'a> {
    app: &'a App,
    ctx: &'a Ctx,
    registration: RegistrationRow,
    strongbox: &'a Strongbox,
}

impl<'a> Acts<'a> {
    fn on(
        conn: &mut Conn,
        app: &'a App,
        ctx: &'a Ctx,
        registration: RegistrationId,
        strongbox: &'a Strongbox,
    ) -> Result<Self, Refusal> {
        let registration = registration_find(conn, registration)?.ok_or(Refusal::NotFound)?;
        Ok(Self { app, ctx, registration, strongbox })
    }

    fn permit(&self, action: Action, asked_by: Option<AccountId>) -> Result<(), Refusal> {
        let subject = Subject { asked_by, ..subject_of(&self.registration, self.ctx) };
        access::decide(&self.ctx.actor, action, &subject, self.ctx.purpose).allowed().map(drop)
    }

    /// A dispute as whoever acted on it reads it.
    fn view(&self, row: &DisputeRow, flag_ids: Vec<FlagId>) -> Result<DisputeView, Refusal> {
        DisputeView::of(row, flag_ids, &self.registration, self.ctx, self.strongbox)
    }

    fn today(&self) -> NaiveDate {
        self.ctx.today(self.registration.regime.zone())
    }

    fn seal(&self, column: &str, row: &DisputeRow, words: &str) -> Result<String, Refusal> {
        self.strongbox.seal(TABLE, column, row.id.as_str(), words.trim())
    }

    fn case(&self, flag: FlagRow) -> Case<'a> {
        let taken = Taken { by: Some(self.ctx.actor.account), now: self.ctx.now };
        Case::new(self.app, taken, flag, self.registration.clone(), Some(self.strongbox))
    }

    /// A flag stands still for the term in which an official decides.
    fn hold(&self, flag: FlagRow, dispute: DisputeId, of: TermOf) -> Result<WriteSet, Refusal> {
        let mut case = self.case(flag);
        case.flag.open_disputes += 1;
        case.pause(FlagStepKind::Disputed, of, Note::about(dispute))?;
        Ok(case.done().0)
    }

    /// A flag goes on; when nothing else holds it up, with a new term for its next step.
    fn let_go(&self, flag: FlagRow, dispute: DisputeId, disputed: bool) -> Result<WriteSet, Refusal> {
        let mut case = self.case(flag);
        let was_held = case.flag.open_disputes > 0;
        case.flag.open_disputes -= i64::from(was_held);
        case.flag.fact_disputed |= disputed;
        if was_held && case.flag.open_disputes == 0 {
            let life = case.life()?;
            case.pause(FlagStepKind::DisputeDecided, TermOf::Flag(life), Note::about(dispute))?;
        } else {
            case.note(FlagStepKind::DisputeDecided, Note::about(dispute))?;
        }
        Ok(case.done().0)
    }
}
