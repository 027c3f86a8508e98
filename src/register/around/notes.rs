//! Notes. A sensitive one (health, victims, third persons) is opened only by the officer who supervises and the lead of
//! the team, not by whoever stands in; others see that there is one, by whom and when.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::frame::{self, Opened};
use crate::access::{Action, Ctx};
use crate::app::App;
use crate::audit::{Deed, ObjectRef};
use crate::clock::UtcTime;
use crate::ids::{AccountId, NoteId, RegistrationId};
use crate::register::Refusal;
use crate::register::permit::permit;
use crate::register::view::cut;
use crate::store::around::notes::{NoteRow, note_find, note_page};
use crate::store::{Decided, WriteSet};

const TABLE: &str = "case_notes";

/// A note to write.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct NewNote {
    /// The text.
    #[schema(min_length = 3, max_length = 20_000)]
    pub text: String,
    /// Only for the officer who supervises and the lead of the team.
    #[serde(default)]
    pub sensitive: bool,
    /// The note it corrects: that one stays, with the correction beside it. The correction of a sensitive note is
    /// sensitive.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub corrects: Option<NoteId>,
}

/// A note.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct NoteView {
    /// The note.
    pub id: NoteId,
    /// Whether it is sensitive.
    pub sensitive: bool,
    /// The text; absent when it is sensitive and the reader may not open it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// The note it corrects.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub corrects: Option<NoteId>,
    /// Who wrote it.
    pub written_by: AccountId,
    /// When.
    pub written_at: UtcTime,
}

/// One page of notes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct NotePage {
    /// The notes, the last written first.
    pub items: Vec<NoteView>,
    /// Where the next page starts; absent on the last one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next: Option<NoteId>,
}

impl NoteView {
    fn open(row: &NoteRow, opened: &Opened<'_>, sensitive_too: bool) -> Result<Self, Refusal> {
        let text = (sensitive_too || !row.sensitive)
            .then(|| opened.strongbox().open(TABLE, "text_enc", row.id.as_str(), &row.text_enc))
            .transpose()?;
        Ok(Self {
            id: row.id,
            sensitive: row.sensitive,
            text,
            corrects: row.corrects_id,
            written_by: row.written_by,
            written_at: row.written_at,
        })
    }

    /// Whether a sensitive text was shown.
    fn shows_sensitive(&self) -> bool {
        self.sensitive && self.text.is_some()
    }
}

fn may_open_sensitive(opened: &Opened<'_>) -> bool {
    permit(opened.ctx, Action::NoteReadSensitive, &opened.registration).is_ok()
}

/// Writes a note. Whoever may write one may mark it as sensitive, also when they may not open it again.
///
/// # Errors
/// Every invalid field.
pub async fn add(app: &App, ctx: &Ctx, registration: RegistrationId, new: NewNote) -> Result<NoteView, Refusal> {
    let id = NoteId::fresh();
    let deed = Deed::on(Action::NoteAdd, ObjectRef::note(id), registration);
    let told = |made: &NoteView, deed: Deed| Deed { object: ObjectRef::note(made.id), ..deed };
    frame::write(app, ctx, registration, deed, told, move |conn, opened| {
        let corrected =
            match new.corrects {
                Some(corrected) => Some(note_find(conn, registration, corrected)?.ok_or_else(|| {
                    Refusal::field("/corrects", "no_such_note", "There is no such note on this file.")
                })?),
                None => None,
            };
        let row = NoteRow {
            id,
            registration_id: registration,
            sensitive: new.sensitive || corrected.is_some_and(|note| note.sensitive),
            text_enc: opened.seal(TABLE, "text_enc", id.as_str(), &new.text)?,
            corrects_id: new.corrects,
            written_by: opened.ctx.actor.account,
            written_at: opened.ctx.now.legal,
        };
        // Its writer has just seen the text.
        let answer = NoteView::open(&row, opened, true)?;
        Ok(Decided::new(WriteSet { case_notes: vec![row], ..WriteSet::default() }, answer))
    })
    .await
}

/// Reads the notes of a file. The audit tells whether a sensitive one was shown.
///
/// # Errors
/// [`Refusal::NotFound`], [`Refusal::Forbidden`].
pub async fn list(
    app: &App,
    ctx: &Ctx,
    registration: RegistrationId,
    after: Option<NoteId>,
    limit: i64,
) -> Result<NotePage, Refusal> {
    let deed = Deed::on(Action::NoteRead, ObjectRef::registration(registration), registration).with_fields(&["text"]);
    let told = |page: &NotePage, deed: Deed| match page.items.iter().any(NoteView::shows_sensitive) {
        true => deed.with_fields(&["text", "sensitiveText"]),
        false => deed,
    };
    frame::read(app, ctx, registration, deed, told, move |conn, opened| {
        let mut rows = note_page(conn, registration, after, limit + 1)?;
        let next = cut(&mut rows, limit, |row| row.id);
        let all = may_open_sensitive(opened);
        Ok(NotePage { items: rows.iter().map(|row| NoteView::open(row, opened, all)).collect::<Result<_, _>>()?, next })
    })
    .await
}

/// Opens one note.
///
/// # Errors
/// [`Refusal::NotFound`]; [`Refusal::Forbidden`], also for a sensitive note the reader may not open.
pub async fn read(app: &App, ctx: &Ctx, registration: RegistrationId, note: NoteId) -> Result<NoteView, Refusal> {
    let deed = Deed::on(Action::NoteRead, ObjectRef::note(note), registration).with_fields(&["text"]);
    let told = |seen: &NoteView, deed: Deed| match seen.sensitive {
        true => Deed { action: Action::NoteReadSensitive, ..deed }.with_fields(&["sensitiveText"]),
        false => deed,
    };
    frame::read(app, ctx, registration, deed, told, move |conn, opened| {
        let row = note_find(conn, registration, note)?.ok_or(Refusal::NotFound)?;
        if row.sensitive {
            permit(opened.ctx, Action::NoteReadSensitive, &opened.registration)?;
        }
        NoteView::open(&row, opened, true)
    })
    .await
}
