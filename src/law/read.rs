//! Reads a facts document, with errors that name the member at fault.

use serde::de::DeserializeOwned;

use super::facts::Facts;

/// A document that is no facts document.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{field}: {reason}")]
pub struct ReadError {
    /// The path of the member, e.g. `events[2].on`; `(document)` for the whole.
    pub field: String,
    /// What is wrong with it. Holds no personal data besides a value that is no date or code.
    pub reason: String,
}

impl Facts {
    /// Reads a facts document from JSON text.
    ///
    /// # Errors
    /// When the text is no JSON or no facts document.
    pub fn from_json(text: &str) -> Result<Self, ReadError> {
        let mut reader = serde_json::Deserializer::from_str(text);
        let facts = named(&mut reader)?;
        reader.end().map_err(|e| ReadError { field: "(document)".to_owned(), reason: e.to_string() })?;
        Ok(facts)
    }

    /// Reads a facts document from parsed JSON.
    ///
    /// # Errors
    /// When it is no facts document.
    pub fn from_value(value: serde_json::Value) -> Result<Self, ReadError> {
        named(value)
    }
}

/// Deserializes with the path of the member in the error.
///
/// # Errors
/// When the document does not fit.
pub fn named<'de, D, T>(reader: D) -> Result<T, ReadError>
where
    D: serde::Deserializer<'de>,
    D::Error: std::fmt::Display,
    T: DeserializeOwned,
{
    serde_path_to_error::deserialize(reader).map_err(|e| {
        let path = e.path().to_string();
        let field = if path == "." { "(document)".to_owned() } else { path };
        ReadError { field, reason: e.into_inner().to_string() }
    })
}

#[cfg(test)]
mod tests {
    use super::Facts;

    fn refused(events: &str) -> String {
        Facts::from_json(&format!(r#"{{"regime":"ie","events":[{events}]}}"#)).unwrap_err().to_string()
    }

    #[test]
    fn errors_name_the_member() {
        let error = Facts::from_json(r#"{"regime":"ie","custody":[{"kind":"remand","from":"2024-02-30"}]}"#);
        assert!(error.unwrap_err().to_string().starts_with("custody[0].from: is not a calendar date"));
        assert!(refused(r#"{"type":"home_changed","on":"2024-13-01"}"#).starts_with("events[0].on: "));
        assert!(refused(r#"{"type":"home_changed"}"#).contains("events[0]: missing field `on`"));
        assert!(refused(r#"{"type":"home_changed","on":"2024-01-01","until":"2024-01-02"}"#).contains("`until`"));
        assert!(refused(r#"{"type":"stay","place":"P","from":"2024-01-01","colour":1}"#).contains("colour"));
        assert!(refused(r#"{"type":"no_home_notice","on":"2024-01-01","intervalDays":0}"#).contains("intervalDays"));
        assert!(
            refused(r#"{"type":"notification","on":"2024-01-01","kind":"home","place":"P"}"#).contains("of kind home")
        );
    }

    #[test]
    fn a_document_survives_writing_and_reading() {
        let text = r#"{"regime":"nl-pilot","pilotFrom":"2026-01-01","asOf":"2026-02-01","convictions":[{"id":"C1","convictedOn":"2020-01-02","place":"abroad","registrable":true,"sentences":[{"kind":"imprisonment","months":3,"days":0,"suspended":{"months":1,"days":0},"runs":"concurrent"}]}],"custody":[{"kind":"prison","from":"2020-01-02","until":null}],"events":[{"id":"e1","type":"absence","from":"2026-01-02","intended":false},{"type":"notification","on":"2026-01-03","kind":"travel","plannedReturn":"2026-01-09"}]}"#;
        let facts = Facts::from_json(text).unwrap();
        assert_eq!(serde_json::to_string(&facts).unwrap(), text);
    }
}
