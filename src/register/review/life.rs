//! The life of a flag, as a state machine in the type: which step is possible, what it needs, and why not.
//!
//! Pure: no database, no clock, no roles. Who may do what is the access decision's; that nobody decides what they
//! proposed is held here as well, because no way through these states may lead around it.

use crate::ids::AccountId;
use crate::vocabulary::{FlagOutcome, FlagState};

/// Where a flag is, with what its next step depends on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Life {
    /// The machine's late candidate.
    Raised,
    /// An officer is looking.
    InReview,
    /// Something is to come from somebody.
    AwaitingEvidence,
    /// An outcome is proposed.
    Proposed(Proposed),
    /// A second person confirmed it.
    Decided(Decided),
    /// The authorities were told.
    Notified(Decided),
    /// They acknowledged; whether one of them told what it decided.
    Acknowledged(Decided, Answer),
    /// Done.
    Closed(Decided),
}

/// A proposal: what, and by whom.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Proposed {
    outcome: FlagOutcome,
    by: AccountId,
}

/// A proposal that somebody else confirmed. Can only be made by confirming one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Decided {
    proposal: Proposed,
    by: AccountId,
}

/// Whether an authority told what it decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    /// Not yet.
    Awaited,
    /// It did.
    Given,
}

/// How the facts stand on which a flag rests.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ground {
    /// Nobody disputes them.
    Firm,
    /// Somebody does, and it is not decided: the flag stands still.
    UnderDispute,
    /// An official marked one as disputed: it carries no flag.
    Disputed,
}

/// One step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// An officer takes it up.
    TakeUp,
    /// An officer waits for something.
    AwaitEvidence,
    /// It came, or is no longer waited for.
    ReceiveEvidence,
    /// Somebody proposes an outcome.
    Propose(FlagOutcome, AccountId),
    /// Somebody else confirms it.
    Confirm(AccountId),
    /// Somebody else rejects it.
    Reject(AccountId),
    /// The authorities' systems took over the referral.
    HandOver,
    /// Every authority acknowledged.
    Acknowledge,
    /// An authority told what it decided.
    Answer,
    /// Done.
    Close,
    /// Taken up again.
    Reopen,
}

/// Why a step is not possible.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{}", self.detail())]
#[allow(missing_docs, reason = "`detail` says it")]
pub enum NotNow {
    TakenUpAlready,
    NotTakenUp,
    AwaitedAlready,
    NothingAwaited,
    WaitsForDecision,
    NothingProposed,
    OwnProposal,
    DecidedAlready,
    NotDecided,
    NoAddressee,
    NotAcknowledged,
    AcknowledgedAlready,
    NoAnswer,
    Closed,
    NotClosed,
    UnderDispute,
    DisputedFact,
}

impl NotNow {
    /// The stable code.
    pub const fn code(self) -> &'static str {
        match self {
            Self::TakenUpAlready => "taken_up_already",
            Self::NotTakenUp => "not_taken_up",
            Self::AwaitedAlready => "awaited_already",
            Self::NothingAwaited => "nothing_awaited",
            Self::WaitsForDecision => "waits_for_decision",
            Self::NothingProposed => "nothing_proposed",
            Self::OwnProposal => "own_proposal",
            Self::DecidedAlready => "decided_already",
            Self::NotDecided => "not_decided",
            Self::NoAddressee => "no_addressee",
            Self::NotAcknowledged => "not_acknowledged",
            Self::AcknowledgedAlready => "acknowledged_already",
            Self::NoAnswer => "no_answer",
            Self::Closed => "flag_closed",
            Self::NotClosed => "flag_not_closed",
            Self::UnderDispute => "under_dispute",
            Self::DisputedFact => "disputed_fact",
        }
    }

    /// What is said with it.
    pub const fn detail(self) -> &'static str {
        match self {
            Self::TakenUpAlready => "It was taken up already.",
            Self::NotTakenUp => "Nobody has taken it up yet: take it up first.",
            Self::AwaitedAlready => "Evidence is waited for already.",
            Self::NothingAwaited => "Nothing is waited for.",
            Self::WaitsForDecision => "An outcome is proposed: it waits for a second person.",
            Self::NothingProposed => "No outcome is proposed.",
            Self::OwnProposal => "Whoever proposes an outcome does not decide on it: another person must.",
            Self::DecidedAlready => "The outcome is decided already.",
            Self::NotDecided => "No outcome is decided yet.",
            Self::NoAddressee => "This outcome goes to no authority.",
            Self::NotAcknowledged => "The authorities have not acknowledged yet.",
            Self::AcknowledgedAlready => "The authorities acknowledged already.",
            Self::NoAnswer => "No authority has told yet what it decided.",
            Self::Closed => "It is closed; reopen it first.",
            Self::NotClosed => "It is not closed.",
            Self::UnderDispute => "A fact it rests on is under dispute: it stands still until an official has decided.",
            Self::DisputedFact => {
                "A fact it rests on is disputed and carries no flag: only `wrong_facts` can be proposed or confirmed."
            }
        }
    }
}

impl Life {
    /// The word for it.
    pub const fn state(self) -> FlagState {
        match self {
            Self::Raised => FlagState::Raised,
            Self::InReview => FlagState::InReview,
            Self::AwaitingEvidence => FlagState::AwaitingEvidence,
            Self::Proposed(_) => FlagState::Proposed,
            Self::Decided(_) => FlagState::Decided,
            Self::Notified(_) => FlagState::Notified,
            Self::Acknowledged(..) => FlagState::Acknowledged,
            Self::Closed(_) => FlagState::Closed,
        }
    }

    /// The outcome that is proposed or decided.
    pub const fn outcome(self) -> Option<FlagOutcome> {
        match self {
            Self::Raised | Self::InReview | Self::AwaitingEvidence => None,
            Self::Proposed(proposal) => Some(proposal.outcome),
            Self::Decided(decided)
            | Self::Notified(decided)
            | Self::Acknowledged(decided, _)
            | Self::Closed(decided) => Some(decided.proposal.outcome),
        }
    }

    /// Who proposed it.
    pub const fn proposed_by(self) -> Option<AccountId> {
        match self {
            Self::Raised | Self::InReview | Self::AwaitingEvidence => None,
            Self::Proposed(proposal) => Some(proposal.by),
            Self::Decided(decided)
            | Self::Notified(decided)
            | Self::Acknowledged(decided, _)
            | Self::Closed(decided) => Some(decided.proposal.by),
        }
    }

    /// Who confirmed it.
    pub const fn decided_by(self) -> Option<AccountId> {
        match self {
            Self::Raised | Self::InReview | Self::AwaitingEvidence | Self::Proposed(_) => None,
            Self::Decided(decided)
            | Self::Notified(decided)
            | Self::Acknowledged(decided, _)
            | Self::Closed(decided) => Some(decided.by),
        }
    }

    /// Where the flag is after `step`.
    ///
    /// # Errors
    /// [`NotNow`], saying exactly what is in the way.
    pub fn after(self, step: Step, ground: Ground) -> Result<Self, NotNow> {
        if matches!(self, Self::Closed(_)) && step != Step::Reopen {
            return Err(NotNow::Closed);
        }
        match step {
            Step::TakeUp => self.taken_up(),
            Step::AwaitEvidence if self == Self::AwaitingEvidence => Err(NotNow::AwaitedAlready),
            Step::AwaitEvidence => self.looked_at().map(|()| Self::AwaitingEvidence),
            Step::ReceiveEvidence => match self {
                Self::AwaitingEvidence => Ok(Self::InReview),
                _ => Err(NotNow::NothingAwaited),
            },
            Step::Propose(outcome, by) => {
                self.looked_at()?;
                ground.carries(outcome)?;
                Ok(Self::Proposed(Proposed { outcome, by }))
            }
            Step::Confirm(by) => {
                let proposal = self.proposal_for(by)?;
                ground.carries(proposal.outcome)?;
                Ok(Self::Decided(Decided { proposal, by }))
            }
            Step::Reject(by) => self.proposal_for(by).map(|_| Self::InReview),
            Step::HandOver => match self {
                Self::Decided(decided) => decided.addressed().map(Self::Notified),
                Self::Notified(_) | Self::Acknowledged(..) => Err(NotNow::DecidedAlready),
                Self::Raised | Self::InReview | Self::AwaitingEvidence | Self::Proposed(_) | Self::Closed(_) => {
                    Err(NotNow::NotDecided)
                }
            },
            Step::Acknowledge => match self {
                Self::Notified(decided) => Ok(Self::Acknowledged(decided, Answer::Awaited)),
                Self::Acknowledged(..) => Err(NotNow::AcknowledgedAlready),
                Self::Decided(decided) => decided.addressed().and(Err(NotNow::NotAcknowledged)),
                Self::Raised | Self::InReview | Self::AwaitingEvidence | Self::Proposed(_) | Self::Closed(_) => {
                    Err(NotNow::NotDecided)
                }
            },
            Step::Answer => match self {
                Self::Acknowledged(decided, _) => Ok(Self::Acknowledged(decided, Answer::Given)),
                Self::Decided(decided) | Self::Notified(decided) => {
                    decided.addressed().and(Err(NotNow::NotAcknowledged))
                }
                Self::Raised | Self::InReview | Self::AwaitingEvidence | Self::Proposed(_) | Self::Closed(_) => {
                    Err(NotNow::NotDecided)
                }
            },
            Step::Close => match self {
                Self::Decided(decided) if !decided.proposal.outcome.has_addressee() => Ok(Self::Closed(decided)),
                Self::Decided(_) | Self::Notified(_) => Err(NotNow::NotAcknowledged),
                Self::Acknowledged(decided, Answer::Given) => Ok(Self::Closed(decided)),
                Self::Acknowledged(_, Answer::Awaited) => Err(NotNow::NoAnswer),
                Self::Raised | Self::InReview | Self::AwaitingEvidence | Self::Proposed(_) | Self::Closed(_) => {
                    Err(NotNow::NotDecided)
                }
            },
            Step::Reopen => match self {
                Self::Closed(_) => Ok(Self::InReview),
                _ => Err(NotNow::NotClosed),
            },
        }
    }

    fn taken_up(self) -> Result<Self, NotNow> {
        match self {
            Self::Raised => Ok(Self::InReview),
            _ => Err(NotNow::TakenUpAlready),
        }
    }

    /// Goes on only while an officer is at work on it.
    fn looked_at(self) -> Result<(), NotNow> {
        match self {
            Self::InReview | Self::AwaitingEvidence => Ok(()),
            Self::Raised => Err(NotNow::NotTakenUp),
            Self::Proposed(_) => Err(NotNow::WaitsForDecision),
            Self::Decided(_) | Self::Notified(_) | Self::Acknowledged(..) => Err(NotNow::DecidedAlready),
            Self::Closed(_) => Err(NotNow::Closed),
        }
    }

    /// The proposal, for anybody but whoever made it.
    fn proposal_for(self, by: AccountId) -> Result<Proposed, NotNow> {
        match self {
            Self::Proposed(proposal) if proposal.by == by => Err(NotNow::OwnProposal),
            Self::Proposed(proposal) => Ok(proposal),
            Self::Raised | Self::InReview | Self::AwaitingEvidence => Err(NotNow::NothingProposed),
            Self::Decided(_) | Self::Notified(_) | Self::Acknowledged(..) => Err(NotNow::DecidedAlready),
            Self::Closed(_) => Err(NotNow::Closed),
        }
    }
}

impl Decided {
    const fn addressed(self) -> Result<Self, NotNow> {
        if self.proposal.outcome.has_addressee() { Ok(self) } else { Err(NotNow::NoAddressee) }
    }
}

impl Ground {
    /// Whether an outcome can rest on it.
    const fn carries(self, outcome: FlagOutcome) -> Result<(), NotNow> {
        match (self, outcome) {
            (Self::Firm, _) | (Self::Disputed, FlagOutcome::WrongFacts) => Ok(()),
            (Self::UnderDispute, _) => Err(NotNow::UnderDispute),
            (
                Self::Disputed,
                FlagOutcome::CompliedAfterAll
                | FlagOutcome::AcceptableExcuse
                | FlagOutcome::TechnicalFailure
                | FlagOutcome::Warning
                | FlagOutcome::Referral
                | FlagOutcome::Duplicate,
            ) => Err(NotNow::DisputedFact),
        }
    }
}

/// What is kept of a life in a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Kept {
    /// The state.
    pub state: FlagState,
    /// The outcome, from the proposal on.
    pub outcome: Option<FlagOutcome>,
    /// Who proposed it.
    pub proposed_by: Option<AccountId>,
    /// Who confirmed it.
    pub decided_by: Option<AccountId>,
    /// Whether an authority told what it decided.
    pub answered: bool,
}

impl Kept {
    /// The life these amount to; `None` when they amount to none, such as a decision by whoever proposed it.
    pub fn life(self) -> Option<Life> {
        let proposal = self.outcome.zip(self.proposed_by).map(|(outcome, by)| Proposed { outcome, by });
        let decided = proposal
            .zip(self.decided_by)
            .filter(|(proposal, by)| proposal.by != *by)
            .map(|(proposal, by)| Decided { proposal, by });
        let answer = if self.answered { Answer::Given } else { Answer::Awaited };
        match self.state {
            FlagState::Raised => Some(Life::Raised),
            FlagState::InReview => Some(Life::InReview),
            FlagState::AwaitingEvidence => Some(Life::AwaitingEvidence),
            FlagState::Proposed => proposal.map(Life::Proposed),
            FlagState::Decided => decided.map(Life::Decided),
            FlagState::Notified => decided.map(Life::Notified),
            FlagState::Acknowledged => decided.map(|decided| Life::Acknowledged(decided, answer)),
            FlagState::Closed => decided.map(Life::Closed),
        }
    }
}

impl From<Life> for Kept {
    fn from(life: Life) -> Self {
        Self {
            state: life.state(),
            outcome: life.outcome(),
            proposed_by: life.proposed_by(),
            decided_by: life.decided_by(),
            answered: matches!(life, Life::Acknowledged(_, Answer::Given)),
        }
    }
}

#[cfg(test)]
mod tests;
