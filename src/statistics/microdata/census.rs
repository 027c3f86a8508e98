//! The first pass: who is in the file, and how coarse it must be.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::class::{Class, Coarse};
use super::rows::{self, EventRow, Followed, PersonRow};
use super::{Keyed, Terms, of_person};
use crate::history::History;

/// What must not be told of a person by what they are known by: whether a failure was seen and whether there was a new
/// case, while they were followed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Sensitive {
    /// Whether either system saw a failure.
    pub failed: bool,
    /// Whether there was a new case.
    pub new_case: bool,
}

/// The first pass as it goes.
#[derive(Debug, Clone)]
pub struct Census {
    terms: Terms,
    counts: BTreeMap<(Class, Sensitive), u64>,
}

/// What was done to the file, to be stated with it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Done {
    /// How coarse it is.
    pub coarse: Coarse,
    /// How many people share what they could be known by, at the fewest.
    pub k: u64,
    /// How many different outcomes they have, at the fewest.
    pub l: u64,
    /// People in the file.
    pub people: u64,
    /// People left out as they stood out all the same: for the record; outside it is told as a band.
    pub left_out: u64,
}

/// Why there is no file. The text tells no number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// However coarse, nobody could hide among others.
    #[error("too few people, or too much alike, for a file in which nobody stands out")]
    TooFew,
    /// The key gave two people one pseudonym.
    #[error("two people have one pseudonym: the key is no good")]
    Key,
}

/// How the file is made: what the second pass needs. Kept with what was issued, it makes the same file again when some of
/// the people are no longer there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Scheme {
    terms: Terms,
    done: Done,
    /// The classes, as coarse as the file is, whose people are in it.
    given: BTreeSet<Class>,
}

impl Census {
    /// Rather than leave out more people than one in so many, the file is made coarser.
    const ONE_IN: u64 = 20;

    /// Of nobody yet.
    pub const fn new(terms: Terms) -> Self {
        Self { terms, counts: BTreeMap::new() }
    }

    /// Adds a person, if they are in an arm and were followed for a day at least.
    pub fn add(&mut self, history: &History) {
        let (Some(class), Some(followed)) = (Class::of(history), Followed::of(history, self.terms.until)) else {
            return;
        };
        *self.counts.entry((class, followed.sensitive(history))).or_default() += 1;
    }

    /// Finds the cheapest coarseness at which few people stand out; where there is none, the coarsest.
    ///
    /// # Errors
    /// [`Refused::TooFew`].
    pub fn decide(self) -> Result<Scheme, Refused> {
        let all: u64 = self.counts.values().sum();
        let tried = Coarse::all().into_iter().map(|coarse| self.at(coarse));
        let mut least: Option<(Done, BTreeSet<Class>)> = None;
        for (done, given) in tried {
            let good = done.left_out * Self::ONE_IN <= all;
            if least.as_ref().is_none_or(|(least, _)| done.left_out < least.left_out) {
                least = Some((done, given));
            }
            if good {
                break;
            }
        }
        match least {
            Some((done, given)) if done.people > 0 => Ok(Scheme { terms: self.terms, done, given }),
            Some(_) | None => Err(Refused::TooFew),
        }
    }

    /// Who is in the file at a coarseness.
    fn at(&self, coarse: Coarse) -> (Done, BTreeSet<Class>) {
        let mut classes: BTreeMap<Class, (u64, Vec<Sensitive>)> = BTreeMap::new();
        for ((class, sensitive), count) in &self.counts {
            let (people, outcomes) = classes.entry(class.at(coarse)).or_default();
            *people += count;
            if !outcomes.contains(sensitive) {
                outcomes.push(*sensitive);
            }
        }
        let mut done = Done { coarse, k: u64::MAX, l: u64::MAX, people: 0, left_out: 0 };
        let mut given = BTreeSet::new();
        for (class, (people, outcomes)) in classes {
            let outcomes = outcomes.len() as u64;
            if people >= self.terms.k && outcomes >= self.terms.l {
                (done.k, done.l) = (done.k.min(people), done.l.min(outcomes));
                done.people += people;
                given.insert(class);
            } else {
                done.left_out += people;
            }
        }
        (done, given)
    }
}

impl Scheme {
    /// What was asked for.
    pub const fn terms(&self) -> Terms {
        self.terms
    }

    /// What was done.
    pub const fn done(&self) -> &Done {
        &self.done
    }

    /// The rows of a person, who is in the same state as in the first pass; nothing when they are left out.
    pub fn rows(&self, history: &History, key: &impl Keyed) -> Option<(PersonRow, Vec<EventRow>)> {
        let class = Class::of(history)?.at(self.done.coarse);
        let followed = Followed::of(history, self.terms.until)?;
        if !self.given.contains(&class) {
            return None;
        }
        let pseudonym = of_person(key, history.person);
        Some((rows::person(history, class, &followed, pseudonym, key), rows::events(history, &followed, pseudonym)))
    }
}
