//! Why an offence comes to what it comes to: codes with parameters, and their words.

use std::sync::LazyLock;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::catalogue::{Treatment, Victim};
use super::decide::Outcome;
use crate::grounds::Words;

/// One step.
#[expect(missing_docs, reason = "the parameters of a step are described with the step")]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "code", rename_all = "snake_case", rename_all_fields = "camelCase")]
pub enum Step {
    /// The article, as it read on the day of the offence.
    Article { article: String, committed: NaiveDate },
    /// Whom it protects.
    Protects { victim: Victim },
    /// On other days the number names another offence.
    Renumbered { article: String, provision: String },
    /// The article is in the catalogue on other days only.
    OtherDays { article: String, committed: NaiveDate, provision: String },
    /// The days of the offence lie on both sides of the renumbering.
    OverRenumbering { article: String, first: NaiveDate, last: NaiveDate, provision: String },
    /// The article is not in the catalogue.
    NotListed { article: String, provision: String },
    /// The ECRIS code, with its table.
    #[serde(rename = "ecris_code")]
    Code { ecris_code: String, provision: String },
    /// The code is not in the table; in an open chapter it may still be a sexual offence.
    CodeNotListed { ecris_code: String, open: bool, provision: String },
    /// A Dutch article with the same code on the day of the offence.
    ComparesTo { article: String, committed: NaiveDate },
    /// It leads to registration.
    Listed { provision: String },
    /// It leads to no registration.
    LeftOut { provision: String },
    /// It does when it was of a sexual kind.
    WhenSexual { sexual: Option<bool> },
    /// It does when a victim was a minor.
    WhenMinor { minor: Option<bool> },
    /// A person reads the provision.
    ReadProvision { provision: String },
    /// An attempt or preparation.
    Attempt { treatment: Treatment },
    /// A helper, instigator, organiser or conspirator.
    Helper { treatment: Treatment },
    /// The person was exempt from responsibility.
    Exempt { treatment: Treatment },
    /// What it comes to.
    Outcome { outcome: Outcome },
}

static WORDS: LazyLock<Words> =
    LazyLock::new(|| Words::parse(include_str!("words/nl.toml"), include_str!("words/en.toml")));

/// The words of the steps.
#[must_use]
pub fn words() -> &'static Words {
    &WORDS
}
