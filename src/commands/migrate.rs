//! `migrate`: brings a database to the shape this program knows.

use super::{Exit, Failure, Terminal};
use crate::store::{ConnectionManager, DatabaseUrl, Limits, migrations};

/// Brings the database to the shape this version of the program needs.
///
/// Takes a lock first, so that several may be started at once and one does the work. Nothing is done, and nothing is
/// locked, when nothing is pending. An SQLite database is also migrated whenever the program opens it.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  ZEDEN_DATABASE__URL=postgresql://zeden@db/zeden zedenregister migrate")]
pub struct Args {
    /// Only say what is pending; exit code 1 when something is
    #[arg(long)]
    check: bool,
}

/// Migrates and writes each step.
///
/// # Errors
/// When the database cannot be reached or refuses a migration; what was applied before that stays applied.
pub fn run(args: &Args, terminal: &mut Terminal<'_>) -> Result<Exit, Failure> {
    let config = terminal.config()?;
    super::make_folders(&config)?;
    if let DatabaseUrl::Sqlite(file) = &config.database.url {
        writeln!(terminal.out, "Database: {}", file.display())?;
    }
    let mut conn = ConnectionManager::new(config.database.url, Limits::long_work(), "zedenregister-migrate").open()?;
    let pending = migrations::pending(&mut conn)?;
    if pending.is_empty() {
        writeln!(terminal.out, "Nothing to do: the database has every migration this program knows.")?;
        migrations::check_compatible(&mut conn)?;
        return Ok(Exit::Done);
    }
    for version in &pending {
        writeln!(terminal.out, "pending  {version}")?;
    }
    if args.check {
        return Ok(Exit::Found);
    }
    writeln!(terminal.out, "Waiting for the lock, then applying {} migration(s) ...", pending.len())?;
    terminal.out.flush()?;
    let migrated = migrations::migrate(&mut conn)?;
    for version in &migrated.applied {
        writeln!(terminal.out, "applied  {version}")?;
    }
    migrations::check_compatible(&mut conn)?;
    writeln!(terminal.out, "Done: {} applied, the rest by another process.", migrated.applied.len())?;
    Ok(Exit::Done)
}
