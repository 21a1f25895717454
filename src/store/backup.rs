//! A copy of the archive while it is in use.

use std::ffi::OsString;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::error::{Fault, Query};
use super::{Error, Store, schema};
use crate::crash;

impl Store {
    /// Copies the archive at `from` to `to`, as it is at this moment, while others read and write it.
    ///
    /// The copy is one file, as small as can be. It takes its name only when it is complete and on disk: killed or out
    /// of space before, what was there under that name is as it was. Returns its size in bytes.
    ///
    /// # Errors
    ///
    /// Refuses to write over the archive itself, and over anything that is not an archive.
    pub async fn backup(from: &Path, to: &Path) -> Result<u64, Error> {
        let (from, to): (Arc<Path>, Arc<Path>) = (from.into(), to.into());
        let at = Arc::clone(&to);
        let copied = tokio::task::spawn_blocking(move || {
            may_replace(&from, &to)?;
            let part = Part::beside(&to)?;
            copy(&from, &part.0).map_err(|fault| named(fault.at(&from), &from, &to))?;
            crash::point("backup");
            part.take_name(&to)
        });
        copied.await.map_err(|e| Error::Failed { path: at.to_path_buf(), why: e.to_string() })?
    }
}

/// Only a copy that was made before may be replaced.
fn may_replace(from: &Path, to: &Path) -> Result<(), Error> {
    if !to.exists() {
        return Ok(());
    }
    if let (Ok(a), Ok(b)) = (from.canonicalize(), to.canonicalize())
        && a == b
    {
        let why = "the backup would replace the archive itself: give another name".to_owned();
        return Err(Error::Refused { why });
    }
    schema::open_to_verify(to).map(drop).or_else(|error| match error {
        // An older backup is one too, and a newer or damaged one is for its owner to remove.
        Error::Older { .. } => Ok(()),
        error => Err(error),
    })
}

pub(super) fn copy(from: &Path, part: &Path) -> Query<()> {
    let db = schema::open_to_copy(from)?;
    // SQLite reads it as UTF-8.
    let name = part.to_str().ok_or_else(|| Fault::refused("the name of a backup must be UTF-8"))?;
    db.execute("VACUUM INTO ?1", [name])?;
    Ok(())
}

/// Tells a full disk under the copy from trouble with the archive.
pub(super) fn named(error: Error, from: &Path, to: &Path) -> Error {
    match error {
        Error::Full { .. } => Error::Full { path: to.to_owned() },
        Error::CannotOpen { why, .. } if from.exists() => Error::CannotOpen { path: to.to_owned(), why },
        error => error,
    }
}

/// A new file that isn't complete; removed if it never will be.
pub(super) struct Part(PathBuf);

impl Part {
    pub(super) fn beside(to: &Path) -> Result<Self, Error> {
        let mut name = OsString::from(to);
        name.push(".part");
        let part = Self(name.into());
        // One that was left by a killed process; SQLite would refuse to write into it.
        part.remove().map_err(|e| Error::CannotOpen { path: part.0.clone(), why: e.to_string() })?;
        Ok(part)
    }

    /// Where it is meanwhile.
    pub(super) fn path(&self) -> &Path {
        &self.0
    }

    fn remove(&self) -> std::io::Result<()> {
        for ending in ["", "-wal", "-shm", "-journal"] {
            let mut name = self.0.clone().into_os_string();
            name.push(ending);
            match std::fs::remove_file(name) {
                Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(error),
                _ => {}
            }
        }
        Ok(())
    }

    /// On disk first, then under its name, then the name on disk.
    pub(super) fn take_name(self, to: &Path) -> Result<u64, Error> {
        let finish = || -> std::io::Result<u64> {
            let file = File::open(&self.0)?;
            file.sync_all()?;
            std::fs::rename(&self.0, to)?;
            let folder =
                to.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
            File::open(folder)?.sync_all()?;
            Ok(file.metadata()?.len())
        };
        finish().map_err(|e| Error::CannotOpen { path: to.to_owned(), why: e.to_string() })
    }
}

impl Drop for Part {
    fn drop(&mut self) {
        // Best effort: the next backup to the same name removes it too.
        let _ = self.remove();
    }
}
