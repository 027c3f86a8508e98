//! Documents on their way out, piece by piece.

use super::{DocumentView, PIECES, kind, place};
use crate::access::{Action, Ctx};
use crate::app::App;
use crate::audit::{Deed, ObjectRef};
use crate::ids::{DocumentId, RegistrationId};
use crate::register::permit::permit;
use crate::register::{Refusal, file, unit};
use crate::store::around::documents::{document_chunk_find, document_find};
use crate::store::registrations::registration_find;
use crate::vault::Strongbox;

/// A document on its way out.
pub struct Download {
    /// What it is.
    pub document: DocumentView,
    app: App,
    strongbox: Strongbox,
    chunks: i64,
    seq: i64,
}

impl Download {
    /// The name to give it out under.
    pub fn file_name(&self) -> String {
        kind::file_name(&self.document.name, self.document.kind)
    }

    /// The next piece; `None` after the last.
    ///
    /// # Errors
    /// [`Refusal::Keys`] when a piece is missing or was altered: what was given out so far is not the document.
    pub async fn next(&mut self) -> Result<Option<Vec<u8>>, Refusal> {
        if self.seq == self.chunks {
            return Ok(None);
        }
        let (id, seq) = (self.document.id, self.seq);
        let sealed = self.app.store.read(move |conn| document_chunk_find(conn, id, seq)).await?;
        let sealed = sealed.ok_or_else(|| Refusal::Keys("a piece of a document is missing".to_owned()))?;
        self.seq += 1;
        let place = place(id, seq, self.seq == self.chunks);
        self.strongbox.open_piece(PIECES, "sealed", &place, &sealed).map(Some)
    }
}

/// Opens a document to be given out. That it is, stands in the audit before its first byte leaves.
///
/// # Errors
/// [`Refusal::NotFound`], [`Refusal::Forbidden`].
pub async fn download(
    app: &App,
    ctx: &Ctx,
    registration: RegistrationId,
    document: DocumentId,
) -> Result<Download, Refusal> {
    let deed =
        Deed::on(Action::DocumentRead, ObjectRef::document(document), registration).with_fields(&["name", "content"]);
    let strongbox = file::strongbox(app, ctx, registration, &deed).await?;
    let (reader, sealed, owner) = (ctx.clone(), strongbox.clone(), app.clone());
    unit::read(app, ctx, deed, move |conn| {
        let file = registration_find(conn, registration)?.ok_or(Refusal::NotFound)?;
        permit(&reader, Action::DocumentRead, &file)?;
        let row = document_find(conn, registration, document)?.ok_or(Refusal::NotFound)?;
        let document = DocumentView::open(&row, &sealed)?;
        Ok(Download { document, app: owner, strongbox: sealed, chunks: row.chunks, seq: 0 })
    })
    .await
}
