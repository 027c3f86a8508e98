//! The contact log: with whom there was contact, by which way, and what came of it.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::frame::{self, as_asked};
use crate::access::{Action, Ctx};
use crate::app::App;
use crate::audit::{Deed, ObjectRef};
use crate::clock::UtcTime;
use crate::ids::{AccountId, ContactId, RegistrationId};
use crate::register::Refusal;
use crate::register::view::cut;
use crate::store::around::contacts::{ContactRow, contact_page};
use crate::store::{Decided, WriteSet};
use crate::vault::Strongbox;
use crate::vocabulary::{ContactChannel, ContactCounterpart, ContactDirection, ContactOutcome};

const TABLE: &str = "contact_log";

/// A contact to record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct NewContact {
    /// When. Not in the future.
    pub happened_at: UtcTime,
    /// Who began.
    pub direction: ContactDirection,
    /// With whom.
    pub counterpart: ContactCounterpart,
    /// Who that was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 1, max_length = 200, example = "zus")]
    pub name: Option<String>,
    /// By which way.
    pub channel: ContactChannel,
    /// What came of it.
    pub outcome: ContactOutcome,
    /// What was said.
    #[schema(min_length = 3, max_length = 10_000, example = "Komt morgen naar het bureau.")]
    pub summary: String,
}

/// A contact.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ContactView {
    /// The entry.
    pub id: ContactId,
    /// When there was contact.
    pub happened_at: UtcTime,
    /// Who began.
    pub direction: ContactDirection,
    /// With whom.
    pub counterpart: ContactCounterpart,
    /// Who that was.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// By which way.
    pub channel: ContactChannel,
    /// What came of it.
    pub outcome: ContactOutcome,
    /// What was said.
    pub summary: String,
    /// Who recorded it.
    pub recorded_by: AccountId,
    /// When it was recorded.
    pub recorded_at: UtcTime,
}

/// One page of the contact log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ContactPage {
    /// The contacts, the last recorded first.
    pub items: Vec<ContactView>,
    /// Where the next page starts; absent on the last one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next: Option<ContactId>,
}

/// What is encrypted of a contact.
#[derive(Serialize, Deserialize)]
struct Content {
    name: Option<String>,
    summary: String,
}

impl ContactView {
    fn open(row: &ContactRow, strongbox: &Strongbox) -> Result<Self, Refusal> {
        let Content { name, summary } = strongbox.open(TABLE, "content_enc", row.id.as_str(), &row.content_enc)?;
        Ok(Self {
            id: row.id,
            happened_at: row.happened_at,
            direction: row.direction,
            counterpart: row.counterpart,
            name,
            channel: row.channel,
            outcome: row.outcome,
            summary,
            recorded_by: row.recorded_by,
            recorded_at: row.recorded_at,
        })
    }
}

/// Records a contact.
///
/// # Errors
/// Every invalid field.
pub async fn add(app: &App, ctx: &Ctx, registration: RegistrationId, new: NewContact) -> Result<ContactView, Refusal> {
    let id = ContactId::fresh();
    let deed = Deed::on(Action::ContactLogAdd, ObjectRef::contact(id), registration);
    let told = |made: &ContactView, deed: Deed| Deed { object: ObjectRef::contact(made.id), ..deed };
    frame::write(app, ctx, registration, deed, told, move |_, opened| {
        if new.happened_at > opened.ctx.now.legal {
            return Err(Refusal::field("/happenedAt", "in_the_future", "The contact has not taken place yet."));
        }
        let content = Content { name: new.name.clone(), summary: new.summary.clone() };
        let row = ContactRow {
            id,
            registration_id: registration,
            happened_at: new.happened_at,
            direction: new.direction,
            counterpart: new.counterpart,
            channel: new.channel,
            outcome: new.outcome,
            content_enc: opened.seal(TABLE, "content_enc", id.as_str(), &content)?,
            recorded_by: opened.ctx.actor.account,
            recorded_at: opened.ctx.now.legal,
        };
        let answer = ContactView::open(&row, opened.strongbox())?;
        Ok(Decided::new(WriteSet { contact_log: vec![row], ..WriteSet::default() }, answer))
    })
    .await
}

/// Reads the contact log of a file.
///
/// # Errors
/// [`Refusal::NotFound`], [`Refusal::Forbidden`].
pub async fn list(
    app: &App,
    ctx: &Ctx,
    registration: RegistrationId,
    after: Option<ContactId>,
    limit: i64,
) -> Result<ContactPage, Refusal> {
    let deed = Deed::on(Action::ContactLogRead, ObjectRef::registration(registration), registration)
        .with_fields(&["name", "summary"]);
    frame::read(app, ctx, registration, deed, as_asked, move |conn, opened| {
        let mut rows = contact_page(conn, registration, after, limit + 1)?;
        let next = cut(&mut rows, limit, |row| row.id);
        let items = rows.iter().map(|row| ContactView::open(row, opened.strongbox())).collect::<Result<_, _>>()?;
        Ok(ContactPage { items, next })
    })
    .await
}
