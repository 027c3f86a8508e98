//! The facts document: everything that is asserted about one person, in the words of the golden cases.
//!
//! It owns the shape of the document (camelCase, no unknown fields) and nothing of its meaning.
//! Whether facts contradict each other is for `check`; what follows from them is for `assess`.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::event::Event;
use super::name::Name;

/// Which body of rules applies to a registration.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Regime {
    /// Part 2 of the Sex Offenders Act 2001, as in force on each trigger date.
    Ie,
    /// The Dutch pilot.
    NlPilot,
}

impl Regime {
    /// The code used in documents and profiles.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Ie => "ie",
            Self::NlPilot => "nl-pilot",
        }
    }
}

/// Everything asserted about one person. Ids are carried along and never influence a date.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Facts {
    /// The body of rules.
    pub regime: Regime,
    /// `nl-pilot` only: the registration begins on this day when the judgment is older.
    #[serde(default, with = "iso::optional", skip_serializing_if = "Option::is_none")]
    pub pilot_from: Option<NaiveDate>,
    /// The day on which the assessment is made, when the document fixes it.
    #[serde(default, with = "iso::optional", skip_serializing_if = "Option::is_none")]
    pub as_of: Option<NaiveDate>,
    /// The person.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub person: Option<Person>,
    /// Shortcut without convictions: subject, indefinitely, from this day, initial notification made.
    #[serde(default, with = "iso::optional", skip_serializing_if = "Option::is_none")]
    pub subject_since: Option<NaiveDate>,
    /// Convictions, in the order in which they were recorded.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub convictions: Vec<Conviction>,
    /// Time in custody.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub custody: Vec<Custody>,
    /// What happened and what was notified, in the order in which it was recorded.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub events: Vec<Event>,
}

/// What the rules need to know of the person.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Person {
    /// Date of birth; decides who is a minor.
    #[serde(default, with = "iso::optional", skip_serializing_if = "Option::is_none")]
    pub birth_date: Option<NaiveDate>,
}

/// One conviction with its sentences and what became of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Conviction {
    /// Id of the recorded fact.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<Name>,
    /// Day of conviction; under `nl-pilot` the day the judgment became final.
    #[serde(with = "iso")]
    pub convicted_on: NaiveDate,
    /// Day of the offence.
    #[serde(default, with = "iso::optional", skip_serializing_if = "Option::is_none")]
    pub offence_on: Option<NaiveDate>,
    /// Day of sentencing; absent means the day of conviction if there are sentences.
    #[serde(default, with = "iso::optional", skip_serializing_if = "Option::is_none")]
    pub sentenced_on: Option<NaiveDate>,
    /// Where the conviction was handed down.
    #[serde(default)]
    pub place: Place,
    /// False for an offence that does not count.
    #[serde(default = "yes")]
    pub registrable: bool,
    /// The sentences, in the order in which they follow each other.
    #[serde(default)]
    pub sentences: Vec<Sentence>,
    /// A period in years set by the court for a minor.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub court_period_years: Option<u16>,
    /// Sentences on appeal; the last one replaces the sentences.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub varied: Vec<Variation>,
    /// Day on which the conviction was quashed.
    #[serde(default, with = "iso::optional", skip_serializing_if = "Option::is_none")]
    pub quashed_on: Option<NaiveDate>,
}

impl Conviction {
    /// The sentences as they stand after the last appeal.
    #[must_use]
    pub fn current_sentences(&self) -> &[Sentence] {
        // `max_by_key` keeps the last of equals: of two appeals on one day the later listed counts.
        self.varied.iter().max_by_key(|v| v.on).map_or(&self.sentences, |v| &v.sentences)
    }

    /// The day of sentencing, `None` while there is no sentence.
    #[must_use]
    pub fn sentencing_day(&self) -> Option<NaiveDate> {
        if self.current_sentences().is_empty() { None } else { Some(self.sentenced_on.unwrap_or(self.convicted_on)) }
    }
}

/// Where a conviction was handed down.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Place {
    /// In the State whose rules apply.
    #[default]
    Home,
    /// In another country.
    Abroad,
}

/// A sentence on appeal.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Variation {
    /// Day of the decision on appeal.
    #[serde(with = "iso")]
    pub on: NaiveDate,
    /// The sentences that replace the earlier ones.
    #[serde(default)]
    pub sentences: Vec<Sentence>,
}

/// One sentence.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Sentence {
    /// What was imposed.
    pub kind: SentenceKind,
    /// Months of the term.
    #[serde(default)]
    pub months: u16,
    /// Days of the term, on top of the months.
    #[serde(default)]
    pub days: u16,
    /// The suspended part.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub suspended: Option<Length>,
    /// Day on which the suspended part was put into execution.
    #[serde(default, with = "iso::optional", skip_serializing_if = "Option::is_none")]
    pub revived_on: Option<NaiveDate>,
    /// How it runs with the sentence before it.
    #[serde(default)]
    pub runs: Runs,
    /// The time shared with the sentence before it, when they overlap.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub overlap: Option<Length>,
}

/// What a court imposed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SentenceKind {
    /// Imprisonment or detention for a term.
    Imprisonment,
    /// Imprisonment for life.
    Life,
    /// A community sanction.
    Community,
    /// A fine.
    Fine,
}

/// How a sentence runs with the one listed before it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Runs {
    /// At the same time.
    #[default]
    Concurrent,
    /// After it.
    Consecutive,
    /// Partly at the same time.
    Overlapping,
}

/// A length in months and days.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Length {
    /// Months.
    #[serde(default)]
    pub months: u16,
    /// Days, on top of the months.
    #[serde(default)]
    pub days: u16,
}

/// A spell of custody.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Custody {
    /// Id of the recorded fact.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<Name>,
    /// What kind of custody.
    pub kind: CustodyKind,
    /// Day of entry.
    #[serde(with = "iso")]
    pub from: NaiveDate,
    /// Day of release; `None` while it is not known.
    #[serde(default, with = "iso::optional")]
    pub until: Option<NaiveDate>,
}

/// Kinds of custody the rules distinguish.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CustodyKind {
    /// Remand in custody.
    Remand,
    /// Serving a sentence in prison.
    Prison,
    /// Detention in a children detention school.
    DetentionSchool,
    /// Temporary release from prison.
    TemporaryRelease,
}

const fn yes() -> bool {
    true
}

/// ISO calendar dates, `YYYY-MM-DD`, of the years 1900 through 2199.
pub mod iso {
    use chrono::{Datelike, NaiveDate};
    use serde::{Deserialize, Deserializer, Serializer, de};

    pub fn parse(text: &str) -> Result<NaiveDate, String> {
        let well_formed = text.len() == 10 && text.bytes().all(|b| b.is_ascii_digit() || b == b'-');
        let day = well_formed.then(|| NaiveDate::parse_from_str(text, "%Y-%m-%d").ok()).flatten();
        day.filter(|d| (1900..2200).contains(&d.year()))
            .ok_or_else(|| "is not a calendar date YYYY-MM-DD between 1900 and 2199".to_owned())
    }

    pub fn serialize<S: Serializer>(day: &NaiveDate, s: S) -> Result<S::Ok, S::Error> {
        s.collect_str(day)
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(d: D) -> Result<NaiveDate, D::Error> {
        parse(&String::deserialize(d)?).map_err(de::Error::custom)
    }

    pub mod optional {
        use super::{Deserialize, Deserializer, NaiveDate, Serializer, de, parse};

        #[expect(clippy::ref_option, reason = "the signature serde expects")]
        pub fn serialize<S: Serializer>(day: &Option<NaiveDate>, s: S) -> Result<S::Ok, S::Error> {
            match day {
                Some(day) => s.collect_str(day),
                None => s.serialize_none(),
            }
        }

        pub fn deserialize<'de, D: Deserializer<'de>>(d: D) -> Result<Option<NaiveDate>, D::Error> {
            let text = Option::<String>::deserialize(d)?;
            text.map(|t| parse(&t).map_err(de::Error::custom)).transpose()
        }
    }
}
