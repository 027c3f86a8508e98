//! Messages as `.eml` files in a folder: for trials and the demonstration, and for whoever lets another program post
//! them. A file appears whole or not at all, and the same message twice is the same file.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::mail::{MailFace, Message};
use super::settings::SetupError;
use super::{Channel, Outcome};

/// A folder that messages are written to.
pub struct Files {
    folder: PathBuf,
    face: MailFace,
}

impl Files {
    /// Opens the folder, and makes it when it is not there.
    ///
    /// # Errors
    /// When it cannot be made.
    pub fn open(folder: PathBuf, face: MailFace) -> Result<Self, SetupError> {
        fs::create_dir_all(&folder).map_err(|e| SetupError::Folder(e.to_string()))?;
        Ok(Self { folder, face })
    }
}

impl Channel for Files {
    fn longest(&self) -> Duration {
        Duration::from_secs(30)
    }

    fn send(&self, message: &Message) -> Outcome {
        let Ok(bytes) = self.face.bytes(message) else {
            return Outcome::Failed { code: "not_composed".to_owned(), retryable: false };
        };
        match write_whole(&self.folder, &format!("{}.eml", message.id), &bytes) {
            Ok(()) => Outcome::HandedOver { code: "file_written".to_owned() },
            Err(error) => {
                tracing::warn!(outbox = %message.id, %error, "a message could not be written to its folder");
                Outcome::Failed { code: "file_not_written".to_owned(), retryable: true }
            }
        }
    }
}

/// Writes beside the final name, makes it durable, and only then gives it that name.
pub(super) fn write_whole(folder: &Path, name: &str, bytes: &[u8]) -> io::Result<()> {
    let draft = folder.join(format!(".{name}.draft"));
    let mut file = File::create(&draft)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    fs::rename(&draft, folder.join(name))?;
    File::open(folder)?.sync_all()
}
