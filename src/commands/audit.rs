//! `audit`: is the audit as it was signed? And: sign it now.

use std::fs::File;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use clap::Subcommand;

use super::{Exit, Failure, Terminal};
use crate::audit::checkpoint::{Checkpoint, CheckpointError, Origin};
use crate::audit::folder::{CheckpointFolder, FolderError, read_checkpoint};
use crate::audit::publish::{self, ORIGIN, PublishError};
use crate::audit::verify::{Evidence, HashesFound, Report, StoredLeaf, VerifyError, verify};
use crate::clock::Clock;
use crate::crypto::jwks::Jwks;
use crate::crypto::keyring::{Checkpoint as CheckpointKey, KeyRing, KeyRingError};
use crate::crypto::signing::Verifier;
use crate::store::audit::LeafStream;
use crate::store::{ConnectionManager, DatabaseUrl, Limits, Store, StoreError, StoreOptions};

/// No key set is larger.
const MAX_KEY_SET: u64 = 1 << 20;
/// Entries read at once.
const PAGE: i64 = 5_000;

/// Verify that the audit is as it was signed, or sign it now.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    task: Task,
}

#[derive(Debug, Subcommand)]
enum Task {
    /// Compare every audit entry with a checkpoint that was kept outside the database
    ///
    /// Names the first entry that was altered, is missing, was inserted, moved or cut off, and notices when an older
    /// copy of the database was put back. Earlier checkpoints and leaf hashes in the same folder as FILE make the
    /// answer more exact; they are believed only as far as the signed checkpoint proves them. Nothing in the database
    /// is trusted, and nothing is changed.
    ///
    /// Exit code 0: all as it was signed; 1: not so, and what was found first.
    #[command(after_help = "Examples:\n  zedenregister audit verify --checkpoint 00000000000000001042.checkpoint\n  \
        zedenregister audit verify --checkpoint outside/00000000000000001042.checkpoint --jwks keys.json \\\n    \
        --database postgresql://auditor@db/zeden")]
    Verify {
        /// The checkpoint; the newest one you have proves most
        #[arg(long, value_name = "FILE")]
        checkpoint: PathBuf,
        /// The database to look into, instead of the one in the settings (database.url)
        #[arg(long, value_name = "URL")]
        database: Option<String>,
        /// The published keys, as fetched from /.well-known/jwks.json, instead of the key folder in the settings
        #[arg(long, value_name = "FILE")]
        jwks: Option<PathBuf>,
    },
    /// Sign the present state of the audit and publish it in the folder for checkpoints (audit.checkpoints)
    ///
    /// The scheduler does this twice a minute. Done again it changes nothing. Exit code 1: the folder shows that
    /// entries were lost or replaced; nothing was published.
    Checkpoint,
}

/// Does what was asked.
///
/// # Errors
/// [`Failure`] when something cannot be read; what is wrong with the audit itself is [`Exit::Found`].
pub fn run(args: &Args, terminal: &mut Terminal<'_>) -> Result<Exit, Failure> {
    match &args.task {
        Task::Verify { checkpoint, database, jwks } => {
            let keys = match jwks {
                Some(file) => published_keys(file)?,
                None => Verifier::new(&ring(&terminal.config()?.keys.folder)?).map_err(|error| unusable(&error))?,
            };
            let url = match database {
                Some(url) => url.parse()?,
                None => terminal.config()?.database.url,
            };
            verify_log(checkpoint, url, &keys, terminal)
        }
        Task::Checkpoint => checkpoint(terminal),
    }
}

fn verify_log(
    file: &Path,
    url: DatabaseUrl,
    keys: &Verifier<CheckpointKey>,
    terminal: &mut Terminal<'_>,
) -> Result<Exit, Failure> {
    let origin = Origin::new(ORIGIN).map_err(|error| Failure::Fault(error.to_string()))?;
    let signed = match read_checkpoint(file, &origin, keys) {
        Ok(signed) => signed,
        Err(FolderError::Checkpoint { path, source }) => return untrusted(&path, source, terminal),
        Err(error @ (FolderError::Io { .. } | FolderError::Differs(_))) => {
            return Err(Failure::input(format!("{error}."), "Check the name of the checkpoint."));
        }
    };
    let beside = Beside::of(file, &signed, &origin, keys);
    let mut conn = open(url)?;
    let rows = LeafStream::new(&mut conn, PAGE).map(|row| {
        let row = row?;
        let index = u64::try_from(row.leaf_index)
            .map_err(|_| StoreError::Corrupt(format!("an audit entry numbered {}", row.leaf_index)))?;
        Ok(StoredLeaf { index, entry: row.entry, hash: row.leaf_hash })
    });
    let report = verify(rows, &signed, beside.evidence()).map_err(|error: VerifyError<StoreError>| match error {
        VerifyError::Rows(error) => Failure::from(error),
        VerifyError::Hashes(error) => Failure::unavailable(
            format!("The leaf hashes beside the checkpoint cannot be read: {error}."),
            "Check the disk, or verify with the checkpoint in a folder of its own.",
        ),
    })?;
    write!(terminal.out, "{}", told(&signed, &report, beside.newer))?;
    Ok(if report.is_intact() { Exit::Done } else { Exit::Found })
}

/// What stands in the folder of the checkpoint.
struct Beside {
    folder: CheckpointFolder,
    /// Earlier checkpoints whose signatures are good; none when one of them is not.
    earlier: Vec<Checkpoint>,
    /// Whether there is a newer checkpoint, which would prove more.
    newer: bool,
}

impl Beside {
    fn of(file: &Path, signed: &Checkpoint, origin: &Origin, keys: &Verifier<CheckpointKey>) -> Self {
        let dir = file.parent().filter(|dir| !dir.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let folder = CheckpointFolder::new(dir);
        // They only sharpen the answer: one that cannot be used is no reason to give none.
        let earlier = folder.checkpoints(signed.size, origin, keys).unwrap_or_default();
        let newest = folder.newest(origin, keys).ok().flatten();
        Self { earlier, newer: newest.is_some_and(|newest| newest.size > signed.size), folder }
    }

    fn evidence(&self) -> Evidence<'_> {
        Evidence { earlier: &self.earlier, hashes: Some(&self.folder) }
    }
}

fn told(signed: &Checkpoint, report: &Report, newer: bool) -> String {
    let mut text = format!("Checkpoint of {} over {} entries: its signature is good.\n", signed.at, signed.size);
    match (report.finding, report.stored_hash_wrong) {
        (Some(finding), _) => {
            text += &format!("The audit is NOT as it was signed: {finding}.\n");
            text += &format!("Proven to be as they were signed: the first {} entries.\n", report.proven);
            if report.hashes == HashesFound::NotAuthentic {
                text += "The leaf hashes beside the checkpoint are incomplete or altered, so they did not help.\n";
            }
            text += "Keep the database as it is, and compare it with a backup from before.\n";
        }
        (None, Some(index)) => {
            text += &format!(
                "Every entry is as it was signed, but the hash stored beside entry {index} was altered.\n\
                 Somebody wrote in the audit. Keep the database as it is.\n"
            );
        }
        (None, None) => {
            text += &format!("The audit is intact: all {} entries are as they were signed.\n", signed.size);
            if report.beyond > 0 {
                text += &format!("{} newer entries follow, which this checkpoint does not cover.\n", report.beyond);
            }
        }
    }
    if newer {
        text += "There is a newer checkpoint in the same folder; verify with that one to prove more.\n";
    }
    text
}

fn untrusted(path: &Path, why: CheckpointError, terminal: &mut Terminal<'_>) -> Result<Exit, Failure> {
    writeln!(
        terminal.out,
        "{} proves nothing: {why}.\nUse a checkpoint that this register signed, and the keys it has published.",
        path.display()
    )?;
    Ok(Exit::Found)
}

fn checkpoint(terminal: &mut Terminal<'_>) -> Result<Exit, Failure> {
    let config = terminal.config()?;
    let ring = ring(&config.keys.folder)?;
    let options = StoreOptions { url: config.database.url, readers: 1, wait: config.database.wait };
    let store = Store::open(&options)?;
    match publish::checkpoint(&store, &ring, &config.audit.checkpoints, Clock::system().now().system) {
        Ok(published) => {
            match published.path {
                Some(path) => writeln!(
                    terminal.out,
                    "{} entries are under a checkpoint, {} of them new: {}",
                    published.size,
                    published.new_entries,
                    path.display()
                )?,
                None => writeln!(terminal.out, "There is no audit entry to sign yet.")?,
            }
            Ok(Exit::Done)
        }
        Err(error @ (PublishError::Behind { .. } | PublishError::Foreign(_) | PublishError::Gap(_))) => {
            writeln!(terminal.out, "Nothing was published: {error}.")?;
            writeln!(terminal.out, "`zedenregister audit verify` with the newest checkpoint shows what is missing.")?;
            Ok(Exit::Found)
        }
        Err(PublishError::Folder(error)) => Err(unreadable(&error)),
        Err(PublishError::Keys(error)) => Err(unusable(&error)),
        Err(PublishError::Store(error)) => Err(error.into()),
        Err(error @ (PublishError::Damaged(_) | PublishError::Signing(_))) => Err(Failure::Fault(error.to_string())),
    }
}

fn published_keys(file: &Path) -> Result<Verifier<CheckpointKey>, Failure> {
    let next = "Fetch them from /.well-known/jwks.json of the register.";
    let mut bytes = Vec::new();
    File::open(file)
        .and_then(|opened| opened.take(MAX_KEY_SET).read_to_end(&mut bytes))
        .map_err(|error| Failure::input(format!("{} cannot be read: {error}.", file.display()), next))?;
    let jwks: Jwks = serde_json::from_slice(&bytes)
        .map_err(|error| Failure::input(format!("{} is not a set of public keys: {error}.", file.display()), next))?;
    Verifier::from_jwks(&jwks).map_err(|error| Failure::input(format!("{}: {error}.", file.display()), next))
}

/// Opens the database without changing it; a file that is not there is not made.
fn open(url: DatabaseUrl) -> Result<crate::store::Conn, Failure> {
    if let DatabaseUrl::Sqlite(file) = &url
        && !file.exists()
    {
        return Err(Failure::input(format!("There is no database {}.", file.display()), "Check the name."));
    }
    Ok(ConnectionManager::new(url, Limits::long_work(), "zedenregister-audit").open()?)
}

fn ring(folder: &Path) -> Result<KeyRing, Failure> {
    KeyRing::open(folder).map_err(|error| unusable(&error))
}

fn unusable(error: &KeyRingError) -> Failure {
    Failure::refused(format!("The keys cannot be used: {error}."), "Check `keys.folder`.")
}

fn unreadable(error: &FolderError) -> Failure {
    Failure::unavailable(format!("{error}."), "Check the name, the folder and who may read it.")
}
