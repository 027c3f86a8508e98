//! Asking the one access decision about a registration, and turning a denial into a refusal.

use super::refusal::Refusal;
use super::{status, unit};
use crate::access::{self, Action, Ctx, Subject};
use crate::app::App;
use crate::audit::{Deed, ObjectRef};
use crate::ids::RegistrationId;
use crate::store::registrations::registration_find;
use crate::store::rows::RegistrationRow;
use crate::vocabulary::Role;

/// Who and what a registration is to the access decision, on the legal day of the request.
pub fn subject_of(registration: &RegistrationRow, ctx: &Ctx) -> Subject {
    Subject {
        registration: registration.id,
        person: registration.person_id,
        team: registration.team_id,
        officer: registration.officer_id,
        legal_status: status::legal(registration, ctx.today(registration.regime.zone())),
        asked_by: None,
        sent_to: Vec::new(),
        offered_to: None,
    }
}

/// Whether the actor may begin to do `action`; a refusal is recorded as if they had done more than begin.
///
/// # Errors
/// As [`permit`].
pub async fn ask(app: &App, ctx: &Ctx, registration: RegistrationId, action: Action) -> Result<(), Refusal> {
    let deed = Deed::on(action, ObjectRef::registration(registration), registration);
    let asker = ctx.clone();
    unit::read(app, ctx, deed, move |conn| {
        let row = registration_find(conn, registration)?.ok_or(Refusal::NotFound)?;
        permit(&asker, action, &row)
    })
    .await
}

/// Goes on only when the actor may do `action` to this registration.
///
/// # Errors
/// [`Refusal::NotFound`] when the actor may not even know that it exists; [`Refusal::Forbidden`] otherwise.
pub fn permit(ctx: &Ctx, action: Action, registration: &RegistrationRow) -> Result<(), Refusal> {
    permit_sent(ctx, action, registration, Vec::new())
}

/// As [`permit`], where something about the registration was put before the roles `sent_to`.
///
/// # Errors
/// As [`permit`].
pub fn permit_sent(
    ctx: &Ctx,
    action: Action,
    registration: &RegistrationRow,
    sent_to: Vec<Role>,
) -> Result<(), Refusal> {
    let subject = Subject { sent_to, ..subject_of(registration, ctx) };
    access::decide(&ctx.actor, action, &subject, ctx.purpose).allowed().map(drop)
}
