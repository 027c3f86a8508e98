//! Who may do what, to whom, and for which purpose.
//!
//! Owns accounts, sessions and tokens, and the one decision function. Must not know HTTP: a caller gets a decision
//! or a refusal and turns it into a status code at the edge.
//!
//! | module | what it is |
//! | --- | --- |
//! | [`accounts`], [`sign_in`], [`tokens`] | who signs in, how, and what a bearer is worth now |
//! | [`oidc`] | signing in by the word of another organisation |
//! | [`clients`] | machines that sign in by a signed assertion |
//! | [`console`] | what the cookie of a browser is worth now |
//! | [`step_up`] | what asks for a fresh second factor |
//! | [`recovery`] | a lost password or second factor |
//! | [`operator`] | what somebody at the machine may do with accounts |
//! | [`action`] | everything that can be done, as a closed list |
//! | [`matrix`] | the roles and their rights, as a table |
//! | [`mod@decide`] | the decision, and the hard rules no table can lift |

pub mod accounts;
pub mod action;
pub mod clients;
pub mod colleagues;
pub mod console;
pub mod decide;
pub mod matrix;
pub mod oidc;
pub mod operator;
pub mod recovery;
pub mod sign_in;
pub mod step_up;
pub mod tokens;

pub use action::{Action, Effect};
pub use decide::{Basis, Decision, Reach, Subject, decide, decide_without_subject, in_use, reach, sees_ended};

use chrono_tz::Tz;

use crate::clock::{Now, UtcTime};
use crate::ids::{AccountId, PersonId, RegistrationId, RequestId, SessionId, TeamId};
use crate::vocabulary::{AccountKind, AccountState, Purpose, RepresentativeScope, Role};

/// Who acts: what the account is at this moment, not what it was when its token was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Actor {
    /// The account.
    pub account: AccountId,
    /// Whether a person or a machine.
    pub kind: AccountKind,
    /// Its role.
    pub role: Role,
    /// Where the account is in its life; only an active one may do anything.
    pub state: AccountState,
    /// Its team, for officers and leads.
    pub team: Option<TeamId>,
    /// The person it is, for registrants.
    pub person: Option<PersonId>,
    /// The organisation it belongs to.
    pub organisation: String,
    /// For whom the account acts today, when it acts for a registrant.
    pub represents: Option<Representation>,
}

/// That somebody acts for a registrant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Representation {
    /// The registration; nothing else of the person.
    pub registration: RegistrationId,
    /// What they may do.
    pub scope: RepresentativeScope,
}

impl Representation {
    /// Whether they may do this in place of the registrant. Who looked at a file is for the registrant alone, and how to
    /// reach them is for nobody else to change.
    pub const fn covers(self, action: Action) -> bool {
        match (self.scope, action.effect()) {
            (RepresentativeScope::None, _) | (_, Effect::Decide) => false,
            (RepresentativeScope::Read | RepresentativeScope::Report, Effect::Read) => {
                !matches!(action, Action::AuditReadOwn | Action::FileRead)
            }
            (RepresentativeScope::Read, Effect::Write) => false,
            (RepresentativeScope::Report, Effect::Write) => {
                matches!(action, Action::NotificationCreate | Action::AttemptRecord)
            }
        }
    }
}

/// Everything a use case must know of the request it serves.
#[derive(Debug, Clone)]
pub struct Ctx {
    /// Who acts.
    pub actor: Actor,
    /// Why, where the role or the relation asks for it.
    pub purpose: Option<Purpose>,
    /// The request, as named in logs and in the audit.
    pub request: RequestId,
    /// The W3C trace id, 32 hexadecimal digits.
    pub trace: String,
    /// When, on both clocks, fixed for the whole request.
    pub now: Now,
    /// How to recognise the request when it is repeated.
    pub idempotency: Option<Idempotency>,
    /// In which session; nothing for what the program does itself.
    pub session: Option<InSession>,
}

/// The session of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InSession {
    /// Which.
    pub id: SessionId,
    /// When its holder last proved to be there.
    pub proved_at: Option<UtcTime>,
}

/// A key by which a client repeats a request, with a digest of what it asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Idempotency {
    /// The client's key.
    pub key: String,
    /// SHA-256 over method, path and body, in hexadecimal digits.
    pub request_digest: String,
}

impl Ctx {
    /// The legal day of this request in `zone`.
    pub fn today(&self, zone: Tz) -> chrono::NaiveDate {
        self.now.today(zone)
    }
}

/// Somebody who calls, before it is known who.
#[derive(Debug, Clone)]
pub struct Caller {
    /// The request.
    pub request: RequestId,
    /// The W3C trace id, 32 hexadecimal digits.
    pub trace: String,
    /// When, on both clocks.
    pub now: Now,
}

impl Caller {
    /// The context of this call, now that it is known who calls.
    pub fn as_actor(&self, actor: Actor) -> Ctx {
        Ctx {
            actor,
            purpose: None,
            request: self.request,
            trace: self.trace.clone(),
            now: self.now,
            idempotency: None,
            session: None,
        }
    }
}
