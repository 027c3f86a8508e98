//! Reads rules written as TOML. What cannot be used is refused with the file, the key and the reason.

use law::LoadError;
use serde::de::DeserializeOwned;

/// Reads a document. `file` is named in errors.
///
/// # Errors
/// When the text is no TOML or does not fit the type.
pub fn read<T: DeserializeOwned>(file: &str, text: &str) -> Result<T, LoadError> {
    toml::from_str(text).map_err(|error| LoadError::toml(file, text, &error))
}

/// Whether `id` can be the id of a version: `a-z`, `0-9` and `-`.
///
/// # Errors
/// When it is empty or has other characters.
pub fn check_id(file: &str, id: &str) -> Result<(), LoadError> {
    let good = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    if id.is_empty() || !id.chars().all(good) {
        return refuse(file, "id", "must consist of a-z, 0-9 and -");
    }
    Ok(())
}

/// Refuses a value of a document.
///
/// # Errors
/// Always.
pub fn refuse<T>(file: &str, key: &str, reason: &str) -> Result<T, LoadError> {
    Err(LoadError::new(file, key, reason))
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::{check_id, read};

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Document {
        years: u32,
    }

    #[test]
    fn what_does_not_fit_is_named_with_file_and_key() {
        let refused = |text: &str| read::<Document>("p.toml", text).unwrap_err().to_string();
        assert_eq!(read::<Document>("p.toml", "years = 2").unwrap().years, 2);
        assert!(refused("years = \"two\"").starts_with("p.toml: years: invalid type"));
        assert!(refused("years = 2\ncolour = 1").starts_with("p.toml: colour: unknown field"));
        assert!(refused("").starts_with("p.toml: "));
    }

    #[test]
    fn an_id_has_small_letters_digits_and_dashes() {
        assert!(check_id("p.toml", "nl-2017").is_ok());
        for bad in ["", "NL", "nl 2017", "nl_2017"] {
            assert_eq!(check_id("p.toml", bad).unwrap_err().to_string(), "p.toml: id: must consist of a-z, 0-9 and -");
        }
    }
}
