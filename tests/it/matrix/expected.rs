//! What the permission matrix promises, worked out from its table alone: a second reading of it, written apart from the
//! decision it checks.

use zedenregister::access::Action;
use zedenregister::access::matrix::{Rule, purposes, rule};
use zedenregister::vocabulary::{Purpose, Role};

use crate::support::world::Relation;

/// What must come back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Expected {
    /// Neither 401 nor 403 nor 404.
    Allowed,
    /// 403: the account may know that the file exists.
    Forbidden,
    /// 404: it may not.
    Hidden,
}

/// For an act on one file.
pub fn on_file(role: Role, action: Action, relation: Relation, ended: bool, purpose: Option<Purpose>) -> Expected {
    if ended && role != Role::PrivacyOfficer {
        return Expected::Hidden;
    }
    let fits = purpose.is_some_and(|purpose| purposes(role).contains(&purpose));
    match rule(role, action) {
        Rule::Any => Expected::Allowed,
        Rule::No => Expected::Forbidden,
        Rule::Own => hidden_unless(relation == Relation::Own),
        Rule::Case => match relation {
            Relation::Caseload => Expected::Allowed,
            Relation::Team => forbidden_unless(purpose == Some(Purpose::Cover)),
            Relation::Own | Relation::Other => Expected::Hidden,
        },
        Rule::Team => forbidden_unless(matches!(relation, Relation::Caseload | Relation::Team) || fits),
        Rule::Why | Rule::Hit | Rule::Site => forbidden_unless(fits),
        // Nothing was put before anybody.
        Rule::Sent => Expected::Hidden,
        // Every file is offered to the other team.
        Rule::Offered => forbidden_unless(relation == Relation::Other),
    }
}

/// For an act on no single file: a list or search answers with what is within reach, anything else needs the right
/// whatever the file.
pub fn on_no_file(role: Role, action: Action, purpose: Option<Purpose>) -> Expected {
    let fits = purpose.is_some_and(|purpose| purposes(role).contains(&purpose));
    match rule(role, action) {
        Rule::Any => Expected::Allowed,
        Rule::No | Rule::Sent => Expected::Forbidden,
        Rule::Own | Rule::Case | Rule::Team | Rule::Offered => forbidden_unless(action.spans_files()),
        Rule::Why | Rule::Hit | Rule::Site => forbidden_unless(action.spans_files() && fits),
    }
}

fn hidden_unless(allowed: bool) -> Expected {
    if allowed { Expected::Allowed } else { Expected::Hidden }
}

fn forbidden_unless(allowed: bool) -> Expected {
    if allowed { Expected::Allowed } else { Expected::Forbidden }
}
