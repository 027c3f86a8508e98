//! The first pass: who is in the file, and how coarse it must be.

use std::collections::{BTreeMap, HashMap};

use super::class::{Class, Coarse};
use super::rows::{self, EventRow, Followed, PersonRow};
use super::{Keyed, Pseudonym, Terms, of_person};
use crate::history::{History, PersonId};

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
    people: Vec<(Pseudonym, PersonId)>,
}

/// What was done to the file, to be stated with it.
#[derive(Debug, Clone, PartialEq, Eq)]
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

/// How the file is made: what the second pass needs.
#[derive(Debug, Clone)]
pub struct Scheme {
    terms: Terms,
    done: Done,
    /// Whether the people of a class, as coarse as the file is, are in it.
    given: HashMap<Class, bool>,
    people: Vec<(Pseudonym, PersonId)>,
}

impl Census {
    /// Rather than leave out more people than one in so many, the file is made coarser.
    const ONE_IN: u64 = 20;

    /// Of nobody yet.
    pub const fn new(terms: Terms) -> Self {
        Self { terms, counts: BTreeMap::new(), people: Vec::new() }
    }

    /// Adds a person, if they are in an arm and were followed for a day at least.
    pub fn add(&mut self, history: &History, key: &impl Keyed) {
        let (Some(class), Some(followed)) = (Class::of(history), Followed::of(history, self.terms.until)) else {
            return;
        };
        *self.counts.entry((class, followed.sensitive(history))).or_default() += 1;
        self.people.push((of_person(key, history.person), history.person));
    }

    /// Finds the cheapest coarseness at which few people stand out; where there is none, the coarsest.
    ///
    /// # Errors
    /// [`Refused`].
    pub fn decide(mut self) -> Result<Scheme, Refused> {
        self.people.sort_unstable();
        if self.people.windows(2).any(|pair| pair[0].0 == pair[1].0) {
            return Err(Refused::Key);
        }
        let all = self.people.len() as u64;
        let tried = Coarse::all().into_iter().map(|coarse| self.at(coarse));
        let mut least: Option<(Done, HashMap<Class, bool>)> = None;
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
            Some((done, given)) if done.people > 0 => {
                Ok(Scheme { terms: self.terms, done, given, people: self.people })
            }
            Some(_) | None => Err(Refused::TooFew),
        }
    }

    /// Who is in the file at a coarseness.
    fn at(&self, coarse: Coarse) -> (Done, HashMap<Class, bool>) {
        let mut classes: BTreeMap<Class, (u64, Vec<Sensitive>)> = BTreeMap::new();
        for ((class, sensitive), count) in &self.counts {
            let (people, outcomes) = classes.entry(class.at(coarse)).or_default();
            *people += count;
            if !outcomes.contains(sensitive) {
                outcomes.push(*sensitive);
            }
        }
        let mut done = Done { coarse, k: u64::MAX, l: u64::MAX, people: 0, left_out: 0 };
        let mut given = HashMap::new();
        for (class, (people, outcomes)) in classes {
            let outcomes = outcomes.len() as u64;
            let hidden = people >= self.terms.k && outcomes >= self.terms.l;
            if hidden {
                (done.k, done.l) = (done.k.min(people), done.l.min(outcomes));
                done.people += people;
            } else {
                done.left_out += people;
            }
            given.insert(class, hidden);
        }
        (done, given)
    }
}

impl Scheme {
    /// The people of the first pass in the order of their pseudonyms; of some there are no rows.
    pub fn order(&self) -> &[(Pseudonym, PersonId)] {
        &self.people
    }

    /// What was done.
    pub const fn done(&self) -> &Done {
        &self.done
    }

    /// The rows of a person, who is in the same state as in the first pass; nothing when they are left out.
    pub fn rows(&self, history: &History, key: &impl Keyed) -> Option<(PersonRow, Vec<EventRow>)> {
        let class = Class::of(history)?.at(self.done.coarse);
        let followed = Followed::of(history, self.terms.until)?;
        if !self.given.get(&class).copied().unwrap_or_default() {
            return None;
        }
        let pseudonym = of_person(key, history.person);
        Some((rows::person(history, class, &followed, pseudonym, key), rows::events(history, &followed, pseudonym)))
    }
}
