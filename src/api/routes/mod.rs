//! The operations, one file per chapter of the documentation.

mod accounts;
mod around;
mod caseload;
mod disputes;
mod documents;
mod evaluation;
mod events;
mod examples;
mod facts;
mod flags;
mod identity;
mod measures;
mod notifications;
mod paths;
mod proposals;
mod registrations;
mod removals;
mod review;
mod rights;
mod service;
mod sign_in;
mod supervision;
mod travel;
mod watch;
mod worklist;

use super::Operation;

pub(super) use paths::RegistrationRef;

/// Every operation of the API.
pub fn all() -> Vec<Operation> {
    [
        service::operations(),
        sign_in::operations(),
        accounts::operations(),
        registrations::operations(),
        facts::operations(),
        notifications::operations(),
        travel::operations(),
        flags::operations(),
        review::operations(),
        disputes::operations(),
        caseload::operations(),
        worklist::operations(),
        around::operations(),
        documents::operations(),
        identity::operations(),
        removals::operations(),
        rights::operations(),
        supervision::operations(),
        measures::operations(),
        evaluation::operations(),
        proposals::operations(),
        events::operations(),
        watch::operations(),
    ]
    .into_iter()
    .flatten()
    .collect()
}
