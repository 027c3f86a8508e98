//! What a person stated last of who they are and where they live: so that nobody types it again with every report.

use chrono::NaiveDate;
use serde_json::Value;

use super::super::address::Address;
use super::super::file::{self, File};
use super::super::input::PersonName;
use super::super::permit::permit;
use super::super::refusal::Refusal;
use super::super::unit;
use super::registration::StoredNames;
use crate::access::{Action, Ctx};
use crate::app::App;
use crate::audit::{Deed, ObjectRef};
use crate::ids::RegistrationId;
use crate::store::notifications::notification_last_of;
use crate::vocabulary::{DutyKind, Regime};

/// The kinds of notification that state a home.
const STATE_A_HOME: [DutyKind; 3] = [DutyKind::Initial, DutyKind::Home, DutyKind::Periodic];

/// Who somebody is and where they live, as stated last.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StatedIdentity {
    /// The set of rules, whose zone says which day it is.
    pub regime: Regime,
    /// Date of birth.
    pub birth_date: NaiveDate,
    /// The name used now.
    pub name: PersonName,
    /// Every other name.
    pub other_names: Vec<PersonName>,
    /// The home, when one was stated.
    pub home: Option<Address>,
}

impl StatedIdentity {
    /// The name in one line.
    pub fn full_name(&self) -> String {
        self.name.full()
    }
}

impl PersonName {
    /// The name in one line.
    pub fn full(&self) -> String {
        [Some(self.given.as_str()), self.prefix.as_deref(), Some(self.surname.as_str())]
            .into_iter()
            .flatten()
            .collect::<Vec<_>>()
            .join(" ")
    }
}

/// Reads what a person stated last.
///
/// # Errors
/// [`Refusal::NotFound`], [`Refusal::Forbidden`].
pub async fn stated_identity(app: &App, ctx: &Ctx, id: RegistrationId) -> Result<StatedIdentity, Refusal> {
    let deed = Deed::on(Action::RegistrationRead, ObjectRef::registration(id), id).with_fields(&[
        "names",
        "birthDate",
        "homeAddress",
    ]);
    let strongbox = file::strongbox(app, ctx, id, &deed).await?;
    let reader = ctx.clone();
    unit::read(app, ctx, deed, move |conn| {
        let file = File::load(conn, id)?;
        permit(&reader, Action::RegistrationRead, &file.registration)?;
        permit(&reader, Action::NotificationReadResidence, &file.registration)?;
        let names: StoredNames =
            strongbox.open("persons", "names_enc", file.person.id.as_str(), &file.person.names_enc)?;
        let home = notification_last_of(conn, id, &STATE_A_HOME)?
            .map(|row| strongbox.open::<Value>("notifications", "content_enc", row.id.as_str(), &row.content_enc))
            .transpose()?
            .and_then(|content| serde_json::from_value(content.get("address")?.clone()).ok());
        Ok(StatedIdentity {
            regime: file.registration.regime,
            birth_date: file::birth_date(&file.person, &strongbox)?,
            name: names.name,
            other_names: names.other_names,
            home,
        })
    })
    .await
}
