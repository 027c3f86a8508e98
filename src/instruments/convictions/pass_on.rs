//! Whether a record may go on to somebody. Every reason against it is given at once.

use serde::{Deserialize, Serialize};

use super::intake::Channel;
use super::profile::ConvictionRules;
use super::step::Step;
use crate::grounds::codes;
use crate::purpose::{Need, Outcome, Purposes, Use};

codes! {
    /// Who would receive it.
    pub enum Recipient {
        /// The central authority of a member state.
        MemberState => "member_state",
        /// A third state.
        ThirdState => "third_state",
        /// Interpol.
        Interpol => "interpol",
        /// The prosecution service.
        Prosecution => "prosecution",
        /// The probation service.
        Probation => "probation",
        /// The specialist police unit.
        PoliceUnit => "police_unit",
        /// The screening authority.
        ScreeningAuthority => "screening_authority",
    }
}

impl Recipient {
    /// Whether it would leave the country.
    #[must_use]
    pub const fn is_abroad(self) -> bool {
        match self {
            Self::MemberState | Self::ThirdState | Self::Interpol => true,
            Self::Prosecution | Self::Probation | Self::PoliceUnit | Self::ScreeningAuthority => false,
        }
    }
}

codes! {
    /// Why a record does not go on.
    pub enum Block {
        /// It was deleted.
        Deleted => "deleted",
        /// It is disputed.
        Disputed => "disputed",
        /// Nobody verified it.
        NotVerified => "not_verified",
        /// No provision that allows it was named.
        NoBasis => "no_basis",
        /// The convicting state did not agree.
        NoConsent => "no_consent",
        /// The screening authority has no access to the register.
        NoAccess => "no_access",
        /// The data were supplied for another purpose.
        OtherPurpose => "other_purpose",
        /// A condition of the purpose is not met.
        ConditionNotMet => "condition_not_met",
    }
}

/// What would go on, to whom and on which ground.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PassOn {
    /// How the conviction became known.
    pub channel: Channel,
    /// Whether it was verified.
    pub verified: bool,
    /// Whether it is disputed.
    #[serde(default)]
    pub disputed: bool,
    /// Whether it was deleted.
    #[serde(default)]
    pub deleted: bool,
    /// To whom.
    pub to: Recipient,
    /// What for; going abroad is always also that.
    #[serde(rename = "use")]
    pub purpose: Use,
    /// The provision that allows it.
    #[serde(default)]
    pub basis: Option<String>,
    /// Whether the convicting state agreed; absent: not asked, or no answer.
    #[serde(default)]
    pub consent: Option<bool>,
    /// Which other conditions are met.
    #[serde(default)]
    pub met: Vec<Need>,
}

/// What passing on comes to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PassedOn {
    /// Whether it may go on.
    pub permitted: bool,
    /// Whether the recipient must be told that nobody verified it.
    pub marked_unverified: bool,
    /// Everything that stands against it.
    pub blocks: Vec<Block>,
    /// The explanation.
    pub steps: Vec<Step>,
}

/// Whether a record may go on.
#[must_use]
pub fn pass_on(asked: &PassOn, rules: &ConvictionRules, purposes: &Purposes) -> PassedOn {
    let sources = &rules.sources;
    let has_basis = asked.basis.as_ref().is_some_and(|basis| !basis.trim().is_empty());
    let ecris = asked.channel.is_authority();
    let abroad = asked.to.is_abroad();
    let mut blocks: Vec<(Block, &str)> = Vec::new();
    let mut block = |wrong: bool, code: Block, provision| {
        if wrong && !blocks.iter().any(|(other, _)| *other == code) {
            blocks.push((code, provision));
        }
    };
    block(asked.deleted, Block::Deleted, &sources.after_care);
    block(asked.disputed, Block::Disputed, &sources.disputed);
    block(asked.to == Recipient::ScreeningAuthority, Block::NoAccess, &sources.screening);
    block(!asked.verified && abroad, Block::NotVerified, &sources.unverified);
    block(!ecris && !has_basis, Block::NoBasis, &sources.unverified);
    block(ecris && abroad && asked.consent != Some(true), Block::NoConsent, &sources.onward);
    let mut met: Vec<Need> = asked.met.clone();
    // What the record itself tells is not taken from a list.
    met.retain(|need| !matches!(need, Need::Verified | Need::LegalBasis | Need::ConsentOfConvictingState));
    met.extend(asked.verified.then_some(Need::Verified));
    met.extend(has_basis.then_some(Need::LegalBasis));
    met.extend((asked.consent == Some(true)).then_some(Need::ConsentOfConvictingState));
    let also = abroad.then_some(Use::PassOnAbroad);
    for purpose in [Some(asked.purpose), also].into_iter().flatten() {
        let Some(decision) = purposes.decide(asked.channel.source(), purpose) else {
            block(true, Block::OtherPurpose, &sources.purpose);
            continue;
        };
        block(decision.outcome == Outcome::Refused, Block::OtherPurpose, &decision.provision);
        for need in decision.open_needs(&met) {
            block(true, block_of(need), &decision.provision);
        }
    }
    let mut steps: Vec<Step> = blocks
        .iter()
        .map(|(block, provision)| Step::Blocked { block: *block, provision: (*provision).to_owned() })
        .collect();
    let permitted = blocks.is_empty();
    let marked_unverified = permitted && !asked.verified;
    if permitted {
        steps.push(Step::MayGoOn { to: asked.to, purpose: asked.purpose });
    }
    if marked_unverified {
        steps.push(Step::MarkUnverified { provision: sources.unverified.clone() });
    }
    PassedOn { permitted, marked_unverified, blocks: blocks.into_iter().map(|(block, _)| block).collect(), steps }
}

const fn block_of(need: Need) -> Block {
    match need {
        Need::Verified => Block::NotVerified,
        Need::LegalBasis => Block::NoBasis,
        Need::ConsentOfConvictingState => Block::NoConsent,
        Need::ProsecutorDemand | Need::Aggregated | Need::HumanReview => Block::ConditionNotMet,
    }
}
