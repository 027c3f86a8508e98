//! Taking in a file of the probation service: streamed, resumable, idempotent, and nothing half taken in.
//!
//! A record is one order with everything that belongs to it. Records are written in batches, each one transaction that
//! holds the orders, what became of each record, the audit entries, and how far the run has come: an order is there
//! whole or not at all, and a run that stopped goes on behind its last batch when the same file is read again. A dry run
//! reads and plans the same way and writes nothing but the audit entry that it looked.

mod rows;
mod single;
mod stored;

pub use single::{BreachInput, BreachRecorded, OrderRecorded, decide_breach, record_order, report_breach};

pub(super) use rows::{About, condition_row};

use std::io::{self, Read};

use super::built_in;
use super::import::plan::{Change as Planned, Counts, Known, Planner};
use super::import::{Checked, Checker, FileError, Format, Raw, Record, Records, RowFault};
use crate::access::Action;
use crate::app::App;
use crate::audit::{Deed, ObjectRef};
use crate::clock::Now;
use crate::crypto::blind::Kind;
use crate::ids::{SupervisionImportId, SupervisionOrderId};
use crate::register::{Refusal, lookups};
use crate::store::persons::{person_find, person_ids_by_terms};
use crate::store::registrations::registration_list_of_person;
use crate::store::rows::PersonRow;
use crate::store::supervision::imports::{
    ImportBegan, ImportCameTo, ImportRunRow, ImportedRow, import_find_running, import_rejected_list,
};
use crate::store::supervision::orders::{OrderRow, breach_list, order_find_by_source};
use crate::store::{Change, Decided, LongWork, PreparedLeaf, StoreError, WriteSet};
use crate::vocabulary::{ImportOutcome, ImportState};

/// The part of the program that stands in the audit.
const PART: &str = "supervision-import";
/// Records of one transaction: what a run that stops has to do again.
const BATCH: usize = 50;
/// Rejected records read back at once.
const PAGE: i64 = 500;

/// A file to take in.
pub struct File<R> {
    /// Its bytes.
    pub bytes: R,
    /// SHA-256 of them, hexadecimal: by it a run that stopped is found again.
    pub digest: String,
    /// How it is written.
    pub format: Format,
}

/// Whether anything is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// Says what would change.
    DryRun,
    /// Takes it in.
    TakeIn,
}

/// What a run came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Summary {
    /// How many records of each kind the file holds.
    pub counts: Counts,
    /// Records that an earlier run, which stopped, had dealt with.
    pub resumed_after: u64,
    /// The run; `None` for a dry run.
    pub run: Option<SupervisionImportId>,
}

/// Why a run stops. What was committed stays, and the same file goes on from there.
#[derive(Debug, thiserror::Error)]
pub enum IntakeError {
    /// The file cannot be read, or read on.
    #[error(transparent)]
    File(#[from] FileError),
    /// The register cannot take it in.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// The report of rejected records cannot be written.
    #[error("the report cannot be written: {0}")]
    Report(#[source] io::Error),
}

impl From<StoreError> for IntakeError {
    fn from(error: StoreError) -> Self {
        Self::Refused(error.into())
    }
}

/// Takes in a file, or says what that would change. `report` is told every fault of every rejected record, in the order of
/// the file. May wait for the store and the keys.
///
/// # Errors
/// [`IntakeError`]; a faulty record is none, it is reported and left out.
pub fn take_in(
    app: &App,
    file: File<impl Read>,
    mode: Mode,
    report: &mut dyn FnMut(&RowFault) -> io::Result<()>,
) -> Result<Summary, IntakeError> {
    let data = built_in()?;
    let checker = Checker::new(&data.rules, app.rules.calendar(), &data.municipalities, &data.organisations)
        .map_err(Refusal::Rules)?;
    let records = Records::open(file.bytes, file.format)?;
    let mut intake = Intake::begin(app, &file.digest, mode)?;
    let resumed_after = intake.done;
    intake.tell_earlier(report)?;
    let mut planner = Planner::default();
    for (i, raw) in records.enumerate() {
        let raw = raw?;
        let seq = i64::try_from(i).unwrap_or(i64::MAX) + 1;
        intake.record(&checker, &mut planner, raw, seq, report)?;
    }
    // A file that got shorter under the same digest does not exist; the last batch may be empty all the same.
    intake.finish()?;
    let counts = intake.run.as_ref().map_or(planner.counts, counts_of);
    Ok(Summary {
        counts,
        resumed_after: u64::try_from(resumed_after).unwrap_or(0),
        run: intake.run.as_ref().map(|run| run.id),
    })
}

/// One run.
struct Intake<'a> {
    app: &'a App,
    work: LongWork,
    now: Now,
    /// `None` for a dry run.
    run: Option<ImportRunRow>,
    /// Records that were dealt with when this reading began.
    done: i64,
    batch: Batch,
}

/// What is written next.
#[derive(Default)]
struct Batch {
    changes: Vec<Box<dyn Change>>,
    rows: Vec<ImportedRow>,
    audit: Vec<PreparedLeaf>,
}

/// Who an order is about, and what is kept of it.
struct Found {
    person: PersonRow,
    before: Option<OrderRow>,
}

impl<'a> Intake<'a> {
    fn begin(app: &'a App, digest: &str, mode: Mode) -> Result<Self, IntakeError> {
        let now = app.clock.now();
        let mut work = app.store.long_work()?;
        let deed = Deed::of(Action::SupervisionImport, ObjectRef::none()).with_fields(&["skn"]);
        let leaf = app.audit.leaf_of_system(PART, now.system, &deed)?;
        let run = work.batch(|conn| {
            let mut writes = WriteSet { audit: vec![leaf], ..WriteSet::default() };
            if mode == Mode::DryRun {
                return Ok::<_, StoreError>(Decided::new(writes, None));
            }
            let run = match import_find_running(conn, digest)? {
                Some(stopped) => stopped,
                None => {
                    let run = new_run(digest, now);
                    writes.changes.push(Box::new(ImportBegan(run.clone())));
                    run
                }
            };
            Ok(Decided::new(writes, Some(run)))
        })?;
        let done = run.as_ref().map_or(0, |run| run.records_done);
        Ok(Self { app, work, now, run, done, batch: Batch::default() })
    }

    /// What the part of the file that was dealt with before held.
    fn tell_earlier(&mut self, report: &mut dyn FnMut(&RowFault) -> io::Result<()>) -> Result<(), IntakeError> {
        let Some(run) = self.run.as_ref().map(|run| run.id) else { return Ok(()) };
        let mut after = 0;
        loop {
            let page = import_rejected_list(self.work.conn(), run, after, PAGE)?;
            let Some(last) = page.last().map(|row| row.seq) else { return Ok(()) };
            after = last;
            for fault in page.iter().filter_map(|row| row.faults.as_deref()).flat_map(faults_of) {
                report(&fault).map_err(IntakeError::Report)?;
            }
        }
    }

    fn record(
        &mut self,
        checker: &Checker<'_>,
        planner: &mut Planner,
        raw: Raw,
        seq: i64,
        report: &mut dyn FnMut(&RowFault) -> io::Result<()>,
    ) -> Result<(), IntakeError> {
        let checked = checker.check(raw);
        if seq <= self.done {
            // Dealt with by the run that stopped: only remembered, so that an order is not taken in twice.
            planner.plan(checked, |_| None);
            return Ok(());
        }
        let (checked, found) = self.find(checked)?;
        let digests =
            |digest: &[u8; 32]| self.app.vault.blind().every_digest(Kind::SupervisionContent, &hex::encode(digest));
        let digest = match &checked {
            Checked::Good { digest, .. } => Some(*digest),
            Checked::Bad { .. } => None,
        };
        let before = found.as_ref().and_then(|found| found.before.as_ref());
        let known = before.zip(digest).map(|(order, digest)| Known {
            // Kept keyed: the same content is known by its digest, another content is another digest.
            digest: if digests(&digest).contains(&order.content_digest) { digest } else { [0; 32] },
            as_of: order.as_of.utc().fixed_offset(),
        });
        let planned = planner.plan(checked, |_| known);
        let (outcome, order, faults) = match (planned.change, found, digest) {
            (Planned::New(record) | Planned::Changed(record), Some(found), Some(digest)) => {
                let outcome = if found.before.is_none() { ImportOutcome::New } else { ImportOutcome::Changed };
                let order = self.put(&record, &found, &digest)?;
                (outcome, order, None)
            }
            (Planned::Unchanged, found, _) => {
                (ImportOutcome::Unchanged, found.and_then(|found| found.before).map(|order| order.id), None)
            }
            (Planned::Rejected(faults), ..) => (ImportOutcome::Rejected, None, Some(faults)),
            // Only what was found is planned to be taken in.
            (Planned::New(_) | Planned::Changed(_), ..) => {
                return Err(Refusal::Rules("a record was planned without its person".to_owned()).into());
            }
        };
        for fault in faults.iter().flatten() {
            report(fault).map_err(IntakeError::Report)?;
        }
        self.keep(seq, planned.line, outcome, order, faults.as_deref())
    }

    /// The person of an order by chain number, and the order as it is kept.
    fn find(&mut self, checked: Checked) -> Result<(Checked, Option<Found>), IntakeError> {
        let Checked::Good { line, identity, record, .. } = &checked else { return Ok((checked, None)) };
        let reject = |field: &str, code: &str, reason: &str| {
            let faults = vec![RowFault::new(*line, field, code, reason)];
            (Checked::Bad { line: *line, faults }, None)
        };
        let conn = self.work.conn();
        let persons = person_ids_by_terms(conn, &[lookups::by_skn(self.app, &record.skn)], 2)?;
        let person = match persons.as_slice() {
            [one] => person_find(conn, *one)?,
            [] => None,
            [_, _, ..] => {
                return Ok(reject("skn", "ambiguous_person", "more than one person has this chain number"));
            }
        };
        let Some(person) = person else {
            return Ok(reject("skn", "unknown_person", "nobody in the register has this chain number"));
        };
        let before = order_find_by_source(conn, &identity.source, &identity.order_id)?;
        if before.as_ref().is_some_and(|order| order.person_id != person.id) {
            return Ok(reject("skn", "other_person", "this order was taken in for somebody else before"));
        }
        Ok((checked, Some(Found { person, before })))
    }

    /// Puts an order into the batch. In a dry run nothing is encrypted or written.
    fn put(
        &mut self,
        record: &Record,
        found: &Found,
        digest: &[u8; 32],
    ) -> Result<Option<SupervisionOrderId>, IntakeError> {
        let Some(run) = &self.run else { return Ok(None) };
        let (person, before) = (&found.person, found.before.as_ref());
        let id = before.map_or_else(SupervisionOrderId::fresh, |order| order.id);
        let strongbox = self.app.vault.take_out(&person.data_key_id)?;
        let breaches = breach_list(self.work.conn(), &[id])?;
        let placed = rows::Placed {
            id,
            person: person.id,
            run: run.id,
            before,
            breaches: &breaches,
            content_digest: self.app.vault.blind().digest(Kind::SupervisionContent, &hex::encode(digest)),
            now: self.now.legal,
        };
        self.batch.changes.push(Box::new(rows::taken_in(record, &placed, &strongbox)?));
        let object = ObjectRef::supervision_order(id);
        let deed = Deed::of(Action::SupervisionImport, object).with_fields(&["order", "conditions", "breaches"]);
        let registrations = registration_list_of_person(self.work.conn(), person.id)?;
        let mut deeds: Vec<Deed> =
            registrations.iter().map(|row| Deed { registration: Some(row.id), ..deed.clone() }).collect();
        if deeds.is_empty() {
            deeds.push(deed);
        }
        for deed in &deeds {
            self.batch.audit.push(self.app.audit.leaf_of_system(PART, self.now.system, deed)?);
        }
        Ok(Some(id))
    }

    /// Notes what became of a record, and writes the batch when it is full.
    fn keep(
        &mut self,
        seq: i64,
        line: u64,
        outcome: ImportOutcome,
        order_id: Option<SupervisionOrderId>,
        faults: Option<&[RowFault]>,
    ) -> Result<(), IntakeError> {
        let Some(run) = &self.run else { return Ok(()) };
        let faults = faults.map(serde_json::to_string).transpose().map_err(|e| Refusal::Rules(e.to_string()))?;
        let line = i64::try_from(line).unwrap_or(i64::MAX);
        self.batch.rows.push(ImportedRow { run_id: run.id, seq, line, outcome, order_id, faults });
        if self.batch.rows.len() >= BATCH { self.write(ImportState::Running) } else { Ok(()) }
    }

    fn finish(&mut self) -> Result<(), IntakeError> {
        self.write(ImportState::Finished)
    }

    /// Writes the batch with how far the run has come, as one transaction.
    fn write(&mut self, state: ImportState) -> Result<(), IntakeError> {
        let Some(run) = &mut self.run else { return Ok(()) };
        let Batch { mut changes, rows, audit } = std::mem::take(&mut self.batch);
        let from = run.records_done;
        for row in &rows {
            match row.outcome {
                ImportOutcome::New => run.made += 1,
                ImportOutcome::Changed => run.changed += 1,
                ImportOutcome::Unchanged => run.unchanged += 1,
                ImportOutcome::Rejected => run.rejected += 1,
            }
        }
        run.records_done = run.made + run.changed + run.unchanged + run.rejected;
        run.state = state;
        run.finished_at = (state == ImportState::Finished).then_some(self.now.system);
        changes.push(Box::new(ImportCameTo { from, run: run.clone(), rows }));
        let writes = WriteSet { changes, audit, ..WriteSet::default() };
        self.work.keep(&writes)?;
        Ok(())
    }
}

fn new_run(digest: &str, now: Now) -> ImportRunRow {
    ImportRunRow {
        id: SupervisionImportId::fresh(),
        file_digest: digest.to_owned(),
        state: ImportState::Running,
        started_at: now.system,
        finished_at: None,
        records_done: 0,
        made: 0,
        changed: 0,
        unchanged: 0,
        rejected: 0,
    }
}

fn counts_of(run: &ImportRunRow) -> Counts {
    let count = |n: i64| u64::try_from(n).unwrap_or(0);
    Counts {
        new: count(run.made),
        changed: count(run.changed),
        unchanged: count(run.unchanged),
        rejected: count(run.rejected),
    }
}

fn faults_of(stored: &str) -> Vec<RowFault> {
    serde_json::from_str(stored).unwrap_or_default()
}
