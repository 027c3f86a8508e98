//! Dutch municipalities by CBS code and day: a dated list, never a rule. `municipalities.csv` says where it comes from.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::Deserialize;

use crate::supervision::rules::CbsCode;

/// The list built into the program.
const BUILT_IN: &str = include_str!("municipalities.csv");

/// One municipality under one code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Municipality {
    /// CBS code.
    pub code: CbsCode,
    /// Name as CBS spells it.
    pub name: String,
    /// First day on which the code was in use, as far as the list goes back.
    pub from: NaiveDate,
    /// Last day; `None` while it is in use.
    pub until: Option<NaiveDate>,
    /// The codes into which its ground went.
    pub successors: Vec<CbsCode>,
}

/// What is wrong with a list.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {field}: {reason}")]
pub struct ListError {
    /// Line, from 1; 0 for the whole.
    pub line: u64,
    /// Column.
    pub field: &'static str,
    /// Why.
    pub reason: String,
}

/// A list of municipalities.
#[derive(Clone, Debug)]
pub struct Municipalities {
    by_code: BTreeMap<CbsCode, Municipality>,
    first: NaiveDate,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    code: String,
    name: String,
    valid_from: NaiveDate,
    valid_to: Option<NaiveDate>,
    successors: String,
}

impl Municipalities {
    /// The list built into the program.
    ///
    /// # Errors
    /// Never in a released program: a test reads it.
    pub fn built_in() -> Result<Self, ListError> {
        Self::read(BUILT_IN.as_bytes())
    }

    /// Reads a list: `code,name,valid_from,valid_to,successors`, with successors separated by spaces. Lines that begin
    /// with `#` are for people.
    ///
    /// # Errors
    /// The first fault with its line.
    pub fn read(text: impl std::io::Read) -> Result<Self, ListError> {
        let mut reader = csv::ReaderBuilder::new().comment(Some(b'#')).from_reader(text);
        let no_row = |error: &csv::Error| ListError {
            line: error.position().map_or(0, csv::Position::line),
            field: "(line)",
            reason: "is no row of the list".to_owned(),
        };
        let columns = reader.headers().map_err(|e| no_row(&e))?.clone();
        let mut by_code = BTreeMap::new();
        for record in reader.records() {
            let record = record.map_err(|e| no_row(&e))?;
            let line = record.position().map_or(0, csv::Position::line);
            let row: Row = record.deserialize(Some(&columns)).map_err(|e| ListError { line, ..no_row(&e) })?;
            let municipality = row.read().map_err(|(field, reason)| ListError { line, field, reason })?;
            if by_code.insert(municipality.code, municipality).is_some() {
                return Err(ListError { line, field: "code", reason: "is there twice".to_owned() });
            }
        }
        let fault = |field, reason: &str| ListError { line: 0, field, reason: reason.to_owned() };
        let unknown =
            by_code.values().flat_map(|m: &Municipality| &m.successors).any(|code| !by_code.contains_key(code));
        if unknown {
            return Err(fault("successors", "names a code that is not in the list"));
        }
        let first = by_code.values().map(|m| m.from).min().ok_or_else(|| fault("(list)", "is empty"))?;
        Ok(Self { by_code, first })
    }

    /// The municipality of a code, in use or not.
    #[must_use]
    pub fn get(&self, code: CbsCode) -> Option<&Municipality> {
        self.by_code.get(&code)
    }

    /// Whether the code was in use on `day`. Before the list begins, its first day counts.
    #[must_use]
    pub fn in_use(&self, code: CbsCode, day: NaiveDate) -> bool {
        self.get(code).is_some_and(|m| m.in_use(day.max(self.first)))
    }

    /// The codes under which the ground of `code` stands on `day`, followed through reorganisations; the code itself
    /// while it is in use, or when the list does not know it.
    #[must_use]
    pub fn on(&self, code: CbsCode, day: NaiveDate) -> Vec<CbsCode> {
        let mut found = Vec::new();
        let mut ahead = vec![code];
        while let Some(code) = ahead.pop() {
            match self.get(code) {
                // A successor begins the day after, so the walk ends.
                Some(m) if m.until.is_some_and(|until| until < day) => ahead.extend(&m.successors),
                Some(_) | None if found.contains(&code) => {}
                Some(_) | None => found.push(code),
            }
        }
        found
    }

    /// The municipality in use on `day` with this name, whatever its capitals; `None` when there is none or more than one.
    #[must_use]
    pub fn named(&self, name: &str, day: NaiveDate) -> Option<&Municipality> {
        let wanted = plain(name);
        let mut found = self.of_day(day).filter(|m| plain(&m.name) == wanted);
        found.next().filter(|_| found.next().is_none())
    }

    /// Every municipality in use on `day`, before the list begins on its first day.
    pub fn of_day(&self, day: NaiveDate) -> impl Iterator<Item = &Municipality> {
        let day = day.max(self.first);
        self.by_code.values().filter(move |m| m.in_use(day))
    }
}

impl Municipality {
    fn in_use(&self, day: NaiveDate) -> bool {
        self.from <= day && self.until.is_none_or(|until| day <= until)
    }
}

/// A name without capitals and without the province that sets two apart, so that "Bergen" is both of them.
fn plain(name: &str) -> String {
    name.split(" (").next().unwrap_or(name).trim().to_lowercase()
}

impl Row {
    fn read(self) -> Result<Municipality, (&'static str, String)> {
        let code = |text: &str, field| text.parse::<CbsCode>().map_err(|_| (field, format!("`{text}` is no CBS code")));
        let successors: Vec<CbsCode> =
            self.successors.split_whitespace().map(|text| code(text, "successors")).collect::<Result<_, _>>()?;
        if self.valid_to.is_some_and(|to| to < self.valid_from) {
            return Err(("valid_to", "lies before valid_from".to_owned()));
        }
        if self.valid_to.is_none() != successors.is_empty() {
            return Err(("successors", "are named exactly for a municipality that ended".to_owned()));
        }
        Ok(Municipality {
            code: code(&self.code, "code")?,
            name: self.name,
            from: self.valid_from,
            until: self.valid_to,
            successors,
        })
    }
}
