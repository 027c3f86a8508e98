//! The handshake with the authorities: a referral goes to each as a message, each acknowledges, one answers.
//!
//! A referral leaves as an event for the authority's systems and, where the settings name its mailbox, as a notice by
//! e-mail that something waits and nothing more. A flag is `notified` when for every authority one of them was taken over
//! by the next system, and `acknowledged` when every authority said that it has it. An acknowledgement is the receipt of
//! the event; a notice keeps the state that its own way proved.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::case::{Case, Note, Taken, step};
use super::life::{NotNow, Step};
use crate::access::{Action, Ctx};
use crate::app::App;
use crate::clock::Now;
use crate::config::Mail;
use crate::ids::{AuthorityDecisionId, FlagId, OutboxId, ReferralId};
use crate::notify::MailFace;
use crate::register::view::FlagSummary;
use crate::register::{FieldError, Refusal};
use crate::store::WriteSet;
use crate::store::referrals::{AuthorityDecisionRow, ReferralAcknowledged, ReferralRow, Sent, referral_list};
use crate::store::rows::{FlagRow, OutboxRow, RegistrationRow};
use crate::vocabulary::{
    AuthorityOutcome, DeliveryChannel, FlagOutcome, FlagState, FlagStepKind, OutboxKind, OutboxState, Role,
};

/// Who is told of a referral.
pub const AUTHORITIES: [Role; 2] = [Role::OmOfficer, Role::Aice];

pub use crate::store::referrals::FLAG_REFERRED;

/// Puts the messages of a referral that was just decided into the outbox: the event, and the notice for an authority
/// with a mailbox.
pub(super) fn send(case: &mut Case<'_>, mail: &Mail, now: Now) {
    // The settings were refused at start if it were not one.
    let face = MailFace::parse(&mail.from.to_string()).ok();
    for authority in AUTHORITIES {
        let (id, outbox_id) = (ReferralId::fresh(), OutboxId::fresh());
        let event = message(case, outbox_id, id, DeliveryChannel::Webhook, outbox_id.to_string(), now);
        case.writes.outbox.push(event);
        if let (Some(_), Some(face)) = (mail.mailbox_of(authority), &face) {
            let notice = OutboxId::fresh();
            let notice = message(case, notice, id, DeliveryChannel::Email, face.message_id(notice), now);
            case.writes.outbox.push(notice);
        }
        case.writes.referrals.push(ReferralRow {
            id,
            flag_id: case.flag.id,
            step: case.flag.last_step,
            authority,
            outbox_id,
            created_at: now.legal,
            acknowledged_at: None,
            acknowledged_by: None,
        });
    }
}

/// A message that speaks of a referral, ready to leave by `channel`.
fn message(
    case: &Case<'_>,
    id: OutboxId,
    of: ReferralId,
    channel: DeliveryChannel,
    message_id: String,
    now: Now,
) -> OutboxRow {
    OutboxRow {
        id,
        kind: OutboxKind::Event,
        registration_id: Some(case.registration.id),
        reference_id: of.to_string(),
        event: FLAG_REFERRED.to_owned(),
        channel,
        state: OutboxState::Pending,
        attempts: 0,
        next_try_at: now.system,
        leased_by: None,
        leased_until: None,
        purpose_ends_on: None,
        message_id,
        handed_over_at: None,
        delivered_at: None,
        last_code: None,
        created_at: now.system,
        updated_at: now.system,
    }
}

/// What it means for a decided referral that its messages were taken over: the authorities are told.
///
/// # Errors
/// [`Refusal::Conflict`] when the flag is not a decided referral.
pub fn handed_over(app: &App, now: Now, flag: FlagRow, registration: RegistrationRow) -> Result<WriteSet, Refusal> {
    let mut case = Case::new(app, Taken { by: None, now }, flag, registration, None);
    case.advance(Step::HandOver, FlagStepKind::HandedOver, Note::default())?;
    Ok(case.done().0)
}

/// The referrals of the last decision.
fn running(all: Vec<Sent>) -> Vec<Sent> {
    let last = all.iter().map(|sent| sent.row.step).max();
    all.into_iter().filter(|sent| Some(sent.row.step) == last).collect()
}

/// Whether a flag waits for `authority` to acknowledge the referral of its last decision.
pub(super) fn waits_for(flag: &FlagRow, referrals: &[ReferralRow], authority: Role) -> bool {
    let last = referrals.iter().map(|row| row.step).max();
    let mut running = referrals.iter().filter(|row| Some(row.step) == last);
    referred(flag).is_ok() && running.any(|row| row.authority == authority && row.acknowledged_at.is_none())
}

/// Acknowledges a referral for the authority of the actor's role.
///
/// # Errors
/// `acknowledged_already`, `not_decided`, `no_addressee`, `flag_closed`.
pub async fn acknowledge(app: &App, ctx: &Ctx, flag: FlagId, version: i64) -> Result<FlagSummary, Refusal> {
    let (role, by, now) = (ctx.actor.role, ctx.actor.account, ctx.now);
    step(app, ctx, Action::FlagAcknowledge, flag, version, move |case, conn| {
        referred(&case.flag)?;
        let all = running(referral_list(conn, flag)?);
        let (mine, others): (Vec<_>, Vec<_>) = all.into_iter().partition(|sent| sent.row.authority == role);
        let mine = mine.into_iter().next().map(|sent| sent.row).ok_or(NotNow::NoAddressee)?;
        if mine.acknowledged_at.is_some() {
            return Err(NotNow::AcknowledgedAlready.into());
        }
        let (id, outbox_id) = (mine.id, mine.outbox_id);
        let note = Note { basis_id: Some(id.to_string()), ..Note::default() };
        let told = others.iter().all(Sent::taken_over);
        if case.flag.state == FlagState::Decided && told {
            case.advance(Step::HandOver, FlagStepKind::HandedOver, Note::default())?;
        }
        if others.iter().all(|sent| sent.row.acknowledged_at.is_some()) {
            case.advance(Step::Acknowledge, FlagStepKind::Acknowledged, note)?;
        } else {
            case.note(FlagStepKind::Acknowledged, note)?;
        }
        let system = now.system;
        case.writes.changes.push(Box::new(ReferralAcknowledged { id, outbox_id, by, at: now.legal, system }));
        Ok(())
    })
    .await
}

/// Goes on only with a referral that waits for its acknowledgements.
fn referred(flag: &FlagRow) -> Result<(), NotNow> {
    match (flag.state, flag.outcome) {
        (FlagState::Decided | FlagState::Notified, Some(FlagOutcome::Referral)) => Ok(()),
        (FlagState::Decided | FlagState::Notified, _) => Err(NotNow::NoAddressee),
        (FlagState::Acknowledged, _) => Err(NotNow::AcknowledgedAlready),
        (FlagState::Closed, _) => Err(NotNow::Closed),
        (FlagState::Raised | FlagState::InReview | FlagState::AwaitingEvidence | FlagState::Proposed, _) => {
            Err(NotNow::NotDecided)
        }
    }
}

/// What an authority decided.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AuthorityDecisionInput {
    /// What.
    pub outcome: AuthorityOutcome,
    /// On which day. Not in the future.
    pub decided_on: NaiveDate,
    /// The authority's case number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 1, max_length = 60, example = "05/123456-26")]
    pub reference: Option<String>,
    /// Its words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 1, max_length = 2_000)]
    pub note: Option<String>,
}

/// What is kept of an authority's decision in words, encrypted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct AuthorityWords {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reference: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

/// Records what the authority of the actor's role decided, also when it decides again after the case was closed.
///
/// # Errors
/// `not_acknowledged` before every authority acknowledged, `not_decided`, `no_addressee`; [`Refusal::Invalid`].
pub async fn answer(
    app: &App,
    ctx: &Ctx,
    flag: FlagId,
    version: i64,
    decision: AuthorityDecisionInput,
) -> Result<FlagSummary, Refusal> {
    let id = AuthorityDecisionId::fresh();
    let (role, by, now) = (ctx.actor.role, ctx.actor.account, ctx.now);
    step(app, ctx, Action::AuthorityDecisionRecord, flag, version, move |case, _| {
        if decision.decided_on > case.today() {
            let fault = FieldError::new("/decidedOn", "in_the_future", "This day has not come yet.");
            return Err(Refusal::Invalid(vec![fault]));
        }
        let words = AuthorityWords { reference: decision.reference.clone(), note: decision.note.clone() };
        let content_enc = match &words {
            AuthorityWords { reference: None, note: None } => None,
            said => Some(case.seal("authority_decisions", id.as_str(), said)?),
        };
        let note = Note { basis_id: Some(id.to_string()), ..Note::default() };
        match (case.flag.state, case.flag.outcome) {
            (FlagState::Closed, Some(FlagOutcome::Referral)) => case.note(FlagStepKind::Answered, note)?,
            _ => case.advance(Step::Answer, FlagStepKind::Answered, note)?,
        }
        case.writes.authority_decisions.push(AuthorityDecisionRow {
            id,
            flag_id: case.flag.id,
            authority: role,
            outcome: decision.outcome,
            decided_on: decision.decided_on,
            recorded_by: by,
            recorded_at: now.legal,
            content_enc,
        });
        Ok(())
    })
    .await
}
