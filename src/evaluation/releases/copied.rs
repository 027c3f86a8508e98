//! Where the files of a release go while it is made: into the register when it is issued, and to whoever makes it.

use std::io::{self, Write};
use std::sync::Arc;

use super::kept::{Keeping, KeepingFile};
use crate::statistics::formats::files::Folder;

/// Opens a file for a copy, by its name.
pub type Copying = Arc<dyn Fn(&str) -> io::Result<Box<dyn Write + Send>> + Send + Sync>;

/// Both places, or either. With neither, files are counted and hashed and that is all.
#[derive(Clone)]
pub(super) struct Copied {
    pub(super) kept: Option<Keeping>,
    pub(super) copy: Option<Copying>,
}

/// A file of [`Copied`].
pub(super) struct CopiedFile {
    kept: Option<KeepingFile>,
    copy: Option<Box<dyn Write + Send>>,
}

impl Folder for Copied {
    type File = CopiedFile;

    fn create(&mut self, name: &str) -> io::Result<CopiedFile> {
        let kept = self.kept.as_mut().map(|kept| kept.create(name)).transpose()?;
        let copy = self.copy.as_ref().map(|copy| copy(name)).transpose()?;
        Ok(CopiedFile { kept, copy })
    }
}

impl Write for CopiedFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if let Some(kept) = &mut self.kept {
            kept.write_all(bytes)?;
        }
        if let Some(copy) = &mut self.copy {
            copy.write_all(bytes)?;
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        if let Some(kept) = &mut self.kept {
            kept.flush()?;
        }
        self.copy.as_mut().map_or(Ok(()), |copy| copy.flush())
    }
}
