//! Makes an approved release: one pass over the histories, disclosure control, and every table held against all that
//! ever left the house. A table that cannot be made safe, or that differs by few people from an earlier one, stays in.
//!
//! The same release made again gives the same data files, whatever was corrected since.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::json;

use super::copied::{Copied, Copying};
use super::earlier::{self, Earlier, KeptRelease, Safe, Withheld, hold};
use super::kept::Keeping;
use super::people::Rows;
use super::plan::{Over, quarter};
use crate::access::Action;
use crate::app::App;
use crate::audit::{Deed, ObjectRef};
use crate::clock::UtcTime;
use crate::crypto::keyring::{KeyRingError, Release as ReleaseKey};
use crate::crypto::signing::{Signer, SigningError};
use crate::evaluation::assignments::PILOT;
use crate::evaluation::histories::{Histories, Reading};
use crate::ids::ReleaseId;
use crate::register::Refusal;
use crate::statistics::catalogue::plan::{Choice, Plan, Refused};
use crate::statistics::catalogue::{Answers, Catalogue, datasets};
use crate::statistics::formats::dataset::{Dataset, Text};
use crate::statistics::formats::files::{FileSummary, WriteFailure};
use crate::statistics::formats::manifest::{MadeBy, Manifest};
use crate::statistics::formats::protected::Mismatch;
use crate::statistics::formats::release::{
    Access, Contact, Contents, Organisation, Release, write_descriptions, write_release_files,
};
use crate::statistics::formats::row::Row;
use crate::statistics::microdata::{Census, Terms};
use crate::store::evaluation::releases::{ReleaseMade, ReleaseRow, destroyed_count, release_find};
use crate::store::migrations::known_versions;
use crate::store::{Change, StoreError, WriteSet};
use crate::vault::Strongbox;
use crate::vocabulary::{MicrodataRefusal, Regime, ReleaseState};

/// The name under which it signs in the audit.
const PART: &str = "export";
pub(in crate::evaluation) const TABLE: &str = "releases";

/// Why a release is not made.
#[derive(Debug, thiserror::Error)]
pub enum MakeError {
    /// There is no such release.
    #[error("there is no release with this id")]
    NotFound,
    /// Nobody approved it.
    #[error("the release is not approved: somebody else than who asked for it must do so first")]
    NotApproved,
    /// The register could not be read or written.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// The plan is none.
    #[error("the plan of the release cannot be counted: {0}")]
    Plan(#[from] Refused),
    /// A table does not fit its description.
    #[error("a table does not fit its description: {0}")]
    Mismatch(#[from] Mismatch),
    /// A file could not be written.
    #[error(transparent)]
    File(#[from] WriteFailure),
    /// Two people had one pseudonym.
    #[error("two people have one pseudonym; made again it has another key")]
    Pseudonyms,
    /// Something could not be written as JSON.
    #[error("the manifest or the record could not be written: {0}")]
    Json(#[from] serde_json::Error),
    /// There is no key for releases.
    #[error("releases cannot be signed: {0}")]
    Keys(#[from] KeyRingError),
    /// The signature failed.
    #[error("the release could not be signed")]
    Signature(#[from] SigningError),
    /// What was kept of an earlier release is not sound.
    #[error("what was kept of an earlier release cannot be read: {0}")]
    Kept(String),
}

impl From<StoreError> for MakeError {
    fn from(error: StoreError) -> Self {
        Self::Refused(error.into())
    }
}

/// What was made.
#[derive(Debug)]
pub struct Made {
    /// The files.
    pub files: Vec<FileSummary>,
    /// The manifest, to the byte.
    pub manifest: String,
    /// Its signature, in base64, and the key that made it.
    pub signature: (String, String),
    /// Tables that stay in, with why.
    pub withheld: Vec<Withheld>,
    /// Why rows about people that were asked for stay in.
    pub microdata_refused: Option<MicrodataRefusal>,
    /// Whether it had been made before and came out the same; nothing when it was made for the first time.
    pub same_as_issued: Option<bool>,
}

/// Makes a release, and a copy of its files if one is wanted. `progress` hears how many people were read, of how many.
///
/// # Errors
/// [`MakeError`]; nothing is kept then.
pub fn make(
    app: &App,
    id: ReleaseId,
    copy: Option<&Copying>,
    progress: &mut dyn FnMut(u64, u64),
) -> Result<Made, MakeError> {
    let row = app.store.read_blocking(|conn| release_find(conn, id))?.ok_or(MakeError::NotFound)?;
    let (Some(known_at), Some(plan_doc)) = (row.known_at, &row.plan_doc) else { return Err(MakeError::NotApproved) };
    let plan = plan_of(&row, Over::parse(plan_doc)?)?;
    let reading = Reading { valid_on: row.valid_on, known_at, study: PILOT.to_owned() };
    let mut census = row.microdata.then(|| Census::new(Terms::new(row.valid_on)));
    let (answers, unusable) = count(app, &reading, plan.clone(), census.as_mut(), progress)?;
    let earlier = earlier::read(app, row.seq)?;
    let (tables, withheld) = hold(answers.tables.iter().collect(), &earlier, &plan)?;
    let rows = Rows::of(app, &row, census)?;
    let plan = &plan;
    let answers = &answers;
    Making { app, row: &row, reading, known_at, plan, answers, tables, earlier, withheld, rows, unusable }.issue(copy)
}

/// A release of which everything is counted.
struct Making<'a> {
    app: &'a App,
    row: &'a ReleaseRow,
    reading: Reading,
    known_at: UtcTime,
    plan: &'a Plan,
    answers: &'a Answers,
    tables: Safe<'a>,
    earlier: Earlier,
    withheld: Vec<Withheld>,
    rows: Rows,
    unusable: u64,
}

impl Making<'_> {
    /// Writes the files, signs the manifest, and keeps all of it unless the release was made before.
    fn issue(&self, copy: Option<&Copying>) -> Result<Made, MakeError> {
        let copy = copy.cloned();
        if let (ReleaseState::Made, Some(made_at)) = (self.row.state, self.row.made_at) {
            let made = self.signed(self.write(&Copied { kept: None, copy })?, made_at)?;
            return Ok(self.beside_issued(made));
        }
        let strongbox = self.app.vault.create_for(self.row.id.as_str())?;
        let keeping = Keeping::begin(self.app, self.row.id, strongbox.clone())?;
        let made_at = self.app.clock.now().legal;
        let written = self.write(&Copied { kept: Some(keeping.clone()), copy });
        let made = written.and_then(|written| self.signed(written, made_at));
        let made = made.and_then(|made| self.keep(&made, &keeping, &strongbox, made_at).map(|()| made));
        let tidied = if made.is_ok() { keeping.tidy() } else { keeping.give_up() };
        if let Err(error) = tidied {
            tracing::warn!(release = %self.row.id, %error, "pieces of a release that was not made stay behind");
        }
        made
    }

    /// What was made again, beside what was issued.
    fn beside_issued(&self, mut made: Made) -> Made {
        let issued = files_of(self.row.manifest.as_deref().unwrap_or_default());
        made.same_as_issued = Some(issued == files_of(&made.manifest));
        // The key that signs may be another by now: what was issued keeps its signature.
        if let (Some(signature), Some(key)) = (&self.row.signature, &self.row.signed_by) {
            made.signature = (signature.clone(), key.clone());
        }
        made
    }

    fn signed(&self, written: Written, made_at: UtcTime) -> Result<Made, MakeError> {
        let manifest = self.manifest(&written, made_at)?;
        let signer = Signer::<ReleaseKey>::new(&self.app.keys.get())?;
        let signature = STANDARD.encode(signer.sign_bytes(manifest.as_bytes())?);
        Ok(Made {
            files: written.files,
            manifest,
            signature: (signature, signer.kid().to_owned()),
            withheld: self.withheld.clone(),
            microdata_refused: self.rows.refused(),
            same_as_issued: None,
        })
    }

    fn write(&self, folder: &Copied) -> Result<Written, MakeError> {
        let mut found: Vec<(Dataset, Vec<Row>)> = Vec::new();
        for (filled, release) in &self.tables {
            found.push(datasets::table(filled, release)?);
        }
        for curves in &self.answers.curves {
            found.extend(datasets::curves(curves, self.plan)?);
        }
        // Where nobody can be compared there is no estimate, and no set of them.
        for estimates in self.answers.estimates.iter().filter(|it| !it.rows.is_empty()) {
            found.push(datasets::estimates(estimates)?);
        }
        let mut folder = folder.clone();
        let mut written = Vec::new();
        for (dataset, rows) in found {
            let files = write_release_files(&dataset, rows, &mut folder)?;
            written.push((dataset, files));
        }
        written.extend(self.rows.write(self.app, self.reading.clone(), &folder)?);
        let contents: Vec<Contents<'_>> = written.iter().map(|(dataset, files)| Contents { dataset, files }).collect();
        let described = write_descriptions(&self.about(), &contents, &mut folder)?;
        let files = written.iter().flat_map(|(_, files)| files.clone()).chain(described).collect();
        Ok(Written { datasets: written, files })
    }

    /// What is said of the release as a whole.
    fn about(&self) -> Release {
        let (app, row) = (self.app, self.row);
        let site = app.config.server.public_url.trim_end_matches('/');
        let (first, last) = (&row.first_quarter, &row.last_quarter);
        Release {
            id: row.id.to_string(),
            title: Text::new(
                format!("Registratieplicht, {first} tot en met {last}"),
                format!("Duty to register, {first} to {last}"),
            ),
            description: if matches!(self.rows, Rows::Given(..)) {
                Text::fixed(
                    "Vaste tabellen van de evaluatie, met statistische beveiliging, en rijen over personen voor een beveiligde \
                     omgeving.",
                    "The fixed tables of the evaluation, after disclosure control, and rows about people for a secure environment.",
                )
            } else {
                Text::fixed(
                    "Vaste tabellen van de evaluatie, met statistische beveiliging.",
                    "The fixed tables of the evaluation, after disclosure control.",
                )
            },
            publisher: Organisation { uri: site.to_owned(), name: "Zedenregister".to_owned() },
            contact: Contact { name: "Zedenregister".to_owned(), email: app.config.releases.contact.clone() },
            page: format!("{site}/console/evaluation"),
            licence: "https://creativecommons.org/licenses/by/4.0/".to_owned(),
            access: Access::Restricted,
        }
    }

    fn manifest(&self, written: &Written, issued_at: UtcTime) -> Result<String, MakeError> {
        let row = self.row;
        let zone = Regime::NlPilot.zone();
        let destroyed = self.app.store.read_blocking(|conn| destroyed_count(conn, self.known_at))?;
        let contents = written.datasets.iter().map(|(dataset, files)| Contents { dataset, files }.entry());
        let manifest = Manifest {
            release: row.id.to_string(),
            valid_at: UtcTime::start_of_day(row.valid_on.succ_opt().unwrap_or(row.valid_on), zone).utc(),
            known_at: self.known_at.utc(),
            issued_at: issued_at.utc(),
            made_by: MadeBy {
                code: env!("CARGO_PKG_VERSION").to_owned(),
                schema: known_versions()?.pop().unwrap_or_default(),
                time_zones: chrono_tz::IANA_TZDB_VERSION.to_owned(),
            },
            settings: json!({
                "disclosure": statistics::disclosure::Settings::default(),
                "microdata": self.rows.stated(),
                "quarters": [row.first_quarter, row.last_quarter],
                "study": PILOT,
                "withheld": self.withheld,
                "unusable": band(self.unusable),
            }),
            datasets: contents.collect(),
            files: written.files.clone(),
            previous: self.earlier.previous.clone(),
            destroyed: band(destroyed).to_owned(),
            preregistration: None,
            audit_checkpoint: None,
        };
        String::from_utf8(manifest.bytes()?).map_err(|error| MakeError::Kept(error.to_string()))
    }

    /// Keeps what was issued: the true numbers behind the tables, how the rows about people were made, and the files, whose
    /// pieces are there already.
    fn keep(&self, made: &Made, keeping: &Keeping, strongbox: &Strongbox, made_at: UtcTime) -> Result<(), MakeError> {
        let id = self.row.id;
        let (scheme, pseudonyms_enc) = match &self.rows {
            Rows::Given(scheme, key) => (Some(scheme.clone()), Some(key.sealed(strongbox, id)?)),
            Rows::NotAsked | Rows::Refused(_) => (None, None),
        };
        let record = KeptRelease::of(&self.tables, scheme);
        let issued = ReleaseMade {
            id,
            seq: self.earlier.next,
            made_at,
            code: env!("CARGO_PKG_VERSION").to_owned(),
            manifest: made.manifest.clone(),
            signature: made.signature.0.clone(),
            signed_by: made.signature.1.clone(),
            record_enc: strongbox.seal(TABLE, "record_enc", id.as_str(), &record)?,
            microdata_refused: made.microdata_refused,
            pseudonyms_enc,
        };
        let deed = Deed::of(Action::ReleaseMake, ObjectRef::release(id));
        let leaf = self.app.audit.leaf_of_system(PART, self.app.clock.now().system, &deed)?;
        let files = keeping.files()?;
        let mut writes = WriteSet { audit: vec![leaf], ..WriteSet::default() };
        writes.changes.push(Box::new(issued));
        writes.changes.extend(files.into_iter().map(|file| Box::new(file) as Box<dyn Change>));
        self.app.store.long_work()?.keep(&writes)?;
        Ok(())
    }
}

/// The files that a manifest lists, with their checksums.
fn files_of(manifest: &str) -> Option<serde_json::Value> {
    serde_json::from_str::<serde_json::Value>(manifest).ok().map(|it| it["files"].clone())
}

pub(in crate::evaluation) fn plan_of(row: &ReleaseRow, over: Over) -> Result<Plan, MakeError> {
    let quarters = quarter(&row.first_quarter).zip(quarter(&row.last_quarter));
    let (first, last) = quarters.ok_or_else(|| MakeError::Kept("its quarters".to_owned()))?;
    let Over { teams, offence_groups } = over;
    Ok(Plan::new(Choice { first, last, over: row.valid_on, teams, offence_groups })?)
}

/// The first pass: counts for the tables, and for whether anybody would stand out in rows about people.
fn count(
    app: &App,
    reading: &Reading,
    plan: Plan,
    mut census: Option<&mut Census>,
    progress: &mut dyn FnMut(u64, u64),
) -> Result<(Answers, u64), MakeError> {
    let mut histories = Histories::open(app, reading.clone())?;
    let of = histories.people()?;
    let mut catalogue = Catalogue::new(plan);
    let mut read = 0;
    while let Some(history) = histories.next_history()? {
        catalogue.add(&history);
        if let Some(census) = &mut census {
            census.add(&history);
        }
        read += 1;
        progress(read, of);
    }
    Ok((catalogue.finish(), histories.unusable()))
}

/// What was written.
struct Written {
    datasets: Vec<(Dataset, Vec<FileSummary>)>,
    files: Vec<FileSummary>,
}

/// A number of people as a band, so that it tells of nobody.
pub(super) const fn band(count: u64) -> &'static str {
    match count {
        0 => "0",
        1..=9 => "1-9",
        10..=99 => "10-99",
        100.. => "100 or more",
    }
}
