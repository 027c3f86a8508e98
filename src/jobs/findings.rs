//! Holds supervision orders against the register, file by file, and keeps what it finds for an officer to look at. What no
//! longer holds is closed, with why. Nothing else follows from it.
//!
//! Only files of people with an order are looked at, and those about which something is kept; a home is decrypted only
//! where an order bans an area. A finding is kept once, whoever looks for it how often: that is a key of the database.

use std::collections::HashMap;

use chrono::NaiveDate;
use scheduler::{JobError, RunContext, RunReport};

use super::batches::{self, Counts, Wish, of_one_file};
use super::files::{self, LiveFile};
use crate::app::App;
use crate::clock::Now;
use crate::ids::{PersonId, RegistrationId};
use crate::register::Refusal;
use crate::register::address::Address;
use crate::register::fact::FactsDocument;
use crate::register::status;
use crate::store::notifications::notification_last_of_many;
use crate::store::owners::{Owners, flag_owners};
use crate::store::rows::NotificationRow;
use crate::store::supervision::addresses::{Places, place_list};
use crate::store::supervision::findings::{FindingRow, file_list_to_check, finding_list_live};
use crate::store::supervision::orders::{OrderRow, order_list_of_many};
use crate::store::{Conn, LongWork, StoreError};
use crate::supervision::cross::{self, Home, Known, STATE_HOME, bans_an_area, extract_key, placed, stated};
use crate::supervision::kept::Run;
use crate::supervision::view::{Assessed, assessed};
use crate::vocabulary::{LegalStatus, Regime};

/// The name under which it runs and signs.
pub const NAME: &str = "findings";

/// Files looked at in one transaction.
const BATCH: i64 = 200;

/// Runs once.
///
/// # Errors
/// [`JobError`] when the store does not answer or the run was asked to stop.
pub fn run(app: &App, context: &RunContext) -> Result<RunReport, JobError> {
    let mut report = RunReport::default();
    check(app, context, &mut report).map_err(|error| batches::stopped(&error, report))?;
    batches::end(context, report)
}

fn check(app: &App, context: &RunContext, report: &mut RunReport) -> Result<(), StoreError> {
    let now = app.clock.now();
    let mut work = app.store.long_work()?;
    let today = now.today(Regime::NlPilot.zone());
    let owners = flag_owners(work.conn(), today)?;
    let mut after = None;
    while !context.cancelled() {
        let page = file_list_to_check(work.conn(), today, after, BATCH)?;
        let Some(last) = page.last() else { break };
        after = Some(*last);
        batches::isolating(&page, report, ToString::to_string, |ids| check_some(app, &mut work, ids, &owners, now))?;
    }
    Ok(())
}

fn check_some(
    app: &App,
    work: &mut LongWork,
    ids: &[RegistrationId],
    owners: &Owners,
    now: Now,
) -> Result<Counts, StoreError> {
    let files = files::load(work.conn(), ids, true)?;
    let beside = Beside::load(app, work, &files, now)?;
    let (mut counts, mut wishes) = (Counts::default(), Vec::new());
    for file in &files {
        match of_one_file(file.registration.id, || wish(app, file, &beside, owners, now)) {
            Some(wish) if wish.made > 0 => wishes.push(wish),
            Some(_) => counts.skipped += 1,
            None => counts.failed += 1,
        }
    }
    counts.add(batches::write(work, wishes)?);
    Ok(counts)
}

/// What stands beside a number of files.
struct Beside {
    orders: HashMap<PersonId, Vec<Assessed>>,
    /// People with an order that the rules refuse: they changed since it was taken in.
    refused: HashMap<PersonId, String>,
    kept: HashMap<RegistrationId, Vec<FindingRow>>,
    homes: HashMap<RegistrationId, (NotificationRow, Address)>,
    places: Places,
}

impl Beside {
    /// Loads it, with a handful of statements.
    fn load(app: &App, work: &mut LongWork, files: &[LiveFile], now: Now) -> Result<Self, StoreError> {
        let conn = work.conn();
        let ids: Vec<RegistrationId> = files.iter().map(|file| file.registration.id).collect();
        let mut people: Vec<PersonId> = files.iter().map(|file| file.registration.person_id).collect();
        people.sort_unstable();
        people.dedup();
        let mut rows: HashMap<PersonId, Vec<OrderRow>> = HashMap::new();
        for row in order_list_of_many(conn, &people)? {
            rows.entry(row.person_id).or_default().push(row);
        }
        let mut beside = Self {
            orders: HashMap::new(),
            refused: HashMap::new(),
            kept: HashMap::new(),
            homes: HashMap::new(),
            places: Places::default(),
        };
        let today = now.today(Regime::NlPilot.zone());
        for (person, rows) in rows {
            match assessed(app, rows, today) {
                Ok(orders) => {
                    beside.orders.insert(person, orders);
                }
                Err(refusal) => {
                    beside.refused.insert(person, refusal.to_string());
                }
            }
        }
        for row in finding_list_live(conn, &ids)? {
            beside.kept.entry(row.registration_id).or_default().push(row);
        }
        beside.load_homes(app, conn, files)?;
        Ok(beside)
    }

    /// Decrypts the homes that an order makes matter, and looks up where they lie.
    fn load_homes(&mut self, app: &App, conn: &mut Conn, files: &[LiveFile]) -> Result<(), StoreError> {
        let matters =
            |file: &&LiveFile| self.orders.get(&file.registration.person_id).is_some_and(|it| bans_an_area(it));
        let files: HashMap<RegistrationId, &LiveFile> =
            files.iter().filter(matters).map(|file| (file.registration.id, file)).collect();
        let ids: Vec<RegistrationId> = files.keys().copied().collect();
        for row in notification_last_of_many(conn, &ids, &STATE_HOME)? {
            let person = files.get(&row.registration_id).and_then(|file| file.person.as_ref());
            let Some(person) = person else { continue };
            let id = row.registration_id;
            let read = || stated(&row, &app.vault.take_out(&person.data_key_id)?);
            if let Some(address) = of_one_file(id, read) {
                self.homes.insert(id, (row, address));
            }
        }
        let mut postcodes: Vec<String> =
            self.homes.values().filter_map(|(_, address)| Some(extract_key(address)?.0)).collect();
        postcodes.sort_unstable();
        postcodes.dedup();
        self.places = place_list(conn, &postcodes)?;
        Ok(())
    }

    /// Where the person lives, as far as an order makes it matter.
    fn home(&self, file: &LiveFile, today: NaiveDate) -> Result<Home, Refusal> {
        let Some((row, address)) = self.homes.get(&file.registration.id) else { return Ok(Home::None) };
        let by_extract = extract_key(address).and_then(|(postcode, number)| self.places.of(&postcode, number));
        placed(row, address, by_extract, file.registration.regime, today)
    }
}

/// What is to be written about one file.
fn wish(app: &App, file: &LiveFile, beside: &Beside, owners: &Owners, now: Now) -> Result<Wish, Refusal> {
    let (registration, today) = (&file.registration, file.today(now));
    if let Some(why) = beside.refused.get(&registration.person_id) {
        return Err(Refusal::Rules(why.clone()));
    }
    let orders = beside.orders.get(&registration.person_id).map_or(&[][..], Vec::as_slice);
    let in_force = status::legal(registration, today) == LegalStatus::Active;
    let found = if in_force {
        let document = FactsDocument::parse(&registration.facts_doc)?;
        let home = beside.home(file, today)?;
        cross::found(&Known { orders, events: &document.law.events, duties: &file.duties, home: &home, as_of: today })?
    } else {
        Vec::new()
    };
    // Nobody to give it to is a fault of the installation: it fails aloud, and the next run tries again.
    let owner = owners.of(registration.officer_id, registration.team_id).ok_or(Refusal::Conflict {
        code: "no_owner",
        detail: "no account of an officer or a lead is in use: a finding would have no owner",
    })?;
    let kept = beside.kept.get(&registration.id).cloned().unwrap_or_default();
    let run = Run { registration, in_force, orders, found, kept, owner, today, now };
    let (writes, made) = run.writes(app, NAME)?;
    Ok(Wish { registration: registration.id, version: registration.version, writes, made })
}
