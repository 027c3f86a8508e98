//! `check-config`: are the settings sound, and if not, which are not and how are they mended?

use super::{Exit, Failure, Terminal};
use crate::config;

/// Checks the settings without starting anything.
///
/// Reads the defaults, the file named by --config and the environment (ZEDEN_SECTION__KEY), and explains each fault
/// and how to mend it. Exit code 0: sound; 1: faults.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  zedenregister check-config --config /etc/zedenregister.toml\n  \
    zedenregister check-config --print-default > zedenregister.toml")]
pub struct Args {
    /// Print the default file, which explains every setting, instead
    #[arg(long)]
    print_default: bool,
}

/// Writes each fault on a line, or that there is none.
///
/// # Errors
/// Only when the output cannot be written.
pub fn run(args: &Args, terminal: &mut Terminal<'_>) -> Result<Exit, Failure> {
    if args.print_default {
        write!(terminal.out, "{}", config::DEFAULT)?;
        return Ok(Exit::Done);
    }
    match terminal.config() {
        Ok(config) => {
            writeln!(terminal.out, "The settings are sound (mode: {}).", config.mode)?;
            Ok(Exit::Done)
        }
        Err(Failure::Settings(faults)) => {
            for fault in &faults.0 {
                writeln!(terminal.out, "{}\n  where: {}", fault.key, fault.origin)?;
                writeln!(terminal.out, "  wrong: {}.\n  mend:  {}", fault.problem, fault.mend)?;
            }
            writeln!(terminal.out, "{} setting(s) to mend.", faults.0.len())?;
            Ok(Exit::Found)
        }
        Err(other) => Err(other),
    }
}
