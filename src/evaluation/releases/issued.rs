//! A release as it was issued, to be downloaded.

use std::io::{Cursor, Read as _};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use zip::ZipArchive;
use zip::result::ZipError;

use super::verify::signature_file;
use crate::access::{self, Action, Ctx, step_up};
use crate::app::App;
use crate::audit::{Deed, ObjectRef};
use crate::ids::ReleaseId;
use crate::register::{Refusal, unit};
use crate::store::evaluation::releases::release_find;

/// A part of a release: the data, or what stands apart from them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// The ZIP with the files.
    Files,
    /// The manifest.
    Manifest,
    /// Its signature.
    Signature,
}

impl Part {
    /// The part with this name.
    pub fn named(name: &str) -> Option<Self> {
        [Self::Files, Self::Manifest, Self::Signature].into_iter().find(|part| part.name() == name)
    }

    /// What it is called.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Files => "files.zip",
            Self::Manifest => "manifest.json",
            Self::Signature => "manifest.json.sig",
        }
    }
}

/// Gives out a part of a release, or one of its files, by name: nothing that was not issued has a name here.
///
/// # Errors
/// As [`download`]; [`Refusal::NotFound`] for a name that the release does not have.
pub async fn file(app: &App, ctx: &Ctx, id: ReleaseId, name: &str) -> Result<Vec<u8>, Refusal> {
    if let Some(part) = Part::named(name) {
        return download(app, ctx, id, part).await;
    }
    let files = download(app, ctx, id, Part::Files).await?;
    let name = name.to_owned();
    let unreadable = || Refusal::Keys("what was issued cannot be read".to_owned());
    let found = tokio::task::spawn_blocking(move || member(&files, &name)).await.map_err(|_| unreadable())?;
    found.map_err(|_| unreadable())?.ok_or(Refusal::NotFound)
}

/// A file out of the ZIP.
fn member(files: &[u8], name: &str) -> Result<Option<Vec<u8>>, ZipError> {
    let mut archive = ZipArchive::new(Cursor::new(files))?;
    let mut file = match archive.by_name(name) {
        Err(ZipError::FileNotFound) => return Ok(None),
        found => found?,
    };
    let mut content = Vec::new();
    file.read_to_end(&mut content)?;
    Ok(Some(content))
}

/// Gives out a part of a release.
///
/// # Errors
/// [`Refusal::ProofNeeded`]; [`Refusal::NotFound`]; [`Refusal::Conflict`] `not_issued`; [`Refusal::Keys`] when what was
/// kept cannot be read.
pub async fn download(app: &App, ctx: &Ctx, id: ReleaseId, part: Part) -> Result<Vec<u8>, Refusal> {
    let deed = Deed::of(Action::ReleaseDownload, ObjectRef::release(id));
    let (reader, vault) = (ctx.clone(), app.vault.clone());
    unit::read(app, ctx, deed, move |conn| {
        access::decide_without_subject(&reader.actor, Action::ReleaseDownload, reader.purpose).allowed()?;
        step_up::require(&reader)?;
        let row = release_find(conn, id)?.ok_or(Refusal::NotFound)?;
        let (Some(manifest), Some(signature), Some(key), Some(sealed)) =
            (row.manifest, row.signature, row.signed_by, row.file_enc)
        else {
            return Err(Refusal::Conflict { code: "not_issued", detail: "This release has not been issued yet." });
        };
        match part {
            Part::Manifest => Ok(manifest.into_bytes()),
            Part::Signature => Ok(signature_file(&key, &signature).into_bytes()),
            Part::Files => {
                let text: String = vault.open("releases", "file_enc", id.as_str(), &sealed)?;
                STANDARD.decode(text).map_err(|_| Refusal::Keys("what was issued cannot be read".to_owned()))
            }
        }
    })
    .await
}
