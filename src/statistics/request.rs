//! A request for a survival analysis: the JSON document, read and checked whole, every fault with its field.
//!
//! The document's fields are described in [`FIELDS`]. A field that an analysis does not use is checked all the same
//! and otherwise left alone.

mod cells;
mod check;
mod document;

use serde::Deserialize;

use super::cox::{Covariate, Ties};
use super::kaplan_meier::Interval;
use super::study::Study;

/// What can stand in a request, for a command's help.
pub const FIELDS: &str = "\
The document is one JSON object; null in place of an optional field is as if it were not there:
  analysis    kaplan-meier, log-rank, cox, aalen-johansen, rmst or rate
  time        end of each row's observation; not negative unless `entry` is given
  event       0 when observation ended, otherwise the whole number of the cause
  entry       optional: observed only after this time, which is before `time`;
              default: from the start
  group       optional: number or text per row; numbers are ordered by size, texts after
              them by code point
  strata      optional: number or text per row; log-rank and cox compare within each
  id          optional: number or text per row, the person; rows of one must not overlap.
              Those that join without an event between them count as one, and all of them
              share one influence on a standard error
  covariates  cox: {\"name\": [numbers]}, fitted in this order; without any, cox compares
              the groups
  ties        efron (default) or breslow
  interval    log-log (default), log or plain
  tau         rmst: the horizon, above 0
  reference   the group that rates and hazards are compared with; default: the first
  confidence  between 0 and 1; default 0.95";

/// Which analysis is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Analysis {
    /// Chance to be free of the event over time.
    KaplanMeier,
    /// Test of equal hazards.
    LogRank,
    /// Hazard ratios.
    Cox,
    /// Chance of each cause over time.
    AalenJohansen,
    /// Restricted mean time.
    Rmst,
    /// Events per time at risk.
    Rate,
}

/// A request that was found to be sound.
#[derive(Debug, Clone, PartialEq)]
pub struct Request {
    /// What to do.
    pub analysis: Analysis,
    /// With which observations.
    pub study: Study,
    /// The covariates of a Cox model, with a value for each row of the study; only read for that analysis.
    pub covariates: Vec<Covariate>,
    /// How a Cox model treats ties.
    pub ties: Ties,
    /// The scale of the Kaplan-Meier interval.
    pub interval: Interval,
    /// The horizon of a restricted mean; always there for that analysis.
    pub tau: Option<f64>,
    /// The position of the group to compare with.
    pub reference: usize,
    /// The confidence of every interval.
    pub confidence: f64,
}

impl Request {
    /// Reads and checks a document.
    ///
    /// # Errors
    /// Every fault, each with its field, as `time[3]`.
    pub fn from_json(text: &str) -> Result<Self, Faults> {
        let mut faults = Faults::default();
        match document::read(text, &mut faults) {
            Some(document) => check::request(document, &mut faults).filter(|_| faults.all.is_empty()).ok_or(faults),
            None => Err(faults),
        }
    }
}

/// One fault of a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// The field, with the element: `time[3]`, counted from 0; empty when it is the document itself.
    pub field: String,
    /// What is wrong with it.
    pub problem: String,
}

/// Every fault of a document. A list with thousands of them keeps the first of each field and how many there are.
#[derive(Debug, Clone, Default, PartialEq, Eq, thiserror::Error)]
#[error("{}", self.lines().join("\n"))]
pub struct Faults {
    all: Vec<Fault>,
    /// Fields with more faults than are kept, and how many more.
    further: Vec<(String, usize)>,
}

/// How many faults of the elements of one field are kept.
const KEPT: usize = 10;

impl Faults {
    /// The faults that were kept.
    pub fn all(&self) -> &[Fault] {
        &self.all
    }

    /// The faults as one line each.
    pub fn lines(&self) -> Vec<String> {
        let kept = self.all.iter().map(|fault| match fault.field.as_str() {
            "" => fault.problem.clone(),
            field => format!("{field}: {}", fault.problem),
        });
        kept.chain(self.further.iter().map(|(field, count)| format!("{field}: {count} more like these"))).collect()
    }

    fn add(&mut self, field: impl Into<String>, problem: impl Into<String>) {
        self.all.push(Fault { field: field.into(), problem: problem.into() });
    }

    /// Adds the faults of a column's elements, keeping the first few.
    fn add_elements(&mut self, field: &str, elements: impl Iterator<Item = (usize, String)>) {
        let mut count = 0;
        for (position, problem) in elements {
            if count < KEPT {
                self.add(format!("{field}[{position}]"), problem);
            }
            count += 1;
        }
        if count > KEPT {
            self.further.push((field.to_owned(), count - KEPT));
        }
    }
}
