//! What happened to a flag so far, as people read it: every step with who, when and why, and what authorities said.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::case::{Words, subject_of_flag};
use super::possible::{self, FlagAct};
use super::referral::AuthorityWords;
use crate::access::{self, Action, Ctx};
use crate::app::App;
use crate::audit::{Deed, ObjectRef};
use crate::clock::UtcTime;
use crate::ids::{AccountId, AuthorityDecisionId, FlagId, ReferralId};
use crate::register::view::FlagSummary;
use crate::register::{Refusal, file, unit};
use crate::store::flags::flag_find;
use crate::store::referrals::{AuthorityDecisionRow, ReferralRow, Sent, authority_decision_list, referral_list};
use crate::store::registrations::registration_find;
use crate::store::review::{FlagEscalationRow, FlagStepRow, flag_escalated_at, flag_escalation_list, flag_step_list};
use crate::vault::Strongbox;
use crate::vocabulary::{
    AuthorityOutcome, Excuse, FlagOutcome, FlagState, FlagStepKind, HandOverReason, OutboxState, Role,
};

/// A flag with everything that happened to it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct FlagStory {
    /// The flag.
    pub flag: FlagSummary,
    /// Every step, the first one first.
    pub steps: Vec<FlagStepView>,
    /// Every term that passed.
    pub escalations: Vec<EscalationView>,
    /// The referrals, one for each authority and decision.
    pub referrals: Vec<ReferralView>,
    /// What authorities decided.
    pub authority_decisions: Vec<AuthorityDecisionView>,
    /// What the reader can do now.
    pub possible: Vec<FlagAct>,
}

/// One step.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct FlagStepView {
    /// Its number; steps count from 1.
    pub number: i64,
    /// What was done.
    pub kind: FlagStepKind,
    /// The state before it.
    pub from: FlagState,
    /// The state after it.
    pub to: FlagState,
    /// The outcome it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub outcome: Option<FlagOutcome>,
    /// The notification, attempt, outage, flag, fact, referral, dispute or decision it rests on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub basis_id: Option<String>,
    /// The kind of excuse.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub excuse: Option<Excuse>,
    /// Who did it; absent when the program did.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub actor_id: Option<AccountId>,
    /// Who looks after the flag from then on.
    pub owner_id: AccountId,
    /// On which legal day.
    pub on: NaiveDate,
    /// When.
    pub at: UtcTime,
    /// Why.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// On what evidence.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub evidence: Option<String>,
    /// Why it went to somebody else.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hand_over: Option<HandOverReason>,
    /// The last day of the term that ran from then on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub due_on: Option<NaiveDate>,
}

/// A term that passed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct EscalationView {
    /// The number of the step with which the term began; 0 for the raising.
    pub term_of_step: i64,
    /// Its last day.
    pub due_on: NaiveDate,
    /// The lead before whom it was put.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lead_id: Option<AccountId>,
    /// When.
    pub at: UtcTime,
}

/// A referral before one authority.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ReferralView {
    /// The referral.
    pub id: ReferralId,
    /// The number of the step that decided it.
    pub step: i64,
    /// The authority.
    pub authority: Role,
    /// Where the event for its systems stands.
    pub message: OutboxState,
    /// The notice by e-mail that something waits; absent where the authority has no mailbox in the settings.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub notice: Option<NoticeView>,
    /// When it was written.
    pub created_at: UtcTime,
    /// When the authority acknowledged it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub acknowledged_at: Option<UtcTime>,
    /// By which account.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub acknowledged_by: Option<AccountId>,
}

/// A notice to an authority that something waits for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct NoticeView {
    /// Where it stands.
    pub state: OutboxState,
    /// When the mail server took it over.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub handed_over_at: Option<UtcTime>,
}

/// What an authority decided.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct AuthorityDecisionView {
    /// The decision.
    pub id: AuthorityDecisionId,
    /// The authority.
    pub authority: Role,
    /// What.
    pub outcome: AuthorityOutcome,
    /// On which day.
    pub decided_on: NaiveDate,
    /// When it was recorded.
    pub recorded_at: UtcTime,
    /// By which account.
    pub recorded_by: AccountId,
    /// The authority's case number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reference: Option<String>,
    /// Its words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

impl FlagStepView {
    /// A stored step, decrypted.
    ///
    /// # Errors
    /// [`Refusal::Keys`] when its words cannot be decrypted.
    pub(super) fn of(row: FlagStepRow, strongbox: &Strongbox) -> Result<Self, Refusal> {
        let place = format!("{}/{}", row.flag_id, row.seq);
        let words: Option<Words> = row
            .content_enc
            .as_deref()
            .map(|sealed| strongbox.open("flag_steps", "content_enc", &place, sealed))
            .transpose()?;
        let (reason, evidence) = words.map_or((None, None), |words| (Some(words.reason), words.evidence));
        Ok(Self {
            number: row.seq,
            kind: row.kind,
            from: row.from_state,
            to: row.to_state,
            outcome: row.outcome,
            basis_id: row.basis_id,
            excuse: row.excuse,
            actor_id: row.actor_id,
            owner_id: row.owner_id,
            on: row.taken_on,
            at: row.taken_at,
            reason,
            evidence,
            hand_over: row.hand_over,
            due_on: row.due_on,
        })
    }
}

impl From<FlagEscalationRow> for EscalationView {
    fn from(row: FlagEscalationRow) -> Self {
        Self { term_of_step: row.term_step, due_on: row.due_on, lead_id: row.lead_id, at: row.escalated_at }
    }
}

impl From<Sent> for ReferralView {
    fn from(Sent { row, event, notice }: Sent) -> Self {
        Self {
            id: row.id,
            step: row.step,
            authority: row.authority,
            message: event.state,
            notice: notice.map(|row| NoticeView { state: row.state, handed_over_at: row.handed_over_at }),
            created_at: row.created_at,
            acknowledged_at: row.acknowledged_at,
            acknowledged_by: row.acknowledged_by,
        }
    }
}

impl AuthorityDecisionView {
    fn of(row: &AuthorityDecisionRow, strongbox: &Strongbox) -> Result<Self, Refusal> {
        let words: Option<AuthorityWords> = row
            .content_enc
            .as_deref()
            .map(|sealed| strongbox.open("authority_decisions", "content_enc", row.id.as_str(), sealed))
            .transpose()?;
        let (reference, note) = words.map_or((None, None), |words| (words.reference, words.note));
        Ok(Self {
            id: row.id,
            authority: row.authority,
            outcome: row.outcome,
            decided_on: row.decided_on,
            recorded_at: row.recorded_at,
            recorded_by: row.recorded_by,
            reference,
            note,
        })
    }
}

/// Reads everything that happened to a flag.
///
/// # Errors
/// [`Refusal::NotFound`], [`Refusal::Forbidden`].
pub async fn story(app: &App, ctx: &Ctx, id: FlagId) -> Result<FlagStory, Refusal> {
    let found = app.store.read(move |conn| flag_find(conn, id)).await.map_err(Refusal::Store)?;
    let Some(row) = found else {
        let deed = Deed::of(Action::FlagRead, ObjectRef::flag(id));
        return unit::read(app, ctx, deed, |_| Err(Refusal::NotFound)).await;
    };
    let deed = Deed::on(Action::FlagRead, ObjectRef::flag(id), row.registration_id).with_fields(&[
        "steps",
        "referrals",
        "authorityDecisions",
    ]);
    let strongbox = file::strongbox(app, ctx, row.registration_id, &deed).await?;
    let reader = ctx.clone();
    unit::read(app, ctx, deed, move |conn| {
        let flag = flag_find(conn, id)?.ok_or(Refusal::NotFound)?;
        let registration = registration_find(conn, flag.registration_id)?.ok_or(Refusal::NotFound)?;
        let subject = subject_of_flag(&flag, &registration, &reader);
        access::decide(&reader.actor, Action::FlagRead, &subject, reader.purpose).allowed()?;
        let escalated = flag_escalated_at(conn, std::slice::from_ref(&flag))?.remove(&id);
        let today = reader.today(registration.regime.zone());
        let sent = referral_list(conn, id)?;
        let referrals: Vec<ReferralRow> = sent.iter().map(|sent| sent.row.clone()).collect();
        Ok(FlagStory {
            possible: possible::with_flag(&flag, &subject, &referrals, &reader),
            flag: FlagSummary::of(&flag, escalated, today),
            steps: flag_step_list(conn, id)?
                .into_iter()
                .map(|row| FlagStepView::of(row, &strongbox))
                .collect::<Result<_, _>>()?,
            escalations: flag_escalation_list(conn, id)?.into_iter().map(EscalationView::from).collect(),
            referrals: sent.into_iter().map(ReferralView::from).collect(),
            authority_decisions: authority_decision_list(conn, id)?
                .into_iter()
                .map(|row| AuthorityDecisionView::of(&row, &strongbox))
                .collect::<Result<_, _>>()?,
        })
    })
    .await
}
