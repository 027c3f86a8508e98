//! Holding a record against the published schema, and saying everything that is wrong with it in words. Faults name the
//! member, never the value.

use jsonschema::error::{TypeKind, ValidationError, ValidationErrorKind};
use serde_json::Value;

use super::{MAX_FAULTS, SCHEMA};

/// The compiled schema.
pub(super) struct Schema(jsonschema::Validator);

/// A fault at a JSON Pointer, with its code and its reason.
pub(super) type Told = (String, &'static str, String);

impl Schema {
    /// Compiles the published schema.
    ///
    /// # Errors
    /// Never in a released program: a test compiles it.
    pub(super) fn published() -> Result<Self, String> {
        let schema: Value = serde_json::from_str(SCHEMA).map_err(|e| e.to_string())?;
        jsonschema::options()
            .with_draft(jsonschema::Draft::Draft202012)
            .should_validate_formats(true)
            .build(&schema)
            .map(Self)
            .map_err(|e| e.to_string())
    }

    /// Everything that is wrong with `document`.
    pub(super) fn faults(&self, document: &Value) -> Vec<Told> {
        let mut told = Vec::new();
        for error in self.0.iter_errors(document).take(MAX_FAULTS) {
            tell(&error, &mut told);
        }
        told.dedup();
        told.truncate(MAX_FAULTS);
        told
    }
}

fn tell(error: &ValidationError<'_>, told: &mut Vec<Told>) {
    let at = error.instance_path().as_str();
    let mut say = |code, reason: String| told.push((at.to_owned(), code, reason));
    match error.kind() {
        ValidationErrorKind::AdditionalProperties { unexpected } => {
            for name in unexpected {
                told.push((step(at, name), "unknown_member", "there is no such member here".to_owned()));
            }
        }
        ValidationErrorKind::Required { property } => {
            told.push((step(at, property.as_str().unwrap_or_default()), "required", "is missing".to_owned()));
        }
        ValidationErrorKind::Type { kind } => say("wrong_type", format!("must be {}", types(kind))),
        ValidationErrorKind::Format { format } => say("wrong_form", of_format(format).to_owned()),
        ValidationErrorKind::Enum { options } => say("not_one_of", format!("must be one of {}", list(options))),
        ValidationErrorKind::Constant { expected_value } => say("not_one_of", format!("must be {expected_value}")),
        ValidationErrorKind::Pattern { pattern } => say("wrong_form", format!("must have the form {pattern}")),
        ValidationErrorKind::MinLength { limit } => {
            say("too_short", format!("must have at least {limit} character(s)"));
        }
        ValidationErrorKind::MaxLength { limit } => {
            say("too_long", format!("must have at most {limit} character(s)"));
        }
        ValidationErrorKind::MaxItems { limit } => {
            say("too_many", format!("must have at most {limit} item(s)"));
        }
        ValidationErrorKind::Minimum { limit } => {
            say("too_small", format!("must be {limit} or more"));
        }
        ValidationErrorKind::Maximum { limit } => {
            say("too_large", format!("must be {limit} or less"));
        }
        ValidationErrorKind::UniqueItems => say("not_unique", "holds the same item twice".to_owned()),
        // Keywords the schema does not use; whoever adds one adds its words here.
        other => say("not_valid", format!("does not satisfy `{}`", other.keyword())),
    }
}

/// One more step in a JSON Pointer, with what a report may repeat of a name that somebody made up.
fn step(path: &str, name: &str) -> String {
    let short: String = name.chars().filter(|c| !c.is_control()).take(40).collect();
    format!("{path}/{}", short.replace('~', "~0").replace('/', "~1"))
}

fn types(kind: &TypeKind) -> String {
    match kind {
        TypeKind::Single(one) => one.to_string(),
        TypeKind::Multiple(many) => many.iter().map(|one| one.to_string()).collect::<Vec<_>>().join(" or "),
    }
}

fn list(options: &Value) -> String {
    let words = options.as_array().into_iter().flatten().filter_map(Value::as_str);
    words.collect::<Vec<_>>().join(", ")
}

fn of_format(format: &str) -> &'static str {
    match format {
        "date" => "must be a day that exists, as YYYY-MM-DD",
        "date-time" => "must be an instant with its offset, such as 2026-03-29T12:00:00Z",
        _ => "does not have the required form",
    }
}
