//! What the API answers where no operation answered: nothing there, another method, a panic, a request that is not
//! HTTP. One catcher for all of it.

use rocket::http::{Method, Status};
use rocket::response::{self, Responder, Response};
use rocket::{Catcher, Request, catch, catchers};

use super::headers;
use super::problem::Problem;

/// The API's catcher, to be registered at the root.
pub fn all() -> Vec<Catcher> {
    catchers![default]
}

#[catch(default)]
fn default(status: Status, request: &Request<'_>) -> Caught {
    let allowed = allowed_methods(request);
    match status.code {
        404 if allowed.is_empty() => Caught::Problem(Problem::not_found()),
        404 if request.method() == Method::Options => Caught::Options(allow(&allowed)),
        404 => Caught::Problem(Problem::method_not_allowed(allow(&allowed))),
        400 => Caught::Problem(Problem::new(
            Status::BadRequest,
            "malformed_request",
            "The method, the address or the headers of the request are not valid HTTP.",
        )),
        _ => Caught::Problem(Problem::internal()),
    }
}

/// What a catcher answers.
enum Caught {
    Problem(Problem),
    /// The methods of a path, to a client that asks which there are.
    Options(String),
}

impl<'r> Responder<'r, 'static> for Caught {
    fn respond_to(self, request: &'r Request<'_>) -> response::Result<'static> {
        let mut response = match self {
            Self::Problem(problem) => problem.respond_to(request)?,
            Self::Options(allow) => Response::build().status(Status::NoContent).raw_header("Allow", allow).finalize(),
        };
        headers::put(request, &mut response);
        Ok(response)
    }
}

/// Whether a path can name anything here: no empty segment, so no trailing slash and no doubled one.
pub(super) fn well_formed(path: &str) -> bool {
    path.strip_prefix('/').is_some_and(|rest| rest.split('/').all(|segment| !segment.is_empty()))
}

/// The methods that some operation has for the path of `request`; empty when there is nothing there.
fn allowed_methods(request: &Request<'_>) -> Vec<Method> {
    let path = request.uri().path();
    if !well_formed(path.as_str()) {
        return Vec::new();
    }
    let asked: Vec<&str> = path.segments().collect();
    let mut methods: Vec<Method> = request
        .rocket()
        .routes()
        .filter(|route| matches(route.uri.path(), &asked))
        .flat_map(|route| match route.method {
            Method::Get => vec![Method::Get, Method::Head],
            other => vec![other],
        })
        .collect();
    if !methods.is_empty() {
        methods.push(Method::Options);
    }
    methods.sort_by_key(|method| method.as_str());
    methods.dedup();
    methods
}

/// Whether the declared path, such as `/v1/flags/<flagId>`, covers the segments that were asked for. Names that begin
/// with an underscore are actions such as `_search` and never ids.
fn matches(declared: &str, asked: &[&str]) -> bool {
    let declared: Vec<&str> = declared.split('/').filter(|segment| !segment.is_empty()).collect();
    declared.len() == asked.len()
        && declared.iter().zip(asked).all(|(declared, asked)| {
            if declared.starts_with('<') { !asked.starts_with('_') } else { declared == asked }
        })
}

fn allow(methods: &[Method]) -> String {
    methods.iter().map(|method| method.as_str()).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::{matches, well_formed};

    #[test]
    fn a_trailing_or_doubled_slash_names_nothing() {
        assert!(well_formed("/v1/flags"));
        for path in ["/v1/flags/", "/v1//flags", "//v1/flags", "/", ""] {
            assert!(!well_formed(path), "{path}");
        }
    }

    #[test]
    fn an_id_covers_any_word_but_an_action() {
        assert!(matches("/v1/registrations/<id>", &["v1", "registrations", "me"]));
        assert!(!matches("/v1/registrations/<id>", &["v1", "registrations", "_search"]));
        assert!(!matches("/v1/registrations/<id>", &["v1", "registrations"]));
        assert!(!matches("/v1/registrations", &["v1", "flags"]));
    }
}
