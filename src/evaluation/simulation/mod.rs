//! What another version of the rules would change in the live register: every active file assessed twice, with the rules
//! of today and with the others, and nothing written but the audit entry that it was looked at.
//!
//! Files come in the order of their ids, a bounded number at a time; what is kept of them are counts.

mod report;

pub use report::{Change, DutyChange, Harm, Load, Month, Pair, Report};

use std::collections::BTreeMap;

use chrono::NaiveDate;

use crate::access::Action;
use crate::app::App;
use crate::audit::{Deed, ObjectRef};
use crate::clock::Now;
use crate::config::Policy;
use crate::law::{Assessment, RuleBook};
use crate::register::Refusal;
use crate::register::fact::FactsDocument;
use crate::register::file::birth_date;
use crate::register::reassess::assess;
use crate::store::persons::person_find_many;
use crate::store::registrations::{registration_count_active, registration_walk_active};
use crate::store::rows::{PersonRow, RegistrationRow};
use crate::store::{Conn, LongWork, StoreError, WriteSet};

/// The name under which it signs in the audit.
const PART: &str = "simulate";
/// Files loaded at once: what bounds the memory.
const PAGE: i64 = 500;

/// Why a simulation stops.
#[derive(Debug, thiserror::Error)]
pub enum SimulationError {
    /// The register cannot be read.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// The list of differences cannot be written.
    #[error("the list of differences cannot be written: {0}")]
    List(#[source] std::io::Error),
}

impl From<StoreError> for SimulationError {
    fn from(error: StoreError) -> Self {
        Self::Refused(error.into())
    }
}

/// Assesses every active file under `other` as well. `tell` hears each difference of each file, in the order of the files;
/// `progress` how many were read, of how many.
///
/// # Errors
/// [`SimulationError`]. A file that either rules refuse is counted and passed over.
pub fn simulate(
    app: &App,
    other: &RuleBook,
    tell: &mut dyn FnMut(&RegistrationRow, &DutyChange) -> std::io::Result<()>,
    progress: &mut dyn FnMut(u64, u64),
) -> Result<Report, SimulationError> {
    let now = app.clock.now();
    let mut work = app.store.long_work()?;
    looked(app, &mut work, now)?;
    let of = registration_count_active(work.conn())?;
    let mut report = Report::new(app.rules.hash(), other.hash());
    let mut after = None;
    loop {
        let page = registration_walk_active(work.conn(), after, PAGE)?;
        let Some(last) = page.last().map(|row| row.id) else { return Ok(report) };
        after = Some(last);
        let births = births(work.conn(), &page)?;
        for row in &page {
            compare_file(app, other, row, &births, now, &mut report, tell)?;
        }
        progress(report.files, of);
    }
}

/// The audit entry comes first: nobody looks without one.
fn looked(app: &App, work: &mut LongWork, now: Now) -> Result<(), SimulationError> {
    let deed = Deed::of(Action::RegistrationReassess, ObjectRef::none()).with_fields(&["period", "duties"]);
    let leaf = app.audit.leaf_of_system(PART, now.system, &deed)?;
    let writes = WriteSet { audit: vec![leaf], ..WriteSet::default() };
    Ok(work.keep(&writes)?)
}

/// The people whose birth date decides something.
fn births(
    conn: &mut Conn,
    page: &[RegistrationRow],
) -> Result<BTreeMap<crate::ids::PersonId, PersonRow>, SimulationError> {
    let mut wanted: Vec<_> = page.iter().filter(|row| row.needs_birth_date).map(|row| row.person_id).collect();
    wanted.sort_unstable();
    wanted.dedup();
    if wanted.is_empty() {
        return Ok(BTreeMap::new());
    }
    Ok(person_find_many(conn, &wanted)?.into_iter().map(|row| (row.id, row)).collect())
}

fn compare_file(
    app: &App,
    other: &RuleBook,
    row: &RegistrationRow,
    births: &BTreeMap<crate::ids::PersonId, PersonRow>,
    now: Now,
    report: &mut Report,
    tell: &mut dyn FnMut(&RegistrationRow, &DutyChange) -> std::io::Result<()>,
) -> Result<(), SimulationError> {
    let today = now.today(row.regime.zone());
    let (ours, theirs) = match both(app, other, row, births, today) {
        Ok(assessed) => assessed,
        Err(Refusal::Rules(why)) => {
            tracing::warn!(registration = %row.id, why, "a file that cannot be assessed under both rules");
            report.not_computed();
            return Ok(());
        }
        Err(other) => return Err(other.into()),
    };
    let reminders = |kind| Policy::reminders(&app.config.policy, kind);
    let changes = report.add(row.officer_id, &ours, &theirs, today, &reminders);
    changes.iter().try_for_each(|change| tell(row, change)).map_err(SimulationError::List)
}

fn both(
    app: &App,
    other: &RuleBook,
    row: &RegistrationRow,
    births: &BTreeMap<crate::ids::PersonId, PersonRow>,
    today: NaiveDate,
) -> Result<(Assessment, Assessment), Refusal> {
    let document = FactsDocument::parse(&row.facts_doc)?;
    let born = match row.needs_birth_date {
        true => {
            let person = births.get(&row.person_id).ok_or(Refusal::NotFound)?;
            Some(birth_date(person, &app.vault.take_out(&person.data_key_id)?)?)
        }
        false => None,
    };
    Ok((assess(&document, born, &app.rules, today)?, assess(&document, born, other, today)?))
}
