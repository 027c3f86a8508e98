//! What a page answers: a page, a way on, a file; and what went wrong, as a page too.

use askama::Template;
use rocket::Request;
use rocket::http::{ContentType, Status};
use rocket::response::{self, Responder, Response};

use super::catchers;
use crate::api::{Attachment, Problem};
use crate::register::Refusal;

/// Pages load their own stylesheet, script and pictures, post to where they came from, and nothing else.
const POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; form-action 'self'; \
                      base-uri 'none'; frame-ancestors 'none'";

/// The outcome of a handler.
pub type Shown = Result<Answer, Fault>;

/// What a handler answers.
pub enum Answer {
    /// A page.
    Page(Status, String),
    /// Go on there: after a form, so that a reload repeats nothing.
    Go(String),
    /// A file to keep.
    File {
        /// What the browser calls it; names nobody.
        name: String,
        /// What it holds.
        text: String,
    },
    /// A document of a file, or a part of a release.
    Document(Box<Attachment>),
}

impl Answer {
    /// Renders a page.
    ///
    /// # Errors
    /// A template that cannot be rendered: a fault of this program.
    pub fn page(page: &impl Template) -> Shown {
        Self::page_with(Status::Ok, page)
    }

    /// Renders a page that says that something was not done.
    ///
    /// # Errors
    /// As [`Answer::page`].
    pub fn page_with(status: Status, page: &impl Template) -> Shown {
        page.render().map(|html| Self::Page(status, html)).map_err(|error| {
            tracing::error!(%error, "a page could not be rendered");
            Fault(Problem::internal())
        })
    }

    /// Sends the browser on.
    pub fn go(place: impl Into<String>) -> Self {
        Self::Go(place.into())
    }
}

impl<'r> Responder<'r, 'static> for Answer {
    fn respond_to(self, _: &'r Request<'_>) -> response::Result<'static> {
        let mut response = Response::build();
        response.raw_header("Content-Security-Policy", POLICY).raw_header("Cache-Control", "no-store");
        match self {
            Self::Page(status, html) => response
                .status(status)
                .header(ContentType::HTML)
                .sized_body(html.len(), std::io::Cursor::new(html))
                .ok(),
            Self::Go(place) => response.status(Status::SeeOther).raw_header("Location", place).ok(),
            Self::File { name, text } => response
                .header(ContentType::new("application", "jose"))
                .raw_header("Content-Disposition", format!("attachment; filename=\"{name}\""))
                .sized_body(text.len(), std::io::Cursor::new(text))
                .ok(),
            Self::Document(document) => {
                document.write_to(&mut response);
                response.ok()
            }
        }
    }
}

/// What went wrong; shown as a page in the language of the visitor.
#[derive(Debug)]
pub struct Fault(pub Problem);

impl From<Problem> for Fault {
    fn from(problem: Problem) -> Self {
        Self(problem)
    }
}

impl From<Refusal> for Fault {
    fn from(refusal: Refusal) -> Self {
        Self(refusal.into())
    }
}

impl<'r> Responder<'r, 'static> for Fault {
    fn respond_to(self, request: &'r Request<'_>) -> response::Result<'static> {
        catchers::explain(request, &self.0).respond_to(request)
    }
}
