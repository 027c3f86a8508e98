//! `check`: holds the whole register against itself.

use indicatif::{ProgressBar, ProgressStyle};
use scheduler::RunContext;

use super::{Exit, Failure, Terminal};
use crate::app::App;
use crate::clock::Clock;
use crate::jobs::check::{self, CheckError, Findings, Repaired};

/// Find what is missing, orphaned or contradictory in the register
///
/// Looks for duties, reminders, flags and messages that should be there, for rows that refer to nothing, and for facts
/// documents that are not what their facts amount to. Everything is named by kind and id, never by what it says of
/// anybody. The same check runs each night (`jobs.check`), with repair.
///
/// Exit code 0: nothing is wrong, or nothing is left; 1: what is listed is wrong.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  zedenregister check\n  zedenregister check --repair\n  zedenregister check --json > findings.json"
)]
pub struct Args {
    /// Mend what is safe to mend, with the code that should have done it, and list the rest
    #[arg(long)]
    repair: bool,
    /// Write JSON instead of text
    #[arg(long)]
    json: bool,
}

/// Does it.
///
/// # Errors
/// When the register cannot be opened or does not answer.
pub fn run(args: &Args, terminal: &mut Terminal<'_>) -> Result<Exit, Failure> {
    let app = App::open(terminal.config()?, Clock::system())?;
    let now = app.clock.now().legal.utc();
    let context = RunContext::new(now, now, 0);
    let bar = bar();
    let mut progress = |done, all| {
        bar.set_length(all);
        bar.set_position(done);
    };
    if args.repair {
        let done = check::repair(&app, &context, &mut progress);
        bar.finish_and_clear();
        let done = done.map_err(failed)?;
        if args.json {
            json(&done, terminal)?;
        } else {
            tell_repaired(&done, terminal)?;
        }
        return Ok(exit(&done.left));
    }
    let found = check::look(&app, &context, &mut progress);
    bar.finish_and_clear();
    let found = found.map_err(failed)?;
    if args.json {
        json(&found, terminal)?;
    } else {
        tell(&found, terminal)?;
    }
    Ok(exit(&found))
}

fn exit(found: &Findings) -> Exit {
    if found.defects.is_empty() { Exit::Done } else { Exit::Found }
}

fn bar() -> ProgressBar {
    let style = ProgressStyle::with_template("{bar:40} {percent:>3}% {pos}/{len}, {eta} left");
    ProgressBar::new(0).with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
}

fn json(what: &impl serde::Serialize, terminal: &mut Terminal<'_>) -> Result<(), Failure> {
    let text = serde_json::to_string_pretty(what).map_err(|error| Failure::Fault(error.to_string()))?;
    Ok(writeln!(terminal.out, "{text}")?)
}

fn tell_repaired(done: &Repaired, terminal: &mut Terminal<'_>) -> Result<(), Failure> {
    writeln!(terminal.out, "{} defects found, {} mended.", done.found.defects.len(), done.repaired)?;
    tell(&done.left, terminal)
}

fn tell(found: &Findings, terminal: &mut Terminal<'_>) -> Result<(), Failure> {
    for defect in &found.defects {
        let place = defect.place.as_deref().map(|place| format!("  {place}")).unwrap_or_default();
        let file = defect.registration.as_deref().map(|id| format!("  registration {id}")).unwrap_or_default();
        writeln!(terminal.out, "{:<26} {}{place}{file}", defect.kind.as_str(), defect.subject)?;
    }
    for (kind, count) in found.by_kind() {
        let advice = if check::is_safe(kind) { "`check --repair` mends it" } else { "to be looked at by a person" };
        writeln!(terminal.out, "{count:>6} {:<26} {advice}", kind.as_str())?;
    }
    writeln!(
        terminal.out,
        "{} rules asked of all rows, {} live files computed: {}.",
        found.rules,
        found.files,
        if found.defects.is_empty() {
            "nothing is wrong".to_owned()
        } else {
            format!("{} defects", found.defects.len())
        }
    )?;
    Ok(())
}

fn failed(error: CheckError) -> Failure {
    match error {
        CheckError::Store(error) => error.into(),
        CheckError::Stopped | CheckError::Mending(_) => {
            Failure::unavailable(format!("The check did not come to its end: {error}."), "Run it again.")
        }
    }
}
