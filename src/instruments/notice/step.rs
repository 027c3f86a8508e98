//! Why a finding comes to what it comes to: codes with parameters, and their words.

use std::sync::LazyLock;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::content::Ground;
use super::identity::Member;
use crate::countries;
use crate::grounds::Words;

/// One step. `fact` is the id of a fact in the register.
#[expect(missing_docs, reason = "the parameters of a step are described with the step")]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "code", rename_all = "snake_case", rename_all_fields = "camelCase")]
pub enum Step {
    /// The ground, with reasons.
    GroundGiven { ground: Ground },
    /// No ground was chosen.
    NoGround,
    /// The ground has no reasons.
    NoReasons,
    /// The person-based ground rests on so many convictions.
    EarlierOffences { count: u32 },
    /// The person-based ground rests on no verified and undisputed conviction.
    NoEarlierOffence,
    /// This ground needs no earlier offence.
    NoneNeeded,
    /// A risk assessment of this day.
    Assessed { assessed: NaiveDate },
    /// It is older than the policy wants.
    AssessmentOld { assessed: NaiveDate, months: u32 },
    /// It was made after the day asked about.
    AssessedLater { assessed: NaiveDate },
    /// There is none, and either ground needs one.
    NoRiskAssessment,
    /// The prosecution service was consulted.
    Consulted { on: NaiveDate },
    /// It was not, or later.
    NotConsulted,
    /// Names, sex, birth and a further mark are there.
    KnownByParticulars,
    /// A good photograph with further data is there.
    KnownByPhotograph,
    /// This is missing for the way by particulars.
    MissingParticular { missing: Member },
    /// This is missing for the way by photograph.
    MissingWithPhotograph { missing: Member },
    /// To every member of Interpol.
    ToEveryMember,
    /// To so many countries.
    ToCountries { count: u32 },
    /// A diffusion needs countries.
    NoCountries,
    /// A notice goes to every member, so it has no countries.
    NoticeGoesEverywhere,
    /// This code names no country to send it to.
    NotADestination { country: String },
    /// No conviction comes from ECRIS.
    NothingFromEcris,
    /// The convicting state agreed.
    Consented { fact: String, country: String, on: NaiveDate },
    /// The convicting state did not agree.
    ConsentRefused { fact: String, country: String, on: NaiveDate },
    /// The convicting state was not asked or has not answered.
    NoConsent { fact: String, country: String },
    /// An officer of justice found an immediate serious threat.
    ImmediateThreat { on: NaiveDate },
    /// The threat lacks the officer of justice, the reasons or the day.
    ThreatNotFound,
    /// The conviction was told and not verified.
    NotVerified { fact: String },
    /// Every conviction was verified.
    AllVerified,
    /// The fact is disputed.
    Disputed { fact: String },
    /// No conviction is disputed.
    NothingDisputed,
}

static WORDS: LazyLock<Words> =
    LazyLock::new(|| countries::words(include_str!("words/nl.toml"), include_str!("words/en.toml")));

/// The words of the steps.
#[must_use]
pub fn words() -> &'static Words {
    &WORDS
}
