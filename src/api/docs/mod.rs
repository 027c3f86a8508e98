//! The description of the API as pages one can try requests on: Swagger UI out of the program itself, so that it works
//! where there is no other network, and under a policy that lets it load and ask nothing but this server.

use std::io::Cursor;
use std::sync::Arc;

use rocket::http::{ContentType, Status};
use rocket::request::{FromRequest, Outcome};
use rocket::response::{self, Responder, Response};
use rocket::{Request, Route, get, routes};
use utoipa_swagger_ui::{Config, serve};

use super::catchers;
use super::problem::Problem;

/// Scripts and styles of this server only, none inline. Swagger UI draws its icons from `data:`.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; \
                      base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
/// What of Swagger UI the page loads; nothing else of it is served.
const PARTS: [&str; 3] = ["favicon-32x32.png", "swagger-ui-bundle.js", "swagger-ui.css"];

/// The routes.
pub(super) fn routes() -> Vec<Route> {
    routes![page, start, part]
}

/// A file of the documentation.
struct Shown {
    kind: ContentType,
    bytes: Vec<u8>,
    /// Whether it is compressed, as the build left it.
    gzipped: bool,
}

impl Shown {
    fn own(kind: ContentType, text: &str) -> Self {
        Self { kind, bytes: text.as_bytes().to_vec(), gzipped: false }
    }
}

impl<'r> Responder<'r, 'static> for Shown {
    fn respond_to(self, _: &'r Request<'_>) -> response::Result<'static> {
        let mut response = Response::build();
        response.header(self.kind).raw_header("Content-Security-Policy", POLICY);
        if self.gzipped {
            response.raw_header("Content-Encoding", "gzip");
        }
        response.sized_body(self.bytes.len(), Cursor::new(self.bytes)).ok()
    }
}

/// An address without an empty segment: Rocket would take `/docs/` for `/docs`, and addresses relative to the page would
/// lead elsewhere.
struct WellFormed;

#[rocket::async_trait]
impl<'r> FromRequest<'r> for WellFormed {
    type Error = ();

    async fn from_request(request: &'r Request<'_>) -> Outcome<Self, ()> {
        match catchers::well_formed(request.uri().path().as_str()) {
            true => Outcome::Success(Self),
            false => Outcome::Forward(Status::NotFound),
        }
    }
}

#[get("/docs")]
fn page(_exact: WellFormed) -> Shown {
    Shown::own(ContentType::HTML, include_str!("index.html"))
}

#[get("/docs/start.js")]
fn start(_exact: WellFormed) -> Shown {
    Shown::own(ContentType::JavaScript, include_str!("start.js"))
}

#[get("/docs/<name>", rank = 2)]
fn part(_exact: WellFormed, name: &str) -> Result<Shown, Problem> {
    if !PARTS.contains(&name) {
        return Err(Problem::not_found());
    }
    let file = serve(name, Arc::new(Config::from("/v1/openapi.json"))).map_err(|cause| {
        tracing::error!(%cause, "a part of the documentation could not be read");
        Problem::internal()
    })?;
    let file = file.ok_or_else(Problem::not_found)?;
    let kind = ContentType::parse_flexible(&file.content_type).unwrap_or(ContentType::Binary);
    Ok(Shown { kind, bytes: file.bytes.into_owned(), gzipped: file.gzpipped })
}
