//! Pages: `/mijn` for the registrant, `/console` for the people who work here. Server-rendered, without a client
//! framework, and whole without JavaScript.
//!
//! A page calls the same use cases as the API and shows what they answer; it holds no rule and no SQL. Every request
//! begins with a [`visit`], every form passes [`posted`], every answer leaves as an [`answer`]. Words stand in
//! [`crate::texts`], in Dutch and English, and nowhere else. To add a page: one file with its template beside it, its
//! route in its `routes()`, its words in both catalogues.
//!
//! The console takes its own cookie only, never a bearer token; `/v1` takes bearer tokens only.

mod activate;
mod answer;
mod ask;
mod assets;
mod catchers;
mod checks;
mod dispute;
mod entry;
mod evaluation;
mod facts;
mod form;
mod geography;
mod mijn;
pub(crate) mod officer;
mod outside;
mod page;
mod places;
mod posted;
pub(crate) mod report;
mod sign_in;
mod tour;
mod upload;
mod visit;

use rocket::{Build, Rocket};

use crate::api::Edge;

/// Adds the pages to a server. `edge` must be the one the server manages, with its description published.
///
/// # Errors
/// A published schema that cannot be compiled, named; a fault of this program.
pub fn mount(server: Rocket<Build>, edge: &Edge) -> Result<Rocket<Build>, String> {
    let checks = checks::Checks::compile(edge.description())?;
    Ok(server
        .mount("/", entry::routes())
        .mount("/console", [assets::routes(), officer::routes(), evaluation::routes()].concat())
        .mount("/mijn", mijn::routes())
        .register("/console", catchers::all())
        .register("/mijn", catchers::all())
        .manage(checks))
}
