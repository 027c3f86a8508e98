//! People's histories, out of the rows of the register: as of a day, and as far as they were known at an instant.
//!
//! What happened after the day or became known after the instant is as if it were not there, so that the same pair gives
//! the same histories whatever was corrected since. People come in the order of their ids, a bounded number at a time.
//!
//! | module | what it is for |
//! | --- | --- |
//! | [`rows`] | the rows of a number of people, each person's together |
//! | [`days`] | the days that facts amount to: registered, in custody, abroad, without a home, missing |
//! | [`events`] | duties, flags and breaches |

mod days;
mod events;
mod rows;

use std::collections::{HashMap, VecDeque};

use chrono::NaiveDate;
use uuid::Uuid;

use crate::app::App;
use crate::clock::UtcTime;
use crate::ids::{PersonId, TeamId};
use crate::register::Refusal;
use crate::statistics::history::{self, Facts, History};
use crate::store::LongWork;
use crate::store::evaluation::histories::{person_count, person_walk, team_list};
use crate::store::persons::person_find_many;
use crate::store::rows::PersonRow;
use rows::Rows;

/// People loaded at once: what bounds the memory of a reading.
const PAGE: i64 = 200;

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
    app: &'a App,
    work: LongWork,
    reading: Reading,
    teams: HashMap<TeamId, String>,
    after: Option<PersonId>,
    page: VecDeque<History>,
    unusable: u64,
}

impl<'a> Histories<'a> {
    /// Begins a reading.
    ///
    /// # Errors
    /// [`Refusal::Store`] when the database cannot be reached.
    pub fn open(app: &'a App, reading: Reading) -> Result<Self, Refusal> {
        let mut work = app.store.long_work()?;
        let teams = team_list(work.conn())?.into_iter().map(|team| (team.id, team.name)).collect();
        Ok(Self { app, work, reading, teams, after: None, page: VecDeque::new(), unusable: 0 })
    }

    /// How many people there are to look at.
    ///
    /// # Errors
    /// [`Refusal::Store`].
    pub fn people(&mut self) -> Result<u64, Refusal> {
        Ok(person_count(self.work.conn(), self.reading.known_at)?)
    }

    /// The next history; `None` after the last one. People of whom nothing was known yet are passed over; those whose
    /// facts contradict each other are [counted](Self::unusable).
    ///
    /// # Errors
    /// [`Refusal::Store`]; [`Refusal::Keys`] when a birth date that the rules need cannot be read.
    pub fn next_history(&mut self) -> Result<Option<History>, Refusal> {
        while self.page.is_empty() {
            let people = person_walk(self.work.conn(), self.after, self.reading.known_at, PAGE)?;
            let Some(last) = people.last() else { return Ok(None) };
            self.after = Some(last.id);
            self.page = self.histories(&people)?.into();
        }
        Ok(self.page.pop_front())
    }

    /// The histories of these people, in the order of their ids.
    ///
    /// # Errors
    /// As [`Histories::next_history`].
    pub fn of(&mut self, people: &[history::PersonId]) -> Result<Vec<History>, Refusal> {
        let ids: Vec<PersonId> =
            people.iter().filter_map(|id| Uuid::from_u128(id.0).hyphenated().to_string().parse().ok()).collect();
        let mut found = person_find_many(self.work.conn(), &ids)?;
        found.sort_by_key(|row| row.id);
        self.histories(&found)
    }

    /// How many people have facts that contradict each other, so that no history can be made of them.
    pub const fn unusable(&self) -> u64 {
        self.unusable
    }

    /// What is read.
    pub const fn reading(&self) -> &Reading {
        &self.reading
    }

    fn histories(&mut self, people: &[PersonRow]) -> Result<Vec<History>, Refusal> {
        let mut rows = Rows::load(self.work.conn(), people, &self.reading)?;
        let mut histories = Vec::with_capacity(people.len());
        for person in people {
            let Some(of_person) = rows.take(person.id) else { continue };
            match self.facts(person, &of_person).and_then(made) {
                Ok(history) => histories.push(history),
                Err(Refusal::Rules(why)) => {
                    tracing::warn!(person = %person.id, why, "a file that no history can be made of");
                    self.unusable += 1;
                }
                Err(other) => return Err(other),
            }
        }
        Ok(histories)
    }

    fn facts(&self, person: &PersonRow, rows: &rows::OfPerson) -> Result<Facts, Refusal> {
        let mut facts = Facts::of(history::PersonId(number(person.id.as_str())?));
        facts.birth_year = i32::try_from(person.birth_year).ok();
        let context = days::Context { app: self.app, reading: &self.reading, person };
        let mut gathered = days::Gathered::default();
        for file in &rows.files {
            gathered.add(&context, file)?;
        }
        for order in &rows.orders {
            gathered.supervise(&context, order)?;
        }
        facts.exit = gathered.exit(self.reading.valid_on);
        gathered.put_into(&mut facts);
        if let Some(file) = rows.files.last() {
            facts.team = self.teams.get(&file.team).cloned();
            facts.offence_group = Some(file.registration.offence_class.clone());
        }
        events::put_into(&mut facts, rows, &self.reading)?;
        if let Some(assignment) = &rows.assignment {
            events::assign(&mut facts, assignment, &self.reading);
        }
        Ok(facts)
    }
}

fn made(facts: Facts) -> Result<History, Refusal> {
    History::new(facts).map_err(|why| Refusal::Rules(why.to_string()))
}

/// An id of the house as the statistics have it.
fn number(id: &str) -> Result<u128, Refusal> {
    Uuid::try_parse(id).map(|id| id.as_u128()).map_err(|_| Refusal::Rules("an id that is none".to_owned()))
}
