//! What is known of a person, as far as the criteria ask for it. What nobody has established is absent, never assumed.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::grounds::codes;

codes! {
    /// An order whose special conditions can be broken.
    pub enum BreachedOrder {
        /// A suspended sentence.
        SuspendedSentence => "suspended_sentence",
        /// Conditional tbs.
        ConditionalTbs => "conditional_tbs",
        /// A conditional pardon.
        ConditionalPardon => "conditional_pardon",
        /// The measure of art. 38z Sr.
        Measure38z => "measure_38z",
    }
}

/// The facts.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
#[derive(utoipa::ToSchema)]
#[schema(as = PassportSituation)]
pub struct Situation {
    /// Whether the person has a claim to a Dutch travel document; absent: not established.
    pub claim_to_document: Option<bool>,
    /// Why it is presumed that the person will stay abroad to evade prosecution or execution; absent: nobody said.
    #[schema(max_length = 4000)]
    pub evasion_reasons: Option<String>,
    /// Why it is presumed that the person will commit such conduct again; absent: nobody said.
    #[schema(max_length = 4000)]
    pub repetition_reasons: Option<String>,
    /// What the person is suspected of.
    #[schema(max_items = 100)]
    pub suspicions: Vec<Suspicion>,
    /// Sentences, for article 18(b).
    #[schema(max_items = 100)]
    pub sentences: Vec<Sentence>,
    /// Special conditions that were not complied with.
    #[schema(max_items = 100)]
    pub breaches: Vec<Breach>,
    /// Convictions of conduct as meant in article 24(a), from anywhere.
    #[schema(max_items = 100)]
    pub convictions: Vec<Conviction>,
}

/// A suspicion.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[derive(utoipa::ToSchema)]
#[schema(as = PassportSuspicion)]
pub struct Suspicion {
    /// Its id in the register.
    #[schema(max_length = 64)]
    pub id: String,
    /// Since when.
    pub from: NaiveDate,
    /// Its last day, once it is over.
    #[serde(default)]
    pub until: Option<NaiveDate>,
    /// Whether the offence allows pre-trial detention; absent: not established.
    #[serde(default)]
    pub pretrial_detention: Option<bool>,
    /// Whether the fact is disputed.
    #[serde(default)]
    pub disputed: bool,
}

/// A sentence. Its length is what was imposed, a suspended part included.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[derive(utoipa::ToSchema)]
#[schema(as = PassportSentence)]
pub struct Sentence {
    /// Its id in the register.
    #[schema(max_length = 64)]
    pub id: String,
    /// The day on which it became final; absent: it is not.
    #[serde(default)]
    pub final_on: Option<NaiveDate>,
    /// Months of deprivation of liberty.
    #[serde(default)]
    pub months: u32,
    /// Days beside the months.
    #[serde(default)]
    pub days: u32,
    /// Category of the fine, 1 to 6.
    #[serde(default)]
    pub fine_category: Option<u8>,
    /// Whether the fact is disputed.
    #[serde(default)]
    pub disputed: bool,
}

/// Special conditions that were not complied with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[derive(utoipa::ToSchema)]
#[schema(as = PassportBreach)]
pub struct Breach {
    /// Its id in the register.
    #[schema(max_length = 64)]
    pub id: String,
    /// The order.
    pub order: BreachedOrder,
    /// Since when.
    pub from: NaiveDate,
    /// The last day of the breach or of the order, once it is over.
    #[serde(default)]
    pub until: Option<NaiveDate>,
    /// Whether the fact is disputed.
    #[serde(default)]
    pub disputed: bool,
}

/// A conviction of conduct as meant in article 24(a), as a perpetrator or an accomplice.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[derive(utoipa::ToSchema)]
#[schema(as = PassportConviction)]
pub struct Conviction {
    /// Its id in the register.
    #[schema(max_length = 64)]
    pub id: String,
    /// The country of the court, two letters.
    #[schema(min_length = 2, max_length = 2)]
    pub country: String,
    /// The (last) day of the offence; absent: unknown.
    #[serde(default)]
    pub offence_on: Option<NaiveDate>,
    /// The day on which it became final; absent: it is not.
    #[serde(default)]
    pub final_on: Option<NaiveDate>,
    /// Whether it is conduct that is a crime here and that a treaty binding the Kingdom obliges to criminalise; absent: not
    /// established.
    #[serde(default)]
    pub treaty_crime: Option<bool>,
    /// Whether the conviction was verified with its source.
    pub verified: bool,
    /// Whether the fact is disputed.
    #[serde(default)]
    pub disputed: bool,
}
