//! The files of a release as they are kept: in pieces, each encrypted, written while the release is made and read when it
//! is given out. No file is ever held whole, and none stands on a disk in the clear.

use std::collections::HashMap;
use std::io::{self, Read, Write};
use std::sync::{Arc, Mutex, PoisonError};

use crate::app::App;
use crate::ids::{ReleaseFileId, ReleaseId};
use crate::register::Refusal;
use crate::statistics::formats::files::Folder;
use crate::statistics::microdata::datasets;
use crate::store::evaluation::release_files::{
    PiecesDropped, PiecesKept, ReleaseFileRow, ReleasePieceRow, release_file_list_lost, release_piece_find,
    release_piece_list,
};
use crate::store::{Conn, LongWork, Store, StoreError, WriteSet};
use crate::vault::Strongbox;

const TABLE: &str = "release_pieces";
/// The size of a piece, in bytes.
const PIECE: usize = 256 * 1024;
/// Bytes that wait to be written together, at most and about; the small files of tables are many.
const TOGETHER: usize = 1024 * 1024;
/// Pieces that do.
const MANY: usize = 500;

/// The place that a sealed piece is bound to.
fn place(file: ReleaseFileId, seq: i64) -> String {
    format!("{file}/{seq}")
}

/// A folder whose files go into the database as they are written.
#[derive(Clone)]
pub struct Keeping(Arc<Mutex<Kept>>);

struct Kept {
    release: ReleaseId,
    strongbox: Strongbox,
    work: LongWork,
    files: Vec<ReleaseFileRow>,
    waiting: Vec<ReleasePieceRow>,
    bytes: usize,
}

impl Keeping {
    /// Begins to keep the files of a release.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn begin(app: &App, release: ReleaseId, strongbox: Strongbox) -> Result<Self, StoreError> {
        let work = app.store.long_work()?;
        let (files, waiting) = (Vec::new(), Vec::new());
        Ok(Self(Arc::new(Mutex::new(Kept { release, strongbox, work, files, waiting, bytes: 0 }))))
    }

    /// Drops what was kept: the release was not made.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn give_up(&self) -> Result<(), StoreError> {
        self.with(|kept| kept.drop_pieces(kept.files.iter().map(|file| file.id).collect()))
    }

    /// Drops what earlier attempts left behind, when the release was made.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn tidy(&self) -> Result<(), StoreError> {
        self.with(|kept| {
            let lost = release_file_list_lost(kept.work.conn(), kept.release)?;
            kept.drop_pieces(lost)
        })
    }

    /// Writes what waits and answers the files, which belong to the release once their rows are written.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn files(&self) -> Result<Vec<ReleaseFileRow>, StoreError> {
        self.with(|kept| {
            kept.write()?;
            Ok(kept.files.clone())
        })
    }

    fn with<T>(&self, act: impl FnOnce(&mut Kept) -> T) -> T {
        act(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Kept {
    fn drop_pieces(&mut self, of: Vec<ReleaseFileId>) -> Result<(), StoreError> {
        let mut writes = WriteSet::default();
        writes.changes.push(Box::new(PiecesDropped(of)));
        self.work.keep(&writes)
    }

    /// Seals a piece and puts it with those that wait.
    fn keep(&mut self, file: usize, piece: &[u8]) -> Result<(), Refusal> {
        let Some(row) = self.files.get_mut(file) else { return Ok(()) };
        let (file_id, seq) = (row.id, row.pieces);
        let sealed = self.strongbox.seal_piece(TABLE, "sealed", &place(file_id, seq), piece)?;
        row.pieces += 1;
        row.bytes += i64::try_from(piece.len()).unwrap_or(i64::MAX);
        self.bytes += sealed.len();
        self.waiting.push(ReleasePieceRow { file_id, seq, release_id: self.release, sealed });
        if self.bytes >= TOGETHER || self.waiting.len() >= MANY {
            self.write()?;
        }
        Ok(())
    }

    fn write(&mut self) -> Result<(), StoreError> {
        self.bytes = 0;
        let pieces = std::mem::take(&mut self.waiting);
        if pieces.is_empty() {
            return Ok(());
        }
        let mut writes = WriteSet::default();
        writes.changes.push(Box::new(PiecesKept(pieces)));
        self.work.keep(&writes)
    }
}

/// A file of [`Keeping`].
pub struct KeepingFile {
    keeping: Keeping,
    file: usize,
    piece: Vec<u8>,
}

impl Folder for Keeping {
    type File = KeepingFile;

    fn create(&mut self, name: &str) -> io::Result<KeepingFile> {
        let file = self.with(|kept| {
            let (id, release_id, microdata) = (ReleaseFileId::fresh(), kept.release, datasets::has(name));
            kept.files.push(ReleaseFileRow { id, release_id, name: name.to_owned(), microdata, bytes: 0, pieces: 0 });
            kept.files.len() - 1
        });
        Ok(KeepingFile { keeping: self.clone(), file, piece: Vec::new() })
    }
}

impl Write for KeepingFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let (now, _) = bytes.split_at(bytes.len().min(PIECE - self.piece.len()));
        self.piece.extend_from_slice(now);
        if self.piece.len() == PIECE {
            self.flush()?;
        }
        Ok(now.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        if self.piece.is_empty() {
            return Ok(());
        }
        self.keeping.with(|kept| kept.keep(self.file, &self.piece)).map_err(io::Error::other)?;
        self.piece.clear();
        Ok(())
    }
}

/// A file that was kept, to be read from its beginning to its end.
pub struct KeptFile {
    store: Store,
    strongbox: Strongbox,
    file: ReleaseFileRow,
    seq: i64,
    piece: io::Cursor<Vec<u8>>,
}

impl KeptFile {
    /// Opens it.
    pub fn open(app: &App, strongbox: &Strongbox, file: ReleaseFileRow) -> Self {
        let (store, strongbox) = (app.store.clone(), strongbox.clone());
        Self { store, strongbox, file, seq: 0, piece: io::Cursor::default() }
    }

    /// The next piece; `None` after the last. Waits for the database.
    ///
    /// # Errors
    /// [`Refusal::Keys`] when a piece is missing or was altered.
    pub fn next_piece(&mut self) -> Result<Option<Vec<u8>>, Refusal> {
        if self.seq == self.file.pieces {
            return Ok(None);
        }
        let (file, seq) = (self.file.id, self.seq);
        let sealed = self.store.read_blocking(|conn| release_piece_find(conn, file, seq))?;
        let sealed = sealed.ok_or_else(missing)?;
        self.seq += 1;
        self.strongbox.open_piece(TABLE, "sealed", &place(file, seq), &sealed).map(Some)
    }
}

impl Read for KeptFile {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            let read = self.piece.read(buffer)?;
            if read > 0 || buffer.is_empty() {
                return Ok(read);
            }
            match self.next_piece().map_err(io::Error::other)? {
                Some(piece) => self.piece = io::Cursor::new(piece),
                None => return Ok(0),
            }
        }
    }
}

fn missing() -> Refusal {
    Refusal::Keys("a piece of a release is missing".to_owned())
}

/// The content of these files, by name: for those of tables, which are small.
///
/// # Errors
/// [`Refusal::Store`]; [`Refusal::Keys`] when a piece is missing or was altered.
pub fn read_whole(
    conn: &mut Conn,
    strongbox: &Strongbox,
    files: &[ReleaseFileRow],
) -> Result<HashMap<String, Vec<u8>>, Refusal> {
    let ids: Vec<ReleaseFileId> = files.iter().filter(|file| file.pieces > 0).map(|file| file.id).collect();
    let mut first: HashMap<ReleaseFileId, Vec<u8>> = release_piece_list(conn, &ids)?.into_iter().collect();
    let mut read = HashMap::with_capacity(files.len());
    for file in files {
        let mut content = Vec::new();
        for seq in 0..file.pieces {
            let sealed = match first.remove(&file.id) {
                Some(sealed) => sealed,
                None => release_piece_find(conn, file.id, seq)?.ok_or_else(missing)?,
            };
            content.extend(strongbox.open_piece(TABLE, "sealed", &place(file.id, seq), &sealed)?);
        }
        read.insert(file.name.clone(), content);
    }
    Ok(read)
}
