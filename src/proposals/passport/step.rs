//! What can happen to a passport proposal once it is drafted, and what is refused.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::view::standing;
use super::{Kept, PassportDraft, letter, rules_on, variant};
use crate::instruments::grounds::{Fault, Language};
use crate::instruments::passport::{
    Article, Block, BlockCode, CriterionCode, DocumentDecision, EndReason, ProposalEvent, ProposalFault, blocks, check,
    words,
};
use crate::proposals::ProposalRules;
use crate::proposals::record::{Chain, Standing};
use crate::register::around::frame::Opened;
use crate::register::{FieldError, Refusal};
use crate::store::{Conn, WriteSet};
use crate::vocabulary::ProposalStanding;

/// A step of a passport proposal. `on` is the day on which it happened, today or earlier.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "type", rename_all = "camelCase", deny_unknown_fields)]
pub enum PassportStep {
    /// The draft was written anew.
    Amended {
        /// The day.
        on: NaiveDate,
        /// The whole draft.
        content: Box<PassportDraft>,
    },
    /// The prosecutor asked for the entry.
    Requested {
        /// The day.
        on: NaiveDate,
    },
    /// The draft or the request was withdrawn.
    Withdrawn {
        /// The day.
        on: NaiveDate,
    },
    /// The person was entered in the register of passport alerts.
    Entered {
        /// The day.
        on: NaiveDate,
    },
    /// The request was turned down.
    NotEntered {
        /// The day.
        on: NaiveDate,
    },
    /// The person was told.
    PersonInformed {
        /// The day.
        on: NaiveDate,
    },
    /// The person objected.
    ObjectionReceived {
        /// The day.
        on: NaiveDate,
    },
    /// The requester decided on the objection.
    ObjectionDecided {
        /// The day.
        on: NaiveDate,
        /// Whether the person was right.
        upheld: bool,
    },
    /// The request was renewed.
    Renewed {
        /// The day.
        on: NaiveDate,
    },
    /// The ground is no longer there.
    GroundLapsed {
        /// The day.
        on: NaiveDate,
        /// Why.
        reason: EndReason,
    },
    /// The entry was removed.
    Removed {
        /// The day.
        on: NaiveDate,
    },
    /// The document was withheld.
    DocumentWithheld {
        /// The day.
        on: NaiveDate,
    },
    /// The document was forwarded to the issuing authority.
    DocumentForwarded {
        /// The day.
        on: NaiveDate,
    },
    /// The document was given back.
    DocumentReturned {
        /// The day.
        on: NaiveDate,
    },
    /// The issuing authority decided.
    DocumentDecided {
        /// The day.
        on: NaiveDate,
        /// What.
        decision: DocumentDecision,
    },
}

impl PassportStep {
    /// The step as the rules name it; none for a draft written anew.
    fn event(&self) -> (&'static str, NaiveDate, Option<ProposalEvent>) {
        use ProposalEvent as Event;
        match *self {
            Self::Amended { on, .. } => ("amended", on, None),
            Self::Requested { on } => ("requested", on, Some(Event::Requested { on })),
            Self::Withdrawn { on } => ("withdrawn", on, Some(Event::Withdrawn { on })),
            Self::Entered { on } => ("entered", on, Some(Event::Entered { on })),
            Self::NotEntered { on } => ("not_entered", on, Some(Event::NotEntered { on })),
            Self::PersonInformed { on } => ("person_informed", on, Some(Event::PersonInformed { on })),
            Self::ObjectionReceived { on } => ("objection_received", on, Some(Event::ObjectionReceived { on })),
            Self::ObjectionDecided { on, upheld } => {
                ("objection_decided", on, Some(Event::ObjectionDecided { on, upheld }))
            }
            Self::Renewed { on } => ("renewed", on, Some(Event::Renewed { on })),
            Self::GroundLapsed { on, reason } => ("ground_lapsed", on, Some(Event::GroundLapsed { on, reason })),
            Self::Removed { on } => ("removed", on, Some(Event::Removed { on })),
            Self::DocumentWithheld { on } => ("document_withheld", on, Some(Event::DocumentWithheld { on })),
            Self::DocumentForwarded { on } => ("document_forwarded", on, Some(Event::DocumentForwarded { on })),
            Self::DocumentReturned { on } => ("document_returned", on, Some(Event::DocumentReturned { on })),
            Self::DocumentDecided { on, decision } => {
                ("document_decided", on, Some(Event::DocumentDecided { on, decision }))
            }
        }
    }

    /// Takes the step, if it can be taken.
    pub(super) fn take(
        &self,
        chain: &mut Chain<Kept>,
        proposals: &ProposalRules,
        opened: &Opened<'_>,
        conn: &mut Conn,
        writes: &mut WriteSet,
    ) -> Result<(), Refusal> {
        let (kind, on, event) = self.event();
        if on > opened.today {
            return Err(Refusal::field("/on", "in_the_future", "A step is recorded once it has been taken."));
        }
        if chain.history.last().is_some_and(|last| on < last.on) {
            return Err(Refusal::field("/on", "out_of_order", "The day lies before that of the last step."));
        }
        let (before, _) = standing(&chain.proposal(proposals, opened.today)?);
        let kept = match (self, event) {
            (Self::Amended { content, .. }, _) => {
                if before != ProposalStanding::Draft {
                    return Err(refused(&Fault::new("", ProposalFault::NotInThisState)));
                }
                Refusal::unless_empty(content.faults("/content"))?;
                Kept::Draft(content.clone())
            }
            (Self::Requested { on }, Some(event)) if before == ProposalStanding::Draft => {
                asks(chain.content()?, proposals, *on, opened, conn)?;
                Kept::Event(event)
            }
            (_, Some(event)) => Kept::Event(event),
            (_, None) => return Err(refused(&Fault::new("", ProposalFault::NotInThisState))),
        };
        chain.add(opened, kind, on, kept, writes)?;
        let proposal = chain.proposal(proposals, opened.today)?;
        let (state, expires_on) = standing(&proposal);
        let decided = chain.first_day_of("entered").or_else(|| chain.first_day_of("not_entered"));
        let stands = Standing {
            variant: variant(chain.content()?.article),
            state,
            sent_on: chain.first_day_of("requested"),
            decided_on: decided,
            expires_on,
        };
        chain.stands(&stands, rules_on(proposals, opened.today)?.warn_days(), opened.today, writes);
        Ok(())
    }
}

/// Whether the prosecutor can ask on a day: everything in the way is told at once.
fn asks(
    draft: &PassportDraft,
    proposals: &ProposalRules,
    on: NaiveDate,
    opened: &Opened<'_>,
    conn: &mut Conn,
) -> Result<(), Refusal> {
    let found = check(&draft.situation, rules_on(proposals, on)?, on);
    let mut faults: Vec<FieldError> = blocks(&found, draft.article).into_iter().map(told).collect();
    for (at, ground) in draft.grounds.iter().enumerate() {
        if draft.article == Article::Article18 && !found.article18.grounds.contains(ground) {
            faults.push(FieldError::new(
                format!("/content/grounds/{at}"),
                "ground_not_met",
                "The facts do not meet this ground on that day.",
            ));
        }
    }
    faults.extend(letter::faults(draft, on, proposals, opened, conn)?);
    if faults.is_empty() { Ok(()) } else { Err(Refusal::Blocked(faults)) }
}

fn told(block: Block) -> FieldError {
    let about = block.criterion.map(|criterion| words().of(Language::En).kind(criterion.as_str()).to_owned());
    let pointer = match block.criterion {
        None => "/content/article",
        Some(CriterionCode::ClaimToDocument) => "/content/situation/claimToDocument",
        Some(CriterionCode::Evasion) => "/content/situation/evasionReasons",
        Some(CriterionCode::Repetition) => "/content/situation/repetitionReasons",
        Some(CriterionCode::TreatyCrime | CriterionCode::RecentConviction) => "/content/situation/convictions",
        Some(CriterionCode::Suspicion) => "/content/situation/suspicions",
        Some(CriterionCode::Sentence) => "/content/situation/sentences",
        Some(CriterionCode::Breach | CriterionCode::BreachOfMeasure38z) => "/content/situation/breaches",
    };
    let detail = match block.code {
        BlockCode::NotOpen => "The article is not open on that day: see the criteria.".to_owned(),
        BlockCode::NotEstablished => format!("Nobody has established this: {}.", about.unwrap_or_default()),
        BlockCode::NoReasons => format!("Nobody gave reasons: {}.", about.unwrap_or_default()),
    };
    FieldError::new(pointer, block.code.as_str(), detail)
}

/// What the rules refuse, as a refusal.
pub(super) fn refused(fault: &Fault<ProposalFault>) -> Refusal {
    let detail = match fault.code {
        ProposalFault::OutOfOrder => {
            return Refusal::field("/on", "out_of_order", "The day lies before that of the last step.");
        }
        ProposalFault::NotDrafted => "The first thing is a draft.",
        ProposalFault::AlreadyDrafted => "There is a draft already.",
        ProposalFault::GroundRequired => "Article 18 needs a ground.",
        ProposalFault::GroundOfOtherArticle => "Grounds a, b and c are of article 18.",
        ProposalFault::NotInThisState => "This does not fit where the proposal stands: read it again.",
        ProposalFault::NothingWithheld => "No document is withheld.",
        ProposalFault::AlreadyWithheld => "A document is withheld already.",
        ProposalFault::AlreadyInformed => "The person was told already.",
        ProposalFault::ObjectionOpen => "An objection is open already.",
        ProposalFault::NoObjection => "No objection is open.",
    };
    Refusal::Conflict { code: fault.code.as_str(), detail }
}
