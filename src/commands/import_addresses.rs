//! `import-addresses`: takes in the national addresses with their municipality.

use std::fs::File;
use std::io::BufReader;
use std::path::PathBuf;

use chrono::NaiveDate;
use indicatif::{ProgressBar, ProgressStyle};

use super::{Exit, Failure, Terminal};
use crate::app::App;
use crate::clock::Clock;
use crate::register::Refusal;
use crate::supervision::addresses::{AddressError, take_in};

/// Take in the national addresses with their municipality, for the check on banned areas
///
/// The file is the table that CBS publishes every year (pc6hnr): a line for each postcode and house number, with columns
/// PC6, Huisnummer and Gemeente. It takes the place of the one before once all of it is there.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  zedenregister import-addresses pc6hnr20260801_gwb.csv --valid-on 2026-08-01")]
pub struct Args {
    /// The file
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// The day as of which its municipalities stand
    #[arg(long, value_name = "YYYY-MM-DD")]
    valid_on: NaiveDate,
}

/// Does it.
///
/// # Errors
/// When the file cannot be read, or the register cannot be opened or written.
pub fn run(args: &Args, terminal: &mut Terminal<'_>) -> Result<Exit, Failure> {
    let file = File::open(&args.file).map_err(|error| {
        Failure::input(format!("{} cannot be read: {error}.", args.file.display()), "Check the name and its rights.")
    })?;
    let app = App::open(terminal.config()?, Clock::system())?;
    let style = ProgressStyle::with_template("{bar:40} {percent:>3}% {bytes}/{total_bytes} read, {msg}");
    let bar = ProgressBar::new(file.metadata().map_or(0, |about| about.len()))
        .with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
    let mut places = 0;
    let kept = &mut |n| {
        places += n;
        bar.set_message(format!("{places} places kept"));
    };
    let taken = take_in(&app, bar.wrap_read(BufReader::new(file)), args.valid_on, kept);
    bar.finish_and_clear();
    let postcodes = taken.map_err(failed)?;
    writeln!(terminal.out, "{postcodes} postcodes with their municipality as of {}.", args.valid_on)?;
    Ok(Exit::Done)
}

fn failed(error: AddressError) -> Failure {
    match error {
        AddressError::Extract(error) => {
            Failure::input(format!("The file cannot be taken in: {error}."), "What was there before goes on counting.")
        }
        AddressError::Refused(Refusal::Store(error)) => error.into(),
        AddressError::Refused(other) => Failure::Fault(other.to_string()),
    }
}
