//! Facts: what is asserted about one person, append-only, and the document the law engine reads.
//!
//! A fact that turns out wrong is corrected by a new one; the first of such a chain is its *root*, and the root's id
//! names the fact in the facts document for good, so that a duty keeps its identity through corrections. The
//! document is kept beside the registration for speed; it is the fold of [`FactsDocument::apply`] over what governs, and
//! is made anew from the rows after a correction and whenever somebody doubts it.

use chrono::{Months, NaiveDate};
use serde::{Deserialize, Serialize};

use super::refusal::Refusal;
use crate::ids::{FactId, NotificationId};
use crate::law::{self, What};

/// What the law engine and the statuses read of one fact: dates, codes and ids.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", rename_all_fields = "camelCase", deny_unknown_fields)]
pub enum FactBody {
    /// A conviction with its first sentences.
    Conviction {
        /// As the law engine reads it, without its id.
        conviction: law::Conviction,
    },
    /// A later decision on a conviction.
    ConvictionDecided {
        /// Root of the conviction.
        conviction: FactId,
        /// What was decided.
        decision: ConvictionDecision,
    },
    /// A spell of custody.
    Custody {
        /// As the law engine reads it, without its id.
        custody: law::Custody,
    },
    /// Something that happened, as the law engine reads it.
    Happened {
        /// The event, without its id.
        event: law::Event,
    },
    /// The person notified something; the notification's id stands for it in the document.
    Notified {
        /// The notification.
        notification: NotificationId,
        /// As the law engine reads it.
        event: law::Event,
    },
    /// The person died.
    Died {
        /// Day of death.
        on: NaiveDate,
    },
    /// The person was not where reported and could not be found.
    WhereaboutsUnknown {
        /// Since when.
        on: NaiveDate,
    },
    /// The person was found again, or the reported home was confirmed on the spot.
    HomeSeen {
        /// Day on which an officer or the population register confirmed it.
        on: NaiveDate,
    },
    /// What it corrects did not happen.
    Withdrawn,
}

/// A later decision on a conviction.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case", rename_all_fields = "camelCase", deny_unknown_fields)]
pub enum ConvictionDecision {
    /// The sentence was passed.
    Sentenced {
        /// Day of the sentence.
        on: NaiveDate,
        /// The sentences.
        sentences: Vec<law::Sentence>,
    },
    /// The sentence was varied on appeal.
    Varied {
        /// Day of the decision.
        on: NaiveDate,
        /// The sentences that replace the earlier ones.
        sentences: Vec<law::Sentence>,
    },
    /// The suspended part of a sentence was put into execution.
    Revived {
        /// Day of the decision.
        on: NaiveDate,
        /// Which of the present sentences, counted from 0.
        sentence: usize,
    },
    /// The conviction was quashed.
    Quashed {
        /// Day of the decision.
        on: NaiveDate,
    },
}

impl ConvictionDecision {
    /// The same decision, taken on another day.
    #[must_use]
    pub fn on_another_day(&self, day: NaiveDate) -> Self {
        let mut moved = self.clone();
        match &mut moved {
            Self::Sentenced { on, .. } | Self::Varied { on, .. } | Self::Revived { on, .. } | Self::Quashed { on } => {
                *on = day;
            }
        }
        moved
    }
}

impl FactBody {
    /// The code under which it is stored.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Conviction { .. } => "conviction",
            Self::ConvictionDecided { .. } => "conviction_decided",
            Self::Custody { .. } => "custody",
            Self::Happened { event } => match event.what {
                What::NameUsed { .. } => "name_used",
                What::HomeChanged { .. } => "home_changed",
                What::Stay { .. } => "stay",
                What::Absence(_) => "absence",
                What::BecameResident { .. } => "became_resident",
                What::NoHomeNotice { .. } => "no_home_notice",
                What::HomeAccepted { .. } => "home_accepted",
                What::OrderNotified { .. } => "order_notified",
                What::Notification(_) => "notified",
            },
            Self::Notified { .. } => "notified",
            Self::Died { .. } => "died",
            Self::WhereaboutsUnknown { .. } => "whereabouts_unknown",
            Self::HomeSeen { .. } => "home_seen",
            Self::Withdrawn => "withdrawn",
        }
    }

    /// The day it is about, where it is about one.
    pub fn valid_on(&self) -> Option<NaiveDate> {
        match self {
            Self::Conviction { conviction } => Some(conviction.convicted_on),
            Self::ConvictionDecided { decision, .. } => Some(match decision {
                ConvictionDecision::Sentenced { on, .. }
                | ConvictionDecision::Varied { on, .. }
                | ConvictionDecision::Revived { on, .. }
                | ConvictionDecision::Quashed { on } => *on,
            }),
            Self::Custody { custody } => Some(custody.from),
            Self::Happened { event } | Self::Notified { event, .. } => Some(day_of(&event.what)),
            Self::Died { on } | Self::WhereaboutsUnknown { on } | Self::HomeSeen { on } => Some(*on),
            Self::Withdrawn => None,
        }
    }
}

/// The first day an event is about.
fn day_of(what: &What) -> NaiveDate {
    match what {
        What::NameUsed { on }
        | What::HomeChanged { on }
        | What::BecameResident { on }
        | What::NoHomeNotice { on, .. }
        | What::HomeAccepted { on }
        | What::OrderNotified { on } => *on,
        What::Stay { from, .. } => *from,
        What::Absence(absence) => absence.from,
        What::Notification(notification) => notification.on,
    }
}

/// The governing facts of one registration: what the law engine reads, and what the statuses need besides.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct FactsDocument {
    /// As the law engine reads it; without the birth date, which is kept encrypted with the person.
    pub law: law::Facts,
    /// Whether the person was under 18 on a day that a conviction turns on. Only then does an assessment need the
    /// birth date, and only then is it decrypted.
    #[serde(default)]
    pub minor: bool,
    /// Day of death.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub died_on: Option<NaiveDate>,
    /// Since when nobody knows where the person is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub whereabouts_unknown_since: Option<NaiveDate>,
    /// When the home was last seen by an officer or confirmed by the population register.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub home_seen_on: Option<NaiveDate>,
}

impl FactsDocument {
    /// A document without facts.
    pub fn empty(regime: law::Regime, pilot_from: Option<NaiveDate>) -> Self {
        let law = law::Facts {
            regime,
            pilot_from,
            as_of: None,
            person: None,
            subject_since: None,
            convictions: Vec::new(),
            custody: Vec::new(),
            events: Vec::new(),
        };
        Self { law, minor: false, died_on: None, whereabouts_unknown_since: None, home_seen_on: None }
    }

    /// Reads a stored document.
    ///
    /// # Errors
    /// [`Refusal::Rules`] when the stored text is not one.
    pub fn parse(stored: &str) -> Result<Self, Refusal> {
        serde_json::from_str(stored).map_err(|e| Refusal::Rules(format!("stored facts document: {e}")))
    }

    /// The document as it is stored.
    ///
    /// # Errors
    /// [`Refusal::Rules`] when it cannot be written, which no document does.
    pub fn to_stored(&self) -> Result<String, Refusal> {
        serde_json::to_string(self).map_err(|e| Refusal::Rules(format!("facts document: {e}")))
    }

    /// The document of all governing facts: `(root, body)` in the order in which the roots were recorded.
    ///
    /// # Errors
    /// As [`FactsDocument::apply`].
    pub fn of<'a>(
        regime: law::Regime,
        pilot_from: Option<NaiveDate>,
        governing: impl IntoIterator<Item = (FactId, &'a FactBody)>,
    ) -> Result<Self, Refusal> {
        let mut document = Self::empty(regime, pilot_from);
        for (root, body) in governing {
            document.apply(root, body)?;
        }
        Ok(document)
    }

    /// Takes in a fact that corrects nothing. What a correction leaves is [`FactsDocument::of`] what then governs.
    ///
    /// # Errors
    /// [`Refusal::Rules`] when a later decision names a conviction or sentence that is not in the document.
    pub fn apply(&mut self, root: FactId, body: &FactBody) -> Result<(), Refusal> {
        let id = Some(law::Name::from(root.as_str()));
        match body {
            FactBody::Conviction { conviction } => {
                self.law.convictions.push(law::Conviction { id, ..conviction.clone() });
            }
            FactBody::ConvictionDecided { conviction, decision } => self.decide(*conviction, decision)?,
            FactBody::Custody { custody } => self.law.custody.push(law::Custody { id, ..custody.clone() }),
            FactBody::Happened { event } => {
                self.law.events.push(law::Event { id, what: event.what.clone() });
            }
            FactBody::Notified { notification, event } => {
                let id = Some(law::Name::from(notification.as_str()));
                self.law.events.push(law::Event { id, what: event.what.clone() });
            }
            FactBody::Died { on } => self.died_on = Some(*on),
            FactBody::WhereaboutsUnknown { on } => self.whereabouts_unknown_since = Some(*on),
            FactBody::HomeSeen { on } => {
                self.home_seen_on = Some(*on);
                self.whereabouts_unknown_since = None;
            }
            FactBody::Withdrawn => {}
        }
        Ok(())
    }

    /// Sets [`FactsDocument::minor`] from the birth date: whether any conviction touches a day before the eighteenth
    /// birthday, or a court set a period for a minor.
    pub fn note_age(&mut self, birth_date: NaiveDate) {
        let adult_on = birth_date.checked_add_months(Months::new(18 * 12)).unwrap_or(birth_date);
        self.minor = self.law.convictions.iter().any(|conviction| {
            let decided = [Some(conviction.convicted_on), conviction.offence_on, conviction.sentenced_on];
            conviction.court_period_years.is_some() || decided.into_iter().flatten().any(|day| day < adult_on)
        });
    }

    fn decide(&mut self, conviction: FactId, decision: &ConvictionDecision) -> Result<(), Refusal> {
        let entry = self
            .law
            .convictions
            .iter_mut()
            .find(|c| c.id.as_deref() == Some(conviction.as_str()))
            .ok_or_else(|| Refusal::Rules("a decision on a conviction that is not in the file".to_owned()))?;
        match decision {
            ConvictionDecision::Sentenced { on, sentences } => {
                entry.sentenced_on = Some(*on);
                entry.sentences.clone_from(sentences);
            }
            ConvictionDecision::Varied { on, sentences } => {
                entry.varied.push(law::Variation { on: *on, sentences: sentences.clone() });
            }
            ConvictionDecision::Quashed { on } => entry.quashed_on = Some(*on),
            ConvictionDecision::Revived { on, sentence } => {
                let present = match entry.varied.last_mut() {
                    Some(varied) => &mut varied.sentences,
                    None => &mut entry.sentences,
                };
                let revived = present
                    .get_mut(*sentence)
                    .ok_or_else(|| Refusal::Rules("a revived sentence that is not in the file".to_owned()))?;
                revived.revived_on = Some(*on);
            }
        }
        Ok(())
    }
}
