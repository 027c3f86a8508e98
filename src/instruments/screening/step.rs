//! Why a case is weighed and which test follows: codes with parameters, and their words.

use std::sync::LazyLock;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::countries;
use crate::grounds::Words;

/// One step. `fact` is the id of a case in the question.
#[expect(missing_docs, reason = "the parameters of a step are described with the step")]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "code", rename_all = "snake_case", rename_all_fields = "camelCase")]
pub enum Step {
    // Whether it is seen.
    /// An acquittal does not count.
    Acquittal,
    /// It is not final on the day of the assessment.
    NotFinal,
    /// It is in the Dutch criminal record.
    DutchRecord,
    /// The sentence was transferred here, so the Dutch record has it.
    Transferred { country: String },
    /// It was told, and is in no record the authority sees.
    OnlyTold,
    /// A resident of this country: the arrangement of the Benelux.
    BeneluxResident { country: String },
    /// Convicted and served outside the Union.
    OutsideTheUnion { country: String },
    /// Told to the Netherlands about a Dutch national.
    EcrisDutch { country: String },
    /// The state of nationality must answer for work with children.
    EcrisUnion { country: String },
    /// The state of nationality must answer only for work with children.
    OnlyForChildren { country: String },
    /// The system for nationals of third countries is not in operation.
    NoTcnSystem { country: String },

    // Whether it is looked at.
    /// Sexual offences are looked at without limit.
    Unlimited,
    /// The years that are looked at, prolonged by the days detained.
    LooksBack { years: u32, from: NaiveDate, days_detained: u32, last_day: NaiveDate, inside: bool },

    // Which test follows.
    /// A sexual offence and people who depend on the applicant or are vulnerable: an obstacle is assumed.
    ObstacleAssumed,
    /// Whether what weighs is an obstacle is for the authority.
    ObstacleForTheAuthority,
    /// Nothing weighs.
    NothingWeighs,
    /// So many severe ones, whenever they were.
    SevereEver { count: u32 },
    /// It falls in the years before the assessment.
    InTheYears { fact: String, years: u32, from: NaiveDate, last_day: NaiveDate },
    /// Refusal, unless evidently disproportionate.
    StrictTest,
    /// The interests are weighed; the conviction stays visible.
    OrdinaryTest,
}

static WORDS: LazyLock<Words> =
    LazyLock::new(|| countries::words(include_str!("words/nl.toml"), include_str!("words/en.toml")));

/// The words of the steps.
#[must_use]
pub fn words() -> &'static Words {
    &WORDS
}
