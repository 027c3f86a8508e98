//! The one decision: may this actor do this, to this file, for this purpose?
//!
//! Pure: the caller brings what the decision needs, and turns a denial into an answer. The matrix says what a role may
//! do; here stand the rules that hold whatever the matrix says. Each denial also says whether the actor may know that
//! the file exists: to a registrant, somebody else's file does not exist, nor does a file of another team to an officer
//! without a purpose, nor a file that has ended to anybody but the privacy officer. Authorities who only lack a purpose
//! are told so.

use super::Actor;
use super::action::{Action, Effect};
use super::matrix::{Rule, purposes, rule};
use crate::ids::{AccountId, PersonId, RegistrationId, TeamId};
use crate::register::Refusal;
use crate::text_enum;
use crate::vocabulary::{AccountKind, AccountState, LegalStatus, Purpose, Role};

/// The file an act is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Subject {
    /// The registration.
    pub registration: RegistrationId,
    /// Whose it is.
    pub person: PersonId,
    /// The team that supervises.
    pub team: TeamId,
    /// The officer who supervises.
    pub officer: AccountId,
    /// Its legal status on the day of the request.
    pub legal_status: LegalStatus,
    /// Who put forward what is to be decided: raised the flag, recorded the report. `None` when nothing is.
    pub asked_by: Option<AccountId>,
    /// The roles before which this file, or a flag or proposal about it, was put.
    pub sent_to: Vec<Role>,
    /// The team to which the file is offered at this moment.
    pub offered_to: Option<TeamId>,
}

text_enum! {
    /// Why something was allowed.
    pub enum Basis {
        /// The file is the actor's own.
        Own => "own",
        /// The actor acts for the person.
        Representative => "representative",
        /// The file is in the actor's caseload.
        Caseload => "caseload",
        /// The file is in the actor's team.
        Team => "team",
        /// The actor stands in for a colleague of the team.
        Cover => "cover",
        /// The actor stated a purpose that fits the role.
        Purpose => "purpose",
        /// As `purpose`; a search answers hit or no hit only.
        HitFirst => "hit_first",
        /// It was put before the actor's role.
        Sent => "sent",
        /// The file is offered to the actor's team.
        Offered => "offered",
        /// The role may do it without more.
        Role => "role",
    }
}

/// What was decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decision {
    /// It may be done.
    Allow {
        /// Why.
        basis: Basis,
    },
    /// It may not.
    Deny {
        /// Which rule, and what would help; names nobody.
        reason: &'static str,
        /// Whether the actor may know that the file exists.
        visible: bool,
    },
}

impl Decision {
    /// The basis, or the refusal the actor gets.
    ///
    /// # Errors
    /// [`Refusal::NotFound`] when the actor may not know that the file exists, else [`Refusal::Forbidden`].
    pub fn allowed(self) -> Result<Basis, Refusal> {
        match self {
            Self::Allow { basis } => Ok(basis),
            Self::Deny { reason, visible: true } => Err(Refusal::Forbidden(reason)),
            Self::Deny { visible: false, .. } => Err(Refusal::NotFound),
        }
    }
}

/// Which files a query may return: stands in its WHERE, so that nothing is read and then hidden. Files that have ended
/// are left out as well, unless [`sees_ended`] says otherwise.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    /// Every file.
    Everything,
    /// The files of one team.
    Team(TeamId),
    /// The files of one officer.
    Officer(AccountId),
    /// The files of one person.
    Person(PersonId),
    /// None, and why.
    Nothing(&'static str),
}

impl Reach {
    /// Goes on when there is anything to reach.
    ///
    /// # Errors
    /// [`Refusal::Forbidden`] with the reason.
    pub fn allowed(&self) -> Result<(), Refusal> {
        match self {
            Self::Everything | Self::Team(_) | Self::Officer(_) | Self::Person(_) => Ok(()),
            Self::Nothing(reason) => Err(Refusal::Forbidden(reason)),
        }
    }
}

const NOT_ACTIVE: &str = "the account is not active; ask an administrator";
const ROLE_NEVER: &str = "this is not among the rights of your role";
const ONLY_A_PERSON: &str = "a decision is taken by a human being and not by a machine account";
const NOT_BOTH: &str = "whoever put something forward does not decide it; ask a colleague";
const ENDED: &str = "the registration has ended; only the privacy officer has access";
const NOT_YOURS: &str = "this is not your own registration";
const NOT_IN_CASELOAD: &str =
    "this file is not in your caseload; to stand in for a colleague of your team, state the purpose `cover`";
const OTHER_TEAM: &str = "this file belongs to another team";
const OTHER_TEAM_WHY: &str = "this file belongs to another team; state a purpose: `supervision` or `cover`";
const WHY: &str = "state a purpose that fits your role";
const NOT_SENT: &str = "nothing about this file was put before your role";
const BEYOND_SCOPE: &str = "you act for this person, but not in this";
const NOT_OFFERED: &str = "this file is not offered to your team";
const SENSITIVE: &str = "only the officer who supervises and the lead of the team read sensitive notes";
const NAMES_NO_FILE: &str = "this can only be done to one file";

/// Whether the actor may do `action` to the file `subject`.
pub fn decide(actor: &Actor, action: Action, subject: &Subject, purpose: Option<Purpose>) -> Decision {
    if let Some(denied) = barred(actor, action) {
        return denied;
    }
    if !sees_ended(actor.role) && has_ended(subject.legal_status) {
        return deny(ENDED, false);
    }
    if action.effect() == Effect::Decide && subject.asked_by == Some(actor.account) {
        return deny(NOT_BOTH, true);
    }
    let fits = fits(actor.role, purpose);
    let same_team = actor.team == Some(subject.team);
    if action == Action::NoteReadSensitive && !reads_sensitive(actor, subject) {
        return deny(SENSITIVE, same_team);
    }
    match rule(actor.role, action) {
        Rule::No => deny(ROLE_NEVER, true),
        Rule::Any => allow(Basis::Role),
        Rule::Own if actor.person == Some(subject.person) => allow(Basis::Own),
        Rule::Own if represents(actor, action, subject) => allow(Basis::Representative),
        Rule::Own if actor.represents.is_some_and(|acting| acting.registration == subject.registration) => {
            deny(BEYOND_SCOPE, true)
        }
        Rule::Own => deny(NOT_YOURS, false),
        Rule::Case if actor.account == subject.officer => allow(Basis::Caseload),
        Rule::Case if same_team && purpose == Some(Purpose::Cover) => allow(Basis::Cover),
        Rule::Case if same_team => deny(NOT_IN_CASELOAD, true),
        Rule::Case => deny(OTHER_TEAM, false),
        Rule::Team if same_team => allow(Basis::Team),
        Rule::Team if fits => allow(Basis::Purpose),
        Rule::Team => deny(OTHER_TEAM_WHY, true),
        Rule::Why | Rule::Site if fits => allow(Basis::Purpose),
        Rule::Hit if fits => allow(Basis::HitFirst),
        Rule::Why | Rule::Hit | Rule::Site => deny(WHY, true),
        Rule::Sent if subject.sent_to.contains(&actor.role) => allow(Basis::Sent),
        Rule::Sent => deny(NOT_SENT, false),
        Rule::Offered if actor.team.is_some() && actor.team == subject.offered_to => allow(Basis::Offered),
        Rule::Offered => deny(NOT_OFFERED, true),
    }
}

fn represents(actor: &Actor, action: Action, subject: &Subject) -> bool {
    actor.represents.is_some_and(|acting| acting.registration == subject.registration && acting.covers(action))
}

/// What is sensitive is not opened by standing in or by stating a purpose.
fn reads_sensitive(actor: &Actor, subject: &Subject) -> bool {
    actor.account == subject.officer || (actor.role == Role::ReviewLead && actor.team == Some(subject.team))
}

/// As [`decide`], for acts that are about no single file: accounts, jobs, the audit, and lists, whose rows are bounded
/// by [`reach`].
pub fn decide_without_subject(actor: &Actor, action: Action, purpose: Option<Purpose>) -> Decision {
    if let Some(denied) = barred(actor, action) {
        return denied;
    }
    let fits = fits(actor.role, purpose);
    match rule(actor.role, action) {
        Rule::No => deny(ROLE_NEVER, true),
        Rule::Any => allow(Basis::Role),
        Rule::Own | Rule::Case | Rule::Team | Rule::Why | Rule::Hit | Rule::Sent | Rule::Site | Rule::Offered
            if !action.spans_files() =>
        {
            deny(NAMES_NO_FILE, true)
        }
        Rule::Own => allow(Basis::Own),
        Rule::Case => allow(Basis::Caseload),
        Rule::Team => allow(Basis::Team),
        Rule::Why | Rule::Site if fits => allow(Basis::Purpose),
        Rule::Hit if fits => allow(Basis::HitFirst),
        Rule::Why | Rule::Hit | Rule::Site => deny(WHY, true),
        Rule::Sent => allow(Basis::Sent),
        Rule::Offered => allow(Basis::Offered),
    }
}

/// The files about which a list or search by this actor may speak.
pub fn reach(actor: &Actor, action: Action, purpose: Option<Purpose>) -> Reach {
    if let Decision::Deny { reason, .. } = decide_without_subject(actor, action, purpose) {
        return Reach::Nothing(reason);
    }
    let fits = fits(actor.role, purpose);
    match rule(actor.role, action) {
        Rule::Any | Rule::Why | Rule::Hit | Rule::Site => Reach::Everything,
        Rule::Own => actor.person.map_or(Reach::Nothing(NOT_YOURS), Reach::Person),
        Rule::Case => match (actor.team, purpose) {
            (Some(team), Some(Purpose::Cover)) => Reach::Team(team),
            (_, _) => Reach::Officer(actor.account),
        },
        Rule::Team if fits => Reach::Everything,
        Rule::Team => actor.team.map_or(Reach::Nothing(OTHER_TEAM_WHY), Reach::Team),
        // What is put before a role goes out to it one by one; there is no list of it to browse.
        Rule::Sent => Reach::Nothing(NOT_SENT),
        Rule::Offered => Reach::Nothing(NOT_OFFERED),
        Rule::No => Reach::Nothing(ROLE_NEVER),
    }
}

/// Whether the account may do anything at all; for the few things that need no right besides.
///
/// # Errors
/// [`Refusal::Forbidden`] for an account that is not active.
pub fn in_use(actor: &Actor) -> Result<(), Refusal> {
    if is_active(actor) { Ok(()) } else { Err(Refusal::Forbidden(NOT_ACTIVE)) }
}

const fn is_active(actor: &Actor) -> bool {
    match actor.state {
        AccountState::Active => true,
        AccountState::Unconfirmed | AccountState::Suspended | AccountState::Left => false,
    }
}

/// Whether the role still sees registrations that have ended or were removed: only the privacy officer.
pub const fn sees_ended(role: Role) -> bool {
    matches!(role, Role::PrivacyOfficer)
}

/// What no matrix can allow, whatever the file.
fn barred(actor: &Actor, action: Action) -> Option<Decision> {
    if !is_active(actor) {
        return Some(deny(NOT_ACTIVE, true));
    }
    match (action.effect(), actor.kind) {
        (Effect::Decide, AccountKind::Machine) => Some(deny(ONLY_A_PERSON, true)),
        (Effect::Read | Effect::Write, AccountKind::Machine)
        | (Effect::Read | Effect::Write | Effect::Decide, AccountKind::Person) => None,
    }
}

const fn has_ended(status: LegalStatus) -> bool {
    match status {
        LegalStatus::Draft | LegalStatus::Active => false,
        LegalStatus::Ended | LegalStatus::Removed | LegalStatus::Destroyed => true,
    }
}

fn fits(role: Role, purpose: Option<Purpose>) -> bool {
    purpose.is_some_and(|purpose| purposes(role).contains(&purpose))
}

const fn allow(basis: Basis) -> Decision {
    Decision::Allow { basis }
}

const fn deny(reason: &'static str, visible: bool) -> Decision {
    Decision::Deny { reason, visible }
}

#[cfg(test)]
mod tests;
