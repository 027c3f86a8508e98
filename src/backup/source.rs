//! Where the bytes of an archive come from.

use std::ffi::OsString;
use std::fs::{self, File, OpenOptions};
use std::io::{self, BufWriter, Read, Write};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use chrono::{DateTime, Utc};
use secrecy::{ExposeSecret as _, SecretString};

use super::archive::{About, Writer};
use super::{BackupError, Form, Part};
use crate::crypto::keyring::KeyRing;
use crate::store::audit::audit_size;
use crate::store::backup::{cluster_identifier, sqlite_copy};
use crate::store::{ConnectionManager, DatabaseUrl, Limits};

/// What is to be copied to where.
pub struct Order<'a> {
    /// The database.
    pub url: &'a DatabaseUrl,
    /// Which one it is.
    pub part: Part,
    /// The archive to make; must not exist.
    pub to: &'a Path,
    /// When.
    pub now: DateTime<Utc>,
}

/// Makes one archive. `progress` is told how many bytes more were taken in.
///
/// # Errors
/// [`BackupError`]; nothing is left behind then.
pub fn make(order: &Order<'_>, ring: &KeyRing, progress: &mut dyn FnMut(u64)) -> Result<(), BackupError> {
    let partial = with_suffix(order.to, ".partial");
    if order.to.exists() {
        return Err(BackupError::Refused(format!("{} exists already", order.to.display())));
    }
    let made = write(order, ring, &partial, progress).and_then(|()| {
        fs::rename(&partial, order.to).map_err(BackupError::io(order.to))?;
        let folder = order.to.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        File::open(folder).and_then(|folder| folder.sync_all()).map_err(BackupError::io(folder))
    });
    if made.is_err() {
        drop(fs::remove_file(&partial));
    }
    made
}

fn write(order: &Order<'_>, ring: &KeyRing, partial: &Path, progress: &mut dyn FnMut(u64)) -> Result<(), BackupError> {
    let file = owned(partial).map_err(BackupError::io(partial))?;
    let audit_entries = match order.part {
        Part::Register => Some(audit_size(&mut open(order.url)?)?),
        Part::KeyStore => None,
    };
    let form = form_of(order.url);
    let about = About { part: order.part, form, begun_at: order.now, audit_entries };
    let mut writer = Writer::begin(BufWriter::new(file), ring, about, rand::rng())?;
    match order.url {
        DatabaseUrl::Sqlite(database) => from_sqlite(database, partial, &mut writer, progress)?,
        DatabaseUrl::Postgres(url) => from_postgresql(url, &mut writer, progress)?,
    }
    let file = writer.finish()?.into_inner().map_err(|error| BackupError::io(partial)(error.into_error()))?;
    file.sync_all().map_err(BackupError::io(partial))
}

/// The form a database is kept in.
pub fn form_of(url: &DatabaseUrl) -> Form {
    match url {
        DatabaseUrl::Sqlite(_) => Form::Sqlite,
        DatabaseUrl::Postgres(_) => Form::Postgresql,
    }
}

/// Refuses to make two archives of which one holds what both should hold apart: a base backup is of a whole cluster.
///
/// # Errors
/// [`BackupError::Refused`] when register and key store stand in one cluster.
pub fn held_apart(register: &DatabaseUrl, keys: &DatabaseUrl) -> Result<(), BackupError> {
    let (DatabaseUrl::Postgres(_), DatabaseUrl::Postgres(_)) = (register, keys) else { return Ok(()) };
    if cluster_identifier(&mut open(register)?)? == cluster_identifier(&mut open(keys)?)? {
        return Err(BackupError::Refused(
            "register and key store stand in one PostgreSQL cluster, and a base backup holds all of it: whoever was \
             erased would come back with it. Put the key store into a cluster of its own, or into an SQLite file"
                .to_owned(),
        ));
    }
    Ok(())
}

fn open(url: &DatabaseUrl) -> Result<crate::store::Conn, BackupError> {
    Ok(ConnectionManager::new(url.clone(), Limits::long_work(), "zedenregister-backup").open()?)
}

fn from_sqlite(
    database: &Path,
    partial: &Path,
    to: &mut impl Write,
    progress: &mut dyn FnMut(u64),
) -> Result<(), BackupError> {
    // SQLite copies into a file. It stands beside the archive, as readable as the database itself, and goes at once.
    let copy = with_suffix(partial, ".copy");
    owned(&copy).map_err(BackupError::io(&copy))?;
    let done = sqlite_copy(database, &copy).map_err(BackupError::from).and_then(|()| {
        let mut file = File::open(&copy).map_err(BackupError::io(&copy))?;
        pour(&mut file, to, progress).map_err(BackupError::io(&copy))
    });
    for left in [copy.clone(), with_suffix(&copy, "-wal"), with_suffix(&copy, "-shm")] {
        drop(fs::remove_file(left));
    }
    done
}

fn from_postgresql(url: &SecretString, to: &mut impl Write, progress: &mut dyn FnMut(u64)) -> Result<(), BackupError> {
    let program = program("pg_basebackup");
    let (url, password) = apart(url.expose_secret());
    let mut command = Command::new(&program);
    command
        .args(["--pgdata=-", "--format=tar", "--wal-method=fetch", "--checkpoint=fast", "--no-password"])
        .arg(format!("--dbname={url}"))
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    if let Some(password) = password {
        // The arguments of a process can be read by everybody on the machine, its environment cannot.
        command.env("PGPASSWORD", password);
    }
    let mut child = command.spawn().map_err(BackupError::io(&program))?;
    let told = child.stderr.take().map(|mut stderr| {
        std::thread::spawn(move || {
            let mut text = String::new();
            drop(stderr.read_to_string(&mut text));
            text
        })
    });
    let poured = match child.stdout.take() {
        Some(mut stdout) => pour(&mut stdout, to, progress),
        None => Ok(()),
    };
    if poured.is_err() {
        drop(child.kill());
    }
    let ended = child.wait().map_err(BackupError::io(&program))?;
    let said = told.and_then(|thread| thread.join().ok()).unwrap_or_default();
    poured.map_err(BackupError::io(&program))?;
    if ended.success() {
        return Ok(());
    }
    Err(BackupError::Program { program: "pg_basebackup".to_owned(), said: said.trim().to_owned() })
}

/// Copies everything, and says how much each time.
pub(super) fn pour(from: &mut impl Read, to: &mut impl Write, progress: &mut dyn FnMut(u64)) -> io::Result<()> {
    let mut buffer = vec![0; 1 << 18];
    loop {
        let n = from.read(&mut buffer)?;
        if n == 0 {
            return Ok(());
        }
        to.write_all(buffer.get(..n).unwrap_or_default())?;
        progress(n as u64);
    }
}

/// A program of PostgreSQL: of the newest version installed as Debian does it, or the one in the path.
pub(super) fn program(name: &str) -> PathBuf {
    let versions = fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let found = versions.filter_map(|entry| {
        let version: u32 = entry.file_name().to_str()?.parse().ok()?;
        let program = entry.path().join("bin").join(name);
        program.exists().then_some((version, program))
    });
    found.max().map_or_else(|| PathBuf::from(name), |(_, program)| program)
}

/// A URL without its password, and the password as it is, without the escapes of a URL.
fn apart(url: &str) -> (String, Option<String>) {
    let Some((scheme, rest)) = url.split_once("://") else { return (url.to_owned(), None) };
    let end = rest.find(['/', '?']).unwrap_or(rest.len());
    let (authority, path) = rest.split_at(end);
    let Some((user, host)) = authority.rsplit_once('@') else { return (url.to_owned(), None) };
    match user.split_once(':') {
        None => (url.to_owned(), None),
        Some((name, password)) => (format!("{scheme}://{name}@{host}{path}"), Some(decoded(password))),
    }
}

fn decoded(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut plain = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        let escaped = (*byte == b'%')
            .then(|| text.get(at + 1..at + 3))
            .flatten()
            .and_then(|digits| u8::from_str_radix(digits, 16).ok());
        plain.push(escaped.unwrap_or(*byte));
        at += if escaped.is_some() { 3 } else { 1 };
    }
    String::from_utf8_lossy(&plain).into_owned()
}

/// A new file that only its owner can read.
pub(super) fn owned(path: &Path) -> io::Result<File> {
    OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(path)
}

pub(super) fn with_suffix(path: &Path, suffix: &str) -> PathBuf {
    let mut name: OsString = path.as_os_str().to_owned();
    name.push(suffix);
    PathBuf::from(name)
}
