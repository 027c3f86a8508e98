//! Where one record ends and the next begins, in a JSON array or in records one after the other.
//!
//! Only brackets and strings are told apart here: a record that is no JSON inside is one faulty record, and the next one is
//! found all the same.

use std::io::{BufReader, Read};

use serde_json::Value;

use super::{FileError, MAX_RECORD, Places, Raw, RowFault};

pub(super) struct Splitter<R: Read> {
    bytes: std::io::Bytes<BufReader<R>>,
    line: u64,
    state: State,
    /// A byte that was read and belongs to what comes next.
    kept: Option<u8>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    /// Nothing was read.
    Start,
    /// Within an array; `comma`: one must come before the next record.
    Array { comma: bool },
    /// Records one after the other.
    Lines,
    /// The array is closed, or reading stopped.
    Over,
}

impl<R: Read> Splitter<R> {
    pub(super) fn new(file: R) -> Self {
        Self { bytes: BufReader::new(file).bytes(), line: 1, state: State::Start, kept: None }
    }

    fn byte(&mut self) -> Result<Option<u8>, FileError> {
        if let Some(kept) = self.kept.take() {
            return Ok(Some(kept));
        }
        let read = self.bytes.next().transpose().map_err(|why| FileError::Unreadable { line: self.line, why })?;
        if read == Some(b'\n') {
            self.line += 1;
        }
        Ok(read)
    }

    /// The next byte that is no white space. A byte order mark at the very beginning is none.
    fn next_solid(&mut self) -> Result<Option<u8>, FileError> {
        while let Some(byte) = self.byte()? {
            let mark = self.state == State::Start && [0xef, 0xbb, 0xbf].contains(&byte);
            if !byte.is_ascii_whitespace() && !mark {
                return Ok(Some(byte));
            }
        }
        Ok(None)
    }

    pub(super) fn next(&mut self) -> Option<Result<Raw, FileError>> {
        match self.read() {
            Ok(raw) => raw.map(Ok),
            Err(error) => {
                self.state = State::Over;
                Some(Err(error))
            }
        }
    }

    fn read(&mut self) -> Result<Option<Raw>, FileError> {
        if self.state == State::Over {
            return Ok(None);
        }
        let Some(mut first) = self.next_solid()? else { return Ok(self.ended()) };
        if self.state == State::Start {
            self.state = if first == b'[' { State::Array { comma: false } } else { State::Lines };
            if first == b'[' {
                let Some(solid) = self.next_solid()? else { return Ok(self.ended()) };
                first = solid;
            }
        }
        if let State::Array { comma } = self.state {
            match (comma, first) {
                (_, b']') => return self.closed(),
                (true, b',') => {
                    let Some(solid) = self.next_solid()? else { return Ok(self.ended()) };
                    first = solid;
                }
                (true, _) => return Ok(Some(self.over("expected a comma or the end of the array"))),
                (false, _) => {}
            }
            self.state = State::Array { comma: true };
        }
        if first != b'{' {
            return Ok(Some(self.over("expected a record, which begins with {")));
        }
        self.record(first).map(Some)
    }

    /// After the last record of an array nothing may come.
    fn closed(&mut self) -> Result<Option<Raw>, FileError> {
        let more = self.next_solid()?.is_some();
        let fault = more.then(|| self.over("expected nothing after the array"));
        self.state = State::Over;
        Ok(fault)
    }

    /// The file ended between records.
    fn ended(&mut self) -> Option<Raw> {
        let within_array = matches!(self.state, State::Array { .. });
        let fault = within_array.then(|| self.over("the file ends before its array does"));
        self.state = State::Over;
        fault
    }

    /// A fault after which no record can be told from another.
    fn over(&mut self, reason: &str) -> Raw {
        self.state = State::Over;
        self.faulty(self.line, reason)
    }

    fn faulty(&self, line: u64, reason: &str) -> Raw {
        let faults = vec![RowFault::new(line, "", "not_json", reason)];
        Raw { line, document: Value::Null, faults, places: Places::default() }
    }

    /// Reads to the bracket that closes the record.
    fn record(&mut self, first: u8) -> Result<Raw, FileError> {
        let line = self.line;
        let mut text = vec![first];
        let (mut depth, mut in_string, mut escaped, mut long) = (1_usize, false, false, false);
        while depth > 0 {
            let Some(byte) = self.byte()? else { return Ok(self.over("the file ends before its record does")) };
            match byte {
                _ if escaped => escaped = false,
                b'\\' if in_string => escaped = true,
                b'"' => in_string = !in_string,
                b'{' | b'[' if !in_string => depth += 1,
                b'}' | b']' if !in_string => depth -= 1,
                // A string cannot hold a line break: its closing quote is missing, and the next line begins a record.
                b'\n' if in_string && self.state == State::Lines => {
                    return Ok(self.faulty(line, "a text is not closed"));
                }
                _ => {}
            }
            long |= text.len() >= MAX_RECORD;
            if !long {
                text.push(byte);
            }
        }
        if long {
            return Ok(self.faulty(line, "is longer than a record can be"));
        }
        match serde_json::from_slice(&text) {
            Ok(document) => Ok(Raw { line, document, faults: Vec::new(), places: Places::default() }),
            Err(error) => {
                let at = line + u64::try_from(error.line()).unwrap_or(1).saturating_sub(1);
                Ok(self.faulty(at, "is not JSON"))
            }
        }
    }
}
