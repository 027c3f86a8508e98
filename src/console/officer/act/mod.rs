//! What officers do around a person: each act has a form of its own, and what cannot be taken back is checked on a page
//! before it is done.
//!
//! | module | what it owns |
//! | --- | --- |
//! | [`ask`] | what is asked |
//! | [`beside`] | what is asked of risk assessments and convictions from abroad |
//! | [`known`] | what one must see, and can choose from, before one answers |
//! | [`take`] | which use case it is |
//! | [`flow`] | fill in, check, do |
//!
//! Whether somebody may do it is asked of the use case, and before it is offered of the same access decision.

mod ask;
mod beside;
mod flow;
mod known;
mod take;

pub use flow::{ask_about, ask_for, send, send_about};

use super::bar::Tab;
use crate::access::Action;
use crate::text_enum;

text_enum! {
    /// An act, by its name in addresses.
    pub enum Act {
        /// Plans a home visit.
        PlanVisit => "plan-visit",
        /// Says what came of one.
        LogVisit => "log-visit",
        /// Records that the home was verified.
        VerifyAddress => "verify-address",
        /// Records a contact.
        AddContact => "add-contact",
        /// Writes a note.
        AddNote => "add-note",
        /// Writes a note that corrects another.
        CorrectNote => "correct-note",
        /// Offers the file to another team.
        OfferTransfer => "offer-transfer",
        /// Accepts or refuses it.
        AnswerTransfer => "answer-transfer",
        /// Takes the offer back.
        WithdrawTransfer => "withdraw-transfer",
        /// Gives a registrant a new activation code.
        RenewCode => "renew-code",
        /// Records who acts for a registrant.
        AddRepresentative => "add-representative",
        /// Ends it.
        EndRepresentative => "end-representative",
        /// Gives a person another chain number.
        ReplaceChainNumber => "replace-chain-number",
        /// Records a death.
        RecordDeath => "record-death",
        /// Corrects it.
        CorrectDeath => "correct-death",
        /// Proposes to make two registrations one.
        ProposeMerge => "propose-merge",
        /// Decides on that.
        DecideMerge => "decide-merge",
        /// Proposes to make them two again.
        ProposeSplit => "propose-split",
        /// Decides on that.
        DecideSplit => "decide-split",
        /// Records a risk assessment, made with the instrument that is named.
        AssessRisk => "assess-risk",
        /// Records a conviction from abroad.
        AddConviction => "add-conviction",
        /// Records that one was verified.
        VerifyConviction => "verify-conviction",
        /// Records what the person asks as their right, in their place.
        AddRightsRequest => "add-rights-request",
        /// Makes the term of such a request longer.
        ExtendRightsRequest => "extend-rights-request",
        /// Decides on it.
        DecideRightsRequest => "decide-rights-request",
        /// Records that what was granted was done.
        CarryOutRightsRequest => "carry-out-rights-request",
        /// Ends a restriction.
        LiftRestriction => "lift-restriction",
        /// Says that one looked at what a cross-check with supervision found.
        LookAtFinding => "look-at-finding",
    }
}

impl Act {
    /// What the access decision is asked.
    pub const fn action(self) -> Action {
        match self {
            Self::PlanVisit => Action::HomeVisitPlan,
            Self::LogVisit => Action::HomeVisitLog,
            Self::VerifyAddress => Action::AddressVerify,
            Self::AddContact => Action::ContactLogAdd,
            Self::AddNote | Self::CorrectNote => Action::NoteAdd,
            Self::OfferTransfer => Action::TransferOffer,
            Self::AnswerTransfer => Action::TransferAnswer,
            Self::WithdrawTransfer => Action::TransferWithdraw,
            Self::RenewCode => Action::RegistrantAccountManage,
            Self::AddRepresentative | Self::EndRepresentative => Action::RepresentativeManage,
            Self::ReplaceChainNumber => Action::ChainNumberReplace,
            Self::RecordDeath => Action::DeathRecord,
            Self::CorrectDeath => Action::DeathCorrect,
            Self::ProposeMerge => Action::MergePropose,
            Self::DecideMerge => Action::MergeDecide,
            Self::ProposeSplit => Action::SplitPropose,
            Self::DecideSplit => Action::SplitDecide,
            Self::AssessRisk => Action::RiskAssessmentAdd,
            Self::AddConviction => Action::ForeignConvictionRecord,
            Self::VerifyConviction => Action::ForeignConvictionVerify,
            Self::AddRightsRequest => Action::RightsRequestAdd,
            Self::ExtendRightsRequest | Self::DecideRightsRequest | Self::LiftRestriction => {
                Action::RightsRequestDecide
            }
            Self::CarryOutRightsRequest => Action::RightsRequestCarryOut,
            Self::LookAtFinding => Action::SupervisionFindingReview,
        }
    }

    /// The name of its schema.
    const fn schema(self) -> &'static str {
        match self {
            Self::PlanVisit => "NewVisit",
            Self::LogVisit => "VisitOutcome",
            Self::VerifyAddress => "NewVerification",
            Self::AddContact => "NewContact",
            Self::AddNote | Self::CorrectNote => "NewNote",
            Self::OfferTransfer => "NewTransfer",
            Self::AnswerTransfer => "TransferAnswer",
            Self::RenewCode => "IdentityCheck",
            Self::AddRepresentative => "NewRepresentative",
            Self::ReplaceChainNumber => "NewChainNumber",
            Self::RecordDeath => "NewDeath",
            Self::CorrectDeath => "DeathCorrection",
            Self::ProposeMerge => "NewMerge",
            Self::DecideMerge | Self::DecideSplit => "MergeDecision",
            Self::AssessRisk => "NewRiskAssessment",
            Self::AddConviction => "NewForeignConviction",
            Self::VerifyConviction => "Verify",
            Self::AddRightsRequest => "NewRightsRequest",
            Self::ExtendRightsRequest => "RightsExtension",
            Self::DecideRightsRequest => "RightsDecision",
            Self::CarryOutRightsRequest | Self::LiftRestriction => "RightsDone",
            Self::WithdrawTransfer | Self::EndRepresentative | Self::ProposeSplit | Self::LookAtFinding => "Reason",
        }
    }

    /// The member of the form below which its JSON stands, where that is a choice between kinds.
    const fn member(self) -> Option<&'static str> {
        match self {
            Self::LogVisit => Some("outcome"),
            Self::AnswerTransfer => Some("answer"),
            Self::PlanVisit
            | Self::VerifyAddress
            | Self::AddContact
            | Self::AddNote
            | Self::CorrectNote
            | Self::OfferTransfer
            | Self::WithdrawTransfer
            | Self::RenewCode
            | Self::AddRepresentative
            | Self::EndRepresentative
            | Self::ReplaceChainNumber
            | Self::RecordDeath
            | Self::CorrectDeath
            | Self::ProposeMerge
            | Self::DecideMerge
            | Self::ProposeSplit
            | Self::DecideSplit
            | Self::AssessRisk
            | Self::AddConviction
            | Self::VerifyConviction
            | Self::AddRightsRequest
            | Self::ExtendRightsRequest
            | Self::DecideRightsRequest
            | Self::CarryOutRightsRequest
            | Self::LiftRestriction
            | Self::LookAtFinding => None,
        }
    }

    /// The page it belongs to.
    pub const fn tab(self) -> Tab {
        match self {
            Self::PlanVisit | Self::LogVisit | Self::VerifyAddress => Tab::Home,
            Self::AddContact => Tab::Contacts,
            Self::AddNote | Self::CorrectNote => Tab::Notes,
            Self::OfferTransfer | Self::AnswerTransfer | Self::WithdrawTransfer => Tab::Transfers,
            Self::RenewCode
            | Self::AddRepresentative
            | Self::EndRepresentative
            | Self::ReplaceChainNumber
            | Self::RecordDeath
            | Self::CorrectDeath
            | Self::ProposeMerge
            | Self::DecideMerge
            | Self::ProposeSplit
            | Self::DecideSplit => Tab::Identity,
            Self::AssessRisk | Self::AddConviction | Self::VerifyConviction => Tab::Beside,
            Self::AddRightsRequest
            | Self::ExtendRightsRequest
            | Self::DecideRightsRequest
            | Self::CarryOutRightsRequest
            | Self::LiftRestriction => Tab::Rights,
            Self::LookAtFinding => Tab::Supervision,
        }
    }

    /// Whether it is about one thing of the file, named in its address.
    const fn is_about_one(self) -> bool {
        match self {
            Self::LogVisit
            | Self::CorrectNote
            | Self::AnswerTransfer
            | Self::WithdrawTransfer
            | Self::EndRepresentative
            | Self::DecideMerge
            | Self::ProposeSplit
            | Self::DecideSplit
            | Self::AssessRisk
            | Self::VerifyConviction
            | Self::ExtendRightsRequest
            | Self::DecideRightsRequest
            | Self::CarryOutRightsRequest
            | Self::LiftRestriction
            | Self::LookAtFinding => true,
            Self::PlanVisit
            | Self::VerifyAddress
            | Self::AddContact
            | Self::AddNote
            | Self::OfferTransfer
            | Self::RenewCode
            | Self::AddRepresentative
            | Self::ReplaceChainNumber
            | Self::RecordDeath
            | Self::CorrectDeath
            | Self::ProposeMerge
            | Self::AddConviction
            | Self::AddRightsRequest => false,
        }
    }

    /// Whether it is checked on a page of its own first: all but what can be taken back or put right by another one.
    const fn is_checked(self) -> bool {
        !matches!(self, Self::PlanVisit | Self::AddContact | Self::AddNote | Self::CorrectNote | Self::OfferTransfer)
    }

    /// Whether it depends on who put it forward as well, which only the use case knows.
    const fn is_decision(self) -> bool {
        matches!(self, Self::AnswerTransfer | Self::DecideMerge | Self::DecideSplit)
    }

    /// Whether the file may be out of sight once it is done: a registration ends with the life of a person.
    const fn ends_the_file(self) -> bool {
        matches!(self, Self::RecordDeath | Self::CorrectDeath)
    }
}
