//! One person's history as the measures read it: what was so when, in days, without a name or an address.
//!
//! Whoever reads a database fills [`Facts`] and asks [`History::new`], which puts everything in order of time and
//! refuses what cannot be: a decision before there was anything to decide, a duty overdue before it was due. The
//! measures read nothing else.
//!
//! | module | what it is for |
//! | --- | --- |
//! | [`days`] | spans of days and sets of them; the first and the last day belong to a span |
//! | [`words`] | the closed sets of words: arms, kinds, outcomes |
//!
//! Ids are those of the house, so that a figure can be traced to what it was made of. They leave the house only through
//! the keyed hash of [`microdata`](super::microdata).

pub mod days;
mod impossible;
#[cfg(test)]
pub mod sample;
pub mod words;

use chrono::NaiveDate;

pub use days::{Days, Span};
pub use impossible::Impossible;
pub use words::{
    Arm, Authority, BreachDecision, DutyKind, DutyState, Excuse, ExitReason, Fact, FlagOutcome, OutcomeKind,
    ProposalKind, ProposalOutcome, RiskBand, Severity, System,
};

/// A person, by the random id the house gave them; a UUID fits. The same in every reading of the database.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PersonId(pub u128);

/// A duty, notification, flag, breach, check or outcome, by its id in the house; a UUID fits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EventId(pub u128);

/// To which arm a person was assigned, whatever became of it later.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Assignment {
    /// The arm.
    pub arm: Arm,
    /// When it was decided. Nobody can be seen to fail before: until then they are not at risk (left truncation).
    pub assigned_on: NaiveDate,
    /// Release from custody, or the like moment in every arm: study time is counted from it.
    pub index_on: NaiveDate,
    /// Within what the assignment was made, such as a court district; analyses are stratified by it.
    pub stratum: String,
    /// The unit that was assigned as a whole, such as a probation office; nothing when people were assigned one by one.
    pub cluster: Option<String>,
}

impl Assignment {
    /// The first day on which the person can be seen to fail.
    pub fn entered_on(&self) -> NaiveDate {
        self.assigned_on.max(self.index_on)
    }
}

/// How and when somebody left.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Exit {
    /// The last day of observation.
    pub on: NaiveDate,
    /// Why.
    pub reason: ExitReason,
}

/// A duty to notify, as it stood when the database is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Duty {
    /// Its id.
    pub id: EventId,
    /// What is to be notified.
    pub kind: DutyKind,
    /// The last day as the Act is read strictly; nothing when it could not be computed.
    pub due_on: Option<NaiveDate>,
    /// The last day that is accepted; whoever notifies later is late. Nothing when it could not be computed.
    pub overdue_after: Option<NaiveDate>,
    /// When it was met.
    pub met_on: Option<NaiveDate>,
    /// What became of it.
    pub state: DutyState,
    /// What was accepted as an excuse.
    pub excuse: Option<Excuse>,
    /// The first attempt that did not count, as something required was missing.
    pub attempted_on: Option<NaiveDate>,
}

/// A notification that counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Notification {
    /// Its id.
    pub id: EventId,
    /// What was notified.
    pub kind: DutyKind,
    /// When it was received.
    pub received_on: NaiveDate,
}

/// A flag: the register's suspicion that a duty was not met, and what people made of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Flag {
    /// Its id.
    pub id: EventId,
    /// The duty it is about.
    pub duty: DutyKind,
    /// The first day of the failure.
    pub failed_on: NaiveDate,
    /// When the register raised it.
    pub raised_on: NaiveDate,
    /// When an officer took it up.
    pub opened_on: Option<NaiveDate>,
    /// When a second person decided.
    pub decided_on: Option<NaiveDate>,
    /// What was decided; there exactly when `decided_on` is.
    pub outcome: Option<FlagOutcome>,
    /// When it was put before the authorities.
    pub referred_on: Option<NaiveDate>,
    /// What they did.
    pub authority: Option<Authority>,
    /// When they did; there exactly when `authority` is.
    pub answered_on: Option<NaiveDate>,
}

impl Flag {
    /// The kind of fact it is about.
    pub const fn fact(&self) -> Fact {
        self.duty.fact()
    }
}

/// A breach of supervision, as the supervising organisation reported it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Breach {
    /// Its id.
    pub id: EventId,
    /// The kind of fact; [`Fact::of_condition`] tells it from the letter of the condition.
    pub fact: Fact,
    /// When it was seen.
    pub observed_on: NaiveDate,
    /// When it was first reported to an authority.
    pub reported_on: Option<NaiveDate>,
    /// How grave it is.
    pub severity: Severity,
    /// What was decided.
    pub decision: Option<BreachDecision>,
    /// When; there exactly when `decision` is.
    pub decided_on: Option<NaiveDate>,
}

/// One look at a person: a home visit, a verified address, a contact with the supervisor, a look into another register.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Check {
    /// When.
    pub on: NaiveDate,
    /// On whose behalf.
    pub system: System,
}

/// A measure beside the register, as it was put before the authority that decides on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Proposal {
    /// Its id.
    pub id: EventId,
    /// Which measure.
    pub kind: ProposalKind,
    /// When it was first put before the authority.
    pub made_on: NaiveDate,
    /// What was decided; nothing while it waits, and when it was withdrawn first.
    pub decision: Option<ProposalDecision>,
}

/// The first decision on a proposal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ProposalDecision {
    /// When.
    pub on: NaiveDate,
    /// What.
    pub outcome: ProposalOutcome,
}

/// Something measured alike in every arm, such as a new case from the judicial records.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Outcome {
    /// Its id.
    pub id: EventId,
    /// When it happened (the day of the offence, not of the judgment).
    pub on: NaiveDate,
    /// What it is.
    pub kind: OutcomeKind,
}

/// What is known of a person. Spans may overlap or touch: a set of days forgets how it was cut.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Facts {
    /// The person.
    pub person: PersonId,
    /// Their arm; nothing when they are not in the evaluation.
    pub assignment: Option<Assignment>,
    /// The team that has the file, by the name that tables show.
    pub team: Option<String>,
    /// The group of the index offence, by the name that tables show.
    pub offence_group: Option<String>,
    /// Year of birth.
    pub birth_year: Option<i32>,
    /// Band of the risk assessment at the index date.
    pub risk: Option<RiskBand>,
    /// Days under the duty to notify.
    pub registered: Days,
    /// Days on which an order of supervision was in force.
    pub supervised: Days,
    /// Days in custody.
    pub custody: Days,
    /// Days abroad.
    pub abroad: Days,
    /// Days without a home.
    pub homeless: Days,
    /// Days on which nobody knew where the person was.
    pub missing: Days,
    /// How and when the person left; nothing when they are still there.
    pub exit: Option<Exit>,
    /// The duties.
    pub duties: Vec<Duty>,
    /// The notifications.
    pub notifications: Vec<Notification>,
    /// The flags.
    pub flags: Vec<Flag>,
    /// The breaches of supervision.
    pub breaches: Vec<Breach>,
    /// The checks.
    pub checks: Vec<Check>,
    /// The outcomes.
    pub outcomes: Vec<Outcome>,
    /// The measures beside the register that were proposed.
    pub proposals: Vec<Proposal>,
}

impl Facts {
    /// Of a person nothing else is known of.
    pub const fn of(person: PersonId) -> Self {
        Self {
            person,
            assignment: None,
            team: None,
            offence_group: None,
            birth_year: None,
            risk: None,
            registered: Days::NONE,
            supervised: Days::NONE,
            custody: Days::NONE,
            abroad: Days::NONE,
            homeless: Days::NONE,
            missing: Days::NONE,
            exit: None,
            duties: Vec::new(),
            notifications: Vec::new(),
            flags: Vec::new(),
            breaches: Vec::new(),
            checks: Vec::new(),
            outcomes: Vec::new(),
            proposals: Vec::new(),
        }
    }
}

/// A history that can have been, in order of time; to be read as [`Facts`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct History(Facts);

impl History {
    /// Puts the facts in order of time, ties by id.
    ///
    /// # Errors
    /// [`Impossible`] when they contradict themselves.
    pub fn new(mut facts: Facts) -> Result<Self, Impossible> {
        impossible::check(&facts)?;
        facts.duties.sort_by_key(|it| (it.overdue_after, it.id));
        facts.notifications.sort_by_key(|it| (it.received_on, it.id));
        facts.flags.sort_by_key(|it| (it.raised_on, it.id));
        facts.breaches.sort_by_key(|it| (it.observed_on, it.id));
        facts.checks.sort_by_key(|it| (it.on, it.system));
        facts.outcomes.sort_by_key(|it| (it.on, it.id));
        facts.proposals.sort_by_key(|it| (it.made_on, it.id));
        Ok(Self(facts))
    }
}

impl std::ops::Deref for History {
    type Target = Facts;

    fn deref(&self) -> &Facts {
        &self.0
    }
}
