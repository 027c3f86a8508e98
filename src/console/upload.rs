//! A posted form with a file: its fields first, then the file, passed on while it comes in and never kept whole.
//!
//! As with [`super::posted`] there is no other way to read one, so no route can forget the token: it stands before the
//! file, and without it not a byte of the file is read.

use std::time::Duration;

use multer::{Field, Multipart};
use rocket::Request;
use rocket::data::{Data, FromData, Outcome, ToByteUnit};
use rocket::http::Status;
use rocket::tokio::sync::mpsc;
use rocket::tokio::time::{Instant, timeout_at};

use super::catchers::stash;
use super::posted::{Posted, check_sender};
use super::visit::Visit;
use crate::api::Problem;
use crate::register::documents::{LARGEST, Part};

/// The longest a form with a file may take to arrive.
const TIME: Duration = Duration::from_secs(120);
/// What is read of a form besides its file, and of a file that is too large before the answer: a browser that still
/// sends sees a broken connection instead of the answer.
const BESIDES: u64 = 16 << 20;
/// The longest text in a field beside the file, in bytes.
const FIELD: usize = 4 << 10;
/// The most fields before the file.
const FIELDS: usize = 10;
/// Parts of a file that wait to be taken over.
const WAITING: usize = 4;

/// A form with a file.
pub struct Upload<'r> {
    /// Its fields.
    pub fields: Posted,
    file: Option<Field<'r>>,
    until: Instant,
}

impl<'r> Upload<'r> {
    async fn read(request: &'r Request<'_>, data: Data<'r>) -> Result<Self, Problem> {
        let visit = Visit::of(request).await?;
        let sent = request.content_type().filter(|sent| sent.is_form_data());
        let Some(boundary) = sent.and_then(|sent| sent.param("boundary")) else {
            // No form with a file, and so none with a token either.
            return Err(check_sender(request, visit, Posted::default()).err().unwrap_or_else(malformed));
        };
        let mut form = Multipart::with_reader(data.open((LARGEST + BESIDES).bytes()), boundary);
        let until = Instant::now() + TIME;
        let mut fields = Posted::default();
        let mut file = None;
        for _ in 0..FIELDS {
            let next = timeout_at(until, form.next_field()).await.map_err(|_| cut_off())?;
            let Some(mut field) = next.map_err(|_| malformed())? else { break };
            if field.file_name().is_some() {
                file = Some(field);
                break;
            }
            let name = field.name().unwrap_or_default().to_owned();
            fields.put(name, short_text(&mut field, until).await?);
        }
        // The token comes first, or the form is not ours.
        let fields = check_sender(request, visit, fields)?;
        let file = file.filter(|file| file.file_name().is_some_and(|name| !name.is_empty()));
        Ok(Self { fields, file, until })
    }

    /// Lets a file go by that is of no use.
    ///
    /// # Errors
    /// As the future of [`Upload::file`].
    pub async fn skip(self) -> Result<(), Problem> {
        match self.file() {
            Some((_, parts, arrives)) => {
                drop(parts);
                arrives.await
            }
            None => Ok(()),
        }
    }

    /// The file, when there is one: what it is called, its content part by part, and what brings it in. When nobody listens
    /// to the parts any more, the rest is let go.
    ///
    /// # Errors
    /// The future fails when the file does not arrive whole.
    pub fn file(self) -> Option<(String, mpsc::Receiver<Part>, impl Future<Output = Result<(), Problem>>)> {
        let mut file = self.file?;
        // Some browsers send the whole path.
        let name = file.file_name().unwrap_or_default();
        let name = name.rsplit(['/', '\\']).next().unwrap_or_default().to_owned();
        let (sender, parts) = mpsc::channel(WAITING);
        let arrives = async move {
            let mut listened = true;
            loop {
                let next = timeout_at(self.until, file.chunk()).await.map_err(|_| cut_off())?;
                let part = next.map_err(|_| cut_off())?.map_or(Part::End, |bytes| Part::Bytes(bytes.to_vec()));
                let ends = matches!(part, Part::End);
                listened = listened && sender.send(part).await.is_ok();
                if ends {
                    return Ok(());
                }
            }
        };
        Some((name, parts, arrives))
    }
}

#[rocket::async_trait]
impl<'r> FromData<'r> for Upload<'r> {
    type Error = ();

    async fn from_data(request: &'r Request<'_>, data: Data<'r>) -> Outcome<'r, Self> {
        match Self::read(request, data).await {
            Ok(upload) => Outcome::Success(upload),
            Err(problem) => Outcome::Error(stash(request, problem)),
        }
    }
}

async fn short_text(field: &mut Field<'_>, until: Instant) -> Result<String, Problem> {
    let mut bytes = Vec::new();
    while let Some(chunk) = timeout_at(until, field.chunk()).await.map_err(|_| cut_off())?.map_err(|_| malformed())? {
        if bytes.len() + chunk.len() > FIELD {
            return Err(Problem::new(Status::PayloadTooLarge, "body_too_large", ""));
        }
        bytes.extend_from_slice(&chunk);
    }
    String::from_utf8(bytes).map_err(|_| malformed())
}

fn malformed() -> Problem {
    Problem::new(Status::BadRequest, "malformed_request", "")
}

fn cut_off() -> Problem {
    Problem::new(Status::BadRequest, "body_cut_off", "")
}
