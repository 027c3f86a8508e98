//! Histories out of the rows of people, each with the files its events are in.

use std::collections::{HashMap, HashSet};

use uuid::Uuid;

use super::rows::{KnownFile, OfPerson, Rows};
use super::{Reading, days, events, number};
use crate::app::App;
use crate::ids::{PersonId, RegistrationId, TeamId};
use crate::register::Refusal;
use crate::statistics::history::{self, EventId, Facts, History};
use crate::store::Conn;
use crate::store::evaluation::histories::team_list;
use crate::store::persons::person_find_many;
use crate::store::rows::PersonRow;

/// Makes histories of people, as of a day and as far as they were known at an instant.
pub struct Reader<'a> {
    app: &'a App,
    pub(super) reading: Reading,
    teams: HashMap<TeamId, String>,
    pub(super) unusable: u64,
}

/// A history with what it was made of.
pub struct Traced {
    /// The person.
    pub person: PersonId,
    /// The history.
    pub history: History,
    rows: OfPerson,
}

impl Traced {
    /// The file that shows why something counts: that of the event, and of what is no event of a file the last one, among
    /// those that may be opened. Nothing when none of them may be.
    pub fn file_of(&self, event: Option<EventId>, open: &HashSet<RegistrationId>) -> Option<RegistrationId> {
        let event = event.map(|event| Uuid::from_u128(event.0).hyphenated().to_string());
        let of_event = event.and_then(|event| self.rows.files.iter().find(|file| holds(file, &event)));
        let mut files = match of_event {
            Some(file) => std::slice::from_ref(file).iter(),
            None => self.rows.files.iter(),
        };
        files.rfind(|file| open.contains(&file.registration.id)).map(|file| file.registration.id)
    }
}

/// Whether something of this id happened in a file.
fn holds(file: &KnownFile, event: &str) -> bool {
    file.duties.iter().any(|(duty, _)| duty.id.as_str() == event)
        || file.flags.iter().any(|known| known.flag.id.as_str() == event)
        || file.notifications.iter().any(|known| known.id.as_str() == event)
        || file.proposals.iter().any(|known| known.proposal.id.as_str() == event)
}

impl<'a> Reader<'a> {
    /// Begins a reading.
    ///
    /// # Errors
    /// [`Refusal::Store`].
    pub fn open(app: &'a App, conn: &mut Conn, reading: Reading) -> Result<Self, Refusal> {
        let teams = team_list(conn)?.into_iter().map(|team| (team.id, team.name)).collect();
        Ok(Self { app, reading, teams, unusable: 0 })
    }

    /// The histories of these people, in the order of their ids. Those of whom nothing was known, or whose facts
    /// contradict each other, have none.
    ///
    /// # Errors
    /// [`Refusal::Store`]; [`Refusal::Keys`] when a birth date that the rules need cannot be read.
    pub fn of(&mut self, conn: &mut Conn, people: &[PersonId]) -> Result<Vec<Traced>, Refusal> {
        let mut found = person_find_many(conn, people)?;
        found.sort_by_key(|row| row.id);
        self.of_rows(conn, &found)
    }

    pub(super) fn of_rows(&mut self, conn: &mut Conn, people: &[PersonRow]) -> Result<Vec<Traced>, Refusal> {
        let mut rows = Rows::load(conn, people, &self.reading)?;
        let mut histories = Vec::with_capacity(people.len());
        for person in people {
            let Some(of_person) = rows.take(person.id) else { continue };
            match self.facts(person, &of_person).and_then(made) {
                Ok(history) => histories.push(Traced { person: person.id, history, rows: of_person }),
                Err(Refusal::Rules(why)) => {
                    tracing::warn!(person = %person.id, why, "a file that no history can be made of");
                    self.unusable += 1;
                }
                Err(other) => return Err(other),
            }
        }
        Ok(histories)
    }

    fn facts(&self, person: &PersonRow, rows: &OfPerson) -> Result<Facts, Refusal> {
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
