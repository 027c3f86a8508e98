//! A posted form: bounded, read whole, and from a page of ours.
//!
//! There is no other way to read a form here, so no route can forget the token.

use std::collections::BTreeMap;
use std::time::Duration;

use rocket::data::{Data, FromData, Outcome, ToByteUnit};
use rocket::http::Status;
use rocket::{Request, tokio};

use super::catchers::stash;
use super::visit::Visit;
use crate::api::Problem;

/// The field that carries the token.
pub const TOKEN: &str = "formToken";

/// The longest a form may take to arrive.
const TIME: Duration = Duration::from_secs(20);

/// Seconds after which to try again while the server's clock is wrong and nothing is written.
const CLOCK_RETRY: u32 = 30;

/// The fields of a form, by name; of a repeated field the last. Blank fields are as good as absent.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Posted(BTreeMap<String, String>);

impl Posted {
    /// A form of these fields.
    #[cfg(test)]
    pub fn of(fields: &[(&str, &str)]) -> Self {
        Self(fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect())
    }

    /// What a field holds; nothing when it is blank.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(|value| value.trim()).filter(|value| !value.is_empty())
    }

    /// What a field holds, or an empty text.
    pub fn text(&self, name: &str) -> &str {
        self.get(name).unwrap_or_default()
    }

    /// Whether a button of this name was pressed.
    pub fn pressed(&self, name: &str) -> bool {
        self.0.contains_key(name)
    }

    /// Every field with something in it.
    pub fn filled(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.trim())).filter(|(_, value)| !value.is_empty())
    }

    /// Puts something into a field.
    pub fn put(&mut self, name: impl Into<String>, value: impl Into<String>) {
        self.0.insert(name.into(), value.into());
    }

    /// Takes fields away.
    pub fn without(mut self, names: &[&str]) -> Self {
        self.0.retain(|name, _| !names.contains(&name.as_str()));
        self
    }
}

#[rocket::async_trait]
impl<'r> FromData<'r> for Posted {
    type Error = ();

    async fn from_data(request: &'r Request<'_>, data: Data<'r>) -> Outcome<'r, Self> {
        match read(request, data).await {
            Ok(posted) => Outcome::Success(posted),
            Err(problem) => Outcome::Error(stash(request, problem)),
        }
    }
}

async fn read<'r>(request: &'r Request<'_>, data: Data<'r>) -> Result<Posted, Problem> {
    let visit = Visit::of(request).await?;
    let limit = visit.edge.settings().limits.body_bytes;
    let reading = tokio::time::timeout(TIME, data.open(limit.bytes()).into_string()).await;
    let text = match reading {
        Ok(Ok(text)) if text.is_complete() => text.into_inner(),
        Ok(Ok(_)) => return Err(Problem::new(Status::PayloadTooLarge, "body_too_large", "")),
        _ => return Err(Problem::new(Status::BadRequest, "body_cut_off", "")),
    };
    let fields = decoded(&text).ok_or_else(|| Problem::new(Status::BadRequest, "malformed_request", ""))?;
    check_sender(request, visit, Posted(fields))
}

/// The fields of a form without its token, when it comes from a page of ours and may be acted on now.
///
/// # Errors
/// 403 when it does not; 503 while the clock of the server is wrong and nothing is written.
pub(super) fn check_sender(request: &Request<'_>, visit: &Visit, mut posted: Posted) -> Result<Posted, Problem> {
    if visit.edge.health().clock_is_off() {
        return Err(Problem::unavailable("clock_is_off", "", CLOCK_RETRY));
    }
    let token = posted.0.remove(TOKEN).unwrap_or_default();
    let elsewhere = request.headers().get_one("sec-fetch-site").is_some_and(|site| site.ends_with("-site"));
    if elsewhere || !visit.accepts(&token) {
        return Err(Problem::new(Status::Forbidden, "form_not_ours", ""));
    }
    Ok(posted)
}

/// The fields of `application/x-www-form-urlencoded`; nothing when a field is not valid UTF-8.
fn decoded(text: &str) -> Option<BTreeMap<String, String>> {
    text.split('&')
        .filter(|pair| !pair.is_empty())
        .map(|pair| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            let decode = |part: &str| {
                let plain = part.replace('+', " ");
                rocket::http::RawStr::new(&plain).percent_decode().ok().map(|text| text.replace("\r\n", "\n"))
            };
            Some((decode(name)?, decode(value)?))
        })
        .collect()
}
