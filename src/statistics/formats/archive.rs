//! The files of a release in one ZIP. The same files give the same bytes: names in ascending order, one moment for all
//! of them, one way of compressing. Files go through without being held.

use std::io::{self, Read, Write};

use zip::write::{SimpleFileOptions, StreamWriter};
use zip::{CompressionMethod, DateTime, System, ZipWriter};

/// Fast enough for a million rows, and part of what the bytes are.
const LEVEL: i64 = 6;

/// A ZIP that is being written.
pub struct Archive<W: Write> {
    out: ZipWriter<StreamWriter<W>>,
    last: Option<String>,
}

/// Why a file cannot go into the ZIP.
#[derive(Debug, thiserror::Error)]
pub enum ArchiveError {
    /// Its name is not a plain one, or does not come after the one before.
    #[error("`{0}` is no plain file name or does not come after the one before")]
    Name(String),
    /// The file could not be read, or the ZIP not be written.
    #[error("the archive could not be written")]
    File(#[from] io::Error),
}

impl<W: Write> Archive<W> {
    /// Begins one.
    pub fn new(out: W) -> Self {
        Self { out: ZipWriter::new_stream(out), last: None }
    }

    /// Adds a file of so many bytes. Names are plain and ascend.
    ///
    /// # Errors
    /// [`ArchiveError`].
    pub fn add(&mut self, name: &str, bytes: u64, mut content: impl Read) -> Result<(), ArchiveError> {
        let is_plain = !name.is_empty() && !name.starts_with('.') && !name.contains(['/', '\\', ':', '\0']);
        if !is_plain || self.last.as_deref().is_some_and(|last| last >= name) {
            return Err(ArchiveError::Name(name.to_owned()));
        }
        let options = SimpleFileOptions::default()
            .compression_method(CompressionMethod::Deflated)
            .compression_level(Some(LEVEL))
            .last_modified_time(DateTime::DEFAULT)
            .unix_permissions(0o644)
            .system(System::Unix)
            .large_file(bytes >= u64::from(u32::MAX));
        self.out.start_file(name, options).map_err(io::Error::from)?;
        io::copy(&mut content, &mut self.out)?;
        self.last = Some(name.to_owned());
        Ok(())
    }

    /// Closes it.
    ///
    /// # Errors
    /// [`ArchiveError::File`].
    pub fn finish(self) -> Result<W, ArchiveError> {
        let mut out = self.out.finish().map_err(io::Error::from)?;
        out.flush()?;
        Ok(out.into_inner())
    }
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::*;

    fn zipped(files: &[(&str, &[u8])]) -> Result<Vec<u8>, ArchiveError> {
        let mut archive = Archive::new(Vec::new());
        files.iter().try_for_each(|(name, content)| archive.add(name, content.len() as u64, *content))?;
        archive.finish()
    }

    #[test]
    fn the_same_files_give_the_same_bytes_and_come_out_again() {
        let long = b"0123456789".repeat(10_000);
        let files: [(&str, &[u8]); 3] = [("a.csv", &long), ("b.json", b"{}"), ("empty", b"")];
        let bytes = zipped(&files).unwrap();
        assert_eq!(bytes, zipped(&files).unwrap());
        assert!(bytes.len() < 2_000);
        let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
        for (name, content) in files {
            let mut read = Vec::new();
            let mut file = archive.by_name(name).unwrap();
            assert_eq!(file.last_modified(), Some(DateTime::DEFAULT));
            file.read_to_end(&mut read).unwrap();
            assert_eq!(read, content);
        }
    }

    #[test]
    fn names_are_plain_and_in_order() {
        for name in ["", "../a", "a/b", "c:", ".hidden"] {
            assert!(matches!(zipped(&[(name, b"")]), Err(ArchiveError::Name(_))), "{name}");
        }
        assert!(matches!(zipped(&[("b", b""), ("a", b"")]), Err(ArchiveError::Name(_))));
        assert!(matches!(zipped(&[("a", b""), ("a", b"")]), Err(ArchiveError::Name(_))));
    }
}
