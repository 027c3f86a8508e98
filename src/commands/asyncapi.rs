//! `zedenregister asyncapi`: the published contract of events, as `api-spec/asyncapi.json` holds it.

use std::io;

use super::{Exit, Failure, Terminal};
use crate::api::spec;
use crate::events::asyncapi;

/// The AsyncAPI 3.0 document of the events that other systems are told of.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  zedenregister asyncapi > api-spec/asyncapi.json")]
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
    let document = asyncapi::document(&args.url);
    serde_json::to_writer_pretty(&mut *terminal.out, &document).map_err(io::Error::from)?;
    writeln!(terminal.out)?;
    Ok(Exit::Done)
}
