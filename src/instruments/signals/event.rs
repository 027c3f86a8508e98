//! What can happen to a signal. The text of a signal is no part of it: it is kept apart, and no rule reads it.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::grounds::codes;

codes! {
    /// Where a signal comes from.
    pub enum Origin {
        /// The public hotline.
        Hotline => "hotline",
        /// The police.
        Police => "police",
        /// A liaison officer abroad.
        LiaisonOfficer => "liaison_officer",
        /// A partner in the criminal-justice chain.
        ChainPartner => "chain_partner",
    }
}

codes! {
    /// What kind of account did something.
    pub enum ActorKind {
        /// A person.
        Person => "person",
        /// A machine.
        Machine => "machine",
    }
}

codes! {
    /// Why a signal is closed.
    pub enum CloseReason {
        /// It was found out another way and recorded there.
        FollowedUp => "followed_up",
        /// There was nothing to do.
        NothingToDo => "nothing_to_do",
        /// It was unfounded.
        Unfounded => "unfounded",
        /// It belongs to another authority, which has it.
        Referred => "referred",
        /// Nobody in the register could be matched.
        NotMatched => "not_matched",
    }
}

/// Who did something.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Actor {
    /// The id of the account.
    pub id: String,
    /// What kind of account it is.
    pub kind: ActorKind,
}

/// Who reported. An anonymous reporter is nobody, so there is nothing to keep.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "as", rename_all = "snake_case", rename_all_fields = "camelCase", deny_unknown_fields)]
pub enum Reporter {
    /// Nobody knows who.
    Anonymous,
    /// An intermediary knows who, and answers questions.
    Intermediary {
        /// The id of the intermediary.
        intermediary: String,
        /// Its reference of the report.
        reference: String,
    },
    /// The desk knows who.
    Known {
        /// The id under which the identity is kept, apart from the signal.
        reporter: String,
    },
}

/// What happened.
#[expect(missing_docs, reason = "the members are described with the event")]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case", rename_all_fields = "camelCase", deny_unknown_fields)]
pub enum SignalEvent {
    /// It was received. A machine may receive.
    Received { on: NaiveDate, by: Actor, origin: Origin, reporter: Reporter },
    /// A person took it up.
    TakenUp { on: NaiveDate, by: Actor },
    /// A person matched it to a registration, with reasons.
    Matched { on: NaiveDate, by: Actor, registration: String, reasons: String },
    /// A person undid the match, with reasons.
    Unmatched { on: NaiveDate, by: Actor, reasons: String },
    /// A person closed it, with reasons.
    Closed { on: NaiveDate, by: Actor, reason: CloseReason, reasons: String },
    /// A person opened it again because of something new.
    Reopened { on: NaiveDate, by: Actor, reasons: String },
    /// Whoever reported asked to be unknown from now on.
    AnonymityAsked { on: NaiveDate, by: Actor },
    /// A judge or prosecutor demanded the identity, under a provision.
    IdentityDemanded { on: NaiveDate, by: Actor, provision: String },
}

impl SignalEvent {
    /// The day on which it happened.
    #[must_use]
    pub const fn on(&self) -> NaiveDate {
        match self {
            Self::Received { on, .. }
            | Self::TakenUp { on, .. }
            | Self::Matched { on, .. }
            | Self::Unmatched { on, .. }
            | Self::Closed { on, .. }
            | Self::Reopened { on, .. }
            | Self::AnonymityAsked { on, .. }
            | Self::IdentityDemanded { on, .. } => *on,
        }
    }

    /// Who did it.
    #[must_use]
    pub const fn by(&self) -> &Actor {
        match self {
            Self::Received { by, .. }
            | Self::TakenUp { by, .. }
            | Self::Matched { by, .. }
            | Self::Unmatched { by, .. }
            | Self::Closed { by, .. }
            | Self::Reopened { by, .. }
            | Self::AnonymityAsked { by, .. }
            | Self::IdentityDemanded { by, .. } => by,
        }
    }
}
