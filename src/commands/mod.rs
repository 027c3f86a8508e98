//! The command line: one file per command, each with its `Args` and its `run`.
//!
//! A command reads its arguments, calls the library and writes to the [`Terminal`] it is given. It never prints by
//! itself and never ends the process: it answers with an [`Exit`] or a [`Failure`], and `main` turns that into a
//! sentence and an exit code.

pub mod account;
pub mod assess;
pub mod asyncapi;
pub mod audit;
pub mod backup;
pub mod check;
pub mod check_config;
pub mod client;
pub mod demo;
pub mod export;
pub mod golden;
mod golden_compare;
pub mod import_addresses;
pub mod import_supervision;
pub mod keys;
pub mod logging;
pub mod manual;
pub mod migrate;
pub mod openapi;
pub mod receipt;
pub mod scheduler;
pub mod serve;
pub mod simulate;
pub mod survival;
pub mod synthetic;

use std::io::{self, Write};
use std::path::PathBuf;

use crate::app::OpenError;
use crate::config::{self, Config, Faults};
use crate::rulebook::RuleBookError;
use crate::store::StoreError;

/// What a command has at hand: where to write, and which configuration the caller named.
pub struct Terminal<'a> {
    /// Standard output.
    pub out: &'a mut dyn Write,
    /// The file named by `--config`.
    pub config_file: Option<PathBuf>,
}

impl Terminal<'_> {
    /// The settings from the defaults, the named file and the environment.
    ///
    /// # Errors
    /// [`Failure::Settings`] with every fault.
    pub fn config(&self) -> Result<Config, Failure> {
        let variables = std::env::vars_os().filter_map(|(name, value)| Some((name.into_string().ok()?, value)));
        let readable = variables.filter_map(|(name, value)| Some((name, value.into_string().ok()?)));
        Ok(config::load(self.config_file.as_deref(), readable)?)
    }
}

/// How a command ended that did its work.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// All well: exit code 0.
    Done,
    /// The work was done and found something wrong, as `golden` and `audit verify` may: exit code 1.
    Found,
}

impl Exit {
    /// The exit code.
    pub const fn code(self) -> u8 {
        match self {
            Self::Done => 0,
            Self::Found => 1,
        }
    }
}

/// Why a command could not do its work: one sentence, and what to do next.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// The arguments or the input are not usable: exit code 2.
    #[error("{what}")]
    Input {
        /// What is wrong.
        what: String,
        /// What to do.
        next: String,
    },
    /// The settings are refused: exit code 3.
    #[error(transparent)]
    Settings(#[from] Faults),
    /// The program may not run like this, whatever the settings say by themselves: exit code 3.
    #[error("{what}")]
    Refused {
        /// What is in the way.
        what: String,
        /// What to do.
        next: String,
    },
    /// Something outside does not answer or cannot be had, such as the database or the port: exit code 4.
    #[error("{what}")]
    Unavailable {
        /// What.
        what: String,
        /// What to do.
        next: String,
    },
    /// A fault of this program: exit code 5.
    #[error("{0}")]
    Fault(String),
    /// Standard output is gone: exit code 0, as whoever read it had seen enough.
    #[error("the output could not be written: {0}")]
    Output(#[from] io::Error),
}

impl Failure {
    /// The input is not usable.
    pub fn input(what: impl Into<String>, next: impl Into<String>) -> Self {
        Self::Input { what: what.into(), next: next.into() }
    }

    /// The program may not run like this.
    pub fn refused(what: impl Into<String>, next: impl Into<String>) -> Self {
        Self::Refused { what: what.into(), next: next.into() }
    }

    /// Something outside does not answer.
    pub fn unavailable(what: impl Into<String>, next: impl Into<String>) -> Self {
        Self::Unavailable { what: what.into(), next: next.into() }
    }

    /// The exit code.
    pub fn code(&self) -> u8 {
        match self {
            Self::Input { .. } => 2,
            Self::Settings(_) | Self::Refused { .. } => 3,
            Self::Unavailable { .. } => 4,
            Self::Fault(_) => 5,
            Self::Output(error) if error.kind() == io::ErrorKind::BrokenPipe => 0,
            Self::Output(_) => 4,
        }
    }

    /// What to do next.
    pub fn next(&self) -> &str {
        match self {
            Self::Input { next, .. } | Self::Refused { next, .. } | Self::Unavailable { next, .. } => next,
            Self::Settings(_) => "Mend these settings and check them with `zedenregister check-config`.",
            Self::Fault(_) => "This is a fault of the program; please report it with this text.",
            Self::Output(_) => "Check the disk or the program that reads the output.",
        }
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Refused(why) => Self::refused(format!("The database cannot be used: {why}"), ""),
            StoreError::Unavailable(_) | StoreError::Contended(_) | StoreError::Busy | StoreError::Closed => {
                Self::unavailable(sentence(&error), "Check that the database runs and that `database.url` names it.")
            }
            StoreError::Conflict(_) | StoreError::Corrupt(_) | StoreError::Statement(_) => {
                Self::Fault(sentence(&error))
            }
        }
    }
}

impl From<RuleBookError> for Failure {
    fn from(error: RuleBookError) -> Self {
        match error {
            RuleBookError::Unreadable { .. } => {
                Self::unavailable(format!("The rules cannot be read: {error}."), "Check the folder with the rules.")
            }
            RuleBookError::Unusable(_) => Self::refused(
                format!("The rules cannot be used: {error}."),
                "Mend the key in that file; the built-in files show what can stand in it.",
            ),
        }
    }
}

impl From<OpenError> for Failure {
    fn from(error: OpenError) -> Self {
        match error {
            OpenError::Store(error) => error.into(),
            OpenError::Keys(_) | OpenError::Field(_) => Self::refused(
                format!("{}.", sentence(&error)),
                "Check that `keys.folder` names the folder of this installation's keys and that this user may read it.",
            ),
            OpenError::Review(_) => {
                Self::refused(format!("{}.", sentence(&error)), "Mend the key in the file that `policy.review` names.")
            }
            OpenError::Rules(_) | OpenError::Passwords(_) => Self::Fault(sentence(&error)),
        }
    }
}

/// The text of an error as a sentence would begin.
fn sentence(error: &dyn std::error::Error) -> String {
    let text = error.to_string();
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// Makes the folders this installation writes into, readable by its own user only.
///
/// # Errors
/// [`Failure::Unavailable`] names the setting and the folder that cannot be made.
pub fn make_folders(config: &Config) -> Result<(), Failure> {
    use std::os::unix::fs::DirBuilderExt;
    for (key, folder) in config.folders() {
        std::fs::DirBuilder::new().recursive(true).mode(0o700).create(folder).map_err(|error| {
            Failure::unavailable(
                format!("The folder {} of `{key}` cannot be made: {error}.", folder.display()),
                format!("Make it, or set `{key}` to a place where this user may write."),
            )
        })?;
    }
    Ok(())
}
