//! A release as it was issued, to be downloaded: piece by piece, so that no file is ever held whole.

use std::io;

use tokio::sync::mpsc;

use super::kept::KeptFile;
use super::verify::signature_file;
use crate::access::{self, Action, Ctx, step_up};
use crate::app::App;
use crate::audit::{Deed, ObjectRef};
use crate::ids::ReleaseId;
use crate::register::{Refusal, unit};
use crate::statistics::formats::archive::Archive;
use crate::statistics::microdata::datasets;
use crate::store::evaluation::release_files::{ReleaseFileRow, release_file_list};
use crate::store::evaluation::releases::release_find;
use crate::vault::Strongbox;

/// Pieces that wait for whoever takes them, at most.
const WAITING: usize = 2;
/// Bytes of a ZIP that go out together, at least.
const TOGETHER: usize = 64 * 1024;

/// A part of a release: the data, or what stands apart from them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// The ZIP with the files, without rows about people.
    Files,
    /// The ZIP with the files of the rows about people: for the secure environment alone.
    Microdata,
    /// The manifest.
    Manifest,
    /// Its signature.
    Signature,
}

impl Part {
    /// The part with this name.
    pub fn named(name: &str) -> Option<Self> {
        [Self::Files, Self::Microdata, Self::Manifest, Self::Signature].into_iter().find(|part| part.name() == name)
    }

    /// What it is called.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Files => "files.zip",
            Self::Microdata => "microdata.zip",
            Self::Manifest => "manifest.json",
            Self::Signature => "manifest.json.sig",
        }
    }
}

/// A part or a file on its way out.
#[derive(Debug)]
pub struct Outgoing {
    /// What it is called.
    pub name: String,
    /// Its size; a ZIP is made as it goes.
    pub size: Option<i64>,
    parts: mpsc::Receiver<Result<Vec<u8>, Refusal>>,
}

impl Outgoing {
    /// The same under another name.
    #[must_use]
    pub fn named(self, name: String) -> Self {
        Self { name, ..self }
    }

    /// The next bytes; `None` after the last.
    ///
    /// # Errors
    /// [`Refusal::Keys`] when a piece is missing or was altered: what was given out so far is not the file.
    pub async fn next(&mut self) -> Result<Option<Vec<u8>>, Refusal> {
        self.parts.recv().await.transpose()
    }

    /// Begins one whose bytes `send` gives, away from the asynchronous threads.
    fn begin(
        name: &str,
        size: Option<i64>,
        send: impl FnOnce(&Sending) -> Result<(), Refusal> + Send + 'static,
    ) -> Self {
        let (sender, parts) = mpsc::channel(WAITING);
        tokio::task::spawn_blocking(move || {
            let sending = Sending(sender);
            if let Err(refusal) = send(&sending) {
                // Where nobody waits any more, nobody needs to know.
                let _ = sending.0.blocking_send(Err(refusal));
            }
        });
        Self { name: name.to_owned(), size, parts }
    }
}

/// Where the bytes of [`Outgoing`] go in.
struct Sending(mpsc::Sender<Result<Vec<u8>, Refusal>>);

impl Sending {
    /// Sends bytes on; `false` when nobody waits for them any more.
    fn bytes(&self, bytes: Vec<u8>) -> bool {
        self.0.blocking_send(Ok(bytes)).is_ok()
    }
}

/// Gives out a part of a release, or one of its files, by name: nothing that was not issued has a name here. That it is
/// given out, stands in the audit before its first byte leaves.
///
/// # Errors
/// [`Refusal::ProofNeeded`]; [`Refusal::NotFound`] for a name that the release does not have; [`Refusal::Conflict`]
/// `not_issued`; [`Refusal::Keys`] when what was kept cannot be read.
pub async fn download(app: &App, ctx: &Ctx, id: ReleaseId, name: &str) -> Result<Outgoing, Refusal> {
    let part = Part::named(name);
    let about_people = part == Some(Part::Microdata) || part.is_none() && datasets::has(name);
    let fields: &[&str] = if about_people { &["microdata"] } else { &["files"] };
    let deed = Deed::of(Action::ReleaseDownload, ObjectRef::release(id)).with_fields(fields);
    let (reader, owner, called) = (ctx.clone(), app.clone(), name.to_owned());
    let name = called.clone();
    let opened = unit::read(app, ctx, deed, move |conn| {
        access::decide_without_subject(&reader.actor, Action::ReleaseDownload, reader.purpose).allowed()?;
        step_up::require(&reader)?;
        let row = release_find(conn, id)?.ok_or(Refusal::NotFound)?;
        let (Some(manifest), Some(signature), Some(key), Some(record)) =
            (row.manifest, row.signature, row.signed_by, row.record_enc)
        else {
            return Err(Refusal::Conflict { code: "not_issued", detail: "This release has not been issued yet." });
        };
        let microdata = match part {
            Some(Part::Manifest) => return Ok(Opened::Text(manifest)),
            Some(Part::Signature) => return Ok(Opened::Text(signature_file(&key, &signature))),
            Some(Part::Files) => Some(false),
            Some(Part::Microdata) => Some(true),
            None => None,
        };
        let mut files = release_file_list(conn, id)?;
        files.retain(|file| microdata.map_or(file.name == name, |microdata| file.microdata == microdata));
        if files.is_empty() {
            return Err(Refusal::NotFound);
        }
        let strongbox = owner.vault.strongbox_of(&record)?;
        Ok(if microdata.is_some() { Opened::Zip(files, strongbox) } else { Opened::File(files, strongbox) })
    })
    .await?;
    Ok(opened.send(app, &called))
}

/// What is to be given out.
enum Opened {
    Text(String),
    File(Vec<ReleaseFileRow>, Strongbox),
    Zip(Vec<ReleaseFileRow>, Strongbox),
}

impl Opened {
    fn send(self, app: &App, name: &str) -> Outgoing {
        let app = app.clone();
        match self {
            Self::Text(text) => Outgoing::begin(name, i64::try_from(text.len()).ok(), move |out| {
                out.bytes(text.into_bytes());
                Ok(())
            }),
            Self::File(files, strongbox) => {
                let size = files.iter().map(|file| file.bytes).sum();
                Outgoing::begin(name, Some(size), move |out| send_file(&app, &strongbox, files, out))
            }
            Self::Zip(files, strongbox) => {
                Outgoing::begin(name, None, move |out| send_zip(&app, &strongbox, files, out))
            }
        }
    }
}

fn send_file(app: &App, strongbox: &Strongbox, files: Vec<ReleaseFileRow>, out: &Sending) -> Result<(), Refusal> {
    for file in files {
        let mut kept = KeptFile::open(app, strongbox, file);
        while let Some(piece) = kept.next_piece()? {
            if !out.bytes(piece) {
                return Ok(());
            }
        }
    }
    Ok(())
}

/// The files in one ZIP, the same for the same files.
fn send_zip(app: &App, strongbox: &Strongbox, files: Vec<ReleaseFileRow>, out: &Sending) -> Result<(), Refusal> {
    let mut archive = Archive::new(Zipped { out, bytes: Vec::new() });
    let put = files.into_iter().try_for_each(|file| {
        let (name, bytes) = (file.name.clone(), file.bytes.unsigned_abs());
        archive.add(&name, bytes, KeptFile::open(app, strongbox, file))
    });
    put.and_then(|()| archive.finish()).map(|_| ()).map_err(|error| Refusal::Keys(error.to_string()))
}

/// Sends the bytes of a ZIP on as they come.
struct Zipped<'a> {
    out: &'a Sending,
    bytes: Vec<u8>,
}

impl io::Write for Zipped<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.bytes.extend_from_slice(bytes);
        if self.bytes.len() >= TOGETHER {
            self.send()?;
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        // The end of the ZIP; before it, small writes wait for each other.
        if self.bytes.is_empty() { Ok(()) } else { self.send() }
    }
}

impl Zipped<'_> {
    fn send(&mut self) -> io::Result<()> {
        let bytes = std::mem::take(&mut self.bytes);
        if self.out.bytes(bytes) { Ok(()) } else { Err(io::ErrorKind::BrokenPipe.into()) }
    }
}
