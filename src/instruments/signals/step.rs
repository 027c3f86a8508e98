//! Why a signal stands where it stands: codes with parameters, and their words.

use std::sync::LazyLock;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::event::{CloseReason, Origin};
use crate::grounds::Words;

/// One step. No step names a reporter.
#[expect(missing_docs, reason = "the parameters of a step are described with the step")]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "code", rename_all = "snake_case", rename_all_fields = "camelCase")]
pub enum Step {
    /// Where it comes from.
    CameFrom { origin: Origin, received: NaiveDate },
    /// By when somebody takes it up.
    TriageDue { days: u32, due: NaiveDate, overdue: bool, provision: String },
    /// A person matched it.
    MatchedByPerson { on: NaiveDate },
    /// A person undid the match.
    MatchUndone { on: NaiveDate },
    /// Why it was closed.
    ClosedBecause { reason: CloseReason, on: NaiveDate },
    /// It was opened again.
    OpenedAgain { on: NaiveDate },
    /// A signal is no fact.
    NoFact { provision: String },
    /// When it is locked.
    RemovedOn { remove: NaiveDate, provision: String },
    /// When it is destroyed.
    DestroyedOn { destroy: NaiveDate, provision: String },
    /// Who reported is hidden.
    ReporterHidden { provision: String },
    /// Nobody knows who reported.
    ReporterUnknown,
    /// The desk knows who reported.
    ReporterWithDesk { provision: String },
    /// The identity was demanded.
    ReporterDemanded { provision: String },
    /// Questions go through the intermediary.
    ThroughIntermediary,
}

static WORDS: LazyLock<Words> =
    LazyLock::new(|| Words::parse(include_str!("words/nl.toml"), include_str!("words/en.toml")));

/// The words of the steps.
#[must_use]
pub fn words() -> &'static Words {
    &WORDS
}
