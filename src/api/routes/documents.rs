//! Documents of a file: sent as bytes, given out as bytes.

#![allow(unused_qualifications, reason = "the derive of parameters repeats the types of the fields")]

use serde::Deserialize;
use utoipa::IntoParams;

use super::paths::{DocumentsAfter, OneDocument, OneRegistration, entries};
use crate::api::tags::AROUND;
use crate::api::{Answer, Attachment, Call, Done, Incoming, Operation, Problem};
use crate::register::documents::{self, DocumentPage, DocumentView, NewDocument};
use crate::vocabulary::DocumentCategory;

pub(super) fn operations() -> Vec<Operation> {
    vec![
        Operation::post("/registrations/{registrationId}/documents", "addDocument", "Add a document")
            .tag(AROUND)
            .about(
                "PDF, PNG, JPEG, TIFF, DOCX or ODT, at most 20 MiB. The content says what it is, not its name. It is kept \
                 encrypted under the key of the person.",
            )
            .creates(add),
        Operation::get(
            "/registrations/{registrationId}/documents",
            "listDocuments",
            "List the documents of a file, the last added first",
        )
        .tag(AROUND)
        .answers(list),
        Operation::get(
            "/registrations/{registrationId}/documents/{documentId}/content",
            "downloadDocument",
            "Download a document",
        )
        .tag(AROUND)
        .about("Always an attachment of plain bytes.")
        .downloads(download),
    ]
}

/// What a document is about.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase")]
#[into_params(rename_all = "camelCase")]
struct About {
    /// What it is about.
    #[param(inline)]
    category: DocumentCategory,
}

async fn add(call: Incoming<OneRegistration, About>) -> Done<DocumentView> {
    let id = call.path.registration_id.find(&call.app, &call.ctx).await?;
    let new = NewDocument { category: call.query.category, name: call.upload.name };
    let made = documents::add(&call.app, &call.ctx, id, new, call.upload.parts).await?;
    let place = format!("/registrations/{id}/documents/{}/content", made.id);
    Ok(Answer::new(made).at(place))
}

async fn list(call: Call<OneRegistration, DocumentsAfter>) -> Done<DocumentPage> {
    let id = call.path.registration_id.find(&call.app, &call.ctx).await?;
    let page = documents::list(&call.app, &call.ctx, id, call.query.after, entries(call.query.limit)).await?;
    let next = page.next.map(|id| id.to_string());
    Ok(Answer::new(page).next(next))
}

async fn download(call: Call<OneDocument>) -> Result<Attachment, Problem> {
    let id = call.path.registration_id.find(&call.app, &call.ctx).await?;
    Ok(documents::download(&call.app, &call.ctx, id, call.path.document_id).await?.into())
}
