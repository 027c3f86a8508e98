//! A proposal from draft to the end of the entry it led to, replayed from what happened.
//!
//! The state holds what belongs to it and nothing else. The same history gives the same state, on any day.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::check::{Article, Ground};
use super::entry::{DocumentDecided, DocumentDecision, Entry, Withheld, expiry};
use super::profile::PassportRules;
use crate::grounds::{Fault, codes};

codes! {
    /// Why the ground of an entry has lapsed.
    pub enum EndReason {
        /// The person no longer evades prosecution or execution, or the sentence is served.
        NoEvasion => "no_evasion",
        /// Conditions are complied with again, or the order has ended.
        Complied => "complied",
        /// The conviction or the suspicion no longer stands.
        NoConviction => "no_conviction",
        /// The presumption no longer holds.
        NoPresumption => "no_presumption",
        /// The person objected, and was right.
        ObjectionUpheld => "objection_upheld",
    }
}

/// What happened.
#[expect(missing_docs, reason = "the members are described with the event")]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case", rename_all_fields = "camelCase", deny_unknown_fields)]
pub enum ProposalEvent {
    /// A draft was written; grounds belong to article 18 alone.
    Drafted {
        on: NaiveDate,
        article: Article,
        #[serde(default)]
        grounds: Vec<Ground>,
    },
    /// The prosecutor asked for the entry.
    Requested { on: NaiveDate },
    /// The draft or the request was withdrawn.
    Withdrawn { on: NaiveDate },
    /// The person was entered in the register of passport alerts.
    Entered { on: NaiveDate },
    /// The request was turned down.
    NotEntered { on: NaiveDate },
    /// The person was told.
    PersonInformed { on: NaiveDate },
    /// The person objected to the request.
    ObjectionReceived { on: NaiveDate },
    /// The requester decided on the objection. Whoever was right is told so; an entry whose ground falls is reported lapsed.
    ObjectionDecided { on: NaiveDate, upheld: bool },
    /// The request was renewed.
    Renewed { on: NaiveDate },
    /// The ground is no longer there; the requester says so at once.
    GroundLapsed { on: NaiveDate, reason: EndReason },
    /// The entry was removed.
    Removed { on: NaiveDate },
    /// The document was withheld.
    DocumentWithheld { on: NaiveDate },
    /// The document was forwarded to the issuing authority.
    DocumentForwarded { on: NaiveDate },
    /// The document was given back.
    DocumentReturned { on: NaiveDate },
    /// The issuing authority decided.
    DocumentDecided { on: NaiveDate, decision: DocumentDecision },
}

impl ProposalEvent {
    /// The day on which it happened.
    #[must_use]
    pub const fn on(&self) -> NaiveDate {
        match self {
            Self::Drafted { on, .. }
            | Self::Requested { on }
            | Self::Withdrawn { on }
            | Self::Entered { on }
            | Self::NotEntered { on }
            | Self::PersonInformed { on }
            | Self::ObjectionReceived { on }
            | Self::ObjectionDecided { on, .. }
            | Self::Renewed { on }
            | Self::GroundLapsed { on, .. }
            | Self::Removed { on }
            | Self::DocumentWithheld { on }
            | Self::DocumentForwarded { on }
            | Self::DocumentReturned { on }
            | Self::DocumentDecided { on, .. } => *on,
        }
    }
}

/// Where a proposal stands.
#[expect(missing_docs, reason = "the members are described with the state")]
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "state", rename_all = "snake_case", rename_all_fields = "camelCase")]
pub enum ProposalState {
    /// Written, and nobody has asked for anything.
    Draft { since: NaiveDate },
    /// Asked for on this day, and not decided; the request counts no more from `expires_on`.
    Requested { on: NaiveDate, expires_on: NaiveDate },
    /// Withdrawn before it was decided.
    Withdrawn { on: NaiveDate },
    /// Turned down.
    NotEntered { on: NaiveDate },
    /// Entered.
    Active { entry: Entry },
    /// The ground has lapsed on this day; the entry is still there and has to go.
    GroundLapsed { on: NaiveDate, reason: EndReason, entry: Entry },
    /// The entry was removed.
    Removed { on: NaiveDate },
    /// Two years after the request or the last renewal: removed by law.
    Expired { on: NaiveDate },
}

/// An objection of the person to the request (Awb).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Objection {
    /// When it was received.
    pub received_on: NaiveDate,
    /// When it was decided; absent: it is open.
    pub decided_on: Option<NaiveDate>,
    /// Whether the person was right; absent: it is open.
    pub upheld: Option<bool>,
}

/// A proposal as it stands on a day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Proposal {
    /// The measure.
    pub article: Article,
    /// The grounds of article 18.
    pub grounds: Vec<Ground>,
    /// Where it stands.
    #[serde(flatten)]
    pub state: ProposalState,
    /// The day on which the person was told.
    pub person_informed_on: Option<NaiveDate>,
    /// The last objection of the person.
    pub objection: Option<Objection>,
    /// The document that was withheld.
    pub withheld: Option<Withheld>,
    /// What was last decided on the document, and when.
    pub document: Option<DocumentDecided>,
}

codes! {
    /// Why something cannot have happened.
    pub enum ProposalFault {
        /// The first thing is a draft.
        NotDrafted => "not_drafted",
        /// There is a draft already.
        AlreadyDrafted => "already_drafted",
        /// Article 18 needs a ground.
        GroundRequired => "ground_required",
        /// Grounds a, b and c are of article 18.
        GroundOfOtherArticle => "ground_of_other_article",
        /// It happened before what stands in front of it.
        OutOfOrder => "out_of_order",
        /// It does not fit where the proposal stands.
        NotInThisState => "not_in_this_state",
        /// No document is withheld.
        NothingWithheld => "nothing_withheld",
        /// A document is withheld already.
        AlreadyWithheld => "already_withheld",
        /// The person was told already.
        AlreadyInformed => "already_informed",
        /// An objection is open already.
        ObjectionOpen => "objection_open",
        /// No objection is open.
        NoObjection => "no_objection",
    }
}

type Refused = Fault<ProposalFault>;

/// A proposal as it stood on a day: what happened later is left out.
///
/// # Errors
/// When the history does not begin with a draft, or something in it cannot have happened.
pub fn replay(events: &[ProposalEvent], rules: &PassportRules, as_of: NaiveDate) -> Result<Proposal, Refused> {
    let mut known = events.iter().enumerate().take_while(|(_, event)| event.on() <= as_of);
    let Some((_, ProposalEvent::Drafted { on, article, grounds })) = known.next() else {
        return Err(Fault::new("events[0]", ProposalFault::NotDrafted));
    };
    match (article, grounds.is_empty()) {
        (Article::Article18, true) => return Err(Fault::new("events[0].grounds", ProposalFault::GroundRequired)),
        (Article::Article24a, false) => {
            return Err(Fault::new("events[0].grounds", ProposalFault::GroundOfOtherArticle));
        }
        (Article::Article18, false) | (Article::Article24a, true) => {}
    }
    let mut proposal = Proposal {
        article: *article,
        grounds: grounds.clone(),
        state: ProposalState::Draft { since: *on },
        person_informed_on: None,
        objection: None,
        withheld: None,
        document: None,
    };
    let mut last = *on;
    for (i, event) in known {
        if event.on() < last {
            return Err(Fault::new(format!("events[{i}].on"), ProposalFault::OutOfOrder));
        }
        last = event.on();
        proposal.state = expired(proposal.state, last);
        proposal.apply(event, rules).map_err(|code| Fault::new(format!("events[{i}]"), code))?;
    }
    proposal.state = match expired(proposal.state, as_of) {
        ProposalState::Active { entry } => ProposalState::Active { entry: entry.warn(as_of, rules) },
        other => other,
    };
    Ok(proposal)
}

/// An entry, or a request nobody decided, is gone from its day of expiry.
fn expired(state: ProposalState, on: NaiveDate) -> ProposalState {
    match &state {
        ProposalState::Requested { expires_on, .. }
        | ProposalState::Active { entry: Entry { expires_on, .. } }
        | ProposalState::GroundLapsed { entry: Entry { expires_on, .. }, .. }
            if *expires_on <= on =>
        {
            ProposalState::Expired { on: *expires_on }
        }
        ProposalState::Draft { .. }
        | ProposalState::Requested { .. }
        | ProposalState::Withdrawn { .. }
        | ProposalState::NotEntered { .. }
        | ProposalState::Active { .. }
        | ProposalState::GroundLapsed { .. }
        | ProposalState::Removed { .. }
        | ProposalState::Expired { .. } => state,
    }
}

impl Proposal {
    fn apply(&mut self, event: &ProposalEvent, rules: &PassportRules) -> Result<(), ProposalFault> {
        match event {
            ProposalEvent::PersonInformed { on } => self.inform(*on),
            ProposalEvent::ObjectionReceived { on } => self.object(*on),
            ProposalEvent::ObjectionDecided { on, upheld } => self.decide_objection(*on, *upheld),
            ProposalEvent::DocumentWithheld { .. }
            | ProposalEvent::DocumentForwarded { .. }
            | ProposalEvent::DocumentReturned { .. }
            | ProposalEvent::DocumentDecided { .. } => self.handle_document(event),
            ProposalEvent::Drafted { .. } => Err(ProposalFault::AlreadyDrafted),
            ProposalEvent::Requested { .. }
            | ProposalEvent::Withdrawn { .. }
            | ProposalEvent::Entered { .. }
            | ProposalEvent::NotEntered { .. }
            | ProposalEvent::Renewed { .. }
            | ProposalEvent::GroundLapsed { .. }
            | ProposalEvent::Removed { .. } => {
                self.state = next(&self.state, event, rules).ok_or(ProposalFault::NotInThisState)?;
                Ok(())
            }
        }
    }

    fn inform(&mut self, on: NaiveDate) -> Result<(), ProposalFault> {
        if matches!(self.state, ProposalState::Draft { .. } | ProposalState::Withdrawn { .. }) {
            return Err(ProposalFault::NotInThisState);
        }
        if self.person_informed_on.is_some() {
            return Err(ProposalFault::AlreadyInformed);
        }
        self.person_informed_on = Some(on);
        Ok(())
    }

    fn object(&mut self, on: NaiveDate) -> Result<(), ProposalFault> {
        if !matches!(self.state, ProposalState::Requested { .. } | ProposalState::Active { .. }) {
            return Err(ProposalFault::NotInThisState);
        }
        if self.objection.is_some_and(|objection| objection.decided_on.is_none()) {
            return Err(ProposalFault::ObjectionOpen);
        }
        self.objection = Some(Objection { received_on: on, decided_on: None, upheld: None });
        Ok(())
    }

    fn decide_objection(&mut self, on: NaiveDate, upheld: bool) -> Result<(), ProposalFault> {
        let open = self.objection.filter(|objection| objection.decided_on.is_none());
        let objection = open.ok_or(ProposalFault::NoObjection)?;
        self.objection = Some(Objection { decided_on: Some(on), upheld: Some(upheld), ..objection });
        Ok(())
    }

    /// A document is withheld and decided on while the entry stands; what is withheld is given back also afterwards.
    fn handle_document(&mut self, event: &ProposalEvent) -> Result<(), ProposalFault> {
        let stands = matches!(self.state, ProposalState::Active { .. });
        let open = self.withheld.filter(|held| held.forwarded_on.is_none() && held.returned_on.is_none());
        match (event, open) {
            (ProposalEvent::DocumentWithheld { .. } | ProposalEvent::DocumentDecided { .. }, _) if !stands => {
                Err(ProposalFault::NotInThisState)
            }
            (ProposalEvent::DocumentWithheld { .. }, Some(_)) => Err(ProposalFault::AlreadyWithheld),
            (ProposalEvent::DocumentWithheld { on }, None) => {
                self.withheld = Some(Withheld { on: *on, forwarded_on: None, returned_on: None });
                Ok(())
            }
            (ProposalEvent::DocumentForwarded { on }, Some(held)) => {
                self.withheld = Some(Withheld { forwarded_on: Some(*on), ..held });
                Ok(())
            }
            (ProposalEvent::DocumentReturned { on }, Some(held)) => {
                self.withheld = Some(Withheld { returned_on: Some(*on), ..held });
                Ok(())
            }
            (ProposalEvent::DocumentForwarded { .. } | ProposalEvent::DocumentReturned { .. }, None) => {
                Err(ProposalFault::NothingWithheld)
            }
            (ProposalEvent::DocumentDecided { on, decision }, _) => {
                self.document = Some(DocumentDecided { decision: *decision, on: *on });
                Ok(())
            }
            (
                ProposalEvent::Drafted { .. }
                | ProposalEvent::Requested { .. }
                | ProposalEvent::Withdrawn { .. }
                | ProposalEvent::Entered { .. }
                | ProposalEvent::NotEntered { .. }
                | ProposalEvent::PersonInformed { .. }
                | ProposalEvent::ObjectionReceived { .. }
                | ProposalEvent::ObjectionDecided { .. }
                | ProposalEvent::Renewed { .. }
                | ProposalEvent::GroundLapsed { .. }
                | ProposalEvent::Removed { .. },
                _,
            ) => Err(ProposalFault::NotInThisState),
        }
    }
}

/// The state that follows; `None` when the event does not fit the state.
fn next(state: &ProposalState, event: &ProposalEvent, rules: &PassportRules) -> Option<ProposalState> {
    use ProposalEvent as Happened;
    use ProposalState as State;
    match (state, event) {
        (State::Draft { .. }, Happened::Requested { on }) => {
            Some(State::Requested { on: *on, expires_on: expiry(*on, rules) })
        }
        (State::Draft { .. } | State::Requested { .. }, Happened::Withdrawn { on }) => {
            Some(State::Withdrawn { on: *on })
        }
        (State::Requested { on: requested_on, .. }, Happened::Entered { on }) => {
            Some(State::Active { entry: Entry::new(*requested_on, *on, rules) })
        }
        (State::Requested { .. }, Happened::NotEntered { on }) => Some(State::NotEntered { on: *on }),
        (State::Active { entry }, Happened::Renewed { on }) => {
            Some(State::Active { entry: entry.clone().renew(*on, rules) })
        }
        (State::Active { entry }, Happened::GroundLapsed { on, reason }) => {
            Some(State::GroundLapsed { on: *on, reason: *reason, entry: entry.clone() })
        }
        (State::Active { .. } | State::GroundLapsed { .. }, Happened::Removed { on }) => {
            Some(State::Removed { on: *on })
        }
        (
            State::Draft { .. }
            | State::Requested { .. }
            | State::Withdrawn { .. }
            | State::NotEntered { .. }
            | State::Active { .. }
            | State::GroundLapsed { .. }
            | State::Removed { .. }
            | State::Expired { .. },
            _,
        ) => None,
    }
}
