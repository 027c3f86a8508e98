//! The REST API below `/v1`: HTTP in, use cases called, HTTP out. No rules, no SQL.
//!
//! Each operation is declared once, as an [`Operation`]; from that come its route, the checks on what is sent, and
//! its place in the published OpenAPI document ([`spec`]). Every request takes the same steps ([`serve`]); every
//! error is a [`Problem`]. To add a route: write the handler and its [`Operation`] in a file of [`routes`], run
//! `zedenregister openapi > api-spec/openapi.json`, done.
//!
//! The API follows the Dutch REST API Design Rules 2.2. It takes bearer tokens only and sets no cookies.

mod body;
pub mod call;
mod callbacks;
mod catchers;
mod conditions;
mod docs;
mod edge;
mod headers;
mod json;
mod launch;
mod limits;
pub mod operation;
mod outside;
mod params;
pub mod problem;
pub mod routes;
mod running;
pub(crate) mod schema;
mod serve;
mod signed;
pub mod spec;
mod tags;
pub(crate) mod trace;

use rocket::config::{Config, Ident, LogLevel, Shutdown, Sig};
use rocket::{Build, Rocket};

pub use call::{Answer, Attachment, Call, Done, Empty, Incoming, Visit};
pub use edge::Edge;
pub use launch::{LaunchError, launch};
pub use operation::Operation;
pub use problem::Problem;

use crate::app::App;
use crate::clock::Clock;
use crate::config::Server;

/// Where the API is mounted: the major version is part of every address.
pub const BASE: &str = "/v1";

/// Seconds beyond the grace period in which connections are closed in an orderly way.
const MERCY: u32 = 2;

/// The whole API of a running system, ready to launch.
///
/// # Errors
/// As [`rocket()`].
pub fn build(app: &App) -> Result<Rocket<Build>, String> {
    let edge = Edge::new(app.clone(), Clock::system()).map_err(|error| error.to_string())?;
    crate::console::mount(rocket(edge.clone(), routes::all())?, &edge)
}

/// The web server over these operations, with what stands outside the version; ready to launch.
///
/// # Errors
/// A schema that cannot be compiled, named; a fault of this program.
pub fn rocket(edge: Edge, operations: Vec<Operation>) -> Result<Rocket<Build>, String> {
    let document = spec::document(&operations, &edge.settings().public_url);
    let document = serde_json::to_value(document).map_err(|error| error.to_string())?;
    let components = &document["components"];
    let routes = operations
        .into_iter()
        .map(|operation| {
            let id = operation.id;
            serve::route(operation, components).map_err(|error| format!("operation {id}: {error}"))
        })
        .collect::<Result<Vec<_>, String>>()?;
    edge.publish(document);
    Ok(rocket::custom(settings(edge.settings()))
        .attach(headers::Headers)
        .attach(outside::upkeep())
        .mount(BASE, routes)
        .mount("/", outside::routes())
        .mount("/", callbacks::routes())
        .mount("/", docs::routes())
        .register("/", catchers::all())
        .manage(edge))
}

/// Rocket's own settings. Its `Shield` is replaced by [`headers`]; its log is silenced for one line per request
/// without addresses; a proxy's word about the client is judged by us, not by a header anybody can send.
fn settings(settings: &Server) -> Config {
    let shutdown = Shutdown {
        ctrlc: true,
        signals: [Sig::Term].into(),
        grace: u32::try_from(settings.shutdown_grace.as_secs()).unwrap_or(u32::MAX),
        mercy: MERCY,
        force: false,
        ..Shutdown::default()
    };
    Config {
        address: settings.address,
        port: settings.port,
        ident: Ident::none(),
        ip_header: None,
        log_level: LogLevel::Off,
        cli_colors: false,
        shutdown,
        ..Config::release_default()
    }
}
