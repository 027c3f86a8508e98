//! Who looked at my file: what the audit knows of one registration, for the person it is about.
//!
//! An entry says when, from which organisation, in which role and why; it names no officer. Entries stand under a
//! keyed hash of the registration, so finding them needs the key and not the file.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::notification::cut;
use crate::access::{Action, Ctx};
use crate::app::App;
use crate::audit::leaf::{ActorRef, AuditEntry, Code, Outcome, Pseudonym};
use crate::audit::{Deed, ObjectRef};
use crate::clock::UtcTime;
use crate::ids::RegistrationId;
use crate::register::permit::permit;
use crate::register::{Refusal, unit};
use crate::store::StoreError;
use crate::store::audit::audit_leaf_list_newest;
use crate::store::registrations::registration_find;
use crate::store::rows::AuditLeafRow;
use crate::text_enum;
use crate::vocabulary::{Purpose, Role};

text_enum! {
    /// Who did something with a file.
    pub enum Who {
        /// The person themself.
        Yourself => "yourself",
        /// Somebody else who signed in.
        SomebodyElse => "somebody_else",
        /// The program by itself, such as a nightly check.
        Program => "program",
        /// Somebody who had not signed in.
        Nobody => "nobody",
    }
}

/// One thing that was done with the file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct AccessEntry {
    /// Its number in the audit.
    pub number: i64,
    /// When.
    pub at: UtcTime,
    /// Who.
    pub who: Who,
    /// For which organisation.
    #[schema(example = "reclassering")]
    pub organisation: String,
    /// In which role.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub role: Option<Role>,
    /// What was done, as `object.verb`.
    #[schema(example = "registration.read")]
    pub action: String,
    /// Why, where a reason had to be given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub purpose: Option<Purpose>,
    /// Whether it was allowed; what was refused was not seen.
    pub allowed: bool,
    /// Which fields, by name.
    pub fields: Vec<String>,
}

/// A page of what was done with a file, newest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct AccessLog {
    /// The entries.
    pub items: Vec<AccessEntry>,
    /// Where the next page starts: entries before this number. Absent on the last page.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next: Option<i64>,
}

impl AccessEntry {
    /// What it was about: the thing its action names.
    pub fn about(&self) -> &str {
        self.action.split('.').next().unwrap_or_default()
    }

    pub(crate) fn of(row: &AuditLeafRow, own: &[Pseudonym]) -> Result<Self, Refusal> {
        let entry = AuditEntry::from_canonical(&row.entry)
            .map_err(|error| StoreError::Corrupt(format!("audit entry {}: {error}", row.leaf_index)))?;
        Ok(Self {
            number: row.leaf_index,
            at: entry.at,
            who: match entry.actor {
                ActorRef::Registrant(pseudonym) if own.contains(&pseudonym) => Who::Yourself,
                ActorRef::Registrant(_) | ActorRef::Account(_) => Who::SomebodyElse,
                ActorRef::System(_) => Who::Program,
                ActorRef::Nobody => Who::Nobody,
            },
            organisation: entry.organisation.as_str().to_owned(),
            role: entry.role,
            action: entry.action.as_str().to_owned(),
            purpose: entry.purpose,
            allowed: entry.outcome == Outcome::Allowed,
            fields: entry.fields.iter().map(Code::as_str).map(str::to_owned).collect(),
        })
    }
}

/// Reads what was done with a registration before entry number `before`, newest first. The reading itself is the next
/// entry.
///
/// # Errors
/// [`Refusal::NotFound`] for anybody but the person it is about.
pub async fn access_log(
    app: &App,
    ctx: &Ctx,
    registration: RegistrationId,
    before: Option<i64>,
    limit: i64,
) -> Result<AccessLog, Refusal> {
    let deed = Deed::on(Action::AuditReadOwn, ObjectRef::registration(registration), registration);
    let subjects = app.audit.pseudonyms().registration_ever(registration)?;
    let subjects: Vec<String> = subjects.iter().map(|pseudonym| pseudonym.as_str().to_owned()).collect();
    let own =
        ctx.actor.person.map(|person| app.audit.pseudonyms().person_ever(person)).transpose()?.unwrap_or_default();
    let reader = ctx.clone();
    unit::read(app, ctx, deed, move |conn| {
        let row = registration_find(conn, registration)?.ok_or(Refusal::NotFound)?;
        permit(&reader, Action::AuditReadOwn, &row)?;
        let mut rows = audit_leaf_list_newest(conn, Some(&subjects), before, limit + 1)?;
        let next = cut(&mut rows, limit, |row| row.leaf_index);
        let items = rows.iter().map(|row| AccessEntry::of(row, &own)).collect::<Result<_, _>>()?;
        Ok(AccessLog { items, next })
    })
    .await
}
