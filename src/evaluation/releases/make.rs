//! Makes an approved release: one pass over the histories, disclosure control, and every table held against all that
//! ever left the house. A table that cannot be made safe, or that differs by few people from an earlier one, stays in.
//!
//! The same release made again gives the same data files, whatever was corrected since.

use std::collections::{BTreeSet, HashMap};
use std::io;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};
use serde_json::json;
use sha2::{Digest, Sha256};

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
use crate::statistics::catalogue::{Answers, Catalogue, Filled, datasets};
use crate::statistics::disclosure::history::{Figure, Finding, findings};
use crate::statistics::disclosure::protect::{Order, Release as Protected, protect};
use crate::statistics::disclosure::record::Record;
use crate::statistics::formats::archive::{Archive, ArchiveError};
use crate::statistics::formats::dataset::{Dataset, Text};
use crate::statistics::formats::files::{FileSummary, Memory, WriteFailure};
use crate::statistics::formats::manifest::{MadeBy, Manifest, Previous};
use crate::statistics::formats::protected::Mismatch;
use crate::statistics::formats::release::{
    Access, Contact, Contents, Organisation, Release, write_descriptions, write_release_files,
};
use crate::statistics::formats::row::Row;
use crate::store::evaluation::releases::{ReleaseMade, ReleaseRow, destroyed_count, release_find, release_list_made};
use crate::store::migrations::known_versions;
use crate::store::{Decided, StoreError, WriteSet};
use crate::vocabulary::{Regime, ReleaseState};

/// The name under which it signs in the audit.
const PART: &str = "export";
const TABLE: &str = "releases";

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
    /// The files could not be put together.
    #[error(transparent)]
    Archive(#[from] ArchiveError),
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
    /// The files, by name.
    pub files: Vec<(String, Vec<u8>)>,
    /// The manifest, to the byte.
    pub manifest: String,
    /// Its signature, in base64, and the key that made it.
    pub signature: (String, String),
    /// Tables that stay in, with why.
    pub withheld: Vec<Withheld>,
    /// Whether it had been made before and came out the same; nothing when it was made for the first time.
    pub same_as_issued: Option<bool>,
}

/// A table that stays in the house.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Withheld {
    /// The table.
    pub table: String,
    /// The quarter.
    pub quarter: String,
    /// `unsafe` or `small_difference`.
    pub reason: String,
}

/// What is kept of a release, to hold later ones against.
#[derive(Debug, Default, Serialize, Deserialize)]
struct KeptRelease {
    tables: Vec<(String, Record)>,
    figures: Vec<Figure>,
}

/// Everything that ever left the house before this release.
struct History {
    tables: HashMap<String, Vec<Protected>>,
    figures: Vec<Figure>,
    previous: Option<Previous>,
    next: i64,
}

/// Makes a release. `progress` hears how many people were read, of how many.
///
/// # Errors
/// [`MakeError`]; nothing is kept then.
pub fn make(app: &App, id: ReleaseId, progress: &mut dyn FnMut(u64, u64)) -> Result<Made, MakeError> {
    let row = app.store.read_blocking(|conn| release_find(conn, id))?.ok_or(MakeError::NotFound)?;
    let (Some(known_at), Some(plan_doc)) = (row.known_at, &row.plan_doc) else { return Err(MakeError::NotApproved) };
    let plan = plan_of(&row, Over::parse(plan_doc)?)?;
    let reading = Reading { valid_on: row.valid_on, known_at, study: PILOT.to_owned() };
    let (answers, unusable) = count(app, reading, plan.clone(), progress)?;
    let history = history(app, row.seq)?;
    let (tables, withheld) = hold(answers.tables.iter().collect(), &history, &plan)?;
    let mut folder = Memory::default();
    let written = write(app, &answers, &tables, &plan, &row, &mut folder)?;
    let issued_at = row.made_at.unwrap_or(app.clock.now().legal);
    let manifest = manifest(app, &row, known_at, &written, &history, &withheld, unusable, issued_at)?;
    let signer = Signer::<ReleaseKey>::new(&app.keys.get())?;
    let signature = STANDARD.encode(signer.sign_bytes(manifest.as_bytes())?);
    let files: Vec<(String, Vec<u8>)> = folder.files().into_iter().collect();
    let mut made =
        Made { manifest, signature: (signature, signer.kid().to_owned()), withheld, same_as_issued: None, files };
    if row.state == ReleaseState::Made {
        // The key that signs may be another by now: what was issued keeps its signature.
        made.same_as_issued = Some(files_of(row.manifest.as_deref().unwrap_or_default()) == files_of(&made.manifest));
        if let (Some(signature), Some(key)) = (row.signature, row.signed_by) {
            made.signature = (signature, key);
        }
    } else {
        keep(app, &row, &made, &tables, (history.next, issued_at))?;
    }
    Ok(made)
}

/// The files that a manifest lists, with their checksums.
fn files_of(manifest: &str) -> Option<serde_json::Value> {
    serde_json::from_str::<serde_json::Value>(manifest).ok().map(|it| it["files"].clone())
}

fn plan_of(row: &ReleaseRow, over: Over) -> Result<Plan, MakeError> {
    let quarters = quarter(&row.first_quarter).zip(quarter(&row.last_quarter));
    let (first, last) = quarters.ok_or_else(|| MakeError::Kept("its quarters".to_owned()))?;
    let Over { teams, offence_groups } = over;
    Ok(Plan::new(Choice { first, last, over: row.valid_on, teams, offence_groups })?)
}

fn count(
    app: &App,
    reading: Reading,
    plan: Plan,
    progress: &mut dyn FnMut(u64, u64),
) -> Result<(Answers, u64), MakeError> {
    let mut histories = Histories::open(app, reading)?;
    let of = histories.people()?;
    let mut catalogue = Catalogue::new(plan);
    let mut read = 0;
    while let Some(history) = histories.next_history()? {
        catalogue.add(&history);
        read += 1;
        progress(read, of);
    }
    Ok((catalogue.finish(), histories.unusable()))
}

/// What left the house before the release numbered `seq`; everything when it has no number yet.
fn history(app: &App, seq: Option<i64>) -> Result<History, MakeError> {
    let rows = app.store.read_blocking(|conn| release_list_made(conn, seq))?;
    let mut history = History { tables: HashMap::new(), figures: Vec::new(), previous: None, next: 1 };
    for row in rows {
        history.next = row.seq.unwrap_or_default() + 1;
        let manifest = row.manifest.unwrap_or_default();
        let digest = hex::encode(Sha256::digest(manifest.as_bytes()));
        history.previous = Some(Previous { release: row.id.to_string(), manifest: digest });
        let sealed = row.record_enc.unwrap_or_default();
        let kept: KeptRelease = app.vault.open(TABLE, "record_enc", row.id.as_str(), &sealed)?;
        history.figures.extend(kept.figures);
        for (table, record) in kept.tables {
            let release = Protected::try_from(record).map_err(|unsound| MakeError::Kept(unsound.to_string()))?;
            history.tables.entry(table).or_default().push(release);
        }
    }
    Ok(history)
}

type Safe<'a> = Vec<(&'a Filled, Protected)>;

/// Makes each table safe, alone and together with every earlier one, and takes out those that would still tell something
/// beside another table or an earlier release.
fn hold<'a>(filled: Vec<&'a Filled>, history: &History, plan: &Plan) -> Result<(Safe<'a>, Vec<Withheld>), MakeError> {
    let mut earlier = history.tables.clone();
    let (mut safe, mut withheld): (Safe<'a>, Vec<Withheld>) = (Vec::new(), Vec::new());
    for table in filled {
        let before = earlier.entry(table.id.clone()).or_default();
        let order = Order { settings: table.settings(plan.settings), only_grows: false, earlier: before };
        match protect(table.table.clone(), order) {
            Ok(release) => {
                before.push(release.clone());
                safe.push((table, release));
            }
            Err(_) => withheld.push(left_out(table, "unsafe")),
        }
    }
    loop {
        let (mut figures, mut owners) = (Vec::new(), Vec::new());
        for (position, (table, release)) in safe.iter().enumerate() {
            let of_table = table.figures(release).unwrap_or_default();
            owners.extend(std::iter::repeat_n(position, of_table.len()));
            figures.extend(of_table);
        }
        let found = findings(&figures, &history.figures, plan.settings);
        let telling: BTreeSet<usize> = found.iter().filter_map(|it| owners.get(figure_of(it)).copied()).collect();
        if telling.is_empty() {
            return Ok((safe, withheld));
        }
        let mut position = 0;
        safe.retain(|(table, _)| {
            position += 1;
            let stays_in = telling.contains(&(position - 1));
            if stays_in {
                withheld.push(left_out(table, "small_difference"));
            }
            !stays_in
        });
    }
}

const fn figure_of(finding: &Finding) -> usize {
    match finding {
        Finding::Contradiction { figure, .. }
        | Finding::SmallDifference { figure, .. }
        | Finding::SmallDifferenceWithin { figure, .. } => *figure,
    }
}

fn left_out(table: &Filled, reason: &str) -> Withheld {
    Withheld { table: table.id.clone(), quarter: table.quarter.clone(), reason: reason.to_owned() }
}

/// What was written.
struct Written {
    datasets: Vec<(Dataset, Vec<FileSummary>)>,
    files: Vec<FileSummary>,
}

fn write(
    app: &App,
    answers: &Answers,
    tables: &Safe<'_>,
    plan: &Plan,
    row: &ReleaseRow,
    folder: &mut Memory,
) -> Result<Written, MakeError> {
    let mut found: Vec<(Dataset, Vec<Row>)> = Vec::new();
    for (filled, release) in tables {
        found.push(datasets::table(filled, release)?);
    }
    for curves in &answers.curves {
        found.extend(datasets::curves(curves, plan)?);
    }
    // Where nobody can be compared there is no estimate, and no set of them.
    for estimates in answers.estimates.iter().filter(|it| !it.rows.is_empty()) {
        found.push(datasets::estimates(estimates)?);
    }
    let mut written = Vec::new();
    for (dataset, rows) in found {
        let files = write_release_files(&dataset, rows, folder)?;
        written.push((dataset, files));
    }
    let contents: Vec<Contents<'_>> = written.iter().map(|(dataset, files)| Contents { dataset, files }).collect();
    let described = write_descriptions(&about(app, row), &contents, folder)?;
    let files = written.iter().flat_map(|(_, files)| files.clone()).chain(described).collect();
    Ok(Written { datasets: written, files })
}

fn about(app: &App, row: &ReleaseRow) -> Release {
    let site = app.config.server.public_url.trim_end_matches('/');
    let (first, last) = (&row.first_quarter, &row.last_quarter);
    Release {
        id: row.id.to_string(),
        title: Text::new(
            format!("Registratieplicht, {first} tot en met {last}"),
            format!("Duty to register, {first} to {last}"),
        ),
        description: Text::fixed(
            "Vaste tabellen van de evaluatie, met statistische beveiliging.",
            "The fixed tables of the evaluation, after disclosure control.",
        ),
        publisher: Organisation { uri: site.to_owned(), name: "Zedenregister".to_owned() },
        contact: Contact { name: "Zedenregister".to_owned(), email: app.config.releases.contact.clone() },
        page: format!("{site}/console/evaluation"),
        licence: "https://creativecommons.org/licenses/by/4.0/".to_owned(),
        access: Access::Restricted,
    }
}

#[expect(clippy::too_many_arguments, reason = "everything a manifest states, each of another kind")]
fn manifest(
    app: &App,
    row: &ReleaseRow,
    known_at: UtcTime,
    written: &Written,
    history: &History,
    withheld: &[Withheld],
    unusable: u64,
    issued_at: UtcTime,
) -> Result<String, MakeError> {
    let zone = Regime::NlPilot.zone();
    let destroyed = app.store.read_blocking(|conn| destroyed_count(conn, known_at))?;
    let contents = written.datasets.iter().map(|(dataset, files)| Contents { dataset, files }.entry());
    let manifest = Manifest {
        release: row.id.to_string(),
        valid_at: UtcTime::start_of_day(row.valid_on.succ_opt().unwrap_or(row.valid_on), zone).utc(),
        known_at: known_at.utc(),
        issued_at: issued_at.utc(),
        made_by: MadeBy {
            code: env!("CARGO_PKG_VERSION").to_owned(),
            schema: known_versions()?.pop().unwrap_or_default(),
            time_zones: chrono_tz::IANA_TZDB_VERSION.to_owned(),
        },
        settings: json!({
            "disclosure": statistics::disclosure::Settings::default(),
            "quarters": [row.first_quarter, row.last_quarter],
            "study": PILOT,
            "withheld": withheld,
            "unusable": band(unusable),
        }),
        datasets: contents.collect(),
        files: written.files.clone(),
        previous: history.previous.clone(),
        destroyed: band(destroyed).to_owned(),
        preregistration: None,
        audit_checkpoint: None,
    };
    String::from_utf8(manifest.bytes()?).map_err(|error| MakeError::Kept(error.to_string()))
}

/// A number of people as a band, so that it tells of nobody.
const fn band(count: u64) -> &'static str {
    match count {
        0 => "0",
        1..=9 => "1-9",
        10..=99 => "10-99",
        100.. => "100 or more",
    }
}

/// Keeps what was issued, encrypted, with the true numbers behind it.
fn keep(
    app: &App,
    row: &ReleaseRow,
    made: &Made,
    tables: &Safe<'_>,
    (seq, made_at): (i64, UtcTime),
) -> Result<(), MakeError> {
    let record = KeptRelease {
        tables: tables.iter().map(|(filled, release)| (filled.id.clone(), Record::from(release))).collect(),
        figures: tables.iter().flat_map(|(filled, release)| filled.figures(release).unwrap_or_default()).collect(),
    };
    let strongbox = app.vault.create_for(row.id.as_str())?;
    let archive = STANDARD.encode(archive(&made.files)?);
    let now = app.clock.now();
    let issued = ReleaseMade {
        id: row.id,
        seq,
        made_at,
        code: env!("CARGO_PKG_VERSION").to_owned(),
        manifest: made.manifest.clone(),
        signature: made.signature.0.clone(),
        signed_by: made.signature.1.clone(),
        record_enc: strongbox.seal(TABLE, "record_enc", row.id.as_str(), &record)?,
        file_enc: strongbox.seal(TABLE, "file_enc", row.id.as_str(), &archive)?,
    };
    let deed = Deed::of(Action::ReleaseMake, ObjectRef::release(row.id));
    let leaf = app.audit.leaf_of_system(PART, now.system, &deed)?;
    app.store.long_work()?.batch(|_| {
        let mut writes = WriteSet { audit: vec![leaf], ..WriteSet::default() };
        writes.changes.push(Box::new(issued));
        Ok::<_, StoreError>(Decided::new(writes, ()))
    })?;
    Ok(())
}

/// The files in one ZIP, the same for the same files.
///
/// # Errors
/// [`ArchiveError`].
pub fn archive(files: &[(String, Vec<u8>)]) -> Result<Vec<u8>, ArchiveError> {
    let mut archive = Archive::new(Vec::new());
    for (name, content) in files {
        archive.add(name, content.len() as u64, io::Cursor::new(content))?;
    }
    archive.finish()
}
