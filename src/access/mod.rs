//! Who may do what, to whom, and for which purpose.
//!
//! Owns accounts, sessions and tokens, and the one decision function. Must not know HTTP: a caller gets a decision
//! or a refusal and turns it into a status code at the edge.

use chrono_tz::Tz;

use crate::clock::Now;
use crate::ids::{AccountId, PersonId, RequestId, TeamId};
use crate::vocabulary::{Purpose, Role};

/// Who acts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Actor {
    /// The account.
    pub account: AccountId,
    /// Its role.
    pub role: Role,
    /// Its team, for officers and leads.
    pub team: Option<TeamId>,
    /// The person it is, for registrants.
    pub person: Option<PersonId>,
    /// The organisation it belongs to.
    pub organisation: String,
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
}

impl Ctx {
    /// The legal day of this request in `zone`.
    pub fn today(&self, zone: Tz) -> chrono::NaiveDate {
        self.now.today(zone)
    }
}
