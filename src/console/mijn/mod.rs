//! `/mijn`: what a registrant must report, by when and why; reporting it; and what became of it.

mod access;
mod choose;
mod disputes;
mod duties;
mod file;
mod help;
mod home;
mod receipts;
mod report;
mod rights;
mod trips;

use rocket::{Route, routes};

use super::answer::Fault;
use super::visit::Registrant;
use crate::api::Problem;
use crate::ids::RegistrationId;
use crate::register::{Refusal, view};

pub use receipts::kind_of;
pub use trips::Journey;

pub fn routes() -> Vec<Route> {
    routes![
        home::page,
        duties::page,
        choose::page,
        choose::choose,
        disputes::list,
        disputes::start,
        disputes::raise,
        disputes::page,
        disputes::start_appeal,
        disputes::appeal,
        report::list,
        report::start,
        report::check,
        report::give,
        report::start_trip,
        report::check_trip,
        report::give_trip,
        trips::page,
        receipts::list,
        receipts::page,
        receipts::download,
        receipts::download_attempt,
        access::page,
        file::page,
        file::download,
        rights::page,
        rights::start,
        rights::send,
        rights::withdraw,
        help::page,
        help::start,
        help::send,
        help::withdraw,
    ]
}

/// The registration of whoever visits: the one they chose, or the only one there is.
///
/// # Errors
/// 404 when there is none; the code `several_registrations` when one has to be chosen.
async fn mine(registrant: &Registrant<'_>) -> Result<RegistrationId, Fault> {
    match registrant.signed.remembered.registration_id {
        Some(chosen) => Ok(chosen),
        None => match view::me(registrant.app(), &registrant.ctx()).await {
            Err(Refusal::NotFound) => Err(Fault(Problem::new(rocket::http::Status::NotFound, "no_registration", ""))),
            other => Ok(other?),
        },
    }
}
