//! Convictions with their sentences, and the later decisions on them.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::fact::{ConvictionDecision, FactBody};
use super::file::NewFact;
use super::record::{self, FactAnswer};
use super::refusal::{FieldError, Refusal};
use crate::access::{Action, Ctx};
use crate::app::App;
use crate::ids::{FactId, RegistrationId};
use crate::law;
use crate::text_enum;
use crate::vocabulary::FactSource;

/// Longest term that is taken as meant, in months: more is a typing error.
const LONGEST_TERM: u16 = 1_200;

text_enum! {
    /// What a court imposed.
    pub enum SentenceKind {
        /// Imprisonment or detention for a term.
        Imprisonment => "imprisonment",
        /// Imprisonment for life.
        Life => "life",
        /// A community sanction.
        Community => "community",
        /// A fine.
        Fine => "fine",
    }
}

text_enum! {
    /// How a sentence runs with the one before it.
    pub enum Runs {
        /// At the same time.
        Concurrent => "concurrent",
        /// After it.
        Consecutive => "consecutive",
        /// Partly at the same time.
        Overlapping => "overlapping",
    }
}

text_enum! {
    /// Where a conviction was handed down.
    pub enum ConvictionPlace {
        /// In the State whose rules apply.
        Home => "home",
        /// In another country.
        Abroad => "abroad",
    }
}

/// A length in months and days.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Term {
    /// Months.
    #[serde(default)]
    #[schema(maximum = 1_200)]
    pub months: u16,
    /// Days on top of the months.
    #[serde(default)]
    #[schema(maximum = 3_660)]
    pub days: u16,
}

/// One sentence.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SentenceInput {
    /// What was imposed.
    pub kind: SentenceKind,
    /// Months of the term.
    #[serde(default)]
    #[schema(maximum = 1_200)]
    pub months: u16,
    /// Days of the term, on top of the months.
    #[serde(default)]
    #[schema(maximum = 3_660)]
    pub days: u16,
    /// The suspended part; equal to the whole term when wholly suspended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub suspended: Option<Term>,
    /// How it runs with the sentence before it; `concurrent` when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub runs: Option<Runs>,
    /// The time it shares with the sentence before it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub overlap: Option<Term>,
}

/// A conviction.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ConvictionInput {
    /// Day of conviction; under `nl-pilot` the day the judgment became final.
    pub convicted_on: NaiveDate,
    /// Day of the offence.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub offence_on: Option<NaiveDate>,
    /// Day of sentencing; the day of conviction when absent and there are sentences.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sentenced_on: Option<NaiveDate>,
    /// Where; `home` when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<ConvictionPlace>,
    /// False for an offence that does not count; true when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub registrable: Option<bool>,
    /// The sentences, in the order in which they follow each other. Empty while sentence is awaited.
    #[serde(default)]
    #[schema(max_items = 50)]
    pub sentences: Vec<SentenceInput>,
    /// A period set by the court for a minor, in years.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 1, maximum = 50)]
    pub court_period_years: Option<u16>,
    /// Case number of the prosecution.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(pattern = "^[0-9]{2}[-/. ]?[0-9]{6}[-/. ]?[0-9]{2}$", example = "05/123456-22")]
    pub parketnummer: Option<String>,
    /// Court and offence, as people read it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 1, max_length = 500)]
    pub description: Option<String>,
}

impl SentenceInput {
    fn faults(&self, pointer: &str) -> Vec<FieldError> {
        let mut faults = Vec::new();
        let whole = (self.months, self.days);
        if self.kind == SentenceKind::Imprisonment && whole == (0, 0) {
            faults.push(FieldError::new(
                format!("{pointer}/months"),
                "required",
                "A term of imprisonment has a length.",
            ));
        }
        if self.months > LONGEST_TERM {
            faults.push(FieldError::new(format!("{pointer}/months"), "too_long", "No term is that long."));
        }
        // Months and days do not compare exactly; a suspended part that has more of both cannot fit.
        if self
            .suspended
            .is_some_and(|part| part.months > self.months || (part.months == self.months && part.days > self.days))
        {
            faults.push(FieldError::new(
                format!("{pointer}/suspended"),
                "longer_than_the_term",
                "The suspended part is longer than the term.",
            ));
        }
        if (self.runs == Some(Runs::Overlapping)) != self.overlap.is_some() {
            faults.push(FieldError::new(
                format!("{pointer}/overlap"),
                "overlap",
                "State the overlap of an overlapping sentence, and only then.",
            ));
        }
        faults
    }

    fn to_law(&self) -> law::Sentence {
        let term = |t: Term| law::Length { months: t.months, days: t.days };
        law::Sentence {
            kind: match self.kind {
                SentenceKind::Imprisonment => law::SentenceKind::Imprisonment,
                SentenceKind::Life => law::SentenceKind::Life,
                SentenceKind::Community => law::SentenceKind::Community,
                SentenceKind::Fine => law::SentenceKind::Fine,
            },
            months: self.months,
            days: self.days,
            suspended: self.suspended.map(term),
            revived_on: None,
            runs: match self.runs {
                None | Some(Runs::Concurrent) => law::Runs::Concurrent,
                Some(Runs::Consecutive) => law::Runs::Consecutive,
                Some(Runs::Overlapping) => law::Runs::Overlapping,
            },
            overlap: self.overlap.map(term),
        }
    }
}

impl ConvictionInput {
    /// Everything that is wrong with it.
    pub fn faults(&self, pointer: &str, today: NaiveDate) -> Vec<FieldError> {
        let at = |member: &str| format!("{pointer}/{member}");
        let mut faults = Vec::new();
        if self.convicted_on > today {
            faults.push(FieldError::new(at("convictedOn"), "in_the_future", "This day has not come yet."));
        }
        if self.offence_on.is_some_and(|day| day > self.convicted_on) {
            faults.push(FieldError::new(at("offenceOn"), "after_conviction", "The offence lies after the conviction."));
        }
        if self.sentenced_on.is_some_and(|day| day < self.convicted_on) {
            faults.push(FieldError::new(
                at("sentencedOn"),
                "before_conviction",
                "The sentence lies before the conviction.",
            ));
        }
        if self.court_period_years.is_some_and(|years| years > 5) {
            faults.push(FieldError::new(
                at("courtPeriodYears"),
                "court_period_too_long",
                "For a minor a court sets at most five years, s.8(4).",
            ));
        }
        for (number, sentence) in self.sentences.iter().enumerate() {
            faults.extend(sentence.faults(&at(&format!("sentences/{number}"))));
        }
        faults
    }

    /// What lies before the birth of the person.
    pub fn before_birth(&self, pointer: &str, born: NaiveDate) -> Vec<FieldError> {
        [("convictedOn", Some(self.convicted_on)), ("offenceOn", self.offence_on)]
            .into_iter()
            .filter(|(_, day)| day.is_some_and(|day| day < born))
            .map(|(member, _)| {
                FieldError::new(format!("{pointer}/{member}"), "before_birth", "This lies before the date of birth.")
            })
            .collect()
    }

    /// As the law engine reads it.
    pub fn to_law(&self) -> law::Conviction {
        law::Conviction {
            id: None,
            convicted_on: self.convicted_on,
            offence_on: self.offence_on,
            sentenced_on: self.sentenced_on,
            place: match self.place {
                None | Some(ConvictionPlace::Home) => law::Place::Home,
                Some(ConvictionPlace::Abroad) => law::Place::Abroad,
            },
            registrable: self.registrable.unwrap_or(true),
            sentences: self.sentences.iter().map(SentenceInput::to_law).collect(),
            court_period_years: self.court_period_years,
            varied: Vec::new(),
            quashed_on: None,
        }
    }

    /// What people read of it: encrypted with the fact.
    pub fn content(&self) -> serde_json::Value {
        serde_json::json!({ "parketnummer": self.parketnummer, "description": self.description })
    }
}

/// Adds a conviction to a registration.
///
/// # Errors
/// Every invalid field; or what is in the way.
pub async fn add(
    app: &App,
    ctx: &Ctx,
    registration: RegistrationId,
    conviction: ConvictionInput,
) -> Result<FactAnswer, Refusal> {
    record::facts(app, ctx, registration, Action::FactRecordConviction, move |file, today| {
        let mut faults = conviction.faults("", today);
        // The year of birth is enough, and needs no key.
        let born = i32::try_from(file.person.birth_year).ok().and_then(|year| NaiveDate::from_ymd_opt(year, 1, 1));
        faults.extend(born.into_iter().flat_map(|born| conviction.before_birth("", born)));
        Refusal::unless_empty(faults)?;
        Ok(NewFact::new(FactBody::Conviction { conviction: conviction.to_law() })
            .with_content(conviction.content())
            .from_source(FactSource::Court, true))
    })
    .await
}

/// A later decision on a conviction.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "type", rename_all = "camelCase", deny_unknown_fields)]
pub enum DecisionInput {
    /// The sentence was passed.
    Sentenced {
        /// Day of the sentence.
        on: NaiveDate,
        /// The sentences.
        #[schema(min_items = 1, max_items = 50)]
        sentences: Vec<SentenceInput>,
    },
    /// The sentence was varied on appeal, s.8(8).
    Varied {
        /// Day of the decision.
        on: NaiveDate,
        /// The sentences that replace the earlier ones.
        #[schema(min_items = 1, max_items = 50)]
        sentences: Vec<SentenceInput>,
    },
    /// The suspended part of a sentence was put into execution, s.8(5)(a).
    Revived {
        /// Day of the decision.
        on: NaiveDate,
        /// Which of the present sentences, counted from 0.
        #[schema(maximum = 49)]
        sentence: usize,
    },
    /// The conviction was quashed, s.8(7).
    Quashed {
        /// Day of the decision.
        on: NaiveDate,
    },
}

impl DecisionInput {
    fn on(&self) -> NaiveDate {
        match self {
            Self::Sentenced { on, .. } | Self::Varied { on, .. } | Self::Revived { on, .. } | Self::Quashed { on } => {
                *on
            }
        }
    }

    fn to_fact(&self) -> ConvictionDecision {
        let to_law = |sentences: &[SentenceInput]| sentences.iter().map(SentenceInput::to_law).collect();
        match self {
            Self::Sentenced { on, sentences } => {
                ConvictionDecision::Sentenced { on: *on, sentences: to_law(sentences) }
            }
            Self::Varied { on, sentences } => ConvictionDecision::Varied { on: *on, sentences: to_law(sentences) },
            Self::Revived { on, sentence } => ConvictionDecision::Revived { on: *on, sentence: *sentence },
            Self::Quashed { on } => ConvictionDecision::Quashed { on: *on },
        }
    }

    fn faults(&self, conviction: &law::Conviction, today: NaiveDate) -> Vec<FieldError> {
        let mut faults = Vec::new();
        if self.on() > today {
            faults.push(FieldError::new("/on", "in_the_future", "This day has not come yet."));
        }
        if self.on() < conviction.convicted_on {
            faults.push(FieldError::new("/on", "before_conviction", "The decision lies before the conviction."));
        }
        match self {
            Self::Sentenced { sentences, .. } | Self::Varied { sentences, .. } => {
                for (number, sentence) in sentences.iter().enumerate() {
                    faults.extend(sentence.faults(&format!("/sentences/{number}")));
                }
            }
            Self::Revived { sentence, .. } => {
                let suspended = conviction.current_sentences().get(*sentence).is_some_and(|s| s.suspended.is_some());
                if !suspended {
                    faults.push(FieldError::new("/sentence", "not_suspended", "This sentence has no suspended part."));
                }
            }
            Self::Quashed { .. } => {}
        }
        faults
    }
}

/// Records a later decision on a conviction of this registration.
///
/// # Errors
/// [`Refusal::NotFound`] when there is no such conviction; every invalid field.
pub async fn decide(
    app: &App,
    ctx: &Ctx,
    registration: RegistrationId,
    conviction: FactId,
    decision: DecisionInput,
) -> Result<FactAnswer, Refusal> {
    record::facts(app, ctx, registration, Action::FactRecordConviction, move |file, today| {
        let known = file.document.law.convictions.iter().find(|c| c.id.as_deref() == Some(conviction.as_str()));
        Refusal::unless_empty(decision.faults(known.ok_or(Refusal::NotFound)?, today))?;
        Ok(NewFact::new(FactBody::ConvictionDecided { conviction, decision: decision.to_fact() })
            .from_source(FactSource::Court, true))
    })
    .await
}
