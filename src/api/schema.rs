//! Holding input against the published schemas, and saying everything that is wrong with it in words.
//!
//! The validators are compiled once from the components of the OpenAPI document, so what is published and what is
//! accepted cannot differ. Faults name the member, never the value.

use jsonschema::error::{TypeKind, ValidationError, ValidationErrorKind};
use serde_json::{Value, json};

use super::json::{self, MAX_FAULTS};
use crate::register::FieldError;
use crate::register::address::country_fault;
use crate::register::identifiers::bsn_fault;

/// Whether the use case finds this fault again, with whatever else only it can judge: alone, such faults are left to it,
/// so that all are told together.
pub fn is_judged_again(fault: &FieldError) -> bool {
    matches!(fault.code.as_str(), "not_a_bsn" | "no_such_country")
}

/// One compiled schema.
pub struct Schema(jsonschema::Validator);

impl Schema {
    /// Compiles `schema`, which may refer to `components`.
    ///
    /// # Errors
    /// What is wrong with the schema; a fault of this program that stops it at start.
    pub fn compile(schema: &Value, components: &Value) -> Result<Self, String> {
        let mut root = schema.clone();
        if let Some(members) = root.as_object_mut() {
            members.insert("components".to_owned(), reachable(schema, components));
        }
        jsonschema::options()
            .with_draft(jsonschema::Draft::Draft202012)
            .should_validate_formats(true)
            .with_format("bsn", |text: &str| !well_formed_bsn(text) || bsn_fault(text, "").is_none())
            .with_format("country", |text: &str| !well_formed_country(text) || country_fault(text, "").is_none())
            .build(&root)
            .map(Self)
            .map_err(|error| error.to_string())
    }

    /// Compiles an object of `members`, each `(name, schema, required)`, and nothing else.
    ///
    /// # Errors
    /// As [`Schema::compile`].
    pub fn of_members(members: &[(String, Value, bool)], components: &Value) -> Result<Self, String> {
        let properties: serde_json::Map<String, Value> =
            members.iter().map(|(name, schema, _)| (name.clone(), schema.clone())).collect();
        let required: Vec<&String> = members.iter().filter(|(.., required)| *required).map(|(name, ..)| name).collect();
        let schema = json!({
            "type": "object", "properties": properties, "required": required, "additionalProperties": false,
        });
        Self::compile(&schema, components)
    }

    /// Everything that is wrong with `value`.
    pub fn faults(&self, value: &Value) -> Vec<FieldError> {
        let mut faults = Vec::new();
        for error in self.0.iter_errors(value) {
            tell(&error, &mut faults);
            if faults.len() >= MAX_FAULTS {
                break;
            }
        }
        faults.dedup();
        faults
    }
}

/// The part of `components` that `schema` refers to, directly or not: each validator keeps its own copy, and copies of
/// the whole would be most of the memory of a server.
fn reachable(schema: &Value, components: &Value) -> Value {
    let mut kept = json!({});
    let mut waiting = vec![schema];
    while let Some(value) = waiting.pop() {
        match value {
            Value::Array(items) => waiting.extend(items),
            Value::Object(members) => {
                waiting.extend(members.values());
                let reference = members.get("$ref").and_then(Value::as_str);
                let Some(name) = reference.and_then(|to| to.strip_prefix("#/components/schemas/")) else { continue };
                let known = kept["schemas"].get(name).is_some();
                if let Some(found) = components["schemas"].get(name).filter(|_| !known) {
                    kept["schemas"][name] = found.clone();
                    waiting.push(found);
                }
            }
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
        }
    }
    kept
}

/// What is no number at all is told by the pattern, and not twice.
fn well_formed_bsn(text: &str) -> bool {
    text.len() == 9 && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// As [`well_formed_bsn`].
fn well_formed_country(text: &str) -> bool {
    text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_uppercase())
}

/// Turns one error of the validator into faults that name members.
fn tell(error: &ValidationError<'_>, faults: &mut Vec<FieldError>) {
    let at = error.instance_path().as_str().to_owned();
    let mut say = |code: &str, detail: String| {
        faults.push(FieldError::new(at.clone(), code, detail));
    };
    match error.kind() {
        ValidationErrorKind::AdditionalProperties { unexpected }
        | ValidationErrorKind::UnevaluatedProperties { unexpected } => {
            faults.extend(unexpected.iter().map(|name| {
                FieldError::new(
                    json::step(&at, name),
                    "unknown_member",
                    "There is no such member here; check its spelling.",
                )
            }));
        }
        ValidationErrorKind::Required { property } => {
            let name = property.as_str().unwrap_or_default();
            faults.push(FieldError::new(json::step(&at, name), "required", "This member is required."));
        }
        ValidationErrorKind::OneOfNotValid { context } | ValidationErrorKind::AnyOf { context } => {
            choose(context, &at, faults);
        }
        ValidationErrorKind::OneOfMultipleValid { .. } => {
            say("ambiguous", "This fits more than one of the allowed shapes.".to_owned());
        }
        ValidationErrorKind::Type { kind } => say("wrong_type", format!("Expected {}.", types(kind))),
        ValidationErrorKind::Format { format } => {
            let (code, detail) = of_format(format);
            say(code, detail.to_owned());
        }
        ValidationErrorKind::Enum { options } => say("not_one_of", format!("Expected one of {}.", list(options))),
        ValidationErrorKind::Constant { expected_value } => {
            say("not_one_of", format!("Expected {expected_value}."));
        }
        ValidationErrorKind::Pattern { pattern } => {
            say("wrong_form", format!("Does not have the required form, {pattern}."));
        }
        ValidationErrorKind::MinLength { limit } => {
            say("too_short", format!("Expected at least {limit} character(s)."));
        }
        ValidationErrorKind::MaxLength { limit } => say("too_long", format!("Expected at most {limit} character(s).")),
        ValidationErrorKind::MinItems { limit } => say("too_few", format!("Expected at least {limit} item(s).")),
        ValidationErrorKind::MaxItems { limit } => say("too_many", format!("Expected at most {limit} item(s).")),
        ValidationErrorKind::AdditionalItems { limit } => say("too_many", format!("Expected at most {limit} item(s).")),
        ValidationErrorKind::MinProperties { limit } => say("too_few", format!("Expected at least {limit} member(s).")),
        ValidationErrorKind::MaxProperties { limit } => say("too_many", format!("Expected at most {limit} member(s).")),
        ValidationErrorKind::Minimum { limit } => say("too_small", format!("Expected {limit} or more.")),
        ValidationErrorKind::Maximum { limit } => say("too_large", format!("Expected {limit} or less.")),
        ValidationErrorKind::ExclusiveMinimum { limit } => say("too_small", format!("Expected more than {limit}.")),
        ValidationErrorKind::ExclusiveMaximum { limit } => say("too_large", format!("Expected less than {limit}.")),
        ValidationErrorKind::UniqueItems => say("not_unique", "The same item stands here twice.".to_owned()),
        // Keywords the schemas do not use; whoever adds one should add its words here.
        other => say("not_valid", format!("Does not satisfy `{}`.", other.keyword())),
    }
}

/// Tells the faults of the one shape that was meant: the one whose fixed words (such as `kind`) fit, or else the one
/// that is nearest. When no fixed word fits, that word is the fault.
fn choose(shapes: &[Vec<ValidationError<'static>>], at: &str, faults: &mut Vec<FieldError>) {
    // A word of the thing itself; one further down is a fault like any other.
    let fixed = |error: &ValidationError<'_>| {
        let word = matches!(error.kind(), ValidationErrorKind::Constant { .. } | ValidationErrorKind::Enum { .. });
        let below = error.instance_path().as_str().strip_prefix(at).unwrap_or_default();
        word && below.matches('/').count() <= 1
    };
    let wrong_kind = |error: &ValidationError<'_>| {
        error.instance_path().as_str() == at && matches!(error.kind(), ValidationErrorKind::Type { .. })
    };
    // The word that would say which shape is meant is missing: asking for the members of any one would mislead.
    let lacks = |errors: &[ValidationError<'_>], name: &Value| {
        errors.iter().any(|error| {
            error.instance_path().as_str() == at
                && matches!(error.kind(), ValidationErrorKind::Required { property } if property == name)
        })
    };
    let kind = shapes.first().into_iter().flatten().find(|error| {
        matches!(error.kind(), ValidationErrorKind::Required { property } if shapes.iter().all(|errors| lacks(errors, property)))
    });
    if let Some(kind) = kind {
        tell(kind, faults);
        return;
    }
    let possible: Vec<_> = shapes.iter().filter(|errors| !errors.iter().any(wrong_kind)).collect();
    // Something that may be absent has one shape besides: no word has to say which one is meant.
    let only = (possible.len() == 1).then(|| possible[0]);
    let fitting = possible.into_iter().filter(|errors| !errors.iter().any(fixed)).min_by_key(|errors| errors.len());
    if let Some(errors) = only.or(fitting) {
        for error in errors {
            tell(error, faults);
        }
        return;
    }
    let words: Vec<(&str, String)> = shapes
        .iter()
        .flatten()
        .filter_map(|error| match error.kind() {
            ValidationErrorKind::Constant { expected_value } => {
                Some((error.instance_path().as_str(), expected_value.to_string()))
            }
            ValidationErrorKind::Enum { options } => Some((error.instance_path().as_str(), list(options))),
            _ => None,
        })
        .collect();
    match words.first() {
        Some((place, _)) => {
            let known: Vec<&str> = words.iter().filter(|(at, _)| at == place).map(|(_, word)| word.as_str()).collect();
            faults.push(FieldError::new(*place, "not_one_of", format!("Expected one of {}.", known.join(", "))));
        }
        None => faults.push(FieldError::new(at, "wrong_type", "This has none of the allowed shapes.")),
    }
}

fn types(kind: &TypeKind) -> String {
    match kind {
        TypeKind::Single(one) => one.to_string(),
        TypeKind::Multiple(many) => many.iter().map(|one| one.to_string()).collect::<Vec<_>>().join(" or "),
    }
}

fn list(options: &Value) -> String {
    options.as_array().into_iter().flatten().map(Value::to_string).collect::<Vec<_>>().join(", ")
}

fn of_format(format: &str) -> (&'static str, &'static str) {
    match format {
        "date" => ("not_a_date", "Expected a day that exists, as YYYY-MM-DD."),
        "date-time" => ("not_a_date_time", "Expected an instant with its offset, such as 2026-03-29T12:00:00Z."),
        "uuid" => ("not_an_id", "Expected an id, such as 0190b7a2-6c1e-7d5a-9c43-2f6f0f0b1c11."),
        "email" => ("not_an_email_address", "Expected an e-mail address."),
        "uri" => ("not_a_uri", "Expected an absolute URI."),
        "bsn" => ("not_a_bsn", "Not a citizen service number: nine digits that pass the eleven-test."),
        "country" => ("no_such_country", "Not a country: use a code of ISO 3166-1 alpha-2, such as ES."),
        _ => ("wrong_form", "Does not have the required form."),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::UtcTime;

    fn faults(schema: &Value, value: &Value) -> Vec<(String, String)> {
        let components = json!({ "schemas": {
            "Place": { "oneOf": [
                { "type": "object", "required": ["kind", "street"], "additionalProperties": false, "properties": {
                    "kind": { "type": "string", "enum": ["dutch"] }, "street": { "type": "string", "minLength": 1 } } },
                { "type": "object", "required": ["kind", "country"], "additionalProperties": false, "properties": {
                    "kind": { "type": "string", "enum": ["foreign"] }, "country": { "type": "string", "pattern": "^[A-Z]{2}$" } } },
            ] },
        } });
        let schema = Schema::compile(schema, &components).expect("compiles");
        schema.faults(value).into_iter().map(|fault| (fault.pointer, fault.code)).collect()
    }

    fn pairs(list: &[(&str, &str)]) -> Vec<(String, String)> {
        list.iter().map(|(pointer, code)| ((*pointer).to_owned(), (*code).to_owned())).collect()
    }

    #[test]
    fn a_validator_keeps_what_its_schema_refers_to_and_nothing_else() {
        let to = |name: &str| json!({ "$ref": format!("#/components/schemas/{name}") });
        let components = json!({ "schemas": {
            "Person": { "properties": { "home": to("Home") } },
            "Home": { "items": [to("Person")] },
            "Other": { "type": "string" },
        } });
        let kept = reachable(&json!({ "properties": { "who": to("Person") } }), &components);
        let mut names: Vec<&String> = kept["schemas"].as_object().expect("schemas").keys().collect();
        names.sort();
        assert_eq!(names, ["Home", "Person"]);
        assert_eq!(reachable(&json!({ "type": "string" }), &components), json!({}));
    }

    // ASVS 5.0: 15.3.5
    #[test]
    fn all_faults_are_told_at_once_each_at_its_member() {
        let schema = json!({ "type": "object", "required": ["on", "who"], "additionalProperties": false, "properties": {
            "on": { "type": "string", "format": "date" },
            "at": { "type": "string", "format": "date-time" },
            "who": { "type": "string" },
            "many": { "type": "array", "maxItems": 1, "items": { "type": "integer", "minimum": 1 } },
        } });
        let value = json!({ "on": "2026-02-30", "at": "2026-01-01T12:00:00", "many": [0, "x"], "extra": 1 });
        let mut told = faults(&schema, &value);
        told.sort();
        assert_eq!(
            told,
            pairs(&[
                ("/at", "not_a_date_time"),
                ("/extra", "unknown_member"),
                ("/many", "too_many"),
                ("/many/0", "too_small"),
                ("/many/1", "wrong_type"),
                ("/on", "not_a_date"),
                ("/who", "required"),
            ])
        );
    }

    // ADR 2.2: /core/date-time/timezone
    #[test]
    fn instants_are_taken_with_any_offset_and_told_in_utc() {
        let schema = json!({ "type": "string", "format": "date-time" });
        for instant in ["2026-03-29T10:00:00Z", "2026-03-29T12:00:00+02:00", "2026-03-28T22:30:00-11:30"] {
            assert_eq!(faults(&schema, &json!(instant)), [], "{instant}");
            let read: UtcTime = serde_json::from_value(json!(instant)).expect("an instant");
            let told = serde_json::to_value(read).expect("JSON");
            assert!(
                told.as_str().is_some_and(|told| told.starts_with("2026-03-29T10:00:00") && told.ends_with('Z')),
                "{told}"
            );
        }
    }

    #[test]
    fn of_several_shapes_the_one_that_was_meant_is_judged() {
        let schema = json!({ "$ref": "#/components/schemas/Place" });
        assert_eq!(faults(&schema, &json!({ "kind": "dutch", "street": "Dorpsstraat" })), []);
        assert_eq!(faults(&schema, &json!({ "kind": "dutch" })), pairs(&[("/street", "required")]));
        assert_eq!(
            faults(&schema, &json!({ "kind": "foreign", "country": "Belgium" })),
            pairs(&[("/country", "wrong_form")])
        );
        assert_eq!(faults(&schema, &json!({ "kind": "lunar" })), pairs(&[("/kind", "not_one_of")]));
        assert_eq!(faults(&schema, &json!({ "street": "Dorpsstraat" })).len(), 1);
        assert_eq!(faults(&schema, &json!("Dorpsstraat")), pairs(&[("", "wrong_type")]));
    }

    #[test]
    fn all_faults_of_what_may_be_absent_are_told() {
        let person = json!({ "type": "object", "required": ["born", "contact"], "properties": {
            "born": { "type": "string", "format": "date" },
            "bsn": { "type": "string", "format": "bsn" },
            "kind": { "enum": ["a"] },
            "contact": { "type": "object", "properties": { "language": { "enum": ["nl"] } } },
        } });
        let schema = json!({ "properties": { "person": { "oneOf": [{ "type": "null" }, person] } } });
        let value = json!({ "person": {
            "born": "2026-02-30", "bsn": "123456789", "kind": "b", "contact": { "language": "fr" },
        } });
        let mut told = faults(&schema, &value);
        told.sort();
        assert_eq!(
            told,
            pairs(&[
                ("/person/born", "not_a_date"),
                ("/person/bsn", "not_a_bsn"),
                ("/person/contact/language", "not_one_of"),
                ("/person/kind", "not_one_of"),
            ])
        );
    }

    #[test]
    fn no_fault_repeats_a_value() {
        let schema = json!({ "type": "object", "properties": {
            "a": { "type": "integer" }, "b": { "enum": ["x"] }, "c": { "pattern": "^[0-9]+$" }, "d": { "format": "email" } } });
        let components = json!({});
        let value = json!({ "a": "SECRET", "b": "SECRET", "c": "SECRET", "d": "SECRET" });
        let told = Schema::compile(&schema, &components).expect("compiles").faults(&value);
        assert_eq!(told.len(), 4);
        assert!(told.iter().all(|fault| !fault.detail.contains("SECRET")), "{told:?}");
    }
}
