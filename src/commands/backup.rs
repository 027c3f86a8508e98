//! `backup` and `restore`: copies of the register and of its key store that can be relied on.

use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};
use clap::Subcommand;
use indicatif::{ProgressBar, ProgressStyle};

use super::{Exit, Failure, Terminal};
use crate::access::Action;
use crate::app::App;
use crate::audit::{Deed, ObjectRef};
use crate::backup::after::{finish, publish_tombstones};
use crate::backup::restore::{restore, verify};
use crate::backup::source::{Order, held_apart, make};
use crate::backup::{BackupError, Part};
use crate::clock::Clock;
use crate::crypto::keyring::KeyRing;
use crate::store::WriteSet;

/// Make an encrypted backup of the register, and one of the keys of persons, while everything runs
///
/// Two archives that are to be kept apart: who is erased, is erased by destroying a key, and an archive that held register and
/// keys would bring that person back. SQLite is copied by its online backup, PostgreSQL by a base backup of the cluster with
/// its WAL (the user needs the right REPLICATION). Only the key folder opens an archive; keep a copy of it in a third place.
#[derive(Debug, clap::Args)]
#[command(
    args_conflicts_with_subcommands = true,
    after_help = "Examples:\n  zedenregister backup --to /backup/register --keys-to /backup/keys\n  \
        zedenregister backup verify /backup/register/register-20261126T021500Z.backup"
)]
pub struct Args {
    #[command(subcommand)]
    task: Option<Task>,
    #[command(flatten)]
    places: Option<Places>,
}

#[derive(Debug, clap::Args)]
struct Places {
    /// The folder for the archive of the register
    #[arg(long, value_name = "FOLDER")]
    to: PathBuf,
    /// The folder for the archive of the key store; another one
    #[arg(long, value_name = "FOLDER")]
    keys_to: PathBuf,
}

#[derive(Debug, Subcommand)]
enum Task {
    /// Read archives to their end and say whether every bit is what was written; exit code 1 when one is not
    Verify {
        /// The archives
        #[arg(required = true, value_name = "FILE")]
        archives: Vec<PathBuf>,
    },
}

/// Does it.
///
/// # Errors
/// When something cannot be read or written; nothing half-made is left.
pub fn run(args: &Args, terminal: &mut Terminal<'_>) -> Result<Exit, Failure> {
    match (&args.task, &args.places) {
        (Some(Task::Verify { archives }), _) => verify_all(archives, terminal),
        (None, Some(places)) => make_both(places, terminal),
        (None, None) => Err(Failure::input(
            "It is not said where the archives go.",
            "Add --to FOLDER and --keys-to FOLDER, or see `zedenregister backup --help`.",
        )),
    }
}

fn make_both(places: &Places, terminal: &mut Terminal<'_>) -> Result<Exit, Failure> {
    let app = App::open(terminal.config()?, Clock::system())?;
    for folder in [&places.to, &places.keys_to] {
        std::fs::create_dir_all(folder).map_err(|error| {
            Failure::unavailable(format!("{} cannot be made: {error}.", folder.display()), "Name another folder.")
        })?;
    }
    if same(&places.to, &places.keys_to) {
        return Err(Failure::input(
            "The two archives would stand in one folder, and are to be kept apart.",
            "Give --keys-to another folder, best on another machine.",
        ));
    }
    let (database, keys) = (&app.config.database.url, &app.config.keys.key_store);
    held_apart(database, keys).map_err(failed)?;
    let now = app.clock.now().system.utc();
    // The keys first: a person who is enrolled in between has a key without rows, and never rows without a key.
    for (url, part, folder) in [(keys, Part::KeyStore, &places.keys_to), (database, Part::Register, &places.to)] {
        let to = folder.join(name_of(part, now));
        let bar = spinner();
        let made = make(&Order { url, part, to: &to, now }, &app.keys.get(), &mut |bytes| bar.inc(bytes));
        bar.finish_and_clear();
        made.map_err(failed)?;
        writeln!(terminal.out, "{part:<10} {}", to.display())?;
    }
    publish_tombstones(&app, &app.config.audit.checkpoints).map_err(failed)?;
    sign(&app)?;
    Ok(Exit::Done)
}

fn sign(app: &App) -> Result<(), Failure> {
    let deed = Deed::of(Action::BackupMake, ObjectRef::none());
    let leaf = app
        .audit
        .leaf_of_system("backup", app.clock.now().system, &deed)
        .map_err(|refusal| Failure::Fault(refusal.to_string()))?;
    let writes = WriteSet { audit: vec![leaf], ..WriteSet::default() };
    app.store.long_work()?.keep(&writes)?;
    Ok(())
}

fn same(one: &Path, other: &Path) -> bool {
    matches!((one.canonicalize(), other.canonicalize()), (Ok(one), Ok(other)) if one == other)
}

fn name_of(part: Part, at: DateTime<Utc>) -> String {
    let part = match part {
        Part::Register => "register",
        Part::KeyStore => "key-store",
    };
    format!("{part}-{}.backup", at.format("%Y%m%dT%H%M%SZ"))
}

fn verify_all(archives: &[PathBuf], terminal: &mut Terminal<'_>) -> Result<Exit, Failure> {
    let ring = ring(terminal)?;
    let mut exit = Exit::Done;
    for archive in archives {
        let bar = spinner();
        let read = verify(archive, &ring, &mut |bytes| bar.inc(bytes));
        bar.finish_and_clear();
        match read {
            Ok(header) => writeln!(
                terminal.out,
                "whole    {}  {} ({}) of {}",
                archive.display(),
                header.part,
                header.form,
                header.begun_at.format("%Y-%m-%d %H:%M:%S UTC")
            )?,
            Err(BackupError::Archive(error)) => {
                exit = Exit::Found;
                writeln!(terminal.out, "refused  {}  {error}", archive.display())?;
            }
            Err(error) => return Err(failed(error)),
        }
    }
    Ok(exit)
}

/// Put a backup back where nothing stands, and tell the register what it must know
///
/// Every byte of an archive is checked before the first one is written. With SQLite the databases of the settings are made
/// anew and everything is done at once. With PostgreSQL name the new, empty data folder with --data-folder, start PostgreSQL
/// on it, and run `zedenregister restore --finish`: it destroys again the keys of whoever was erased since the backup, and
/// compares the audit with the last checkpoint outside (`audit.checkpoints`).
///
/// Exit code 1: the register is there, and lacks audit entries that were signed; it is told how many.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  zedenregister restore --register register-20261126T021500Z.backup \\\n    \
    --keys key-store-20261126T021500Z.backup\n  \
    zedenregister restore --register register.backup --data-folder /var/lib/postgresql/15/new\n  zedenregister restore --finish")]
pub struct RestoreArgs {
    /// The archive of the register
    #[arg(long, value_name = "FILE")]
    register: Option<PathBuf>,
    /// The archive of the key store
    #[arg(long, value_name = "FILE")]
    keys: Option<PathBuf>,
    /// For PostgreSQL: the empty folder that becomes the data folder of the register's cluster
    #[arg(long, value_name = "FOLDER")]
    data_folder: Option<PathBuf>,
    /// For PostgreSQL: the same for the cluster of the key store
    #[arg(long, value_name = "FOLDER")]
    keys_data_folder: Option<PathBuf>,
    /// Tell a restored register that runs who was erased since, and compare its audit
    #[arg(long)]
    finish: bool,
}

/// Does it.
///
/// # Errors
/// When an archive is refused, or something stands where it should go.
pub fn run_restore(args: &RestoreArgs, terminal: &mut Terminal<'_>) -> Result<Exit, Failure> {
    if args.register.is_none() && args.keys.is_none() && !args.finish {
        return Err(Failure::input("It is not said what to restore.", "Name --register or --keys, or add --finish."));
    }
    let config = terminal.config()?;
    let ring = ring(terminal)?;
    let mut waits = false;
    let parts = [
        (&args.keys, Part::KeyStore, &args.keys_data_folder, &config.keys.key_store),
        (&args.register, Part::Register, &args.data_folder, &config.database.url),
    ];
    for (archive, part, folder, url) in parts {
        let Some(archive) = archive else { continue };
        let target = match (url, folder) {
            (_, Some(folder)) => {
                waits = true;
                folder
            }
            (crate::store::DatabaseUrl::Sqlite(file), None) => file,
            (crate::store::DatabaseUrl::Postgres(_), None) => {
                return Err(Failure::input(
                    format!("It is not said which folder becomes the data folder of PostgreSQL for the {part}."),
                    "Name an empty folder with --data-folder (for the key store: --keys-data-folder).",
                ));
            }
        };
        let bar = spinner();
        let restored = restore(archive, part, target, &ring, &mut |bytes| bar.inc(bytes));
        bar.finish_and_clear();
        let header = restored.map_err(failed)?;
        writeln!(
            terminal.out,
            "{part:<10} of {} is at {}",
            header.begun_at.format("%Y-%m-%d %H:%M:%S UTC"),
            target.display()
        )?;
    }
    if waits && !args.finish {
        writeln!(terminal.out, "Start PostgreSQL on it, then run `zedenregister restore --finish`.")?;
        return Ok(Exit::Done);
    }
    let here = |url: &crate::store::DatabaseUrl| match url {
        crate::store::DatabaseUrl::Sqlite(file) => file.exists(),
        crate::store::DatabaseUrl::Postgres(_) => true,
    };
    let whole = here(&config.database.url) && here(&config.keys.key_store);
    if !args.finish && !whole {
        writeln!(terminal.out, "Restore the other part as well: the register works with both.")?;
        return Ok(Exit::Done);
    }
    tell_it(terminal)
}

fn tell_it(terminal: &mut Terminal<'_>) -> Result<Exit, Failure> {
    let app = App::open(terminal.config()?, Clock::system())?;
    let finished = finish(&app, &app.config.audit.checkpoints).map_err(failed)?;
    writeln!(terminal.out, "{} keys of erased people are destroyed again.", finished.tombstones)?;
    match finished.published {
        None => writeln!(
            terminal.out,
            "There is no checkpoint of the audit outside ({}): what is lost cannot be said.",
            app.config.audit.checkpoints.display()
        )?,
        Some(published) => writeln!(
            terminal.out,
            "The audit has {} entries; the last checkpoint outside covers {published}.",
            finished.entries
        )?,
    }
    if finished.lost() == 0 {
        return Ok(Exit::Done);
    }
    writeln!(
        terminal.out,
        "{} entries are lost, with the changes they stood for: numbers {} to {}. No checkpoint will be published until \
         this is settled.",
        finished.lost(),
        finished.entries,
        finished.entries + finished.lost() - 1
    )?;
    Ok(Exit::Found)
}

fn ring(terminal: &Terminal<'_>) -> Result<KeyRing, Failure> {
    let folder = terminal.config()?.keys.folder;
    KeyRing::open(&folder).map_err(|error| {
        Failure::refused(
            format!("The keys cannot be used: {error}."),
            "Check that `keys.folder` names the folder of this installation's keys.",
        )
    })
}

fn spinner() -> ProgressBar {
    let style = ProgressStyle::with_template("{spinner} {bytes}, {bytes_per_sec}, {elapsed}");
    ProgressBar::new_spinner().with_style(style.unwrap_or_else(|_| ProgressStyle::default_spinner()))
}

fn failed(error: BackupError) -> Failure {
    let what = format!("{}.", super::sentence(&error));
    match error {
        BackupError::Archive(_) => Failure::input(what, "Take another backup; `backup verify` says which are whole."),
        BackupError::Store(error) => error.into(),
        BackupError::Io { .. } => Failure::unavailable(what, "Check the disk and the rights of this user."),
        BackupError::Program { .. } => Failure::unavailable(
            what,
            "Check that PostgreSQL's programs are installed, and that the user of `database.url` may copy it (REPLICATION).",
        ),
        BackupError::Refused(_) => Failure::refused(what, ""),
    }
}
