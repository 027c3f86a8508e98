//! Documents of a file: taken in piece by piece, told apart by their content, encrypted under the key of the person, and
//! given out as they came. Nothing here looks into a document further than to tell its kind, and nothing executes one.
//!
//! Memory stays bounded: one piece at a time is in hand, on the way in and on the way out. Pieces are kept before their
//! document is; until the last one came, and the document with it in one transaction with its audit entry, there is
//! nothing to read. Each piece is bound to its document, its number and whether it is the last, so that none can be
//! moved, left out or cut off.

mod kind;
mod outgoing;

pub use outgoing::{Download, download};

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use tokio::sync::mpsc;
use utoipa::ToSchema;

use crate::access::{Action, Ctx, Idempotency};
use crate::app::App;
use crate::audit::{Deed, ObjectRef};
use crate::clock::UtcTime;
use crate::ids::{AccountId, DocumentId, RegistrationId};
use crate::register::permit::permit;
use crate::register::view::cut;
use crate::register::{Refusal, file, unit};
use crate::store::around::documents::{DocumentChunkRow, DocumentRow, UploadForgotten, document_page};
use crate::store::registrations::registration_find;
use crate::store::{Conn, Decided, Scope, StoreError, WriteSet};
use crate::vault::Strongbox;
use crate::vocabulary::{DocumentCategory, DocumentKind};

/// The largest document, in bytes.
pub const LARGEST: u64 = 20 << 20;
/// The size of a piece, in bytes; the last one may be smaller.
pub const PIECE: usize = 256 << 10;

const TABLE: &str = "documents";
const PIECES: &str = "document_chunks";

/// A part of a document on its way in. Without an [`Part::End`] the document did not arrive.
#[derive(Debug)]
pub enum Part {
    /// Some of its bytes, in order.
    Bytes(Vec<u8>),
    /// It is complete.
    End,
}

/// What is said of a document that is added.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewDocument {
    /// What it is about.
    pub category: DocumentCategory,
    /// What it is called: 1 to 200 characters, no path.
    pub name: String,
}

/// A document, without its content.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct DocumentView {
    /// The document.
    pub id: DocumentId,
    /// What it is, as its content shows.
    pub kind: DocumentKind,
    /// What it is about.
    pub category: DocumentCategory,
    /// What it is called.
    pub name: String,
    /// Its size in bytes.
    pub size: i64,
    /// SHA-256 of its content, in hexadecimal digits.
    pub sha256: String,
    /// Who added it.
    pub uploaded_by: AccountId,
    /// When.
    pub uploaded_at: UtcTime,
}

/// One page of documents.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct DocumentPage {
    /// The documents, the last added first.
    pub items: Vec<DocumentView>,
    /// Where the next page starts; absent on the last one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next: Option<DocumentId>,
}

/// What is encrypted beside the content.
#[derive(Serialize, Deserialize)]
struct Described {
    name: String,
    sha256: String,
}

impl DocumentView {
    fn open(row: &DocumentRow, strongbox: &Strongbox) -> Result<Self, Refusal> {
        let Described { name, sha256 } = strongbox.open(TABLE, "about_enc", row.id.as_str(), &row.about_enc)?;
        Ok(Self {
            id: row.id,
            kind: row.kind,
            category: row.category,
            name,
            size: row.size,
            sha256,
            uploaded_by: row.uploaded_by,
            uploaded_at: row.uploaded_at,
        })
    }
}

/// The place to which a piece is bound.
fn place(document: DocumentId, seq: i64, last: bool) -> String {
    format!("{document}/{seq}/{}", if last { "last" } else { "more" })
}

/// Adds a document. Its content comes in `parts`, which nothing is read from before the actor is known to be allowed.
///
/// # Errors
/// [`Refusal::Invalid`] with `type_not_allowed`, `too_large`, `empty` or `cut_off`; whatever is in the way.
pub async fn add(
    app: &App,
    ctx: &Ctx,
    registration: RegistrationId,
    new: NewDocument,
    mut parts: mpsc::Receiver<Part>,
) -> Result<DocumentView, Refusal> {
    let id = DocumentId::fresh();
    let deed = Deed::on(Action::DocumentAdd, ObjectRef::document(id), registration);
    let strongbox = file::strongbox(app, ctx, registration, &deed).await?;
    let asker = ctx.clone();
    let may = app.store.read(move |conn| may_add(conn, &asker, registration).map(drop)).await;
    let checked = may.and_then(|()| name_fault(&new.name).map_or(Ok(()), Err));
    let taken = match checked {
        Ok(()) => Intake::new(app, id, &strongbox, ctx).take(&mut parts).await,
        Err(refusal) => Err(refusal),
    };
    let done = match taken {
        Ok(content) => finish(app, ctx, registration, deed, &new, content, strongbox).await,
        // The pieces so far are useless; the refusal is recorded like any other.
        Err(refusal) => unit::read(app, ctx, deed, move |_| Err(refusal)).await,
    };
    if !done.as_ref().is_ok_and(|answer| answer.id == id) {
        forget(app, id).await;
    }
    done
}

fn may_add(conn: &mut Conn, ctx: &Ctx, registration: RegistrationId) -> Result<(), Refusal> {
    let row = registration_find(conn, registration)?.ok_or(Refusal::NotFound)?;
    permit(ctx, Action::DocumentAdd, &row)
}

fn name_fault(name: &str) -> Option<Refusal> {
    let length = name.trim().chars().count();
    let wrong = length == 0 || length > 200 || name.chars().any(|c| c.is_control() || matches!(c, '/' | '\\'));
    wrong.then(|| {
        Refusal::field("Document-Name", "not_a_name", "A name has 1 to 200 characters, no path and no control signs.")
    })
}

/// A document whose pieces are all kept.
struct Content {
    id: DocumentId,
    kind: DocumentKind,
    size: i64,
    chunks: i64,
    sha256: String,
}

/// Takes in the parts of one document and keeps them in pieces.
struct Intake<'a> {
    app: &'a App,
    id: DocumentId,
    strongbox: &'a Strongbox,
    kept_at: UtcTime,
    waiting: Vec<u8>,
    digest: Sha256,
    kind: Option<DocumentKind>,
    size: u64,
    seq: i64,
}

impl<'a> Intake<'a> {
    fn new(app: &'a App, id: DocumentId, strongbox: &'a Strongbox, ctx: &Ctx) -> Self {
        Self {
            app,
            id,
            strongbox,
            kept_at: ctx.now.system,
            waiting: Vec::with_capacity(PIECE),
            digest: Sha256::new(),
            kind: None,
            size: 0,
            seq: 0,
        }
    }

    async fn take(mut self, parts: &mut mpsc::Receiver<Part>) -> Result<Content, Refusal> {
        loop {
            match parts.recv().await {
                Some(Part::Bytes(bytes)) => self.bytes(&bytes).await?,
                Some(Part::End) => return self.end().await,
                None => {
                    return Err(Refusal::field("", "cut_off", "The document did not arrive whole: send it again."));
                }
            }
        }
    }

    async fn bytes(&mut self, mut bytes: &[u8]) -> Result<(), Refusal> {
        self.size += bytes.len() as u64;
        if self.size > LARGEST {
            return Err(Refusal::field("", "too_large", "A document has at most 20 MiB."));
        }
        self.digest.update(bytes);
        while !bytes.is_empty() {
            // A full piece waits until it is known that it is not the last.
            if self.waiting.len() == PIECE {
                self.keep(false).await?;
            }
            let (now, later) = bytes.split_at(bytes.len().min(PIECE - self.waiting.len()));
            self.waiting.extend_from_slice(now);
            bytes = later;
        }
        Ok(())
    }

    async fn end(mut self) -> Result<Content, Refusal> {
        if self.size == 0 {
            return Err(Refusal::field("", "empty", "There is nothing in this document."));
        }
        self.keep(true).await?;
        let kind = self.kind.ok_or_else(not_taken)?;
        Ok(Content {
            id: self.id,
            kind,
            size: i64::try_from(self.size).unwrap_or(i64::MAX),
            chunks: self.seq,
            sha256: hex::encode(self.digest.finalize()),
        })
    }

    /// Keeps what waits as the next piece. Before the first, its kind is known or the document is not taken.
    async fn keep(&mut self, last: bool) -> Result<(), Refusal> {
        if self.seq == 0 {
            self.kind = Some(kind::of_content(&self.waiting).ok_or_else(not_taken)?);
        }
        let row = DocumentChunkRow {
            document_id: self.id,
            seq: self.seq,
            sealed: self.strongbox.seal_piece(PIECES, "sealed", &place(self.id, self.seq, last), &self.waiting)?,
            kept_at: self.kept_at,
        };
        let keep = move |_: &mut Conn| {
            let writes = WriteSet { document_chunks: vec![row.clone()], ..WriteSet::default() };
            Ok::<_, StoreError>(Decided::new(writes, ()))
        };
        self.app.store.write(Scope::Append, keep).await?;
        self.waiting.clear();
        self.seq += 1;
        Ok(())
    }
}

fn not_taken() -> Refusal {
    Refusal::field("", "type_not_allowed", "Send a PDF, PNG, JPEG, TIFF, DOCX or ODT: the content is none of these.")
}

/// Makes a document of the pieces that are kept.
async fn finish(
    app: &App,
    ctx: &Ctx,
    registration: RegistrationId,
    deed: Deed,
    new: &NewDocument,
    content: Content,
    strongbox: Strongbox,
) -> Result<DocumentView, Refusal> {
    // The same request is the one with the same content: its digest was not known when the request began.
    let whole = |known: &Idempotency| Idempotency {
        request_digest: crate::crypto::sha256_hex(
            format!("{}\0{}\0{}", known.request_digest, new.name, content.sha256).as_bytes(),
        ),
        ..known.clone()
    };
    let ctx = Ctx { idempotency: ctx.idempotency.as_ref().map(whole), ..ctx.clone() };
    let about = Described { name: new.name.clone(), sha256: content.sha256.clone() };
    let row = DocumentRow {
        id: content.id,
        registration_id: registration,
        kind: content.kind,
        category: new.category,
        size: content.size,
        chunks: content.chunks,
        about_enc: strongbox.seal(TABLE, "about_enc", content.id.as_str(), &about)?,
        uploaded_by: ctx.actor.account,
        uploaded_at: ctx.now.legal,
    };
    let answer = DocumentView::open(&row, &strongbox)?;
    let told = |made: &DocumentView, deed: Deed| Deed { object: ObjectRef::document(made.id), ..deed };
    let writer = ctx.clone();
    let scope = Scope::Registration(registration);
    unit::write_told(app, &ctx, scope, deed, Some(strongbox), told, move |conn| {
        may_add(conn, &writer, registration)?;
        Ok(Decided::new(WriteSet { documents: vec![row.clone()], ..WriteSet::default() }, answer.clone()))
    })
    .await
}

/// Forgets the pieces of an upload that did not become a document. When that fails, housekeeping does it a day later.
async fn forget(app: &App, id: DocumentId) {
    let forget = move |_: &mut Conn| {
        let mut writes = WriteSet::default();
        writes.changes.push(Box::new(UploadForgotten(id)));
        Ok::<_, StoreError>(Decided::new(writes, ()))
    };
    if let Err(cause) = app.store.write(Scope::Append, forget).await {
        tracing::warn!(document = %id, %cause, "an unfinished upload waits for housekeeping");
    }
}

/// Lists the documents of a file.
///
/// # Errors
/// [`Refusal::NotFound`], [`Refusal::Forbidden`].
pub async fn list(
    app: &App,
    ctx: &Ctx,
    registration: RegistrationId,
    after: Option<DocumentId>,
    limit: i64,
) -> Result<DocumentPage, Refusal> {
    let deed =
        Deed::on(Action::DocumentRead, ObjectRef::registration(registration), registration).with_fields(&["name"]);
    let strongbox = file::strongbox(app, ctx, registration, &deed).await?;
    let reader = ctx.clone();
    unit::read(app, ctx, deed, move |conn| {
        let file = registration_find(conn, registration)?.ok_or(Refusal::NotFound)?;
        permit(&reader, Action::DocumentRead, &file)?;
        let mut rows = document_page(conn, registration, after, limit + 1)?;
        let next = cut(&mut rows, limit, |row| row.id);
        let items = rows.iter().map(|row| DocumentView::open(row, &strongbox)).collect::<Result<_, _>>()?;
        Ok(DocumentPage { items, next })
    })
    .await
}
