//! What is shown of a passport proposal.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use super::{Kept, PassportCheckView, PassportDraft, checked, rules_on};
use crate::ids::{AccountId, ProposalId, RegistrationId};
use crate::instruments::passport::{Proposal, ProposalState, words};
use crate::proposals::record::Chain;
use crate::proposals::told::explained;
use crate::proposals::{HappenedView, ProposalRules};
use crate::register::Refusal;
use crate::register::around::frame::Opened;
use crate::vocabulary::ProposalStanding;

/// A passport proposal as it stands today.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PassportProposalView {
    /// The proposal.
    pub id: ProposalId,
    /// Whom it is about.
    pub registration_id: RegistrationId,
    /// Where it stands.
    pub state: ProposalStanding,
    /// The day on which the request or the entry ends unless renewed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expires_on: Option<NaiveDate>,
    /// Everything the rules say of it: `state` with its dates, `entry` with `renewals` and `warnings`, `personInformedOn`,
    /// `objection`, `withheld` and `document`.
    #[schema(value_type = Object)]
    pub proposal: Value,
    /// What it says.
    pub content: PassportDraft,
    /// The criteria: on the day of the request, and until then today.
    pub check: PassportCheckView,
    /// What stands in the way of asking; empty when nothing does.
    #[schema(value_type = Vec<Object>)]
    pub blocks: Value,
    /// Everything that happened to it, in order.
    pub history: Vec<HappenedView>,
    /// Who drafted it.
    pub made_by: AccountId,
    /// Its version.
    pub version: i64,
}

/// The passport proposals of a registration.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PassportProposalList {
    /// The proposals, the last drafted first.
    pub items: Vec<PassportProposalView>,
}

impl PassportProposalView {
    pub(super) fn of(chain: &Chain<Kept>, proposals: &ProposalRules, opened: &Opened<'_>) -> Result<Self, Refusal> {
        let proposal = chain.proposal(proposals, opened.today)?;
        let content = chain.content()?;
        let on = chain.first_day_of("requested").unwrap_or(opened.today);
        let check = checked(&content.situation, rules_on(proposals, on)?, on)?;
        let blocks = match content.article {
            super::Article::Article18 => check.blocks18.clone(),
            super::Article::Article24a => check.blocks24a.clone(),
        };
        let (state, expires_on) = standing(&proposal);
        Ok(Self {
            id: chain.row.id,
            registration_id: chain.row.registration_id,
            state,
            expires_on,
            proposal: explained(&proposal, words())?,
            content: content.clone(),
            check,
            blocks,
            history: chain.history.clone(),
            made_by: chain.row.made_by,
            version: chain.row.version,
        })
    }
}

/// Where a proposal stands and when it ends.
pub(super) fn standing(proposal: &Proposal) -> (ProposalStanding, Option<NaiveDate>) {
    match &proposal.state {
        ProposalState::Draft { .. } => (ProposalStanding::Draft, None),
        ProposalState::Requested { expires_on, .. } => (ProposalStanding::Requested, Some(*expires_on)),
        ProposalState::Withdrawn { .. } => (ProposalStanding::Withdrawn, None),
        ProposalState::NotEntered { .. } => (ProposalStanding::NotEntered, None),
        ProposalState::Active { entry } => (ProposalStanding::Active, Some(entry.expires_on)),
        ProposalState::GroundLapsed { entry, .. } => (ProposalStanding::GroundLapsed, Some(entry.expires_on)),
        ProposalState::Removed { .. } => (ProposalStanding::Removed, None),
        ProposalState::Expired { .. } => (ProposalStanding::Expired, None),
    }
}
