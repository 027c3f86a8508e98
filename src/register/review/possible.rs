//! What whoever reads can do now: what the access decision allows them and the state of the thing allows anybody.
//!
//! Screens offer these and nothing else, so no screen holds a rule. The use case that does the act decides again.

use super::case::{ground_of, life_of};
use super::life::Step;
use super::referral;
use crate::access::{self, Action, Ctx, Subject};
use crate::store::disputes::DisputeRow;
use crate::store::referrals::ReferralRow;
use crate::store::rows::FlagRow;
use crate::text_enum;
use crate::vocabulary::{DisputeState, FlagOutcome, FlagState};

text_enum! {
    /// Something that can be done with a flag.
    pub enum FlagAct {
        /// Take it up.
        TakeUp => "take_up",
        /// Propose an outcome.
        Propose => "propose",
        /// Wait for evidence.
        AwaitEvidence => "await_evidence",
        /// Go on.
        ReceiveEvidence => "receive_evidence",
        /// Decide on the proposal.
        Decide => "decide",
        /// Acknowledge the referral.
        Acknowledge => "acknowledge",
        /// Tell what the authority decided.
        Answer => "answer",
        /// Close it.
        Close => "close",
        /// Take it up again.
        Reopen => "reopen",
        /// Put it away until a day.
        Snooze => "snooze",
        /// Give it to another officer.
        Reassign => "reassign",
        /// Dispute a fact of its file.
        Dispute => "dispute",
    }
}

text_enum! {
    /// Something that can be done with a dispute.
    pub enum DisputeAct {
        /// Raise one, about a fact of the file.
        Raise => "raise",
        /// Decide on it, or on the appeal.
        Decide => "decide",
        /// Appeal against its rejection.
        Appeal => "appeal",
    }
}

impl FlagAct {
    const fn action(self) -> Action {
        match self {
            Self::TakeUp | Self::AwaitEvidence | Self::ReceiveEvidence => Action::FlagReview,
            Self::Propose => Action::FlagRaise,
            Self::Decide => Action::FlagDecide,
            Self::Acknowledge => Action::FlagAcknowledge,
            Self::Answer => Action::AuthorityDecisionRecord,
            Self::Close => Action::FlagClose,
            Self::Reopen => Action::FlagReopen,
            Self::Snooze => Action::FlagSnooze,
            Self::Reassign => Action::FlagReassign,
            Self::Dispute => Action::DisputeRaise,
        }
    }

    /// Whether the flag stands where this can be done by `ctx`.
    fn fits(self, flag: &FlagRow, referrals: &[ReferralRow], ctx: &Ctx) -> bool {
        let Some(life) = life_of(flag) else { return false };
        let me = ctx.actor.account;
        let goes = |step| life.after(step, ground_of(flag)).is_ok();
        match self {
            Self::TakeUp => goes(Step::TakeUp),
            Self::Propose => FlagOutcome::ALL.iter().any(|outcome| goes(Step::Propose(*outcome, me))),
            Self::AwaitEvidence => goes(Step::AwaitEvidence),
            Self::ReceiveEvidence => goes(Step::ReceiveEvidence),
            Self::Decide => goes(Step::Confirm(me)) || goes(Step::Reject(me)),
            Self::Acknowledge => referral::waits_for(flag, referrals, ctx.actor.role),
            Self::Answer => {
                goes(Step::Answer) || flag.state == FlagState::Closed && flag.outcome == Some(FlagOutcome::Referral)
            }
            Self::Close => goes(Step::Close),
            Self::Reopen => goes(Step::Reopen),
            Self::Snooze | Self::Reassign => flag.state != FlagState::Closed,
            Self::Dispute => true,
        }
    }
}

/// What the actor can do with a flag; `subject` is the flag to the access decision.
pub(super) fn with_flag(flag: &FlagRow, subject: &Subject, referrals: &[ReferralRow], ctx: &Ctx) -> Vec<FlagAct> {
    let may = |act: &FlagAct| access::decide(&ctx.actor, act.action(), subject, ctx.purpose).allowed().is_ok();
    FlagAct::ALL.iter().copied().filter(|act| may(act) && act.fits(flag, referrals, ctx)).collect()
}

/// Whether the actor can dispute facts of a registration.
pub(super) fn with_file(subject: &Subject, ctx: &Ctx) -> Vec<DisputeAct> {
    let may = access::decide(&ctx.actor, Action::DisputeRaise, subject, ctx.purpose).allowed().is_ok();
    may.then_some(DisputeAct::Raise).into_iter().collect()
}

/// What the actor can do with a dispute; `subject` is the registration to the access decision.
pub(super) fn with_dispute(row: &DisputeRow, subject: &Subject, ctx: &Ctx) -> Vec<DisputeAct> {
    let subject = Subject { asked_by: Some(row.raised_by), ..subject.clone() };
    let may = |action| access::decide(&ctx.actor, action, &subject, ctx.purpose).allowed().is_ok();
    let act = match row.state {
        DisputeState::Open => may(Action::DisputeDecide).then_some(DisputeAct::Decide),
        DisputeState::Appealed => {
            let another = row.decided_by != Some(ctx.actor.account);
            (another && may(Action::DisputeDecide)).then_some(DisputeAct::Decide)
        }
        DisputeState::Rejected => may(Action::DisputeRaise).then_some(DisputeAct::Appeal),
        DisputeState::Upheld | DisputeState::RejectedOnAppeal => None,
    };
    act.into_iter().collect()
}
