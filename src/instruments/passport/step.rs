//! Why a criterion comes to what it comes to: codes with parameters, and their words.

use std::sync::LazyLock;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::situation::BreachedOrder;
use crate::countries;
use crate::grounds::Words;

/// One step. `fact` is the id of a fact in the register.
#[expect(missing_docs, reason = "the parameters of a step are described with the step")]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "code", rename_all = "snake_case", rename_all_fields = "camelCase")]
pub enum Step {
    // Of both articles.
    /// The person has a claim to a Dutch travel document.
    HasClaim,
    /// The person has none, so the measure does not apply.
    HasNoClaim,
    /// Nobody has established whether there is a claim.
    ClaimNotEstablished,
    /// Somebody gave reasons for the presumption; a person weighs them.
    ReasonsGiven,
    /// Nobody gave reasons for the presumption.
    NoReasonsGiven,
    /// There is no fact this criterion could rest on.
    NoSuchFact,
    /// The fact is disputed, so nothing rests on it.
    Disputed { fact: String },
    /// The fact does not hold on that day.
    NotOnThatDay { fact: String, from: NaiveDate, until: Option<NaiveDate> },
    /// The judgment is not final on that day.
    NotFinal { fact: String },

    // Of article 18.
    /// Suspected of an offence that allows pre-trial detention.
    Suspected { fact: String, from: NaiveDate },
    /// The offence does not allow pre-trial detention.
    NoPretrialDetention { fact: String },
    /// Nobody has established whether it does.
    PretrialDetentionNotEstablished { fact: String },
    /// The sentence is as long as the article asks.
    LongEnough { fact: String, final_on: NaiveDate, days: u32, needed: u32 },
    /// The fine is of a higher category than the article names.
    FineHighEnough { fact: String, final_on: NaiveDate, category: u8, above: u8 },
    /// The sentence is shorter and the fine lower.
    TooLight { fact: String, days: u32, needed: u32, above: u8 },
    /// Special conditions of an order are not complied with.
    ConditionsBroken { fact: String, order: BreachedOrder, from: NaiveDate },
    /// The article does not name this order.
    OrderIsNoGround { fact: String },
    /// The rule has been adopted and begins on a later day.
    RuleBegins { from: NaiveDate },
    /// The rule has been adopted, and when it begins is not known.
    RuleNotInForce,

    // Of article 24(a).
    /// The statute: years that begin with the day the conviction became final.
    YearsFromFinal { fact: String, from: NaiveDate, years: u32, last_day: NaiveDate, counts: bool },
    /// The letter: years that begin with the day of the offence.
    YearsFromOffence { fact: String, from: NaiveDate, years: u32, last_day: NaiveDate, counts: bool },
    /// The day of the offence is not known, so the reading of the letter is open.
    OffenceDateUnknown { fact: String },
    /// The conviction was told and not verified.
    NotVerified { fact: String },
    /// The two readings come to something else. The statute is followed.
    ReadingsDiffer { statute: Option<NaiveDate>, letter: Option<NaiveDate> },
    /// The conduct is a crime here and under a treaty.
    TreatyCrime { fact: String },
    /// It is not.
    NoTreatyCrime { fact: String },
    /// Nobody has established whether it is.
    TreatyCrimeNotEstablished { fact: String },

    // Of a trip.
    /// No entry stands on a day of the trip.
    NoEntry,
    /// An entry stands on these days.
    EntryStands { from: NaiveDate, until: NaiveDate },
    /// An identity card is enough for this country.
    CardAccepted { country: String },
    /// An identity card is not enough for this country.
    CardNotAccepted { country: String },
    /// An entry voids no passport by itself: the holder may travel until the document is refused or voided.
    PassportStillValid,
    /// The document was refused or declared void.
    DocumentVoid { on: NaiveDate },
    /// Nobody knows on which document the person travels.
    DocumentUnknown,
}

static WORDS: LazyLock<Words> =
    LazyLock::new(|| countries::words(include_str!("words/nl.toml"), include_str!("words/en.toml")));

/// The words of the steps.
#[must_use]
pub fn words() -> &'static Words {
    &WORDS
}
