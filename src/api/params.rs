//! Path and query parameters: held against their schemas like a body, refused when unknown or named twice.

use serde_json::{Map, Value};
use utoipa::openapi::path::{Parameter, ParameterIn};
use utoipa::openapi::schema::{SchemaType, Type};
use utoipa::openapi::{RefOr, Schema};

use super::json;
use super::schema::Schema as Checked;
use crate::register::FieldError;

/// The parameters of one operation in one place, compiled.
pub struct Parameters {
    declared: Vec<(String, Kind)>,
    schema: Checked,
}

/// What the text of a parameter stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Text,
    Number,
    Boolean,
    List,
}

impl Parameters {
    /// Compiles those of `parameters` that stand in `place`.
    ///
    /// # Errors
    /// What is wrong with a schema; a fault of this program that stops it at start.
    pub fn compile(parameters: &[Parameter], place: &ParameterIn, components: &Value) -> Result<Self, String> {
        let mut members = Vec::new();
        let mut declared = Vec::new();
        for parameter in parameters.iter().filter(|parameter| parameter.parameter_in == *place) {
            let schema = serde_json::to_value(&parameter.schema).map_err(|error| error.to_string())?;
            let required = matches!(parameter.required, utoipa::openapi::Required::True);
            declared.push((parameter.name.clone(), Kind::of(&schema, components)));
            members.push((parameter.name.clone(), schema, required));
        }
        Ok(Self { declared, schema: Checked::of_members(&members, components)? })
    }

    /// Reads the parameters that were sent, as one JSON object.
    ///
    /// # Errors
    /// Every fault, each with the name of its parameter.
    pub fn read<'a>(&self, sent: impl Iterator<Item = (&'a str, &'a str)>) -> Result<Value, Vec<FieldError>> {
        let mut members = Map::new();
        let mut faults = Vec::new();
        for (name, text) in sent {
            let Some((_, kind)) = self.declared.iter().find(|(declared, _)| declared == name) else {
                let name = json::step("", name).split_off(1);
                faults.push(FieldError::new(name, "unknown_parameter", "There is no such parameter here."));
                continue;
            };
            if let Some(what) = json::forbidden_character(text) {
                faults.push(FieldError::new(name, "forbidden_character", format!("Remove {what}.")));
                continue;
            }
            if members.insert(name.to_owned(), kind.read(text)).is_some() {
                faults.push(FieldError::new(name, "duplicate_parameter", "This parameter is given twice."));
            }
        }
        let members = Value::Object(members);
        faults.extend(self.schema.faults(&members).into_iter().map(|mut fault| {
            // A parameter is named by its name alone, also when one item of its list is wrong.
            fault.pointer = fault.pointer.split('/').nth(1).unwrap_or_default().to_owned();
            fault
        }));
        if faults.is_empty() { Ok(members) } else { Err(faults) }
    }
}

/// The same parameter, without the null that the schema of an `Option` allows: text in an address is never null.
pub fn never_null(mut parameter: Parameter) -> Parameter {
    parameter.schema = parameter.schema.map(|schema| match schema {
        RefOr::T(Schema::Object(mut object)) => {
            if let SchemaType::Array(types) = &mut object.schema_type {
                types.retain(|one| *one != Type::Null);
                if let [one] = types.as_slice() {
                    object.schema_type = SchemaType::Type(one.clone());
                }
            }
            RefOr::T(Schema::Object(object))
        }
        RefOr::T(Schema::OneOf(mut shapes)) => {
            shapes.items.retain(|shape| !is_null(shape));
            if shapes.items.len() == 1 { shapes.items.remove(0) } else { RefOr::T(Schema::OneOf(shapes)) }
        }
        other => other,
    });
    parameter
}

fn is_null(shape: &RefOr<Schema>) -> bool {
    matches!(shape, RefOr::T(Schema::Object(object)) if matches!(object.schema_type, SchemaType::Type(Type::Null)))
}

impl Kind {
    fn of(schema: &Value, components: &Value) -> Self {
        if let Some(reference) = schema.get("$ref").and_then(Value::as_str) {
            let target = reference.strip_prefix("#/components").and_then(|path| components.pointer(path));
            return target.map_or(Self::Text, |target| Self::of(target, components));
        }
        let named = |name: &str| match schema.get("type") {
            Some(Value::String(one)) => one == name,
            Some(Value::Array(many)) => many.iter().any(|one| one == name),
            _ => false,
        };
        if named("integer") || named("number") {
            Self::Number
        } else if named("boolean") {
            Self::Boolean
        } else if named("array") {
            Self::List
        } else {
            Self::Text
        }
    }

    /// A text that is not of its kind stays text, and the schema says what is wrong with it.
    fn read(self, text: &str) -> Value {
        let as_text = || Value::String(text.to_owned());
        match self {
            Self::Text => as_text(),
            Self::Number => text.parse::<i64>().map_or_else(|_| as_text(), Value::from),
            Self::Boolean => text.parse::<bool>().map_or_else(|_| as_text(), Value::from),
            Self::List => text.split(',').map(str::to_owned).map(Value::String).collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use utoipa::openapi::path::ParameterBuilder;
    use utoipa::openapi::{ArrayBuilder, ObjectBuilder, Required};

    use super::*;

    fn parameters() -> Parameters {
        let text = ObjectBuilder::new().schema_type(Type::String).enum_values(Some(["open", "closed"])).build();
        let parameter = |name: &str| ParameterBuilder::new().name(name).parameter_in(ParameterIn::Query);
        let declared = [
            parameter("state").schema(Some(text.clone())).build(),
            parameter("limit")
                .required(Required::True)
                .schema(Some(ObjectBuilder::new().schema_type(Type::Integer).minimum(Some(1))))
                .build(),
            parameter("kinds").schema(Some(ArrayBuilder::new().items(text))).build(),
        ];
        Parameters::compile(&declared, &ParameterIn::Query, &json!({})).expect("compiles")
    }

    #[test]
    fn parameters_become_one_object() {
        let read = parameters().read([("limit", "20"), ("kinds", "open,closed")].into_iter()).expect("valid");
        assert_eq!(read, json!({ "limit": 20, "kinds": ["open", "closed"] }));
    }

    #[test]
    fn every_fault_is_named_by_its_parameter() {
        let sent = [("limt", "20"), ("state", "ajar"), ("state", "open"), ("kinds", "open,x"), ("limit", "1e3")];
        let mut faults: Vec<_> = parameters()
            .read(sent.into_iter())
            .expect_err("faults")
            .into_iter()
            .map(|fault| (fault.pointer, fault.code))
            .collect();
        faults.sort();
        let faults: Vec<_> = faults.iter().map(|(pointer, code)| (pointer.as_str(), code.as_str())).collect();
        assert_eq!(
            faults,
            [
                ("kinds", "not_one_of"),
                ("limit", "wrong_type"),
                ("limt", "unknown_parameter"),
                ("state", "duplicate_parameter"),
            ]
        );
    }
}
