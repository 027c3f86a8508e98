//! People's histories, out of the rows of the register: as of a day, and as far as they were known at an instant.
//!
//! What happened after the day or became known after the instant is as if it were not there, so that the same pair gives
//! the same histories whatever was corrected since. People come in the order of their ids, a bounded number at a time.
//!
//! | module | what it is for |
//! | --- | --- |
//! | [`reader`] | histories out of these rows, and which file each event is in |
//! | [`rows`] | the rows of a number of people, each person's together |
//! | [`days`] | the days that facts amount to: registered, in custody, abroad, without a home, missing |
//! | [`events`] | duties, flags and breaches |

mod days;
mod events;
mod reader;
mod rows;

pub use reader::{Reader, Traced};

use std::collections::VecDeque;

use chrono::NaiveDate;
use uuid::Uuid;

use crate::app::App;
use crate::clock::UtcTime;
use crate::ids::PersonId;
use crate::register::Refusal;
use crate::statistics::history::{self, History};
use crate::store::LongWork;
use crate::store::evaluation::histories::{person_count, person_id_walk, person_walk};

/// People loaded at once: what bounds the memory of a reading.
const PAGE: i64 = 200;
/// Ids read at once.
const IDS: i64 = 5000;

/// What is read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reading {
    /// The last day that counts.
    pub valid_on: NaiveDate,
    /// The instant up to which what was recorded counts, by the legal clock.
    pub known_at: UtcTime,
    /// The study whose assignments are meant.
    pub study: String,
}

/// Reads histories, one after the other.
pub struct Histories<'a> {
    work: LongWork,
    reader: Reader<'a>,
    after: Option<PersonId>,
    page: VecDeque<History>,
}

impl<'a> Histories<'a> {
    /// Begins a reading.
    ///
    /// # Errors
    /// [`Refusal::Store`] when the database cannot be reached.
    pub fn open(app: &'a App, reading: Reading) -> Result<Self, Refusal> {
        let mut work = app.store.long_work()?;
        let reader = Reader::open(app, work.conn(), reading)?;
        Ok(Self { work, reader, after: None, page: VecDeque::new() })
    }

    /// How many people there are to look at.
    ///
    /// # Errors
    /// [`Refusal::Store`].
    pub fn people(&mut self) -> Result<u64, Refusal> {
        Ok(person_count(self.work.conn(), self.reader.reading.known_at)?)
    }

    /// The next history; `None` after the last one. People of whom nothing was known yet are passed over; those whose
    /// facts contradict each other are [counted](Self::unusable).
    ///
    /// # Errors
    /// [`Refusal::Store`]; [`Refusal::Keys`] when a birth date that the rules need cannot be read.
    pub fn next_history(&mut self) -> Result<Option<History>, Refusal> {
        while self.page.is_empty() {
            let people = person_walk(self.work.conn(), self.after, self.reader.reading.known_at, PAGE)?;
            let Some(last) = people.last() else { return Ok(None) };
            self.after = Some(last.id);
            self.page = self.reader.of_rows(self.work.conn(), &people)?.into_iter().map(|it| it.history).collect();
        }
        Ok(self.page.pop_front())
    }

    /// Tells the id of everybody there is to look at.
    ///
    /// # Errors
    /// [`Refusal::Store`].
    pub fn each_id(&mut self, each: &mut dyn FnMut(history::PersonId)) -> Result<(), Refusal> {
        let mut after = None;
        loop {
            let ids = person_id_walk(self.work.conn(), after, self.reader.reading.known_at, IDS)?;
            after = ids.last().copied();
            if after.is_none() {
                return Ok(());
            }
            for id in ids {
                each(history::PersonId(number(id.as_str())?));
            }
        }
    }

    /// The histories of these people, in the order of their ids.
    ///
    /// # Errors
    /// As [`Histories::next_history`].
    pub fn of(&mut self, people: &[history::PersonId]) -> Result<Vec<History>, Refusal> {
        let ids: Vec<PersonId> =
            people.iter().filter_map(|id| Uuid::from_u128(id.0).hyphenated().to_string().parse().ok()).collect();
        Ok(self.reader.of(self.work.conn(), &ids)?.into_iter().map(|it| it.history).collect())
    }

    /// How many people have facts that contradict each other, so that no history can be made of them.
    pub const fn unusable(&self) -> u64 {
        self.reader.unusable
    }

    /// What is read.
    pub const fn reading(&self) -> &Reading {
        &self.reader.reading
    }
}

/// An id of the house as the statistics have it.
fn number(id: &str) -> Result<u128, Refusal> {
    Uuid::try_parse(id).map(|id| id.as_u128()).map_err(|_| Refusal::Rules("an id that is none".to_owned()))
}
