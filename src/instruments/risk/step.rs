//! Why an assessment comes to what it comes to: codes with parameters, and their words.

use std::sync::LazyLock;

use serde::{Deserialize, Serialize};

use super::assessment::Level;
use super::static99r::{AgeClass, NotApplicable};
use crate::grounds::Words;

/// One step.
#[expect(missing_docs, reason = "the parameters of a step are described with the step")]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "code", rename_all = "snake_case", rename_all_fields = "camelCase")]
pub enum Step {
    /// The instrument does not apply.
    NotApplicable { why: NotApplicable },
    /// An item is unknown.
    Missing { item: String },
    /// Something is unknown, so there is no total.
    NoTotal,
    /// An item does not apply and is left out.
    LeftOut { item: String },
    /// The age class and the score of item 1.
    AgeClass { class: AgeClass, score: i64 },
    /// The total of Static-99R.
    Total { rest: i64, score: i64, total: i64 },
    /// The sum of an instrument, and its highest.
    Sum { total: i64, most: i64 },
    /// The band in a system.
    Band { system: String, band: String },
    /// The total has no bands.
    NoBands,
    /// What the total would be in another age class.
    InOtherClass { class: AgeClass, total: i64, difference: i64 },
    /// High age lowers the score; the letter names that weakness.
    AgeWeakness { provision: String },
    /// The level comes from elsewhere.
    Elsewhere { level: Level },
    /// Nothing is decided from it.
    DecidesNothing { provision: String },
}

static WORDS: LazyLock<Words> =
    LazyLock::new(|| Words::parse(include_str!("words/nl.toml"), include_str!("words/en.toml")));

/// The words of the steps.
#[must_use]
pub fn words() -> &'static Words {
    &WORDS
}
