//! `zedenregister openapi`: the published contract of the API, as `api-spec/openapi.json` holds it.

use std::io;

use super::{Exit, Failure, Terminal};
use crate::api::{routes, spec};

/// The OpenAPI 3.1 document of the API. A running server answers the same at /v1/openapi.json, with its own address.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  zedenregister openapi > api-spec/openapi.json")]
pub struct Args {
    /// Where the service is, without a slash at the end
    #[arg(long, value_name = "URL", default_value = spec::PUBLISHED_URL)]
    url: String,
}

/// Writes the document.
///
/// # Errors
/// When the output cannot be written.
pub fn run(args: &Args, terminal: &mut Terminal<'_>) -> Result<Exit, Failure> {
    let document = spec::document(&routes::all(), &args.url);
    serde_json::to_writer_pretty(&mut *terminal.out, &document).map_err(io::Error::from)?;
    writeln!(terminal.out)?;
    Ok(Exit::Done)
}
