//! Reads the rule book: the embedded texts and, where configured, those of a folder.
//!
//! The folder has the shape of the embedded ones: `profiles/*.toml` and `calendars/*.toml`. A file with
//! the name of an embedded one takes its place. What the texts mean is for `law`.

use std::io;
use std::path::{Path, PathBuf};

use crate::law::{LoadError, RuleBook};

/// Why the rule book cannot be loaded.
#[derive(Debug, thiserror::Error)]
pub enum RuleBookError {
    /// A folder or file cannot be read.
    #[error("{}: {source}", .path.display())]
    Unreadable {
        /// The folder or file.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// A text cannot be used.
    #[error(transparent)]
    Unusable(#[from] LoadError),
}

/// The embedded rule book, with the texts of a folder when one is given.
///
/// # Errors
/// When the folder cannot be read or a text cannot be used.
pub fn load(extra: Option<&Path>) -> Result<RuleBook, RuleBookError> {
    let Some(folder) = extra else { return Ok(RuleBook::embedded()?) };
    let unreadable = |source| RuleBookError::Unreadable { path: folder.to_owned(), source };
    folder.read_dir().map_err(unreadable)?;
    let profiles = texts(&folder.join("profiles"))?;
    let calendars = texts(&folder.join("calendars"))?;
    Ok(RuleBook::with(&borrowed(&profiles), &borrowed(&calendars))?)
}

fn borrowed(texts: &[(String, String)]) -> Vec<(&str, &str)> {
    texts.iter().map(|(file, text)| (file.as_str(), text.as_str())).collect()
}

/// The TOML files of a folder by name; none when the folder does not exist.
fn texts(folder: &Path) -> Result<Vec<(String, String)>, RuleBookError> {
    let unreadable = |path: &Path, source| RuleBookError::Unreadable { path: path.to_owned(), source };
    let entries = match folder.read_dir() {
        Ok(entries) => entries,
        Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(e) => return Err(unreadable(folder, e)),
    };
    let mut found = Vec::new();
    for entry in entries {
        let path = entry.map_err(|e| unreadable(folder, e))?.path();
        if path.extension().is_some_and(|e| e == "toml") {
            let text = std::fs::read_to_string(&path).map_err(|e| unreadable(&path, e))?;
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            found.push((name, text));
        }
    }
    found.sort();
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_adds_a_version_and_a_bad_file_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let profiles = folder.path().join("profiles");
        std::fs::create_dir(&profiles).unwrap();
        let embedded = load(None).unwrap();
        assert_eq!(load(Some(folder.path())).unwrap().hash(), embedded.hash());

        std::fs::write(profiles.join("ie-2099.toml"), "id = \"ie-2099\"\ncolour = 1\n").unwrap();
        let error = load(Some(folder.path())).unwrap_err().to_string();
        assert!(error.starts_with("ie-2099.toml: colour: "), "{error}");
    }

    #[test]
    fn a_folder_that_is_not_there_is_refused() {
        let error = load(Some(Path::new("/nowhere/at/all"))).unwrap_err().to_string();
        assert!(error.contains("/nowhere/at/all"), "{error}");
    }
}
