//! The organisations that supervise, as data.

use serde::Deserialize;

use crate::law::{LoadError, Name};

const BUILT_IN: (&str, &str) = ("organisations.toml", include_str!("organisations.toml"));

/// An organisation that supervises.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Organisation {
    /// Its code in files and in the API.
    pub code: Name,
    /// Its name.
    pub name: String,
}

/// Every organisation that supervises.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Organisations {
    organisation: Vec<Organisation>,
}

impl Organisations {
    /// Those built into the program.
    ///
    /// # Errors
    /// Never in a released program: a test reads them.
    pub fn built_in() -> Result<Self, LoadError> {
        let (file, text) = BUILT_IN;
        Self::parse(file, text)
    }

    /// Reads a list. `file` is named in errors.
    ///
    /// # Errors
    /// When the text is no list, or a code cannot be used or is there twice.
    pub fn parse(file: &str, text: &str) -> Result<Self, LoadError> {
        let list: Self = toml::from_str(text).map_err(|e| LoadError::toml(file, text, &e))?;
        for (i, one) in list.organisation.iter().enumerate() {
            let at = |member: &str| format!("organisation[{i}].{member}");
            let well_formed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '/' | '-');
            if one.code.is_empty() || one.code.len() > 64 || !one.code.chars().all(well_formed) {
                return Err(LoadError::new(file, &at("code"), "must consist of letters, digits and . _ / -"));
            }
            if one.name.trim().is_empty() {
                return Err(LoadError::new(file, &at("name"), "must not be empty"));
            }
            if list.organisation.iter().take(i).any(|other| other.code == one.code) {
                return Err(LoadError::new(file, &at("code"), &format!("`{}` is there twice", one.code)));
            }
        }
        Ok(list)
    }

    /// The organisation of a code.
    #[must_use]
    pub fn get(&self, code: &str) -> Option<&Organisation> {
        self.organisation.iter().find(|one| one.code.as_str() == code)
    }
}

#[cfg(test)]
mod tests {
    use super::Organisations;

    #[test]
    fn organisations_are_known_by_code_and_a_faulty_list_is_refused() {
        let list = Organisations::built_in().unwrap();
        assert_eq!(list.get("RN").unwrap().name, "Reclassering Nederland");
        assert_eq!(list.get("DJI"), None);
        let refused = |text: &str| Organisations::parse("o.toml", text).unwrap_err().to_string();
        let one = |code: &str, name: &str| format!("[[organisation]]\ncode = \"{code}\"\nname = \"{name}\"\n");
        assert!(refused(&one("R N", "x")).starts_with("o.toml: organisation[0].code: must consist"));
        assert!(refused(&one("RN", " ")).starts_with("o.toml: organisation[0].name: must not"));
        let twice = format!("{}{}", one("RN", "x"), one("RN", "y"));
        assert_eq!(refused(&twice), "o.toml: organisation[1].code: `RN` is there twice");
        assert!(refused("[[organisation]]\ncode = \"RN\"\n").starts_with("o.toml: "));
    }
}
