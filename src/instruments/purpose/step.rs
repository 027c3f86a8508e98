//! Why a pair comes to what it comes to: codes with parameters, and their words.

use std::sync::LazyLock;

use serde::{Deserialize, Serialize};

use super::decide::Outcome;
use super::kinds::{Need, Reason, Source, Use};
use crate::grounds::Words;

/// One step.
#[expect(missing_docs, reason = "the parameters of a step are described with the step")]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "code", rename_all = "snake_case", rename_all_fields = "camelCase")]
pub enum Step {
    /// The pair, and what it comes to.
    Pair { source: Source, purpose: Use, outcome: Outcome },
    /// Why, with the provision.
    Because { reason: Reason, provision: String },
    /// What must be there first.
    Needs { need: Need },
}

static WORDS: LazyLock<Words> =
    LazyLock::new(|| Words::parse(include_str!("words/nl.toml"), include_str!("words/en.toml")));

/// The words of the steps.
#[must_use]
pub fn words() -> &'static Words {
    &WORDS
}
