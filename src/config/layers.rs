//! The three layers of settings, and the faults that are found before any meaning: a file that cannot be read, a key
//! nobody knows, a text where a number belongs.

use std::collections::BTreeMap;
use std::path::Path;

use figment::value::{Dict, Map, Tag, Value};
use figment::{Figment, Metadata, Profile, Provider};

use super::faults::{Fault, Faults};

/// Variables that begin like settings and are none.
const NOT_SETTINGS: [&str; 2] = ["ZEDEN_CONFIG", "ZEDEN_TEST_POSTGRES"];

/// What kind of value a key takes, as its default shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Class {
    Text,
    Number,
    List,
    Other,
}

impl Class {
    fn of(value: &Value) -> Self {
        match value {
            Value::String(..) => Self::Text,
            Value::Num(_, number) if number.to_i128().is_some() || number.to_u128().is_some() => Self::Number,
            Value::Array(..) => Self::List,
            Value::Char(..) | Value::Bool(..) | Value::Num(..) | Value::Empty(..) | Value::Dict(..) => Self::Other,
        }
    }

    const fn wanted(self) -> &'static str {
        match self {
            Self::Text => "a text in quotes",
            Self::Number => "a whole number without quotes",
            Self::List => "a list of texts, such as [\"a\", \"b\"]",
            Self::Other => "a value",
        }
    }
}

/// One place values come from.
struct Layer {
    origin: String,
    values: Dict,
}

impl Provider for Layer {
    fn metadata(&self) -> Metadata {
        Metadata::named(self.origin.clone())
    }

    fn data(&self) -> Result<Map<Profile, Dict>, figment::Error> {
        Ok(Map::from([(Profile::Default, self.values.clone())]))
    }
}

/// The merged layers, and what was wrong with them.
pub(super) struct Layers {
    pub figment: Figment,
    pub faults: Vec<Fault>,
    known: BTreeMap<String, Class>,
}

impl Layers {
    /// Only the defaults.
    pub fn new() -> Result<Self, Faults> {
        let values = parse(super::DEFAULT).map_err(|problem| {
            Faults(vec![Fault {
                key: "default.toml".to_owned(),
                origin: "built into the program".to_owned(),
                problem,
                mend: "This is a fault of the program.".to_owned(),
            }])
        })?;
        let known = leaves(&values).into_iter().map(|(key, value)| (key, Class::of(value))).collect();
        let defaults = Layer { origin: "default".to_owned(), values };
        Ok(Self { figment: Figment::from(defaults), faults: Vec::new(), known })
    }

    /// Lays a file over what there is.
    pub fn add_file(&mut self, file: &Path) {
        let origin = format!("file {}", file.display());
        match std::fs::read_to_string(file) {
            Ok(text) => self.add_text(&text, &origin),
            Err(error) => self.faults.push(Fault {
                key: "--config".to_owned(),
                origin,
                problem: format!("it cannot be read: {error}"),
                mend: "Name a file that exists and that this user may read.".to_owned(),
            }),
        }
    }

    /// Lays a text in TOML over what there is.
    pub fn add_text(&mut self, text: &str, origin: &str) {
        match parse(text) {
            Ok(values) => self.add(&values, origin),
            Err(problem) => self.faults.push(Fault {
                key: "the file".to_owned(),
                origin: origin.to_owned(),
                problem,
                mend: "Write it as `zedenregister check-config --print-default` does.".to_owned(),
            }),
        }
    }

    /// Lays the variables that begin with `ZEDEN_` over what there is.
    pub fn add_variables(&mut self, variables: impl IntoIterator<Item = (String, String)>) {
        for (name, value) in variables {
            let Some(rest) = name.strip_prefix("ZEDEN_") else { continue };
            if NOT_SETTINGS.contains(&name.as_str()) {
                continue;
            }
            let key = rest.to_lowercase().replace("__", ".");
            let value = self.known.get(&key).map_or_else(|| Value::from(value.as_str()), |class| typed(*class, &value));
            let values = key.rsplit('.').fold(value, |inner, part| Value::from(Dict::from([(part.to_owned(), inner)])));
            if let Value::Dict(_, values) = values {
                self.add(&values, &format!("variable {name}"));
            }
        }
    }

    /// Lays values over what there is; those with a fault are left out, so that one fault is reported once.
    fn add(&mut self, values: &Dict, origin: &str) {
        let mut sound = Dict::new();
        for (key, value) in leaves(values) {
            match self.known.get(&key) {
                None => self.faults.push(self.unknown(&key, origin)),
                Some(class) if Class::of(value) != *class => self.faults.push(Fault {
                    mend: format!("Write {}.", class.wanted()),
                    problem: format!("it must be {}", class.wanted()),
                    origin: origin.to_owned(),
                    key,
                }),
                Some(_) => insert(&mut sound, &key, value.clone()),
            }
        }
        self.figment = std::mem::take(&mut self.figment).merge(Layer { origin: origin.to_owned(), values: sound });
    }

    fn unknown(&self, key: &str, origin: &str) -> Fault {
        let nearest = self.known.keys().max_by(|a, b| likeness(key, a).total_cmp(&likeness(key, b)));
        Fault {
            key: key.to_owned(),
            origin: origin.to_owned(),
            problem: "there is no such setting".to_owned(),
            mend: format!("Did you mean `{}`?", nearest.map_or("", String::as_str)),
        }
    }
}

/// How alike two keys are; the last part weighs as much as the whole, since people forget the section.
fn likeness(a: &str, b: &str) -> f64 {
    fn last(key: &str) -> &str {
        key.rsplit('.').next().unwrap_or(key)
    }
    strsim::normalized_damerau_levenshtein(a, b) + strsim::normalized_damerau_levenshtein(last(a), last(b))
}

/// The value of a variable in the kind its key takes; one that does not fit stays a text and becomes a fault.
fn typed(class: Class, text: &str) -> Value {
    match class {
        Class::Text | Class::Other => Value::from(text),
        Class::Number => text.trim().parse::<i64>().map_or_else(|_| Value::from(text), Value::from),
        Class::List => Value::from(text.split(',').map(str::trim).filter(|part| !part.is_empty()).collect::<Vec<_>>()),
    }
}

/// Parses TOML. The message names a line and never shows it.
fn parse(text: &str) -> Result<Dict, String> {
    let table: toml::Table = toml::from_str(text).map_err(|error| {
        let line = error.span().map_or(1, |span| text[..span.start.min(text.len())].lines().count().max(1));
        format!("line {line} cannot be read as TOML")
    })?;
    Ok(table.into_iter().map(|(key, value)| (key, converted(value))).collect())
}

fn converted(value: toml::Value) -> Value {
    match value {
        toml::Value::String(text) => Value::from(text),
        toml::Value::Integer(number) => Value::from(number),
        toml::Value::Float(number) => Value::from(number),
        toml::Value::Boolean(yes) => Value::from(yes),
        // A date may be written with or without quotes.
        toml::Value::Datetime(date) => Value::from(date.to_string()),
        toml::Value::Array(items) => Value::Array(Tag::Default, items.into_iter().map(converted).collect()),
        toml::Value::Table(table) => {
            Value::Dict(Tag::Default, table.into_iter().map(|(key, value)| (key, converted(value))).collect())
        }
    }
}

/// Every value that is not a table, with its key written out.
fn leaves(values: &Dict) -> Vec<(String, &Value)> {
    let mut found = Vec::new();
    for (key, value) in values {
        match value {
            Value::Dict(_, inner) if !inner.is_empty() => {
                found.extend(leaves(inner).into_iter().map(|(rest, value)| (format!("{key}.{rest}"), value)));
            }
            _ => found.push((key.clone(), value)),
        }
    }
    found
}

fn insert(into: &mut Dict, key: &str, value: Value) {
    match key.split_once('.') {
        None => drop(into.insert(key.to_owned(), value)),
        Some((section, rest)) => {
            let inner = into.entry(section.to_owned()).or_insert_with(|| Value::Dict(Tag::Default, Dict::new()));
            if let Value::Dict(_, inner) = inner {
                insert(inner, rest, value);
            }
        }
    }
}
