//! `import-supervision`: takes in supervision orders that the probation service sent.

use std::fs::File;
use std::io::{self, BufReader, Read, Write};
use std::path::{Path, PathBuf};

use clap::ValueEnum;
use indicatif::{ProgressBar, ProgressStyle};
use sha2::{Digest, Sha256};

use super::{Exit, Failure, Terminal};
use crate::app::App;
use crate::clock::Clock;
use crate::register::Refusal;
use crate::supervision::import::{Format, RowFault};
use crate::supervision::intake::{self, IntakeError, Mode, Summary, take_in};

/// Take in supervision orders from a file of the probation service (JSON or CSV)
///
/// Each record is an order with everything that belongs to it, and is taken in whole or not at all. Records that cannot be
/// taken in are listed with line, field and reason, and the others are taken in all the same. The same file can be read
/// again: what is there already is left as it is, and a run that was interrupted goes on where it stopped.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  zedenregister import-supervision orders.json --dry-run\n  \
    zedenregister import-supervision orders.csv --rejected rejected.csv")]
pub struct Args {
    /// The file
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// Say what would change, and change nothing
    #[arg(long)]
    dry_run: bool,
    /// How the file is written; by its name when this is left out
    #[arg(long, value_enum)]
    format: Option<Written>,
    /// Write the rejected records to this file (line, field, code, reason) instead of listing them
    #[arg(long, value_name = "CSV")]
    rejected: Option<PathBuf>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Written {
    /// A JSON array, or JSON lines
    Json,
    /// A table
    Csv,
}

/// Does it.
///
/// # Errors
/// When the file cannot be read, or the register cannot be opened or written.
pub fn run(args: &Args, terminal: &mut Terminal<'_>) -> Result<Exit, Failure> {
    let format = format_of(args)?;
    let unreadable = |error: io::Error| {
        Failure::input(format!("{} cannot be read: {error}.", args.file.display()), "Check the name and its rights.")
    };
    let digest = digest(&args.file).map_err(unreadable)?;
    let file = File::open(&args.file).map_err(unreadable)?;
    let bar = bar(file.metadata().map_or(0, |about| about.len()));
    let app = App::open(terminal.config()?, Clock::system())?;
    let mode = if args.dry_run { Mode::DryRun } else { Mode::TakeIn };
    let bytes = bar.wrap_read(BufReader::new(file));
    let mut report = Report::open(args.rejected.as_deref(), terminal.out)?;
    let summary = take_in(&app, intake::File { bytes, digest, format }, mode, &mut |fault| report.tell(fault));
    bar.finish_and_clear();
    let summary = summary.map_err(failed)?;
    report.close()?;
    tell(summary, mode, terminal.out)?;
    Ok(if summary.counts.rejected == 0 { Exit::Done } else { Exit::Found })
}

fn format_of(args: &Args) -> Result<Format, Failure> {
    let by_name = || match args.file.extension().and_then(|e| e.to_str()).map(str::to_lowercase).as_deref() {
        Some("json" | "jsonl" | "ndjson") => Some(Written::Json),
        Some("csv") => Some(Written::Csv),
        Some(_) | None => None,
    };
    match args.format.or_else(by_name) {
        Some(Written::Json) => Ok(Format::Json),
        Some(Written::Csv) => Ok(Format::Csv),
        None => Err(Failure::input(
            "The name of the file does not tell how it is written.",
            "Add --format json or --format csv.",
        )),
    }
}

fn digest(file: &Path) -> io::Result<String> {
    let mut reader = File::open(file)?;
    let (mut digest, mut buffer) = (Sha256::new(), vec![0; 1 << 16]);
    loop {
        let n = reader.read(&mut buffer)?;
        if n == 0 {
            return Ok(hex::encode(digest.finalize()));
        }
        digest.update(buffer.get(..n).unwrap_or_default());
    }
}

fn bar(length: u64) -> ProgressBar {
    let style = ProgressStyle::with_template("{bar:40} {percent:>3}% {bytes}/{total_bytes}, {eta} left");
    ProgressBar::new(length).with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
}

/// Where rejected records are told.
enum Report<'t> {
    Listed(&'t mut dyn Write),
    Table(Box<csv::Writer<File>>),
}

impl<'t> Report<'t> {
    fn open(path: Option<&Path>, out: &'t mut dyn Write) -> Result<Self, Failure> {
        let Some(path) = path else { return Ok(Self::Listed(out)) };
        let made = csv::Writer::from_path(path).and_then(|mut table| {
            table.write_record(["line", "field", "code", "reason"])?;
            Ok(table)
        });
        made.map(|table| Self::Table(Box::new(table))).map_err(|error| {
            Failure::input(format!("{} cannot be written: {error}.", path.display()), "Name another file.")
        })
    }

    fn tell(&mut self, fault: &RowFault) -> io::Result<()> {
        let RowFault { line, field, code, reason } = fault;
        match self {
            Self::Listed(out) if field.is_empty() => writeln!(out, "line {line}: {reason}"),
            Self::Listed(out) => writeln!(out, "line {line}: {field}: {reason}"),
            Self::Table(table) => {
                table.write_record([&line.to_string(), field, code, reason]).map_err(io::Error::other)
            }
        }
    }

    fn close(self) -> Result<(), Failure> {
        match self {
            Self::Listed(_) => Ok(()),
            Self::Table(mut table) => Ok(table.flush()?),
        }
    }
}

fn tell(summary: Summary, mode: Mode, out: &mut dyn Write) -> io::Result<()> {
    let counts = summary.counts;
    if summary.resumed_after > 0 {
        writeln!(out, "Went on after record {}, where an earlier run stopped.", summary.resumed_after)?;
    }
    let would = match mode {
        Mode::DryRun => "would be ",
        Mode::TakeIn => "",
    };
    writeln!(
        out,
        "{} records: {} {would}new, {} {would}changed, {} unchanged, {} rejected.",
        counts.records(),
        counts.new,
        counts.changed,
        counts.unchanged,
        counts.rejected
    )
}

fn failed(error: IntakeError) -> Failure {
    match error {
        IntakeError::File(error) => Failure::input(
            format!("The file cannot be taken in: {error}."),
            "What was read before stays; mend the file and read it again.",
        ),
        IntakeError::Report(error) => Failure::Output(error),
        IntakeError::Refused(Refusal::Store(error)) => error.into(),
        IntakeError::Refused(other) => Failure::Fault(other.to_string()),
    }
}
