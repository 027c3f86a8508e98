//! `export`: makes an approved release of statistics, and verifies the files of one.

use std::fs::{self, File};
use std::io::{BufWriter, IsTerminal};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::Subcommand;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::{Exit, Failure, Terminal};
use crate::app::App;
use crate::clock::Clock;
use crate::crypto::keyring::Release;
use crate::crypto::signing::Verifier;
use crate::evaluation::releases::copied::Copying;
use crate::evaluation::releases::make::{Made, MakeError, make};
use crate::evaluation::releases::verify::{signature_file, verify};
use crate::ids::ReleaseId;
use crate::statistics::formats::manifest::NAME;

const SIGNATURE: &str = "manifest.json.sig";

/// Make an approved release of statistics, or verify the files of one
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  zedenregister export make 0190b7a2-6c1e-7d5a-9c43-2f6f0f0b1c11 --to release\n  \
    zedenregister export verify release")]
pub struct Args {
    #[command(subcommand)]
    task: Task,
}

#[derive(Debug, Subcommand)]
enum Task {
    /// Make a release that was asked for and approved
    ///
    /// Every table is held against all earlier releases; one that would tell something stays in. Rows about people are added
    /// where they were asked for and approved, unless somebody would stand out. A release that was made before is made again
    /// from what was known then: its data files come out the same.
    Make {
        /// The release
        release: ReleaseId,
        /// A new or empty folder for the files
        #[arg(long, value_name = "FOLDER")]
        to: PathBuf,
    },
    /// Check the signature of a release and the checksum of each of its files
    Verify {
        /// The folder with the files
        folder: PathBuf,
    },
}

/// Does it.
///
/// # Errors
/// When the release cannot be made, or the folder cannot be read or written.
pub fn run(args: &Args, terminal: &mut Terminal<'_>) -> Result<Exit, Failure> {
    match &args.task {
        Task::Make { release, to } => make_into(*release, to, terminal),
        Task::Verify { folder } => verify_folder(folder, terminal),
    }
}

fn make_into(release: ReleaseId, to: &Path, terminal: &mut Terminal<'_>) -> Result<Exit, Failure> {
    let unusable = |error: std::io::Error| {
        Failure::input(format!("{} cannot be used: {error}.", to.display()), "Name a new or empty folder.")
    };
    fs::create_dir_all(to).map_err(unusable)?;
    if fs::read_dir(to).map_err(unusable)?.next().is_some() {
        return Err(Failure::input(format!("{} is not empty.", to.display()), "Name a new or empty folder."));
    }
    let app = App::open(terminal.config()?, Clock::system())?;
    let bar = progress();
    let folder = to.to_owned();
    let copy: Copying = Arc::new(move |name| Ok(Box::new(BufWriter::new(File::create_new(folder.join(name))?))));
    let made = make(&app, release, Some(&copy), &mut |read, of| {
        bar.set_length(of);
        bar.set_position(read);
    });
    bar.finish_and_clear();
    let made = made.map_err(failed)?;
    write(&made, to).map_err(unusable)?;
    tell(&made, to, terminal)
}

/// Writes what stands apart from the files, which are there already.
fn write(made: &Made, to: &Path) -> std::io::Result<()> {
    fs::write(to.join(NAME), &made.manifest)?;
    fs::write(to.join(SIGNATURE), signature_file(&made.signature.1, &made.signature.0))
}

fn tell(made: &Made, to: &Path, terminal: &mut Terminal<'_>) -> Result<Exit, Failure> {
    writeln!(terminal.out, "{} files in {}, signed by {}.", made.files.len(), to.display(), made.signature.1)?;
    if let Some(why) = made.microdata_refused {
        writeln!(terminal.out, "The rows about people stay in: {why}")?;
    }
    for table in &made.withheld {
        writeln!(terminal.out, "{} {} stays in: {}", table.table, table.quarter, table.reason)?;
    }
    match made.same_as_issued {
        Some(false) => {
            writeln!(terminal.out, "This is not as it was issued: another program, or people were destroyed since.")?;
            Ok(Exit::Found)
        }
        Some(true) => {
            writeln!(terminal.out, "It is as it was issued.")?;
            Ok(Exit::Done)
        }
        None => Ok(Exit::Done),
    }
}

fn verify_folder(folder: &Path, terminal: &mut Terminal<'_>) -> Result<Exit, Failure> {
    let read = |name: &str| {
        fs::read(folder.join(name)).map_err(|error| {
            Failure::input(format!("{name} cannot be read: {error}."), "Name the folder with the files of a release.")
        })
    };
    let (manifest, signature) = (read(NAME)?, read(SIGNATURE)?);
    let app = App::open(terminal.config()?, Clock::system())?;
    let keys = Verifier::<Release>::new(&app.keys.get()).map_err(|error| Failure::Fault(error.to_string()))?;
    let wrong = verify(&manifest, &String::from_utf8_lossy(&signature), &keys, |name| fs::read(folder.join(name)).ok());
    for fault in &wrong {
        writeln!(terminal.out, "{fault}")?;
    }
    if wrong.is_empty() {
        writeln!(terminal.out, "The files are as they were issued.")?;
        return Ok(Exit::Done);
    }
    Ok(Exit::Found)
}

fn failed(error: MakeError) -> Failure {
    match error {
        MakeError::NotFound => Failure::input("There is no release with this id.", "List them in the console."),
        MakeError::NotApproved => Failure::refused(
            "The release is not approved.",
            "Somebody else than who asked for it must approve it first.",
        ),
        MakeError::Keys(_) => {
            Failure::refused("Releases cannot be signed.", "`zedenregister keys init` makes the key that is missing.")
        }
        MakeError::Refused(refusal) => refusal.into(),
        other => Failure::Fault(other.to_string()),
    }
}

fn progress() -> ProgressBar {
    let target =
        if std::io::stderr().is_terminal() { ProgressDrawTarget::stderr() } else { ProgressDrawTarget::hidden() };
    let style = ProgressStyle::with_template("{wide_bar} {pos}/{len} people, {eta} left");
    ProgressBar::with_draw_target(None, target).with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
}
