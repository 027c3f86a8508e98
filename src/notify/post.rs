//! Letters on their way: to a folder that a house which prints and posts empties.

use std::fs;
use std::path::PathBuf;
use std::time::Duration;

use super::Outcome;
use super::files::write_whole;
use super::settings::SetupError;
use crate::ids::OutboxId;

/// A letter ready to be handed over.
#[derive(Clone)]
pub struct Sheet {
    /// The row of the outbox it stands for; names the file of a way that writes files.
    pub id: OutboxId,
    /// Whether an earlier attempt may have arrived.
    pub repeated: bool,
    /// The letter, as PDF. The same letter has the same bytes every time.
    pub pdf: Vec<u8>,
}

/// A way out of the house for letters.
pub trait Post: Send + Sync {
    /// Hands one letter over. May take as long as its time-outs allow; never called inside a transaction.
    fn post(&self, sheet: &Sheet) -> Outcome;

    /// The longest that one hand-over can take: a lease on a letter must outlast it.
    fn longest(&self) -> Duration;
}

/// A folder that letters are written to, each a PDF that appears whole or not at all.
pub struct LetterFiles {
    folder: PathBuf,
}

impl LetterFiles {
    /// Opens the folder, and makes it when it is not there.
    ///
    /// # Errors
    /// When it cannot be made.
    pub fn open(folder: PathBuf) -> Result<Self, SetupError> {
        fs::create_dir_all(&folder).map_err(|e| SetupError::Folder(e.to_string()))?;
        Ok(Self { folder })
    }
}

impl Post for LetterFiles {
    fn post(&self, sheet: &Sheet) -> Outcome {
        match write_whole(&self.folder, &format!("{}.pdf", sheet.id), &sheet.pdf) {
            Ok(()) => Outcome::HandedOver { code: "file_written".to_owned() },
            Err(error) => {
                tracing::warn!(outbox = %sheet.id, %error, "a letter could not be written to its folder");
                Outcome::Failed { code: "file_not_written".to_owned(), retryable: true }
            }
        }
    }

    fn longest(&self) -> Duration {
        Duration::from_secs(30)
    }
}
