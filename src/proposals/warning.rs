//! Green Notice and Green Diffusion: the police unit proposes, the Interpol bureau decides, and whatever turns out wrong
//! afterwards goes to the bureau at once.

mod step;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

pub use step::{WarningDecision, WarningStep};

use super::record::{Chain, Standing};
use super::told::{explained, reasons};
use super::{HappenedView, ProposalRules};
use crate::access::{Action, Ctx};
use crate::app::App;
use crate::audit::{Deed, ObjectRef};
use crate::ids::{AccountId, ProposalId, RegistrationId};
use crate::instruments::notice::{
    Content, Finding, FindingCode, FindingOutcome, Kind, Refusal as RuleRefusal, RefusalCode, Warning, WarningEvent,
    WarningState, assess, blocks, replay, words,
};
use crate::register::around::frame::{self, Opened, as_asked};
use crate::register::{FieldError, Refusal};
use crate::store::proposals::{ProposalRow, proposal_find, proposal_list};
use crate::store::{Conn, Decided, WriteSet};
use crate::vocabulary::{ProposalKind, ProposalStanding, ProposalVariant, Role};

const KIND: ProposalKind = ProposalKind::WarningNotice;

/// A warning notice as it stands today.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct WarningNoticeView {
    /// The notice.
    pub id: ProposalId,
    /// Whom it is about.
    pub registration_id: RegistrationId,
    /// Where it stands.
    pub state: ProposalStanding,
    /// The day on which it ends unless extended.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expires_on: Option<NaiveDate>,
    /// What blocks it today; empty when nothing does.
    pub blocks: Vec<FindingCode>,
    /// Everything the rules say of it: `content`, `state` with its dates, `corrections`, `warnings`, and `findings`, each with
    /// `code`, `outcome`, `source`, `steps` and `explanation`.
    #[schema(value_type = Object)]
    pub warning: Value,
    /// Everything that happened to it, in order.
    pub history: Vec<HappenedView>,
    /// Who drafted it.
    pub made_by: AccountId,
    /// Its version.
    pub version: i64,
}

/// The warning notices of a registration.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct WarningNoticeList {
    /// The notices, the last drafted first.
    pub items: Vec<WarningNoticeView>,
}

impl WarningNoticeView {
    /// Whether it is a notice or a diffusion, as its code.
    pub fn kind(&self) -> &str {
        self.warning["content"]["kind"].as_str().unwrap_or_default()
    }

    fn of(chain: &Chain<WarningEvent>, proposals: &ProposalRules, opened: &Opened<'_>) -> Result<Self, Refusal> {
        let warning = chain.warning(proposals, opened.today)?;
        let (state, expires_on) = standing(&warning.state);
        Ok(Self {
            id: chain.row.id,
            registration_id: chain.row.registration_id,
            state,
            expires_on,
            blocks: blocks(&warning.findings),
            warning: explained(&warning, words())?,
            history: chain.history.clone(),
            made_by: chain.row.made_by,
            version: chain.row.version,
        })
    }
}

const fn variant(kind: Kind) -> ProposalVariant {
    match kind {
        Kind::GreenNotice => ProposalVariant::GreenNotice,
        Kind::GreenDiffusion => ProposalVariant::GreenDiffusion,
    }
}

const fn standing(state: &WarningState) -> (ProposalStanding, Option<NaiveDate>) {
    match state {
        WarningState::Draft { .. } => (ProposalStanding::Draft, None),
        WarningState::Proposed { .. } => (ProposalStanding::Proposed, None),
        WarningState::Refused { .. } => (ProposalStanding::Refused, None),
        WarningState::Issued { expires_on, .. } => (ProposalStanding::Issued, Some(*expires_on)),
        WarningState::Withdrawn { .. } => (ProposalStanding::Withdrawn, None),
        WarningState::Expired { .. } => (ProposalStanding::Expired, None),
    }
}

/// Before whom a notice was put: the bureau sees what was proposed to it, and no drafts.
fn sent(conn: &mut Conn, registration: RegistrationId, object: &ObjectRef) -> Result<Vec<Role>, Refusal> {
    let before_bureau = match object.id().and_then(|id| id.parse().ok()) {
        Some(id) => proposal_find(conn, registration, KIND, id)?.is_some_and(|row| row.sent_on.is_some()),
        None => proposal_list(conn, registration, KIND)?.iter().any(|row| row.sent_on.is_some()),
    };
    Ok(if before_bureau { vec![Role::Lirc] } else { Vec::new() })
}

/// Drafts a notice. A draft can always be written; what blocks it is told with it.
///
/// # Errors
/// As the access decision says.
pub async fn draft(
    app: &App,
    ctx: &Ctx,
    registration: RegistrationId,
    content: Content,
) -> Result<WarningNoticeView, Refusal> {
    let deed = Deed::on(Action::WarningNoticeMake, ObjectRef::registration(registration), registration);
    let proposals = app.proposals.clone();
    let told = |made: &WarningNoticeView, deed: Deed| Deed { object: ObjectRef::proposal(made.id), ..deed };
    frame::write(app, ctx, registration, deed, told, move |_, opened| {
        let mut writes = WriteSet::default();
        let by = opened.ctx.actor.account.to_string();
        let event = WarningEvent::Drafted { on: opened.today, by, content: Box::new(content.clone()) };
        let chain = Chain::begin(opened, KIND, variant(content.kind), event, &mut writes)?;
        let view = WarningNoticeView::of(&chain, &proposals, opened)?;
        Ok(Decided::new(writes, view))
    })
    .await
}

/// The notices of a registration, the last drafted first.
///
/// # Errors
/// As the access decision says.
pub async fn list(app: &App, ctx: &Ctx, registration: RegistrationId) -> Result<WarningNoticeList, Refusal> {
    let deed = Deed::on(Action::WarningNoticeRead, ObjectRef::registration(registration), registration);
    let proposals = app.proposals.clone();
    frame::read_sent(app, ctx, registration, deed, sent, as_asked, move |conn, opened| {
        let mut items = Vec::new();
        let bureau = opened.ctx.actor.role == Role::Lirc;
        for row in proposal_list(conn, registration, KIND)?.into_iter().filter(|row| !bureau || row.sent_on.is_some()) {
            items.push(WarningNoticeView::of(&Chain::of(conn, opened, row)?, &proposals, opened)?);
        }
        Ok(WarningNoticeList { items })
    })
    .await
}

/// One notice.
///
/// # Errors
/// [`Refusal::NotFound`].
pub async fn read(
    app: &App,
    ctx: &Ctx,
    registration: RegistrationId,
    id: ProposalId,
) -> Result<WarningNoticeView, Refusal> {
    let deed = Deed::on(Action::WarningNoticeRead, ObjectRef::proposal(id), registration);
    let proposals = app.proposals.clone();
    frame::read_sent(app, ctx, registration, deed, sent, as_asked, move |conn, opened| {
        WarningNoticeView::of(&Chain::find(conn, opened, registration, KIND, id)?, &proposals, opened)
    })
    .await
}

/// Takes a notice further: amends, proposes, corrects or withdraws it.
///
/// # Errors
/// [`Refusal::Blocked`] with everything that blocks it; [`Refusal::Conflict`] when it does not fit where the notice stands.
pub async fn step(
    app: &App,
    ctx: &Ctx,
    registration: RegistrationId,
    id: ProposalId,
    step: WarningStep,
) -> Result<WarningNoticeView, Refusal> {
    let deed = Deed::on(Action::WarningNoticeRecord, ObjectRef::proposal(id), registration);
    let event = step.event(ctx.actor.account);
    happens(app, ctx, registration, id, deed, event).await
}

/// Decides on a notice that was proposed, and says what became of it.
///
/// # Errors
/// As [`step()`]; [`Refusal::Forbidden`] for what only the bureau can do.
pub async fn decide(
    app: &App,
    ctx: &Ctx,
    registration: RegistrationId,
    id: ProposalId,
    decision: WarningDecision,
) -> Result<WarningNoticeView, Refusal> {
    let deed = Deed::on(Action::WarningNoticeDecide, ObjectRef::proposal(id), registration);
    let event = decision.event(ctx.actor.account);
    if ctx.actor.role == Role::OmOfficer && decision.is_of_the_bureau() {
        let refused = Refusal::Forbidden("only the Interpol bureau does this; you can return or refuse the proposal");
        return frame::read(app, ctx, registration, deed, as_asked, move |_, _| Err(refused)).await;
    }
    happens(app, ctx, registration, id, deed, event).await
}

async fn happens(
    app: &App,
    ctx: &Ctx,
    registration: RegistrationId,
    id: ProposalId,
    deed: Deed,
    (kind, event): (&'static str, WarningEvent),
) -> Result<WarningNoticeView, Refusal> {
    let proposals = app.proposals.clone();
    frame::write_sent(app, ctx, registration, deed, sent, as_asked, move |conn, opened| {
        let mut chain: Chain<WarningEvent> = Chain::find(conn, opened, registration, KIND, id)?;
        let mut writes = WriteSet::default();
        if event.on() > opened.today {
            return Err(Refusal::field("/on", "in_the_future", "A step is recorded once it has been taken."));
        }
        stays_what_it_is(&chain.row, &event)?;
        chain.add(opened, kind, event.on(), event.clone(), &mut writes)?;
        let warning = chain.warning(&proposals, opened.today)?;
        let (state, expires_on) = standing(&warning.state);
        let decided = ["issued", "refused"].into_iter().find_map(|kind| chain.first_day_of(kind));
        let stands = Standing {
            variant: variant(warning.content.kind),
            state,
            sent_on: chain.first_day_of("proposed"),
            decided_on: decided,
            expires_on,
        };
        let warn_days = proposals.notices.at(opened.today).map(|rules| rules.warn_days().to_vec()).unwrap_or_default();
        chain.stands(&stands, &warn_days, opened.today, &mut writes);
        let view = WarningNoticeView::of(&chain, &proposals, opened)?;
        Ok(Decided::new(writes, view))
    })
    .await
}

/// A notice that went to the bureau once does not become another kind: what was counted of it would change afterwards.
fn stays_what_it_is(row: &ProposalRow, event: &WarningEvent) -> Result<(), Refusal> {
    match event {
        WarningEvent::Amended { content, .. } if row.sent_on.is_some() && variant(content.kind) != row.variant => {
            let detail = "It was proposed as another kind: withdraw it and draft another one.";
            Err(Refusal::Conflict { code: "other_kind", detail })
        }
        _ => Ok(()),
    }
}

impl Chain<WarningEvent> {
    fn warning(&self, proposals: &ProposalRules, as_of: NaiveDate) -> Result<Warning, Refusal> {
        replay(&self.events, &proposals.notices, &proposals.countries, as_of)
            .map_err(|refusal| self.refused(&refusal, proposals))
    }

    /// What the rules refuse, with the reasons of everything that blocks.
    fn refused(&self, refusal: &RuleRefusal, proposals: &ProposalRules) -> Refusal {
        let detail = match refusal.code {
            RefusalCode::Blocked => {
                let findings = self.findings(proposals);
                let blocking = findings.iter().filter(|finding| refusal.blocks.contains(&finding.code));
                return Refusal::Blocked(blocking.map(told).collect());
            }
            RefusalCode::OutOfOrder => {
                return Refusal::field("/on", "out_of_order", "The day lies before that of the last step.");
            }
            RefusalCode::TermOutOfRange => {
                return Refusal::field(
                    "/expiresOn",
                    "term_out_of_range",
                    "It ends after it begins, within five years.",
                );
            }
            RefusalCode::QualityNotChecked => {
                return Refusal::field(
                    "/qualityChecked",
                    "quality_not_checked",
                    "The quality of the data is checked before they are sent.",
                );
            }
            RefusalCode::BeforeRules => {
                return Refusal::field("/on", "before_rules", "The day lies before the first version of the rules.");
            }
            RefusalCode::NotDrafted => "The first thing is a draft.",
            RefusalCode::NotInThisState => "This does not fit where the notice stands: read it again.",
            RefusalCode::SamePerson => "Whoever proposed it does not decide it; ask a colleague.",
            RefusalCode::NothingChanged => "The correction leaves everything as it was.",
            RefusalCode::OtherAudience => {
                "A correction reaches those who have the warning: for another kind or other countries, draft another one."
            }
            RefusalCode::NothingToTell => "No recipient has to be told anything.",
        };
        Refusal::Conflict { code: refusal.code.as_str(), detail }
    }

    /// The findings on the day of the last event, about what it left or would have left.
    fn findings(&self, proposals: &ProposalRules) -> Vec<Finding> {
        let content = self.events.iter().rev().find_map(|event| match event {
            WarningEvent::Drafted { content, .. }
            | WarningEvent::Amended { content, .. }
            | WarningEvent::Corrected { content, .. } => Some(content.as_ref()),
            WarningEvent::Proposed { .. }
            | WarningEvent::Returned { .. }
            | WarningEvent::Refused { .. }
            | WarningEvent::Issued { .. }
            | WarningEvent::RecipientsInformed { .. }
            | WarningEvent::Extended { .. }
            | WarningEvent::Withdrawn { .. } => None,
        });
        let on = self.events.last().map(WarningEvent::on);
        let (Some(content), Some(on)) = (content, on) else { return Vec::new() };
        proposals.notices.at(on).map(|rules| assess(content, rules, &proposals.countries, on)).unwrap_or_default()
    }
}

fn told(finding: &Finding) -> FieldError {
    let pointer = match finding.code {
        FindingCode::Ground => "/content/ground",
        FindingCode::EarlierOffences
        | FindingCode::DataFromEcris
        | FindingCode::UnverifiedData
        | FindingCode::DisputedData => "/content/convictions",
        FindingCode::RiskAssessment => "/content/riskAssessment",
        FindingCode::Consultation => "/content/consultation",
        FindingCode::Identity => "/content/identity",
        FindingCode::Destinations => "/content/destinations",
    };
    debug_assert_eq!(finding.outcome, FindingOutcome::Block);
    FieldError::new(pointer, finding.code.as_str(), reasons(&finding.steps, words()))
}
