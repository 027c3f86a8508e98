//! The bytes of a request: of the declared type, bounded in size and in time.

use std::time::Duration;

use rocket::data::{Data, ToByteUnit};
use rocket::http::Status;
use rocket::request::Request;
use rocket::tokio;
use tokio::sync::mpsc;

use super::problem::Problem;
use crate::register::FieldError;
use crate::register::documents::Part;

/// The longest a client may take to send a body.
const BODY_TIME: Duration = Duration::from_secs(20);
/// The longest a client may take to send a document.
const UPLOAD_TIME: Duration = Duration::from_secs(120);
/// Bytes of a document in one part.
const PART: usize = 64 << 10;
/// What is read of a body that is too large before the answer: a client that still sends sees a broken connection
/// instead of the answer. More than this is not waited for.
const DRAIN: u64 = 16 << 20;

/// Reads a JSON body of at most `limit` bytes.
///
/// # Errors
/// 415 for another media type, 413 when it is larger, 408 when it does not arrive.
pub async fn read(request: &Request<'_>, data: Data<'_>, limit: u64) -> Result<Vec<u8>, Problem> {
    check_type(request)?;
    let mut stream = data.open((limit + DRAIN).bytes());
    let mut bytes = Vec::new();
    let reading = async {
        use tokio::io::AsyncReadExt;
        (&mut stream).take(limit + 1).read_to_end(&mut bytes).await?;
        if bytes.len() as u64 > limit {
            tokio::io::copy(&mut stream, &mut tokio::io::sink()).await?;
        }
        Ok::<_, std::io::Error>(())
    };
    match tokio::time::timeout(BODY_TIME, reading).await {
        Ok(Ok(())) if bytes.len() as u64 > limit => Err(Problem::new(
            Status::PayloadTooLarge,
            "body_too_large",
            format!("The body is larger than {} KiB.", limit / 1024),
        )),
        Ok(Ok(())) => Ok(bytes),
        Ok(Err(_)) => Err(Problem::new(Status::BadRequest, "body_cut_off", "The body ended before it was complete.")),
        Err(_) => Err(Problem::new(Status::RequestTimeout, "body_too_slow", "The body did not arrive in 20 seconds.")),
    }
}

/// Passes on the bytes of a document of at most `limit` bytes, part by part: never more than a few parts are in hand. It
/// ends with [`Part::End`] when it arrived whole. When the other side no longer listens, the rest is let go.
///
/// # Errors
/// 413 when it is larger, 408 when it does not arrive, 400 when it breaks off.
pub async fn pass_on(data: Data<'_>, limit: u64, parts: mpsc::Sender<Part>) -> Result<(), Problem> {
    let mut stream = data.open((limit + DRAIN).bytes());
    let mut size = 0;
    let mut listened = true;
    let reading = async {
        use tokio::io::AsyncReadExt;
        loop {
            let mut bytes = Vec::with_capacity(PART);
            (&mut stream).take(PART as u64).read_to_end(&mut bytes).await?;
            let read = bytes.len();
            size += read as u64;
            let next = if read == 0 { Part::End } else { Part::Bytes(bytes) };
            if listened && size <= limit {
                listened = parts.send(next).await.is_ok();
            }
            if read < PART {
                return Ok::<_, std::io::Error>(read == 0);
            }
        }
    };
    match tokio::time::timeout(UPLOAD_TIME, reading).await {
        Ok(Ok(_)) if size > limit => Err(Problem::new(
            Status::PayloadTooLarge,
            "body_too_large",
            format!("The body is larger than {} MiB.", limit >> 20),
        )),
        Ok(Ok(ended)) => {
            // A last part that was not full: the end is told by itself.
            if !ended && listened {
                drop(parts.send(Part::End).await);
            }
            Ok(())
        }
        Ok(Err(_)) => Err(Problem::new(Status::BadRequest, "body_cut_off", "The body ended before it was complete.")),
        Err(_) => Err(Problem::new(Status::RequestTimeout, "body_too_slow", "The body did not arrive in 2 minutes.")),
    }
}

/// Refuses a body where none belongs: what the client meant by it would be lost.
pub async fn none(mut data: Data<'_>) -> Result<(), FieldError> {
    if data.peek(1).await.is_empty() {
        return Ok(());
    }
    Err(FieldError::new("", "unexpected_body", "This request takes no body."))
}

/// The name a document is given, which no address may hold: percent-encoded in a header of its own.
///
/// # Errors
/// The fault, when it is missing or not encoded so.
pub fn document_name(request: &Request<'_>) -> Result<String, FieldError> {
    let fault = |code, detail| FieldError::new("Document-Name", code, detail);
    let Some(sent) = request.headers().get_one("document-name") else {
        return Err(fault("required", "Say what the document is called, percent-encoded in UTF-8."));
    };
    let unreserved = |b: u8| b.is_ascii_alphanumeric() || b"-._~%".contains(&b);
    if sent.len() > 2_400 || !sent.bytes().all(unreserved) {
        return Err(fault("wrong_form", "Percent-encode everything but letters, digits and the signs - . _ ~."));
    }
    let decoded = rocket::http::RawStr::new(sent).percent_decode();
    decoded.map(std::borrow::Cow::into_owned).map_err(|_| fault("wrong_form", "This is not percent-encoded UTF-8."))
}

/// Refuses a document that says that it is something else than bytes: its content says what it is.
///
/// # Errors
/// 415 for another media type.
pub fn check_bytes(request: &Request<'_>) -> Result<(), Problem> {
    if request.content_type().is_some_and(|sent| sent.is_binary()) {
        return Ok(());
    }
    Err(Problem::new(
        Status::UnsupportedMediaType,
        "unsupported_media_type",
        "Send the document as application/octet-stream, and say so in Content-Type.",
    )
    .with("Accept", "application/octet-stream".to_owned()))
}

/// JSON, in UTF-8 if a charset is named; nothing else is guessed at.
fn check_type(request: &Request<'_>) -> Result<(), Problem> {
    let json = request.content_type().is_some_and(|sent| {
        sent.top() == "application"
            && sent.sub() == "json"
            && sent.params().all(|(name, value)| name == "charset" && value.eq_ignore_ascii_case("utf-8"))
    });
    if json {
        return Ok(());
    }
    Err(Problem::new(
        Status::UnsupportedMediaType,
        "unsupported_media_type",
        "Send the body as application/json in UTF-8, and say so in Content-Type.",
    )
    .with("Accept", "application/json".to_owned()))
}

/// Refuses a client that can read neither JSON nor problems.
///
/// # Errors
/// 406 when `Accept` excludes what this operation answers.
pub fn check_accept(request: &Request<'_>, answers: &str) -> Result<(), Problem> {
    let mut accept = request.headers().get("accept").flat_map(|line| line.split(',')).peekable();
    if accept.peek().is_none() || accepts(accept, answers) {
        return Ok(());
    }
    Err(Problem::new(Status::NotAcceptable, "not_acceptable", format!("This operation answers {answers} only.")))
}

/// Whether one of the ranges covers `answers` with a quality above zero; the most specific range decides.
fn accepts<'a>(ranges: impl Iterator<Item = &'a str>, answers: &str) -> bool {
    let (kind, _) = answers.split_once('/').unwrap_or((answers, ""));
    ranges
        .filter_map(|range| {
            let mut parts = range.split(';').map(str::trim);
            let specific = match parts.next()?.to_ascii_lowercase().as_str() {
                "*/*" => 0,
                name if name.strip_suffix("/*") == Some(kind) => 1,
                name if name == answers => 2,
                _ => return None,
            };
            let zero = parts
                .filter_map(|part| part.strip_prefix("q=").or_else(|| part.strip_prefix("Q=")))
                .any(|quality| quality.trim().parse() == Ok(0.0_f32));
            Some((specific, !zero))
        })
        .max_by_key(|(specific, _)| *specific)
        .is_some_and(|(_, wanted)| wanted)
}

#[cfg(test)]
mod tests {
    use super::accepts;

    #[test]
    fn the_most_specific_range_decides() {
        for accept in [
            "application/json",
            "*/*",
            "text/html, application/*;q=0.1",
            "Application/JSON; q=0.5",
            "*/*;q=0, application/json",
        ] {
            assert!(accepts(accept.split(','), "application/json"), "{accept}");
        }
        for accept in ["text/html", "application/json;q=0", "*/*, application/json;q=0.0", "application/xml", "json"] {
            assert!(!accepts(accept.split(','), "application/json"), "{accept}");
        }
    }
}
