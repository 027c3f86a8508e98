//! Rows about people and events for the evaluator's secure environment, under pseudonyms that only this release has.
//!
//! What somebody could know a person by is made coarser until at least ten people share it and not all of them had the
//! same outcome; who still stands out is left out. What was done is stated with the release. Days are counted from the
//! index date. There is no date, no place but the unit, no name and no id of the house.
//!
//! | module | what it is for |
//! | --- | --- |
//! | [`class`] | what a person could be known by, at each coarseness |
//! | [`census`] | who is in the file and how coarse it must be: the first pass |
//! | [`rows`] | the rows of one person: the second pass |
//! | [`datasets`] | the rows as datasets, for the formats of a release |
//! | [`stream`] | all of it for people who come out of a database: as much memory for a million as for ten |
//!
//! The first pass keeps a count for each combination of what people could be known by, and nothing of anybody. Rows come
//! in the order of the pseudonyms, which tells nothing, as they are random to whoever has no key.
//!
//! This stays personal data. It goes to a closed environment only, after the privacy officer approved it, and tables
//! made of it come out through disclosure control. Sequences of events can be known to somebody too: that is why.

pub mod census;
pub mod class;
pub mod datasets;
pub mod rows;
pub mod stream;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

pub use census::{Census, Done, Refused, Scheme};
pub use rows::{EventRow, PersonRow};

use super::history::{History, PersonId};

/// A pseudonym: 16 bytes of a keyed hash.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Pseudonym(pub [u8; 16]);

impl std::fmt::Display for Pseudonym {
    /// Thirty-two hexadecimal digits; their order is that of the bytes.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

/// The keyed hash of a release, such as HMAC-SHA256 cut to 16 bytes: whoever has no key cannot make it, and another
/// release has another key.
pub trait Keyed {
    /// The hash of a message.
    fn hash(&self, message: &[u8]) -> [u8; 16];
}

impl<F: Fn(&[u8]) -> [u8; 16]> Keyed for F {
    fn hash(&self, message: &[u8]) -> [u8; 16] {
        self(message)
    }
}

/// The pseudonym of a person.
pub fn of_person(key: &impl Keyed, person: PersonId) -> Pseudonym {
    Pseudonym(key.hash(&[b"person:".as_slice(), &person.0.to_be_bytes()].concat()))
}

/// The pseudonym of a unit that was assigned as a whole.
pub fn of_cluster(key: &impl Keyed, cluster: &str) -> Pseudonym {
    Pseudonym(key.hash(&[b"cluster:".as_slice(), cluster.as_bytes()].concat()))
}

/// What is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Terms {
    /// The last day of observation: the last one of a closed period.
    pub until: NaiveDate,
    /// Fewest people who share what they could be known by; never below [`Self::FEWEST`].
    k: u64,
    /// Fewest different outcomes among them.
    l: u64,
}

impl Terms {
    /// `k` cannot be lower.
    pub const FEWEST: u64 = 10;

    /// At least ten people and two outcomes.
    pub const fn new(until: NaiveDate) -> Self {
        Self { until, k: Self::FEWEST, l: 2 }
    }

    /// More people or more outcomes; nothing when it would be fewer than [`Self::FEWEST`] or than two.
    pub fn stricter(self, k: u64, l: u64) -> Option<Self> {
        (k >= Self::FEWEST && l >= 2).then_some(Self { k, l, ..self })
    }

    /// Fewest people who share what they could be known by.
    pub const fn k(self) -> u64 {
        self.k
    }

    /// Fewest different outcomes among them.
    pub const fn l(self) -> u64 {
        self.l
    }
}

/// Makes the rows of all people at once, for those who hold all histories; [`stream`] does so for those who do not.
///
/// # Errors
/// [`Refused`] when nothing can be given out.
pub fn release(
    histories: &[History],
    terms: Terms,
    key: &impl Keyed,
) -> Result<(Done, Vec<PersonRow>, Vec<EventRow>), Refused> {
    let mut census = Census::new(terms);
    histories.iter().for_each(|history| census.add(history));
    let scheme = census.decide()?;
    let mut order: Vec<(Pseudonym, &History)> = histories.iter().map(|it| (of_person(key, it.person), it)).collect();
    order.sort_unstable_by_key(|(pseudonym, _)| *pseudonym);
    if order.windows(2).any(|pair| pair[0].0 == pair[1].0) {
        return Err(Refused::Key);
    }
    let (mut people, mut events) = (Vec::new(), Vec::new());
    for (row, of_person) in order.into_iter().filter_map(|(_, history)| scheme.rows(history, key)) {
        people.push(row);
        events.extend(of_person);
    }
    Ok((scheme.done().clone(), people, events))
}

#[cfg(test)]
mod tests;
