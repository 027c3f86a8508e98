//! Gathers the rows of a table into records: the row of an order, and after it the rows of its parts.

use std::io::Read;

use csv::{Position, ReaderBuilder, StringRecord};
use serde_json::{Map, Value, json};

use super::columns::{self, Cell, KEYS, Kind};
use super::{FileError, MAX_FAULTS, Places, Raw, RowFault};

pub(super) struct Gatherer<R> {
    reader: csv::Reader<R>,
    header: Vec<String>,
    row: StringRecord,
    /// The record that is being gathered.
    open: Option<Open>,
    over: bool,
}

struct Open {
    raw: Raw,
    source: String,
    order: String,
}

/// A row that belongs to no record that was begun.
enum Next {
    Row(u64),
    End,
}

impl<R: Read> Gatherer<R> {
    pub(super) fn open(file: R) -> Result<Self, FileError> {
        let mut reader = ReaderBuilder::new().flexible(true).from_reader(file);
        let header = reader.headers().map_err(|e| unreadable(0, e))?;
        let header: Vec<String> =
            header.iter().map(|name| name.trim_start_matches('\u{feff}').trim().to_owned()).collect();
        let fault = |column: &str, reason| FileError::Header { column: column.to_owned(), reason };
        if let Some(missing) = KEYS.iter().find(|key| !header.iter().any(|name| name == *key)) {
            return Err(fault(missing, "this column is required"));
        }
        for (i, name) in header.iter().enumerate() {
            if !columns::known(name) {
                return Err(fault(name, "there is no such column"));
            }
            if header.iter().take(i).any(|earlier| earlier == name) {
                return Err(fault(name, "this column is there twice"));
            }
        }
        Ok(Self { reader, header, row: StringRecord::new(), open: None, over: false })
    }

    pub(super) fn next(&mut self) -> Option<Result<Raw, FileError>> {
        while !self.over {
            match self.read() {
                Ok(Next::End) => self.over = true,
                Ok(Next::Row(line)) => {
                    if let Some(done) = self.take(line) {
                        return Some(Ok(done));
                    }
                }
                Err(error) => {
                    self.over = true;
                    return Some(Err(error));
                }
            }
        }
        self.open.take().map(|open| Ok(open.raw))
    }

    fn read(&mut self) -> Result<Next, FileError> {
        let line = self.reader.position().line();
        match self.reader.read_record(&mut self.row) {
            Ok(true) => Ok(Next::Row(self.row.position().map_or(line, Position::line))),
            Ok(false) => Ok(Next::End),
            Err(error) => Err(unreadable(line, error)),
        }
    }

    fn cell(&self, name: &str) -> &str {
        let column = self.header.iter().position(|known| known == name);
        column.and_then(|i| self.row.get(i)).unwrap_or_default().trim()
    }

    /// Takes in the row that was read; the record that it closes, or a record of its own when it belongs to none.
    fn take(&mut self, line: u64) -> Option<Raw> {
        let stray = |field: &str, code: &str, reason: &str| Raw {
            line,
            document: Value::Null,
            faults: vec![RowFault::new(line, field, code, reason)],
            places: Places::default(),
        };
        if self.row.len() != self.header.len() {
            return self.refuse(line, "", "wrong_width", "does not have as many cells as the first line", stray);
        }
        let word = self.cell("record").to_owned();
        let Some(kind) = columns::kind(&word) else {
            let words: Vec<&str> = columns::KINDS.iter().map(|kind| kind.word).collect();
            let reason = format!("must be one of {}", words.join(", "));
            return self.refuse(line, "record", "not_one_of", &reason, stray);
        };
        let (source, order) = (self.cell("source").to_owned(), self.cell("orderId").to_owned());
        let mut faults = Vec::new();
        let part = self.part(kind, line, &mut faults);
        if kind.list.is_empty() {
            let mut document = part;
            for (member, value) in [("source", &source), ("orderId", &order)] {
                if !value.is_empty() {
                    put(&mut document, &format!("/{member}"), Value::from(value.as_str()));
                }
            }
            let places = Places(vec![(String::new(), line, kind.word)]);
            let raw = Raw { line, document, faults, places };
            return self.open.replace(Open { raw, source, order }).map(|done| done.raw);
        }
        match &mut self.open {
            Some(open) if open.source == source && open.order == order => {
                open.raw.faults.append(&mut faults);
                open.raw.faults.truncate(MAX_FAULTS);
                open.add(kind, part, line);
                None
            }
            Some(_) | None => {
                Some(stray("orderId", "out_of_place", "does not follow the row of its order, or another row of it"))
            }
        }
    }

    /// A row that cannot be told to belong to an order spoils the one that is being gathered: it may be part of it.
    fn refuse(
        &mut self,
        line: u64,
        field: &str,
        code: &str,
        reason: &str,
        stray: impl Fn(&str, &str, &str) -> Raw,
    ) -> Option<Raw> {
        match &mut self.open {
            Some(open) => {
                open.raw.faults.push(RowFault::new(line, field, code, reason));
                open.raw.faults.truncate(MAX_FAULTS);
                None
            }
            None => Some(stray(field, code, reason)),
        }
    }

    /// The part of a record that a row says.
    fn part(&self, kind: &Kind, line: u64, faults: &mut Vec<RowFault>) -> Value {
        let mut part = json!({});
        for (name, text) in self.header.iter().zip(self.row.iter().map(str::trim)) {
            if text.is_empty() || KEYS.contains(&name.as_str()) {
                continue;
            }
            let Some((_, pointer, cell)) = kind.columns.iter().find(|(column, ..)| column == name) else {
                let reason = format!("does not belong to a row of kind {}", kind.word);
                faults.push(RowFault::new(line, name.as_str(), "out_of_place", reason));
                continue;
            };
            match value(text, *cell) {
                Ok(value) => put(&mut part, pointer, value),
                Err(reason) => faults.push(RowFault::new(line, name.as_str(), "wrong_form", reason)),
            }
        }
        part
    }
}

impl Open {
    fn add(&mut self, kind: &Kind, part: Value, line: u64) {
        let document = &mut self.raw.document;
        if document.pointer(kind.list).is_none() {
            put(document, kind.list, json!([]));
        }
        if let Some(Value::Array(list)) = document.pointer_mut(kind.list) {
            self.raw.places.0.push((format!("{}/{}", kind.list, list.len()), line, kind.word));
            list.push(part);
        }
    }
}

fn value(text: &str, cell: Cell) -> Result<Value, &'static str> {
    match cell {
        Cell::Text => Ok(Value::from(text)),
        Cell::Number => text.parse::<u32>().map(Value::from).map_err(|_| "must be a whole number"),
        Cell::Flag => match text {
            "true" => Ok(Value::Bool(true)),
            "false" => Ok(Value::Bool(false)),
            _ => Err("must be true or false"),
        },
        Cell::Words => Ok(text.split_whitespace().map(Value::from).collect()),
    }
}

/// Puts a member at a JSON Pointer, making the objects on the way.
fn put(document: &mut Value, pointer: &str, value: Value) {
    let mut at = document;
    for name in pointer.split('/').skip(1) {
        if !at.is_object() {
            *at = Value::Object(Map::new());
        }
        let Value::Object(members) = at else { return };
        at = members.entry(name).or_insert(Value::Null);
    }
    *at = value;
}

fn unreadable(line: u64, error: csv::Error) -> FileError {
    let line = error.position().map_or(line, Position::line);
    let why = match error.into_kind() {
        csv::ErrorKind::Io(why) => why,
        csv::ErrorKind::Utf8 { .. } => std::io::Error::other("it is not UTF-8"),
        _ => std::io::Error::other("it is no table"),
    };
    FileError::Unreadable { line, why }
}
