//! `simulate`: what another version of the rules would change in the live register.

use std::fs::File;
use std::io::{self, IsTerminal, Write};
use std::path::{Path, PathBuf};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::{Exit, Failure, Terminal};
use crate::app::App;
use crate::clock::Clock;
use crate::evaluation::simulation::{DutyChange, Report, SimulationError, simulate};
use crate::rulebook;
use crate::store::rows::RegistrationRow;

/// Say what another version of the rules would change in the live register
///
/// Every active file is assessed under the rules of today and under those of a folder (`profiles/*.toml`,
/// `calendars/*.toml`): who gains or loses a duty, which open deadlines move, reminders and flags per month if nobody
/// reports, the work of each officer. Nothing is changed; that it was looked at stands in the audit.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  zedenregister simulate rules-2027\n  \
    zedenregister simulate rules-2027 --json --differences differences.csv")]
pub struct Args {
    /// The folder with the other rules; a file with the name of a built-in one takes its place
    #[arg(value_name = "FOLDER")]
    rules: PathBuf,
    /// Write the report as JSON
    #[arg(long)]
    json: bool,
    /// Write each duty that differs to this file: registration, kind, change, harms, last day now and then
    #[arg(long, value_name = "CSV")]
    differences: Option<PathBuf>,
}

/// Does it.
///
/// # Errors
/// When the rules or the register cannot be read, or the list cannot be written.
pub fn run(args: &Args, terminal: &mut Terminal<'_>) -> Result<Exit, Failure> {
    let other = rulebook::load(Some(&args.rules))?;
    let app = App::open(terminal.config()?, Clock::system())?;
    let mut list = args.differences.as_deref().map(open).transpose()?;
    let bar = progress();
    let report = simulate(
        &app,
        &other,
        &mut |row, change| list.as_mut().map_or(Ok(()), |list| write(list, row, change)),
        &mut |read, of| {
            bar.set_length(of);
            bar.set_position(read);
        },
    );
    bar.finish_and_clear();
    let report = report.map_err(failed)?;
    if let Some(list) = &mut list {
        list.flush().map_err(|error| failed(SimulationError::List(error)))?;
    }
    if args.json {
        let text = serde_json::to_string_pretty(&report).map_err(|error| Failure::Fault(error.to_string()))?;
        writeln!(terminal.out, "{text}")?;
    } else {
        tell(&report, terminal.out)?;
    }
    Ok(if report.not_computed == 0 { Exit::Done } else { Exit::Found })
}

type List = csv::Writer<File>;

fn open(path: &Path) -> Result<List, Failure> {
    let made = csv::Writer::from_path(path).and_then(|mut list| {
        list.write_record(["registration", "kind", "change", "harms", "due_now", "due_then"])?;
        Ok(list)
    });
    made.map_err(|error| {
        Failure::input(format!("{} cannot be written: {error}.", path.display()), "Name another file.")
    })
}

fn write(list: &mut List, row: &RegistrationRow, change: &DutyChange) -> io::Result<()> {
    let day = |day: Option<chrono::NaiveDate>| day.map_or_else(String::new, |day| day.to_string());
    let harms: Vec<&str> = change.harms.iter().map(|harm| harm.as_str()).collect();
    let cells = [
        row.id.to_string(),
        change.kind.to_string(),
        change.change.to_string(),
        harms.join(" "),
        day(change.due_now),
        day(change.due_then),
    ];
    list.write_record(cells).map_err(io::Error::other)
}

fn tell(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    writeln!(
        out,
        "{} files; {} differ, {} cannot be computed.",
        report.files, report.files_that_differ, report.not_computed
    )?;
    writeln!(out, "{} gain a duty, {} lose one.", report.files_that_gain, report.files_that_lose)?;
    for (what, counts) in
        [("gained", &report.gained), ("lost", &report.lost), ("open deadlines that move", &report.open_deadlines_moved)]
    {
        for (kind, count) in counts {
            writeln!(out, "{what}: {kind} {count}")?;
        }
    }
    for (harm, count) in &report.harms {
        let files = report.files_by_harm.get(harm).copied().unwrap_or_default();
        writeln!(out, "{harm}: {count} in {files} files")?;
    }
    writeln!(out, "\nmonth    reminders now -> then    flags now -> then")?;
    for (month, counts) in &report.months {
        let (reminders, flags) = (counts.reminders, counts.flags);
        writeln!(out, "{month}  {} -> {}    {} -> {}", reminders.now, reminders.then, flags.now, flags.then)?;
    }
    writeln!(out, "\nofficer    files    open now -> then    overdue now -> then")?;
    for (officer, load) in &report.officers {
        let (open, overdue) = (load.open, load.overdue);
        writeln!(
            out,
            "{officer}    {}    {} -> {}    {} -> {}",
            load.files, open.now, open.then, overdue.now, overdue.then
        )?;
    }
    Ok(())
}

fn failed(error: SimulationError) -> Failure {
    match error {
        SimulationError::Refused(refusal) => refusal.into(),
        list @ SimulationError::List(_) => Failure::input(format!("{list}."), "Name another file."),
    }
}

fn progress() -> ProgressBar {
    let target = if io::stderr().is_terminal() { ProgressDrawTarget::stderr() } else { ProgressDrawTarget::hidden() };
    let style = ProgressStyle::with_template("{wide_bar} {pos}/{len} files, {eta} left");
    ProgressBar::with_draw_target(None, target).with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
}
