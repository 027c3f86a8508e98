//! Reads what mail servers sent back into the folder of bounces, and writes down what became of each message. An e-mail
//! that did not arrive is followed by a letter in the same transaction, where that can still be read in time.
//!
//! A file is looked at once: when its outcome is written it is moved, into `done` or, when nothing can be made of it, into
//! `refused`. A process that dies in between reads it again, and finds the row as it left it.

use std::fs::{self, DirEntry};
use std::io::{self, Read};
use std::path::Path;

use scheduler::{JobError, RunContext, RunReport};

use super::batches;
use super::receipts::{self, Heard, Receipt, Settled};
use crate::app::App;
use crate::notify::bounce::{Fate, LARGEST, Report};
use crate::store::StoreError;

/// The name under which it runs and signs.
pub const NAME: &str = "bounces";

/// Files looked at in one run; the rest waits for the next.
const MOST: usize = 1_000;

/// Where a mail server puts what comes in, in a Maildir.
const INCOMING: [&str; 2] = ["new", "cur"];

/// Where files go that were understood, and where those go that were not.
const DONE: &str = "done";
const REFUSED: &str = "refused";

/// Runs once. Without a folder there is nothing to do.
///
/// # Errors
/// [`JobError`] when the folder or the store does not answer, or the run was asked to stop.
pub fn run(app: &App, context: &RunContext) -> Result<RunReport, JobError> {
    let mut report = RunReport::default();
    let Some(folder) = &app.config.mail.bounces else { return Ok(report) };
    let waiting = waiting(folder).map_err(|error| JobError::new(format!("the folder of bounces: {error}")))?;
    for entry in waiting {
        if context.cancelled() {
            break;
        }
        report.looked_at += 1;
        let to = match settle(app, &entry) {
            Ok(Settled::Changed) => {
                report.made += 1;
                DONE
            }
            Ok(Settled::AsItWas) => {
                report.skipped += 1;
                DONE
            }
            Ok(Settled::NotOurs) => {
                report.failed += 1;
                REFUSED
            }
            Err(error) => return Err(batches::stopped(&error, report)),
        };
        if let Err(error) = put_away(folder, &entry, to) {
            return Err(JobError::new(format!("the folder of bounces: {error}")).with_report(report));
        }
    }
    if report.failed > 0 {
        tracing::warn!(files = report.failed, "what came back is no report on a message of ours");
    }
    batches::end(context, report)
}

/// The files that wait, in the order of their names. Nothing but plain files is followed.
fn waiting(folder: &Path) -> io::Result<Vec<DirEntry>> {
    let mut found = Vec::new();
    for part in INCOMING {
        let entries = match fs::read_dir(folder.join(part)) {
            Ok(entries) => entries,
            Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
            Err(error) => return Err(error),
        };
        for entry in entries.take(10 * MOST) {
            let entry = entry?;
            // Asked of the entry itself: a link is none.
            if entry.file_type()?.is_file() {
                found.push(entry);
            }
        }
    }
    found.sort_by_key(DirEntry::file_name);
    found.truncate(MOST);
    Ok(found)
}

/// Writes down what one file says.
fn settle(app: &App, entry: &DirEntry) -> Result<Settled, StoreError> {
    let Some(bytes) = read(entry) else { return Ok(Settled::NotOurs) };
    let Ok(report) = Report::parse(&bytes) else { return Ok(Settled::NotOurs) };
    let Some(id) = report.outbox() else { return Ok(Settled::NotOurs) };
    let heard = match report.fate {
        Fate::Failed => Heard::Failed,
        Fate::Delivered => Heard::Delivered,
        Fate::Underway => Heard::Underway,
    };
    receipts::settle(app, NAME, Receipt { id, message_id: Some(report.message_id), heard, code: report.code })
}

/// The file, when it can be read and is not too large.
fn read(entry: &DirEntry) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    fs::File::open(entry.path()).ok()?.take(LARGEST + 1).read_to_end(&mut bytes).ok()?;
    (bytes.len() as u64 <= LARGEST).then_some(bytes)
}

fn put_away(folder: &Path, entry: &DirEntry, to: &str) -> io::Result<()> {
    let to = folder.join(to);
    fs::create_dir_all(&to)?;
    fs::rename(entry.path(), to.join(entry.file_name()))
}
