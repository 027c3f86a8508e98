//! Putting an archive back. Its every byte is read and checked before the first one is written, and it is written only
//! where nothing stands.

use std::fs::{self, File};
use std::io::{self, BufReader, BufWriter, Write as _};
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::Command;

use super::archive::{Header, Reader};
use super::source::{owned, pour, program, with_suffix};
use super::{BackupError, Form, Part};
use crate::crypto::keyring::KeyRing;
use crate::store::backup::sqlite_fault;
use crate::store::{ConnectionManager, DatabaseUrl, Limits};

/// Reads an archive to its end. `progress` is told how many bytes more were read.
///
/// # Errors
/// [`BackupError::Archive`] says what is wrong with it.
pub fn verify(archive: &Path, ring: &KeyRing, progress: &mut dyn FnMut(u64)) -> Result<Header, BackupError> {
    let mut reader = open(archive, ring)?;
    pour(&mut reader, &mut io::sink(), progress).map_err(BackupError::io(archive))?;
    Ok(reader.header().clone())
}

fn open(archive: &Path, ring: &KeyRing) -> Result<Reader<BufReader<File>>, BackupError> {
    let file = File::open(archive).map_err(BackupError::io(archive))?;
    Ok(Reader::open(BufReader::new(file), ring)?)
}

/// Puts an archive of `part` back to `target`: an SQLite file that does not exist, or a data folder of PostgreSQL that is
/// empty.
///
/// # Errors
/// [`BackupError`]; nothing is left at `target` then.
pub fn restore(
    archive: &Path,
    part: Part,
    target: &Path,
    ring: &KeyRing,
    progress: &mut dyn FnMut(u64),
) -> Result<Header, BackupError> {
    empty(target)?;
    let header = verify(archive, ring, progress)?;
    if header.part != part {
        return Err(BackupError::Refused(format!(
            "{} holds another part: {}, not {part}",
            archive.display(),
            header.part
        )));
    }
    match header.form {
        Form::Sqlite => to_file(archive, target, ring, progress)?,
        Form::Postgresql => to_folder(archive, target, ring, progress)?,
    }
    Ok(header)
}

fn empty(target: &Path) -> Result<(), BackupError> {
    let full = match fs::read_dir(target) {
        Ok(mut entries) => entries.next().is_some(),
        Err(_) => target.exists() || with_suffix(target, "-wal").exists(),
    };
    if full {
        return Err(BackupError::Refused(format!(
            "{} is in use: a restore overwrites nothing; move it away first",
            target.display()
        )));
    }
    Ok(())
}

fn to_file(archive: &Path, target: &Path, ring: &KeyRing, progress: &mut dyn FnMut(u64)) -> Result<(), BackupError> {
    let draft = with_suffix(target, ".restoring");
    let done = write_file(archive, &draft, ring, progress).and_then(|()| {
        whole(&draft)?;
        fs::rename(&draft, target).map_err(BackupError::io(target))
    });
    for left in [draft.clone(), with_suffix(&draft, "-wal"), with_suffix(&draft, "-shm")] {
        drop(fs::remove_file(left));
    }
    done
}

fn write_file(archive: &Path, draft: &Path, ring: &KeyRing, progress: &mut dyn FnMut(u64)) -> Result<(), BackupError> {
    let mut out = BufWriter::new(owned(draft).map_err(BackupError::io(draft))?);
    pour(&mut open(archive, ring)?, &mut out, progress).map_err(BackupError::io(draft))?;
    out.flush().and_then(|()| out.get_ref().sync_all()).map_err(BackupError::io(draft))
}

/// Asks the database itself whether it is whole.
fn whole(draft: &Path) -> Result<(), BackupError> {
    let url = DatabaseUrl::Sqlite(draft.to_owned());
    let mut conn = ConnectionManager::new(url, Limits::long_work(), "zedenregister-restore").open()?;
    match sqlite_fault(&mut conn)? {
        None => Ok(()),
        Some(fault) => Err(BackupError::Refused(format!("the database in the backup is not whole: {fault}"))),
    }
}

fn to_folder(archive: &Path, target: &Path, ring: &KeyRing, progress: &mut dyn FnMut(u64)) -> Result<(), BackupError> {
    let made_here = !target.exists();
    let done = unpack(archive, target, ring, progress).and_then(|()| whole_cluster(target));
    if done.is_err() {
        drop(fs::remove_dir_all(target));
        if !made_here {
            drop(fs::create_dir(target));
        }
    }
    done
}

fn unpack(archive: &Path, target: &Path, ring: &KeyRing, progress: &mut dyn FnMut(u64)) -> Result<(), BackupError> {
    fs::create_dir_all(target).map_err(BackupError::io(target))?;
    // PostgreSQL starts on no folder that others can read.
    fs::set_permissions(target, fs::Permissions::from_mode(0o700)).map_err(BackupError::io(target))?;
    let counted = Counted { inner: open(archive, ring)?, progress };
    let mut tar = tar::Archive::new(counted);
    tar.set_preserve_permissions(true);
    tar.unpack(target).map_err(BackupError::io(target))
}

/// PostgreSQL's own check: every file by the checksum it had when it was copied, and the WAL that belongs to it.
fn whole_cluster(folder: &Path) -> Result<(), BackupError> {
    let program = program("pg_verifybackup");
    let output = Command::new(&program).arg("--quiet").arg(folder).output().map_err(BackupError::io(&program))?;
    if output.status.success() {
        return Ok(());
    }
    let said = String::from_utf8_lossy(&output.stderr).trim().to_owned();
    Err(BackupError::Program { program: "pg_verifybackup".to_owned(), said })
}

struct Counted<'a, R> {
    inner: R,
    progress: &'a mut dyn FnMut(u64),
}

impl<R: io::Read> io::Read for Counted<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let n = self.inner.read(buffer)?;
        (self.progress)(n as u64);
        Ok(n)
    }
}
