//! Reading JSON more strictly than the language asks: what two parsers could read differently is refused.
//!
//! Refused are bytes that are not UTF-8, a member named twice, nesting beyond [`MAX_DEPTH`], and characters that have
//! no place in any field of the register: control characters, changes of writing direction, noncharacters. Every
//! fault is reported, not only the first, and none repeats a value.

use std::cell::RefCell;
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};

use crate::register::FieldError;

/// Objects and lists within each other; the deepest document of the API needs nine.
const MAX_DEPTH: usize = 32;
/// Faults that are reported; more help nobody.
pub(super) const MAX_FAULTS: usize = 100;
/// Longest name of an unknown member that an answer repeats.
const MAX_NAME: usize = 64;

/// Reads one JSON document.
///
/// # Errors
/// Every fault that could be found in it.
pub fn read(bytes: &[u8]) -> Result<Value, Vec<FieldError>> {
    let text = std::str::from_utf8(bytes)
        .map_err(|_| vec![FieldError::new("", "not_utf8", "The body is not valid UTF-8.")])?;
    let faults = RefCell::new(Vec::new());
    let mut parser = serde_json::Deserializer::from_str(text);
    let read = Node { faults: &faults, path: String::new(), depth: 0 }
        .deserialize(&mut parser)
        .and_then(|value| parser.end().map(|()| value));
    let mut faults = faults.into_inner();
    match read {
        Ok(value) if faults.is_empty() => Ok(value),
        Ok(_) => Err(faults),
        Err(error) => {
            // The parser stops at the depth limit too; then the fault is known already.
            if faults.iter().all(|fault| fault.code != "too_deep") {
                let place = format!("line {}, column {}", error.line(), error.column());
                faults.push(FieldError::new("", "not_json", format!("The body is not valid JSON at {place}.")));
            }
            Err(faults)
        }
    }
}

/// One more step in a JSON Pointer (RFC 6901), with what an answer may repeat of the name.
pub fn step(path: &str, name: &str) -> String {
    let short: String = name.chars().filter(|c| !c.is_control()).take(MAX_NAME).collect();
    format!("{path}/{}", short.replace('~', "~0").replace('/', "~1"))
}

/// Why a text may not stand in any field, if it may not.
pub fn forbidden_character(text: &str) -> Option<&'static str> {
    text.chars().find_map(|c| match c {
        '\n' | '\r' | '\t' => None,
        '\0'..='\u{1f}' | '\u{7f}'..='\u{9f}' => Some("control characters"),
        '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => {
            Some("characters that change the direction of writing")
        }
        '\u{feff}' | '\u{fdd0}'..='\u{fdef}' => Some("characters that stand for none"),
        c if u32::from(c) & 0xfffe == 0xfffe => Some("characters that stand for none"),
        _ => None,
    })
}

/// One value on its way into a [`Value`].
struct Node<'a> {
    faults: &'a RefCell<Vec<FieldError>>,
    path: String,
    depth: usize,
}

impl Node<'_> {
    fn child(&self, name: &str) -> Self {
        Self { faults: self.faults, path: step(&self.path, name), depth: self.depth + 1 }
    }

    fn fault(&self, path: &str, code: &str, detail: &str) {
        let mut faults = self.faults.borrow_mut();
        if faults.len() < MAX_FAULTS {
            faults.push(FieldError::new(path, code, detail));
        }
    }

    fn enter<E: Error>(&self) -> Result<(), E> {
        if self.depth < MAX_DEPTH {
            return Ok(());
        }
        self.fault("", "too_deep", "Objects and lists are nested more than 32 deep.");
        Err(E::custom("too deep"))
    }

    fn text(&self, path: &str, text: &str) {
        if let Some(what) = forbidden_character(text) {
            self.fault(path, "forbidden_character", &format!("Remove {what}."));
        }
    }
}

impl<'de> DeserializeSeed<'de> for Node<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Node<'_> {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Value, E> {
        Number::from_f64(value).map(Value::Number).ok_or_else(|| E::custom("number out of range"))
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        self.text(&self.path, value);
        Ok(value.into())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Value, A::Error> {
        self.enter()?;
        let mut values = Vec::new();
        while let Some(value) = list.next_element_seed(self.child(&values.len().to_string()))? {
            values.push(value);
        }
        Ok(Value::Array(values))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut object: A) -> Result<Value, A::Error> {
        self.enter()?;
        let mut members = Map::new();
        while let Some(name) = object.next_key::<String>()? {
            let child = self.child(&name);
            let path = child.path.clone();
            self.text(&path, &name);
            if members.insert(name, object.next_value_seed(child)?).is_some() {
                self.fault(&path, "duplicate_member", "This member is named twice.");
            }
        }
        Ok(Value::Object(members))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn faults(body: &[u8]) -> Vec<(String, String)> {
        read(body).expect_err("faults").into_iter().map(|fault| (fault.pointer, fault.code)).collect()
    }

    fn one(pointer: &str, code: &str) -> Vec<(String, String)> {
        vec![(pointer.to_owned(), code.to_owned())]
    }

    #[test]
    fn ordinary_documents_are_read_as_they_are() {
        let body = r#"{"a": [1, -2, 2.5, true, null, "é\n"], "b": {"c": {}}}"#;
        assert_eq!(read(body.as_bytes()).expect("valid"), serde_json::from_str::<Value>(body).expect("valid"));
    }

    // ASVS 5.0: 1.5.3
    #[test]
    fn every_duplicate_is_named() {
        let body = br#"{"a": 1, "a": 2, "b": [{"c": 1, "c": 1}], "x/y": 1, "x/y": 2}"#;
        let codes: Vec<String> = faults(body).into_iter().map(|(pointer, _)| pointer).collect();
        assert_eq!(codes, ["/a", "/b/0/c", "/x~1y"]);
    }

    // ASVS 5.0: 15.2.2
    #[test]
    fn depth_is_bounded_long_before_the_stack_is() {
        let deep = "[".repeat(100_000);
        assert_eq!(faults(deep.as_bytes()), one("", "too_deep"));
        let allowed = format!("{}1{}", "[".repeat(MAX_DEPTH), "]".repeat(MAX_DEPTH));
        assert!(read(allowed.as_bytes()).is_ok());
    }

    // ASVS 5.0: 1.4.2, 1.5.3
    #[test]
    fn what_is_not_json_is_said_with_its_place_and_without_its_text() {
        for body in
            ["", "{", "{\"a\": NaN}", "{\"a\": 1e999}", "{\"a\": 1,}", "\u{feff}{}", "{} {}", r#"{"a": "\ud800"}"#]
        {
            let read = read(body.as_bytes()).expect_err(body);
            assert_eq!(read.last().map(|fault| fault.code.as_str()), Some("not_json"), "{body}");
        }
        assert_eq!(faults(b"{\"a\": \"\xff\"}"), one("", "not_utf8"));
    }

    // ASVS 5.0: 1.3.3
    #[test]
    fn characters_that_mislead_are_refused_where_they_stand() {
        for text in [r"\u0000", r"\u0007", r"\u202e", r"\ufeff", r"\uffff", "\u{85}"] {
            let body = format!(r#"{{"name": "a{text}b"}}"#);
            assert_eq!(faults(body.as_bytes()), one("/name", "forbidden_character"), "{text}");
        }
        assert_eq!(faults(br#"{"a\u0000b": 1}"#), one("/ab", "forbidden_character"));
    }
}
