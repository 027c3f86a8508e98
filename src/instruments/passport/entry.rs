//! An entry in the register of passport alerts: when it ends, when to warn, and what happens to a document withheld.

use chrono::NaiveDate;
use law::term::{Event, LastDay, Term, TermError, TermLength, Unit, last_day};
use law::{Calendar, Extension, TermSource};
use serde::Serialize;

use super::profile::PassportRules;
use crate::grounds::{codes, ends_after_months};

codes! {
    /// What the issuing authority does with the document.
    pub enum DocumentDecision {
        /// It is refused.
        Refused => "refused",
        /// It is declared void.
        Voided => "voided",
        /// Neither, because that would be disproportionate.
        Deviated => "deviated",
        /// A passport limited in time or territory was agreed on.
        Limited => "limited",
    }
}

impl DocumentDecision {
    /// Whether it leaves the person without the document.
    #[must_use]
    pub const fn takes_the_document(self) -> bool {
        match self {
            Self::Refused | Self::Voided => true,
            Self::Deviated | Self::Limited => false,
        }
    }
}

/// What was decided on the document, and when.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct DocumentDecided {
    /// What.
    pub decision: DocumentDecision,
    /// When.
    pub on: NaiveDate,
}

/// An entry.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Entry {
    /// The day of the request.
    pub requested_on: NaiveDate,
    /// The day it was entered.
    pub entered_on: NaiveDate,
    /// The days on which it was renewed.
    pub renewals: Vec<NaiveDate>,
    /// The day on which it is removed unless renewed.
    pub expires_on: NaiveDate,
    /// The provision it is removed by.
    pub source: String,
    /// When to warn that it is about to expire.
    pub warnings: Vec<Warning>,
}

/// A warning before an entry expires.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Warning {
    /// The day from which to warn.
    pub on: NaiveDate,
    /// Days before the entry expires.
    pub days_before: u32,
    /// Whether that day has come.
    pub due: bool,
}

/// A document that was withheld.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Withheld {
    /// The day it was withheld.
    pub on: NaiveDate,
    /// The day it was forwarded to the issuing authority.
    pub forwarded_on: Option<NaiveDate>,
    /// The day it was given back.
    pub returned_on: Option<NaiveDate>,
}

/// The last day on which a document withheld on a day can be forwarded or returned.
///
/// # Errors
/// When the holiday table does not reach.
pub fn forward_by(withheld_on: NaiveDate, rules: &PassportRules, calendar: &Calendar) -> Result<NaiveDate, TermError> {
    let term = Term {
        event: Event::Day(withheld_on),
        length: TermLength { unit: Unit::Days, n: rules.entry.forward_days },
        first_day_counts: false,
        extension: Extension::Atw,
        counted_back: false,
        source: TermSource::Act,
    };
    match last_day(&term, calendar)? {
        LastDay::Day(day) => Ok(day),
        LastDay::Instant(instant) => Ok(instant.date_naive()),
    }
}

/// The day on which an entry requested or last renewed on a day is removed.
pub(super) fn expiry(counted_from: NaiveDate, rules: &PassportRules) -> NaiveDate {
    ends_after_months(counted_from, rules.entry.months)
}

impl Entry {
    pub(super) fn new(requested_on: NaiveDate, entered_on: NaiveDate, rules: &PassportRules) -> Self {
        let expires_on = expiry(requested_on, rules);
        let source = rules.sources.entry.clone();
        Self { requested_on, entered_on, renewals: Vec::new(), expires_on, source, warnings: Vec::new() }
    }

    pub(super) fn renew(mut self, on: NaiveDate, rules: &PassportRules) -> Self {
        self.renewals.push(on);
        self.expires_on = expiry(on, rules);
        self
    }

    /// The warnings as they stand on a day.
    pub(super) fn warn(mut self, as_of: NaiveDate, rules: &PassportRules) -> Self {
        self.warnings =
            rules.entry.warn_days_before.iter().map(|days| warning(self.expires_on, *days, as_of)).collect();
        self
    }
}

fn warning(expires_on: NaiveDate, days_before: u32, as_of: NaiveDate) -> Warning {
    let on = law::day::plus_days(expires_on, -i64::from(days_before));
    Warning { on, days_before, due: on <= as_of }
}
