//! The session of a client between two calls: the register it is at and the present pair of tokens, in a file that its
//! owner alone can read.

use std::fs::{self, DirBuilder, OpenOptions};
use std::io::{ErrorKind, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use crate::commands::Failure;

/// A token this close to its end is exchanged first.
const MARGIN: TimeDelta = TimeDelta::seconds(30);

/// A session. It never shows its tokens.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Session {
    /// The address of the register.
    pub url: String,
    pub access_token: String,
    pub refresh_token: String,
    /// When the access token ends.
    pub ends_at: DateTime<Utc>,
}

impl std::fmt::Debug for Session {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Session").field("url", &self.url).field("ends_at", &self.ends_at).finish_non_exhaustive()
    }
}

impl Session {
    /// Whether the access token has ended, or is about to.
    pub fn is_over(&self, now: DateTime<Utc>) -> bool {
        now + MARGIN >= self.ends_at
    }

    /// The session in `file`.
    pub fn read(file: &Path) -> Result<Self, Failure> {
        let next = "Sign in: zedenregister client --url URL sign-in --username NAME";
        let text = fs::read(file).map_err(|error| match error.kind() {
            ErrorKind::NotFound => Failure::refused("Nobody is signed in.", next),
            _ => Failure::unavailable(format!("{} cannot be read: {error}.", file.display()), "Check its owner."),
        })?;
        serde_json::from_slice(&text)
            .map_err(|_| Failure::refused(format!("{} holds no session.", file.display()), next))
    }

    /// Keeps the session in `file`: at once or not at all, and readable by its owner alone.
    pub fn keep(&self, file: &Path) -> Result<(), Failure> {
        self.write(file).map_err(|error| {
            Failure::unavailable(
                format!("The session cannot be kept in {}: {error}.", file.display()),
                "Name another place: --session FILE",
            )
        })
    }

    fn write(&self, file: &Path) -> std::io::Result<()> {
        if let Some(folder) = file.parent().filter(|folder| !folder.as_os_str().is_empty()) {
            DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
        }
        let beside = file.with_extension(format!("{}.new", std::process::id()));
        let mut open = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&beside)?;
        let written = serde_json::to_writer(&open, self).map_err(Into::into).and_then(|()| {
            open.flush()?;
            open.sync_all()
        });
        written.and_then(|()| fs::rename(&beside, file)).inspect_err(|_| drop(fs::remove_file(&beside)))
    }
}

/// Forgets the session in `file`.
pub(super) fn forget(file: &Path) -> Result<(), Failure> {
    fs::remove_file(file).map_err(|error| {
        Failure::unavailable(format!("{} cannot be removed: {error}.", file.display()), "Remove it by hand.")
    })
}

/// Where a session is kept when no place is named: the state folder of the user (XDG Base Directory).
pub(super) fn usual_place() -> Result<PathBuf, Failure> {
    let named = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    named("XDG_STATE_HOME")
        .or_else(|| Some(named("HOME")?.join(".local/state")))
        .map(|state| state.join("zedenregister/session.json"))
        .ok_or_else(|| Failure::input("This user has no home folder.", "Name a place: --session FILE"))
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    fn session() -> Session {
        Session {
            url: "https://register.example".to_owned(),
            access_token: "the-access-token".to_owned(),
            refresh_token: "the-refresh-token".to_owned(),
            ends_at: "2026-02-03T12:00:00Z".parse().unwrap(),
        }
    }

    #[test]
    fn a_session_is_kept_for_its_owner_alone_and_read_again() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("state/zedenregister/session.json");
        session().keep(&file).unwrap();
        session().keep(&file).unwrap();
        assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(fs::metadata(file.parent().unwrap()).unwrap().permissions().mode() & 0o777, 0o700);
        assert_eq!(fs::read_dir(file.parent().unwrap()).unwrap().count(), 1, "nothing is left beside it");
        let read = Session::read(&file).unwrap();
        assert_eq!((read.url, read.refresh_token), (session().url, session().refresh_token));
        forget(&file).unwrap();
        assert_eq!(Session::read(&file).unwrap_err().code(), 3);
    }

    #[test]
    fn it_is_over_a_little_before_its_end() {
        let at = |time: &str| time.parse().unwrap();
        assert!(!session().is_over(at("2026-02-03T11:59:00Z")));
        assert!(session().is_over(at("2026-02-03T11:59:30Z")));
    }

    #[test]
    fn it_never_shows_its_tokens() {
        let shown = format!("{:?}", session());
        assert!(!shown.contains("token\"") && !shown.contains("the-"), "{shown}");
    }
}
