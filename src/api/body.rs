//! The bytes of a request: of the declared type, bounded in size and in time.

use std::time::Duration;

use rocket::data::{Data, ToByteUnit};
use rocket::http::Status;
use rocket::request::Request;
use rocket::tokio;

use super::problem::Problem;
use crate::register::FieldError;

/// The longest a client may take to send a body.
const BODY_TIME: Duration = Duration::from_secs(20);
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

/// Refuses a body where none belongs: what the client meant by it would be lost.
pub async fn none(mut data: Data<'_>) -> Result<(), FieldError> {
    if data.peek(1).await.is_empty() {
        return Ok(());
    }
    Err(FieldError::new("", "unexpected_body", "This request takes no body."))
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
