//! The documents of a file: listed, added, and given out as bytes to keep.

use askama::Template;
use chrono_tz::Tz;
use rocket::http::Status;
use rocket::{get, post};
use uuid::Uuid;

use super::{Colleagues, PAGE};
use crate::access::Action;
use crate::console::answer::{Answer, Fault, Shown};
use crate::console::form::{Builder, Control, Form, Part, Wrong};
use crate::console::officer::bar::{Bar, Head, Tab};
use crate::console::page::Page;
use crate::console::posted::Posted;
use crate::console::upload::Upload;
use crate::console::visit::Staff;
use crate::ids::{DocumentId, RegistrationId};
use crate::register::documents::{self, DocumentPage, NewDocument};
use crate::register::{FieldError, Refusal};
use crate::texts::{Texts, texts};
use crate::vocabulary::DocumentCategory;

/// The field with the file.
const FILE: &str = "file";

#[derive(Template)]
#[template(path = "officer/around/documents.html")]
struct DocumentsPage {
    page: Page,
    bar: Bar,
    zone: Tz,
    documents: DocumentPage,
    /// The form to add one, for whoever may.
    form: Option<Vec<Part>>,
    wrong: Vec<Wrong>,
    names: Colleagues,
    done: bool,
}

impl DocumentsPage {
    /// What makes sending the form twice one document.
    fn key(&self) -> String {
        Uuid::new_v4().to_string()
    }

    /// A size in words, such as "1,2 MB".
    fn size(&self, bytes: &i64) -> String {
        let tenths = (bytes * 10 + 524_288) / 1_048_576;
        match tenths {
            0 => self.page.t.one("around.kilobytes", (bytes + 1023) / 1024),
            _ => self.page.t.two("around.megabytes", tenths / 10, tenths % 10),
        }
    }

    async fn read(
        staff: &Staff<'_>,
        id: RegistrationId,
        after: Option<DocumentId>,
        sent: Sent<'_>,
    ) -> Result<Self, Refusal> {
        let t = texts(staff.language);
        let Head { bar, .. } = Head::read(staff, id, Tab::Documents, t).await?;
        let documents = documents::list(staff.app(), &staff.ctx(), id, after, PAGE).await?;
        let names = Colleagues::read(staff, documents.items.iter().map(|one| one.uploaded_by)).await?;
        let Form { parts, wrong } = form(t, sent);
        Ok(Self {
            page: Page::titled(
                staff,
                format!("/console/registrations/{id}/documents"),
                t.one("around.documentsTitle", &bar.name),
            ),
            zone: bar.registration.regime.zone(),
            form: bar.may(Action::DocumentAdd).then_some(parts),
            wrong,
            bar,
            documents,
            names,
            done: false,
        })
    }
}

/// What was filled in, and what is wrong with it.
#[derive(Clone, Copy)]
struct Sent<'a> {
    values: &'a Posted,
    faults: &'a [FieldError],
}

fn form(t: &Texts, sent: Sent<'_>) -> Form {
    let mut form = Builder::new(t, sent.values, sent.faults);
    let categories: Vec<_> =
        DocumentCategory::ALL.iter().map(|one| (one.to_string(), t.word("documentCategory", one).to_owned())).collect();
    form.select_as("category", "documentCategory", &categories);
    form.file(FILE);
    form.finish()
}

#[get("/registrations/<id>/documents?<done>&<after>")]
pub async fn page(staff: Staff<'_>, id: &str, done: Option<&str>, after: Option<&str>) -> Shown {
    let id: RegistrationId = id.parse().map_err(|_| Refusal::NotFound)?;
    let after: Option<DocumentId> = after.map(str::parse).transpose().map_err(|_| Refusal::NotFound)?;
    let sent = Sent { values: &Posted::default(), faults: &[] };
    let page = DocumentsPage::read(&staff, id, after, sent).await?;
    Answer::page(&DocumentsPage { done: done.is_some(), ..page })
}

#[post("/registrations/<id>/documents", data = "<upload>")]
pub async fn add(staff: Staff<'_>, id: &str, upload: Upload<'_>) -> Shown {
    let id: RegistrationId = id.parse().map_err(|_| Refusal::NotFound)?;
    let values = upload.fields.clone();
    let faults = match values.text("category").parse::<DocumentCategory>() {
        Ok(category) => match taken(&staff, id, category, upload).await? {
            Ok(()) => return Ok(Answer::go(format!("/console/registrations/{id}/documents?done"))),
            Err(faults) => faults,
        },
        Err(_) => {
            upload.skip().await?;
            vec![FieldError::new("/category", "required", "Say what it is about.")]
        }
    };
    let sent = Sent { values: &values, faults: &faults };
    Answer::page_with(Status::BadRequest, &DocumentsPage::read(&staff, id, None, sent).await?)
}

/// Gives the file to the use case while it comes in; answers what is wrong with it.
async fn taken(
    staff: &Staff<'_>,
    id: RegistrationId,
    category: DocumentCategory,
    upload: Upload<'_>,
) -> Result<Result<(), Vec<FieldError>>, Fault> {
    let ctx = staff.ctx_once(upload.fields.text("_key"), &format!("{id}\0{category}"));
    let Some((name, parts, arrives)) = upload.file() else {
        return Ok(Err(vec![FieldError::new("/file", "required", "Choose a file.")]));
    };
    let new = NewDocument { category, name };
    let (arrived, added) = rocket::tokio::join!(arrives, documents::add(staff.app(), &ctx, id, new, parts));
    match added {
        Ok(_) => Ok(Ok(())),
        // Whatever is wrong with it, it is wrong with the file.
        Err(Refusal::Invalid(faults)) => {
            arrived?;
            Ok(Err(faults.into_iter().map(|fault| FieldError { pointer: "/file".to_owned(), ..fault }).collect()))
        }
        Err(other) => Err(other.into()),
    }
}

#[get("/registrations/<id>/documents/<document>")]
pub async fn download(staff: Staff<'_>, id: &str, document: &str) -> Shown {
    let id: RegistrationId = id.parse().map_err(|_| Refusal::NotFound)?;
    let document: DocumentId = document.parse().map_err(|_| Refusal::NotFound)?;
    let given = documents::download(staff.app(), &staff.ctx(), id, document).await?;
    Ok(Answer::Document(Box::new(given.into())))
}
