//! The manifest: what a release is made of and made from, as JSON in the canonical form of RFC 8785. Whoever issues it
//! signs exactly these bytes; the signature stands in a file of its own. Neither is among the files that the manifest
//! lists.

use chrono::{DateTime, SecondsFormat, Utc};
use serde::Serialize;
use serde_json::{Map, Value as Json};

use super::files::FileSummary;

/// The file name of the manifest.
pub const NAME: &str = "manifest.json";

/// What is said of a release.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Manifest {
    /// The id of the release.
    pub release: String,
    /// What the release is about: everything that was so at this instant,
    #[serde(serialize_with = "instant")]
    pub valid_at: DateTime<Utc>,
    /// as far as it was known at this instant.
    #[serde(serialize_with = "instant")]
    pub known_at: DateTime<Utc>,
    /// When it was issued.
    #[serde(serialize_with = "instant")]
    pub issued_at: DateTime<Utc>,
    /// What made it.
    pub made_by: MadeBy,
    /// The limits of disclosure control and whatever else decides what the files say, as the caller keeps them.
    pub settings: Json,
    /// The datasets.
    pub datasets: Vec<DatasetEntry>,
    /// The files, in the order of their names.
    pub files: Vec<FileSummary>,
    /// The release before this one.
    pub previous: Option<Previous>,
    /// How many people's rows are absent because they were destroyed, as a band such as `0` or `1-9`.
    pub destroyed: String,
    /// SHA-256 of the plan of analysis that was registered beforehand, where there is one.
    pub preregistration: Option<String>,
    /// Where the audit log stood.
    pub audit_checkpoint: Option<String>,
}

/// What made a release: with the same, and the same instants and release key, the files come out the same.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct MadeBy {
    /// The version of the program, with its commit.
    pub code: String,
    /// The newest migration of the database.
    pub schema: String,
    /// The version of the time zone data.
    pub time_zones: String,
}

/// A dataset of a release.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct DatasetEntry {
    /// Its id.
    pub id: String,
    /// The version of its definition.
    pub version: String,
    /// How many rows it has.
    pub rows: u64,
    /// SHA-256 of its codebook for programs: changes with any change of what the data mean.
    pub codebook: String,
}

/// The release before.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Previous {
    /// Its id.
    pub release: String,
    /// SHA-256 of its manifest, in lower-case hexadecimal.
    pub manifest: String,
}

impl Manifest {
    /// The bytes to write and to sign. Files are put in order first.
    ///
    /// # Errors
    /// When a number of the settings is none that JSON has.
    pub fn bytes(&self) -> Result<Vec<u8>, serde_json::Error> {
        let mut manifest = self.clone();
        manifest.files.sort_by(|a, b| a.name.cmp(&b.name));
        manifest.datasets.sort_by(|a, b| a.id.cmp(&b.id));
        let mut out = String::new();
        canonical(&serde_json::to_value(manifest)?, &mut out)?;
        Ok(out.into_bytes())
    }
}

fn instant<S: serde::Serializer>(instant: &DateTime<Utc>, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&instant.to_rfc3339_opts(SecondsFormat::Micros, true))
}

/// RFC 8785: no spaces, members in the order of their names in UTF-16, numbers as ECMAScript writes them.
fn canonical(value: &Json, out: &mut String) -> Result<(), serde_json::Error> {
    match value {
        Json::Null | Json::Bool(_) | Json::String(_) => out.push_str(&serde_json::to_string(value)?),
        Json::Number(number) => match number.as_f64() {
            Some(real) if number.is_f64() => out.push_str(&ecma(real)),
            Some(_) | None => out.push_str(&number.to_string()),
        },
        Json::Array(values) => {
            out.push('[');
            for (at, value) in values.iter().enumerate() {
                out.push_str(if at > 0 { "," } else { "" });
                canonical(value, out)?;
            }
            out.push(']');
        }
        Json::Object(members) => members_in_order(members, out)?,
    }
    Ok(())
}

fn members_in_order(members: &Map<String, Json>, out: &mut String) -> Result<(), serde_json::Error> {
    let mut members: Vec<_> = members.iter().collect();
    members.sort_by(|(a, _), (b, _)| a.encode_utf16().cmp(b.encode_utf16()));
    out.push('{');
    for (at, (name, value)) in members.into_iter().enumerate() {
        out.push_str(if at > 0 { "," } else { "" });
        out.push_str(&serde_json::to_string(name)?);
        out.push(':');
        canonical(value, out)?;
    }
    out.push('}');
    Ok(())
}

/// A number as ECMAScript writes it: shortest digits, an exponent below 1e-6 and from 1e21 on.
fn ecma(number: f64) -> String {
    let size = number.abs();
    if size == 0.0 {
        "0".to_owned()
    } else if (1e-6..1e21).contains(&size) {
        number.to_string()
    } else {
        let text = format!("{number:e}");
        if text.contains("e-") { text } else { text.replace('e', "e+") }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::formats::sample;

    fn manifest() -> Manifest {
        let instant = |text: &str| text.parse::<DateTime<Utc>>().unwrap();
        Manifest {
            release: "2026-q3".into(),
            valid_at: instant("2026-09-30T22:00:00Z"),
            known_at: instant("2026-10-15T08:00:00.123456Z"),
            issued_at: instant("2026-10-16T08:00:00Z"),
            made_by: MadeBy { code: "0.1.0".into(), schema: "0012".into(), time_zones: "2026a".into() },
            settings: json!({ "threshold": 10, "dominance": 0.9, "closeness": 1.0 }),
            datasets: vec![
                DatasetEntry { id: "on-time".into(), version: "1".into(), rows: 9, codebook: "ab".into() },
                DatasetEntry { id: "events".into(), version: "2.1".into(), rows: 3, codebook: "cd".into() },
            ],
            files: Vec::new(),
            previous: Some(Previous { release: "2026-q2".into(), manifest: "00ff".into() }),
            destroyed: "1-9".into(),
            preregistration: None,
            audit_checkpoint: None,
        }
    }

    #[test]
    fn the_bytes_to_sign_are_as_expected() {
        let expected = r#"{"auditCheckpoint":null,"datasets":[{"codebook":"cd","id":"events","rows":3,"version":"2.1"},{"codebook":"ab","id":"on-time","rows":9,"version":"1"}],"destroyed":"1-9","files":[],"issuedAt":"2026-10-16T08:00:00.000000Z","knownAt":"2026-10-15T08:00:00.123456Z","madeBy":{"code":"0.1.0","schema":"0012","timeZones":"2026a"},"preregistration":null,"previous":{"manifest":"00ff","release":"2026-q2"},"release":"2026-q3","settings":{"closeness":1,"dominance":0.9,"threshold":10},"validAt":"2026-09-30T22:00:00.000000Z"}"#;
        assert_eq!(String::from_utf8(manifest().bytes().unwrap()).unwrap(), expected);
    }

    #[test]
    fn files_stand_in_the_order_of_their_names() {
        let mut files = sample::written(&sample::table(), &sample::table_rows()).1;
        files.reverse();
        let bytes = Manifest { files, ..manifest() }.bytes().unwrap();
        let read: Json = serde_json::from_slice(&bytes).unwrap();
        let names: Vec<_> = read["files"].as_array().unwrap().iter().map(|it| it["name"].as_str().unwrap()).collect();
        assert!(names.is_sorted());
        assert_eq!(
            read["files"][0],
            json!({
                "name": "on-time.R",
                "part": "script",
                "dataset": "on-time",
                "mediaType": "text/plain",
                "bytes": read["files"][0]["bytes"],
                "sha256": read["files"][0]["sha256"],
                "rows": null,
            })
        );
    }

    #[test]
    fn numbers_and_names_are_as_rfc_8785_has_them() {
        let mut out = String::new();
        let value =
            json!({ "\u{20ac}": 1e21, "\r": 4.5, "1": 1e-7, "\u{fb33}": -0.0, "\u{1f600}": 1e20, "a": "\u{f}\n\"é" });
        canonical(&value, &mut out).unwrap();
        let expected = "{\"\\r\":4.5,\"1\":1e-7,\"a\":\"\\u000f\\n\\\"é\",\"\u{20ac}\":1e+21,\"\u{1f600}\":100000000000000000000,\"\u{fb33}\":0}";
        assert_eq!(out, expected);
    }
}
