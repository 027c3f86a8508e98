//! What waits for the unit that acts: measures that are not over and ended warnings whose recipients are to be told, with the day on which something is next to be said of
//! their end and the warnings that were raised.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::access::{self, Action, Ctx, Reach};
use crate::app::App;
use crate::audit::{Deed, ObjectRef};
use crate::clock::UtcTime;
use crate::ids::{ProposalId, RegistrationId};
use crate::register::{Refusal, unit};
use crate::store::proposals::{ProposalRow, ProposalWarningRow, proposal_list_open, proposal_warning_list};
use crate::vocabulary::{ProposalKind, ProposalStanding, ProposalVariant, Role};

/// A measure in the work list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct OpenProposal {
    /// The measure.
    pub id: ProposalId,
    /// Whom it is about.
    pub registration_id: RegistrationId,
    /// What it is.
    pub kind: ProposalKind,
    /// Which of its kind.
    pub variant: ProposalVariant,
    /// Where it stands.
    pub state: ProposalStanding,
    /// The day on which it ends.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expires_on: Option<NaiveDate>,
    /// The next day on which something is to be said of its end.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_on: Option<NaiveDate>,
    /// The warnings raised about the end it now has.
    pub warnings: Vec<RaisedWarning>,
}

/// That a measure is about to end.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct RaisedWarning {
    /// So many days before its end.
    pub days_before: i64,
    /// When that was said.
    pub raised_at: UtcTime,
}

/// One page of open measures.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct OpenProposalPage {
    /// The measures.
    pub items: Vec<OpenProposal>,
    /// Where the next page starts; absent on the last one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next: Option<ProposalId>,
}

/// The measures that are not over or whose recipients wait to be told, of the kinds the role has to do with.
///
/// # Errors
/// [`Refusal::Forbidden`] with the reason.
pub async fn open_proposals(
    app: &App,
    ctx: &Ctx,
    after: Option<ProposalId>,
    limit: i64,
) -> Result<OpenProposalPage, Refusal> {
    let deed = Deed::of(Action::ProposalList, ObjectRef::none());
    let reader = ctx.clone();
    unit::read(app, ctx, deed, move |conn| {
        let reach = access::reach(&reader.actor, Action::ProposalList, reader.purpose);
        reach.allowed()?;
        if reach != Reach::Everything {
            return Ok(OpenProposalPage { items: Vec::new(), next: None });
        }
        let bureau = reader.actor.role == Role::Lirc;
        let mut rows = proposal_list_open(conn, kinds(reader.actor.role), bureau, after, limit + 1)?;
        let more = i64::try_from(rows.len()).unwrap_or(i64::MAX) > limit;
        if more {
            rows.pop();
        }
        let ids: Vec<ProposalId> = rows.iter().map(|row| row.id).collect();
        let raised = proposal_warning_list(conn, &ids)?;
        let next = rows.last().filter(|_| more).map(|row| row.id);
        Ok(OpenProposalPage { items: rows.iter().map(|row| open(row, &raised)).collect(), next })
    })
    .await
}

/// The kinds of measures a role has to do with.
const fn kinds(role: Role) -> &'static [ProposalKind] {
    match role {
        Role::OmOfficer | Role::ApAuditor => &[ProposalKind::PassportProposal, ProposalKind::WarningNotice],
        Role::Tbkk | Role::Lirc => &[ProposalKind::WarningNotice],
        Role::Registrant
        | Role::SupervisionOfficer
        | Role::ReviewLead
        | Role::Aice
        | Role::Dji
        | Role::Justid
        | Role::Evaluator
        | Role::PrivacyOfficer
        | Role::AdminTech
        | Role::Justis
        | Role::Mayor => &[],
    }
}

fn open(row: &ProposalRow, raised: &[ProposalWarningRow]) -> OpenProposal {
    let own =
        raised.iter().filter(|warning| warning.proposal_id == row.id && Some(warning.expires_on) == row.expires_on);
    OpenProposal {
        id: row.id,
        registration_id: row.registration_id,
        kind: row.kind,
        variant: row.variant,
        state: row.state,
        expires_on: row.expires_on,
        next_on: row.next_on,
        warnings: own
            .map(|warning| RaisedWarning { days_before: warning.days_before, raised_at: warning.raised_at })
            .collect(),
    }
}
