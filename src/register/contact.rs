//! How to reach a person: changed by the registrant or the officer, never by the way a reminder failed.

use super::enrol::ContactDetails;
use super::file::{self, File};
use super::lookups;
use super::permit::permit;
use super::refusal::Refusal;
use super::unit;
use crate::access::{Action, Ctx};
use crate::app::App;
use crate::audit::{Deed, ObjectRef};
use crate::ids::RegistrationId;
use crate::store::persons::PersonContactChanged;
use crate::store::{Decided, Scope, WriteSet};

/// Replaces the contact details of the person a registration belongs to.
///
/// # Errors
/// [`Refusal::NotFound`], [`Refusal::Forbidden`], [`Refusal::Invalid`].
pub async fn change(
    app: &App,
    ctx: &Ctx,
    registration: RegistrationId,
    details: ContactDetails,
) -> Result<ContactDetails, Refusal> {
    let deed =
        Deed::on(Action::ContactUpdate, ObjectRef::registration(registration), registration).with_fields(&["contact"]);
    let strongbox = file::strongbox(app, ctx, registration, &deed).await?;
    let (writer, sealed, finder) = (ctx.clone(), strongbox.clone(), app.clone());
    unit::write(app, ctx, Scope::Registration(registration), deed, Some(strongbox), move |conn| {
        let file = File::load(conn, registration)?;
        permit(&writer, Action::ContactUpdate, &file.registration)?;
        Refusal::unless_empty(details.faults(""))?;
        let person = &file.person;
        let mut writes = WriteSet::default();
        writes.changes.push(Box::new(PersonContactChanged {
            id: person.id,
            version: person.version,
            contact_enc: sealed.seal("persons", "contact_enc", person.id.as_str(), &details)?,
            channel: details.channel(),
            language: details.language,
            lookups: lookups::of_contact(&finder, person.id, details.email.as_deref(), details.phone.as_deref()),
            updated_at: writer.now.legal,
        }));
        Ok(Decided::new(writes, details.clone()))
    })
    .await
}
