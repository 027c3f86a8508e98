//! Passport measures: the formal criteria on a day, proposals until they are decided, the letter that asks.

mod letter;
mod step;
mod view;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

pub use letter::{LetterParticulars, letter};
pub use step::PassportStep;
pub use view::{PassportProposalList, PassportProposalView};

use super::ProposalRules;
use super::record::Chain;
use super::told::explained;
use crate::access::{Action, Ctx};
use crate::app::App;
use crate::audit::{Deed, ObjectRef};
use crate::ids::{ProposalId, RegistrationId};
use crate::instruments::passport::{
    self as rules_of, Article, Ground, PassportRules, ProposalEvent, Situation, blocks, check, words,
};
use crate::register::around::frame::{self, Opened, as_asked};
use crate::register::{FieldError, Refusal};
use crate::store::proposals::proposal_list;
use crate::store::{Conn, Decided, WriteSet};
use crate::vocabulary::{ProposalKind, ProposalVariant};

const KIND: ProposalKind = ProposalKind::PassportProposal;

/// What is to be checked, and on which day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PassportCheckInput {
    /// The day; today when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub on: Option<NaiveDate>,
    /// What is known of the person. What nobody has established is left out.
    pub situation: Situation,
}

/// The formal criteria of both articles on a day. Nothing is decided by it and nothing is stored.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PassportCheckView {
    /// The day.
    pub on: NaiveDate,
    /// The version of the rules.
    pub rules: String,
    /// Article 18: whether it is `open`, its `grounds`, and `criteria`, each with `code`, `outcome`, `source`, `steps` and
    /// `explanation`.
    #[schema(value_type = Object)]
    pub article18: Value,
    /// Article 24(a): whether it is `open`, the `readings` of the statute and of the letter of 4 July 2022 with whether
    /// they `differ`, and `criteria` as above. The statute is followed.
    #[schema(value_type = Object)]
    pub article24a: Value,
    /// What stands in the way of a proposal under article 18.
    #[schema(value_type = Vec<Object>)]
    pub blocks18: Value,
    /// What stands in the way of a proposal under article 24(a).
    #[schema(value_type = Vec<Object>)]
    pub blocks24a: Value,
}

/// A passport proposal as it is drafted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PassportDraft {
    /// The measure.
    pub article: Article,
    /// The grounds of article 18; none for article 24(a).
    #[serde(default)]
    #[schema(max_items = 3)]
    pub grounds: Vec<Ground>,
    /// What is known of the person, with the reasons for the presumption.
    pub situation: Situation,
    /// What the letter needs besides.
    #[serde(default)]
    pub letter: LetterParticulars,
}

/// What happened to a proposal, as it is kept.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
enum Kept {
    /// It was drafted, or drafted anew.
    Draft(Box<PassportDraft>),
    /// Anything else.
    Event(ProposalEvent),
}

/// Checks the formal criteria on a day.
///
/// # Errors
/// A day before the oldest rules.
pub async fn check_criteria(
    app: &App,
    ctx: &Ctx,
    registration: RegistrationId,
    input: PassportCheckInput,
) -> Result<PassportCheckView, Refusal> {
    let deed = Deed::on(Action::PassportCheck, ObjectRef::registration(registration), registration);
    let proposals = app.proposals.clone();
    frame::read(app, ctx, registration, deed, as_asked, move |_, opened| {
        let on = input.on.unwrap_or(opened.today);
        checked(&input.situation, rules_on(&proposals, on)?, on)
    })
    .await
}

fn rules_on(proposals: &ProposalRules, on: NaiveDate) -> Result<&PassportRules, Refusal> {
    proposals
        .passports
        .at(on)
        .map_err(|before| Refusal::Invalid(vec![FieldError::new("/on", "before_rules", format!("{before}."))]))
}

fn checked(situation: &Situation, rules: &PassportRules, on: NaiveDate) -> Result<PassportCheckView, Refusal> {
    let found = check(situation, rules, on);
    Ok(PassportCheckView {
        on,
        rules: found.rules.clone(),
        article18: explained(&found.article18, words())?,
        article24a: explained(&found.article24a, words())?,
        blocks18: explained(&blocks(&found, Article::Article18), words())?,
        blocks24a: explained(&blocks(&found, Article::Article24a), words())?,
    })
}

const fn variant(article: Article) -> ProposalVariant {
    match article {
        Article::Article18 => ProposalVariant::Article18,
        Article::Article24a => ProposalVariant::Article24a,
    }
}

impl PassportDraft {
    /// What cannot be drafted.
    fn faults(&self, at: &str) -> Vec<FieldError> {
        let pointer = format!("{at}/grounds");
        let fault = match (self.article, self.grounds.is_empty()) {
            (Article::Article18, true) => ("ground_required", "Article 18 needs a ground: a, b or c."),
            (Article::Article24a, false) => ("ground_of_other_article", "Grounds a, b and c are of article 18."),
            (Article::Article18, false) | (Article::Article24a, true) => return Vec::new(),
        };
        vec![FieldError::new(pointer, fault.0, fault.1)]
    }

    fn drafted(&self, on: NaiveDate) -> ProposalEvent {
        ProposalEvent::Drafted { on, article: self.article, grounds: self.grounds.clone() }
    }
}

/// Drafts a proposal. A draft can always be written; what stands in the way of asking is told with it.
///
/// # Errors
/// Grounds that do not belong to the article.
pub async fn draft(
    app: &App,
    ctx: &Ctx,
    registration: RegistrationId,
    new: PassportDraft,
) -> Result<PassportProposalView, Refusal> {
    let deed = Deed::on(Action::PassportProposalMake, ObjectRef::registration(registration), registration);
    let proposals = app.proposals.clone();
    let told = |made: &PassportProposalView, deed: Deed| Deed { object: ObjectRef::proposal(made.id), ..deed };
    frame::write(app, ctx, registration, deed, told, move |_, opened| {
        Refusal::unless_empty(new.faults(""))?;
        let mut writes = WriteSet::default();
        let kept = Kept::Draft(Box::new(new.clone()));
        let chain = Chain::begin(opened, KIND, variant(new.article), kept, &mut writes)?;
        let view = PassportProposalView::of(&chain, &proposals, opened)?;
        Ok(Decided::new(writes, view))
    })
    .await
}

/// The proposals of a registration, the last drafted first.
///
/// # Errors
/// As the access decision says.
pub async fn list(app: &App, ctx: &Ctx, registration: RegistrationId) -> Result<PassportProposalList, Refusal> {
    let deed = Deed::on(Action::PassportProposalRead, ObjectRef::registration(registration), registration);
    let proposals = app.proposals.clone();
    frame::read(app, ctx, registration, deed, as_asked, move |conn, opened| {
        let mut items = Vec::new();
        for row in proposal_list(conn, registration, KIND)? {
            let chain = Chain::of(conn, opened, row)?;
            items.push(PassportProposalView::of(&chain, &proposals, opened)?);
        }
        Ok(PassportProposalList { items })
    })
    .await
}

/// One proposal.
///
/// # Errors
/// [`Refusal::NotFound`].
pub async fn read(
    app: &App,
    ctx: &Ctx,
    registration: RegistrationId,
    id: ProposalId,
) -> Result<PassportProposalView, Refusal> {
    let deed = Deed::on(Action::PassportProposalRead, ObjectRef::proposal(id), registration);
    let proposals = app.proposals.clone();
    frame::read(app, ctx, registration, deed, as_asked, move |conn, opened| {
        PassportProposalView::of(&find(conn, opened, id)?, &proposals, opened)
    })
    .await
}

fn find(conn: &mut Conn, opened: &Opened<'_>, id: ProposalId) -> Result<Chain<Kept>, Refusal> {
    Chain::find(conn, opened, opened.registration.id, KIND, id)
}

/// Takes a proposal further. Asking needs every criterion established, reasons, and a complete letter.
///
/// # Errors
/// [`Refusal::Blocked`] with everything that stands in the way of asking; [`Refusal::Conflict`] when the step does not fit
/// where the proposal stands; every invalid field.
pub async fn step(
    app: &App,
    ctx: &Ctx,
    registration: RegistrationId,
    id: ProposalId,
    step: PassportStep,
) -> Result<PassportProposalView, Refusal> {
    let deed = Deed::on(Action::PassportProposalDecide, ObjectRef::proposal(id), registration);
    let proposals = app.proposals.clone();
    frame::write(app, ctx, registration, deed, as_asked, move |conn, opened| {
        let mut chain = find(conn, opened, id)?;
        let mut writes = WriteSet::default();
        step.take(&mut chain, &proposals, opened, conn, &mut writes)?;
        let view = PassportProposalView::of(&chain, &proposals, opened)?;
        Ok(Decided::new(writes, view))
    })
    .await
}

impl Chain<Kept> {
    /// The draft as it was last written.
    fn content(&self) -> Result<&PassportDraft, Refusal> {
        let drafts = self.events.iter().rev().filter_map(|event| match event {
            Kept::Draft(draft) => Some(draft.as_ref()),
            Kept::Event(_) => None,
        });
        drafts.into_iter().next().ok_or_else(|| Refusal::Rules("a proposal without a draft".to_owned()))
    }

    /// What happened, as the rules read it: the last draft stands for all of them.
    fn happenings(&self) -> Result<Vec<ProposalEvent>, Refusal> {
        let first = self.history.first().map_or(NaiveDate::MIN, |first| first.on);
        let others = self.events.iter().filter_map(|event| match event {
            Kept::Draft(_) => None,
            Kept::Event(event) => Some(event.clone()),
        });
        Ok(std::iter::once(self.content()?.drafted(first)).chain(others).collect())
    }

    fn proposal(&self, proposals: &ProposalRules, as_of: NaiveDate) -> Result<rules_of::Proposal, Refusal> {
        let first = self.history.first().map_or(as_of, |first| first.on);
        rules_of::replay(&self.happenings()?, rules_on(proposals, first)?, as_of).map_err(|fault| step::refused(&fault))
    }
}
