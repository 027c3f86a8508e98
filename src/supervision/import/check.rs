//! Whether a record can be taken in: its form, what the rules of supervision say about it, and the municipalities it names.

use std::collections::HashSet;
use std::fmt;

use chrono::NaiveDate;
use serde_json::Value;
use sha2::{Digest, Sha256};

use super::columns;
use super::record::Record;
use super::schema::Schema;
use super::{MAX_FAULTS, Places, Raw, RowFault};
use crate::law::Calendar;
use crate::supervision::checks::Municipalities;
use crate::supervision::rules::{self, Fault, Length, Organisations, SupervisionRules};
use crate::vocabulary::SupervisionTitle;

/// Checks records against the published schema and the rules.
pub struct Checker<'a> {
    schema: Schema,
    rules: &'a SupervisionRules,
    calendar: &'a Calendar,
    municipalities: &'a Municipalities,
    organisations: &'a Organisations,
}

/// What names an order for good: the sender and its id.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Identity {
    /// The sender.
    pub source: String,
    /// Its id of the order.
    pub order_id: String,
}

impl fmt::Debug for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.source, self.order_id)
    }
}

/// A record that was checked.
#[derive(Debug)]
pub enum Checked {
    /// It can be taken in.
    Good {
        /// Where it begins.
        line: u64,
        /// What names it.
        identity: Identity,
        /// SHA-256 of what it says, `asOf` apart: the same content has the same digest however it was written.
        digest: [u8; 32],
        /// What it says.
        record: Box<Record>,
    },
    /// It cannot.
    Bad {
        /// Where it begins.
        line: u64,
        /// Everything that is wrong with it; at least one fault.
        faults: Vec<RowFault>,
    },
}

impl<'a> Checker<'a> {
    /// A checker.
    ///
    /// # Errors
    /// Never in a released program: a test compiles the schema.
    pub fn new(
        rules: &'a SupervisionRules,
        calendar: &'a Calendar,
        municipalities: &'a Municipalities,
        organisations: &'a Organisations,
    ) -> Result<Self, String> {
        Ok(Self { schema: Schema::published()?, rules, calendar, municipalities, organisations })
    }

    /// Checks one record.
    #[must_use]
    pub fn check(&self, raw: Raw) -> Checked {
        let Raw { line, document, mut faults, places } = raw;
        if document.is_null() && !faults.is_empty() {
            return Checked::Bad { line, faults };
        }
        let at = |pointer: &str, code: &str, reason: &str| places.fault(line, pointer, code, reason);
        faults.extend(self.schema.faults(&document).iter().map(|(pointer, code, reason)| at(pointer, code, reason)));
        if calls_it_gvm(&document) {
            let reason = "GVM is two things: for the measure of art. 38z Sr use kind `measure`";
            faults.push(at("/course/kind", "ambiguous_title", reason));
        }
        if !faults.is_empty() {
            return bad(line, faults);
        }
        let record: Record = match serde_json::from_value(document) {
            Ok(record) => record,
            // The schema lets through what the types do not: a fault of this program, told as one of the record.
            Err(_) => return bad(line, vec![at("", "not_valid", "does not have the published form")]),
        };
        let mut found = self.against_rules(&record);
        found.extend(self.against_lists(&record));
        found.extend(ids(&record));
        faults.extend(found.iter().map(|(pointer, code, reason)| at(pointer, code, reason)));
        if !faults.is_empty() {
            return bad(line, faults);
        }
        let identity = Identity { source: record.source.clone(), order_id: record.order_id.clone() };
        Checked::Good { line, identity, digest: digest(&record), record: Box::new(record) }
    }

    /// Everything that is wrong with a record that came by itself and not in a file, in form and by the rules: JSON Pointer,
    /// code and reason.
    #[must_use]
    pub fn faults(&self, record: &Record) -> Vec<(String, &'static str, String)> {
        let mut document = serde_json::to_value(record).unwrap_or_default();
        without_nulls(&mut document);
        let mut found = self.schema.faults(&document);
        let mut said = self.against_rules(record);
        said.extend(self.against_lists(record));
        said.extend(ids(record));
        found.extend(said.into_iter().map(|(pointer, code, reason)| (pointer, code, reason.to_owned())));
        found.dedup();
        found.truncate(MAX_FAULTS);
        found
    }

    fn against_rules(&self, record: &Record) -> Vec<Said> {
        let said = |fault: Fault| (pointer_of(&fault.field), fault.code.as_str(), fault.code.reason());
        let order = record.order();
        let mut found: Vec<Said> = rules::faults(&order, self.rules, self.calendar).into_iter().map(said).collect();
        // For a title without rules those of the measure say what a breach report is.
        let latest = || self.rules.at(SupervisionTitle::Measure38z, NaiveDate::MAX);
        let profile = rules::governing(&order, self.rules).or_else(latest);
        let mut earlier: Vec<Length> = Vec::new();
        for (i, breach) in record.breaches.iter().enumerate() {
            let report = breach.report();
            if let Some(Err(fault)) = profile.map(|profile| report.stands(profile, &earlier)) {
                let (pointer, code, reason) = said(fault);
                found.push((format!("/breaches/{i}{pointer}"), code, reason));
            }
            earlier.extend(report.decision.and_then(|decided| decided.detention));
        }
        found
    }

    fn against_lists(&self, record: &Record) -> Vec<Said> {
        let mut found = Vec::new();
        if self.organisations.get(&record.organisation).is_none() {
            let code = rules::FaultCode::NoSuchOrganisation;
            found.push(("/organisation".to_owned(), code.as_str(), code.reason()));
        }
        for (i, condition) in record.conditions.iter().enumerate() {
            for (j, code) in condition.municipalities.iter().enumerate() {
                if !self.municipalities.in_use(*code, condition.from) {
                    let code = rules::FaultCode::NoSuchMunicipality;
                    found.push((format!("/conditions/{i}/municipalities/{j}"), code.as_str(), code.reason()));
                }
            }
        }
        found
    }
}

/// A fault at a JSON Pointer.
type Said = (String, &'static str, &'static str);

fn bad(line: u64, mut faults: Vec<RowFault>) -> Checked {
    faults.dedup();
    faults.truncate(MAX_FAULTS);
    Checked::Bad { line, faults }
}

/// The prison service means something else by it.
fn calls_it_gvm(document: &Value) -> bool {
    let named =
        |member| document.pointer(member).and_then(Value::as_str).is_some_and(|w| w.eq_ignore_ascii_case("gvm"));
    named("/course/kind") || named("/course/title")
}

/// Ids within the order are there once.
fn ids(record: &Record) -> Vec<Said> {
    let mut found = Vec::new();
    let mut once = |list: &str, member: &str, ids: Vec<&str>| {
        let mut seen = HashSet::new();
        for (i, id) in ids.into_iter().enumerate() {
            if !seen.insert(id) {
                found.push((format!("/{list}/{i}/{member}"), "not_unique", "is there twice in this order"));
            }
        }
    };
    once("conditions", "conditionId", record.conditions.iter().map(|c| c.condition_id.as_str()).collect());
    once("breaches", "breachId", record.breaches.iter().map(|b| b.breach_id.as_str()).collect());
    found
}

/// Leaves out members that say nothing, as the published form has them.
fn without_nulls(document: &mut Value) {
    match document {
        Value::Object(members) => {
            members.retain(|_, member| !member.is_null());
            members.values_mut().for_each(without_nulls);
        }
        Value::Array(items) => items.iter_mut().for_each(without_nulls),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// SHA-256 of what a record says, `asOf` apart: the same content has the same digest however it was written.
pub fn digest(record: &Record) -> [u8; 32] {
    let mut plain = record.clone();
    // The same content as of another instant is the same content.
    plain.as_of = NaiveDate::MIN.and_hms_opt(0, 0, 0).unwrap_or_default().and_utc().fixed_offset();
    Sha256::digest(serde_json::to_vec(&plain).unwrap_or_default()).into()
}

/// `course.events[1].on` as `/course/events/1/on`.
fn pointer_of(field: &str) -> String {
    format!("/{}", field.replace('[', "/").replace(']', "").replace('.', "/"))
}

impl Places {
    /// A fault at a JSON Pointer, told by line and column where the file is a table, otherwise by member.
    fn fault(&self, line: u64, pointer: &str, code: &str, reason: &str) -> RowFault {
        let within = |part: &&(String, u64, &str)| {
            pointer.strip_prefix(part.0.as_str()).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        let Some((part, line, word)) = self.0.iter().filter(within).max_by_key(|(part, ..)| part.len()) else {
            return RowFault::new(line, member(pointer), code, reason);
        };
        let rest = pointer.strip_prefix(part.as_str()).unwrap_or(pointer);
        let field = match columns::name_of(word, rest) {
            Some(name) => name.to_owned(),
            None => member(rest),
        };
        RowFault::new(*line, field, code, reason)
    }
}

/// `/conditions/2/until` as `conditions[2].until`.
fn member(pointer: &str) -> String {
    let mut field = String::new();
    for name in pointer.split('/').skip(1) {
        if name.bytes().all(|b| b.is_ascii_digit()) && !name.is_empty() {
            field.push_str(&format!("[{name}]"));
        } else {
            if !field.is_empty() {
                field.push('.');
            }
            field.push_str(&name.replace("~1", "/").replace("~0", "~"));
        }
    }
    field
}
